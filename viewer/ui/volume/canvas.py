"""The widget of a 3D pane: paints the renderer's picture, and follows the mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, between, fitted, moved, turned, zoomed
from viewer.reading.changes.volume import fly_to, set_camera
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import stack_box
from viewer.scene.drawables import Notice
from viewer.scene.volume_drawables import SurfaceDrawable, VolumeScene, VolumeThing
from viewer.scene.volume_inputs import Graphics, VolumeInputs
from viewer.scene.volume_scene import volume_scene
from viewer.ui.image_notices import paint_notices
from viewer.ui.volume.legend import paint_name, paint_over
from viewer.ui.volume.picking import pick, surface_at
from viewer.ui.volume.printing import BACKGROUND
from viewer.ui.volume.render_thread import Made, RenderThread, Wanted

_STILL_AFTER_MS = 200
_FLIGHT_S = 0.35
_NAME_AFTER_MS = 60
_SLOW_S, _REST = 0.02, 4.0
"""A picture that took longer is followed by a pause of so many times as long."""
_FRAME_MS = 16
_CLICK_DISTANCE = 4
_ZOOM_STEP = 1.15
_WHEEL_STEP = 120


def tr(text: str) -> str:
    """Translate a text of the 3D pane."""
    return QCoreApplication.translate("Volume", text)


@dataclass(frozen=True)
class _Painted:
    """What a picture was made of: nothing else changes it."""

    drawables: tuple[VolumeThing, ...]
    clipping: Box | None
    camera: Camera
    size: tuple[int, int]
    moving: bool


class VolumeCanvas(QWidget):
    """The picture of a 3D pane.

    Parameters
    ----------
    reading, inputs
        The state and what is loaded.
    pane
        Number of the pane.
    on_maximise
        Double click on nothing.
    """

    def __init__(self, reading: Reading, inputs: VolumeInputs, pane: int, *, on_maximise: Callable[[], None]) -> None:
        super().__init__()
        self._reading, self._inputs, self._pane = reading, inputs, pane
        self._on_maximise = on_maximise
        self._pictures: RenderThread | None = None
        self._scene = VolumeScene()
        self._image: QImage | None = None
        self._stale = True
        self._moving = False
        self._press: tuple[Qt.MouseButton, QPointF, Camera] | None = None
        self._last = QPointF()
        self._moved = False
        self._drags = 0
        self._flight: tuple[Camera, Camera, float] | None = None
        self._named: SurfaceDrawable | None = None
        self._mouse_at = QPointF()
        self._painted: _Painted | None = None
        self._asked: _Painted | None = None
        self._name_later = self._timer(_NAME_AFTER_MS, self._name_under_mouse, single=True)
        self._took_s = self._rendered_at = 0.0
        self._later = self._timer(0, self.refresh, single=True)
        self._still = self._timer(_STILL_AFTER_MS, self._come_to_rest, single=True)
        self._flying = self._timer(_FRAME_MS, self._fly_on, single=False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(QSize(64, 64))
        self.setAccessibleName(tr("3D view"))

    @property
    def scene(self) -> VolumeScene:
        """The scene on the screen."""
        return self._scene

    @property
    def is_current(self) -> bool:
        """Whether the picture on the screen shows the reading as it is, at rest: none is being made, and none waits."""
        busy = self._pictures is not None and self._pictures.is_busy
        return not (self._moving or self._stale or busy or self._later.isActive() or self._asked != self._painted)

    @property
    def camera(self) -> Camera | None:
        """The camera in force; None without a stack."""
        state = self._reading.state
        if self._pane >= len(state.panes):
            return None
        pane = state.panes[self._pane]
        if self._flight is not None:
            start, end, begun = self._flight
            return between(start, end, _eased(min((monotonic() - begun) / _FLIGHT_S, 1.0)))
        return pane.volume.camera or self._fitted()

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading; a camera that jumped is flown to."""
        if self._pane >= len(new.panes):
            return
        before = old.panes[self._pane].volume.camera if self._pane < len(old.panes) else None
        after = new.panes[self._pane].volume.camera
        same = self._pane < len(old.panes) and old.panes[self._pane].stack_id == new.panes[self._pane].stack_id
        start, end = before or self._fitted(), after or self._fitted()
        if same and before != after and start and end and self._press is None and self.isVisible():
            self._flight = (start, end, monotonic())
            self._moving = True
            self._flying.start()
        self.refresh()

    def refresh(self) -> None:
        """Make the picture anew at the next paint."""
        self._stale = True
        if not self._waits_for_others():
            self.update()

    def end(self) -> None:
        """Give everything back to OpenGL; the widget is about to go."""
        self._flying.stop()
        self._still.stop()
        self._name_later.stop()
        self._later.stop()
        if self._pictures is not None:
            self._pictures.close()
            self._pictures = None

    def glide(self, camera: Camera) -> None:
        """Take another camera that is one of a row of them: nothing to undo, nothing to fly to."""
        self._take(camera, "")
        self._still.start()

    def picture(self, size: tuple[int, int]) -> QImage | None:
        """Return a picture without words on transparent ground; None where none can be made."""
        graphics, camera = self._inputs.graphics(), self.camera
        if not isinstance(graphics, Graphics) or not graphics.works or camera is None:
            return None
        return self._maker(graphics).make(Wanted(self._scene, camera, size, "still", None))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture and what stands over it."""
        del event
        if self._stale:
            self._make_picture()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(*BACKGROUND))
        ratio = self.devicePixelRatioF()
        if self._image is not None:
            painter.drawImage(self._place_of(self._image), self._image)
        painter.scale(1 / ratio, 1 / ratio)
        size = self._device_size()
        if self._image is not None and self._painted is not None:
            paint_over(painter, self._reading.state, self._scene, self._painted.camera, size, ratio)
            if self._named is not None:
                paint_name(painter, self._reading.state, self._named, self._mouse_at * ratio, size, ratio)
        paint_notices(painter, self._notices(), size, ratio)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn (left), move (middle, or left with Shift) or zoom (right)."""
        self._reading.apply(set_active_pane, self._pane)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        camera = self.camera
        if camera is None:
            return
        self._land()
        button = event.button()
        if button == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            button = Qt.MouseButton.MiddleButton
        self._press, self._last, self._moved = (button, event.position(), camera), event.position(), False
        self._drags += 1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        camera = self.camera
        if self._press is None or camera is None:
            self._mouse_at = event.position()
            if not self._name_later.isActive():
                self._name_later.start()
            return
        self._show_name(None)
        button, start, _ = self._press
        self._moved = self._moved or (event.position() - start).manhattanLength() >= _CLICK_DISTANCE
        if not self._moved:
            return
        step = (event.position() - self._last) / max(self.height(), 1)
        self._last = event.position()
        if button == Qt.MouseButton.LeftButton:
            camera = turned(camera, step.x(), step.y())
        elif button == Qt.MouseButton.MiddleButton:
            camera = moved(camera, step.x(), step.y())
        else:
            camera = zoomed(camera, 2.0 ** (-2.0 * step.y()))
        self._take(camera, f"camera:{self._pane}:{self._drags}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; a click selects the surface that it hit and brings the planes there."""
        pressed, self._press = self._press, None
        if pressed is None or self._moved:
            self._still.start()
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fly to the surface that is hit; on nothing show this viewport alone, or all again."""
        camera = self.camera
        if event.button() != Qt.MouseButton.LeftButton or camera is None:
            return
        self._press = None
        self._reading.apply(set_active_pane, self._pane)
        found = surface_at(self._scene, camera, self._from_middle(event.position()))
        if found is None:
            self._on_maximise()
        else:
            self._reading.apply_undoable("", fly_to, found[1])

    def leaveEvent(self, event: QEvent) -> None:
        """Name nothing any more."""
        super().leaveEvent(event)
        self._name_later.stop()
        self._show_name(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come nearer or go farther."""
        self._reading.apply(set_active_pane, self._pane)
        camera = self.camera
        turned_by = event.angleDelta().y() or event.angleDelta().x()
        if camera is not None and turned_by:
            self._land()
            self._take(zoomed(camera, _ZOOM_STEP ** (turned_by / _WHEEL_STEP)), f"wheel:{self._pane}")
            self._still.start()
        event.accept()

    def _make_picture(self) -> None:
        self._stale = False
        state, graphics = self._reading.state, self._inputs.graphics()
        if self._pane >= len(state.panes) or not isinstance(graphics, Graphics) or not graphics.works:
            self._image = self._painted = self._asked = None
            return
        if self._waits_for_others():
            return
        self._scene = volume_scene(state, self._pane, self._inputs, say=tr)
        # Where none was chosen it is fitted to what there is.
        camera = self.camera
        if camera is None or not self._scene.drawables or min(self.width(), self.height()) < 1:
            self._image = self._painted = self._asked = None
            return
        wanted = _Painted(self._scene.drawables, self._scene.clipping, camera, self._device_size(), self._moving)
        if wanted != self._asked:
            self._asked = wanted
            order = Wanted(self._scene, camera, wanted.size, "moving" if self._moving else "still", BACKGROUND)
            self._maker(graphics).ask(order)

    def _maker(self, graphics: Graphics) -> RenderThread:
        if self._pictures is None:
            self._pictures = RenderThread(self, graphics)
            self._pictures.picture_made.connect(self._take_picture)
            self._pictures.failed.connect(self._raise)
        return self._pictures

    def _take_picture(self, made: Made) -> None:
        if self._asked is None:
            return
        wanted = made.wanted
        self._image, self._rendered_at, self._took_s = made.image, monotonic(), made.took_s
        self._painted = _Painted(
            wanted.scene.drawables, wanted.scene.clipping, wanted.camera, wanted.size, wanted.quality == "moving"
        )
        self.update()

    def _raise(self, error: Exception) -> None:
        raise error

    def _waits_for_others(self) -> bool:
        """Say whether a picture that takes long is made later: the planes beside it need the processor, too.

        What the reader does in this pane itself, turning and zooming, never waits.
        """
        asked = self._asked
        rest_s = _REST * self._took_s - (monotonic() - self._rendered_at)
        if self._painted is None or asked is None or self._took_s < _SLOW_S or rest_s <= 0:
            return False
        if (self.camera, self._moving, self._device_size()) != (asked.camera, asked.moving, asked.size):
            return False
        if not self._later.isActive():
            self._later.start(round(rest_s * 1000) + 1)
        return True

    def _notices(self) -> tuple[Notice, ...]:
        graphics = self._inputs.graphics()
        if not isinstance(graphics, Graphics):
            return (Notice(tr("Getting 3D ready …")),)
        if not graphics.works:
            reason = tr("OpenGL does not work on this machine. Everything else goes on; a newer graphics driver may help.")
            return (Notice(tr("No 3D view"), reason, "warning"),)
        if self._scene.waiting and not self._scene.drawables:
            return (Notice(tr("Making surfaces …")), *self._scene.notices)
        return self._scene.notices

    def _pick_at(self, position: QPointF) -> None:
        camera = self.camera
        if camera is not None:
            pick(self._reading, self._scene, camera, self._from_middle(position))

    def _from_middle(self, position: QPointF) -> tuple[float, float]:
        """Return (across, down) from the middle of the picture, in parts of its height."""
        height = max(self.height(), 1)
        return (position.x() - self.width() / 2) / height, (position.y() - self.height() / 2) / height

    def _name_under_mouse(self) -> None:
        camera = self.camera
        if camera is None or self._press is not None or self._flight is not None:
            return
        found = surface_at(self._scene, camera, self._from_middle(self._mouse_at), coarse=True)
        self._show_name(found[0] if found is not None else None)

    def _show_name(self, surface: SurfaceDrawable | None) -> None:
        if surface is not None or self._named is not None:
            self._named = surface
            self.update()

    def _fitted(self) -> Camera | None:
        state = self._reading.state
        stack = state.stack_of(state.panes[self._pane])
        if stack is None or not stack.in_patient_space:
            return None
        return fitted(self._scene.bounds or stack_box(stack))

    def _take(self, camera: Camera, merge_key: str) -> None:
        """Take another camera; without a key it is no step of undo."""
        self._moving = True
        self._still.stop()
        self._flight = None
        # A drag is not flown to.
        press, self._press = self._press, self._press or (Qt.MouseButton.NoButton, self._last, camera)
        if merge_key:
            self._reading.apply_undoable(merge_key, set_camera, self._pane, camera)
        else:
            self._reading.apply(set_camera, self._pane, camera)
        self._press = press

    def _land(self) -> None:
        self._flight = None
        self._flying.stop()

    def _fly_on(self) -> None:
        if self._flight is None or monotonic() - self._flight[2] >= _FLIGHT_S:
            self._land()
            self._still.start()
        self.refresh()

    def _come_to_rest(self) -> None:
        self._moving = False
        self.refresh()

    def _place_of(self, image: QImage) -> QRectF:
        """Return where a picture lies: its height is that of the widget, though it was made for another size."""
        width = self.height() * image.width() / image.height()
        return QRectF((self.width() - width) / 2, 0.0, width, float(self.height()))

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def _timer(self, milliseconds: int, call: Callable[[], None], *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer


def _eased(share: float) -> float:
    """Return how far a flight is: slow at both ends."""
    return float(share * share * (3 - 2 * share))
