"""Changes of what the files say: a scan goes on, overlays are read, measures are made. Not undoable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.agreement import Tolerances
from viewer.domain.binding import Binding
from viewer.domain.checked import Checks
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.projections import hanging_place
from viewer.domain.stack import Stack
from viewer.reading.changes.layouts import PANES_OF
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import Content, Pane, ReadingState


def open_anew(state: ReadingState) -> ReadingState:
    """Forget what was open; keep the choices that are not about a study (layout, tool, link, smoothing)."""
    panes = tuple(Pane() for _ in range(PANES_OF[state.layout]))
    return replace(
        ReadingState(),
        content=Content(scanning=True, tolerances=state.whole.tolerances),
        panes=panes,
        layout=state.layout,
        linked=state.linked,
        window_presets=state.window_presets,
        reader=state.reader,
        links=state.links,
        reference_lines=state.reference_lines,
        reference_ends=state.reference_ends,
        tool="window" if state.tool == "crosshair" else state.tool,
        smooth=state.smooth,
        screen_pixel_mm=state.screen_pixel_mm,
        safe_colors=state.safe_colors,
        blind=state.blind,
    )


def library_grew(state: ReadingState, library: Library, *, scanning: bool) -> ReadingState:
    """Take the library of a scan that goes on or has ended, and hang something as soon as there is something."""
    state = state.with_whole(replace(state.whole, library=library, scanning=scanning).in_library_order())
    library = state.content.library
    panes = tuple(pane if library.stack(pane.stack_id or "") or pane.stack_id is None else Pane() for pane in state.panes)
    if panes != state.panes:
        state = replace(state, panes=panes)
    return state if any(pane.stack_id for pane in state.panes) else hang_default(state)


def overlays_read(state: ReadingState, overlays: Mapping[InstanceKey, tuple[Overlay, Binding]]) -> ReadingState:
    """Take overlays with their bindings."""
    whole = state.whole
    return state.with_whole(
        replace(
            whole,
            overlays=MappingProxyType({**whole.overlays, **{key: pair[0] for key, pair in overlays.items()}}),
            bindings=MappingProxyType({**whole.bindings, **{key: pair[1] for key, pair in overlays.items()}}),
        ).in_library_order()
    )


def overlays_unreadable(state: ReadingState, reasons: Mapping[InstanceKey, str]) -> ReadingState:
    """Note derived objects that could not be read, with the sentence that says why."""
    whole = state.whole
    return state.with_whole(replace(whole, unreadable=MappingProxyType({**whole.unreadable, **reasons})))


def measures_made(state: ReadingState, overlay: InstanceKey, measures: Mapping[int, PartMeasure]) -> ReadingState:
    """Take the volumes of an overlay's parts."""
    whole = state.whole
    return state.with_whole(replace(whole, measures=MappingProxyType({**whole.measures, overlay: measures})))


def digests_made(state: ReadingState, digests: Mapping[InstanceKey, str]) -> ReadingState:
    """Take the digests of the bytes of derived objects."""
    whole = state.whole
    return state.with_whole(replace(whole, digests=MappingProxyType({**whole.digests, **digests})))


def findings_listed(state: ReadingState) -> ReadingState:
    """Take note that a list of findings was worked out; it is in the memory of those who show it."""
    return state.with_whole(replace(state.whole, listings=state.whole.listings + 1))


def checks_made(state: ReadingState, checks: Checks) -> ReadingState:
    """Take what the program found when it looked at claims for itself."""
    return state.with_whole(replace(state.whole, checks=checks))


def set_tolerances(state: ReadingState, tolerances: Tolerances) -> ReadingState:
    """Say up to where numbers agree; what was checked before is checked again."""
    whole = state.whole
    return state if tolerances == whole.tolerances else state.with_whole(replace(whole, tolerances=tolerances))


def hang_default(state: ReadingState) -> ReadingState:
    """Hang what the reader most likely wants: the stack the newest result lies on, else the largest proper one.

    Localisers, FOR PROCESSING and rejected series are never hung by default; when nothing else is there, nothing hangs. A
    result that is off at first (superseded, rejected) is not the newest one.
    """
    stack = default_stack(state.content)
    return state if stack is None else show_stack(state, 0, stack.id)


def default_stack(content: Content) -> Stack | None:
    """Return the stack that opening hangs, or None."""
    proper = [
        series
        for series in content.library.series
        if not (series.for_processing or series.localizer or "rejected_by_key_object" in {one.code for one in series.issues})
    ]
    allowed = {stack.id: stack for series in proper for stack in series.stacks}
    dated = sorted(
        (
            (overlay.provenance.content_date, key)
            for key, overlay in content.overlays.items()
            if overlay.draws and overlay.visible_by_default
        ),
        reverse=True,
    )
    for _, key in dated:
        binding = content.bindings.get(key)
        if binding is not None and binding.default_stack_id in allowed:
            return allowed[binding.default_stack_id]
    # Of mammograms, which are one image each, the one that hangs first.
    return max(allowed.values(), key=lambda stack: (len(stack.frames), -hanging_place(stack.label)), default=None)
