"""What of a segmentation lies on a plane: label pictures and fraction pictures, on their own grid wherever that is coplanar.

Segments are placed by their own coordinates (PS3.3 A.51.5.1); only where the object has no Frame of Reference do its pixels
belong to those of the image that its frames name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from viewer.domain.overlay import Overlay, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import Plane, to_vector
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.representations.part_codes import (
    Fractions,
    Labels,
    PartCodes,
    fraction_layers,
    label_layers,
    part_codes,
)
from viewer.representations.resample import finer_plane, sampled_fractions, sampled_labels
from viewer.representations.segmentation_slices import (
    Pile,
    SegmentationSlice,
    by_segment,
    frames_on_image,
    piles_of,
    same_grid,
)

_READABLE_BITS = {"BINARY": (1, 8), "FRACTIONAL": (8, 16), "LABELMAP": (8, 16)}


def segmentation_on_plane(
    overlay: Overlay, plane: Plane, read_frame: ReadFrame, *, parts: Sequence[int] | None = None
) -> OnPlane:
    """Return what of a segmentation lies on a plane.

    Coplanar frames keep their own grid; the nearest ones within half their spacing count. Others are sampled onto the
    plane, nearest for labels and linear for fractions, at the finer of the two spacings. Only the frames that this plane
    needs are read.

    Parameters
    ----------
    overlay
        Whose content is a Segmentation.
    plane
        An image's own plane, or one through a volume.
    read_frame
        Of the overlay's instance.
    parts
        Part numbers to look for; None for all parts of the overlay.

    Raises
    ------
    TypeError
        When the content is no Segmentation. Whatever ``read_frame`` raises is passed on.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise TypeError("The overlay has no segmentation")
    if content.bits_allocated not in _READABLE_BITS[content.type]:
        return OnPlane()
    codes = part_codes(overlay, parts)
    if lies_by_position(content, plane):
        found = [_of_pile(content, pile, plane, read_frame, codes) for pile in piles_of(content)]
        return _together(found)
    return _of_image(content, plane, read_frame, codes)


def lies_by_position(content: Segmentation, plane: Plane) -> bool:
    """Say whether the frames lie in the plane's space: same Frame of Reference, and positions on both sides."""
    return (
        content.frame_of_reference_uid is not None
        and content.frame_of_reference_uid == plane.frame_of_reference_uid
        and plane.in_patient_space
        and bool(piles_of(content))
    )


def _of_pile(content: Segmentation, pile: Pile, plane: Plane, read_frame: ReadFrame, codes: PartCodes) -> OnPlane:
    if not pile.is_parallel_to(plane):
        target = finer_plane(plane, content)
        if content.type == "FRACTIONAL":
            fractions = sampled_fractions(content, pile, target, read_frame, codes)
            return _on_plane((), _fraction_pictures(target, fractions), codes)
        return _on_plane(_label_pictures(target, sampled_labels(content, pile, target, read_frame, codes), codes), (), codes)
    offset_mm = float(np.dot(plane.corners_patient().mean(axis=0), pile.normal))
    labels: list[LabelPicture] = []
    fractions_found: list[FractionPicture] = []
    for one in pile.nearest(offset_mm):
        grid = _moved_onto(one, plane, pile)
        if content.type == "FRACTIONAL":
            fractions = _between_slices(content, pile, one, offset_mm, read_frame, codes)
            fractions_found.extend(_fraction_pictures(grid, fractions))
        else:
            labels.extend(_label_pictures(grid, label_layers(content, one.frames, read_frame, codes), codes))
    return _on_plane(labels, fractions_found, codes)


def _moved_onto(one: SegmentationSlice, plane: Plane, pile: Pile) -> Plane:
    """Return the grid of a slice, projected onto the asked plane; the plane itself when the pixels are the same."""
    if same_grid(one.plane, plane, tolerance_mm=pile.spacing_mm / 2 + pile.tolerance_mm):
        return plane
    distance = float(plane.distance_mm(np.asarray(one.plane.origin)))
    origin = np.subtract(one.plane.origin, np.multiply(plane.normal, distance))
    return replace(one.plane, origin=to_vector(origin))


def _between_slices(
    content: Segmentation, pile: Pile, one: SegmentationSlice, offset_mm: float, read_frame: ReadFrame, codes: PartCodes
) -> dict[int, Fractions]:
    """Return the fractions on the grid of the nearest slice, linear between it and the next one."""
    inside = float(np.clip(offset_mm, pile.offsets_mm[0], pile.offsets_mm[-1]))
    if abs(inside - one.plane.offset_mm) <= pile.tolerance_mm:
        return fraction_layers(content, one.frames, read_frame, codes)
    found: dict[int, Fractions] = {}
    for place, other in enumerate(pile.slices):
        weight = 1 - abs(float(pile.offsets_mm[place]) - inside) / pile.spacing_mm
        if weight <= 0 or not _stacked(other.plane, one.plane):
            continue
        for number, fractions in fraction_layers(content, other.frames, read_frame, codes).items():
            weighted = fractions * np.float32(weight)
            found[number] = found[number] + weighted if number in found else weighted
    return found


def _stacked(grid: Plane, other: Plane) -> bool:
    """Say whether two parallel grids stand exactly above one another."""
    return same_grid(grid, other, tolerance_mm=float("inf"))


def _of_image(content: Segmentation, plane: Plane, read_frame: ReadFrame, codes: PartCodes) -> OnPlane:
    """Return the frames whose pixels are those of the plane's image (PS3.3 A.51.5.1, no Frame of Reference)."""
    conflicting = content.frame_of_reference_uid is not None and plane.frame_of_reference_uid is not None
    if plane.image is None or plane.shape != (content.rows, content.columns):
        return OnPlane()
    if conflicting and content.frame_of_reference_uid != plane.frame_of_reference_uid:
        return OnPlane()
    frames = by_segment(content, frames_on_image(content, *plane.image))
    if content.type == "FRACTIONAL":
        return _on_plane((), _fraction_pictures(plane, fraction_layers(content, frames, read_frame, codes)), codes)
    return _on_plane(_label_pictures(plane, label_layers(content, frames, read_frame, codes), codes), (), codes)


def _label_pictures(grid: Plane, layers: Sequence[Labels], codes: PartCodes) -> tuple[LabelPicture, ...]:
    return tuple(LabelPicture(grid, layer, codes.numbers) for layer in layers)


def _fraction_pictures(grid: Plane, fractions: dict[int, Fractions]) -> tuple[FractionPicture, ...]:
    return tuple(FractionPicture(grid, picture, number) for number, picture in sorted(fractions.items()))


def _on_plane(labels: Sequence[LabelPicture], fractions: Sequence[FractionPicture], codes: PartCodes) -> OnPlane:
    here = {picture.part for picture in fractions}
    for picture in labels:
        counts = np.bincount(picture.labels.reshape(-1), minlength=len(codes.numbers) + 1)
        here.update(codes.numbers[code - 1] for code in np.flatnonzero(counts[1:]) + 1)
    return OnPlane(labels=tuple(labels), fractions=tuple(fractions), parts_here=frozenset(here))


def _together(found: Sequence[OnPlane]) -> OnPlane:
    return OnPlane(
        labels=tuple(picture for one in found for picture in one.labels),
        fractions=tuple(picture for one in found for picture in one.fractions),
        parts_here=frozenset().union(*(one.parts_here for one in found)),
    )
