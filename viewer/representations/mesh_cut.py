"""Where a plane cuts a surface of triangles: the outlines that a 2D pane draws.

Decided
    A vertex exactly on the plane counts as lying on its positive side, so that every triangle is cut in two points or not at
    all, and the pieces of a closed surface always join to closed lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.domain.overlay import PartMeasure
from viewer.domain.surface_segmentation import SegmentSurface, SurfaceSegmentation
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.on_plane import OnPlane, Outline, Shape


def mesh_on_plane(mesh: Mesh, plane: Plane, *, part: int) -> OnPlane:
    """Return where a plane cuts a surface: closed outlines of one part, and open ones where the surface is open."""
    if not plane.in_patient_space:
        return OnPlane()
    closed, opened = cut_of(mesh, plane)
    outlines = []
    if closed:
        outlines.append(Outline(part, tuple(plane.position_image(line) for line in closed)))
    if opened:
        outlines.append(Outline(part, tuple(plane.position_image(line) for line in opened), closed=False))
    return OnPlane(outlines=tuple(outlines), parts_here=frozenset({part} if outlines else ()))


def surfaces_on_plane(content: SurfaceSegmentation, plane: Plane) -> OnPlane:
    """Return where a plane cuts the surfaces of segments, and their lines and points that lie on it or cross it.

    A point of its own lies on the nearest plane: it is shown where the plane is nearer than half its thickness.
    """
    if not plane.in_patient_space:
        return OnPlane()
    cuts = [mesh_on_plane(one.mesh, plane, part=one.segment.number) for one in content.surfaces]
    shapes = [shape for one in content.surfaces if (shape := _points_on_plane(one, plane)) is not None]
    return OnPlane(
        outlines=tuple(outline for cut in cuts for outline in cut.outlines),
        shapes=tuple(shapes),
        parts_here=frozenset().union(*(cut.parts_here for cut in cuts), {shape.part for shape in shapes}),
    )


def _points_on_plane(surface: SegmentSurface, plane: Plane) -> Shape | None:
    """Return the points of a segment near a plane, and where its lines cross it; None without any."""
    reach = max(plane.thickness_mm, min(plane.spacing_mm)) / 2
    found = [surface.points[np.abs(plane.distance_mm(surface.points)) <= reach]] if len(surface.points) else []
    for line in surface.lines:
        above = plane.distance_mm(line) >= 0
        crossed = np.flatnonzero(above[1:] != above[:-1])
        here, there = plane.distance_mm(line[crossed]), plane.distance_mm(line[crossed + 1])
        share = (here / (here - there))[:, None]
        found.append(line[crossed] + share * (line[crossed + 1] - line[crossed]))
    points = np.concatenate(found) if found else np.empty((0, 3))
    return Shape("MULTIPOINT", plane.position_image(points), surface.segment.number) if len(points) else None


def measure_of_mesh(mesh: Mesh) -> PartMeasure:
    """Return the volume inside a closed surface, and the middle of its box as the place to go to."""
    if mesh.bounds is None:
        return PartMeasure(None, None, state="empty")
    middle, area = mesh.bounds.center, mesh.area_mm2
    words = f"its area is {area / 100:.2f} cm²"
    if not mesh.is_closed:
        return PartMeasure(None, None, f"the surface is open, so it has no volume; {words}", middle, area_mm2=area)
    return PartMeasure(None, abs(mesh.volume_ml), f"inside the closed surface; {words}", middle, area_mm2=area)


def cut_of(mesh: Mesh, plane: Plane) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return the closed and the open lines, (n, 3) points in mm each, in which a plane cuts a surface."""
    distance = plane.distance_mm(mesh.points)
    above = distance >= 0
    of_corners = above[mesh.triangles]
    cut = of_corners.any(axis=1) & ~of_corners.all(axis=1)
    triangles, sides = mesh.triangles[cut], of_corners[cut]
    if not len(triangles):
        return [], []
    # Turned so that the corner that is alone on its side comes first: it is joined to both others across the plane.
    alone = np.argmax(sides == (sides.sum(axis=1) == 1)[:, None], axis=1)
    turned = np.take_along_axis(triangles, (alone[:, None] + np.arange(3)) % 3, axis=1)
    edges = np.stack([turned[:, [0, 1]], turned[:, [0, 2]]], axis=1)
    crossings, which = np.unique(np.sort(edges.reshape(-1, 2), axis=1), axis=0, return_inverse=True)
    points = _crossing_points(mesh, distance, crossings)
    return _joined(points, which.reshape(-1, 2))


def _crossing_points(mesh: Mesh, distance: FloatArray, edges: NDArray[np.int64]) -> FloatArray:
    """Return (n, 3) where edges (n, 2) cross the plane."""
    start, end = mesh.points[edges[:, 0]], mesh.points[edges[:, 1]]
    here, there = distance[edges[:, 0]], distance[edges[:, 1]]
    share = here / (here - there)
    return np.asarray(start + share[:, None] * (end - start))


def _joined(points: FloatArray, pieces: NDArray[np.intp]) -> tuple[list[FloatArray], list[FloatArray]]:
    """Join pieces (n, 2), between two points each, into lines; returns the closed and the open ones.

    Which way a triangle is turned is not asked: not every maker turns all of them outwards.
    """
    at: dict[int, list[int]] = {}
    ends: list[list[int]] = pieces.tolist()
    for number, (one, other) in enumerate(ends):
        at.setdefault(one, []).append(number)
        at.setdefault(other, []).append(number)
    left = set(range(len(ends)))
    closed: list[FloatArray] = []
    opened: list[FloatArray] = []
    # Open lines begin at points with an odd number of pieces; what is left after them goes round.
    odd = [point for point, numbers in at.items() if len(numbers) % 2]
    for begin in (*odd, *at):
        while (line := _walk(begin, at, ends, left))[1:]:
            goes_round = line[-1] == begin
            (closed if goes_round else opened).append(points[line[:-1] if goes_round else line])
    return [line for line in closed if len(line) > 2], opened


def _walk(begin: int, at: dict[int, list[int]], ends: list[list[int]], left: set[int]) -> list[int]:
    """Return the points of one line from ``begin`` on, and take its pieces out of ``left``."""
    line = [begin]
    while len(line) == 1 or line[-1] != begin:
        piece = next((number for number in at[line[-1]] if number in left), None)
        if piece is None:
            break
        left.discard(piece)
        one, other = ends[piece]
        line.append(other if one == line[-1] else one)
    return line
