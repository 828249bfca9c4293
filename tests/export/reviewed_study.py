"""A study with a result of every kind that a reader decides on, opened, and decisions on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from tests.synthetic import content_items as made
from tests.synthetic.identity import Study, as_file, save, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import OF_INTEREST, key_objects
from tests.synthetic.presentation_state import Annotation, Mark, StateResult, presentation_state
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import LEFT, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.decision import Decision, Verdict, decided_parts
from viewer.export.review_record import ReviewedContent, ReviewRecord, Signature, reviewed_content
from viewer.loading.eager import EagerInputs
from viewer.loading.pixel_numbers import PixelNumbers
from viewer.reading.changes.review import single
from viewer.reading.state import Content

GRID = Grid(shape=(5, 7, 11))
AT = "2026-11-20T17:30:05+00:00"
VOLUME, MILLILITRE = Code("118565006", "SCT", "Volume"), Code("ml", "UCUM", "ml")
KIDNEY = Part(
    "Kidney",
    codes.SCT.Kidney,
    tracking="kidney",
    laterality=LEFT,
    regions=(Code("64033007", "SCT", "Kidney"),),
)
VOLUME_NAME: made.Code = ("118565006", "SCT", "Volume")
VERDICTS: tuple[Verdict, ...] = ("accepted", "rejected", "uncertain", "modified")
DIAMETER = ("7.50", (3.0, 2.0, 9.0, 2.0))
"""A length as written, and the ends of its line: (column, row)."""


def images(study: Study | None = None) -> list[Dataset]:
    return [*image_series(np.zeros(GRID.shape, np.int16), GRID, Series(study=study or Study()))]


def segmented(source: Sequence[Dataset]) -> Dataset:
    """Two boxes of different size on neighbouring slices."""
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[1:3, 1:4, 2:7, 0] = 1
    pixels[2:5, 4:6, 5:10, 1] = 1
    return segmentation(source, pixels, (KIDNEY, Part("Spot")), Result("organs"))


def line_report(source: Dataset) -> Dataset:
    """A report of a length drawn on an image, and of a number without a value."""
    group = made.container(
        made.GROUP,
        made.coded(made.FINDING, ("27925004", "SCT", "Nodule")),
        made.number(
            made.DIAMETER,
            DIAMETER[0],
            made.MILLIMETRE,
            made.region("POLYLINE", DIAMETER[1], made.image(source.SOPInstanceUID, frames=[1])),
        ),
        made.number(VOLUME_NAME, None, made.MILLIMETRE, qualifier=("114011", "DCM", "Measurement not attempted")),
    )
    document = made.document(made.REPORT, group)
    Study().fill(document)
    document.StudyInstanceUID, document.PatientID = source.StudyInstanceUID, source.PatientID
    document.SOPClassUID, document.Modality = made.COMPREHENSIVE_3D, "SR"
    document.SOPInstanceUID, document.SeriesInstanceUID = uid("line", "instance"), uid("line", "series")
    return as_file(document)


def everything(study: Study | None = None) -> list[Dataset]:
    """Images, a segmentation, a report of it, a drawn length, contours, marks and key images."""
    source = images(study)
    organs = segmented(source)
    volume = Group(KIDNEY, (Reading(VOLUME, 12.25, MILLILITRE),), segment=1)
    corners = np.array([[-29.0, -19.0, 105.0], [-28.0, -19.0, 105.0], [-28.0, -17.5, 105.0]])
    return [
        *source,
        organs,
        measurement_report(source, organs, [volume], ReportResult("volumes")),
        line_report(source[1]),
        structure_set(
            source, [Region("GTV", (Outline(corners, image=source[2]),), interpreted_type="GTV")], StructureSetResult("rt")
        ),
        presentation_state(
            source,
            [Annotation((source[3],), "AI", marks=(Mark("POLYLINE", ((1.0, 1.0), (6.0, 3.0))),))],
            StateResult("marks"),
        ),
        key_objects(source[2:3], OF_INTEREST),
    ]


def opened(folder: Path) -> Content:
    library = open_library([folder])
    return content_of(list(read_layers(library)), library)


def study_in(folder: Path, datasets: Sequence[Dataset] | None = None) -> ReviewedContent:
    save(datasets if datasets is not None else everything(), folder)
    return known_of(opened(folder))


def known_of(content: Content) -> ReviewedContent:
    with EagerInputs(content.library, {}) as inputs:
        return reviewed_content(content, PixelNumbers(content, inputs.readers))


def decided(known: ReviewedContent, *, undecided: int = 0) -> dict[str, Decision]:
    """One decision a finding, of every verdict in turn, the last ones left undecided."""
    findings = single(known.findings)
    chosen = findings[: len(findings) - undecided]
    return {
        one.id: Decision(
            one.id,
            one.study_instance_uid,
            verdict,
            reasons=("wrong_side", "eigene Worte") if verdict == "rejected" else (),
            note="größer als gemessen" if verdict == "modified" else "",
            at=AT,
            parts=decided_parts(one, known.content.digests),
            label=one.label,
        )
        for one, verdict in zip(chosen, cycle(VERDICTS), strict=False)
    }


def record(known: ReviewedContent, decisions: Mapping[str, Decision], signature: Signature | None = None) -> ReviewRecord:
    study = known.findings[0].study_instance_uid
    return known.record(study, decisions, signature or Signature("Jane Doe"), AT)
