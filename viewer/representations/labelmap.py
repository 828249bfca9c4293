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
from viewer.representations.fraction_volume import FractionVolume
from viewer.representations.label_volume import LabelVolume
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.representations.part_codes import Fractions, Labels, PartCodes, bits_are_readable, merge_labels, part_codes
from viewer.representations.resample import finer_plane, sampled_fractions, sampled_labels
from viewer.representations.segmentation_slices import (
    Pile,
    SegmentationSlice,
    by_segment,
    frames_on_image,
    piles_of,
    same_grid,
)
from viewer.representations.segmentation_volumes import Volume, VolumesOf
from viewer.representations.slice_source import SliceSource
from viewer.representations.tiled_labels import is_tiled, tiles_on_plane


def segmentation_on_plane(
    overlay: Overlay,
    plane: Plane,
    read_frame: ReadFrame,
    *,
    parts: Sequence[int] | None = None,
    volumes_of: VolumesOf | None = None,
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
    volumes_of
        Asked for the voxels when the plane crosses the slices, so that these are read once and not for every plane; the
        pictures are the same. None samples the slices that the plane crosses.

    Raises
    ------
    TypeError
        When the content is no Segmentation. Whatever ``read_frame`` and ``volumes_of`` raise is passed on.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise TypeError("The overlay has no segmentation")
    if not bits_are_readable(content):
        return OnPlane()
    source = SliceSource(content, read_frame, part_codes(overlay, parts))
    if is_tiled(content) and lies_by_position(content, plane):
        return tiles_on_plane(source, plane)
    if lies_by_position(content, plane):
        piles = piles_of(content)
        crossed = volumes_of is not None and not all(pile.is_parallel_to(plane) for pile in piles)
        volumes = volumes_of(source) if volumes_of is not None and crossed else (None,) * len(piles)
        return _together([_of_pile(source, pile, plane, volume) for pile, volume in zip(piles, volumes, strict=True)])
    return _of_image(source, plane)


def labels_on_grid(source: SliceSource, plane: Plane) -> tuple[Labels, ...]:
    """Return label pictures of exactly the pixels of a plane: as stored where the grids agree, else the nearest voxel.

    A further picture holds what overlaps. Empty when nothing lies there. They belong to ``source``: not to be changed.
    """
    if not lies_by_position(source.content, plane):
        frames = _frames_of_image(source.content, plane)
        return source.labels(frames) if frames else ()
    found: list[Labels] = []
    piles = piles_of(source.content)
    for pile in piles:
        slices = _on_same_pixels(pile, plane)
        layers = sampled_labels(source, pile, plane) if slices is None else source.labels(slices)
        if len(piles) == 1:
            return tuple(layers)
        for layer in layers:
            merge_labels(found, layer.copy())
    return tuple(found)


def fractions_on_grid(source: SliceSource, plane: Plane) -> dict[int, Fractions]:
    """Return the fractions of each part at exactly the pixels of a plane: as stored where the grids agree, else linear."""
    if not lies_by_position(source.content, plane):
        return source.fractions(_frames_of_image(source.content, plane))
    found: dict[int, Fractions] = {}
    for pile in piles_of(source.content):
        slices = _on_same_pixels(pile, plane, tolerance_mm=pile.tolerance_mm)
        fractions = sampled_fractions(source, pile, plane) if slices is None else source.fractions(slices)
        for number, picture in fractions.items():
            found[number] = np.maximum(found[number], picture) if number in found else picture
    return found


def _on_same_pixels(pile: Pile, plane: Plane, *, tolerance_mm: float = float("inf")) -> tuple[int, ...] | None:
    """Return the frames of the nearest slice when it has the plane's pixels, none when no slice is near; None: sample."""
    if not pile.is_parallel_to(plane):
        return None
    slices = pile.nearest(float(np.dot(plane.corners_patient().mean(axis=0), pile.normal)))
    if not slices:
        return ()
    if len(slices) == 1 and same_grid(slices[0].plane, plane, tolerance_mm=tolerance_mm):
        return slices[0].frames
    return None


def lies_by_position(content: Segmentation, plane: Plane) -> bool:
    """Say whether the frames lie in the plane's space: same Frame of Reference, and positions on both sides."""
    return (
        content.frame_of_reference_uid is not None
        and content.frame_of_reference_uid == plane.frame_of_reference_uid
        and plane.in_patient_space
        and bool(piles_of(content))
    )


def follows_voxels(content: Segmentation, plane: Plane) -> bool:
    """Say whether a plane crosses the slices of a label segmentation and shows one voxel in each of its pixels."""
    if content.type == "FRACTIONAL" or is_tiled(content) or not lies_by_position(content, plane):
        return False
    return all(not pile.is_parallel_to(plane) and finer_plane(plane, content, pile) is plane for pile in piles_of(content))


def _of_pile(source: SliceSource, pile: Pile, plane: Plane, volume: Volume | None) -> OnPlane:
    fractional = source.content.type == "FRACTIONAL"
    if not pile.is_parallel_to(plane):
        target = finer_plane(plane, source.content, None if fractional else pile)
        if fractional:
            fractions_here = (
                volume.sampled(target) if isinstance(volume, FractionVolume) else sampled_fractions(source, pile, target)
            )
            return _of_fractions(_fraction_pictures(target, fractions_here))
        labels_here = volume.sampled(target) if isinstance(volume, LabelVolume) else sampled_labels(source, pile, target)
        return _of_labels(_label_pictures(target, labels_here, source.codes))
    offset_mm = float(np.dot(plane.corners_patient().mean(axis=0), pile.normal))
    labels: list[LabelPicture] = []
    fractions: list[FractionPicture] = []
    for one in pile.nearest(offset_mm):
        grid = _moved_onto(one, plane, pile)
        if fractional:
            fractions.extend(_fraction_pictures(grid, _between_slices(source, pile, one, offset_mm)))
        else:
            labels.extend(_label_pictures(grid, source.labels(one.frames), source.codes))
    return _of_fractions(fractions) if fractional else _of_labels(labels)


def _moved_onto(one: SegmentationSlice, plane: Plane, pile: Pile) -> Plane:
    """Return the grid of a slice, projected onto the asked plane; the plane itself when the pixels are the same."""
    if same_grid(one.plane, plane, tolerance_mm=pile.spacing_mm / 2 + pile.tolerance_mm):
        return plane
    distance = float(plane.distance_mm(np.asarray(one.plane.origin)))
    origin = np.subtract(one.plane.origin, np.multiply(plane.normal, distance))
    return replace(one.plane, origin=to_vector(origin))


def _between_slices(source: SliceSource, pile: Pile, one: SegmentationSlice, offset_mm: float) -> dict[int, Fractions]:
    """Return the fractions on the grid of the nearest slice, linear between it and the next one."""
    inside = float(np.clip(offset_mm, pile.offsets_mm[0], pile.offsets_mm[-1]))
    if abs(inside - one.plane.offset_mm) <= pile.tolerance_mm:
        return source.fractions(one.frames)
    found: dict[int, Fractions] = {}
    for place, other in enumerate(pile.slices):
        weight = float(pile.weights(inside - float(pile.offsets_mm[place]), int(pile.levels[place])))
        if weight <= 0 or not _stacked(other.plane, one.plane):
            continue
        for number, fractions in source.fractions(other.frames).items():
            weighted = fractions * np.float32(weight)
            found[number] = found[number] + weighted if number in found else weighted
    return found


def _stacked(grid: Plane, other: Plane) -> bool:
    """Say whether two parallel grids stand exactly above one another."""
    return same_grid(grid, other, tolerance_mm=float("inf"))


def _of_image(source: SliceSource, plane: Plane) -> OnPlane:
    frames = _frames_of_image(source.content, plane)
    if source.content.type == "FRACTIONAL":
        return _of_fractions(_fraction_pictures(plane, source.fractions(frames)))
    return _of_labels(_label_pictures(plane, source.labels(frames), source.codes))


def _frames_of_image(content: Segmentation, plane: Plane) -> tuple[int, ...]:
    """Return the frames whose pixels are those of the plane's image (PS3.3 A.51.5.1, no Frame of Reference)."""
    if plane.image is None or plane.shape != (content.rows, content.columns):
        return ()
    stated = content.frame_of_reference_uid, plane.frame_of_reference_uid
    if None not in stated and stated[0] != stated[1]:
        return ()
    return by_segment(content, frames_on_image(content, *plane.image))


def _label_pictures(grid: Plane, layers: Sequence[Labels], codes: PartCodes) -> tuple[LabelPicture, ...]:
    return tuple(LabelPicture(grid, layer, codes.numbers) for layer in layers)


def _fraction_pictures(grid: Plane, fractions: dict[int, Fractions]) -> tuple[FractionPicture, ...]:
    return tuple(FractionPicture(grid, picture, number) for number, picture in sorted(fractions.items()))


def _of_labels(pictures: Sequence[LabelPicture]) -> OnPlane:
    here: set[int] = set()
    for picture in pictures:
        counts = np.bincount(picture.labels.reshape(-1))
        here.update(picture.parts[code - 1] for code in np.flatnonzero(counts[1:]) + 1)
    return OnPlane(labels=tuple(pictures), parts_here=frozenset(here))


def _of_fractions(pictures: Sequence[FractionPicture]) -> OnPlane:
    return OnPlane(fractions=tuple(pictures), parts_here=frozenset(picture.part for picture in pictures))


def _together(found: Sequence[OnPlane]) -> OnPlane:
    return OnPlane(
        labels=tuple(picture for one in found for picture in one.labels),
        fractions=tuple(picture for one in found for picture in one.fractions),
        parts_here=frozenset().union(*(one.parts_here for one in found)),
    )
