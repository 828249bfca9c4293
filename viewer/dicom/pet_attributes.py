"""What a PET image says of dose, patient and times (PS3.3 C.8.9), and what vendors say in private elements."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from viewer.dicom.tag_reader import Item, Tree
from viewer.dicom.wanted_items import first_item, number, text, texts, to_number, tree
from viewer.domain.pet import PetAttributes

_GE = (0x0009, "GEMS_PETD_01")
_PHILIPS = (0x7053, "Philips PET Private Group")
_GE_SCAN_START = 0x0D
_PHILIPS_SUV_FACTOR, _PHILIPS_ACTIVITY_FACTOR = 0x00, 0x09
_BLOCKS = range(0x10, 0x20)


def _private(group: int, elements: tuple[int, ...]) -> dict[int, Tree | None]:
    """Return the creators of the first blocks of a group and the elements that each block may hold (PS3.5 7.8.1)."""
    creators = [group << 16 | block for block in _BLOCKS]
    held = [group << 16 | block << 8 | element for block in _BLOCKS for element in elements]
    return dict.fromkeys((*creators, *held))


PET_WANTED: dict[int, Tree | None] = {
    **_private(_GE[0], (_GE_SCAN_START,)),
    **_private(_PHILIPS[0], (_PHILIPS_SUV_FACTOR, _PHILIPS_ACTIVITY_FACTOR)),
    **tree(
        [
            "SUVType",
            "CorrectedImage",
            "DecayCorrection",
            "SeriesDate",
            "SeriesTime",
            "AcquisitionDate",
            "AcquisitionTime",
            "PatientWeight",
            "PatientSize",
            "PatientSex",
            "FrameReferenceTime",
            "ActualFrameDuration",
            "TimezoneOffsetFromUTC",
        ],
        RadiopharmaceuticalInformationSequence=tree(
            [
                "RadiopharmaceuticalStartTime",
                "RadiopharmaceuticalStartDateTime",
                "RadionuclideTotalDose",
                "RadionuclideHalfLife",
            ]
        ),
    ),
}
"""What is wanted of a PET image besides what every image has."""


def read_pet_attributes(item: Item) -> PetAttributes:
    """Return what a PET image says; an element that cannot be read counts as absent."""
    drug = first_item(item, "RadiopharmaceuticalInformationSequence") or Item()
    zone = _zone(text(item, "TimezoneOffsetFromUTC"))
    return PetAttributes(
        units=text(item, "Units"),
        suv_type=text(item, "SUVType"),
        corrected=texts(item, "CorrectedImage"),
        decay_correction=text(item, "DecayCorrection"),
        series_start=_joined(text(item, "SeriesDate"), text(item, "SeriesTime")),
        acquisition_start=_joined(text(item, "AcquisitionDate"), text(item, "AcquisitionTime")),
        private_start=_moment(_private_text(item, _GE, _GE_SCAN_START), zone),
        injection=_moment(text(drug, "RadiopharmaceuticalStartDateTime"), zone),
        injection_time=_time(text(drug, "RadiopharmaceuticalStartTime")),
        dose_bq=number(drug, "RadionuclideTotalDose"),
        half_life_s=number(drug, "RadionuclideHalfLife"),
        weight_kg=number(item, "PatientWeight"),
        size_m=number(item, "PatientSize"),
        sex=text(item, "PatientSex"),
        frame_reference_time_ms=number(item, "FrameReferenceTime"),
        frame_duration_ms=number(item, "ActualFrameDuration"),
        philips_suv_factor=to_number(_private_text(item, _PHILIPS, _PHILIPS_SUV_FACTOR)),
        philips_activity_factor=to_number(_private_text(item, _PHILIPS, _PHILIPS_ACTIVITY_FACTOR)),
    )


def _private_text(item: Item, owner: tuple[int, str], element: int) -> str:
    group, creator = owner
    for block in _BLOCKS:
        if _plain(item.values.get(group << 16 | block)) == creator:
            return _plain(item.values.get(group << 16 | block << 8 | element))
    return ""


def _plain(value: bytes | None) -> str:
    return value.decode("ascii", "replace").split("\\")[0].strip(" \0") if value else ""


def _date(written: str) -> date | None:
    digits = written.replace(".", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None


def _time(written: str) -> time | None:
    """Return a TM value (PS3.5 6.2), the colons of ACR-NEMA allowed; parts that are left out are zero."""
    digits, _, fraction = written.replace(":", "").partition(".")
    if len(digits) not in (2, 4, 6) or not digits.isdigit() or (fraction and not fraction.isdigit()):
        return None
    parts = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)] + [0, 0]
    try:
        return time(parts[0], parts[1], min(parts[2], 59), int(fraction[:6].ljust(6, "0")) if fraction else 0)
    except ValueError:
        return None


def _joined(day: str, hour: str) -> datetime | None:
    known_day, known_hour = _date(day), _time(hour)
    return datetime.combine(known_day, known_hour) if known_day and known_hour else None


def _moment(written: str, zone: timedelta | None) -> datetime | None:
    """Return a DT value as local time of the object: dates and times beside it are in its time zone (PS3.3 C.12.1.1.8)."""
    sign = max(written.rfind("+"), written.rfind("-"))
    plain, offset = (written[:sign], _zone(written[sign:])) if sign > 0 else (written, None)
    found = _joined(plain[:8], plain[8:])
    return found - offset + zone if found and offset is not None and zone is not None else found


def _zone(written: str) -> timedelta | None:
    if len(written) != 5 or written[0] not in "+-" or not written[1:].isdigit():
        return None
    minutes = int(written[1:3]) * 60 + int(written[3:5])
    return timedelta(minutes=minutes if written[0] == "+" else -minutes)
