"""The real program: streams, exit codes, formats, settings, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OOM = (
    "Traceback (most recent call last):\n"
    '  File "infer.py", line 3, in <module>\n'
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.71 GiB (GPU 0; 6.00 GiB total capacity; "
    "4.61 GiB already allocated; 0 bytes free; 4.70 GiB reserved in total by PyTorch)\n"
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run.log"
    path.write_text(OOM, encoding="utf-8")
    return path


def voicelog(
    *arguments: str, given: bytes = b"", folder: Path | None = None, merged: bool = False, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user does, with nobody's settings; `merged` puts both streams into one, as a terminal does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VOICELOG_", "LC_", "LANG"))}
    clean |= {name: os.environ[name] for name in ("VOICELOG_CACHE", "VOICELOG_STATE") if name in os.environ}
    source = os.pathsep.join([str(ROOT / "analyzer"), str(ROOT / "tui")])
    return subprocess.run(
        [sys.executable, "-m", "voicelog", *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        cwd=folder or ROOT / "tests",
        env={**clean, "PYTHONPATH": source, "LANG": "C.UTF-8", **environment},
        timeout=120,
    )


def test_a_failure_is_an_answer_and_not_an_error(log: Path) -> None:
    done = voicelog("analyze", str(log))
    assert done.returncode == 0
    assert done.stderr == b""
    out = done.stdout.decode()
    assert "gpu.out-of-memory" in out
    assert "    3  torch.cuda.OutOfMemoryError" in out


def test_standard_input_and_exit_code() -> None:
    assert voicelog("analyze", "-", given=OOM.encode()).returncode == 0
    assert voicelog("analyze", given=OOM.encode()).returncode == 0
    assert voicelog("analyze", "--exit-code", given=OOM.encode()).returncode == 1
    assert voicelog("analyze", "--exit-code", given=b"loaded, done\n").returncode == 0


def test_json_is_one_document_with_the_contract(log: Path) -> None:
    report = json.loads(voicelog("analyze", "--format", "json", str(log)).stdout)
    assert report["schema"] == "voicelog.report/1"
    assert report["source"] == str(log)
    assert report["verdict"] == "diagnosed"
    top = report["diagnoses"][0]
    assert top["id"] == "gpu.out-of-memory"
    assert top["captures"]["requested"] == "1.71 GiB"
    assert top["evidence"][0]["line"] == 3
    assert report["facts"]["vram_total"] == "6.00 GiB"
    assert {"risk", "title", "steps", "commands", "id"} <= set(top["fixes"][0])


def test_several_inputs_keep_their_order_and_one_bad_one_does_not_stop_them(log: Path, tmp_path: Path) -> None:
    fine = tmp_path / "fine.log"
    fine.write_text("all good\n")
    done = voicelog("analyze", "--format", "jsonl", str(log), str(tmp_path / "nowhere.log"), str(fine))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["verdict"] for line in lines] == ["diagnosed", None, "healthy"]
    assert done.returncode == 2
    assert b"no such file" in done.stderr
    documents = json.loads(voicelog("analyze", "--format", "json", str(log), str(fine)).stdout)
    assert [one["verdict"] for one in documents] == ["diagnosed", "healthy"]


def test_languages(log: Path) -> None:
    assert "显存" in voicelog("analyze", "--lang", "zh", str(log)).stdout.decode()
    assert "显存" in voicelog("analyze", str(log), LANG="zh_CN.UTF-8").stdout.decode()
    assert "显存" in voicelog("analyze", str(log), VOICELOG_LANG="zh").stdout.decode()
    assert "显存" not in voicelog("analyze", str(log)).stdout.decode()


def test_markdown_keeps_log_text_in_code(tmp_path: Path) -> None:
    out = voicelog("analyze", "--format", "markdown", "-", given=OOM.encode()).stdout.decode()
    assert out.startswith("### ")
    assert "```text\n    3  torch.cuda.OutOfMemoryError" in out


def test_html_escapes_log_text() -> None:
    hostile = b"RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB <script>alert(1)</script>\n"
    page = voicelog("analyze", "--format", "html", "-", given=hostile).stdout.decode()
    assert page.startswith("<!doctype html>")
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_colour_only_where_wanted(log: Path) -> None:
    assert b"\x1b[" not in voicelog("analyze", str(log)).stdout
    assert b"\x1b[" in voicelog("analyze", str(log), FORCE_COLOR="1").stdout
    assert b"\x1b[" not in voicelog("analyze", str(log), FORCE_COLOR="1", NO_COLOR="1").stdout


def test_empty_input_is_an_answer() -> None:
    done = voicelog("analyze", "-", given=b"")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"empty" in done.stdout
    report = json.loads(voicelog("analyze", "--format", "json", "-", given=b"").stdout)
    assert report["verdict"] == "healthy"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze", "nowhere.log"], ["nowhere.log", "no such file", "spelling"]),
        (["analyze", "."], ["folder", "name the log files"]),
        (["analyze", "--fromat", "json"], ["--fromat", "did you mean --format?"]),
        (["analyze", "--format", "xml"], ["invalid choice", "xml"]),
        (["analyse"], ["invalid choice"]),
        (["analyze", "--knowledge", "nowhere", "-"], ["nowhere", "no folder of signatures"]),
    ],
)
def test_bad_input_gets_one_clear_line_and_code_2(arguments: list[str], words: list[str]) -> None:
    done = voicelog(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    message = done.stderr.decode()
    assert message.count("\n") == 1, message
    assert all(word in message for word in words), message


def test_binary_and_damaged_archive(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(Path(sys.executable).resolve().read_bytes()[:4096])
    damaged = tmp_path / "log.gz"
    damaged.write_bytes(b"\x1f\x8b\x08\x00broken")
    for path, word in ((program, b"not a log"), (damaged, b"damaged")):
        done = voicelog("analyze", str(path))
        assert done.returncode == 2
        assert word in done.stderr


def test_settings_from_files_and_their_errors(log: Path, tmp_path: Path) -> None:
    (tmp_path / "voicelog.toml").write_text('lang = "zh"\n', encoding="utf-8")
    assert "显存" in voicelog("analyze", str(log), folder=tmp_path).stdout.decode()
    assert "显存" not in voicelog("analyze", str(log), folder=tmp_path, VOICELOG_LANG="en").stdout.decode()
    (tmp_path / "voicelog.toml").unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.voicelog]\nformat = "json"\n', encoding="utf-8")
    assert json.loads(voicelog("analyze", str(log), folder=tmp_path).stdout)
    (tmp_path / "pyproject.toml").write_text('[tool.voicelog]\nlnag = "zh"\n', encoding="utf-8")
    done = voicelog("analyze", str(log), folder=tmp_path)
    assert done.returncode == 2
    assert b"did you mean 'lang'?" in done.stderr


def test_version_names_the_knowledge() -> None:
    out = voicelog("--version").stdout.decode()
    assert out.startswith("voicelog 0.")
    assert "knowledge" in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_script(shell: str) -> None:
    done = voicelog("completion", shell)
    assert done.returncode == 0
    assert b"voicelog" in done.stdout


def test_bash_completes_options() -> None:
    """Ask the program the way the shell's hook does: on file descriptor 8."""
    script = "exec 8>&1 9>&2; " + f'"{sys.executable}" -m voicelog'
    environment = {
        "_ARGCOMPLETE": "3",
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": "python -m voicelog analyze --fo",
        "COMP_POINT": "31",
        "COMP_TYPE": "9",
        "PYTHONPATH": str(ROOT / "analyzer"),
    }
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env={**os.environ, **environment}, timeout=60, cwd=ROOT
    )
    assert b"--format" in done.stdout


