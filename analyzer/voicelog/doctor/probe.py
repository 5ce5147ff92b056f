"""Looks at the interpreter that runs it: `python probe.py STEP [NAME]`, standard library only, Python 3.7 and newer.

It is copied to no place and imports nothing of voicelog, because it runs inside environments that have neither.
Every answer is a line of its own, `voicelog-probe {"stage": ..., "begin": true}` when a stage begins and the same with
values when it ends, so that a crash tells which stage it happened in. Whatever imported code prints goes to standard
error. A step may crash or hang its process: whoever starts it gives each step a process and a time limit.
"""

from __future__ import annotations

import os
import sys

if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):
    # Running a script puts its folder first; ours must not hide a module of the environment.
    del sys.path[0]

import contextlib
import json
from typing import Any, Iterator

MARK = "voicelog-probe "
_VARIABLES = (
    *("CUDA_VISIBLE_DEVICES", "CURL_CA_BUNDLE", "HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "MODELSCOPE_CACHE"),
    *("PYTHONHOME", "PYTHONPATH", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "TORCH_HOME", "XDG_CACHE_HOME"),
)
_FIELDS = ("Name", "Version", "Requires-Python", "Requires-Dist")
_LONGEST = 300


class Stages:
    """Writes answers where nothing else can write: the standard output as it was at the start."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "w", encoding="ascii")
        os.dup2(2, 1)

    def begin(self, stage: str) -> None:
        self._write({"stage": stage, "begin": True})

    def end(self, stage: str, **values: object) -> None:
        self._write({"stage": stage, "values": values})

    def fail(self, stage: str, error: BaseException) -> None:
        text = str(error) or repr(error)
        self._write({"stage": stage, "error": type(error).__name__, "message": text[: _LONGEST * 4]})

    def _write(self, answer: dict[str, object]) -> None:
        self._stream.write(MARK + json.dumps(answer) + "\n")
        self._stream.flush()


@contextlib.contextmanager
def stage(stages: Stages, name: str) -> Iterator[dict[str, object]]:
    """A stage that fails without ending the step; the caller fills the dictionary that it is given."""
    stages.begin(name)
    values: dict[str, object] = {}
    try:
        yield values
    except Exception as error:
        stages.fail(name, error)
    else:
        stages.end(name, **values)


def environment(stages: Stages) -> None:
    """The interpreter itself, its encodings and variables, and every installed distribution."""
    with stage(stages, "python") as values:
        values.update(_interpreter())
    with stage(stages, "encoding") as values:
        values.update(_encodings())
    with stage(stages, "packages") as values:
        values["found"] = list(_distributions())
        values["leftovers"] = list(_leftovers())


def _interpreter() -> dict[str, object]:
    import platform
    import struct
    import sysconfig

    user_site = ""
    with contextlib.suppress(Exception):
        import site

        user_site = site.getusersitepackages() if site.ENABLE_USER_SITE else ""
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "executable": sys.executable or "",
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "bits": struct.calcsize("P") * 8,
        "system": platform.system(),
        "release": platform.release(),
        "os_version": platform.version(),
        "machine": platform.machine(),
        "site": [sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]],
        "user_site": user_site,
        "path": [entry for entry in sys.path if isinstance(entry, str)],
        "conda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
        "externally_managed": os.path.isfile(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")),
        "variables": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
        "markers": _markers(),
    }


def _markers() -> dict[str, str]:
    """What the markers of requirements are evaluated with (packaging.python.org, dependency specifiers)."""
    import platform

    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "platform_python_implementation": platform.python_implementation(),
        "python_version": "{}.{}".format(*sys.version_info[:2]),
        "sys_platform": sys.platform,
    }


def _encodings() -> dict[str, object]:
    import locale

    values: dict[str, object] = {
        "preferred": locale.getpreferredencoding(False),
        "filesystem": sys.getfilesystemencoding(),
        "output": getattr(sys.stdout, "encoding", "") or "",
        "utf8_mode": bool(sys.flags.utf8_mode),
    }
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error as error:
        values["locale_error"] = str(error)
    return values


def _distributions() -> Iterator[dict[str, object]]:
    """Each distribution on the path, in the order in which imports find them."""
    seen = set()
    for folder in sys.path:
        where = os.path.realpath(folder or os.curdir)
        if where in seen:
            continue
        seen.add(where)
        try:
            names = sorted(os.listdir(where))
        except OSError:
            continue
        for name in names:
            record = _metadata_file(os.path.join(where, name))
            if record:
                yield {**_read_metadata(record), "folder": where, "record": name}


def _metadata_file(path: str) -> str:
    """The file that says what a distribution is, or nothing."""
    if path.endswith(".dist-info"):
        return os.path.join(path, "METADATA")
    if path.endswith(".egg-info"):
        return os.path.join(path, "PKG-INFO") if os.path.isdir(path) else path
    return ""


def _read_metadata(path: str) -> dict[str, object]:
    values: dict[str, object] = {}
    requires = []
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            for line in stream:
                if not line.strip():
                    break
                name, _, value = line.partition(":")
                if name == "Requires-Dist":
                    requires.append(value.strip())
                elif name in _FIELDS:
                    values.setdefault(name.lower().replace("-", "_"), value.strip())
    except OSError as error:
        values["problem"] = type(error).__name__
    values["requires"] = requires
    return values


def _leftovers() -> Iterator[str]:
    """What pip leaves behind when it is interrupted: folders whose name begins with a tilde."""
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or os.curdir))
        except OSError:
            continue
        for name in names:
            if name.startswith("~") and os.path.isdir(os.path.join(folder, name)):
                yield os.path.join(folder, name)


def torch(stages: Stages) -> None:
    """What torch was built for, which cards it sees, and whether a small computation runs on each."""
    import importlib

    stages.begin("import")
    try:
        module = importlib.import_module("torch")
        told = {
            "version": str(module.__version__),
            "file": str(module.__file__),
            "cuda": module.version.cuda,
            "hip": getattr(module.version, "hip", None),
        }
    except BaseException as error:
        stages.fail("import", error)
        return
    stages.end("import", **told)
    with stage(stages, "cuda") as values:
        values["available"] = bool(module.cuda.is_available())
        values["count"] = int(module.cuda.device_count())
        flags = getattr(module._C, "_cuda_getArchFlags", None)
        values["architectures"] = (flags() or "").split() if flags else module.cuda.get_arch_list()
        mps = getattr(module.backends, "mps", None)
        values["mps"] = bool(mps and mps.is_available())
    with stage(stages, "product") as values:
        square = module.ones(16, 16)
        values["cpu"] = float((square @ square).sum())
    if not module.cuda.is_available():
        return
    with stage(stages, "devices") as values:
        values["found"] = [_device(module, number) for number in range(module.cuda.device_count())]
    for number in range(module.cuda.device_count()):
        with stage(stages, "product-cuda-{}".format(number)) as values:
            square = module.ones(16, 16, device="cuda:{}".format(number))
            values["sum"] = float((square @ square).sum())
    with stage(stages, "cudnn") as values:
        values["version"] = module.backends.cudnn.version()
        sound = module.ones(1, 1, 64, device="cuda")
        kernel = module.ones(1, 1, 3, device="cuda")
        values["sum"] = float(module.nn.functional.conv1d(sound, kernel).sum())


def _device(module: Any, number: int) -> dict[str, object]:
    properties = module.cuda.get_device_properties(number)
    values = {
        "name": properties.name,
        "capability": "{}.{}".format(properties.major, properties.minor),
        "total": int(properties.total_memory),
    }
    with contextlib.suppress(Exception):
        values["free"] = int(module.cuda.mem_get_info(number)[0])
    return values


def onnxruntime(stages: Stages) -> None:
    """The providers that this onnxruntime was built with, and whether the CUDA one can be loaded."""
    import importlib

    stages.begin("import")
    try:
        module = importlib.import_module("onnxruntime")
        values = {
            "version": str(module.__version__),
            "file": str(module.__file__),
            "providers": list(module.get_available_providers()),
            "device": str(module.get_device()),
        }
    except BaseException as error:
        stages.fail("import", error)
        return
    stages.end("import", **values)


def module(stages: Stages, name: str) -> None:
    """Import one module; its version and file."""
    import importlib

    stages.begin("import")
    try:
        found = importlib.import_module(name)
    except BaseException as error:
        stages.fail("import", error)
        return
    values = {"version": str(getattr(found, "__version__", "")), "file": str(getattr(found, "__file__", "") or "")}
    if name == "soundfile":
        values["library"] = str(getattr(found, "__libsndfile_version__", ""))
    stages.end("import", **values)


def devices(stages: Stages) -> None:
    """PortAudio and the sound devices it sees, through sounddevice."""
    import importlib

    stages.begin("import")
    try:
        sounddevice = importlib.import_module("sounddevice")
        version = sounddevice.get_portaudio_version()
    except BaseException as error:
        stages.fail("import", error)
        return
    stages.end("import", version=str(version[1]))
    with stage(stages, "devices") as values:
        found = [dict(device) for device in sounddevice.query_devices()]
        values["inputs"] = [str(one["name"]) for one in found if one["max_input_channels"] > 0]
        values["outputs"] = [str(one["name"]) for one in found if one["max_output_channels"] > 0]


def library(stages: Stages, name: str) -> None:
    """Whether the system's loader finds and loads a shared library."""
    import ctypes
    import ctypes.util

    stages.begin("load")
    found = ctypes.util.find_library(name)
    if not found:
        stages.end("load", found="")
        return
    try:
        loaded = ctypes.CDLL(found)
    except OSError as error:
        stages.fail("load", error)
        return
    values = {"found": found}
    if name == "sndfile":
        version = loaded.sf_version_string
        version.restype = ctypes.c_char_p
        values["version"] = version().decode("ascii", "replace")
    stages.end("load", **values)


STEPS = {
    "environment": environment,
    "torch": torch,
    "onnxruntime": onnxruntime,
    "module": module,
    "devices": devices,
    "library": library,
}


def main() -> None:
    """Run the step that the arguments name."""
    STEPS[sys.argv[1]](Stages(), *sys.argv[2:])  # type: ignore[operator]


if __name__ == "__main__":
    main()
