"""The read-only dictionary of the compiled base."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.signatures.table import Table, pack

KEYS = st.text(max_size=8)


@given(st.dictionaries(KEYS, st.integers() | st.tuples(KEYS)), st.sets(KEYS))
def test_a_table_answers_as_the_dictionary_it_was_packed_from(values: dict[str, object], asked: set[str]) -> None:
    table = Table(pack(values))
    assert dict(table.items()) == values
    assert {key: table.get(key) for key in asked} == {key: values.get(key) for key in asked}
    for _ in range(2):  # the second time from memory
        assert table.find(asked | values.keys()) == values


@given(st.binary(max_size=3))
def test_bytes_that_are_too_short_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no table"):
        Table(data)


def test_a_table_cut_off_is_refused() -> None:
    data = pack({"one": 1, "two": 2})
    with pytest.raises(ValueError, match="no table"):
        Table(data[:20])
