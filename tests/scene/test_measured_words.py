"""What plates and tables say of measurements: lines with units, reasons where there is no number, and the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scene.one_stack import image_attributes, one_stack, ramp_pixels
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import (
    DecodedFrame,
    FrameValues,
    ImageAttributes,
    PaddingRange,
    RealWorldValueMapping,
    Rescale,
    Window,
)
from viewer.domain.measurement import ImageName, Measurement
from viewer.scene.measured_image import MeasuredImage, image_of_measurement, measured_image
from viewer.scene.measured_words import copied_words, measured_detail, measured_words, quantities_of
from viewer.scene.slice_scene import english

CT = image_attributes(frames=(FrameValues(Rescale(2.0, -1000.0, "HU"), (Window(40.0, 400.0),)),), rescale_type="HU")
BOX = Measurement("m", "rectangle", ImageName("1.1", "1.9", 1), ((2.0, 1.0), (8.0, 5.0)))


def image(attributes: ImageAttributes = CT, stored: np.ndarray | None = None) -> MeasuredImage:
    """Seven rows of 0.5 mm, eleven columns of 0.25 mm."""
    state, inputs = one_stack([ramp_pixels()], attributes=attributes)
    frame = state.frame_of(state.pane)
    assert frame is not None
    if stored is not None:
        inputs.frames[frame] = DecodedFrame(stored, 7)
    return measured_image(state, frame, state.content.library.stacks[0].planes[0], inputs)


def words(measurement: Measurement, of: MeasuredImage) -> list[str]:
    found = (*measured_words(measurement, of, english), *measured_detail(measurement, of, english))
    return [line.replace("\u00a0", " ").replace("\u2212", "-") for line in found]


def test_a_region_says_mean_extremes_area_the_way_around_and_its_pixels() -> None:
    values = ramp_pixels()[1:5, 2:8] * 2.0 - 1000
    assert words(BOX, image()) == [
        f"mean {values.mean():.1f} HU · SD {values.std():.1f} HU",
        f"min {values.min():.0f} HU · max {values.max():.0f} HU",
        "3.00 mm² · pixel spacing",
        "around 7.00 mm · 24 pixels",
    ]


def test_a_colour_image_and_a_region_of_padding_say_why_they_have_no_mean() -> None:
    colour = image_attributes(samples_per_pixel=3, photometric_interpretation="RGB", bits_allocated=8, bits_stored=8)
    shown = image(colour, np.zeros((7, 11, 3), np.uint8))
    assert words(BOX, shown) == ["3.00 mm² · pixel spacing", "colour image: no mean value", "around 7.00 mm"]
    padded = image(replace(CT, padding=PaddingRange(0, 65535)))
    assert words(BOX, padded)[1] == "no pixel with a value in it"
    assert [one.name for one in quantities_of(BOX, padded)] == ["area", "perimeter"]


def test_real_world_values_stand_beside_with_their_name_and_unit() -> None:
    adc = RealWorldValueMapping(0.5, 0.0, 0.0, 65535.0, CodedConcept("um2/s", "UCUM", "um2/s"), label="ADC")
    shown = image(replace(CT, frames=(replace(CT.frames[0], real_world=(adc,)),)))
    values = ramp_pixels()[1:5, 2:8] * 0.5
    assert words(BOX, shown)[2] == (
        f"ADC: mean {values.mean():.2f} um2/s · SD {values.std():.2f} um2/s · min {values.min():g} um2/s"
        f" · max {values.max():g} um2/s"
    )
    named = {one.name: one for one in quantities_of(BOX, shown)}
    assert named["ADC mean"].value == pytest.approx(values.mean())
    assert named["ADC mean"].unit == "um2/s"
    probe = replace(BOX, kind="probe", points=((8.6, 2.4),))
    assert words(probe, shown)[1] == f"ADC {ramp_pixels()[2, 8] * 0.5:.2f} um2/s"


def test_what_the_reader_wrote_comes_first_and_is_safe_to_show() -> None:
    named = replace(BOX, kind="length", text="node\n\u202egnp.exe")
    assert words(named, image())[:3] == ["node", "gnp.exe", "2.50 mm"]
    note = replace(BOX, kind="note", points=((1.0, 1.0),), text="one\ntwo")
    assert words(note, image()) == ["one", "two"]
    assert quantities_of(note, image()) == ()


def test_numbers_are_unrounded_with_unit_and_what_they_rest_on() -> None:
    line = replace(BOX, kind="length")
    (found,) = quantities_of(line, image())
    assert (found.value, found.unit, found.basis) == (pytest.approx(2.5), "mm", "pixel spacing")
    cross = replace(BOX, kind="cobb", points=((0.0, 0.0), (4.0, 0.0), (0.0, 4.0), (4.0, 4.0)))
    assert quantities_of(cross, image())[0].value == 0.0
    by_name = {one.name: one.value for one in quantities_of(BOX, image())}
    values = ramp_pixels()[1:5, 2:8] * 2.0 - 1000
    assert by_name == pytest.approx(
        {
            "area": 3.0,
            "perimeter": 7.0,
            "pixels": 24.0,
            "mean": values.mean(),
            "SD": values.std(),
            "minimum": values.min(),
            "maximum": values.max(),
        }
    )


def test_copied_words_have_common_spaces_and_minus_signs() -> None:
    text = copied_words(BOX, image(), english)
    assert text.splitlines()[0].startswith("mean -")
    assert text.isascii() or not set(text) & {"\u00a0", "\u202f", "\u2212"}


def test_a_measurement_of_an_image_that_is_not_open_has_no_image() -> None:
    state, inputs = one_stack([ramp_pixels()], attributes=CT)
    assert image_of_measurement(state, BOX, inputs) is None
