"""Changes of planes through a stack: the three beside each other, with a 3D pane; turned, thickened, and left again."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from viewer.domain.stack import Stack
from viewer.geometry.plane import Vector, to_vector
from viewer.geometry.slab import Slab
from viewer.imaging.volume_presets import presets_for
from viewer.reading.changes.crosshair import set_crosshair
from viewer.reading.changes.panes import inside, with_pane
from viewer.reading.reslicing import Axes, own_axes, turned_axes, why_not_resliced
from viewer.reading.spaces import space_of
from viewer.reading.state import Layout, Pane, PaneKind, ReadingState
from viewer.reading.volume_view import VolumeView

Arrangement = Literal["planes", "planes_3d", "slice_planes", "3d"]

ARRANGEMENTS: dict[Arrangement, tuple[Layout, tuple[PaneKind, ...]]] = {
    "planes": ("1x3", ("axial", "coronal", "sagittal")),
    "planes_3d": ("2x2", ("axial", "sagittal", "coronal", "volume")),
    "slice_planes": ("2x2", ("stack", "axial", "coronal", "sagittal")),
    "3d": ("1x1", ("volume",)),
}
"""Layout and what each pane shows."""

PATIENT_AXES: Axes = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def why_not_arranged(state: ReadingState) -> str:
    """Return the code of the Issue that says why the active pane's stack has no other planes; empty when it has."""
    stack = _base(state, state.pane)
    return why_not_resliced(stack) if stack is not None else "reslice_no_position"


def arrange(state: ReadingState, arrangement: Arrangement) -> ReadingState:
    """Show planes through the stack of the active viewport, and the stack in 3D, around the place that it shows.

    Without a stack that can be cut nothing changes; ``why_not_arranged`` says why. What was on the screen comes back with
    ``leave_planes``.
    """
    stack = _base(state, state.pane)
    if stack is None or why_not_resliced(stack):
        return state
    point, shown = focus_of(state), state.pane
    before = state.before_planes or (state.layout, state.panes, state.active_pane)
    layout, kinds = ARRANGEMENTS[arrangement]
    known = {pane.kind: pane for pane in state.panes if pane.stack_id == stack.id}
    panes = tuple(
        known.get(kind)
        or Pane(
            stack_id=stack.id,
            window=shown.window,
            kind=kind,
            color_map=shown.color_map,
            fused=shown.fused,
            volume=_first_volume_view(state, stack),
        )
        for kind in kinds
    )
    state = replace(state, layout=layout, panes=panes, active_pane=0, maximised=False, before_planes=before)
    return gather(state, point)


def _first_volume_view(state: ReadingState, stack: Stack) -> VolumeView:
    """Return what a 3D pane shows at first: surfaces; the image as a volume where there are none."""
    if any(overlay.is_solid and state.overlay_visible(overlay) for overlay in state.content.overlays_on(stack.id)):
        return VolumeView()
    series = state.content.library.series_by_key(stack.series_key)
    usual = presets_for(series.modality if series is not None else "")
    return VolumeView(preset=usual[0].id)


def toggle_planes(state: ReadingState, arrangement: Arrangement) -> ReadingState:
    """Take an arrangement, or go back when it is there already."""
    layout, kinds = ARRANGEMENTS[arrangement]
    if state.before_planes is not None and state.layout == layout and tuple(pane.kind for pane in state.panes) == kinds:
        return leave_planes(state)
    return arrange(state, arrangement)


def leave_planes(state: ReadingState) -> ReadingState:
    """Bring back the viewports that were there before; those of the same stack go to the place that was looked at."""
    if state.before_planes is None:
        return state
    point, stack = focus_of(state), _base(state, state.pane)
    layout, panes, active = state.before_planes
    state = replace(state, layout=layout, panes=panes, active_pane=active, maximised=False, before_planes=None, axes=None)
    if state.tool != "crosshair":
        state = replace(state, crosshair=None)
    if stack is None or point is None:
        return state
    for number, pane in enumerate(state.panes):
        if pane.stack_id == stack.id:
            state = with_pane(state, number, replace(pane, frame=stack.nearest_place(point)[0]))
    return state


def is_in_planes(state: ReadingState, pane: int) -> bool:
    """Say whether a viewport is one of those that show one stack in planes or in 3D."""
    shown = state.panes[pane]
    return any(one.kind != "stack" and one.stack_id == shown.stack_id for one in state.panes)


