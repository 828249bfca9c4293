"""Planes that cross a segmentation's slices: picked from its voxels they are what sampling the slices gives, read once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.lopsided_parts import GRID, made, mask_on, overlapping_masks, plane_of
from tests.synthetic.read_segmentation import read_back
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import issue
from viewer.domain.overlay import FrameNotRead, Overlay, Part
from viewer.domain.provenance import Provenance
from viewer.domain.segmentation import Segmentation, SegmentationFrames
from viewer.geometry.plane import Plane, to_vector
from viewer.representations.labelmap import follows_voxels, segmentation_on_plane
from viewer.representations.on_plane import OnPlane
from viewer.representations.part_codes import part_codes
from viewer.representations.segmentation_slices import piles_of
from viewer.representations.segmentation_volumes import NotBuilt, SegmentationVolumes, Volumes
from viewer.representations.slice_source import SliceSource

SHAPE = (6, 9, 13)
SPACING_MM = (2.5, 0.8, 0.55)
Layout = Literal["square", "tilted", "uneven", "missing slices", "one slice"]
KINDS: tuple[tuple[str, int], ...] = (
    ("BINARY", 1),
    ("LABELMAP", 8),
    ("LABELMAP", 16),
    ("FRACTIONAL", 8),
    ("FRACTIONAL", 16),
)


def positions_of(layout: Layout, axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(slices, 3) mm; the rows of ``axes`` run along the normal, down a column and along a row."""
    places = np.arange(SHAPE[0], dtype=float)[:, None]
    start = np.array([-31.0, 12.5, 77.25])
    if layout == "tilted":
        return np.asarray(start + places * (SPACING_MM[0] * axes[0] + 0.37 * axes[1]))
    if layout == "uneven":
        places = places * 1.02 + 0.2 * (places % 2)
    if layout == "missing slices":
        places = places[[0, 1, 3, 5]]
    if layout == "one slice":
        places = places[:1]
    return np.asarray(start + places * SPACING_MM[0] * axes[0])


def axes_of(rng: np.random.Generator, *, turned: bool) -> NDArray[np.float64]:
    """Three orthogonal unit vectors, right-handed in the order row, column, normal."""
    if not turned:
        return np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    along, down = np.linalg.qr(rng.normal(size=(3, 2)))[0].T
    return np.stack([np.cross(along, down), down, along])


class Made:
    """A segmentation with random overlapping parts, and its frames."""

    def __init__(self, rng: np.random.Generator, kind: str, bits: int, layout: Layout, axes: NDArray[np.float64]) -> None:
        positions = positions_of(layout, axes)
        slices, parts = len(positions), 3
        maximum = 200 if bits == 8 else 4000
        if kind == "LABELMAP":
            self.frames = rng.integers(0, parts + 2, (slices, *SHAPE[1:])).astype(f"u{bits // 8}")
            self.frames[rng.random(self.frames.shape) < 0.4] = 0
            numbers, at = np.full(slices, -1, np.int32), positions
        else:
            frames = rng.integers(0, 2 if kind == "BINARY" else maximum + 20, (parts * slices, *SHAPE[1:]))
            # The third part is small, in a corner; a part has two frames at one place.
            frames[2 * slices :, 3:] = 0
            self.frames = np.concatenate([frames, frames[:1][:, ::-1]]).astype("u2" if bits == 16 else "u1")
            numbers = np.repeat(np.arange(1, parts + 1, dtype=np.int32), slices)
            numbers, at = np.append(numbers, np.int32(1)), np.concatenate([*[positions] * parts, positions[:1]])
        count = len(numbers)
        placed = SegmentationFrames(numbers, at, np.tile(np.concatenate([axes[2], axes[1]]), (count, 1)), ((),) * count)
        self.content = Segmentation(
            kind,
            *SHAPE[1:],
            placed,
            (),
            SPACING_MM[1:],
            SPACING_MM[0],
            "1.2",
            maximum_fractional_value=maximum,
            bits_allocated=bits,
        )  # type: ignore[arg-type]
        self.overlay = overlay_of(self.content, parts)
        self.reads: list[int] = []

    def read_frame(self, index: int) -> NDArray[np.generic]:
        self.reads.append(index)
        return self.frames[index]

    def source(self) -> SliceSource:
        return SliceSource(self.content, self.read_frame, part_codes(self.overlay))

    def crossed_by(self, rng: np.random.Generator, axes: NDArray[np.float64]) -> Plane:
        """Return a plane at random, near the middle; every third one along the segmentation's own axes."""
        along, down = axes_of(rng, turned=True)[[2, 1]] if rng.random() < 0.67 else axes[[1, 0]]
        shape = (int(rng.integers(1, 40)), int(rng.integers(1, 40)))
        spacing = rng.uniform(0.2, 1.6, 2)
        centre = self.content.frames.position.mean(axis=0) + axes[1] * 3.2 + axes[2] * 3.3 + rng.normal(size=3) * 2
        origin = centre - along * spacing[1] * shape[1] / 2 - down * spacing[0] * shape[0] / 2
        return Plane(
            to_vector(origin), to_vector(along), to_vector(down), (float(spacing[0]), float(spacing[1])), shape, "1.2"
        )


