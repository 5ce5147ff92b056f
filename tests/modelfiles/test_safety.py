"""Malicious pickles, the published ways around scanners among them: none is called safe, and none runs.

Advisories: https://github.com/mmaitre314/picklescan/security/advisories (CVE-2025-1716, -1889, -1944, -1945, -10155,
-10156, -10157, -2026-56304, -56315, GHSA-vvpj-8cmc-gx39, -g38g-8gr9-h9xp, -7wx9-6375-f5wh, -xp4f-hrf8-rxw7 and others),
https://github.com/trailofbits/fickling/security/advisories (GHSA-m6fh-58r7-x697, -6ggj-6f2q-f7mx and others),
protectai/modelscan#330, mmaitre314/picklescan#66 and #74.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_samples import (
    MAGIC,
    TABLES,
    VITS,
    Call,
    Name,
    T,
    causes,
    inspect,
    npy,
    npz,
    pickled,
    rvc,
    slugs,
    torch_legacy,
    torch_tar,
    torch_zip,
)
from voicelog.modelfile.opcodes import HIDDEN, play
from voicelog.modelfile.types import Import
from voicelog.modelfile.window import Window

# Names that ran commands, wrote files or opened doors past one scanner or another.
NAMES = """
os system|posix system|nt system|subprocess Popen|subprocess check_output|builtins eval|builtins exec|builtins compile
builtins __import__|builtins getattr|builtins open|__builtin__ eval|__builtin__ apply|pty spawn|runpy _run_code
pip main|pip._internal.cli.main main|operator attrgetter|operator methodcaller|_operator attrgetter|bdb Bdb.run
timeit timeit|cProfile runctx|profile Profile.run|pdb run|code InteractiveInterpreter.runcode|doctest debug_script
ensurepip _run_pip|idlelib.pyshell ModifiedInterpreter.runcode|idlelib.calltip get_entity|idlelib.run Executive.runcode
lib2to3.pgen2.grammar Grammar.loads|torch.utils._config_module ConfigModule.load_config
torch._inductor.codecache compile_file|torch.jit.unsupported_tensor_ops execWrapper
torch.fx.experimental.symbolic_shapes ShapeEnv.evaluate_guards_expression|torch.utils.collect_env run
torch.utils.bottleneck.__main__ run_cprofile|torch.utils.data.datapipes.utils.decoder basichandlers
torch._dynamo.guards GuardBuilder.get|torch.serialization load|torch load|torch.hub load|torch.storage _load_from_bytes
numpy.f2py.crackfortran getlincoef|numpy.testing._private.utils runstring|numpy load|numpy size
asyncio.unix_events _UnixSubprocessTransport._start|trace Trace.run|ctypes CDLL|ctypes.util find_library
pydoc locate|pydoc pipepager|pkgutil resolve_name|functools partial|types CodeType|types FunctionType|marshal loads
shelve open|uuid _get_command_stdout|_osx_support _read_output|_aix_support _read_cmd_output|_pyrepl.pager pipe_pager
imaplib IMAP4_stream|_interpreters run_string|_xxsubinterpreters run_string|importlib import_module
cloudpickle.cloudpickle _make_function|dill._dill _create_function|joblib load|pandas.io.pickle read_pickle
webbrowser open|http.client HTTPSConnection|urllib.request urlopen|ssl get_server_certificate|logging FileHandler
logging.config dictConfig|multiprocessing.util spawnv_passfds|distutils.file_util write_file|setuptools.sandbox run_setup
site execsitecustomize|commands getoutput|shutil rmtree|io open|_io FileIO|pickle loads|_pickle loads|sqlite3 connect
zipimport zipimporter|_posixsubprocess fork_exec|test.support.script_helper assert_python_ok|venv create
atexit register|atexit _run_exitfuncs|importlib.util find_spec|importlib.util module_from_spec|_imp load_dynamic
imp load_source|_interpreters create|_interpreters exec|_xxsubinterpreters create|numpy.f2py.crackfortran _eval_length
numpy.distutils.exec_command exec_command|socket create_connection|smtplib SMTP|ftplib FTP|_ctypes dlopen|os startfile
zipapp create_archive|py_compile compile|fileinput FileInput|multiprocessing.connection Client|concurrent.futures ProcessPoolExecutor
codeop compile_command|threading Thread|gc get_objects|sys setprofile|tempfile mktemp|linecache getlines
""".replace("\n", "|")
PUBLISHED = sorted({tuple(pair.split()) for pair in NAMES.split("|") if pair.strip()})
UNKNOWN = [
    ("evil_package", "run"),
    ("models", "Backdoor"),
    ("torch._utils", "_rebuild_everything"),
    ("utils", "HParams.run"),
]


def call(module: str, name: str, argument: str = "touch owned") -> bytes:
    """The pickle that calls one name with one text."""
    return (
        b"\x80\x02"
        + f"c{module}\n{name}\nX".encode()
        + struct.pack("<I", len(argument))
        + argument.encode()
        + b"\x85R."
    )


def short(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


STACK = b"\x80\x04" + short("os") + short("system") + b"\x93" + short("touch owned") + b"\x85R."
OPCODES = {
    "INST": b"(S'touch owned'\nios\nsystem\n.",
    "OBJ": b"\x80\x02(cos\nsystem\nX\x0b\0\0\0touch ownedo.",
    "NEWOBJ": b"\x80\x02csubprocess\nPopen\nX\x05\0\0\0touch\x85\x81.",
    "NEWOBJ_EX": b"\x80\x04csubprocess\nPopen\n" + short("touch") + b"\x85}\x92.",
    "STACK_GLOBAL": STACK,
    "result popped": STACK[:-1] + b"0N.",
    "memo in between": b"\x80\x04"
    + short("os")
    + b"\x94"
    + short("system")
    + b"\x940h\x00h\x01\x93"
    + short("id")
    + b"\x85R.",
    "memo by number": b"\x80\x04" + short("os") + b"q\x070" + short("system") + b"q\x090h\x07h\x09\x93.",
    "name out of a tuple": b"\x80\x04" + short("os") + short("system") + b"\x86\x94(h\x00\x93.",
    "name that is a number": b"\x80\x04K\x01K\x02\x93.",
    "name that is computed": b"\x80\x04cbuiltins\nstr\n" + short("os") + b"\x85R" + short("system") + b"\x93.",
    "dotted name": b"\x80\x04" + short("torch") + short("os.system") + b"\x93.",
    "dotted module of torch": b"\x80\x04" + short("torch.serialization") + short("os.system") + b"\x93.",
    "module with a space": b"\x80\x04" + short("os ") + short("system") + b"\x93.",
    "name with a line end": b"\x80\x04" + short("collections") + short("OrderedDict\nos") + b"\x93.",
    "letters that look alike": b"\x80\x04\x8c\x0c" + "ｔorch_x".encode()[:12].ljust(12) + short("y") + b"\x93.",
    "extension registry": b"\x80\x02\x82\x01.",
    "extension registry, wide": b"\x80\x02\x84\x01\0\0\0.",
    "second pickle behind the first": b"\x80\x02N." + call("os", "system"),
    "third pickle, after text": b"\x80\x02N.\x80\x02X\x01\0\0\0a." + call("os", "system"),
    "protocol 0 behind protocol 2": b"\x80\x02N.cos\nsystem\n(S'id'\ntR.",
    "no STOP": call("os", "system")[:-1],
    "garbage after the call": call("os", "system")[:-1] + b"\xff\xff\xff",
    "stack underflow after the call": call("os", "system")[:-1] + b"0000R.",
    "attribute of a class replaced": b"\x80\x02ccollections\nOrderedDict\n}(X\x06\0\0\0update" + b"cos\nsystem\nub.",
    "builtins replaced": b"\x80\x04" + short("numpy") + short("size") + b"\x93}}" + short("shape") + b"Nsb.",
    "state of a plain function": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n}}X\x01\0\0\0aNs\x86b.",
    "frame that claims too much": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f" + STACK[2:],
    "name outside ASCII": b"\x80\x02cos\n\xc3\xa9val\n.",
    "text in quotes that do not close": b"\x80\x02S'abc\ncos\nsystem\n.",
    "subinterpreter started by a state": b"\x80\x04c_interpreters\ncreate\n)R}"
    + short("source")
    + short("import os; os.system('id')")
    + b"sb.",
    "module, then its attribute": b"\x80\x04cimportlib\nimport_module\n"
    + short("os")
    + b"\x85R}"
    + short("system")
    + b"N\x86b.",
    "unknown persistent id": b"\x80\x02(X\x07\0\0\0storagecos\nsystem\ntQ.",
    "reduce within a tensor": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(cos\nsystem\nX\x02\0\0\0id\x85RK\0tR.",
    "hidden in a dict key": b"\x80\x02}cos\nsystem\nX\x02\0\0\0id\x85RNs.",
    "hidden in a set": b"\x80\x04\x8f(cos\nsystem\n" + short("id") + b"\x85R\x90.",
    "deep nesting before the call": b"\x80\x02" + b"(" * 3000 + b"cos\nsystem\n" + b"l" * 3000 + b".",
    "endless doubling": b"\x80\x02]q\0" + b"(h\0h\0lq\0" * 60 + b"cos\nsystem\n.",
}


def raw(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def in_zip(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", "3\n")
    return path


def in_legacy(path: Path, data: bytes) -> Path:
    head = b"".join(pickled(value)[0] for value in (MAGIC, 1001, {"little_endian": True}))
    path.write_bytes(head + data + pickled([])[0])
    return path


def in_array(path: Path, data: bytes) -> Path:
    path.write_bytes(npy((1,), "|O", data))
    return path


WRAPPED: dict[str, tuple[str, Callable[[Path, bytes], Path]]] = {
    "raw": ("voice.pkl", raw),
    "zip": ("voice.pth", in_zip),
    "legacy": ("voice.pt", in_legacy),
    "array": ("voice.npy", in_array),
}


def assert_not_safe(path: Path) -> None:
    found = inspect(path)
    assert found.safety in ("unchecked", "suspicious", "dangerous"), found
    assert "model.pickle-unsafe" in causes(found) or found.contents.flaws
    assert not (Path.cwd() / "owned").exists()


@pytest.mark.parametrize("way", WRAPPED)
@pytest.mark.parametrize(("module", "name"), [*PUBLISHED, *UNKNOWN], ids=".".join)
def test_no_name_that_was_ever_misused_is_called_safe(module: str, name: str, way: str, tmp_path: Path) -> None:
    file, wrap = WRAPPED[way]
    assert_not_safe(wrap(tmp_path / file, call(module, name)))


@pytest.mark.parametrize("way", ["raw", "zip"])
@pytest.mark.parametrize("trick", OPCODES)
def test_no_trick_of_the_opcodes_hides_a_call(trick: str, way: str, tmp_path: Path) -> None:
    file, wrap = WRAPPED[way]
    assert_not_safe(wrap(tmp_path / file, OPCODES[trick]))


def test_most_of_them_are_called_dangerous_outright(tmp_path: Path) -> None:
    verdicts = [inspect(raw(tmp_path / "voice.pkl", call(*pair))).safety for pair in PUBLISHED]
    assert verdicts.count("dangerous") > 0.8 * len(PUBLISHED)


def test_a_payload_beside_honest_tensors(tmp_path: Path) -> None:
    value = rvc()
    value["info"] = Call(Name("os", "system"), ("touch owned",))
    found = inspect(torch_zip(tmp_path / "voice.pth", value))
    assert found.kind == "rvc.voice"
    assert found.safety == "dangerous"
    assert "os.system" in str(found.findings[0].values["names"])


@pytest.mark.parametrize("name", ["archive/extra.pkl", "archive/config.p", "payload", "archive/code/x.pkl", "a.pkl/b"])
def test_a_second_pickle_anywhere_in_the_archive(name: str, tmp_path: Path) -> None:
    assert_not_safe(torch_zip(tmp_path / "voice.pth", rvc(), extra={name: call("os", "system")}))


def test_a_packed_payload(tmp_path: Path) -> None:
    extra = {"archive/extra.pkl": call("os", "system") + bytes(100)}
    assert_not_safe(torch_zip(tmp_path / "voice.pth", rvc(), zipfile.ZIP_DEFLATED, extra))


def _patched(tmp_path: Path, change: Callable[[bytearray, int, int], None]) -> Path:
    """A checkpoint with a payload, changed at the local header and the directory entry of its pickle."""
    path = in_zip(tmp_path / "voice.pth", call("os", "system"))
    data = bytearray(path.read_bytes())
    change(data, data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02"))
    path.write_bytes(data)
    return path


def _flags(data: bytearray, local: int, entry: int) -> None:
    data[local + 6] |= 1
    data[entry + 8] |= 1


def _crc(data: bytearray, local: int, entry: int) -> None:
    data[entry + 16] ^= 0xFF


def _local_name(data: bytearray, local: int, entry: int) -> None:
    data[local + 30 : local + 46] = b"archive/data.pkX"


def _unpacked_size(data: bytearray, local: int, entry: int) -> None:
    data[entry + 24 : entry + 28] = struct.pack("<I", 1)


def _version_needed(data: bytearray, local: int, entry: int) -> None:
    data[entry + 6] = 99


@pytest.mark.parametrize("change", [_flags, _crc, _local_name, _unpacked_size, _version_needed])
def test_archives_that_other_readers_refuse_and_torch_loads(
    change: Callable[[bytearray, int, int], None], tmp_path: Path
) -> None:
    assert_not_safe(_patched(tmp_path, change))


def test_one_name_twice_is_suspicious(tmp_path: Path) -> None:
    path = tmp_path / "voice.pth"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled({"weight": VITS})[0])
        archive.writestr("archive/data.pkl", pickled({})[0])
    assert "zip-twice" in slugs(inspect(path))
    assert inspect(path).safety == "unchecked"


def test_every_pickle_of_the_old_formats_is_read(tmp_path: Path) -> None:
    magic = pickled(MAGIC)[0]
    payload = call("os", "system")[2:-1] + b"0"
    values: tuple[object, ...] = (1001, {"little_endian": True}, {}, [])
    honest = [pickled(value)[0] for value in values]
    for number in range(5):
        parts = [magic, *honest]
        parts[number] = b"\x80\x02" + payload + parts[number][2:]
        assert_not_safe(raw(tmp_path / "voice.pt", b"".join(parts)))
    path = torch_tar(tmp_path / "oldest.pt", {"model": VITS})
    with tarfile.open(path) as archive:
        content = {name: (archive.extractfile(name) or io.BytesIO()).read() for name in archive.getnames()}
    for name in ("pickle", "storages", "tensors"):
        for evil in (call("os", "system"), pickled(1)[0] + bytes(8) + call("os", "system")):
            with tarfile.open(path, "w") as archive:
                for member, data in {**content, name: evil}.items():
                    info = tarfile.TarInfo(member)
                    info.size = len(data)
                    archive.addfile(info, io.BytesIO(data))
            assert_not_safe(path)


@pytest.mark.parametrize("name", ["archive/DATA.PKL", "archive/Data.pkl"])
def test_the_case_of_letters_hides_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "voice.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"cos\nsystem\n(S'id'\ntR.")
    assert_not_safe(path)


@pytest.mark.parametrize("descr", ["[('a', '<f4'), ('b', '|O')]", "[('a', [('b', 'O')])]", "[('a', ('|O', (2,)))]"])
def test_objects_within_records(descr: str, tmp_path: Path) -> None:
    head = ("{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,), }").ljust(117) + "\n"
    path = tmp_path / "voice.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + call("os", "system"))
    assert_not_safe(path)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['id']",
        "a: !!python/object/new:os.system ['id']",
        "a: !!python/name:os.system ''",
        "- !!python/module:os ''",
        "%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!object/apply:os.system ['id']",
    ],
)
def test_code_in_a_configuration(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert causes(inspect(path)) == {"model.pickle-unsafe"}
    path.write_text("a: !!python/tuple [1, 2]\nb: !custom 3")
    assert not inspect(path).findings


def test_objects_within_arrays(tmp_path: Path) -> None:
    path = npz(tmp_path / "feats.npz", {"good": npy((2,)), "bad": npy((1,), "|O", call("os", "system"))})
    assert_not_safe(path)


def test_other_suffixes_do_not_help(tmp_path: Path) -> None:
    for name in ("voice.bin", "voice.ckpt", "voice", "voice.txt", "voice.safetensors.pt"):
        assert_not_safe(raw(tmp_path / name, call("os", "system")))


def test_torchscript_may_name_its_own_classes_and_nothing_else(tmp_path: Path) -> None:
    extra = {"archive/constants.pkl": pickled(())[0], "archive/code/__torch__.py": b""}
    own = Call(Name("__torch__.model", "Net"), ())
    found = inspect(torch_zip(tmp_path / "m.pt", {"a": own, "w": T((2,))}, extra=extra))
    assert found.contents.format == "torchscript"
    assert not found.findings
    other = {"a": own, "b": Call(Name("os", "system"), ("id",))}
    assert_not_safe(torch_zip(tmp_path / "m.pt", other, extra=extra))


def test_honest_checkpoints_are_plain(tmp_path: Path) -> None:
    assert inspect(torch_zip(tmp_path / "a.pth", rvc())).safety == "plain"
    assert inspect(torch_legacy(tmp_path / "b.pth", {"model": VITS})).safety == "plain"


def test_classes_of_known_projects_are_what_new_torch_refuses(tmp_path: Path) -> None:
    task = Call(Name("fairseq.data.dictionary", "Dictionary"), ())
    found = inspect(torch_zip(tmp_path / "hubert_base.pt", {"model": VITS, "task_state": task}))
    assert found.safety == "project"
    (finding,) = found.findings
    assert (finding.cause, finding.severity) == ("model.weights-only", "warning")
    assert finding.values["global"] == "fairseq.data.dictionary.Dictionary"


def test_nothing_on_the_list_of_harmless_names_is_dangerous_to_the_scanner() -> None:
    from voicelog.modelfile.safety import is_dangerous

    known = {"torch.storage", "torch.jit._pickle", "torch.cuda", "torch.serialization"}
    assert [name for name in TABLES.plain if is_dangerous(name) and name.module not in known] == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_that_is_not_listed_is_seen_and_never_safe(module: str, name: str) -> None:
    text = [one.encode("utf-8", "surrogatepass") for one in (module, name)]
    data = b"\x80\x04" + b"".join(b"X" + struct.pack("<I", len(one)) + one for one in text) + b"\x93."
    played = play(Window(io.BytesIO(data)))
    assert played.flaws or played.imports == (Import(module, name),)
    assert Import(module, name) not in TABLES.plain or name


def test_a_name_that_cannot_be_read_is_hidden() -> None:
    assert play(Window(io.BytesIO(OPCODES["name that is a number"]))).imports == (HIDDEN,)
