"""From the images of a series to stacks: frames that share size, orientation and spacing, in display order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from viewer.domain.instance import FrameHeader, FrameKey, InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.roles import is_localizer
from viewer.domain.splitting import PlacedFrame, label_of, moments_in_order, split_by_attribute
from viewer.domain.stack import Stack
from viewer.geometry import tolerances
from viewer.geometry.nearest_slice import with_nearest_ranges
from viewer.geometry.ordering import Spacing, offsets_along, position_groups, same_position_mm, spacing_of
from viewer.geometry.orientation import Orientation, name_of, orthonormal_axes, scroll_direction
from viewer.geometry.plane import Plane, Vector

_TOMOGRAPHIC = frozenset({"CT", "MR", "PT"})
_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
_MISSING_SHOWN = 5

axes_of = lru_cache(maxsize=4096)(orthonormal_axes)


@dataclass(frozen=True)
class _Kind:
    """What frames of one stack have in common."""

    sop_class_uid: str
    rows: int
    columns: int
    samples_per_pixel: int
    photometric_interpretation: str
    frame_of_reference_uid: str | None
    localizer: bool
    stack_id: str
    pixel_spacing_mm: tuple[float, float] | None
    orientation: tuple[float, ...] | None
    object_key: str
    """Set when an object with several frames without positions is a stack of its own."""

    @cached_property
    def exact(self) -> tuple[object, ...]:
        """What must be equal to the last bit; direction and spacing carry the noise of decimal strings."""
        placed = self.orientation is not None
        return (
            *(self.sop_class_uid, self.rows, self.columns, self.samples_per_pixel, self.photometric_interpretation),
            *(self.frame_of_reference_uid, self.localizer, self.stack_id, self.object_key, placed),
        )


def build_stacks(series_key: str, instances: Sequence[InstanceHeader]) -> tuple[Stack, ...]:
    """Return the stacks of a series: the largest kinds of frames are split no further than they must be.

    Frames are split by SOP class, size, photometric interpretation, Frame of Reference, localiser or not, Pixel Spacing and
    orientation; frames of one kind that share positions by what tells them apart (``splitting``). Frames without a
    position keep their numbers' order; several frames without positions in one object are a cine.
    """
    kinds = _gather(instances)
    parts: list[tuple[_Kind, tuple[tuple[str, str], ...], Stack]] = []
    for kind, frames in kinds.items():
        if kind.orientation is None:
            parts.append((kind, (), _unplaced_stack(series_key, kind, frames)))
        else:
            parts.extend((kind, values, stack) for values, stack in _placed_stacks(series_key, kind, frames))
    labels = _labels([(kind, values, stack) for kind, values, stack in parts])
    return tuple(
        replace(stack, id=f"{series_key}#{number}", label=label)
        for number, ((_, _, stack), label) in enumerate(zip(parts, labels, strict=True), start=1)
    )


def _gather(instances: Sequence[InstanceHeader]) -> dict[_Kind, list[PlacedFrame]]:
    kinds: dict[_Kind, list[PlacedFrame]] = {}
    known: dict[_Kind, _Kind] = {}
    for header in instances:
        several = header.number_of_frames > 1
        for index in range(header.number_of_frames):
            frame = header.frames[index] if index < len(header.frames) else FrameHeader()
            if several and len(header.frames) == 1:
                # A classic object with many frames has no slice positions: a cine, whatever its top level says.
                frame = replace(header.frames[0], position=None, orientation=None)
            placed = _is_placed(frame)
            exact = _Kind(
                header.sop_class_uid,
                header.rows,
                header.columns,
                header.samples_per_pixel,
                header.photometric_interpretation,
                header.frame_of_reference_uid,
                is_localizer(frame.image_type or header.image_type),
                frame.stack_id if placed else "",
                frame.pixel_spacing_mm,
                frame.orientation if placed else None,
                header.key if several and not placed else "",
            )
            kind = known.get(exact)
            if kind is None:
                kind = known[exact] = next((other for other in kinds if _same_kind(other, exact)), exact)
            kinds.setdefault(kind, []).append(PlacedFrame(header, index, frame, 0))
    return kinds


def _is_placed(frame: FrameHeader) -> bool:
    return (
        frame.position is not None
        and frame.orientation is not None
        and frame.pixel_spacing_mm is not None
        and not frame.distorted
        and axes_of(frame.orientation) is not None
    )


def _same_kind(one: _Kind, other: _Kind) -> bool:
    """Say whether frames belong together within the noise of decimal strings."""
    if one.exact != other.exact:
        return False
    if one.orientation is not None and other.orientation is not None:
        furthest = max(abs(a - b) for a, b in zip(one.orientation, other.orientation, strict=True))
        if furthest > tolerances.SAME_DIRECTION:
            return False
    if one.pixel_spacing_mm is None or other.pixel_spacing_mm is None:
        return one.pixel_spacing_mm == other.pixel_spacing_mm
    return all(
        abs(a - b) <= tolerances.SAME_SPACING_RELATIVE * max(a, b)
        for a, b in zip(one.pixel_spacing_mm, other.pixel_spacing_mm, strict=True)
    )


def _placed_stacks(
    series_key: str, kind: _Kind, frames: Sequence[PlacedFrame]
) -> list[tuple[tuple[tuple[str, str], ...], Stack]]:
    axes = axes_of(kind.orientation)
    assert axes is not None
    direction = scroll_direction(np.cross(*axes))
    positions = np.array([frame.frame.position for frame in frames], dtype=float)
    offsets = offsets_along(positions, direction)
    places = position_groups(offsets, same_position_mm(offsets))
    placed = [replace(frame, place=int(place)) for frame, place in zip(frames, places, strict=True)]
    moments = moments_in_order(placed)
    if moments is not None:
        return [((), _placed_stack(series_key, kind, moments, direction, moments=True))]
    split = split_by_attribute(placed)
    if split is None:
        counts = Counter(frame.place for frame in placed)
        double = issue("duplicate_positions", "warning", count=sum(count - 1 for count in counts.values()))
        return [((), _placed_stack(series_key, kind, placed, direction, double=double))]
    return [(part.values, _placed_stack(series_key, kind, part.frames, direction)) for part in split]


def _placed_stack(
    series_key: str,
    kind: _Kind,
    frames: Sequence[PlacedFrame],
    direction: Vector,
    *,
    double: Issue | None = None,
    moments: bool = False,
) -> Stack:
    ordered = (
        list(frames)
        if moments
        else sorted(
            frames,
            key=lambda frame: (
                float(np.dot(frame.frame.position or (0.0, 0.0, 0.0), direction)),
                frame.header.instance_number or 0,
                frame.header.source.shown,
                frame.index,
            ),
        )
    )
    positions = [frame.frame.position for frame in ordered]
    pixel_spacing = ordered[0].frame.pixel_spacing_mm
    assert pixel_spacing is not None
    distinct = [ordered[0], *(b for a, b in pairwise(ordered) if b.place != a.place)]
    spacing = spacing_of(
        [frame.frame.position or (0.0, 0.0, 0.0) for frame in distinct], direction, pixel_spacing_mm=min(pixel_spacing)
    )
    issues = [*_spacing_issues(spacing), *([double] if double else [])]
    thicknesses = _thicknesses(ordered, spacing, direction)
    planes = with_nearest_ranges([_plane(kind, one, thickness) for one, thickness in zip(ordered, thicknesses, strict=True)])
    return Stack(
        id="",
        series_key=series_key,
        label="",
        frames=tuple(FrameKey(frame.header.key, frame.index) for frame in ordered),
        planes=planes,
        orientation=name_of(direction),
        regular=spacing.regular and double is None and not moments,
        spacing_mm=(spacing.gap_mm, *pixel_spacing),
        origin=positions[0],
        frame_of_reference_uid=kind.frame_of_reference_uid,
        rows=kind.rows,
        columns=kind.columns,
        temporal=moments,
        issues=tuple(issues),
    )


def _plane(kind: _Kind, frame: PlacedFrame, thickness_mm: float) -> Plane:
    axes = axes_of(frame.frame.orientation)
    position, spacing = frame.frame.position, frame.frame.pixel_spacing_mm
    assert axes is not None
    assert position is not None
    assert spacing is not None
    return Plane(
        origin=position,
        axis_column=axes[0],
        axis_row=axes[1],
        spacing_mm=spacing,
        shape=(kind.rows, kind.columns),
        frame_of_reference_uid=kind.frame_of_reference_uid,
        thickness_mm=thickness_mm,
        image=(frame.header.sop_instance_uid, frame.index + 1),
    )


def _thicknesses(ordered: Sequence[PlacedFrame], spacing: Spacing, direction: Vector) -> list[float]:
    """Return what each slice stands for along the normal: the usual gap; in an irregular stack its own neighbours' mean."""
    if spacing.gap_mm is None:
        frame = ordered[0].frame
        alone = frame.spacing_between_slices_mm or frame.slice_thickness_mm or 0.0
        return [abs(alone)] * len(ordered)
    if not spacing.irregular:
        return [spacing.gap_mm] * len(ordered)
    offset_of = {frame.place: float(np.dot(frame.frame.position or (0.0, 0.0, 0.0), direction)) for frame in ordered}
    places = sorted(offset_of, key=offset_of.__getitem__)
    gaps = np.diff([offset_of[place] for place in places])
    before, after = np.concatenate([gaps[:1], gaps]), np.concatenate([gaps, gaps[-1:]])
    extents = dict(zip(places, ((before + after) / 2).tolist(), strict=True))
    return [extents[frame.place] for frame in ordered]


