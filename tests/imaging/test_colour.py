"""Palettes and colour frames as 8-bit RGB."""

from __future__ import annotations

import numpy as np

from tests.imaging.test_grey import attributes_of
from viewer.domain.image_attributes import DecodedFrame, Palette, Window
from viewer.imaging.colour import display_colour, is_colour, takes_window

RED, GREEN, BLUE = (np.array(values, np.uint8) for values in ([10, 20, 30], [40, 50, 60], [70, 80, 90]))


def test_a_palette_holds_its_ends() -> None:
    attributes = attributes_of(photometric_interpretation="PALETTE COLOR", palette=Palette(RED, GREEN, BLUE, first=-1))
    frame = DecodedFrame(np.array([[-9, -1, 0], [1, 2, 99]], np.int16), 2)
    rgb = display_colour(frame, attributes)
    first, middle, last = [10, 40, 70], [20, 50, 80], [30, 60, 90]
    assert rgb.tolist() == [[first, first, middle], [last, last, last]]
    assert is_colour(attributes)
    assert not takes_window(attributes)


def test_a_colour_image_inverted_is_its_negative() -> None:
    palette = attributes_of(photometric_interpretation="PALETTE COLOR", palette=Palette(RED, GREEN, BLUE, first=0))
    frame = DecodedFrame(np.array([[0, 2]], np.uint8), 1)
    assert display_colour(frame, palette, inverted=True).tolist() == [[[245, 215, 185], [225, 195, 165]]]
    rgb = attributes_of(samples_per_pixel=3, bits_allocated=8, bits_stored=8, high_bit=7, signed=False)
    shown = display_colour(DecodedFrame(np.array([[[1, 2, 255]]], np.uint8), 1), rgb, inverted=True)
    assert shown.tolist() == [[[254, 253, 0]]]
    assert shown.dtype == np.uint8


def test_a_supplemental_palette_colours_only_values_from_its_first_on() -> None:
    attributes = attributes_of(palette=Palette(RED, GREEN, BLUE, first=1000, supplemental=True))
    frame = DecodedFrame(np.array([[0, 50, 999, 1000, 1002, 5000]], np.int16), 1)
    rgb = display_colour(frame, attributes, window=Window(50.5, 101))
    assert rgb[0].tolist() == [[0] * 3, [128] * 3, [255] * 3, [10, 40, 70], [30, 60, 90], [30, 60, 90]]
    assert takes_window(attributes)


def test_colour_of_eight_bits_is_shown_as_it_is_and_more_bits_are_scaled_not_cut() -> None:
    eight = attributes_of(samples_per_pixel=3, bits_allocated=8, bits_stored=8, high_bit=7, signed=False)
    frame = DecodedFrame(np.array([[[1, 2, 255]]], np.uint8), 1)
    assert display_colour(frame, eight).tolist() == [[[1, 2, 255]]]
    twelve = attributes_of(samples_per_pixel=3, bits_stored=12, high_bit=11, signed=False)
    frame = DecodedFrame(np.array([[[0, 2048, 4095]]], np.uint16), 1)
    assert display_colour(frame, twelve).tolist() == [[[0, 128, 255]]]
