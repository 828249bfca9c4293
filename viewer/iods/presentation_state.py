"""Softcopy presentation states: how images are to be shown, and what is drawn on them (PS3.3 A.33, PS3.4 Annex N).

Everything the state asks for and that is not applied stands in ``not_applied`` in words, and as an Issue: a state that is
applied in part must say so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final, Literal, cast

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.dicom.lookup_tables import read_lookup_table, read_palette
from viewer.dicom.overlay_planes import WANTED as PLANE_TAGS
from viewer.dicom.overlay_planes import read_overlay_planes
from viewer.dicom.wanted_items import tag
from viewer.domain.content_words import person_text
from viewer.domain.image_attributes import LookupTable, Palette, Rescale, VoiFunction, Window
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import issue
from viewer.domain.overlay import Overlay, Part, Places
from viewer.domain.presentation import DisplayedArea, GraphicLayer, PresentationState, VoiItem
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.references import ImageReference
from viewer.iods.advanced_blending import images_of_inputs, with_advanced_blending
from viewer.iods.blending import with_blending
from viewer.iods.elements import data, first_item, floats, integers, items, number, raw_item, text, texts
from viewer.iods.state_annotations import Annotations, read_annotations, referenced_images
from viewer.iods.state_shutter import shutter_group, state_shutter
from viewer.iods.state_subtraction import is_filtered, mask_displays, state_subtractions

_KINDS: Final = {
    "1.2.840.10008.5.1.4.1.1.11.1": "GRAYSCALE",
    "1.2.840.10008.5.1.4.1.1.11.2": "COLOR",
    "1.2.840.10008.5.1.4.1.1.11.3": "PSEUDO-COLOR",
    "1.2.840.10008.5.1.4.1.1.11.4": "BLENDING",
    "1.2.840.10008.5.1.4.1.1.11.5": "XA/XRF GRAYSCALE",
    "1.2.840.10008.5.1.4.1.1.11.6": "PLANAR MPR",
    "1.2.840.10008.5.1.4.1.1.11.7": "COMPOSITING PLANAR MPR",
    "1.2.840.10008.5.1.4.1.1.11.8": "ADVANCED BLENDING",
    "1.2.840.10008.5.1.4.1.1.11.9": "VOLUME RENDERING",
    "1.2.840.10008.5.1.4.1.1.11.10": "SEGMENTED VOLUME RENDERING",
    "1.2.840.10008.5.1.4.1.1.11.11": "MULTIPLE VOLUME RENDERING",
    "1.2.840.10008.5.1.4.1.1.11.12": "VARIABLE MODALITY LUT",
}

SOP_CLASSES: Final[tuple[str, ...]] = tuple(_KINDS)
"""SOP classes that this file reads (PS3.4 B.5)."""

_TABLE_TAGS: Final = (0x00283002, 0x00283003, 0x00283006)
"""LUT Descriptor, Explanation and Data."""

_NOT_APPLIED_KINDS: Final = {
    "PLANAR MPR": "a reformatted plane",
    "COMPOSITING PLANAR MPR": "a reformatted plane",
    "VOLUME RENDERING": "volume rendering",
    "SEGMENTED VOLUME RENDERING": "volume rendering",
    "MULTIPLE VOLUME RENDERING": "volume rendering",
    "VARIABLE MODALITY LUT": "modality values that vary over the image",
}

_NOT_APPLIED_ELEMENTS: Final = {
    "XAXRFFrameCharacteristicsSequence": "frame-wise edge enhancement",
}

_MOST_IMAGES: Final = 20_000
_DEEPEST: Final = 8
"""Images and levels of a view of a volume that are looked for."""

_PALETTE_TAGS: Final = tuple(
    tag(f"{segmented}{colour}PaletteColorLookupTable{what}")
    for colour in ("Red", "Green", "Blue")
    for segmented, what in (("", "Descriptor"), ("", "Data"), ("Segmented", "Data"))
)


def read(header: InstanceHeader) -> Overlay:
    """Read a presentation state.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed at all. What is not applied is an Issue of the overlay.
    """
    return state_overlay(read_dataset(header), header)


def state_overlay(dataset: Dataset, header: InstanceHeader) -> Overlay:
    """Return the overlay of a parsed presentation state; its parts are the graphic layers."""
    state, annotations = _read_state(dataset, header)
    provenance = _provenance(dataset, header)
    parts = tuple(_part(annotations, layer, provenance.origin) for layer in annotations.layers)
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="presentation_state",
        subtype=_KINDS.get(header.sop_class_uid, ""),
        label=state.label or state.description or "Presentation state",
        provenance=provenance,
        parts=parts,
        content=state,
        frame_of_reference_uids=(),
        references=state.images,
        referenced_series=tuple(dict.fromkeys(i.series_instance_uid for i in state.images if i.series_instance_uid)),
        places=_places(state),
        issues=header.issues + tuple(issue("state_incomplete", "warning", what=what) for what in state.not_applied),
    )


def _read_state(dataset: Dataset, header: InstanceHeader) -> tuple[PresentationState, Annotations]:
    kind = _KINDS.get(header.sop_class_uid, "")
    annotations = read_annotations(dataset)
    activations = _activations(dataset, annotations)
    little = dataset.original_encoding[1] is not False
    stored = read_overlay_planes(raw_item(dataset, PLANE_TAGS, little_endian=little), header, bits_allocated=0)
    shutter, shutter_not_applied = state_shutter(dataset, stored)
    planes = tuple(plane for plane in stored if plane.activation_layer and plane.group != shutter_group(dataset))
    palette = _palette_of(dataset, little_endian=little)
    subtractions, subtraction_not_applied = state_subtractions(dataset, _table)
    not_applied = [*annotations.not_applied, *subtraction_not_applied]
    if kind in _NOT_APPLIED_KINDS:
        not_applied.append(_NOT_APPLIED_KINDS[kind])
    not_applied += [what for keyword, what in _NOT_APPLIED_ELEMENTS.items() if keyword in dataset]
    if is_filtered(dataset):
        not_applied.append("edge enhancement")
    not_applied += shutter_not_applied
    if kind == "PSEUDO-COLOR" and palette is None:
        not_applied.append("a colour palette that it lacks")
    areas = tuple(filter(None, map(_displayed_area, items(dataset, "DisplayedAreaSelectionSequence"))))
    rotation = integers(dataset, "ImageRotation")[:1] or (0,)
    if rotation[0] % 90:
        not_applied.append(f"a rotation by {rotation[0]} degrees")
    shape = text(dataset, "PresentationLUTShape").upper()
    state = PresentationState(
        label=text(dataset, "ContentLabel"),
        description=text(dataset, "ContentDescription"),
        images=_all_images(dataset) if kind in _NOT_APPLIED_KINDS else _stated_images(dataset),
        layers=tuple(annotations.layers),
        graphics=tuple(annotations.graphics),
        texts=tuple(annotations.texts),
        overlay_planes=planes,
        activations=activations,
        presentation_lut_shape=cast(Literal["IDENTITY", "INVERSE", ""], shape) if shape in ("IDENTITY", "INVERSE") else "",
        presentation_lut=_first_table(dataset, "PresentationLUTSequence"),
        rotation=cast(Literal[0, 90, 180, 270], rotation[0] % 360 if rotation[0] % 90 == 0 else 0),
        flipped=text(dataset, "ImageHorizontalFlip").upper() == "Y",
        displayed_areas=areas,
        shutter=shutter,
        palette=palette if kind in ("PSEUDO-COLOR", "BLENDING") else None,
        icc_profile=data(dataset, "ICCProfile"),
        subtractions=subtractions,
        mask_displays=mask_displays(dataset),
        rendered=kind not in _NOT_APPLIED_KINDS,
    )
    state = _with_grey_stages(dataset, state)
    if kind == "BLENDING":
        both = with_blending(state, dataset, stages=_with_grey_stages, images_of=_images_of)
        if both is None:
            not_applied.append("blending of two series, one of which or whose palette it lacks")
        state = both or replace(state, palette=None)
    if kind == "ADVANCED BLENDING":
        own = partial(_palette_of, little_endian=little)
        state, lacking = with_advanced_blending(state, dataset, stages=_with_grey_stages, palette_of=own)
        not_applied += lacking
    return replace(state, not_applied=tuple(dict.fromkeys(not_applied))), annotations


def _with_grey_stages(item: Dataset, state: PresentationState) -> PresentationState:
    return replace(
        state,
        rescale=_rescale(item),
        modality_lut=_first_table(item, "ModalityLUTSequence"),
        voi=tuple(_voi_item(one) for one in items(item, "SoftcopyVOILUTSequence")),
    )


def _palette_of(item: Dataset, *, little_endian: bool) -> Palette | None:
    return read_palette(raw_item(item, _PALETTE_TAGS, little_endian=little_endian), signed=False, supplemental=False)


def _stated_images(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return what the state itself and what it blends refer to (PS3.3 C.11.11, C.11.14, C.11.33)."""
    owners = (dataset, *items(dataset, "BlendingSequence"))
    return (*(one for owner in owners for one in _images_of(owner)), *images_of_inputs(dataset))


