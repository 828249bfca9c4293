"""What of a structure set lies on a plane, and the volumes of its ROIs (PS3.3 C.8.8.6).

Decided
    A contour parallel to the plane belongs to it when it lies within half the smaller of slice gap and contour gap: noise of
    decimal strings hides nothing, and contours drawn every second slice do not look as if drawn on each.
    One that lies beside the slice by more than a tenth of the gap is shown in the style of what is near, not on, the plane.
    The reference to an image confirms and does not decide: position wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.geometry.contour_planes import ContourPlanes, nearest_planes, reach_mm
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.geometry.tolerances import ON_PLANE_RELATIVE
from viewer.representations.contour_cut import cut_lines, cut_mask
from viewer.representations.on_plane import LabelPicture, OnPlane, Outline, Shape
from viewer.representations.planar_region import polygons_cross, region_of
from viewer.representations.rasterise import region_on
from viewer.representations.slab_pieces import pieces_in_slab
from viewer.representations.slabs import single_thickness_mm, slabs_of

_SEPARATE_PARTS = 255


class _Gathered:
    """What lies on the plane, gathered ROI by ROI."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.outlines: list[Outline] = []
        self.shapes: list[Shape] = []
        self.masks: list[tuple[int, NDArray[np.bool_]]] = []

    def outline(self, part: int, paths: Sequence[FloatArray], *, closed: bool, projected: bool) -> None:
        if paths:
            self.outlines.append(Outline(part, tuple(paths), closed=closed, projected=projected))

    def point(self, part: int, points: FloatArray, *, projected: bool) -> None:
        self.shapes.append(Shape("POINT", points, part, projected=projected))

    def on_plane(self) -> OnPlane:
        numbers = {outline.part for outline in self.outlines} | {shape.part for shape in self.shapes}
        return OnPlane(
            labels=_label_pictures(self.plane, self.masks),
            outlines=tuple(self.outlines),
            shapes=tuple(self.shapes),
            parts_here=frozenset(numbers | {part for part, _ in self.masks}),
        )


def structure_set_on_plane(overlay: Overlay, plane: Plane) -> OnPlane:
    """Return what of a structure set lies on a plane.

    Closed contours parallel to the plane come as outlines without keyhole channels; those in other planes are cut and come
    as label pictures on the plane's own grid. Points are marks; open contours are the pieces within the slice.
    """
    content = overlay.content
    if not isinstance(content, StructureSet) or not plane.in_patient_space:
        return OnPlane()
    gathered = _Gathered(plane)
    for roi in content.rois:
        if roi.lies_in(plane.frame_of_reference_uid):
            _add_roi(gathered, roi)
    return gathered.on_plane()


def _add_roi(gathered: _Gathered, roi: RegionOfInterest) -> None:
    plane = gathered.plane
    for group in roi.planes.planes:
        along = group.offsets_along(plane.normal)
        if along is not None:
            _add_parallel(gathered, roi, group, along)
        elif len(group.offsets_mm) > 1 or single_thickness_mm(roi) > 0:
            mask = cut_mask(roi, group, plane)
            if mask.any():
                gathered.masks.append((roi.number, mask))
        else:
            lines = [plane.position_image(line) for line in cut_lines(roi, group, plane)]
            gathered.outline(roi.number, lines, closed=False, projected=False)
    for contour in roi.contours:
        if not contour.is_closed:
            _add_open(gathered, roi.number, contour)


def _add_parallel(gathered: _Gathered, roi: RegionOfInterest, group: ContourPlanes, along: FloatArray) -> None:
    plane = gathered.plane
    order = np.argsort(along)
    reach = reach_mm(plane.thickness_mm, group.spacing_mm)
    nearest = int(nearest_planes(along[order], np.array([plane.offset_mm]), reach=reach)[0])
    if nearest < 0:
        return
    chosen = int(order[nearest])
    projected = _is_beside(abs(float(along[chosen]) - plane.offset_mm), reach)
    region = region_on(roi, group, chosen, plane)
    scale = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    gathered.outline(roi.number, [loop / scale + 0.5 for loop in region.loops], closed=True, projected=projected)
    gathered.outline(roi.number, [tail / scale + 0.5 for tail in region.tails], closed=False, projected=projected)
    for place in group.members[chosen]:
        contour = roi.closed[place]
        if len(contour.points) < 3:
            _add_line(gathered, roi.number, plane.position_image(contour.points), projected=projected)


def _add_line(gathered: _Gathered, part: int, positions: FloatArray, *, projected: bool) -> None:
    """Add what encloses nothing: one point as a mark, two as a line."""
    if len(positions) == 1:
        gathered.point(part, positions, projected=projected)
    else:
        gathered.outline(part, [positions], closed=False, projected=projected)


