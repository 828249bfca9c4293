"""60xx planes lie on the pixels that their origin names; what hangs over the edge of the image stays where it is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic.values import two_part_overlay
from viewer.domain.image_attributes import OverlayPlane
from viewer.representations.on_plane import BitmapPicture, OnPlane
from viewer.scene.layer_drawables import ShownLayer, bitmaps
from viewer.scene.part_look import PartLook

BITS = np.array([[[0, 0, 0], [0, 0, 0]], [[1, 0, 1], [1, 1, 0]]], np.uint8)
LOOK = PartLook((10, 200, 30), visible=True, fill=0.0, line=1.0, graded_fill=0.0, dashed=False, selected=False)


def covered(origin: tuple[int, int], look: PartLook = LOOK) -> list[tuple[int, int]]:
    """The 0-based (row, column) of the image pixels that the second frame of a plane of 2 x 3 bits covers."""
    plane = OverlayPlane(0x6000, BITS, origin)
    shown = OnPlane(bitmaps=(BitmapPicture(plane, 1, 3),), parts_here=frozenset({3}))
    found = bitmaps(ShownLayer(two_part_overlay(), shown, {3: look}, threshold=0.5, graded=True))
    places = []
    for one in found:
        (xx, xy, x0), (yx, yy, y0) = one.transform
        assert (xx, xy, yx, yy) == (1.0, 0.0, 0.0, 1.0)
        rows, columns = np.nonzero(one.argb)
        places += [(int(row + y0), int(column + x0)) for row, column in zip(rows, columns, strict=True)]
    return sorted(places)


@pytest.mark.parametrize(
    ("origin", "first"),
    [((1, 1), (0, 0)), ((0, 0), (-1, -1)), ((2, 1), (1, 0)), ((1, 4), (0, 3)), ((-5, 9), (-6, 8))],
)
def test_check_63_an_origin_of_1_1_is_the_first_pixel_and_0_0_lies_one_up_and_left(
    origin: tuple[int, int], first: tuple[int, int]
) -> None:
    row, column = first
    assert covered(origin) == [(row, column), (row, column + 2), (row + 1, column), (row + 1, column + 1)]


def test_a_plane_that_is_switched_off_covers_nothing() -> None:
    hidden = PartLook((10, 200, 30), visible=False, fill=0.0, line=1.0, graded_fill=0.0, dashed=False, selected=False)
    assert covered((1, 1), hidden) == []
