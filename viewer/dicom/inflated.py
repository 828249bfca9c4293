"""Bytes that are inflated only as far as somebody reads, never beyond a limit, and kept for a while."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from types import TracebackType
from typing import Protocol, Self

from viewer.dicom import limits

_INFLATE_STEP_BYTES = 1 << 18


class BytesUnavailable(Exception):
    """The bytes cannot be had; ``reason`` is a clause for a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ByteReader(Protocol):
    """Bytes by position. Reading past the end gives fewer bytes; safe to use from several threads."""

    @property
    def size(self) -> int:
        """Number of bytes."""

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``; raises BytesUnavailable."""

    def close(self) -> None:
        """Give the file back."""

    def __enter__(self) -> Self:
        """Use it in a ``with`` statement."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""


class Closing:
    """The ``with`` statement for readers."""

    def close(self) -> None:
        """Give the file back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class InflatedBytes(Closing):
    """Plain bytes followed by an inflated raw deflate stream; inflated only as far as somebody reads.

    Parameters
    ----------
    outer
        Where the deflated bytes lie; closed once the stream has ended or this reader is closed.
    start, end
        The deflated stretch of ``outer``; ``end`` None reads to its end.
    prefix
        Bytes that stand before the inflated ones (preamble and file meta information).
    limit
        Most bytes to inflate to; reading beyond raises BytesUnavailable.
    """

    def __init__(
        self, outer: ByteReader, start: int, end: int | None, *, prefix: bytes = b"", limit: int = limits.INFLATED_BYTES
    ) -> None:
        self._outer: ByteReader | None = outer
        self._position = start
        self._end = end
        self._data = bytearray(prefix)
        self._limit = limit + len(prefix)
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        self._pending = b""
        self._lock = threading.RLock()
        self.whole = False

    @property
    def size(self) -> int:
        """Number of bytes; inflates everything."""
        with self._lock:
            self._inflate_to(self._limit + 1)
            return len(self._data)

    @property
    def held_bytes(self) -> int:
        """Number of bytes held in memory."""
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``; raises BytesUnavailable beyond the limit or when damaged."""
        with self._lock:
            self._inflate_to(offset + length)
            return bytes(self._data[offset : offset + length])

    def _inflate_to(self, wanted: int) -> None:
        while len(self._data) < wanted and not self.whole:
            if len(self._data) >= self._limit:
                # One byte more tells a stream that just fits from one that does not.
                if self._step(1):
                    del self._data[self._limit :]
                    raise BytesUnavailable(f"it inflates to more than {self._limit >> 20} MB")
                continue
            self._step(min(_INFLATE_STEP_BYTES, self._limit - len(self._data)))

    def _step(self, most: int) -> int:
        if not self._pending and self._outer is not None:
            room = _INFLATE_STEP_BYTES if self._end is None else min(_INFLATE_STEP_BYTES, self._end - self._position)
            self._pending = self._outer.read(self._position, room) if room > 0 else b""
            self._position += len(self._pending)
        try:
            data = self._stream.decompress(self._pending, most)
        except zlib.error as error:
            raise BytesUnavailable("its deflated data is damaged") from error
        exhausted = not self._pending and not data
        self._pending = self._stream.unconsumed_tail
        self._data += data
        if self._stream.eof or exhausted:
            self.whole = True
            self.close()
        return len(data)

    def close(self) -> None:
        """Close the outer reader."""
        with self._lock:
            if self._outer is not None:
                self._outer.close()
                self._outer = None


class KeptBytes(Closing):
    """A view of an inflated stream that stays in the cache when the view is closed."""

    def __init__(self, inflated: InflatedBytes) -> None:
        self._inflated = inflated

    @property
    def size(self) -> int:
        """Number of bytes; inflates everything."""
        return self._inflated.size

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        return self._inflated.read(offset, length)


class InflatedCache:
    """The most recently used inflated streams, within a budget of bytes."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._kept: OrderedDict[tuple[str, str, int, int], InflatedBytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, int, int]) -> InflatedBytes | None:
        """Return a kept stream."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                # Streams grow while somebody reads them.
                self._drop_oldest()
            return self._kept.get(key)

    def keep(self, key: tuple[str, str, int, int], inflated: InflatedBytes) -> None:
        """Keep a stream; the oldest ones go when the budget or the number of open files is exceeded."""
        with self._lock:
            self._kept[key] = inflated
            self._drop_oldest()

    def limit_to(self, budget_bytes: int) -> None:
        """Keep within another number of bytes from now on."""
        with self._lock:
            self._budget = budget_bytes
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        while len(self._kept) > 1 and (
            len(self._kept) > 64 or sum(kept.held_bytes for kept in self._kept.values()) > self._budget
        ):
            self._kept.popitem(last=False)


inflated_streams = InflatedCache(limits.INFLATED_KEPT_BYTES)
