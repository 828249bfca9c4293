"""Painters of drawables: a QPainter, a scene and a view geometry in, device pixels out. No widget is known here.

``PAINTERS`` has one entry for each kind of drawable; a test fails until every kind has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QTransform

from viewer.domain.graphic import MarkStyle
from viewer.geometry.plane import FloatArray
from viewer.scene.drawables import (
    CloudDrawable,
    CrosshairDrawable,
    Drawable,
    GreyPicture,
    ImagePicture,
    LabelComposite,
    MarkDrawable,
    MeasurementDrawable,
    OutlinePaths,
    ReferenceLine,
    Scene,
    TextDrawable,
    TilePicture,
)
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.cloud_painter import paint_cloud
from viewer.ui.slice.grey_painter import paint_part
from viewer.ui.slice.line_painters import paint_crosshair, paint_reference_line
from viewer.ui.slice.mark_plates import paint_mark_plates
from viewer.ui.slice.outline_painter import (
    DASHES,
    LINE_UNDER,
    PROJECTED,
    UNDER_ALPHA,
    color_of,
    paint_grounds,
    paint_outline,
    stamp_outlines,
)
from viewer.ui.slice.pictures import Pictures, transform_of
from viewer.ui.slice.text_painter import paint_text
from viewer.ui.slice.tiles import paint_tile
from viewer.ui.theme.tokens import ON_IMAGE

MARK_LINE = 1.6
MARK_FILL = 0.35
HOVERED_MORE = 1.2
"""Logical pixels by which the line of a mark grows while the mouse is on it, or on what it belongs to."""
THICKEST = 20.0
HANDLE_RADIUS = 3.0
HELD_RADIUS = 4.0
PROJECTED_REACH = 3.0
ARROW, ARROW_SPREAD = 12.0, 0.45
"""Length of an arrow's head, and half its breadth as a part of that."""


def paint_drawables(painter: QPainter, scene: Scene, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint all drawables of a scene, bottom to top, on a painter whose unit is the device pixel."""
    paint_each(painter, scene.drawables, geometry, pictures)


def paint_each(
    painter: QPainter,
    drawables: Sequence[Drawable],
    geometry: ViewGeometry,
    pictures: Pictures,
    place: QRect | None = None,
    *,
    staying: bool = False,
) -> None:
    """Paint drawables, bottom to top.

    Parameters
    ----------
    place
        Outlines that do not reach this rectangle of device pixels are left out.
    staying
        Most of them will be painted again: what painting their outlines takes is kept.
    """
    within = QRect(0, 0, *geometry.size) if place is None else place
    seen = [
        one
        for one in drawables
        if not isinstance(one, OutlinePaths) or pictures.outline_reach(one, geometry).intersects(within)
    ]
    begun = False
    for drawable in seen:
        if isinstance(drawable, OutlinePaths) and not begun:
            outlines = [one for one in seen if isinstance(one, OutlinePaths)]
            if staying:
                stamp_outlines(outlines, geometry, pictures)
            paint_grounds(painter, outlines, geometry, pictures, within)
            begun = True
        PAINTERS[type(drawable)](painter, drawable, geometry, pictures)
    plates = [one for one in seen if isinstance(one, MarkDrawable | MeasurementDrawable)]
    if plates:
        paint_mark_plates(painter, plates, geometry)


def paint_image(painter: QPainter, picture: ImagePicture, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint the image: averaged when shrunk, smooth or as squares when enlarged, untouched at zoom 1."""
    found = pictures.upright(picture, np.array(geometry.matrix))
    if found is None:
        return
    image, target = found
    size = target.toRect().size()
    if size.width() < image.width() or size.height() < image.height():
        _paint_shrunk(painter, picture, geometry, pictures)
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.smooth and size != image.size())
    painter.drawImage(target, image, QRectF(image.rect()))


