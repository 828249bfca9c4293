"""Colour maps: DICOM's own palettes entry for entry, and what a grey image looks like through one."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.pixels import apply_color_lut

from tests.imaging.test_grey import attributes_of
from viewer.domain.image_attributes import DecodedFrame, PaddingRange, Window
from viewer.imaging.colour_maps import COLOUR_MAPS, FUSED_DEFAULT, GREY, ColourMap, colour_map
from viewer.imaging.grey import display_grey
from viewer.imaging.pseudo_colour import pseudo_colour


@pytest.mark.parametrize("one", [one for one in COLOUR_MAPS if one.uid], ids=lambda one: one.id)
def test_a_well_known_palette_is_that_of_pydicom(one: ColourMap) -> None:
    theirs = apply_color_lut(np.arange(256, dtype=np.uint8).reshape(1, 256), palette=one.uid)[0]
    mine = colour_map(one.id)
    assert mine is not None
    assert np.array_equal(np.stack([mine.red, mine.green, mine.blue], axis=1), theirs)


def test_every_map_that_can_be_chosen_has_256_colours() -> None:
    for one in COLOUR_MAPS:
        palette = colour_map(one.id)
        assert palette is not None
        assert palette.red.shape == palette.green.shape == palette.blue.shape == (256,)
        assert not palette.supplemental
    assert colour_map(GREY) is None
    assert colour_map(FUSED_DEFAULT) is not None


@pytest.mark.parametrize("name", ["viridis", "cividis", "inferno", "magma", "plasma"])
def test_perceptual_maps_grow_brighter_from_end_to_end(name: str) -> None:
    palette = colour_map(name)
    assert palette is not None
    brightness = 0.2126 * palette.red.astype(float) + 0.7152 * palette.green + 0.0722 * palette.blue
    assert (np.diff(brightness[::16]) > 0).all()


def test_an_image_takes_the_colour_of_its_grey_level_and_padding_stays_black() -> None:
    stored = np.arange(-5, 16, dtype=np.int16).reshape(3, 7)
    attributes = attributes_of(padding=PaddingRange(-5, -5))
    window = Window(5, 12)
    palette = colour_map("viridis")
    assert palette is not None
    frame = DecodedFrame(stored, 3)
    grey = display_grey(frame, attributes, index=0, window=window, inverted=False)
    coloured = pseudo_colour(frame, attributes, index=0, window=window, palette=palette, inverted=False)
    expected = np.stack([palette.red, palette.green, palette.blue], axis=1)[grey]
    expected[0, 0] = 0
    assert np.array_equal(coloured, expected)


@pytest.mark.parametrize("inverted", [False, True])
def test_what_is_black_takes_the_first_colour_in_monochrome1_as_well(inverted: bool) -> None:
    stored = np.arange(21, dtype=np.int16).reshape(3, 7)
    attributes = attributes_of(photometric_interpretation="MONOCHROME1")
    palette = colour_map("hot_iron")
    assert palette is not None
    frame, window = DecodedFrame(stored, 3), Window(10, 17)
    grey = display_grey(frame, attributes, index=0, window=window, inverted=inverted)
    coloured = pseudo_colour(frame, attributes, index=0, window=window, palette=palette, inverted=inverted)
    assert np.array_equal(coloured, np.stack([palette.red, palette.green, palette.blue], axis=1)[grey])
