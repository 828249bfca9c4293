"""Painting contours and borders: a dark ground under all of them, then each with its fill and its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from viewer.scene.drawables import OutlinePaths
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.outline_stamps import Ink
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import ON_IMAGE

LINE, LINE_UNDER = 1.5, 3.0
SELECTED_LINE, SELECTED_BLACK, SELECTED_WHITE = 1.8, 2.5, 4.0
HOVERED_LINE = 2.4
UNDER_ALPHA = 128
DASHES = (6.0, 3.0)
PROJECTED = (2.0, 4.0)


def stamp_outlines(outlines: Sequence[OutlinePaths], geometry: ViewGeometry, pictures: Pictures) -> None:
    """Keep for each plain outline what its painting needs; it comes to the same pixels, whatever is painted around it."""
    plain = [(one, pictures.outline_reach(one, geometry)) for one in outlines if not (one.selected or one.hovered)]
    pictures.stamps.make(plain, geometry, partial(_inks, geometry=geometry, pictures=pictures))


def paint_grounds(
    painter: QPainter, outlines: Sequence[OutlinePaths], geometry: ViewGeometry, pictures: Pictures, within: QRect
) -> None:
    """Paint the dark lines of all outlines, before any coloured one, or a neighbour's would cut a colour in two."""
    grounded = [one for one in outlines if _grounded(one)]
    place = QRect()
    for one in grounded:
        place = place.united(pictures.outline_reach(one, geometry))
    place = place.intersected(within)
    if place.isEmpty():
        return
    # Opaque on a layer of its own, then the layer at half opacity: Qt strokes see-through lines three times slower, and
    # where two parts touch the line would be darker.
    layer = QImage(place.size(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(0)
    on_layer = QPainter(layer)
    on_layer.setRenderHint(QPainter.RenderHint.Antialiasing)
    on_layer.translate(-place.topLeft())
    pen = _pen(ON_IMAGE.outline, LINE_UNDER * geometry.ratio)
    for one in grounded:
        stamp = pictures.stamps.of(one, geometry, "ground")
        if stamp is not None:
            stamp.put(on_layer)
        else:
            on_layer.strokePath(pictures.placed_outline(one, geometry), pen)
    on_layer.end()
    painter.setOpacity(UNDER_ALPHA / 255)
    painter.drawImage(place.topLeft(), layer)
    painter.setOpacity(1.0)


def paint_outline(painter: QPainter, outline: OutlinePaths, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint contours or borders: fill, then the line; a selected one on black on white."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if outline.fill is not None:
        stamp = pictures.stamps.of(outline, geometry, "fill")
        if stamp is not None:
            stamp.put(painter, outline.fill[3] / 255)
        else:
            painter.fillPath(pictures.placed_outline(outline, geometry), QBrush(QColor(*outline.fill)))
    if outline.opacity <= 0:
        return
    stamp = pictures.stamps.of(outline, geometry, "line")
    if stamp is not None:
        stamp.put(painter, min(outline.opacity, 1.0))
        return
    path = pictures.placed_outline(outline, geometry)
    ratio = geometry.ratio
    if outline.selected:
        painter.strokePath(path, _pen(ON_IMAGE.selected, SELECTED_WHITE * ratio))
        painter.strokePath(path, _pen(ON_IMAGE.outline, SELECTED_BLACK * ratio))
    elif outline.hovered:
        painter.strokePath(path, _pen(ON_IMAGE.outline, (HOVERED_LINE + 2) * ratio))
    painter.strokePath(path, _line_pen(outline, ratio, outline.opacity))


def color_of(color: tuple[int, int, int], opacity: float) -> QColor:
    """Return Qt's color of RGB and an opacity, which is brought between 0 and 1."""
    made = QColor(*color)
    made.setAlphaF(min(max(opacity, 0.0), 1.0))
    return made


def _inks(outline: OutlinePaths, geometry: ViewGeometry, pictures: Pictures) -> dict[Ink, Callable[[QPainter], None]]:
    path, ratio = pictures.placed_outline(outline, geometry), geometry.ratio
    found: dict[Ink, Callable[[QPainter], None]] = {}
    if outline.fill is not None:
        brush = QBrush(QColor(*outline.fill[:3]))
        found["fill"] = lambda painter: painter.fillPath(path, brush)
    if outline.opacity > 0:
        found["line"] = lambda painter: painter.strokePath(path, _line_pen(outline, ratio, 1.0))
        if _grounded(outline):
            found["ground"] = lambda painter: painter.strokePath(path, _pen(ON_IMAGE.outline, LINE_UNDER * ratio))
    return found


def _grounded(outline: OutlinePaths) -> bool:
    return outline.opacity > 0 and not outline.projected and not outline.selected


def _line_pen(outline: OutlinePaths, ratio: float, opacity: float) -> QPen:
    dashes = PROJECTED if outline.projected else DASHES if outline.dashed else ()
    width = SELECTED_LINE if outline.selected else HOVERED_LINE if outline.hovered else LINE
    return _pen(outline.color, width * ratio, opacity, dashes)


@lru_cache(maxsize=512)
def _pen(color: tuple[int, int, int] | str, width: float, opacity: float = 1.0, dashes: tuple[float, ...] = ()) -> QPen:
    """Return the pen of an outline, not to be changed: hundreds of outlines are painted, and making a pen takes as long."""
    pen = QPen(color_of(color, opacity) if isinstance(color, tuple) else QColor(color), width)
    if dashes:
        pen.setDashPattern(dashes)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