def overlay_of(content: Segmentation, parts: int) -> Overlay:
    rows = tuple(Part(number, f"Part {number}", (255, 0, 0)) for number in range(1, parts + 1))
    return Overlay(
        InstanceKey("seg"),
        "1.2.3",
        "1.2.4",
        "P",
        "segmentation",
        content.type,
        "SEG",
        Provenance(),
        rows,
        content,
        ("1.2",),
        (),
    )


def assert_same(found: OnPlane, expected: OnPlane) -> None:
    assert found.parts_here == expected.parts_here
    assert len(found.labels) == len(expected.labels)
    for ours, theirs in zip(found.labels, expected.labels, strict=True):
        assert (ours.plane, ours.parts) == (theirs.plane, theirs.parts)
        assert ours.labels.dtype == theirs.labels.dtype
        assert np.array_equal(ours.labels, theirs.labels)
    assert [picture.part for picture in found.fractions] == [picture.part for picture in expected.fractions]
    for own, other in zip(found.fractions, expected.fractions, strict=True):
        assert own.plane == other.plane
        assert np.array_equal(own.fractions, other.fractions)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("layout", ["square", "tilted", "uneven", "missing slices", "one slice"])
@pytest.mark.parametrize(("kind", "bits"), KINDS)
def test_any_plane_shows_the_same_from_voxels_as_from_slices(kind: str, bits: int, layout: Layout, turned: bool) -> None:
    rng = np.random.default_rng([bits, len(layout), turned])
    axes = axes_of(rng, turned=turned)
    segmentation = Made(rng, kind, bits, layout, axes)
    volumes = SegmentationVolumes(1 << 24)
    seen = 0
    for _ in range(12):
        plane = segmentation.crossed_by(rng, axes)
        expected = segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame)
        found = segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame, volumes_of=volumes.built)
        assert_same(found, expected)
        seen += bool(found.parts_here)
    assert seen > 2
    assert volumes.built(segmentation.source()) != (None,) or (kind, layout) == ("FRACTIONAL", "uneven")


def test_frames_are_read_once_for_all_planes() -> None:
    rng = np.random.default_rng(3)
    axes = axes_of(rng, turned=True)
    segmentation, volumes = Made(rng, "BINARY", 1, "square", axes), SegmentationVolumes(1 << 24)
    for _ in range(5):
        plane = segmentation.crossed_by(rng, axes)
        segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame, volumes_of=volumes.built)
    assert sorted(segmentation.reads) == list(range(len(segmentation.frames)))


def test_a_plane_of_the_slices_asks_for_no_voxels(tmp_path: Path) -> None:
    def refuse(source: SliceSource) -> Volumes:
        raise AssertionError

    found = read_back(made(overlapping_masks()), tmp_path)
    plane = plane_of(GRID, 2, found)
    content = segmentation_on_plane(found.overlay, plane, found.read_frame, volumes_of=refuse)
    assert np.array_equal(mask_on(content, 1, plane.shape), overlapping_masks()[2, :, :, 0] != 0)


def test_two_threads_that_ask_at_once_build_once() -> None:
    rng = np.random.default_rng(4)
    segmentation, volumes = Made(rng, "LABELMAP", 8, "square", axes_of(rng, turned=False)), SegmentationVolumes(1 << 24)
    together = threading.Barrier(4)

    def ask(_: int) -> Volumes:
        together.wait()
        return volumes.built(segmentation.source())

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert all(one is found[0] for one in found)
    assert len(segmentation.reads) == len(segmentation.frames)


def test_building_can_be_ended_and_begun_again() -> None:
    class Ended(Exception):
        pass

    def end(part: float) -> None:
        if part > 0.5:
            raise Ended

    rng = np.random.default_rng(5)
    segmentation, volumes = Made(rng, "LABELMAP", 8, "square", axes_of(rng, turned=False)), SegmentationVolumes(1 << 24)
    with pytest.raises(Ended):
        volumes.built(segmentation.source(), check=end)
    with pytest.raises(NotBuilt):
        volumes.held(segmentation.source())
    assert volumes.built(segmentation.source()) is volumes.held(segmentation.source())


def test_volumes_stay_within_their_budget() -> None:
    rng = np.random.default_rng(6)
    axes = axes_of(rng, turned=False)
    several = [Made(rng, "LABELMAP", 8, "square", axes) for _ in range(4)]
    volumes = SegmentationVolumes(1 << 24)
    volumes.built(several[0].source())
    one = volumes.used_bytes
    assert one >= several[0].frames.nbytes
    volumes.budget_bytes = int(2.5 * one)
    for segmentation in several:
        volumes.built(segmentation.source())
    assert volumes.used_bytes == 2 * one
    volumes.held(several[3].source())
    with pytest.raises(NotBuilt):
        volumes.held(several[0].source())


