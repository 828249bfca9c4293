"""RT Dose objects: the grid, what it is scaled by, and the histograms that came with it (PS3.3 A.18.3, C.8.8.3).

Decided
    Grid Frame Offset Vector is read as C.8.8.3.2 has it: from 0 on, it counts from Image Position along the normal; from
    the third number of Image Position on, it is the patient coordinate of transverse planes. What begins with neither is
    counted from its own first value, and that is said.
    A grid whose scaling or planes cannot be known has no values that may be shown: it is listed with that reason.
    The largest value is looked for when the object is read, because levels are percentages of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.dicom.frames import FrameReader, is_plain
from viewer.domain.dose import Dose
from viewer.domain.dose_overlay import with_levels
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import FrameNotRead, Overlay, Places
from viewer.domain.references import ImageReference
from viewer.domain.stack import Stack
from viewer.geometry.nearest_slice import with_nearest_ranges
from viewer.geometry.orientation import name_of, orthonormal_axes
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector
from viewer.iods import listed
from viewer.iods.dose_histograms import read_histograms
from viewer.iods.elements import floats, integer, items, number, text, texts

SOP_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.481.2",)
_UNITS: Final = {"GY": "Gy", "RELATIVE": ""}
_PARTS_OF_A_PLAN: Final = {
    "BEAM": "it is that of a single beam",
    "CONTROL_POINT": "it is that of single control points of a beam",
    "BRACHY": "it is that of a single brachytherapy setup",
}
"""Dose Summation Types of less than a plan (C.8.8.3)."""
_SAME_MM: Final = 0.01
_EVEN: Final = 0.01


def read(header: InstanceHeader) -> Overlay:
    """Return a dose as an overlay whose parts are its isodose levels; one that cannot be placed is listed with the reason.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    dataset = read_dataset(header)
    overlay = listed.read(header)
    kept = tuple(one for one in overlay.issues if one.code != "not_rendered")
    planes = _grid(dataset, header)
    scaling = number(dataset, "DoseGridScaling")
    if isinstance(planes, str) or scaling is None or not scaling > 0:
        reason = planes if isinstance(planes, str) else "it states no usable Dose Grid Scaling"
        return replace(overlay, issues=(*kept, issue("dose_not_shown", "error", reason=reason)))
    stack = _stack(planes.planes, header)
    largest = _largest(header, stack)
    content = Dose(
        stack=stack,
        unit=_UNITS.get(text(dataset, "DoseUnits").upper(), ""),
        type=text(dataset, "DoseType"),
        summation=text(dataset, "DoseSummationType"),
        scaling=scaling,
        heterogeneity=texts(dataset, "TissueHeterogeneityCorrection"),
        normalization_at=_point(dataset, "NormalizationPoint"),
        comment=text(dataset, "DoseComment"),
        plans=_references(dataset, "ReferencedRTPlanSequence"),
        structure_sets=_references(dataset, "ReferencedStructureSetSequence"),
        histograms=read_histograms(dataset),
        maximum=None if largest is None else largest[0] * scaling,
        maximum_at=None if largest is None else largest[1],
    )
    corners = np.stack([plane.corners_patient() for plane in stack.planes])
    drawn = replace(
        overlay,
        content=content,
        # What it names are plans and structure sets, not images.
        references=(),
        referenced_series=(),
        places=Places(np.full(len(corners), -1, np.int32), corners, ((),) * len(corners)),
        issues=(*kept, *planes.issues, *_faults(dataset), *_off_at_first(content.summation)),
        visible_by_default=content.summation not in _PARTS_OF_A_PLAN,
    )
    return with_levels(drawn, None)


@dataclass(frozen=True)
class _Grid:
    planes: tuple[Plane, ...]
    """In the order of the frames."""
    issues: tuple[Issue, ...] = ()


