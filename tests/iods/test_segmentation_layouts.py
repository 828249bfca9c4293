"""Label maps with palettes, tiles and compression are what their plain twins are.

Acceptance checks 38, 39 and 44.
"""

from __future__ import annotations

from pathlib import Path

import highdicom as hd
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import GRID, labelmap, labels_of_two, made, plane_of
from tests.synthetic.read_segmentation import read_back
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.representations.labelmap import segmentation_on_plane
from viewer.representations.segmentation_slices import piles_of

LARGE = Grid(shape=(3, 40, 44))


def large_labels() -> NDArray[np.uint8]:
    labels = np.zeros(LARGE.shape, np.uint8)
    labels[0:2, 3:20, 5:40] = 1
    labels[1:3, 22:35, 2:30] = 2
    return labels


def volume_of(dataset: Dataset, folder: Path, grid: Grid) -> NDArray[np.uint8]:
    found = read_back(dataset, folder)
    assert found.overlay.issues == ()
    volume = np.zeros(grid.shape, np.uint8)
    for k in range(grid.shape[0]):
        for picture in segmentation_on_plane(found.overlay, plane_of(grid, k, found), found.read_frame).labels:
            volume[k][picture.labels != 0] = np.array((0, *picture.parts))[picture.labels[picture.labels != 0]]
    return volume


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_compressed_label_map_equals_its_native_twin(tmp_path: Path, syntax: str) -> None:
    dataset = labelmap(large_labels(), on=LARGE, transfer_syntax=syntax)
    assert dataset.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(volume_of(dataset, tmp_path, LARGE), large_labels())


@pytest.mark.parametrize("syntax", [DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_compressed_binary_segmentation_equals_its_native_twin(tmp_path: Path, syntax: str) -> None:
    dataset = made(large_labels(), on=LARGE, transfer_syntax=syntax)
    assert np.array_equal(volume_of(dataset, tmp_path, LARGE), large_labels())


def test_a_label_map_in_jpeg_2000_equals_its_native_twin(tmp_path: Path) -> None:
    dataset = labelmap(large_labels(), on=LARGE)
    frames = np.frombuffer(dataset.PixelData, np.uint8).reshape(-1, *LARGE.shape[1:])
    coded = [imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k") for frame in frames]
    dataset.PixelData = encapsulate([bytes(frame) for frame in coded])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    assert np.array_equal(volume_of(dataset, tmp_path, LARGE), large_labels())


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_gives_the_colours_and_recommended_ones_are_ignored(tmp_path: Path, bits: int) -> None:
    colors = np.array([[0, 0, 0], [200, 30, 40], [10, 220, 130]], np.uint8)
    entries = colors if bits == 8 else colors.astype(np.uint16) * 257
    palette = hd.PaletteColorLUTTransformation.from_combined_lut(entries, first_mapped_value=0)
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    dataset = segmentation(
        images,
        labels_of_two(),
        [Part("One"), Part("Two")],
        Result("seg"),
        kind="LABELMAP",
        palette_color_lut_transformation=palette,
    )
    assert dataset.PhotometricInterpretation == "PALETTE COLOR"
    for item in dataset.SegmentSequence:
        item.RecommendedDisplayCIELabValue = [65535, 32896, 32896]
    found = read_back(dataset, tmp_path)
    assert [part.color for part in found.overlay.parts] == [(200, 30, 40), (10, 220, 130)]
    assert all(part.color_stated for part in found.overlay.parts)


def tiled_full(kind: str) -> tuple[Dataset, NDArray[np.uint8]]:
    """A total pixel matrix of 14 x 22 in tiles of 7 x 11, without any per-frame groups."""
    matrix = np.zeros((14, 22), np.uint8)
    matrix[2:9, 4:15] = 1
    matrix[10:13, 16:21] = 2
    tiles = [matrix[row : row + 7, column : column + 11] for row in (0, 7) for column in (0, 11)]
    frames = (
        np.stack(tiles) if kind == "LABELMAP" else np.stack([tile == n for n in (1, 2) for tile in tiles]).astype(np.uint8)
    )
    dataset = labelmap(labels_of_two()) if kind == "LABELMAP" else made(labels_of_two())
    del dataset.PerFrameFunctionalGroupsSequence
    shared = dataset.SharedFunctionalGroupsSequence[0]
    del shared.PlaneOrientationSequence
    shared.PixelMeasuresSequence[0].PixelSpacing = [0.5, 0.25]
    dataset.DimensionOrganizationType = "TILED_FULL"
    dataset.TotalPixelMatrixRows, dataset.TotalPixelMatrixColumns = matrix.shape
    origin = Dataset()
    origin.XOffsetInSlideCoordinateSystem, origin.YOffsetInSlideCoordinateSystem = 10, 20
    dataset.TotalPixelMatrixOriginSequence = [origin]
    dataset.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = (
        frames.tobytes() if kind == "LABELMAP" else np.packbits(frames.reshape(-1), bitorder="little").tobytes()
    )
    dataset.PixelData += b"\0" * (len(dataset.PixelData) % 2)
    return dataset, matrix


@pytest.mark.parametrize("kind", ["LABELMAP", "BINARY"])
def test_tiles_without_per_frame_groups_lie_in_their_places(tmp_path: Path, kind: str) -> None:
    dataset, matrix = tiled_full(kind)
    found = read_back(dataset, tmp_path)
    assert found.content.frames.tile_offset is not None
    assert found.content.frames.tile_offset[:4].tolist() == [[0, 0], [0, 11], [7, 0], [7, 11]]
    (pile,) = piles_of(found.content)
    assert len(pile.slices) == 4
    assembled = np.zeros_like(matrix)
    for one in pile.slices:
        x, y, _ = one.plane.origin
        row, column = round((10 - x) / 0.5), round((20 - y) / 0.25)
        for picture in segmentation_on_plane(found.overlay, one.plane, found.read_frame).labels:
            if picture.plane == one.plane:
                assembled[row : row + 7, column : column + 11] = picture.labels
    assert np.array_equal(assembled, matrix)
