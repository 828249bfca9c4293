"""ICC profiles: other primaries become sRGB, sRGB stays as it is, damage is no profile."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from pydicom import dcmread

from tests.dicom.header_of import header_of
from tests.imaging.test_grey import attributes_of
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import DecodedFrame, Palette
from viewer.imaging.colour import display_colour
from viewer.imaging.icc import to_srgb

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_primaries() -> bytes:
    """The sRGB profile with the red and blue columns of its matrix exchanged: a colour space anyone can compute."""
    red, blue = SRGB.index(b"rXYZ"), SRGB.index(b"bXYZ")
    made = bytearray(SRGB)
    made[red : red + 4], made[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(made)


def colours() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (7, 11, 3), np.uint8)


def test_srgb_by_any_name_is_left_alone() -> None:
    rgb = colours()
    assert to_srgb(rgb, SRGB) is rgb
    assert to_srgb(rgb, b"") is rgb


def test_a_profile_with_red_and_blue_exchanged_exchanges_them() -> None:
    rgb = colours()
    assert np.abs(to_srgb(rgb, swapped_primaries()).astype(int) - rgb[..., ::-1]).max() <= 2


def test_a_damaged_profile_counts_as_none() -> None:
    rgb = colours()
    assert to_srgb(rgb, b"not a profile") is rgb
    assert to_srgb(rgb, SRGB[:200]) is rgb


def test_a_profile_of_grey_is_not_used_on_colours() -> None:
    rgb = colours()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert to_srgb(rgb, lab) is rgb


def test_colour_images_and_palettes_are_shown_through_it() -> None:
    rgb = colours()
    attributes = attributes_of(
        samples_per_pixel=3, bits_stored=8, photometric_interpretation="RGB", icc_profile=swapped_primaries()
    )
    shown = display_colour(DecodedFrame(rgb, 7), attributes)
    assert np.abs(shown.astype(int) - rgb[..., ::-1]).max() <= 2
    palette = Palette(*(np.array(one, np.uint8) for one in ((10, 250), (20, 120), (240, 30))), first=0)
    attributes = attributes_of(photometric_interpretation="PALETTE COLOR", palette=palette, icc_profile=swapped_primaries())
    shown = display_colour(DecodedFrame(np.array([[0, 1]], np.uint8), 1), attributes)
    assert np.abs(shown[0].astype(int) - [[240, 20, 10], [30, 120, 250]]).max() <= 2


@pytest.mark.real_data
def test_real_profiles_equal_what_pillow_makes_of_them(real_data: Path) -> None:
    """The slides carry their profile in an optical path."""
    path = real_data / "wsi-tiny-seg-ann" / "sm_image_numbers.dcm"
    attributes = read_image_attributes(header_of(path))
    profile = bytes(dcmread(path, stop_before_pixels=True).OpticalPathSequence[0].ICCProfile)
    assert attributes.icc_profile.rstrip(b"\0") == profile.rstrip(b"\0")
    rgb = colours()
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    theirs = ImageCms.profileToProfile(Image.fromarray(rgb), source, ImageCms.createProfile("sRGB"))
    assert np.abs(to_srgb(rgb, profile).astype(int) - np.asarray(theirs)).max() <= 1