def _grid(dataset: Dataset, header: InstanceHeader) -> _Grid | str:
    """Return the planes of the grid, or why it has none as the end of a sentence."""
    if header.pixels is None:
        return "it has no dose grid, only histograms or points"
    if header.rows < 1 or header.columns < 1:
        return "its Rows or Columns are not stated"
    position = _point(dataset, "ImagePositionPatient")
    orientation = floats(dataset, "ImageOrientationPatient")
    axes = orthonormal_axes(orientation) if len(orientation) == 6 else None
    spacing = floats(dataset, "PixelSpacing")
    if position is None or axes is None or len(spacing) != 2 or not all(math.isfinite(one) and one > 0 for one in spacing):
        return "its position, orientation or pixel spacing is not stated"
    if header.frame_of_reference_uid is None:
        return "it states no Frame of Reference"
    count = max(header.number_of_frames, 1)
    offsets = floats(dataset, "GridFrameOffsetVector")
    if count == 1 and not offsets:
        offsets = (0.0,)
    if len(offsets) != count or not all(map(math.isfinite, offsets)):
        stated = f"it has {len(offsets)} of {count} values of Grid Frame Offset Vector" if offsets else ""
        return stated or "it states no Grid Frame Offset Vector, so nothing says how far apart its planes are"
    if len(set(offsets)) != len(offsets):
        return "two planes of its grid lie at one place"
    along, issues = _along_normal(offsets, position, axes)
    thickness = _thickness(along, number(dataset, "SliceThickness"))
    first = Plane(
        origin=position,
        axis_column=axes[0],
        axis_row=axes[1],
        spacing_mm=(spacing[0], spacing[1]),
        shape=(header.rows, header.columns),
        frame_of_reference_uid=header.frame_of_reference_uid,
        thickness_mm=thickness,
    )
    normal = np.asarray(first.normal)
    planes = [
        replace(first, origin=to_vector(np.asarray(position) + one * normal), image=(header.sop_instance_uid, index + 1))
        for index, one in enumerate(along.tolist())
    ]
    return _Grid(with_nearest_ranges(planes), issues)


def _along_normal(
    offsets: Sequence[float], position: Vector, axes: tuple[Vector, Vector]
) -> tuple[FloatArray, tuple[Issue, ...]]:
    """Return how far each plane lies from Image Position along the normal (mm)."""
    values = np.asarray(offsets, float)
    across = float(np.cross(*axes)[2])
    if abs(values[0]) <= _SAME_MM:
        return values, ()
    if abs(abs(across) - 1) < 1e-3 and abs(values[0] - position[2]) <= _SAME_MM:
        return (values - position[2]) * np.sign(across), ()
    return values - values[0], (issue("repaired_dose_offsets", "warning", value=f"{values[0]:g}"),)


def _thickness(along: FloatArray, stated: float | None) -> float:
    if len(along) > 1:
        return float(np.median(np.abs(np.diff(np.sort(along)))))
    return abs(stated) if stated else 0.0


def _stack(planes: tuple[Plane, ...], header: InstanceHeader) -> Stack:
    first = planes[0]
    offsets = np.sort(np.array([plane.offset_mm for plane in planes]))
    gaps = np.diff(offsets)
    even = len(gaps) == 0 or float(np.ptp(gaps)) <= _EVEN * float(gaps.mean())
    return Stack(
        id=f"dose:{header.key}",
        series_key="",
        label="",
        frames=tuple(FrameKey(header.key, index) for index in range(len(planes))),
        planes=planes,
        orientation=name_of(first.normal),
        regular=even,
        spacing_mm=(float(np.median(gaps)) if len(gaps) else None, *first.spacing_mm),
        origin=first.origin,
        frame_of_reference_uid=first.frame_of_reference_uid,
        rows=first.shape[0],
        columns=first.shape[1],
    )


def _largest(header: InstanceHeader, stack: Stack) -> tuple[float, Vector] | None:
    """Return the largest stored value and where it is; None for compressed pixels, which are not decoded here."""
    if not is_plain(header):
        return None
    reader = FrameReader.of(header)
    best: tuple[float, Vector] | None = None
    for index, plane in enumerate(stack.planes):
        try:
            stored = reader.read_raw(index)
        except FrameNotRead:
            continue
        place = int(stored.argmax())
        value = float(stored.flat[place])
        if best is None or value > best[0]:
            row, column = divmod(place, stored.shape[1])
            best = (value, to_vector(plane.point_patient([column + 0.5, row + 0.5])))
    return best


def _off_at_first(summation: str) -> tuple[Issue, ...]:
    """Say why the dose of a part of a plan is off at first: several of them would lie over one another."""
    reason = _PARTS_OF_A_PLAN.get(summation)
    return (issue("off_at_first", "info", name="The dose", reason=reason),) if reason is not None else ()


def _faults(dataset: Dataset) -> tuple[Issue, ...]:
    found = []
    units = text(dataset, "DoseUnits").upper()
    if units not in _UNITS:
        found.append(issue("dose_unit_unknown", "warning", unit=units or "nothing"))
    if integer(dataset, "PixelRepresentation") == 1 and text(dataset, "DoseType") != "ERROR":
        found.append(issue("dose_signed", "warning"))
    return tuple(found)


def _point(dataset: Dataset, keyword: str) -> Vector | None:
    values = floats(dataset, keyword)
    return to_vector(values) if len(values) == 3 and all(map(math.isfinite, values)) else None


def _references(dataset: Dataset, keyword: str) -> tuple[ImageReference, ...]:
    found = [
        (text(item, "ReferencedSOPInstanceUID"), text(item, "ReferencedSOPClassUID")) for item in items(dataset, keyword)
    ]
    return tuple(ImageReference(uid, of) for uid, of in found if uid)
