"""The mouse over one picture: presses, drags, clicks and the wheel become changes; hovering tells what is there.

It knows a picture only by ``PointedAt``, so whatever shows a plane can be pointed at in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent, QWheelEvent

from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import Issue
from viewer.reading.changes.hovering import hover
from viewer.reading.changes.layers import select
from viewer.reading.changes.volumes import step_volume
from viewer.reading.changes.workspace import set_active_pane, set_view
from viewer.reading.key_images import scroll
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.scene.cursor import CursorInfo, PartHit, cursor_info
from viewer.scene.drawables import OutlinePaths, Scene
from viewer.scene.inputs import SceneInputs
from viewer.scene.linked import window_partners
from viewer.scene.view_geometry import ViewGeometry, zoomed_about
from viewer.ui.slice.map_mouse import MapMouse
from viewer.ui.slice.measuring import Measuring, Spot, spot_at
from viewer.ui.slice.mouse import CLICK_DISTANCE, TOOLS, ZOOM_STEP, Drag, DragStart, drag_of, follow_drag
from viewer.ui.slice.plane_mouse import PlaneMouse
from viewer.ui.wheel_steps import ONE_STEP, WheelSteps, turn_of

_REACH = 5.0
_PAUSE_S = 0.7
"""Turns of the wheel further apart are steps of undo of their own."""


@dataclass(frozen=True)
class CanvasCalls:
    """What a canvas tells its owner.

    ``on_cursor``: what is under the mouse, None when it left. ``on_menu``: the right button asked for a menu at a global
    position. ``on_maximise``: double click. ``on_carry``: the picture is being dragged to another viewport.
    ``on_refused``: why an edit changes nothing.
    """

    on_cursor: Callable[[CursorInfo | None], None]
    on_menu: Callable[[QPoint], None]
    on_maximise: Callable[[], None]
    on_carry: Callable[[], None] = lambda: None
    on_refused: Callable[[Issue], None] = lambda _: None


class PointedAt(Protocol):
    """The picture under the mouse."""

    @property
    def scene(self) -> Scene:
        """The scene on the screen."""

    @property
    def geometry_shown(self) -> ViewGeometry | None:
        """How the scene lies in the widget; None before the first paint."""

    @property
    def geometry_now(self) -> ViewGeometry:
        """How the scene would lie in the widget by the present state, painted or not."""

    @property
    def frame_shown(self) -> FrameKey | None:
        """The frame on the screen; None where there is none, and while the state is already at another."""

    def refresh(self) -> None:
        """Make the scene anew at the next paint."""

    def show_hover(self) -> None:
        """Paint again what lies over the finished picture."""

    def show_cursor(self, shape: Qt.CursorShape | QCursor) -> None:
        """Take another mouse cursor."""

    def take_focus(self) -> None:
        """Take the keyboard, because of the mouse."""

    def devicePixelRatioF(self) -> float:
        """Device pixels a logical pixel."""


class Pointing:
    """The mouse over the picture of one pane.

    Parameters
    ----------
    measuring
        Follows presses with a measuring tool, and on measurements.

    ``info`` is what was under the mouse last; None when it left.
    """

    def __init__(
        self, reading: Reading, store: SceneInputs, pane: int, calls: CanvasCalls, picture: PointedAt, measuring: Measuring
    ) -> None:
        self._reading, self._store, self._pane, self._calls = reading, store, pane, calls
        self._picture, self._measuring = picture, measuring
        self.info: CursorInfo | None = None
        self._map = MapMouse(reading, pane, picture)
        self._planes = PlaneMouse(reading, pane, picture)
        self._hover: tuple[QPointF, tuple[PartHit, ...]] | None = None
        self._clicked_at: QPointF | None = None
        self._mouse_at: QPointF | None = None
        self._drag: DragStart | None = None
        self._carrying = False
        self._pressed_at: QPointF | None = None
        self._moved = False
        self._drags = 0
        self._wheel = WheelSteps()
        self._zoomed_at = 0.0

    @property
    def hover(self) -> tuple[QPointF, tuple[PartHit, ...]] | None:
        """Where the mouse rests and on what, unless a drag is on its way or its one name stands on the image already."""
        if self._hover is None or self._drag is not None:
            return None
        hits = self._hover[1]
        return None if len(hits) == 1 and self._is_plated(hits[0]) else self._hover

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag; the viewport becomes the active one."""
        self._reading.apply(set_active_pane, self._pane)
        self._picture.take_focus()
        if event.button() == Qt.MouseButton.LeftButton and self._map.press(self._device(event.position())):
            return
        if self._takes_line(event):
            return
        state = self._reading.state
        drag = drag_of(event.button(), event.modifiers(), state.tool)
        self._pressed_at, self._moved = event.position(), False
        self._carrying = drag == "carry"
        geometry, plane = self._picture.geometry_shown, self._picture.scene.plane
        if self._measures(event.button(), drag, event.position()):
            self._picture.refresh()
            return
        if drag is None or drag == "carry" or geometry is None or plane is None:
            return
        self._drags += 1
        pane = state.panes[self._pane]
        key = f"{drag}:{self._pane}:{self._drags}"
        at, partners = self._device(event.position()), window_partners(state, self._pane, self._store)
        window = self._picture.scene.window
        self._drag = DragStart(drag, at, pane.view, geometry, plane, window, pane.frame, key, partners)
        if drag == "crosshair":
            follow_drag(self._reading, self._pane, self._drag, at)

    def move(self, event: QMouseEvent) -> None:
        """Follow a drag, or say what is under the mouse."""
        if self._map.is_held:
            self._map.move(self._device(event.position()))
            return
        if self._planes.is_held:
            self._planes.move(self._device(event.position()))
            return
        if self._pressed_at is not None:
            self._moved = self._moved or (event.position() - self._pressed_at).manhattanLength() >= CLICK_DISTANCE
        if self._carrying and self._moved:
            self._carrying, self._pressed_at = False, None
            self._calls.on_carry()
            return
        if self._measuring.is_followed(pressed=self._pressed_at is not None, moved=self._moved):
            self._measure_on(event.position())
        if self._drag is None:
            self.tell_cursor(event.position())
            self.show_tool(self._reading.state, self._spot(event.position()))
            over = self._over_line(event.position())
            if over is not None:
                self._picture.show_cursor(over)
        elif self._moved:
            follow_drag(self._reading, self._pane, self._drag, self._device(event.position()))
            if self._drag.drag == "crosshair":
                self._calls.on_cursor(self._under(event.position()))

    def release(self, event: QMouseEvent) -> None:
        """End a drag; a click selects what it hit, or opens the menu."""
        if self._map.is_held:
            self._map.release()
            return
        if self._planes.is_held:
            self._planes.release()
            self._picture.refresh()
            return
        clicked = self._pressed_at is not None and not self._moved
        marked = self._drag is not None and self._drag.drag == "crosshair"
        self._drag = self._pressed_at = None
        self._carrying = False
        spot = self._spot(event.position())
        if self._measuring.is_down and spot is not None:
            self._measuring.release(spot, clicked=clicked)
            self._picture.refresh()
        elif not clicked or marked:
            self._picture.refresh()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._select_at(event.position())
        elif event.button() == Qt.MouseButton.RightButton:
            self._calls.on_menu(event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> None:
        """Show this viewport alone, or all again."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._drag = self._pressed_at = None
        spot = self._spot(event.position())
        if self._measuring.finish() or (spot is not None and self._measuring.write_at(spot)):
            self._picture.refresh()
            return
        self._measuring.cancel()
        self._reading.apply(set_active_pane, self._pane)
        self._calls.on_maximise()

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll, or zoom about the mouse with Ctrl held. Fine wheels and touch pads add up to whole steps."""
        self._reading.apply(set_active_pane, self._pane)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_about(event.position(), ZOOM_STEP ** (turn_of(event) / ONE_STEP))
        elif steps := self._wheel.take(event):
            # Alt goes through volumes: the platform turns Alt + wheel into a sideways one, which counts as well.
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            self._reading.apply(step_volume if alt else scroll, self._pane, -steps)
            self.tell_cursor(event.position())
        event.accept()

    def leave(self) -> None:
        """Say that nothing is under the mouse any more."""
        self._hover = self.info = self._mouse_at = None
        self._reading.apply(hover, Selection())
        self._calls.on_cursor(None)
        self._picture.show_hover()

    def look_again(self) -> None:
        """Say what is under the mouse that rests: keys or another viewport have changed the image below it."""
        if self._mouse_at is not None and self._pressed_at is None:
            self.tell_cursor(self._mouse_at)

    def tell_cursor(self, position: QPointF) -> None:
        """Say what is under the mouse."""
        self._mouse_at = position
        info = self.info = self._under(position)
        self._calls.on_cursor(info)
        if self._picture.scene.color_bars:
            self._picture.show_hover()
        hits = hits_once(info.parts) if info is not None else ()
        found = (position, hits) if hits else None
        first = hits[0].part if hits else None
        below = tuple((hit.part.overlay, hit.part.part) for hit in hits[1:])
        on = Selection(first.overlay, first.part, first.item) if first is not None else Selection()
        self._reading.apply(hover, on, below)
        if found is not None or self._hover is not None:
            self._hover = found
            self._picture.show_hover()

    def show_tool(self, state: ReadingState, spot: Spot | None = None) -> None:
        """Measuring wants a cursor that covers less than an arrow; a hand says that a press takes hold of something."""
        precise = state.tool not in TOOLS or state.tool == "crosshair"
        wanted = Qt.CursorShape.CrossCursor if precise else Qt.CursorShape.ArrowCursor
        if spot is not None and self._measuring.is_over_handle(spot):
            wanted = Qt.CursorShape.SizeAllCursor
        elif state.tool == "note":
            wanted = Qt.CursorShape.IBeamCursor
        elif state.tool in ("keep_island", "remove_island"):
            wanted = Qt.CursorShape.PointingHandCursor
        self._picture.show_cursor(wanted)

    def _takes_line(self, event: QMouseEvent) -> bool:
        """Say whether a press takes hold of the line of a plane; measurements that lie on it come first."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        if event.button() != Qt.MouseButton.LeftButton or not plain or self._is_measured(event.position()):
            return False
        return self._planes.press(self._device(event.position()))

    def _over_line(self, position: QPointF) -> Qt.CursorShape | QCursor | None:
        if self._is_measured(position):
            return None
        return self._planes.cursor_at(self._device(position), self._picture.devicePixelRatioF())

    def _is_measured(self, position: QPointF) -> bool:
        """Say whether a press at a place goes on with a measurement or takes hold of one."""
        spot = self._spot(position)
        return self._measuring.draft is not None or (spot is not None and self._measuring.is_over_handle(spot))

    def _device(self, position: QPointF) -> QPointF:
        return position * self._picture.devicePixelRatioF()

    def _zoom_about(self, position: QPointF, factor: float) -> None:
        if self._picture.geometry_shown is None or self._picture.scene.plane is None:
            return
        at, state = self._device(position), self._reading.state
        # A wheel turns faster than the screen paints: each step goes on from the one before, painted or not.
        view = zoomed_about(state.panes[self._pane].view, self._picture.geometry_now, (at.x(), at.y()), factor)
        now = monotonic()
        if now - self._zoomed_at > _PAUSE_S:
            self._drags += 1
        self._zoomed_at = now
        self._reading.apply_undoable(f"wheel-zoom:{self._pane}:{self._drags}", set_view, self._pane, view)

    def _under(self, position: QPointF) -> CursorInfo | None:
        geometry = self._picture.geometry_shown
        if geometry is None or self._picture.scene.plane is None:
            return None
        at = self._device(position)
        column, row = geometry.to_image((at.x(), at.y())).tolist()
        reach = _REACH * geometry.ratio / geometry.zoom
        return cursor_info(self._reading.state, self._pane, self._store, (column, row), reach=reach)

    def _is_plated(self, hit: PartHit) -> bool:
        """Say whether the part has its plate on the image already, because it is the selected one."""
        chosen, scene = self._reading.state.selection, self._picture.scene
        if scene.plate is None or (chosen.overlay, chosen.part) != (hit.part.overlay, hit.part.part):
            return False
        return any(isinstance(one, OutlinePaths) and one.selected and one.paths for one in scene.drawables)

    def _spot(self, position: QPointF) -> Spot | None:
        """Return where the mouse is on the frame that is on the screen; None where there is none."""
        geometry, plane, frame = self._picture.geometry_shown, self._picture.scene.plane, self._picture.frame_shown
        if geometry is None or plane is None or frame is None:
            return None
        at = self._device(position)
        return spot_at(frame, plane, geometry, (at.x(), at.y()))

    def _measures(self, button: Qt.MouseButton, drag: Drag | None, position: QPointF) -> bool:
        """Say whether a press was for measuring, and begin it."""
        spot = self._spot(position)
        is_tool = button == Qt.MouseButton.LeftButton and drag in (None, self._reading.state.tool)
        return is_tool and spot is not None and self._measuring.press(spot)

    def _measure_on(self, position: QPointF) -> None:
        spot = self._spot(position)
        if spot is not None:
            self._measuring.move(spot)
            self._picture.refresh()

    def _select_at(self, position: QPointF) -> None:
        spot = self._spot(position)
        if spot is not None and self._measuring.select_at(spot):
            return
        info = self._under(position)
        again = self._clicked_at is not None and (position - self._clicked_at).manhattanLength() < CLICK_DISTANCE
        self._clicked_at = position
        hits = hits_once(info.parts) if info is not None else ()
        if not hits:
            return
        chosen = self._reading.state.selection
        place = next(
            (n for n, one in enumerate(hits) if (one.part.overlay, one.part.part) == (chosen.overlay, chosen.part)), -1
        )
        # A click on the same spot again goes on to what lies below.
        hit = hits[(place + 1) % len(hits) if again else 0].part
        self._reading.apply(select, Selection(hit.overlay, hit.part, hit.item))


def hits_once(hits: Sequence[PartHit]) -> tuple[PartHit, ...]:
    """Return every part under the mouse once, the topmost first: of a mark and its region the first."""
    found: dict[tuple[InstanceKey, int], PartHit] = {}
    for hit in hits:
        found.setdefault((hit.part.overlay, hit.part.part), hit)
    return tuple(found.values())
