"""A thousand hostile packs and entries: no crash, no hang, nothing outside their folder, no other answer of the base."""

from __future__ import annotations

import functools
import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from conftest import shared_base
from pack_samples import LOG, MANIFEST, beside, contents, entry, folder_of
from voicelog import analyze
from voicelog.gates.check import lint_entry, run_entry
from voicelog.gates.whole import Whole
from voicelog.model import Report
from voicelog.packs import install
from voicelog.packs.find import find_packs
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import compile_packs
from voicelog.signatures.load import Entry, gather, to_entry
from voicelog.signatures.pack_files import PackError, pack_files
from voicelog.signatures.packs import load_pack

_EVIL_PATTERNS = (
    "(a+)+$",
    "(?:x|x)*Error",
    "Error",
    "Traceback",
    ".*",
    "(?=x)",
    r"(a)\1",
    "a{1000}{1000}",
    "[",
    "CUDA out of memory",
    "RuntimeError: ",
    "(?P<id>CUDA) out",
    "File ",
    "No module named",
    "(" * 500 + ")" * 500,
    "a" * 9000,
    "",
    "\\",
    "失败",
    "(?i)(?:error|warning|info|done)",
    "(?P<pip>.*)memory",
    "\\x1b\\[31mError: evil",
    "x*" * 300 + "memory",
    "[a-z]{1,1000}memory",
)
_EVIL_TEXTS = (
    "{0.__class__}",
    "%s%n",
    "\\u001b[2J",
    "{pip}",
    "[[{x}",
    "<script>alert(1)</script>",
    "‮evil",
    "$(reboot)",
    "`id`",
    "a" * 5000,
    "",
    "\\0",
    "💥" * 50,
    "{" * 50,
    "../../etc/passwd",
    "!!python/object/apply:os.system [id]",
)
_EVIL_IDS = (
    "my-project.{name}",
    "gpu.out-of-memory",
    "benign.everything",
    "my-project.benign.{name}",
    "../x",
    "my-project",
    "A.B",
    "my-project..{name}",
    "gpu.out-of-memory.evil",
    "my-project.{name}\n",
    "__proto__.x",
)
_EVIL_FILES = (
    "x: &a [1]\ny: *a\n",
    "[" * 3000,
    "{}: {}",
    "- " * 3000,
    "\0",
    "a: b: c",
    "%YAML 9.9\n---\n",
    "--- \n--- \n",
    "&a [*a]",
    "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n",
    "\ufeff{}",
    "x" * 600_000,
)


def hostile(chance: random.Random) -> dict[str, bytes]:
    """The files of one hostile pack."""
    files = {"pack.yaml": MANIFEST.format(version="1.0").encode()}
    if chance.random() < 0.1:
        files["pack.yaml"] = chance.choice(_EVIL_FILES).encode()
    for number in range(chance.randint(1, 4)):
        name = f"n{number}"
        text = entry(name, chance.choice(_EVIL_PATTERNS).replace("'", "''"))
        wanted = chance.choice(_EVIL_IDS).replace("{name}", name) if chance.random() < 0.3 else f"my-project.{name}"
        text = text.replace(f"my-project.{name}", json.dumps(wanted))
        for old in (
            "The voice bank is empty",
            "还没有添加音色。",
            "Add a voice",
            "model-files",
            "advice",
            "https://example.org/1",
        ):
            if chance.random() < 0.25:
                text = text.replace(old, '"' + chance.choice(_EVIL_TEXTS).replace('"', "") + '"', 1)
        if chance.random() < 0.2:
            text += chance.choice(
                ("consequences: [gpu.out-of-memory, benign.x]\n", "when: {needs: {os: [[]]}}\n", "tags: {a: b}\n")
            )
        if chance.random() < 0.15:
            text = chance.choice(_EVIL_FILES)
        files[f"signatures/{name}.yaml"] = text.encode("utf-8", "surrogatepass")
    return files


@functools.lru_cache(maxsize=1)
def samples() -> list[tuple[str, Report]]:
    """Texts of every kind with what the bundled base alone answers."""
    texts = [
        "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n",
        "ModuleNotFoundError: No module named 'fairseq'\n",
        LOG,
        "loaded\ntraining finished\ndone\n",
    ]
    return [(text, analyze(text, knowledge=shared_base())) for text in texts]


def check(before: Report, after: Report) -> None:
    """The bundled base's answer is what it was; what packs say stands behind it."""
    if before.verdict != "unknown":
        assert after.verdict == before.verdict
        assert after.diagnoses[: len(before.diagnoses)] == before.diagnoses
    assert after.benign[: len(before.benign)] == before.benign
    assert after.facts == before.facts
    assert all(one.id.startswith("my-project.") for one in after.diagnoses[len(before.diagnoses) :])


_EVIL_NAMES = (
    *("../evil.yaml", "/abs.yaml", "signatures/../../evil.yaml", "C:\\evil.yaml", "signatures/con.yaml", "x" * 300),
    *("run.py", ".hidden.yaml", "signatures/n0.yaml/more.yaml", "pack.yaml/x.yaml", "signatures/\x1b[2J.yaml"),
)


