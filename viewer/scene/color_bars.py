"""Which bars a pane shows, and which values are at their ends."""

from __future__ import annotations

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, Window
from viewer.domain.roles import overlay_kind
from viewer.imaging.grey import starts_inverted
from viewer.imaging.shown_values import shown_scale
from viewer.reading.color_maps import palette_of
from viewer.reading.state import Pane, ReadingState
from viewer.scene.color_bar import ColorBar
from viewer.scene.cursor import mappings_at
from viewer.scene.fused import Fused, window_ends
from viewer.scene.image_picture import Presented, ShownFrame, applied_state, presented
from viewer.scene.inputs import SceneInputs


def color_bars(
    state: ReadingState, pane: Pane, shown: Presented | None, fused: Fused | None, inputs: SceneInputs
) -> tuple[ColorBar, ...]:
    """Return the bars of a pane, that of the image first: where there is colour, or as the reader chose.

    A parametric map has one always: its greys are measurements.
    """
    over = fused.bars if fused is not None else ()
    if pane.color_bar is False:
        return ()
    own = image_bar(state, pane, shown, inputs)
    if own is None:
        return over
    wanted = pane.color_bar or own.palette is not None or (_is_map(state, pane) and not over)
    return (own, *over) if wanted else over


def pane_bar(state: ReadingState, pane: Pane, inputs: SceneInputs) -> ColorBar | None:
    """Return the bar that the image of a pane has or would have; None in colour, and while there is no image."""
    stack, frame = state.stack_of(pane), state.frame_of(pane)
    if stack is None or frame is None:
        return None
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame):
        return None
    image = stack.planes[min(pane.frame, len(stack.frames) - 1)].image
    shown = ShownFrame(decoded, attributes, frame.index, image, inputs.value_range(stack.id))
    palette = palette_of(state.content, pane.color_map)
    return image_bar(state, pane, presented(pane, shown, applied_state(state, pane, image), palette), inputs)


def image_bar(state: ReadingState, pane: Pane, shown: Presented | None, inputs: SceneInputs) -> ColorBar | None:
    """Return the bar of the image of a pane; None in colour, and while there is no image."""
    stack, frame = state.stack_of(pane), state.frame_of(pane)
    if shown is None or shown.window is None or stack is None or frame is None:
        return None
    place = min(pane.frame, len(stack.frames) - 1)
    stated = inputs.attributes(frame.instance)
    attributes = stated if isinstance(stated, ImageAttributes) else shown.attributes
    low, high = window_ends(shown.window)
    scale = shown_scale(attributes, frame.index, mappings_at(state, stack, place))
    palette = shown.palette or (shown.state.palette if shown.state is not None else None)
    return ColorBar(
        stack_id="",
        title=scale.name,
        low=low,
        high=high,
        scale=scale,
        palette=palette,
        inverted=starts_inverted(shown.attributes) != pane.view.inverted,
        can_move=isinstance(shown.window, Window),
    )


def _is_map(state: ReadingState, pane: Pane) -> bool:
    frame = state.frame_of(pane)
    if frame is None:
        return False
    return overlay_kind(state.content.library.instance(frame.instance).sop_class_uid) == "parametric_map"
