"""Grayscale presentation states, written by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset

from tests.synthetic.identity import settle, uid

Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Mark:
    """One graphic in PIXEL units, (column, row) from the corner of the first pixel (PS3.3 C.10.5)."""

    graphic_type: str
    points: tuple[tuple[float, float], ...]
    filled: bool = False


@dataclass(frozen=True)
class Note:
    """One text; ``anchor`` or ``box`` in PIXEL units."""

    text: str
    anchor: tuple[float, float]


@dataclass(frozen=True)
class Annotation:
    """What is drawn on some images, in one layer."""

    images: tuple[Dataset, ...]
    layer: str
    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class StateResult:
    """What a presentation state says of itself."""

    name: str
    label: str = "STATE"
    description: str = "Synthetic presentation state"
    number: int = 300
    manufacturer: str = "Overread"
    model: str = "Synthetic marks"
    software: str = "1"
    date: str = "20260115"
    time: str = "101500"


def presentation_state(
    images: Sequence[Dataset],
    annotations: Sequence[Annotation],
    result: StateResult,
    *,
    window: tuple[float, float] | None = None,
    layer_colors: dict[str, tuple[int, int, int]] | None = None,
) -> Dataset:
    """Make a state over ``images``; the rescale of the images is copied, so that ``window`` is in modality units."""
    names = list(dict.fromkeys(annotation.layer for annotation in annotations))
    layers = {
        name: hd.pr.GraphicLayer(
            name,
            order=order,
            display_color=hd.color.CIELabColor.from_rgb(*layer_colors[name]) if layer_colors else None,
        )
        for order, name in enumerate(names, 1)
    }
    study = images[0].StudyInstanceUID
    made = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(images),
        series_instance_uid=uid(study, result.name, "series"),
        series_number=result.number,
        sop_instance_uid=uid(study, result.name, "instance"),
        instance_number=1,
        manufacturer=result.manufacturer,
        manufacturer_model_name=result.model,
        software_versions=result.software,
        device_serial_number="0",
        content_label=result.label,
        content_description=result.description,
        graphic_layers=list(layers.values()) or None,
        graphic_annotations=[_annotation(annotation, layers[annotation.layer]) for annotation in annotations] or None,
        modality_lut_transformation=hd.ModalityLUTTransformation(
            rescale_intercept=float(images[0].RescaleIntercept),
            rescale_slope=float(images[0].RescaleSlope),
            rescale_type="HU",
        )
        if "RescaleSlope" in images[0]
        else None,
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=window[0], window_width=window[1])]
        if window
        else None,
        series_description=result.description,
    )
    if "BodyPartExamined" in images[0]:
        # Without a body part the series would have to state a laterality (PS3.3 C.7.3.1).
        made.BodyPartExamined = images[0].BodyPartExamined
    settle(made, result.name, date=result.date, time=result.time)
    return made


def _annotation(annotation: Annotation, layer: hd.pr.GraphicLayer) -> hd.pr.GraphicAnnotation:
    return hd.pr.GraphicAnnotation(
        referenced_images=list(annotation.images),
        graphic_layer=layer,
        graphic_objects=[
            hd.pr.GraphicObject(mark.graphic_type, np.asarray(mark.points, float), "PIXEL", is_filled=mark.filled)
            for mark in annotation.marks
        ]
        or None,
        text_objects=[
            hd.pr.TextObject(note.text, units="PIXEL", anchor_point=note.anchor, anchor_point_visible=False)
            for note in annotation.notes
        ]
        or None,
    )
