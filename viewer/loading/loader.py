"""The loader: opens paths, and keeps the store filled with what the reading state needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.joined import joined, joined_to
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.stack import Stack
from viewer.domain.standing import rejections, with_rejected_series
from viewer.iods.on_plane import is_surveyed, survey_overlay
from viewer.iods.registry import OVERLAY_PLANES, overlay_planes_of
from viewer.loading.at_once import AtOnce
from viewer.loading.changed_doses import changed_doses, is_outdated
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.edited_parts import EditedParts
from viewer.loading.fused_frames import held_frames
from viewer.loading.prepared import prepared, with_borders
from viewer.loading.readers import FusedImage, Readers
from viewer.loading.room import Room
from viewer.loading.runner import Job, JobControl, Progress, Runner, raise_error
from viewer.loading.scanning import OverlayBatch, overlays_job, prepare_strips, scan_job
from viewer.loading.solids import Solids
from viewer.loading.store import Store
from viewer.loading.thumbnails import thumbnail
from viewer.loading.wanted import (
    AHEAD,
    NEXT,
    THUMBNAILS,
    Wanted,
    WantedFrame,
    WantedImageOnPlane,
    WantedOnPlane,
    is_for_a_pane,
    is_on_a_pane,
    is_shown,
    is_wanted_anew,
    slot_of,
    wanted,
)
from viewer.reading.changes.library import (
    hang_default,
    library_grew,
    measures_made,
    open_anew,
    overlays_read,
    overlays_unreadable,
)
from viewer.reading.reading import Reading
from viewer.reading.state import Pane, ReadingState
from viewer.representations.on_plane import OnPlane
from viewer.representations.segmentation_volumes import SegmentationVolumes
from viewer.scene.inputs import Pending, Unavailable

_MEASURES = 10_000
_BUDGET_SHARE_OF_VOLUMES = 4
_WAITING_AHEAD = 6
"""So many jobs for what is not on the screen yet are queued at a time; the rest is asked for as they end."""
_FRAMES_AT_ONCE = 8
"""So many uncompressed frames ahead are read by one job: a few milliseconds, in which nothing more urgent is held up."""


class Loader:
    """Joins reading, store and runner. Lives on the window's thread."""

    def __init__(self, reading: Reading, store: Store, runner: Runner, worker: DecodeWorker) -> None:
        self._reading = reading
        self._store = store
        self._runner = runner
        self._worker = worker
        self._volumes = SegmentationVolumes(0)
        self._building: dict[Hashable, Overlay] = {}
        self._readers = self._readers_of(Library())
        self._hung_by_us: tuple[Pane, ...] = ()
        self._room = Room(store)
        self._wanted: Iterator[Wanted] = iter(())
        self._next: Wanted | None = None
        self._on_opened: Callable[[], object] = bool
        self._solids = Solids(store, runner, lambda: self._readers, raise_error)
        self._edited = EditedParts(store, runner, lambda: self._readers, raise_error)
        self._at_once = AtOnce(store, lambda: self._readers)
        self._disconnect = reading.connect(self._fetch_what_changed)

    def on_opened(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` when a scan has ended, all results are read and the reader has not yet chosen anything."""
        self._on_opened = tell

    @property
    def progress(self) -> tuple[Progress, ...]:
        """What goes on in the background and is worth telling."""
        return self._runner.progress

    def open(self, paths: Sequence[Path]) -> None:
        """Forget what is open and scan ``paths``; studies appear while the scan runs."""
        self._runner.cancel_all()
        self._store.clear()
        for one in (self._room, self._solids, self._edited):
            one.forget()
        self._volumes = SegmentationVolumes(self._store.budget_bytes // _BUDGET_SHARE_OF_VOLUMES)
        self._building.clear()
        self._readers = self._readers_of(Library())
        self._reading.apply(open_anew)
        self._reading.forget_history()
        self._hung_by_us = self._reading.state.panes
        self._submit("scan", 0, scan_job(paths), self._finish_scan, label="Reading headers", part_done=self._grow)

    def cancel(self, slot: Hashable) -> None:
        """Stop one background activity; what it has found so far stays."""
        self._runner.cancel(slot)
        if slot == "scan":
            self._finish_scan(self._reading.state.whole.library)

    def close(self) -> None:
        """Stop everything."""
        self._disconnect()
        self._runner.close()
        self._worker.close()

    @property
    def readers(self) -> Readers:
        """What reads the pixels of the files that are open now, from any thread."""
        return self._readers

    # opening

    def _grow(self, library: Library) -> None:
        self._readers = self._readers_of(library)
        self._take_library(library, scanning=True)

    def _finish_scan(self, library: Library) -> None:
        self._readers = self._readers_of(library)
        self._take_library(library, scanning=False)
        self._submit(
            "overlays", 1, overlays_job(library), self._finish_overlays, label="Reading results", part_done=self._take_batch
        )
        for series in library.series:
            if series.stacks:
                self._request_thumbnail(series.key, series.stacks[0])

    def _readers_of(self, library: Library) -> Readers:
        return Readers(library, self._worker, self._volumes)

    def _take_library(self, library: Library, *, scanning: bool) -> None:
        untouched = self._reading.state.panes == self._hung_by_us
        self._reading.apply(library_grew, library, scanning=scanning)
        if untouched:
            self._reading.apply(hang_default)
            self._hung_by_us = self._reading.state.panes

    def _take_batch(self, batch: OverlayBatch) -> None:
        if batch[0]:
            self._reading.apply(overlays_read, batch[0])
        if batch[1]:
            self._reading.apply(overlays_unreadable, batch[1])

    def _finish_overlays(self, _: None) -> None:
        self._join_overlay_planes()
        content = self._reading.state.whole
        library = with_rejected_series(content.library, rejections(content.overlays.values()))
        if library is not content.library:
            self._reading.apply(library_grew, library, scanning=content.scanning)
        if self._reading.state.panes == self._hung_by_us:
            self._reading.apply(hang_default)
            self._on_opened()
        for overlay in filter(is_surveyed, self._reading.state.whole.overlays.values()):
            self._measure(overlay)
        self._solids.prepare(content.library)

    def _join_overlay_planes(self) -> None:
        """Join the 60xx planes of images that came before the objects which say something of them."""
        content = self._reading.state.whole
        if not any(one.subtype == OVERLAY_PLANES for one in content.overlays.values()):
            return
        together = joined(tuple(content.overlays.values()), content.library)
        changed = {key: pair for key, pair in together.items() if pair[0] is not content.overlays[key]}
        if changed:
            self._reading.apply(overlays_read, changed)

    def _measure(self, overlay: Overlay) -> None:
        readers, content = self._readers, self._reading.state.whole
        binding = content.bindings[overlay.instance]

        def work(control: JobControl) -> tuple[Overlay, Mapping[int, PartMeasure]]:
            surveyed, measures = survey_overlay(overlay, readers.read_frame_of(overlay), check=control.check)
            prepare_strips(surveyed, binding, content.library)
            return surveyed, measures

        self._submit(("measure", overlay.instance), _MEASURES, work, self._take_survey, label="Measuring volumes")

    def _take_survey(self, survey: tuple[Overlay, Mapping[int, PartMeasure]]) -> None:
        overlay, measures = survey
        binding = self._reading.state.whole.bindings.get(overlay.instance)
        if binding is not None and not is_outdated(overlay, self._reading.state.whole):
            self._reading.apply(overlays_read, {overlay.instance: (overlay, binding)})
            self._reading.apply(measures_made, overlay.instance, measures)

    def _request_thumbnail(self, series_key: str, stack: Stack) -> None:
        readers = self._readers

        def done(picture: NDArray[np.uint8] | None) -> None:
            if picture is not None:
                self._store.put_thumbnail(series_key, picture)

        self._submit(("thumbnail", series_key), THUMBNAILS, lambda _: thumbnail(readers, stack), done)

    # keeping the store filled

    def _fetch_what_changed(self, old: ReadingState, new: ReadingState) -> None:
        for overlay in changed_doses(old.content, new.content):
            self._store.drop_planes_of(overlay.instance)
            self._measure(overlay)
        self._edited.follow(old, new)
        if is_wanted_anew(old, new):
            self._runner.drop_waiting(lambda slot: not is_for_a_pane(slot))
            self._room.forget()
            for slot, overlay in list(self._building.items()):
                if not is_shown(overlay, new):
                    del self._building[slot]
                    self._runner.cancel(slot)
            self._fetch_anew()
        self._solids.follow(new)

    def _fetch_anew(self) -> None:
        self._wanted, self._next = wanted(self._reading.state), None
        self._room.turn_to(self._reading.state)
        self._at_once.begin()
        self._fetch()

    def _fetch(self) -> None:
        """Queue what is missing: all that is on the screen, and a little of what lies ahead."""
        while True:
            # Goes on where the last call stopped: what lies before is there or on its way.
            want = self._next if self._next is not None else next(self._wanted, None)
            self._next = want
            if want is None or (want.priority >= AHEAD and self._room.expected >= _WAITING_AHEAD):
                return
            if want.priority >= AHEAD and not self._is_held(want) and not self._has_room(want):
                return
            self._next = None
            slot = slot_of(want)
            if self._is_held(want) or self._runner.is_busy_with(slot) or self._at_once.gives(want):
                continue
            if want.priority >= AHEAD:
                self._room.expect(slot, self._bytes_of(want))
                if isinstance(want, WantedFrame) and self._readers.is_quick(want.frame):
                    self._queue_several(want, slot)
                    continue
            self._queue(want, slot)

    def _has_room(self, want: Wanted) -> bool:
        return self._room.has_room(want.priority - AHEAD, self._bytes_of(want))

    def _bytes_of(self, want: Wanted) -> int:
        return self._readers.frame_bytes(want.frame) if isinstance(want, WantedFrame) else 0

    def _is_held(self, want: Wanted) -> bool:
        if isinstance(want, WantedFrame):
            return self._store.has(want.frame) and self._store.has_attributes(want.frame.instance)
        if isinstance(want, WantedOnPlane):
            return self._store.has((want.overlay.instance, want.plane))
        if isinstance(want, WantedImageOnPlane):
            return self._store.has((want.stack.id, want.plane))
        return self._store.value_range(want.stack.id) is not None

    def _queue(self, want: Wanted, slot: Hashable) -> None:
        readers = self._readers
        if isinstance(want, WantedFrame):
            key = want.frame
            self._submit(
                slot,
                want.priority,
                lambda _: prepared(readers.attributes(key.instance), readers.frame(key), want),
                partial(self._take_frame, slot, key),
            )
        elif isinstance(want, WantedOnPlane):
            overlay, plane = want.overlay, want.plane
            self._submit(
                slot,
                want.priority,
                lambda _: with_borders(readers.on_plane_at_hand(overlay, plane), traced_too=want.priority == NEXT),
                partial(self._take_on_plane, slot, want),
            )
        elif isinstance(want, WantedImageOnPlane):
            over, on, held = want.stack, want.plane, held_frames(self._store, want.stack, want.plane)
            work = partial(readers.image_on_plane, over, on, held)
            self._submit(slot, want.priority, lambda _: work(), partial(self._take_image_on_plane, slot, want))
        else:
            stack = want.stack
            self._submit(slot, want.priority, lambda _: readers.value_range(stack), partial(self._take_range, stack))

    def _queue_several(self, first: WantedFrame, slot: Hashable) -> None:
        """Queue a frame with those that follow it: a job of its own for each takes longer than to read them."""
        several = [first]
        while len(several) < _FRAMES_AT_ONCE:
            want = self._next = next(self._wanted, None)
            if not isinstance(want, WantedFrame) or not self._readers.is_quick(want.frame):
                break
            if not self._is_held(want):
                if not self._has_room(want):
                    break
                self._room.expect(slot, self._bytes_of(want))
                several.append(want)
            self._next = None
        readers = self._readers

        def work(control: JobControl) -> None:
            for want in several:
                control.check()
                key = want.frame
                control.deliver_part((key, prepared(readers.attributes(key.instance), readers.frame(key), want)))

        def done(_: None) -> None:
            self._room.came(slot)
            self._fetch()

        self._submit(slot, first.priority, work, done, part_done=lambda read: self._put_frame(*read))

    def _take_frame(
        self, slot: Hashable, key: FrameKey, read: tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]
    ) -> None:
        self._room.came(slot)
        self._put_frame(key, read)
        self._fetch()

    def _put_frame(self, key: FrameKey, read: tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]) -> None:
        attributes, frame = read
        self._store.put_attributes(key.instance, attributes)
        if self._room.make_room(key, frame.stored.nbytes if isinstance(frame, DecodedFrame) else 0):
            self._store.put_frame(key, frame)
        if isinstance(attributes, ImageAttributes) and attributes.overlay_planes:
            self._take_overlay_planes(key.instance, attributes)

    def _take_overlay_planes(self, instance: InstanceKey, attributes: ImageAttributes) -> None:
        content = self._reading.state.whole
        if instance in content.overlays:
            return
        overlay = overlay_planes_of(content.library.instance(instance), attributes)
        if overlay is not None:
            pair = joined_to(overlay, content.overlays.values(), content.library)
            self._reading.apply(overlays_read, {instance: pair})

    def _take_on_plane(self, slot: Hashable, want: WantedOnPlane, content: OnPlane | Unavailable | Pending) -> None:
        self._room.came(slot)
        if not isinstance(content, Pending):
            self._store.put_on_plane(want.overlay.instance, want.plane, content)
        elif is_on_a_pane(self._reading.state, (want.overlay.instance, want.plane)):
            # What lies ahead does not make them: it is asked for again once they are there.
            self._build_volumes(want.overlay)
        self._fetch()

    def _take_image_on_plane(self, slot: Hashable, want: WantedImageOnPlane, found: FusedImage) -> None:
        self._room.came(slot)
        for place, frame in found.read.items():
            self._store.put_frame(want.stack.frames[place], frame)
        self._store.put_image_on_plane(want.stack.id, want.plane, found.image)
        self._fetch()

    def _build_volumes(self, overlay: Overlay) -> None:
        """Make the voxels of a segmentation that a plane on the screen cuts across, once; planes wait without a thread."""
        slot, readers = ("volumes", overlay.instance), self._readers
        if self._runner.is_busy_with(slot) or not is_shown(overlay, self._reading.state):
            return
        self._volumes.budget_bytes = self._store.budget_bytes // _BUDGET_SHARE_OF_VOLUMES

        def work(control: JobControl) -> None:
            readers.build_volumes(overlay, check=control.went_on)

        def done(_: None) -> None:
            self._building.pop(slot, None)
            self._store.count_elsewhere(self._volumes.used_bytes)
            self._fetch_anew()

        self._building[slot] = overlay
        self._submit(slot, NEXT, work, done, label="Reading segmentation")

    def _take_range(self, stack: Stack, value_range: tuple[float, float] | None) -> None:
        self._store.put_value_range(stack.id, value_range if value_range is not None else (0.0, 1.0))

    def _submit(
        self,
        slot: Hashable,
        priority: int,
        work: Callable[[JobControl], object],
        done: Callable[..., None],
        *,
        label: str = "",
        part_done: Callable[..., None] | None = None,
    ) -> None:
        self._runner.submit(Job(slot, priority, work, done, raise_error, label, part_done))
