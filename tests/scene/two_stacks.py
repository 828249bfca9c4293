"""A CT stack in a pane and a PET of the same patient and space, whose values on the CT's planes are put there by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.imaging.test_choices import pet_of
from tests.scene.one_stack import COLUMNS, ROWS, FakeInputs, image_attributes, one_stack, ramp_pixels
from viewer.domain.image_attributes import DecodedFrame, FrameValues, ImageAttributes
from viewer.domain.instance import FrameKey, Source
from viewer.domain.library import Library
from viewer.reading.state import ReadingState
from viewer.representations.image_on_plane import ImageOnPlane

PET = "2.3#1"
SUVBW = 70_000 / (3.7e8 * 2 ** (-3600 / 6586.2))
"""What turns the values of the PET into SUV by body weight."""


def pet_attributes(**changes: object) -> ImageAttributes:
    known = {"modality": "PT", "units": "BQML", "pet": pet_of(), "frames": (FrameValues(),)}
    return image_attributes(**{**known, **changes})


def suv_ramp() -> NDArray[np.float32]:
    """SUV from 0 to 7.6 in steps of a tenth, row by row; the last pixel has no value."""
    values = (np.arange(ROWS * COLUMNS, dtype=np.float32) / 10 / SUVBW).reshape(ROWS, COLUMNS)
    values[-1, -1] = np.nan
    return values.astype(np.float32)


def two_stacks(
    slices: int = 3, *, values: NDArray[np.float32] | None = None, attributes: ImageAttributes | None = None
) -> tuple[ReadingState, FakeInputs]:
    """Return a state that shows the CT, and inputs with both; nothing is laid over yet."""
    state, inputs = one_stack([ramp_pixels()] * slices)
    (patient,) = state.content.library.patients
    (study,) = patient.studies
    (series,) = study.series
    (stack,) = series.stacks
    headers = tuple(
        replace(
            one,
            source=Source("file", f"pet{place}"),
            sop_instance_uid=f"1.8.{place}",
            series_instance_uid="2.3",
            modality="PT",
            series_description="Whole body",
        )
        for place, one in enumerate(series.instances)
    )
    planes = tuple(replace(plane, image=(f"1.8.{place}", 1)) for place, plane in enumerate(stack.planes))
    frames = tuple(FrameKey(header.key) for header in headers)
    other = replace(stack, id=PET, series_key="p", frames=frames, planes=planes)
    pet = replace(
        series,
        key="p",
        series_instance_uid="2.3",
        modality="PT",
        series_number=9,
        description="Whole body",
        instances=headers,
        stacks=(other,),
    )
    library = Library((replace(patient, studies=(replace(study, series=(series, pet)),)),))
    on_plane = suv_ramp() if values is None else values
    known = attributes or pet_attributes()
    for place, plane in enumerate(stack.planes):
        inputs.images[PET, plane] = ImageOnPlane(on_plane, known, 0)
        inputs.shown[headers[place].key] = known
        inputs.frames[frames[place]] = DecodedFrame(np.nan_to_num(on_plane).astype(np.uint16), ROWS)
    return replace(state, content=replace(state.content, library=library)), inputs
