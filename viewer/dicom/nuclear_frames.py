"""Frames of a gamma camera (NM multi-frame, PS3.3 C.8.4.8): vectors say what each frame is, the detector where it lies."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np

from viewer.dicom.decimal_strings import numbers, vector
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.instance import FrameHeader
from viewer.domain.issues import Issue, issue
from viewer.geometry.orientation import orthonormal_axes
from viewer.geometry.plane import Vector, to_vector

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.20"
_POSITION = 0x00200032
_ORIENTATION = 0x00200037
_DETECTORS = 0x00540022
_INCREMENT = 0x00280009
_SLICES = 0x00540080
_VECTORS = (
    ("EnergyWindowVector", 0x00540010),
    ("DetectorVector", 0x00540020),
    ("PhaseVector", 0x00540030),
    ("RotationVector", 0x00540050),
    ("RRIntervalVector", 0x00540060),
    ("TimeSlotVector", 0x00540070),
    ("AngularViewVector", 0x00540090),
    ("TimeSliceVector", 0x00540100),
)

NUCLEAR_TREE: dict[int, Tree | None] = {
    _INCREMENT: None,
    _SLICES: None,
    **dict.fromkeys(tag for _, tag in _VECTORS),
    _DETECTORS: {_POSITION: None, _ORIENTATION: None},
}
"""What is wanted of the top level."""


def nuclear_frames(item: Item, top: FrameHeader, count: int) -> tuple[tuple[FrameHeader, ...], tuple[Issue, ...]]:
    """Return one frame header a frame, and what had to be assumed; no headers where no vector describes the frames.

    A reconstructed slice lies where the detector's Image Position (that of the first slice) and Spacing Between Slices put
    it: in the direction of the normal, against it when the spacing is negative. Frames of a camera that stands still or
    turns are projections and have no place.
    """
    vectors = {name: _shorts(item.values.get(tag)) for name, tag in _VECTORS}
    vectors = {name: values for name, values in vectors.items() if len(values) == count}
    slices = _shorts(item.values.get(_SLICES))
    reconstructed = "RECON TOMO" in top.image_type or "RECON GATED TOMO" in top.image_type
    if reconstructed and len(slices) != count and not vectors:
        slices = tuple(range(1, count + 1))
    if not vectors and len(slices) != count:
        return (), ()
    positions: list[Vector] | None = None
    issues: tuple[Issue, ...] = ()
    if reconstructed and len(slices) == count:
        positions, issues = _positions(item, top, slices)
    orientation = _orientation(item, top)
    frames = []
    for index in range(count):
        own = tuple((name, str(values[index])) for name, values in vectors.items())
        placed = positions is not None
        frames.append(
            replace(
                top,
                position=positions[index] if positions is not None else None,
                orientation=orientation if placed else None,
                dimensions=own,
            )
        )
    return tuple(frames), issues


def _positions(item: Item, top: FrameHeader, slices: tuple[int, ...]) -> tuple[list[Vector] | None, tuple[Issue, ...]]:
    detector = item.first(_DETECTORS)
    first = (vector(detector.values.get(_POSITION)) if detector else None) or top.position
    stated = _orientation(item, top)
    axes = orthonormal_axes(stated) if stated is not None else None
    if first is None or axes is None:
        return None, ()
    gap = top.spacing_between_slices_mm
    issues: tuple[Issue, ...] = ()
    if not gap and top.slice_thickness_mm:
        gap, issues = top.slice_thickness_mm, (issue("spacing_from_thickness", "info", mm=f"{top.slice_thickness_mm:g}"),)
    if not gap:
        return None, ()
    normal = np.cross(*axes)
    return [to_vector(np.add(first, normal * gap * (number - 1))) for number in slices], issues


def _orientation(item: Item, top: FrameHeader) -> tuple[float, ...] | None:
    detector = item.first(_DETECTORS)
    stated = numbers(detector.values.get(_ORIENTATION)) if detector else ()
    return stated if len(stated) == 6 else top.orientation


def _shorts(value: bytes | None) -> tuple[int, ...]:
    return struct.unpack(f"<{len(value) // 2}H", value[: len(value) // 2 * 2]) if value else ()
