"""Model files read by header and opcode, never unpickled: whole or damaged, what it is, what it needs."""
