"""How a plane's picture lies in a pane: the one map between ``position_image`` and ``position_view``.

``position_view`` counts device pixels from the top left corner of the pane; a logical pixel is ``ratio`` of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from viewer.geometry.plane import FloatArray
from viewer.reading.state import View

Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]
Rectangle = tuple[float, float, float, float]

CLOCKWISE: dict[int, FloatArray] = {
    0: np.array([[1.0, 0.0], [0.0, 1.0]]),
    90: np.array([[0.0, -1.0], [1.0, 0.0]]),
    180: np.array([[-1.0, 0.0], [0.0, -1.0]]),
    270: np.array([[0.0, 1.0], [-1.0, 0.0]]),
}
"""Rotations by degrees clockwise on a screen, whose y runs down (PS3.3 C.10.6)."""


_LEAST_ZOOM, _LARGEST_ZOOM = 0.02, 200.0


@dataclass(frozen=True)
class ViewGeometry:
    """A picture in a pane.

    Parameters
    ----------
    matrix
        2x3, from (column, row) positions with the corner origin to device pixels.
    size
        (width, height) of the pane in device pixels.
    zoom
        Device pixels an image pixel along its columns.
    ratio
        Device pixels a logical pixel.
    fit_zoom
        The zoom at which all of it fits; 0 unknown.
    """

    matrix: Matrix
    size: tuple[int, int]
    zoom: float
    ratio: float = 1.0
    fit_zoom: float = 0.0

    @cached_property
    def linear(self) -> FloatArray:
        """The 2x2 part of the matrix."""
        return np.array(self.matrix)[:, :2]

    @cached_property
    def shift(self) -> FloatArray:
        """The (2,) translation of the matrix."""
        return np.array(self.matrix)[:, 2]

    def to_view(self, positions_image: ArrayLike) -> FloatArray:
        """Return device pixel positions (..., 2) of image positions (..., 2)."""
        return np.asarray(np.asarray(positions_image, dtype=float) @ self.linear.T + self.shift)

    def to_image(self, positions_view: ArrayLike) -> FloatArray:
        """Return image positions (..., 2), corner origin, of device pixel positions (..., 2)."""
        inverse = np.linalg.inv(self.linear)
        return np.asarray((np.asarray(positions_view, dtype=float) - self.shift) @ inverse.T)

    def followed_by_picture(self, transform: Matrix) -> FloatArray:
        """Return 2x3 from a picture's own (column, row) to device pixels, ``transform`` leading to image positions."""
        own = np.array(transform)
        return np.hstack([self.linear @ own[:, :2], (self.linear @ own[:, 2] + self.shift)[:, None]])


def oriented(view: View) -> FloatArray:
    """Return the 2x2 rotation, then horizontal flip, of a view (PS3.3 C.10.6)."""
    flip = np.array([[-1.0 if view.flipped else 1.0, 0.0], [0.0, 1.0]])
    return np.asarray(flip @ CLOCKWISE[view.rotation])


def fitting_zoom(view: View, extent: tuple[float, float], aspect: float, size: tuple[int, int]) -> float:
    """Return the zoom at which an area of (columns, rows) fits a pane of (width, height), as large as possible.

    Parameters
    ----------
    aspect
        Height of an image pixel over its width: the spacing between rows over that between columns.
    """
    columns, rows = extent
    width, height = columns, rows * aspect
    if view.rotation in (90, 270):
        width, height = height, width
    return max(min(size[0] / max(width, 1e-9), size[1] / max(height, 1e-9)), 1e-6)


def view_geometry(view: View, area: Rectangle, *, aspect: float, size: tuple[int, int], ratio: float = 1.0) -> ViewGeometry:
    """Return how a picture lies in a pane.

    The picture's origin falls on a whole device pixel, so that at whole zooms every image pixel is a block of screen pixels.

    Parameters
    ----------
    view
        Zoom, centre, rotation and flip; zoom None fits ``area``, centre None is its middle.
    area
        (left, top, right, bottom) positions that "fit" means: the image, or the displayed area of a presentation state.
    aspect
        Height of an image pixel over its width.
    size
        (width, height) of the pane in device pixels.
    ratio
        Device pixels a logical pixel.
    """
    left, top, right, bottom = area
    fit = fitting_zoom(view, (right - left, bottom - top), aspect, size)
    zoom = view.zoom if view.zoom is not None else fit
    center = view.center if view.center is not None else ((left + right) / 2, (top + bottom) / 2)
    linear = oriented(view) @ np.diag([zoom, zoom * aspect])
    shift = np.round(np.array(size) / 2 - linear @ np.array(center))
    matrix = (
        (float(linear[0, 0]), float(linear[0, 1]), float(shift[0])),
        (float(linear[1, 0]), float(linear[1, 1]), float(shift[1])),
    )
    return ViewGeometry(matrix, size, float(zoom), ratio, float(fit))


def zoomed_about(view: View, geometry: ViewGeometry, position_view: tuple[float, float], factor: float) -> View:
    """Return the view enlarged by ``factor`` with the image point under ``position_view`` staying where it is."""
    # A whole slide that fits is far smaller than any other image is ever shown.
    least = min(_LEAST_ZOOM, geometry.fit_zoom / 2) if geometry.fit_zoom > 0 else _LEAST_ZOOM
    zoom = float(np.clip(geometry.zoom * factor, least, _LARGEST_ZOOM))
    fixed = geometry.to_image(position_view)
    middle = geometry.to_image(np.array(geometry.size) / 2)
    center = fixed + (middle - fixed) * (geometry.zoom / zoom)
    return replace(view, zoom=zoom, center=(float(center[0]), float(center[1])))


def panned(view: View, geometry: ViewGeometry, moved_view: tuple[float, float]) -> View:
    """Return the view with the picture moved by device pixels."""
    center = geometry.to_image(np.array(geometry.size) / 2 - np.array(moved_view))
    return replace(view, zoom=geometry.zoom, center=(float(center[0]), float(center[1])))


def moved_letters(letters: tuple[str, str, str, str], view: View) -> tuple[str, str, str, str]:
    """Return (left, right, top, bottom) letters as they stand on the screen, from those of the untransformed image."""
    left, right, top, bottom = letters
    by_direction = {(-1, 0): left, (1, 0): right, (0, -1): top, (0, 1): bottom}
    turn = oriented(view)
    placed = {}
    for direction, letter in by_direction.items():
        x, y = turn @ np.array(direction, dtype=float)
        placed[round(float(x)), round(float(y))] = letter
    return placed[-1, 0], placed[1, 0], placed[0, -1], placed[0, 1]
