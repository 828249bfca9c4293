"""The image of a pane that shows a whole slide: which tiles, the map in its corner, and what must be said."""

from __future__ import annotations

from viewer.domain.presentation import PresentationState
from viewer.reading.color_maps import palette_of
from viewer.reading.state import Pane, ReadingState, View
from viewer.scene.drawables import Notice, SlideMap, TilePicture
from viewer.scene.image_picture import Presented
from viewer.scene.inputs import SceneInputs
from viewer.scene.slide_layers import SlideInputs
from viewer.scene.slide_tiles import SlideLook, slide_map, slide_picture
from viewer.scene.slide_view import USUAL_SIZE, is_too_much, slide_view

_NEARLY_ALL = 0.98


def slide_inputs(state: ReadingState, pane: int, view: View, inputs: SceneInputs) -> SlideInputs | None:
    """Return the store as a scene of a slide sees it; None for a pane that shows none."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or stack.pyramid is None:
        return None
    depth = min(shown.frame, len(stack.frames) - 1)
    seen = slide_view(stack.pyramid, stack.planes[depth], view, state.pane_sizes.get(pane, USUAL_SIZE))
    return SlideInputs(inputs, stack, depth, seen, {one.instance: one for one in state.content.overlays_on(stack.id)})


def slide_image(
    state: ReadingState, pane: Pane, slide: SlideInputs, applied: PresentationState | None
) -> tuple[tuple[TilePicture, ...], Presented | None, tuple[Notice, ...], bool]:
    """Return the tiles of a pane, how they are shown, what must be said, and whether all of them are there."""
    stack, seen = slide.stack, slide.seen
    assert stack.pyramid is not None
    if is_too_much(stack.pyramid, seen.level, seen.visible):
        said = Notice("Zoom in to see the slide", "The file has no smaller picture of it, and too many tiles for this size.")
        return (), None, (said,), True
    look = SlideLook(applied, palette_of(state.content, pane.color_map), state.smooth)
    found = slide_picture(pane, stack, seen, slide.inputs, look)
    said_of = tuple(Notice(one.text, severity=one.severity, replaces_image=False) for one in found.issues[:2])
    if not found.tiles and not found.whole:
        return (), None, (Notice("Reading the image …"),), False
    return found.tiles, found.window, said_of, found.whole


def map_of(state: ReadingState, pane: Pane, slide: SlideInputs) -> SlideMap | None:
    """Return the map of a slide; None when it is switched off, and when nearly all of the slide is on the screen."""
    stack, (left, top, right, bottom) = slide.stack, slide.seen.visible
    part = max(right - left, 0.0) * max(bottom - top, 0.0) / (stack.rows * stack.columns)
    if not state.slide_map or part > _NEARLY_ALL:
        return None
    look = SlideLook(palette=palette_of(state.content, pane.color_map))
    return slide_map(pane, stack, slide.seen, slide.inputs, look)
