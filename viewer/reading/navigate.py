"""Where to go: to a part, a report item, the next series. One pure change each, so a jump is one step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.domain.carriers import Carrier
from viewer.domain.instance import Cut, FrameKey, InstanceKey
from viewer.domain.measurement import Measurement
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.registered import point_for
from viewer.domain.report import Report, is_at_or_below
from viewer.domain.siblings import siblings
from viewer.domain.stack import Stack
from viewer.geometry.plane import Vector
from viewer.reading.changes.crosshair import carry_crosshair
from viewer.reading.changes.layers import set_part_visible
from viewer.reading.changes.panes import with_pane
from viewer.reading.changes.planes import gather, is_in_planes
from viewer.reading.changes.volume import fly_to
from viewer.reading.changes.workspace import show_stack
from viewer.reading.finding_places import place_on
from viewer.reading.reslicing import PLANE_KINDS, axes_through, reslicing, why_not_resliced
from viewer.reading.state import ReadingState, Selection


def go_to_part(state: ReadingState, overlay_key: InstanceKey, part: int) -> ReadingState:
    """Select a part and show the slice where it is largest, in the active pane when it lies there, else on its stack."""
    state = replace(state, selection=Selection(overlay_key, part, _item_of(state, overlay_key, part)))
    state = _shown_as_asked_for(state, overlay_key, part)
    stack = _stack_for(state, overlay_key)
    overlay = state.content.overlays.get(overlay_key)
    if stack is None or overlay is None:
        return state
    described = next((one for one in overlay.parts if one.number == part), None)
    place = place_on(Carrier(overlay, described), stack, state.content) if described is not None else None
    return state if place is None else _show_place(state, stack, place.frame, place.point_patient)


def _show_place(state: ReadingState, stack: Stack, frame: int, point: Vector | None) -> ReadingState:
    """Show a frame in the active viewport; planes through its stack meet at the point (mm), and cameras fly there."""
    state = show_stack(state, state.active_pane, stack.id, frame)
    if point is None or not is_in_planes(state, state.active_pane):
        return state
    return fly_to(gather(state, point), point, side="nearest")


def go_to_item(state: ReadingState, overlay_key: InstanceKey, position: str) -> ReadingState:
    """Select a report item and go to the image or region that it, or what it contains, points at."""
    overlay = state.content.overlays.get(overlay_key)
    if overlay is None or not isinstance(overlay.content, Report):
        return state
    part = _part_of_item(overlay, position)
    state = replace(state, selection=Selection(overlay_key, part, position))
    if part is not None and is_at_or_below(position, overlay.part(part).item):
        state = _shown_as_asked_for(state, overlay_key, part)
    graphic = next((g for g in overlay.content.graphics if is_at_or_below(g.item, position)), None)
    if graphic is not None and graphic.space == "PATIENT":
        return go_to_point(state, overlay_key, _center(graphic.points))
    references = graphic.images if graphic is not None else _references_below(overlay.content, position)
    for reference in references:
        if reference.segments:
            found = _go_to_segment(state, reference)
            if found is not None:
                return replace(found, selection=state.selection)
        moved = go_to_image(state, reference)
        if moved is not None:
            return moved
    return next((found for one in references if (found := _open_document(state, one)) is not None), state)


def _open_document(state: ReadingState, reference: ImageReference) -> ReadingState | None:
    """Select a referenced waveform, document or report, so that it is read; None when it is not among the files."""
    for key in state.content.library.instances_with_uid(reference.sop_instance_uid):
        overlay = state.content.overlays.get(key)
        if overlay is not None and overlay.readable and key != state.selection.overlay:
            return replace(state, selection=Selection(key))
    return None


def go_to_image(state: ReadingState, reference: ImageReference) -> ReadingState | None:
    """Show a referenced image in the active pane (or in one that shows its stack); None when it is not among the files."""
    library = state.content.library
    for key in library.instances_with_uid(reference.sop_instance_uid):
        index = reference.frames[0] - 1 if reference.frames else 0
        place = library.place_of(FrameKey(key, index))
        if place is not None:
            pane = next(
                (number for number, pane in enumerate(state.panes) if pane.stack_id == place[0]),
                state.active_pane,
            )
            state = replace(state, active_pane=pane)
            return show_stack(state, pane, place[0], place[1])
    return None


def frame_of_measurement(state: ReadingState, measurement: Measurement) -> FrameKey | None:
    """Return the opened frame that a measurement lies on, or None."""
    library, image = state.content.library, measurement.image
    # An instance without a UID is named by its key.
    keys = library.instances_with_uid(image.sop_instance_uid) or (InstanceKey(image.sop_instance_uid),)
    frames = (FrameKey(key, image.frame - 1, image.cut) for key in keys)
    return next((one for one in frames if state.plane_of(one) is not None and state.name_of(one) == image), None)


def go_to_measurement(state: ReadingState, measurement_id: str) -> ReadingState:
    """Select a measurement and show its image, in a pane that shows its stack, else in the active one."""
    measurement = state.measurement(measurement_id)
    if measurement is None:
        return state
    frame = frame_of_measurement(state, measurement)
    if frame is not None and frame.cut is not None:
        state = _show_cut(replace(state, measurements_hidden=False), frame.cut)
    place = state.content.library.place_of(frame) if frame is not None else None
    if place is not None:
        shown = [number for number, pane in enumerate(state.panes) if pane.stack_id == place[0]]
        pane = state.active_pane if state.active_pane in shown or not shown else shown[0]
        state = show_stack(replace(state, active_pane=pane, measurements_hidden=False), pane, place[0], place[1])
    return replace(state, selection=Selection(measurement=measurement_id))


def _show_cut(state: ReadingState, cut: Cut) -> ReadingState:
    """Show a plane through a stack: in a viewport of its kind, else in the active one; turned back where it must be."""
    stack = state.content.library.stack(cut.stack_id)
    if stack is None or why_not_resliced(stack):
        return state
    for kind in PLANE_KINDS:
        for axes in dict.fromkeys((state.axes, None, axes_through(cut.plane, kind))):
            planes = reslicing(stack, kind, axes)
            place = planes.place_of(cut.plane.origin)
            if not planes.plane(place).is_like(cut.plane):
                continue
            fitting = [n for n, pane in enumerate(state.panes) if pane.stack_id == cut.stack_id and pane.kind == kind]
            number = fitting[0] if fitting else state.active_pane
            pane = replace(state.panes[number], stack_id=cut.stack_id, kind=kind, slab=cut.slab, frame=place)
            return carry_crosshair(with_pane(replace(state, axes=axes, active_pane=number), number, pane), number)
    return state


def next_series(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Show the next (or previous) stack of the same study, FOR PROCESSING series left out; an empty pane takes the first.

    The volumes of one place are one step: the second slider goes through them.
    """
    shown = next((one for one in (state.panes[pane], *state.panes) if one.stack_id is not None), None)
    frame = state.frame_of(shown) if shown is not None else None
    if frame is None:
        first = next(iter(state.content.library.stacks), None)
        return show_stack(state, pane, first.id) if first is not None else state
    study = state.content.library.study_of(frame.instance)
    every = [stack for series in study.series if not series.for_processing for stack in series.stacks]
    heads = {stack.id: (siblings(state.content.library, stack) or (stack,))[0].id for stack in every}
    stacks = list(dict.fromkeys(heads.values()))
    current = heads.get(state.panes[pane].stack_id or "")
    if current not in stacks:
        return show_stack(state, pane, stacks[0]) if stacks else state
    target = stacks.index(current) + by
    return show_stack(state, pane, stacks[target]) if 0 <= target < len(stacks) else state


