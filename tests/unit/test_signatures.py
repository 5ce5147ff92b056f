"""Signature files are read strictly, and every deviation is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entry_samples import HEAD
from voicelog.linear import compile_pattern
from voicelog.signatures.codes import patterns_of
from voicelog.signatures.compile import compile_base
from voicelog.signatures.conditions import holds
from voicelog.signatures.lint import lint
from voicelog.signatures.literals import required
from voicelog.signatures.load import load
from voicelog.signatures.types import Condition

GOOD = (
    HEAD
    + """\
match:
  - pattern: 'widget (?P<name>\\w+) exploded'
fixes:
  - id: calm
    title: {en: Calm it, zh: 安抚}
    risk: advice
    steps: [{en: Do it., zh: 去做。}]
examples:
  - {source: 'https://example.org/1', text: widget a exploded}
  - {source: 'https://example.org/2', text: widget b exploded}
not_examples:
  - {why: it did not, text: widget a imploded}
"""
)


def write(folder: Path, text: str, name: str = "area/name.yaml") -> Path:
    path = folder / "signatures" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str) -> list[str]:
    loaded = load([write(folder, text)])
    return [f"{one.line}: {one.message} {one.hint}" for one in loaded.problems]


def test_good_file_has_no_problem(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, GOOD)])
    assert loaded.problems == ()
    assert list(lint(loaded.signatures[0])) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("severity: error", "severty: error", 4, "did you mean 'severity'?"),
        ("status: stable", "status: stabel", 2, "stable?"),
        ("id: area.name", "id: area.other", 1, "write area.name"),
        ("    risk: advice", "    risk: advice\n    risk: edit", 13, "duplicate key 'risk'"),
        ("zh: 标题}", "zn: 标题}", 5, "'zh' is missing"),
        ("match:", "match: 3\nmatc:", 7, "must be a list"),
        ("title: {en: A title", "title: {en: [A title", 5, "is not YAML"),
    ],
)
def test_deviation_is_named_with_its_line(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace(old, new))
    assert any(words in one for one in found), found
    assert any(one.startswith((f"{line}:", f"{line + 1}:")) for one in found), found


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "{", "area/broken.yaml")
    write(tmp_path, "", "area/empty.yaml")
    (tmp_path / "signatures" / "area" / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    loaded = load([tmp_path])
    assert [one.id for one in loaded.signatures] == ["area.name"]
    assert len(loaded.problems) == 3


def test_no_code_in_yaml(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("A title", "!!python/object/apply:os.system ['touch pwned']"))
    load([tmp_path])
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(a)\1 again", "not usable"),
        (r"(?=x)ahead", "not usable"),
        (r"Error|x.*y", "plain piece"),
        (r"(?i)error: .*", "no more than that something failed"),
        ("a" * 5000, "longer than"),
        (r"(?:unclosed", "not usable"),
    ],
)
def test_patterns_that_are_not_linear_or_not_specific_are_refused(pattern: str, words: str, tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace(r"widget (?P<name>\w+) exploded", pattern))
    loaded = load([tmp_path])
    found = [(one.message, one.hint) for one in loaded.problems]
    found += [(remark.message, remark.hint) for one in loaded.signatures for remark in lint(one)]
    assert any(words in message and hint for message, hint in found), found


def test_placeholders_must_be_the_same_and_always_there(tmp_path: Path) -> None:
    text = GOOD.replace("Because of it.", "'Because of {name} and {size}.'").replace("因为它。", "'因为 {name}。'")
    found = list(lint(load([write(tmp_path, text)]).signatures[0]))
    assert any("placeholders differ" in one.message and "'zh' lacks {size}" in one.hint for one in found)
    optional = GOOD.replace("Because of it.", "'Because[[ of {name}]].'").replace("因为它。", "'因为[[ {name}]]。'")
    assert list(lint(load([write(tmp_path, optional)]).signatures[0])) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"CUDA out of memory\. Tried", "CUDA out of memory. Tried"),
        (r"(?i)low (?:gpu|vram) memory", "LOW VRAM memory"),
        (r"(?:显存|内存)不足", "内存不足"),
        (r"colou?rs? of (?:the )?rainbow", "color of rainbow"),
        (r"\[WinError 12[67]\]", "[WinError 127]"),
    ],
)
def test_required_piece_stands_in_what_matches(pattern: str, text: str) -> None:
    pieces = required(pattern)
    assert pieces
    assert compile_pattern(pattern).search(text)
    assert any(piece in text.lower() for piece in pieces)


_WORDS = st.sampled_from(["alpha", "beta", "gamma rays", "delta", "显存不足"])


@given(st.lists(st.tuples(_WORDS, st.sampled_from(["", "?", "|", "s*", r"\d+ "])), min_size=1, max_size=6))
def test_required_pieces_never_miss_a_match(parts: list[tuple[str, str]]) -> None:
    """Whatever the pattern, a text that it matches holds one of its pieces."""
    pattern, text = "", ""
    for word, tail in parts:
        pattern += f"(?:{word}){tail}" if tail in ("?", "s*") else word + tail
        text += word + ("7 " if tail.startswith("\\d") else "")
    pattern = pattern.rstrip("|")
    pieces = required(pattern)
    found = compile_pattern(pattern).search(text)
    if pieces and found:
        assert any(piece in text for piece in pieces)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("WinError 126", "OSError: [WinError 126] Не найден указанный модуль."),
        ("WinError 126", "Could not load library cudnn_ops_infer64_8.dll. Error code 126"),
        ("WinError 126", "cannot load library 'sndfile.dll': error 0x7e"),
        ("Errno 28", "OSError: [Errno 28] No space left on device"),
        ("Errno 28", "Error: No space left on device (os error 28)"),
        ("exit 137", "container exited with code 137"),
        ("signal SIGSEGV", "died with <Signals.SIGSEGV: 11>"),
        ("signal SIGSEGV", "Process finished with exit code 139"),
        ("status 0xC0000005", "Process finished with exit code -1073741819 (0xC0000005)"),
        ("status 0xC0000005", "returned 3221225477"),
    ],
)
def test_code_is_found_in_every_form(code: str, line: str) -> None:
    assert any(compile_pattern(pattern).search(line) for pattern in patterns_of(code))


def test_code_is_not_found_in_longer_numbers() -> None:
    assert not any(compile_pattern(pattern).search("[WinError 1260] x") for pattern in patterns_of("WinError 126"))


@pytest.mark.parametrize(
    ("accepted", "known", "expected"),
    [
        (">=2.6", "2.10.0", True),
        (">=2.6", "2.5.1", False),
        (">=2.1,<2.4", "2.3.9", True),
        ("windows", "windows", True),
        ("3.1", "3.10", False),
        ("cu118", "cu121", False),
        ("any", "whatever", True),
    ],
)
def test_condition(accepted: str, known: str, expected: bool) -> None:
    assert holds(Condition(needs={"fact": (accepted,)}), {"fact": known}) is expected
    assert holds(Condition(excludes={"fact": (accepted,)}), {"fact": known}) is (not expected)


def test_unknown_fact_decides_nothing() -> None:
    assert holds(Condition(needs={"fact": ("x",)}), {}) is None
    assert holds(Condition(needs={"fact": ("any",)}), {}) is False
    assert holds(Condition(excludes={"fact": ("x",)}), {}) is True


def test_a_later_folder_cannot_replace_an_id(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", GOOD), write(tmp_path / "two", GOOD.replace("A title", "Another"))
    base = compile_base([one, two], "key", similarity=False)
    assert base.signature("area.name").title.en == "A title"
    assert any("is taken" in problem.message for problem in base.problems)
