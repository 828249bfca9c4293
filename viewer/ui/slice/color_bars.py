"""Bars beside an image: colours from the lowest to the highest value, numbers with their unit, the value under the mouse.

They stand at the right, between the corner text above and below; the bar of the image is the outermost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from viewer.scene.color_bar import ColorBar
from viewer.scene.cursor import CursorInfo
from viewer.scene.plain_words import decimal, plain
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.image_words import draw_outlined, image_font, text_width
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import ON_IMAGE

WIDTH = 12
_RIGHT = 34
"""From the edge of the pane: the orientation letter stands there."""
_TALLEST, _SHORTEST = 240, 90
_ABOVE, _BELOW = 104, 72
"""Room for the corner text."""
_NARROWEST = 420
_TICKS = 4
_TITLE_ROOM = 150
_APART = 14
_TICK = 4
_MARK = 5


@dataclass(frozen=True)
class BarPlace:
    """Where a bar stands, in device pixels, and the column that its words take with it."""

    bar: ColorBar
    rect: QRectF
    column: QRectF
    title: str
    numbers: tuple[str, ...]
    """From the top down, evenly spread."""


def bar_places(bars: Sequence[ColorBar], geometry: ViewGeometry) -> tuple[BarPlace, ...]:
    """Return where the bars of a pane stand; none where there is no room for them."""
    ratio, (width, height) = geometry.ratio, geometry.size
    above, below = metrics().px(_ABOVE) * ratio, metrics().px(_BELOW) * ratio
    tall = min(_TALLEST * ratio, height - above - below)
    if width < _NARROWEST * ratio or tall < _SHORTEST * ratio:
        return ()
    top = max(above, (height - tall) / 2)
    small, right = image_font(11, 500, ratio), width - _RIGHT * ratio
    found = []
    for bar in (one for one in bars if one.here):
        numbers = bar_numbers(bar)
        words = max(text_width(one, small) for one in numbers)
        title = QFontMetricsF(small).elidedText(bar_title(bar), Qt.TextElideMode.ElideRight, _TITLE_ROOM * ratio)
        left = right - WIDTH * ratio
        rect = QRectF(round(left), round(top), round(WIDTH * ratio), round(tall))
        taken = max(words + (WIDTH + _TICK + 4) * ratio, text_width(title, small))
        column = QRectF(right - taken, top - 22 * ratio, taken, tall + 30 * ratio)
        found.append(BarPlace(bar, rect, column, title, numbers))
        right = column.left() - _APART * ratio
        if right < width / 2:
            break
    return tuple(found)


def bar_title(bar: ColorBar) -> str:
    """Return what stands over a bar: whose it is, when it is of what is laid over, and its unit."""
    unit = " ".join(filter(None, (plain(bar.scale.name), plain(bar.scale.unit))))
    whose = plain(bar.title).split(" ")[0].strip(",;:") if bar.stack_id else ""
    # A map that says what it measures needs no other name.
    return "  ".join(filter(None, ("" if bar.overlay is not None and bar.scale.name else whose, unit)))


def bar_numbers(bar: ColorBar) -> tuple[str, ...]:
    """Return the numbers beside a bar from its top down, with as many decimals as they have, or as tell them apart."""
    low, high = bar.ends
    steps = [high + (low - high) * place / _TICKS for place in range(_TICKS + 1)]
    apart = abs(high - low) / _TICKS
    kept = (digits for digits in range(7) if all(abs(round(one, digits) - one) <= 0.01 * apart for one in steps))
    digits = next(kept, 6)
    return tuple(decimal(value, digits) for value in steps)


def paint_color_bars(painter: QPainter, bars: Sequence[ColorBar], geometry: ViewGeometry) -> None:
    """Paint the bars of a pane on a painter whose unit is the device pixel."""
    ratio = geometry.ratio
    small = image_font(11, 500, ratio)
    for place in bar_places(bars, geometry):
        rect = place.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.fillRect(rect.adjusted(-2 * ratio, -2 * ratio, 2 * ratio, 2 * ratio), QColor(ON_IMAGE.outline))
        shown = QRectF(rect)
        shown.setHeight(rect.height() * (1.0 - place.bar.floor))
        painter.drawImage(shown, _colours(place.bar))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(ON_IMAGE.text_second), ratio))
        painter.drawRect(rect.adjusted(-ratio, -ratio, 0, 0))
        for number, words in enumerate(place.numbers):
            y = rect.top() + rect.height() * number / (len(place.numbers) - 1)
            painter.drawLine(QPointF(rect.left() - (_TICK + 1) * ratio, y), QPointF(rect.left() - 2 * ratio, y))
            left = rect.left() - (_TICK + 4) * ratio - text_width(words, small)
            draw_outlined(painter, QPointF(left, y + 4 * ratio), words, small, ON_IMAGE.text)
        if place.title:
            left = rect.right() - text_width(place.title, small)
            draw_outlined(painter, QPointF(left, rect.top() - 12 * ratio), place.title, small, ON_IMAGE.text_second)


def paint_bar_marks(painter: QPainter, bars: Sequence[ColorBar], geometry: ViewGeometry, info: CursorInfo | None) -> None:
    """Mark the values under the mouse beside the bars, on a painter whose unit is the logical pixel."""
    if info is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place in bar_places(bars, geometry):
        value = value_on_bar(place.bar, info)
        if value is None:
            continue
        part = min(max(place.bar.part_of(value), 0.0), 1.0)
        ratio = geometry.ratio
        x, y = place.rect.right() / ratio + 3, (place.rect.bottom() - part * place.rect.height()) / ratio
        painter.setPen(QPen(QColor(ON_IMAGE.outline), 1))
        painter.setBrush(QColor(ON_IMAGE.selected))
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + _MARK + 2, y - _MARK), QPointF(x + _MARK + 2, y + _MARK)]))


def value_on_bar(bar: ColorBar, info: CursorInfo) -> float | None:
    """Return the modality value under the mouse that a bar shows; None where there is none."""
    if not bar.stack_id:
        return info.probe.value if info.probe is not None and info.probe.state == "value" else None
    return next((one.modality_value for one in info.fused if one.stack_id == bar.stack_id), None)


def _colours(bar: ColorBar) -> QImage:
    """Return the colours of what is shown of a bar, one pixel wide, the highest on top."""
    grey = np.arange(256, dtype=np.uint8)
    palette = bar.palette
    channels = [grey, grey, grey] if palette is None else [palette.red, palette.green, palette.blue]
    table = np.stack(channels, axis=1)
    upwards = table[::-1] if bar.inverted else table
    kept = upwards[round(bar.floor * 255) :]
    pixels = np.ascontiguousarray(kept[::-1].reshape(-1, 1, 3))
    return QImage(pixels.data, 1, len(pixels), 3, QImage.Format.Format_RGB888).copy()
