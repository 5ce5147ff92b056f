"""`voicelog kb` through the real program: looking up, checking, in both languages and as JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from test_cli import ROOT, voicelog

GOOD = """\
id: widget.exploded
status: experimental
category: environment
severity: error
title: {en: The widget {name} exploded, zh: 小部件 {name} 爆炸了}
cause: {en: It was overheated., zh: 过热。}
match:
  - pattern: 'widget (?P<name>\\w+) exploded in flight'
fixes:
  - id: calm
    title: {en: Calm it, zh: 安抚}
    risk: advice
    steps: [{en: Do it., zh: 去做。}]
examples:
  - {source: 'https://example.org/1', text: 'RuntimeError: widget a exploded in flight', captures: {name: a}}
  - {source: 'https://example.org/2', text: 'RuntimeError: widget b exploded in flight'}
not_examples:
  - {why: it did not, text: 'RuntimeError: widget b imploded in flight'}
""".replace(
    "{en: The widget {name} exploded, zh: 小部件 {name} 爆炸了}",
    "{en: 'The widget {name} exploded', zh: '小部件 {name} 爆炸了'}",
)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "草 稿.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def kb(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return voicelog("kb", *arguments)


def ids(*arguments: str) -> list[str]:
    return [one["id"] for one in json.loads(kb(*arguments, "--format", "json").stdout)]


def test_list_chooses_by_area_category_status_and_tag() -> None:
    everything = ids("list")
    assert len(everything) >= 350
    assert set(ids("list", "--area", "gpu")) == {one for one in everything if one.startswith("gpu.")}
    assert ids("list", "--area", "gpu.out-of-memory")[0] == "gpu.out-of-memory"
    chosen = json.loads(kb("list", "--category", "network", "--tag", "Proxy", "--format", "json").stdout)
    assert chosen
    assert all(one["category"] == "network" and "proxy" in one["tags"] for one in chosen)
    assert set(ids("list", "--status", "experimental")) < set(everything)


def test_list_as_text_has_one_row_an_id_and_fits() -> None:
    done = kb("list", "--area", "audio")
    rows = done.stdout.decode()
    assert all(f"  {one} " in rows for one in ids("list", "--area", "audio"))
    assert all(len(row) <= 80 for row in rows.splitlines())
    assert b"found" in done.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("out of memroy", "gpu.out-of-memory"),
        ("显存不够", "gpu.out-of-memory"),
        ("ffmpg missing", "audio.ffmpeg-missing"),
        ("hugingface conection", "net.hub-unreachable"),
        ("GPT-SoVITS 找不到模型", "model.file-missing"),
        ("脚本执行策略", "os.powershell-policy"),
        ("powershel policy", "os.powershell-policy"),
    ],
)
def test_search_forgives_typos_in_both_languages(words: str, wanted: str) -> None:
    assert wanted in ids("search", *words.split())[:3]


def test_search_for_nothing_known_finds_nothing() -> None:
    assert ids("search", "zzzzqqqq") == []
    assert ids("search", "!!!") == []


def test_show_is_a_page_in_both_languages() -> None:
    english = kb("show", "gpu.out-of-memory").stdout.decode()
    chinese = kb("show", "gpu.out-of-memory", "--lang", "zh").stdout.decode()
    assert "Do this first" in english and "Known by" in english and "Example" in english
    assert "先这样做" in chinese and "显存" in chinese
    assert "[[" not in english + chinese


def test_show_says_everything_as_json() -> None:
    shown = json.loads(kb("show", "gpu.out-of-memory", "--format", "json").stdout)
    assert shown["match"] and shown["fixes"] and shown["examples"] and shown["not_examples"]
    assert shown["file"].endswith("out-of-memory.yaml")


def test_show_of_an_unknown_id_names_the_nearest() -> None:
    done = kb("show", "gpu.out-of-memroy")
    assert done.returncode == 2
    assert b"did you mean gpu.out-of-memory" in done.stderr


def test_stats_count_the_base() -> None:
    counted = json.loads(kb("stats", "--format", "json").stdout)
    assert counted["signatures"] == len(ids("list")) == sum(counted["areas"].values())
    assert "显卡" not in kb("stats").stdout.decode()
    assert "总计" in kb("stats", "--lang", "zh").stdout.decode()


def test_a_good_draft_anywhere_passes_every_gate(draft: Path) -> None:
    for action in ("lint", "test"):
        done = kb(action, str(draft))
        assert done.returncode == 0, done.stdout.decode()
        assert b"nothing wrong" in done.stderr
    assert "widget exploded in flight" in kb("lint", str(draft)).stdout.decode()


@pytest.mark.parametrize(
    ("old", "new", "action", "line", "words"),
    [
        ("severity: error", "severty: error", "lint", 4, "did you mean 'severity'?"),
        ("id: widget.exploded", "id: gpu.out-of-memory", "lint", 1, "is taken by"),
        ("小部件 {name} 爆炸了", "小部件爆炸了", "lint", 5, "'zh' lacks {name}"),
        (r"widget (?P<name>\w+) exploded in flight", "(?i)error: .*", "lint", 8, "no more than that something failed"),
        (r"widget (?P<name>\w+)", r"widget (?=x)(?P<name>\w+)", "lint", 8, "not usable"),
        ("fixes:", "consequences: [gpu.out-of-memroy]\nfixes:", "lint", 9, "did you mean gpu.out-of-memory?"),
        ("It was overheated.", "TODO", "lint", 6, "still to be written"),
        ("widget b exploded", "gadget b exploded", "test", 16, "example 2 is not recognised"),
        ("{name: a}", "{name: b}", "test", 15, "'name' is 'a', not 'b'"),
        ("imploded", "exploded", "test", 18, "near miss 1 is taken for it"),
        ("RuntimeError: widget b", "CUDA out of memory. Tried to allocate 2.00 GiB, widget b", "test", 16, "first"),
    ],
)
def test_a_finding_says_where_what_and_how_to_mend_it(
    old: str, new: str, action: str, line: int, words: str, draft: Path
) -> None:
    assert old in GOOD
    draft.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    done = kb(action, str(draft), "--format", "json")
    assert done.returncode == 1
    (checked,) = json.loads(done.stdout)
    found = [one for one in checked["findings"] if words in f"{one['message']} {one['hint']}"]
    assert found, checked
    assert found[0]["line"] == line
    assert found[0]["hint"]
    annotated = kb(action, str(draft), "--format", "github").stdout.decode()
    assert f",line={line}::" in annotated
    assert annotated.count("\n") == len(checked["findings"])


def test_a_pattern_that_takes_over_is_named_with_what_it_takes(draft: Path) -> None:
    draft.write_text(
        GOOD.replace(r"widget (?P<name>\w+) exploded in flight", r"(?P<name>CUDA) out of memory"), encoding="utf-8"
    )
    (checked,) = json.loads(kb("lint", str(draft), "--format", "json").stdout)
    assert "gpu.out-of-memory" in checked["reach"]["examples"]
    assert checked["reach"]["logs"]
    assert checked["reach"]["searched"] >= 400


def test_a_pattern_that_speaks_in_a_clean_log_is_found(draft: Path) -> None:
    """The word stands in the logs of many successful runs, and no failure needs it."""
    draft.write_text(
        GOOD.replace(r"widget (?P<name>\w+) exploded in flight", "(?i)(?P<name>warning)s? ?:"), encoding="utf-8"
    )
    (checked,) = json.loads(kb("test", str(draft), "--format", "json").stdout)
    assert any("successful run" in one["message"] for one in checked["findings"]), checked


def test_lint_of_nothing_that_is_there() -> None:
    for name, words in (("nowhere.yaml", "no such file"), ("gpu.out-of-memroy", "did you mean")):
        done = kb("lint", name)
        assert done.returncode == 2
        assert words in done.stderr.decode()


def test_lint_of_the_whole_base_is_clean() -> None:
    done = kb("lint")
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.slow
def test_watch_checks_again_at_each_save(draft: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "voicelog", "kb", "lint", str(draft), "--watch", "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr is not None
        patience = threading.Timer(120, process.kill)  # a line that never comes would be waited for without an end
        patience.start()
        try:
            assert b"Watching" in process.stderr.readline()
            assert b"nothing wrong" in process.stderr.readline()
            time.sleep(0.1)
            draft.write_text(GOOD.replace("It was overheated.", "TODO"), encoding="utf-8")
            assert b"1 finding" in process.stderr.readline()
        finally:
            patience.cancel()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 130