def packed(files: dict[str, bytes], chance: random.Random) -> bytes:
    """The files as a zip, in which some are named to lead elsewhere, doubled, or cut off."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if chance.random() < 0.3:
            odd = zipfile.ZipInfo("x")
            odd.filename = chance.choice(_EVIL_NAMES)
            archive.writestr(odd, entry("odd"))
    data = made.getvalue()
    return data[: chance.randrange(len(data))] if chance.random() < 0.1 else data


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_thousand_hostile_packs_change_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty packs a seed: installed or refused, searched with, rendered; the bundled answers stay what they were."""
    from voicelog.render.document import to_document
    from voicelog.render.entry import EntryRenderer
    from voicelog.render.text import TextRenderer

    monkeypatch.setenv("VOICELOG_DATA", str(tmp_path / "data"))
    path = tmp_path / "pack.zip"
    chance = random.Random(seed)
    installed = 0
    for _ in range(50):
        path.write_bytes(packed(hostile(chance), chance))
        try:
            install.put(install.candidate(str(path)))
        except PackError as error:
            assert error.message
            continue
        installed += 1
        (place,) = find_packs([], [])
        pack = load_pack(place)
        base = beside(pack.loaded)
        for text, before in samples():
            report = analyze(text, knowledge=base)
            check(before, report)
            shown = TextRenderer(base, "zh", everything=True).render(report)
            assert "\x1b" not in shown and "\u202e" not in shown
            to_document(report, base, "en")
        for one in pack.loaded.signatures:
            page = EntryRenderer(base, "en").page(one)
            assert "\x1b" not in page and "\u202e" not in page
    assert installed >= 5
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "pack.zip"]
    assert sorted(one.name for one in (tmp_path / "data").iterdir()) == ["packs"]
    assert {one.name for one in (tmp_path / "data" / "packs").iterdir()} <= {"my-project", ".previous"}
    written = [one for one in (tmp_path / "data" / "packs" / "my-project").rglob("*") if one.is_file()]
    assert all(one.suffix == ".yaml" or one.name == ".source.json" for one in written), written


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_hostile_entries_are_judged_and_nothing_else(seed: int) -> None:
    """What `kb lint` and `kb test` say of them is words for a terminal, whatever they hold; each finding has its line."""
    chance = random.Random(f"entries {seed}")
    drafted: list[Entry] = []
    while len(drafted) < 60:
        pack = len(drafted)
        for name, data in hostile(chance).items():
            identifier = f"my-project.p{pack}{name.removeprefix('signatures/').removesuffix('.yaml')}"
            drafted.append(to_entry(data.replace(b"my-project.n", b"my-project.p%dn" % pack), name, identifier))
    sound = [one for one in drafted if one.signature and not one.problems]
    assert sound
    whole = Whole({Path(f"{at}.yaml"): one for at, one in enumerate(drafted)}, {}, beside(gather(sound)), {})
    for one in drafted:
        for checked in (lint_entry(one, whole, reach=False), run_entry(one, whole)):
            assert all(problem.line >= 1 and problem.message for problem in checked.problems)
    for text, before in samples():
        check(before, analyze(text, knowledge=whole.base))


@pytest.mark.parametrize(
    "name",
    ["../evil.yaml", "/abs.yaml", "C:\\evil.yaml", "a/../../evil.yaml", "a\\..\\evil.yaml", "signatures/con.yaml", "a\0b.yaml",
     "signatures/" + "d/" * 30 + "x.yaml", "sig natures/\x1b[2J.yaml"],
)  # fmt: skip
def test_names_in_a_zip_lead_nowhere(name: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pack.yaml", MANIFEST.format(version="1"))
        archive.writestr(zipfile.ZipInfo("placeholder"), "x")
        member = zipfile.ZipInfo("x")
        member.filename = name
        archive.writestr(member, entry())
    path.write_bytes(packed.getvalue())
    try:
        files = load_pack(path)
    except PackError as error:
        assert error.hint
    else:
        assert not files.loaded.signatures
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pack.zip"]


def test_links_in_a_folder_or_a_zip_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: x\n")
    pack = folder_of(tmp_path / "pack", contents())
    (pack / "signatures" / "link.yaml").symlink_to(secret)
    (pack / "signatures" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert set(pack_files(pack)) == {"pack.yaml", "signatures/model/empty.yaml"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("signatures/link.yaml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "p.zip").write_bytes(packed.getvalue())
    with pytest.raises(PackError, match="link"):
        load_pack(tmp_path / "p.zip")


def test_a_pack_of_a_thousand_patterns_on_a_long_log_ends_soon(tmp_path: Path) -> None:
    """No search for ever: the number of pattern searches is bounded, whatever the log."""
    files = {f"signatures/n{at}.yaml": entry(f"n{at}", f"epoch .* lost {at}").encode() for at in range(900)}
    pack = folder_of(
        tmp_path / "pack",
        {"pack.yaml": MANIFEST.format(version="1"), **{name: data.decode() for name, data in files.items()}},
    )
    sections = compile_packs([pack], [])
    base = KnowledgeBase("both", shared_base().section, KnowledgeBase("pack", sections.__getitem__))
    log = "".join(f"epoch {at} loss 0.1 lost\n" for at in range(20_000)) + "RuntimeError: odd\n"
    assert analyze(log, knowledge=base).verdict == "unknown"
