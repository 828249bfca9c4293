"""Reading one frame of an instance as stored values: native, encapsulated, deflated, big endian, cut off.

Everything that a header announces is compared with what the file has before memory is asked for.
"""

from __future__ import annotations

import threading
from contextlib import nullcontext
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.byte_reader import ByteReader, BytesUnavailable, open_bytes, open_stored
from viewer.dicom.codecs import CODECS, DecodeFailed, decode_frame, ends_properly
from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.elscint_pixels import decode_elscint, elscint_stream
from viewer.dicom.encapsulated import Fragment, Fragments, group_into_frames, read_fragments
from viewer.dicom.image_attributes import read_pixel_description
from viewer.dicom.packed_bits import PackedBits
from viewer.dicom.sop_classes import transfer_syntax_name
from viewer.dicom.stored_values import frame_bits, frames_are_padded, from_codestream, native_frame, without_unused_bits
from viewer.dicom.transfer_syntaxes import (
    BIG_ENDIAN_PIXELS,
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    NATIVE,
    PIXEL_WORDS,
    STEREO_VIDEO,
    VIDEO,
)
from viewer.dicom.video import NoVideoFrame, VideoEnded, VideoFrames
from viewer.dicom.wanted_items import read_wanted
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import InstanceHeader, PixelLocation
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import FilledRows, FrameNotRead, filled_rows

_EXTENDED_OFFSETS = 0x7FE00001

LARGEST_FRAME_BYTES = 1 << 30
"""A frame larger than that is refused: the largest real ones are below a quarter of it."""
UNSUSPICIOUS_FRAME_BYTES = 64 << 20
LARGEST_RATIO = 2000
"""Above the unsuspicious size, a frame that claims to be this many times its compressed bytes is refused."""


def is_plain(header: InstanceHeader) -> bool:
    """Say whether frames are uncompressed little endian in a file of their own: safe to read in the main process."""
    return (
        header.source.kind == "file"
        and header.transfer_syntax_uid in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN)
        and header.pixels is not None
        and header.pixels.length is not None
    )


