"""Packs: found wherever they may be, checked, refused in clear words; they add and never override."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from pack_samples import LOG, MANIFEST, Run, answer_of, beside, commands_in, contents, entry, folder_of, zipped
from voicelog import analyze
from voicelog.packs.find import find_packs
from voicelog.signatures.packs import to_pack


@pytest.fixture
def kb(tmp_path: Path) -> Run:
    return commands_in(tmp_path)


def test_a_pack_answers_from_everywhere_it_can_be(kb: Run, tmp_path: Path) -> None:
    assert answer_of(kb, tmp_path) == []
    pack = folder_of(tmp_path / "my pack", contents())
    assert answer_of(kb, tmp_path, VOICELOG_PACKS=str(pack)) == ["my-project.model.empty"]
    packed = tmp_path / "my-project.zip"
    packed.write_bytes(zipped(contents(), top="my-project-main/"))
    assert answer_of(kb, tmp_path, VOICELOG_PACKS=str(packed)) == ["my-project.model.empty"]
    work = tmp_path / "work"
    (work / "voicelog.toml").write_text(f"packs = ['{pack}']\n", encoding="utf-8")
    assert answer_of(kb, tmp_path) == ["my-project.model.empty"]
    (work / "voicelog.toml").unlink()
    folder_of(work / ".voicelog", contents())
    assert answer_of(kb, tmp_path) == ["my-project.model.empty"]
    (work / ".voicelog" / "pack.yaml").unlink()
    assert answer_of(kb, tmp_path) == []
    assert kb("kb", "install", str(pack), "--yes")[0] == 0
    assert answer_of(kb, tmp_path) == ["my-project.model.empty"]
    assert "my-project.model.empty" in kb("kb", "list", "--area", "my-project")[1]
    assert "voice bank" in kb("kb", "show", "my-project.model.empty")[1]
    assert kb("kb", "install", "--remove", "my-project")[0] == 0
    assert answer_of(kb, tmp_path) == []


def test_the_project_of_the_log_and_of_the_program_brings_its_pack(kb: Run, tmp_path: Path) -> None:
    """Wherever voicelog runs: the log's own folder, --project, and the program that `run` starts lead to it."""
    project = tmp_path / "语音 项目"
    folder_of(project / ".voicelog", contents())
    log = project / "logs" / "run.log"
    log.parent.mkdir()
    log.write_text(LOG, encoding="utf-8")
    other = tmp_path / "other.log"
    other.write_text(LOG, encoding="utf-8")

    def verdicts(*arguments: str) -> list[str]:
        out = kb("analyze", "--format", "jsonl", *arguments)[1]
        return [json.loads(line)["verdict"] for line in out.splitlines()]

    assert verdicts(str(log)) == ["diagnosed"]
    assert verdicts(str(other)) == ["unknown"]
    assert verdicts(str(other), "--project", str(project)) == ["diagnosed"]
    assert verdicts("--jobs", "2", str(log), str(other)) == ["diagnosed", "diagnosed"]
    program = project / "infer.py"
    program.write_text("class MyProjectError(Exception): pass\nraise MyProjectError('voice bank 7 is empty')\n")
    code, _, error = kb("run", "--", sys.executable, "-u", str(program))
    assert code == 1 and "my-project.model.empty" in error
    assert "my-project.model.empty" in kb("runs", "show", "last")[1]


def test_paths_in_the_text_of_a_log_lead_to_no_pack(kb: Run, tmp_path: Path) -> None:
    project = tmp_path / "project"
    folder_of(project / ".voicelog", contents())
    (project / "a.py").write_text("x = 1\n" * 5)
    log = tmp_path / "sent by somebody.log"
    log.write_text(LOG.replace("/srv/a.py", str(project / "a.py")), encoding="utf-8")
    assert json.loads(kb("analyze", "--format", "json", str(log))[1])["verdict"] == "unknown"


