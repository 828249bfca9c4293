"""Which reader reads which SOP class: one literal table. A class that is not in it is listed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from viewer.domain.image_attributes import ImageAttributes, OverlayPlane
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay, Part
from viewer.domain.palette import is_repeated, part_color
from viewer.domain.presentation import GraphicLayer, PresentationState
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.iods import (
    bulk_annotations,
    color_palette,
    dose,
    encapsulated_document,
    listed,
    parametric_map,
    plan,
    presentation_state,
    real_world_map,
    segmentation,
    structure_set,
    structured_report,
    surface_segmentation,
    waveform,
)

READERS: Final[tuple[tuple[tuple[str, ...], Callable[[InstanceHeader], Overlay]], ...]] = (
    (segmentation.SOP_CLASSES, segmentation.read),
    (structure_set.SOP_CLASSES, structure_set.read),
    (bulk_annotations.SOP_CLASSES, bulk_annotations.read),
    (surface_segmentation.SOP_CLASSES, surface_segmentation.read),
    (presentation_state.SOP_CLASSES, presentation_state.read),
    (structured_report.SOP_CLASSES, structured_report.read),
    (real_world_map.SOP_CLASSES, real_world_map.read),
    (encapsulated_document.SOP_CLASSES, encapsulated_document.read),
    (color_palette.SOP_CLASSES, color_palette.read),
    (waveform.SOP_CLASSES, waveform.read),
    (parametric_map.SOP_CLASSES, parametric_map.read),
    (dose.SOP_CLASSES, dose.read),
    (plan.SOP_CLASSES, plan.read),
)
"""SOP classes and the reader of their objects."""

_READER_BY_CLASS: Final = {uid: reader for uids, reader in READERS for uid in uids}


def read_overlay(header: InstanceHeader) -> Overlay:
    """Return what a derived object brings besides images; kinds that are not drawn say so in their issues.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    return _READER_BY_CLASS.get(header.sop_class_uid, listed.read)(header)


OVERLAY_PLANES: Final = "OVERLAY PLANES"
"""Subtype of the overlay that an image brings by itself."""


def overlay_planes_of(header: InstanceHeader, attributes: ImageAttributes) -> Overlay | None:
    """Return the 60xx overlay planes of an image as an overlay with one part a group; None when it has none.

    They are a presentation of the image by itself, each plane its own layer (PS3.3 C.9.2).
    """
    planes = attributes.overlay_planes
    if not planes:
        return None
    image = ImageReference(header.sop_instance_uid, header.sop_class_uid, header.series_instance_uid)
    names = [f"60{plane.group & 0xFF:02x}" for plane in planes]
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="other",
        subtype=OVERLAY_PLANES,
        label="Overlay planes of the image",
        provenance=Provenance(header.manufacturer, header.model, header.software_versions),
        parts=tuple(_part_of_plane(index, plane) for index, plane in enumerate(planes)),
        content=PresentationState(
            label="Overlay planes",
            description="",
            images=(image,),
            layers=tuple(GraphicLayer(name, order=index, part=index + 1) for index, name in enumerate(names)),
            overlay_planes=planes,
            activations=tuple((plane.group, name) for plane, name in zip(planes, names, strict=True)),
        ),
        frame_of_reference_uids=(),
        references=(image,),
        referenced_series=(header.series_instance_uid,),
    )


def _part_of_plane(index: int, plane: OverlayPlane) -> Part:
    words = plane.label or plane.description
    name = f"Overlay 60{plane.group & 0xFF:02x}"
    return Part(
        number=index + 1,
        label=f"{name}: {words}" if words else name,
        color=part_color(index),
        type="region of interest" if plane.kind == "R" else "graphics",
        dashed=is_repeated(index),
    )
