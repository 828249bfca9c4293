"""Icons: one-stroke SVG files, coloured with a token, rendered at the screen's pixel ratio, cached.

Qt paints ``currentColor`` black, so the colour and the stroke are put into the text of the file before it is rendered.
An icon is painted from the theme in force each time; after a theme change a repaint is enough.
"""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QByteArray, QFile, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from viewer.ui.theme.current import tokens

STROKE = 1.75
_CACHE_LIMIT = 600

_pixmaps: OrderedDict[tuple[str, str, int, float], QPixmap] = OrderedDict()
_texts: dict[str, str] = {}


def svg_text(name: str, color: str) -> bytes:
    """Return an icon's SVG with its stroke in a colour (``#RRGGBB``). Empty when there is no such icon."""
    if name not in _texts:
        file = QFile(f"icons:{name}.svg")
        found = bytes(file.readAll().data()).decode() if file.open(QIODevice.OpenModeFlag.ReadOnly) else ""
        file.close()
        if not found:
            return b""
        _texts[name] = found.replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    return _texts[name].replace("currentColor", color).encode()


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon of ``size`` logical pixels in a colour, for a screen of a pixel ratio."""
    key = (name, color, size, ratio)
    if key in _pixmaps:
        _pixmaps.move_to_end(key)
        return _pixmaps[key]
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    text = svg_text(name, color)
    if text:
        painter = QPainter(made)
        QSvgRenderer(QByteArray(text)).render(painter, QRectF(made.rect()))
        painter.end()
    made.setDevicePixelRatio(ratio)
    _pixmaps[key] = made
    if len(_pixmaps) > _CACHE_LIMIT:
        _pixmaps.popitem(last=False)
    return made


def paint_icon(painter: QPainter, rect: QRect, name: str, color: str, size: int = 15) -> None:
    """Paint an icon in the middle of a rectangle; ``color`` is a token's name or ``#RRGGBB``."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    shown = color if color.startswith("#") else str(getattr(tokens(), color))
    place = QPoint(rect.x() + (rect.width() - size) // 2, rect.y() + (rect.height() - size) // 2)
    painter.drawPixmap(place, pixmap(name, shown, size, ratio))


class _TokenIconEngine(QIconEngine):
    """Paints an icon in the colours of the theme in force; a checked or selected one in its second colour."""

    def __init__(self, name: str, color: str, checked: str) -> None:
        super().__init__()
        self._name, self._color, self._checked = name, color, checked

    def _token(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return tokens().disabled
        chosen = self._checked if state == QIcon.State.On else self._color
        return str(getattr(tokens(), chosen))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, rect, self._name, self._token(mode, state), min(rect.width(), rect.height()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # ``size`` is in logical pixels: QIcon no longer multiplies it by the ratio.
        return pixmap(self._name, self._token(mode, state), max(1, min(size.width(), size.height())), scale)

    def clone(self) -> QIconEngine:
        return _TokenIconEngine(self._name, self._color, self._checked)


def icon(name: str, *, color: str = "text2", checked: str = "accent") -> QIcon:
    """Return an icon for buttons, actions and menus; ``color`` and ``checked`` are names of tokens."""
    return QIcon(_TokenIconEngine(name, color, checked))
