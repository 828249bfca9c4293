"""The volumes of segmentations that planes cut across: built once each, kept within a budget of bytes. Thread-safe."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from viewer.domain.overlay import FrameNotRead
from viewer.domain.segmentation import Segmentation
from viewer.representations.fraction_volume import FractionVolume, can_be_interpolated, fraction_volume
from viewer.representations.label_volume import LabelVolume, TooLargeToKeep, label_volume
from viewer.representations.pile_levels import PileLevels
from viewer.representations.segmentation_slices import Pile, piles_of
from viewer.representations.slice_source import SliceSource

Volume = LabelVolume | FractionVolume
Volumes = tuple[Volume | None, ...]
"""One a pile; None where planes must be sampled from the slices: several at one distance, unreadable frames, too large."""

VolumesOf = Callable[[SliceSource], Volumes]


class NotBuilt(Exception):
    """The volumes are not there yet."""


@dataclass(eq=False)
class _Entry:
    building: threading.Lock = field(default_factory=threading.Lock)
    volumes: Volumes | None = None
    held_bytes: int = 0


_Key = tuple[Segmentation, tuple[int, ...]]


class SegmentationVolumes:
    """Volumes by segmentation and wanted parts; those asked for longest ago go first.

    Parameters
    ----------
    budget_bytes
        All volumes together take at most this much; a segmentation that would take more has none.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()

    @property
    def used_bytes(self) -> int:
        """Bytes held."""
        with self._lock:
            return sum(entry.held_bytes for entry in self._entries.values())

    def held(self, source: SliceSource) -> Volumes:
        """Return the volumes of a segmentation; raises NotBuilt when nobody has built them."""
        volumes = self._entry(source).volumes
        if volumes is None:
            raise NotBuilt
        return volumes

    def kept(self, source: SliceSource) -> Volumes:
        """Return the same; raises NotBuilt also where one was too large to be kept, so that its slices would be read."""
        volumes = self.held(source)
        if any(volume is None for volume in volumes):
            raise NotBuilt
        return volumes

    def built(self, source: SliceSource, *, check: Callable[[float], None] = lambda _: None) -> Volumes:
        """Return the volumes of a segmentation, building them when nobody has; a second thread waits for the first.

        ``check`` is called between slices with the part done, 0 to 1; what it raises ends the building.
        """
        entry = self._entry(source)
        with entry.building:
            if entry.volumes is None:
                volumes = _build(source, self.budget_bytes, check)
                with self._lock:
                    entry.volumes = volumes
                    entry.held_bytes = sum(volume.held_bytes for volume in volumes if volume is not None)
                    self._drop_oldest()
            return entry.volumes

    def _entry(self, source: SliceSource) -> _Entry:
        key = (source.content, source.codes.numbers)
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            return entry

    def _drop_oldest(self) -> None:
        held = sum(entry.held_bytes for entry in self._entries.values())
        for key, entry in list(self._entries.items()):
            if held <= self.budget_bytes:
                return
            if entry.held_bytes:
                held -= entry.held_bytes
                del self._entries[key]


def _build(source: SliceSource, most_bytes: int, check: Callable[[float], None]) -> Volumes:
    piles = piles_of(source.content)
    found: list[Volume | None] = []
    for pile in piles:
        held = sum(volume.held_bytes for volume in found if volume is not None)
        try:
            found.append(_volume(source, pile, most_bytes - held, check))
        except (TooLargeToKeep, FrameNotRead):
            # A plane that does not touch the frame in question can still be shown.
            found.append(None)
    return tuple(found)


def _volume(source: SliceSource, pile: Pile, most_bytes: int, check: Callable[[float], None]) -> Volume | None:
    levels = PileLevels.of(pile)
    if levels is None:
        return None
    if source.content.type != "FRACTIONAL":
        return label_volume(source, levels, most_bytes=most_bytes, check=check)
    if not can_be_interpolated(levels):
        return None
    return fraction_volume(source, levels, most_bytes=most_bytes, check=check)
