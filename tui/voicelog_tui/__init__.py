"""The terminal interface of voicelog."""
