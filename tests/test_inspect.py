"""`voicelog inspect` as a user runs it: streams, exit codes, formats, languages, bad input."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model_samples import VITS, Call, Name, T, faiss_ivf, pickled, rvc, safetensors, torch_zip
from test_cli import ROOT, voicelog

EVIL = b"\x80\x02cos\nsystem\nX\x0b\0\0\0touch owned\x85R."


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with an honest voice, its index, and half of another."""
    folder = tmp_path / "模型 models"
    folder.mkdir()
    torch_zip(folder / "voice.pth", rvc())
    faiss_ivf(folder / "added.index", 768, 2, 3)
    (folder / "half.pth").write_bytes((folder / "voice.pth").read_bytes()[:5000])
    return folder


def ran(*arguments: str, **more: Any) -> tuple[int, str, str]:
    done = voicelog("inspect", *arguments, **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_whole_model_is_described_and_exits_with_0(models: Path) -> None:
    code, out, err = ran(str(models / "voice.pth"), "--lang", "en")
    assert (code, err) == (0, "")
    for text in ("RVC voice model (for use)", "v2", "40000", "PyTorch checkpoint", "only what rebuilds tensors"):
        assert text in out
    assert re.search(r"SHA-256 +[0-9a-f]{64}", out)


def test_a_finding_exits_with_1_and_shows_cause_and_fix(models: Path) -> None:
    code, out, err = ran(str(models / "half.pth"), "--lang", "en")
    assert (code, err) == (1, "")
    assert "model.file-corrupt" in out
    assert "central directory" in out
    assert "1. Delete the file and download it again" in out


def test_a_remark_is_shown_and_is_no_finding(tmp_path: Path) -> None:
    """A healthy folder of RVC: its HuBERT names fairseq's classes, and a discriminator is no voice."""
    hubert = {"args": None, "cfg": Call(Name("fairseq.data.dictionary", "Dictionary"), ()), "model": VITS}
    torch_zip(tmp_path / "hubert_base.pt", hubert)
    torch_zip(tmp_path / "voice.pth", rvc())
    code, out, err = ran(str(tmp_path), "--lang", "en")
    assert (code, err) == (0, "")
    assert "Files: 2, with something to see to: 1" in out
    assert "! The model file holds more than weights" in out or "model.weights-only" in out
    assert out.startswith("! ")


def test_both_languages_say_the_same(models: Path) -> None:
    code, out, _ = ran(str(models / "half.pth"), "--lang", "zh")
    assert code == 1
    assert "模型文件不完整或已损坏" in out
    assert "文件在第 5,000 字节处被截断" in out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_fits_the_terminal(language: str, models: Path) -> None:
    from voicelog.render.width import width

    (models / "evil.pth").write_bytes(EVIL)
    _, out, _ = ran(str(models), "--lang", language, COLUMNS="80")
    lines = [line for line in out.splitlines() if str(models.parent) not in line and "://" not in line]
    assert [line for line in lines if width(line) > 80] == []


def test_what_cannot_be_read_exits_with_2_and_does_not_stop_the_rest(models: Path) -> None:
    code, out, err = ran(str(models / "nothing.pth"), str(models / "voice.pth"), "--lang", "en")
    assert code == 2
    assert err.strip() == f"voicelog: {models / 'nothing.pth'}: no such file (check the path and its spelling)"
    assert "RVC voice model" in out


def test_a_folder(models: Path) -> None:
    code, out, _ = ran(str(models), "--lang", "en")
    assert code == 1
    assert "Files: 3, with something to see to: 1" in out
    assert "✓ voice.pth: RVC voice model, version v2, sample rate 40000, pitch (f0) yes" in out
    assert "✓ added.index: RVC feature index" in out
    assert "✗ half.pth" in out


def test_json_is_one_document(models: Path) -> None:
    code, out, _ = ran(str(models / "voice.pth"), "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["schema"] == "voicelog.inspection/1"
    assert (found["kind"], found["use"], found["whole"], found["safety"]) == ("rvc.voice", "inference", True, "plain")
    assert found["parameters"] == sum(tensor_count(tensor) for tensor in found["tensors"])
    assert found["findings"] == []


def tensor_count(tensor: dict[str, Any]) -> int:
    count = 1
    for size in tensor["shape"]:
        count *= size
    return count


def test_json_of_several_paths_is_a_list_with_the_errors_in_place(models: Path) -> None:
    code, out, _ = ran(str(models / "half.pth"), str(models / "none.pth"), str(models), "--format", "json")
    half, none, folder = json.loads(out)
    assert code == 2
    assert half["problems"][0]["cause"] == "model.file-corrupt"
    assert half["problems"][0]["fixes"][0]["id"] == "replace-file"
    assert none["error"]["message"] == "no such file"
    assert [Path(file["path"]).name for file in folder["files"]] == ["added.index", "half.pth", "voice.pth"]


def test_jsonl_is_an_object_a_path(models: Path) -> None:
    _, out, _ = ran(str(models / "half.pth"), str(models / "voice.pth"), "--format", "jsonl")
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["", "rvc.voice"]


def test_markdown_quotes_names_as_code(models: Path) -> None:
    path = models / "`*half*`.pth"
    path.write_bytes(b"")
    code, out, _ = ran(str(path), "--format", "markdown", "--lang", "en")
    assert code == 1
    assert "'*half*'.pth`" in out
    assert "(`model.file-corrupt`)" in out


def test_malicious_files_are_never_run(models: Path) -> None:
    (models / "evil.pth").write_bytes(EVIL)
    code, out, _ = ran(str(models / "evil.pth"), "--lang", "en", folder=models)
    assert code == 1
    assert "os.system" in out
    assert "Do not load it." in out
    assert not (models / "owned").exists()


def test_names_in_files_cannot_reach_the_terminal(tmp_path: Path) -> None:
    safetensors(tmp_path / "m.safetensors", {"\x1b[2J\x07": T((2,))})
    data = pickled({"a": 1})[0]
    (tmp_path / "e.pkl").write_bytes(b"\x80\x02c\x1b]0;x\x07\nsystem\n." + data)
    for name in ("m.safetensors", "e.pkl"):
        _, out, _ = ran(str(tmp_path / name), "--lang", "en")
        assert "\x1b" not in out
        assert "\x07" not in out


def test_sha256(models: Path) -> None:
    path = str(models / "voice.pth")
    good = json.loads(ran(path, "--format", "json")[1])["sha256"]
    assert ran(path, "--sha256", good.upper())[0] == 0
    code, out, _ = ran(path, "--sha256", "0" * 64, "--lang", "en")
    assert code == 1
    assert "model.checksum-mismatch" in out


@pytest.mark.parametrize("digest", ["abc", "g" * 64, "0" * 63])
def test_a_digest_that_is_none(digest: str, models: Path) -> None:
    code, out, err = ran(str(models / "voice.pth"), "--sha256", digest)
    assert (code, out) == (2, "")
    assert "--sha256: is no SHA-256 (give all 64 hexadecimal digits)" in err


def test_a_digest_belongs_to_one_file(models: Path) -> None:
    assert ran(str(models), "--sha256", "0" * 64)[0] == 2


def test_arguments() -> None:
    assert ran("")[0] == 2
    assert ran()[0] == 2
    assert "did you mean --deep?" in ran("--dep", "x")[2]
    assert ran("--help")[0] == 0


def test_a_format_that_only_logs_have_does_no_harm(models: Path) -> None:
    assert ran(str(models / "voice.pth"), VOICELOG_FORMAT="html")[0] == 0


def test_a_console_that_cannot_show_it_gets_something_plain(models: Path) -> None:
    done = voicelog("inspect", str(models / "half.pth"), "--lang", "zh", PYTHONIOENCODING="gbk")
    assert "模型文件不完整" in done.stdout.decode("gbk")
    done = voicelog("inspect", str(models / "voice.pth"), "--lang", "en", PYTHONIOENCODING="ascii")
    assert done.stdout.startswith(b"+ ")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_deep_shows_how_far_it_is_on_a_terminal_only(models: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    command = [sys.executable, "-m", "voicelog", "inspect", "--deep", str(models / "voice.pth")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=follower, env=environment, timeout=120)
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert done.returncode == 0
    assert re.search(r"\] \d+ % of \d+", shown)
    assert shown.endswith("\x1b[K")
    assert ran("--deep", str(models / "voice.pth"))[2] == ""


@pytest.mark.slow
def test_five_gigabytes_are_read_by_their_header_alone(tmp_path: Path) -> None:
    """A sparse file: reading all of it would take seconds, and is not done."""
    path = tmp_path / "large.safetensors"
    size = 5 * 2**30
    header = json.dumps({"w": {"dtype": "F16", "shape": [size // 2], "data_offsets": [0, size]}}).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(header)) + header)
        stream.truncate(8 + len(header) + size)
    code = (
        "import sys, pathlib, json; from voicelog.modelfile import examine, tables, window; read = [0];"
        "old = window.Window.peek;"
        "window.Window.peek = lambda self, at, count: (read.__setitem__(0, read[0] + count), old(self, at, count))[1];"
        f"examine.examine(pathlib.Path(sys.argv[1]), tables.load_tables(pathlib.Path({str(ROOT / 'knowledge' / 'models')!r})),"
        " examine.Options()); print(read[0])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 2**20


def test_the_library_door(models: Path) -> None:
    from voicelog.modelfile.examine import Options, examine
    from voicelog.modelfile.tables import load_tables
    from voicelog.signatures.location import bundled

    found = examine(models / "voice.pth", load_tables(bundled() / "models"), Options())
    assert (found.kind, found.safety, found.findings) == ("rvc.voice", "plain", ())
    assert len(found.contents.tensors) == len(VITS) + 2
