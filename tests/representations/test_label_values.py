"""Fractions and label maps on a plane: every stored value shows what it stands for.

Acceptance checks 31 and 33 to 35.
"""

from __future__ import annotations

from pathlib import Path

import highdicom as hd
import numpy as np
import pytest

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import (
    GRID,
    UNEVEN_MM,
    fractional,
    labelmap,
    labels_of_two,
    mask_on,
    plane_of,
    shown,
    unevenly,
    without_padding,
)
from tests.synthetic.read_segmentation import read_back
from viewer.geometry.plane import Plane, to_vector
from viewer.representations.labelmap import segmentation_on_plane
from viewer.representations.segmentation_volumes import SegmentationVolumes


def test_fractions_are_stored_values_over_the_maximum(tmp_path: Path) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[2, 1:4, 2:9, 0] = np.linspace(0, 1, 21).reshape(3, 7)
    found = read_back(fractional(pixels, max_fractional_value=200), tmp_path)
    content = shown(found, plane_of(GRID, 2, found))
    (picture,) = content.fractions
    assert not content.labels
    assert picture.part == 1
    assert np.allclose(picture.fractions, np.round(pixels[2, :, :, 0] * 200) / 200)
    assert content.parts_here == {1}


def test_a_value_above_the_maximum_is_taken_as_the_maximum(tmp_path: Path) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[2, 3, 4, 0] = 1.0
    dataset = fractional(pixels, max_fractional_value=200)
    dataset.PixelData = dataset.PixelData.replace(b"\xc8", b"\xff")
    found = read_back(dataset, tmp_path)
    (picture,) = shown(found, plane_of(GRID, 2, found)).fractions
    assert picture.fractions.max() == 1.0


def test_fractions_between_two_slices_are_linear(tmp_path: Path) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[1, 3, 4, 0], pixels[2, 3, 4, 0] = 1.0, 0.5
    found = read_back(fractional(pixels, max_fractional_value=100), tmp_path)
    (picture,) = shown(found, plane_of(GRID, 1, found).moved(0.5)).fractions
    assert picture.fractions[3, 4] == pytest.approx(0.9)


def test_fractions_cut_across_are_linear_along_the_cut(tmp_path: Path) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[:, :, :, 0] = np.arange(5)[:, None, None] / 4
    found = read_back(fractional(pixels, max_fractional_value=100, omit_empty_frames=False), tmp_path)
    origin = (GRID.affine @ [4, 3, 0, 1])[:3]
    sagittal_height = 41
    plane = Plane(
        to_vector(origin),
        (1.0, 0.0, 0.0),
        (0.0, 0.0, -1.0),
        (0.25, 0.25),
        (sagittal_height, 11),
        found.content.frame_of_reference_uid,
    )
    (picture,) = shown(found, plane).fractions
    assert picture.plane == plane
    assert np.allclose(picture.fractions[:, 5], np.linspace(1, 0, sagittal_height), atol=1e-6)


@pytest.mark.parametrize("held", [False, True])
def test_fractions_between_slices_at_unequal_gaps_are_linear_and_fade_out_in_a_wide_gap(tmp_path: Path, held: bool) -> None:
    stored = np.array([0.2, 1.0, 0.4, 0.8, 0.6])
    pixels = np.broadcast_to(stored[:, None, None, None], (*GRID.shape, 1))
    found = read_back(unevenly(fractional(pixels, max_fractional_value=100)), tmp_path)
    z_mm = 99.53 + 0.1 * np.arange(93)
    plane = plane_of(Grid((1, 93, 11), (0.5, 0.1, 0.25), (-30.0, -19.0, 99.53), (1, 0, 0), (0, 0, 1)), 0, found)
    volumes = SegmentationVolumes(1 << 20).built if held else None
    (picture,) = segmentation_on_plane(found.overlay, plane, found.read_frame, volumes_of=volumes).fractions
    at_mm = np.array(UNEVEN_MM)
    # In the gap of 3.3 mm frames may have been left out: each side fades over the usual 1.95 mm.
    in_wide_gap = 1.0 * np.maximum(0, 1 - (z_mm - 102.0) / 1.95) + 0.4 * np.maximum(0, 1 - (105.3 - z_mm) / 1.95)
    expected = np.where((z_mm > 102.0) & (z_mm < 105.3), in_wide_gap, np.interp(z_mm, at_mm, stored))
    np.testing.assert_allclose(picture.fractions[:, 5], expected, atol=1e-6)
    (between,) = shown(found, plane_of(GRID, 0, found).moved(5.5)).fractions
    np.testing.assert_allclose(between.fractions, 0.5, atol=1e-6)


def test_a_label_map_shows_its_segments(tmp_path: Path) -> None:
    labels = labels_of_two()
    found = read_back(labelmap(labels), tmp_path)
    plane = plane_of(GRID, 2, found)
    content = shown(found, plane)
    assert len(content.labels) == 1
    for number in (1, 2):
        assert np.array_equal(mask_on(content, number, plane.shape), labels[2] == number)


def test_value_0_without_padding_is_drawn(tmp_path: Path) -> None:
    labels = labels_of_two()
    found = read_back(without_padding(labelmap(labels), "Liver"), tmp_path)
    plane = plane_of(GRID, 2, found)
    assert np.array_equal(mask_on(shown(found, plane), 0, plane.shape), labels[2] == 0)


def test_only_the_padding_value_is_background(tmp_path: Path) -> None:
    labels = labels_of_two()
    dataset = without_padding(labelmap(labels), "Liver")
    dataset.PixelPaddingValue = 2
    found = read_back(dataset, tmp_path)
    plane = plane_of(GRID, 2, found)
    content = shown(found, plane)
    assert [part.number for part in found.overlay.parts] == [0, 1]
    assert content.parts_here == {0, 1}
    assert np.array_equal(mask_on(content, 0, plane.shape), labels[2] == 0)
    assert np.array_equal(mask_on(content, 1, plane.shape), labels[2] == 1)


def test_numbers_beyond_8_bits_belong_to_their_parts(tmp_path: Path) -> None:
    labels = labels_of_two().astype(np.uint16)
    numbers = np.array([0, 5, 300], np.uint16)
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    descriptions = [
        hd.seg.SegmentDescription(
            number,
            label,
            hd.sr.CodedConcept("123037004", "SCT", "Anatomical Structure"),
            hd.sr.CodedConcept("10200004", "SCT", label),
            "MANUAL",
        )
        for number, label in ((5, "Liver"), (300, "Kidney"))
    ]
    dataset = hd.seg.Segmentation(
        images, numbers[labels], "LABELMAP", descriptions, hd.UID(), 1, hd.UID(), 1, "Maker", "Model", "1", "0"
    )
    assert dataset.BitsAllocated == 16
    dataset.SegmentSequence = list(reversed(dataset.SegmentSequence))
    found = read_back(dataset, tmp_path)
    assert [(part.number, part.label) for part in found.overlay.parts] == [(5, "Liver"), (300, "Kidney")]
    plane = plane_of(GRID, 2, found)
    content = shown(found, plane)
    assert np.array_equal(mask_on(content, 300, plane.shape), labels[2] == 2)
    assert np.array_equal(mask_on(content, 5, plane.shape), labels[2] == 1)
