"""How large the parts of a segmentation are, and what only its pixels can tell, in one pass over its frames.

Volumes are voxel count times voxel volume on the segmentation's own grid; an OCCUPANCY adds up its fractions instead. Where
the gaps between slices differ, each slice is as deep as reaches halfway to its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import FrameNotRead, Overlay, Part, PartMeasure, PartState, ReadFrame, expect_frames, first_value
from viewer.domain.palette import is_repeated, part_color
from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector
from viewer.representations.part_codes import as_unsigned, bits_are_readable
from viewer.representations.segmentation_slices import by_segment, piles_of

DEFAULT_THRESHOLD = 0.5
"""Fraction from which a voxel of a FRACTIONAL segmentation counts."""

_NO_PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (1, 1), in_patient_space=False)


@dataclass(frozen=True, eq=False)
class Survey:
    """What one pass over the pixels of a segmentation found.

    ``histograms`` of a FRACTIONAL segmentation give the number of voxels of each stored value, (maximum + 1,) a part:
    with them the volume at any threshold costs nothing.
    """

    measures: Mapping[int, PartMeasure]
    issues: tuple[Issue, ...] = ()
    histograms: Mapping[int, NDArray[np.int64]] = field(default_factory=dict)

    def applied_to(self, overlay: Overlay) -> Overlay:
        """Return the overlay with the states that only pixels tell, with undescribed values as parts, and the issues."""
        parts = [replace(part, state=self._state_of(part)) for part in overlay.parts]
        known = {part.number for part in parts}
        for number in sorted(set(self.measures) - known):
            place = len(parts)
            label = f"Undescribed segment {number}"
            # A value 0 that nothing describes is what surrounds the segments, and would cover the image.
            part = Part(number, label, part_color(place), state="not_described", dashed=is_repeated(place))
            parts.append(replace(part, visible_by_default=number != 0))
        new = tuple(one for one in self.issues if one not in overlay.issues)
        return replace(overlay, parts=tuple(sorted(parts, key=lambda part: part.number)), issues=overlay.issues + new)

    def _state_of(self, part: Part) -> PartState:
        found = self.measures.get(part.number)
        return found.state if found is not None and part.state == "ok" else part.state

    def voxels_from(self, part: int, threshold: float, maximum: int) -> int:
        """Return how many voxels of a FRACTIONAL part have at least a fraction (0 to 1) of the maximum."""
        histogram = self.histograms.get(part)
        return 0 if histogram is None else int(histogram[first_value(threshold, maximum) :].sum())


def survey_segmentation(
    overlay: Overlay,
    read_frame: ReadFrame,
    *,
    check: Callable[[], None] = lambda: None,
    threshold: float = DEFAULT_THRESHOLD,
) -> Survey:
    """Return measures, issues and histograms of a segmentation; every frame is read once.

    Parameters
    ----------
    overlay
        Whose content is a Segmentation.
    read_frame
        Of the overlay's instance. Frames that raise FrameNotRead are counted as such, not as empty.
    check
        Called between frames; what it raises ends the pass.
    threshold
        Fraction from which a voxel of a FRACTIONAL segmentation counts.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise TypeError("The overlay has no segmentation")
    if not bits_are_readable(content):
        reason = f"{content.bits_allocated} bits a pixel have no meaning in a {content.type} segmentation"
        return Survey({part.number: PartMeasure(None, None, reason, None, "unreadable") for part in overlay.parts})
    tally = _Tally(content, threshold)
    places = list(_places(content))
    expect_frames(read_frame, [frame for _, frames, _ in places for frame in frames])
    for plane, frames, depth_mm in places:
        tally.begin_place(depth_mm)
        for frame in frames:
            check()
            try:
                stored = read_frame(frame)
            except FrameNotRead as failure:
                tally.not_read(frame, failure.issue)
                continue
            tally.add(frame, as_unsigned(stored), plane)
        tally.end_place()
    return tally.survey(overlay)


