"""What stands at a pixel."""

from __future__ import annotations

import numpy as np

from tests.imaging.test_grey import attributes_of
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import (
    DecodedFrame,
    FrameValues,
    PaddingRange,
    Palette,
    RealWorldValueMapping,
    Rescale,
)
from viewer.imaging.probe import Probe, value_at

FRAME = DecodedFrame(np.array([[1, 2, 3], [4, 5, -2000], [0, 0, 0]], np.int16), whole=2)


def test_a_value_has_its_unit_and_every_real_world_value() -> None:
    mapping = RealWorldValueMapping(0.5, 1.0, 0, 4, CodedConcept("g/ml{SUVbw}", "UCUM", "SUV"), "SUVbw")
    attributes = attributes_of(rescale_type="HU", frames=(FrameValues(Rescale(2, -10), real_world=(mapping,)),))
    found = value_at(FRAME, attributes, index=0, column=2, row=0)
    assert (found.state, found.value, found.unit, found.stored) == ("value", -4.0, "HU", 3.0)
    assert (found.real_world[0].value, found.real_world[0].unit, found.real_world[0].label) == (2.5, "g/ml{SUVbw}", "SUVbw")
    outside_the_mapping = value_at(FRAME, attributes, index=0, column=1, row=1)
    assert outside_the_mapping.real_world[0].value is None


def test_column_and_row_are_not_exchanged() -> None:
    assert value_at(FRAME, attributes_of(), index=0, column=0, row=1).value == 4


def test_what_is_no_pixel_says_why() -> None:
    attributes = attributes_of(padding=PaddingRange(-2000, -2000))
    assert value_at(FRAME, attributes, index=0, column=2, row=1) == Probe("padding", stored=-2000.0)
    assert value_at(FRAME, attributes, index=0, column=0, row=2).state == "missing"
    assert value_at(FRAME, attributes, index=0, column=3, row=0).state == "outside"
    assert value_at(FRAME, attributes, index=0, column=-1, row=0).state == "outside"
    floats = DecodedFrame(np.array([[np.nan, 0.25]], np.float32), 1)
    assert value_at(floats, attributes, index=0, column=0, row=0).state == "no_number"
    assert value_at(floats, attributes, index=0, column=1, row=0).value == 0.25


def test_colour_is_given_as_shown() -> None:
    palette = Palette(*(np.array([value, value + 1], np.uint8) for value in (1, 5, 9)), first=2)
    attributes = attributes_of(photometric_interpretation="PALETTE COLOR", palette=palette)
    found = value_at(FRAME, attributes, index=0, column=2, row=0)
    assert (found.state, found.rgb, found.stored) == ("colour", (2, 6, 10), 3.0)
