"""Stacks of written files lie where SimpleITK and highdicom say their pixels lie, in any orientation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
import SimpleITK
from pydicom import Dataset
from pydicom.uid import UID

from tests.domain.opened import opened, overlay_of, stack_of
from tests.geometry.test_plane import ORIENTATIONS
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.commands.opening import open_library
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import Rescale
from viewer.imaging.modality import to_modality
from viewer.representations.labelmap import segmentation_on_plane

SHAPE = (5, 7, 11)


def values(shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """No two voxels are alike."""
    return np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_every_voxel_lies_where_simpleitk_reads_it(tmp_path: Path, orientation: str) -> None:
    along_row, down_column = ORIENTATIONS[orientation]
    grid = Grid(SHAPE, along_row=along_row, down_column=down_column)
    images = image_series(values(), grid, Series())
    paths = save(images, tmp_path)
    in_order = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(tmp_path))
    witness = SimpleITK.ReadImage(in_order)
    assert len(paths) == len(in_order)
    library = open_library([tmp_path])
    (stack,) = library.stacks
    for frame, plane in zip(stack.frames, stack.planes, strict=True):
        header = library.instance(frame.instance)
        attributes = read_image_attributes(header)
        ours = to_modality(FrameReader(header, attributes).read(frame.index).stored, attributes, frame.index)
        for row, column in ((0, 0), (2, 4), (6, 10), (6, 0)):
            point = plane.point_patient([column + 0.5, row + 0.5])
            index = witness.TransformPhysicalPointToIndex(point.tolist())
            assert np.allclose(witness.TransformIndexToPhysicalPoint(index), point, atol=1e-2)
            assert witness.GetPixel(*index) == ours[row, column]


def enhanced(images: list[Dataset]) -> Dataset:
    """The same slices as one enhanced object, made by highdicom, then with its frames the other way round."""
    made = hd.legacy.LegacyConvertedEnhancedCTImage(images, UID("1.2.3.7"), 7, UID("1.2.3.8"), 1)
    made.PerFrameFunctionalGroupsSequence = list(made.PerFrameFunctionalGroupsSequence)[::-1]
    frames = np.frombuffer(made.PixelData, np.uint16).reshape(SHAPE)
    made.PixelData = frames[::-1].tobytes()
    return made


def test_an_enhanced_object_has_the_geometry_and_the_values_of_the_classic_series(tmp_path: Path) -> None:
    """Check 10, with a rescale of its own for each frame."""
    grid = Grid(SHAPE, along_row=ORIENTATIONS["oblique"][0])
    images = list(image_series(values(), grid, Series()))
    for k, image in enumerate(images):
        image.RescaleSlope, image.RescaleIntercept = str(1 + k), str(-10 * k)
    made = enhanced(images)
    library = opened([*images, made], tmp_path)
    classic = stack_of(library, images)
    (several,) = [stack for stack in library.stacks if stack.id != classic.id]
    assert several.orientation == classic.orientation
    assert several.regular
    assert several.spacing_mm == pytest.approx(classic.spacing_mm)
    numbers = [frame.index for frame in several.frames]
    assert sorted(numbers) == list(range(5))
    for place in range(5):
        assert several.planes[place].origin == pytest.approx(classic.planes[place].origin)
        read = []
        for stack in (classic, several):
            frame = stack.frames[place]
            header = library.instance(frame.instance)
            attributes = read_image_attributes(header)
            read.append(to_modality(FrameReader(header, attributes).read(frame.index).stored, attributes, frame.index))
        assert np.array_equal(read[0], read[1])
    found = read_image_attributes(library.instance(several.frames[0].instance))
    assert {found.frame_values(index).rescale for index in range(5)} == {Rescale(1.0 + k, -10.0 * k, "HU") for k in range(5)}


def test_a_landmark_is_at_one_place_on_series_of_every_resolution(tmp_path: Path) -> None:
    """Check 15: a block drawn on the second series has its middle at the same millimetre on all three."""
    middle = np.array([10.0, -5.0, 20.0])

    def around(shape: tuple[int, int, int], spacing_mm: tuple[float, float, float], name: str) -> Grid:
        grid = Grid(shape, spacing_mm, (0.0, 0.0, 0.0), *ORIENTATIONS[name])
        centre = (grid.affine @ [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2, 1.0])[:3]
        x, y, z = np.round(middle - centre, 3).tolist()
        return replace(grid, origin_mm=(x, y, z))

    grids = {
        "t1": around((9, 31, 41), (2.0, 0.9, 0.6), "axial"),
        "t2": around((9, 21, 19), (2.0, 1.25, 1.5), "axial"),
        "dwi": around((15, 15, 17), (2.5, 2.5, 2.0), "coronal"),
    }
    series = {
        name: list(image_series(np.zeros(grid.shape, np.uint16), grid, Series(name, modality="MR", number=number)))
        for number, (name, grid) in enumerate(grids.items(), start=1)
    }
    block = np.zeros(grids["t2"].shape, np.uint8)
    block[3:6, 8:13, 6:13] = 1
    made = segmentation(series["t2"], block, (Part("Landmark"),), Result("seg"))
    library = opened([*(image for images in series.values() for image in images), made], tmp_path)
    overlay = overlay_of(library, made)
    read_frame = FrameReader.of(library.instance(overlay.instance)).read_raw
    for name, images in series.items():
        stack = stack_of(library, images)
        points = []
        for plane in stack.planes:
            for picture in segmentation_on_plane(overlay, plane, read_frame).labels:
                rows, columns = np.nonzero(picture.labels)
                points.append(picture.plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1)))
        found = np.concatenate(points).mean(axis=0)
        half_pixel = min(grids[name].spacing_mm[1:]) / 2
        assert np.abs(found - middle).max() < half_pixel, name
