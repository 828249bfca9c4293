"""Paints bulk annotations: what is on the screen of a hundred thousand, each as small as the zoom makes it.

Decided
    What would be smaller than a few screen pixels is a dot; the rest are outlines. So many outlines that a frame would take
    too long become dots, too, the smallest first. Few outlines are stroked by Qt; many are stamped into a picture by numpy,
    pixel by pixel along their lines, which takes a hundredth of the time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from viewer.representations.on_plane import Cloud
from viewer.scene.drawables import CloudDrawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import ON_IMAGE

DOT_BELOW: Final = 4.0
"""Logical pixels: an annotation that is smaller on the screen is a dot."""

FEW_CORNERS: Final = 3000
"""So many corners of outlines are stroked by Qt."""

MOST_CORNERS: Final = 150_000
"""So many corners of outlines are drawn at all."""

_LINE, _UNDER = 1.5, 3.0
_UNDER_ALPHA: Final = 0.5
_COVERED: Final = 0.15
"""Dots may cover so much of the screen."""

_LARGE_DOTS: Final = 2000
"""Up to so many points are drawn as larger dots with a dark rim."""

_Ints = NDArray[np.intp]
_Positions = NDArray[np.float32]


def paint_cloud(painter: QPainter, drawable: CloudDrawable, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint those annotations of a group that are on the screen."""
    del pictures
    cloud, shown = drawable.cloud, _on_screen(drawable.cloud, geometry)
    if not len(shown):
        return
    sizes = cloud.sizes[shown] * float(np.abs(geometry.linear).max())
    corners = cloud.starts[shown + 1] - cloud.starts[shown]
    least = DOT_BELOW * geometry.ratio
    outlined = sizes >= least
    while int(corners[outlined].sum()) > MOST_CORNERS:
        least *= 1.5
        outlined = sizes >= least
    dots = _in_view(cloud.centers[shown[~outlined]], geometry)
    drawn = shown[outlined]
    if int(corners[outlined].sum()) <= FEW_CORNERS:
        _stroke(painter, drawable, drawn, geometry)
        lines = np.empty((0, 2), np.float32)
    else:
        lines = _along(cloud, drawn, geometry)
    if len(dots) <= _LARGE_DOTS and not len(lines):
        _paint_dots(painter, drawable, dots, geometry.ratio)
    else:
        _stamp(painter, drawable, (dots, lines), geometry)


def _on_screen(cloud: Cloud, geometry: ViewGeometry) -> _Ints:
    width, height = geometry.size
    ends = geometry.to_image(np.array([(0, 0), (width, 0), (0, height), (width, height)], dtype=float))
    (left, top), (right, bottom) = ends.min(axis=0), ends.max(axis=0)
    low_x, low_y, high_x, high_y = cloud.sides
    return np.flatnonzero((low_x <= right) & (high_x >= left) & (low_y <= bottom) & (high_y >= top))


def _in_view(points: _Positions, geometry: ViewGeometry) -> _Positions:
    """Return device pixels of positions, in single precision: counted from the middle of the screen it is plenty."""
    middle = geometry.to_image(np.array(geometry.size) / 2).astype(np.float32)
    (a, b), (c, d) = geometry.linear.astype(np.float32)
    x, y = points[:, 0] - middle[0], points[:, 1] - middle[1]
    found = np.empty_like(points)
    found[:, 0] = x * a + y * b + geometry.size[0] / 2
    found[:, 1] = x * c + y * d + geometry.size[1] / 2
    return found