def _spacing_issues(spacing: Spacing) -> list[Issue]:
    found = []
    if spacing.missing:
        total = sum(gap.count for gap in spacing.missing)
        places = [
            f"{gap.count} between slices {gap.after + 1} and {gap.after + 2}" for gap in spacing.missing[:_MISSING_SHOWN]
        ]
        more = len(spacing.missing) - _MISSING_SHOWN
        where = ", ".join(places) + (f" and at {more} more places" if more > 0 else "")
        total_words = f"{total} slice{'s are' if total > 1 else ' is'} missing"
        found.append(issue("missing_slices", "warning", count=total, total=total_words, where=where))
    if spacing.irregular:
        smallest, largest = f"{spacing.smallest_mm:.4g}", f"{spacing.largest_mm:.4g}"
        found.append(issue("irregular_spacing", "warning", smallest=smallest, largest=largest))
    if spacing.tilt_degrees:
        found.append(issue("gantry_tilt", "warning", degrees=f"{spacing.tilt_degrees:.1f}"))
    return found


def _unplaced_stack(series_key: str, kind: _Kind, frames: Sequence[PlacedFrame]) -> Stack:
    ordered = sorted(frames, key=lambda frame: (frame.header.instance_number or 0, frame.header.source.shown, frame.index))
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
        temporal=bool(kind.object_key) and kind.sop_class_uid != _SLIDE,
        issues=tuple(issues),
    )