def _all_images(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return every image that a state names anywhere: views of volumes have them in the sets of their inputs."""
    found: dict[str, ImageReference] = {}
    waiting = [(dataset, 0)]
    while waiting and len(found) < _MOST_IMAGES:
        current, depth = waiting.pop()
        for one in referenced_images(current, text(current, "SeriesInstanceUID")):
            found.setdefault(one.sop_instance_uid, one)
        if depth < _DEEPEST:
            waiting += [(below, depth + 1) for element in current if element.VR == "SQ" for below in element.value]
    return tuple(found.values())


def _images_of(owner: Dataset) -> tuple[ImageReference, ...]:
    return tuple(
        reference
        for series in items(owner, "ReferencedSeriesSequence")
        for reference in referenced_images(series, text(series, "SeriesInstanceUID"))
    )


def _activations(dataset: Dataset, annotations: Annotations) -> tuple[tuple[int, str], ...]:
    """Return (60xx group, layer) of every plane that the state switches on; a zero-length layer switches it off."""
    found: list[tuple[int, str]] = []
    for group in range(0x6000, 0x6020, 2):
        element = dataset.get((group, 0x1001))
        layer = str(element.value or "").strip() if element is not None else ""
        if layer:
            annotations.part_of_layer(layer)
            found.append((group, layer))
    return tuple(found)


def _rescale(dataset: Dataset) -> Rescale | None:
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    if slope is None or intercept is None:
        return None
    return Rescale(slope, intercept, text(dataset, "RescaleType"))


def _first_table(dataset: Dataset, keyword: str) -> LookupTable | None:
    item = first_item(dataset, keyword)
    return _table(item) if item is not None else None


def _table(item: Dataset) -> LookupTable | None:
    """Return a lookup table.

    The state does not know whether its input is signed: a table that would end above the range of unsigned words begins
    below zero.
    """
    descriptor = [value & 0xFFFF for value in integers(item, "LUTDescriptor")]
    signed = len(descriptor) == 3 and descriptor[1] >= 0x8000 and descriptor[1] + (descriptor[0] or 0x10000) > 0x10000
    return read_lookup_table(raw_item(item, _TABLE_TAGS), signed=signed)


def _voi_item(item: Dataset) -> VoiItem:
    centers, widths = floats(item, "WindowCenter"), floats(item, "WindowWidth")
    names = texts(item, "WindowCenterWidthExplanation")
    stated = text(item, "VOILUTFunction").upper()
    function = cast(VoiFunction, stated if stated in ("LINEAR", "LINEAR_EXACT", "SIGMOID") else "LINEAR")
    windows = tuple(
        Window(center, width, function, names[place] if place < len(names) else "")
        for place, (center, width) in enumerate(zip(centers, widths, strict=False))
        if np.isfinite(center) and np.isfinite(width)
    )
    luts = tuple(table for table in map(_table, items(item, "VOILUTSequence")) if table is not None)
    return VoiItem(windows, luts, referenced_images(item))


def _displayed_area(item: Dataset) -> DisplayedArea | None:
    first, last = integers(item, "DisplayedAreaTopLeftHandCorner"), integers(item, "DisplayedAreaBottomRightHandCorner")
    if len(first) != 2 or len(last) != 2:
        return None
    spacing, aspect = floats(item, "PresentationPixelSpacing"), integers(item, "PresentationPixelAspectRatio")
    return DisplayedArea(
        top_left=(first[0], first[1]),
        bottom_right=(last[0], last[1]),
        size_mode=text(item, "PresentationSizeMode").upper(),
        images=referenced_images(item),
        pixel_spacing_mm=(spacing[0], spacing[1]) if len(spacing) == 2 and min(spacing) > 0 else None,
        pixel_aspect_ratio=(aspect[0], aspect[1]) if len(aspect) == 2 and min(aspect) > 0 else None,
        magnification=number(item, "PresentationPixelMagnificationRatio"),
    )


def _part(annotations: Annotations, layer: GraphicLayer, origin: Origin) -> Part:
    color, stated = annotations.color_of(layer)
    label = layer.description or layer.name or "Annotations"
    return Part(layer.part, label, color, color_stated=stated, type=layer.name, origin=origin)


def _places(state: PresentationState) -> Places:
    """Return one place for each part and set of images that something is drawn on."""
    drawn = [(graphic.part, graphic.images or state.images) for graphic in state.graphics]
    drawn += [(mark.part, mark.images or state.images) for mark in state.texts]
    by_layer = {layer.name: layer.part for layer in state.layers}
    drawn += [(by_layer[name], state.images) for _, name in state.activations]
    distinct = list(dict.fromkeys(drawn))
    numbers = np.array([part for part, _ in distinct], dtype=np.int32)
    return Places(numbers, np.full((len(distinct), 4, 3), np.nan), tuple(images for _, images in distinct))


def _provenance(dataset: Dataset, header: InstanceHeader) -> Provenance:
    manufacturer = header.manufacturer or text(dataset, "Manufacturer")
    creator = person_text(text(dataset, "ContentCreatorName"))
    return Provenance(
        manufacturer=manufacturer,
        model=header.model or text(dataset, "ManufacturerModelName"),
        software_versions=header.software_versions or text(dataset, "SoftwareVersions"),
        creator="" if _is_maker(creator, manufacturer) else creator,
        content_date=text(dataset, "PresentationCreationDate") + text(dataset, "PresentationCreationTime").partition(".")[0],
    )


def _is_maker(creator: str, manufacturer: str) -> bool:
    """Say whether the creator is named as the maker: a product that writes its own name there states no person."""
    return bool(creator) and creator.casefold() in manufacturer.casefold()
