"""A whole program in a test: opened on paths, driven by mouse and keys, looked at by its pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from viewer.app.window import Program
from viewer.domain.overlay import Overlay
from viewer.reading.state import ReadingState
from viewer.ui.layers.row import LayerRow
from viewer.ui.slice.canvas import SHARPEN_AFTER_MS, SliceCanvas
from viewer.ui.tree_model import NODE_ROLE
from viewer.ui.turns import Later
from viewer.ui.volume.canvas import VolumeCanvas

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
_PATIENCE_S = 60.0
_BLINK_S = 0.05
"""Longer than every timer by which panels and images follow the state a moment later."""


class Driven:
    """One program. Every act ends when nothing is left to do: no job, no waiting refresh."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window
        self._closed = False

    @classmethod
    def started(cls, application: QApplication, folder: Path) -> Driven:
        """Start a program whose settings and reviews lie below a folder: started again there, it finds them."""
        settings = folder / "settings" / "settings.json"
        return cls(Program(application, settings_path=settings, data_folder=folder / "user"))

    def show_active(self, qtbot: QtBot) -> None:
        """Show the window and give it the keyboard."""
        with qtbot.waitActive(self.window, timeout=10_000):
            self.window.show()
            self.window.activateWindow()

    # state

    @property
    def state(self) -> ReadingState:
        return self.program.reading.state

    @property
    def frame(self) -> int:
        return self.state.pane.frame

    def open(self, *paths: Path) -> None:
        self.program.open_paths(list(paths))
        self.wait_idle()

    def wait_idle(self) -> None:
        """Process events until no scan and no job is left, and then as long as the panels lag behind."""
        deadline = monotonic() + _PATIENCE_S
        quiet_since: float | None = None
        while quiet_since is None or monotonic() - quiet_since < _BLINK_S:
            assert monotonic() < deadline, self.program.progress()
            QTest.qWait(5)
            lagging = any(one.is_waiting for one in self.window.findChildren(Later))
            busy = self.state.content.scanning or not self.program.runner.idle or lagging
            busy = busy or any(one.isVisible() and not one.is_current for one in self.window.findChildren(VolumeCanvas))
            quiet_since = None if busy else quiet_since or monotonic()

    def overlay(self, kind: str, label: str = "") -> Overlay:
        """The only overlay of a kind whose label holds a text."""
        (found,) = (one for one in self.state.content.overlays.values() if one.kind == kind and label in one.label)
        return found

    # the images

    def canvas(self, pane: int | None = None) -> SliceCanvas:
        return self.window.grid.viewports[self.state.active_pane if pane is None else pane].canvas

    def pixels(self, pane: int | None = None) -> NDArray[np.int64]:
        """The viewport as it stands on the screen, at rest and with the mouse elsewhere: (height, width, 3)."""
        QApplication.sendEvent(self.canvas(pane), QEvent(QEvent.Type.Leave))
        QTest.qWait(SHARPEN_AFTER_MS + 20)
        return pixels_of(self.canvas(pane))

    def spot(self, column: float, row: float, pane: int | None = None) -> QPoint:
        """The widget position at an image position (corner origin: pixel i has its centre at i + 0.5)."""
        geometry = self.canvas(pane).geometry_shown
        assert geometry is not None
        x, y = np.floor(geometry.to_view((column, row))).astype(int).tolist()
        return QPoint(x, y)

    def spots(self, pixels: NDArray[np.integer], pane: int | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns in ``pixels()`` of the centres of image pixels (n, 2), given as (row, column) indices."""
        geometry = self.canvas(pane).geometry_shown
        assert geometry is not None
        found = np.floor(geometry.to_view(pixels[:, ::-1] + 0.5)).astype(int)
        return found[:, 1], found[:, 0]

    def click(self, spot: QPoint, pane: int | None = None) -> None:
        QTest.mouseClick(self.canvas(pane), LEFT, NONE, spot)
        self.wait_idle()

    def double_click(self, spot: QPoint, pane: int | None = None) -> None:
        QTest.mouseDClick(self.canvas(pane), LEFT, NONE, spot)
        self.wait_idle()

    def drag(self, start: QPoint, by: QPoint, button: Qt.MouseButton = LEFT) -> None:
        canvas = self.canvas()
        for kind, at in (
            (QEvent.Type.MouseButtonPress, start),
            (QEvent.Type.MouseMove, start + by / 2),
            (QEvent.Type.MouseMove, start + by),
            (QEvent.Type.MouseButtonRelease, start + by),
        ):
            pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
            event = QMouseEvent(kind, QPointF(at), QPointF(canvas.mapToGlobal(at)), pressed, held, NONE)
            QApplication.sendEvent(canvas, event)
        self.wait_idle()

    def wheel(self, steps: int, modifiers: Qt.KeyboardModifier = NONE, pane: int | None = None) -> None:
        """Turn the wheel; positive steps are away from the user."""
        canvas = self.canvas(pane)
        at = canvas.rect().center()
        for _ in range(abs(steps)):
            turned = QPoint(0, 120 if steps > 0 else -120)
            event = QWheelEvent(
                QPointF(at),
                QPointF(canvas.mapToGlobal(at)),
                QPoint(),
                turned,
                Qt.MouseButton.NoButton,
                modifiers,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(canvas, event)
        self.wait_idle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press and release a key where the focus is."""
        QTest.keyClick(self._focus(), key, modifiers)
        self.wait_idle()

    def press(self, key: Qt.Key) -> None:
        QTest.keyPress(self._focus(), key)
        self.wait_idle()

    def release(self, key: Qt.Key) -> None:
        QTest.keyRelease(self._focus(), key)
        self.wait_idle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focus(), text)
        self.wait_idle()

    def focus_images(self) -> None:
        self.canvas().setFocus()
        QTest.qWait(1)

    # the layers panel

    def layer_rows(self) -> list[LayerRow]:
        # The rows follow a blink later; the mouse reaches them only while the panel is in front.
        if self.window.panels.layers.visibleRegion().isEmpty():
            self.window.panels.docks.show_panel("layers")
            self.wait_idle()
        self.window.panels.layers.refresh()
        return self.window.panels.layers.model.nodes()

    def layer_row(self, overlay: Overlay, part: int | None = None) -> LayerRow:
        (found,) = (
            row
            for row in self.layer_rows()
            if row.overlay == overlay.instance and row.part == part and row.kind == ("object" if part is None else "part")
        )
        return found

    def click_layer(self, overlay: Overlay, part: int | None, area: str, *, at: float = 0.5) -> None:
        """Click an area of a row (eye, solo, bar, swatch, jump, name, or a word of its choices) with the mouse."""
        view = self.window.panels.layers.view
        index = view.model().index_of(self.layer_row(overlay, part).key)  # type: ignore[attr-defined]
        view.scrollTo(index)
        areas = view.areas(index)
        choices = {word: place for _, word, place in areas.choices}
        place = choices[area] if area in choices else getattr(areas, area)
        assert not place.isEmpty(), (area, areas)
        spot = QPoint(place.x() + round(place.width() * at), place.center().y())
        assert view.viewport().rect().contains(spot), (area, spot)
        if area == "name double":
            QTest.mouseDClick(view.viewport(), LEFT, NONE, spot)
        else:
            QTest.mouseClick(view.viewport(), LEFT, NONE, spot)
        self.wait_idle()

    def double_click_layer(self, overlay: Overlay, part: int) -> None:
        """Double click a row's name as a hand does it: at one place of the window, whatever the first click moves."""
        view = self.window.panels.layers.view
        index = view.model().index_of(self.layer_row(overlay, part).key)  # type: ignore[attr-defined]
        view.scrollTo(index, view.ScrollHint.PositionAtBottom)
        spot = view.viewport().mapTo(self.window, view.areas(index).name.center())
        handle = self.window.windowHandle()
        QTest.mouseClick(handle, LEFT, NONE, spot)
        self.wait_idle()
        QTest.mouseDClick(handle, LEFT, NONE, spot)
        self.wait_idle()

    def browser_names(self) -> list[str]:
        return [row.name for row in self.window.panels.browser.model.nodes()]

    def action(self, action_id: str) -> None:
        action = self.window.actions_table[action_id]
        assert action.isEnabled(), action_id
        action.trigger()
        self.wait_idle()

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = monotonic() + _PATIENCE_S
        while not holds():
            assert monotonic() < deadline
            QTest.qWait(5)

    @property
    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if not self.window.close():
            # An unfinished review is said once; who closes again means it.
            self.window.close()
        self.program.close()
        self.window.deleteLater()
        QTest.qWait(1)

    def _focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found


def pixels_of(widget: QWidget) -> NDArray[np.int64]:
    """(height, width, 3) of a widget as it is painted."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int64)


def names_of(rows: Sequence[LayerRow]) -> list[str]:
    return [row.name for row in rows]


__all__ = ["NODE_ROLE", "Driven", "names_of", "pixels_of"]
