"""Going to a finding: one change that takes every viewport, the report and the layers there."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from viewer.domain.finding import Finding, FindingSource
from viewer.reading.changes.layers import set_part_visible
from viewer.reading.changes.linking import follow_frame
from viewer.reading.navigate import go_to_item, go_to_part
from viewer.reading.state import ReadingState, Selection


def go_to_finding(state: ReadingState, finding: Finding) -> ReadingState:
    """Select a finding and show it: the slice, the planes and cameras that follow, its report item; its part is switched on.

    Of a set the first one in it. What lies nowhere is selected all the same.
    """
    shown = finding.members[0] if finding.members else finding
    source = _best_source(state, shown)
    overlay = source.overlay
    state = go_to_item(state, overlay, source.item) if source.item else go_to_part(state, overlay, source.part)
    state = _switched_on(state, shown)
    stack = state.stack_of(state.pane)
    if stack is not None and not stack.resliced:
        state = follow_frame(state, state.active_pane)
    said = tuple((one.overlay, one.item) for one in shown.sources if one.item)
    return replace(state, selection=Selection(source.overlay, source.part, source.item, finding=finding.id, said=said))


def _best_source(state: ReadingState, finding: Finding) -> FindingSource:
    """Return the source to go to: the first one that lies on what is shown, else on anything, else the first."""
    bindings, here = state.content.bindings, state.pane.stack_id

    def lies(source: FindingSource, *, on_pane: bool) -> bool:
        binding = bindings.get(source.overlay)
        if binding is None or not binding.lies_on:
            return False
        return not on_pane or (here is not None and binding.on_stack(here) is not None)

    for on_pane in (True, False):
        for source in finding.sources:
            if lies(source, on_pane=on_pane):
                return source
    return finding.sources[0]


def _switched_on(state: ReadingState, finding: Finding) -> ReadingState:
    """Switch the parts of a finding on where they are off, and move a solo that would hide them."""
    for source in finding.sources:
        overlay = state.content.overlays.get(source.overlay)
        if overlay is None or not overlay.draws or all(part.number != source.part for part in overlay.parts):
            continue
        layer = state.layer(source.overlay)
        if layer.solo is not None and layer.solo != source.part:
            layers = {**state.layers, source.overlay: replace(layer, solo=source.part)}
            state = replace(state, layers=MappingProxyType(layers))
        if source is finding.sources[0] and not (
            state.overlay_visible(overlay) and state.part_visible(overlay, source.part)
        ):
            state = set_part_visible(state, source.overlay, source.part, visible=True)
    return state
