"""The grey path equals the standard's formula rounded to nearest, for every stored value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.attributes import ct_attributes
from viewer.domain.image_attributes import (
    DecodedFrame,
    FrameValues,
    ImageAttributes,
    LookupTable,
    PaddingRange,
    Rescale,
    Window,
)
from viewer.imaging.grey import display_grey


def attributes_of(**others: Any) -> ImageAttributes:
    return ct_attributes(256, 256, **others)


ALL = DecodedFrame(np.arange(-32768, 32768).astype(np.int16).reshape(256, 256), 256)


def shown(frame: DecodedFrame, window: Window | LookupTable, *, inverted: bool = False, **others: Any) -> NDArray[np.uint8]:
    return display_grey(frame, attributes_of(**others), index=0, window=window, inverted=inverted)


def single(window: Window | LookupTable, *values: float, **others: Any) -> list[int]:
    frame = DecodedFrame(np.array([values]), 1)
    return [int(value) for value in shown(frame, window, **others)[0]]


def linear(x: float, center: float, width: float) -> float:
    """PS3.3 C.11.2.1.2.1, word for word."""
    if x <= center - 0.5 - (width - 1) / 2:
        return 0.0
    if x > center - 0.5 + (width - 1) / 2:
        return 255.0
    return ((x - (center - 0.5)) / (width - 1) + 0.5) * 255.0


@pytest.mark.parametrize("rescale", [Rescale(), Rescale(1, -1024), Rescale(-0.37, 12.5)])
@pytest.mark.parametrize("window", [(40.0, 400.0), (128.0, 256.0), (-0.3, 1.0), (12.25, 2.5)])
def test_every_stored_value_is_the_linear_formula_rounded(rescale: Rescale, window: tuple[float, float]) -> None:
    grey = shown(ALL, Window(*window), frames=(FrameValues(rescale),))
    expected = [round(linear(value * rescale.slope + rescale.intercept, *window)) for value in range(-32768, 32768)]
    assert grey.ravel().tolist() == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32, np.float32, np.float64])
def test_every_sample_type_goes_through_the_same_formula(dtype: type) -> None:
    values = np.array([[0, 1, 2, 99, 100, 101, 127]], dtype)
    grey = shown(DecodedFrame(values, 1), Window(100, 60))
    assert grey[0].tolist() == [round(linear(float(value), 100, 60)) for value in values[0]]


def test_check_65_linear_window_around_zero() -> None:
    assert single(Window(0, 100), -51.0, -50.0, 49.0, 49.5, -0.5) == [0, 0, 255, 255, 128]


def test_check_65_a_width_of_zero_is_a_threshold_and_no_exception() -> None:
    assert single(Window(10, 0), 9.0, 9.5, 9.6, 10.0) == [0, 0, 255, 255]
    assert single(Window(10, 0, "LINEAR_EXACT"), 9.0, 10.0, 11.0) == [0, 0, 255]
    assert single(Window(10, 0, "SIGMOID"), 9.0, 11.0) == [0, 255]


def test_linear_exact_has_its_centre_at_the_centre() -> None:
    assert single(Window(128, 256, "LINEAR_EXACT"), 0.0, 128.0, 255.0, 256.0) == [0, 128, 254, 255]


def test_sigmoid_never_ends() -> None:
    assert single(Window(128, 256, "SIGMOID"), 0.0, 128.0, 255.0, 1e9, -1e9) == [30, 128, 224, 255, 0]


def test_a_voi_lut_holds_its_ends_and_spans_its_own_bits() -> None:
    table = LookupTable(np.array([0, 512, 1023], np.uint16), first=-1, bits=10)
    assert single(table, -5, -1, 0, 1, 9) == [0, 0, 128, 255, 255]


def test_a_modality_lut_comes_before_the_window_and_replaces_the_rescale() -> None:
    table = LookupTable(np.array([0, 100, 200], np.uint16), first=10, bits=8)
    frames = (FrameValues(Rescale(5, 5)),)
    assert single(Window(100.5, 201), 9, 10, 11, 12, 99, modality_lut=table, frames=frames) == [0, 0, 128, 255, 255]


def test_monochrome1_is_inverted_once_whatever_its_presentation_lut_shape() -> None:
    for shape in ("", "INVERSE", "IDENTITY"):
        others = {"photometric_interpretation": "MONOCHROME1", "presentation_lut_shape": shape}
        assert single(Window(50.5, 101), 0, 25, 100, **others) == [255, 191, 0]
        assert shown(DecodedFrame(np.array([[0, 100]]), 1), Window(50.5, 101), inverted=True, **others).tolist() == [
            [0, 255]
        ]


def test_monochrome2_follows_an_inverse_presentation_lut_shape() -> None:
    assert single(Window(50.5, 101), 0, 100, presentation_lut_shape="INVERSE") == [255, 0]


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("inverted", [False, True])
def test_check_67_padding_is_black_whatever_the_inversion(photometric: str, inverted: bool) -> None:
    frame = DecodedFrame(np.array([[-2000, -1995, 0, 5000]], np.int16), 1)
    grey = shown(
        frame,
        Window(-1000, 4000),
        inverted=inverted,
        photometric_interpretation=photometric,
        padding=PaddingRange(-2000, -1990),
    )
    assert grey[0, :2].tolist() == [0, 0]
    assert grey[0, 2] > 0 or inverted != (photometric == "MONOCHROME1")


def test_nan_and_rows_that_the_file_does_not_have_are_black() -> None:
    frame = DecodedFrame(np.array([[np.nan, np.inf, -np.inf], [9.0, 9.0, 9.0]], np.float32), 1)
    assert shown(frame, Window(0, 2), inverted=True).tolist() == [[0, 0, 255], [0, 0, 0]]


def test_each_frame_has_its_own_rescale() -> None:
    attributes = attributes_of(frames=(FrameValues(Rescale(1, 0)), FrameValues(Rescale(2, 0))))
    frame = DecodedFrame(np.array([[50]], np.int16), 1)
    window = Window(100.5, 201)
    values = [int(display_grey(frame, attributes, index=index, window=window, inverted=False)[0, 0]) for index in (0, 1)]
    assert values == [64, 128]
