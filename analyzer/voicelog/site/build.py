"""Pages to a static site by MkDocs with the Material theme: one build a language, a search that reads Chinese."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voicelog.errors import ConfigurationError, VoicelogError
from voicelog.language import LANGUAGES, Language, word
from voicelog.signatures.types import Signature
from voicelog.site.pages import index_page, page_file, signature_page

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]+")
_SEPARATOR = r"[\s\u200b\-.,:;/\\_()\[\]{}'\"“”，。！？；：、（）]+"
_LONGEST_BUILD = 900


def build(
    signatures: Sequence[Signature], out: Path, *, address: str = "", since: Mapping[str, str] | None = None
) -> None:
    """Write the site of the signatures into `out`, which must be empty or an earlier site. Raises VoicelogError.

    `address` is where it will be published; `since` is the day on which each signature was added.
    """
    if importlib_missing("material"):
        hint = "pip install 'voicelog-analyzer[site]'"
        raise ConfigurationError("no-generator", "MkDocs with the Material theme is not installed", hint=hint)
    try:
        if out.exists() and any(out.iterdir()) and not (out / ".voicelog-site").is_file():
            raise ConfigurationError(
                "not-empty", "is not empty and no earlier site", where=str(out), hint="name a new folder"
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = tempfile.TemporaryDirectory(prefix=".voicelog-site-", dir=out.parent)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError("unwritable", message, where=str(out), hint="name a new folder") from None
    with beside as work:
        made = Path(work) / "site"
        for language in LANGUAGES:
            _build_language(signatures, language, Path(work), made / language, address, since or {})
        (made / "index.html").write_text(_door(), encoding="utf-8", newline="\n")
        (made / ".voicelog-site").write_text("made by voicelog kb site\n", encoding="utf-8")
        if out.exists():
            out.rename(Path(work) / "before")
        made.rename(out)


def importlib_missing(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is None


def _build_language(
    signatures: Sequence[Signature], language: Language, work: Path, out: Path, address: str, since: Mapping[str, str]
) -> None:
    docs = work / f"docs-{language}"
    docs.mkdir()
    known = [one.id for one in signatures]
    (docs / "index.md").write_text(index_page(signatures, language), encoding="utf-8", newline="\n")
    for one in signatures:
        path = docs / page_file(one.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = signature_page(one, language, since.get(one.id, ""), known)
        path.write_text(text, encoding="utf-8", newline="\n")
    settings = work / f"mkdocs-{language}.yml"
    settings.write_text(json.dumps(_settings(language, docs, out, address), ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file", str(settings)]
    done = subprocess.run(command, capture_output=True, cwd=work, timeout=_LONGEST_BUILD)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise VoicelogError("site-failed", f"the site generator failed: {said[-1] if said else '?'}", hint="see above")
    _cut_han(out / "search" / "search_index.json")


def _settings(language: Language, docs: Path, out: Path, address: str) -> dict[str, Any]:
    other = {"en": "English", "zh": "中文"}
    return {
        "site_name": word("site-title", language),
        "docs_dir": str(docs),
        "site_dir": str(out),
        "use_directory_urls": True,
        **({"site_url": f"{address.rstrip('/')}/{language}/"} if address else {}),
        "theme": {
            "name": "material",
            "language": language,
            "font": False,
            "features": ["navigation.prune", "navigation.top", "search.highlight", "search.suggest"],
            "palette": [
                {"media": "(prefers-color-scheme: light)"},
                {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
            ],
        },
        "plugins": [{"search": {"lang": ["en"], "separator": _SEPARATOR}}],
        "markdown_extensions": ["attr_list"],
        "extra": {
            "generator": False,
            "alternate": [{"name": name, "link": f"../{code}/", "lang": code} for code, name in other.items()],
        },
        "validation": {"links": {"not_found": "warn", "anchors": "warn", "absolute_links": "ignore"}},
    }


def _cut_han(index: Path) -> None:
    """Put a zero-width space between hanzi, where the theme's search cuts: a word of two then finds its page."""
    data = json.loads(index.read_text(encoding="utf-8"))
    for page in data["docs"]:
        for key in ("title", "text"):
            page[key] = _HAN.sub(lambda found: "\u200b".join(found[0]), page[key])
    index.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8", newline="\n")


def _door() -> str:
    """The page at the top, which leads to the two languages."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>voicelog</title>'
        '<meta name="viewport" content="width=device-width"></head>\n<body>\n'
        '<p><a href="en/">English</a></p>\n<p><a href="zh/" lang="zh">中文</a></p>\n</body></html>\n'
    )
