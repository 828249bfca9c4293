"""Traced borders run along pixel edges: filled by even-odd they give back exactly the pixels they came from."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.scene.trace import traced


def filled(paths: tuple[np.ndarray, ...], shape: tuple[int, int]) -> np.ndarray:
    """Even-odd at pixel centres, by counting vertical edges to the right."""
    count = np.zeros(shape, int)
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    for path in paths:
        ends = np.roll(path, -1, axis=0)
        for (x0, y0), (x1, y1) in zip(path, ends, strict=True):
            if x0 == x1:
                count += (columns < x0) & (rows > min(y0, y1)) & (rows < max(y0, y1))
    return count % 2 == 1


def test_a_rectangle_has_four_corners_on_the_outer_corners_of_its_pixels() -> None:
    labels = np.zeros((7, 11), np.uint8)
    labels[2:5, 3:9] = 1
    (path,) = traced(labels)[1]
    assert sorted(map(tuple, path.tolist())) == [(3, 2), (3, 5), (9, 2), (9, 5)]


def test_a_hole_is_a_path_of_its_own() -> None:
    labels = np.zeros((9, 11), np.uint8)
    labels[1:8, 1:10] = 1
    labels[3:5, 4:8] = 0
    assert sorted(len(path) for path in traced(labels)[1]) == [4, 4]


def test_pixels_that_touch_at_a_corner_stay_apart() -> None:
    labels = np.zeros((4, 5), np.uint8)
    labels[1, 1] = labels[2, 2] = 1
    assert sorted(len(path) for path in traced(labels)[1]) == [4, 4]


@pytest.mark.parametrize("seed", range(6))
def test_random_labels_come_back_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, (13, 19)).astype(np.uint16)
    found = traced(labels)
    for value in (1, 2, 3):
        assert np.array_equal(filled(found[value], labels.shape), labels == value)


def test_a_label_at_the_picture_s_edge_is_closed_there() -> None:
    labels = np.ones((3, 4), np.uint8)
    (path,) = traced(labels)[1]
    assert sorted(map(tuple, path.tolist())) == [(0, 0), (0, 3), (4, 0), (4, 3)]


def test_nothing_has_no_border() -> None:
    assert traced(np.zeros((3, 4), np.uint8)) == {}
