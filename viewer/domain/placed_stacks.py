"""Stacks of frames that have a place: in order along their normal, with what is missing, uneven or tilted said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from viewer.domain.dimensions import Dimension, dimensions_of
from viewer.domain.instance import FrameKey
from viewer.domain.issues import Issue, issue
from viewer.domain.splitting import PlacedFrame, Split, moments_in_order, split_by_attribute
from viewer.domain.stack import Stack
from viewer.domain.stack_kinds import Kind, axes_of
from viewer.geometry.nearest_slice import with_nearest_ranges
from viewer.geometry.ordering import Spacing, offsets_along, position_groups, same_position_mm, spacing_of
from viewer.geometry.orientation import name_of, scroll_direction
from viewer.geometry.plane import Plane, Vector

_MISSING_SHOWN = 5


@dataclass(frozen=True)
class _Told:
    """What is told of the frames of one stack besides their places."""

    moments: tuple[tuple[Dimension, ...], ...] = ()
    """One entry a frame: the frames are moments of one place, in order."""
    double: Issue | None = None
    """Several stand at one position, and nothing tells them apart."""


def placed_stacks(series_key: str, kind: Kind, frames: Sequence[PlacedFrame]) -> list[tuple[Split, Stack]]:
    """Return the stacks of frames of one kind that have positions, each with what tells it from the others."""
    axes = axes_of(kind.orientation)
    assert axes is not None
    direction = scroll_direction(np.cross(*axes))
    positions = np.array([frame.frame.position for frame in frames], dtype=float)
    offsets = offsets_along(positions, direction)
    places = position_groups(offsets, same_position_mm(offsets))
    placed = [replace(frame, place=int(place)) for frame, place in zip(frames, places, strict=True)]
    moments = moments_in_order(placed)
    if moments is not None:
        in_order = tuple(frame for part in moments for frame in part.frames)
        told = _Told(tuple(dimensions_of(moments)))
        return [(Split((), in_order), _placed_stack(series_key, kind, in_order, direction, told))]
    split = split_by_attribute(placed)
    if split is None:
        counts = Counter(frame.place for frame in placed)
        double = issue("duplicate_positions", "warning", count=sum(count - 1 for count in counts.values()))
        return [(Split((), tuple(placed)), _placed_stack(series_key, kind, placed, direction, _Told(double=double)))]
    return [(part, _placed_stack(series_key, kind, part.frames, direction, _Told())) for part in split]


def _placed_stack(
    series_key: str,
    kind: Kind,
    frames: Sequence[PlacedFrame],
    direction: Vector,
    told: _Told,
) -> Stack:
    ordered = (
        list(frames)
        if told.moments
        else sorted(
            frames,
            key=lambda frame: (
                float(np.dot(frame.frame.position or (0.0, 0.0, 0.0), direction)),
                *frame.turn,
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
    issues = [*_spacing_issues(spacing), *([told.double] if told.double else [])]
    thicknesses = _thicknesses(ordered, spacing, direction)
    planes = with_nearest_ranges([_plane(kind, one, thickness) for one, thickness in zip(ordered, thicknesses, strict=True)])
    return Stack(
        id="",
        series_key=series_key,
        label="",
        frames=tuple(FrameKey(frame.header.key, frame.index) for frame in ordered),
        planes=planes,
        orientation="oblique" if kind.device_space else name_of(direction),
        regular=spacing.regular and told.double is None and not told.moments,
        spacing_mm=(spacing.gap_mm, *pixel_spacing),
        origin=positions[0],
        frame_of_reference_uid=kind.frame_of_reference_uid,
        rows=kind.rows,
        columns=kind.columns,
        temporal=bool(told.moments),
        issues=tuple(issues),
        frame_dimensions=told.moments,
    )


def _plane(kind: Kind, frame: PlacedFrame, thickness_mm: float) -> Plane:
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
        anatomical=not kind.device_space,
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
