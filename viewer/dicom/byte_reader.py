"""Random access to the bytes of an instance, wherever they are: a file, a member of a zip file, a deflated data set.

``open_bytes`` is what everybody uses: a deflated data set (PS3.5 A.5) arrives inflated behind its file meta
information, so that an offset such as ``InstanceHeader.pixels.offset`` is right for every transfer syntax and nobody
else needs to inflate. Inflating goes only as far as somebody reads and never beyond a limit.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Callable

from viewer.dicom import limits
from viewer.dicom.inflated import ByteReader, BytesUnavailable, Closing, InflatedBytes, KeptBytes, inflated_streams
from viewer.dicom.transfer_syntaxes import DEFLATED
from viewer.domain.instance import Source

__all__ = ["ByteReader", "BytesUnavailable", "as_file", "open_bytes", "open_stored", "stored_size", "zip_directory"]

_DEFLATED_BYTES = tuple(uid.encode() for uid in sorted(DEFLATED))
_HEAD_BYTES = 8192
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_HAS_PREAD = hasattr(os, "pread")
_LONG = struct.Struct("<L")


class FileBytes(Closing):
    """A regular file. Never a FIFO or a device: opening one of those would wait for ever."""

    def __init__(self, path: str) -> None:
        try:
            self._file = os.open(path, _OPENING)
        except OSError as error:
            raise BytesUnavailable(f"it cannot be opened ({error.strerror})") from error
        found = os.fstat(self._file)
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise BytesUnavailable("it is not a regular file")
        self.size = found.st_size
        self._lock = threading.Lock()
        self._head = b""

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``; the first bytes, which everybody asks for, are kept."""
        if offset + length <= _HEAD_BYTES and length > 0:
            if not self._head:
                self._head = self._read(0, _HEAD_BYTES)
            return self._head[offset : offset + length]
        return self._read(offset, length)

    def _read(self, offset: int, length: int) -> bytes:
        try:
            if _HAS_PREAD:
                data = os.pread(self._file, length, offset)
                while data and len(data) < length and offset + len(data) < self.size:
                    more = os.pread(self._file, length - len(data), offset + len(data))
                    if not more:
                        break
                    data += more
                return data
            with self._lock:
                os.lseek(self._file, offset, os.SEEK_SET)
                return os.read(self._file, length)
        except (OSError, OverflowError) as error:
            raise BytesUnavailable(f"it cannot be read ({error})") from error

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        """Close the file of an inflated stream that fell out of the cache while somebody may still have read it."""
        # ``close`` is bound early: at the end of the program the module is already empty.
        if getattr(self, "_file", -1) >= 0:
            close(self._file)
            self._file = -1


class PartBytes(Closing):
    """A stretch of another reader: a zip member that is stored as it is."""

    def __init__(self, outer: ByteReader, start: int, size: int) -> None:
        self._outer = outer
        self._start = start
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        return self._outer.read(self._start + offset, max(0, min(length, self.size - offset)))

    def close(self) -> None:
        """Close the outer reader."""
        self._outer.close()


def open_stored(source: Source) -> ByteReader:
    """Open the bytes of an instance as they are stored; a deflated data set stays deflated. Raises BytesUnavailable."""
    if source.kind == "zip":
        return _open_zip_member(source)
    return FileBytes(source.path)


def open_bytes(source: Source, *, limit: int = limits.INFLATED_BYTES) -> ByteReader:
    """Open the bytes of an instance; a deflated data set comes inflated behind its file meta information.

    Raises
    ------
    BytesUnavailable
        The file is gone, not regular, encrypted, or (also while reading) inflates to more than ``limit`` bytes.
    """
    stored = open_stored(source)
    try:
        start = _deflated_data_set_start(stored)
    except BytesUnavailable:
        stored.close()
        raise
    if start is None:
        return stored
    key = (source.path, source.member, -1, limit)
    kept = inflated_streams.get(key)
    if kept is not None:
        stored.close()
        return KeptBytes(kept)
    inflated = InflatedBytes(stored, start, None, prefix=stored.read(0, start), limit=limit)
    inflated_streams.keep(key, inflated)
    return KeptBytes(inflated)


