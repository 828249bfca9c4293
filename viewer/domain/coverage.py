"""Which frames of a stack each part of an overlay touches, from where its pieces lie: what the slice strip shows.

It says where the object has frames, contours or marks. Whether a frame of a label map holds a certain segment only its
pixels tell, so all segments of a label map are said to touch what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from viewer.domain.bulk_annotations import BulkAnnotations
from viewer.domain.dose import Dose
from viewer.domain.graphic import Graphic
from viewer.domain.overlay import Overlay, Places
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.presentation import PresentationState
from viewer.domain.pyramid import Pyramid
from viewer.domain.references import ImageReference
from viewer.domain.registered import bent_onto, stack_for
from viewer.domain.registration import Move
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.slice_sides_of_frames import sides_of_frames
from viewer.domain.stack import Stack
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.geometry.contour_planes import ContourPlanes, nearest_planes, reach_mm

Frames = NDArray[np.bool_]


def coverage(overlay: Overlay, stack: Stack) -> Mapping[int, Frames]:
    """Return for each part that touches the stack a (frames,) array that says which frames it touches."""
    found = _by_part(overlay, stack)
    return {part: frames for part, frames in found.items() if frames.any()}


def frames_touched(overlay: Overlay, stack: Stack) -> tuple[int, int] | None:
    """Return the first and last frame of the stack that any part touches, or None."""
    frames = np.zeros(len(stack.frames), dtype=bool)
    for part_frames in _by_part(overlay, stack).values():
        frames |= part_frames
    return first_and_last(frames)


def first_and_last(frames: Frames) -> tuple[int, int] | None:
    """Return the first and last True place, or None."""
    touched = np.flatnonzero(frames)
    return (int(touched[0]), int(touched[-1])) if len(touched) else None


def places_outside(overlay: Overlay, stack: Stack) -> int:
    """Return how many frames of a segmentation or contours of a structure set touch no frame of the stack."""
    if bent_onto(overlay, stack) is not None:
        return 0
    content, stack = overlay.content, stack_for(overlay, stack)
    if isinstance(content, StructureSet):
        rois = [roi for roi in content.rois if roi.frame_of_reference_uid in (None, stack.frame_of_reference_uid)]
        return sum(_contours_outside(roi, stack) for roi in rois)
    if isinstance(content, Segmentation) and overlay.places is not None:
        return int((~_touches(overlay.places, stack, content).any(axis=1)).sum())
    return 0


def referenced_frames(references: Iterable[ImageReference], stack: Stack) -> Frames:
    """Return which frames of the stack are named by the references; a reference without frame numbers names all."""
    numbers_by_uid = _numbers_by_uid(references)
    if stack.pyramid is not None:
        return _named_planes(numbers_by_uid, stack.pyramid, len(stack.frames))
    named = [plane.image is not None and _holds(numbers_by_uid, plane.image) for plane in stack.planes]
    return np.array(named, dtype=bool)


def _named_planes(numbers_by_uid: Mapping[str, set[int]], pyramid: Pyramid, count: int) -> Frames:
    """Return which focal planes of a slide are named, by whatever tile of whatever level."""
    named = np.zeros(count, dtype=bool)
    for uid, numbers in numbers_by_uid.items():
        level = pyramid.level_of(uid)
        if level is not None:
            named[list(level.depths_of_uid(uid, () if 0 in numbers else tuple(numbers)))] = True
    return named


def _numbers_by_uid(references: Iterable[ImageReference]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for reference in references:
        found.setdefault(reference.sop_instance_uid.partition("@")[0], set()).update(reference.frames or (0,))
    return found


def _holds(numbers_by_uid: Mapping[str, set[int]], image: tuple[str, int]) -> bool:
    numbers = numbers_by_uid.get(image[0].partition("@")[0], set())
    return 0 in numbers or image[1] in numbers


def _by_part(overlay: Overlay, stack: Stack) -> dict[int, Frames]:
    bent = bent_onto(overlay, stack)
    if bent is not None:
        return _of_bent(overlay, bent, stack)
    content, stack = overlay.content, stack_for(overlay, stack)
    if isinstance(content, StructureSet):
        fits = (None, stack.frame_of_reference_uid)
        return {roi.number: _of_roi(roi, stack) for roi in content.rois if roi.frame_of_reference_uid in fits}
    if isinstance(content, Report):
        return _of_marks(overlay, content.graphics, stack)
    if isinstance(content, PresentationState):
        return _of_state(overlay, content, stack)
    if isinstance(content, BulkAnnotations):
        return _of_bulk(overlay, content, stack)
    if isinstance(content, SurfaceSegmentation):
        return {number: _of_points(one.every_point, stack) for number, one in content.by_number.items()}
    if overlay.meshes:
        return {number: _of_points(mesh.points, stack) for number, mesh in overlay.meshes.items()}
    if isinstance(content, Dose | ParametricMap) and overlay.places is not None:
        frames = _of_grid(overlay.places, stack)
        return {part.number: frames for part in overlay.parts} or {1: frames}
    if isinstance(content, Segmentation) and overlay.places is not None:
        return _of_frames(overlay, overlay.places, _touches(overlay.places, stack, content), stack)
    return {}


def _of_bent(overlay: Overlay, move: Move, stack: Stack) -> dict[int, Frames]:
    """Return which frames may be touched by what a deformation brings: between its points, and a grid vector further."""
    reach = move.deformation.grid.largest_mm if move.deformation is not None and move.deformation.grid is not None else 0.0
    offsets = stack.offsets_mm
    found: dict[int, Frames] = {}
    for number, points in _points_of_parts(overlay, move.own_uid):
        there = move.points_other(points)
        there = there[np.isfinite(there).all(axis=1)]
        frames = np.zeros(len(stack.frames), dtype=bool)
        if len(there):
            low, high = _extents(there, stack)
            half = _half_gaps(stack)
            frames = (offsets >= low - half - reach) & (offsets <= high + half + reach)
        found[number] = found.get(number, np.zeros_like(frames)) | frames
    return found


def _points_of_parts(overlay: Overlay, space_uid: str) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the numbers of parts with points (n, 3) mm around what they have in a space."""
    content = overlay.content
    if isinstance(content, StructureSet):
        fitting = [roi for roi in content.rois if roi.frame_of_reference_uid in (None, space_uid) and roi.contours]
        yield from ((roi.number, np.concatenate([contour.points for contour in roi.contours])) for roi in fitting)
    elif isinstance(content, SurfaceSegmentation):
        yield from ((number, one.every_point) for number, one in content.by_number.items())
    elif overlay.meshes:
        yield from ((number, mesh.points) for number, mesh in overlay.meshes.items())
    elif isinstance(content, Report):
        for graphic in content.graphics:
            if graphic.space == "PATIENT" and graphic.frame_of_reference_uid in (None, "", space_uid):
                yield graphic.part, np.asarray(graphic.points, dtype=float)
    elif overlay.places is not None:
        for number in np.unique(overlay.places.part).tolist():
            corners = overlay.places.corners[overlay.places.part == number].reshape(-1, 3)
            corners = corners[np.isfinite(corners).all(axis=1)]
            middle = [corners.mean(axis=0, keepdims=True)] if len(corners) else []
            points = np.concatenate([corners, *middle])
            yield from ((part.number, points) for part in overlay.parts if number in (-1, part.number))


