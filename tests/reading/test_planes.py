"""Planes beside one another: what arranging shows, that all go to one point, and that leaving brings everything back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.synthetic.stacks import SHAPE, SPACING_MM, stack_of
from tests.synthetic.turned_series import AXIAL, turned_series
from tests.synthetic.values import opened
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.stack import Stack
from viewer.geometry.slab import Slab
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.planes import (
    arrange,
    focus_of,
    gather,
    leave_planes,
    set_axes,
    set_pane_kind,
    set_slab,
    toggle_planes,
    turn_planes,
    why_not_arranged,
)
from viewer.reading.changes.workspace import set_frame, set_tool, show_stack
from viewer.reading.state import Content, Pane, ReadingState


def state_with(stack: Stack, frame: int = 4) -> ReadingState:
    series = Series("s", "1.2.3", "CT", 1, "", "", "image", (), (stack,))
    patient = Patient("p", "p", "", "", "", (Study("t", "1.2", "", "", "", (series,)),))
    return ReadingState(Content(Library((patient,))), (Pane(stack_id=stack.id, frame=frame),))


STATE = state_with(stack_of(np.eye(3)))


def planes_of(state: ReadingState) -> dict[str, np.ndarray]:
    """Return offset and normal of what each pane with a plane shows."""
    found = {}
    for pane in state.panes:
        stack = state.stack_of(pane)
        if pane.kind != "volume" and stack is not None:
            plane = stack.planes[pane.frame]
            found[pane.kind] = np.array([*plane.normal, plane.offset_mm])
    return found


def test_the_three_planes_and_the_volume_stand_beside_one_another_at_the_slice_that_was_shown() -> None:
    new = arrange(STATE, "planes_3d")

    assert (new.layout, [pane.kind for pane in new.panes]) == ("2x2", ["axial", "sagittal", "coronal", "volume"])
    shown = STATE.stack_of(STATE.pane)
    assert shown is not None
    assert planes_of(new)["axial"][3] == pytest.approx(shown.planes[4].offset_mm)
    for pane in new.panes[:3]:
        stack = new.stack_of(pane)
        assert stack is not None
        assert stack.resliced
        assert stack.id == shown.id
        assert new.frame_of(pane).cut is not None  # type: ignore[union-attr]


def test_scrolling_one_plane_moves_the_crosshair_and_the_others_stay() -> None:
    state = arrange(STATE, "planes")
    before = planes_of(state)

    new = set_frame(state, 1, state.panes[1].frame + 2)

    after = planes_of(new)
    assert after["coronal"][3] == pytest.approx(before["coronal"][3] + 2 * SPACING_MM[1])
    assert np.array_equal(after["axial"], before["axial"])
    assert new.crosshair is not None
    assert state.crosshair is not None
    moved = np.subtract(new.crosshair.point_patient, state.crosshair.point_patient)
    assert moved == pytest.approx((0, 2 * SPACING_MM[1], 0))


def test_all_planes_go_to_a_point() -> None:
    state = arrange(STATE, "planes")
    stack = STATE.stack_of(STATE.pane)
    assert stack is not None
    point = tuple(np.asarray(stack.planes[1].point_patient((3.5, 7.5))).tolist())

    new = gather(state, point)

    axial, coronal, sagittal = (new.panes[number].frame for number in range(3))
    assert (axial, coronal, sagittal) == (SHAPE[0] - 1 - 1, 7, 3)


def test_leaving_brings_back_what_was_there_at_the_place_that_was_looked_at() -> None:
    state = arrange(replace(STATE, layout="1x1"), "planes_3d")
    moved = set_frame(state, 0, 1)

    back = leave_planes(moved)

    assert back.layout == "1x1"
    assert back.before_planes is None
    stack = back.stack_of(back.pane)
    assert stack is not None
    assert not stack.resliced
    assert stack.planes[back.pane.frame].offset_mm == pytest.approx(planes_of(moved)["axial"][3])


def test_the_same_key_shows_and_leaves_and_another_arrangement_keeps_the_way_back() -> None:
    once = toggle_planes(STATE, "planes_3d")
    other = toggle_planes(once, "planes")

    assert [pane.kind for pane in other.panes] == ["axial", "coronal", "sagittal"]
    assert toggle_planes(other, "planes").panes == STATE.panes


@pytest.mark.parametrize("pane", [0, 1, 2])
def test_turning_in_one_plane_keeps_it_and_the_point_and_turns_the_others(pane: int) -> None:
    state = arrange(STATE, "planes")
    kind = state.panes[pane].kind
    before, point = planes_of(state), focus_of(state)
    assert point is not None

    new = turn_planes(state, pane, 20)

    after = planes_of(new)
    assert after[kind] == pytest.approx(before[kind], abs=1e-9)
    for other in set(before) - {kind}:
        turned = np.degrees(np.arccos(np.clip(after[other][:3] @ before[other][:3], -1, 1)))
        assert turned == pytest.approx(20)
        assert abs(float(after[other][:3] @ point) - after[other][3]) <= max(SPACING_MM) / 2 + 1e-6
    for number, name in enumerate(("axial", "coronal", "sagittal")):
        stack = new.stack_of(new.panes[number])
        assert stack is not None
        up = {"axial": (0, 1, 0), "coronal": (0, 0, -1), "sagittal": (0, 0, -1)}[name]
        assert float(np.dot(stack.planes[0].axis_row, up)) > 0.9, "what is on top stays there"


def test_turning_there_and_back_is_the_stack_itself_again() -> None:
    state = arrange(STATE, "planes")

    there = turn_planes(turn_planes(state, 0, 35), 0, -35)

    assert planes_of(there)["coronal"] == pytest.approx(planes_of(state)["coronal"], abs=1e-6)
    assert planes_of(set_axes(turn_planes(state, 0, 35), None)) == {
        kind: pytest.approx(plane, abs=1e-9) for kind, plane in planes_of(state).items()
    }


def test_one_pane_may_show_another_plane_alone() -> None:
    new = set_pane_kind(STATE, 0, "sagittal")

    stack = new.stack_of(new.pane)
    assert stack is not None
    assert (stack.orientation, len(stack.planes)) == ("sagittal", SHAPE[2])
    assert new.pane.frame == pytest.approx(SHAPE[2] // 2, abs=1)
    back = set_pane_kind(new, 0, "stack")
    assert back.stack_of(back.pane) is STATE.stack_of(STATE.pane)


def test_a_slab_is_part_of_the_frame() -> None:
    new = set_slab(arrange(STATE, "planes"), 0, Slab(9.0, "mean"))

    frame = new.frame_of(new.panes[0])
    assert frame is not None
    assert frame.cut is not None
    assert frame.cut.slab == Slab(9.0, "mean")


def test_a_stack_of_one_place_stays_and_says_why() -> None:
    stack = stack_of(np.eye(3))
    single = replace(stack, planes=stack.planes[:1], frames=stack.frames[:1])
    state = state_with(single, 0)

    assert arrange(state, "planes_3d") is state
    assert why_not_arranged(state) == "reslice_one_place"
    assert why_not_arranged(STATE) == ""


def test_where_nothing_has_a_surface_the_image_is_shown_as_a_volume() -> None:
    new = arrange(STATE, "planes_3d")

    assert new.panes[3].volume.preset == "ct_bone"


def test_images_that_name_no_space_have_planes_that_meet_at_a_point_all_the_same() -> None:
    stack = stack_of(np.eye(3))
    planes = tuple(replace(plane, frame_of_reference_uid=None) for plane in stack.planes)
    state = arrange(state_with(replace(stack, planes=planes, frame_of_reference_uid=None)), "planes")

    assert state.crosshair is not None
    moved = set_frame(state, 1, 2)
    assert moved.crosshair is not None
    coronal = moved.stack_of(moved.panes[1])
    assert coronal is not None
    assert abs(float(coronal.planes[2].distance_mm(moved.crosshair.point_patient))) < 1e-9


def test_another_stack_is_hung_in_all_the_planes_of_the_one_before() -> None:
    one, other = stack_of(np.eye(3)), replace(stack_of(np.eye(3)), id="t#1", series_key="t")
    both = (
        Series("s", "1.2.3", "CT", 1, "", "", "image", (), (one,)),
        Series("t", "1.2.4", "CT", 2, "", "", "image", (), (other,)),
    )
    library = Library((Patient("p", "p", "", "", "", (Study("t", "1.2", "", "", "", both),)),))
    state = arrange(ReadingState(Content(library), (Pane(stack_id=one.id, frame=4),)), "planes_3d")
    point = focus_of(state)

    new = show_stack(state, 1, other.id)

    assert {pane.stack_id for pane in new.panes} == {other.id}
    assert [pane.kind for pane in new.panes] == [pane.kind for pane in state.panes]
    assert focus_of(new) == pytest.approx(point)


def test_a_frame_that_is_asked_for_moves_the_planes_onto_it() -> None:
    state = arrange(STATE, "planes")
    stack = STATE.stack_of(STATE.pane)
    assert stack is not None
    new = show_stack(state, 0, stack.id, 1)
    assert new.crosshair is not None
    assert abs(float(stack.planes[1].distance_mm(new.crosshair.point_patient))) < 1e-6
    assert planes_of(new)["axial"][3] == pytest.approx(stack.planes[1].offset_mm)


def test_a_stack_that_cannot_be_cut_ends_the_planes() -> None:
    one = stack_of(np.eye(3))
    flat = replace(one, id="f#1", series_key="f", frames=one.frames[:1], planes=one.planes[:1])
    both = (
        Series("s", "1.2.3", "CT", 1, "", "", "image", (), (one,)),
        Series("f", "1.2.4", "CT", 2, "", "", "image", (), (flat,)),
    )
    library = Library((Patient("p", "p", "", "", "", (Study("t", "1.2", "", "", "", both),)),))
    state = arrange(ReadingState(Content(library), (Pane(stack_id=one.id, frame=4),)), "planes_3d")

    new = show_stack(state, 2, flat.id)

    assert (new.layout, new.before_planes) == ("1x1", None)
    assert [(pane.stack_id, pane.kind) for pane in new.panes] == [(flat.id, "stack")]


def test_a_layout_from_the_menu_leaves_the_planes() -> None:
    state = arrange(opened(turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5))), "planes_3d")
    assert len(state.panes) == 4
    new = set_layout(state, "1x2")
    assert new.before_planes is None
    assert [pane.kind for pane in new.panes] == ["stack", "stack"]


def test_another_tool_keeps_the_point_where_planes_meet_and_leaving_them_takes_it_off() -> None:
    state = set_tool(arrange(STATE, "planes"), "length")
    assert state.crosshair is not None
    assert leave_planes(state).crosshair is None
