"""A Segmentation: segments and the frames that carry them (PS3.3 A.51, C.8.20; label maps A.90)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference

SegmentationType = Literal["BINARY", "FRACTIONAL", "LABELMAP"]


@dataclass(frozen=True)
class Segment:
    """One item of the Segment Sequence."""

    number: int
    label: str
    description: str = ""
    category: CodedConcept | None = None
    type: CodedConcept | None = None
    type_modifiers: tuple[CodedConcept, ...] = ()
    region: CodedConcept | None = None
    region_modifiers: tuple[CodedConcept, ...] = ()
    provenance: Provenance = Provenance()
    tracking_id: str = ""
    tracking_uid: str = ""
    color: tuple[int, int, int] | None = None
    """sRGB of Recommended Display CIELab Value or of the palette; None when the file names none."""


@dataclass(frozen=True, eq=False)
class SegmentationFrames:
    """The frames of a segmentation, by column. All arrays have one entry a frame, in file order.

    Parameters
    ----------
    segment_number
        (n,) int; -1 in a LABELMAP, whose frames hold all segments.
    position
        (n, 3) Image Position (Patient), mm; NaN where there is none.
    orientation
        (n, 6) Image Orientation (Patient), unit and orthogonal; NaN where there is none.
    sources
        One tuple of references a frame (Derivation Image > Source Image); may be empty for all.
    tile_offset
        (n, 2) 0-based (row, column) of the frame's first pixel in the total pixel matrix, for tiled images; else None.
    """

    segment_number: NDArray[np.int32]
    position: NDArray[np.float64]
    orientation: NDArray[np.float64]
    sources: tuple[tuple[ImageReference, ...], ...]
    tile_offset: NDArray[np.int32] | None = None


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The content of a segmentation object. ``spacing_mm`` is (between rows, between columns)."""

    type: SegmentationType
    rows: int
    columns: int
    frames: SegmentationFrames
    segments: tuple[Segment, ...]
    spacing_mm: tuple[float, float] | None
    slice_spacing_mm: float
    """Distance between neighbouring positions: from the positions, else as declared. 0 unknown."""
    frame_of_reference_uid: str | None
    fractional_type: str = ""
    maximum_fractional_value: int = 255
    padding_value: int | None = None
    """LABELMAP only: the value that is background."""
    segments_overlap: str = ""
    bits_allocated: int = 1
    frame_padded: bool = False
    """Each 1-bit frame is padded to whole bytes (a known fault of old writers)."""
    source_sides_mm: NDArray[np.float64] | None = None
    """(frames, 2) gaps before and behind each frame along its normal, mm, from unevenly spaced images that it lies on."""

    @cached_property
    def segments_by_number(self) -> dict[int, Segment]:
        """The segments by Segment Number."""
        return {segment.number: segment for segment in self.segments}
