"""A Display Shutter: which part of an image is to be seen, and what stands in place of the rest (PS3.3 C.7.6.11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ShutterBitmap:
    """A shutter drawn as an overlay plane (PS3.3 C.7.6.15): what is not 0 in ``bits`` (rows, columns) is covered.

    ``origin`` is the (row, column) of the image that its first pixel lies on, counted from 1.
    """

    bits: NDArray[np.uint8]
    origin: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Shutter:
    """At most one shape of each kind, all as stored: rows and columns count from 1.

    Where several are given the least image remains: what every one of them leaves open.

    Parameters
    ----------
    rectangle
        (left, right, upper, lower): columns of the vertical and rows of the horizontal edges. The edges are open.
    circle
        (row, column, radius) of the centre; the radius counts pixels.
    polygon
        (row, column) of each vertex; closed by itself.
    value
        Shutter Presentation Value, a P-Value of 0 (black) to 65535 (white).
    cielab
        Shutter Presentation Color CIELab Value, three unsigned shorts, for images in colour; None when not stated.
    bitmap
        Of presentation states.
    """

    rectangle: tuple[int, int, int, int] | None = None
    circle: tuple[int, int, int] | None = None
    polygon: tuple[tuple[int, int], ...] = ()
    value: int = 0
    cielab: tuple[int, int, int] | None = None
    bitmap: ShutterBitmap | None = None
