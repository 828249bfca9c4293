"""Bar M1 for labels: an oblique plane through a segmentation against scipy's nearest-neighbour sampling, in the same run.

Both start from the voxels and a plane. scipy samples a dense volume; the program's box holds what is not empty.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from tests.benchmarks.turns import best_of_turns
from viewer.domain.overlay import ReadFrame
from viewer.domain.segmentation import Segmentation, SegmentationFrames
from viewer.geometry.plane import Plane, to_vector
from viewer.representations.part_codes import PartCodes
from viewer.representations.resample import sampled_labels
from viewer.representations.segmentation_slices import piles_of
from viewer.representations.segmentation_volumes import SegmentationVolumes
from viewer.representations.slice_source import SliceSource

pytestmark = pytest.mark.benchmark_bar

SHAPE = (60, 512, 512)
SPACING_MM = (5.0, 0.8, 0.8)
PARTS = 10


def organs() -> NDArray[np.uint8]:
    """Ten ellipsoids in a body."""
    rng = np.random.default_rng(10)
    labels = np.zeros(SHAPE, np.uint8)
    k, j, i = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    for number in range(1, PARTS + 1):
        center, radius = rng.uniform(0.25, 0.75, 3) * SHAPE, rng.uniform(0.1, 0.25, 3) * SHAPE
        inside = sum(((at - c) / r) ** 2 for at, c, r in zip((k, j, i), center, radius, strict=True)) < 1
        labels[inside] = number
    return labels


def segmentation(labels: NDArray[np.uint8]) -> tuple[Segmentation, ReadFrame]:
    """BINARY: a frame for each part on each slice."""
    slices = SHAPE[0]
    positions = np.array([(0.0, 0.0, SPACING_MM[0] * k) for k in range(slices)] * PARTS)
    count = len(positions)
    numbers = np.repeat(np.arange(1, PARTS + 1, dtype=np.int32), slices)
    frames = SegmentationFrames(numbers, positions, np.tile([1.0, 0, 0, 0, 1, 0], (count, 1)), ((),) * count)
    content = Segmentation("BINARY", *SHAPE[1:], frames, (), SPACING_MM[1:], SPACING_MM[0], "1.2")

    def read_frame(index: int) -> NDArray[np.generic]:
        part, place = divmod(index, slices)
        return (labels[place] == part + 1).view(np.uint8)

    return content, read_frame


def oblique() -> Plane:
    """512 x 512, turned about two axes, through the middle."""
    along = np.array([np.cos(0.6), 0.0, np.sin(0.6)])
    down = np.cos(0.35) * np.array([0.0, 1.0, 0.0]) + np.sin(0.35) * np.cross(along, [0.0, 1.0, 0.0])
    middle = np.array(SPACING_MM)[::-1] * SHAPE[::-1] / 2
    origin = middle - (along + down) * 0.8 * 256
    return Plane(to_vector(origin), to_vector(along), to_vector(down), (0.8, 0.8), (512, 512), "1.2")


def test_an_oblique_plane_of_labels_is_picked_at_once() -> None:
    labels, plane = organs(), oblique()
    content, read_frame = segmentation(labels)
    table = np.zeros(65536, np.uint8)
    table[1 : PARTS + 1] = np.arange(1, PARTS + 1)
    numbers = tuple(range(1, PARTS + 1))
    source = SliceSource(content, read_frame, PartCodes(numbers, {number: number for number in numbers}, table))
    (volume,) = SegmentationVolumes(1 << 30).built(source)
    assert volume is not None

    def scipy_s() -> NDArray[np.uint8]:
        rows, columns = np.indices(plane.shape)
        points = plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1))
        indices = np.moveaxis(points[..., ::-1] / SPACING_MM, -1, 0)
        return np.asarray(map_coordinates(labels, indices, order=0))

    (found,) = volume.sampled(plane)
    assert np.mean(found == scipy_s()) > 0.9999
    ours, theirs = best_of_turns(lambda: volume.sampled(plane), scipy_s, turns=9)
    started = time.perf_counter()
    sampled_labels(source, piles_of(content)[0], plane)
    from_slices = time.perf_counter() - started
    print(
        f"\noblique labels {ours * 1000:.1f} ms, scipy {theirs * 1000:.1f} ms: {ours / theirs:.2f};"
        f" from the slices each time {from_slices * 1000:.0f} ms; {volume.held_bytes / 1e6:.1f} MB held"
    )
    assert ours / theirs <= 0.6
    assert ours / from_slices <= 0.1
    # Only the ellipsoids' box is kept, and it takes no more than the dense labels.
    assert volume.held_bytes <= labels.nbytes
