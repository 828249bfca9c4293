"""Where in a row of the layers panel what can be clicked: one answer for painting, the mouse and the tests."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from viewer.reading.state import DrawStyle
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.theme.current import metrics
from viewer.ui.theme.metrics import SIDE
from viewer.ui.theme.rows import text_width

EYE = 24
SWATCH = 20
VALUE = 62
TOOL = 24
BAR = 40
BAR_AREA = BAR + 8
SEGMENT_PAD = 7

STYLES: tuple[tuple[DrawStyle, str], ...] = (("fill", "Fill"), ("outline", "Line"), ("both", "Both"))


@dataclass(frozen=True)
class Areas:
    """The places in one row; an absent one is an empty rectangle."""

    name: QRect
    eye: QRect = QRect()
    swatch: QRect = QRect()
    jump: QRect = QRect()
    solo: QRect = QRect()
    bar: QRect = QRect()
    value: QRect = QRect()
    choices: tuple[tuple[str, str, QRect], ...] = ()
    """(value, word, place) of the segmented choice at the right."""


def areas_of(row: LayerRow, rect: QRect) -> Areas:
    """Return the places in a row whose item rectangle (after the branches) is ``rect``."""
    right = rect.right() + 1 - SIDE
    top, height = rect.y(), rect.height()
    if row.kind in ("object", "fused"):
        return _object_areas(row, rect, right)
    if row.kind == "part":
        eye = QRect(rect.x(), top, EYE, height)
        swatch = QRect(eye.right() + 1, top, SWATCH, height)
        value_width = metrics().px(VALUE) if row.has_measures or row.state or (row.kind == "part" and row.value) else 0
        value = QRect(right - value_width, top, value_width, height)
        bar = QRect(value.x() - BAR_AREA - 4, top, BAR_AREA, height)
        solo = QRect(bar.x() - TOOL, top, TOOL, height)
        jump = QRect(solo.x() - TOOL, top, TOOL, height)
        name = QRect(swatch.right() + 4, top, value.x() - swatch.right() - 8, height)
        return Areas(name, eye, swatch, jump, solo, bar, value)
    if row.kind == "measurements":
        eye = QRect(rect.x(), top, EYE, height)
        return Areas(QRect(eye.right() + 4, top, right - eye.right() - 4, height), eye)
    if row.kind == "measurement":
        value_width = text_width(row.value)
        value = QRect(right - value_width, top, value_width, height)
        jump = QRect(value.x() - TOOL - 4, top, TOOL, height)
        return Areas(QRect(rect.x() + EYE, top, jump.x() - rect.x() - EYE - 4, height), jump=jump, value=value)
    if row.kind == "threshold":
        choices = _choices((("graded", tr("Graded")), ("region", tr("Region"))), rect, right)
        left = choices[0][2].x() if choices else right
        value = QRect(left - 8 - metrics().px(32), top, metrics().px(32), height)
        word = text_width(row.name) + 8
        name = QRect(rect.x() + 4, top, word, height)
        return Areas(
            name,
            bar=QRect(name.right() + 4, top, max(BAR, value.x() - name.right() - 8), height),
            value=value,
            choices=choices,
        )
    if row.kind in ("fused_floor", "map_range"):
        value_width, word = max(text_width(row.value), metrics().px(VALUE)), text_width(row.name) + 8
        value = QRect(right - value_width, top, value_width, height)
        name = QRect(rect.x() + 4, top, word, height)
        left = name.right() + 4
        return Areas(name, bar=QRect(left, top, max(BAR, value.x() - left - 8), height), value=value)
    if row.kind == "calm":
        choices = _choices((("both", tr("Show fills")),), rect, right)
        return Areas(QRect(rect.x() + 4, top, choices[0][2].x() - rect.x() - 12, height), choices=choices)
    if row.kind == "columns":
        width = text_width(row.value, size=11, weight=500)
        return Areas(QRect(rect.x() + EYE + SWATCH + 4, top, 120, height), value=QRect(right - width, top, width, height))
    return Areas(QRect(rect.x() + 4, top, right - rect.x() - 4, height))


def _object_areas(row: LayerRow, rect: QRect, right: int) -> Areas:
    eye = QRect(rect.x(), rect.y(), EYE, rect.height())
    choices: tuple[tuple[str, str, QRect], ...] = ()
    if row.has_style:
        choices = _choices(tuple((style, tr(word)) for style, word in STYLES), rect, right)
    elif row.map_name:
        choices = _choices((("colors", row.map_name),), rect, right)
    elif row.applied is not None:
        choices = _choices((("apply", tr("Applied") if row.applied else tr("Apply")),), rect, right)
    left = choices[0][2].x() - 8 if choices else right
    value = QRect()
    if row.value:
        width = text_width(row.value)
        value = QRect(left - width, rect.y(), width, rect.height())
        left -= width + 8
    bar = QRect(left - BAR_AREA, rect.y(), BAR_AREA, rect.height()) if row.has_opacity else QRect()
    return Areas(
        QRect(eye.right() + 4, rect.y(), left - eye.right() - 8, rect.height()), eye, bar=bar, value=value, choices=choices
    )


def _choices(words: tuple[tuple[str, str], ...], rect: QRect, right: int) -> tuple[tuple[str, str, QRect], ...]:
    height = min(metrics().px(22), rect.height() - 4)
    found = []
    for value, word in reversed(words):
        width = text_width(word, size=11, weight=500) + 2 * SEGMENT_PAD
        right -= width
        found.append((value, word, QRect(right, rect.y() + (rect.height() - height) // 2, width, height)))
    return tuple(reversed(found))
