"""The items of an ROI Contour Sequence, read without building a dataset an item (PS3.3 C.8.8.6).

A structure set holds tens of thousands of contours with millions of coordinates. A strict walk over the bytes of the
sequence takes a twentieth of the time of datasets; anything it does not understand is read through pydicom instead.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from viewer.domain.references import ImageReference
from viewer.iods.decimal_strings import parse_plain_decimals
from viewer.iods.elements import integer, integers, items, text, written_text

_ROI_CONTOUR_SEQUENCE = 0x30060039
_ITEM = 0xFFFEE000
_ITEM_ENDS = frozenset({0xFFFEE00D, 0xFFFEE0DD})
_UNDEFINED = 0xFFFFFFFF
_LONG_LENGTH = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV"})
_NUMBER_LETTERS = b"0123456789+-.eE \\"


@dataclass(frozen=True)
class ContourItem:
    """One contour as written: ``data`` is the text of Contour Data."""

    geometric_type: str
    stated_points: int | None
    data: bytes
    images: tuple[ImageReference, ...]
    slab_thickness_mm: float = 0.0


@dataclass(frozen=True)
class RoiContourItem:
    """One item of the ROI Contour Sequence."""

    roi_number: int | None
    color: tuple[int, ...]
    contours: tuple[ContourItem, ...]


class _NotUnderstoodError(Exception):
    """The bytes are not what the strict walk expects."""


def read_roi_contours(dataset: Dataset) -> tuple[RoiContourItem, ...]:
    """Return the items of the ROI Contour Sequence of a structure set, in file order; empty when absent."""
    if _ROI_CONTOUR_SEQUENCE not in dataset:
        return ()
    element: object = dataset.get_item(_ROI_CONTOUR_SEQUENCE)
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes) and element.is_little_endian:
        try:
            walk = _Walk(element.value, implicit=element.is_implicit_VR)
            return tuple(walk.roi(*place) for place in walk.items(0, len(element.value)))
        except (_NotUnderstoodError, struct.error):
            pass
    return tuple(_roi_of(item) for item in items(dataset, "ROIContourSequence"))


def parse_points(texts: list[bytes]) -> list[NDArray[np.float64]]:
    r"""Return the numbers of ``\``-separated decimal strings, one flat array a string; NaN where there is no number."""
    if not texts:
        return []
    texts = [one.strip(b" \0\n\r\t") for one in texts]
    filled = [one for one in texts if one]
    counts = [one.count(b"\\") + 1 if one else 0 for one in texts]
    joined = b"\\".join(filled)
    if not joined.translate(None, _NUMBER_LETTERS):
        numbers = parse_plain_decimals(joined)
        if numbers is None:
            try:
                numbers = np.fromstring(joined, sep="\\") if joined else np.zeros(0)
            except (DeprecationWarning, ValueError):
                numbers = np.zeros(0)
        if len(numbers) == sum(counts):
            ends = np.cumsum(counts).tolist()
            return [numbers[end - count : end] for end, count in zip(ends, counts, strict=True)]
    return [_parse_tolerantly(one) for one in texts]


def _parse_tolerantly(written: bytes) -> NDArray[np.float64]:
    values = []
    for part in written.split(b"\\") if written else []:
        try:
            values.append(float(part))
        except ValueError:
            values.append(np.nan)
    return np.array(values, dtype=np.float64)


class _Walk:
    """A walk over the little-endian bytes of a sequence value whose lengths are all explicit."""

    def __init__(self, raw: bytes, *, implicit: bool) -> None:
        self._raw = raw
        self._implicit = implicit

    def elements(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Yield (tag, start, stop) of the values between two places."""
        raw, implicit = self._raw, self._implicit
        while start < stop:
            group, number, length = struct.unpack_from("<HHL", raw, start)
            tag = group << 16 | number
            value = start + 8
            if not implicit and tag not in _ITEM_ENDS and tag != _ITEM:
                if raw[start + 4 : start + 6] in _LONG_LENGTH:
                    (length,) = struct.unpack_from("<L", raw, start + 8)
                    value = start + 12
                else:
                    (length,) = struct.unpack_from("<H", raw, start + 6)
            if length == _UNDEFINED or value + length > stop:
                raise _NotUnderstoodError
            yield tag, value, value + length
            start = value + length

    def items(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the places of the items of a sequence value."""
        for tag, value, end in self.elements(start, stop):
            if tag == _ITEM:
                yield value, end
            elif tag not in _ITEM_ENDS:
                raise _NotUnderstoodError

    def _text(self, start: int, stop: int) -> str:
        return written_text(self._raw[start:stop])

    def _integers(self, start: int, stop: int) -> tuple[int, ...]:
        found = (_integer(part) for part in self._text(start, stop).split("\\"))
        return tuple(value for value in found if value is not None)

    def roi(self, start: int, stop: int) -> RoiContourItem:
        """Return one item of the ROI Contour Sequence."""
        number: int | None = None
        color: tuple[int, ...] = ()
        contours: tuple[ContourItem, ...] = ()
        for tag, value, end in self.elements(start, stop):
            if tag == 0x30060084:
                number = _integer(self._text(value, end))
            elif tag == 0x3006002A:
                color = self._integers(value, end)
            elif tag == 0x30060040:
                contours = tuple(self._contour(*place) for place in self.items(value, end))
        return RoiContourItem(number, color, contours)

    def _contour(self, start: int, stop: int) -> ContourItem:
        geometric_type, stated, data, thickness = "", None, b"", 0.0
        images: tuple[ImageReference, ...] = ()
        for tag, value, end in self.elements(start, stop):
            if tag == 0x30060050:
                data = self._raw[value:end]
            elif tag == 0x30060042:
                geometric_type = self._text(value, end)
            elif tag == 0x30060046:
                stated = _integer(self._text(value, end))
            elif tag == 0x30060016:
                images = tuple(self._image(*place) for place in self.items(value, end))
            elif tag == 0x30060044:
                thickness = _length(self._text(value, end))
        return ContourItem(geometric_type, stated, data, images, thickness)

    def _image(self, start: int, stop: int) -> ImageReference:
        uid, class_uid = "", ""
        frames: tuple[int, ...] = ()
        for tag, value, end in self.elements(start, stop):
            if tag == 0x00081155:
                uid = self._text(value, end)
            elif tag == 0x00081150:
                class_uid = self._text(value, end)
            elif tag == 0x00081160:
                frames = self._integers(value, end)
        return ImageReference(uid, class_uid, frames=frames)


def _integer(written: str) -> int | None:
    try:
        return int(float(written))
    except (ValueError, OverflowError):
        return None


def _length(written: str) -> float:
    """Return a length in mm, 0 for what is none."""
    try:
        length = abs(float(written))
    except ValueError:
        return 0.0
    return length if length < float("inf") else 0.0


def _roi_of(item: Dataset) -> RoiContourItem:
    contours = tuple(
        ContourItem(
            text(one, "ContourGeometricType"),
            integer(one, "NumberOfContourPoints"),
            _data_of(one),
            contour_images(one),
            _length(text(one, "ContourSlabThickness")),
        )
        for one in items(item, "ContourSequence")
    )
    return RoiContourItem(integer(item, "ReferencedROINumber"), integers(item, "ROIDisplayColor"), contours)


def _data_of(contour: Dataset) -> bytes:
    return text(contour, "ContourData").encode("latin-1", "replace")


def contour_images(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return the references of a Contour Image Sequence."""
    return tuple(
        ImageReference(
            text(item, "ReferencedSOPInstanceUID"),
            text(item, "ReferencedSOPClassUID"),
            frames=integers(item, "ReferencedFrameNumber"),
        )
        for item in items(dataset, "ContourImageSequence")
    )
