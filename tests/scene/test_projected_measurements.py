"""Measurements on planes: found again on the same plane, shown as projected on planes that hold them, gone to from afar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scene.one_stack import FakeInputs
from tests.synthetic.turned_series import AXIAL, turned_series
from tests.synthetic.values import opened
from viewer.domain.measurement import Measurement, MeasurementKind, Point
from viewer.geometry.plane import FloatArray, Plane
from viewer.geometry.slab import Slab
from viewer.reading.changes.measuring import put_measurement, show_measurements
from viewer.reading.changes.planes import arrange, gather, leave_planes, set_axes, set_slab, turn_planes
from viewer.reading.navigate import go_to_measurement
from viewer.reading.state import ReadingState
from viewer.scene.drawables import MeasurementDrawable
from viewer.scene.slice_scene import slice_scene

START = arrange(opened(turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5), origin=(3, -7, 11))), "planes")
AXIAL_PANE, CORONAL_PANE, SAGITTAL_PANE = 0, 1, 2


def plane_of(state: ReadingState, pane: int) -> Plane:
    frame = state.frame_of(state.panes[pane])
    assert frame is not None
    found = state.plane_of(frame)
    assert found is not None
    return found


def measured(state: ReadingState, pane: int, points: tuple[Point, ...], kind: MeasurementKind = "length") -> ReadingState:
    frame = state.frame_of(state.panes[pane])
    assert frame is not None
    return put_measurement(state, Measurement("m", kind, state.name_of(frame), points))


def drawn(state: ReadingState, pane: int) -> list[MeasurementDrawable]:
    scene = slice_scene(state, pane, FakeInputs())
    return [one for one in scene.drawables if isinstance(one, MeasurementDrawable)]


def ends_patient(state: ReadingState, pane: int, points: object) -> FloatArray:
    return plane_of(state, pane).point_patient(points)  # type: ignore[arg-type]


def test_a_length_is_seen_on_the_plane_that_holds_it_and_said_to_be_projected() -> None:
    axial = plane_of(START, AXIAL_PANE)
    points = ((10.5, 20.5), (48.5, 20.5))
    state = measured(START, AXIAL_PANE, points)
    ends = axial.point_patient(points)
    state = gather(state, tuple(ends.mean(axis=0).tolist()))  # type: ignore[arg-type]

    (there,) = drawn(state, CORONAL_PANE)
    assert there.projected
    assert not len(there.handles)
    assert there.label.splitlines()[-1] == "projected"
    assert np.allclose(ends_patient(state, CORONAL_PANE, there.path), ends, atol=0.3)
    # It crosses this one, and does not lie in it.
    assert drawn(state, SAGITTAL_PANE) == []
    (here,) = drawn(state, AXIAL_PANE)
    assert not here.projected
    assert drawn(show_measurements(state, "hidden"), CORONAL_PANE) == []


def test_how_far_from_the_plane_it_lies_is_said_and_beyond_the_slab_it_is_not_shown() -> None:
    state = measured(START, AXIAL_PANE, ((10.5, 20.5), (30.5, 25.5)))
    moved = replace(state, panes=(replace(state.panes[0], frame=state.panes[0].frame + 1), *state.panes[1:]))
    assert drawn(moved, AXIAL_PANE) == []
    (thick,) = drawn(set_slab(moved, AXIAL_PANE, Slab(6.0, "maximum")), AXIAL_PANE)
    assert thick.label.splitlines()[-1] == "projected from 2.5 mm"


@pytest.mark.parametrize(
    ("kind", "points"), [("ellipse", ((10.5, 8.5), (30.5, 20.5))), ("rectangle", ((12.5, 8.5), (30.5, 19.5)))]
)
def test_a_region_keeps_its_shape_on_the_frame_where_its_plane_lies(
    kind: MeasurementKind, points: tuple[Point, ...]
) -> None:
    state = measured(START, AXIAL_PANE, points, kind)
    (own,) = drawn(state, AXIAL_PANE)
    frames = leave_planes(state)
    (there,) = drawn(frames, 0)
    assert there.projected
    assert there.closed
    assert np.allclose(ends_patient(frames, 0, there.path), plane_of(state, AXIAL_PANE).point_patient(own.path), atol=1e-6)


def test_on_frames_of_the_stack_nothing_is_carried_over() -> None:
    state = measured(leave_planes(START), 0, ((1.5, 2.5), (3.5, 4.5)))
    for frame in (state.panes[0].frame - 1, state.panes[0].frame + 1):
        assert drawn(replace(state, panes=(replace(state.panes[0], frame=frame),)), 0) == []


def test_a_plane_that_is_turned_away_and_back_has_its_measurements_again() -> None:
    turned = turn_planes(START, AXIAL_PANE, 31.0)
    state = measured(turned, CORONAL_PANE, ((5.5, 6.5), (25.5, 9.5)))
    name = state.measurement("m").image  # type: ignore[union-attr]
    back = turn_planes(turn_planes(state, AXIAL_PANE, 17.3), AXIAL_PANE, -17.3)
    frame = back.frame_of(back.panes[CORONAL_PANE])
    assert frame is not None
    # The same place, though not to the last digit.
    assert back.name_of(frame) != name
    assert [one.id for one in back.measurements_on(frame)] == ["m"]
    (there,) = drawn(back, CORONAL_PANE)
    assert not there.projected


@pytest.mark.parametrize("pane", [AXIAL_PANE, CORONAL_PANE, SAGITTAL_PANE])
@pytest.mark.parametrize("degrees", [-160.0, -40.0, 12.5, 75.0])
def test_going_to_one_on_a_turned_plane_turns_the_planes_there(pane: int, degrees: float) -> None:
    turned = turn_planes(turn_planes(START, (pane + 1) % 3, degrees), (pane + 2) % 3, 21.0)
    state = set_axes(measured(turned, pane, ((5.5, 6.5), (25.5, 9.5))), None)
    there = go_to_measurement(state, "m")
    assert plane_of(there, there.active_pane).is_like(plane_of(turned, pane))
    frame = there.frame_of(there.pane)
    assert frame is not None
    assert [one.id for one in there.measurements_on(frame)] == ["m"]
