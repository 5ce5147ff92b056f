"""Inspected model files as Markdown, for pasting into an issue; names from files stand in code only."""

from __future__ import annotations

from collections.abc import Iterator

from voicelog.modelfile.types import FileInspection, FolderInspection
from voicelog.render.inspection import FileText, Problem, Wording, printable, worst
from voicelog.render.markdown import code, escape

_MARKS = {None: "✓", "warning": "!", "error": "✗"}


def to_markdown(inspection: FileInspection | FolderInspection, wording: Wording) -> str:
    """One inspection, ending in a newline."""
    lines = (
        _folder(inspection, wording) if isinstance(inspection, FolderInspection) else _file(wording.file(inspection))
    )
    return "\n".join(lines) + "\n"


def _file(text: FileText) -> Iterator[str]:
    yield f"### {_MARKS[text.severity]} `{code(text.name)}`"
    yield ""
    if text.headline:
        yield escape(text.headline)
        yield ""
    for label, value in text.rows:
        yield f"- **{escape(label)}**: {escape(value)}"
    yield from _problems(text.problems)


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems:
        yield ""
        yield f"**{_MARKS[problem.severity]} {escape(problem.title)}** (`{problem.cause}`)"
        yield ""
        yield from (f"- {escape(sentence)}" for sentence in problem.sentences)
        for number, fix in enumerate(problem.fixes, 1):
            yield ""
            yield f"{number}. {escape(fix.title)}"
            yield from (f"   - {escape(step)}" for step in fix.steps)
            yield from (f"   - `{code(command)}`" for command in fix.commands)


def _folder(folder: FolderInspection, wording: Wording) -> Iterator[str]:
    project = next((one.title for one in wording.tables.projects if one.id == folder.project), "")
    missing = sum(1 for part in folder.parts if part.required and not part.found)
    yield f"## `{code(printable(folder.path))}`"
    yield ""
    name = "m-folder-unknown" if not project else "m-folder" if missing else "m-folder-fine"
    yield escape(wording.say(name, project=project, count=missing))
    yield ""
    for part in folder.parts:
        state = (
            f"`{code(printable(part.found[0]))}`" if part.found else escape(wording.say("m-missing", path=part.wanted))
        )
        yield f"- {escape(wording.part(folder.project, part.id))}: {state}"
    for file in folder.files:
        what = wording.kind(file) if file.kind else wording.say(f"m-format-{file.contents.format}")
        yield f"- {_MARKS[worst(file.findings)]} `{code(printable(file.path))}`: {escape(what)}"
    yield from _problems(tuple(wording.problems(folder.findings, folder.project, None)))
    for file in folder.files:
        if file.findings:
            yield ""
            yield from _file(wording.file(file))
