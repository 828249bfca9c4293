"""Lengths and places in ultrasound regions in words: seconds and cm/s in Doppler, mm in the picture, px across both."""

from __future__ import annotations

import pytest

from tests.scene.one_stack import image_attributes, one_stack, ramp_pixels
from viewer.domain.calibration import PixelSizes, UltrasoundRegion
from viewer.domain.measurement import ImageName, Measurement
from viewer.scene.cursor import cursor_info
from viewer.scene.drawables import CornerText
from viewer.scene.measured_image import measured_image
from viewer.scene.measured_words import measured_words, quantities_of
from viewer.scene.region_words import region_words, with_region_words
from viewer.scene.slice_scene import english
from viewer.ui.cursor_words import cursor_words

SCAN = UltrasoundRegion((0, 0, 4, 6), 1, (3, 3), (0.02, -0.03))
DOPPLER = UltrasoundRegion((5, 0, 10, 6), 3, (4, 7), (0.05, -12.5), (0, 3))
SCANNED = image_attributes(sizes=PixelSizes(regions=(SCAN, DOPPLER)))
NAME = ImageName("1.1", "1.9", 1)


def shown():
    return one_stack([ramp_pixels()], attributes=SCANNED)


def measured(kind: str, *points: tuple[float, float]) -> tuple[list[str], list[tuple[str, float, str]]]:
    state, inputs = shown()
    frame = state.frame_of(state.pane)
    image = measured_image(state, frame, state.content.library.stacks[0].planes[0], inputs)
    made = Measurement("m", kind, NAME, points)
    said = [line.replace("\u00a0", " ").replace("\u2212", "-") for line in measured_words(made, image, english)]
    return said, [(one.name, round(one.value, 6), one.unit) for one in quantities_of(made, image)]


def test_a_length_in_doppler_is_a_time_and_a_velocity_never_millimetres() -> None:
    said, numbers = measured("length", (6.0, 1.0), (9.0, 5.0))
    assert said == ["Δt 0.150 s · Δv 50.0 cm/s", "ultrasound region"]
    assert numbers == [("time difference", 0.15, "s"), ("velocity difference", 50.0, "cm/s")]


def test_a_length_in_the_picture_is_in_millimetres_whatever_the_signs() -> None:
    said, numbers = measured("length", (1.0, 1.0), (4.0, 5.0))
    assert said == ["1.34 mm", "ultrasound region"]
    assert numbers == [("length", 1.341641, "mm")]


def test_a_length_across_both_is_in_pixels() -> None:
    assert measured("length", (1.0, 1.0), (9.0, 1.0))[0] == ["8.0 px", "not in one 2D region"]


def test_a_marked_value_in_doppler_says_time_and_velocity() -> None:
    assert measured("probe", (6.5, 1.5))[0][-1] == "t 0.050 s · v 25.0 cm/s"
    assert not measured("probe", (1.5, 1.5))[0][-1].startswith("t")


def test_the_status_line_says_what_the_place_stands_for() -> None:
    state, inputs = shown()
    info = cursor_info(state, 0, inputs, (6.5, 4.5), reach=1.0)
    assert region_words(info.region).replace("\u00a0", " ") == "t 0.050 s · v \u221212.5 cm/s"
    assert "cm/s" in cursor_words(info).place
    outside = cursor_info(state, 0, inputs, (1.5, 1.5), reach=1.0)
    assert outside.region == ()


@pytest.mark.parametrize(
    ("regions", "said"),
    [((SCAN, DOPPLER), "calibrated in its regions"), ((DOPPLER,), "no calibration"), ((), "no calibration")],
)
def test_the_corner_says_that_the_regions_are_calibrated(regions: tuple[UltrasoundRegion, ...], said: str) -> None:
    words = CornerText(bottom_right=("JPEG", "11 × 7 · no calibration"))
    attributes = image_attributes(sizes=PixelSizes(regions=regions))
    assert with_region_words(words, attributes, english).bottom_right == ("JPEG", f"11 × 7 · {said}")
