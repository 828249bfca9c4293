"""Painting of whole slides: tiles side by side without a seam, and the map of the slide in the corner."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from viewer.scene.drawables import SlideMap, TilePicture
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.pictures import Pictures, image_of
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import DARK, ON_IMAGE

_MAP_SIDE = 150
_MAP_MARGIN, _MAP_ABOVE = 11, 52
"""Logical pixels from the right edge, and from the lower one, where two lines of words stand."""
_LEAST_FRAME = 5.0
_ROOM = 420, 320
"""A viewport smaller than this (logical) has no room for a map."""


def paint_tile(painter: QPainter, tile: TilePicture, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint a tile. Its edges fall on whole device pixels, the same ones as its neighbours': no seam shows between them."""
    target, orientation = tile_place(tile, geometry)
    if target.isEmpty() or not target.intersects(QRect(0, 0, *geometry.size)):
        return
    image = pictures.turned(tile, orientation)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    if target.size() == image.size():
        painter.drawImage(target.topLeft(), image)
        return
    shrunk = target.width() < image.width() or target.height() < image.height()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tile.smooth or shrunk)
    painter.drawImage(target, image, image.rect())


def tile_place(tile: TilePicture, geometry: ViewGeometry) -> tuple[QRect, tuple[bool, bool, bool]]:
    """Return where a tile goes in device pixels, and how it is turned to stand there (as for ``Pictures.turned``).

    Each edge falls on the nearest whole pixel: edges that two tiles share stay shared. Plain numbers, because a hundred
    tiles are placed for every picture.
    """
    (across, _, left), (_, down, top) = tile.transform
    rows, columns = tile.pixels.shape[:2]
    (xx, xy, x), (yx, yy, y) = geometry.matrix
    right, bottom = left + across * columns, top + down * rows
    swapped = abs(xx) < abs(xy)
    if swapped:
        ends_x, ends_y = (xy * top + x, xy * bottom + x), (yx * left + y, yx * right + y)
    else:
        ends_x, ends_y = (xx * left + x, xx * right + x), (yy * top + y, yy * bottom + y)
    first_x, first_y = round(min(ends_x)), round(min(ends_y))
    size = round(max(ends_x)) - first_x, round(max(ends_y)) - first_y
    return QRect(first_x, first_y, *size), (swapped, ends_x[0] > ends_x[1], ends_y[0] > ends_y[1])


def map_place(slide_map: SlideMap, size: tuple[int, int], ratio: float) -> QRectF | None:
    """Return where the map of a slide lies in a viewport of (width, height) device pixels; None without room for it."""
    if size[0] < _ROOM[0] * ratio or size[1] < _ROOM[1] * ratio:
        return None
    side = metrics().px(_MAP_SIDE) * ratio
    width, height = (side, side * slide_map.aspect) if slide_map.aspect <= 1 else (side / slide_map.aspect, side)
    left = size[0] - _MAP_MARGIN * ratio - width
    return QRectF(round(left), round(size[1] - metrics().px(_MAP_ABOVE) * ratio - height), round(width), round(height))


def paint_slide_map(painter: QPainter, slide_map: SlideMap, geometry: ViewGeometry) -> None:
    """Paint the whole slide in the corner, and the frame around what of it is on the screen."""
    ratio = geometry.ratio
    place = map_place(slide_map, geometry.size, ratio)
    if place is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(place, QColor(DARK.bg2))
    if slide_map.pixels is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, _picture(slide_map.pixels))
    left, top, right, bottom = slide_map.shown
    shown = QRectF(
        place.left() + left * place.width(),
        place.top() + top * place.height(),
        (right - left) * place.width(),
        (bottom - top) * place.height(),
    )
    # What is on the screen may be a thousandth of the slide: the frame stays large enough to be found.
    spare_x = max(_LEAST_FRAME * ratio - shown.width(), 0.0) / 2
    spare_y = max(_LEAST_FRAME * ratio - shown.height(), 0.0) / 2
    shown = shown.adjusted(-spare_x, -spare_y, spare_x, spare_y).intersected(place)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(DARK.line2), ratio))
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    for color, width in ((QColor(ON_IMAGE.outline), 4.0), (QColor(DARK.accent), 2.0)):
        pen = QPen(color, width * ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(shown)


def _picture(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> QImage:
    return image_of(np.ascontiguousarray(pixels))
