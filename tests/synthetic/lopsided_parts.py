"""Two lopsided parts that overlap, as a segmentation of any type, and what of them lies on a slice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.read_segmentation import ReadBack
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.geometry.plane import Plane
from viewer.representations.labelmap import segmentation_on_plane
from viewer.representations.on_plane import OnPlane

GRID = Grid(shape=(5, 7, 11))


def overlapping_masks(shape: tuple[int, int, int] = GRID.shape) -> NDArray[np.uint8]:
    """Two lopsided parts that share voxels, none on the first and last slice: (slices, rows, columns, parts)."""
    slices, rows, columns = shape
    found = np.zeros((*shape, 2), np.uint8)
    found[1 : slices - 1, 1 : rows // 2 + 1, 2 : columns - 3, 0] = 1
    found[2 : slices - 1, rows // 2 : rows - 1, columns // 2 : columns - 1, 1] = 1
    found[2, 0, 0, 1] = 1
    return found


def made(pixels: NDArray[Any], *, on: Grid = GRID, grid: Grid | None = None, **options: Any) -> Dataset:
    images = image_series(np.zeros(on.shape, np.int16), on, Series())
    count = pixels.shape[3] if pixels.ndim == 4 else int(pixels.max())
    parts = [Part(f"Part {number}", color=(255, 40 * number, 0)) for number in range(1, count + 1)]
    return segmentation(images, pixels, parts, Result("seg"), grid=grid, **options)


UNEVEN_MM = (100.0, 102.0, 105.3, 106.1, 108.0)
"""Gaps of 2, 3.3, 0.8 and 1.9 mm: the usual one is 1.95, and 3.3 is more than one and a half of it."""


def unevenly(dataset: Dataset) -> Dataset:
    """Move the slices of a segmentation on ``GRID`` to the uneven distances of ``UNEVEN_MM``."""
    for group in dataset.PerFrameFunctionalGroupsSequence:
        position = group.PlanePositionSequence[0].ImagePositionPatient
        place = round((float(position[2]) - GRID.origin_mm[2]) / GRID.spacing_mm[0])
        group.PlanePositionSequence[0].ImagePositionPatient = [*position[:2], UNEVEN_MM[place]]
    return dataset


def plane_of(grid: Grid, k: int, found: ReadBack, *, image: tuple[str, int] | None = None) -> Plane:
    """The plane of slice k of a grid, in the Frame of Reference of a segmentation."""
    return Plane(
        grid.position(k),
        grid.along_row,
        grid.down_column,
        (grid.spacing_mm[1], grid.spacing_mm[2]),
        (grid.shape[1], grid.shape[2]),
        found.content.frame_of_reference_uid,
        thickness_mm=grid.spacing_mm[0],
        image=image,
    )


def mask_on(plane_content: OnPlane, part: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask of one part, over all label pictures."""
    mask = np.zeros(shape, bool)
    for picture in plane_content.labels:
        mask |= picture.labels == picture.parts.index(part) + 1
    return mask


def shown(found: ReadBack, plane: Plane) -> OnPlane:
    return segmentation_on_plane(found.overlay, plane, found.read_frame)


def fractional(pixels: NDArray[np.float64], **options: Any) -> Dataset:
    return made(pixels, kind="FRACTIONAL", **options)


def labelmap(pixels: NDArray[np.uint8] | NDArray[np.uint16], **options: Any) -> Dataset:
    return made(pixels, kind="LABELMAP", **options)


def labels_of_two() -> NDArray[np.uint8]:
    masks = overlapping_masks()
    return np.where(masks[..., 1] != 0, 2, masks[..., 0]).astype(np.uint8)


def without_padding(dataset: Dataset, label: str) -> Dataset:
    del dataset.PixelPaddingValue
    background = next(item for item in dataset.SegmentSequence if item.SegmentNumber == 0)
    background.SegmentLabel = label
    kind = background.SegmentedPropertyTypeCodeSequence[0]
    kind.CodeValue, kind.CodingSchemeDesignator = "10200004", "SCT"
    return dataset
