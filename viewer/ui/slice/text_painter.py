"""Painter of the texts of presentation states: upright, in their box or beside their anchor (PS3.3 C.10.5.1.1)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from viewer.domain.graphic import TextStyle
from viewer.scene.drawables import TextDrawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.image_words import draw_outlined, image_font, text_width
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import ON_IMAGE

_LINE, _BASELINE, _BESIDE = 17, 13, 8
"""Logical pixels from line to line, from the top of a line to its baseline, and from an anchor to its words."""
_LEADER, _LEADER_UNDER, _UNDER_ALPHA = 1.0, 3.0, 128

_FAMILIES: Final = {
    "serif": QFont.StyleHint.Serif,
    "sans-serif": QFont.StyleHint.SansSerif,
    "monospace": QFont.StyleHint.Monospace,
    "cursive": QFont.StyleHint.Cursive,
    "fantasy": QFont.StyleHint.Fantasy,
}
"""The families of CSS."""


def paint_text(painter: QPainter, text: TextDrawable, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint words upright in their box or beside their anchor (PS3.3 C.10.5.1.1); a visible anchor gets a line to it."""
    del pictures
    used = _font_of(text, geometry.ratio)
    lines = text.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spacing = _LINE * geometry.ratio
    width = max(text_width(line, used) for line in lines)
    anchor = None if text.anchor is None else QPointF(*geometry.to_view(text.anchor).tolist())
    if text.box is not None:
        ends = geometry.to_view(text.box)
        (left, top), (right, bottom) = ends.min(axis=0).tolist(), ends.max(axis=0).tolist()
        place = QRectF(left, top, right - left, bottom - top)
    elif anchor is not None:
        place = QRectF(
            anchor.x() + _BESIDE * geometry.ratio,
            anchor.y() - _BESIDE * geometry.ratio - spacing,
            width,
            spacing * len(lines),
        )
    else:
        return
    color, style = QColor(*text.color), text.style or TextStyle()
    down = {"CENTER": 0.5, "BOTTOM": 1.0}.get(style.vertical, 0.0) * (place.height() - spacing * len(lines))
    if anchor is not None and text.anchor_visible:
        end = QPointF(min(max(anchor.x(), place.left()), place.left() + width), place.center().y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = QColor(ON_IMAGE.outline)
        under.setAlpha(_UNDER_ALPHA)
        for ink, thickness in ((under, _LEADER_UNDER), (color, _LEADER)):
            painter.setPen(QPen(ink, thickness * geometry.ratio))
            painter.drawLine(QLineF(anchor, end))
    for row, line in enumerate(lines):
        spare = place.width() - text_width(line, used)
        shift = {"CENTER": spare / 2, "RIGHT": spare}.get(style.horizontal or text.justification, 0.0)
        baseline = QPointF(place.left() + shift, place.top() + down + spacing * row + _BASELINE * geometry.ratio)
        if style.shadow is not None:
            painter.setFont(used)
            shadow = QColor(*style.shadow.color)
            shadow.setAlphaF(min(max(style.shadow.opacity, 0.0), 1.0))
            painter.setPen(shadow)
            painter.drawText(baseline + QPointF(*style.shadow.offset) * geometry.ratio, line)
        draw_outlined(painter, baseline, line, used, color.name())


def _font_of(text: TextDrawable, ratio: float) -> QFont:
    """Return the font of a text: the interface's, in the weight and slant that a presentation state asks for."""
    style = text.style or TextStyle()
    found = image_font(12, 600 if style.bold else 500, ratio)
    if not (style.italic or style.underlined or style.font):
        return found
    found = QFont(found)
    found.setItalic(style.italic)
    found.setUnderline(style.underlined)
    if style.font:
        # Where it is not on this machine, the font of the interface stays.
        found.setFamilies([_family(style.font), *found.families()])
    return found


def _family(name: str) -> str:
    """Return the font of this machine for one of the families of CSS; any other name is that of a font."""
    hint = _FAMILIES.get(name.lower())
    if hint is None:
        return name
    asked = QFont()
    asked.setStyleHint(hint)
    return asked.defaultFamily()
