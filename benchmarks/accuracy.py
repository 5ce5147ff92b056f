"""Accuracy over labelled logs: `python -m benchmarks.accuracy` writes docs/accuracy.md.

`--quick` leaves out the disguises and writes nothing.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import yaml

import voicelog
from benchmarks.corpus import BLIND, CORPUS, ROOT, SAMPLE, Case, among_three, harmful, load, right
from benchmarks.disguises import DISGUISES
from voicelog.match.find import pattern_hits
from voicelog.match.similar import nearest
from voicelog.model import Diagnosis, Report, Source
from voicelog.parse import parse
from voicelog.rank.verdict import judge
from voicelog.signatures.base import KnowledgeBase

DOCUMENT = ROOT / "docs" / "accuracy.md"
FIRST_RUNS = Path(__file__).with_name("first_runs.yaml")
SETS: dict[str, Callable[[], list[Case]]] = {
    "the labelled sample": lambda: load(SAMPLE) if SAMPLE.is_dir() else [],
    "the corpus": lambda: load(CORPUS, without=BLIND),
    "its blind fifth": lambda: load(BLIND),
}
_BURIED_EVERY = 20
"""Burying makes a log thousands of times longer: one in so many is measured."""

Answer = Callable[[str], Report]


def full(base: KnowledgeBase) -> Answer:
    """What `voicelog analyze` answers."""
    return lambda text: voicelog.analyze(text, knowledge=base)


def patterns_only(base: KnowledgeBase) -> Answer:
    """Exact patterns, without near wordings and similarity."""

    def answer(text: str) -> Report:
        log = parse(Source("log", text))
        return judge(log, pattern_hits(log, base), base, {name: fact.value for name, fact in log.facts.items()})

    return answer


def retrieval_only(base: KnowledgeBase) -> Answer:
    """The signature whose texts are most similar by TF-IDF, always answered."""

    def answer(text: str) -> Report:
        near = nearest(text, base, 3)
        found = tuple(Diagnosis(one.id, min(one.score, 1.0), ()) for one in near)
        return Report("log", "diagnosed" if found else "healthy", found)

    return answer


def share(values: Sequence[bool]) -> str:
    return f"{sum(values) / len(values):.1%} ({sum(values)}/{len(values)})" if values else "none"


def calibration_error(cases: Sequence[Case], reports: Sequence[Report]) -> float:
    """Expected calibration error of the first answers over ten bins."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for case, report in zip(cases, reports, strict=True):
        if report.diagnoses:
            confidence = report.diagnoses[0].confidence
            bins[min(int(confidence * 10), 9)].append((confidence, right(case, report)))
    total = sum(map(len, bins.values()))
    gaps = (
        len(rows) * abs(sum(ok for _, ok in rows) / len(rows) - sum(sure for sure, _ in rows) / len(rows))
        for rows in bins.values()
    )
    return sum(gaps) / total if total else 0.0


def summary(cases: Sequence[Case], reports: Sequence[Report]) -> dict[str, str]:
    """The figures of one set, by name."""
    pairs = list(zip(cases, reports, strict=True))
    causes = [(case, report) for case, report in pairs if case.cause]
    return {
        "first answer": share([right(*pair) for pair in causes]),
        "first three": share([among_three(*pair) for pair in causes]),
        "hard ones": share([right(*pair) for pair in causes if pair[0].hard]),
        "`unknown`": share([right(*pair) for pair in pairs if pair[0].root == "unknown"]),
        "`healthy`": share([right(*pair) for pair in pairs if pair[0].root == "healthy"]),
        "confident and wrong": share([harmful(*pair) for pair in pairs]),
        "calibration error": f"{calibration_error(cases, reports):.3f}",
    }


def by_area(cases: Sequence[Case], reports: Sequence[Report]) -> str:
    areas: defaultdict[str, list[bool]] = defaultdict(list)
    for case, report in zip(cases, reports, strict=True):
        areas[case.root.split(".")[0]].append(right(case, report))
    return ", ".join(f"{area} {sum(rows)}/{len(rows)}" for area, rows in sorted(areas.items()))