def _places(content: Segmentation) -> Iterator[tuple[Plane, tuple[int, ...], float]]:
    """Yield the frames that share a place, its plane and depth (mm); those without one by the image they were made on."""
    placed: set[int] = set()
    for pile in piles_of(content):
        depths = pile.depths_mm if pile.depths_mm is not None else np.full(len(pile.slices), content.slice_spacing_mm)
        for one, depth_mm in zip(pile.slices, depths.tolist(), strict=True):
            placed.update(one.frames)
            yield one.plane, one.frames, depth_mm
    by_image: dict[tuple[object, ...], list[int]] = {}
    for frame in range(len(content.frames.segment_number)):
        if frame not in placed:
            sources = content.frames.sources[frame]
            key = tuple((one.sop_instance_uid, one.frames) for one in sources) or (frame,)
            by_image.setdefault(key, []).append(frame)
    for frames in by_image.values():
        yield _NO_PLANE, by_segment(content, frames), content.slice_spacing_mm


@dataclass
class _PartTally:
    voxels: int = 0
    voxel_depths_mm: float = 0.0
    """The depths of all its voxels added up."""
    fraction_sum: float = 0.0
    fraction_depths_mm: float = 0.0
    frames: int = 0
    unread: int = 0
    largest_area: int = 0
    largest_point: Vector | None = None


