"""Memories of scenes give the same objects back, within bounds of number and bytes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.scene.held_bytes import held_bytes
from viewer.scene.remembered import (
    Remembered,
    forget_everything,
    limit_remembered_bytes,
    remember_for_panes,
    remembered_bytes,
)

Picture = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def a_small_limit() -> Iterator[None]:
    forget_everything()
    limit_remembered_bytes(100_000)
    yield
    forget_everything()
    limit_remembered_bytes(256 << 20)


def picture(size: int = 10_000) -> Picture:
    return np.zeros(size, np.uint8)


def test_the_same_objects_give_the_same_result_and_equal_ones_do_not() -> None:
    memory = Remembered[Picture](4, held_bytes)
    one, twin = picture(), picture()
    made = memory.recall((one,), "style", picture)
    assert memory.recall((one,), "style", picture) is made
    assert memory.recall((twin,), "style", picture) is not made
    assert memory.recall((one,), "other style", picture) is not made


def test_all_memories_together_stay_within_the_bytes_and_the_longest_unused_goes_first() -> None:
    first, second = Remembered[Picture](100, held_bytes), Remembered[Picture](100, held_bytes)
    kept = first.recall((), -1, picture)
    for number in range(20):
        first.recall((), number, picture)
        second.recall((), number, picture)
        assert first.recall((), -1, picture) is kept
    assert remembered_bytes() <= 100_000
    made: list[int] = []
    second.recall((), 0, lambda: made.append(0) or picture())  # type: ignore[func-returns-value]
    assert made == [0]


def test_the_arrays_that_a_result_was_made_from_count_because_it_keeps_them() -> None:
    memory = Remembered[Picture](4, held_bytes)
    memory.recall((picture(50_000),), (), lambda: picture(10))
    assert remembered_bytes() > 50_000


@pytest.mark.parametrize("panes", [1, 4, 9])
def test_what_the_panes_show_stays_whatever_it_weighs(panes: int) -> None:
    remember_for_panes(panes)
    memory = Remembered[Picture](16, held_bytes)
    made = [memory.recall((), number, lambda: picture(90_000)) for number in range(panes)]
    assert all(memory.recall((), number, picture) is made[number] for number in range(panes))
    remember_for_panes(1)


def test_memories_of_small_things_drop_nothing_for_their_bytes() -> None:
    small = Remembered[Picture](20)
    made = [small.recall((), number, lambda: picture(90_000)) for number in range(20)]
    assert all(small.recall((), number, picture) is made[number] for number in range(20))


def test_forgetting_lets_go_of_everything() -> None:
    memory = Remembered[Picture](4, held_bytes)
    made = memory.recall((), (), picture)
    forget_everything()
    assert remembered_bytes() == 0
    assert memory.recall((), (), picture) is not made


def test_what_is_known_is_told_without_being_made() -> None:
    memory = Remembered[Picture](4)
    one = picture()
    assert memory.known((one,), "style") is None
    made = memory.recall((one,), "style", picture)
    assert memory.known((one,), "style") is made
    assert memory.known((one,), "other") is None
