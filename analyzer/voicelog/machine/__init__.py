"""What this machine has: memory, cards, and programs that are asked with a limit; whatever they do, an answer comes."""
