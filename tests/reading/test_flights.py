"""Flights of the camera in 3D: what a reader jumps to is not hidden behind everything else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic.turned_series import AXIAL, turned_series
from tests.synthetic.values import opened
from viewer.geometry.camera import StandardView, fitted
from viewer.geometry.plane import Vector, to_vector
from viewer.reading.changes.planes import arrange
from viewer.reading.changes.volume import fly_to, set_camera
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import stack_box


def in_3d(view: StandardView = "anterior") -> ReadingState:
    state = arrange(opened(turned_series("a", AXIAL, slices=12)), "planes_3d")
    return set_camera(state, 3, fitted(stack_box(state.content.library.stacks[0]), view=view))


def place(state: ReadingState, *shares: float) -> Vector:
    """A point given in shares of the sides of the box around the images: from right, front and feet."""
    box = stack_box(state.content.library.stacks[0])
    return to_vector(np.asarray(box.low) + np.subtract(box.high, box.low) * shares)


def looks(state: ReadingState) -> list[float]:
    camera = state.panes[3].volume.camera
    assert camera is not None
    return [round(float(one), 6) + 0.0 for one in camera.towards]


@pytest.mark.parametrize(
    ("shares", "towards"),
    [((0.5, 0.9, 0.5), [0, -1, 0]), ((0.95, 0.5, 0.5), [-1, 0, 0]), ((0.05, 0.5, 0.5), [1, 0, 0])],
)
def test_what_lies_at_another_side_is_looked_at_from_there(shares: tuple[float, ...], towards: list[float]) -> None:
    state = in_3d()
    point = place(state, *shares)
    flown = fly_to(state, point, side="nearest")
    assert looks(flown) == towards
    camera = flown.panes[3].volume.camera
    assert camera is not None
    assert camera.focus == pytest.approx(point)


@pytest.mark.parametrize("shares", [(0.5, 0.2, 0.5), (0.5, 0.5, 0.5), (0.5, 0.5, 0.9)])
def test_where_no_other_side_is_much_nearer_the_side_stays(shares: tuple[float, ...]) -> None:
    state = in_3d()
    assert looks(fly_to(state, place(state, *shares), side="nearest")) == [0, 1, 0]


def test_from_the_head_it_goes_to_a_side_only_where_that_is_nearer() -> None:
    state = in_3d("head")
    assert looks(fly_to(state, place(state, 0.5, 0.5, 0.95), side="nearest")) == [0, 0, -1]
    assert looks(fly_to(state, place(state, 0.5, 0.97, 0.5), side="nearest")) == [0, -1, 0]


def test_what_was_double_clicked_in_3d_is_seen_already_and_the_side_stays() -> None:
    state = in_3d()
    assert looks(fly_to(state, place(state, 0.5, 0.9, 0.5))) == [0, 1, 0]
