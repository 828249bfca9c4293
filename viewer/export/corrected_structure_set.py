"""A structure set of which a reader moved or deleted points, as a new object: a copy with the reader's contours.

Decided
    Every ROI of the original is in it, by the same number. Contours that were not edited keep their text, digit for digit.
    An ROI that was edited is SEMIAUTOMATIC; its stated volume goes, as it was that of the old contours.
    The copy is not approved by anyone: what the original says of approval and signatures goes, at every depth. Private
    attributes go as well: nobody but their maker can tell which of them speak of approval or of the old contours.
    It is Implicit VR Little Endian: with explicit VR a Contour Data of 64 KiB has no length (PS3.5 Section 7.1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.errors import BytesLengthException
from pydicom.sequence import Sequence as Items
from pydicom.uid import ImplicitVRLittleEndian
from pydicom.valuerep import format_number_as_ds

from viewer.domain.overlay import Overlay
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.export.new_objects import (
    CHARACTER_SET,
    MAKER,
    MODIFYING,
    PROCESSING,
    CannotWrite,
    contributing_equipment,
    new_uid,
    person_name,
    program_version,
    read_original,
    written_code,
)
from viewer.export.review_record import EditedRegion
from viewer.export.review_report import SERIES_NUMBER
from viewer.iods.elements import integer, items, text
from viewer.reading.state import Content

_CONTOUR_DATA: Final = 0x30060050
_LONGEST_DESCRIPTION: Final = 64

_OF_ONE_INSTANCE: Final = (
    *("ReviewDate", "ReviewTime", "ReviewerName"),
    *("SOPInstanceStatus", "SOPAuthorizationDateTime", "SOPAuthorizationComment"),
    *("AuthorizationEquipmentCertificationNumber", "InstanceCreatorUID"),
)
"""What was said of the original alone: its approval (PS3.3 C.8.8.16), its authorization, its maker (C.12.1)."""
_SIGNATURES: Final = ("DigitalSignaturesSequence", "MACParametersSequence", "EncryptedAttributesSequence")
"""PS3.3 C.12.1.1.3; signatures may stand in items too."""
_EQUIPMENT: Final = (
    *("StationName", "InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"),
    *("InstitutionalDepartmentTypeCodeSequence", "DeviceSerialNumber", "DeviceUID", "UDISequence", "GantryID"),
    *("DateOfManufacture", "DateOfInstallation", "DateOfLastCalibration", "TimeOfLastCalibration", "SpatialResolution"),
)
"""The equipment that made the original (PS3.3 C.7.5.1), which did not make the copy."""
_EMPTY_IF_MISSING: Final = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"),
)
"""Attributes of Type 2 that some originals lack."""


def corrected_structure_set(
    content: Content, overlay: Overlay, edited: Mapping[int, EditedRegion], *, reader: str
) -> FileDataset:
    """Return the corrected structure set.

    Parameters
    ----------
    overlay
        The original, as it was read.
    edited
        By ROI Number: the ROI as it is now, alone, and the places of its contours that were edited.

    Raises
    ------
    CannotWrite
        The original cannot be read, or its contours cannot be told apart.
    """
    made = read_original(content.library, overlay)
    _decode(made)
    _describe(made, overlay, reader)
    for number, region in edited.items():
        _replace_contours(made, _roi(overlay, number), _roi(region.alone, number), region.places)
        _say_edited(made, number)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = ImplicitVRLittleEndian
    return FileDataset("", made, preamble=b"\0" * 128, file_meta=meta, is_implicit_VR=True, is_little_endian=True)


def _decode(dataset: Dataset) -> None:
    """Decode all texts but Contour Data, for another character set, and drop what is not carried at any depth."""
    for tag in list(dataset.keys()):
        if tag.is_private or tag.element == 0:
            del dataset[tag]
        elif tag != _CONTOUR_DATA:
            try:
                element = dataset[tag]
            except (ValueError, TypeError, NotImplementedError, BytesLengthException):
                # Bytes that are no value cannot be written again.
                del dataset[tag]
                continue
            for item in element.value or () if element.VR == "SQ" else ():
                _decode(item)
    for keyword in _SIGNATURES:
        dataset.pop(keyword, None)
    if "SpecificCharacterSet" in dataset:
        dataset.SpecificCharacterSet = CHARACTER_SET


def _describe(made: Dataset, overlay: Overlay, reader: str) -> None:
    """Say of the copy what it is, of what, when and by whom."""
    predecessor = Dataset()
    predecessor.ReferencedSOPClassUID = made.SOPClassUID
    predecessor.ReferencedSOPInstanceUID = overlay.sop_instance_uid.partition("@")[0]
    made.PredecessorStructureSetSequence = Items([predecessor])
    made.ContributingEquipmentSequence = Items([*items(made, "ContributingEquipmentSequence"), *_equipment(made)])
    for keyword in (*_OF_ONE_INSTANCE, *_EQUIPMENT):
        made.pop(keyword, None)
    for keyword in _EMPTY_IF_MISSING:
        if keyword not in made:
            setattr(made, keyword, "")
    made.SpecificCharacterSet = CHARACTER_SET
    made.SOPInstanceUID, made.SeriesInstanceUID = new_uid(), new_uid()
    made.SeriesNumber, made.InstanceNumber = SERIES_NUMBER + 4, 1
    made.SeriesDescription = "Corrected structure set"
    made.StructureSetLabel = "CORRECTED"
    made.Manufacturer = made.ManufacturerModelName = MAKER
    made.SoftwareVersions = program_version()
    made.OperatorsName = person_name(reader)
    made.ApprovalStatus = "UNAPPROVED"
    at = _now(made)
    for kind in ("InstanceCreation", "Series", "StructureSet"):
        setattr(made, f"{kind}Date", f"{at:%Y%m%d}")
        setattr(made, f"{kind}Time", f"{at:%H%M%S}")
    spaces = {text(item, "FrameOfReferenceUID") for item in items(made, "ReferencedFrameOfReferenceSequence")} - {""}
    if not text(made, "FrameOfReferenceUID") and len(spaces) == 1:
        made.FrameOfReferenceUID = spaces.pop()
    if "FrameOfReferenceUID" in made and "PositionReferenceIndicator" not in made:
        made.PositionReferenceIndicator = ""


def _equipment(original: Dataset) -> Iterator[Dataset]:
    """Yield what made the original, where it says so, and the program (PS3.3 C.12.1.1.5)."""
    from highdicom import ContributingEquipment

    manufacturer = text(original, "Manufacturer")
    if manufacturer:
        yield ContributingEquipment(
            manufacturer,
            written_code(PROCESSING),
            manufacturer_model_name=text(original, "ManufacturerModelName") or None,
            software_versions=text(original, "SoftwareVersions") or None,
            contribution_description="Made the structure set that was corrected",
        )
    yield from contributing_equipment(MODIFYING, "Corrected by a reader")


def _now(dataset: Dataset) -> datetime:
    """Return the time as the dates of an object mean it (Timezone Offset From UTC, PS3.3 C.12.1)."""
    try:
        return datetime.now(datetime.strptime(text(dataset, "TimezoneOffsetFromUTC"), "%z").tzinfo)
    except ValueError:
        dataset.pop("TimezoneOffsetFromUTC", None)
        return datetime.now().astimezone()


def _roi(overlay: Overlay, number: int) -> RegionOfInterest:
    assert isinstance(overlay.content, StructureSet)
    return next(roi for roi in overlay.content.rois if roi.number == number)


def _replace_contours(made: Dataset, before: RegionOfInterest, after: RegionOfInterest, places: frozenset[str]) -> None:
    """Put the edited contours of an ROI in the place of those that they were; ``places`` count as in ``before``."""
    of_roi = [item for item in items(made, "ROIContourSequence") if integer(item, "ReferencedROINumber") == before.number]
    # A contour without a point was not read, so that it has no place.
    written = [(item, one) for item in of_roi for one in items(item, "ContourSequence") if _has_points(one)]
    if len(written) != len(before.contours):
        raise CannotWrite(f"The contours of {before.name} cannot be told apart in the file; they were not written.")
    for place, (contour, (item, one)) in enumerate(zip(after.contours, written, strict=True)):
        if str(place) not in places:
            continue
        if len(contour.points):
            _write_points(one, contour)
        else:
            item.ContourSequence = Items([other for other in item.ContourSequence if other is not one])


def _has_points(contour: Dataset) -> bool:
    raw = contour.get_item(_CONTOUR_DATA)
    return raw is not None and bool(raw.value)


def _write_points(item: Dataset, contour: Contour) -> None:
    item.ContourGeometricType = _type_of(contour)
    item.NumberOfContourPoints = len(contour.points)
    item.ContourData = decimal_strings(contour.points)


def _type_of(contour: Contour) -> str:
    """Return the geometric type: what is left of a polygon with one or two points encloses nothing (PS3.3 C.8.8.6.1)."""
    if not contour.is_closed or len(contour.points) > 2:
        return contour.geometric_type
    return "POINT" if len(contour.points) == 1 else "OPEN_PLANAR"


def decimal_strings(points: NDArray[np.float64]) -> list[str]:
    """Return coordinates (n, 3) in mm as decimal strings of at most 16 characters, x, y, z of each point in turn."""
    return [format_number_as_ds(value) for value in points.ravel().tolist()]


def _say_edited(made: Dataset, number: int) -> None:
    """Say in the item of an ROI that it was edited."""
    item = _item_of(items(made, "StructureSetROISequence"), number)
    said = text(item, "ROIGenerationDescription")
    words = f"{said}, edited in {MAKER}" if said else f"Edited in {MAKER}"
    item.ROIGenerationDescription = words[:_LONGEST_DESCRIPTION]
    item.ROIGenerationAlgorithm = "SEMIAUTOMATIC"
    if "ROIDateTime" in item:
        item.ROIDateTime = made.StructureSetDate + made.StructureSetTime
    item.pop("ROIVolume", None)


def _item_of(described: Sequence[Dataset], number: int) -> Dataset:
    found = [item for item in described if integer(item, "ROINumber") == number]
    if len(found) != 1:
        raise CannotWrite(f"ROI Number {number} is not that of one region of the structure set; it was not written.")
    return found[0]
