"""The answer to "what of you lies on this plane?": coplanar label pictures, fractions, outlines, marks and words.

Vector positions are ``position_image`` of the asked plane: (column, row), origin at the corner of its first pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from viewer.domain.graphic import GraphicShape, GraphicSpace, MarkStyle, TextStyle
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.overlay import PartMeasure
from viewer.geometry.plane import Plane


@dataclass(frozen=True, eq=False)
class LabelPicture:
    """Labels on a grid coplanar with the asked plane.

    ``labels`` is (rows, columns) uint8 or uint16; 0 is nothing, value v belongs to part ``parts[v - 1]``. Overlapping parts
    come as several pictures that share one ``plane``.
    """

    plane: Plane
    labels: NDArray[np.uint8] | NDArray[np.uint16]
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FractionPicture:
    """Fractions 0..1 of one part on a grid coplanar with the asked plane: (rows, columns) float32."""

    plane: Plane
    fractions: NDArray[np.float32]
    part: int


@dataclass(frozen=True, eq=False)
class BitmapPicture:
    """A 60xx overlay plane on the image: drawn in the part's colour at its own origin."""

    bitmap: OverlayPlane
    frame: int
    """0-based frame of ``bitmap.bits``."""
    part: int


@dataclass(frozen=True, eq=False)
class Outline:
    """Contours of one part. ``paths`` are (n, 2) positions; closed paths are filled together by even-odd."""

    part: int
    paths: tuple[NDArray[np.float64], ...]
    closed: bool = True
    projected: bool = False
    """Not on this plane but shown on it: drawn in another style."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A mark: ``points`` is (n, 2). In DISPLAY space they are fractions of the displayed area."""

    shape: GraphicShape
    points: NDArray[np.float64]
    part: int
    space: GraphicSpace = "PIXEL"
    filled: bool = False
    projected: bool = False
    label: str = ""
    item: str = ""
    layer: str = ""
    style: MarkStyle | None = None


@dataclass(frozen=True)
class Words:
    """A text. See ``viewer.domain.graphic.TextMark`` for box, anchor and justification."""

    text: str
    part: int
    box: tuple[tuple[float, float], tuple[float, float]] | None
    box_space: GraphicSpace
    anchor: tuple[float, float] | None
    anchor_space: GraphicSpace
    anchor_visible: bool
    justification: str
    layer: str = ""
    style: TextStyle | None = None


@dataclass(frozen=True, eq=False)
class Cloud:
    """A great many points or outlines of one part.

    ``points`` is (n, 2) positions; annotation m has those from ``starts[m]`` to ``starts[m + 1] - 1``, one for a point.
    ``closed``: the last point of an outline joins its first.
    """

    part: int
    points: NDArray[np.float32]
    starts: NDArray[np.intp]
    closed: bool = True

    @cached_property
    def boxes(self) -> NDArray[np.float32]:
        """(annotations, 4): left, top, right, bottom."""
        first = self.starts[:-1]
        low, high = np.minimum.reduceat(self.points, first), np.maximum.reduceat(self.points, first)
        return np.concatenate([low, high], axis=1)

    @cached_property
    def sides(self) -> tuple[NDArray[np.float32], ...]:
        """Left, top, right and bottom of each annotation, each (annotations,): what is asked of all of them at every pan."""
        return tuple(np.ascontiguousarray(side) for side in self.boxes.T)

    @cached_property
    def sizes(self) -> NDArray[np.float32]:
        """(annotations,): the larger of width and height."""
        return np.asarray((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1))

    @cached_property
    def centers(self) -> NDArray[np.float32]:
        """(annotations, 2): the middles of the boxes."""
        return np.asarray((self.boxes[:, 2:] + self.boxes[:, :2]) / 2, dtype=np.float32)

    def moved(self, scale: NDArray[np.float64], shift: NDArray[np.float64]) -> Cloud:
        """Return it with every position times ``scale`` (2,) plus ``shift`` (2,)."""
        return Cloud(self.part, (self.points * scale + shift).astype(np.float32), self.starts, self.closed)


@dataclass(frozen=True, eq=False)
class OnPlane:
    """Everything of one overlay on one plane. Empty when nothing lies there."""

    labels: tuple[LabelPicture, ...] = ()
    fractions: tuple[FractionPicture, ...] = ()
    bitmaps: tuple[BitmapPicture, ...] = ()
    outlines: tuple[Outline, ...] = ()
    shapes: tuple[Shape, ...] = ()
    words: tuple[Words, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    parts_here: frozenset[int] = field(default_factory=frozenset)
    """Numbers of the parts that have anything on this plane."""
    edited: Mapping[int, PartMeasure] = field(default_factory=lambda: MappingProxyType({}))
    """How large the parts are, wherever they lie, that are shown as the reader edited them."""
