"""Words on images: outlined text that reads on any grey, and label plates. Sizes are logical pixels times the ratio."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from viewer.ui.theme.current import metrics
from viewer.ui.theme.fonts import Weight, font
from viewer.ui.theme.icons import pixmap
from viewer.ui.theme.metrics import Metrics
from viewer.ui.theme.tokens import ON_IMAGE

_ROOM = 4
"""Pixels around a line for its dark edge."""
_AROUND = ((-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1))
_CACHE_LIMIT = 400
_texts: OrderedDict[tuple[str, str, str], QImage] = OrderedDict()


@dataclass(frozen=True)
class Piece:
    """A piece of a label plate: words in a colour, or a swatch when there are none."""

    text: str
    color: str
    strong: bool = False


def image_font(size: float, weight: Weight, ratio: float) -> QFont:
    """Return the interface font for device pixels."""
    return _font(size, weight, ratio, metrics())


@lru_cache(maxsize=64)
def _font(size: float, weight: Weight, ratio: float, in_force: Metrics) -> QFont:
    del in_force  # a part of the key: the text-size setting changes the font
    made = font(size, weight)
    made.setPixelSize(max(1, round(made.pixelSize() * ratio)))
    return made


@lru_cache(maxsize=1024)
def text_width(text: str, used: QFont) -> float:
    """Return the width of a line in device pixels."""
    return QFontMetricsF(used).horizontalAdvance(text)


def draw_outlined(painter: QPainter, baseline: QPointF, text: str, used: QFont, color: str) -> None:
    """Draw a line with a thin dark outline; the left end of its baseline at ``baseline``, snapped to whole pixels."""
    if not text:
        return
    key = (text, used.key(), color)
    made = _texts.get(key)
    if made is None:
        made = _outlined(text, used, color)
        _texts[key] = made
        if len(_texts) > _CACHE_LIMIT:
            _texts.popitem(last=False)
    else:
        _texts.move_to_end(key)
    painter.drawImage(round(baseline.x()) - _ROOM, round(baseline.y() - QFontMetricsF(used).ascent()) - _ROOM, made)


def _outlined(text: str, used: QFont, color: str) -> QImage:
    """Return a line with a dark edge: nine drawings from the glyph cache, a tenth of what stroking a path costs."""
    measured = QFontMetricsF(used)
    reach = max(1, round(used.pixelSize() / 14))
    width, height = int(measured.horizontalAdvance(text)) + 2 * _ROOM, int(measured.height()) + 2 * _ROOM
    made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0)
    painter = QPainter(made)
    painter.setFont(used)
    start = QPointF(_ROOM, _ROOM + measured.ascent())
    painter.setPen(QColor(ON_IMAGE.outline))
    for right, down in _AROUND:
        painter.drawText(start + QPointF(right * reach, down * reach), text)
    painter.setPen(QColor(color))
    painter.drawText(start, text)
    painter.end()
    return made


def plate_size(pieces: Sequence[Piece], ratio: float) -> tuple[float, float]:
    """Return (width, height) of a label plate in device pixels."""
    return sum(_piece_width(piece, ratio) for piece in pieces) + (6 * (len(pieces) - 1) + 14) * ratio, metrics().px(
        20
    ) * ratio


def draw_plate(painter: QPainter, top_left: QPointF, pieces: Sequence[Piece], ratio: float, *, ground: QColor) -> QRectF:
    """Draw a label plate; returns its rectangle."""
    width, height = plate_size(pieces, ratio)
    plate = QRectF(round(top_left.x()), round(top_left.y()), round(width), round(height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(plate, 3 * ratio, 3 * ratio)
    left = plate.left() + 7 * ratio
    for piece in pieces:
        if piece.text:
            used = image_font(11, 600 if piece.strong else 500, ratio)
            painter.setFont(used)
            painter.setPen(QColor(piece.color))
            line = QRectF(left, plate.top(), plate.width(), plate.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, piece.text)
        else:
            side = 8 * ratio
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(piece.color))
            painter.drawRoundedRect(QRectF(left, plate.center().y() - side / 2, side, side), 2 * ratio, 2 * ratio)
        left += _piece_width(piece, ratio) + 6 * ratio
    return plate


def black_plate() -> QColor:
    """Return the ground of label plates: black, so dense that white tissue under it does not dim the words."""
    ground = QColor(ON_IMAGE.outline)
    ground.setAlpha(ON_IMAGE.plate_alpha)
    return ground


def draw_icon(painter: QPainter, top_left: QPointF, name: str, color: str, size: int, ratio: float) -> None:
    """Draw an icon of ``size`` logical pixels."""
    made = pixmap(name, color, size, ratio)
    image = made.toImage()
    image.setDevicePixelRatio(1.0)
    painter.drawImage(QPointF(round(top_left.x()), round(top_left.y())), image)


def _piece_width(piece: Piece, ratio: float) -> float:
    return text_width(piece.text, image_font(11, 600 if piece.strong else 500, ratio)) if piece.text else 8 * ratio
