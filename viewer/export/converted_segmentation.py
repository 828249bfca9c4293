"""A segmentation in the other form of DICOM: BINARY to LABELMAP and back, as a new object that names its source.

Decided
    Voxels, segments, codes, colours, Tracking UIDs and who made them are those of the original; the program only stands as
    equipment that contributed. A label map keeps the Segment Numbers. SEG BINARY must have them from 1 without gaps (PS3.3
    C.8.20.2): a number that changes stays in the Segment Label.
    A label map has one segment a voxel: segments that share voxels are refused, not cut.
    A probability is converted only at a threshold that was named.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from viewer.domain.binding import Binding
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.export.masks import Mask
from viewer.export.new_objects import (
    MAKER,
    PROCESSING,
    CannotWrite,
    contributing_equipment,
    program_version,
    read_original,
)
from viewer.export.segmentation_source import derived_segmentation, placeholder
from viewer.export.whole_files import written_whole
from viewer.representations.volume_grid import VolumeGrid

Target = Literal["binary", "labelmap"]

_NAMES: Final[dict[Target, str]] = {"binary": "BINARY", "labelmap": "LABELMAP"}
_LONGEST: Final = 64
_SHOWN: Final = 4


def converted_segmentation(
    library: Library, placed: tuple[Overlay, Binding], mask: Mask, grid: VolumeGrid, *, to: Target
) -> Dataset:
    """Return the segmentation in another form.

    Parameters
    ----------
    placed
        The original with where it lies.
    mask
        Its voxels, 0 and 1 or labels, of the parts to write.
    grid
        Its own grid, that of the mask.

    Raises
    ------
    CannotWrite
        It has that form already, has no position in the patient, is of a whole slide, cannot be read, describes a value
        of the mask by no segment, or has segments that share voxels and is to become a label map.
    """
    overlay, _ = placed
    original = read_original(library, overlay)
    content = overlay.content
    if not isinstance(content, Segmentation) or not original.get("FrameOfReferenceUID"):
        raise CannotWrite("The segmentation has no position in the patient; only one that has is converted.")
    if content.frames.tile_offset is not None:
        raise CannotWrite("It is a segmentation of a whole slide, which is not converted.")
    if content.type == _NAMES[to]:
        raise CannotWrite(f"The segmentation is {content.type} already.")
    if mask.voxels.dtype == np.float32:
        raise CannotWrite("It is a probability, which that form cannot hold.", "threshold")
    items = _items(original, mask)
    numbers = [one.number if to == "labelmap" else place for place, one in enumerate(mask.labels, start=1)]
    made = derived_segmentation(
        library,
        placed,
        original,
        grid,
        pixel_array=_label_voxels(mask, numbers) if to == "labelmap" else _binary_voxels(mask),
        segmentation_type=_NAMES[to],
        segment_descriptions=[placeholder(number) for number in numbers],
        series_number=int(original.get("SeriesNumber") or 0) + 1,
        manufacturer=str(original.get("Manufacturer") or MAKER),
        manufacturer_model_name=str(original.get("ManufacturerModelName") or MAKER),
        software_versions=_texts(original, "SoftwareVersions") or program_version(),
        device_serial_number=str(original.get("DeviceSerialNumber") or "0"),
        content_label=str(original.get("ContentLabel") or "CONVERTED"),
        content_description=str(original.get("ContentDescription") or "") or None,
        content_creator_name=original.get("ContentCreatorName") or None,
        contributing_equipment=contributing_equipment(PROCESSING, f"Converted from {content.type} to {_NAMES[to]}"),
        series_description=str(original.get("SeriesDescription") or "Converted segmentation")[:_LONGEST],
        omit_empty_frames=bool(mask.voxels.any()),
    )
    written = {number: _described(item, number, content) for number, item in zip(numbers, items, strict=True)}
    # A label map has an item for its background, too, which the library describes.
    made["SegmentSequence"].value = Items([written.get(int(item.SegmentNumber), item) for item in made.SegmentSequence])
    return made


def write_dicom(made: Dataset, path: Path) -> None:
    """Write a new object; raises OSError."""
    with written_whole(path) as temporary:
        made.save_as(temporary, enforce_file_format=True)


def _items(original: Dataset, mask: Mask) -> list[Dataset]:
    """Return the items of the Segment Sequence for the labels of a mask."""
    described = {int(item.SegmentNumber): item for item in original.get("SegmentSequence", ())}
    missing = [one.number for one in mask.labels if one.number not in described]
    if missing:
        raise CannotWrite(f"No segment describes {', '.join(map(str, missing[:_SHOWN]))}.", "part")
    if not mask.labels:
        raise CannotWrite("The segmentation describes no segment.")
    return [described[one.number] for one in mask.labels]


def _label_voxels(mask: Mask, numbers: Sequence[int]) -> NDArray[Any]:
    if mask.overlapping:
        raise CannotWrite(_shared(mask))
    if min(numbers) < 1:
        raise CannotWrite("Its segment 0 would become the background of the label map.")
    table = np.zeros(len(numbers) + 1, np.uint8 if max(numbers) < 256 else np.uint16)
    table[1:] = numbers
    return table[mask.voxels.astype(np.intp)]


def _shared(mask: Mask) -> str:
    """Return a sentence that names two segments that share voxels."""
    for place, one in enumerate(mask.labels):
        for other in range(place + 1, len(mask.labels)):
            count = int(np.logical_and(mask.voxels[place], mask.voxels[other]).sum())
            if count:
                names = f"{one.label} and {mask.labels[other].label}"
                return f"{names} share {count} voxels; a label map has one segment a voxel, so it is not written."
    return "Segments share voxels; a label map has one segment a voxel, so it is not written."


def _binary_voxels(mask: Mask) -> NDArray[Any]:
    if not mask.overlapping:
        return np.asarray(mask.voxels)
    return np.ascontiguousarray(np.moveaxis(mask.voxels, 0, -1))


def _described(item: Dataset, number: int, content: Segmentation) -> Dataset:
    """Return the item of a segment as the original says, with its colour, and its old number where that changes."""
    from highdicom.color import CIELabColor

    made, old = deepcopy(item), int(item.SegmentNumber)
    segment = content.segments_by_number.get(old)
    if "RecommendedDisplayCIELabValue" not in made and segment is not None and segment.color is not None:
        made.RecommendedDisplayCIELabValue = list(CIELabColor.from_rgb(*segment.color).value)
    if number != old:
        note = f" (segment {old})"
        made.SegmentLabel = str(made.get("SegmentLabel") or "Segment")[: _LONGEST - len(note)] + note
    made.SegmentNumber = number
    return made


def _texts(original: Dataset, keyword: str) -> Any:
    """Return the values of a text element as a tuple, empty when there are none."""
    value = original.get(keyword)
    found = [value] if isinstance(value, str) else list(value or ())
    return tuple(str(one) for one in found if str(one))
