"""Widgets, one a module: they show what they are given and post messages."""