def _stroke(painter: QPainter, drawable: CloudDrawable, chosen: _Ints, geometry: ViewGeometry) -> None:
    cloud = drawable.cloud
    lines = []
    for number in chosen.tolist():
        points = _in_view(cloud.points[cloud.starts[number] : cloud.starts[number + 1]], geometry)
        lines.append(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thick in _inks(drawable, (_UNDER, _LINE), 1.0):
        painter.setPen(QPen(color, thick * geometry.ratio))
        for line in lines:
            if cloud.closed:
                painter.drawPolygon(line)
            else:
                painter.drawPolyline(line)


def _paint_dots(painter: QPainter, drawable: CloudDrawable, dots: _Positions, ratio: float) -> None:
    points = QPolygonF([QPointF(x, y) for x, y in dots.tolist()])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, thick in _inks(drawable, (7.0, 5.0), 1.5):
        pen = QPen(color, thick * ratio)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(points)


def _inks(drawable: CloudDrawable, widths: tuple[float, float], more: float) -> tuple[tuple[QColor, float], ...]:
    """Return the dark colour below and the colour above, with the width of each; wider where it is selected."""
    under, over = QColor(ON_IMAGE.outline), QColor(*drawable.color)
    under.setAlphaF(_UNDER_ALPHA * drawable.opacity)
    over.setAlphaF(drawable.opacity)
    wider = more if drawable.selected else 0.0
    return (under, widths[0] + wider), (over, widths[1] + wider)


def _along(cloud: Cloud, chosen: _Ints, geometry: ViewGeometry) -> _Positions:
    """Return points a device pixel apart along the outlines of annotations."""
    counts = cloud.starts[chosen + 1] - cloud.starts[chosen]
    begins = np.cumsum(counts) - counts
    within = np.arange(int(counts.sum())) - np.repeat(begins, counts)
    here = _in_view(cloud.points[np.repeat(cloud.starts[chosen], counts) + within], geometry)
    last = within + 1 == np.repeat(counts, counts)
    following = np.arange(1, len(here) + 1)
    following[last] = begins
    there = here[following]
    if not cloud.closed:
        here, there = here[~last], there[~last]
    # A line that leaves the screen far behind would have points without end.
    steps = np.clip(np.ceil(np.abs(there - here).max(axis=1)), 1, 2 * max(geometry.size)).astype(np.intp)
    line = np.repeat(np.arange(len(here)), steps)
    place = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (place / steps[line]).astype(np.float32)[:, None]
    return np.asarray(here[line] + share * (there - here)[line])


def _stamp(painter: QPainter, drawable: CloudDrawable, what: tuple[_Positions, _Positions], geometry: ViewGeometry) -> None:
    """Set the pixels of dots and lines in a picture as large as the screen, and paint that."""
    width, height = geometry.size
    more = 1 if drawable.selected else 0
    line_side = max(1, round(_LINE * geometry.ratio)) + more
    dots, lines = what
    # Dots that would cover the slide are made smaller, so that the slide can be seen between them.
    room = int((_COVERED * width * height / max(len(dots), 1)) ** 0.5)
    dot_side = min(max(room, 1), max(3, round(2.5 * geometry.ratio))) + more
    # Rows of a whole number of words, as Qt wants them.
    stride = -(-width // 4) * 4
    picture = np.zeros((height, stride), np.uint8)
    for points, side in ((lines, line_side), (dots, dot_side)):
        if len(points):
            picture |= _marked(points, side, picture.shape, width)
    color = QColor(*drawable.color)
    color.setAlphaF(drawable.opacity)
    image = QImage(picture.data, width, height, stride, QImage.Format.Format_Indexed8)
    image.setColorTable([0, color.rgba()])
    painter.drawImage(0, 0, image)


def _marked(points: _Positions, side: int, shape: tuple[int, int], width: int) -> NDArray[np.uint8]:
    """Return 1 in squares of ``side`` pixels at points: set once each, then widened all together."""
    at = np.floor(points - (side - 1) / 2).astype(np.int32)
    inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < width) & (at[:, 1] < shape[0])
    found = np.zeros(shape, np.uint8)
    found.reshape(-1)[at[inside, 1] * shape[1] + at[inside, 0]] = 1
    wide = found.copy()
    for step in range(1, side):
        wide[:, step:] |= found[:, :-step]
    tall = wide.copy()
    for step in range(1, side):
        tall[step:] |= wide[:-step]
    return tall
