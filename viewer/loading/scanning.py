"""The jobs of opening: scan files into a library, read derived objects into overlays with their bindings."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.scan import ScanProgress, scan
from viewer.domain.binding import Binding
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader, InstanceKey, Skipped
from viewer.domain.joined import joined, joined_to
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.roles import overlay_kind
from viewer.iods.registry import read_overlay
from viewer.loading.runner import JobControl
from viewer.scene.strip import coverage_of

_PART_EVERY_S = 0.25
"""A library that grows is handed over this often, less often when building it takes long."""

_PROGRESS_EVERY_S = 0.1

OverlayBatch = tuple[dict[InstanceKey, tuple[Overlay, Binding]], dict[InstanceKey, str]]
"""Overlays with bindings, and sentences for what could not be read."""


def scan_job(paths: Sequence[Path]) -> Callable[[JobControl], Library]:
    """Return the work of a scan; it hands over the library so far as parts."""

    def work(control: JobControl) -> Library:
        headers: list[InstanceHeader] = []
        skipped: list[Skipped] = []
        started = last = told = time.monotonic()
        pause = _PART_EVERY_S

        def on_progress(progress: ScanProgress) -> None:
            nonlocal told
            if time.monotonic() - told > _PROGRESS_EVERY_S:
                told = time.monotonic()
                control.progress(None, count=progress.files)

        def library() -> Library:
            return build_library(headers, skipped, seconds=time.monotonic() - started, files=len(headers) + len(skipped))

        for found in scan(paths, on_progress=on_progress, cancelled=lambda: control.cancelled):
            control.check()
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                headers.append(found)
            if time.monotonic() - last > pause:
                before = time.monotonic()
                control.deliver_part(library())
                last = time.monotonic()
                pause = max(_PART_EVERY_S, 4 * (last - before))
        return library()

    return work


def derived_instances(library: Library) -> tuple[InstanceHeader, ...]:
    """Return what is to be read as an overlay: everything that is not a plain image, parametric maps included."""
    return tuple(
        instance
        for series in library.series
        if series.role != "image" or overlay_kind(series.sop_class_uid) is not None
        for instance in series.instances
    )


def is_registration(header: InstanceHeader) -> bool:
    """Say whether an instance joins Frames of Reference."""
    return overlay_kind(header.sop_class_uid) == "registration"


def read_one(header: InstanceHeader) -> Overlay | str:
    """Read one derived object; a sentence when that is impossible. Whatever a damaged file does stops here."""
    try:
        return read_overlay(header)
    except UnreadableDataset as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - the border of a file
        return f"The object could not be read ({type(error).__name__})."


def prepare_strips(overlay: Overlay, binding: Binding, library: Library) -> None:
    """Work out which frames an overlay touches, so that the window need not."""
    for entry in binding.lies_on:
        stack = library.stack(entry.stack_id)
        if stack is not None:
            coverage_of(overlay, stack)


def overlays_job(library: Library) -> Callable[[JobControl], None]:
    """Return the work that reads all derived objects of a library; it hands them over in batches.

    What they are together is only known when all are read: the last batch has those of which others say something.
    """

    def work(control: JobControl) -> None:
        headers = derived_instances(library)
        batch: OverlayBatch = ({}, {})
        last = time.monotonic()
        registrations: list[Overlay] = []
        read: dict[InstanceKey, tuple[Overlay, Binding]] = {}
        # Registrations first: then most of what follows is placed at once where it stays.
        for number, header in enumerate(sorted(headers, key=lambda one: not is_registration(one))):
            control.check()
            overlay = read_one(header)
            if isinstance(overlay, str):
                batch[1][header.key] = overlay
            else:
                if overlay.kind == "registration":
                    registrations.append(overlay)
                read[header.key] = batch[0][header.key] = joined_to(overlay, registrations, library)
                prepare_strips(*read[header.key], library)
            if time.monotonic() - last > _PART_EVERY_S:
                control.deliver_part(batch)
                control.progress(number / len(headers))
                batch, last = ({}, {}), time.monotonic()
        control.deliver_part(batch)
        together = joined([overlay for overlay, _ in read.values()], library)
        changed = {key: pair for key, pair in together.items() if pair[0] is not read[key][0] or pair[1] != read[key][1]}
        for overlay, binding in changed.values():
            prepare_strips(overlay, binding, library)
        if changed:
            control.deliver_part((changed, {}))

    return work
