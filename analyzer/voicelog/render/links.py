"""Addresses of the published pages: made of the id alone, so that they stay."""

from __future__ import annotations

from voicelog.language import Language


def page_path(identifier: str, language: Language) -> str:
    """Where the page of a signature lies below the top of the site."""
    return f"{language}/{'/'.join(identifier.split('.'))}/"


def page_address(site: str, identifier: str, language: Language) -> str:
    """The page of a signature on a published site; empty where there is none."""
    return f"{site.rstrip('/')}/{page_path(identifier, language)}" if site else ""
