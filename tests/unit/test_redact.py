"""Personal data leaves no text that is shared, and what a diagnosis rests on stays."""

from __future__ import annotations

import re

import pytest
from benchmarks.corpus import BLIND, CORPUS, load
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_base
from voicelog import analyze
from voicelog.redact import KINDS, Redactor, redact
from voicelog.signatures.load import Loaded


@pytest.mark.parametrize(
    ("kind", "secret", "text"),
    [
        ("user", "alice", 'File "/home/alice/RVC/infer.py", line 3'),
        ("user", "alice", "(base) alice@localhost:~/RVC$ python infer.py"),
        ("user", "Alice", r"FileNotFoundError: 'C:\\Users\\Alice\\voice\\a.txt'"),
        ("user", "John Smith", r"C:\Users\John Smith\AppData\Local\pip"),
        ("user", "John", r"'C:\Users\John' is not recognized as an internal or external command"),
        ("user", "张三", r"OSError: C:\Users\张三\模型"),
        ("user", "张三", r"C:\用户\张三\桌面"),
        ("user", "bob", "/Users/bob/Library/Caches and /mnt/c/Users/bob/x and /c/Users/bob/y"),
        ("user", "carol", "file:///C:/Users/carol/x.html and C%3A%5CUsers%5Ccarol%5Cy"),
        ("user", "dave7", "USERNAME=dave7"),
        ("user", "erin", "-rw-r--r-- 1 erin erin 12 Nov 1 10:00 a.txt"),
        ("host", "WORKSTATION-7", "COMPUTERNAME=WORKSTATION-7"),
        ("host", "gpubox42", "Nov 22 15:21:50 gpubox42 kernel: NVRM: Xid (PCI:0000:01:00): 79"),
        ("host", "nas01", r"cannot open '\\nas01\voices\a'"),
        ("host", "proxy3.corp", "ProxyError: http://proxy3.corp:8080/"),
        ("token", "hf_abcdefghijklmnopqrstuvwx", "huggingface-cli login --token hf_abcdefghijklmnopqrstuvwx"),
        ("token", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "remote: ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        (
            "token",
            "sk-proj-ab12cd34ef56gh78ij90",
            "openai.AuthenticationError: Incorrect API key sk-proj-ab12cd34ef56gh78ij90",
        ),
        ("token", "AKIAIOSFODNN7EXAMPLE", "Credential=AKIAIOSFODNN7EXAMPLE/20260101"),
        ("token", "wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzz"),
        ("token", "s3cret", "fatal: unable to access 'https://bob:s3cret@example.org/x.git/'"),
        ("token", "deadbeefcafe", "GET /m.bin?X-Amz-Signature=deadbeefcafe&y=1 HTTP/1.1"),
        ("token", "dXNlcjpwYXNz", "Proxy-Authorization: Basic dXNlcjpwYXNz"),
        ("token", "abc123def456ghi", '{"authorization": "Bearer abc123def456ghi"}'),
        ("token", "hunter2!x", "password='hunter2!x'"),
        ("mail", "bob.smith@mail.example.org", "contact bob.smith@mail.example.org please"),
        ("ip", "10.0.3.17", "connect to 10.0.3.17:29500 failed"),
        ("ip", "fe80::1ff:fe23:4567:890a", "listening on fe80::1ff:fe23:4567:890a"),
        ("mac", "00:1a:2b:3c:4d:5e", "link/ether 00:1a:2b:3c:4d:5e brd"),
        ("mac", "00-1A-2B-3C-4D-5E", "Physical Address: 00-1A-2B-3C-4D-5E"),
    ],
)
def test_personal_data_is_gone_and_counted(kind: str, secret: str, text: str) -> None:
    done = redact(text)
    assert secret not in done.text
    assert done.counts[kind] >= 1
    assert set(done.counts) <= set(KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "nvidia-cudnn-cu12==8.9.2.26 and nvidia-cublas-cu12 12.1.3.1",
        "Requirement already satisfied: nvidia-curand-cu12==10.3.2.106 (10.3.2.106)",
        "Running on local URL:  http://127.0.0.1:7860 and http://localhost:7860, http://0.0.0.0:9880",
        "HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /api",
        "std::vector<at::native::x>::operator() at 12:30:45, elapsed 00:01:02",
        "eos_token_id: 2 pad_token='<pad>' max_new_tokens=1024 use_auth_token=True num_tokens: 128000",
        "password: None, token=null, api_key=YOUR_API_KEY",
        "git clone git@github.com:RVC-Project/RVC.git",
        "/root/autodl-tmp/x.py and /home/ubuntu/x.py and C:\\Users\\Administrator\\x",
        "/usr/lib/libfoo.so: version `GLIBCXX_3.4.29' not found, symbol x@@GLIBC_2.34",
        "ImportError: DLL load failed while importing _C: 找不到指定的模块。",
    ],
)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert redact(text).text == text


