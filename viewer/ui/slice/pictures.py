"""Arrays and paths of drawables as Qt's images and painter paths, made once for each drawable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainterPath, QPolygonF, QTransform
from shiboken6 import VoidPtr

from viewer.geometry.plane import FloatArray
from viewer.scene.drawables import ImagePicture, LabelComposite, MarkDrawable, MeasurementDrawable, OutlinePaths, TilePicture
from viewer.scene.view_geometry import Matrix, ViewGeometry
from viewer.ui.slice.outline_stamps import OutlineStamps

_WIDEST = 8.0
"""Logical pixels by which no line of an outline, mitred corners included, reaches beyond its path."""

Pictured = ImagePicture | TilePicture | LabelComposite


@dataclass(eq=False)
class _Kept:
    """A picture in one orientation and, when it was shrunk, in one size. ``pixels`` owns the memory."""

    orientation: tuple[bool, bool, bool]
    pixels: NDArray[np.generic]
    image: QImage
    scaled: dict[tuple[int, int], QImage] = field(default_factory=dict)


class Pictures:
    """What was made for Qt of the drawables that still live."""

    def __init__(self) -> None:
        self._images: WeakKeyDictionary[Pictured, _Kept] = WeakKeyDictionary()
        self._averaged: tuple[NDArray[np.generic], int, NDArray[np.generic]] | None = None
        self._outlines: WeakKeyDictionary[OutlinePaths, QPainterPath] = WeakKeyDictionary()
        self._placed: WeakKeyDictionary[OutlinePaths, tuple[Matrix, QPainterPath, QRect]] = WeakKeyDictionary()
        self._marks: WeakKeyDictionary[MarkDrawable | MeasurementDrawable, QPainterPath] = WeakKeyDictionary()
        self.stamps = OutlineStamps()

    def upright(self, drawable: Pictured, matrix: FloatArray) -> tuple[QImage, QRectF] | None:
        """Return a picture turned so that only scaling is left, and where it goes in device pixels.

        Parameters
        ----------
        matrix
            2x3 from the picture's (column, row) to device pixels.

        Returns
        -------
        None when the picture lies at an angle, so that no turn by quarters makes it upright.
        """
        orientation = orientation_of(matrix)
        if orientation is None:
            return None
        kept = self._kept(drawable, orientation)
        rows, columns = _array(drawable).shape[:2]
        ends = np.array([[0.0, 0.0], [columns, rows]]) @ matrix[:, :2].T + matrix[:, 2]
        (left, top), (right, bottom) = ends.min(axis=0), ends.max(axis=0)
        return kept.image, QRectF(left, top, right - left, bottom - top)

    def shrunk(self, drawable: ImagePicture, image: QImage, size: tuple[int, int]) -> QImage:
        """Return a picture averaged down to (width, height): every image pixel counts, which plain sampling would not do."""
        kept = self._images[drawable]
        if size not in kept.scaled:
            kept.scaled.clear()
            kept.scaled[size] = image.scaled(
                *size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            ).convertToFormat(QImage.Format.Format_RGB32)
        return kept.scaled[size]

    def averaged(self, stored: NDArray[np.generic], step: int) -> NDArray[np.generic]:
        """Return stored values averaged over blocks of ``step`` x ``step``; the last ones asked for are kept."""
        if step == 1:
            return stored
        if self._averaged is None or self._averaged[0] is not stored or self._averaged[1] != step:
            self._averaged = stored, step, averaged(stored, step)
        return self._averaged[2]

    def untouched(self, drawable: Pictured) -> QImage:
        """Return a picture as it is, for a painter that turns it."""
        return self._kept(drawable, (False, False, False)).image

    def turned(self, drawable: Pictured, orientation: tuple[bool, bool, bool]) -> QImage:
        """Return a picture with (rows and columns exchanged, then mirrored left to right, then top to bottom)."""
        return self._kept(drawable, orientation).image

    def outline(self, drawable: OutlinePaths) -> QPainterPath:
        """Return the path of an outline in image positions."""
        found = self._outlines.get(drawable)
        if found is None:
            found = painter_path(drawable.paths, closed=drawable.closed)
            self._outlines[drawable] = found
        return found

    def placed_outline(self, drawable: OutlinePaths, geometry: ViewGeometry) -> QPainterPath:
        """Return the path of an outline in device pixels."""
        return self._place(drawable, geometry)[1]

    def outline_reach(self, drawable: OutlinePaths, geometry: ViewGeometry) -> QRect:
        """Return the device pixels that the lines of an outline may touch."""
        return self._place(drawable, geometry)[2]

    def mark(self, drawable: MarkDrawable | MeasurementDrawable) -> QPainterPath:
        """Return the path of a mark in image positions."""
        found = self._marks.get(drawable)
        if found is None:
            further = drawable.further if isinstance(drawable, MeasurementDrawable) else ()
            found = painter_path((drawable.path, *further) if len(drawable.path) else (), closed=drawable.closed)
            self._marks[drawable] = found
        return found

    def _place(self, drawable: OutlinePaths, geometry: ViewGeometry) -> tuple[Matrix, QPainterPath, QRect]:
        kept = self._placed.get(drawable)
        if kept is None or kept[0] != geometry.matrix:
            path, width = transform_of(geometry).map(self.outline(drawable)), _WIDEST * geometry.ratio
            reach = path.controlPointRect().adjusted(-width, -width, width, width).toAlignedRect()
            kept = self._placed[drawable] = geometry.matrix, path, reach
        return kept

    def _kept(self, drawable: Pictured, orientation: tuple[bool, bool, bool]) -> _Kept:
        kept = self._images.get(drawable)
        if kept is None or kept.orientation != orientation:
            swapped, left_right, top_bottom = orientation
            pixels = _array(drawable)
            pixels = pixels.swapaxes(0, 1) if swapped else pixels
            pixels = pixels[:, ::-1] if left_right else pixels
            pixels = np.ascontiguousarray(pixels[::-1] if top_bottom else pixels)
            kept = _Kept(orientation, pixels, image_of(pixels))
            self._images[drawable] = kept
        return kept


def orientation_of(matrix: FloatArray) -> tuple[bool, bool, bool] | None:
    """Return how a picture is turned under a 2x3 matrix (as for ``Pictures.turned``); None when it lies at an angle."""
    across, down = np.abs(matrix[:, 0]), np.abs(matrix[:, 1])
    largest = max(float(across.max()), float(down.max()))
    if min(across[0], down[1]) > 0 and max(across[1], down[0]) < 1e-6 * largest:
        swapped, x_scale, y_scale = False, matrix[0, 0], matrix[1, 1]
    elif min(across[1], down[0]) > 0 and max(across[0], down[1]) < 1e-6 * largest:
        swapped, x_scale, y_scale = True, matrix[0, 1], matrix[1, 0]
    else:
        return None
    return swapped, bool(x_scale < 0), bool(y_scale < 0)


def averaged(stored: NDArray[np.generic], step: int) -> NDArray[np.generic]:
    """Return the means of blocks of ``step`` x ``step`` stored values (rows, columns), in the type of these."""
    rows, columns = (length // step * step for length in stored.shape)
    total = np.zeros((rows // step, columns // step), np.int32)
    for down in range(step):
        for across in range(step):
            total += stored[down:rows:step, across:columns:step]
    return (total // (step * step)).astype(stored.dtype)


def image_of(pixels: NDArray[np.generic]) -> QImage:
    """Return a Qt image of (rows, columns) uint8 grey, (rows, columns, 3) uint8 RGB or (rows, columns) uint32 ARGB.

    Grey and colour become 32-bit, the format that Qt scales fastest. An ARGB picture shares the array's memory: keep it.
    """
    rows, columns = pixels.shape[:2]
    if pixels.dtype == np.uint32:
        return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    if pixels.ndim == 3:
        shared = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    else:
        shared = QImage(pixels.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def painter_path(paths: Sequence[FloatArray], *, closed: bool) -> QPainterPath:
    """Return one painter path of many lines; the points go over in one block, not one by one."""
    made = QPainterPath()
    made.setFillRule(Qt.FillRule.OddEvenFill)
    for path in paths:
        if len(path) == 1:
            made.addEllipse(QPointF(*path[0]), 0.5, 0.5)
            continue
        made.addPolygon(polygon(path))
        if closed:
            made.closeSubpath()
    return made


def polygon(points: FloatArray) -> QPolygonF:
    """Return (n, 2) points as a polygon."""
    made = QPolygonF()
    made.resize(len(points))
    # The stubs know neither that a polygon hands out its memory nor that the pointer is a buffer.
    memory: Any = VoidPtr(cast(Any, made).data(), *cast(Any, (len(points) * 16, True)))
    np.frombuffer(memory, dtype=np.float64)[:] = np.ascontiguousarray(points, dtype=np.float64).ravel()
    return made


def transform_of(geometry: ViewGeometry) -> QTransform:
    """Return the map from image positions to device pixels as Qt's transform."""
    (a, b, x), (c, d, y) = geometry.matrix
    return QTransform(a, c, b, d, x, y)


def _array(drawable: Pictured) -> NDArray[np.generic]:
    return drawable.argb if isinstance(drawable, LabelComposite) else drawable.pixels
