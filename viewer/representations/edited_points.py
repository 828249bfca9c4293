"""Points of contours and of drawn regions that a reader moved or deleted, as an overlay of their own beside the original.

Decided
    A region keeps its type: a closed line stays closed when its first point, which is its last as well, is moved.
    A contour keeps at least three points and a line two: what had fewer would be something else.
    An ellipse is given by the ends of its axes, which one point alone cannot change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewer.domain.edit import DeletePoint, Edit, MovePoint, PointEdit
from viewer.domain.graphic import Graphic
from viewer.domain.overlay import Overlay
from viewer.domain.registered import move_to
from viewer.domain.report import ContentItem, Report
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.geometry.contour_planes import reach_mm
from viewer.geometry.plane import FloatArray, Plane

LEAST_POINTS: Mapping[str, int] = {
    "CLOSED_PLANAR": 3,
    "CLOSEDPLANAR_XOR": 3,
    "OPEN_PLANAR": 2,
    "OPEN_NONPLANAR": 2,
    "POINT": 1,
    "MULTIPOINT": 1,
    "POLYLINE": 2,
    "POLYGON": 3,
    "CIRCLE": 2,
}
"""Geometric and graphic types whose points can be moved, and how many points each keeps."""


@dataclass(frozen=True)
class PlacedPoint:
    """A point that can be taken hold of. ``position`` is (column, row) on the plane that was asked, corner origin."""

    place: str
    point: int
    position: tuple[float, float]
    removable: bool


def can_move_points(overlay: Overlay, number: int) -> bool:
    """Say whether a part has points that can be moved: contours, or the lines and points of a report."""
    content = overlay.content
    if isinstance(content, StructureSet):
        return any(roi.number == number and roi.contours for roi in content.rois)
    return isinstance(content, Report) and any(one.part == number and _is_movable(one) for one in content.graphics)


def part_with_points(overlay: Overlay, number: int, edits: Sequence[Edit]) -> Overlay:
    """Return a part of a structure set or report with its points edited, as an overlay of its own.

    Edits that name what is not there, or that would leave too few points, change nothing.
    """
    content = overlay.content
    points = [edit for edit in edits if isinstance(edit, MovePoint | DeletePoint)]
    if isinstance(content, StructureSet):
        rois = tuple(_edited_roi(roi, points) for roi in content.rois if roi.number == number)
        return replace(overlay, content=StructureSet(rois), parts=(overlay.part(number),), places=None)
    if isinstance(content, Report):
        own = tuple(one for one in content.graphics if one.part == number)
        graphics = tuple(_edited_graphic(one, points) for one in own)
        changed = {one.item: one.points for one, before in zip(graphics, own, strict=True) if one is not before}
        root = _edited_item(content.root, changed) if changed else content.root
        edited = replace(content, root=root, graphics=graphics)
        return replace(overlay, content=edited, parts=(overlay.part(number),), places=None)
    return overlay


def point_count(alone: Overlay, place: str) -> int:
    """Return how many points there are at a place, as ``MovePoint`` names it."""
    content = alone.content
    if isinstance(content, StructureSet):
        return sum(len(one.points) for roi in content.rois for n, one in enumerate(roi.contours) if str(n) == place)
    graphics = content.graphics if isinstance(content, Report) else ()
    return sum(len(one.points) for one in graphics if one.item == place)


def edited_places(edits: Sequence[Edit]) -> frozenset[str]:
    """Return the places, as ``MovePoint`` names them, of which points were edited."""
    return frozenset(edit.place for edit in edits if isinstance(edit, MovePoint | DeletePoint))


def points_on_plane(alone: Overlay, plane: Plane) -> tuple[PlacedPoint, ...]:
    """Return the points of a part, as ``part_with_points`` returns it, that lie on a plane."""
    move = move_to(alone, plane.frame_of_reference_uid) if plane.in_patient_space else None
    if move is not None and move.deformation is not None:
        return ()
    own = plane if move is None else move.plane_own(plane)
    content = alone.content
    found: list[PlacedPoint] = []
    if isinstance(content, StructureSet):
        for place, contour in ((n, one) for roi in content.rois for n, one in enumerate(roi.contours)):
            least = LEAST_POINTS.get(contour.geometric_type)
            if least is not None and _lies_on(contour.points, own):
                found += _placed(str(place), own.position_image(contour.points), least)
    for one in content.graphics if isinstance(content, Report) else ():
        positions = _on_plane(one, own)
        if positions is not None and _is_movable(one):
            found += _placed(one.item, positions, LEAST_POINTS[one.shape] + int(_is_closed(one.points)))
    return tuple(found)


def moved_to(alone: Overlay, place: str, plane: Plane, position: tuple[float, float]) -> tuple[float, ...] | None:
    """Return a position of a plane in the space of the points at a place; None where there is none."""
    content = alone.content
    if isinstance(content, Report):
        graphic = next((one for one in content.graphics if one.item == place), None)
        if graphic is None or graphic.space == "PIXEL":
            return position if graphic is not None else None
    move = move_to(alone, plane.frame_of_reference_uid)
    own = plane if move is None else move.plane_own(plane)
    x, y, z = own.point_patient(position).tolist()
    return x, y, z


def with_labels(alone: Overlay, labels: Mapping[str, str]) -> Overlay:
    """Return a part of a report with other words beside its marks, by the content item identifier of the region."""
    content = alone.content
    if not isinstance(content, Report) or not labels:
        return alone
    graphics = tuple(replace(one, label=labels.get(one.item, one.label)) for one in content.graphics)
    return replace(alone, content=replace(content, graphics=graphics))


def _edited_roi(roi: RegionOfInterest, edits: Sequence[PointEdit]) -> RegionOfInterest:
    contours = tuple(_edited_contour(contour, str(place), edits) for place, contour in enumerate(roi.contours))
    return replace(roi, contours=contours)


def _edited_contour(contour: Contour, place: str, edits: Sequence[PointEdit]) -> Contour:
    least = LEAST_POINTS.get(contour.geometric_type)
    own = [edit for edit in edits if edit.place == place]
    if not own or least is None:
        return contour
    points = [tuple(point) for point in contour.points.tolist()]
    changed = _edited(points, own, least)
    return replace(contour, points=np.array(changed, dtype=np.float64).reshape(-1, 3))


def _edited_graphic(graphic: Graphic, edits: Sequence[PointEdit]) -> Graphic:
    own = [edit for edit in edits if edit.place == graphic.item]
    if not own or not _is_movable(graphic):
        return graphic
    closed = _is_closed(graphic.points)
    # A closed line repeats its first point, which is one point to the reader.
    points = _edited(list(graphic.points[:-1] if closed else graphic.points), own, LEAST_POINTS[graphic.shape] + int(closed))
    return replace(graphic, points=tuple((*points, points[0]) if closed else points))


def _edited(points: list[tuple[float, ...]], edits: Sequence[PointEdit], least: int) -> list[tuple[float, ...]]:
    for edit in edits:
        if not 0 <= edit.point < len(points):
            continue
        if isinstance(edit, MovePoint):
            if len(edit.to) == len(points[edit.point]):
                points[edit.point] = edit.to
        elif len(points) > least:
            del points[edit.point]
    return points


def _edited_item(item: ContentItem, changed: Mapping[str, tuple[tuple[float, ...], ...]]) -> ContentItem:
    children = tuple(_edited_item(child, changed) for child in item.children)
    same = all(one is other for one, other in zip(children, item.children, strict=True))
    if item.position in changed:
        data = tuple(value for point in changed[item.position] for value in point)
        return replace(item, graphic_data=data, children=item.children if same else children)
    return item if same else replace(item, children=children)


def _is_movable(graphic: Graphic) -> bool:
    return graphic.shape in LEAST_POINTS and graphic.space in ("PIXEL", "PATIENT") and not graphic.on_matrix


def _is_closed(points: Sequence[tuple[float, ...]]) -> bool:
    return len(points) > 3 and points[0] == points[-1]


def _placed(place: str, positions: FloatArray, least: int) -> list[PlacedPoint]:
    listed: list[tuple[float, float]] = [(float(x), float(y)) for x, y in positions.tolist()]
    closed = _is_closed(listed)
    own = listed[:-1] if closed else listed
    return [PlacedPoint(place, number, position, len(own) > least) for number, position in enumerate(own)]


def _lies_on(points: FloatArray, plane: Plane) -> bool:
    distance = np.abs(plane.distance_mm(points))
    return bool(len(distance)) and float(distance.max()) <= reach_mm(plane.thickness_mm)


def _on_plane(graphic: Graphic, plane: Plane) -> FloatArray | None:
    """Return the positions of a graphic on a plane; None when it does not lie there."""
    points = np.asarray(graphic.points, dtype=np.float64)
    if graphic.space == "PIXEL":
        named = plane.image is not None and any(one.names(plane.image) for one in graphic.images)
        return points if named else None
    if not plane.in_patient_space or graphic.frame_of_reference_uid != plane.frame_of_reference_uid:
        return None
    return plane.position_image(points) if _lies_on(points, plane) else None
