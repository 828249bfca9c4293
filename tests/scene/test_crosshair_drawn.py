"""The cross stands at the exact place of the point, on slices that are the nearest of their stack, and nowhere else."""

from __future__ import annotations

import pytest

from tests.synthetic.turned_series import AXIAL, CORONAL, turned_series
from tests.synthetic.values import opened
from viewer.geometry.plane import to_vector
from viewer.reading.changes.crosshair import set_crosshair
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.workspace import set_frame
from viewer.reading.state import ReadingState
from viewer.scene.crosshair import crosshair_on
from viewer.scene.drawables import CrosshairDrawable


def marked() -> ReadingState:
    state = set_layout(
        opened(
            turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5)),
            turned_series("co", CORONAL, slices=9, origin=(-3, 1, 5), step=(0, 3.0, 0), spacing_mm=(2.0, 0.8)),
            turned_series("no", AXIAL, frame_of_reference="other"),
        ),
        "1x3",
    )
    return set_crosshair(set_frame(state, 0, 4), 0, (9.0, 14.0, -10.0))


def cross(state: ReadingState, pane: int) -> tuple[CrosshairDrawable, ...]:
    stack = state.stack_of(state.panes[pane])
    assert stack is not None
    return crosshair_on(state, stack, stack.planes[state.panes[pane].frame])


def test_the_cross_stands_where_the_point_is() -> None:
    (axial,), (coronal,) = cross(marked(), 0), cross(marked(), 1)
    assert axial.at == pytest.approx((9.0 / 0.25 + 0.5, 14.0 / 0.5 + 0.5))
    # Coronal columns run to the left from x = -3, rows down from z = 5.
    assert coronal.at == pytest.approx((12.0 / 0.8 + 0.5, 15.0 / 2.0 + 0.5))


def test_each_line_has_the_name_of_the_plane_it_stands_for() -> None:
    (axial,), (coronal,) = cross(marked(), 0), cross(marked(), 1)
    assert (axial.vertical, axial.horizontal) == ("sagittal", "coronal")
    assert (coronal.vertical, coronal.horizontal) == ("sagittal", "axial")


def test_another_slice_and_another_space_have_no_cross() -> None:
    state = marked()
    stack = state.content.library.stacks[0]
    assert crosshair_on(state, stack, stack.planes[3]) == ()
    assert cross(state, 2) == ()


def test_beyond_the_stack_its_last_slice_has_no_cross() -> None:
    state = marked()
    # The coronal slices lie at y = 1 to 25, 3 mm apart: the last one stands for what is up to 1.5 mm behind it.
    inside = set_crosshair(state, 0, (9.0, 26.4, -10.0))
    beyond = set_crosshair(state, 0, (9.0, 26.6, -10.0))
    assert inside.panes[1].frame == beyond.panes[1].frame == 8
    assert len(cross(inside, 1)) == 1
    assert cross(beyond, 1) == ()


def test_a_plane_through_the_point_has_the_cross_whatever_its_direction() -> None:
    state = marked()
    stack = state.content.library.stacks[0]
    through = stack.planes[4]
    assert through.image is not None
    (found,) = crosshair_on(state, stack, through.moved(0.0))
    assert to_vector(through.point_patient(found.at)) == pytest.approx((9.0, 14.0, -10.0))
