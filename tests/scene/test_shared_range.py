"""Volumes of a time series are shown through one window; one that it would make black has its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.reading.test_volumes import images, reading_of
from viewer.scene.shared_range import range_in_force

TIMES = [(("TemporalPositionIdentifier", str(number + 1)),) for number in range(3)]
B_VALUES = [(("DiffusionBValue", b),) for b in ("0", "500", "1000")]


def range_of(values, ranges: dict[str, tuple[float, float]]) -> tuple[float, float] | None:
    """Of the first of three volumes."""
    library = reading_of(images("mr", [0.0, 3.0], values)).content.library
    return range_in_force(library, library.stacks[0], SimpleNamespace(value_range=ranges.get))


@pytest.mark.parametrize(
    ("own", "middle", "used"),
    [
        ((0.0, 100.0), (10.0, 120.0), (10.0, 120.0)),
        ((0.0, 100.0), (500.0, 900.0), (0.0, 100.0)),
        ((900.0, 1000.0), (500.0, 900.0), (900.0, 1000.0)),
        (None, (500.0, 900.0), (500.0, 900.0)),
        ((0.0, 100.0), None, (0.0, 100.0)),
        (None, None, None),
    ],
)
def test_times_share_the_range_of_the_middle_one_unless_it_has_none_of_their_values(own, middle, used) -> None:
    known = {name: found for name, found in (("mr#1", own), ("mr#2", middle)) if found is not None}
    assert range_of(TIMES, known) == used


def test_b_values_have_each_their_own_range() -> None:
    assert range_of(B_VALUES, {"mr#1": (0.0, 100.0), "mr#2": (10.0, 50.0)}) == (0.0, 100.0)
