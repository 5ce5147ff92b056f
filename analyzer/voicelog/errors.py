"""Errors that a person can act on: raised deep, worded once, shown at the edge."""

from __future__ import annotations

from typing import Any


class VoicelogError(Exception):
    """Something the user gave cannot be used: what it is, where, and what to do about it."""

    def __init__(self, slug: str, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.slug, self.message, self.where, self.hint)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def _again(kind: type[VoicelogError], slug: str, message: str, where: str, hint: str) -> VoicelogError:
    return kind(slug, message, where=where, hint=hint)


class InputError(VoicelogError):
    """A log cannot be read."""


class ConfigurationError(VoicelogError):
    """A setting has a value that cannot be used."""
