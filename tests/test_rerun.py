"""`voicelog rerun`: shown before done, compared afterwards, taken back where it did not help, remembered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import voicelog
from programs import PYTHON, OnTerminal, command, environment, start
from voicelog.experience import recall, remember
from voicelog.runner.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

SIGNATURE = """
id: test.{name}
status: experimental
category: environment
severity: error
title: {{en: Broken {name}, zh: 坏了 {name}}}
cause: {{en: It is broken., zh: 坏了。}}
match: [{{pattern: 'RuntimeError: broken {name}'}}]
fixes: {fixes}
"""
FIX = "{{id: {id}, title: {{en: Try {id}, zh: 试 {id}}}, risk: {risk}, {more}}}"


def fix(id: str, more: str, risk: str = "command") -> str:
    return FIX.format(id=id, risk=risk, more=more)


class Bench:
    """A folder with a program, and signatures for what goes wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.knowledge = folder / "knowledge" / "test"
        self.knowledge.mkdir(parents=True)

    def signature(self, name: str, *fixes: str) -> None:
        text = SIGNATURE.format(name=name, fixes=f"[{', '.join(fixes)}]")
        (self.knowledge / f"{name}.yaml").write_text(text, encoding="utf-8")

    def program(self, code: str) -> None:
        (self.folder / "infer.py").write_text(f"import os, sys\n{code}\n", encoding="utf-8")

    def voicelog(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        folder = str(self.knowledge.parent)
        return subprocess.run(
            command(*arguments),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment(VOICELOG_KNOWLEDGE=folder, **more),
            timeout=120,
        )

    def run(self, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.voicelog("run", "--", PYTHON, "infer.py", *options, **more)

    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.voicelog("runs", "show", "--format", "json").stdout)
        return found


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("VOICELOG_CACHE", str(tmp_path / "cache"))  # other bases push a compiled one out
    return Bench(tmp_path)


def test_the_first_safe_fix_is_shown_and_nothing_is_done_without_a_yes(bench: Bench) -> None:
    bench.signature("a", fix("install", "commands: ['touch installed']"), fix("setting", "env: {GOOD: 'yes'}"))
    bench.program("if os.environ.get('GOOD') != 'yes': raise RuntimeError('broken a')")
    assert "voicelog rerun --fix setting" in bench.run().stderr
    for options in (["--dry-run"], [], ["--no-input"]):
        done = bench.voicelog("rerun", *options)
        assert "GOOD=yes" in done.stderr
        assert done.returncode == (0 if options == ["--dry-run"] else 2)
    assert len(Store().ids()) == 1
    assert not (bench.folder / "installed").exists()


@pytest.mark.parametrize(("answer", "runs"), [(b"y\n", 2), (b"n\n", 1), (b"\n", 1)])
def test_it_asks_at_a_terminal(bench: Bench, answer: bytes, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.signature("a", fix("setting", "env: {GOOD: 'yes'}"))
    bench.program("if os.environ.get('GOOD') != 'yes': raise RuntimeError('broken a')")
    bench.run()
    monkeypatch.setenv("VOICELOG_KNOWLEDGE", str(bench.knowledge.parent))
    screen = OnTerminal("rerun", folder=bench.folder)
    screen.read_until(b"[y/N]")
    screen.type(answer)
    assert screen.wait() == (0 if runs == 2 else 2)
    assert len(Store().ids()) == runs


def test_fixed_says_how_to_run_it_from_now_on(bench: Bench) -> None:
    bench.signature("a", fix("setting", "env: {GOOD: 'yes'}"))
    bench.program("print('start')\nif os.environ.get('GOOD') != 'yes': raise RuntimeError('broken a')\nprint('done')")
    bench.run()
    done = bench.voicelog("rerun", "--yes")
    assert done.returncode == 0
    assert done.stdout == "start\ndone\n"
    assert "✓ Fixed" in done.stderr
    assert "set GOOD=yes" in done.stderr.split("without voicelog", 1)[1]
    found = bench.last()
    assert found["outcome"]["verdict"] == "fixed"
    assert found["outcome"]["before"] == "test.a"
    assert found["applied"][0]["fix"] == "setting"


def test_a_fix_that_did_not_help_is_taken_back_and_not_carried_on(bench: Bench) -> None:
    bench.signature(
        "a",
        fix("one", "env: {ONE: '1'}, edit: [{file: config.json, key: x, value: '2'}], args: [{remove: --half}]"),
        fix("two", "env: {TWO: '1'}"),
    )
    bench.program(
        "sys.stdout.write(f\"{os.environ.get('ONE')} {sys.argv[1:]}\\n\")\n"
        "if not os.environ.get('TWO'): raise RuntimeError('broken a')"
    )
    (bench.folder / "config.json").write_text('{"x": 1}')
    bench.run("--half")
    first = bench.voicelog("rerun", "--yes", "--fix", "one")
    assert first.stdout == "1 []\n"
    assert "The same failure" in first.stderr
    assert "Taken back: the environment variables, the options, the edited file" in first.stderr
    assert (bench.folder / "config.json").read_text() == '{"x": 1}'
    assert bench.last()["outcome"]["undone"] == ["env", "args", "edit"]
    second = bench.voicelog("rerun", "--yes")
    assert second.stdout == "None ['--half']\n", "the next one starts where the failed fix began, with the next fix"
    assert "✓ Fixed" in second.stderr


def test_another_failure_later_is_further_and_the_fix_stays(bench: Bench) -> None:
    bench.signature("a", fix("one", "env: {ONE: '1'}"))
    bench.signature("b", fix("two", "env: {TWO: '1'}"))
    bench.program(
        "print('first')\nif not os.environ.get('ONE'): raise RuntimeError('broken a')\n"
        "print('second')\nif not os.environ.get('TWO'): raise RuntimeError('broken b')"
    )
    bench.run()
    done = bench.voicelog("rerun", "--yes")
    assert "Further" in done.stderr
    assert "from line 3 to line 5" in done.stderr
    done = bench.voicelog("rerun", "--yes")
    assert "✓ Fixed" in done.stderr
    assert {"set ONE=1", "set TWO=1"} <= {line.strip() for line in done.stderr.splitlines()}


def test_an_earlier_failure_is_worse(bench: Bench) -> None:
    bench.signature("a", fix("one", "env: {ONE: '1'}"))
    bench.program(
        "if os.environ.get('ONE'): raise RuntimeError('broken b')\nprint('work')\nraise RuntimeError('broken a')"
    )
    bench.run()
    assert "Worse" in bench.voicelog("rerun", "--yes").stderr
    assert bench.last()["outcome"]["verdict"] == "worse"


def test_commands_run_in_the_failing_interpreter_and_cannot_be_taken_back(bench: Bench) -> None:
    (bench.folder / "make.py").write_text("import sys\nopen('installed', 'w').write(sys.executable)\n")
    bench.signature("a", fix("install", "commands: ['{python} make.py']"))
    bench.program("raise RuntimeError('broken a')")
    bench.run()
    done = bench.voicelog("rerun", "--yes", "--fix", "install")
    assert (bench.folder / "installed").read_text() == PYTHON
    assert "cannot be taken back: what the commands installed" in done.stderr


def test_a_command_that_fails_stops_before_the_run_and_undoes_the_edits(bench: Bench) -> None:
    more = "commands: ['false'], edit: [{file: config.json, key: x, value: '2'}]"
    bench.signature("a", fix("install", more))
    bench.program("raise RuntimeError('broken a')")
    (bench.folder / "config.json").write_text('{"x": 1}')
    bench.run()
    done = bench.voicelog("rerun", "--yes", "--fix", "install")
    assert done.returncode == 2
    assert "false: ended with 1" in done.stderr
    assert (bench.folder / "config.json").read_text() == '{"x": 1}'
    assert len(Store().ids()) == 1


def test_a_fix_with_a_warning_is_never_tried_unasked(bench: Bench) -> None:
    bench.signature("a", fix("risky", "env: {GOOD: 'yes'}, warning: {en: It may lie., zh: 可能出错。}"))
    bench.program("if os.environ.get('GOOD') != 'yes': raise RuntimeError('broken a')")
    bench.run()
    assert bench.voicelog("rerun", "--yes").returncode == 2
    assert bench.voicelog("rerun", "--try", "--yes").returncode == 2
    done = bench.voicelog("rerun", "--yes", "--fix", "risky")
    assert "! It may lie." in done.stderr
    assert "✓ Fixed" in done.stderr


def test_several_fixes_at_once(bench: Bench) -> None:
    bench.signature("a", fix("one", "args: [{replace: --device, with: cpu}]"), fix("two", "args: [{remove: --half}]"))
    bench.program("if sys.argv[1:] != ['--device', 'cpu']: raise RuntimeError('broken a')")
    bench.run("--device", "cuda", "--half")
    assert "✓ Fixed" in bench.voicelog("rerun", "--yes", "--fix", "one", "--fix", "two").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rerun", "--fix", "nothing"], ["nothing", "no fix for this run", "one"]),
        (["rerun", "--fix", "advice"], ["advice", "by hand"]),
        (["rerun", "20990101"], ["20990101", "no such run"]),
        (["runs", "compare", "last", "20990101"], ["20990101", "no such run"]),
    ],
)
def test_what_does_not_belong_gets_one_clear_line(bench: Bench, arguments: list[str], words: list[str]) -> None:
    bench.signature("a", fix("one", "env: {ONE: '1'}"), fix("advice", "steps: [{en: Do it., zh: 做。}]", "advice"))
    bench.program("raise RuntimeError('broken a')")
    bench.run()
    done = bench.voicelog(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_a_folder_or_program_that_is_gone(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    bench.signature("a", fix("one", "env: {ONE: '1'}"))
    place = tmp_path_factory.mktemp("place")
    (place / "tool").write_text("#!/bin/sh\necho 'RuntimeError: broken a' >&2; exit 1\n")
    (place / "tool").chmod(0o755)
    knowledge = environment(VOICELOG_KNOWLEDGE=str(bench.knowledge.parent))
    subprocess.run(command("run", "--", "./tool"), cwd=place, env=knowledge, capture_output=True, timeout=60)
    (place / "tool").unlink()
    assert bench.voicelog("rerun", "--yes").returncode == 127
    shutil.rmtree(place)
    done = bench.voicelog("rerun", "--yes")
    assert done.returncode == 2
    assert str(place) in done.stderr


def test_trying_stops_at_its_bounds(bench: Bench) -> None:
    bench.signature("a", *(fix(f"fix{n}", f"env: {{N{n}: '1'}}") for n in range(4)))
    bench.program("raise RuntimeError('broken a')")
    bench.run()
    done = bench.voicelog("rerun", "--try", "--yes", "--most", "2")
    assert "Tried 2 fixes" in done.stderr
    assert len(Store().ids()) == 3
    bench.program("import time; time.sleep(3); raise RuntimeError('broken a')")
    done = bench.voicelog("rerun", Store().ids()[0], "--try", "--yes", "--within", "2")
    assert "time for trying is over" in done.stderr
    assert len(Store().ids()) == 4


def test_what_worked_here_is_remembered_shown_and_ranked(bench: Bench) -> None:
    bench.signature("a", fix("one", "env: {ONE: '1'}"), fix("two", "env: {TWO: '1'}"))
    bench.program("if not os.environ.get('TWO'): raise RuntimeError('broken a')")
    bench.run()
    assert bench.voicelog("rerun", "--try", "--yes").returncode == 0
    told = bench.run().stderr
    assert "worked in 1 of 1 runs here" in told
    assert "voicelog rerun --fix two" in told
    (bench.folder / "log").write_text("RuntimeError: broken a\n")
    report = json.loads(bench.voicelog("analyze", "log", "--format", "json").stdout)
    fixes = report["diagnoses"][0]["fixes"]
    assert [(one["id"], one["here"]["worked"], one["here"]["tried"]) for one in fixes] == [("two", 1, 1), ("one", 0, 1)]
    assert "worked in 1 of 1 runs here" in bench.voicelog("analyze", "log").stdout
    page = bench.voicelog("kb", "show", "test.a").stdout
    assert "(worked in 1 of 1 runs here)" in page
    assert "(worked in 0 of 1 runs here)" in page
    shown = json.loads(bench.voicelog("kb", "show", "test.a", "--format", "json").stdout)
    assert [(one["id"], one["here"]) for one in shown["fixes"]] == [
        ("one", {"worked": 0, "tried": 1}),
        ("two", {"worked": 1, "tried": 1}),
    ]


def test_memory_survives_torn_lines_and_belongs_to_this_machine(tmp_path: Path) -> None:
    remember([("a", "one")], "r1", True, tmp_path)
    with (tmp_path / "outcomes.jsonl").open("ab") as stream:
        stream.write(b'{"signature": "a", "fi')
    remember([("a", "one"), ("a", "two")], "r2", False, tmp_path)
    found = recall(tmp_path)
    assert found["a", "one"] == (1, 2)
    assert found["a", "two"] == (0, 1)
    assert recall(tmp_path / "nowhere") == {}


def test_runs_are_listed_compared_and_removed(bench: Bench) -> None:
    bench.signature("a", fix("setting", "env: {GOOD: 'yes'}"))
    bench.program("if os.environ.get('GOOD') != 'yes': raise RuntimeError('broken a')")
    bench.run("--text", "你好 世界")
    bench.voicelog("rerun", "--yes")
    older, newer = Store().ids()
    listed = bench.voicelog("runs", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [newer, older]
    assert "test.a" in listed[1]
    assert all(len(line) <= 90 for line in listed)
    assert bench.voicelog("runs", "list", "--failed").stdout.startswith(older)
    shown = bench.voicelog("runs", "show", older).stdout
    assert f"voicelog rerun {older} --fix setting" in shown
    assert "Broken a" in shown
    assert "RuntimeError: broken a" in bench.voicelog("runs", "show", older, "--log").stdout
    compared = bench.voicelog("runs", "compare", older, newer).stdout
    assert "✓ Fixed" in compared
    assert bench.voicelog("runs", "prune", "--keep", "1", "--dry-run").stdout.startswith("Runs that would go: 1")
    assert Store().ids() == [older, newer]
    bench.voicelog("runs", "prune", "--keep", "1")
    assert Store().ids() == [newer]
    bench.voicelog("runs", "prune", newer)
    assert Store().ids() == []
    assert bench.voicelog("runs", "list").stdout.startswith("There is no run")


def test_old_runs_go_by_themselves(bench: Bench) -> None:
    bench.program("print('ok')")
    for _ in range(4):
        bench.run(VOICELOG_KEEP_RUNS="2")
    assert len(Store().ids()) == 2


def test_a_damaged_record_does_not_stop_the_others(bench: Bench) -> None:
    bench.program("print('ok')")
    bench.run()
    bench.run()
    damaged, whole = Store().ids()
    (Store().runs / damaged / "run.json").write_text('{"id": ')
    assert bench.voicelog("runs", "list").stdout.split()[0] == whole
    done = bench.voicelog("runs", "show", damaged)
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert f"voicelog runs prune {damaged}" in done.stderr
    assert bench.voicelog("runs", "prune", damaged).stdout.startswith("Runs removed: 1")
    assert Store().ids() == [whole]


def test_runs_go_by_number_age_and_size(bench: Bench) -> None:
    """Ids tell when a run began; a run that goes on and is older than all limits stays."""
    bench.program("print('x' * 100)\nif sys.argv[1:] == ['wait']: print(flush=True); input()")
    for _ in range(4):
        bench.run()
    runs = Store().runs
    day = time.strftime("%Y%m%d", time.localtime(time.time() - 40 * 86400))
    old = runs / f"{day}-120000-0000"
    shutil.copytree(runs / Store().ids()[0], old)
    assert json.loads(bench.voicelog("runs", "prune", "--days", "30", "--format", "json").stdout)["removed"] == [
        old.name
    ]
    assert len(Store().ids()) == 4
    for identifier in Store().ids()[:2]:
        (runs / identifier / "output-000000.zst").write_bytes(os.urandom(3 << 20))
    assert bench.voicelog("runs", "prune", "--mb", "4").stdout.startswith("Runs removed: 1")
    waiting = start("run", "--", PYTHON, "infer.py", "wait", folder=bench.folder)
    assert waiting.stdout is not None
    waiting.stdout.readline()
    bench.run()
    assert bench.voicelog("runs", "prune", "--keep", "1").stdout.startswith("Runs removed: 3")
    states = {Store().get(one).state for one in Store().ids()}
    assert states == {"running", "ended"}
    waiting.communicate(b"\n")
    assert bench.voicelog("runs", "prune", "--days", "0.00000001").stdout.startswith("Runs removed: 2")


def test_the_library_runs_and_mends_without_printing(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    bench.program(
        "print('你好')\nif os.environ.get('PYTHONUTF8') != '1': raise UnicodeEncodeError('gbk', 'é', 0, 1, 'illegal multibyte sequence')"
    )
    pieces: list[bytes] = []
    run = voicelog.run([PYTHON, "infer.py"], folder=bench.folder, on_output=pieces.append)
    assert isinstance(run, voicelog.Run)
    assert run.exit is not None
    assert (run.exit.code, run.failed, run.state) == (1, True, "ended")
    assert run.report is not None
    assert run.report.diagnoses[0].id == "encoding.console"
    assert run.output == b"".join(pieces)
    assert run.output.startswith("你好\n".encode())
    mended = voicelog.rerun(run, ["utf8-mode"])
    assert isinstance(mended, voicelog.Rerun)
    assert mended.outcome.verdict == "fixed"
    assert not mended.run.failed
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("argv", "code"), [([], 2), (["no-such-program"], 127), (["/"], 126), (["a\0b"], 2)])
def test_the_library_raises_for_what_cannot_start(argv: list[str], code: int) -> None:
    with pytest.raises(voicelog.VoicelogError) as caught:
        voicelog.run(argv)
    assert getattr(caught.value, "code", None) == code
    assert not (Path(os.environ["VOICELOG_STATE"]) / "runs").exists()


def test_the_library_ends_a_program_whose_time_is_over() -> None:
    run = voicelog.run(["sleep", "60"], timeout=0.5)
    assert run.exit is not None
    assert run.exit.stopped_by == "time"
    assert run.seconds < 30


def test_a_fix_of_a_pack_is_found_beside_the_program_and_applied_only_by_name(bench: Bench, tmp_path: Path) -> None:
    pack = bench.folder / ".voicelog" / "my-project"
    (pack / "signatures" / "model").mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: my-project\nversion: 1.0.0\nlicence: MIT\nvoicelog: 0.1.0\n")
    entry = SIGNATURE.format(name="cable", fixes=f"[{fix('mend', 'env: {MENDED: 1}')}]")
    entry = entry.replace("test.cable", "my-project.model.cable").replace("RuntimeError: broken", "Cable .{1,20}")
    entry += "examples: [{source: 'https://example.org/1', text: 'RuntimeError: Cable seven cable'}]\n"
    (pack / "signatures" / "model" / "cable.yaml").write_text(entry, encoding="utf-8")
    bench.program("if 'MENDED' not in os.environ: raise RuntimeError('Cable seven cable')")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    bench.run()
    assert bench.last()["report"]["diagnoses"][0]["id"] == "my-project.model.cable"
    bench.folder = elsewhere
    refused = bench.voicelog("rerun", "--yes")
    assert (refused.returncode, bench.last()["parent"]) == (2, ""), refused.stderr
    done = bench.voicelog("rerun", "--yes", "--fix", "mend")
    assert done.returncode == 0, done.stderr
    assert bench.last()["outcome"]["verdict"] == "fixed"


def test_a_base_that_is_compiled_first_leaves_nothing_in_the_environment(bench: Bench, tmp_path: Path) -> None:
    """scikit-learn sets KMP_DUPLICATE_LIB_OK, which would hide a failure that only two OpenMP libraries bring."""
    bench.program("print(sorted(name for name in os.environ if name.startswith('KMP')))\nsys.exit(1)")
    bench.run()
    again = bench.voicelog("rerun", "--again", "--yes", VOICELOG_CACHE=str(tmp_path / "another"))
    assert again.stdout == "[]\n"