def _orientation_refused(frame: FrameHeader) -> bool:
    return frame.orientation is not None and frame.position is not None and axes_of(frame.orientation) is None


def _labels(parts: Sequence[tuple[_Kind, tuple[tuple[str, str], ...], Stack]]) -> list[str]:
    """Return for each stack what tells it from the others of its series; empty when there is one only."""
    if len(parts) < 2:
        return [""] * len(parts)
    columns = [
        ["localizer" if kind.localizer else "" for kind, _, _ in parts],
        ["" if stack.orientation == "none" else stack.orientation for _, _, stack in parts],
        [f"{kind.columns} x {kind.rows}" for kind, _, _ in parts],
        [_spacing_label(kind) for kind, _, _ in parts],
        [f"stack {kind.stack_id}" if kind.stack_id else "" for kind, _, _ in parts],
        [kind.photometric_interpretation for kind, _, _ in parts],
        [label_of(values) for _, values, _ in parts],
    ]
    telling = [column for column in columns if len(set(column)) > 1]
    labels = [", ".join(filter(None, words)) for words in zip(*telling, strict=True)] if telling else [""] * len(parts)
    counts = Counter(labels)
    seen: Counter[str] = Counter()
    numbered = []
    for label in labels:
        seen[label] += 1
        numbered.append(label if counts[label] == 1 else f"{label} {seen[label]}".strip())
    return numbered


def _spacing_label(kind: _Kind) -> str:
    return "{:.3g} x {:.3g} mm".format(*kind.pixel_spacing_mm) if kind.pixel_spacing_mm else ""
