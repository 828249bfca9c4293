"""Which viewports take a window together: those whose values mean the same."""

from __future__ import annotations

from viewer.domain.image_attributes import ImageAttributes
from viewer.imaging.modality import unit_of
from viewer.reading.state import Pane, ReadingState
from viewer.scene.inputs import SceneInputs


def window_partners(state: ReadingState, pane: int, inputs: SceneInputs) -> tuple[int, ...]:
    """Return the other panes that take the window of a pane: linked, same modality, same unit of values.

    Without a stated unit (MR) the values of two series mean different things: then only panes of one series are partners.
    """
    if not (state.linked and state.links.window):
        return ()
    own = _meaning(state, state.panes[pane], inputs)
    if own is None:
        return ()
    others = ((number, other) for number, other in enumerate(state.panes) if number != pane)
    return tuple(number for number, other in others if _meaning(state, other, inputs) == own)


def _meaning(state: ReadingState, pane: Pane, inputs: SceneInputs) -> tuple[str, str] | None:
    frame = state.frame_of(pane)
    attributes = inputs.attributes(frame.instance) if frame is not None else None
    if frame is None or not isinstance(attributes, ImageAttributes):
        return None
    unit = unit_of(attributes)
    return attributes.modality, unit or state.content.library.series_of(frame.instance).key
