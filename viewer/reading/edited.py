"""The reader's edits of parts: which overlays have some, and why a part cannot be edited."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from viewer.domain.edit import PartEdits, PartName
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.reading.content import Content
from viewer.reading.state import ReadingState
from viewer.representations.edited_part import CannotEdit, edit_grid, refused
from viewer.representations.edited_points import can_move_points

EditsOf = Mapping[InstanceKey, Mapping[int, PartEdits]]
_NONE: EditsOf = MappingProxyType({})


def part_name(content: Content, overlay: InstanceKey, part: int) -> PartName:
    """Return the name by which edits know a part of an opened object."""
    header = content.library.instance(overlay)
    return PartName(header.study_instance_uid, content.overlays[overlay].sop_instance_uid, part)


def edits_open(state: ReadingState) -> EditsOf:
    """Return the edits of what is open and may be seen, by overlay and part number."""
    if not state.edits:
        return _NONE
    found: dict[InstanceKey, dict[int, PartEdits]] = {}
    by_uid: dict[str, dict[int, PartEdits]] = {}
    for name, edits in state.edits.items():
        by_uid.setdefault(name.sop_instance_uid, {})[name.part] = edits
    for key, overlay in state.content.overlays.items():
        of_parts = by_uid.get(overlay.sop_instance_uid)
        if of_parts:
            numbers = {part.number for part in overlay.parts}
            here = {number: edits for number, edits in of_parts.items() if number in numbers}
            if here:
                found[key] = here
    return found


def overlays_at(state: ReadingState, stack: Stack, place: int) -> tuple[Overlay, ...]:
    """Return the overlays of a stack that touch its frame at a 0-based place; edited ones may, wherever they lay before."""
    found = state.content.overlays_at(stack, place)
    edited = edits_open(state)
    if not edited:
        return found
    here = {one.instance for one in found}
    return tuple(
        one
        for one in state.content.overlays_on(stack.id)
        if one.instance in here or (one.instance in edited and lies_by_place(state.content, one.instance, stack.id))
    )


def lies_by_place(content: Content, overlay: InstanceKey, stack_id: str) -> bool:
    """Say whether an overlay lies on a stack by its coordinates, and not only on the images that it names."""
    binding = content.bindings.get(overlay)
    found = binding.on_stack(stack_id) if binding is not None else None
    return found is not None and found.by != "referenced_images"


def newly_edited(old: ReadingState, new: ReadingState) -> bool:
    """Say whether other overlays have edited parts than before: they may lie on other frames now."""
    return old.edits is not new.edits and edits_open(old).keys() != edits_open(new).keys()


def edits_of(state: ReadingState, overlay: InstanceKey, part: int) -> PartEdits | None:
    """Return what was done to a part; None when nothing was."""
    if not state.edits or overlay not in state.content.overlays:
        return None
    return state.edits.get(part_name(state.content, overlay, part))


def selected_segment(state: ReadingState) -> tuple[InstanceKey, int] | None:
    """Return the selected segment of a segmentation; None when something else is selected, or nothing."""
    overlay, part = state.selection.overlay, state.selection.part
    found = state.content.overlays.get(overlay) if overlay is not None else None
    if found is None or overlay is None or part is None or not isinstance(found.content, Segmentation):
        return None
    return overlay, part


def selected_points(state: ReadingState) -> tuple[InstanceKey, int] | None:
    """Return the selected contours or lines, of which points can be moved; None when something else is selected."""
    overlay, part = state.selection.overlay, state.selection.part
    if overlay is None or part is None or why_no_points(state, overlay, part) is not None:
        return None
    return overlay, part


def selection_is_edited(state: ReadingState) -> bool:
    """Say whether the reader has edited the selected part."""
    chosen = state.selection
    return (
        chosen.overlay is not None and chosen.part is not None and edits_of(state, chosen.overlay, chosen.part) is not None
    )


def original_is_shown(state: ReadingState) -> bool:
    """Say whether the selected part was edited and is shown as the file has it."""
    chosen = state.selection
    if chosen.overlay is None or chosen.part is None or not selection_is_edited(state):
        return False
    return part_name(state.content, chosen.overlay, chosen.part) in state.originals_shown


def edits_shown(state: ReadingState, overlay: InstanceKey, part: int) -> PartEdits | None:
    """Return the edits with which a part is shown; None where it is shown as the file has it."""
    edits = edits_of(state, overlay, part)
    if edits is None or part_name(state.content, overlay, part) in state.originals_shown:
        return None
    return edits


def images_of(content: Content, overlay: InstanceKey) -> Stack | None:
    """Return the images that an overlay lies on, those that it was made on first; None where none are open."""
    binding = content.bindings.get(overlay)
    if binding is None:
        return None
    names = [binding.default_stack_id, *(entry.stack_id for entry in binding.lies_on)]
    return next((stack for name in names if name and (stack := content.library.stack(name)) is not None), None)


def why_no_points(state: ReadingState, overlay: InstanceKey | None, part: int | None) -> Issue | None:
    """Return why the points of a part cannot be moved; None when they can."""
    found = state.content.overlays.get(overlay) if overlay is not None else None
    if found is None or overlay is None or part is None or not can_move_points(found, part):
        return refused("edit_no_points").issue
    if state.content.library.instance(overlay).study_instance_uid in state.content.read_only_studies:
        return refused("edit_elsewhere").issue
    if state.overlays_hidden or not state.overlay_visible(found) or not state.part_visible(found, part):
        return refused("edit_hidden").issue
    return None


def why_not_edited(state: ReadingState, overlay: InstanceKey | None, part: int | None) -> Issue | None:
    """Return why a part cannot be edited with a brush; None when it can."""
    found = state.content.overlays.get(overlay) if overlay is not None else None
    if found is None or overlay is None or part is None or all(one.number != part for one in found.parts):
        return refused("edit_no_segment").issue
    if state.content.library.instance(overlay).study_instance_uid in state.content.read_only_studies:
        return refused("edit_elsewhere").issue
    if found.part(part).state == "background":
        return refused("edit_background").issue
    if state.overlays_hidden or not state.overlay_visible(found) or not state.part_visible(found, part):
        return refused("edit_hidden").issue
    try:
        edit_grid(found, images_of(state.content, overlay))
    except CannotEdit as reason:
        return reason.issue
    return None
