"""The reader's own measurements and marks as presentation states (PS3.3 A.33): lines and words in a layer of their own.

Decided
    One state a series and size of image, so that its displayed area holds for all images it names. Grey and colour images
    get the state of their kind.
    Graphics are in PIXEL units: (column, row) from the outer corner of the first pixel (PS3.3 C.10.5.1.2), which is what a
    measurement is made in. What was measured on a plane through a stack has no image to be drawn on and stays in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.domain.measurement import IN_WORDS, Measurement, path_of, second_line_of
from viewer.export.new_objects import (
    CHARACTER_SET,
    MAKER,
    CannotWrite,
    Subject,
    about,
    contributing_equipment,
    new_uid,
    person_name,
    program_version,
)
from viewer.export.review_report import SERIES_NUMBER

LAYER: Final = "REVIEW"
_LONGEST_TEXT: Final = 1024
_GREY: Final = frozenset({"MONOCHROME1", "MONOCHROME2"})
_IMAGE_ATTRIBUTES: Final = (
    "Rows",
    "Columns",
    "NumberOfFrames",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "PixelAspectRatio",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "ModalityLUTSequence",
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "VOILUTSequence",
    "Laterality",
    "BodyPartExamined",
    "PhotometricInterpretation",
    "SamplesPerPixel",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "Modality",
    "ICCProfile",
    "FrameOfReferenceUID",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)
"""What a presentation state looks at in the images that it names."""

Words = Callable[[Measurement], str]
"""Returns what stands beside a measurement, values and the reader's text; empty when there is nothing to say."""


def reader_marks(
    library: Library, marks: Mapping[FrameKey, Sequence[Measurement]], words: Words, *, reader: str
) -> list[Dataset]:
    """Return presentation states that show measurements on their images.

    Parameters
    ----------
    marks
        Whole measurements by the frame they lie on.

    Raises
    ------
    CannotWrite
        An image cannot be read.
    """
    groups: dict[tuple[str, int, int, bool], dict[FrameKey, Sequence[Measurement]]] = {}
    for frame, found in marks.items():
        header = library.instance(frame.instance)
        grey = header.photometric_interpretation in _GREY
        whole = [one for one in found if one.is_whole]
        if whole and frame.cut is None:
            groups.setdefault((header.series_instance_uid, header.rows, header.columns, grey), {})[frame] = whole
    return [
        _state(library, of_series, words, (reader, number), grey=key[3])
        for number, (key, of_series) in enumerate(groups.items(), start=1)
    ]


def _state(
    library: Library,
    marks: Mapping[FrameKey, Sequence[Measurement]],
    words: Words,
    made_by: tuple[str, int],
    *,
    grey: bool,
) -> Dataset:
    from highdicom import pr

    reader, number = made_by
    images: dict[InstanceKey, Dataset] = {}
    subject: Subject | None = None
    for frame in marks:
        if frame.instance not in images:
            image, subject = _image(library, frame.instance)
            images[frame.instance] = image
    assert subject is not None
    layer = pr.GraphicLayer(LAYER, 1, "Measurements and marks of the reader")
    annotations = [
        pr.GraphicAnnotation(
            referenced_images=[images[frame.instance]],
            graphic_layer=layer,
            referenced_frame_number=frame.index + 1 if library.instance(frame.instance).number_of_frames > 1 else None,
            graphic_objects=[*_graphics(found)] or None,
            text_objects=[*_texts(found, words)] or None,
        )
        for frame, found in marks.items()
    ]
    kind = pr.GrayscaleSoftcopyPresentationState if grey else pr.ColorSoftcopyPresentationState
    made: Dataset = kind(
        referenced_images=list(images.values()),
        series_instance_uid=new_uid(),
        series_number=SERIES_NUMBER + 2,
        sop_instance_uid=new_uid(),
        instance_number=number,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=program_version(),
        device_serial_number="0",
        content_label=LAYER,
        content_description="Measurements and marks of the reader",
        content_creator_name=person_name(reader),
        graphic_annotations=annotations,
        graphic_layers=[layer],
        contributing_equipment=contributing_equipment(),
        specific_character_set=CHARACTER_SET,
        series_description="Marks of the review",
    )
    made.PatientName = subject.patient_name
    # Required where the body part is paired (PS3.3 C.7.3.1), unknown to highdicom: as the image says it.
    made.Laterality = next(iter(images.values())).get("Laterality", "")
    return made


def _image(library: Library, key: InstanceKey) -> tuple[Dataset, Subject]:
    """Return what a presentation state needs of an image, with the identity of its patient and study."""
    try:
        original = read_dataset(library.instance(key))
    except UnreadableDataset as error:
        raise CannotWrite(f"An image with marks on it cannot be read: {error.reason}.") from error
    subject = about(original)
    made = subject.attributes
    for keyword in _IMAGE_ATTRIBUTES:
        if keyword in original:
            made[keyword] = original[keyword]
    return made, subject


def _graphics(found: Sequence[Measurement]) -> Iterator[Any]:
    from highdicom import pr

    for one in found:
        if one.kind == "note":
            continue
        if one.kind == "probe":
            yield pr.GraphicObject("POINT", np.array(one.points[:1], dtype=float), "PIXEL")
            continue
        if one.kind == "ellipse":
            yield pr.GraphicObject("ELLIPSE", _axes(one), "PIXEL")
            continue
        line, closed = path_of(one)
        for points in ((np.vstack((line, line[:1])) if closed else line), second_line_of(one)):
            if len(points) > 1:
                yield pr.GraphicObject("POLYLINE", np.asarray(points, dtype=float), "PIXEL")


def _axes(ellipse: Measurement) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the ends of the longer, then of the shorter axis (PS3.3 C.10.5.1.2, ELLIPSE)."""
    left, top, right, bottom = ellipse.box
    across, down = (left + right) / 2, (top + bottom) / 2
    along, up = [[left, down], [right, down]], [[across, top], [across, bottom]]
    return np.array(along + up if right - left >= bottom - top else up + along, dtype=float)


def _texts(found: Sequence[Measurement], words: Words) -> Iterator[Any]:
    from highdicom import pr

    for one in found:
        text = words(one).strip()[:_LONGEST_TEXT]
        if text:
            column, row = one.points[0] if one.kind in IN_WORDS else one.points[-1]
            yield pr.TextObject(text, "PIXEL", anchor_point=(float(column), float(row)))