def test_help_without_arguments() -> None:
    done = voicelog()
    assert done.returncode == 0
    assert b"analyze" in done.stdout


def test_a_reader_that_goes_away_is_no_error(log: Path) -> None:
    command = f'"{sys.executable}" -m voicelog analyze {log} {log} {log} | head -1; exit "${{PIPESTATUS[0]}}"'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment, timeout=60)
    assert done.stderr == b""
    assert done.returncode == 0


def test_text_for_a_console_without_our_marks() -> None:
    done = voicelog("analyze", "-", given=OOM.encode(), PYTHONIOENCODING="gbk", VOICELOG_LANG="zh")
    assert done.returncode == 0
    assert "显存" in done.stdout.decode("gbk")
    done = voicelog("analyze", "-", given=OOM.encode(), PYTHONIOENCODING="ascii")
    assert done.stdout.decode("ascii").startswith("x ")


def test_log_text_never_becomes_a_command(tmp_path: Path) -> None:
    hostile = "ModuleNotFoundError: No module named 'x; rm -rf ~ && $(reboot)'\n"
    report = json.loads(voicelog("analyze", "--format", "json", "-", given=hostile.encode()).stdout)
    commands = [command for one in report["diagnoses"] for fix in one["fixes"] for command in fix["commands"]]
    assert not any("rm -rf" in command or "reboot" in command for command in commands)


def test_explain_says_why_this_and_not_that(log: Path) -> None:
    text = voicelog("analyze", "--explain", str(log)).stdout.decode()
    assert "Why this and not that" in text
    report = json.loads(voicelog("analyze", "--explain", "--format", "json", str(log)).stdout)
    assert report["explanation"]["candidates"][0]["reasons"]
    assert "explanation" not in json.loads(voicelog("analyze", "--format", "json", str(log)).stdout)
