"""Inspected model files for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from voicelog.modelfile.types import FileInspection, FolderInspection, Severity
from voicelog.render.inspection import FileText, Problem, Wording, all_findings, printable, worst
from voicelog.render.text import TextRenderer
from voicelog.render.width import width

_MARKS: dict[Severity | None, tuple[str, str]] = {
    None: ("✓", "green"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}
_FIXES_SHOWN = 2
_TRAITS_IN_LINE = 3
_FINE_SHOWN = 30

Inspection = FileInspection | FolderInspection


class InspectionRenderer(TextRenderer):
    """Lays out inspections with the same width, colours and fixes as answers have."""

    def inspections(self, found: Sequence[Inspection], wording: Wording) -> str:
        """The whole answer, ending in a newline."""
        lines: list[str] = []
        if len(found) > 1:
            lines += [self._summary(found, wording), ""]
        for at, one in enumerate(found):
            lines += [""] if at else []
            lines += self._folder(one, wording) if isinstance(one, FolderInspection) else self._file(wording.file(one))
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _summary(self, found: Sequence[Inspection], wording: Wording) -> str:
        bad = sum(1 for one in found if all_findings(one))
        text = wording.say("m-files" if bad else "m-files-fine", files=len(found), bad=bad)
        mark, style = _MARKS[worst(finding for one in found for finding in all_findings(one))]
        return self._style(f"{mark} {text}", style)

    def _file(self, text: FileText) -> Iterator[str]:
        mark, style = _MARKS[text.severity]
        # a path stays in one piece, so that it can be copied
        yield self._style(f"{mark} {text.name}", style)
        if text.headline:
            yield from self._wrapped(text.headline)
        yield ""
        yield from self._rows(text.rows)
        yield from self._problems(text.problems)

    def _rows(self, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        column = max((width(label) for label, _ in rows), default=0) + 2
        for label, value in rows:
            first = "  " + self._style(label, "dim") + " " * (column - width(label))
            yield from self._wrapped(value, " " * (column + 2), first)

    def _problems(self, problems: Sequence[Problem]) -> Iterator[str]:
        for problem in problems:
            yield ""
            mark, style = _MARKS[problem.severity]
            for at, line in enumerate(self._wrapped(problem.title, "  ", f"{mark} ")):
                yield self._style(line, style if at == 0 else "bold")
            yield f"  {self._style(problem.cause, 'cyan')}"
            for sentence in problem.sentences:
                yield from self._wrapped(sentence)
            shown = problem.fixes if self._everything else problem.fixes[:_FIXES_SHOWN]
            for number, fix in enumerate(shown, 1):
                yield from self._fix(fix, number)
            if hidden := len(problem.fixes) - len(shown):
                yield self._style(f"  {self._word('m-more-fixes', count=hidden)}", "dim")

    def _folder(self, folder: FolderInspection, wording: Wording) -> Iterator[str]:
        yield from self._folder_head(folder, wording)
        if folder.parts:
            yield ""
            yield self._style(wording.say("m-parts"), "bold")
            yield from self._parts(folder, wording)
        yield ""
        if not folder.files:
            yield from self._wrapped(wording.say("m-empty-folder"))
        else:
            yield self._style(wording.say("m-listed"), "bold")
            yield from self._lines_of(folder, wording)
        if folder.skipped:
            yield f"  {wording.say('m-skipped', count=folder.skipped)}"
        yield from self._problems(tuple(wording.problems(folder.findings, folder.project, None)))
        for file in folder.files:
            if file.findings or self._everything:
                yield ""
                yield from self._file(wording.file(file))

    def _folder_head(self, folder: FolderInspection, wording: Wording) -> Iterator[str]:
        mark, style = _MARKS[worst(all_findings(folder))]
        yield self._style(f"{mark} {printable(folder.path)}", style)
        project = next((one.title for one in wording.tables.projects if one.id == folder.project), "")
        missing = sum(1 for part in folder.parts if part.required and not part.found)
        if project:
            text = wording.say("m-folder" if missing else "m-folder-fine", project=project, count=missing)
        else:
            text = wording.say("m-folder-unknown")
        yield from self._wrapped(text)
        bad = sum(1 for file in folder.files if file.findings)
        if folder.files:
            files = len(folder.files)
            yield from self._wrapped(wording.say("m-files" if bad else "m-files-fine", files=files, bad=bad))

    def _parts(self, folder: FolderInspection, wording: Wording) -> Iterator[str]:
        broken = {file.path for file in folder.files if worst(file.findings) == "error"}
        for part in folder.parts:
            title = wording.part(folder.project, part.id)
            good = [name for name in part.found if str(Path(folder.path, name)) not in broken]
            if part.found:
                mark, style = _MARKS[None if good else "error"]
                state = printable((good or part.found)[0])
            else:
                mark, style = ("✗", "red") if part.required else ("-", "dim")
                state = wording.say("m-missing" if part.required else "m-missing-optional", path=part.wanted)
            yield from self._wrapped(
                wording.say("m-row", label=title, value=state), "    ", f"  {self._style(mark, style)} "
            )

    def _lines_of(self, folder: FolderInspection, wording: Wording) -> Iterator[str]:
        """A line a file; of many without findings only the first."""
        hidden = 0
        shown = 0
        for file in folder.files:
            if not file.findings and not self._everything and shown >= _FINE_SHOWN:
                hidden += 1
                continue
            shown += not file.findings
            yield from self._line_of(file, folder, wording)
        if hidden:
            yield self._style(f"  {wording.say('m-more-files', count=hidden)}", "dim")

    def _line_of(self, file: FileInspection, folder: FolderInspection, wording: Wording) -> Iterator[str]:
        mark, style = _MARKS[worst(file.findings)]
        name = printable(file.path.removeprefix(folder.path).lstrip("/\\"))
        what = wording.kind(file) if file.kind else wording.say(f"m-format-{file.contents.format}")
        traits = [
            f"{wording.say(f'm-trait-{trait}')} {wording.trait(value)}"
            for trait, value in list(file.traits.items())[:_TRAITS_IN_LINE]
        ]
        text = wording.say("m-row", label=name, value=wording.listed((what, *traits)))
        yield from self._wrapped(text, "    ", f"  {self._style(mark, style)} ")
