"""Reading the compressed frames of one object through the decode worker: several in one request where the order is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.overlay import FrameNotRead
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.kept_masks import KeptMasks

_BYTES_AT_ONCE = 16 << 20
_FRAMES_AT_ONCE = 64


class FramesAhead:
    """A ReadFrame over the decode worker. For one thread; what it decodes is kept in ``masks`` for others.

    Frames that are expected are decoded together and held until they are asked for; if one of them cannot be read, each is
    decoded when it is asked for.
    """

    def __init__(
        self, header: InstanceHeader, attributes: ImageAttributes, worker: DecodeWorker, masks: KeptMasks | None = None
    ) -> None:
        self._header = header
        self._attributes = attributes
        self._worker = worker
        self._masks = masks or KeptMasks()
        self._order: tuple[int, ...] = ()
        self._place: dict[int, int] = {}
        self._held: dict[int, NDArray[np.generic]] = {}
        frame_bytes = (
            attributes.rows * attributes.columns * attributes.samples_per_pixel * max(attributes.bits_allocated // 8, 1)
        )
        self._at_once = max(1, min(_FRAMES_AT_ONCE, _BYTES_AT_ONCE // max(frame_bytes, 1)))

    def expect(self, frames: Sequence[int]) -> None:
        """Take note of the frames that will be asked for, in that order, each once."""
        self._order = tuple(frames)
        self._place = {frame: place for place, frame in enumerate(self._order)}
        self._held.clear()

    def __call__(self, index: int) -> NDArray[np.generic]:
        """Return the stored values of a frame; raises FrameNotRead."""
        if index not in self._held:
            kept = self._masks.get(self._key(index))
            if kept is not None:
                return kept
        place = self._place.get(index)
        if index not in self._held and place is not None and self._at_once > 1:
            self._read_from(place)
        if index in self._held:
            return self._held.pop(index)
        stored = self._worker.decode(self._header, self._attributes, index).stored
        self._masks.keep(self._key(index), stored)
        return stored

    def _key(self, index: int) -> FrameKey:
        return FrameKey(self._header.key, index)

    def _read_from(self, place: int) -> None:
        together = self._order[place : place + self._at_once]
        try:
            frames = self._worker.decode_several(self._header, self._attributes, together)
        except FrameNotRead:
            # Which one it is shows when each is read by itself.
            for frame in together:
                self._place.pop(frame, None)
            return
        self._held = {frame: decoded.stored for frame, decoded in zip(together, frames, strict=True)}
        for frame, stored in self._held.items():
            self._masks.keep(self._key(frame), stored)
