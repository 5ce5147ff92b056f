"""`voicelog kb`: the knowledge base, for those who look something up and those who add to it."""
