"""Looks at claims in the background: computes reported numbers again, finds doubts, takes digests of what was opened."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from viewer.dicom.byte_reader import BytesUnavailable, open_stored
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.checked import Checks, NumberCheck
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.stack import Stack
from viewer.imaging.body_extent import BodyExtent, body_extent
from viewer.imaging.shown_values import modality_picture
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.pixel_numbers import PixelNumbers
from viewer.loading.readers import Readers
from viewer.loading.runner import Job, JobControl, Runner
from viewer.reading.changes.library import checks_made, digests_made
from viewer.reading.doubts import BodyAt, PartsAt, SharedBy, doubts_of
from viewer.reading.exclusive_parts import Pair
from viewer.reading.findings import findings_of
from viewer.reading.number_checks import number_checks
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.representations.on_plane import OnPlane
from viewer.representations.part_voxels import shared_voxels
from viewer.representations.volume_grid import NoGrid

_PRIORITY = 15_000
"""After everything that is seen."""
_CHUNK = 1 << 20
_DIGEST_BYTES = 16


class Checking:
    """Follows a reading and keeps what was checked up to date with what is open."""

    def __init__(self, reading: Reading, runner: Runner, worker: DecodeWorker) -> None:
        self._reading, self._runner, self._worker = reading, runner, worker
        self._stop = reading.connect(self._follow)

    def close(self) -> None:
        """Stop following."""
        self._stop()

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        before, whole = old.whole, new.whole
        if whole.scanning or not whole.overlays:
            return
        claimed = before.overlays is whole.overlays and before.measures is whole.measures
        if not claimed or before.tolerances != whole.tolerances:
            # What is still being looked at is no longer all that is open: it is looked at once more.
            self._runner.cancel("checks")
            self._submit("checks", checks_job(whole, self._worker), lambda made: self._take(whole, made))
        if before.overlays is not whole.overlays:
            missing = [whole.library.instance(key) for key in whole.overlays if key not in whole.digests]
            if missing:
                self._submit("digests", digests_job(missing), self._take_digests)

    def _submit(self, slot: str, work: Callable[[JobControl], object], done: Callable[[Any], None]) -> None:
        self._runner.submit(Job(slot, _PRIORITY, work, done, _forget))

    def _take_digests(self, made: Mapping[InstanceKey, str]) -> None:
        self._reading.apply(digests_made, made)

    def _take(self, asked: Content, made: Checks) -> None:
        now = self._reading.state.whole
        if now.library is asked.library and now.tolerances == asked.tolerances:
            self._reading.apply(checks_made, made)


def _forget(_: Exception) -> None:
    """Do nothing: a check that failed is no news, the number stays unchecked and its row says so."""


def checks_job(content: Content, worker: DecodeWorker) -> Callable[[JobControl], Checks]:
    """Return the work that checks everything that content claims."""

    def work(control: JobControl) -> Checks:
        return checks_of(content, Readers(content.library, worker), check=control.check)

    return work


def checks_of(content: Content, readers: Readers, *, check: Callable[[], None] = lambda: None) -> Checks:
    """Return what was found when claims were looked at; also for commands and tests."""
    findings = findings_of(content)
    numbers: dict[str, tuple[NumberCheck, ...]] = {}
    for one in number_checks(content, findings, PixelNumbers(content, readers, check=check)):
        numbers[one.finding] = (*numbers.get(one.finding, ()), one)
    doubts = doubts_of(
        content,
        findings,
        body_reader(readers, check=check),
        parts_reader(readers, check=check),
        shared_reader(content, readers, check=check),
    )
    return Checks(MappingProxyType(numbers), doubts, done=True)


def parts_reader(readers: Readers, *, check: Callable[[], None] = lambda: None) -> PartsAt:
    """Return what finds the parts on a frame; ``check`` raises when the work is no longer wanted."""

    def parts_at(overlay: Overlay, stack: Stack, place: int) -> frozenset[int]:
        check()
        found = readers.on_plane(overlay, stack.planes[place])
        return found.parts_here if isinstance(found, OnPlane) else frozenset()

    return parts_at


def shared_reader(content: Content, readers: Readers, *, check: Callable[[], None] = lambda: None) -> SharedBy:
    """Return what counts the voxels that parts share; an object that cannot be read shares none that anybody knows of."""

    def shared_by(overlay: Overlay, pairs: Sequence[Pair]) -> Mapping[Pair, int]:
        binding = content.bindings.get(overlay.instance)
        stack = content.library.stack(binding.default_stack_id or "") if binding is not None else None
        try:
            return shared_voxels(overlay, pairs, readers.read_frame_of(overlay), stack, check=check)
        except (NoGrid, FrameNotRead, UnreadableDataset):
            return {}

    return shared_by


def body_reader(readers: Readers, *, check: Callable[[], None] = lambda: None) -> BodyAt:
    """Return what finds the body on a frame, each looked at once; ``check`` raises when the work is no longer wanted."""
    known: dict[tuple[str, int], BodyExtent | None] = {}

    def body_at(stack: Stack, place: int) -> BodyExtent | None:
        key = (stack.id, place)
        if key not in known:
            check()
            known[key] = _body_on(readers, stack, place)
        return known[key]

    return body_at


def _body_on(readers: Readers, stack: Stack, place: int) -> BodyExtent | None:
    frame = stack.frames[place]
    attributes, decoded = readers.attributes(frame.instance), readers.frame(frame)
    if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame) or decoded.stored.ndim != 2:
        return None
    if attributes.modality not in ("CT", "MR"):
        return None
    return body_extent(modality_picture(decoded, attributes, index=frame.index), modality=attributes.modality)


def digests_job(headers: Iterable[InstanceHeader]) -> Callable[[JobControl], Mapping[InstanceKey, str]]:
    """Return the work that takes the digests of the stored bytes of instances; what cannot be read has none."""

    def work(control: JobControl) -> Mapping[InstanceKey, str]:
        found: dict[InstanceKey, str] = {}
        for header in headers:
            control.check()
            try:
                found[header.key] = digest_of(header, check=control.check)
            except (BytesUnavailable, OSError):
                continue
        return found

    return work


def digest_of(header: InstanceHeader, *, check: Callable[[], None] = lambda: None) -> str:
    """Return the digest of the stored bytes of an instance. Raises BytesUnavailable."""
    made = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    stored = open_stored(header.source)
    try:
        for offset in range(0, stored.size, _CHUNK):
            check()
            made.update(stored.read(offset, _CHUNK))
    finally:
        stored.close()
    return made.hexdigest()
