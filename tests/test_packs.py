"""Packs: found, installed and updated against a real server; hostile ones change nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import KNOWLEDGE, shared_base
from test_cli import voicelog
from voicelog import analyze
from voicelog.model import Report
from voicelog.signatures.base import KnowledgeBase
from voicelog.signatures.compile import compile_packs
from voicelog.signatures.load import Loaded
from voicelog.signatures.location import areas
from voicelog.signatures.pack_files import PackError, pack_files
from voicelog.signatures.packs import load_pack, to_pack

MANIFEST = "name: my-project\nversion: {version}\nlicence: MIT\nvoicelog: 0.1.0\n"
ENTRY = """\
id: my-project.{name}
status: experimental
category: model-files
severity: error
title: {{en: The voice bank is empty, zh: 音色库是空的}}
cause: {{en: No voice was added yet., zh: 还没有添加音色。}}
match:
  - pattern: '{pattern}'
fixes:
  - id: add
    title: {{en: Add a voice, zh: 添加音色}}
    risk: advice
    steps: [{{en: Add one., zh: 添加一个。}}]
examples:
  - {{source: 'https://example.org/1', text: 'MyProjectError: voice bank 7 is empty'}}
not_examples:
  - {{why: it is full, text: 'MyProjectError: voice bank 7 is full'}}
"""
LOG = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\nMyProjectError: voice bank 7 is empty\n'


def entry(name: str = "model.empty", pattern: str = "voice bank .{1,9} is empty") -> str:
    return ENTRY.format(name=name, pattern=pattern)


def contents(version: str = "1.0.0", **more: str) -> dict[str, str]:
    return {"pack.yaml": MANIFEST.format(version=version), "signatures/model/empty.yaml": entry(), **more}


def folder_of(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def zipped(files: dict[str, str], top: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(top + name, text)
    return packed.getvalue()


class Answers(dict[str, Callable[[BaseHTTPRequestHandler], None]]):
    """What the server does, by path; `seen` are the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.address = ""

    def file(self, path: str, data: bytes, etag: str = "") -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            if etag and handler.headers.get("If-None-Match") == etag:
                handler.send_response(304)
                handler.end_headers()
                return
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            if etag:
                handler.send_header("ETag", etag)
            handler.end_headers()
            handler.wfile.write(data)

        self[path] = answer


@pytest.fixture
def server() -> Iterator[Answers]:
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.seen.append(self.path)
            answer = answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    answers.address = f"http://127.0.0.1:{running.server_address[1]}"
    yield answers
    running.shutdown()
    running.server_close()