def test_a_value_has_one_stand_in_everywhere() -> None:
    text = (
        "/home/alice/a alice@gpubox:~$ ls\nowner alice, not bob\n/home/bobby/x 10.1.1.1 then 10.1.1.2, 10.1.1.1 again\n"
    )
    shown = redact(text).text
    assert "alice" not in shown
    assert shown.count("user1") == 3
    assert shown.splitlines()[1] == "owner user1, not bob"
    assert re.findall(r"192\.0\.2\.\d", shown) == ["192.0.2.1", "192.0.2.2", "192.0.2.1"]


def test_a_path_in_another_script_or_with_a_space_stays_one() -> None:
    assert redact(r"C:\Users\张三\x").text == r"C:\Users\用户1\x"
    assert redact(r"C:\Users\John Smith\x").text == r"C:\Users\user1 name\x"


def test_stand_ins_do_not_meet_names_that_are_there() -> None:
    shown = redact("/home/user1/x /home/alice/y").text
    assert shown == "/home/user1/x /home/user2/y"


def test_several_texts_share_their_stand_ins() -> None:
    redactor = Redactor(users=["carol"], hosts=["gpubox42"])
    redactor.learn("dave@gpubox42:~$ ls")
    assert redactor.redact("saved by dave for carol on gpubox42") == "saved by user2 for user1 on host1"
    assert redactor.redact("/home/dave") == "/home/user2"


def test_file_names_only_on_request() -> None:
    text = (
        r"cannot read D:\voices\老王唱歌.wav, /data/aunt_mary_song.flac, assets/hubert_base.pt and weights/grandpa.pth"
    )
    assert redact(text).text == text
    shown = redact(text, files=True).text
    assert "老王" not in shown and "aunt" not in shown and "grandpa" not in shown
    assert "文件1.wav" in shown and "hubert_base.pt" in shown and ".pth" in shown


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_redacting_twice_changes_nothing_and_lines_stay(text: str) -> None:
    done = redact(text)
    assert done.text.count("\n") == text.count("\n")
    again = redact(done.text)
    assert again.text == done.text
    assert not again.counts


@given(
    name=st.from_regex(r"[a-z][a-z0-9]{5,11}qz", fullmatch=True),
    place=st.sampled_from(["/home/{}/x.py", "C:\\Users\\{}\\x.py", "/Users/{}/x", "{}@gpu-77:~$ ls", "USER={}"]),
    around=st.text(alphabet=st.sampled_from("ab 12/.:\n"), max_size=30),
)
def test_a_name_given_away_once_is_nowhere_left(name: str, place: str, around: str) -> None:
    text = f"{around}\n{place.format(name)}\n{around} {name} {around}"
    assert name not in redact(text).text


def test_hostile_length_takes_no_time_to_speak_of() -> None:
    """Every pattern is bounded: a megabyte without a space is read once by each."""
    for piece in ("a", "a@", "://a:", "C:\\Users\\", "a.", "eyJ", "1.2.", "token=", "ab:", "/home/"):
        redact(piece * (200_000 // len(piece)))


def test_the_corpus_is_diagnosed_as_before() -> None:
    """Over every labelled log: same verdict, same causes in the same order, evidence on the same lines."""
    lost = []
    for case in load(CORPUS, without=BLIND):
        before = analyze(case.text, knowledge=shared_base())
        after = analyze(redact(case.text).text, knowledge=shared_base())
        same = before.verdict == after.verdict and [one.id for one in before.diagnoses] == [
            one.id for one in after.diagnoses
        ]
        if not same or [one.line for one in before.benign] != [one.line for one in after.benign]:
            lost.append(case.name)
        elif before.diagnoses:
            assert {one.line for one in before.diagnoses[0].evidence} == {
                one.line for one in after.diagnoses[0].evidence
            }
    assert not lost, lost


@pytest.mark.parametrize("files", [False, True])
def test_every_example_of_the_base_is_diagnosed_as_before(files: bool, loaded: Loaded) -> None:
    lost = []
    for signature in loaded.signatures:
        for example in signature.examples:
            before = analyze(example.text, knowledge=shared_base())
            after = analyze(redact(example.text, files=files).text, knowledge=shared_base())
            same = [one.id for one in before.diagnoses[:1]] == [one.id for one in after.diagnoses[:1]]
            if not same or [one.id for one in before.benign] != [one.id for one in after.benign]:
                lost.append((signature.id, example.source))
    assert not lost, lost
