"""Errors that a person can act on: raised deep, worded once, shown at the edge."""

from __future__ import annotations


class VoicelogError(Exception):
    """Something the user gave cannot be used: what it is, where, and what to do about it."""

    def __init__(self, slug: str, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(VoicelogError):
    """A log cannot be read."""


class ConfigurationError(VoicelogError):
    """A setting has a value that cannot be used."""
