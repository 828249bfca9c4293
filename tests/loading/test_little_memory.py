"""With little memory the store holds what is nearest to view, wherever the reader scrolls, and stays within its bound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.loading.without_window import WithoutWindow
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.reading.changes.workspace import set_frame

GRID = Grid((200, 128, 96))
FRAME_BYTES = 128 * 96 * 2
BUDGET_BYTES = 40 * FRAME_BYTES


class Opened(WithoutWindow):
    """A program whose memory is enough for 40 of the frames."""

    def show(self, place: int) -> list[int]:
        """Scroll to a place, let everything come, and return the places whose frames are held."""
        self.reading.apply(set_frame, 0, place)
        self.rest()
        stack = self.reading.state.stack_of(self.reading.state.pane)
        assert stack is not None
        return [number for number, frame in enumerate(stack.frames) if self.store.has(frame)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    stored = np.arange(np.prod(GRID.shape), dtype=np.int64).astype(np.int16).reshape(GRID.shape)
    save(image_series(stored, GRID, Series()), tmp_path)
    made = Opened(BUDGET_BYTES)
    made.open(tmp_path)
    yield made
    made.close()


def test_what_is_nearest_to_view_is_held_at_the_beginning_the_end_and_back_again(opened: Opened) -> None:
    for place in (0, 199, 100, 0):
        held = opened.show(place)
        distances = sorted(abs(number - place) for number in held)
        # All of the nearest, without a gap on either side.
        expected = sorted(sorted(abs(number - place) for number in range(200))[: len(held)])
        assert sum(distances) <= sum(expected) + 8, (place, held)
        assert {place, min(place + 10, 199), max(place - 10, 0)} <= set(held)
        assert 20 <= len(held) <= 40
    assert opened.most_bytes <= BUDGET_BYTES


def test_scrolling_step_by_step_finds_the_next_frames_there_already(opened: Opened) -> None:
    for place in (*range(60), *range(60, 20, -1)):
        held = opened.show(place)
        assert {min(place + 5, 199), max(place - 5, 0)} <= set(held), place
    assert opened.most_bytes <= BUDGET_BYTES