@pytest.fixture
def kb(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Run `voicelog kb` with a data folder of its own, Chinese and with a space."""
    data = tmp_path / "数 据"

    def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        environment = {"VOICELOG_DATA": str(data), "no_proxy": "127.0.0.1", **environment}
        done = voicelog(*arguments, folder=work, **environment)  # type: ignore[arg-type]
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


Run = Callable[..., tuple[int, str, str]]


def version_of(kb: Run) -> str:
    rows = json.loads(kb("kb", "install", "--format", "json")[1])
    return str(rows[0]["version"]) if rows else ""


def answer_of(kb: Run, tmp_path: Path, *arguments: str, **environment: str) -> list[str]:
    log = tmp_path / "run.log"
    log.write_text(LOG, encoding="utf-8")
    out = kb("analyze", "--format", "json", *arguments, str(log), **environment)[1]
    return [one["id"] for one in json.loads(out)["diagnoses"]]


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


def test_nothing_is_installed_unasked(kb: Run, tmp_path: Path, server: Answers) -> None:
    server.file("/p.zip", zipped(contents()))
    code, _, error = kb("kb", "install", f"{server.address}/p.zip", "--no-input")
    assert code == 2
    assert "my-project 1.0.0" in error and "sha256" in error and "--yes" in error
    assert version_of(kb) == ""


def test_install_by_address_update_304_and_rollback(kb: Run, server: Answers) -> None:
    first, second = zipped(contents("1.0.0")), zipped(contents("2.0.0"))
    server.file("/p.zip", first, etag='"one"')
    digest = hashlib.sha256(first).hexdigest()
    assert kb("kb", "install", f"{server.address}/p.zip", "--sha256", digest, "--yes")[0] == 0
    assert version_of(kb) == "1.0.0"
    code, _, error = kb("kb", "update", "--yes")
    assert (code, "up to date" in error) == (0, True)
    server.file("/p.zip", second, etag='"two"')
    code, _, error = kb("kb", "update", "--yes")
    assert code == 2
    assert "not signed" in error and hashlib.sha256(second).hexdigest() in error
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--sha256", "0" * 64, "--yes")[0] == 2
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--sha256", hashlib.sha256(second).hexdigest(), "--yes")[0] == 0
    assert version_of(kb) == "2.0.0"
    assert kb("kb", "update", "my-project", "--rollback")[0] == 0
    assert version_of(kb) == "1.0.0"
    assert kb("kb", "update", "my-project", "--rollback")[0] == 0
    assert version_of(kb) == "2.0.0"


def signed(data: bytes, key: Ed25519PrivateKey) -> bytes:
    return base64.b64encode(key.sign(data))


def key_line(key: Ed25519PrivateKey) -> str:
    return f"key: {base64.b64encode(key.public_key().public_bytes_raw()).decode()}\n"


def keyed(version: str, key: Ed25519PrivateKey) -> bytes:
    files = contents(version)
    return zipped({**files, "pack.yaml": files["pack.yaml"] + key_line(key)})


def test_signed_updates_need_the_pinned_key(kb: Run, server: Answers) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    first, second, third = keyed("1.0.0", key), keyed("2.0.0", key), keyed("3.0.0", other)
    address = f"{server.address}/p.zip"
    server.file("/p.zip", first)
    assert kb("kb", "install", address, "--yes")[0] == 2
    server.file("/p.zip.sig", signed(first, other))
    code, _, error = kb("kb", "install", address, "--yes")
    assert (code, "signature is not the one" in error) == (2, True)
    server.file("/p.zip.sig", signed(first, key))
    assert kb("kb", "install", address, "--yes")[0] == 0
    server.file("/p.zip", second)
    assert kb("kb", "update", "--yes")[0] == 2
    server.file("/p.zip.sig", signed(second, key) + b"\n")
    assert kb("kb", "update", "--yes")[0] == 0
    assert version_of(kb) == "2.0.0"
    server.file("/p.zip", third)
    server.file("/p.zip.sig", signed(third, other))
    for action in (("update",), ("install", address)):
        assert kb("kb", *action, "--yes")[0] == 2
        assert version_of(kb) == "2.0.0"
    server.file("/p.zip.sig", signed(third, key))
    assert kb("kb", "update", "--yes")[0] == 0
    assert version_of(kb) == "3.0.0"


def _cut(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.close_connection = True

    return answer


def _redirect(target: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    return answer


def _slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.flush()
    time.sleep(6)


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b"\0" * 2**20)
    except OSError:
        pass


def test_what_goes_wrong_on_the_way_changes_nothing_and_is_said(kb: Run, server: Answers, tmp_path: Path) -> None:
    good = zipped(contents("1.0.0"))
    server.file("/p.zip", good)
    assert kb("kb", "install", f"{server.address}/p.zip", "--yes")[0] == 0
    bomb = zipped({**contents("2.0.0"), "signatures/big.yaml": "x" * 60_000_000})
    climbing = zipped({**contents("2.0.0"), "../../evil.yaml": entry()})
    server.file("/bomb.zip", bomb)
    server.file("/climb.zip", climbing)
    server.file("/page.zip", b"<html>login</html>")
    server.file("/half.zip", good[: len(good) // 2])
    server["/cut.zip"] = _cut(zipped(contents("2.0.0")))
    server["/away.zip"] = _redirect("http://example.invalid/p.zip")
    server["/round.zip"] = _redirect("/round.zip")
    server["/slow.zip"] = _slow
    server["/endless.zip"] = _endless
    expected = {
        "missing.zip": "answers 404",
        "bomb.zip": "",
        "climb.zip": "leads out of it",
        "page.zip": "no sound zip",
        "half.zip": "no sound zip",
        "cut.zip": "cut off",
        "away.zip": "",
        "round.zip": "redirects more than",
        "slow.zip": "in time",
        "endless.zip": "larger than",
    }
    for name, words in expected.items():
        code, _, error = kb("kb", "install", f"{server.address}/{name}", "--yes", "--timeout", "2")
        if name == "bomb.zip":
            assert code == 0
            assert "larger than" in error
            assert version_of(kb) == "2.0.0"
            assert kb("kb", "update", "my-project", "--rollback")[0] == 0
            continue
        assert code == 2, (name, error)
        assert words in error, (name, error)
        assert version_of(kb) == "1.0.0", name
    assert not list(tmp_path.rglob("evil.yaml"))
    assert not list(tmp_path.rglob(".new-*"))


def test_a_redirect_within_what_is_allowed_is_followed(kb: Run, server: Answers) -> None:
    server.file("/real.zip", zipped(contents()))
    server["/p.zip"] = _redirect("/real.zip")
    assert kb("kb", "install", f"{server.address}/p.zip", "--yes")[0] == 0


@pytest.mark.parametrize(
    ("address", "environment", "words"),
    [
        ("https://127.0.0.1:9/p.zip", {}, "cannot be reached"),
        ("https://example.org/p.zip", {"HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": ""}, "proxy"),
        ("http://example.org/p.zip", {}, "no https address"),
        ("ftp://example.org/p.zip", {}, "no https address"),
        ("https://[bad/p.zip", {}, "address"),
    ],
)
def test_offline_and_behind_a_proxy_the_words_are_clear(
    address: str, environment: dict[str, str], words: str, kb: Run
) -> None:
    code, _, error = kb("kb", "install", address, "--yes", "--timeout", "3", **environment)
    assert code == 2
    assert words in error
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


def beside(loaded: Loaded) -> KnowledgeBase:
    from voicelog.signatures.compile import lazy_sections

    added = KnowledgeBase("pack", lazy_sections(loaded))
    return KnowledgeBase("both", shared_base().section, added)


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


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_thousand_hostile_packs_change_nothing(seed: int, tmp_path: Path) -> None:
    """Fifty packs a seed: loaded or refused, searched with, rendered; the bundled answers stay what they were."""
    from voicelog.render.document import to_document
    from voicelog.render.entry import EntryRenderer
    from voicelog.render.text import TextRenderer

    chance = random.Random(seed)
    for _ in range(50):
        try:
            pack = to_pack(hostile(chance), "pack", areas(KNOWLEDGE))
        except PackError as error:
            assert error.hint
            continue
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
    assert not list(tmp_path.iterdir())


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
