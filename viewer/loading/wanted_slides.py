"""What a pane with a whole slide needs of the store: its tiles, nearest the middle first, and overlays in pieces. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viewer.domain.instance import FrameKey
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.reading.state import ReadingState
from viewer.scene.slice_scene import effective_view
from viewer.scene.slide_layers import pieces_of
from viewer.scene.slide_tiles import map_tiles
from viewer.scene.slide_view import USUAL_SIZE, SlideView, is_halved, is_too_much, slide_view, visible_tiles

_AROUND = 1
"""So many tiles beyond the edge of the viewport are made ready."""


@dataclass(frozen=True)
class SlideWants:
    """What one pane with a slide shows, and what lies around that."""

    stack: Stack
    depth: int
    seen: SlideView

    @property
    def halved(self) -> bool:
        """Whether the tiles are shown so small that half of their pixels either way are painted."""
        pyramid = self.stack.pyramid
        return pyramid is not None and is_halved(pyramid, self.seen.level, self.seen.zoom)

    def tiles_now(self) -> Iterator[FrameKey]:
        """Yield the tiles that are on the screen: the few of the coarsest level first, which stand in for the others."""
        pyramid = self.stack.pyramid
        assert pyramid is not None
        for tile in map_tiles(pyramid, self.depth):
            yield tile.frame
        if not is_too_much(pyramid, self.seen.level, self.seen.visible):
            for tile in visible_tiles(pyramid, self.seen.level, self.depth, self.seen.visible):
                yield tile.frame
        # The frame by which the focal plane is known: what the window says of the image is read from its object.
        yield self.stack.frames[self.depth]

    def tiles_ahead(self) -> Iterator[FrameKey]:
        """Yield the tiles around the viewport, then what it shows of the next coarser level and the focal planes beside."""
        pyramid = self.stack.pyramid
        assert pyramid is not None
        level, visible = self.seen.level, self.seen.visible
        if is_too_much(pyramid, level, visible):
            return
        around = [(level, self.depth, _AROUND)]
        if level + 1 < len(pyramid.levels):
            around.append((level + 1, self.depth, _AROUND))
        around += [(level, depth, 0) for depth in (self.depth + 1, self.depth - 1) if 0 <= depth < len(self.stack.frames)]
        for number, depth, more in around:
            for tile in visible_tiles(pyramid, number, depth, visible, around=more):
                yield tile.frame

    def pieces(self, overlays: Sequence[Overlay]) -> Iterator[tuple[Overlay, Plane]]:
        """Yield the overlays with the planes they are asked for."""
        for overlay in overlays:
            for piece in pieces_of(overlay, self.stack, self.depth, self.seen):
                yield overlay, piece.asked


def slide_wants(state: ReadingState, pane: int) -> SlideWants | None:
    """Return what a pane with a slide needs; None for a pane that shows none."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or stack.pyramid is None:
        return None
    depth = min(shown.frame, len(stack.frames) - 1)
    size = state.pane_sizes.get(pane, USUAL_SIZE)
    return SlideWants(stack, depth, slide_view(stack.pyramid, stack.planes[depth], effective_view(state, pane), size))


def is_of_slide(state: ReadingState, stack: Stack, key: object) -> bool:
    """Say whether what the store delivered under ``key`` is a tile of a slide, or what an overlay has on a piece of it."""
    if stack.pyramid is None:
        return False
    if isinstance(key, FrameKey):
        return key.instance in stack.pyramid.instances
    if isinstance(key, tuple):
        return any(overlay.instance == key[0] for overlay in state.content.overlays_on(stack.id))
    return key in stack.pyramid.instances
