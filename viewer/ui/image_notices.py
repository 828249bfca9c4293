"""What stands over any image, a slice or a 3D picture: the letters at its edges, and notices above or instead of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout, QTextOption

from viewer.scene.drawables import Notice
from viewer.ui.image_words import draw_icon, draw_outlined, image_font, text_width
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import DARK, ON_IMAGE

MARGIN = 11
_APART = 6
_SEVERITY = {"info": ("info", "info"), "warning": ("triangle-alert", "warning"), "error": ("octagon-alert", "error")}

Size = tuple[int, int]
"""(width, height) in device pixels."""


def wrapped(text: str, font_size: int, width: float, ratio: float) -> list[str]:
    """Return the lines of a text broken to a width in device pixels."""
    layout = QTextLayout(text, image_font(font_size, 400, ratio))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found = []
    line = layout.createLine()
    while line.isValid():
        line.setLineWidth(max(width, 1.0))
        found.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
        line = layout.createLine()
    layout.endLayout()
    return found


def paint_letters(painter: QPainter, letters: tuple[str, str, str, str], size: Size, ratio: float) -> None:
    """Paint the letters (left, right, top, bottom) of the directions in the patient."""
    width, height = size
    used = image_font(14, 600, ratio)
    left, right, top, bottom = letters
    middle = height / 2 + 5 * ratio
    places = (
        (left, MARGIN * ratio, middle),
        (right, width - MARGIN * ratio - text_width(right, used), middle),
        (top, (width - text_width(top, used)) / 2, 22 * ratio),
        (bottom, (width - text_width(bottom, used)) / 2, height - 12 * ratio),
    )
    for letter, x, baseline in places:
        draw_outlined(painter, QPointF(x, baseline), letter, used, ON_IMAGE.text)


def paint_notices(
    painter: QPainter, notices: Sequence[Notice], size: Size, ratio: float, taken: Sequence[QRectF] = ()
) -> None:
    """Paint the first notice that stands instead of the image, and two of those above it, below the words in ``taken``."""
    instead = [notice for notice in notices if notice.replaces_image]
    if instead:
        _paint_instead(painter, instead[0], size, ratio)
    top = 34 * ratio
    for notice in [one for one in notices if not one.replaces_image][:2]:
        top = _paint_above(painter, notice, size[0], ratio, (top, taken)) + 6 * ratio


def _paint_instead(painter: QPainter, notice: Notice, size: Size, ratio: float) -> None:
    width, height = size
    lines = wrapped(notice.text, 12, min(width - 48 * ratio, 420 * ratio), ratio) if notice.text else []
    top = height / 2 - (46 + metrics().px(17) * len(lines)) * ratio / 2
    draw_icon(painter, QPointF(width / 2 - 11 * ratio, top), _icon_of(notice), DARK.text3, 22, ratio)
    bold = image_font(12, 600, ratio)
    baseline = top + 22 * ratio + 22 * ratio
    draw_outlined(painter, QPointF((width - text_width(notice.title, bold)) / 2, baseline), notice.title, bold, DARK.text1)
    used = image_font(12, 400, ratio)
    for row, line in enumerate(lines):
        place = QPointF((width - text_width(line, used)) / 2, baseline + (row + 1) * metrics().px(17) * ratio)
        draw_outlined(painter, place, line, used, DARK.text2)


def _icon_of(notice: Notice) -> str:
    return "images" if notice.severity == "info" else "image-off"


def _paint_above(painter: QPainter, notice: Notice, width: int, ratio: float, free: tuple[float, Sequence[QRectF]]) -> float:
    """Paint a plate no higher than ``free`` says and over none of its words; return where it ends."""
    top, taken = free
    icon, token = _SEVERITY[notice.severity]
    color = getattr(DARK, token)
    title = notice.title if not notice.text or notice.title.endswith((".", ":", "?", "!")) else f"{notice.title}:"
    words = " ".join(filter(None, (title, notice.text)))
    lines = wrapped(words, 12, min(width * 0.7, 560 * ratio), ratio)
    used = image_font(12, 400, ratio)
    inner = max(text_width(line, used) for line in lines)
    line_height = metrics().px(17)
    plate = QRectF(0, 0, round(inner + 44 * ratio), round((line_height * len(lines) + 12) * ratio))
    plate.moveTopLeft(QPointF(round((width - plate.width()) / 2), round(top)))
    for words_there in sorted(taken, key=QRectF.bottom):
        if plate.intersects(words_there):
            plate.moveTop(round(words_there.bottom() + 4 * ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = QColor(color)
    edge.setAlphaF(0.4)
    painter.setPen(QPen(edge, ratio))
    painter.setBrush(QColor(getattr(DARK, f"{token}_bg")))
    painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 5 * ratio, 5 * ratio)
    draw_icon(painter, QPointF(plate.left() + 10 * ratio, plate.top() + 7 * ratio), icon, color, 16, ratio)
    painter.setFont(used)
    painter.setPen(QColor(DARK.text1))
    for row, line in enumerate(lines):
        painter.drawText(
            QPointF(plate.left() + 34 * ratio, plate.top() + (line_height + 1 + line_height * row) * ratio), line
        )
    return plate.bottom()
