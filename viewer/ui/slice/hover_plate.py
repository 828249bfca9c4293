"""The plate beside the mouse: the name of every part there, the topmost first, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from viewer.reading.state import Content
from viewer.scene.cursor import PartHit
from viewer.scene.plain_words import count, plain, shortened
from viewer.ui.cursor_words import part_names
from viewer.ui.image_words import Piece, black_plate, draw_plate, plate_size
from viewer.ui.slice.frame_words import translated
from viewer.ui.theme.tokens import ON_IMAGE

MOST_NAMED = 8
_AWAY = 14


def paint_hover_plate(painter: QPainter, at: QPointF, hits: Sequence[PartHit], size: QSize, content: Content) -> None:
    """Paint the names of what is under the mouse, beside it; logical pixels. Equal names are told apart by their objects."""
    names = [name for name, _ in part_names(hits, content)]
    lines = [_pieces(hit, name, first=place == 0) for place, (hit, name) in enumerate(zip(hits, names, strict=True))]
    lines = lines[:MOST_NAMED]
    if len(hits) > MOST_NAMED:
        more = translated("and {number} more").format(number=count(len(hits) - MOST_NAMED))
        lines.append([Piece(more, ON_IMAGE.text_second)])
    sizes = [plate_size(pieces, 1.0) for pieces in lines]
    width, height = max(one[0] for one in sizes), sum(one[1] for one in sizes)
    left = at.x() + _AWAY if at.x() + _AWAY + width < size.width() else max(at.x() - _AWAY - width, 0.0)
    top = max(min(at.y() + _AWAY, size.height() - height), 0.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(black_plate())
    painter.drawRoundedRect(QRectF(round(left), round(top), round(width), round(height)), 3, 3)
    for pieces, (_, line) in zip(lines, sizes, strict=True):
        draw_plate(painter, QPointF(left, top), pieces, 1.0, ground=QColor(Qt.GlobalColor.transparent))
        top += line


def _pieces(hit: PartHit, name: str, *, first: bool) -> list[Piece]:
    words = shortened(plain(name)) or translated("unnamed")
    pieces = [Piece("", QColor(*hit.color).name()), Piece(words, ON_IMAGE.text, strong=first)]
    if hit.fraction is not None:
        pieces.append(Piece(f"{hit.fraction:.2f}", ON_IMAGE.text_second))
    return pieces
