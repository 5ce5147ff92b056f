"""The wheel holds what it must and works away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    (path,) = folder.glob("*.whl")
    return path


def test_contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "voicelog/py.typed" in names
    assert "voicelog/knowledge/signatures/gpu/out-of-memory.yaml" in names
    assert {f"voicelog/knowledge/models/{table}.yaml" for table in ("globals", "kinds", "known", "projects")} <= {
        *names
    }
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"voicelog", "voicelog_tui"}
    assert not [name for name in names if name.endswith(".log")]
    shipped = sum(name.endswith(".yaml") and "/signatures/" in name for name in names)
    assert shipped == sum(1 for _ in (ROOT / "knowledge" / "signatures").rglob("*.yaml"))


def test_installed_script_answers_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Installed into its own environment; the dependencies come from the one that runs the tests."""
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [str(scripts / "python"), "-m", "pip", "install", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    (site,) = (tmp_path / "env").rglob("site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(here + "\n", encoding="utf-8")
    for command in ([str(scripts / "voicelog")], [str(scripts / "python"), "-m", "voicelog"]):
        done = subprocess.run(
            [*command, "analyze", "-"],
            input=b"RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n",
            capture_output=True,
            cwd="/",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert b"gpu.out-of-memory" in done.stdout
