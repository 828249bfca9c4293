"""Microscopy Bulk Simple Annotations (PS3.3 A.87, C.37.1): groups of up to millions of points and outlines, by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.provenance import Provenance

AnnotationShape = Literal["POINT", "POLYLINE", "POLYGON", "ELLIPSE", "RECTANGLE"]


@dataclass(frozen=True, eq=False)
class AnnotationValues:
    """One measurement of every annotation of a group: ``values`` is (annotations,), NaN where there is none."""

    name: str
    unit: str
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AnnotationGroup:
    """One group.

    Parameters
    ----------
    number
        Unique in the object.
    points
        (points, 2) positions on the total pixel matrix, or (points, 3) mm of the slide.
    starts
        (annotations + 1,): annotation n has the points ``starts[n]`` to ``starts[n + 1] - 1``. An ellipse has the ends of
        its two axes, a rectangle its four corners.
    """

    number: int
    shape: AnnotationShape
    points: NDArray[np.float32] | NDArray[np.float64]
    starts: NDArray[np.intp]
    values: tuple[AnnotationValues, ...] = ()
    provenance: Provenance = Provenance()

    def __len__(self) -> int:
        """Return how many annotations it has."""
        return len(self.starts) - 1


@dataclass(frozen=True, eq=False)
class BulkAnnotations:
    """The content. ``on_matrix``: points are positions on the total pixel matrix of the images named; else mm."""

    groups: tuple[AnnotationGroup, ...]
    on_matrix: bool
    images: tuple[str, ...] = ()
