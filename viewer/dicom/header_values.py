"""What the elements of a header mean: the table of those that are read, and the values they give an instance header."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from viewer.dicom import quirks
from viewer.dicom.character_sets import CharacterSet, character_set
from viewer.dicom.decimal_strings import pair, strings
from viewer.dicom.frame_headers import IMAGE_TYPE, TOP_LEVEL_TAGS
from viewer.dicom.multi_frame_headers import OBJECT_TREE
from viewer.dicom.tag_reader import ROWS, Tree
from viewer.domain.issues import Issue, issue

CHARACTER_SET = 0x00080005
SOP_CLASS = 0x00080016
SOP_INSTANCE = 0x00080018
STUDY = 0x0020000D
SERIES = 0x0020000E
COLUMNS = 0x00280011
FRAMES = 0x00280008
META_CLASS = 0x00020002
META_INSTANCE = 0x00020003
META_SYNTAX = 0x00020010

_TEXTS: tuple[tuple[str, int], ...] = (
    ("patient_id", 0x00100020),
    ("patient_birth_date", 0x00100030),
    ("patient_sex", 0x00100040),
    ("patient_age", 0x00101010),
    ("study_date", 0x00080020),
    ("study_time", 0x00080030),
    ("study_id", 0x00200010),
    ("study_description", 0x00081030),
    ("accession_number", 0x00080050),
    ("modality", 0x00080060),
    ("series_description", 0x0008103E),
    ("series_date", 0x00080021),
    ("series_time", 0x00080031),
    ("body_part", 0x00180015),
    ("presentation_intent", 0x00080068),
    ("content_label", 0x00700080),
    ("manufacturer", 0x00080070),
    ("model", 0x00081090),
    ("software_versions", 0x00181020),
    ("burned_in_annotation", 0x00280301),
    ("conversion_type", 0x00080064),
    ("photometric_interpretation", 0x00280004),
    ("completion_flag", 0x0040A491),
    ("verification_flag", 0x0040A493),
)
_UIDS: tuple[tuple[str, int], ...] = (("study_instance_uid", STUDY), ("series_instance_uid", SERIES))
OWN_TEXTS: tuple[tuple[str, int], ...] = (("content_date", 0x00080023), ("content_time", 0x00080033))
"""Texts that differ from instance to instance of one series."""
INSTANCE_NUMBER = 0x00200013
_SERIES_NUMBER = 0x00200011
_SHORTS: tuple[tuple[str, int, int], ...] = (
    ("rows", ROWS, 0),
    ("columns", COLUMNS, 0),
    ("samples_per_pixel", 0x00280002, 1),
    ("bits_allocated", 0x00280100, 0),
)
_PATIENT_NAME = 0x00100010
_LATERALITY = (0x00200062, 0x00200060)
"""That of the image, then that of the series."""
_FRAME_OF_REFERENCE = 0x00200052
_ASPECT = 0x00280034
_IMAGER_SPACING = 0x00181164
_PATIENT_ORIENTATION = 0x00200020

SHARED_TAGS: tuple[int, ...] = (
    *(CHARACTER_SET, _PATIENT_NAME, *_LATERALITY, IMAGE_TYPE, _FRAME_OF_REFERENCE, _ASPECT, _IMAGER_SPACING),
    *(_PATIENT_ORIENTATION, _SERIES_NUMBER),
    *(tag for _, tag in (*_TEXTS, *_UIDS)),
    *(tag for _, tag, _ in _SHORTS),
)
"""Elements that the instances of a series mostly share: what they say is worked out once."""

TREE: Tree = OBJECT_TREE | dict.fromkeys(
    (
        *(SOP_CLASS, SOP_INSTANCE, FRAMES, INSTANCE_NUMBER),
        *(tag for _, tag in OWN_TEXTS),
        *SHARED_TAGS,
        *TOP_LEVEL_TAGS,
    )
)
"""The elements of a header."""


@lru_cache(maxsize=1024)
def shared_fields(raw: tuple[bytes | None, ...]) -> tuple[dict[str, Any], tuple[Issue, ...]]:
    """Return fields of ``InstanceHeader`` from the raw values of ``SHARED_TAGS``, and what had to be repaired.

    The dictionary is kept for the next instance: copy it before changing it.
    """
    values = {tag: value for tag, value in zip(SHARED_TAGS, raw, strict=True) if value is not None}
    text = character_set(values.get(CHARACTER_SET))
    issues = [*text.issues]
    fields: dict[str, Any] = {name: text.text(values[tag]) for name, tag in _TEXTS if values.get(tag)}
    for name, tag in _UIDS:
        fields[name] = uid(values.get(tag))
    fields["series_number"] = integer(values.get(_SERIES_NUMBER), "Series Number", issues)
    for name, tag, otherwise in _SHORTS:
        fields[name] = _short(values.get(tag), otherwise)
    _describe(fields, values, text)
    return fields, tuple(issues)


def _describe(fields: dict[str, Any], values: dict[int, bytes], text: CharacterSet) -> None:
    fields["patient_name"] = text.name(values.get(_PATIENT_NAME, b""))
    fields["laterality"] = next((text.text(values[tag]) for tag in _LATERALITY if values.get(tag)), "")
    fields["image_type"] = strings(values.get(IMAGE_TYPE))
    fields["frame_of_reference_uid"] = uid(values.get(_FRAME_OF_REFERENCE)) or None
    aspect = pair(values.get(_ASPECT))
    fields["pixel_aspect_ratio"] = (int(aspect[0]), int(aspect[1])) if aspect and min(aspect) >= 1 else None
    fields["imager_pixel_spacing_mm"] = pair(values.get(_IMAGER_SPACING))
    orientation = strings(values.get(_PATIENT_ORIENTATION))
    fields["patient_orientation"] = (orientation[0], orientation[1]) if len(orientation) == 2 else None


def uid(value: bytes | None) -> str:
    """Return a UID without its padding; empty when absent."""
    return value.decode("ascii", "replace").strip(" \0\t\r\n") if value else ""


def _short(value: bytes | None, otherwise: int) -> int:
    return int.from_bytes(value[:2], "little") if value and len(value) >= 2 else otherwise


def integer(value: bytes | None, shown: str, issues: list[Issue]) -> int | None:
    """Return an integer string, repaired with an Issue when it is broken; None when absent."""
    stripped = value.strip(b" \0") if value else b""
    if not stripped:
        return None
    try:
        return int(stripped)
    except ValueError:
        text = stripped.decode("ascii", "replace")
        issues.append(issue("repaired_number", "info", attribute=shown, value=text))
        return quirks.leading_integer(text)