class _Tally:
    """Adds up frames. One place after another; frames of one place may overlap."""

    def __init__(self, content: Segmentation, threshold: float) -> None:
        self._content = content
        self._first_value = first_value(threshold, content.maximum_fractional_value)
        self._threshold = threshold
        self._parts: dict[int, _PartTally] = {}
        self._histograms: dict[int, NDArray[np.int64]] = {}
        self._depth_histograms: dict[int, FloatArray] = {}
        self._depth_mm = 0.0
        self._issues: dict[tuple[str, str], Issue] = {}
        self._above_maximum = False
        self._overlap = False
        self._conflicts = 0
        self._seen: dict[int, NDArray[np.bool_]] = {}
        self._union: NDArray[np.bool_] | None = None
        self._labels: NDArray[np.generic] | None = None
        self._fractions: tuple[int, NDArray[np.generic] | None] = (0, None)
        self._pixel_mm2 = content.spacing_mm[0] * content.spacing_mm[1] if content.spacing_mm is not None else 0.0
        self._uneven = any(pile.depths_mm is not None for pile in piles_of(content))

    def begin_place(self, depth_mm: float) -> None:
        self._depth_mm = depth_mm
        self._seen, self._union, self._labels, self._fractions = {}, None, None, (0, None)

    def end_place(self) -> None:
        self._seen, self._union, self._labels, self._fractions = {}, None, None, (0, None)

    def not_read(self, frame: int, why: Issue) -> None:
        self._issues.setdefault((why.code, ""), why)
        number = int(self._content.frames.segment_number[frame])
        numbers = [one.number for one in self._content.segments] if number < 0 else [number]
        for each in numbers:
            self._part(each).unread += 1

    def add(self, frame: int, stored: NDArray[np.generic], plane: Plane) -> None:
        number = int(self._content.frames.segment_number[frame])
        if self._content.type == "LABELMAP":
            self._add_labels(stored, plane)
        elif self._content.type == "FRACTIONAL":
            self._add_fractions(number, stored, plane)
        else:
            self._add_mask(number, stored != 0, plane)

    def _part(self, number: int) -> _PartTally:
        return self._parts.setdefault(number, _PartTally())

    def _count(self, number: int, mask: NDArray[np.bool_], area: int, plane: Plane) -> None:
        part = self._part(number)
        part.voxels += area
        part.voxel_depths_mm += area * self._depth_mm
        if area > part.largest_area:
            part.largest_area = area
            part.largest_point = _middle(mask, plane)

    def _add_mask(self, number: int, mask: NDArray[np.bool_], plane: Plane) -> None:
        self._part(number).frames += 1
        area = int(np.count_nonzero(mask))
        if not area:
            return
        before = self._seen.get(number)
        if before is not None:
            # A second frame of the same segment at the same place: only what is new counts.
            mask = mask & ~before
            area = int(np.count_nonzero(mask))
        if self._union is None:
            self._union = mask
        else:
            if not self._overlap and (self._union & mask).any():
                self._overlap = True
            self._union = self._union | mask
        self._seen[number] = mask if before is None else before | mask
        self._count(number, mask, area, plane)

    def _add_fractions(self, number: int, stored: NDArray[np.generic], plane: Plane) -> None:
        part = self._part(number)
        part.frames += 1
        counts = self._counts(stored)
        of_number, last = self._fractions
        before = last if of_number == number else None
        if before is not None:
            # A second frame of the same segment at the same place: the larger fraction counts, as in what is shown.
            stored = np.maximum(before, stored)
            counts = np.subtract(self._counts(stored), self._counts(before))
        self._fractions = (number, stored)
        maximum = self._content.maximum_fractional_value
        fractions = float(counts @ np.arange(maximum + 1)) / maximum
        part.fraction_sum += fractions
        part.fraction_depths_mm += fractions * self._depth_mm
        known = self._histograms.get(number)
        self._histograms[number] = counts if known is None else known + counts
        if self._uneven:
            deep = self._depth_histograms.setdefault(number, np.zeros(maximum + 1))
            deep += counts * self._depth_mm
        area = int(counts[self._first_value :].sum())
        if area:
            mask = stored >= self._first_value  # type: ignore[operator]
            if before is not None:
                mask &= before < self._first_value  # type: ignore[operator]
            self._count(number, mask, area, plane)

    def _counts(self, stored: NDArray[np.generic]) -> NDArray[np.int64]:
        """Return how many voxels have each stored value, (maximum + 1,); those above the maximum count as it."""
        maximum = self._content.maximum_fractional_value
        counts = np.bincount(stored.reshape(-1), minlength=maximum + 1)
        if counts[maximum + 1 :].any():
            self._above_maximum = True
            counts[maximum] += counts[maximum + 1 :].sum()
        return counts[: maximum + 1]

    def _add_labels(self, stored: NDArray[np.generic], plane: Plane) -> None:
        labels = stored
        if self._labels is None:
            self._labels = stored
        else:
            labels = self._without_known(stored, self._labels)
        counts = np.bincount(labels.reshape(-1))
        for number in np.flatnonzero(counts).tolist():
            if number != self._content.padding_value:
                part = self._part(number)
                part.frames += 1
                area = int(counts[number])
                part.voxels += area
                part.voxel_depths_mm += area * self._depth_mm
                if area > part.largest_area:
                    part.largest_area, part.largest_point = area, _middle(labels == number, plane)

    def _without_known(self, stored: NDArray[np.generic], known: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a second frame at one place with what the first has said left out, and count what they disagree about."""
        padding = self._content.padding_value
        background = padding if padding is not None else 0
        both = (stored != background) & (known != background)
        self._conflicts += int(np.count_nonzero(both & (stored != known)))
        fresh = np.where(known == background, stored, np.asarray(background, stored.dtype))
        self._labels = np.where(known == background, stored, known)
        return fresh

    def survey(self, overlay: Overlay) -> Survey:
        content = self._content
        voxel_ml = self._pixel_mm2 * content.slice_spacing_mm / 1000 if content.slice_spacing_mm > 0 else 0.0
        measures = {part.number: self._measure(part.number, voxel_ml) for part in overlay.parts}
        described = {segment.number for segment in content.segments}
        issues = list(self._issues.values())
        for number in sorted(set(self._parts) - described):
            if number not in measures:
                issues.append(issue("undescribed_value", "warning", value=number))
                measures[number] = self._measure(number, voxel_ml)
            if measures[number].state == "ok":
                measures[number] = replace(measures[number], state="not_described")
        for part in overlay.parts:
            if part.state == "background":
                measures[part.number] = replace(measures[part.number], state="background")
        if self._above_maximum:
            issues.append(issue("value_above_maximum", "warning", maximum=content.maximum_fractional_value))
        if self._overlap and content.segments_overlap.upper() == "NO":
            issues.append(issue("overlap_not_declared", "warning"))
        issues += self._gaps_told()
        if self._conflicts:
            issues.append(issue("overlap_in_labelmap", "warning", count=self._conflicts))
        return Survey(measures, tuple(issues), self._histograms)

    def _gaps_told(self) -> list[Issue]:
        uneven = [
            pile.gaps_mm if pile.source_sides_mm is None else pile.source_sides_mm
            for pile in piles_of(self._content)
            if pile.depths_mm is not None
        ]
        bounds = [(f"{gaps.min():.4g}", f"{gaps.max():.4g}") for gaps in uneven if gaps.min() < gaps.max()]
        return [issue("irregular_spacing", "warning", smallest=low, largest=high) for low, high in bounds]

    def _measure(self, number: int, voxel_ml: float) -> PartMeasure:
        part = self._parts.get(number, _PartTally())
        if part.unread and not part.frames:
            return PartMeasure(None, None, "its frames could not be read", None, "unreadable")
        occupancy = self._content.type == "FRACTIONAL" and self._content.fractional_type.upper() == "OCCUPANCY"
        if occupancy:
            amount, method = part.fraction_sum, "sum of occupancies x voxel volume"
        elif self._content.type == "FRACTIONAL":
            amount, method = float(part.voxels), f"voxels from fraction {self._threshold:g} x voxel volume"
        else:
            amount, method = float(part.voxels), "voxels x voxel volume"
        if part.unread:
            method += f", without {part.unread} frames that could not be read"
        if self._content.frames.tile_offset is not None:
            return self._area_on_slide(number, amount, method)
        if voxel_ml == 0.0:
            method = "no volume: the file states no spacing between slices"
        nothing = part.voxels == 0 and part.fraction_sum == 0
        volume_ml = amount * voxel_ml if voxel_ml else None
        if self._uneven and voxel_ml:
            method = method.replace("voxel volume", "depth of their slices")
            volume_ml = (part.fraction_depths_mm if occupancy else part.voxel_depths_mm) * self._pixel_mm2 / 1000
        found = PartMeasure(part.voxels, volume_ml, method, part.largest_point, "empty" if nothing else "ok")
        histogram = self._histograms.get(number)
        if histogram is None or occupancy or part.unread:
            return found
        deep = self._depth_histograms.get(number) if voxel_ml else None
        volumes = () if deep is None else tuple((np.cumsum(deep[::-1])[::-1] * self._pixel_mm2 / 1000).tolist())
        voxels_from = tuple(np.cumsum(histogram[::-1])[::-1].tolist())
        return replace(found, voxels_from=voxels_from, voxel_ml=voxel_ml, volumes_ml_from=volumes)

    def _area_on_slide(self, number: int, amount: float, method: str) -> PartMeasure:
        """Return the area of a part of a slide: a section of a few micrometres has no volume that means anything."""
        part, spacing = self._parts.get(number, _PartTally()), self._content.spacing_mm
        nothing = part.voxels == 0 and part.fraction_sum == 0
        area_mm2 = amount * spacing[0] * spacing[1] if spacing is not None else None
        method = method.replace("voxel volume", "area of a pixel")
        found = PartMeasure(part.voxels, None, method, part.largest_point, "empty" if nothing else "ok", area_mm2=area_mm2)
        histogram = self._histograms.get(number)
        if histogram is None or part.unread or self._content.fractional_type.upper() == "OCCUPANCY":
            return found
        return replace(found, voxels_from=tuple(np.cumsum(histogram[::-1])[::-1].tolist()))


def _middle(mask: NDArray[np.bool_], plane: Plane) -> Vector | None:
    """Return the patient point in the middle of the rectangle around a mask."""
    if not plane.in_patient_space:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    position = np.array([columns[0] + columns[-1] + 1, rows[0] + rows[-1] + 1]) / 2
    return to_vector(plane.point_patient(position))
