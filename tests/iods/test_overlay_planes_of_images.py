from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from tests.domain.opened import opened, stack_of
from tests.synthetic.image import Grid, Series, image_series
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.binding import bind
from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane
from viewer.iods.on_plane import overlay_on_plane
from viewer.iods.registry import overlay_planes_of
from viewer.loading.eager import EagerInputs
from viewer.representations.on_plane import OnPlane

GRID = Grid((2, 5, 9))


def with_plane(image: Dataset, group: int, *, label: str = "") -> None:
    bits = np.zeros((4, 6), np.uint8)
    bits[1, 2:5] = 1
    image.add_new((group, 0x0010), "US", 4)
    image.add_new((group, 0x0011), "US", 6)
    image.add_new((group, 0x0040), "CS", "G")
    image.add_new((group, 0x0050), "SS", [2, -1])
    image.add_new((group, 0x0100), "US", 1)
    image.add_new((group, 0x0102), "US", 0)
    if label:
        image.add_new((group, 0x1500), "LO", label)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    image.add_new((group, 0x3000), "OW", packed + b"\0" * (len(packed) % 2))


def opened_images(folder: Path) -> tuple[list[Dataset], Library]:
    images = list(image_series(np.zeros(GRID.shape, np.int16), GRID, Series()))
    with_plane(images[1], 0x6000)
    with_plane(images[1], 0x6004, label="Marked lesion")
    return images, opened(images, folder)


def planes_of(library: Library, image: Dataset) -> Overlay | None:
    (key,) = library.instances_with_uid(image.SOPInstanceUID)
    header = library.instance(key)
    return overlay_planes_of(header, read_image_attributes(header))


def drawn(overlay: Overlay, plane: Plane) -> OnPlane:
    def nothing(_: int) -> np.ndarray:
        raise AssertionError("no pixels are needed")

    return overlay_on_plane(overlay, plane, nothing)


def test_each_group_of_an_image_is_a_part_drawn_on_that_image_alone(tmp_path: Path):
    images, library = opened_images(tmp_path)
    overlay = planes_of(library, images[1])
    assert overlay is not None
    assert [(part.number, part.label) for part in overlay.parts] == [(1, "Overlay 6000"), (2, "Overlay 6004: Marked lesion")]
    stack = stack_of(library, images)
    assert [drawn(overlay, plane).parts_here for plane in stack.planes] == [{1, 2}, set()]
    bitmap = drawn(overlay, stack.planes[0]).bitmaps[0].bitmap
    assert bitmap.origin == (2, -1)
    assert np.argwhere(bitmap.bits[0]).tolist() == [[1, 2], [1, 3], [1, 4]]
    (entry,) = bind(overlay, library).lies_on
    assert (entry.by, entry.frames) == ("referenced_images", (0, 0))


def test_an_image_without_planes_brings_no_overlay(tmp_path: Path):
    images, library = opened_images(tmp_path)
    assert planes_of(library, images[0]) is None


def test_a_state_of_other_images_draws_nothing_here(tmp_path: Path):
    images, library = opened_images(tmp_path)
    overlay = planes_of(library, images[1])
    assert overlay is not None
    elsewhere = replace(stack_of(library, images).planes[0], image=("9.9.9", 1))
    assert drawn(overlay, elsewhere).bitmaps == ()


def test_check_68_a_plane_in_bit_15_of_signed_words_is_recovered_and_the_values_are_those_below_it(tmp_path: Path):
    values = (np.arange(np.prod(GRID.shape)).reshape(GRID.shape) - 40).astype(np.int16)
    marked = np.zeros(GRID.shape[1:], bool)
    marked[1, 2:7] = marked[3, 0] = True
    words = (values[0].astype(np.uint16) & 0x0FFF) | (marked.astype(np.uint16) << 15)
    images = list(image_series(values, GRID, Series()))
    image = next(one for one in images if np.array_equal(one.pixel_array, values[0]))
    image.BitsStored, image.HighBit, image.PixelData = 12, 11, words.astype("<u2").tobytes()
    for element, vr, value in (
        *((0x0010, "US", marked.shape[0]), (0x0011, "US", marked.shape[1]), (0x0040, "CS", "R")),
        *((0x0050, "SS", [1, 1]), (0x0100, "US", 16), (0x0102, "US", 15)),
    ):
        image.add_new((0x6000, element), vr, value)
    library = opened(images, tmp_path)
    overlay = planes_of(library, image)
    assert overlay is not None
    stack = stack_of(library, images)
    (place,) = (place for place, plane in enumerate(stack.planes) if plane.image and plane.image[0] == image.SOPInstanceUID)
    (picture,) = drawn(overlay, stack.planes[place]).bitmaps
    assert np.array_equal(picture.bitmap.bits[0], marked)
    with EagerInputs(library, {}) as inputs:
        frame = inputs.frame(stack.frames[place])
    assert isinstance(frame, DecodedFrame)
    assert np.array_equal(frame.stored, values[0])