def _add_open(gathered: _Gathered, part: int, contour: Contour) -> None:
    plane = gathered.plane
    reach = reach_mm(plane.thickness_mm)
    distances = plane.distance_mm(contour.points)
    margin = 0.01 * reach
    if len(contour.points) == 1 or contour.geometric_type == "POINT":
        for point, distance in zip(contour.points, distances, strict=True):
            if -reach + margin < distance <= reach + margin:
                gathered.point(part, plane.position_image(point[None]), projected=_is_beside(abs(float(distance)), reach))
        return
    pieces = [
        plane.position_image(piece) for piece in pieces_in_slab(contour.points, distances, -reach + margin, reach + margin)
    ]
    beside = _is_beside(float(np.abs(distances).min()), reach) and bool((distances > 0).all() or (distances < 0).all())
    gathered.outline(part, pieces, closed=False, projected=beside)


def _is_beside(distance_mm: float, reach: float) -> bool:
    """Say whether a distance is so large that the contour is shown as near the plane rather than on it."""
    return distance_mm > 2 * reach * ON_PLANE_RELATIVE


def _label_pictures(plane: Plane, masks: Sequence[tuple[int, NDArray[np.bool_]]]) -> tuple[LabelPicture, ...]:
    """Return as few pictures as hold all masks without one hiding another."""
    pictures: list[tuple[NDArray[np.uint8], list[int]]] = []
    for part, mask in masks:
        for labels, parts in pictures:
            if len(parts) < _SEPARATE_PARTS and not labels[mask].any():
                break
        else:
            labels, parts = np.zeros(plane.shape, dtype=np.uint8), []
            pictures.append((labels, parts))
        parts.append(part)
        labels[mask] = len(parts)
    return tuple(LabelPicture(plane, labels, tuple(parts)) for labels, parts in pictures)


def measure_structure_set(overlay: Overlay) -> Mapping[int, PartMeasure]:
    """Return the contour volume of every ROI, with the method, and a point on its largest slice.

    Volume is the sum over contour planes of area times slab: from halfway to the plane before to halfway to the plane after.
    """
    content = overlay.content
    rois = content.rois if isinstance(content, StructureSet) else ()
    return {roi.number: _measure(roi) for roi in rois}


def _measure(roi: RegionOfInterest) -> PartMeasure:
    if not roi.contours:
        return PartMeasure(None, 0.0, "no contours", None, "empty")
    if not roi.closed:
        middle = np.concatenate([contour.points for contour in roi.contours]).mean(axis=0)
        nearest = min((contour.points for contour in roi.contours), key=lambda points: _distance_to(points, middle))
        return PartMeasure(None, None, "points and open contours have no volume", to_vector(nearest[0]))
    volume_mm3, largest_area, largest = 0.0, -1.0, None
    single = single_thickness_mm(roi)
    assumed = False
    for group in roi.planes.planes:
        areas = _areas(roi, group)
        volume_mm3 += float(areas @ slabs_of(group.offsets_mm, single_mm=single).thickness_mm)
        assumed |= len(group.offsets_mm) == 1 and single == 0
        top = int(np.argmax(areas))
        if areas[top] > largest_area:
            points = np.concatenate([roi.closed[place].points for place in group.members[top]])
            largest_area, largest = float(areas[top]), to_vector((points.min(axis=0) + points.max(axis=0)) / 2)
    if assumed:
        return PartMeasure(None, None, "one contour plane of unknown thickness has no volume", largest)
    count = sum(len(group.offsets_mm) for group in roi.planes.planes)
    method = f"contour volume: area times slab over {count} planes, half the gap to each neighbour"
    return PartMeasure(None, volume_mm3 / 1000, method, largest)


def contours_cross(roi: RegionOfInterest) -> bool:
    """Say whether contours of an ROI on one plane cross each other, so that their union is taken."""
    for group in roi.planes.planes:
        shared = [[roi.closed[place] for place in members] for members in group.members if len(members) > 1]
        if not shared:
            continue
        basis = _basis(group)
        for contours in shared:
            if not _exclusive(contours) and polygons_cross([one.points @ basis.T for one in contours]):
                return True
    return False


def _areas(roi: RegionOfInterest, group: ContourPlanes) -> FloatArray:
    basis = _basis(group)
    areas = []
    for members in group.members:
        contours = [roi.closed[place] for place in members]
        region = region_of([contour.points @ basis.T for contour in contours], exclusive=_exclusive(contours))
        areas.append(region.area_mm2)
    return np.array(areas)


def _basis(group: ContourPlanes) -> FloatArray:
    """Return (2, 3) orthogonal unit vectors in the planes of a group."""
    first = np.eye(3)[np.argmin(np.abs(group.normal))]
    across = np.cross(group.normal, first)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(group.normal, across)])


def _exclusive(contours: Sequence[Contour]) -> bool:
    return any(contour.geometric_type == "CLOSEDPLANAR_XOR" for contour in contours)


def _distance_to(points: FloatArray, middle: FloatArray) -> float:
    return float(np.linalg.norm(points[0] - middle))
