"""A rectangle drawn with the mouse whose pixels give the window; then the mouse windows again as before."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewer.domain.measurement import ImageName, Measurement
from viewer.reading.changes.workspace import set_active_pane, set_tool
from viewer.reading.reading import Reading
from viewer.scene.auto_window import region_window
from viewer.scene.inputs import SceneInputs
from viewer.ui.slice.mouse import CLICK_DISTANCE
from viewer.ui.slice.pointing import PointedAt
from viewer.ui.take_window import take_window
from viewer.ui.theme.tokens import ON_IMAGE


class WindowRegion:
    """The rectangle of one pane; nothing while another tool is in use."""

    def __init__(self, reading: Reading, store: SceneInputs, pane: int, picture: PointedAt) -> None:
        self._reading, self._store, self._pane, self._picture = reading, store, pane, picture
        self._ends: tuple[QPointF, QPointF] | None = None

    @property
    def is_down(self) -> bool:
        """Whether a rectangle is being drawn."""
        return self._ends is not None

    def press(self, button: Qt.MouseButton, position: QPointF) -> bool:
        """Begin a rectangle; False with another tool or button."""
        if button != Qt.MouseButton.LeftButton or self._reading.state.tool != "window_region":
            return False
        self._reading.apply(set_active_pane, self._pane)
        self._ends = (position, position)
        return True

    def move(self, position: QPointF) -> None:
        """Draw the rectangle on to the mouse."""
        if self._ends is not None:
            self._ends = (self._ends[0], position)
            self._picture.show_hover()

    def release(self) -> None:
        """Take the window from the rectangle; a click without a drag leaves the tool in use."""
        ends, self._ends = self._ends, None
        self._picture.show_hover()
        geometry, state = self._picture.geometry_shown, self._reading.state
        if ends is None or geometry is None or (ends[1] - ends[0]).manhattanLength() < CLICK_DISTANCE:
            return
        ratio = self._picture.devicePixelRatioF()
        corners = tuple(
            (float(column), float(row))
            for column, row in (geometry.to_image((one.x() * ratio, one.y() * ratio)).tolist() for one in ends)
        )
        region = Measurement("", "rectangle", ImageName("", "", 1), corners)
        choice = region_window(state, state.panes[self._pane], self._store, region)
        if choice is not None:
            take_window(self._reading, self._store, choice, pane=self._pane)
            self._reading.apply(set_tool, "window")

    def paint(self, painter: QPainter) -> None:
        """Paint the rectangle on a painter whose unit is the logical pixel."""
        if self._ends is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((ON_IMAGE.outline, 3.0), (ON_IMAGE.mark, 1.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRect(QRectF(*self._ends).normalized())
