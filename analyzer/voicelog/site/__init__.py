"""The knowledge base as pages on the web: one a signature in each language, at addresses that stay."""
