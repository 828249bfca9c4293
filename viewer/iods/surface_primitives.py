"""The items of the Surface Sequence: points, and the primitives that join them (PS3.3 C.27.1, C.27.4), within bounds.

Decided
    Normals are not used: those of the triangles say the same, and files disagree about their direction.
    What refers to a point that is not there is an error of the whole surface: nobody knows which point was meant.
    Strips turn every second triangle, so that all of a strip look to one side. Facets are cut into triangles like a fan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from viewer.iods.elements import data, first_item, integer, items
from viewer.iods.mesh_formats import MOST_TRIANGLES, NotAMesh

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

_FARTHEST_MM: Final = 1e6
_MOST_PRIMITIVES: Final = 1_000_000
_LONG: Final = "Long"


@dataclass(frozen=True, eq=False)
class Primitives:
    """One surface: points (n, 3) mm, triangles (m, 3), lines of indices, and points that stand alone; all 0-based."""

    points: Points
    triangles: Indices
    lines: tuple[Indices, ...]
    alone: Indices


def read_primitives(item: Dataset, *, little_endian: bool) -> Primitives:
    """Return an item of the Surface Sequence.

    Raises
    ------
    NotAMesh
        It has no points, points that lie nowhere, indices of points that are not there, or more than the limit.
    """
    points = _points(item, little_endian=little_endian)
    mesh = first_item(item, "SurfaceMeshPrimitivesSequence") or Dataset()
    reader = _Lists(len(points), little_endian)
    triangles = reader.flat(mesh, "TrianglePointIndexList", 3).reshape(-1, 3)
    found = [triangles]
    found += [_strip(one) for one in reader.each(mesh, "TriangleStripSequence")]
    found += [_fan(one) for one in reader.each(mesh, "TriangleFanSequence")]
    found += [_fan(one) for one in reader.each(mesh, "FacetSequence")]
    whole = np.concatenate(found)
    if len(whole) > MOST_TRIANGLES:
        raise NotAMesh(f"it has more than {MOST_TRIANGLES} triangles")
    # Triangles that are a line or a point enclose nothing; strips are joined by them on purpose.
    a, b, c = whole.T
    whole = whole[(a != b) & (b != c) & (c != a)]
    edges = reader.flat(mesh, "EdgePointIndexList", 2).reshape(-1, 2)
    lines = [one for one in reader.each(mesh, "LineSequence") if len(one) > 1]
    alone = reader.flat(mesh, "VertexPointIndexList", 1)
    if not len(whole) and not lines and not len(edges) and not len(alone):
        # A surface of which only points are stated is a cloud of points.
        alone = np.arange(len(points))
    return Primitives(points, whole, (*lines, *_chains(edges)), alone)


def _points(item: Dataset, *, little_endian: bool) -> Points:
    stated = first_item(item, "SurfacePointsSequence") or Dataset()
    order = "<" if little_endian else ">"
    content = data(stated, "PointCoordinatesData")
    points = np.frombuffer(content[: len(content) // 12 * 12], f"{order}f4").astype(np.float64).reshape(-1, 3)
    count = integer(stated, "NumberOfSurfacePoints")
    if count is not None and count > len(points):
        raise NotAMesh(f"it states {count} points and has {len(points)}")
    points = points[:count] if count else points
    if not len(points):
        raise NotAMesh("it has no points")
    if not (np.isfinite(points).all() and (np.abs(points) <= _FARTHEST_MM).all()):
        raise NotAMesh("it has a point that lies nowhere")
    return points


class _Lists:
    """Reads lists of 1-based point numbers, 16 or 32 bits wide, and returns them 0-based."""

    def __init__(self, count: int, little_endian: bool) -> None:
        self._count, self._order = count, "<" if little_endian else ">"
        self._left = _MOST_PRIMITIVES

    def flat(self, item: Dataset, keyword: str, corners: int) -> Indices:
        """Return a list whose entries belong together by ``corners``."""
        found = self._numbers(item, keyword)
        return found[: len(found) // corners * corners]

    def each(self, item: Dataset, keyword: str) -> list[Indices]:
        """Return the lists of the items of a sequence."""
        found = items(item, keyword)
        self._left -= len(found)
        if self._left < 0:
            raise NotAMesh(f"it has more than {_MOST_PRIMITIVES} strips, fans, facets and lines")
        return [self._numbers(one, "PrimitivePointIndexList") for one in found]

    def _numbers(self, item: Dataset, keyword: str) -> Indices:
        # The long list replaced the one of 16 bits, which a file may still have.
        content, width = data(item, _LONG + keyword), 4
        if not content:
            content, width = data(item, keyword), 2
        numbers = np.frombuffer(content[: len(content) // width * width], f"{self._order}u{width}").astype(np.int64)
        if len(numbers) > 3 * MOST_TRIANGLES:
            raise NotAMesh(f"it has more than {MOST_TRIANGLES} triangles")
        if len(numbers) and numbers[-1] == 0 and width == 2 and len(numbers) > 1:
            # A list of an odd number of bytes does not exist, but some writers pad to four.
            numbers = numbers[:-1]
        if len(numbers) and (numbers.min() < 1 or numbers.max() > self._count):
            raise NotAMesh("it names a point that is not there")
        return numbers - 1


def _strip(of: Indices) -> Indices:
    if len(of) < 3:
        return np.empty((0, 3), np.int64)
    found = np.stack([of[:-2], of[1:-1], of[2:]], axis=1)
    found[1::2] = found[1::2, [1, 0, 2]]
    return found


def _fan(of: Indices) -> Indices:
    if len(of) < 3:
        return np.empty((0, 3), np.int64)
    return np.stack([np.broadcast_to(of[0], len(of) - 2), of[1:-1], of[2:]], axis=1)


def _chains(edges: Indices) -> list[Indices]:
    """Return edges that follow one another as lines."""
    found: list[list[int]] = []
    for start, end in edges.tolist():
        if found and found[-1][-1] == start:
            found[-1].append(end)
        else:
            found.append([start, end])
    return [np.array(one, dtype=np.int64) for one in found]