def hang_in_planes(state: ReadingState, pane: int, stack: Stack, frame: int | None) -> ReadingState:
    """Show another stack in all viewports that show that of one of them, or another frame of it: the planes go there.

    Parameters
    ----------
    stack
        Of the library, one that can be cut.
    frame
        0-based place in the stack; None: where the planes are, or the middle of a stack of another space.
    """
    old, base = state.panes[pane].stack_id, _base(state, state.panes[pane])
    same_space = base is not None and space_of(base) == space_of(stack)
    point = focus_of(replace(state, active_pane=pane)) if same_space else None
    state = replace(state, active_pane=pane)
    if old != stack.id:
        panes = tuple(_hung(one, stack, same_space=same_space) if one.stack_id == old else one for one in state.panes)
        state = replace(state, panes=panes, axes=state.axes if same_space else None, crosshair=None)
    if point is None:
        ends = [stack.planes[end].corners_patient().mean(axis=0) for end in (0, -1)]
        point = to_vector((ends[0] + ends[1]) / 2)
    if frame is not None:
        plane = stack.planes[inside(stack, frame)]
        point = to_vector(np.asarray(point) - float(plane.distance_mm(point)) * np.asarray(plane.normal))
    return gather(state, point)


def _hung(pane: Pane, stack: Stack, *, same_space: bool) -> Pane:
    """Return a viewport with another stack: what belongs to the old one's values is left behind."""
    camera = pane.volume.camera if same_space else None
    volume = replace(pane.volume, camera=camera, preset="", transfer=None, clipping=None)
    return Pane(stack_id=stack.id, kind=pane.kind, slab=pane.slab, volume=volume)


def set_pane_kind(state: ReadingState, pane: int, kind: PaneKind) -> ReadingState:
    """Show the frames of a viewport's stack, or one kind of planes through it, at the place that it shows."""
    shown, stack = state.panes[pane], _base(state, state.panes[pane])
    if stack is None or (kind != "stack" and why_not_resliced(stack)):
        return state
    point = focus_of(replace(state, active_pane=pane))
    state = with_pane(state, pane, replace(shown, kind=kind, view=replace(shown.view, zoom=None, center=None)))
    new = state.stack_of(state.panes[pane])
    if new is None or point is None or kind == "volume":
        return state
    return with_pane(state, pane, replace(state.panes[pane], frame=new.nearest_place(point)[0]))


def gather(state: ReadingState, point: Vector | None) -> ReadingState:
    """Bring all planes of the active viewport's stack to a patient point, and the crosshair there."""
    base = _base(state, state.pane)
    if point is None or base is None:
        return state
    for number, pane in enumerate(state.panes):
        stack = state.stack_of(pane)
        if pane.stack_id == base.id and pane.kind != "volume" and stack is not None:
            state = with_pane(state, number, replace(pane, frame=stack.nearest_place(point)[0]))
    return set_crosshair(state, state.active_pane, point)


def turn_planes(state: ReadingState, pane: int, degrees: float) -> ReadingState:
    """Turn the planes of the other viewports about the normal of this one, clockwise as seen in it; all keep their point."""
    stack = state.stack_of(state.panes[pane])
    base = _base(state, state.panes[pane])
    if stack is None or base is None or not stack.resliced:
        return state
    plane = stack.planes[inside(stack, state.panes[pane].frame)]
    point = focus_of(replace(state, active_pane=pane))
    axes = turned_axes(state.axes or own_axes(base), plane.normal, degrees)
    return gather(replace(state, axes=axes, active_pane=pane), point)


def set_axes(state: ReadingState, axes: Axes | None) -> ReadingState:
    """Let planes run along other axes; None: the stack's own."""
    return gather(replace(state, axes=axes), focus_of(state))


def set_slab(state: ReadingState, pane: int, slab: Slab) -> ReadingState:
    """Show a plane as thick as wanted, with what lies in it projected."""
    return with_pane(state, pane, replace(state.panes[pane], slab=slab))


def focus_of(state: ReadingState) -> Vector | None:
    """Return the patient point that planes turn about and gather at: the crosshair, else the middle of what is shown."""
    stack, base = state.stack_of(state.pane), _base(state, state.pane)
    if stack is None or base is None or not stack.in_patient_space:
        return None
    if state.crosshair is not None and state.crosshair.frame_of_reference_uid == space_of(stack):
        return state.crosshair.point_patient
    plane = stack.planes[inside(stack, state.pane.frame)]
    point = np.asarray(plane.corners_patient().mean(axis=0))
    if not stack.resliced:
        return to_vector(point)
    for pane in state.panes:
        other = state.stack_of(pane)
        if pane.stack_id == base.id and other is not None and other.resliced:
            cut = other.planes[inside(other, pane.frame)]
            point = point - float(cut.distance_mm(point)) * np.asarray(cut.normal)
    return to_vector(point)


def _base(state: ReadingState, pane: Pane) -> Stack | None:
    return state.content.library.stack(pane.stack_id) if pane.stack_id else None
