"""How the objects of a presentation state are to be drawn: line, fill and text styles (PS3.3 C.10.5.1.3.12-14)."""

from __future__ import annotations

from typing import Final, Literal, cast

from pydicom.dataset import Dataset

from viewer.domain.graphic import Color, MarkStyle, Shadow, TextStyle
from viewer.domain.palette import visible_color
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.elements import first_item, integers, number, text

_HORIZONTAL: Final = ("LEFT", "CENTER", "RIGHT")
_VERTICAL: Final = ("TOP", "CENTER", "BOTTOM")


def mark_style(item: Dataset, part: int) -> MarkStyle | None:
    """Return the style of a graphic, simple or compound; None when it states none.

    Parameters
    ----------
    part
        Number of the layer, whose colour stands in for one that could not be seen.
    """
    line, fill = first_item(item, "LineStyleSequence"), first_item(item, "FillStyleSequence")
    if line is None and fill is None:
        return None
    return MarkStyle(
        color=_color(line, "PatternOnColorCIELabValue", part),
        opacity=1.0 if (opacity := _opacity(line)) is None else opacity,
        thickness=max(number(line, "LineThickness") or 0.0, 0.0) if line is not None else 0.0,
        dashed=line is not None and text(line, "LineDashingStyle").upper() == "DASHED",
        fill_color=_color(fill, "PatternOnColorCIELabValue", part),
        fill_opacity=_opacity(fill),
        off_color=_color(line, "PatternOffColorCIELabValue", part),
        off_opacity=1.0 if (between := _opacity(line, "PatternOffOpacity")) is None else between,
    )


def text_style(item: Dataset, part: int) -> TextStyle | None:
    """Return the style of a text object; None when it states none."""
    style = first_item(item, "TextStyleSequence")
    if style is None:
        return None
    return TextStyle(
        color=_color(style, "TextColorCIELabValue", part),
        bold=text(style, "Bold").upper() == "Y",
        italic=text(style, "Italic").upper() == "Y",
        underlined=text(style, "Underlined").upper() == "Y",
        font=text(style, "FontName") or text(style, "CSSFontName"),
        horizontal=cast(Literal["LEFT", "CENTER", "RIGHT", ""], _one_of(style, "HorizontalAlignment", _HORIZONTAL)),
        vertical=cast(Literal["TOP", "CENTER", "BOTTOM", ""], _one_of(style, "VerticalAlignment", _VERTICAL)),
        shadow=_shadow(style),
    )


def _shadow(style: Dataset) -> Shadow | None:
    """Return the shadow that falls beside the letters; one all round they have anyway, to be read on any grey."""
    if text(style, "ShadowStyle").upper() != "NORMAL":
        return None
    across, down = number(style, "ShadowOffsetX") or 0.0, number(style, "ShadowOffsetY") or 0.0
    color = color_of_cielab(integers(style, "ShadowColorCIELabValue")) or (0, 0, 0)
    opacity = _opacity(style, "ShadowOpacity")
    return Shadow(color, 1.0 if opacity is None else opacity, (across, down))


def _one_of(style: Dataset, keyword: str, known: tuple[str, ...]) -> str:
    stated = text(style, keyword).upper()
    return stated if stated in known else ""


def _color(style: Dataset | None, keyword: str, part: int) -> Color | None:
    stated = color_of_cielab(integers(style, keyword)) if style is not None else None
    return visible_color(stated, part - 1) if stated is not None else None


def _opacity(style: Dataset | None, keyword: str = "PatternOnOpacity") -> float | None:
    stated = number(style, keyword) if style is not None else None
    return min(max(stated, 0.0), 1.0) if stated is not None else None