def paint_grey(painter: QPainter, picture: GreyPicture, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint a large grey image: what is on the screen of it, where that gives the same picture or a quick one is wanted."""
    if not paint_part(painter, picture, geometry, pictures):
        paint_image(painter, picture, geometry, pictures)


def _paint_shrunk(painter: QPainter, picture: ImagePicture, geometry: ViewGeometry, pictures: Pictures) -> None:
    found = pictures.upright(picture, np.array(geometry.matrix))
    if found is None:
        return
    image, target = found
    place = target.toRect()
    size = QSize(max(place.width(), 1), max(place.height(), 1))
    painter.drawImage(place.topLeft(), pictures.shrunk(picture, image, (size.width(), size.height())))


def paint_labels(painter: QPainter, labels: LabelComposite, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint a label composite, always crisp: a voxel is inside or outside."""
    matrix = geometry.followed_by_picture(labels.transform)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    found = pictures.upright(labels, matrix)
    if found is not None:
        image, target = found
        painter.drawImage(target, image, QRectF(image.rect()))
        return
    painter.save()
    painter.setTransform(QTransform(*(matrix[:, place][axis] for place in (0, 1, 2) for axis in (0, 1))), combine=True)
    painter.drawImage(0, 0, pictures.untouched(labels))
    painter.restore()


def paint_mark(painter: QPainter, mark: MarkDrawable, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint a mark: line over a dark line, hollow end points. Its words come later, over all marks."""
    ratio = geometry.ratio
    path = transform_of(geometry).map(pictures.mark(mark))
    style = mark.style or MarkStyle()
    color = QColor(ON_IMAGE.selected) if mark.selected else color_of(mark.color, style.opacity)
    line = min(style.thickness, THICKEST) or MARK_LINE
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark.filled and mark.closed:
        inside = QColor(color) if style.fill_color is None else QColor(*style.fill_color)
        inside.setAlphaF(MARK_FILL if style.fill_opacity is None else style.fill_opacity)
        painter.fillPath(path, QBrush(inside))
    line += HOVERED_MORE if mark.hovered else 0.0
    if style.dashed and style.off_color is not None and not mark.projected:
        painter.strokePath(path, QPen(color_of(style.off_color, style.off_opacity), line * ratio))
    under = QColor(ON_IMAGE.outline) if mark.hovered else _under()
    for ink, width in ((under, line + LINE_UNDER - MARK_LINE), (color, line)):
        pen = QPen(ink, width * ratio)
        if mark.projected or style.dashed:
            # Dashes count line widths: both lines must have theirs at the same places.
            dashes = PROJECTED if mark.projected else DASHES
            pen.setDashPattern([dash * line / width for dash in dashes])
            if style.dashed:
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.strokePath(path, pen)
    if mark.projected:
        _paint_projected(painter, mark.handles, geometry, color)
    else:
        _paint_handles(painter, mark.handles, geometry, color)


def paint_measurement(
    painter: QPainter, measurement: MeasurementDrawable, geometry: ViewGeometry, pictures: Pictures
) -> None:
    """Paint a measurement of the reader: line over a dark line, hollow handles; white when selected."""
    path = transform_of(geometry).map(pictures.mark(measurement))
    color = QColor(ON_IMAGE.selected if measurement.selected else ON_IMAGE.mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if measurement.pointed and len(measurement.path) == 2:
        path.addPath(_arrow_head(geometry.to_view(measurement.path), geometry.ratio))
    for ink, width in ((_under(), LINE_UNDER), (color, MARK_LINE)):
        if measurement.link is not None:
            pen = QPen(ink, width * geometry.ratio)
            pen.setDashPattern([dash * MARK_LINE / width for dash in PROJECTED])
            painter.setPen(pen)
            painter.drawLine(QLineF(*(QPointF(x, y) for x, y in geometry.to_view(measurement.link).tolist())))
        pen = QPen(ink, width * geometry.ratio)
        if measurement.projected:
            pen.setDashPattern([dash * MARK_LINE / width for dash in PROJECTED])
        painter.strokePath(path, pen)
    # The tip of an arrow must not be covered by a handle.
    handles = measurement.handles[1:] if measurement.pointed and not measurement.selected else measurement.handles
    _paint_handles(painter, handles, geometry, color, held=measurement.held)


def _arrow_head(ends: FloatArray, ratio: float) -> QPainterPath:
    """Return the two strokes of the head at the first of two ends, as long on the screen at every zoom."""
    made = QPainterPath()
    way = ends[1] - ends[0]
    length = float(np.hypot(*way))
    if not length:
        return made
    along = way / length * min(ARROW * ratio, length)
    across = np.array([-along[1], along[0]]) * ARROW_SPREAD
    (x, y), one, other = ends[0].tolist(), (ends[0] + along + across).tolist(), (ends[0] + along - across).tolist()
    made.moveTo(*one)
    made.lineTo(x, y)
    made.lineTo(*other)
    return made


def _paint_handles(
    painter: QPainter, handles: FloatArray, geometry: ViewGeometry, color: QColor, *, held: int | None = None
) -> None:
    ratio = geometry.ratio
    for number, (x, y) in enumerate(geometry.to_view(handles).tolist() if len(handles) else ()):
        radius = (HELD_RADIUS if number == held else HANDLE_RADIUS) * ratio
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_under(), LINE_UNDER * ratio))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setBrush(color if number == held else QColor(ON_IMAGE.outline))
        painter.setPen(QPen(color, MARK_LINE * ratio))
        painter.drawEllipse(QPointF(x, y), radius, radius)


def _paint_projected(painter: QPainter, points: FloatArray, geometry: ViewGeometry, color: QColor) -> None:
    """Paint points that lie off the slice as crosses: a ring would say that they lie here."""
    reach = PROJECTED_REACH * geometry.ratio
    for x, y in geometry.to_view(points).tolist() if len(points) else ():
        for ink, width in ((_under(), LINE_UNDER), (color, MARK_LINE)):
            painter.setPen(QPen(ink, width * geometry.ratio))
            painter.drawLine(QLineF(x - reach, y - reach, x + reach, y + reach))
            painter.drawLine(QLineF(x - reach, y + reach, x + reach, y - reach))


Painter = Callable[[QPainter, Any, ViewGeometry, Pictures], None]
PAINTERS: dict[type[Drawable], Painter] = {
    ImagePicture: paint_image,
    GreyPicture: paint_grey,
    TilePicture: paint_tile,
    LabelComposite: paint_labels,
    OutlinePaths: paint_outline,
    CloudDrawable: paint_cloud,
    MarkDrawable: paint_mark,
    TextDrawable: paint_text,
    MeasurementDrawable: paint_measurement,
    ReferenceLine: paint_reference_line,
    CrosshairDrawable: paint_crosshair,
}


def _under() -> QColor:
    under = QColor(ON_IMAGE.outline)
    under.setAlpha(UNDER_ALPHA)
    return under
