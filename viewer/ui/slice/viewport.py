"""One viewport: canvas, slice strip, the frame that says which is active, and where a dragged series may be dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.other_patient import shows_another_patient, shows_foreign_result
from viewer.ui.slice.canvas import SliceCanvas
from viewer.ui.slice.cine_bar import CineBar
from viewer.ui.slice.pointing import CanvasCalls
from viewer.ui.slice.strip import SliceStrip
from viewer.ui.slice.volume_slider import VolumeSlider
from viewer.ui.stack_drag import dragged_pane, dragged_stack
from viewer.ui.theme.tokens import DARK


class _Frame(QWidget):
    """Paints the edge over the canvas, so that a change of it costs no scene."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.width_px = 0
        self.color = DARK.accent

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edge."""
        del event
        if not self.width_px:
            return
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self.color), self.width_px))
        inset = self.width_px / 2
        painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))
        painter.end()


class VolumeWidget(Protocol):
    """A widget that shows the pane's stack in 3D."""

    @property
    def widget(self) -> QWidget:
        """What stands in the viewport."""

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading."""

    def refresh(self) -> None:
        """Make the picture anew."""

    def end(self) -> None:
        """Give everything back; the widget is about to go."""


@dataclass(frozen=True)
class ViewportCalls:
    """What a viewport tells and asks its owner.

    ``on_drop``: the id of a stack that was dropped here; ``on_fuse``: with Alt held, to be laid over the image.
    ``on_swap``: the number of the pane whose picture was dropped here. ``real_pace``: how many frames a second it really
    shows. ``volume``: makes the widget that shows a stack in 3D, when it is asked for the first time.
    """

    on_drop: Callable[[str], None]
    on_fuse: Callable[[str], None]
    on_swap: Callable[[int], None]
    real_pace: Callable[[], float | None]
    volume: Callable[[], VolumeWidget] | None = None


class Viewport(QWidget):
    """A canvas with its strip.

    Parameters
    ----------
    calls
        What the canvas tells its owner, with what else a viewport tells.
    """

    def __init__(
        self, reading: Reading, store: SceneInputs, pane: int, calls: CanvasCalls, viewport_calls: ViewportCalls
    ) -> None:
        super().__init__()
        self.canvas = SliceCanvas(reading, store, pane, calls)
        self.strip = SliceStrip(reading, pane)
        self._pane, self._calls, self._dragged_over = pane, viewport_calls, False
        self._active = self._mixed = self._in_3d = False
        self.volumes = VolumeSlider(reading, pane)
        self.cine = CineBar(reading, store, pane, real_pace=viewport_calls.real_pace, give_back=self.canvas.setFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.strip)
        self._row = row
        self.volume: VolumeWidget | None = None
        column.addLayout(row, 1)
        column.addWidget(self.volumes)
        column.addWidget(self.cine)
        self._frame = _Frame(self)
        self.setAcceptDrops(True)
        self.on_changed(reading.state, reading.state)

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading."""
        self._show_kind(new)
        if self.volume is not None:
            self.volume.on_changed(old, new)
        self.canvas.on_changed(old, new)
        if not self._in_3d:
            self.strip.on_changed(old, new)
        self.volumes.on_changed(new)
        self.cine.on_changed(new)
        self._active = new.active_pane == self._pane and len(new.panes) > 1
        shown = new.panes[self._pane] if self._pane < len(new.panes) else None
        self._mixed = shown is not None and (shows_another_patient(new, shown) or shows_foreign_result(new, shown))
        self._show_frame()

    @property
    def picture(self) -> QWidget:
        """The picture that is shown: a slice, or all in 3D."""
        return self.volume.widget if self.volume is not None and self._in_3d else self.canvas

    def refresh(self) -> None:
        """Make the picture anew: something was delivered."""
        if self.volume is not None and self._in_3d:
            self.volume.refresh()
        else:
            self.canvas.refresh()

    def end(self) -> None:
        """Give everything back; the viewport is about to go."""
        if self.volume is not None:
            self.volume.end()

    def _show_kind(self, state: ReadingState) -> None:
        """Show a slice, or a widget for 3D, which is made when it is wanted for the first time."""
        make = self._calls.volume
        in_3d = make is not None and self._pane < len(state.panes) and state.panes[self._pane].kind == "volume"
        if in_3d and self.volume is None and make is not None:
            self.volume = make()
            self._row.addWidget(self.volume.widget, 1)
        if in_3d == self._in_3d:
            return
        self._in_3d = in_3d
        self.canvas.setVisible(not in_3d)
        if in_3d:
            # Whether a slice has a strip is for the strip to say.
            self.strip.hide()
        if self.volume is not None:
            self.volume.widget.setVisible(in_3d)
        self._frame.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the frame over everything."""
        del event
        self._frame.setGeometry(self.rect())
        self._frame.raise_()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a stack or another viewport's picture; anything else is the window's."""
        pane = dragged_pane(event.mimeData())
        if dragged_stack(event.mimeData()) is not None or (pane is not None and pane != self._pane):
            event.acceptProposedAction()
            self._dragged_over = True
            self._show_frame()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the drag."""
        del event
        self._dragged_over = False
        self._show_frame()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show the dropped stack (with Alt over the image), or change places with the dropped picture."""
        self._dragged_over = False
        self._show_frame()
        stack_id = dragged_stack(event.mimeData())
        if stack_id is not None:
            event.acceptProposedAction()
            over = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            (self._calls.on_fuse if over else self._calls.on_drop)(stack_id)
        pane = dragged_pane(event.mimeData())
        if pane is not None:
            event.acceptProposedAction()
            self._calls.on_swap(pane)

    def _show_frame(self) -> None:
        width_px = 2 if self._dragged_over or self._mixed else int(self._active)
        color = DARK.warning if self._mixed and not self._dragged_over else DARK.accent
        if (width_px, color) != (self._frame.width_px, self._frame.color):
            self._frame.width_px, self._frame.color = width_px, color
            # It lies over the picture, which is painted with it.
            self._frame.update()
