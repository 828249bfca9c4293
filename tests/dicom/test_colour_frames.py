"""Check 69: colour frames give known RGB triplets, whatever form they are stored in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.codestreams import read_jpeg, read_jpeg_2000
from viewer.dicom.frames import FrameReader
from viewer.domain.overlay import FrameNotRead

RGB = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]], [[255, 255, 255], [0, 0, 0], [128, 128, 128], [1, 250, 99]]],
    np.uint8,
)
COLOUR = {
    "SamplesPerPixel": 3,
    "PhotometricInterpretation": "RGB",
    "PlanarConfiguration": 0,
    "Rows": 2,
    "Columns": 4,
    "BitsAllocated": 8,
    "BitsStored": 8,
    "HighBit": 7,
}


def to_ybr(rgb: np.ndarray) -> np.ndarray:
    """PS3.3 C.7.6.3.1.2, YBR_FULL."""
    red, green, blue = (rgb[..., channel].astype(float) for channel in range(3))
    y = 0.2990 * red + 0.5870 * green + 0.1140 * blue
    cb = -0.1687 * red - 0.3313 * green + 0.5000 * blue + 128
    cr = 0.5000 * red - 0.4187 * green - 0.0813 * blue + 128
    return np.clip(np.rint(np.stack([y, cb, cr], -1)), 0, 255).astype(np.uint8)


def read(path: Path) -> np.ndarray:
    return FrameReader.of(header_of(path)).read(0).stored


def read_colour(tmp_path: Path, pixels: bytes, **elements: Any) -> np.ndarray:
    return read(write_image(tmp_path / "a", pixels, **{**COLOUR, **elements}))


def test_rgb_by_pixel_and_by_plane_are_the_same(tmp_path: Path) -> None:
    assert np.array_equal(read_colour(tmp_path, RGB.tobytes()), RGB)
    planes = np.moveaxis(RGB, -1, 0).tobytes()
    assert np.array_equal(read_colour(tmp_path, planes, PlanarConfiguration=1), RGB)


def test_ybr_full_comes_back_as_the_rgb_it_was_made_from(tmp_path: Path) -> None:
    back = read_colour(tmp_path, to_ybr(RGB).tobytes(), PhotometricInterpretation="YBR_FULL")
    assert np.abs(back.astype(int) - RGB).max() <= 2  # the rounding of the stored YBR, amplified


def test_ybr_full_422_shares_chrominance_between_two_pixels(tmp_path: Path) -> None:
    # Y1 Y2 Cb Cr: red and black share red's chrominance.
    pairs = bytes([76, 0, 85, 255, 150, 150, 128, 128, 29, 29, 255, 107, 255, 0, 128, 128])
    rgb = read_colour(tmp_path, pairs, PhotometricInterpretation="YBR_FULL_422")
    assert rgb[0, 0].tolist() == [254, 0, 0]
    assert rgb[0, 1].tolist() == [178, 0, 0]
    assert rgb[0, 2].tolist() == rgb[0, 3].tolist() == [150, 150, 150]
    assert rgb[1, 0].tolist() == [0, 0, 254]
    assert rgb[1, 2:].tolist() == [[255, 255, 255], [0, 0, 0]]


def test_ybr_partial_expands_the_video_range(tmp_path: Path) -> None:
    pairs = bytes([16, 235, 128, 128] * 4)
    rgb = read_colour(tmp_path, pairs, PhotometricInterpretation="YBR_PARTIAL_422")
    assert rgb[0, :2].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("tagged", ["RGB", "YBR_FULL", "YBR_RCT"])
def test_jpeg_2000_with_a_colour_transform_is_rgb_whatever_the_tag_says(tmp_path: Path, tagged: str) -> None:
    picture = np.repeat(np.repeat(RGB, 16, 0), 16, 1)
    stream = imagecodecs.jpeg2k_encode(picture, codecformat="j2k", reversible=True, mct=True, level=0)
    assert read_jpeg_2000(stream).colour == "rgb"
    size = {"Rows": 32, "Columns": 64}
    back = read_colour(tmp_path, encapsulate([stream]), syntax=JPEG2000Lossless, PhotometricInterpretation=tagged, **size)
    assert np.array_equal(back, picture)


def test_jpeg_2000_without_a_colour_transform_follows_the_tag(tmp_path: Path) -> None:
    picture = np.repeat(np.repeat(to_ybr(RGB), 16, 0), 16, 1)
    stream = imagecodecs.jpeg2k_encode(picture, codecformat="j2k", reversible=True, mct=False, level=0)
    assert read_jpeg_2000(stream).colour == "as_tagged"
    size = {"Rows": 32, "Columns": 64}
    as_rgb = read_colour(tmp_path, encapsulate([stream]), syntax=JPEG2000Lossless, **size)
    assert np.array_equal(as_rgb, picture)
    as_ybr = read_colour(
        tmp_path, encapsulate([stream]), syntax=JPEG2000Lossless, PhotometricInterpretation="YBR_FULL", **size
    )
    assert np.abs(as_ybr[::16, ::16].astype(int) - RGB).max() <= 2


@pytest.mark.parametrize("tagged", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("space", ["SRGB", "SYCC"])
def test_a_jpeg_2000_file_that_names_its_colour_is_shown_in_it_whatever_the_tag_says(
    tmp_path: Path, tagged: str, space: str
) -> None:
    stored = RGB if space == "SRGB" else to_ybr(RGB)
    picture = np.repeat(np.repeat(stored, 16, 0), 16, 1)
    stream = imagecodecs.jpeg2k_encode(picture, codecformat="jp2", colorspace=space, reversible=True, mct=False, level=0)
    assert read_jpeg_2000(stream).colour == "rgb"
    elements = {"Rows": 32, "Columns": 64, "PhotometricInterpretation": tagged, "syntax": JPEG2000Lossless}
    back = read_colour(tmp_path, encapsulate([stream]), **elements)
    assert np.abs(back[::16, ::16].astype(int) - RGB).max() <= (0 if space == "SRGB" else 2)


@pytest.mark.parametrize("tagged", ["RGB", "YBR_FULL_422"])
def test_a_jpeg_whose_codestream_names_its_colour_is_shown_in_it_whatever_the_tag_says(tmp_path: Path, tagged: str) -> None:
    picture = np.repeat(np.repeat(RGB, 16, 0), 16, 1)
    elements = {"Rows": 32, "Columns": 64, "PhotometricInterpretation": tagged, "syntax": JPEGBaseline8Bit}
    for space in ("YCBCR", "RGB"):
        stream = imagecodecs.jpeg8_encode(picture, level=100, colorspace="RGB", outcolorspace=space, subsampling="444")
        assert read_jpeg(stream).colour == {"YCBCR": "ybr", "RGB": "rgb"}[space]
        back = read_colour(tmp_path, encapsulate([stream]), **elements)
        assert np.abs(back[8::16, 8::16].astype(int) - RGB).max() <= 3


def test_lossless_colour_codecs_are_exact_and_take_ybr_from_the_tag(tmp_path: Path) -> None:
    streams = {
        JPEGLSLossless: imagecodecs.jpegls_encode(RGB),
        JPEGLosslessSV1: imagecodecs.jpeg8_encode(RGB, lossless=True, predictor=1),
    }
    for syntax, stream in streams.items():
        assert np.array_equal(read_colour(tmp_path, encapsulate([stream]), syntax=syntax), RGB)


def test_rle_is_exact_for_each_plane_and_byte(tmp_path: Path) -> None:
    stream = rle([RGB[..., channel].tobytes() for channel in range(3)])
    for planar in (0, 1):  # RLE is always by plane; the tag is often wrong
        back = read_colour(tmp_path, encapsulate([stream]), syntax=RLELossless, PlanarConfiguration=planar)
        assert np.array_equal(back, RGB)


def rle(planes: list[bytes]) -> bytes:
    """PS3.5 Annex G, literal runs only."""
    segments = []
    for plane in planes:
        segment = b"".join(bytes([len(plane[at : at + 128]) - 1]) + plane[at : at + 128] for at in range(0, len(plane), 128))
        segments.append(segment + b"\x80" * (len(segment) % 2))
    offsets = [64 + sum(map(len, segments[:index])) for index in range(len(segments))]
    return np.array([len(segments), *offsets] + [0] * (15 - len(segments)), "<u4").tobytes() + b"".join(segments)


def test_rle_words_have_their_most_significant_byte_first_and_unused_bits_cleared(tmp_path: Path) -> None:
    words = np.array([0x1001, 0xF002, 0x0FFF, 0x8800, 0, 0x07FF], "<u2")
    stream = rle([(words >> 8).astype(np.uint8).tobytes(), (words & 255).astype(np.uint8).tobytes()])
    path = write_image(
        tmp_path / "a", encapsulate([stream]), syntax=RLELossless, BitsStored=12, HighBit=11, PixelRepresentation=1
    )
    assert read(path).tolist() == [[1, 2, -1], [-2048, 0, 2047]]


def test_a_codestream_of_another_size_than_the_header_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    stream = imagecodecs.jpegls_encode(np.zeros((400, 400), np.uint8))
    path = write_image(
        tmp_path / "a", encapsulate([stream]), syntax=JPEGLSLossless, BitsAllocated=8, BitsStored=8, HighBit=7
    )
    with pytest.raises(FrameNotRead, match="400 x 400 pixels, the header says 2 x 3"):
        read(path)
