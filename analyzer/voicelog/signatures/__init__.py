"""The knowledge base: what a signature says, where it is kept, how it is compiled."""
