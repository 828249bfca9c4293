"""What every segmentation made of another one takes from it: its images, and how it is named.

Decided
    Attributes that patient and study must have, though perhaps without a value, are empty where the source lacks them, as
    anonymisers leave them: the library that writes demands them all.
    Images of a class that this library does not know are left out: the new object then names the original alone.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain.binding import Binding
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.instance import InstanceHeader
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.export.new_objects import CHARACTER_SET, about, new_uid, written_code
from viewer.representations.volume_grid import VolumeGrid

if TYPE_CHECKING:
    from highdicom.seg import Segmentation as WrittenSegmentation

_SOURCE_SEGMENTATION: Final = CodedConcept("128228", "DCM", "Source segmentation")
_ANATOMY: Final = CodedConcept("123037004", "SCT", "Anatomical Structure")


def derived_segmentation(
    library: Library, placed: tuple[Overlay, Binding | None], original: Dataset, grid: VolumeGrid, **described: Any
) -> WrittenSegmentation:
    """Return a new segmentation of the patient and images of another one, which it names as its source.

    Parameters
    ----------
    placed
        The original with where it lies.
    original
        Its data set, which has a Frame of Reference. It is changed.
    grid
        That of the voxels.
    described
        What else highdicom is told of the new object, the voxels and the segments among it.
    """
    import highdicom as hd

    overlay, binding = placed
    assert isinstance(overlay.content, Segmentation)
    subject = about(original)
    _as_source(original, library.instance(overlay.instance))
    images = _source_images(library, binding, str(original.FrameOfReferenceUID))
    first, second = grid.planes[0], grid.planes[min(1, len(grid.planes) - 1)]
    step_mm = float(np.linalg.norm(np.subtract(second.origin, first.origin))) or overlay.content.slice_spacing_mm or 1.0
    made = _written(
        images,
        original,
        series_instance_uid=new_uid(),
        sop_instance_uid=new_uid(),
        instance_number=1,
        pixel_measures=hd.PixelMeasuresSequence(first.spacing_mm, step_mm, step_mm),
        plane_orientation=hd.PlaneOrientationSequence("PATIENT", [*first.axis_column, *first.axis_row]),
        plane_positions=[hd.PlanePositionSequence("PATIENT", plane.origin) for plane in grid.planes],
        specific_character_set=CHARACTER_SET,
        **described,
    )
    made.PatientName = subject.patient_name
    made.SourceInstanceSequence = Items([_source_item(original)])
    return made


def placeholder(number: int) -> Any:
    """Return a description that the item of the original takes the place of."""
    from highdicom.seg import SegmentDescription

    code = written_code(_ANATOMY)
    return SegmentDescription(number, str(number), code, code, "MANUAL")


def _source_images(library: Library, binding: Binding | None, frame_of_reference_uid: str) -> list[Dataset]:
    """Return the images that a segmentation lies on, without their pixels; none of another Frame of Reference."""
    stack = library.stack(binding.default_stack_id) if binding and binding.default_stack_id else None
    if stack is None or stack.frame_of_reference_uid != frame_of_reference_uid:
        return []
    keys = dict.fromkeys(frame.instance for frame in stack.frames)
    if len(keys) < len(stack.frames):
        # Frames of one instance: highdicom matches planes with single-frame images only.
        return []
    try:
        return [_as_source(read_dataset(header), header) for header in map(library.instance, keys)]
    except UnreadableDataset:
        return []


def _as_source(dataset: Dataset, header: InstanceHeader) -> Dataset:
    """Return a data set, which is changed, with all that highdicom asks of a source; the Patient's Name is empty.

    Patient and study are as ``about`` has them, identity and Number of Frames as the header of the file has them.
    """
    dataset.update(about(dataset).attributes)
    dataset.SOPClassUID = dataset.SOPClassUID or header.sop_class_uid
    dataset.SOPInstanceUID = dataset.SOPInstanceUID or header.sop_instance_uid.partition("@")[0]
    if "PerFrameFunctionalGroupsSequence" in dataset and not dataset.get("NumberOfFrames"):
        dataset.NumberOfFrames = header.number_of_frames
    return dataset


def _written(images: list[Dataset], original: Dataset, **described: Any) -> WrittenSegmentation:
    """Return a new segmentation of images, or of the original alone where there are none that highdicom knows."""
    from highdicom.seg import Segmentation

    with warnings.catch_warnings():
        # It doubts names of one component and plain strings, which are as the original has them.
        warnings.simplefilter("ignore")
        try:
            return Segmentation(source_images=images or [original], **described)
        except KeyError:
            if not images:
                raise
            return Segmentation(source_images=[original], **described)


def _source_item(original: Dataset) -> Dataset:
    """Return an item of the Source Instance Sequence (0042,0013) that names the original (CID 7019)."""
    made = Dataset()
    made.ReferencedSOPClassUID = original.SOPClassUID
    made.ReferencedSOPInstanceUID = original.SOPInstanceUID
    made.PurposeOfReferenceCodeSequence = Items([written_code(_SOURCE_SEGMENTATION)])
    return made
