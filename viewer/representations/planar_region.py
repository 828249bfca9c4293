"""The region that contours of one ROI in one plane enclose: its boundary without channels, and its area.

Decided
    Contours are combined by even-odd, so that an inner contour is a hole however it is wound (PS3.3 C.8.8.6.3 leaves plain
    CLOSED_PLANAR open; writers put holes there). Separate contours that cross each other are united instead, unless they say
    CLOSEDPLANAR_XOR. A contour that is there twice counts once, unless they say so, too: it is a repetition, not a hole.
    A keyhole walks to its hole and back on one line. Such doubled lines are no boundary: the inside is the same on both
    sides. One that runs outside to a dead end is a structure too thin to have an inside, and is kept as an open line; one
    that joins two islands is a mere channel.
    Contours without shared points and without crossings, nearly all, are taken as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from viewer.representations.segment_pairs import (
    TOLERANCE_MM,
    Floats,
    Places,
    Segments,
    proper_crossings,
    touching_ends,
)
from viewer.representations.walks import closed_walks, dead_ends

_TURN = 0.7314
"""Radians by which points are turned before rays are shot along x, so that no edge of a real contour runs along a ray."""

_TURNED = np.array([[np.cos(_TURN), -np.sin(_TURN)], [np.sin(_TURN), np.cos(_TURN)]])
_KEY_SHIFT = 0.000317
"""Moves decimal coordinates away from the borders of the cells in which points count as one."""


@dataclass(frozen=True, eq=False)
class Region:
    """An even-odd region.

    Parameters
    ----------
    loops
        Closed paths (n, 2), mm; the inside is what an odd number of them encloses.
    tails
        Open paths (n, 2), mm: parts too thin to enclose anything.
    crossing
        Contours crossed each other and were united.
    """

    loops: tuple[Floats, ...]
    tails: tuple[Floats, ...] = ()
    crossing: bool = False

    @cached_property
    def area_mm2(self) -> float:
        """The area inside."""
        if not self.loops:
            return 0.0
        if len(self.loops) == 1 and not _crosses_itself(self.loops[0]):
            return abs(_shoelace(self.loops[0]))
        edges = _Arrangement.of(self.loops)
        left, right = edges.inside([list(range(len(self.loops)))], exclusive=True)
        low, high = edges.segments.starts, edges.segments.ends
        dy = np.abs(high[:, 1] - low[:, 1])
        strips = (low[:, 0] + high[:, 0]) / 2 * dy
        return float(abs(np.sum(strips[edges.first] * (left.astype(float) - right.astype(float))[edges.first])))


def region_of(polygons: Sequence[Floats], *, exclusive: bool) -> Region:
    """Return the region of closed polygons, each (n, 2) mm, in one plane.

    Parameters
    ----------
    polygons
        The first point need not be repeated. Those with fewer than three points enclose nothing and are left out.
    exclusive
        True for CLOSEDPLANAR_XOR: even-odd also where polygons cross.
    """
    polygons = [polygon for polygon in map(_without_repeats, polygons) if len(polygon) >= 3]
    if not polygons:
        return Region(())
    if not exclusive:
        polygons = _each_once(polygons)
    together = [[place] for place in range(len(polygons))] if exclusive else _crossing_groups(polygons)
    crossing = len(together) < len(polygons)
    keys = np.concatenate([_keys(polygon) for polygon in polygons])
    if not crossing and len(np.unique(keys)) == len(keys):
        return Region(tuple(polygons))
    edges = _Arrangement.of(polygons)
    left, right = edges.inside(together, exclusive=False)
    boundary = edges.first & (left != right)
    thin = edges.first & ~left & ~right
    loops = closed_walks(edges.ends_of(boundary))
    tails = dead_ends(edges.ends_of(thin), anchored=edges.ends_of(boundary))
    return Region(
        tuple(edges.points[list(loop)] @ _TURNED for loop in loops if len(loop) >= 3),
        tuple(edges.points[list(tail)] @ _TURNED for tail in tails),
        crossing,
    )


@dataclass(frozen=True, eq=False)
class _Arrangement:
    """The edges of polygons, turned, and cut wherever they meet. ``first`` marks one of each set of coinciding edges."""

    points: Floats
    vertices: Places
    owners: Places
    first: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @classmethod
    def of(cls, polygons: Sequence[Floats]) -> _Arrangement:
        turned = [polygon @ _TURNED.T for polygon in polygons]
        starts = np.concatenate(turned)
        ends = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in turned])
        owners = np.repeat(np.arange(len(turned)), [len(polygon) for polygon in turned])
        segments = Segments(starts, ends)
        one, other = segments.pairs_with_common_box()
        cross, where = proper_crossings(segments, one, other)
        cuts = [(one[cross], where[cross]), (other[cross], where[cross]), *touching_ends(segments, one, other)]
        every = np.arange(len(starts))
        of_segment = np.concatenate([every, every, *(host for host, _ in cuts)])
        at = np.concatenate([starts, ends, *(point for _, point in cuts)])
        along = np.linalg.norm(at - starts[of_segment], axis=1)
        _, index, names = np.unique(_keys(at), return_index=True, return_inverse=True)
        order = np.lexsort((along, of_segment))
        same = of_segment[order][1:] == of_segment[order][:-1]
        vertices = np.stack([names[order][:-1], names[order][1:]], axis=-1)[same]
        pieces = of_segment[order][:-1][same]
        whole = vertices[:, 0] != vertices[:, 1]
        vertices, pieces = vertices[whole], pieces[whole]
        ordered = np.sort(vertices, axis=1)
        _, chosen = np.unique(ordered[:, 0] * len(index) + ordered[:, 1], return_index=True)
        first = np.zeros(len(vertices), dtype=bool)
        first[chosen] = True
        return cls(at[index], vertices, owners[pieces], first)

    @property
    def segments(self) -> Segments:
        return Segments(self.points[self.vertices[:, 0]], self.points[self.vertices[:, 1]])

    def ends_of(self, edges: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
        return [(int(a), int(b)) for a, b in self.vertices[edges]]

    def inside(
        self, together: Sequence[Sequence[int]], *, exclusive: bool
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return for each edge whether its left and its right side (towards smaller and larger x) are inside.

        ``together`` groups polygons: those of a group are united, or combined by even-odd too when ``exclusive``.
        """
        count = int(self.owners.max()) + 1
        left, right = self._crossed_before(count)
        inside_left = np.zeros(len(self.vertices), dtype=bool)
        inside_right = np.zeros(len(self.vertices), dtype=bool)
        for group in together:
            combine = np.logical_xor if exclusive else np.logical_or
            inside_left ^= combine.reduce(left[:, list(group)] % 2 == 1, axis=1)
            inside_right ^= combine.reduce(right[:, list(group)] % 2 == 1, axis=1)
        return inside_left, inside_right

    def _crossed_before(self, count: int) -> tuple[Places, Places]:
        """Return (edges, polygons): how many edges of a polygon a ray along x crosses before and up to an edge's middle."""
        segments = self.segments
        one, other = segments.pairs_at_one_height()
        target = np.concatenate([one, other, np.arange(len(self.vertices))])
        crossed = np.concatenate([other, one, np.arange(len(self.vertices))])
        middle = ((segments.starts + segments.ends) / 2)[target]
        a, b = segments.starts[crossed], segments.ends[crossed]
        spans = (a[:, 1] <= middle[:, 1]) != (b[:, 1] <= middle[:, 1])
        target, crossed, middle, a, b = target[spans], crossed[spans], middle[spans], a[spans], b[spans]
        x = a[:, 0] + (middle[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        coincides = (np.sort(self.vertices[target], axis=1) == np.sort(self.vertices[crossed], axis=1)).all(axis=1)
        before = (x < middle[:, 0]) & ~coincides
        left = np.zeros((len(self.vertices), count), dtype=np.intp)
        right = np.zeros_like(left)
        np.add.at(left, (target[before], self.owners[crossed[before]]), 1)
        upto = before | coincides
        np.add.at(right, (target[upto], self.owners[crossed[upto]]), 1)
        return left, right


def polygons_cross(polygons: Sequence[Floats]) -> bool:
    """Say whether any two closed polygons, (n, 2) mm, cross each other."""
    polygons = [polygon for polygon in map(_without_repeats, polygons) if len(polygon) >= 3]
    return len(_crossing_groups(polygons)) < len(polygons)


def _crossing_groups(polygons: Sequence[Floats]) -> list[list[int]]:
    """Group polygons that cross each other, directly or through others."""
    groups = list(range(len(polygons)))
    if len(polygons) > 1 and _boxes_overlap(polygons):
        segments = Segments(np.concatenate(polygons), np.concatenate([np.roll(one, -1, axis=0) for one in polygons]))
        owners = np.repeat(np.arange(len(polygons)), [len(polygon) for polygon in polygons])
        first, second = segments.pairs_with_common_box()
        differ = owners[first] != owners[second]
        first, second = first[differ], second[differ]
        cross, _ = proper_crossings(segments, first, second)
        for a, b in {(int(owners[i]), int(owners[j])) for i, j in zip(first[cross], second[cross], strict=True)}:
            old, new = groups[a], groups[b]
            groups = [new if group == old else group for group in groups]
    return [[place for place, group in enumerate(groups) if group == name] for name in dict.fromkeys(groups)]


def _boxes_overlap(polygons: Sequence[Floats]) -> bool:
    low = np.array([polygon.min(axis=0) for polygon in polygons])
    high = np.array([polygon.max(axis=0) for polygon in polygons])
    overlap = (low[:, None] <= high[None]).all(axis=-1) & (low[None] <= high[:, None]).all(axis=-1)
    return int(overlap.sum()) > len(polygons)


def _crosses_itself(polygon: Floats) -> bool:
    segments = Segments(polygon, np.roll(polygon, -1, axis=0))
    first, second = segments.pairs_with_common_box()
    return bool(proper_crossings(segments, first, second)[0].any())


def _without_repeats(polygon: Floats) -> Floats:
    """Leave out points equal to the one before, and a last one equal to the first."""
    far = np.abs(polygon - np.roll(polygon, 1, axis=0)).max(axis=1) > TOLERANCE_MM
    return polygon[far] if not far.all() else polygon


def _each_once(polygons: list[Floats]) -> list[Floats]:
    """Leave out polygons that another one repeats, wherever it starts and however it is wound."""
    if len({len(polygon) for polygon in polygons}) == len(polygons):
        return polygons
    return list({_course(polygon): polygon for polygon in reversed(polygons)}.values())[::-1]


def _course(polygon: Floats) -> bytes:
    """Return what polygons have in common that lead through the same points."""
    keys = _keys(polygon)
    courses = [np.roll(one, -int(one.argmin())).tobytes() for one in (keys, keys[::-1])]
    return min(courses)


def _keys(points: Floats) -> Places:
    cells = np.floor((points + _KEY_SHIFT) / TOLERANCE_MM).astype(np.int64)
    return np.asarray(cells[:, 0] * (1 << 32) + cells[:, 1], dtype=np.intp)


def _shoelace(polygon: Floats) -> float:
    following = np.roll(polygon, -1, axis=0)
    return float(np.sum(polygon[:, 0] * following[:, 1] - following[:, 0] * polygon[:, 1])) / 2
