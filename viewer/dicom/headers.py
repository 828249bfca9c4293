"""The header of an instance, as the scan knows it: our strict reader first, pydicom where that does not understand."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Literal

from viewer.dicom import limits, quirks
from viewer.dicom.byte_reader import BytesUnavailable, FileBytes, open_bytes, stored_size
from viewer.dicom.character_sets import CharacterSet, character_set
from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.datasets import top_level as pydicom_top_level
from viewer.dicom.frame_headers import FRAME_TREE, TOP_LEVEL_TAGS, frame_of_top_level, frames_of_groups, pair, strings
from viewer.dicom.functional_groups import (
    BIG_ENDIAN,
    IMPLICIT_SYNTAXES,
    PER_FRAME,
    SHARED,
    FunctionalGroups,
    groups_of,
    parse_groups,
)
from viewer.dicom.inflated import ByteReader
from viewer.dicom.tag_reader import PIXEL_KEYWORDS, NotUnderstood, TopLevel, Tree, read_file_meta, read_top_level
from viewer.domain.instance import FrameHeader, InstanceHeader, PixelLocation, Source
from viewer.domain.issues import Issue, issue
from viewer.domain.roles import overlay_kind

CHARACTER_SET = 0x00080005
SOP_CLASS = 0x00080016
SOP_INSTANCE = 0x00080018
STUDY = 0x0020000D
SERIES = 0x0020000E
ROWS = 0x00280010
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
    ("content_date", 0x00080023),
    ("content_time", 0x00080033),
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
_INTEGERS: tuple[tuple[str, int, str], ...] = (
    ("series_number", 0x00200011, "Series Number"),
    ("instance_number", 0x00200013, "Instance Number"),
)
_SHORTS: tuple[tuple[str, int, int], ...] = (
    ("rows", ROWS, 0),
    ("columns", COLUMNS, 0),
    ("samples_per_pixel", 0x00280002, 1),
    ("bits_allocated", 0x00280100, 0),
)
_PATIENT_NAME = 0x00100010
_LATERALITY = (0x00200060, 0x00200062)
_FRAME_OF_REFERENCE = 0x00200052
_ASPECT = 0x00280034
_IMAGER_SPACING = 0x00181164
_PATIENT_ORIENTATION = 0x00200020

TREE: Tree = dict.fromkeys(
    (
        CHARACTER_SET,
        SOP_CLASS,
        SOP_INSTANCE,
        FRAMES,
        _PATIENT_NAME,
        *_LATERALITY,
        _FRAME_OF_REFERENCE,
        _ASPECT,
        _IMAGER_SPACING,
        _PATIENT_ORIENTATION,
        *(tag for _, tag in (*_TEXTS, *_UIDS)),
        *(tag for _, tag, _ in (*_INTEGERS, *_SHORTS)),
        *TOP_LEVEL_TAGS,
    )
)
"""The elements of a header."""

_GROUPS = frozenset({SHARED, PER_FRAME})
_PROGRAMS = (
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"#!", "script"),
    (b"\xcf\xfa\xed\xfe", "macOS program"),
)


class NotAnInstance(Exception):
    """The file is no DICOM instance; ``reason`` is a sentence for the list of skipped files."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Read:
    """What either reader found."""

    top: TopLevel
    meta: dict[int, bytes]
    syntax: str
    groups: FunctionalGroups | None
    read_by: Literal["tag_reader", "pydicom"]
    issues: tuple[Issue, ...] = ()


def read_header(source: Source) -> InstanceHeader:
    """Read the header of an instance.

    Raises
    ------
    NotAnInstance
        The file is not DICOM, holds no instance, or cannot be read; the exception says why in a sentence.
    """
    try:
        with open_bytes(source, limit=limits.HEADER_INFLATED_BYTES) as reader:
            head = reader.read(0, 132)
            size = reader.size if isinstance(reader, FileBytes) else stored_size(source)
            read = _read(reader, head)
    except BytesUnavailable as error:
        raise NotAnInstance(f"Cannot be read: {error.reason}.") from error
    except UnreadableDataset as error:
        raise NotAnInstance(f"Cannot be read as DICOM: {error.reason}.") from error
    return _header(read, source, size, head)


