"""What every segmentation made of another one takes from it: its images, and how it is named."""

from __future__ import annotations

from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain.binding import Binding
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.library import Library
from viewer.export.new_objects import written_code

_SOURCE_SEGMENTATION: Final = CodedConcept("128228", "DCM", "Source segmentation")
_ANATOMY: Final = CodedConcept("123037004", "SCT", "Anatomical Structure")


def source_images(library: Library, binding: Binding | None, frame_of_reference_uid: str) -> list[Dataset]:
    """Return the images that a segmentation lies on, without their pixels; none of another Frame of Reference."""
    stack = library.stack(binding.default_stack_id) if binding and binding.default_stack_id else None
    if stack is None or stack.frame_of_reference_uid != frame_of_reference_uid:
        return []
    keys = dict.fromkeys(frame.instance for frame in stack.frames)
    if len(keys) < len(stack.frames):
        # Frames of one instance: highdicom matches planes with single-frame images only.
        return []
    try:
        return [read_dataset(library.instance(key)) for key in keys]
    except UnreadableDataset:
        return []


def placeholder(number: int) -> Any:
    """Return a description that the item of the original takes the place of."""
    from highdicom.seg import SegmentDescription

    code = written_code(_ANATOMY)
    return SegmentDescription(number, str(number), code, code, "MANUAL")


def source_segmentation(original: Dataset) -> Dataset:
    """Return an item of the Source Instance Sequence (0042,0013) that names the original (CID 7019)."""
    made = Dataset()
    made.ReferencedSOPClassUID = original.SOPClassUID
    made.ReferencedSOPInstanceUID = original.SOPInstanceUID
    made.PurposeOfReferenceCodeSequence = Items([written_code(_SOURCE_SEGMENTATION)])
    return made
