"""What projects ask for, in every form and encoding that they write it, against what is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctor_places import by_check, machine
from hypothesis import given
from hypothesis import strategies as st

from voicelog.doctor.checks import run_checks
from voicelog.doctor.requirements import read_project

pytestmark = pytest.mark.usefixtures("plain_machine")


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (
            folder / name.replace("__", "-").replace("_txt", ".txt").replace("_toml", ".toml").replace("_yml", ".yml")
        ).write_text(text, encoding="utf-8")
    return folder


def asked(folder: Path) -> list[str]:
    return [str(one.requirement) for one in read_project(folder).wanted]


def test_a_requirement_file_in_full(tmp_path: Path) -> None:
    write(
        tmp_path,
        requirements_txt="# comment\n--extra-index-url https://download.pytorch.org/whl/cu118\ntorch>=2.0 # why\n"
        "numpy==1.23.5 \\\n  --hash=sha256:00\n-r requirements-base.txt\ngit+https://github.com/x/y.git\n./local\n"
        "fairseq @ git+https://github.com/One-sixth/fairseq.git\npywin32; sys_platform == 'win32'\n\nx[y]>=1\n",
        requirements__base_txt="librosa<0.11\n-r requirements.txt\n",
    )
    found = asked(tmp_path)
    assert found[:3] == ["torch>=2.0", "numpy==1.23.5", "librosa<0.11"]
    assert 'pywin32; sys_platform == "win32"' in found
    lines = {one.requirement.name: (one.file, one.line) for one in read_project(tmp_path).wanted}
    assert lines["numpy"] == ("requirements.txt", 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_encodings_of_windows(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes("# 中文注释\r\ntorch>=2.0\r\n".encode(encoding))
    assert asked(tmp_path) == ["torch>=2.0"]


def test_pyproject_and_poetry(tmp_path: Path) -> None:
    write(tmp_path, pyproject_toml='[project]\nrequires-python = ">=3.9,<3.12"\ndependencies = ["torch", "bad =="]\n')
    found = read_project(tmp_path)
    assert (found.python, found.python_file, asked(tmp_path)) == (">=3.9,<3.12", "pyproject.toml", ["torch"])
    write(tmp_path, pyproject_toml='[tool.poetry.dependencies]\npython = "^3.10"\n')
    assert read_project(tmp_path).python == ">=3.10,<4"


def test_conda_environments(tmp_path: Path) -> None:
    write(
        tmp_path,
        environment_yml="name: voice\ndependencies:\n  - python=3.10\n  - conda-forge::numpy=1.23=py310h\n  - scipy>=1.9\n"
        "  - pip\n  - pip:\n    - torch==2.1.0\n",
    )
    found = read_project(tmp_path)
    assert (found.python, found.python_file) == ("==3.10.*", "environment.yml")
    assert asked(tmp_path) == ["numpy==1.23.*", "scipy>=1.9", "pip", "torch==2.1.0"]


def test_files_of_other_cards_and_of_developers_are_not_the_main_one(tmp_path: Path) -> None:
    write(tmp_path, requirements__dev_txt="pytest\n", requirements__amd_txt="torch-directml\n")
    assert asked(tmp_path) == []
    write(tmp_path, requirements__py311_txt="torch>=2\n")
    assert asked(tmp_path) == ["torch>=2"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pyproject.toml", b"[project\nx"),
        ("environment.yml", b"a: [b\n- :"),
        ("environment.yml", b"dependencies: 3\n"),
        ("requirements.txt", b"\x00\x01\x02 binary \xff"),
        ("requirements.txt", b"-r requirements.txt\n"),
        ("requirements.txt", b"-r nowhere.txt\n"),
        ("requirements.txt", b"x" * 3_000_000),
    ],
)
def test_what_cannot_be_read_does_not_end_the_examination(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    findings = run_checks(machine(project=tmp_path, packages={"torch": "2.0"}))
    assert not [one for one in findings if one.message == "check-failed"]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "requirements.txt").write_text(text, encoding="utf-8", errors="ignore")
        (Path(folder) / "environment.yml").write_text(text, encoding="utf-8", errors="ignore")
        read_project(Path(folder))


def test_missing_and_differing(tmp_path: Path) -> None:
    write(tmp_path, requirements_txt="torch>=2.0\nnumpy==1.23.5\nlibrosa\nmissing-one; python_version < '3.8'\n")
    findings = by_check(
        run_checks(machine(project=tmp_path, packages={"torch": "1.13.1+cu117", "numpy": "1.23.5"})),
        "packages.requirements",
    )
    assert [(one.status, one.message, one.cause) for one in findings] == [
        ("fail", "requirements-missing", "deps.module-missing"),
        ("warn", "requirements-differ", "deps.conflict"),
    ]
    assert findings[0].evidence == ("requirements.txt:3: librosa",)
    assert findings[1].evidence == ("requirements.txt:1: torch>=2.0, installed: 1.13.1+cu117",)
    fine = machine(project=tmp_path, packages={"torch": "2.1.0", "numpy": "1.23.5", "librosa": "0.10.1"})
    assert [one.status for one in by_check(run_checks(fine), "packages.requirements")] == ["ok"]


def test_what_a_file_without_a_pip_option_asks_for_is_installed_by_name(tmp_path: Path) -> None:
    wanted = '["torch>=2.0", "uvicorn[standard]<1; python_version >= \'3\'", "numpy", "x @ https://example.org/x.zip"]'
    write(tmp_path, pyproject_toml=f'[project]\nname = "a"\ndependencies = {wanted}\n')
    (one, *_) = by_check(
        run_checks(machine(project=tmp_path, packages={"numpy": "2.0.0", "torch": "1.13.1"})), "packages.requirements"
    )
    assert one.commands == ('{pip} install "torch>=2.0" "uvicorn[standard]<1" "x"',)


@pytest.mark.parametrize(("python", "status"), [("3.10.4", "ok"), ("3.12.1", "fail"), ("3.8.18", "fail")])
def test_the_python_that_a_project_wants(tmp_path: Path, python: str, status: str) -> None:
    write(tmp_path, pyproject_toml='[project]\nrequires-python = ">=3.9,<3.12"\n')
    (one,) = by_check(run_checks(machine(project=tmp_path, python=python)), "python.version")
    assert one.status == status
    assert one.cause == "python.version-unsupported"


def test_a_file_of_the_project_that_hides_a_module(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("queue.py", "torch.py", "infer.py"):
        (tmp_path / name).write_text("")
    found = by_check(run_checks(machine(project=tmp_path, packages={"torch": "2.1.0"})), "packages.shadowed")
    assert sorted(one.values["file"] for one in found) == ["queue.py", "torch.py"]
    assert {one.cause for one in found} == {"python.name-shadowed"}
