"""A hand on the mouse over the first of several viewports."""

from __future__ import annotations

from types import SimpleNamespace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def at(shown: SimpleNamespace, column: float, row: float) -> QPointF:
    """The widget position of an image position."""
    x, y = shown.canvas.geometry_shown.to_view((column, row)).tolist()
    return QPointF(x, y)


def mouse(shown: SimpleNamespace, kind: QEvent.Type, position: QPointF, button=LEFT, modifiers=NONE) -> None:
    buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    where = shown.canvas.mapToGlobal(position)
    QApplication.sendEvent(shown.canvas, QMouseEvent(kind, position, where, pressed, buttons, modifiers))


def drag(shown: SimpleNamespace, start: QPointF, by: QPointF, button=LEFT, modifiers=NONE) -> None:
    mouse(shown, QEvent.Type.MouseButtonPress, start, button, modifiers)
    mouse(shown, QEvent.Type.MouseMove, start + by, button, modifiers)
    mouse(shown, QEvent.Type.MouseButtonRelease, start + by, button, modifiers)
    shown.grid.grab()


def wheel(shown: SimpleNamespace, position: QPointF, turned: int, modifiers=NONE, over: QWidget | None = None) -> None:
    over = over or shown.canvas
    where = over.mapToGlobal(position)
    event = QWheelEvent(
        position,
        where,
        QPoint(0, 0),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(over, event)
    shown.grid.grab()