@pytest.mark.skipif(sys.platform == "win32", reason="no owners there")
def test_a_pack_that_another_user_left_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In /tmp anybody can put a `.voicelog` above what others do there."""
    folder_of(tmp_path / ".voicelog", contents())
    assert find_packs([], [tmp_path]) == [tmp_path / ".voicelog"]
    if os.getuid() == 0:
        os.chown(tmp_path / ".voicelog", 4321, -1)
    owner = (tmp_path / ".voicelog").stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert find_packs([], [tmp_path]) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
def test_a_folder_that_may_not_be_looked_into_holds_no_pack_and_no_settings(tmp_path: Path) -> None:
    """After sudo the current folder can be one that the new user may not search."""
    inside = tmp_path / "locked" / "in"
    inside.mkdir(parents=True)
    code = "import os; from pathlib import Path\n"
    code += "from voicelog.packs.find import find_packs\nfrom voicelog.cli.settings import _project_files\n"
    code += "os.chmod('..', 0o600)\nif os.getuid() == 0: os.setuid(65534)\n"
    code += "print(find_packs([], [Path(place)]), _project_files(Path(place)))\n"
    code = f"place = {str(inside)!r}\n{code}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "VOICELOG_DATA": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], cwd=inside, env=environment, capture_output=True, text=True)
    assert done.stdout == "[] []\n", done.stderr


def test_lint_and_test_of_a_pack(kb: Run, tmp_path: Path) -> None:
    pack = folder_of(tmp_path / "pack", contents())
    for action in ("lint", "test"):
        code, out, error = kb("kb", action, str(pack))
        assert code == 0, out + error
    (pack / "signatures/model/empty.yaml").write_text(entry(pattern="voice bank"), encoding="utf-8")
    code, out, _ = kb("kb", "test", str(pack))
    assert code == 1
    assert "near miss 1 is taken for it" in out


def test_a_bad_entry_is_reported_and_the_rest_works(kb: Run, tmp_path: Path) -> None:
    bad = entry("model.bad", pattern="(a+)+(?=b)")
    pack = folder_of(tmp_path / "pack", contents(**{"signatures/model/bad.yaml": bad, "signatures/x.yaml": "{"}))
    _, _, error = kb("analyze", "-", VOICELOG_PACKS=str(pack))
    assert "bad.yaml:8" in error and "x.yaml:" in error
    assert answer_of(kb, tmp_path, VOICELOG_PACKS=str(pack)) == ["my-project.model.empty"]


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("", "no pack.yaml"),
        ("name: gpu\nversion: 1.0\nlicence: MIT\nvoicelog: 0.1.0\n", "taken"),
        ("name: Bad Name\nversion: 1.0\nlicence: MIT\nvoicelog: 0.1.0\n", "no name"),
        ("name: my-project\nversion: 1.0\nlicence: MIT\nvoicelog: 99.0\n", "needs voicelog 99.0"),
        ("name: my-project\nversion: 1.0\nvoicelog: 0.1.0\n", "'licence' is missing"),
        ("name: my-project\nverson: 1.0\nlicence: MIT\nvoicelog: 0.1.0\n", "did you mean 'version'?"),
        ("[[[[", "not YAML"),
    ],
)
def test_a_pack_that_cannot_be_used_is_refused_in_one_line(manifest: str, words: str, kb: Run, tmp_path: Path) -> None:
    files = {"signatures/model/empty.yaml": entry(), **({"pack.yaml": manifest} if manifest else {})}
    code, out, error = kb("kb", "install", str(folder_of(tmp_path / "pack", files)), "--yes")
    assert code == 2
    assert out == ""
    assert words in error or "hint" in error
    assert error.count("\n") == 1, error


def test_a_pack_adds_and_never_overrides() -> None:
    """Where the base knows the cause a pack stands behind it; a healthy log stays healthy."""
    everything = to_pack(
        {
            "pack.yaml": MANIFEST.format(version="1").encode(),
            "signatures/a.yaml": entry("a", "CUDA out of memory").encode(),
            "signatures/b.yaml": entry("b", "training finished").encode(),
        },
        "pack",
    )
    base = beside(everything.loaded)
    report = analyze("RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n", knowledge=base)
    assert [one.id for one in report.diagnoses] == ["gpu.out-of-memory", "my-project.a"]
    assert analyze("training finished\nall done\n", knowledge=base).verdict == "healthy"


@pytest.mark.slow
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_line_of_a_pack_is_found_in_a_large_log(place: float) -> None:
    """Of a log of 3 MB only a part is read; what packs look for counts for that part too."""
    everything = {
        "pack.yaml": MANIFEST.format(version="1").encode(),
        "signatures/model/empty.yaml": entry(pattern="bank .{1,9} holds nothing").encode(),
        "signatures/all.yaml": entry("all", "epoch .{1,9} done").encode(),
    }
    base = beside(to_pack(everything, "pack").loaded)
    lines = [f"epoch {at} done, all is well" for at in range(110_000)]
    lines[int(place * len(lines))] = "bank 7 holds nothing"
    log = "\n".join([*lines, "RuntimeError: odd things happened", ""]).encode()
    report = analyze(log, knowledge=base)
    assert "my-project.model.empty" in [one.id for one in report.diagnoses]
    ids = {one.id: one for one in report.diagnoses}
    assert [one.line for one in ids["my-project.model.empty"].evidence] == [int(place * 110_000) + 1]
