"""What a run held over its time, in as many points as there is room for."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from voicelog.runner.curves import curves_of
from voicelog.runner.types import Gpu, Run, Sample


def run(*samples: tuple[float, int]) -> Run:
    made = tuple(
        Sample(at, held, 1.0, 1, 1, 0.0, 0, 64, 0, 0, 0, 0, (Gpu(0, "A card", 2 * held, 24, 1, 40),))
        for at, held in samples
    )
    return Run("r", ("python",), "/", "", {}, 0.0, Path("/"), samples=made)


def test_each_point_is_the_highest_of_its_part_of_the_time() -> None:
    """Time counts, not the number of samples: long runs are looked at less and less often."""
    memory, card = curves_of(run((0, 1), (1, 5), (2, 2), (3, 4), (100, 7)))
    assert memory.points(5) == [0, 5, 4, 4, 7]
    assert (memory.highest, memory.limit, memory.card) == (7, 64, "")
    assert card.points(5) == [0, 10, 8, 8, 14]
    assert (card.highest, card.limit, card.card) == (14, 24, "A card")


def test_one_look_is_no_curve() -> None:
    assert curves_of(run()) == []
    assert curves_of(run((0, 1))) == []


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 2**50)), min_size=2, max_size=50),
    st.integers(2, 200),
)
def test_the_peak_is_never_lost(samples: list[tuple[float, int]], count: int) -> None:
    memory, _ = curves_of(run(*sorted(samples)))
    points = memory.points(count)
    assert len(points) == count
    assert max(points) == memory.highest
