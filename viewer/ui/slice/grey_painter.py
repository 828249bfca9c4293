"""Painting of large grey images: only what is on the screen goes through the look-up table, at the size of the screen.

A mammogram has ten million pixels and a screen two: to send all of them through a window for every step of a drag
takes a tenth of a second.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from viewer.geometry.plane import FloatArray
from viewer.imaging.grey import looked_up
from viewer.scene.drawables import GreyPicture
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.pictures import Pictures, orientation_of

_OPAQUE, _ALL_THREE = 0xFF000000, 0x010101
_MARGIN = 2
"""Pixels beyond the edge of the screen that smoothing looks at."""


def paint_part(painter: QPainter, picture: GreyPicture, geometry: ViewGeometry, pictures: Pictures) -> bool:
    """Paint what is on the screen of a large image; False when it must be painted as any other picture.

    Shrunk, it is averaged before the window instead of behind it: near enough while a drag runs, not at rest.
    """
    matrix = np.array(geometry.matrix)
    turned = orientation_of(matrix)
    if turned is None:
        return False
    smaller = 1.0 / max(float(np.abs(matrix[:, :2]).max()), 1e-9)
    if smaller > 1.0 and not picture.quick:
        return False
    step = max(1, math.floor(smaller))
    values = pictures.averaged(picture.stored, step)
    matrix[:, :2] *= step
    rows, columns = _seen(matrix, geometry.size, values.shape)
    part = values[rows, columns]
    if not part.size:
        return True
    grey = picture.table.astype(np.uint32) * np.uint32(_ALL_THREE) + np.uint32(_OPAQUE)
    swapped, left_right, top_bottom = turned
    part = part.T if swapped else part
    part = part[:, ::-1] if left_right else part
    pixels = looked_up(grey, part[::-1] if top_bottom else part)
    image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], 4 * pixels.shape[1], QImage.Format.Format_RGB32)
    ends = np.array([[columns.start, rows.start], [columns.stop, rows.stop]]) @ matrix[:, :2].T + matrix[:, 2]
    (left, top), (right, bottom) = ends.min(axis=0).tolist(), ends.max(axis=0).tolist()
    enlarged = smaller < 1.0 - 1e-9
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.smooth if enlarged else smaller > 1.0 + 1e-9)
    painter.drawImage(QRectF(left, top, right - left, bottom - top), image, QRectF(image.rect()))
    return True


def _seen(matrix: FloatArray, size: tuple[int, int], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of a picture (rows, columns) that lie on a screen of (width, height)."""
    corners = np.array([[0.0, 0.0], size]) - matrix[:, 2]
    across, down = (np.linalg.inv(matrix[:, :2]) @ corners.T).tolist()

    def between(ends: list[float], most: int) -> slice:
        first = min(max(math.floor(min(ends)) - _MARGIN, 0), most)
        return slice(first, max(first, min(math.ceil(max(ends)) + _MARGIN, most)))

    return between(down, shape[0]), between(across, shape[1])
