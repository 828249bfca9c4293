"""The header of an instance, as the scan knows it: our strict reader first, pydicom where that does not understand."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from viewer.dicom import limits
from viewer.dicom.byte_reader import BytesUnavailable, FileBytes, open_bytes, open_stored, stored_size
from viewer.dicom.character_sets import character_set
from viewer.dicom.datasets import UnreadableDataset, raw_file_meta
from viewer.dicom.datasets import top_level as pydicom_top_level
from viewer.dicom.elscint_pixels import elscint_stream
from viewer.dicom.file_meta import read_file_meta
from viewer.dicom.frame_headers import FRAME_TREE, frame_of_top_level, frames_of_groups, has_volume_positions
from viewer.dicom.functional_groups import (
    PER_FRAME,
    SHARED,
    FunctionalGroups,
    groups_of,
    parse_groups,
)
from viewer.dicom.header_values import (
    CHARACTER_SET,
    FRAMES,
    INSTANCE_NUMBER,
    META_CLASS,
    META_INSTANCE,
    META_SYNTAX,
    OWN_TEXTS,
    SERIES,
    SHARED_TAGS,
    SOP_CLASS,
    SOP_INSTANCE,
    TREE,
    integer,
    shared_fields,
    uid,
)
from viewer.dicom.inflated import ByteReader
from viewer.dicom.multi_frame_headers import VOLUME_FRAME_OF_REFERENCE, object_fields
from viewer.dicom.nuclear_frames import NUCLEAR_TREE, nuclear_frames
from viewer.dicom.nuclear_frames import SOP_CLASS as NUCLEAR_CLASS
from viewer.dicom.repeated_runs import RepeatedRuns
from viewer.dicom.slide_headers import SLIDE_FRAME_TREE, SLIDE_TREE, is_tiled_full, tiling_of
from viewer.dicom.source_images import sources_of_groups
from viewer.dicom.tag_reader import PIXEL_KEYWORDS, ROWS, Item, NotUnderstood, TopLevel, read_top_level
from viewer.dicom.transfer_syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT,
    IMPLICIT_LITTLE_ENDIAN,
)
from viewer.domain.instance import FrameHeader, InstanceHeader, PixelLocation, Source
from viewer.domain.issues import Issue, issue
from viewer.domain.roles import overlay_kind
from viewer.domain.tiling import SLIDE_CLASSES

_WITHOUT_STUDY = frozenset({"1.2.840.10008.5.1.4.39.1"})
"""Color palettes belong to no patient and no study (PS3.3 A.58)."""
_SYNTAX_NAMES = {
    IMPLICIT_LITTLE_ENDIAN: "Implicit VR Little Endian",
    EXPLICIT_LITTLE_ENDIAN: "Explicit VR Little Endian",
    EXPLICIT_BIG_ENDIAN: "Explicit VR Big Endian",
}
_GROUPS = frozenset({SHARED, PER_FRAME})
_RUNS = {explicit: RepeatedRuns(TREE, share_items=True) for explicit in (False, True)}
"""Of the headers read so far, in explicit and in implicit VR."""
_PROGRAMS = (
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"#!", "script"),
    (b"\xcf\xfa\xed\xfe", "macOS program"),
)
_PROGRAM_MARKS = tuple(mark for mark, _ in _PROGRAMS)


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
    slide: Item | None = None
    """Top level elements of a whole slide image."""
    camera: Item | None = None
    """Top level elements of an image of a gamma camera."""


def read_header(source: Source) -> InstanceHeader:
    """Read the header of an instance.

    Raises
    ------
    NotAnInstance
        The file is not DICOM, holds no instance, or cannot be read; the exception says why in a sentence.
    """
    try:
        with open_stored(source) as reader:
            meta, start = read_file_meta(reader)
            if uid(meta.get(META_SYNTAX)) not in DEFLATED:
                read = _read_strictly(reader, meta, start)
                return _header(read, source, _size(reader, source), reader.read(0, 132))
    except (NotUnderstood, BytesUnavailable):
        # The way below tells what is wrong, if anything is.
        pass
    return _opened(source, _read)


def read_header_with_pydicom(source: Source) -> InstanceHeader:
    """Read the header of an instance as ``read_header`` does, but by pydicom alone: what the strict reader must equal."""
    return _opened(source, _read_with_pydicom)


def _opened(source: Source, read_by: Callable[[ByteReader, bytes], _Read]) -> InstanceHeader:
    try:
        with open_bytes(source, limit=limits.HEADER_INFLATED_BYTES) as reader:
            head = reader.read(0, 132)
            size = _size(reader, source)
            read = read_by(reader, head)
    except BytesUnavailable as error:
        raise NotAnInstance(f"Cannot be read: {error.reason}.") from error
    except UnreadableDataset as error:
        raise NotAnInstance(f"Cannot be read as DICOM: {error.reason}.") from error
    return _header(read, source, size, head)


def _size(reader: ByteReader, source: Source) -> int:
    return reader.size if isinstance(reader, FileBytes) else stored_size(source)


def _read(reader: ByteReader, head: bytes) -> _Read:
    try:
        return _read_strictly(reader, *read_file_meta(reader))
    except NotUnderstood:
        return _read_with_pydicom(reader, head)


def _read_with_pydicom(reader: ByteReader, head: bytes) -> _Read:
    if head[128:132] != b"DICM" and not _may_be_bare(head):
        raise NotAnInstance("Not a DICOM file.")
    top, dataset = pydicom_top_level(
        reader, {**TREE, **SLIDE_TREE, **NUCLEAR_TREE, **dict.fromkeys((SHARED, PER_FRAME), SLIDE_FRAME_TREE)}
    )
    meta = raw_file_meta(dataset)
    syntax = uid(meta.get(META_SYNTAX))
    issues: tuple[Issue, ...] = ()
    if not syntax:
        implicit, little = dataset.original_encoding
        syntax = IMPLICIT_LITTLE_ENDIAN if implicit else EXPLICIT_LITTLE_ENDIAN if little else EXPLICIT_BIG_ENDIAN
        issues = (issue("repaired_transfer_syntax", "info", used=_SYNTAX_NAMES[syntax]),)
    has_groups = SHARED in top.item.sequences or PER_FRAME in top.item.sequences
    groups = groups_of(top.item) if has_groups and _frames_matter(top) else None
    slide = top.item if _is_slide(top) else None
    if groups is not None and slide is not None and is_tiled_full(slide):
        groups = FunctionalGroups(groups.shared, [])
    return _Read(top, meta, syntax, groups, "pydicom", issues, slide, top.item if _is_of_camera(top) else None)


def _is_slide(top: TopLevel) -> bool:
    return uid(top.item.values.get(SOP_CLASS)) in SLIDE_CLASSES


def _is_of_camera(top: TopLevel) -> bool:
    return uid(top.item.values.get(SOP_CLASS)) == NUCLEAR_CLASS


def _frames_matter(top: TopLevel) -> bool:
    """Say whether functional groups are read now: those of a segmentation are read when it is drawn."""
    return overlay_kind(uid(top.item.values.get(SOP_CLASS))) in {None, "parametric_map"}


def _read_strictly(reader: ByteReader, meta: dict[int, bytes], start: int) -> _Read:
    syntax = uid(meta.get(META_SYNTAX))
    if syntax in {"", EXPLICIT_BIG_ENDIAN}:
        raise NotUnderstood("not little endian")
    explicit = syntax not in IMPLICIT
    top = read_top_level(reader, start, TREE, explicit=explicit, find=_GROUPS, runs=_RUNS[explicit])
    groups, slide = None, None
    ranges, tree = top.ranges, FRAME_TREE
    if _is_slide(top):
        slide, tree = read_top_level(reader, start, SLIDE_TREE, explicit=explicit).item, SLIDE_FRAME_TREE
        if is_tiled_full(slide):
            ranges = {tag: place for tag, place in ranges.items() if tag == SHARED}
    if ranges and _frames_matter(top):
        groups = parse_groups(reader, ranges, tree, explicit=explicit)
    camera = read_top_level(reader, start, NUCLEAR_TREE, explicit=explicit).item if _is_of_camera(top) else None
    return _Read(top, meta, syntax, groups, "tag_reader", slide=slide, camera=camera)


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
    fields: dict[str, Any]
    fields, shared_issues = shared_fields(tuple(map(values.get, SHARED_TAGS)))
    issues.extend(shared_issues)
    fields = dict(fields)
    text = character_set(values.get(CHARACTER_SET))
    for name, tag in OWN_TEXTS:
        if values.get(tag):
            fields[name] = text.text(values[tag])
    fields["instance_number"] = integer(values.get(INSTANCE_NUMBER), "Instance Number", issues)
    _identify(fields, read, issues)
    if head.startswith(_PROGRAM_MARKS) and head[128:132] == b"DICM":
        kind = next(kind for mark, kind in _PROGRAMS if head.startswith(mark))
        issues.append(issue("executable_preamble", "warning", kind=kind))
    if read.top.truncated:
        issues.append(issue("damaged", "warning", reason="it ends inside an element"))
    if read.top.deepest > limits.SEQUENCE_DEPTH:
        issues.append(issue("too_deep", "warning", limit=limits.SEQUENCE_DEPTH))
    frames = integer(values.get(FRAMES), "Number of Frames", issues)
    most = min(limits.FRAMES, max(1, size // limits.BYTES_A_FRAME))
    if read.syntax in DEFLATED:
        most = limits.FRAMES
    fields["number_of_frames"] = min(max(frames or 1, 1), most)
    if (frames or 0) > most:
        issues.append(issue("too_large", "error", what=f"Number of Frames ({frames})", limit=most))
    fields["pixels"] = _pixels(read.top) if ROWS in values else None
    fields["frames"] = _frames(read, issues, fields["number_of_frames"])
    fields.update(object_fields(read.top.item))
    if read.groups is not None and (named := sources_of_groups(read.groups)):
        fields["made_from"] = tuple(dict.fromkeys((*fields.get("made_from", ()), *named)))
    if read.groups is not None and has_volume_positions(read.groups):
        fields["device_space"] = True
        fields["frame_of_reference_uid"] = uid(values.get(VOLUME_FRAME_OF_REFERENCE)) or fields["frame_of_reference_uid"]
    if read.slide is not None:
        fields["tiling"] = tiling_of(read.slide, read.groups, text)
    fields.update(source=source, file_size=size, transfer_syntax_uid=read.syntax, issues=tuple(issues), read_by=read.read_by)
    # What __init__ of a frozen dataclass does, without a call for each of its fifty fields; absent ones have defaults.
    header = object.__new__(InstanceHeader)
    header.__dict__.update(fields)
    if header.pixels is None and header.rows and header.columns and not elscint_stream(header):
        header.__dict__["issues"] = (*header.issues, issue("no_pixels", "warning"))
    return header


def _identify(fields: dict[str, Any], read: _Read, issues: list[Issue]) -> None:
    """SOP Class and Instance UID, from the file meta information where the data set has none."""
    values = read.top.item.values
    fields["sop_class_uid"] = uid(values.get(SOP_CLASS)) or uid(read.meta.get(META_CLASS))
    stated = uid(values.get(SOP_INSTANCE))
    fields["sop_instance_uid"] = stated or uid(read.meta.get(META_INSTANCE))
    if not fields["sop_class_uid"] and not (fields["rows"] and fields["columns"]):
        raise NotAnInstance("DICOM, but no stored object: it has no SOP Class UID.")
    if not fields["sop_instance_uid"]:
        if ROWS not in values and SERIES not in values:
            raise NotAnInstance("DICOM, but no stored object: it has no SOP Instance UID.")
        issues.append(issue("missing_uid", "warning", attribute="SOP Instance UID"))
    elif not stated:
        issues.append(issue("repaired_instance_uid", "info"))
    for attribute, name in (("Study Instance UID", "study_instance_uid"), ("Series Instance UID", "series_instance_uid")):
        if not fields[name] and fields["sop_class_uid"] not in _WITHOUT_STUDY:
            issues.append(issue("missing_uid", "warning", attribute=attribute))


def _frames(read: _Read, issues: list[Issue], count: int) -> tuple[FrameHeader, ...]:
    top = frame_of_top_level(read.top.item)
    if read.camera is not None:
        found, assumed = nuclear_frames(read.camera, top, count)
        issues.extend(assumed)
        return found or (top,)
    if read.groups is None:
        return (top,)
    if read.slide is not None:
        # A slide has tens of thousands of tiles that differ in nothing but their place, which ``tiling`` says.
        return frames_of_groups(FunctionalGroups(read.groups.shared, read.groups.frames[:1] or [Item()]), top)
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