class FrameReader:
    """Reads frames of one instance. Holds no open file but that of a video; may be used from several threads.

    Parameters
    ----------
    header
        Of the instance; says where the pixels lie.
    attributes
        Of the same instance.
    """

    def __init__(self, header: InstanceHeader, attributes: ImageAttributes) -> None:
        self._header = header
        self._attributes = attributes
        self._lock = threading.Lock()
        self._video: VideoFrames | None = None
        self._is_possible = False

    @classmethod
    def of(cls, header: InstanceHeader) -> FrameReader:
        """Make a reader with only what stored values need, without functional groups, LUTs or overlays.

        Raises
        ------
        UnreadableDataset
            When the header cannot be parsed.
        """
        return cls(header, read_pixel_description(header))

    @property
    def attributes(self) -> ImageAttributes:
        """The attributes that frames are read with."""
        return self._attributes

    def read(self, index: int) -> DecodedFrame:
        """Read frame ``index`` (0-based).

        Raises
        ------
        FrameNotRead
            When there is nothing to show; the Issue says why.
        """
        location = self._header.pixels
        if location is None:
            return self._read_elscint(index)
        self._refuse_impossible(index)
        try:
            if self._attributes.transfer_syntax_uid in NATIVE:
                return self._read_native(index, location)
            return self._read_encapsulated(index)
        except BytesUnavailable as failure:
            raise self._failed(index, failure.reason) from failure
        except UnreadableDataset as failure:
            raise self._failed(index, failure.reason) from failure

    def read_raw(self, index: int) -> NDArray[np.generic]:
        """Return the stored values (rows, columns) of a frame with one sample a pixel; one bit a pixel comes as 0 and 1.

        Raises
        ------
        FrameNotRead
            When the frame is not whole, or has several samples a pixel.
        """
        frame = self.read(index)
        if frame.stored.ndim != 2:
            raise self._failed(index, "it has more than one sample a pixel")
        if frame.whole < frame.stored.shape[0]:
            raise FrameNotRead(frame.issues[0])
        return frame.stored

    def filled_rows(self, index: int, opened: ByteReader | None = None) -> FilledRows:
        """Return the rows of a frame of one sample a pixel in which something is; see ``read_raw`` for what it raises.

        Of one bit a pixel no other rows are unpacked: most of a segment's frame is empty. Who asks for thousands of frames
        has the stored bytes ``opened`` himself, once.
        """
        location, attributes = self._header.pixels, self._attributes
        if (
            location is None
            or location.keyword != "PixelData"
            or attributes.bits_allocated != 1
            or attributes.samples_per_pixel != 1
            or attributes.transfer_syntax_uid not in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN)
        ):
            return filled_rows(self.read_raw(index))
        self._refuse_impossible(index)
        try:
            with nullcontext(opened) if opened else open_stored(self._header.source) as reader:
                found = self._packed_bits(reader, index, location, self._available(reader, location))
        except BytesUnavailable as failure:
            raise self._failed(index, failure.reason) from failure
        if found.missing:
            return filled_rows(self.read_raw(index))
        return found.filled_rows(attributes.rows, attributes.columns)

    def _failed(self, index: int, reason: str) -> FrameNotRead:
        return FrameNotRead(issue("decode_failed", "error", frame=index + 1, reason=reason))

    def _refuse_impossible(self, index: int) -> None:
        attributes = self._attributes
        if not 0 <= index < max(attributes.number_of_frames, 1):
            raise self._failed(index, f"there are {attributes.number_of_frames} frames")
        if self._is_possible:
            return
        if attributes.rows <= 0 or attributes.columns <= 0:
            raise self._failed(index, "Rows or Columns are missing")
        if self._keyword == "PixelData" and attributes.bits_allocated not in (1, 8, 16, 32, 64):
            raise self._failed(index, f"Bits Allocated {attributes.bits_allocated} cannot be read")
        if attributes.samples_per_pixel not in (1, 3):
            raise self._failed(index, f"{attributes.samples_per_pixel} samples a pixel cannot be shown")
        uid = attributes.transfer_syntax_uid
        if not (uid in NATIVE or uid in CODECS or uid in VIDEO):
            raise FrameNotRead(issue("no_decoder", "error", name=transfer_syntax_name(uid) or "nothing stated", uid=uid))
        if self._frame_bytes > LARGEST_FRAME_BYTES:
            raise FrameNotRead(issue("too_large", "error", what="A frame", limit=f"{LARGEST_FRAME_BYTES >> 20} MiB"))
        self._is_possible = True

    @property
    def _keyword(self) -> str:
        return self._header.pixels.keyword if self._header.pixels else "PixelData"

    @property
    def _frame_bytes(self) -> int:
        return -(-frame_bits(self._attributes, self._keyword) // 8)

    def _read_elscint(self, index: int) -> DecodedFrame:
        attributes = self._attributes
        stream = elscint_stream(self._header)
        if not stream or attributes.bits_allocated != 16 or attributes.samples_per_pixel != 1:
            raise FrameNotRead(issue("no_pixels", "error"))
        self._refuse_impossible(index)
        try:
            samples = decode_elscint(stream, attributes.rows, attributes.columns)
        except ValueError as failure:
            raise self._failed(index, str(failure)) from failure
        return DecodedFrame(without_unused_bits(samples, attributes), attributes.rows)

    # Native

    def _read_native(self, index: int, location: PixelLocation) -> DecodedFrame:
        attributes = self._attributes
        big_endian = attributes.transfer_syntax_uid == EXPLICIT_BIG_ENDIAN
        # Looking whether the data set is deflated would double the cost of a small frame; the header has said so already.
        deflated = attributes.transfer_syntax_uid == DEFLATED_LITTLE_ENDIAN
        with (open_bytes if deflated else open_stored)(self._header.source) as reader:
            swapped = big_endian and attributes.bits_allocated <= 8 and reader.read(location.offset - 8, 2) == b"OW"
            return self._native_from(_Swapped(reader, location.offset) if swapped else reader, index, location)

    def _native_from(self, reader: ByteReader | _Swapped, index: int, location: PixelLocation) -> DecodedFrame:
        attributes = self._attributes
        available = self._available(reader, location)
        if attributes.bits_allocated == 1 and location.keyword == "PixelData":
            return self._read_bits(reader, index, location, available)
        size = self._frame_bytes
        start = index * size
        present = min(max(available - start, 0), size)
        issues: tuple[Issue, ...] = ()
        whole = attributes.rows
        if present < size:
            whole = self._whole_rows(present)
            issues = (self._cut_off(available, size * attributes.number_of_frames, available // size),)
            if whole == 0:
                raise FrameNotRead(issues[0])
        data = reader.read(location.offset + start, present)
        if len(data) < size:
            data = data + bytes(size - len(data))
        big_endian = attributes.transfer_syntax_uid in BIG_ENDIAN_PIXELS
        try:
            samples = native_frame(data, attributes, location.keyword, big_endian=big_endian)
        except ValueError as failure:
            raise self._failed(index, str(failure)) from failure
        return DecodedFrame(without_unused_bits(samples, attributes), whole, issues)

    def _available(self, reader: ByteReader | _Swapped, location: PixelLocation) -> int:
        """Return how many bytes of pixels there are: as many as stated, if the file has them."""
        present = max(reader.size - location.offset, 0)
        return present if location.length is None else min(present, location.length)

    def _whole_rows(self, present: int) -> int:
        attributes = self._attributes
        if attributes.samples_per_pixel > 1 and attributes.planar_configuration == 1:
            # Every plane but the last must be there; the rows of the last count.
            plane = self._frame_bytes // attributes.samples_per_pixel
            present = max(present - plane * (attributes.samples_per_pixel - 1), 0)
            return present * attributes.rows // plane
        return present * attributes.rows // self._frame_bytes

    def _cut_off(self, present: int, expected: int, frames: int) -> Issue:
        total = max(self._attributes.number_of_frames, 1)
        return issue("truncated_pixels", "error", present=present, expected=expected, frames=min(frames, total), total=total)

    def _read_bits(self, reader: ByteReader | _Swapped, index: int, location: PixelLocation, available: int) -> DecodedFrame:
        """Read a frame of one bit a pixel: frames follow each other without byte alignment (PS3.5 8.1.1)."""
        attributes = self._attributes
        packed = self._packed_bits(reader, index, location, available)
        bits, whole, issues = packed.unpacked(0, packed.pixels), attributes.rows, packed.issues
        if packed.missing:
            whole = bits.size // attributes.columns
            total = max(attributes.number_of_frames, 1)
            cut_off = self._cut_off(available, -(-packed.pixels * total // 8), available * 8 // packed.pixels)
            issues = (*issues, cut_off)
            if whole == 0:
                raise FrameNotRead(cut_off)
            bits = np.concatenate([bits, np.zeros(packed.missing, np.uint8)])
        return DecodedFrame(bits.reshape(attributes.rows, attributes.columns), whole, issues)

    def _packed_bits(self, reader: ByteReader | _Swapped, index: int, location: PixelLocation, available: int) -> PackedBits:
        pixels = self._attributes.rows * self._attributes.columns
        issues: tuple[Issue, ...] = ()
        first_bit = index * pixels
        if frames_are_padded(pixels, max(self._attributes.number_of_frames, 1), available):
            first_bit = index * -(-pixels // 8) * 8
            issues = (issue("per_frame_padding", "warning"),)
        first_byte, shift = divmod(first_bit, 8)
        last_byte = -(-(first_bit + pixels) // 8)
        data = reader.read(location.offset + first_byte, max(min(last_byte, available) - first_byte, 0))
        return PackedBits(np.frombuffer(data, np.uint8), shift, pixels, issues)

    # Encapsulated

    def _read_encapsulated(self, index: int) -> DecodedFrame:
        attributes = self._attributes
        found, frames = self._frames
        if found.too_many:
            raise FrameNotRead(issue("too_large", "error", what="The number of fragments", limit="2 million"))
        if attributes.transfer_syntax_uid in VIDEO:
            return self._read_video(index, found)
        if index >= len(frames) or not all(fragment.whole for fragment in frames[index]):
            raise FrameNotRead(self._missing(found, frames))
        fragments = frames[index]
        length = sum(fragment.length for fragment in fragments)
        if self._frame_bytes > max(UNSUSPICIOUS_FRAME_BYTES, length * LARGEST_RATIO):
            raise FrameNotRead(issue("too_large", "error", what="A frame", limit=f"{LARGEST_RATIO} times its bytes"))
        with open_bytes(self._header.source) as reader:
            data = b"".join(reader.read(fragment.offset, fragment.length) for fragment in fragments)
        try:
            samples = decode_frame(data, attributes)
        except DecodeFailed as failure:
            raise self._failed(index, str(failure)) from failure
        settle = without_unused_bits if attributes.transfer_syntax_uid in PIXEL_WORDS else from_codestream
        cut = (
            ()
            if ends_properly(data, attributes.transfer_syntax_uid)
            else (issue("codestream_cut", "error", frame=index + 1),)
        )
        return DecodedFrame(settle(samples, attributes), attributes.rows, cut)

    def _read_video(self, index: int, found: Fragments) -> DecodedFrame:
        attributes = self._attributes
        with self._lock:
            if self._video is None:
                self._video = VideoFrames(lambda: open_bytes(self._header.source), found.fragments, attributes)
            video = self._video
        total = max(attributes.number_of_frames, 1)
        try:
            samples: NDArray[np.generic] = video.read(index)
            issues: tuple[Issue, ...] = ()
            if index == total - 1 and video.goes_on_after(index):
                issues = (issue("video_longer", "warning", total=total),)
        except VideoEnded as end:
            raise FrameNotRead(issue("video_shorter", "error", present=end.present, total=total)) from end
        except NoVideoFrame as failure:
            raise self._failed(index, str(failure)) from failure
        if attributes.transfer_syntax_uid in STEREO_VIDEO:
            issues = (*issues, issue("video_one_eye", "info"))
        if attributes.samples_per_pixel == 1:
            samples = samples[..., 0]
        if attributes.bits_stored > 8:
            samples = np.left_shift(samples.astype(np.uint16), attributes.bits_stored - 8)
            issues = (*issues, issue("video_depth", "info", bits=attributes.bits_stored))
        return DecodedFrame(samples, attributes.rows, issues)

    def _missing(self, found: Fragments, frames: tuple[tuple[Fragment, ...], ...]) -> Issue:
        whole = sum(all(fragment.whole for fragment in frame) for frame in frames)
        present = sum(fragment.length for fragment in found.fragments)
        stated = (self._header.pixels.length if self._header.pixels else None) or present
        return self._cut_off(present, max(stated, present), whole)

    @property
    def _frames(self) -> tuple[Fragments, tuple[tuple[Fragment, ...], ...]]:
        with self._lock:
            return self._located

    @cached_property
    def _located(self) -> tuple[Fragments, tuple[tuple[Fragment, ...], ...]]:
        location = self._header.pixels
        if location is None:
            return Fragments((), (), ended=False), ()
        count = max(self._attributes.number_of_frames, 1)
        with open_bytes(self._header.source) as reader:
            found = read_fragments(reader, location.offset)

            def last_bytes(fragment: Fragment) -> bytes:
                # Two bytes of padding may follow the marker.
                tail = min(fragment.length, 12)
                return reader.read(fragment.offset + fragment.length - tail, tail)

            def first_bytes(fragment: Fragment) -> bytes:
                return reader.read(fragment.offset, min(fragment.length, 8))

            extended: tuple[int, ...] = ()
            if count > 1 and not found.basic_offsets:
                extended = self._extended_offsets()
            return found, group_into_frames(
                found, count, extended_offsets=extended, ends_with=last_bytes, begins_with=first_bytes
            )

    def _extended_offsets(self) -> tuple[int, ...]:
        value = read_wanted(self._header, {_EXTENDED_OFFSETS: None}).values.get(_EXTENDED_OFFSETS, b"")
        return tuple(np.frombuffer(value[: len(value) // 8 * 8], "<u8").tolist())


class _Swapped:
    """Bytes that were written as big-endian 16-bit words from ``base`` on: each pair is turned round (PS3.5 7.3)."""

    def __init__(self, reader: ByteReader, base: int) -> None:
        self._reader = reader
        self._base = base
        self.size = reader.size

    def read(self, offset: int, length: int) -> bytes:
        skip = (offset - self._base) % 2
        data = self._reader.read(offset - skip, length + skip + (length + skip) % 2)
        words = np.frombuffer(data[: len(data) // 2 * 2], "<u2").byteswap().tobytes()
        return words[skip : skip + length]
