"""Notices over an image cover none of the words in its corners, and of a line that is too long the numbers stay."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from tests.ui.slice.pixels import array_of
from viewer.scene.drawables import Notice
from viewer.ui.image_notices import paint_notices
from viewer.ui.image_words import image_font, text_width
from viewer.ui.slice.frame_words import _elided_name

SIZE = (500, 400)


def rows_painted(taken: tuple[QRectF, ...]) -> tuple[int, int]:
    """The first and last row that a notice covers."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0))
    painter = QPainter(image)
    paint_notices(painter, (Notice("Eleven slices are missing.", replaces_image=False),), SIZE, 1.0, taken)
    painter.end()
    rows = np.flatnonzero(array_of(image).any(axis=(1, 2)))
    return int(rows[0]), int(rows[-1])


@pytest.mark.usefixtures("qapp")
def test_a_notice_stands_between_the_words_where_there_is_room_and_else_below_them() -> None:
    between = rows_painted((QRectF(0, 10, 50, 110), QRectF(450, 10, 50, 110)))
    below = rows_painted((QRectF(0, 10, 230, 110), QRectF(450, 10, 50, 110)))
    assert between[0] < 60
    assert below[0] >= 120
    assert below[1] - below[0] == between[1] - between[0]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("room", [120.0, 180.0])
def test_of_a_long_name_with_a_number_the_number_stays(room: float) -> None:
    used = image_font(12, 500, 1.0)
    found = _elided_name("A segmentation with a long name · 104 of 118 shown", used, room)
    assert found.endswith(" · 104 of 118 shown")
    assert found != "A segmentation with a long name · 104 of 118 shown"
    assert text_width(found, used) <= max(room, text_width("… · 104 of 118 shown", used))
