"""The report of a run: its output, and behind it what the watching showed."""

from __future__ import annotations

import re
from pathlib import Path

from voicelog.ingest.decode import decode
from voicelog.model import Report, Source
from voicelog.parse import parse
from voicelog.pipeline import analyze_source
from voicelog.runner.damaged import damaged_package
from voicelog.runner.logs import read_log
from voicelog.runner.symptoms import ending, observations
from voicelog.runner.types import Run
from voicelog.signatures.base import KnowledgeBase

_HEAD, _TAIL = 2**17, 2**20
"""Bytes of the output that are read; a failure shows at the end, and what led to it at the beginning."""
_LINE = re.compile(r"[\r\n]+")


def explain(run: Run, base: KnowledgeBase, oom_kills: int = 0) -> Report:
    """What went wrong in a run that has ended, or that nothing did."""
    text = text_of(run)
    facts = facts_of(run)
    seen: list[str] = []
    if run.exit is not None:
        last = next((line.strip() for line in reversed(_LINE.split(text[-4096:])) if line.strip()), "")
        seen = observations(run.exit, run.samples, oom_kills=oom_kills, last_line=last)
    report = _analyze(run, text, seen, base, facts)
    if run.exit is not None and report.verdict == "healthy" and (end := ending(run.exit)):
        report = _analyze(run, text, [*seen, end], base, facts)
    return _with_damaged_package(report, run, text, base)


def _with_damaged_package(report: Report, run: Run, text: str, base: KnowledgeBase) -> Report:
    """The fact that decides whether a model file can be had again from its package; looked for only then."""
    fixes = [fix for one in report.diagnoses for fix in base.signature(one.id).fixes]
    if not any("damaged_package" in fix.when.needs for fix in fixes):
        return report
    name = damaged_package(parse(Source("", text)), run.interpreter)
    return report._replace(facts={**report.facts, "damaged_package": name}) if name else report


def text_of(run: Run) -> str:
    """The kept output of a run as text, bounded."""
    data = _excerpt(read_log(run.record))
    return decode(data)[0] if data else ""


def _analyze(run: Run, text: str, seen: list[str], base: KnowledgeBase, facts: dict[str, str]) -> Report:
    whole = text + ("\n" if text and not text.endswith("\n") else "") + "\n".join(seen)
    return analyze_source(Source(" ".join(run.argv), whole), base, facts)


def _excerpt(data: bytes) -> bytes:
    """`data` with the lines of its middle empty, so that every line keeps its number."""
    if len(data) <= _HEAD + _TAIL:
        return data
    head, tail = data[:_HEAD].rfind(b"\n") + 1, data.find(b"\n", len(data) - _TAIL)
    tail = tail if tail > 0 else len(data) - _TAIL
    return data[:head] + b"\n" * data.count(b"\n", head, tail) + data[tail:]


def facts_of(run: Run) -> dict[str, str]:
    """What the run itself tells of its machine."""
    import platform

    systems = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}
    facts = {"os": systems.get(platform.system(), platform.system().lower())}
    if run.interpreter:
        facts["interpreter"] = run.interpreter
        facts["environment"] = _environment_of(Path(run.interpreter))
    if run.samples and run.samples[0].gpus:
        gpu = run.samples[0].gpus[0]
        facts |= {"gpu": gpu.name, "gpu_vendor": "nvidia", "vram_total": f"{gpu.memory_total / 2**30:.2f} GiB"}
    return facts


def _environment_of(interpreter: Path) -> str:
    home = interpreter.parent
    if home.name == "runtime":
        return "portable"
    if any((place / "pyvenv.cfg").is_file() for place in (home, home.parent)):
        return "venv"
    if any((place / "conda-meta").is_dir() for place in (home, home.parent)):
        return "conda"
    return "system"
