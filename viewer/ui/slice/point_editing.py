"""Moving points of contours and of lines of reports with the mouse, in one viewport: handles, and what is held."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewer.domain.edit import MovePoint, PartEdits
from viewer.domain.issues import Issue
from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane
from viewer.reading.changes.editing import edit_part, hold_point
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.edited import edits_of, selected_points
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.representations.edited_points import PlacedPoint, moved_to, part_with_points, points_on_plane
from viewer.scene.findings_shown import finding_of_part
from viewer.ui.record_time import now
from viewer.ui.slice.pointing import PointedAt
from viewer.ui.theme.tokens import ON_IMAGE

REACH = 7.0
"""Logical pixels around a point within which a press takes hold of it."""
_HANDLE = 3.0
_HELD = 4.5
_NONE = PartEdits()

_Shown = tuple[Overlay, tuple[PlacedPoint, ...]]


class PointEditing:
    """The points of the selected part in one pane; nothing while another tool is in use.

    Parameters
    ----------
    refuse
        Takes why a press changes nothing.
    """

    def __init__(self, reading: Reading, pane: int, picture: PointedAt, refuse: Callable[[Issue], None]) -> None:
        self._reading, self._pane, self._picture, self._refuse = reading, pane, picture, refuse
        self._held: PlacedPoint | None = None
        self._last: MovePoint | None = None
        self._holds = 0
        self._known: tuple[Overlay, int, PartEdits, Plane, _Shown] | None = None

    @property
    def is_down(self) -> bool:
        """Whether a point is held with the button down."""
        return self._held is not None

    def press(self, button: Qt.MouseButton, position: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Take hold of the point under the mouse; False where there is none: then the press selects."""
        others = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if button != Qt.MouseButton.LeftButton or modifiers & others:
            return False
        found = self._nearest(position)
        if found is None:
            self._reading.apply(hold_point, None)
            return False
        self._reading.apply(set_active_pane, self._pane)
        self._picture.take_focus()
        self._held, self._last = found, None
        self._holds += 1
        self._reading.apply(hold_point, (found.place, found.point))
        return True

    def move(self, position: QPointF) -> None:
        """Bring the held point to the mouse."""
        state, geometry, plane = self._reading.state, self._picture.geometry_shown, self._picture.scene.plane
        shown, target = self._shown(), selected_points(state)
        if self._held is None or geometry is None or plane is None or shown is None or target is None:
            return
        ratio = self._picture.devicePixelRatioF()
        column, row = geometry.to_image((position.x() * ratio, position.y() * ratio)).tolist()
        to = moved_to(shown[0], self._held.place, plane, (column, row))
        if to is None:
            return
        edit = MovePoint(self._held.place, self._held.point, to)
        finding = finding_of_part(state, Selection(*target))
        key = f"point:{self._pane}:{self._holds}"
        self._reading.apply_undoable(key, edit_part, target, edit, self._last, finding, now())
        self._last = edit

    def release(self) -> None:
        """Let go; the point stays the one that keys act on."""
        if self._held is not None:
            self._reading.end_step()
        self._held = self._last = None

    def paint(self, painter: QPainter) -> None:
        """Paint the points as handles on a painter whose unit is the logical pixel."""
        shown, geometry = self._shown(), self._picture.geometry_shown
        if shown is None or geometry is None:
            return
        held, ratio = self._reading.state.held_point, self._picture.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in shown[1]:
            x, y = (np.asarray(geometry.to_view(one.position)) / ratio).tolist()
            is_held = held == (one.place, one.point)
            size = _HELD if is_held else _HANDLE
            painter.setPen(QPen(QColor(ON_IMAGE.outline), 1.0))
            painter.setBrush(QColor(ON_IMAGE.mark if is_held else ON_IMAGE.selected))
            painter.drawRect(QRectF(x - size, y - size, 2 * size, 2 * size))

    def _nearest(self, position: QPointF) -> PlacedPoint | None:
        shown, geometry = self._shown(), self._picture.geometry_shown
        if shown is None or geometry is None or not shown[1]:
            return None
        ratio = self._picture.devicePixelRatioF()
        places = np.asarray(geometry.to_view(np.array([one.position for one in shown[1]]))) / ratio
        distance = np.hypot(places[:, 0] - position.x(), places[:, 1] - position.y())
        best = int(distance.argmin())
        return shown[1][best] if float(distance[best]) <= REACH else None

    def _shown(self) -> _Shown | None:
        """Return the selected part as it was edited, with its points on the plane that is on the screen."""
        state, plane = self._reading.state, self._picture.scene.plane
        target = selected_points(state) if state.tool == "points" else None
        if target is None or plane is None or self._picture.frame_shown is None:
            return None
        overlay, edits = state.content.overlays[target[0]], edits_of(state, *target) or _NONE
        known = self._known
        if known is not None and known[0] is overlay and known[1:4] == (target[1], edits, plane):
            return known[4]
        alone = part_with_points(overlay, target[1], edits.edits)
        found = (alone, points_on_plane(alone, plane))
        self._known = (overlay, target[1], edits, plane, found)
        return found
