"""Which frames may stand in one stack at all: same class, size, colour, direction, pixel spacing and Frame of Reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from viewer.domain.instance import FrameHeader, InstanceHeader
from viewer.domain.projections import view_of
from viewer.domain.roles import is_localizer
from viewer.domain.splitting import PlacedFrame
from viewer.geometry import tolerances
from viewer.geometry.orientation import orthonormal_axes

axes_of = lru_cache(maxsize=4096)(orthonormal_axes)


@dataclass(frozen=True)
class Kind:
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
    view: str
    """Of a mammogram, such as R-CC: each view is a stack, so that it can be hung beside the others."""
    device_space: bool

    @cached_property
    def exact(self) -> tuple[object, ...]:
        """What must be equal to the last bit; direction and spacing carry the noise of decimal strings."""
        placed = self.orientation is not None
        return (
            *(self.sop_class_uid, self.rows, self.columns, self.samples_per_pixel, self.photometric_interpretation),
            *(self.frame_of_reference_uid, self.localizer, self.stack_id, self.object_key, placed),
            *(self.view, self.device_space),
        )


def gather(instances: Sequence[InstanceHeader]) -> dict[Kind, list[PlacedFrame]]:
    """Return the frames of a series by kind, in file order; a kind stands for all that equal it within their noise."""
    kinds: dict[Kind, list[PlacedFrame]] = {}
    known: dict[Kind, Kind] = {}
    for header in instances:
        several = header.number_of_frames > 1 or bool(header.concatenation_uid)
        for index in range(header.number_of_frames):
            frame = header.frames[index] if index < len(header.frames) else FrameHeader()
            if header.number_of_frames > 1 and len(header.frames) == 1:
                # A classic object with many frames has no slice positions: a cine, whatever its top level says.
                frame = replace(header.frames[0], position=None, orientation=None)
            placed = is_placed(frame)
            exact = Kind(
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
                (header.concatenation_uid or header.key) if several and not placed else "",
                view_of(header, frame),
                header.device_space,
            )
            kind = known.get(exact)
            if kind is None:
                kind = known[exact] = next((other for other in kinds if _same_kind(other, exact)), exact)
            kinds.setdefault(kind, []).append(PlacedFrame(header, index, frame, 0))
    return kinds


def is_placed(frame: FrameHeader) -> bool:
    """Say whether a frame has a place that can be used."""
    return (
        frame.position is not None
        and frame.orientation is not None
        and frame.pixel_spacing_mm is not None
        and not frame.distorted
        and axes_of(frame.orientation) is not None
    )


def _same_kind(one: Kind, other: Kind) -> bool:
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