def _read(reader: ByteReader, head: bytes) -> _Read:
    try:
        return _read_strictly(reader)
    except NotUnderstood:
        pass
    if head[128:132] != b"DICM" and not _may_be_bare(head):
        raise NotAnInstance("Not a DICOM file.")
    top, dataset = pydicom_top_level(reader, {**TREE, SHARED: FRAME_TREE, PER_FRAME: FRAME_TREE})
    meta = {
        tag: str(dataset.file_meta[tag].value).encode()
        for tag in (META_CLASS, META_INSTANCE, META_SYNTAX)
        if tag in dataset.file_meta
    }
    syntax = _uid(meta.get(META_SYNTAX))
    issues: tuple[Issue, ...] = ()
    if not syntax:
        implicit, little = dataset.original_encoding
        syntax = "1.2.840.10008.1.2" if implicit else "1.2.840.10008.1.2.1" if little else BIG_ENDIAN
        names = {"1.2.840.10008.1.2": "Implicit VR Little Endian", "1.2.840.10008.1.2.1": "Explicit VR Little Endian"}
        issues = (issue("repaired_transfer_syntax", "info", used=names.get(syntax, "Explicit VR Big Endian")),)
    groups = groups_of(top.item) if PER_FRAME in top.item.sequences or SHARED in top.item.sequences else None
    return _Read(top, meta, syntax, groups, "pydicom", issues)


def _read_strictly(reader: ByteReader) -> _Read:
    meta, start = read_file_meta(reader)
    syntax = _uid(meta.get(META_SYNTAX))
    if syntax in {"", BIG_ENDIAN}:
        raise NotUnderstood("not little endian")
    explicit = syntax not in IMPLICIT_SYNTAXES
    top = read_top_level(reader, start, TREE, explicit=explicit, find=_GROUPS)
    groups = None
    # The functional groups of a segmentation are read when it is drawn: they say nothing about stacks of images.
    if top.ranges and overlay_kind(_uid(top.item.values.get(SOP_CLASS))) in {None, "parametric_map"}:
        groups = parse_groups(reader, top.ranges, FRAME_TREE, explicit=explicit)
    return _Read(top, meta, syntax, groups, "tag_reader")


def _may_be_bare(head: bytes) -> bool:
    """Say whether bytes look like a data set without preamble: group 0008, 0002 or a command group, in either order."""
    if len(head) < 8:
        return False
    group, element = struct.unpack_from("<HH", head)
    if group in {0x0008, 0x0002, 0x0004, 0x0000} and element <= 0x1200:
        return group != 0 or head[4:8] == b"\x04\0\0\0" or head[4:6] == b"UL"
    return head[0:2] in {b"\0\x08", b"\0\x02"} and head[4:6].isalpha()


def _header(read: _Read, source: Source, size: int, head: bytes) -> InstanceHeader:
    values = read.top.item.values
    issues = [*read.issues]
    text = character_set(values.get(CHARACTER_SET))
    issues.extend(text.issues)
    fields: dict[str, Any] = {name: text.text(values[tag]) for name, tag in _TEXTS if values.get(tag)}
    for name, tag in _UIDS:
        fields[name] = _uid(values.get(tag))
    for name, tag, shown in _INTEGERS:
        fields[name] = _integer(values.get(tag), shown, issues)
    for name, tag, otherwise in _SHORTS:
        fields[name] = _short(values.get(tag), otherwise)
    _identify(fields, read, issues)
    _describe(fields, values, text)
    for mark, kind in _PROGRAMS:
        if head[128:132] == b"DICM" and head.startswith(mark):
            issues.append(issue("executable_preamble", "warning", kind=kind))
    if read.top.truncated:
        issues.append(issue("damaged", "warning", reason="it ends inside an element"))
    if read.top.deepest > limits.SEQUENCE_DEPTH:
        issues.append(issue("too_deep", "warning", limit=limits.SEQUENCE_DEPTH))
    frames = _integer(values.get(FRAMES), "Number of Frames", issues)
    fields["number_of_frames"] = min(max(frames or 1, 1), limits.FRAMES)
    if (frames or 0) > limits.FRAMES:
        issues.append(issue("too_large", "error", what="Number of Frames", limit=limits.FRAMES))
    fields["pixels"] = _pixels(read.top) if ROWS in values else None
    fields["frames"] = _frames(read, issues)
    if fields["pixels"] is None and fields["rows"] and fields["columns"]:
        issues.append(issue("no_pixels", "warning"))
    return InstanceHeader(
        source=source,
        file_size=size,
        transfer_syntax_uid=read.syntax,
        issues=tuple(issues),
        read_by=read.read_by,
        **fields,
    )


