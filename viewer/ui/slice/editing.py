"""Editing a segment with the mouse in one viewport: strokes of the brush, clicks on pieces, and the ring that is the brush.

A stroke becomes part of the reading with every move of the mouse: all viewports show it as it grows, and it is one step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QWheelEvent

from viewer.domain.edit import Brush, Edit, Island
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.registered import bent_onto, move_to
from viewer.geometry.plane import Plane, to_vector
from viewer.reading.changes.editing import edit_part, resize_brush
from viewer.reading.changes.layers import select
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.edited import lies_by_place, why_not_edited
from viewer.reading.reading import Reading
from viewer.reading.state import EditTool, ReadingState, Selection
from viewer.representations.edited_part import refused
from viewer.scene.cursor import cursor_info
from viewer.scene.findings_shown import finding_of_part
from viewer.scene.inputs import SceneInputs
from viewer.ui.record_time import now
from viewer.ui.slice.point_editing import PointEditing
from viewer.ui.slice.pointing import PointedAt
from viewer.ui.theme.tokens import ON_IMAGE

BRUSHES: frozenset[EditTool] = frozenset({"brush", "eraser"})
ISLANDS: frozenset[EditTool] = frozenset({"keep_island", "remove_island"})
POINTS: frozenset[EditTool] = frozenset({"points"})
_CORNERS = 64
_STEP_RADII = 0.2
"""Parts of the radius that the mouse must go before the path has another point: less is not to be seen."""

_WHEEL_STEP = 120

Point = tuple[float, float]


@dataclass(frozen=True)
class _Stroke:
    target: tuple[InstanceKey, int]
    brush: Brush
    merge_key: str


class Editing:
    """The editing of one pane; nothing while another tool is in use.

    Parameters
    ----------
    refuse
        Takes why a press changes nothing.
    """

    def __init__(
        self, reading: Reading, inputs: SceneInputs, pane: int, picture: PointedAt, refuse: Callable[[Issue], None]
    ) -> None:
        self._reading, self._inputs, self._pane, self._picture, self._refuse = reading, inputs, pane, picture, refuse
        self._stroke: _Stroke | None = None
        self._strokes = 0
        self._mouse: QPointF | None = None
        self._swallows = False
        self._turned = 0
        self._points = PointEditing(reading, pane, picture, refuse)

    @property
    def is_down(self) -> bool:
        """Whether the button is down for editing."""
        return self._swallows or self._points.is_down

    @property
    def is_over(self) -> bool:
        """Whether the mouse is over the picture with a tool that edits."""
        return self._mouse is not None and _edit_tool(self._reading.state) is not None

    def press(self, button: Qt.MouseButton, position: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Begin a stroke, or take a piece; False with another tool or button, and with keys that mean something else."""
        tool = _edit_tool(self._reading.state)
        others = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if tool == "points":
            return self._points.press(button, position, modifiers)
        if tool is None or button != Qt.MouseButton.LeftButton or modifiers & others:
            return False
        self._reading.apply(set_active_pane, self._pane)
        self._picture.take_focus()
        self._swallows = True
        self._mouse = position
        place = self._place(position)
        if place is not None:
            self._begin(tool, *place)
        return True

    def move(self, position: QPointF) -> None:
        """Let the ring follow the mouse, and draw a stroke on."""
        self._mouse = position
        self._picture.show_hover()
        if self._points.is_down:
            self._points.move(position)
        place = self._place(position) if self._stroke is not None else None
        if self._stroke is None or place is None:
            return
        brush, point = self._stroke.brush, place[0]
        gone = np.subtract(point, brush.path[-1]) * (brush.plane.spacing_mm[1], brush.plane.spacing_mm[0])
        if float(np.hypot(*gone)) >= _STEP_RADII * brush.radius_mm:
            drawn = replace(self._stroke, brush=replace(brush, path=(*brush.path, point)))
            self._stroke = drawn
            self._apply(drawn.target, drawn.brush, brush, drawn.merge_key)

    def release(self) -> None:
        """End a stroke, or let go of a point."""
        self._points.release()
        if self._stroke is not None:
            self._reading.end_step()
        self._stroke, self._swallows = None, False

    def wheel(self, event: QWheelEvent) -> bool:
        """Change the size of the brush with Shift held; False for any other turn of the wheel."""
        state = self._reading.state
        if _edit_tool(state) not in BRUSHES or not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        # Some platforms turn Shift + wheel into a sideways one.
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        steps = int(self._turned / _WHEEL_STEP)
        self._turned -= steps * _WHEEL_STEP
        if steps:
            self._reading.apply(resize_brush, steps)
        event.accept()
        return True

    def leave(self) -> None:
        """Take the ring away."""
        self._mouse = None
        self._picture.show_hover()

    def paint(self, painter: QPainter) -> None:
        """Paint the ring at the mouse, or the points, on a painter whose unit is the logical pixel."""
        self._points.paint(painter)
        state, ring = self._reading.state, self._ring()
        if ring is None:
            return
        ball = state.brush.reach == "ball"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((ON_IMAGE.outline, 3.0), (ON_IMAGE.mark, 1.25)):
            pen = QPen(QColor(color), width)
            if color == ON_IMAGE.mark and state.tool == "eraser":
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawPolygon(ring)
            if ball:
                # A ball has its equator.
                middle, box = ring.boundingRect().center(), ring.boundingRect()
                painter.drawEllipse(middle, box.width() / 2, box.height() / 8)

    def _begin(self, tool: EditTool, position: Point, plane: Plane) -> None:
        target = self._target(position)
        if target is None:
            return
        own = self._own_plane(target, plane)
        if own is None:
            return
        if tool in ISLANDS:
            if target not in self._parts_at(position):
                self._refuse(refused("edit_no_piece").issue)
                return
            point = to_vector(own.point_patient(position))
            self._apply(target, Island(point, "keep" if tool == "keep_island" else "remove"), None, "")
            return
        choice = self._reading.state.brush
        brush = Brush(own, (position,), choice.radius_mm, "add" if tool == "brush" else "erase", choice.reach)
        self._strokes += 1
        self._stroke = _Stroke(target, brush, f"stroke:{self._pane}:{self._strokes}")
        self._apply(target, brush, None, self._stroke.merge_key)

    def _target(self, position: Point) -> tuple[InstanceKey, int] | None:
        """Return the selected segment; without one, the press selects what is under it. None when it cannot be edited."""
        state = self._reading.state
        chosen = state.selection
        if chosen.overlay is None or chosen.part is None:
            hit = next(iter(self._parts_at(position)), None)
            if hit is not None:
                self._reading.apply(select, Selection(*hit))
                return None
        why = why_not_edited(state, chosen.overlay, chosen.part)
        if why is not None or chosen.overlay is None or chosen.part is None:
            self._refuse(why if why is not None else refused("edit_no_segment").issue)
            return None
        return chosen.overlay, chosen.part

    def _parts_at(self, position: Point) -> tuple[tuple[InstanceKey, int], ...]:
        """Return the regions at a position, the topmost first."""
        info = cursor_info(self._reading.state, self._pane, self._inputs, position, reach=0.0)
        return tuple((one.part.overlay, one.part.part) for one in (info.parts if info is not None else ()) if not one.mark)

    def _own_plane(self, target: tuple[InstanceKey, int], plane: Plane) -> Plane | None:
        """Return the plane in the space of the segmentation; None, and the reason said, when it does not lie there."""
        state = self._reading.state
        overlay, stack = state.content.overlays[target[0]], state.stack_of(state.panes[self._pane])
        if not plane.in_patient_space or stack is None:
            self._refuse(refused("edit_no_place").issue)
            return None
        if not lies_by_place(state.content, target[0], stack.id):
            self._refuse(refused("edit_not_on_image").issue)
            return None
        if bent_onto(overlay, stack) is not None:
            self._refuse(refused("edit_deformed").issue)
            return None
        move = move_to(overlay, plane.frame_of_reference_uid)
        own = plane if move is None else move.plane_own(plane)
        return replace(own, image=None, nearest_mm=None)

    def _apply(self, target: tuple[InstanceKey, int], edit: Edit, instead: Edit | None, merge_key: str) -> None:
        finding = finding_of_part(self._reading.state, Selection(*target))
        self._reading.apply_undoable(merge_key, edit_part, target, edit, instead, finding, now())

    def _place(self, position: QPointF) -> tuple[Point, Plane] | None:
        """Return where the mouse is on the plane that is on the screen; None where there is none."""
        geometry, plane = self._picture.geometry_shown, self._picture.scene.plane
        if geometry is None or plane is None or self._picture.frame_shown is None:
            return None
        ratio = self._picture.devicePixelRatioF()
        column, row = geometry.to_image((position.x() * ratio, position.y() * ratio)).tolist()
        return (column, row), plane

    def _ring(self) -> QPolygonF | None:
        """Return the rim of the brush around the mouse, in logical pixels; pixels need not be square."""
        state, geometry = self._reading.state, self._picture.geometry_shown
        tool = _edit_tool(state)
        if self._mouse is None or tool not in BRUSHES or geometry is None:
            return None
        place = self._place(self._mouse)
        if place is None:
            return None
        (column, row), plane = place
        angle = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
        down, across = np.divide(state.brush.radius_mm, plane.spacing_mm)
        rim = np.stack([column + np.cos(angle) * across, row + np.sin(angle) * down], axis=-1)
        seen = np.asarray(geometry.to_view(rim)) / self._picture.devicePixelRatioF()
        return QPolygonF([QPointF(x, y) for x, y in seen.tolist()])


def _edit_tool(state: ReadingState) -> EditTool | None:
    """Return the tool when it is one that edits."""
    return next((one for one in (*BRUSHES, *ISLANDS, *POINTS) if one == state.tool), None)
