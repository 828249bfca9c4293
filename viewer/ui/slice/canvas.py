"""The canvas of one viewport: makes a widget match the scene of its pane, and turns the mouse into changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from viewer.domain.measurement import Measurement
from viewer.reading.changes.layers import select
from viewer.reading.changes.volumes import step_volume
from viewer.reading.changes.workspace import set_active_pane, set_view, step_frame
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection, View
from viewer.scene.cursor import CursorInfo, PartHit, cursor_info
from viewer.scene.drawables import ImagePicture, OutlinePaths, Scene
from viewer.scene.inputs import SceneInputs
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.scene.view_geometry import ViewGeometry, zoomed_about
from viewer.ui.slice.frame_words import paint_hover_plate, translated
from viewer.ui.slice.measuring import Measuring, Spot, spot_at
from viewer.ui.slice.mouse import CLICK_DISTANCE, TOOLS, ZOOM_STEP, Drag, DragStart, drag_of, follow_drag
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank, empty, geometry_of, paint_onto, paint_scene
from viewer.ui.slice.writing import Writing
from viewer.ui.theme.tokens import DARK

SHARPEN_AFTER_MS = 80
KEEP_OLD_MS = 150
"""How long an old picture stays while the new frame is being read, before the pane says so."""
_REACH = 5.0
_WHEEL_STEP = 120


@dataclass(frozen=True)
class CanvasCalls:
    """What a canvas tells its owner.

    ``on_cursor``: what is under the mouse, None when it left. ``on_menu``: the right button asked for a menu at a global
    position. ``on_maximise``: double click.
    """

    on_cursor: Callable[[CursorInfo | None], None]
    on_menu: Callable[[QPoint], None]
    on_maximise: Callable[[], None]


class SliceCanvas(QWidget):
    """One viewport's picture.

    Parameters
    ----------
    reading, store
        The state and what is loaded.
    pane
        Number of the pane.
    calls
        Whom to tell.
    """

    def __init__(self, reading: Reading, store: SceneInputs, pane: int, calls: CanvasCalls) -> None:
        super().__init__()
        self._reading, self._store, self._pane, self._calls = reading, store, pane, calls
        self._writing = Writing(reading, self)
        self._measuring = Measuring(reading, store, self._write)
        self._pictures = Pictures()
        self._scene = Scene(plane=None)
        self._scene_of: ReadingState | None = None
        self._geometry: ViewGeometry | None = None
        self._picture: QImage | None = None
        self._picture_valid = False
        self._view = View()
        self._stale = True
        self._moving = False
        self._waited = False
        self._hover: tuple[QPointF, PartHit] | None = None
        self._drag: DragStart | None = None
        self._pressed_at: QPointF | None = None
        self._moved = False
        self._drags = 0
        self._wheel = 0
        self._sharpen = self._timer(SHARPEN_AFTER_MS, self._on_rest)
        self._give_up = self._timer(KEEP_OLD_MS, self._on_waited)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(QSize(64, 64))

    @property
    def scene(self) -> Scene:
        """The scene on the screen."""
        return self._scene

    @property
    def geometry_shown(self) -> ViewGeometry | None:
        """How the scene lies in the widget; None before the first paint."""
        return self._geometry

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading; the scene is made when the next paint asks for it."""
        if self._pane >= len(new.panes):
            return
        self._measuring.on_changed(old, new)
        self._show_tool(new)
        before = old.panes[self._pane] if self._pane < len(old.panes) else None
        after = new.panes[self._pane]
        if before is not None and (before.stack_id, before.frame) != (after.stack_id, after.frame):
            self._measuring.cancel()
            self._writing.close()
            self._moving = before.stack_id == after.stack_id
            self._sharpen.start()
        self.refresh()

    def write_on(self, measurement: Measurement) -> None:
        """Ask for the words of a measurement of the image that is shown."""
        self._write(measurement, "")

    def refresh(self) -> None:
        """Make the scene anew at the next paint."""
        self._stale = True
        self.update()

    def device_size(self) -> tuple[int, int]:
        """Return (width, height) in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene; made anew only when something changed."""
        del event
        if self._stale:
            self._make_scene()
        painter = QPainter(self)
        if self._geometry is None:
            painter.fillRect(self.rect(), QColor(DARK.canvas))
        elif self._moving and self._geometry.ratio == 1.0:
            # The next picture follows at once: one that is kept would never be used again.
            painter.fillRect(self.rect(), QColor(DARK.canvas))
            paint_onto(painter, self._scene, self._geometry, self._view, self._pictures)
        else:
            painter.drawImage(0, 0, self._kept_picture(self._geometry))
        if self._hover is not None and self._drag is None and not self._is_plated(self._hover[1]):
            paint_hover_plate(painter, self._hover[0], self._hover[1], self.size())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew in the new size."""
        super().resizeEvent(event)
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag; the viewport becomes the active one."""
        self._reading.apply(set_active_pane, self._pane)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        state = self._reading.state
        drag = drag_of(event.button(), event.modifiers(), state.tool)
        self._pressed_at, self._moved = event.position(), False
        geometry = self._geometry
        if self._measures(event.button(), drag, event.position()):
            self.refresh()
            return
        if drag is None or geometry is None or self._scene.plane is None:
            return
        self._drags += 1
        pane = state.panes[self._pane]
        key = f"{drag}:{self._pane}:{self._drags}"
        at = self._device(event.position())
        self._drag = DragStart(drag, at, pane.view, geometry, self._scene.window, pane.frame, key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag, or say what is under the mouse."""
        if self._pressed_at is not None:
            self._moved = self._moved or (event.position() - self._pressed_at).manhattanLength() >= CLICK_DISTANCE
        if self._measuring.is_followed(pressed=self._pressed_at is not None, moved=self._moved):
            self._measure_on(event.position())
        if self._drag is None:
            self._tell_cursor(event.position())
            self._show_tool(self._reading.state, self._spot(event.position()))
        elif self._moved:
            follow_drag(self._reading, self._pane, self._drag, self._device(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; a click selects what it hit, or opens the menu."""
        clicked = self._pressed_at is not None and not self._moved
        self._drag = self._pressed_at = None
        spot = self._spot(event.position())
        if self._measuring.is_down and spot is not None:
            self._measuring.release(spot, clicked=clicked)
            self.refresh()
        elif not clicked:
            self.refresh()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._select_at(event.position())
        elif event.button() == Qt.MouseButton.RightButton:
            self._calls.on_menu(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show this viewport alone, or all again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._pressed_at = None
            spot = self._spot(event.position())
            if self._measuring.finish() or (spot is not None and self._measuring.write_at(spot)):
                self.refresh()
                return
            self._measuring.cancel()
            self._reading.apply(set_active_pane, self._pane)
            self._calls.on_maximise()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or zoom about the mouse with Ctrl held. Fine wheels and touch pads add up to whole steps."""
        self._reading.apply(set_active_pane, self._pane)
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_about(event.position(), ZOOM_STEP ** (turned / _WHEEL_STEP))
        else:
            self._wheel += turned
            steps = int(self._wheel / _WHEEL_STEP)
            self._wheel -= steps * _WHEEL_STEP
            if steps:
                # Alt goes through volumes: the platform turns Alt + wheel into a sideways one, which counts as well.
                alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
                self._reading.apply(step_volume if alt else step_frame, self._pane, -steps)
                self._tell_cursor(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover = None
        self._calls.on_cursor(None)
        self.update()

    def _make_scene(self) -> None:
        self._stale = False
        state = self._reading.state
        if self._pane >= len(state.panes):
            return
        before, geometry, view = self._scene, self._geometry, self._view
        scene = slice_scene(state, self._pane, self._store, moving=self._moving, say=translated)
        scene = self._measuring.with_draft(scene, self._pane, self._store)
        if not self._keeps_old(scene, state):
            self._scene, self._scene_of = scene, state
        shown = self._scene_of if self._scene_of is not None else state
        self._view = effective_view(shown, min(self._pane, len(shown.panes) - 1))
        ratio = self.devicePixelRatioF()
        self._geometry = geometry_of(self._scene, self._view, size=self.device_size(), ratio=ratio)
        same = geometry == self._geometry and view == self._view and _looks_the_same(before, self._scene)
        self._picture_valid = self._picture_valid and same
        if not self._moving:
            self._name()

    def _kept_picture(self, geometry: ViewGeometry) -> QImage:
        """Return the finished picture; hovering over it paints no scene again."""
        size = geometry.size
        if self._picture is None or (self._picture.width(), self._picture.height()) != size:
            self._picture, self._picture_valid = blank(size), False
        if not self._picture_valid:
            # New memory costs more than painting the old picture black.
            self._picture.setDevicePixelRatio(1.0)
            empty(self._picture)
            paint_scene(self._picture, self._scene, geometry, self._view, self._pictures)
            self._picture.setDevicePixelRatio(geometry.ratio)
            self._picture_valid = True
        return self._picture

    def _keeps_old(self, scene: Scene, state: ReadingState) -> bool:
        """Say whether the old picture stays, with its own words, because the new frame is still being read."""
        has_image = any(isinstance(one, ImagePicture) for one in scene.drawables)
        if has_image or scene.complete or self._scene_of is None:
            self._give_up.stop()
            self._waited = False
            return False
        old = self._scene_of.panes[self._pane] if self._pane < len(self._scene_of.panes) else None
        same_stack = old is not None and old.stack_id == state.panes[self._pane].stack_id
        if self._waited or not same_stack or self._scene.plane is None:
            return False
        if not self._give_up.isActive():
            self._give_up.start()
        return True

    def _on_rest(self) -> None:
        if self._moving:
            self._moving = False
            self.refresh()

    def _on_waited(self) -> None:
        self._waited = True
        self.refresh()

    def _timer(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _device(self, position: QPointF) -> QPointF:
        return position * self.devicePixelRatioF()

    def _zoom_about(self, position: QPointF, factor: float) -> None:
        if self._geometry is None or self._scene.plane is None:
            return
        at, state = self._device(position), self._reading.state
        # A wheel turns faster than the screen paints: each step goes on from the one before, painted or not.
        ratio, size = self.devicePixelRatioF(), self.device_size()
        now = geometry_of(self._scene, effective_view(state, self._pane), size=size, ratio=ratio)
        view = zoomed_about(state.panes[self._pane].view, now, (at.x(), at.y()), factor)
        self._reading.apply_undoable(f"wheel-zoom:{self._pane}", set_view, self._pane, view)

    def _under(self, position: QPointF) -> CursorInfo | None:
        if self._geometry is None or self._scene.plane is None:
            return None
        at = self._device(position)
        column, row = self._geometry.to_image((at.x(), at.y())).tolist()
        reach = _REACH * self._geometry.ratio / self._geometry.zoom
        return cursor_info(self._reading.state, self._pane, self._store, (column, row), reach=reach)

    def _tell_cursor(self, position: QPointF) -> None:
        info = self._under(position)
        self._calls.on_cursor(info)
        hover = (position, info.parts[0]) if info is not None and info.parts else None
        if hover is not None or self._hover is not None:
            self._hover = hover
            self.update()

    def _is_plated(self, hit: PartHit) -> bool:
        """Say whether the part has its plate on the image already, because it is the selected one."""
        chosen = self._reading.state.selection
        if self._scene.plate is None or (chosen.overlay, chosen.part) != (hit.part.overlay, hit.part.part):
            return False
        return any(isinstance(one, OutlinePaths) and one.selected and one.paths for one in self._scene.drawables)

    def _spot(self, position: QPointF) -> Spot | None:
        """Return where the mouse is on the frame that is on the screen; None where there is none."""
        shown, state = self._scene_of, self._reading.state
        if self._geometry is None or self._scene.plane is None or shown is None or self._pane >= len(state.panes):
            return None
        frame = state.frame_of(state.panes[self._pane])
        if frame is None or self._pane >= len(shown.panes) or shown.frame_of(shown.panes[self._pane]) != frame:
            return None
        at = self._device(position)
        return spot_at(frame, self._scene.plane, self._geometry, (at.x(), at.y()))

    def _measures(self, button: Qt.MouseButton, drag: Drag | None, position: QPointF) -> bool:
        """Say whether a press was for measuring, and begin it."""
        spot = self._spot(position)
        is_tool = button == Qt.MouseButton.LeftButton and drag in (None, self._reading.state.tool)
        return is_tool and spot is not None and self._measuring.press(spot)

    def _measure_on(self, position: QPointF) -> None:
        spot = self._spot(position)
        if spot is not None:
            self._measuring.move(spot)
            self.refresh()

    def _show_tool(self, state: ReadingState, spot: Spot | None = None) -> None:
        """Measuring wants a cursor that covers less than an arrow; a hand says that a press takes hold of something."""
        wanted = Qt.CursorShape.ArrowCursor if state.tool in TOOLS else Qt.CursorShape.CrossCursor
        if spot is not None and self._measuring.is_over_handle(spot):
            wanted = Qt.CursorShape.SizeAllCursor
        elif state.tool == "note":
            wanted = Qt.CursorShape.IBeamCursor
        if self.cursor().shape() != wanted:
            self.setCursor(wanted)

    def _write(self, measurement: Measurement, merge_key: str) -> None:
        if self._geometry is not None:
            self._writing.open(measurement, merge_key, self._geometry)

    def _select_at(self, position: QPointF) -> None:
        spot = self._spot(position)
        if spot is not None and self._measuring.select_at(spot):
            return
        info = self._under(position)
        if info is None or not info.parts:
            return
        hit = info.parts[0].part
        self._reading.apply(select, Selection(hit.overlay, hit.part, hit.item))

    def _name(self) -> None:
        """Tell screen readers what is shown."""
        corner = self._scene.corner_text
        words = " · ".join((*corner.top_left[-1:], *corner.top_right[:1])) or translated("empty")
        self.setAccessibleName(translated("Viewport {number}: {content}").format(number=self._pane + 1, content=words))


def _looks_the_same(one: Scene, other: Scene) -> bool:
    """Say whether two scenes paint the same: what did not change is handed back as the same drawable."""
    return (
        len(one.drawables) == len(other.drawables)
        and all(a is b for a, b in zip(one.drawables, other.drawables, strict=True))
        and replace(one, drawables=()) == replace(other, drawables=())
    )
