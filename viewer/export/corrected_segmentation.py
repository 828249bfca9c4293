"""A segmentation that a reader corrected, as a new object: SEG BINARY on the grid of the original, its source.

Decided
    Every segment of the original is in it, with its codes, colour and Tracking UID; what was edited is SEMIAUTOMATIC and
    says who edited, what was not keeps its own algorithm type. The original stays as it is.
    Segment Numbers of SEG BINARY run from 1 (PS3.3 C.8.20.2); those of an original that do not are given anew, in order.
    A probability becomes the mask that the reader saw and edited.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.export.new_objects import (
    MAKER,
    MODIFYING,
    CannotWrite,
    contributing_equipment,
    person_name,
    program_version,
    read_original,
)
from viewer.export.review_report import SERIES_NUMBER
from viewer.export.segmentation_source import derived_segmentation, placeholder
from viewer.reading.state import Content
from viewer.representations.volume_grid import VolumeGrid

Mask = NDArray[np.bool_]

_LARGEST_BYTES: Final = 4 << 30
"""Of segments that overlap, each of which takes a volume of its own."""


@dataclass(frozen=True)
class Correction:
    """What was corrected. ``edited`` holds the Segment Numbers of the original that a reader changed.

    ``mask_of`` returns (k, j, i) of a segment on ``grid``, as it is now.
    """

    overlay: Overlay
    grid: VolumeGrid
    edited: Collection[int]
    mask_of: Callable[[int], Mask]


def corrected_segmentation(content: Content, correction: Correction, *, reader: str) -> Dataset:
    """Return the corrected segmentation.

    Raises
    ------
    CannotWrite
        The original has no position in the patient, cannot be read, or its overlapping segments are too large together.
    """
    overlay, grid = correction.overlay, correction.grid
    original = read_original(content.library, overlay)
    segmentation = overlay.content
    if not isinstance(segmentation, Segmentation) or not original.get("FrameOfReferenceUID"):
        raise CannotWrite("The segmentation has no position in the patient; a corrected one cannot be placed.")
    items = _segment_items(original, segmentation)
    made = derived_segmentation(
        content.library,
        (overlay, content.bindings.get(overlay.instance)),
        original,
        grid,
        pixel_array=_pixels(correction, [int(item.SegmentNumber) for item in items]),
        segmentation_type="BINARY",
        segment_descriptions=[placeholder(number) for number in range(1, len(items) + 1)],
        series_number=SERIES_NUMBER + 3,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=program_version(),
        device_serial_number="0",
        content_label="CORRECTED",
        content_description="Corrected by a reader",
        content_creator_name=person_name(reader),
        contributing_equipment=contributing_equipment(MODIFYING, "Corrected by a reader"),
        series_description="Corrected segmentation",
        omit_empty_frames=True,
    )
    made["SegmentSequence"].value = Items(
        [_described(item, number, correction) for number, item in enumerate(items, start=1)]
    )
    return made


def new_numbers(correction: Correction) -> dict[int, int]:
    """Return the Segment Numbers that edited segments have in the corrected object, by those of the original."""
    segmentation = correction.overlay.content
    if not isinstance(segmentation, Segmentation):
        return {}
    background = _background(segmentation)
    numbers = sorted(one.number for one in segmentation.segments if one.number not in background)
    return {old: new for new, old in enumerate(numbers, start=1) if old in correction.edited}


def _background(segmentation: Segmentation) -> set[int | None]:
    return {0, segmentation.padding_value} if segmentation.type == "LABELMAP" else {0}


def _segment_items(original: Dataset, segmentation: Segmentation) -> list[Dataset]:
    """Return the items of the Segment Sequence that are no background, by their number."""
    described = sorted(original.get("SegmentSequence", ()), key=lambda item: int(item.SegmentNumber))
    background = _background(segmentation)
    found = [item for item in described if int(item.SegmentNumber) not in background]
    if not found:
        raise CannotWrite("The segmentation describes no segment.")
    return found


def _pixels(correction: Correction, numbers: Sequence[int]) -> NDArray[Any]:
    """Return (k, j, i) of new Segment Numbers, or (k, j, i, segments) where segments overlap."""
    shape = correction.grid.shape
    labels = np.zeros(shape, np.uint8 if len(numbers) < 256 else np.uint16)
    for number, old in enumerate(numbers, start=1):
        mask = correction.mask_of(old)
        if labels[mask].any():
            return _apart(correction, numbers)
        labels[mask] = number
    return labels


def _apart(correction: Correction, numbers: Sequence[int]) -> NDArray[np.uint8]:
    shape = (*correction.grid.shape, len(numbers))
    if int(np.prod(shape, dtype=np.int64)) > _LARGEST_BYTES:
        raise CannotWrite("The segments overlap and are too large to be written together.")
    pixels = np.zeros(shape, np.uint8)
    for place, old in enumerate(numbers):
        pixels[..., place] = correction.mask_of(old)
    return pixels


def _described(item: Dataset, number: int, correction: Correction) -> Dataset:
    """Return the item of a segment for the new object: as the original says, but for who made it what it is now."""
    made = deepcopy(item)
    if int(item.SegmentNumber) in correction.edited:
        name = str(item.get("SegmentAlgorithmName", "") or "")
        made.SegmentAlgorithmType = "SEMIAUTOMATIC"
        made.SegmentAlgorithmName = f"{name}, edited in {MAKER}"[:64] if name else f"Edited in {MAKER}"
    made.SegmentNumber = number
    return made
