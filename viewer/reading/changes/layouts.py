"""Changes of the layout: how many viewports, which is alone, which change places, and layouts that the reader saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.domain.library import Series
from viewer.domain.projections import hanging_place
from viewer.domain.stack import Stack
from viewer.imaging.volume_presets import volume_preset
from viewer.reading.changes.planes import focus_of, gather, leave_planes
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reslicing import are_axes, why_not_resliced
from viewer.reading.saved_layout import (
    HangRule,
    PaneShape,
    SavedLayout,
    camera_of_rule,
    rule_of,
    rule_of_camera,
    stacks_for,
)
from viewer.reading.state import Layout, Pane, ReadingState
from viewer.reading.volume_view import VolumeView, stack_box

GRIDS: dict[Layout, tuple[int, int]] = {
    "1x1": (1, 1),
    "1x2": (1, 2),
    "1x3": (1, 3),
    "2x1": (2, 1),
    "2x2": (2, 2),
    "2x3": (2, 3),
    "3x1": (3, 1),
    "3x2": (3, 2),
    "3x3": (3, 3),
}
"""(rows, columns) of every layout."""
PANES_OF: dict[Layout, int] = {layout: rows * columns for layout, (rows, columns) in GRIDS.items()}


def set_layout(state: ReadingState, layout: Layout) -> ReadingState:
    """Change the number of viewports; stacks stay where they are, new viewports take stacks not yet shown.

    Of a time series the first volume only; mammograms in the order in which they are read. Planes through a stack are
    left: their arrangement is a layout of its own.
    """
    state = leave_planes(state)
    wanted = PANES_OF[layout]
    panes = list(state.panes[:wanted])
    shown = {pane.stack_id for pane in panes}
    proper = [series for series in _series(state) if not series.localizer]
    waiting = [stack for series in proper for stack in series.stacks if stack.id not in shown and not _is_later(stack)]
    waiting.sort(key=lambda stack: hanging_place(stack.label))
    new = replace(state, layout=layout, maximised=False, active_pane=min(state.active_pane, wanted - 1))
    while len(panes) < wanted:
        panes.append(Pane())
    new = replace(new, panes=tuple(panes))
    for number, pane in enumerate(panes):
        if pane.stack_id is None and waiting:
            new = show_stack(new, number, waiting.pop(0).id)
    return new


def _is_later(stack: Stack) -> bool:
    """Say whether a stack is another moment of a place: the second slider goes there."""
    return any(axis.is_time and axis.place > 0 for axis in stack.axes)


def toggle_maximised(state: ReadingState) -> ReadingState:
    """Show the active viewport alone, or all again."""
    return replace(state, maximised=not state.maximised and len(state.panes) > 1)


def swap_panes(state: ReadingState, pane: int, other: int) -> ReadingState:
    """Let two viewports change places, with all that was done in them; the moved one stays active."""
    if pane == other or not (0 <= pane < len(state.panes) and 0 <= other < len(state.panes)):
        return state
    panes = list(state.panes)
    panes[pane], panes[other] = panes[other], panes[pane]
    return replace(state, panes=tuple(panes), active_pane=other)


def swap_with_next(state: ReadingState, by: int) -> ReadingState:
    """Let the active viewport change places with the next (or previous) one."""
    return swap_panes(state, state.active_pane, (state.active_pane + by) % len(state.panes))


def layout_to_save(state: ReadingState, name: str) -> SavedLayout:
    """Return what is on the screen as a layout for other studies."""
    library = state.content.library
    hangs = tuple(rule_of(library, library.stack(pane.stack_id) if pane.stack_id else None) for pane in state.panes)
    shapes = tuple(_shape_of(state, pane) for pane in state.panes)
    if all(one.kind == "stack" for one in shapes):
        return SavedLayout(name, state.layout, hangs)
    return SavedLayout(name, state.layout, hangs, shapes, state.axes)


def _shape_of(state: ReadingState, pane: Pane) -> PaneShape:
    view, preset, stack = pane.volume, volume_preset(pane.volume.preset), _library_stack(state, pane)
    camera = rule_of_camera(view.camera, stack_box(stack)) if view.camera is not None and stack is not None else None
    transfer = view.transfer if preset is not None and preset.values == "modality" else None
    return PaneShape(pane.kind, pane.slab, view.preset, view.surfaces, view.planes, camera, transfer)


def _library_stack(state: ReadingState, pane: Pane) -> Stack | None:
    return state.content.library.stack(pane.stack_id) if pane.stack_id else None


def apply_layout(state: ReadingState, saved: SavedLayout) -> ReadingState:
    """Arrange the viewports as saved and hang what fits; a viewport without it stays empty and says so."""
    shared = saved.shared
    alone = tuple(rule if shared[number] == number else HangRule() for number, rule in enumerate(saved.hangs))
    found = stacks_for(alone, _series(state))
    stacks: tuple[Stack | None, ...] = tuple(found[number] for number in shared)
    count = PANES_OF[saved.layout]
    stacks = (*stacks, *(None,) * count)[:count]
    rules = (*saved.hangs, *(rule_of(state.content.library, None),) * count)[:count]
    state = leave_planes(state)
    before = {pane.stack_id: pane for pane in reversed(state.panes) if pane.stack_id is not None}
    panes = tuple(
        before.get(stack.id, Pane()) if stack is not None else Pane(awaited=rule.words)
        for stack, rule in zip(stacks, rules, strict=True)
    )
    new = replace(state, layout=saved.layout, panes=panes, maximised=False, active_pane=min(state.active_pane, count - 1))
    for number, stack in enumerate(stacks):
        if stack is not None and new.panes[number].stack_id is None:
            new = show_stack(new, number, stack.id)
    if all(shape.kind == "stack" for shape in saved.shapes):
        return new
    axes = saved.axes if saved.axes is not None and are_axes(saved.axes) else None
    return _shaped(replace(new, axes=axes), saved.shapes)


def _shaped(state: ReadingState, shapes: Sequence[PaneShape]) -> ReadingState:
    """Let viewports show planes or 3D as saved, gathered around what the first of them shows; the key goes back to frames.

    Where images cannot be cut their frames stay.
    """
    before, active = (state.layout, state.panes, state.active_pane), state.active_pane
    firsts: dict[str, int] = {}
    for number, (pane, shape) in enumerate(zip(state.panes, shapes, strict=False)):
        stack = _library_stack(state, pane)
        if stack is None or shape.kind == "stack" or why_not_resliced(stack):
            continue
        firsts.setdefault(stack.id, number)
    for number in firsts.values():
        point = focus_of(replace(state, active_pane=number))
        stack_id = state.panes[number].stack_id
        panes = tuple(
            _with_shape(state, pane, shape) if pane.stack_id == stack_id and shape.kind != "stack" else pane
            for pane, shape in zip(state.panes, (*shapes, *(PaneShape(),) * len(state.panes)), strict=False)
        )
        state = gather(replace(state, panes=panes, active_pane=number), point)
    return replace(state, active_pane=active, before_planes=before) if firsts else replace(state, axes=None)


def _with_shape(state: ReadingState, pane: Pane, shape: PaneShape) -> Pane:
    stack = _library_stack(state, pane)
    camera = camera_of_rule(shape.camera, stack_box(stack)) if shape.camera is not None and stack is not None else None
    volume = VolumeView(camera, shape.preset, shape.transfer, surfaces=shape.surfaces, planes=shape.planes)
    return replace(pane, kind=shape.kind, slab=shape.slab, volume=volume, view=replace(pane.view, zoom=None, center=None))


def _series(state: ReadingState) -> list[Series]:
    """Return the series of the active patient that may hang by themselves, those of the study on the screen first."""
    shown = next((pane for pane in (state.pane, *state.panes) if pane.stack_id is not None), None)
    frame = state.frame_of(shown) if shown is not None else None
    library = state.content.library
    if frame is None:
        studies = [study for patient in library.patients[:1] for study in patient.studies]
    else:
        current = library.study_of(frame.instance)
        studies = sorted(library.patient_of(frame.instance).studies, key=lambda study: study.key != current.key)
    return [series for study in studies for series in study.series if not series.for_processing]
