"""In 3D a region stands in its own space alone: contours of another Frame of Reference have no surface there."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tests.representations.contours import box, closed, roi
from tests.ui.small_study import CT_STACK, RT, small_state
from viewer.domain.binding import Binding, LiesOn
from viewer.domain.overlay import Part
from viewer.domain.structure_set import StructureSet
from viewer.scene.volume_scene import surface_keys


def test_only_regions_of_the_space_that_is_shown_have_a_surface() -> None:
    state = small_state()
    stack = state.content.library.stack(CT_STACK)
    assert stack is not None
    assert stack.frame_of_reference_uid == "1.5"
    contour = closed(box(0, 0, 10, 10, z=5.0))
    rois = tuple(
        replace(roi(contour), number=number, frame_of_reference_uid=space)
        for number, space in ((1, "1.5"), (2, "1.6"), (3, None))
    )
    parts = tuple(Part(number, f"ROI {number}", (250, 0, 0)) for number in (1, 2, 3))
    drawn = replace(
        state.content.overlays[RT], content=StructureSet(rois), parts=parts, frame_of_reference_uids=("1.5", "1.6")
    )
    binding = Binding(RT, (LiesOn(CT_STACK, "frame_of_reference", True, (0, 3), "Same Frame of Reference."),))
    content = replace(
        state.content,
        overlays=MappingProxyType({RT: drawn}),
        bindings=MappingProxyType({RT: binding}),
    )
    assert [key.part for key in surface_keys(replace(state, content=content), stack)] == [1, 3]