def _stack_for(state: ReadingState, overlay_key: InstanceKey) -> Stack | None:
    binding = state.content.bindings.get(overlay_key)
    if binding is None:
        return None
    current = state.pane.stack_id
    if current is not None and binding.on_stack(current) is not None:
        return state.content.library.stack(current)
    default = binding.default_stack_id or next((entry.stack_id for entry in binding.lies_on), None)
    return state.content.library.stack(default) if default else None


def go_to_point(state: ReadingState, overlay_key: InstanceKey, point: Vector) -> ReadingState:
    """Bring viewports and cameras to a patient point (mm) of an overlay, on a stack that the overlay lies on."""
    stack = _stack_for(state, overlay_key)
    overlay = state.content.overlays.get(overlay_key)
    if stack is None or overlay is None:
        return state
    there = point_for(overlay, point, stack)
    return _show_place(state, stack, stack.nearest_place(there)[0], there)


def _go_to_segment(state: ReadingState, reference: ImageReference) -> ReadingState | None:
    for key in state.content.library.instances_with_uid(reference.sop_instance_uid):
        overlay = state.content.overlays.get(key)
        if overlay is not None and any(part.number == reference.segments[0] for part in overlay.parts):
            return go_to_part(state, key, reference.segments[0])
    return None


def _references_below(report: Report, position: str) -> tuple[ImageReference, ...]:
    """Return the references of an item, of the nearest item below it, or of one it was selected or inferred from."""
    pending = [report.root]
    found: list[ImageReference] = []
    while pending:
        item = pending.pop(0)
        if item.references and is_at_or_below(item.position, position):
            found.extend(item.references)
        pending.extend(item.children)
    return tuple(found)


def _shown_as_asked_for(state: ReadingState, overlay_key: InstanceKey, part: int) -> ReadingState:
    """Return the state with a part switched on that waits to be asked for; not when the reader has chosen before."""
    overlay = state.content.overlays.get(overlay_key)
    found = next((one for one in overlay.parts if one.number == part), None) if overlay is not None else None
    style = state.layer(overlay_key).parts.get(part)
    if found is None or not found.shown_when_asked_for or (style is not None and style.visible is not None):
        return state
    return set_part_visible(state, overlay_key, part, visible=True)


def _part_of_item(overlay: Overlay, position: str) -> int | None:
    return next((part.number for part in overlay.parts if part.item and is_at_or_below(part.item, position)), None) or next(
        (part.number for part in overlay.parts if part.item and is_at_or_below(position, part.item)), None
    )


def _item_of(state: ReadingState, overlay_key: InstanceKey, part: int) -> str:
    overlay = state.content.overlays.get(overlay_key)
    return next((found.item for found in overlay.parts if found.number == part), "") if overlay else ""


def _center(points: tuple[tuple[float, ...], ...]) -> Vector:
    x, y, z = np.asarray(points, dtype=float).mean(axis=0)
    return (float(x), float(y), float(z))
