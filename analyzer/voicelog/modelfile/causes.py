"""Which cause of the knowledge base a flaw of the bytes stands for."""

from __future__ import annotations

from voicelog.modelfile.types import Contents, Finding, Flaw

_CAUSES = {
    "lfs-pointer": "model.lfs-pointer",
    "web-page": "model.html-instead",
    "refusal": "model.html-instead",
    "archive": "model.wrong-kind",
    "foreign": "model.wrong-kind",
    "syntax": "model.config-syntax",
    "nested": "model.config-syntax",
    "encoding": "encoding.decode",
    "zip-encrypted": "model.pickle-unsafe",
    "zip-twice": "model.pickle-unsafe",
    "tar-unchecked": "model.pickle-unsafe",
    "yaml-code": "model.pickle-unsafe",
    "zip-names-differ": "model.pickle-unsafe",
    "external-outside": "model.onnx-invalid.corrupt",
    "external-missing": "model.onnx-invalid.corrupt",
    "external-short": "model.onnx-invalid.corrupt",
}
_OF_FORMAT = {"safetensors": "model.safetensors-corrupt", "onnx": "model.onnx-invalid.corrupt"}
_CONFIGS = ("json", "yaml")


def findings(contents: Contents) -> tuple[Finding, ...]:
    """One finding for each flaw, under the cause whose fixes mend it."""
    return tuple(Finding(_cause(flaw, contents.format), flaw.slug, values=flaw.values) for flaw in contents.flaws)


def _cause(flaw: Flaw, form: str) -> str:
    if flaw.slug in _CAUSES:
        return _CAUSES[flaw.slug]
    return "model.config-syntax" if form in _CONFIGS else _OF_FORMAT.get(form, "model.file-corrupt")
