"""What only the watching shows becomes lines, and the base names their cause."""

from __future__ import annotations

import pytest

from voicelog.model import Source
from voicelog.pipeline import analyze_source
from voicelog.runner.symptoms import ending, observations
from voicelog.runner.types import Exit, Gpu, Sample
from voicelog.signatures.base import KnowledgeBase

GIB = 2**30
CALM = Sample(0.0, GIB, 100.0, 8, 1, 0.0, 8 * GIB, 16 * GIB, 0, 0, 100 * GIB)
IDLE_GPU = Gpu(0, "NVIDIA GeForce RTX 3060", GIB, 12 * GIB, 0, 40)


def series(count: int, **last: float) -> list[Sample]:
    """Samples a second apart whose named fields go evenly from calm to the given value."""
    found = []
    for at in range(count):
        share = at / (count - 1)
        values = {
            name: type(getattr(CALM, name))(getattr(CALM, name) * (1 - share) + value * share)
            for name, value in last.items()
        }
        found.append(CALM._replace(at=float(at), **values))
    return found


def hanging() -> list[Sample]:
    """Twenty seconds of work, then forty of waiting on two connections."""
    return [
        CALM._replace(at=float(at), silent=max(0.0, at - 20.0), cpu=100.0 if at <= 20 else 0.3, sockets=2 * (at > 30))
        for at in range(61)
    ]


def named(lines: list[str], base: KnowledgeBase) -> str:
    report = analyze_source(Source("run", "\n".join(["Loading model", *lines])), base)
    return report.diagnoses[0].id if report.diagnoses else report.verdict


def seen(exit: Exit, samples: list[Sample], *, kills: int = 0, last: str = "") -> list[str]:
    return observations(exit, samples, oom_kills=kills, last_line=last)


@pytest.mark.parametrize(
    ("exit", "samples", "more", "wanted"),
    [
        (Exit(137, 9), series(5, memory=15.5 * GIB), {}, "memory.oom-killed"),
        (Exit(137, 9), series(5, memory_free=0.2 * GIB), {}, "memory.oom-killed"),
        (Exit(137, 9), series(5), {"kills": 1}, "memory.oom-killed"),
        (Exit(1), series(5, disk_free=1000), {}, "hardware.disk-full"),
        (
            Exit(130, 2, "user"),
            hanging(),
            {"last": "Downloading pytorch_model.bin:  12%"},
            "net.hub-unreachable.stalled",
        ),
        (
            Exit(143, 15, "time"),
            hanging(),
            {"last": "正在下载模型 hubert_base.pt"},
            "net.hub-unreachable.stalled",
        ),
        (
            Exit(130, 2, "user"),
            series(40, swap_used=4 * GIB, swapped_in=4 * GIB, cpu=5),
            {},
            "memory.ram-exhausted.swapping",
        ),
        (Exit(0), [one._replace(gpus=(IDLE_GPU,)) for one in series(30)], {}, "hardware.slow-cpu-fallback"),
    ],
)
def test_the_watching_shows_the_cause(
    exit: Exit, samples: list[Sample], more: dict[str, object], wanted: str, base: KnowledgeBase
) -> None:
    lines = seen(exit, samples, **more)  # type: ignore[arg-type]
    assert named(lines, base) == wanted, lines


@pytest.mark.parametrize(
    ("exit", "samples", "more"),
    [
        (Exit(0), series(30), {}),
        (Exit(137, 9), series(5), {}),
        (Exit(137, 9, "user"), series(5, memory=15.9 * GIB), {}),
        (Exit(130, 2, "user"), [one._replace(cpu=90.0) for one in hanging()], {"last": "Downloading model.bin"}),
        (Exit(130, 2, "user"), series(60), {"last": "Downloading model.bin"}),
        (Exit(0), [one._replace(gpus=(IDLE_GPU._replace(load=60),)) for one in series(30)], {}),
        (Exit(0), [one._replace(gpus=(IDLE_GPU,), cpu=3.0) for one in series(30)], {}),
        (Exit(1), [], {}),
    ],
)
def test_an_ordinary_run_shows_nothing(exit: Exit, samples: list[Sample], more: dict[str, object]) -> None:
    assert seen(exit, samples, **more) == []  # type: ignore[arg-type]


def test_a_hang_at_a_question_is_no_download(base: KnowledgeBase) -> None:
    lines = seen(Exit(130, 2, "user"), hanging(), last="Which voice?")
    assert lines
    assert named(lines, base) != "net.hub-unreachable.stalled"


@pytest.mark.parametrize(
    ("exit", "wanted"),
    [
        (Exit(139, 11), "os.native-crash"),
        (Exit(0xC0000005), "os.native-crash"),
        (Exit(137, 9), "unknown"),
        (Exit(1), "unknown"),
    ],
)
def test_an_end_without_a_word(exit: Exit, wanted: str, base: KnowledgeBase) -> None:
    assert named([ending(exit)], base) == wanted


def test_a_good_end_and_one_on_request_need_no_word() -> None:
    assert ending(Exit(0)) == ""
    assert ending(Exit(143, 15, "user")) == ""
