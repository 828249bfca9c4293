"""The canvas of one viewport: makes a widget match the scene of its pane. ``pointing`` follows the mouse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from viewer.domain.instance import FrameKey
from viewer.domain.measurement import Measurement
from viewer.domain.siblings import is_same_place
from viewer.reading.changes.slides import set_pane_size
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, View
from viewer.scene.drawables import GreyPicture, ImagePicture, Scene, TilePicture
from viewer.scene.inputs import SceneInputs
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.bar_pointing import BarPointing
from viewer.ui.slice.color_bars import paint_bar_marks
from viewer.ui.slice.editing import Editing
from viewer.ui.slice.frame_words import translated
from viewer.ui.slice.hover_plate import paint_hover_plate
from viewer.ui.slice.kept_picture import KeptPicture
from viewer.ui.slice.measuring import Measuring
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.pointing import CanvasCalls, Pointing
from viewer.ui.slice.scene_painter import geometry_of, paint_onto
from viewer.ui.slice.window_region import WindowRegion
from viewer.ui.slice.writing import Writing
from viewer.ui.theme.tokens import DARK

SHARPEN_AFTER_MS = 80
KEEP_OLD_MS = 150
"""How long an old picture stays while the new frame is being read, before the pane says so."""


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
        self._reading, self._store, self._pane = reading, store, pane
        self._writing = Writing(reading, self)
        self._measuring = Measuring(reading, store, self._write)
        self._pictures = Pictures()
        self._scene = Scene(plane=None)
        self._scene_of: ReadingState | None = None
        self._geometry: ViewGeometry | None = None
        self._kept = KeptPicture(self._pictures)
        self._picture: QImage | None = None
        self._view = View()
        self._stale = True
        self._moving = False
        self._waited = False
        self._pointing = Pointing(reading, store, pane, calls, self, self._measuring)
        self._bars = BarPointing(reading, store, pane, self)
        self._region = WindowRegion(reading, store, pane, self)
        self._editing = Editing(reading, store, pane, self, calls.on_refused)
        self._sharpen = self._timer(SHARPEN_AFTER_MS, self._on_rest)
        self._give_up = self._timer(KEEP_OLD_MS, self._on_waited)
        self._tell_size = self._timer(0, self._on_size)
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

    @property
    def geometry_now(self) -> ViewGeometry:
        """How the scene would lie in the widget by the present state, painted or not."""
        view = effective_view(self._reading.state, self._pane)
        return geometry_of(self._scene, view, size=self.device_size(), ratio=self.devicePixelRatioF())

    @property
    def frame_shown(self) -> FrameKey | None:
        """The frame on the screen; None where there is none, and while the state is already at another."""
        shown, state = self._scene_of, self._reading.state
        if shown is None or self._pane >= min(len(state.panes), len(shown.panes)):
            return None
        frame = state.frame_of(state.panes[self._pane])
        return frame if shown.frame_of(shown.panes[self._pane]) == frame else None

    @property
    def is_painted(self) -> bool:
        """Whether the frame of the state is on the screen, or nobody can see it."""
        return not self.isVisible() or (not self._stale and self.frame_shown is not None)

    def show_hover(self) -> None:
        """Paint again what lies over the finished picture."""
        self.update()

    def show_cursor(self, shape: Qt.CursorShape | QCursor) -> None:
        """Take another mouse cursor."""
        wanted = shape.shape() if isinstance(shape, QCursor) else shape
        if self.cursor().shape() != wanted:
            self.setCursor(shape)

    def take_focus(self) -> None:
        """Take the keyboard, because of the mouse."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading; the scene is made when the next paint asks for it."""
        if self._pane >= len(new.panes):
            return
        self._measuring.on_changed(old, new)
        self._pointing.show_tool(new)
        before = old.panes[self._pane] if self._pane < len(old.panes) else None
        after = new.panes[self._pane]
        if before is not None and (before.stack_id, before.frame) != (after.stack_id, after.frame):
            self._measuring.cancel()
            self._writing.close()
            self._moving = is_same_place(new.content.library, before.stack_id, after.stack_id)
            self._sharpen.start()
        elif before is not None and (
            (before.view != after.view and self._shows_slide) or (before.window != after.window and self._shows_large)
        ):
            self._moving = True
            self._sharpen.start()
        elif old.edits is not new.edits:
            # Traced outlines follow when the brush rests.
            self._moving = True
            self._sharpen.start()
        self._note_size()
        self.refresh()

    def write_on(self, measurement: Measurement) -> None:
        """Ask for the words of a measurement of the image that is shown."""
        self._write(measurement, "")

    def refresh(self) -> None:
        """Make the scene anew at the next paint."""
        self._stale = True
        self.update()

    @property
    def _shows_slide(self) -> bool:
        state = self._reading.state
        stack = state.stack_of(state.panes[self._pane]) if self._pane < len(state.panes) else None
        return stack is not None and stack.pyramid is not None

    @property
    def _shows_large(self) -> bool:
        return any(isinstance(one, GreyPicture) for one in self._scene.drawables)

    def _note_size(self) -> None:
        """Let the reading know how large a viewport with a slide is: it says which tiles are wanted."""
        if self._shows_slide and self._reading.state.pane_sizes.get(self._pane) != self.device_size():
            # Not within the change that is being told: the others would hear of this one first.
            self._tell_size.start()

    def _on_size(self) -> None:
        if self._shows_slide:
            self._reading.apply(set_pane_size, self._pane, self.device_size())

    def device_size(self) -> tuple[int, int]:
        """Return (width, height) in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene; made anew only when something changed."""
        del event
        made = self._stale
        if made:
            self._make_scene()
        painter = QPainter(self)
        if self._geometry is None:
            painter.fillRect(self.rect(), QColor(DARK.canvas))
        elif self._moving and self._geometry.ratio == 1.0:
            # The next picture follows at once: one that is kept would never be used again.
            painter.fillRect(self.rect(), QColor(DARK.canvas))
            paint_onto(painter, self._scene, self._geometry, self._view, self._pictures)
            if made:
                # Rest begins with the last picture: where painting is slow, each would be sharpened before the next.
                self._sharpen.start()
        else:
            if self._picture is None:
                self._picture = self._kept.of(self._scene, self._geometry, self._view)
            painter.drawImage(0, 0, self._picture)
        if self._geometry is not None:
            paint_bar_marks(painter, self._scene.color_bars, self._geometry, self._pointing.info)
        self._region.paint(painter)
        self._editing.paint(painter)
        hover = self._pointing.hover
        # A plate beside the brush would cover what is being painted.
        if hover is not None and not self._editing.is_over:
            paint_hover_plate(painter, *hover, self.size(), self._reading.state.content)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew in the new size."""
        super().resizeEvent(event)
        self._note_size()
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag; the viewport becomes the active one."""
        over = (self._bars, self._region)
        if any(one.press(event.button(), event.position()) for one in over):
            return
        if not self._editing.press(event.button(), event.position(), event.modifiers()):
            self._pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag, or say what is under the mouse."""
        held = self._bars if self._bars.is_down else self._region if self._region.is_down else None
        if held is not None:
            held.move(event.position())
            return
        self._editing.move(event.position())
        if self._editing.is_down:
            return
        self._pointing.move(event)
        if self._bars.is_over(event.position()):
            self.show_cursor(Qt.CursorShape.SizeVerCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; a click selects what it hit, or opens the menu."""
        if self._bars.is_down:
            self._bars.release()
        elif self._region.is_down:
            self._region.release()
        elif self._editing.is_down:
            self._editing.release()
        else:
            self._pointing.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show this viewport alone, or all again; two strokes in haste are two strokes."""
        if not self._editing.press(event.button(), event.position(), event.modifiers()):
            self._pointing.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom; with the brush and Shift held, change its size."""
        if not self._editing.wheel(event):
            self._pointing.wheel(event)

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the commands of the window while something is being drawn: it drops that first."""
        if event.type() == QEvent.Type.ShortcutOverride and self._drops_by(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Drop what is being drawn; the tool stays."""
        if self._drops_by(event):
            self._measuring.cancel()
            self.refresh()
        else:
            super().keyPressEvent(event)

    def _drops_by(self, event: QEvent) -> bool:
        return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._measuring.draft is not None

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._pointing.leave()
        self._editing.leave()

    def _make_scene(self) -> None:
        self._stale = False
        state = self._reading.state
        if self._pane >= len(state.panes):
            return
        across, down = np.linalg.norm(self._geometry.linear, axis=0).tolist() if self._geometry is not None else (1.0, 1.0)
        scene = slice_scene(state, self._pane, self._store, moving=self._moving, zooms=(across, down), say=translated)
        scene = self._measuring.with_draft(scene, self._pane, self._store)
        if not self._keeps_old(scene, state):
            self._scene, self._scene_of = scene, state
        shown = self._scene_of if self._scene_of is not None else state
        self._view = effective_view(shown, min(self._pane, len(shown.panes) - 1))
        ratio = self.devicePixelRatioF()
        self._geometry = geometry_of(self._scene, self._view, size=self.device_size(), ratio=ratio)
        self._picture = None
        if not self._moving:
            self._name()

    def _keeps_old(self, scene: Scene, state: ReadingState) -> bool:
        """Say whether the old picture stays, with its own words, because the new frame is still being read."""
        has_image = any(isinstance(one, ImagePicture | TilePicture) for one in scene.drawables)
        if has_image or scene.complete or self._scene_of is None:
            self._give_up.stop()
            self._waited = False
            return False
        old = self._scene_of.panes[self._pane] if self._pane < len(self._scene_of.panes) else None
        library, now = state.content.library, state.panes[self._pane].stack_id
        same_place = old is not None and is_same_place(library, old.stack_id, now)
        if self._waited or not same_place or self._scene.plane is None:
            return False
        if not self._give_up.isActive():
            self._give_up.start()
        return True

    def _on_rest(self) -> None:
        if self._moving:
            self._moving = False
            self.refresh()
        self._pointing.look_again()

    def _on_waited(self) -> None:
        self._waited = True
        self.refresh()

    def _timer(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _write(self, measurement: Measurement, merge_key: str) -> None:
        if self._geometry is not None:
            self._writing.open(measurement, merge_key, self._geometry)

    def _name(self) -> None:
        """Tell screen readers what is shown."""
        corner = self._scene.corner_text
        words = " · ".join((*corner.top_left[-1:], *corner.top_right[:1])) or translated("empty")
        self.setAccessibleName(translated("Viewport {number}: {content}").format(number=self._pane + 1, content=words))
