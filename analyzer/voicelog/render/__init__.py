"""A report and a language to output: text, JSON, Markdown."""
