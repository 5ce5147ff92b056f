"""Folders: which project, what is missing, which files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from model_samples import TABLES, VITS, T, faiss_ivf, rvc, safetensors, torch_zip
from voicelog.modelfile.examine import Options
from voicelog.modelfile.survey import survey
from voicelog.modelfile.tables import Project
from voicelog.modelfile.types import FolderInspection


def look(path: Path) -> FolderInspection:
    return survey(path, TABLES, Options())


def put(root: Path, names: Iterable[str]) -> None:
    """An honest little file at every name; a name without a suffix that is no known file is a folder."""
    for name in names:
        path = root / name.replace("*", "x")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".json",):
            path.write_text("{}")
        elif path.suffix or path.name == "model":
            torch_zip(path, {"model": VITS})
        else:
            path.mkdir(exist_ok=True)


@pytest.mark.parametrize("project", TABLES.projects, ids=lambda project: project.id)
def test_a_project_with_all_its_parts(project: Project, tmp_path: Path) -> None:
    put(tmp_path, project.signs[0])
    put(tmp_path, [part.any[0] for part in project.parts])
    found = look(tmp_path)
    assert found.project == project.id
    assert all(part.found for part in found.parts)
    assert not [finding for finding in found.findings if finding.slug == "part-missing"]


PARTS = [
    (project, part) for project in TABLES.projects for part in project.parts if part.any[0] not in project.signs[0]
]


@pytest.mark.parametrize(("project", "part"), PARTS, ids=lambda one: one.id)
def test_each_part_is_missed_when_it_is_away(project: Project, part: object, tmp_path: Path) -> None:
    put(tmp_path, project.signs[0])
    put(tmp_path, [one.any[0] for one in project.parts if one is not part])
    found = look(tmp_path)
    missing = {one.id for one in found.parts if not one.found}
    (index,) = [at for at, one in enumerate(project.parts) if one is part]
    assert missing <= {project.parts[index].id}
    wanted = [finding.values["part"] for finding in found.findings if finding.slug == "part-missing"]
    assert wanted == [one for one in missing if project.parts[index].required]


def test_the_old_layout_of_rvc_counts_too(tmp_path: Path) -> None:
    put(tmp_path, ["infer-web.py", "configs", "hubert_base.pt", "rmvpe.pt", "weights/voice.pth"])
    found = look(tmp_path)
    assert found.project == "rvc"
    assert not [finding for finding in found.findings if finding.slug == "part-missing"]


def test_an_empty_rvc_folder_names_what_it_needs(tmp_path: Path) -> None:
    put(tmp_path, ["infer-web.py", "assets"])
    found = look(tmp_path)
    assert [(finding.cause, finding.values["part"]) for finding in found.findings] == [
        ("model.pretrained-missing", "hubert"),
        ("model.pretrained-missing", "rmvpe"),
        ("model.file-missing", "voice"),
    ]


def test_files_below_are_inspected_and_foreign_folders_left_alone(tmp_path: Path) -> None:
    torch_zip(tmp_path / "声音.pth", rvc())
    (tmp_path / "cut.pth").write_bytes((tmp_path / "声音.pth").read_bytes()[:500])
    put(tmp_path, [".git/x.pth", ".cache/v.pth", "venv/lib/site-packages/y.pth", "__pycache__/z.pth", "deep/er/w.pth"])
    (tmp_path / "notes.json").write_text("{broken")
    (tmp_path / "deep" / "package.json").write_text("{broken")
    found = look(tmp_path)
    names = [Path(file.path).relative_to(tmp_path).as_posix() for file in found.files]
    assert names == ["cut.pth", "notes.json", "声音.pth", "deep/er/w.pth"]
    assert [bool(file.findings) for file in found.files] == [True, True, False, False]


def test_training_files_are_where_they_belong(tmp_path: Path) -> None:
    torch_zip(tmp_path / "D_0.pth", {"model": {f"discriminators.{at}.convs.0.bias": T((2,)) for at in (0, 1)}})
    (file,) = look(tmp_path).files
    assert (file.kind, file.findings) == ("vits.discriminator", ())


def test_other_programs_files_of_a_common_suffix_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "phondata.bin").write_bytes(b"what is this")
    (tmp_path / "model.ckpt-100.index").write_bytes(b"\0\0\x04\0")
    (tmp_path / "broken.pth").write_bytes(b"what is this")
    assert [Path(file.path).name for file in look(tmp_path).files] == ["broken.pth"]


def test_pieces_that_an_index_names(tmp_path: Path) -> None:
    pieces = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors", "c": "../../etc/passwd"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": pieces}))
    safetensors(tmp_path / "model-00001-of-00002.safetensors", VITS)
    (finding,) = [finding for finding in look(tmp_path).findings if finding.slug == "shard-missing"]
    assert finding.values == {
        "path": "model-00002-of-00002.safetensors",
        "index": "model.safetensors.index.json",
        "count": 1,
    }


def test_an_index_of_another_version_than_the_voices(tmp_path: Path) -> None:
    torch_zip(tmp_path / "voice.pth", rvc("v2"))
    faiss_ivf(tmp_path / "a.index", 768)
    assert not look(tmp_path).findings
    faiss_ivf(tmp_path / "b.index", 256)
    (finding,) = look(tmp_path).findings
    assert (finding.cause, finding.values["path"]) == ("api.tensor-shape", "b.index")


def test_a_folder_that_leads_to_itself_ends(tmp_path: Path) -> None:
    torch_zip(tmp_path / "voice.pth", rvc())
    try:
        (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("no right to make symbolic links")
    assert len(look(tmp_path).files) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_what_may_not_be_read_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    torch_zip(tmp_path / "a.pth", rvc())
    torch_zip(tmp_path / "b.pth", rvc())
    (tmp_path / "c.pth").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.pth").chmod(0)
    found = look(tmp_path)
    unread = [Path(str(finding.values["path"])).name for finding in found.findings]
    assert unread == (["c.pth"] if os.geteuid() == 0 else ["a.pth", "c.pth"])
    assert "b.pth" in [Path(file.path).name for file in found.files]


def test_tables_of_projects_are_whole() -> None:
    assert len({project.id for project in TABLES.projects}) == len(TABLES.projects)
    for project in TABLES.projects:
        assert project.sources
        assert all(part.any for part in project.parts)
        assert len({part.id for part in project.parts}) == len(project.parts)
