"""Inspected model files with their texts: every sentence chosen and filled, ready for any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from voicelog.language import Language, word
from voicelog.model import Diagnosis, Report
from voicelog.modelfile.memory import main_type, of_model
from voicelog.modelfile.tables import Tables
from voicelog.modelfile.types import FileInspection, Finding, FolderInspection, Machine, Need, Severity
from voicelog.placeholders import fill
from voicelog.render.answer import FixText, describe
from voicelog.signatures.base import KnowledgeBase

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_PRECISIONS = ("float32", "float16", "int8")
_SIZES = ("bytes", "room", "wanted", "size", "at")
_IN_BYTES = ("card-too-small", "memory-too-small")


@dataclass(frozen=True, slots=True)
class Problem:
    """All findings of one cause, with its title and its ways out."""

    cause: str
    severity: Severity
    title: str
    sentences: tuple[str, ...]
    fixes: tuple[FixText, ...]


@dataclass(frozen=True, slots=True)
class FileText:
    """One file in one language."""

    name: str
    severity: Severity | None
    """None where nothing was found."""
    headline: str
    rows: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


class Wording:
    """Words findings and rows in one language, for one machine."""

    def __init__(
        self, tables: Tables, base: KnowledgeBase, language: Language, machine: Machine, facts: Mapping[str, str]
    ) -> None:
        self.tables = tables
        self.language = language
        self.base = base
        self._machine = machine
        self._facts = facts

    def say(self, name: str, /, **values: object) -> str:
        """One of voicelog's own sentences."""
        return fill(word(name, self.language), {key: printable(str(value)) for key, value in values.items()})

    def listed(self, items: Iterable[str], mark: str = "m-comma") -> str:
        """Pieces of a sentence with the language's own marks between them."""
        return self.say(mark).join(items)

    def kind(self, file: FileInspection) -> str:
        kind = self.tables.kind(file.kind)
        return kind.title[self.language] if kind else self.say("m-no-kind")

    def part(self, project: str, part: str) -> str:
        """The title of a part of a project."""
        found = next((one for one in self.tables.projects if one.id == project), None)
        need = next((need for need in found.parts if need.id == part), None) if found else None
        return need.title[self.language] if need else part

    def file(self, file: FileInspection) -> FileText:
        """Everything to be shown of one file."""
        kind = self.tables.kind(file.kind)
        use = self.say("m-use", use=self.say(f"m-use-{kind.use}")) if kind else ""
        problems = tuple(self.problems(file.findings, "", file))
        known = kind is not None or file.contents.format not in ("json", "yaml", "")
        return FileText(
            name=printable(file.path),
            severity=worst(file.findings),
            headline=self.kind(file) + use if known else "",
            rows=tuple(self._rows(file)),
            problems=problems,
        )

    def problems(self, findings: Iterable[Finding], project: str, file: FileInspection | None) -> Iterator[Problem]:
        """Findings by cause, in order, each cause with the fixes of its signature."""
        grouped: dict[str, list[Finding]] = {}
        for finding in findings:
            grouped.setdefault(finding.cause, []).append(finding)
        for cause, group in grouped.items():
            sentences = [self.sentence(one, project) for one in group]
            if file and cause in ("gpu.out-of-memory", "memory.ram-exhausted"):
                sentences += self._lighter(file, group[0])
            title, fixes = self._base_text(cause, group[0])
            yield Problem(cause, worst(group) or "error", title, tuple(sentences), fixes)

    def _base_text(self, cause: str, finding: Finding) -> tuple[str, tuple[FixText, ...]]:
        if cause not in self.base:
            return cause, ()
        captures = {key: printable(str(value)) for key, value in finding.values.items() if value != ""}
        report = Report("", "diagnosed", facts=self._facts)
        text = describe(Diagnosis(cause, 1.0, (), captures), report, self.base, self.language)
        return text.title, text.fixes

    def sentence(self, finding: Finding, project: str = "") -> str:
        """What one finding says."""
        values = {key: value for key, value in finding.values.items() if value != ""}
        for key in _SIZES:
            if isinstance(number := values.get(key), int):
                values[key] = bytes_text(number) if finding.slug in _IN_BYTES else f"{number:,}"
        if "of" in values:
            values["of"] = self.say(f"m-of-{values['of']}")
        if "format" in values:
            values["format"] = self.say(f"m-format-{values['format']}")
        if "part" in values:
            values["part"] = self.part(project, str(values["part"]))
        return self.say(f"f-{finding.slug}", **values)

    def _lighter(self, file: FileInspection, finding: Finding) -> Iterator[str]:
        best = str(finding.values.get("best", ""))
        if best:
            yield self.say("f-best", precision=self.say(f"m-precision-{best}"))
        kind = self.tables.kind(file.kind)
        if kind and kind.lighter:
            yield kind.lighter[self.language]

    def _rows(self, file: FileInspection) -> Iterator[tuple[str, str]]:
        form = self.say(f"m-format-{file.contents.format}")
        yield self.say("m-format"), self.listed((form, bytes_text(file.size)))
        for name, value in file.traits.items():
            label = self.say(f"m-trait-{name}")
            yield label[:1].upper() + label[1:], self.trait(value)
        if file.contents.tensors:
            yield self.say("m-weights"), self._weights(file)
        if file.needs:
            yield self.say("m-memory"), self._memory(file.needs)
        if file.contents.imports or file.safety != "none":
            yield self.say("m-code"), self.say(f"m-safety-{file.safety}")
        if file.config:
            differs = any(finding.slug.startswith("differs-") for finding in file.findings)
            yield self.say("m-config"), self.say("m-config-differs" if differs else "m-config-fits", name=file.config)
        yield from self._digests(file)

    def trait(self, value: str) -> str:
        """A value of a trait, in words where it has some."""
        try:
            return self.say(f"m-value-{value}")
        except KeyError:
            return printable(value)

    def _weights(self, file: FileInspection) -> str:
        mine = list(of_model(file.contents.tensors))
        count = number_text(sum(tensor.count for tensor in mine), self.language)
        text = self.say("m-tensors", tensors=len(mine), parameters=count, dtype=main_type(file.contents.tensors))
        training = sum(tensor.bytes for tensor in file.contents.tensors) - sum(tensor.bytes for tensor in mine)
        more = self.say("m-training-too", bytes=bytes_text(training)) if training > 0 and mine else ""
        return self.listed((text, more), "m-semicolon") if more else text

    def _memory(self, needs: tuple[Need, ...]) -> str:
        shown = [need for need in needs if need.precision in _PRECISIONS] or list(needs)
        each = self.listed(
            self.say("m-need", bytes=bytes_text(need.bytes), precision=self.say(f"m-precision-{need.precision}"))
            for need in shown
        )
        rooms = [
            (self.say("m-room-card", bytes=bytes_text(self._machine.card)), [(n, n.fits_card) for n in shown]),
            (self.say("m-room-memory", bytes=bytes_text(self._machine.memory)), [(n, n.fits_memory) for n in shown]),
        ]
        fits = [self._fits(room, pairs) for room, pairs in rooms if pairs[0][1] is not None]
        return self.listed((each, *fits), "m-semicolon")

    def _fits(self, room: str, pairs: list[tuple[Need, bool | None]]) -> str:
        names = {need.precision: self.say(f"m-precision-{need.precision}") for need, _ in pairs}
        good = [names[need.precision] for need, fits in pairs if fits]
        bad = [names[need.precision] for need, fits in pairs if not fits]
        if not bad or not good:
            return self.say("m-fits-all" if not bad else "m-fits-none", room=room)
        return self.say("m-fits-some", room=room, yes=good[0], no=bad[-1])

    def _digests(self, file: FileInspection) -> Iterator[tuple[str, str]]:
        sums = file.checksums
        verdict = self.say(f"m-digest-{sums.verdict}", where=sums.against) if sums.verdict else ""
        if sums.sha256 and (file.contents.format or verdict):
            yield self.say("m-digest"), sums.sha256
            yield self.say("m-digest-md5"), self.listed((sums.md5, verdict) if verdict else (sums.md5,), "m-semicolon")
        elif verdict:
            yield self.say("m-digest"), verdict


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest of the findings."""
    severities = {finding.severity for finding in findings}
    return "error" if "error" in severities else "warning" if severities else None


def all_findings(inspection: FileInspection | FolderInspection) -> tuple[Finding, ...]:
    """Those of a file, or of a folder and everything in it."""
    if isinstance(inspection, FileInspection):
        return inspection.findings
    return (*inspection.findings, *(finding for file in inspection.files for finding in file.findings))


def bytes_text(count: int) -> str:
    """A size for people: 1.4 GiB."""
    size = float(count)
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit in _UNITS[:2] or size >= 100 else f"{size:.1f} {unit}"


def number_text(count: int, language: Language) -> str:
    """A count for people: 74.2 million, 7420 万."""
    if language == "zh":
        return f"{count / 1e8:.2f} 亿" if count >= 10**8 else f"{count / 1e4:.0f} 万" if count >= 10**4 else str(count)
    if count >= 10**9:
        return f"{count / 1e9:.2f} billion"
    return f"{count / 1e6:.1f} million" if count >= 10**6 else f"{count:,}"


def printable(text: str) -> str:
    """`text` without anything that a terminal would obey: names in files are untrusted."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:400])
