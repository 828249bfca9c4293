"""Paints bulk annotations: what is on the screen of a hundred thousand, each as small as the zoom makes it.

Decided
    What would be smaller than a few screen pixels is a dot; the rest are outlines. Few outlines are stroked by Qt; many are
    stamped into a picture by numpy, pixel by pixel along their lines, which takes a hundredth of the time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from viewer.representations.on_plane import Cloud
from viewer.scene.drawables import CloudDrawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import ON_IMAGE

DOT_BELOW: Final = 4.0
"""Logical pixels: an annotation that is smaller on the screen is a dot."""

FEW_CORNERS: Final = 6000
"""So many corners of outlines are stroked by Qt."""

_LINE, _UNDER = 1.5, 3.0
_UNDER_ALPHA: Final = 0.5
_LARGE_DOTS: Final = 3000
"""Up to so many points are drawn as larger dots with a dark rim."""

_Ints = NDArray[np.intp]


def paint_cloud(painter: QPainter, drawable: CloudDrawable, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint those annotations of a group that are on the screen."""
    del pictures
    cloud, shown = drawable.cloud, _on_screen(drawable.cloud, geometry)
    if not len(shown):
        return
    boxes = cloud.boxes[shown]
    size = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * float(np.abs(geometry.linear).max())
    small = size < DOT_BELOW * geometry.ratio
    dots = geometry.to_view((boxes[small, :2] + boxes[small, 2:]) / 2)
    outlined = shown[~small]
    corners = int((cloud.starts[outlined + 1] - cloud.starts[outlined]).sum())
    if corners <= FEW_CORNERS and len(dots) <= _LARGE_DOTS:
        _stroke(painter, drawable, outlined, geometry)
        _paint_dots(painter, drawable, dots, geometry.ratio)
        return
    lines = _along(cloud, outlined, geometry) if corners > FEW_CORNERS else np.empty((0, 2))
    if corners <= FEW_CORNERS:
        _stroke(painter, drawable, outlined, geometry)
    _stamp(painter, drawable, (dots, lines), geometry)


def _on_screen(cloud: Cloud, geometry: ViewGeometry) -> _Ints:
    width, height = geometry.size
    ends = geometry.to_image(np.array([(0, 0), (width, 0), (0, height), (width, height)], dtype=float))
    (left, top), (right, bottom) = ends.min(axis=0), ends.max(axis=0)
    boxes = cloud.boxes
    met = (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
    return np.flatnonzero(met)


def _stroke(painter: QPainter, drawable: CloudDrawable, chosen: _Ints, geometry: ViewGeometry) -> None:
    cloud, path = drawable.cloud, QPainterPath()
    for number in chosen.tolist():
        points = geometry.to_view(cloud.points[cloud.starts[number] : cloud.starts[number + 1]])
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
        if cloud.closed:
            path.closeSubpath()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    under, over = QColor(ON_IMAGE.outline), QColor(*drawable.color)
    under.setAlphaF(_UNDER_ALPHA * drawable.opacity)
    over.setAlphaF(drawable.opacity)
    more = 1.0 if drawable.selected else 0.0
    for color, thick in ((under, _UNDER + more), (over, _LINE + more)):
        painter.strokePath(path, QPen(color, thick * geometry.ratio))


def _paint_dots(painter: QPainter, drawable: CloudDrawable, dots: NDArray[np.float64], ratio: float) -> None:
    points = QPolygonF([QPointF(x, y) for x, y in dots.tolist()])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    under, over = QColor(ON_IMAGE.outline), QColor(*drawable.color)
    under.setAlphaF(_UNDER_ALPHA * drawable.opacity)
    over.setAlphaF(drawable.opacity)
    more = 1.5 if drawable.selected else 0.0
    for color, thick in ((under, 7.0 + more), (over, 5.0 + more)):
        pen = QPen(color, thick * ratio)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(points)


def _along(cloud: Cloud, chosen: _Ints, geometry: ViewGeometry) -> NDArray[np.float64]:
    """Return points a device pixel apart along the outlines of annotations."""
    counts = cloud.starts[chosen + 1] - cloud.starts[chosen]
    first = np.repeat(cloud.starts[chosen], counts)
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    every = np.repeat(counts, counts)
    start = first + within
    end = first + (within + 1) % every
    if not cloud.closed:
        start, end = start[within + 1 < every], end[within + 1 < every]
    here, there = geometry.to_view(cloud.points[start]), geometry.to_view(cloud.points[end])
    # A line that leaves the screen far behind would have points without end.
    reach = max(geometry.size)
    steps = np.clip(np.ceil(np.abs(there - here).max(axis=1)), 1, 2 * reach).astype(np.intp)
    line = np.repeat(np.arange(len(here)), steps)
    place = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (place / steps[line])[:, None]
    return np.asarray(here[line] + share * (there[line] - here[line]))


def _stamp(
    painter: QPainter,
    drawable: CloudDrawable,
    what: tuple[NDArray[np.float64], NDArray[np.float64]],
    geometry: ViewGeometry,
) -> None:
    """Set the pixels of dots and lines in a picture as large as the screen, and paint that."""
    width, height = geometry.size
    alpha = round(255 * drawable.opacity)
    red, green, blue = (round(channel * alpha / 255) for channel in drawable.color)
    color = (alpha << 24) | (red << 16) | (green << 8) | blue
    dots, lines = what
    # A margin as wide as the largest stamp keeps every stamp inside.
    margin = 3 + int(2 * geometry.ratio)
    picture = np.zeros((height + 2 * margin, width + 2 * margin), np.uint32)
    more = 1 if drawable.selected else 0
    for points, side in (
        (lines, max(1, round(1.5 * geometry.ratio)) + more),
        (dots, max(2, round(2 * geometry.ratio)) + more),
    ):
        at = np.floor(points - (side - 1) / 2).astype(np.intp) + margin
        inside = (at >= 0).all(axis=1) & (at[:, 0] <= width + margin) & (at[:, 1] <= height + margin)
        flat = at[inside, 1] * picture.shape[1] + at[inside, 0]
        for down in range(side):
            for across in range(side):
                picture.reshape(-1)[flat + (down * picture.shape[1] + across)] = color
    image = QImage(
        picture.data, picture.shape[1], picture.shape[0], picture.strides[0], QImage.Format.Format_ARGB32_Premultiplied
    )
    painter.drawImage(QPointF(-margin, -margin), image)
