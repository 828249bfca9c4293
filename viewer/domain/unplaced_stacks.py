"""Stacks of frames without a place in the patient: projections, cines, slides; in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.domain.dimensions import Dimension, dimensions_of
from viewer.domain.instance import FrameHeader, FrameKey
from viewer.domain.issues import issue
from viewer.domain.projections import view_of
from viewer.domain.splitting import PlacedFrame, Split, sort_key
from viewer.domain.stack import Stack
from viewer.domain.stack_kinds import Kind, axes_of
from viewer.geometry.orientation import Orientation
from viewer.geometry.plane import Plane

_TOMOGRAPHIC = frozenset({"CT", "MR", "PT"})
_NO_CINES = frozenset({"1.2.840.10008.5.1.4.1.1.77.1.6", "1.2.840.10008.5.1.4.1.1.13.1.3", "1.2.840.10008.5.1.4.1.1.20"})
"""Several frames of these without a place are tiles of a slide, slices of a breast, views of a gamma camera: no film."""

_SCROLLED = (
    frozenset({"DetectorVector", "RotationVector", "AngularViewVector"}),
    frozenset({"PhaseVector", "TimeSliceVector"}),
    frozenset({"TimeSlotVector"}),
)
"""Vectors of a gamma camera that are scrolled through together, by the last of each: a turn about the patient, a flow, a
heart beat. What else varies (energy window, detector of a flow) makes stacks beside one another (PS3.3 C.8.4.8)."""
_VECTORS = frozenset({"EnergyWindowVector", "RRIntervalVector"}).union(*_SCROLLED)


def unplaced_stacks(series_key: str, kind: Kind, frames: Sequence[PlacedFrame]) -> list[tuple[Split, Stack]]:
    """Return the stacks of frames of one kind that have no position, each with what tells it from the others."""
    ordered = sorted(frames, key=lambda frame: (0, *frame.turn[1:]) if kind.object_key else frame.turn)
    return [(part, _unplaced_stack(series_key, kind, part.frames)) for part in _beside_one_another(ordered)]


def _beside_one_another(frames: Sequence[PlacedFrame]) -> list[Split]:
    varying = [
        keyword
        for keyword in sorted(_VECTORS & {name for frame in frames for name, _ in frame.frame.dimensions})
        if len({frame.value(keyword) for frame in frames}) > 1
    ]
    last = ("AngularViewVector", "TimeSliceVector", "TimeSlotVector")
    scrolled = next((group for group, keyword in zip(_SCROLLED, last, strict=True) if keyword in varying), _VECTORS)
    beside = [keyword for keyword in varying if keyword not in scrolled]
    parts: dict[tuple[str, ...], list[PlacedFrame]] = {}
    for frame in frames:
        parts.setdefault(tuple(frame.value(keyword) for keyword in beside), []).append(frame)
    if len({len(part) for part in parts.values()}) > 1:
        return [Split((), tuple(frames))]
    return [
        Split(tuple(zip(beside, values, strict=True)), tuple(part))
        for values, part in sorted(parts.items(), key=lambda one: tuple(map(sort_key, one[0])))
    ]


def _frame_dimensions(frames: Sequence[PlacedFrame]) -> tuple[tuple[Dimension, ...], ...]:
    """Return what tells each frame from the others of its stack: vectors of a gamma camera, the view of a projection."""
    keywords = [
        keyword
        for keyword in dict.fromkeys(name for frame in frames for name, _ in frame.frame.dimensions)
        if keyword in _VECTORS and len({frame.value(keyword) for frame in frames}) > 1
    ]
    splits = [Split(tuple((keyword, frame.value(keyword)) for keyword in keywords), (frame,)) for frame in frames]
    told = dimensions_of(splits)
    # A mammogram is named by its view already.
    views = ["" if view_of(frame.header, frame.frame) else frame.header.view for frame in frames]
    if any(views):
        told = [
            (Dimension("ViewPosition", "View", view), *dimensions) if view else dimensions
            for view, dimensions in zip(views, told, strict=True)
        ]
    return tuple(told) if any(told) else ()


def _unplaced_stack(series_key: str, kind: Kind, ordered: Sequence[PlacedFrame]) -> Stack:
    first = ordered[0]
    stated = first.frame.pixel_spacing_mm or first.header.imager_pixel_spacing_mm
    aspect = first.header.pixel_aspect_ratio or (1, 1)
    spacing = stated or (aspect[0] / aspect[1], 1.0)
    issues = []
    if any(_orientation_refused(frame.frame) for frame in ordered):
        issues.append(issue("bad_orientation", "warning"))
    elif first.header.modality in _TOMOGRAPHIC and not kind.localizer:
        issues.append(issue("no_position", "info"))
    planes = tuple(
        Plane(
            origin=(0.0, 0.0, 0.0),
            axis_column=(1.0, 0.0, 0.0),
            axis_row=(0.0, 1.0, 0.0),
            spacing_mm=spacing,
            shape=(kind.rows, kind.columns),
            in_patient_space=False,
            image=(frame.header.sop_instance_uid, frame.index + 1),
        )
        for frame in ordered
    )
    orientation: Orientation = "none"
    return Stack(
        id="",
        series_key=series_key,
        label="",
        frames=tuple(FrameKey(frame.header.key, frame.index) for frame in ordered),
        planes=planes,
        orientation=orientation,
        regular=False,
        spacing_mm=(None, *stated) if stated else (None, None, None),
        origin=None,
        frame_of_reference_uid=kind.frame_of_reference_uid,
        rows=kind.rows,
        columns=kind.columns,
        temporal=bool(kind.object_key) and len(ordered) > 1 and kind.sop_class_uid not in _NO_CINES,
        issues=tuple(issues),
        frame_dimensions=_frame_dimensions(ordered),
    )


def _orientation_refused(frame: FrameHeader) -> bool:
    return frame.orientation is not None and frame.position is not None and axes_of(frame.orientation) is None
