"""Two segmentations or structure sets as masks on one grid: what a comparison compares, and what numbers are taken from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.binding import bind
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.export.masks import Mask, segmentation_mask, structure_set_mask
from viewer.geometry.plane import FloatArray
from viewer.iods.on_plane import survey_overlay
from viewer.representations.covering_grid import covering
from viewer.representations.measure import DEFAULT_THRESHOLD
from viewer.representations.slabs import single_thickness_mm, slabs_of
from viewer.representations.volume_grid import NoGrid, VolumeGrid, own_grid, stack_grid


class NotComparable(Exception):
    """Two objects cannot be compared; the text is a sentence for the user."""


@dataclass(frozen=True, eq=False)
class Compared:
    """One of two objects, read and measured on its own grid."""

    overlay: Overlay
    measures: Mapping[int, PartMeasure]
    read_frame: ReadFrame
    threshold: float = DEFAULT_THRESHOLD
    """Fraction from which a voxel of a FRACTIONAL segmentation counts."""

    @property
    def name(self) -> str:
        """Its label, else its UID."""
        return self.overlay.label or self.overlay.sop_instance_uid


def read_compared(overlay: Overlay, read_frame: ReadFrame, threshold: float = DEFAULT_THRESHOLD) -> Compared:
    """Return an object with its measures.

    Raises
    ------
    NotComparable
        When it is neither a segmentation nor a structure set.
    """
    if not isinstance(overlay.content, Segmentation | StructureSet):
        raise NotComparable(f"The object {overlay.sop_instance_uid} is neither a segmentation nor a structure set.")
    surveyed, measures = survey_overlay(overlay, read_frame)
    if threshold != DEFAULT_THRESHOLD:
        measures = {number: one.at_threshold(threshold) for number, one in measures.items()}
    return Compared(surveyed, measures, read_frame, threshold)


def common_grid(a: Compared, b: Compared, library: Library) -> tuple[VolumeGrid, str]:
    """Return a grid that holds both objects, and a sentence that says whose it is.

    It is the first object's: its own, or for contours that of the stack they lie on; made larger where the second object
    reaches beyond it. Where the first has none, the second's is taken.

    Raises
    ------
    NotComparable
        When the two share no space, or neither has a grid.
    """
    _check_space(a.overlay, b.overlay)
    reasons = []
    for one, other in ((a, b), (b, a)):
        try:
            grid = _holding(_holding(_grid_of(one, library), one), other)
        except NoGrid as refused:
            reasons.append(refused.reason)
            continue
        rows, columns = (f"{spacing:.3g}" for spacing in grid.planes[0].spacing_mm)
        step = f"{float(np.linalg.norm(grid.affine[:3, 0])):.3g}"
        which = "the first" if one is a else "the second"
        return grid, f"Compared on the grid of {which} object, voxels of {step} x {rows} x {columns} mm; nearest voxels."
    raise NotComparable(f"There is no grid to compare on. {reasons[0]}")


def _check_space(a: Overlay, b: Overlay) -> None:
    if set(a.frame_of_reference_uids) & set(b.frame_of_reference_uids):
        return
    images_a, images_b = ({one.sop_instance_uid for one in overlay.references} for overlay in (a, b))
    if a.frame_of_reference_uids or b.frame_of_reference_uids or not images_a & images_b:
        raise NotComparable("The two objects share no Frame of Reference, so nothing says how they lie to one another.")


def _grid_of(one: Compared, library: Library) -> VolumeGrid:
    content = one.overlay.content
    if isinstance(content, Segmentation):
        return own_grid(content)
    stack_id = bind(one.overlay, library).default_stack_id
    stack = library.stack(stack_id) if stack_id is not None else None
    if stack is None:
        raise NoGrid("The structure set lies on no opened stack; open its images as well.")
    return stack_grid(stack)


def _holding(grid: VolumeGrid, one: Compared) -> VolumeGrid:
    """Return a grid that holds an object; voxels are only read where its frames reach beyond the grid."""
    content = one.overlay.content
    if isinstance(content, Segmentation) and covering(grid, _frame_corners(one.overlay)) is grid:
        return grid
    return covering(grid, _reach(one, grid.planes[0].frame_of_reference_uid))


def _frame_corners(overlay: Overlay) -> FloatArray:
    """Return (n, 3) the corner pixels of all frames that have a position."""
    corners = overlay.places.corners.reshape(-1, 3) if overlay.places is not None else np.zeros((0, 3))
    return corners[~np.isnan(corners).any(axis=1)]


def _reach(one: Compared, space: str | None) -> FloatArray:
    """Return (n, 3) points around everything an object holds in a Frame of Reference; none for one without positions."""
    content = one.overlay.content
    if isinstance(content, StructureSet):
        found = [points for roi in content.rois if roi.lies_in(space) for points in _reach_of_roi(roi)]
        return np.concatenate(found) if found else np.zeros((0, 3))
    assert isinstance(content, Segmentation)
    try:
        grid = own_grid(content)
    except NoGrid:
        # Without a grid of its own, such as with frames of several orientations, whole frames stand for what they hold.
        return _frame_corners(one.overlay)
    if not grid.planes[0].in_patient_space:
        return np.zeros((0, 3))
    low, high = _filled_box(one, grid)
    corners = np.array([[k, j, i] for k in (low[0], high[0]) for j in (low[1], high[1]) for i in (low[2], high[2])])
    return corners @ grid.affine[:3, :3].T + grid.affine[:3, 3]


def _filled_box(one: Compared, grid: VolumeGrid) -> tuple[FloatArray, FloatArray]:
    """Return the outer edges, in voxels, of the box around all voxels of a segmentation."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for start, crop in PartMasks(one, grid).boxes():
        low = np.minimum(low, start)
        high = np.maximum(high, np.add(start, crop))
    if not np.isfinite(low).all():
        return np.zeros(3), np.zeros(3)
    return low - 0.5, high - 0.5


