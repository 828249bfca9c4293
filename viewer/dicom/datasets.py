"""Whole data sets through pydicom, bounded: for what the strict reader does not understand, and for ``iods``."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from pydicom import charset, config, filereader
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.errors import InvalidDicomError

from viewer.dicom import quirks
from viewer.dicom.byte_reader import ByteReader, BytesUnavailable, as_file, open_bytes
from viewer.dicom.file_meta import read_file_meta
from viewer.dicom.inflated import Closing
from viewer.dicom.tag_reader import (
    PIXEL_KEYWORDS,
    UNDEFINED,
    Item,
    NotUnderstood,
    TopLevel,
    Tree,
    read_top_level,
)
from viewer.dicom.transfer_syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, IMPLICIT, syntax_of
from viewer.domain.instance import InstanceHeader, Source

# Values are checked where they are used, by our own tolerant parsers; pydicom's warnings would echo them to the terminal.
config.settings.reading_validation_mode = config.IGNORE

_CHARACTER_SET = 0x00080005
_LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_WORD_BYTES = {"US": 2, "SS": 2, "OW": 2, "AT": 2, "UL": 4, "SL": 4, "FL": 4, "OL": 4, "OF": 4}
_WORD_BYTES |= {"FD": 8, "OD": 8, "SV": 8, "UV": 8, "OV": 8}


class UnreadableDataset(Exception):
    """The data set cannot be read; ``reason`` is a clause for a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_dataset(of: InstanceHeader | Source, *, stop_before_pixels: bool = True) -> FileDataset:
    """Read the data set of an instance with pydicom, within bounds.

    A deflated one is inflated up to a limit, an undefined or impossible Specific Character Set is replaced by a working
    one, so that text decodes without warnings.

    Raises
    ------
    UnreadableDataset
        The bytes are gone, are not DICOM, inflate beyond the limit or are nested too deeply.
    """
    source = of.source if isinstance(of, InstanceHeader) else of
    try:
        with open_bytes(source) as reader:
            dataset, _ = parse(reader, stop_before_pixels=stop_before_pixels)
    except BytesUnavailable as error:
        raise UnreadableDataset(error.reason) from error
    return dataset


def parse(reader: ByteReader, *, stop_before_pixels: bool, defer_bytes: int | None = None) -> tuple[FileDataset, int]:
    """Parse a data set; return it with the offset at which parsing ended (that of the pixel data element, or the end).

    Raises
    ------
    UnreadableDataset
        pydicom cannot make sense of the bytes.
    """
    stop = _at_pixels if stop_before_pixels else None
    try:
        try:
            meta, start = read_file_meta(reader)
        except NotUnderstood:
            meta, start = {}, 0
        if syntax_of(meta) in DEFLATED:
            return _parse_inflated(reader, meta, start, stop_before_pixels=stop_before_pixels)
        spliced = _with_working_character_set(reader, meta, start)
        with _without_warnings():
            file = as_file(spliced)
            dataset = filereader.read_partial(cast(Any, file), stop_when=stop, defer_size=defer_bytes, force=True)
            end = file.tell() - (spliced.longer if isinstance(spliced, _Spliced) else 0)
    except BytesUnavailable:
        raise
    except Exception as error:
        raise _unreadable(error) from error
    return dataset, end


def top_level(reader: ByteReader, tree: Tree) -> tuple[TopLevel, FileDataset]:
    """Return what ``tag_reader.read_top_level`` returns, by way of pydicom; raises UnreadableDataset."""
    dataset, end = parse(reader, stop_before_pixels=True, defer_bytes=1 << 24)
    implicit, little = bool(dataset.original_encoding[0]), dataset.original_encoding[1] is not False
    try:
        with _without_warnings():
            found = TopLevel(_item(dataset, tree, little=little))
    except Exception as error:
        raise _unreadable(error) from error
    found.pixels = _pixels(reader.read(end, 12), end, implicit=implicit, little=little)
    return found, dataset


def raw_file_meta(dataset: FileDataset) -> dict[int, bytes]:
    """Return the classes, UIDs and transfer syntax of the file meta information as raw values; raises UnreadableDataset."""
    try:
        with _without_warnings():
            return _item(dataset.file_meta, dict.fromkeys((0x00020002, 0x00020003, 0x00020010)), little=True).values
    except Exception as error:
        raise _unreadable(error) from error


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep pydicom's warnings back: they echo values of the file; what matters of them becomes an Issue of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _unreadable(error: Exception) -> UnreadableDataset:
    """Return the one error of this border for the many that pydicom raises on damaged files (eight kinds were counted)."""
    if isinstance(error, RecursionError):
        return UnreadableDataset("its sequences are nested too deeply")
    if isinstance(error, MemoryError):
        return UnreadableDataset("it is too large")
    if isinstance(error, InvalidDicomError):
        return UnreadableDataset("it is not DICOM")
    return UnreadableDataset(f"it is damaged ({type(error).__name__})")