def disguise_rows(cases: Sequence[Case], base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """(disguise, share right in plain and in disguise, evidence lines that are the original's)."""
    answer = full(base)
    rows = []
    for name, disguise in DISGUISES.items():
        chosen = cases[::_BURIED_EVERY] if name.startswith("buried") else cases
        plain: list[bool] = []
        worn: list[bool] = []
        lines: list[bool] = []
        for case in chosen:
            disguised = disguise(case.text)
            if disguised is None:
                continue
            before = answer(case.text)
            if evidence_lost(before, disguised.origins):
                continue
            after = voicelog.analyze(disguised.data, knowledge=base)
            plain.append(right(case, before))
            worn.append(right(case, after))
            lines.extend(_lines_agree(before, after, disguised.origins))
        loss = 100 * (sum(plain) - sum(worn)) / len(plain)
        rows.append((name, f"{share(worn)}, {loss:+.1f} points lost", share(lines)))
        print(name, rows[-1][1:], flush=True)
    return rows


def evidence_lost(report: Report, origins: Sequence[int]) -> bool:
    """Whether the lines that prove the plain answer are no part of the disguised log: then nobody could tell."""
    wanted = {one.line for diagnosis in report.diagnoses[:1] for one in diagnosis.evidence}
    wanted |= {one.line for one in report.benign} | ({report.failure.line} if report.failure else set())
    return bool(wanted) and not wanted <= set(origins)


def _lines_agree(before: Report, after: Report, origins: Sequence[int]) -> list[bool]:
    """Whether the first evidence of the same diagnosis points at the same original line."""
    if not (before.diagnoses and after.diagnoses) or before.diagnoses[0].id != after.diagnoses[0].id:
        return []
    wanted = {one.line for one in before.diagnoses[0].evidence}
    return [bool({origins[one.line - 1] for one in after.diagnoses[0].evidence} & wanted)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no disguises, nothing written")
    options = parser.parse_args()
    base = voicelog.open_knowledge()
    answers = {
        "voicelog": full(base),
        "patterns only": patterns_only(base),
        "TF-IDF retrieval only": retrieval_only(base),
    }
    sections = []
    for name, read in SETS.items():
        cases = read()
        if not cases:
            continue
        figures = {who: summary(cases, [answer(case.text) for case in cases]) for who, answer in answers.items()}
        areas = by_area(cases, [answers["voicelog"](case.text) for case in cases])
        sections.append(_table(f"{name[0].upper()}{name[1:]}: {len(cases)} logs", figures, areas))
        print(sections[-1], flush=True)
    if options.quick:
        return
    rows = disguise_rows(load(CORPUS), base)
    disguised = [
        "## In disguise",
        "",
        "The whole corpus, each log in every shape in which logs reach us.",
        "",
        "| disguise | first answer | evidence at the right line |",
        "|---|---|---|",
        *(f"| {one} | {two} | {three} |" for one, two, three in rows),
        "",
    ]
    DOCUMENT.write_text(
        "\n".join([_head(), *sections, *disguised, _first_runs(), _misses(answers["voicelog"])]), encoding="utf-8"
    )


def _head() -> str:
    return (
        "# Accuracy\n\n"
        f"Written by `python -m benchmarks.accuracy` on {date.today().isoformat()}. A first answer is right where it is the label, an id that the "
        "label accepts, or one that hangs below.\nThe corpus was written and labelled before voicelog was asked; a fifth of it stays unread (`tests/corpus/blind/`). "
        "The scorer's weights come from `python -m benchmarks.fit`.\n"
    )


def _table(title: str, figures: dict[str, dict[str, str]], areas: str) -> str:
    names = list(next(iter(figures.values())))
    lines = [f"## {title}", "", f"| figure | {' | '.join(figures)} |", "|---" * (len(figures) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(figure[name] for figure in figures.values())} |" for name in names]
    return "\n".join([*lines, "", f"By area: {areas}.", ""])


def _first_runs() -> str:
    runs = yaml.safe_load(FIRST_RUNS.read_text(encoding="utf-8"))
    lines = [
        "## First runs",
        "",
        "Each batch as it was scored the first time, before anything was mended: the estimate of the truth.",
        "",
        "| date | batch | logs | first answer | first three | `unknown` | `healthy` | confident and wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        lines.append(
            "| "
            + " | ".join(
                str(run.get(key, ""))
                for key in ("date", "batch", "logs", "first", "three", "unknown", "healthy", "harm")
            )
            + " |"
        )
    return "\n".join([*lines, ""])


def _misses(answer: Answer) -> str:
    """What is still answered wrong in the open corpus."""
    lines = ["## What misses", ""]
    for case in load(CORPUS, without=BLIND):
        report = answer(case.text)
        if not right(case, report):
            said = report.diagnoses[0].id if report.diagnoses else report.verdict
            lines.append(f"- `{case.name}`: {case.root}, answered {said}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