def _of_frames(overlay: Overlay, places: Places, touches: Frames, stack: Stack) -> dict[int, Frames]:
    anywhere = touches[places.part == -1].any(axis=0) if len(places.part) else np.zeros(len(stack.frames), bool)
    found = {part.number: anywhere for part in overlay.parts}
    for number in np.unique(places.part[places.part >= 0]).tolist():
        found[number] = found.get(number, anywhere) | touches[places.part == number].any(axis=0)
    return found


def _touches(places: Places, stack: Stack, content: Segmentation) -> Frames:
    """Return (places, frames): whether a frame's plane runs through a place or within half its thickness."""
    has_position = np.asarray(~np.isnan(places.corners).any(axis=(1, 2)) & stack.in_patient_space, dtype=bool)
    touches = np.zeros((len(places.part), len(stack.frames)), dtype=bool)
    if has_position.any():
        low, high = _extents(places.corners[has_position], stack)
        before, behind = _reaches(content, stack, has_position)
        offsets, margin = stack.offsets_mm, 0.01 * (before + behind) / 2
        touches[has_position] = (high[:, None] > offsets - behind + margin) & (low[:, None] <= offsets + before + margin)
    for place in np.flatnonzero(~has_position).tolist():
        if place < len(places.images):
            touches[place] = referenced_frames(places.images[place], stack)
    return touches


