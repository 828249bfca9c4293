"""Reference lines lie where the planes cut each other: computed by hand, and by points that must lie on both planes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.synthetic.turned_series import AXIAL, CORONAL, SAGITTAL, turned_series
from tests.synthetic.values import opened
from viewer.geometry.plane import Plane, to_vector
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.workspace import set_active_pane, set_frame, toggle_reference_ends, toggle_reference_lines
from viewer.reading.state import ReadingState
from viewer.scene.reference_lines import cut, plane_name, reference_lines


def picture(origin: tuple[float, float, float], axes: object, spacing: tuple[float, float], shape: tuple[int, int]) -> Plane:
    column, row = axes  # type: ignore[misc]
    return Plane(origin, to_vector(column), to_vector(row), spacing, shape, "for")


def test_a_coronal_picture_cuts_an_axial_one_in_the_row_of_its_own_place() -> None:
    # Axial: columns 0.25 mm from x = 0, rows 0.5 mm from y = 0. Coronal at y = 6 from x = 2 on, 8 columns of 1 mm.
    axial = picture((0.0, 0.0, 0.0), AXIAL, (0.5, 0.25), (40, 60))
    coronal = picture((2.0, 6.0, 4.0), CORONAL, (2.0, 1.0), (5, 8))
    ends = cut(axial, coronal)
    assert ends is not None
    # Row 6 / 0.5 + 0.5 = 12.5; the coronal one reaches from x = 1.5 to 9.5, that is columns 6.5 to 38.5.
    assert sorted(ends.tolist()) == [pytest.approx([6.5, 12.5]), pytest.approx([38.5, 12.5])]


def test_the_line_ends_where_this_picture_does() -> None:
    axial = picture((0.0, 0.0, 0.0), AXIAL, (0.5, 0.25), (40, 60))
    wide = picture((-50.0, 6.0, 4.0), CORONAL, (2.0, 1.0), (5, 200))
    ends = cut(axial, wide)
    assert ends is not None
    assert sorted(ends.tolist()) == [pytest.approx([0.0, 12.5]), pytest.approx([60.0, 12.5])]


def test_an_oblique_picture_cuts_where_both_planes_are() -> None:
    # Turned by 30 degrees about the axis that runs from front to back: its rows sink to the left.
    turn = np.radians(30)
    oblique = picture((1.0, 2.0, 3.0), ((np.cos(turn), 0.0, -np.sin(turn)), (0.0, 1.0, 0.0)), (0.7, 0.4), (30, 50))
    axial = picture((0.0, 0.0, 0.0), AXIAL, (0.5, 0.25), (80, 90))
    ends = cut(axial, oblique)
    assert ends is not None
    # z = 3 - t sin 30 = 0 at t = 6, where x = 1 + 6 cos 30; along y from 2 - 0.35 to 2 + 29.35.
    column = (1.0 + 6.0 * np.cos(turn)) / 0.25 + 0.5
    rows = [(2.0 - 0.35) / 0.5 + 0.5, (2.0 + 0.7 * 29.5) / 0.5 + 0.5]
    assert sorted(ends.tolist()) == [pytest.approx([column, rows[0]]), pytest.approx([column, rows[1]])]


@given(st.integers(0, 2**32 - 1))
def test_every_line_lies_on_both_planes_and_inside_both_pictures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    planes = []
    for shape in ((37, 51), (23, 64)):
        turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        spacing = (float(rng.uniform(0.3, 3)), float(rng.uniform(0.3, 3)))
        origin = to_vector(rng.uniform(-20, 20, 3))
        planes.append(picture(origin, (turn[0], turn[1]), spacing, shape))
    ends = cut(*planes)
    if ends is None:
        return
    points = planes[0].point_patient(ends)
    for plane in planes:
        assert plane.distance_mm(points) == pytest.approx(0.0, abs=1e-6)
        positions = plane.position_image(points)
        assert (positions >= -1e-6).all()
        assert (positions <= np.array(plane.shape[::-1]) + 1e-6).all()


def test_nearly_parallel_and_distant_pictures_have_no_line() -> None:
    axial = picture((0.0, 0.0, 0.0), AXIAL, (0.5, 0.25), (40, 60))
    turn = np.radians(5)
    tilted = picture((0.0, 0.0, 0.5), ((1, 0, 0), (0, np.cos(turn), -np.sin(turn))), (0.5, 0.25), (40, 60))
    assert cut(axial, tilted) is None
    assert cut(axial, axial.moved(2.0)) is None
    assert cut(axial, picture((0.0, 6.0, -3.0), CORONAL, (1.0, 1.0), (3, 8))) is None
    assert cut(axial, picture((0.0, 99.0, 1.0), CORONAL, (1.0, 1.0), (5, 8))) is None


def three(**changes: object) -> ReadingState:
    """Axial, coronal and sagittal of one space, of which the coronal viewport is active."""
    return set_active_pane(
        set_layout(
            opened(
                turned_series("ax", AXIAL, slices=7, origin=(0, 0, 5), step=(0, 0, -2)),
                turned_series("co", CORONAL, slices=7, origin=(0, 1, 8), step=(0, 2, 0), spacing_mm=(1, 1)),
                turned_series("sa", SAGITTAL, slices=7, origin=(1, 0, 8), step=(2, 0, 0), spacing_mm=(1, 1), **changes),  # type: ignore[arg-type]
            ),
            "1x3",
        ),
        1,
    )


def lines_in(state: ReadingState, pane: int) -> list[tuple[str, str]]:
    stack = state.stack_of(state.panes[pane])
    assert stack is not None
    return [(line.plane, line.strength) for line in reference_lines(state, pane, stack.planes[state.panes[pane].frame])]


def test_the_line_of_the_active_viewport_is_strong_and_lies_on_top() -> None:
    assert lines_in(three(), 0) == [("sagittal", "faint"), ("coronal", "strong")]
    assert lines_in(three(), 1) == [("axial", "faint"), ("sagittal", "faint")]


def test_the_ends_of_the_active_stack_can_be_shown() -> None:
    state = toggle_reference_ends(three())
    assert lines_in(state, 0) == [("sagittal", "faint"), ("coronal", "end"), ("coronal", "end"), ("coronal", "strong")]
    at_the_end = set_frame(state, 1, 6)
    assert lines_in(at_the_end, 0).count(("coronal", "end")) == 1


def test_another_space_and_lines_switched_off_draw_nothing() -> None:
    assert lines_in(three(frame_of_reference="other"), 0) == [("coronal", "strong")]
    assert lines_in(toggle_reference_lines(three()), 0) == []


def test_a_pane_of_another_plane_gets_the_lines_of_that_plane() -> None:
    state = three()
    stack = state.content.library.stacks[0]
    oblique = replace(stack.planes[3], axis_column=(0.8, 0.0, -0.6), image=None)
    assert len(reference_lines(state, 0, oblique)) == 2


def test_lines_that_did_not_change_are_the_same_objects() -> None:
    state = three()
    plane = state.content.library.stacks[0].planes[0]
    for one, other in zip(reference_lines(state, 0, plane), reference_lines(state, 0, plane), strict=True):
        assert one is other


@pytest.mark.parametrize(
    ("normal", "name"), [((0.1, 0.2, 0.9), "axial"), ((0.0, -0.9, 0.3), "coronal"), ((-0.7, 0.5, 0.5), "sagittal")]
)
def test_every_plane_has_the_colour_of_the_nearest_body_plane(normal: tuple[float, float, float], name: str) -> None:
    assert plane_name(normal) == name
