"""What runs on a pull request, before a commit, and when a pack is signed, run here."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from test_cli import ROOT, voicelog
from test_docs import blocks
from test_kb import GOOD

WORKFLOW = ROOT / ".github" / "workflows" / "knowledge.yml"
git = pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="a repository is needed")


def run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    names = {f"GIT_{role}_{what}": "test@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, **environment}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@git
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the script is for the runner's bash")
def test_a_pull_request_gets_its_findings_as_annotations(tmp_path: Path) -> None:
    """The very script that the workflow runs, in a clone with a commit that is no good and then is."""
    clone = tmp_path / "clone"
    assert run("git", "clone", "-q", "--local", str(ROOT), str(clone), folder=tmp_path).returncode == 0
    for name in (".ci", "analyzer", "knowledge"):
        shutil.copytree(ROOT / name, clone / name, dirs_exist_ok=True)
    assert run("git", "add", "-A", folder=clone).returncode == 0
    run("git", "commit", "-q", "-m", "the state under test", folder=clone)
    base = run("git", "rev-parse", "HEAD", folder=clone).stdout.strip()
    environment = {"VOICELOG": f"{sys.executable} -m voicelog", "PYTHONPATH": str(clone / "analyzer")}

    def gates() -> subprocess.CompletedProcess[str]:
        run("git", "add", "-A", folder=clone)
        run("git", "commit", "-q", "-m", "change", folder=clone)
        return run("bash", ".ci/knowledge", base, folder=clone, **environment)

    assert "no signature changed" in gates().stdout
    path = clone / "knowledge" / "signatures" / "widget" / "exploded.yaml"
    path.parent.mkdir()
    path.write_text(GOOD.replace("imploded", "exploded").replace("severity", "severty"), encoding="utf-8")
    done = gates()
    assert done.returncode == 1
    found = re.findall(r"^::error file=knowledge/signatures/widget/exploded\.yaml,line=(\d+)::(.+)$", done.stdout, re.M)
    assert {"4", "18"} <= {line for line, _ in found}, done.stdout + done.stderr
    assert any("did you mean 'severity'?" in message for _, message in found)
    path.write_text(GOOD, encoding="utf-8")
    done = gates()
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_workflow_runs_that_script_on_pull_requests_and_may_write_nothing() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True]["pull_request"]["paths"] == ["knowledge/signatures/**"]
    steps = [step.get("run", "") for step in workflow["jobs"]["gates"]["steps"]]
    assert any(".ci/knowledge" in step for step in steps)
    assert not any("${{" in step for step in steps)


def test_the_hooks_run_what_they_name(tmp_path: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "signatures" / "widget" / "exploded.yaml"
    path.parent.mkdir(parents=True)
    for text, code in ((GOOD, 0), (GOOD.replace("{name: a}", "{name: b}").replace("zh: 过热。", "zh: TODO"), 1)):
        path.write_text(text, encoding="utf-8")
        for hook in hooks:
            assert re.search(hook["files"], path.as_posix())
            assert hook["entry"].startswith("voicelog ")
            done = voicelog(*hook["entry"].split()[1:], str(path))
            assert done.returncode == code, done.stdout.decode()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl signs")
def test_the_commands_that_sign_a_pack_make_what_an_update_accepts(tmp_path: Path) -> None:
    (commands,) = (one for one in blocks(ROOT / "knowledge" / "README.md", "text") if "openssl" in one)
    (tmp_path / "pack.zip").write_bytes(b"the bytes of a zip")
    done = run("bash", "-euo", "pipefail", "-c", commands, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(done.stdout.strip()))
    key.verify(base64.b64decode((tmp_path / "pack.zip.sig").read_text()), b"the bytes of a zip")


def test_the_example_of_a_manifest_is_one(tmp_path: Path) -> None:
    from voicelog.signatures.packs import to_pack

    (manifest,) = (one for one in blocks(ROOT / "knowledge" / "README.md", "yaml") if one.startswith("name: "))
    assert to_pack({"pack.yaml": manifest.encode()}, "pack").manifest.name == "my-project"
