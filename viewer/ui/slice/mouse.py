"""What the mouse does in a viewport: one literal table from button and modifier to a drag, and the drags themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt

from viewer.domain.image_attributes import LookupTable, Window
from viewer.geometry.plane import Plane, to_vector
from viewer.reading.changes.crosshair import set_crosshair
from viewer.reading.changes.workspace import set_view, set_window
from viewer.reading.key_images import go_to
from viewer.reading.reading import Reading
from viewer.reading.state import Tool, View, WindowChoice
from viewer.scene.view_geometry import ViewGeometry, panned, zoomed_about

Drag = Literal["window", "pan", "zoom", "scroll", "crosshair", "carry"]

BUTTONS: dict[Qt.MouseButton, Drag | Literal["tool"]] = {
    Qt.MouseButton.LeftButton: "tool",
    Qt.MouseButton.MiddleButton: "pan",
    Qt.MouseButton.RightButton: "zoom",
}
"""Left follows the chosen tool; Shift + left pans; Ctrl + left carries the picture to another viewport."""
TOOLS: dict[Tool, Drag] = {
    "window": "window",
    "pan": "pan",
    "zoom": "zoom",
    "scroll": "scroll",
    "crosshair": "crosshair",
}
"""Tools that are drags of the picture; the others measure."""

CLICK_DISTANCE = 4
"""A press that moves less (logical pixels) is a click."""
ZOOM_STEP = 1.15
_ZOOM_PIXELS = 160.0
_SCROLL_PIXELS = 6.0
_WINDOW_PIXELS = 400.0


def drag_of(button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, tool: Tool) -> Drag | None:
    """Return what a press begins; None with a measuring tool, which ``measuring`` follows."""
    if button == Qt.MouseButton.LeftButton and modifiers & Qt.KeyboardModifier.ShiftModifier:
        return "pan"
    if button == Qt.MouseButton.LeftButton and modifiers & Qt.KeyboardModifier.ControlModifier:
        return "carry"
    found = BUTTONS.get(button)
    if found != "tool":
        return found
    return TOOLS.get(tool)


@dataclass(frozen=True)
class DragStart:
    """How things stood when a button was pressed. Positions are device pixels."""

    drag: Drag
    at: QPointF
    view: View
    geometry: ViewGeometry
    plane: Plane
    window: Window | LookupTable | None
    frame: int
    merge_key: str
    partners: tuple[int, ...] = ()
    """Panes that take the window too."""


def follow_drag(reading: Reading, pane: int, start: DragStart, now: QPointF) -> None:
    """Change the reading as far as the mouse has moved since the press."""
    moved = now - start.at
    if start.drag == "window":
        if start.window is not None:
            choice = dragged_window(start.window, moved.x() / start.geometry.ratio, moved.y() / start.geometry.ratio)
            reading.apply_undoable(start.merge_key, set_window, pane, choice, start.partners)
    elif start.drag == "pan":
        view = panned(start.view, start.geometry, (moved.x(), moved.y()))
        reading.apply_undoable(start.merge_key, set_view, pane, view)
    elif start.drag == "zoom":
        factor = 2.0 ** (-moved.y() / start.geometry.ratio / _ZOOM_PIXELS)
        view = zoomed_about(start.view, start.geometry, (start.at.x(), start.at.y()), factor)
        reading.apply_undoable(start.merge_key, set_view, pane, view)
    elif start.drag == "crosshair":
        point = start.plane.point_patient(start.geometry.to_image((now.x(), now.y())))
        reading.apply(set_crosshair, pane, to_vector(point))
    else:
        steps = int(moved.y() / start.geometry.ratio / _SCROLL_PIXELS)
        reading.apply(go_to, pane, start.frame + steps)


def dragged_window(window: Window | LookupTable, right: float, down: float) -> WindowChoice:
    """Return the window after a drag in logical pixels: right is wider (less contrast), up is brighter."""
    if isinstance(window, LookupTable):
        width = float(len(window.entries))
        center = window.first + width / 2
    else:
        center, width = window.center, window.width
    step = max(width, 1e-6) / _WINDOW_PIXELS
    whole = width >= 20
    new_width = max(width + right * step * 2, 1.0 if whole else 1e-6)
    new_center = center + down * step
    if whole:
        new_width, new_center = float(round(new_width)), float(round(new_center))
    return WindowChoice(source="user", center=new_center, width=new_width)
