"""The words over a 3D picture: from where it is seen, and which colour is which part."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, Qt

from viewer.geometry.camera import STANDARD_VIEWS, Camera, StandardView
from viewer.reading.state import ReadingState
from viewer.scene.orientation_letters import direction_letters
from viewer.scene.plain_words import plain
from viewer.scene.volume_drawables import SurfaceDrawable, VolumeScene
from viewer.ui.image_notices import paint_letters
from viewer.ui.image_words import Piece, black_plate, draw_outlined, draw_plate, image_font, plate_size, text_width
from viewer.ui.theme.tokens import ON_IMAGE

_MOST_LINES = 12
_LINE, _SWATCH, _MARGIN = 18, 10, 11
_ABOVE_LETTER = 44
_SAME_VIEW = 0.9999
_NAMES: dict[StandardView, str] = {
    "anterior": "Anterior",
    "posterior": "Posterior",
    "left": "Left",
    "right": "Right",
    "head": "From the head",
    "feet": "From the feet",
}


def tr(text: str) -> str:
    """Translate a text of the legend."""
    return QCoreApplication.translate("Volume", text)


def paint_over(
    painter: QPainter,
    state: ReadingState,
    scene: VolumeScene,
    camera: Camera,
    size: tuple[int, int],
    ratio: float,
) -> None:
    """Paint the letters of the directions at the edges, then the legend."""
    right, up = camera.across, camera.upright
    letters = (direction_letters(-right), direction_letters(right), direction_letters(up), direction_letters(-up))
    paint_letters(painter, letters, size, ratio)
    paint_legend(painter, state, scene, camera, size, ratio)


def paint_legend(
    painter: QPainter,
    state: ReadingState,
    scene: VolumeScene,
    camera: Camera,
    size: tuple[int, int],
    ratio: float,
) -> None:
    """Paint the view's name at the top left, and below it the parts: the selected one first, as many as fit."""
    used, bold = image_font(12, 400, ratio), image_font(12, 600, ratio)
    top = 22 * ratio
    draw_outlined(painter, QPointF(_MARGIN * ratio, top), view_name(camera), bold, ON_IMAGE.text)
    surfaces = sorted(
        (thing for thing in scene.drawables if isinstance(thing, SurfaceDrawable)), key=lambda thing: not thing.selected
    )
    # The letter of the left side stands half way down.
    room = int((size[1] / ratio / 2 - _ABOVE_LETTER) / _LINE)
    shown = surfaces[: max(min(_MOST_LINES, room), 0)]
    if len(shown) < len(surfaces):
        shown = shown[:-1]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row, thing in enumerate(shown):
        baseline = top + (row + 1) * _LINE * ratio + 4 * ratio
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*thing.color))
        side = _SWATCH * ratio
        painter.drawRoundedRect(QRectF(_MARGIN * ratio, baseline - side, side, side), 2 * ratio, 2 * ratio)
        name = plain(state.content.overlays[thing.part.overlay].part(thing.part.part).label)
        place = QPointF((_MARGIN + _SWATCH + 6) * ratio, baseline)
        draw_outlined(painter, place, name, bold if thing.selected else used, ON_IMAGE.text)
    rest = len(surfaces) - len(shown)
    if rest > 0 and room > 0:
        baseline = top + (len(shown) + 1) * _LINE * ratio + 4 * ratio
        words = tr("and {count} more").format(count=rest)
        draw_outlined(painter, QPointF(_MARGIN * ratio, baseline), words, used, ON_IMAGE.text)
    if scene.waiting:
        words = tr("{count} surfaces to come").format(count=scene.waiting)
        place = QPointF(size[0] - _MARGIN * ratio - text_width(words, used), top)
        draw_outlined(painter, place, words, used, ON_IMAGE.text)


def paint_name(
    painter: QPainter, state: ReadingState, surface: SurfaceDrawable, at: QPointF, size: tuple[int, int], ratio: float
) -> None:
    """Paint the name of the surface under the mouse beside it; positions are device pixels."""
    overlay = state.content.overlays.get(surface.part.overlay)
    if overlay is None:
        return
    name = plain(overlay.part(surface.part.part).label) or tr("unnamed")
    pieces = [Piece("", QColor(*surface.color).name()), Piece(name, ON_IMAGE.text, strong=True)]
    width, height = plate_size(pieces, ratio)
    aside = 14 * ratio
    left = at.x() + aside if at.x() + aside + width < size[0] else at.x() - aside - width
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_plate(painter, QPointF(left, min(at.y() + aside, size[1] - height)), pieces, ratio, ground=black_plate())


def view_name(camera: Camera) -> str:
    """Return from where a camera looks; a turned one is between two named sides."""
    away = -camera.towards
    alike = {name: float(np.dot(away, side)) for name, (side, _) in STANDARD_VIEWS.items()}
    order = sorted(alike, key=lambda name: -alike[name])
    if alike[order[0]] > _SAME_VIEW:
        return tr(_NAMES[order[0]])
    return " · ".join(tr(_NAMES[name]) for name in order[:2])
