"""From records and signatures to hits: exact patterns first, near wordings and similarity where those are silent."""
