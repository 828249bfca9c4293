"""Compositing: every pixel inside a part has its colour, every pixel outside has none; overlaps blend; borders."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.scene.colour_tables import CLEAR
from viewer.scene.composite import ColoredLabels, borders, composite

IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
RED, GREEN = (255, 0, 0, 128), (0, 200, 0, 64)


def straight(argb: np.ndarray) -> np.ndarray:
    """(rows, columns, 4): premultiplied red, green, blue, alpha."""
    return np.stack([(argb >> shift) & 255 for shift in (16, 8, 0, 24)], axis=-1).astype(int)


def blend(*layers: tuple[np.ndarray, tuple[int, int, int, int]]) -> np.ndarray:
    """The same by floats: (rows, columns, 4) premultiplied."""
    out = np.zeros((*layers[0][0].shape, 4))
    for mask, (red, green, blue, alpha) in layers:
        over = np.array([red * alpha / 255, green * alpha / 255, blue * alpha / 255, alpha])
        blended = over + out * (1 - alpha / 255)
        out = np.where(mask[..., None], blended, out)
    return out


def whole(made, shape: tuple[int, int]) -> np.ndarray:
    """The composite put back into its grid."""
    out = np.zeros((*shape, 4), int)
    left, top = int(made.transform[0][2]), int(made.transform[1][2])
    rows, columns = made.argb.shape
    out[top : top + rows, left : left + columns] = straight(made.argb)
    return out


def test_inside_has_the_colour_and_outside_nothing_to_the_pixel() -> None:
    labels = np.zeros((7, 11), np.uint8)
    labels[2:5, 3:9] = 1
    labels[4, 8] = 2
    made = composite([ColoredLabels(labels, (RED, GREEN))], IDENTITY)
    assert made is not None
    expected = blend((labels == 1, RED), (labels == 2, GREEN))
    assert np.abs(whole(made, labels.shape) - expected).max() <= 0.5


def test_a_picture_is_cut_to_what_is_in_it_and_says_where_it_lies() -> None:
    labels = np.zeros((70, 110), np.uint8)
    labels[20:25, 30:39] = 1
    made = composite([ColoredLabels(labels, (RED,))], ((0.5, 0.0, 7.0), (0.0, 0.25, -3.0)))
    assert made is not None
    assert made.argb.shape == (5, 9)
    assert made.transform == ((0.5, 0.0, 22.0), (0.0, 0.25, 2.0))


def test_nothing_gives_no_picture() -> None:
    assert composite([ColoredLabels(np.zeros((7, 11), np.uint8), (RED,))], IDENTITY) is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_overlapping_pictures_blend_in_their_order(dtype: type) -> None:
    rng = np.random.default_rng(3)
    arrays = [rng.integers(0, 3, (17, 23)).astype(dtype) for _ in range(3)]
    colors = [((255, 0, 0, 90), (10, 20, 30, 255)), ((0, 255, 0, 60), CLEAR), ((0, 0, 255, 200), (250, 250, 0, 30))]
    made = composite([ColoredLabels(a, c) for a, c in zip(arrays, colors, strict=True)], IDENTITY)
    assert made is not None
    masks = [(a == value, c[value - 1]) for a, c in zip(arrays, colors, strict=True) for value in (1, 2)]
    assert np.abs(whole(made, (17, 23)) - blend(*masks)).max() <= 0.51


def test_each_of_two_overlapping_parts_toggles_by_itself() -> None:
    first, second = np.zeros((7, 11), np.uint8), np.zeros((7, 11), np.uint8)
    first[1:5, 2:8] = 1
    second[3:6, 5:10] = 1
    for one, other in ((RED, CLEAR), (CLEAR, GREEN), (RED, GREEN)):
        made = composite([ColoredLabels(first, (one,)), ColoredLabels(second, (other,))], IDENTITY)
        assert made is not None
        expected = blend((first == 1, one), (second == 1, other))
        assert np.abs(whole(made, first.shape) - expected).max() <= 0.51


def test_many_layers_beyond_any_single_table_still_blend_right() -> None:
    rng = np.random.default_rng(5)
    arrays = [rng.integers(0, 9, (31, 29)).astype(np.uint8) for _ in range(12)]
    colors = [tuple((int(r), int(g), int(b), 40) for r, g, b in rng.integers(0, 256, (8, 3))) for _ in range(12)]
    made = composite([ColoredLabels(a, c) for a, c in zip(arrays, colors, strict=True)], IDENTITY)
    assert made is not None
    masks = [(a == value, c[value - 1]) for a, c in zip(arrays, colors, strict=True) for value in range(1, 9)]
    assert np.abs(whole(made, (31, 29)) - blend(*masks)).max() <= 0.51


@pytest.mark.parametrize("places_bits", [17, 3])
@pytest.mark.parametrize(("table", "largest"), [(1 << 7, 1 << 63), (1 << 18, 1 << 63), (1 << 7, 1 << 20)])
def test_layers_with_borders_blend_pixel_by_pixel_however_often_their_codes_are_renumbered(
    monkeypatch: pytest.MonkeyPatch, table: int, largest: int, places_bits: int
) -> None:
    """With few places nearly every large code meets another."""
    monkeypatch.setattr("viewer.scene.composite.LARGEST_TABLE", table)
    monkeypatch.setattr("viewer.scene.composite.LARGEST_CODE", largest)
    monkeypatch.setattr("viewer.scene.composite._PLACES_BITS", places_bits)
    rng = np.random.default_rng(8)
    layers, expected = [], []
    for number in range(9):
        labels = np.zeros((23, 31), np.uint16 if number % 3 == 0 else np.uint8)
        for part in (1, 2, 3):
            y, x, h, w = (*rng.integers(0, 16, 2), *rng.integers(1, 12, 2))
            labels[y : y + h, x : x + w] = part
        fills, lines = (tuple((*(int(v) for v in rng.integers(0, 256, 3)), alpha) for _ in range(3)) for alpha in (60, 200))
        bordered = number % 2 == 0
        layers.append(ColoredLabels(labels, fills, lines if bordered else None))  # type: ignore[arg-type]
        edge = borders(labels) & bordered
        for part in (1, 2, 3):
            expected.append(((labels == part) & ~edge, fills[part - 1]))
            expected.append(((labels == part) & edge, lines[part - 1]))
    found = whole(composite(layers, IDENTITY), (23, 31))
    assert np.abs(found - blend(*expected)).max() <= 0.5 + 1e-9  # type: ignore[arg-type]


def test_borders_are_the_outermost_pixels_of_a_part() -> None:
    labels = np.zeros((9, 11), np.uint8)
    labels[2:7, 3:9] = 1
    labels[4, 5:7] = 2
    border = borders(labels)
    inside_of_one = np.zeros_like(border)
    inside_of_one[3, 4] = inside_of_one[3, 7] = inside_of_one[5, 4] = inside_of_one[5, 7] = True
    inside_of_one[4, 7] = inside_of_one[4, 4] = False
    assert np.array_equal(~border & (labels == 1), inside_of_one)
    assert border[4, 5]
    assert not border[labels == 0].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2), (8, 9)])
def test_borders_are_those_of_a_look_at_each_neighbour(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    for _ in range(20):
        labels = rng.integers(0, 3, shape).astype(np.uint8)
        around = np.pad(labels.astype(int), 1, constant_values=-1)
        middle = around[1:-1, 1:-1]
        neighbours = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
        expected = np.any([middle != other for other in neighbours], axis=0) & (labels != 0)
        assert np.array_equal(borders(labels), expected)


def test_a_border_is_drawn_in_the_line_s_colour_and_the_inside_in_the_fill_s() -> None:
    labels = np.zeros((9, 11), np.uint8)
    labels[2:7, 3:9] = 1
    line = (255, 0, 0, 255)
    made = composite([ColoredLabels(labels, (RED,), (line,))], IDENTITY)
    assert made is not None
    border = borders(labels)
    expected = blend((border, line), ((labels == 1) & ~border, RED))
    assert np.abs(whole(made, labels.shape) - expected).max() <= 0.5