def _reaches(
    content: Segmentation, stack: Stack, placed: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far frames that have a place reach against and along the stack's normal, mm: (frames, 1) or (planes,)."""
    sides = sides_of_frames(content)
    if sides is None:
        half = np.asarray(reach_mm(content.slice_spacing_mm)) if content.slice_spacing_mm > 0 else _half_gaps(stack)
        return half, half
    orientation = content.frames.orientation[placed]
    turned = np.cross(orientation[:, :3], orientation[:, 3:]) @ np.asarray(stack.planes[0].normal) < 0
    halves = np.where(turned[:, None], sides[placed][:, ::-1], sides[placed]) / 2
    return halves[:, :1], halves[:, 1:]


def _extents(points: NDArray[np.float64], stack: Stack) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    distances: NDArray[np.float64] = points @ np.asarray(stack.planes[0].normal)
    return distances.min(axis=-1), distances.max(axis=-1)


def _half_gaps(stack: Stack, *gaps_mm: float) -> NDArray[np.float64]:
    """Return the reach of each plane; few thicknesses occur, so each is worked out once."""
    thicknesses, which = stack.thicknesses_mm
    return np.array([reach_mm(thickness, *gaps_mm) for thickness in thicknesses.tolist()])[which]


def _of_roi(roi: RegionOfInterest, stack: Stack) -> Frames:
    frames = np.zeros(len(stack.frames), dtype=bool)
    if not stack.in_patient_space:
        return frames
    offsets = stack.offsets_mm
    for planes in roi.planes.planes:
        shown = _shown(planes, stack)
        if shown is not None:
            frames |= shown >= 0
        else:
            points = np.concatenate([roi.closed[place].points for plane in planes.members for place in plane])
            low, high = _extents(points, stack)
            frames |= (offsets >= low) & (offsets <= high)
    half = _half_gaps(stack) if any(not contour.is_closed for contour in roi.contours) else offsets
    for contour in roi.contours:
        if not contour.is_closed:
            low, high = _extents(contour.points, stack)
            frames |= (high > offsets - half) & (low <= offsets + half)
    return frames


def _shown(planes: ContourPlanes, stack: Stack) -> NDArray[np.intp] | None:
    """Return for each frame the contour plane shown on it, or -1; None when the planes are not parallel to the stack."""
    along = planes.offsets_along(stack.planes[0].normal)
    if along is None:
        return None
    order = np.argsort(along)
    reach = _half_gaps(stack, planes.spacing_mm)
    nearest = nearest_planes(along[order], stack.offsets_mm, reach=reach)
    return np.where(nearest >= 0, order[nearest], -1).astype(np.intp)


def _of_grid(places: Places, stack: Stack) -> Frames:
    """Return which frames run through a grid of values, half a slice beyond its outermost planes included."""
    corners = places.corners[~np.isnan(places.corners).any(axis=(1, 2))]
    if not stack.in_patient_space or not len(corners):
        return np.zeros(len(stack.frames), dtype=bool)
    low, high = _extents(corners, stack)
    middles = np.sort((low + high) / 2)
    reach = float(np.median(np.diff(middles))) / 2 if len(middles) > 1 else 0.0
    margin = np.maximum(_half_gaps(stack), reach)
    return np.asarray((stack.offsets_mm >= low.min() - margin) & (stack.offsets_mm <= high.max() + margin))


def _contours_outside(roi: RegionOfInterest, stack: Stack) -> int:
    outside = 0
    for planes in roi.planes.planes:
        shown = _shown(planes, stack)
        if shown is not None:
            on_some = set(shown.tolist())
            outside += sum(len(members) for place, members in enumerate(planes.members) if place not in on_some)
    return outside


def _of_points(points: NDArray[np.float64], stack: Stack) -> Frames:
    """Return which frames cut a surface: their planes themselves, not the slices around them."""
    if not stack.in_patient_space or not len(points):
        return np.zeros(len(stack.frames), dtype=bool)
    low, high = _extents(points, stack)
    return np.asarray((stack.offsets_mm >= low) & (stack.offsets_mm <= high))


def _of_bulk(overlay: Overlay, content: BulkAnnotations, stack: Stack) -> dict[int, Frames]:
    """Return all focal planes of a slide for what lies by position, and those of the images named for what lies on them."""
    if content.on_matrix:
        frames = referenced_frames(overlay.references, stack)
    else:
        frames = np.full(len(stack.frames), stack.in_patient_space)
    return {group.number: frames for group in content.groups if len(group)}


def _of_marks(overlay: Overlay, graphics: Iterable[Graphic], stack: Stack) -> dict[int, Frames]:
    found: dict[int, Frames] = {}
    for graphic in graphics:
        frames = _of_graphic(overlay, graphic, stack)
        found[graphic.part] = found.get(graphic.part, np.zeros_like(frames)) | frames
    return found


def _of_graphic(overlay: Overlay, graphic: Graphic, stack: Stack) -> Frames:
    if graphic.space != "PATIENT":
        return referenced_frames(graphic.images or overlay.references, stack)
    frames = np.zeros(len(stack.frames), dtype=bool)
    fits = graphic.frame_of_reference_uid in (None, "", stack.frame_of_reference_uid)
    if not (stack.in_patient_space and fits and graphic.points):
        return frames
    low, high = _extent_of_mark(graphic, stack)
    offsets, half = stack.offsets_mm, _half_gaps(stack)
    frames = (high > offsets - half) & (low <= offsets + half)
    if not frames.any():
        # What lies near no slice is shown in another style on the nearest one, and never left out.
        frames[np.argmin(np.abs(offsets - (low + high) / 2))] = True
    return frames


def _extent_of_mark(graphic: Graphic, stack: Stack) -> tuple[float, float]:
    """Return between which offsets a mark lies; an ellipse that leans reaches farther than the ends of its axes."""
    points = np.asarray(graphic.points, dtype=float)
    if graphic.shape not in ("ELLIPSE", "ELLIPSOID") or len(points) % 2:
        low, high = _extents(points, stack)
        return float(low), float(high)
    distances = points @ np.asarray(stack.planes[0].normal)
    reach = float(np.linalg.norm((distances[1::2] - distances[::2]) / 2))
    middle = float(distances[:2].mean())
    return middle - reach, middle + reach


def _of_state(overlay: Overlay, state: PresentationState, stack: Stack) -> dict[int, Frames]:
    found = _of_marks(overlay, state.graphics, stack)
    for text in state.texts:
        frames = referenced_frames(text.images or state.images, stack)
        found[text.part] = found.get(text.part, np.zeros_like(frames)) | frames
    activated = {layer for _, layer in state.activations} | {plane.activation_layer for plane in state.overlay_planes}
    switched_on = {layer.part for layer in state.layers if layer.name in activated}
    for part in overlay.parts:
        if part.number not in found or part.number in switched_on:
            found[part.number] = referenced_frames(state.images or overlay.references, stack)
    return found
