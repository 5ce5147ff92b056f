"""Inspected model files as JSON: the contract for other programs (schema voicelog.inspection/1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voicelog.modelfile.memory import of_model
from voicelog.modelfile.types import FileInspection, Finding, FolderInspection
from voicelog.render.document import fix_document
from voicelog.render.inspection import Problem, Wording

SCHEMA = "voicelog.inspection/1"
_TENSORS_LISTED = 10_000


def to_document(inspection: FileInspection | FolderInspection, wording: Wording) -> dict[str, Any]:
    """The inspection as plain values, with texts in the language of `wording`."""
    if isinstance(inspection, FileInspection):
        return {"schema": SCHEMA, **_file(inspection, wording)}
    return {
        "schema": SCHEMA,
        "path": inspection.path,
        "folder": True,
        "project": inspection.project,
        "parts": [
            {"id": part.id, "found": list(part.found), "wanted": part.wanted, "required": part.required}
            for part in inspection.parts
        ],
        "skipped": inspection.skipped,
        **_problems(inspection.findings, tuple(wording.problems(inspection.findings, inspection.project, None))),
        "files": [_file(file, wording) for file in inspection.files],
    }


def error_document(path: str, message: str, hint: str) -> dict[str, Any]:
    """What stands in the place of an inspection for a path that could not be read."""
    return {"schema": SCHEMA, "path": path, "error": {"message": message, "hint": hint}}


def _file(file: FileInspection, wording: Wording) -> dict[str, Any]:
    mine = list(of_model(file.contents.tensors))
    kind = wording.tables.kind(file.kind)
    return {
        "path": file.path,
        "size": file.size,
        "format": file.contents.format,
        "whole": not file.contents.flaws,
        "kind": file.kind,
        "title": wording.kind(file) if kind else "",
        "use": kind.use if kind else "",
        "traits": dict(file.traits),
        "parameters": sum(tensor.count for tensor in mine),
        "needs": [
            {
                "precision": need.precision,
                "bytes": need.bytes,
                "fits_memory": need.fits_memory,
                "fits_card": need.fits_card,
            }
            for need in file.needs
        ],
        "safety": file.safety,
        "imports": [str(one) for one in file.contents.imports],
        "config": file.config,
        "sha256": file.checksums.sha256,
        "md5": file.checksums.md5,
        "digest": {"verdict": file.checksums.verdict, "against": file.checksums.against},
        **_problems(file.findings, wording.file(file).problems),
        "tensors": [
            {"name": one.name, "group": one.group, "dtype": one.dtype, "shape": list(one.shape)}
            for one in file.contents.tensors[:_TENSORS_LISTED]
        ],
    }


def _problems(findings: Sequence[Finding], problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "findings": [
            {"cause": one.cause, "slug": one.slug, "severity": one.severity, "values": dict(one.values)}
            for one in findings
        ],
        "problems": [
            {
                "cause": problem.cause,
                "severity": problem.severity,
                "title": problem.title,
                "sentences": list(problem.sentences),
                "fixes": [fix_document(fix) for fix in problem.fixes],
            }
            for problem in problems
        ],
    }
