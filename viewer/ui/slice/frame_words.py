"""What stands around an image: corner text, orientation letters, scale bar, the selected part's plate, notices."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from viewer.geometry.plane import FloatArray
from viewer.reading.state import View
from viewer.scene.drawables import CrosshairDrawable, MarkDrawable, MeasurementDrawable, OutlinePaths, Scene
from viewer.scene.view_geometry import ViewGeometry, moved_letters
from viewer.ui.image_notices import MARGIN, paint_letters, paint_notices
from viewer.ui.image_words import (
    Piece,
    black_plate,
    draw_icon,
    draw_outlined,
    draw_plate,
    image_font,
    plate_size,
    text_width,
)
from viewer.ui.slice.color_bars import paint_color_bars
from viewer.ui.slice.mark_plates import plates_of
from viewer.ui.slice.tiles import paint_slide_map
from viewer.ui.theme.current import metrics
from viewer.ui.theme.fonts import Weight
from viewer.ui.theme.tokens import ON_IMAGE

LINE_HEIGHT = 17
NARROW = 420
"""Below this width (logical) only the patient, or the place, finds room."""
_SHORTEST, _LONGEST = 80, 160
_SMALL_MM = 0.5
"""Shorter scale bars count in micrometres."""
_LONG_WORD = 20
_DOT = " · "
_AI_PLATE = 27
"""What the plate of the AI line is wider than its words."""
NOT_FOR_DIAGNOSIS = "Not for diagnostic use"


@dataclass(frozen=True)
class _CornerStyle:
    weight: Weight
    color: str


def translated(text: str) -> str:
    """Translate a format string of a scene."""
    return QCoreApplication.translate("slice", text)


def paint_frame_words(painter: QPainter, scene: Scene, geometry: ViewGeometry, view: View, foot: str = "") -> None:
    """Paint everything around the image.

    Parameters
    ----------
    foot
        A line at the bottom left, above the window; for exported pictures.
    """
    narrow = geometry.size[0] < NARROW * geometry.ratio
    taken: list[QRectF] = []
    if scene.plane is not None:
        paint_letters(painter, moved_letters(scene.letters, view), geometry.size, geometry.ratio)
        if not narrow:
            _paint_scale(painter, scene, geometry)
        taken = _paint_corners(painter, scene, geometry, foot, narrow=narrow)
        if scene.slide_map is not None:
            paint_slide_map(painter, scene.slide_map, geometry)
        paint_color_bars(painter, scene.color_bars, geometry)
        _paint_selected_plate(painter, scene, geometry)
    paint_notices(painter, scene.notices, geometry.size, geometry.ratio, taken)


def scale_length(millimetres_a_pixel: float) -> tuple[float, float] | None:
    """Return (length in mm, length in pixels) of a scale bar: 1, 2 or 5 times a power of ten, 80 to 160 pixels long."""
    if millimetres_a_pixel <= 0 or not math.isfinite(millimetres_a_pixel):
        return None
    power = 10.0 ** math.floor(math.log10(_LONGEST * millimetres_a_pixel))
    for step in (5.0, 2.0, 1.0, 0.5):
        pixels = step * power / millimetres_a_pixel
        if _SHORTEST <= pixels <= _LONGEST:
            return step * power, pixels
    # Between 1 and 2 times 80 pixels there is always 1, 2 or 5 but for the gap between 2 and 5: 2.5 fills it.
    return 2.5 * power, 2.5 * power / millimetres_a_pixel


def _paint_scale(painter: QPainter, scene: Scene, geometry: ViewGeometry) -> None:
    if scene.scale_mm is None or not any(scene.drawables):
        return
    ratio = geometry.ratio
    # The zoom counts pixels along the columns; the picture keeps its aspect, so one bar serves both directions.
    bar = scale_length(scene.scale_mm[1] / geometry.zoom * ratio)
    if bar is None:
        return
    length_mm, logical = bar
    length = logical * ratio
    # The crosshair runs through the middle of the pane: then the bar stands at the right, over the corner text.
    crossed = any(isinstance(one, CrosshairDrawable) for one in scene.drawables)
    left = round(geometry.size[0] - MARGIN * ratio - length) if crossed else round((geometry.size[0] - length) / 2)
    lines_below = max(len(scene.corner_text.bottom_right) - 1, 0) if crossed else _lines_reaching(scene, geometry, left)
    base = geometry.size[1] - round((38 + lines_below * metrics().px(LINE_HEIGHT)) * ratio)
    path = [QPointF(left, base - 7 * ratio), QPointF(left, base), QPointF(left + length, base)]
    path.append(QPointF(left + length, base - 7 * ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((QColor(ON_IMAGE.outline), 4.0), (QColor(ON_IMAGE.text), 2.0)):
        pen = QPen(color, width * ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolyline(path)
    used = image_font(11, 500, ratio)
    words = f"{length_mm:g} mm" if length_mm < 1000 else f"{length_mm / 1000:g} m"
    if length_mm < _SMALL_MM:
        words = f"{length_mm * 1000:g} µm"
    start = left + (length - text_width(words, used)) / 2
    draw_outlined(painter, QPointF(start, base - 11 * ratio), words, used, ON_IMAGE.text)


def _lines_reaching(scene: Scene, geometry: ViewGeometry, left: float) -> int:
    """Return how many lines higher a scale bar from ``left`` to as far from the other side must stand to cross no text.

    The bar with its words is as high as two lines; at its usual height it stands above the lowest line.
    """
    ratio, text = geometry.ratio, scene.corner_text
    used, room = image_font(12, 400, ratio), left - 2 * MARGIN * ratio
    reaching = 0
    for lines in ((*text.bottom_left, zoom_words(scene, geometry)), text.bottom_right):
        for row, words in enumerate(reversed(lines)):
            if row and text_width(words, used) > room:
                reaching = max(reaching, row)
    return reaching


def zoom_words(scene: Scene, geometry: ViewGeometry) -> str:
    """Return how large the picture is; of a slide whose objective is known, the magnification that this looks like."""
    percent = geometry.zoom * 100
    words = translated("Zoom {percent} %").format(percent=round(percent) if percent >= 10 else f"{percent:.2g}")
    if scene.objective_power is None:
        return words
    looks = translated("{power}x, taken at {objective}x")
    power = scene.objective_power * geometry.zoom
    return looks.format(power=f"{power:.2g}", objective=f"{scene.objective_power:g}") + "  " + words


def _paint_corners(painter: QPainter, scene: Scene, geometry: ViewGeometry, foot: str, *, narrow: bool) -> list[QRectF]:
    """Paint the words of the corners; return where those at the top stand."""
    text, ratio, (width, height) = scene.corner_text, geometry.ratio, geometry.size
    zoom = zoom_words(scene, geometry)
    top_left = text.top_left[:1] if narrow else text.top_left
    top_right = text.top_right[:1] if narrow else text.top_right
    bottom_left = tuple(line for line in (foot, *(() if narrow else (*text.bottom_left, zoom))) if line)
    bottom_right = () if narrow else text.bottom_right
    first, margin, line = (MARGIN + metrics().px(12)) * ratio, MARGIN * ratio, metrics().px(LINE_HEIGHT) * ratio
    last = height - MARGIN * ratio - 3 * ratio

    strong, normal = _CornerStyle(500, ON_IMAGE.text), _CornerStyle(400, ON_IMAGE.text_second)

    def put(words: str, baseline: float, style: _CornerStyle, *, at_right: bool) -> None:
        used = image_font(12, style.weight, ratio)
        left = width - margin - text_width(words, used) if at_right else margin
        draw_outlined(painter, QPointF(left, baseline), words, used, style.color)
        if baseline < height / 2:
            taken.append(QRectF(left, baseline - line + 4 * ratio, text_width(words, used), line))

    taken: list[QRectF] = []
    beside = [text_width(words, image_font(12, 400 if row else 500, ratio)) for row, words in enumerate(top_right)]
    ai = _elided_name(text.ai, image_font(12, 500, ratio), width / 2)
    if ai:
        beside.append(text_width(ai, image_font(12, 500, ratio)) + _AI_PLATE * ratio)
    for row, words in enumerate(top_left):
        style = normal if row else strong
        room = width - 2 * margin - (beside[row] + margin if row < len(beside) else 0)
        shown = elided(words, image_font(12, style.weight, ratio), room)
        put(shown, first + row * line, style, at_right=False)
    for row, words in enumerate(top_right):
        put(words, first + row * line, normal if row else strong, at_right=True)
    for lines, at_right in ((bottom_left, False), (bottom_right, True)):
        for row, words in enumerate(reversed(lines)):
            put(words, last - row * line, normal, at_right=at_right)
    below = first + len(top_right) * line - metrics().px(12) * ratio
    if ai:
        taken.append(_paint_plate(painter, (ai, "sparkles", ON_IMAGE.ai), width - margin, below, ratio))
        below += metrics().px(20) * ratio
    if text.linked:
        taken.append(_paint_plate(painter, (text.linked, "link-2", ON_IMAGE.text), width - margin, below, ratio))
    return taken


def _elided_name(words: str, used: QFont, room: float) -> str:
    """Return a name and what is said of it cut to a width: the name is cut, the numbers stay."""
    name, dot, said = words.rpartition(_DOT)
    if not dot:
        return elided(words, used, room)
    return elided(name, used, max(room - text_width(dot + said, used), 0.0)) + dot + said


def elided(words: str, used: QFont, room: float) -> str:
    """Return words cut to a width in device pixels: a long ID in its middle, which keeps both ends; others at the end."""
    if text_width(words, used) <= room:
        return words
    is_id = max(map(len, words.split())) > _LONG_WORD
    mode = Qt.TextElideMode.ElideMiddle if is_id else Qt.TextElideMode.ElideRight
    return QFontMetricsF(used).elidedText(words, mode, max(room, 0.0))


def _paint_plate(painter: QPainter, said: tuple[str, str, str], right: float, top: float, ratio: float) -> QRectF:
    """Paint (words, icon, colour) on a dark plate that ends at ``right``; return the plate."""
    words, name, color = said
    used = image_font(12, 500, ratio)
    width = text_width(words, used) + _AI_PLATE * ratio
    plate = QRectF(round(right - width + 6 * ratio), round(top - 1 * ratio), round(width), round(metrics().px(18) * ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(black_plate())
    painter.drawRoundedRect(plate, 3 * ratio, 3 * ratio)
    draw_icon(painter, QPointF(plate.left() + 6 * ratio, plate.top() + 3.5 * ratio), name, color, 11, ratio)
    painter.setFont(used)
    painter.setPen(QColor(color))
    inside = plate.adjusted(21 * ratio, 0, 0, 0)
    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
    return plate


def _paint_selected_plate(painter: QPainter, scene: Scene, geometry: ViewGeometry) -> None:
    outline = next((one for one in scene.drawables if isinstance(one, OutlinePaths) and one.selected and one.paths), None)
    if scene.plate is None or outline is None:
        return
    name, value, color = scene.plate
    largest = max(outline.paths, key=len)
    points = geometry.to_view(largest)
    pieces = [Piece("", QColor(*color).name()), Piece(name, ON_IMAGE.text, strong=True)]
    if value:
        pieces.append(Piece(value, ON_IMAGE.text_second))
    width, height = plate_size(pieces, geometry.ratio)
    place = _free_place(points, (width, height), scene, geometry)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_plate(painter, place, pieces, geometry.ratio, ground=black_plate())


def _free_place(points: FloatArray, size: tuple[float, float], scene: Scene, geometry: ViewGeometry) -> QPointF:
    """Return where a plate of (width, height) stands beside an outline: inside the pane, over no plate of a mark."""
    gap, (width, height) = 8 * geometry.ratio, size
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    middle_x, middle_y = (left + right - width) / 2, (top + bottom - height) / 2
    places = [
        QRectF(x, y, width, height)
        for x, y in (
            (right + gap, middle_y),
            (left - gap - width, middle_y),
            (middle_x, top - gap - height),
            (middle_x, bottom + gap),
        )
    ]
    pane = QRectF(0, 0, *geometry.size)
    inside = [place for place in places if pane.contains(place)]
    marks = [one for one in scene.drawables if isinstance(one, MarkDrawable | MeasurementDrawable)]
    taken = [plate.place for plate in plates_of(marks, geometry)] if marks else []
    free = (place for place in inside if not any(place.intersects(other) for other in taken))
    return next(free, inside[0] if inside else places[0]).topLeft()