def _parse_inflated(
    reader: ByteReader, meta: dict[int, bytes], start: int, *, stop_before_pixels: bool
) -> tuple[FileDataset, int]:
    file = as_file(reader, start)
    dataset = filereader.read_dataset(
        cast(Any, file), is_implicit_VR=False, is_little_endian=True, stop_when=_at_pixels if stop_before_pixels else None
    )
    file_meta = FileMetaDataset()
    for tag, value in meta.items():
        if tag in {0x00020002, 0x00020003, 0x00020010}:
            file_meta.add_new(tag, "UI", value.rstrip(b"\0 ").decode("ascii", "replace"))
    whole = FileDataset(
        cast(Any, file), dataset, reader.read(0, 128), file_meta, is_implicit_VR=False, is_little_endian=True
    )
    whole.set_original_encoding(False, True, dataset._character_set)
    return whole, start + file.tell()


def _at_pixels(tag: int, vr: str | None, length: int) -> bool:  # noqa: ARG001 - the signature is pydicom's
    return int(tag) in PIXEL_KEYWORDS


def _pixels(head: bytes, at: int, *, implicit: bool, little: bool) -> tuple[int, int, int | None] | None:
    order = "<" if little else ">"
    if len(head) < 8:
        return None
    group, element = struct.unpack_from(order + "HH", head)
    tag = group << 16 | element
    if tag not in PIXEL_KEYWORDS:
        return None
    if not implicit and head[4:6].decode("ascii", "replace") not in _LONG_VRS:
        (length,) = struct.unpack_from(order + "H", head, 6)
        return tag, at + 8, length
    offset = 4 if implicit else 8
    if len(head) < offset + 4:
        return None
    (length,) = struct.unpack_from(order + "L", head, offset)
    return tag, at + offset + 4, None if length == UNDEFINED else length


def _item(dataset: Dataset, tree: Tree, *, little: bool) -> Item:
    """Return the wanted elements of a data set as raw little-endian values. Its depth is that of the tree."""
    item = Item()
    for tag, subtree in tree.items():
        if tag not in dataset:
            continue
        if subtree is not None:
            element = dataset[tag]
            if element.VR == "SQ" and element.value is not None:
                item.sequences[tag] = [_item(each, subtree, little=little) for each in element.value]
            continue
        raw: Any = dataset.get_item(tag, keep_deferred=True)
        if isinstance(raw, RawDataElement):
            item.values[tag] = _little(raw.value or b"", raw.VR or "", little=little)
        else:
            values = raw.value if raw.VM > 1 else [raw.value or ""]
            item.values[tag] = "\\".join(map(str, values)).encode("utf8")
    return item


def _little(value: bytes, vr: str, *, little: bool) -> bytes:
    size = _WORD_BYTES.get(vr, 1)
    if little or size == 1:
        return value
    whole = len(value) - len(value) % size
    return b"".join(value[at : at + size][::-1] for at in range(0, whole, size))


class _Spliced(Closing):
    """Bytes of which a stretch is replaced."""

    def __init__(self, reader: ByteReader, head: bytes, behind: int) -> None:
        self._reader = reader
        self._head = head
        self.longer = len(head) - behind

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self._reader.size + self.longer

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        own = self._head[offset : offset + length]
        missing = length - len(own)
        return own + self._reader.read(max(offset, len(self._head)) - self.longer, missing) if missing else own


def _with_working_character_set(reader: ByteReader, meta: dict[int, bytes], start: int) -> ByteReader | _Spliced:
    """Return the bytes with a Specific Character Set that pydicom knows; the reader of headers leaves the Issue."""
    syntax = syntax_of(meta)
    explicit = syntax not in IMPLICIT
    if syntax in {"", EXPLICIT_BIG_ENDIAN}:
        return reader
    try:
        found = read_top_level(reader, start, {_CHARACTER_SET: None}, explicit=explicit, find=frozenset({_CHARACTER_SET}))
    except NotUnderstood:
        return reader
    if _CHARACTER_SET not in found.ranges:
        return reader
    offset, length = found.ranges[_CHARACTER_SET]
    terms = [term.strip(" \0") for term in reader.read(offset, length).decode("ascii", "replace").split("\\")]
    if all(term in charset.python_encoding for term in terms):
        return reader
    codecs = {codec: term for term, codec in reversed(charset.python_encoding.items())}
    known = [term if term in charset.python_encoding else codecs[quirks.character_set_term(term)] for term in terms]
    value = "\\".join(known).encode()
    value += b" " * (len(value) % 2)
    size = 2 if explicit else 4
    head = reader.read(0, offset - size) + len(value).to_bytes(size, "little") + value
    return _Spliced(reader, head, offset + length)
