"""Outlines painted once, as small pictures that are put in their places as often as the whole picture changes.

Decided
    Qt takes some fifty microseconds to stroke an outline and two to copy what it stroked: of hundreds that stay while a few
    come or go, none is stroked again. A stamp is opaque, and opacity is given where it is put: Qt strokes and fills
    see-through ones several times slower, and the picture is the same.
    All stamps of a picture are painted on one sheet, because to begin a painter takes as long as to stroke, and then cut
    out of it, because rows that lie near each other are copied twice as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter

from viewer.scene.drawables import OutlinePaths
from viewer.scene.view_geometry import Matrix, ViewGeometry

_LARGEST = 256
"""Logical pixels (squared: of the box) above which an outline is stroked: copying it would take as long."""
_KEPT = 16_000_000
"""Pixels of all stamps, four bytes each, above which all begin anew."""
_AT_ONCE, _SHEET_WIDTH = 64, 1024
"""Outlines on a sheet, and its breadth in pixels unless a box is broader: Qt paints no picture of more than 32,767 rows."""

Ink = Literal["ground", "fill", "line"]


@dataclass(frozen=True, eq=False)
class Stamp:
    """What was painted opaque, and where it goes in device pixels."""

    at: QPoint
    image: QImage

    def put(self, painter: QPainter, opacity: float = 1.0) -> None:
        """Paint it in its place."""
        if opacity < 1.0:
            painter.setOpacity(opacity)
        painter.drawImage(self.at, self.image)
        if opacity < 1.0:
            painter.setOpacity(1.0)


class OutlineStamps:
    """The stamps of the outlines that one canvas painted lately, one for each ink."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[OutlinePaths, tuple[Matrix, dict[Ink, Stamp]]] = WeakKeyDictionary()
        self._pixels = 0

    def of(self, outline: OutlinePaths, geometry: ViewGeometry, ink: Ink) -> Stamp | None:
        """Return the stamp of an outline in this geometry; None when it has to be painted itself."""
        found = self._made.get(outline)
        return found[1].get(ink) if found is not None and found[0] == geometry.matrix else None

    def make(
        self,
        outlines: Sequence[tuple[OutlinePaths, QRect]],
        geometry: ViewGeometry,
        inks_of: Callable[[OutlinePaths], Mapping[Ink, Callable[[QPainter], None]]],
    ) -> None:
        """Make the stamps that are not there yet, of all outlines that are not too large for one.

        Parameters
        ----------
        outlines
            Each with the device pixels that it touches.
        inks_of
            What paints an outline, opaque, in device pixels.
        """
        largest = (_LARGEST * geometry.ratio) ** 2
        missing = [
            (outline, box)
            for outline, box in outlines
            if box.width() * box.height() <= largest and not self._has(outline, geometry)
        ]
        for first in range(0, len(missing), _AT_ONCE):
            self._stamp([(one, box, inks_of(one)) for one, box in missing[first : first + _AT_ONCE]], geometry.matrix)

    def _stamp(
        self, outlines: Sequence[tuple[OutlinePaths, QRect, Mapping[Ink, Callable[[QPainter], None]]]], matrix: Matrix
    ) -> None:
        places = [(box, paint) for _, box, inks in outlines for paint in inks.values()]
        if not places:
            return
        size, corners = _shelves([box.size() for box, _ in places])
        if self._pixels > _KEPT:
            self._made.clear()
            self._pixels = 0
        self._pixels += size.width() * size.height()
        sheet = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        sheet.fill(0)
        painter = QPainter(sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for corner, (box, paint) in zip(corners, places, strict=True):
            painter.resetTransform()
            painter.translate(corner - box.topLeft())
            paint(painter)
        painter.end()
        corner_of = iter(corners)
        for outline, box, inks in outlines:
            stamps = {ink: Stamp(box.topLeft(), sheet.copy(QRect(next(corner_of), box.size()))) for ink in inks}
            self._made[outline] = matrix, stamps

    def _has(self, outline: OutlinePaths, geometry: ViewGeometry) -> bool:
        found = self._made.get(outline)
        return found is not None and found[0] == geometry.matrix


def _shelves(sizes: Sequence[QSize]) -> tuple[QSize, list[QPoint]]:
    """Return the size of a sheet and the corner on it of each of its boxes, in rows one below another."""
    places: list[QPoint] = []
    x = y = height = widest = 0
    for size in sizes:
        if x and x + size.width() > _SHEET_WIDTH:
            x, y, height = 0, y + height, 0
        places.append(QPoint(x, y))
        x, height = x + size.width(), max(height, size.height())
        widest = max(widest, x)
    return QSize(widest, y + height), places
