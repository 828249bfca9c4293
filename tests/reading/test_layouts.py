"""Layouts: rows and columns, changing places, and saved ones that fit other studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.synthetic.turned_series import AXIAL, CORONAL, SAGITTAL, turned_series
from tests.synthetic.values import opened
from viewer.domain.transfer import TransferFunction, TransferPoint
from viewer.geometry.camera import fitted, looking_at, zoomed
from viewer.geometry.slab import Slab
from viewer.reading.changes.layouts import (
    GRIDS,
    PANES_OF,
    apply_layout,
    layout_to_save,
    set_layout,
    swap_panes,
    swap_with_next,
)
from viewer.reading.changes.planes import arrange, leave_planes, set_slab, turn_planes
from viewer.reading.changes.volume import set_camera, set_preset, set_transfer
from viewer.reading.changes.workspace import set_active_pane, set_frame, set_view, show_stack
from viewer.reading.navigate import next_series
from viewer.reading.reslicing import Axes
from viewer.reading.saved_layout import HangRule, PaneShape, SavedLayout
from viewer.reading.state import Layout, ReadingState, View
from viewer.reading.volume_view import stack_box


def brain(*, study: str = "a") -> ReadingState:
    """T1 axial, T2 axial, T2 sagittal, FLAIR coronal; their names differ from study to study, what they are does not."""
    return opened(
        turned_series(f"{study}1", AXIAL, description="T1 tra"),
        turned_series(f"{study}2", AXIAL, description="T2 tra"),
        turned_series(f"{study}3", SAGITTAL, description="T2 sag", step=(3, 0, 0)),
        turned_series(f"{study}4", CORONAL, description="FLAIR cor", step=(0, 3, 0)),
    )


def hung(state: ReadingState) -> list[str | None]:
    return [pane.stack_id for pane in state.panes]


@pytest.mark.parametrize("layout", list(GRIDS))
def test_a_layout_has_rows_times_columns_viewports(layout: Layout) -> None:
    rows, columns = GRIDS[layout]
    assert layout == f"{rows}x{columns}"
    assert len(set_layout(brain(), layout).panes) == PANES_OF[layout] == rows * columns


def test_viewports_change_places_with_all_that_was_done_in_them() -> None:
    state = set_view(set_layout(brain(), "1x3"), 0, View(rotation=90))
    swapped = swap_panes(state, 0, 2)
    assert hung(swapped) == [hung(state)[2], hung(state)[1], hung(state)[0]]
    assert swapped.panes[2].view.rotation == 90
    assert swapped.active_pane == 2
    assert swap_with_next(set_active_pane(state, 2), 1).active_pane == 0
    assert swap_panes(state, 1, 1) is state
    assert swap_panes(state, 1, 9) is state


def test_a_saved_layout_hangs_the_like_in_another_study() -> None:
    state = set_layout(brain(), "1x3")
    for pane, name in enumerate(("a3#1", "a2#1", "a4#1")):
        state = show_stack(state, pane, name)
    saved = layout_to_save(state, "Brain")
    assert saved.hangs == (
        HangRule("MR", "T2 sag", "sagittal"),
        HangRule("MR", "T2 tra", "axial"),
        HangRule("MR", "FLAIR cor", "coronal"),
    )
    assert hung(apply_layout(brain(study="b"), saved)) == ["b3#1", "b2#1", "b4#1"]


def test_without_the_same_description_what_lies_alike_hangs_and_nothing_hangs_twice() -> None:
    axial = HangRule("MR", "DWI", "axial")
    saved = SavedLayout("Two", "1x3", (axial, HangRule("MR", "T1 tra", "axial"), HangRule("MR", "ADC", "axial")))
    state = apply_layout(brain(), saved)
    assert hung(state) == ["a2#1", "a1#1", None]
    assert state.panes[2].awaited == "“ADC” (MR, axial)"


def test_the_same_rule_twice_hangs_the_same_series_twice() -> None:
    rule = HangRule("MR", "FLAIR cor", "coronal")
    assert hung(apply_layout(brain(), SavedLayout("Two", "1x2", (rule, rule)))) == ["a4#1", "a4#1"]


def test_another_modality_is_never_hung_instead() -> None:
    state = apply_layout(brain(), SavedLayout("CT", "1x1", (HangRule("CT", "T1 tra", "axial"),)))
    assert hung(state) == [None]
    assert state.panes[0].awaited == "“T1 tra” (CT, axial)"


def test_a_viewport_saved_empty_stays_empty_without_a_word() -> None:
    saved = layout_to_save(set_layout(opened(turned_series("one", AXIAL)), "1x2"), "Half")
    state = apply_layout(brain(), saved)
    assert (state.panes[1].stack_id, state.panes[1].awaited) == (None, "")


def test_what_was_done_to_a_series_that_still_hangs_stays() -> None:
    state = set_view(set_layout(brain(), "1x2"), 0, View(rotation=180))
    saved = SavedLayout("Turned round", "2x1", tuple(reversed(layout_to_save(state, "").hangs)))
    assert apply_layout(state, saved).panes[1].view.rotation == 180


def test_an_empty_viewport_takes_a_series_by_key() -> None:
    state = set_layout(opened(turned_series("one", AXIAL)), "1x2")
    assert hung(next_series(state, 1, 1)) == ["one#1", "one#1"]


def test_a_saved_layout_knows_planes_slabs_and_3d_and_the_key_leaves_them() -> None:
    state = arrange(brain(), "planes_3d")
    state = set_slab(state, 2, Slab(12.0, "mean"))
    saved = layout_to_save(state, "Four up")
    assert [shape.kind for shape in saved.shapes] == ["axial", "sagittal", "coronal", "volume"]
    # What hangs is told by how its frames lie, not by the planes through them.
    assert {rule.orientation for rule in saved.hangs} == {"axial"}
    assert saved.words[2] == "“T1 tra” (MR, axial) · coronal planes, 12 mm mean"
    other = set_frame(brain(study="b"), 0, 2)
    again = apply_layout(other, saved)
    assert hung(again) == ["b1#1"] * 4
    assert [pane.kind for pane in again.panes] == ["axial", "sagittal", "coronal", "volume"]
    assert again.panes[2].slab == Slab(12.0, "mean")
    assert again.crosshair is not None
    stack = again.stack_of(again.panes[0])
    assert stack is not None
    assert stack.planes[again.panes[0].frame].offset_mm == pytest.approx(other.stack_of(other.pane).planes[2].offset_mm)  # type: ignore[union-attr]
    assert [pane.kind for pane in leave_planes(again).panes] == ["stack"] * 4


def test_a_saved_layout_keeps_turned_planes_and_leaves_planes_of_frames_alone() -> None:
    state = arrange(brain(), "planes_3d")
    state = turn_planes(state, 0, 20.0)
    saved = layout_to_save(state, "Turned")
    assert saved.words[2] == "“T1 tra” (MR, axial) · coronal planes, turned"
    again = apply_layout(brain(study="b"), saved)
    assert again.axes == state.axes
    cut, before = again.stack_of(again.panes[2]), state.stack_of(state.panes[2])
    assert cut is not None
    assert before is not None
    assert cut.planes[0].normal == pytest.approx(before.planes[0].normal)
    assert leave_planes(again).axes is None
    straight = apply_layout(again, layout_to_save(arrange(brain(), "planes_3d"), "Straight"))
    assert straight.axes is None
    frames = layout_to_save(replace(set_layout(brain(), "1x2"), axes=state.axes), "Frames")
    assert frames.axes is None


@pytest.mark.parametrize("wrong", [((1.0, 0, 0), (1.0, 0, 0), (0, 0, 1.0)), ((1.0, 0, 0), (0, 1.0, 0), (0, 0, -1.0))])
def test_axes_that_are_not_at_right_angles_are_not_taken_from_the_settings(wrong: Axes) -> None:
    saved = replace(layout_to_save(arrange(brain(), "planes"), "Planes"), axes=wrong)
    assert apply_layout(brain(), saved).axes is None


def test_a_saved_layout_looks_at_another_study_from_the_same_side_and_as_near() -> None:
    state = arrange(brain(), "planes_3d")
    box = stack_box(state.content.library.stacks[0])
    focus = box.share((0.2, 0.2, 0.2), (1.0, 1.0, 1.0)).low
    seen = looking_at(zoomed(fitted(box, view="left", projection="parallel"), 2.0), focus)
    saved = layout_to_save(set_camera(state, 3, seen), "From the left")
    again = apply_layout(brain(study="b"), saved)
    camera = again.panes[3].volume.camera
    assert camera is not None
    assert camera.parallel
    for mine, theirs in ((camera.position, seen.position), (camera.focus, seen.focus), (camera.up, seen.up)):
        assert mine == pytest.approx(theirs, abs=1e-6)
    assert camera.height_mm == pytest.approx(seen.height_mm)
    # A volume that is twice as large is seen as large in the picture.
    large = opened(turned_series("c1", AXIAL, description="T1 tra", slices=12))
    shown = apply_layout(large, saved).panes[3].volume.camera
    other = stack_box(large.content.library.stacks[0])
    assert shown is not None
    assert shown.height_mm / other.diagonal_mm == pytest.approx(seen.height_mm / box.diagonal_mm)
    assert np.subtract(shown.focus, other.low) / np.subtract(other.high, other.low) == pytest.approx(0.2)
    assert layout_to_save(state, "As it is").shapes[3].camera is None


def test_a_saved_layout_keeps_the_readers_function_of_values_that_mean_the_same_everywhere() -> None:
    function = TransferFunction((TransferPoint(-50.0, (1, 2, 3), 0.0), TransferPoint(300.0, (250, 240, 230), 0.7)))
    state = arrange(brain(), "planes_3d")
    bone = set_transfer(set_preset(state, 3, "ct_bone"), 3, function)
    assert apply_layout(brain(study="b"), layout_to_save(bone, "Bone")).panes[3].volume.transfer == function
    # Shares of the values that occur here are other values in another study.
    bright = set_transfer(set_preset(state, 3, "mr"), 3, function)
    assert layout_to_save(bright, "MR").shapes[3].transfer is None


def test_where_images_cannot_be_cut_their_frames_hang_instead_of_planes() -> None:
    saved = layout_to_save(arrange(brain(), "planes"), "Planes")
    one = opened(turned_series("c1", AXIAL, slices=1, description="T1 tra"))
    state = apply_layout(one, saved)
    assert hung(state) == ["c1#1"] * 3
    assert [pane.kind for pane in state.panes] == ["stack"] * 3
    assert state.before_planes is None


def test_layouts_saved_without_shapes_are_those_of_frames() -> None:
    saved = layout_to_save(set_layout(brain(), "1x2"), "Two")
    assert saved.shapes == ()
    assert PaneShape().words == ""
