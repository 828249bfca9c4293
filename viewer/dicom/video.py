"""Frames of MPEG-2, H.264 and HEVC video, each exactly the one that was asked for (PS3.5 8.2.5 to 8.2.8, A.4.5 to A.4.9).

The decoder is the FFmpeg that comes with opencv-python-headless: LGPL, built without the GPL encoders. A player's seek lands
near a frame; a frame here is known by its presentation time, looked up among the times of all packets in order. Where times
do not tell the frames apart (an elementary stream has none) the video is decoded from its beginning and counted.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from viewer.dicom import limits
from viewer.dicom.byte_reader import ByteReader, as_file
from viewer.dicom.encapsulated import Fragment
from viewer.dicom.inflated import Closing
from viewer.domain.image_attributes import ImageAttributes

_KEPT_BEFORE: Final = 8
_STARTS: Final = (b"\x00\x00\x01", b"\x00\x00\x00\x01")
_TRANSPORT_PACKETS: Final = (188, 192, 204)
# Formats that name other files (playlists) must not be opened, whatever the bytes look like; nothing is to be fetched.
_OPTIONS: Final = "format_whitelist;mov,mpegts,mpeg,mpegvideo,h264,hevc|protocol_whitelist;none"


class NoVideoFrame(Exception):
    """A frame cannot be had; the text is a clause for a sentence."""


class VideoEnded(Exception):
    """The video ends before the frame that was asked for; ``present`` is the number of frames that it has."""

    def __init__(self, present: int) -> None:
        super().__init__(present)
        self.present = present


@dataclass(frozen=True)
class _Timetable:
    """The presentation times of all frames in order, and the places of those that can be decoded by themselves."""

    times: tuple[float, ...]
    keys: tuple[int, ...]

    def place(self, time: float) -> int | None:
        place = bisect_right(self.times, time) - 1
        return place if place >= 0 and self.times[place] == time else None

    def start_for(self, index: int) -> int:
        """Return the place to decode from: two key frames back, as pictures around the first one may lean on more."""
        return self.keys[max(bisect_right(self.keys, index) - 2, 0)] if self.keys else 0


class VideoFrames:
    """The frames of one video by number. For several threads; holds its stream open.

    Parameters
    ----------
    open_stream
        Opens the bytes of the file anew.
    fragments
        Where the video lies in them, one stream over all fragments.
    attributes
        Of the instance: its size and number of frames are compared with the video's.
    """

    def __init__(
        self, open_stream: Callable[[], ByteReader], fragments: Sequence[Fragment], attributes: ImageAttributes
    ) -> None:
        self._open_stream = open_stream
        self._fragments = tuple(fragments)
        self._attributes = attributes
        self._token = object()
        self._lock = threading.Lock()
        self._capture: Any = None
        self._place = -1
        self._timetable: _Timetable | None = None
        self._ended_after: int | None = None

    def read(self, index: int) -> NDArray[np.uint8]:
        """Return frame ``index`` as (rows, columns, 3) RGB.

        Raises
        ------
        VideoEnded
            When the video has fewer frames.
        NoVideoFrame
            When the bytes are no video, or one of another size than the header states.
        BytesUnavailable
            When the file cannot be read.
        """
        with self._lock:
            kept = recent_frames.get((self._token, index))
            if kept is not None:
                return kept
            if self._ended_after is not None and index >= self._ended_after:
                raise VideoEnded(self._ended_after)
            self._approach(index)
            while self._place < index:
                if not self._capture.grab():
                    self._ended_after = self._place + 1
                    raise VideoEnded(self._ended_after)
                self._place += 1
                if index - self._place < _KEPT_BEFORE:
                    recent_frames.keep((self._token, self._place), self._picture())
            kept = recent_frames.get((self._token, index))
            assert kept is not None  # It was kept last, and one is always kept.
            return kept

    def goes_on_after(self, index: int) -> bool:
        """Say whether there is a frame behind ``index``."""
        try:
            self.read(index + 1)
        except VideoEnded:
            return False
        return True

    def _approach(self, index: int) -> None:
        """Bring the decoder to a frame at or before the one wanted, so that going forward reaches it."""
        if self._capture is None:
            self._timetable = self._read_timetable()
            self._begin()
        start = self._timetable.start_for(index) if self._timetable else 0
        if start <= self._place + 1 and self._place < index:
            return
        if start == 0 or not self._seek(start, index):
            self._begin()

    def _seek(self, start: int, index: int) -> bool:
        assert self._timetable is not None
        self._capture.set(_cv2().CAP_PROP_POS_FRAMES, start)
        if not self._capture.grab():
            return False
        place = self._timetable.place(self._capture.get(_cv2().CAP_PROP_PTS))
        if place is None or place > index:
            return False
        self._place = place
        recent_frames.keep((self._token, place), self._picture())
        return True

    def _begin(self) -> None:
        self._capture = self._opened()
        self._place = -1

    def _opened(self, *, packets: bool = False) -> Any:
        """Open the stream for decoding, or for reading its packets as they are."""
        stream = _Joined(self._open_stream(), self._fragments)
        _refuse_what_is_no_video(stream.read(0, 1024))
        cv2 = _cv2()
        wanted = [cv2.CAP_PROP_FORMAT, -1] if packets else [cv2.CAP_PROP_N_THREADS, os.cpu_count() or 1]
        capture = cv2.VideoCapture(as_file(stream), cv2.CAP_FFMPEG, wanted)
        if not capture.isOpened():
            raise NoVideoFrame("its bytes are no video that can be decoded")
        if not packets:
            # Turning by what the container says is for telephones.
            capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
            columns, rows = (int(capture.get(one)) for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
            attributes = self._attributes
            if (rows, columns) != (attributes.rows, attributes.columns):
                raise NoVideoFrame(
                    f"the video has {rows} x {columns} pixels, the header says {attributes.rows} x {attributes.columns}"
                )
        return capture

    def _read_timetable(self) -> _Timetable | None:
        """Return the timetable, or None where times do not name the frames that the header counts."""
        cv2 = _cv2()
        packets = self._opened(packets=True)
        times: list[float] = []
        keys: list[float] = []
        while packets.grab():
            times.append(packets.get(cv2.CAP_PROP_PTS))
            if packets.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME):
                keys.append(times[-1])
        if len(set(times)) != len(times) or len(times) != max(self._attributes.number_of_frames, 1):
            return None
        order = tuple(sorted(times))
        table = _Timetable(order, tuple(sorted(bisect_right(order, time) - 1 for time in keys)))
        # Fields of half the lines come in packets of their own, and leading pictures may be left out: then places are no
        # frame numbers.
        decoding = self._opened()
        for expected in range(min(len(order), 3)):
            if not decoding.grab() or table.place(decoding.get(cv2.CAP_PROP_PTS)) != expected:
                return None
        return table

    def _picture(self) -> NDArray[np.uint8]:
        done, picture = self._capture.retrieve()
        if not done or picture.shape != (self._attributes.rows, self._attributes.columns, 3):
            raise NoVideoFrame("the decoder returned no picture of the size stated")
        return np.ascontiguousarray(picture[..., ::-1])


class _Joined(Closing):
    """The fragments of a file as one stretch of bytes."""

    def __init__(self, reader: ByteReader, fragments: Sequence[Fragment]) -> None:
        self._reader = reader
        self._fragments = fragments
        self._starts = [0]
        for fragment in fragments:
            self._starts.append(self._starts[-1] + fragment.length)
        self.size = self._starts[-1]

    def read(self, offset: int, length: int) -> bytes:
        """Return at most ``length`` bytes from ``offset``."""
        found = b""
        while len(found) < length and offset + len(found) < self.size:
            at = offset + len(found)
            number = bisect_right(self._starts, at) - 1
            inside = at - self._starts[number]
            fragment = self._fragments[number]
            piece = self._reader.read(fragment.offset + inside, min(length - len(found), fragment.length - inside))
            if not piece:
                break
            found += piece
        return found

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


class RecentFrames:
    """The frames decoded last, over all videos, within a number of bytes: those before the one wanted are often next."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._frames: OrderedDict[tuple[object, int], NDArray[np.uint8]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def limit_to(self, budget_bytes: int) -> None:
        """Keep within another number of bytes from now on."""
        with self._lock:
            self._budget_bytes = budget_bytes
            self._drop_oldest()

    def get(self, key: tuple[object, int]) -> NDArray[np.uint8] | None:
        """Return a frame that is still kept."""
        with self._lock:
            return self._frames.get(key)

    def keep(self, key: tuple[object, int], frame: NDArray[np.uint8]) -> None:
        """Keep a frame; the oldest ones go, but never this one."""
        with self._lock:
            known = self._frames.pop(key, None)
            self._bytes += frame.nbytes - (known.nbytes if known is not None else 0)
            self._frames[key] = frame
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        while self._bytes > self._budget_bytes and len(self._frames) > 1:
            self._bytes -= self._frames.popitem(last=False)[1].nbytes


recent_frames = RecentFrames(limits.VIDEO_KEPT_BYTES)


def _refuse_what_is_no_video(head: bytes) -> None:
    transport = any(head[lead::size][:2] == b"GG" for size in _TRANSPORT_PACKETS for lead in (0, size - 188) if lead >= 0)
    if not (transport or head.startswith(_STARTS) or head[4:8] in (b"ftyp", b"moov", b"mdat", b"styp")):
        raise NoVideoFrame("its bytes are no MPEG stream")


def _cv2() -> ModuleType:
    """Import OpenCV, and tell its FFmpeg what it may open and that what it would print is not asked for."""
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = _OPTIONS
    os.environ["OPENCV_LOG_LEVEL"] = os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
    import cv2

    return cv2
