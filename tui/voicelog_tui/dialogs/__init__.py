"""Screens that lie over a place and answer one question."""
