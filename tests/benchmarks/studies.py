"""Large synthetic studies for the speed bars: a CT, a segmentation of 104 organs twice, contours, a report, many files.

Reduced by default, so that all bars together take minutes; ``OVERREAD_BENCH_FULL=1`` (packaging/bench) takes the sizes of
a whole-body scan.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileDataset
from pydicom.sr.coding import Code

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Kind, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set

FULL = bool(os.environ.get("OVERREAD_BENCH_FULL"))
SIDE, SEGMENTS, REGIONS, GROUPS = 512, 104, 100, 300
SLICES = 600 if FULL else 120
CONTOURS = 100 if FULL else 20
"""Of each region."""
FILES, SERIES = (10_000, 40) if FULL else (800, 4)


@dataclass(frozen=True)
class BodyStudy:
    """Where each object of the study lies."""

    folder: Path
    images: tuple[Path, ...]
    binary: Path
    labelmap: Path
    contours: Path
    report: Path


def body_study(folder: Path) -> BodyStudy:
    """Write the CT, the BINARY and the LABELMAP segmentation, the structure set and the report."""
    grid = Grid(shape=(SLICES, SIDE, SIDE), spacing_mm=(1.5, 0.7, 0.8), origin_mm=(-200.0, -180.0, -100.0))
    images = image_series(_tissue(), grid, Series("body", description="Body"))
    paths = save(images, folder / "ct", names=[f"{number:04}.dcm" for number in range(SLICES)])
    for image in images:
        del image.PixelData
    organs = organ_labels()
    parts = [Part(f"Organ {number}", tracking=f"organ {number}") for number in range(1, SEGMENTS + 1)]
    binary, labelmap = (_segmented(images, organs, parts, kind) for kind in ("BINARY", "LABELMAP"))
    (binary_path,) = save([binary], folder / "seg", names=["binary.dcm"])
    (labelmap_path,) = save([labelmap], folder / "labelmap", names=["labelmap.dcm"])
    with disable_value_validation():
        drawn = structure_set(images, _regions(grid), StructureSetResult("contours"))
    (contours_path,) = save([drawn], folder / "rtstruct", names=["contours.dcm"])
    report = measurement_report(images[:1], binary, _groups(parts), ReportResult("measurements"))
    (report_path,) = save([report], folder / "sr", names=["report.dcm"])
    return BodyStudy(folder, paths, binary_path, labelmap_path, contours_path, report_path)


def many_files(folder: Path) -> Path:
    """Write many small images in several series."""
    count = FILES // SERIES
    pixels = np.zeros((count, 64, 64), np.int16)
    for number in range(SERIES):
        grid = Grid(shape=(count, 64, 64), spacing_mm=(1.0 + number, 0.7, 0.8))
        series = Series(f"series {number}", number=number + 1, attributes=_usual())
        save(image_series(pixels, grid, series), folder / f"{number:02}")
    return folder


def _usual() -> tuple[tuple[str, Any], ...]:
    """Return what headers of real scanners have besides: requests, references with their purpose, protocol codes."""
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "113076", "DCM", "Segmentation"
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"
    reference.PurposeOfReferenceCodeSequence = [code]
    request = Dataset()
    request.RequestedProcedureID, request.ScheduledProcedureStepID = "1", "1"
    request.ScheduledProtocolCodeSequence = request.RequestedProcedureCodeSequence = [code]
    sequences = ("ReferencedImageSequence", "SourceImageSequence", "ReferencedStudySequence")
    return (
        *((keyword, [reference] * 4) for keyword in sequences),
        ("RequestAttributesSequence", [request]),
        ("ProcedureCodeSequence", [code]),
    )


def organ_labels() -> NDArray[np.uint8]:
    """Return (slices, rows, columns): 104 ellipsoids of all sizes, numbered from 1; each is seen somewhere."""
    rng = np.random.default_rng(104)
    labels = np.zeros((SLICES, SIDE, SIDE), np.uint8)
    shape = np.array(labels.shape)
    for number in range(1, SEGMENTS + 1):
        radius = rng.uniform((0.03, 0.03, 0.03), (0.1, 0.09, 0.09)) * shape
        center = rng.uniform(radius + 1 + 0.1 * shape * (0, 1, 1), shape * (1, 0.9, 0.9) - radius - 1)
        low, high = np.floor(center - radius).astype(int), np.ceil(center + radius).astype(int) + 1
        k, j, i = np.ogrid[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        inside = sum(((at - c) / r) ** 2 for at, c, r in zip((k, j, i), center, radius, strict=True)) < 1
        labels[low[0] : high[0], low[1] : high[1], low[2] : high[2]][inside] = number
    return labels


def _tissue() -> NDArray[np.int16]:
    rng = np.random.default_rng(7)
    noise = rng.integers(-60, 60, (SIDE + SLICES, SIDE), dtype=np.int16)
    rows, columns = np.ogrid[:SIDE, :SIDE]
    body = np.where(((rows - 250) / 170) ** 2 + ((columns - 256) / 230) ** 2 < 1, 40, -1000).astype(np.int16)
    return np.stack([body + noise[k : k + SIDE] for k in range(SLICES)])


def _segmented(images: list[FileDataset], organs: NDArray[np.uint8], parts: list[Part], kind: Kind) -> Dataset:
    return segmentation(images, organs, parts, Result(f"organs as {kind}"), kind=kind)


def _regions(grid: Grid) -> list[Region]:
    rng = np.random.default_rng(100)
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    regions = []
    for number in range(REGIONS):
        first = int(rng.integers(0, SLICES - CONTOURS)) if SLICES > CONTOURS else 0
        x, y = rng.uniform((-100, -80), (150, 120))
        a, b = rng.uniform(5, 50, 2)
        outlines = tuple(
            Outline(
                np.column_stack([x + a * np.cos(angles), y + b * np.sin(angles), np.full(100, grid.position(first + k)[2])])
            )
            for k in range(CONTOURS)
        )
        regions.append(Region(f"ROI {number + 1}", outlines))
    return regions


def _groups(parts: list[Part]) -> list[Group]:
    volume = Reading(Code("118565006", "SCT", "Volume"), 12.5, Code("mL", "UCUM", "milliliter"))
    density = Reading(Code("112031", "DCM", "Attenuation Coefficient"), 41.0, Code("[hnsf'U]", "UCUM", "Hounsfield unit"))
    return [Group(parts[number % SEGMENTS], (volume, density), segment=number % SEGMENTS + 1) for number in range(GROUPS)]