def stored_size(source: Source) -> int:
    """Return the number of bytes of a file, or of a zip member when unpacked; 0 when it is gone."""
    try:
        if source.kind == "zip":
            return _zip_entry(source).file_size
        return os.stat(source.path).st_size  # noqa: PTH116 - the path is a plain string
    except (OSError, BytesUnavailable):
        return 0


def as_file(reader: ByteReader, start: int = 0) -> io.BufferedReader:
    """Return a readable, seekable file object over a reader, for libraries that want one. Position 0 is ``start``."""
    return io.BufferedReader(_ReaderFile(reader, start), 1 << 16)


class _ReaderFile(io.RawIOBase):
    name = ""  # pydicom asks for one

    def __init__(self, reader: ByteReader, start: int) -> None:
        self._reader = reader
        self._start = start
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_SET:
            self._position = offset
        elif whence == os.SEEK_CUR:
            self._position += offset
        else:
            self._position = self._reader.size - self._start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._reader.read(self._start + self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _deflated_data_set_start(reader: ByteReader) -> int | None:
    """Return where the deflated data set begins, or None when it is not deflated (or not clearly so)."""
    head = reader.read(0, _HEAD_BYTES)
    if head[128:132] != b"DICM" or not any(map(head.__contains__, _DEFLATED_BYTES)):
        return None
    position = 132
    syntax = ""
    while position + 12 <= len(head):
        group, element, vr, length = struct.unpack_from("<HH2sH", head, position)
        if group != 2:
            return position if syntax in DEFLATED else None
        value = position + 8
        if vr in {b"OB", b"UN"}:
            (length,) = _LONG.unpack_from(head, position + 8)
            value = position + 12
        if element == 0x0010:
            syntax = head[value : value + length].rstrip(b"\0 ").decode("ascii", "replace")
        if element > 0x0102 and syntax not in DEFLATED:
            return None
        position = int(value + length)
        if syntax in DEFLATED and position + 2 <= len(head) and head[position : position + 2] != b"\x02\x00":
            return position
    return None


def _open_zip_member(source: Source) -> ByteReader:
    entry = _zip_entry(source)
    if entry.flag_bits & 0x1:
        raise BytesUnavailable("it is encrypted")
    outer = FileBytes(source.path)
    local = outer.read(entry.header_offset, 30)
    if len(local) < 30 or local[:4] != b"PK\x03\x04":
        outer.close()
        raise BytesUnavailable("the zip file is damaged")
    name_length, extra_length = struct.unpack_from("<HH", local, 26)
    start = entry.header_offset + 30 + name_length + extra_length
    if entry.compress_type == zipfile.ZIP_STORED:
        return PartBytes(outer, start, entry.file_size)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        outer.close()
        raise BytesUnavailable(f"it is packed with zip method {entry.compress_type}, which is not supported")
    key = (source.path, source.member, start, 0)
    kept = inflated_streams.get(key)
    if kept is not None:
        outer.close()
        return KeptBytes(kept)
    inflated = InflatedBytes(outer, start, start + entry.compress_size)
    inflated_streams.keep(key, inflated)
    return KeptBytes(inflated)


_directories: OrderedDict[tuple[str, int, int], dict[str, zipfile.ZipInfo]] = OrderedDict()
_directories_lock = threading.Lock()


def zip_directory(path: str) -> dict[str, zipfile.ZipInfo]:
    """Return the members of a zip file by name, in order; raises BytesUnavailable."""
    try:
        found = os.stat(path)  # noqa: PTH116 - the time in nanoseconds is wanted with the size, of a plain string
        key = (path, found.st_size, found.st_mtime_ns)
        with _directories_lock:
            if key not in _directories:
                with zipfile.ZipFile(path) as archive:
                    _directories[key] = {entry.filename: entry for entry in archive.infolist()[: limits.ZIP_MEMBERS]}
                while len(_directories) > 4:
                    _directories.popitem(last=False)
            return _directories[key]
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BytesUnavailable("the zip file is damaged") from error


def _zip_entry(source: Source) -> zipfile.ZipInfo:
    try:
        return zip_directory(source.path)[source.member]
    except KeyError:
        raise BytesUnavailable("it is no longer in the zip file") from None
