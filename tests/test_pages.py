"""Pages in a real browser: the answer as a page with hostile logs, and the site of the base, searched."""

from __future__ import annotations

import functools
import html
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from conftest import KNOWLEDGE, shared_base
from test_cli import voicelog
from voicelog import analyze
from voicelog.render.links import page_path
from voicelog.render.page import to_page
from voicelog.signatures.load import load
from voicelog.signatures.types import Signature

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
browsing = pytest.mark.skipif(CHROMIUM is None, reason="no installed Chromium")

HOSTILE = (
    "<script>window.pwned=1</script>",
    "</pre></details><img src=x onerror=window.pwned=1>",
    "</code></pre><svg/onload=window.pwned=1>",
    '"><iframe src="javascript:window.top.pwned=1"></iframe>',
    "<a href='javascript:window.pwned=1' autofocus onfocus=window.pwned=1>click</a>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<!-- --><base href=//evil.example/><form action=//evil.example/><input name=q>",
    "<![CDATA[<script>window.pwned=1</script>]]>",
    "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1} `window.pwned=1`",
    "\u202e evil \u0000 \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
)
FAILURE = "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB {}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@browsing
def test_no_log_turns_the_page_into_markup_or_script(browser: Browser, tmp_path: Path) -> None:
    lines = [
        *HOSTILE,
        *(FAILURE.format(one) for one in HOSTILE),
        *(f"ModuleNotFoundError: No module named '{one}'" for one in HOSTILE),
    ]
    log = "\n".join(lines) + "\n"
    path = tmp_path / "<b>页 面.html"
    path.write_text(to_page([analyze(log, knowledge=shared_base())], shared_base(), "en", [log]), encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(path.as_uri())
    for element in page.query_selector_all("a[href^='#']"):
        element.click()
    assert page.evaluate("window.pwned") is None
    assert [url for url in asked if url.split("#")[0] != path.as_uri()] == []
    assert page.query_selector_all("script, iframe, img, svg, form, base, link, input") == []
    shown = page.inner_text("pre.log")
    for one in HOSTILE[:11]:
        assert one in shown
    assert page.is_visible("h2")
    page.close()


@browsing
def test_the_page_marks_the_evidence_and_links_to_it(browser: Browser, tmp_path: Path) -> None:
    log = "loading\n" + FAILURE.format("") + "\n"
    path = tmp_path / "run.html"
    log_file = tmp_path / "run.log"
    log_file.write_text(log, encoding="utf-8")
    path.write_bytes(voicelog("analyze", "--format", "html", "--lang", "zh", str(log_file)).stdout)
    page = browser.new_page()
    page.goto(path.as_uri())
    assert [one.inner_text() for one in page.query_selector_all("mark")] == [FAILURE.format("").strip()]
    page.click("pre a[href='#log1-2']")
    assert page.evaluate("location.hash") == "#log1-2"
    assert "显存不足" in page.inner_text("h2")
    page.close()


def test_a_long_log_is_shown_around_its_evidence() -> None:
    log = "fine\n" * 5000 + FAILURE.format("") + "\n" + "fine\n" * 5000
    page = to_page([analyze(log, knowledge=shared_base())], shared_base(), "en", [log])
    assert "<mark>RuntimeError: CUDA out of memory" in page
    assert (
        "4940 lines left out" in page and "4940 lines left out" in page.replace("4940", "", 1)
    ) or "left out" in page
    assert len(page) < 100_000


def few() -> list[Signature]:
    found = load([KNOWLEDGE]).signatures
    areas = ("gpu.out-of-memory", "audio.ffmpeg-missing", "os.powershell-policy", "gpu.cudnn", "benign.omp")
    return [one for one in found if one.id.startswith(areas)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("material", reason="MkDocs with the Material theme builds the site")
    from voicelog.site.build import build

    out = tmp_path_factory.mktemp("pages") / "网 站"
    hostile = _with_texts(few()[0]._replace(id="zz.hostile"))
    build([*few(), hostile], out, address="https://example.org/kb/")
    return out


def _with_texts(signature: Signature) -> Signature:
    from voicelog.signatures.types import Example, Text

    evil = (
        " ".join(HOSTILE[:11])
        + " [x](javascript:alert(1)) **b** `c` {{ x }} {: onclick=alert(1) } # h\n\n# h1\n\n    code"
    )
    fix = signature.fixes[0]._replace(title=Text(evil, evil), steps=(Text(evil, evil),), commands=(evil,))
    return signature._replace(
        title=Text(evil, evil), cause=Text(evil, evil), tags=(evil,), phrases=(evil,), fixes=(fix,),
        examples=(Example(evil, evil),), references=(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_every_signature_has_its_page_in_both_languages_where_links_lead(site: Path) -> None:
    for one in few():
        for language in ("en", "zh"):
            text = (site / page_path(one.id, language) / "index.html").read_text(encoding="utf-8")
            assert f"<code>{one.id}</code>" in html.unescape(text)


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    checked = 0
    for path in site.rglob("*.html"):
        here = f"https://x/{path.relative_to(site).as_posix()}"
        for link in re.findall(r'(?:href|src)="([^"]+)"', path.read_text(encoding="utf-8")):
            target, fragment = urldefrag(urljoin(here, html.unescape(link)))
            if urlsplit(target).netloc != "x" or path.name == "404.html":
                continue
            file = site / unquote(urlsplit(target).path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            assert file.is_file(), (path, link)
            if fragment and file.suffix == ".html":
                assert f'id="{fragment}"' in file.read_text(encoding="utf-8"), (path, link)
            checked += 1
    assert checked > 100


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(
            r'<(?:script|img|iframe)[^>]+src="([^"]+)"|<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', text
        )
        assert not [link for pair in loaded for link in pair if "://" in link], path


@browsing
@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("en", "out of memory", "/en/gpu/out-of-memory/"),
        ("en", "ffmpeg", "/en/audio/ffmpeg-missing/"),
        ("zh", "显存不足", "/zh/gpu/out-of-memory/"),
        ("zh", "执行策略", "/zh/os/powershell-policy/"),
    ],
)
def test_the_search_finds_in_both_languages(
    language: str, words: str, found: str, served: str, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{served}{language}/")
    page.click(".md-search__input")
    page.type(".md-search__input", words)
    page.keyboard.press("End")  # text of an input method comes without the key that the search waits for
    page.wait_for_selector(".md-search-result__link", timeout=30_000)
    links = [str(one.get_attribute("href")) for one in page.query_selector_all(".md-search-result__link")]
    assert any(found in link for link in links[:5]), links
    page.click(f".md-search-result__link[href*='{found}']")
    page.wait_for_url(f"**{found}**")
    assert page.inner_text("h1")
    page.close()


@browsing
@pytest.mark.slow
def test_a_hostile_signature_is_only_text(served: str, browser: Browser) -> None:
    page = browser.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for language in ("en", "zh"):
        page.goto(f"{served}{language}/zz/hostile/")
        assert page.evaluate("window.pwned") is None
        article = page.query_selector("article")
        assert article is not None
        assert (
            article.query_selector_all(
                "script, iframe, img, form, base, style, [onload], [onclick], a[href^='javascript']"
            )
            == []
        )
        assert HOSTILE[0] in article.inner_text()
    assert all(url.startswith((served, "data:", "blob:")) for url in asked), asked
    page.close()


def test_an_unrelated_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = voicelog("kb", "site", str(tmp_path), "--area", "audio.sox-missing")
    assert done.returncode == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_answers_name_the_address_of_the_page_where_it_is_set(format: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.voicelog]\nsite = "https://example.org/kb"\n', encoding="utf-8")
    done = voicelog(
        "analyze", "-", "--format", format, "--lang", "zh", given=FAILURE.format("").encode(), folder=tmp_path
    )
    assert "https://example.org/kb/zh/gpu/out-of-memory/" in done.stdout.decode()


def test_redaction_of_an_answer_is_counted_and_markdown_is_redacted_unasked(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    text = 'alice@gpubox42:~$ run\nTraceback (most recent call last):\n  File "/home/alice/x.py", line 1, in <module>\n'
    log.write_text(text + "FileNotFoundError: [Errno 2] No such file or directory: '/home/alice/models/a.pth'\n")
    for arguments in (
        ("--format", "markdown"),
        ("--redact", "--all"),
        ("--redact", "--format", "json"),
        ("--redact", "--format", "html"),
    ):
        done = voicelog("analyze", *arguments, str(log))
        assert b"alice" not in done.stdout and b"gpubox42" not in done.stdout, arguments
        assert b"user names" in done.stderr
    for arguments in (("--format", "markdown", "--no-redact"), ("--format", "json")):
        done = voicelog("analyze", *arguments, str(log))
        assert b"/home/alice" in done.stdout
        assert done.stderr == b""
