"""Microscopy Bulk Simple Annotations (PS3.3 A.87), made by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from tests.synthetic.identity import settle, uid


@dataclass(frozen=True)
class Group:
    """One group: arrays of (points, 2) on the matrix or (points, 3) mm, one an annotation."""

    label: str
    shape: str
    annotations: Sequence[NDArray[np.generic]]
    automatic: bool = True
    areas: Sequence[float] = ()


def bulk_annotations(
    slide: Dataset,
    groups: Sequence[Group],
    *,
    three_dimensional: bool = False,
    name: str = "annotations",
    time: str = "113000",
) -> Dataset:
    """Annotate one level of a slide."""
    made = hd.ann.MicroscopyBulkSimpleAnnotations(
        source_images=[slide],
        annotation_coordinate_type="3D" if three_dimensional else "2D",
        annotation_groups=[_group(number, group) for number, group in enumerate(groups, start=1)],
        series_instance_uid=uid(slide.StudyInstanceUID, name, "series"),
        series_number=30,
        sop_instance_uid=uid(slide.StudyInstanceUID, name, "instance"),
        instance_number=1,
        manufacturer="Overread",
        manufacturer_model_name="Synthetic",
        software_versions="1",
        device_serial_number="0",
        content_description="Synthetic annotations",
        content_label="ANNOTATIONS",
    )
    settle(made, name, date="20260115", time=time)
    return made


def _group(number: int, group: Group) -> hd.ann.AnnotationGroup:
    algorithm = hd.AlgorithmIdentificationSequence("Cell finder", codes.DCM.ArtificialIntelligence, "3.0")
    measurements = []
    if group.areas:
        values = np.array(group.areas, np.float32)
        measurements = [hd.ann.Measurements(codes.SCT.Area, values, codes.UCUM.SquareMicrometer)]
    return hd.ann.AnnotationGroup(
        number=number,
        uid=uid("group", group.label),
        label=group.label,
        annotated_property_category=codes.SCT.AnatomicalStructure,
        annotated_property_type=codes.SCT.Nucleus,
        graphic_type=group.shape,
        graphic_data=list(group.annotations),
        algorithm_type="AUTOMATIC" if group.automatic else "MANUAL",
        algorithm_identification=algorithm if group.automatic else None,
        measurements=measurements or None,
    )
