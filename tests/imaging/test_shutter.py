"""Shutters against each shape's definition, pixel by pixel. Acceptance check 62 for images without a presentation state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from viewer.domain.shutter import Shutter, ShutterBitmap
from viewer.imaging.shutter import open_area, shuttered

ROWS, COLUMNS = 23, 31


def by_definition(shutter: Shutter) -> NDArray[np.bool_]:
    """Every pixel asked by itself; rows and columns count from 1."""
    area = np.ones((ROWS, COLUMNS), bool)
    for row in range(1, ROWS + 1):
        for column in range(1, COLUMNS + 1):
            if shutter.rectangle:
                left, right, upper, lower = shutter.rectangle
                area[row - 1, column - 1] &= left <= column <= right and upper <= row <= lower
            if shutter.circle:
                middle_row, middle_column, radius = shutter.circle
                area[row - 1, column - 1] &= (row - middle_row) ** 2 + (column - middle_column) ** 2 <= radius**2
    return area


def test_a_rectangle_keeps_its_edges() -> None:
    shutter = Shutter(rectangle=(4, 20, 2, 9))
    area = open_area(shutter, ROWS, COLUMNS)
    assert np.array_equal(area, by_definition(shutter))
    assert (area.sum(), area[1, 3], area[0, 3], area[8, 19], area[8, 20]) == (17 * 8, True, False, True, False)


def test_check_62_rectangle_and_circle_leave_what_both_leave_and_the_centre_is_row_then_column() -> None:
    shutter = Shutter(rectangle=(5, 28, 3, 20), circle=(12, 22, 7))
    area = open_area(shutter, ROWS, COLUMNS)
    assert np.array_equal(area, by_definition(shutter))
    assert area[11, 21]
    assert not area[21, 11]


def test_a_polygon_is_what_pillow_fills() -> None:
    """A concave shape with slanted edges; ImageDraw takes (column, row) from 0 and draws the edge as well."""
    polygon = ((2, 3), (20, 6), (11, 12), (19, 28), (4, 25))
    picture = Image.new("1", (COLUMNS, ROWS))
    ImageDraw.Draw(picture).polygon([(column - 1, row - 1) for row, column in polygon], fill=1)
    theirs = np.asarray(picture)
    mine = open_area(Shutter(polygon=polygon), ROWS, COLUMNS)
    # Pillow widens slanted edges by the pixels they touch: nothing of ours is outside, and inside they agree.
    assert not (mine & ~theirs).any()
    outline = Image.new("1", (COLUMNS, ROWS))
    ImageDraw.Draw(outline).polygon([(column - 1, row - 1) for row, column in polygon], outline=1)
    assert np.array_equal(mine & ~np.asarray(outline), theirs & ~np.asarray(outline))


def test_a_polygon_keeps_its_corners_and_edges_along_rows() -> None:
    area = open_area(Shutter(polygon=((2, 2), (2, 6), (5, 6), (5, 2))), 7, 9)
    expected = np.zeros((7, 9), bool)
    expected[1:5, 1:6] = True
    assert np.array_equal(area, expected)


def test_a_polygon_beyond_the_image_is_cut_off() -> None:
    assert open_area(Shutter(polygon=((-5, -5), (-5, 50), (50, 50), (50, -5))), ROWS, COLUMNS).all()


def test_what_is_covered_gets_the_value_and_the_picture_itself_is_not_changed() -> None:
    picture = np.full((ROWS, COLUMNS), 200, np.uint8)
    covered = shuttered(picture, Shutter(rectangle=(2, 4, 2, 4), value=0x8080))
    assert (covered[0, 0], covered[1, 1], picture[0, 0]) == (0x80, 200, 200)


def test_colour_images_get_the_colour_when_one_is_stated() -> None:
    picture = np.full((ROWS, COLUMNS, 3), 200, np.uint8)
    red = shuttered(picture, Shutter(rectangle=(2, 4, 2, 4), value=0xFFFF, cielab=(34886, 53484, 50172)))
    assert red[0, 0].tolist() == [255, 0, 0]
    assert shuttered(picture, Shutter(rectangle=(2, 4, 2, 4), value=0xFFFF))[0, 0].tolist() == [255, 255, 255]


def test_a_bitmap_covers_what_is_set_wherever_its_corner_lies() -> None:
    bits = np.zeros((3, 4), np.uint8)
    bits[0, 0] = bits[2, 1:] = 1
    expected = np.ones((ROWS, COLUMNS), bool)
    expected[5, 7] = expected[7, 8:11] = False
    bitmap = ShutterBitmap(bits, origin=(6, 8))
    assert np.array_equal(open_area(Shutter(bitmap=bitmap), ROWS, COLUMNS), expected)
    with_circle = open_area(Shutter(circle=(6, 8, 5), bitmap=bitmap), ROWS, COLUMNS)
    assert np.array_equal(with_circle, expected & by_definition(Shutter(circle=(6, 8, 5))))
    up_left = open_area(Shutter(bitmap=ShutterBitmap(bits, origin=(0, 0))), ROWS, COLUMNS)
    assert np.argwhere(~up_left).tolist() == [[1, 0], [1, 1], [1, 2]]
    beyond = ShutterBitmap(np.ones((50, 50), np.uint8), origin=(22, 30))
    assert np.argwhere(~open_area(Shutter(bitmap=beyond), ROWS, COLUMNS)).tolist() == [
        [21, 29],
        [21, 30],
        [22, 29],
        [22, 30],
    ]
