"""Where the window stands: as it was left, else over the whole screen, and never larger than the screen."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

USUAL_SIZE = (1600, 960)
_PART_OF_SCREEN = 0.9
"""Leaves room for the frame that the desktop puts around it."""


class Place(Protocol):
    """How a window was left: size and place, docks; base64, empty when it was never shown."""

    @property
    def window_geometry(self) -> str: ...
    @property
    def window_layout(self) -> str: ...


def restore_place(window: QMainWindow, place: Place) -> None:
    """Give a window the size and place it was left with."""
    window.resize(*USUAL_SIZE)
    if place.window_geometry:
        window.restoreGeometry(QByteArray.fromBase64(place.window_geometry.encode()))


def restore_docks(window: QMainWindow, place: Place) -> None:
    """Give a window that shows its docks the places and widths they were left with, and close those that were closed."""
    if place.window_layout:
        window.restoreState(QByteArray.fromBase64(place.window_layout.encode()))


def place_of(window: QMainWindow, *, with_docks: bool) -> dict[str, Any]:
    """Return the settings that bring a window back as it stands now."""
    values: dict[str, Any] = {"window_geometry": bytes(window.window().saveGeometry().toBase64().data()).decode()}
    if with_docks:
        values["window_layout"] = bytes(window.saveState().toBase64().data()).decode()
    return values


def show_fitting(window: QMainWindow, place: Place) -> None:
    """Show a window: as it was left, when that fits the screen; the first time over the whole screen.

    Images want all the room there is, and a window that hangs over the edge hides its own panels.
    """
    room = window.screen().availableGeometry()
    if not place.window_geometry or window.width() > room.width() or window.height() > room.height():
        # What it goes back to when it fills the screen no longer.
        window.resize(window.size().boundedTo(room.size() * _PART_OF_SCREEN))
        window.showMaximized()
    else:
        window.show()