@pytest.mark.parametrize(("kind", "bits"), KINDS)
def test_a_segmentation_too_large_to_keep_is_sampled_from_its_slices(kind: str, bits: int) -> None:
    rng = np.random.default_rng(7)
    axes = axes_of(rng, turned=True)
    segmentation, volumes = Made(rng, kind, bits, "square", axes), SegmentationVolumes(1000)
    plane = segmentation.crossed_by(rng, axes)
    expected = segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame)
    assert_same(
        segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame, volumes_of=volumes.built), expected
    )
    assert volumes.held(segmentation.source()) == (None,)
    assert volumes.used_bytes == 0


def test_a_frame_that_cannot_be_read_spoils_only_the_planes_that_touch_it() -> None:
    rng = np.random.default_rng(8)
    segmentation = Made(rng, "LABELMAP", 8, "square", axes_of(rng, turned=False))

    def damaged(index: int) -> NDArray[np.generic]:
        if index == 5:
            raise FrameNotRead(issue("damaged", "error", reason="it is damaged"))
        return segmentation.frames[index]

    volumes = SegmentationVolumes(1 << 24)
    # Steep enough to be no slice, and all below the last one.
    low = Plane((-30.0, 12.5, 77.5), (0.98, 0.0, float(np.sqrt(1 - 0.98**2))), (0.0, 1.0, 0.0), (0.8, 0.5), (9, 13), "1.2")
    found = segmentation_on_plane(segmentation.overlay, low, damaged, volumes_of=volumes.built)
    assert_same(found, segmentation_on_plane(segmentation.overlay, low, segmentation.read_frame))
    with pytest.raises(FrameNotRead):
        segmentation_on_plane(segmentation.overlay, low.moved(12.5), damaged, volumes_of=volumes.built)


def test_tiles_side_by_side_are_sampled_from_their_slices() -> None:
    rng = np.random.default_rng(9)
    axes = axes_of(rng, turned=False)
    segmentation = Made(rng, "LABELMAP", 8, "square", axes)
    content = segmentation.content
    beside = content.frames.position.copy()
    beside[1::2] = beside[::2] + axes[2] * SPACING_MM[2] * SHAPE[2]
    tiled = replace(content, frames=replace(content.frames, position=beside), slice_spacing_mm=5.0)
    assert len(piles_of(tiled)[0].slices) == 6
    segmentation.content, segmentation.overlay = tiled, replace(segmentation.overlay, content=tiled)
    volumes = SegmentationVolumes(1 << 24)
    plane = segmentation.crossed_by(rng, axes)
    found = segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame, volumes_of=volumes.built)
    assert_same(found, segmentation_on_plane(segmentation.overlay, plane, segmentation.read_frame))
    assert volumes.held(segmentation.source()) == (None,)


@pytest.mark.parametrize("layout", ["square", "missing slices", "uneven", "tilted"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_plane_from_voxel_to_voxel_has_a_pixel_for_each_and_one_beside_them_has_several(
    layout: Layout, *, turned: bool
) -> None:
    rng = np.random.default_rng(3)
    axes = axes_of(rng, turned=turned)
    found = Made(rng, "BINARY", 8, layout, axes)
    start = positions_of("square", axes)[0]

    def coronal(beside: float) -> Plane:
        # Down the slices, along their rows, through the fifth of them.
        origin = start + 4 * SPACING_MM[1] * axes[1] + beside * SPACING_MM[0] * axes[0]
        return Plane(
            to_vector(origin),
            to_vector(axes[2]),
            to_vector(axes[0]),
            (SPACING_MM[0], SPACING_MM[2]),
            (SHAPE[0], SHAPE[2]),
            "1.2",
        )

    def shapes(plane: Plane) -> set[tuple[int, ...]]:
        here = segmentation_on_plane(found.overlay, plane, found.read_frame)
        assert here.labels
        return {one.labels.shape for one in here.labels}

    even = layout in ("square", "missing slices")
    assert follows_voxels(found.content, coronal(0.0)) is even
    assert not follows_voxels(found.content, coronal(0.3))
    assert shapes(coronal(0.3)) == {(5 * SHAPE[0], SHAPE[2])}
    if not even:
        return
    assert shapes(coronal(0.0)) == {(SHAPE[0], SHAPE[2])}
    # What lies between two voxels is one of them: the finer picture says nothing else.
    one = segmentation_on_plane(found.overlay, coronal(0.0), found.read_frame)
    for picture in one.labels:
        codes = picture.labels
        assert codes.any()
        for row in range(SHAPE[0]):
            offsets = [slice_.plane.origin for slice_ in piles_of(found.content)[0].slices]
            depth = float(np.dot(start, axes[0])) + row * SPACING_MM[0]
            if not any(abs(float(np.dot(at, axes[0])) - depth) < 0.1 for at in offsets):
                assert not codes[row].any()
