"""The knowledge base as a book: what is in it, by area and words, and what it holds in all."""