def _reach_of_roi(roi: RegionOfInterest) -> Iterator[FloatArray]:
    single = single_thickness_mm(roi)
    for group in roi.planes.planes:
        slabs = slabs_of(group.offsets_mm, single_mm=single)
        points = np.concatenate([roi.closed[place].points for members in group.members for place in members])
        below = group.offsets_mm[0] - slabs.lower_mm[0]
        above = slabs.upper_mm[-1] - group.offsets_mm[-1]
        yield points - below * np.asarray(group.normal)
        yield points + above * np.asarray(group.normal)


class PartMasks:
    """The parts of an object on a grid, each cut out to the box around it."""

    def __init__(self, one: Compared, grid: VolumeGrid, *, only: int | None = None) -> None:
        """``only`` names the one part that will be asked for; None: all."""
        self._one = one
        self._grid = grid
        self._mask: Mask | None
        try:
            self._mask = self._masks(only)
        except NoGrid:
            # Overlapping parts of a large grid do not fit at once; then each is made when it is asked for.
            self._mask = None
        self._found = _boxes_of(self._mask) if self._mask is not None else {}

    def boxes(self) -> Iterator[tuple[tuple[int, int, int], tuple[int, int, int]]]:
        """Yield (first voxel, size) of every part that has voxels."""
        for part in self._one.overlay.parts:
            found = self.box(part.number)
            if found is not None:
                yield found

    def box(self, number: int) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
        """Return (first voxel, size) of the box around a part; None when it is empty."""
        if self._mask is None and number not in self._found:
            self._found |= _boxes_of(self._masks(number))
        found = self._found.get(number)
        if found is None:
            return None
        low, high = found
        return (low[0], low[1], low[2]), (high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1)

    def cut(self, number: int, box: tuple[slice, slice, slice]) -> NDArray[np.bool_]:
        """Return a part inside a box of voxels."""
        mask = self._mask if self._mask is not None else self._masks(number)
        value = {label.number: label.value for label in mask.labels}.get(number)
        if value is None:
            return np.zeros(self._grid.shape, bool)[box]
        if mask.overlapping:
            return np.asarray(mask.voxels[value - 1][box] != 0, dtype=bool)
        return np.asarray(mask.voxels[box] == value, dtype=bool)

    def _masks(self, part: int | None) -> Mask:
        overlay, grid = self._one.overlay, self._grid
        if isinstance(overlay.content, Segmentation):
            threshold = self._one.threshold if overlay.content.type == "FRACTIONAL" else None
            return segmentation_mask(overlay, self._one.read_frame, grid, part=part, threshold=threshold)
        return structure_set_mask(overlay, grid, part=part)


def _boxes_of(mask: Mask) -> dict[int, tuple[list[int], list[int]]]:
    """Return the first and last voxel of the parts of a mask along each axis, by part number."""
    found: dict[int, tuple[list[int], list[int]]] = {}
    for k, number, inside in mask.parts_by_slice():
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        low, high = [k, int(rows[0]), int(columns[0])], [k, int(rows[-1]), int(columns[-1])]
        before = found.get(number)
        if before is not None:
            low, high = [*map(min, low, before[0])], [*map(max, high, before[1])]
        found[number] = (low, high)
    return found
