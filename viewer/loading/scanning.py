"""The jobs of opening: scan files into a library, read derived objects into overlays with their bindings."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.scan import ScanProgress, scan
from viewer.domain.binding import Binding, bind
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader, InstanceKey, Skipped
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.iods.registry import read_overlay
from viewer.loading.runner import JobControl

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
        for patient in library.patients
        for study in patient.studies
        for series in study.series
        if series.role != "image" or series.sop_class_uid == PARAMETRIC_MAP
        for instance in series.instances
    )


PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"


def read_one(header: InstanceHeader) -> Overlay | str:
    """Read one derived object; a sentence when that is impossible. Whatever a damaged file does stops here."""
    try:
        return read_overlay(header)
    except UnreadableDataset as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - the border of a file
        return f"The object could not be read ({type(error).__name__})."


def overlays_job(library: Library) -> Callable[[JobControl], None]:
    """Return the work that reads all derived objects of a library; it hands them over in batches."""

    def work(control: JobControl) -> None:
        headers = derived_instances(library)
        batch: OverlayBatch = ({}, {})
        last = time.monotonic()
        registrations: list[Overlay] = []
        for number, header in enumerate(sorted(headers, key=lambda h: h.modality != "REG")):
            control.check()
            overlay = read_one(header)
            if isinstance(overlay, str):
                batch[1][header.key] = overlay
            else:
                if overlay.kind == "registration":
                    registrations.append(overlay)
                batch[0][header.key] = (overlay, bind(overlay, library, tuple(registrations)))
            if time.monotonic() - last > _PART_EVERY_S:
                control.deliver_part(batch)
                control.progress(number / len(headers))
                batch, last = ({}, {}), time.monotonic()
        control.deliver_part(batch)

    return work
