"""The mouse on the lines of planes: their middle moves the crosshair, a line shifts its plane, an end of it turns both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap

from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.reading.changes.crosshair import joins_planes, set_crosshair
from viewer.reading.changes.planes import turn_planes
from viewer.reading.reading import Reading
from viewer.scene.drawables import CrosshairDrawable, Scene
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.theme.icons import pixmap

CENTER_REACH, LINE_REACH = 12.0, 6.0
"""Logical pixels within which the middle and a line are taken hold of."""
OUTER: Final = 0.7
"""From this part of the way between the middle and the edge of the pane on, a line turns."""
_SHORTEST = 60.0
_CURSOR_SIZE = 22
_SLANTED = 0.38
"""Sine of an angle from which a line counts as slanted."""


class Crossed(Protocol):
    """The picture that the lines lie on."""

    @property
    def scene(self) -> Scene:
        """The scene on the screen."""

    @property
    def geometry_shown(self) -> ViewGeometry | None:
        """How the scene lies in the widget; None before the first paint."""


@dataclass(frozen=True)
class Grip:
    """What a press takes hold of. ``along`` is the direction of the line on the screen, ``center`` the middle."""

    kind: Literal["center", "shift", "turn"]
    center: tuple[float, float]
    along: tuple[float, float] = (1.0, 0.0)


@dataclass(frozen=True)
class _Held:
    grip: Grip
    start: QPointF
    geometry: ViewGeometry
    plane: Plane
    merge_key: str


class PlaneMouse:
    """Follows presses on the lines of a pane that shows where planes through a stack meet. Positions are device pixels."""

    def __init__(self, reading: Reading, pane: int, picture: Crossed) -> None:
        self._reading, self._pane, self._picture = reading, pane, picture
        self._held: _Held | None = None
        self._last = 0.0
        self._presses = 0

    @property
    def is_held(self) -> bool:
        """Whether a press on a line has not ended."""
        return self._held is not None

    def grip_at(self, at: QPointF) -> Grip | None:
        """Return what a press would take hold of; None for nothing."""
        geometry, state = self._picture.geometry_shown, self._reading.state
        cross = next((one for one in self._picture.scene.drawables if isinstance(one, CrosshairDrawable)), None)
        if cross is None or geometry is None or self._pane >= len(state.panes) or not joins_planes(state):
            return None
        center = geometry.to_view(cross.at)
        way = np.array([at.x(), at.y()]) - center
        middle = (float(center[0]), float(center[1]))
        if float(np.hypot(*way)) <= CENTER_REACH * geometry.ratio:
            return Grip("center", middle)
        found: list[tuple[float, Grip]] = []
        for direction in cross.along:
            along = geometry.linear @ np.asarray(direction)
            along = along / np.hypot(*along)
            aside = abs(float(way[0] * along[1] - way[1] * along[0]))
            if aside <= LINE_REACH * geometry.ratio:
                kind = self._kind(center, along * np.sign(way @ along), float(abs(way @ along)), geometry)
                found.append((aside, Grip(kind, middle, (float(along[0]), float(along[1])))))
        return min(found, key=lambda one: one[0])[1] if found else None

    def press(self, at: QPointF) -> bool:
        """Say whether a press was on a line, and take hold of it."""
        grip, geometry, plane = self.grip_at(at), self._picture.geometry_shown, self._picture.scene.plane
        if grip is None or geometry is None or plane is None:
            return False
        self._presses += 1
        self._held = _Held(grip, at, geometry, plane, f"turn-planes:{self._pane}:{self._presses}")
        self._last = _angle(at, grip.center)
        return True

    def move(self, at: QPointF) -> None:
        """Follow the held mouse."""
        held = self._held
        if held is None:
            return
        if held.grip.kind == "turn":
            self._turn(held, at)
            return
        moved = np.array([at.x() - held.start.x(), at.y() - held.start.y()])
        if held.grip.kind == "shift":
            across = np.array([-held.grip.along[1], held.grip.along[0]])
            moved = across * float(moved @ across)
        rows, columns = held.plane.shape
        wanted = held.geometry.to_image(np.asarray(held.grip.center) + moved)
        inside = np.clip(wanted, (0.5, 0.5), (columns - 0.5, rows - 0.5))
        self._reading.apply(set_crosshair, self._pane, to_vector(held.plane.point_patient(inside)))

    def release(self) -> None:
        """Let go."""
        self._held = None

    def cursor_at(self, at: QPointF, ratio: float) -> Qt.CursorShape | QCursor | None:
        """Return the cursor that says what a press would do; None where it would take hold of nothing."""
        grip = self._held.grip if self._held is not None else self.grip_at(at)
        if grip is None:
            return None
        if grip.kind == "center":
            return Qt.CursorShape.SizeAllCursor
        if grip.kind == "turn":
            return _turning_cursor(ratio)
        across, down = grip.along
        if abs(down) < _SLANTED:
            return Qt.CursorShape.SizeVerCursor
        if abs(across) < _SLANTED:
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.SizeBDiagCursor if across * down > 0 else Qt.CursorShape.SizeFDiagCursor

    def _kind(
        self, center: FloatArray, outwards: FloatArray, distance: float, geometry: ViewGeometry
    ) -> Literal["shift", "turn"]:
        """Return what a place on an arm is for; a plane of the frames themselves does not turn the others."""
        state = self._reading.state
        stack = state.stack_of(state.panes[self._pane])
        if stack is None or not stack.resliced:
            return "shift"
        length = _to_edge(center, outwards, geometry.size)
        return "turn" if length > _SHORTEST * geometry.ratio and distance > OUTER * length else "shift"

    def _turn(self, held: _Held, at: QPointF) -> None:
        now = _angle(at, held.grip.center)
        by = (now - self._last + 180.0) % 360.0 - 180.0
        self._last = now
        if float(np.linalg.det(held.geometry.linear)) < 0:
            by = -by
        if by:
            self._reading.apply_undoable(held.merge_key, turn_planes, self._pane, by)


def _angle(at: QPointF, center: tuple[float, float]) -> float:
    """Return the angle in degrees of a point seen from another, clockwise on a screen."""
    return float(np.degrees(np.arctan2(at.y() - center[1], at.x() - center[0])))


def _to_edge(start: FloatArray, direction: FloatArray, size: tuple[int, int]) -> float:
    """Return how far it is from a point to the edge of a pane in a direction."""
    ways = [
        ((size[axis] if direction[axis] > 0 else 0.0) - start[axis]) / direction[axis]
        for axis in range(2)
        if abs(direction[axis]) > 1e-9
    ]
    return float(max(min(ways), 0.0))


def _turning_cursor(ratio: float) -> QCursor:
    """Return a white turning arrow on a dark one, so that it shows on any grey."""
    made = QPixmap(round(_CURSOR_SIZE * ratio), round(_CURSOR_SIZE * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    ink, paper = QColor(Qt.GlobalColor.black).name(), QColor(Qt.GlobalColor.white).name()
    for x, y, color in ((0, 1, ink), (2, 1, ink), (1, 0, ink), (1, 2, ink), (1, 1, paper)):
        painter.drawPixmap(x, y, pixmap("rotate-cw", color, _CURSOR_SIZE - 2, ratio))
    painter.end()
    return QCursor(made)
