"""A small open study, built by hand: two image series, a SEG, an unplaced RTSTRUCT, a broken object, a skipped file."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from viewer.domain.binding import Binding, LiesOn
from viewer.domain.instance import FrameKey, InstanceHeader, InstanceKey, Skipped, Source
from viewer.domain.issues import issue
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.overlay import Overlay, Part, PartMeasure
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.segmentation import Segmentation, SegmentationFrames
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.geometry.plane import Plane
from viewer.reading.state import Content, Pane, ReadingState

CT_STACK, MR_STACK = "1.2.ct#1", "1.2.mr#1"
SEG, RT, BROKEN = InstanceKey("file:/study/seg"), InstanceKey("file:/study/rt"), InstanceKey("file:/study/broken")


def header(name: str, series: str, modality: str, description: str) -> InstanceHeader:
    return InstanceHeader(
        Source("file", f"/study/{name}"), 100, f"1.9.{name}", "1.2.840", "1.2.840.1", "1.2", series,
        modality=modality, series_description=description,
    )  # fmt: skip


def image_series(stack_id: str, modality: str, description: str, number_of_images: int) -> Series:
    uid = stack_id.partition("#")[0]
    instances = tuple(header(f"{modality}{n}", uid, modality, description) for n in range(number_of_images))
    planes = tuple(
        Plane((0.0, 0.0, 5.0 * n), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.7, 0.5), (40, 30), frame_of_reference_uid="1.5")
        for n in range(number_of_images)
    )
    frames = tuple(FrameKey(instance.key) for instance in instances)
    stack = Stack(stack_id, uid, "", frames, planes, "axial", True, (5.0, 0.7, 0.5), None, "1.5", 40, 30)
    return Series(uid, uid, modality, 1, description, "1.2.840", "image", instances, (stack,))


def derived_series(name: str, modality: str, description: str) -> Series:
    uid = f"1.2.{name}"
    return Series(uid, uid, modality, 9, description, "1.2.841", "overlay", (header(name, uid, modality, description),))


def segmentation(number_of_segments: int = 3, *, kind: str = "BINARY") -> Overlay:
    labels = ("Liver", "Spleen", "Left kidney", *(f"Structure {n}" for n in range(number_of_segments)))
    parts = tuple(
        Part(n + 1, labels[n], (10 + n % 200, 120, 200), category="Organ" if n < 2 else "Other", origin=Origin.AI)
        for n in range(number_of_segments)
    )
    nothing = np.zeros((0, 3))
    frames = SegmentationFrames(np.zeros(0, np.int32), nothing, np.zeros((0, 6)), ())
    content = Segmentation(kind, 40, 30, frames, (), (0.7, 0.5), 5.0, "1.5")  # type: ignore[arg-type]
    provenance = Provenance(algorithm_type="AUTOMATIC", algorithm_name="Organs", algorithm_version="2")
    return Overlay(
        SEG, "1.9.seg", "1.2.seg", "P1", "segmentation", "BINARY SEG", "Organs", provenance, parts, content, ("1.5",), ()
    )


def structure_set() -> Overlay:
    parts = (Part(7, "<b>PTV</b>", (250, 0, 0)),)
    return Overlay(
        RT, "1.9.rt", "1.2.rt", "P1", "structure_set", "RTSTRUCT", "Plan", Provenance(), parts, StructureSet(()), (), ()
    )


def small_state(number_of_segments: int = 3, *, kind: str = "BINARY") -> ReadingState:
    """Return the state: the CT is hung at its second image; the SEG lies on the CT, the RTSTRUCT nowhere."""
    study = Study(
        "1.2", "1.2", "20240229", "", "Abdomen",
        (
            image_series(CT_STACK, "CT", "Torso", 4),
            image_series(MR_STACK, "MR", "T2", 2),
            derived_series("seg", "SEG", "Organs of CT"),
            derived_series("rt", "RTSTRUCT", "Plan"),
            derived_series("broken", "SR", "Measurements"),
        ),
    )  # fmt: skip
    patient = Patient("P1", "P1", "Doe^Jane <b>x</b>\u202e", "", "F", (study,), "064Y")
    library = Library((patient,), (Skipped("/study/notes.txt", "Not a DICOM file."),), files=10)
    refusal = issue("source_not_loaded", "warning", count=12, series="")
    content = Content(
        library,
        MappingProxyType({SEG: segmentation(number_of_segments, kind=kind), RT: structure_set()}),
        MappingProxyType(
            {
                SEG: Binding(SEG, (LiesOn(CT_STACK, "frame_of_reference", True, (0, 3), "Same Frame of Reference."),)),
                RT: Binding(RT, (), refusal),
            }
        ),
        MappingProxyType({SEG: {1: PartMeasure(1000, 683.42), 2: PartMeasure(0, 0.0, state="empty")}}),
        MappingProxyType({BROKEN: "The file is damaged: it ends in the middle."}),
    )
    return ReadingState(content=content, panes=(Pane(CT_STACK, 1),))


def with_second_pane(state: ReadingState) -> ReadingState:
    """Return a state of two viewports, the second empty."""
    return replace(state, panes=(*state.panes, Pane()), layout="1x2")
