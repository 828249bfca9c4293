"""Presentation states that colour and mix the sample images; each is applied only when the reader asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highdicom as hd
from pydicom.dataset import Dataset

from sample_data.colours import grey_palette, srgb_profile, warm_palette
from tests.synthetic.identity import settle, uid
from tests.synthetic.segmentation import Algorithm

BLENDING = "1.2.840.10008.5.1.4.1.1.11.4"
OPACITY = 0.4
DIFFUSION_WINDOW, CT_WINDOW = (1500.0, 3000.0), (40.0, 400.0)


def coloured(images: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make a pseudo-colour state: the diffusion map from black over red to white."""
    name = "diffusion colours"
    made = hd.pr.PseudoColorSoftcopyPresentationState(
        referenced_images=list(images),
        palette_color_lut_transformation=warm_palette(),
        icc_profile=srgb_profile(),
        **_identity(images[0], name, 335, "DIFFUSION", "Apparent diffusion in colour", made_by),
    )
    made.SoftcopyVOILUTSequence = [_window(DIFFUSION_WINDOW)]
    return _settled(made, name)


def blended(under: Sequence[Dataset], over: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make a blending state: the diffusion map in colour over the CT (PS3.3 A.33.4)."""
    name = "diffusion over CT"
    made = hd.pr.PseudoColorSoftcopyPresentationState(
        referenced_images=list(under),
        palette_color_lut_transformation=warm_palette(),
        icc_profile=srgb_profile(),
        **_identity(under[0], name, 336, "DIFFUSION_ON_CT", "Diffusion blended over the CT", made_by),
    )
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = BLENDING
    # What they say of one series, each of the two sets says for itself.
    of_one = ("ReferencedSeriesSequence", "RescaleIntercept", "RescaleSlope", "RescaleType", "SoftcopyVOILUTSequence")
    for keyword in of_one:
        if keyword in made:
            del made[keyword]
    sets = (("SUPERIMPOSED", over, DIFFUSION_WINDOW), ("UNDERLYING", under, CT_WINDOW))
    made.BlendingSequence = [_set(position, images, window) for position, images, window in sets]
    made.RelativeOpacity = OPACITY
    return _settled(made, name)


def mixed(under: Sequence[Dataset], over: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make an advanced blending state: the same mixture, with diffusion below a threshold left out (PS3.3 A.33.7)."""
    name = "slow diffusion over CT"
    inputs = [_input(1, under, CT_WINDOW, grey_palette()), _input(2, over, DIFFUSION_WINDOW, warm_palette())]
    inputs[0].GeometryForDisplay = "TRUE"
    threshold, value = Dataset(), Dataset()
    value.ThresholdValue = 1100.0
    low = Dataset()
    low.ThresholdValue = 500.0
    threshold.ThresholdType, threshold.ThresholdValueSequence = "RANGE_INCL", [low, value]
    inputs[1].ThresholdSequence = [threshold]
    display = hd.pr.BlendingDisplay(
        "FOREGROUND", [hd.pr.BlendingDisplayInput(2), hd.pr.BlendingDisplayInput(1)], relative_opacity=0.6
    )
    made = hd.pr.AdvancedBlendingPresentationState(
        referenced_images=[*under, *over],
        blending=inputs,
        blending_display=[display],
        icc_profile=srgb_profile(),
        **_identity(under[0], name, 337, "SLOW_DIFFUSION", "Slow diffusion over the CT", made_by),
    )
    return _settled(made, name)


def _identity(of: Dataset, name: str, number: int, label: str, description: str, made_by: Algorithm) -> dict[str, Any]:
    return {
        "series_instance_uid": uid(of.StudyInstanceUID, name, "series"),
        "series_number": number,
        "sop_instance_uid": uid(of.StudyInstanceUID, name, "instance"),
        "instance_number": 1,
        "manufacturer": made_by.manufacturer,
        "manufacturer_model_name": made_by.name,
        "software_versions": made_by.version,
        "device_serial_number": "0",
        "content_label": label,
        "content_description": description,
        "series_description": description,
    }


def _settled(made: Dataset, name: str) -> Dataset:
    made.BodyPartExamined = "ABDOMEN"
    settle(made, name, date="20260115", time="100000")
    return made


def _input(
    number: int,
    images: Sequence[Dataset],
    window: tuple[float, float],
    palette: hd.PaletteColorLUTTransformation,
) -> Dataset:
    rescale = None
    if "RescaleSlope" in images[0]:
        rescale = hd.ModalityLUTTransformation(
            rescale_intercept=float(images[0].RescaleIntercept),
            rescale_slope=float(images[0].RescaleSlope),
            rescale_type="HU",
        )
    return hd.pr.AdvancedBlending(
        referenced_images=list(images),
        blending_input_number=number,
        modality_lut_transformation=rescale,
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(*window)],
        palette_color_lut_transformation=palette,
    )


def _set(position: str, images: Sequence[Dataset], window: tuple[float, float]) -> Dataset:
    made, series = Dataset(), Dataset()
    made.BlendingPosition = position
    made.StudyInstanceUID = images[0].StudyInstanceUID
    series.SeriesInstanceUID = images[0].SeriesInstanceUID
    series.ReferencedImageSequence = []
    for image in images:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        series.ReferencedImageSequence.append(reference)
    made.ReferencedSeriesSequence = [series]
    in_hu = "RescaleSlope" in images[0]
    made.RescaleIntercept, made.RescaleSlope = (images[0].RescaleIntercept, images[0].RescaleSlope) if in_hu else ("0", "1")
    made.RescaleType = "HU" if in_hu else "US"
    made.SoftcopyVOILUTSequence = [_window(window)]
    return made


def _window(window: tuple[float, float]) -> Dataset:
    made = Dataset()
    made.WindowCenter, made.WindowWidth = (str(value) for value in window)
    return made