def _identify(fields: dict[str, Any], read: _Read, issues: list[Issue]) -> None:
    """SOP Class and Instance UID, from the file meta information where the data set has none (design decision 13)."""
    values = read.top.item.values
    fields["sop_class_uid"] = _uid(values.get(SOP_CLASS)) or _uid(read.meta.get(META_CLASS))
    stated = _uid(values.get(SOP_INSTANCE))
    fields["sop_instance_uid"] = stated or _uid(read.meta.get(META_INSTANCE))
    if not fields["sop_class_uid"] and not (fields["rows"] and fields["columns"]):
        raise NotAnInstance("DICOM, but no stored object: it has no SOP Class UID.")
    if not fields["sop_instance_uid"]:
        if ROWS not in values and SERIES not in values:
            raise NotAnInstance("DICOM, but no stored object: it has no SOP Instance UID.")
        issues.append(issue("missing_uid", "warning", attribute="SOP Instance UID"))
    elif not stated:
        issues.append(issue("repaired_instance_uid", "info"))
    for attribute, name in (("Study Instance UID", "study_instance_uid"), ("Series Instance UID", "series_instance_uid")):
        if not fields[name]:
            issues.append(issue("missing_uid", "warning", attribute=attribute))


def _describe(fields: dict[str, Any], values: dict[int, bytes], text: CharacterSet) -> None:
    fields["patient_name"] = text.name(values.get(_PATIENT_NAME, b""))
    fields["laterality"] = next((text.text(values[tag]) for tag in _LATERALITY if values.get(tag)), "")
    fields["image_type"] = strings(values.get(0x00080008))
    fields["frame_of_reference_uid"] = _uid(values.get(_FRAME_OF_REFERENCE)) or None
    aspect = pair(values.get(_ASPECT))
    fields["pixel_aspect_ratio"] = (int(aspect[0]), int(aspect[1])) if aspect and min(aspect) >= 1 else None
    fields["imager_pixel_spacing_mm"] = pair(values.get(_IMAGER_SPACING))
    orientation = strings(values.get(_PATIENT_ORIENTATION))
    fields["patient_orientation"] = (orientation[0], orientation[1]) if len(orientation) == 2 else None


def _frames(read: _Read, issues: list[Issue]) -> tuple[FrameHeader, ...]:
    top = frame_of_top_level(read.top.item)
    if read.groups is None:
        return (top,)
    frames = frames_of_groups(read.groups, top)
    if frames and top.position is not None and all(frame.position is top.position for frame in frames):
        issues.append(issue("repaired_top_level_geometry", "info"))
    return frames or (top,)


def _pixels(top: TopLevel) -> PixelLocation | None:
    if top.pixels is None:
        return None
    tag, offset, length = top.pixels
    keyword: Any = PIXEL_KEYWORDS[tag]
    return PixelLocation(offset, length, keyword)


def _uid(value: bytes | None) -> str:
    return value.decode("ascii", "replace").strip(" \0\t\r\n") if value else ""


def _short(value: bytes | None, otherwise: int) -> int:
    return int.from_bytes(value[:2], "little") if value and len(value) >= 2 else otherwise


def _integer(value: bytes | None, shown: str, issues: list[Issue]) -> int | None:
    stripped = value.strip(b" \0") if value else b""
    if not stripped:
        return None
    try:
        return int(stripped)
    except ValueError:
        text = stripped.decode("ascii", "replace")
        issues.append(issue("repaired_number", "info", attribute=shown, value=text))
        return quirks.leading_integer(text)
