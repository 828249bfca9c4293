"""How large a pixel of the screen is: what presentation states in true size need (PS3.3 C.10.4).

Decided
    A screen that tells nothing is not taken at its word: Qt then answers 96 dots an inch, televisions and projectors tell
    a size of 160 x 90 mm or 16 x 9 mm, which is their shape. Then only the reader, with a ruler, can say how wide it is.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from viewer.reading.changes.presentation import set_screen_pixel
from viewer.reading.reading import Reading

_MM_AN_INCH = 25.4
_MADE_UP_DPI = 96.0
_SHAPES_MM = frozenset({(16, 9), (16, 10), (160, 90), (160, 100), (1600, 900), (1600, 1000)})
_ABOUT_MM = 0.6
"""A made-up size is rounded to whole millimetres."""
_SQUARE = 0.03
"""Two pitches that differ by more are no size of a screen."""


def screen_pixel_mm(screen: QScreen, width_mm: float) -> float | None:
    """Return the size of a device pixel of a screen in mm; None when the screen does not tell.

    Parameters
    ----------
    width_mm
        The width of its picture as the reader measured it; 0: not measured.
    """
    size, ratio, told = screen.size(), screen.devicePixelRatio(), screen.physicalSize()
    pixels = size.width() * ratio
    if width_mm > 0 and pixels > 0:
        return float(width_mm / pixels)
    return told_pixel_mm((pixels, size.height() * ratio), (told.width(), told.height()), ratio)


def told_pixel_mm(pixels: tuple[float, float], size_mm: tuple[float, float], ratio: float) -> float | None:
    """Return the pitch of a screen of (width, height) device pixels and mm; None when that is no size of a screen."""
    if min(size_mm) <= 0 or min(pixels) <= 0 or (round(size_mm[0]), round(size_mm[1])) in _SHAPES_MM:
        return None
    across, down = size_mm[0] / pixels[0], size_mm[1] / pixels[1]
    as_made_up = (count / ratio * _MM_AN_INCH / _MADE_UP_DPI for count in pixels)
    made_up = all(abs(told - by_dpi) < _ABOUT_MM for told, by_dpi in zip(size_mm, as_made_up, strict=True))
    return None if made_up or abs(across / down - 1) > _SQUARE else float(across)


class ScreenPixels(QObject):
    """Tells the reading how large the pixels of a window's screen are, as the window moves from screen to screen."""

    def __init__(self, window: QWidget, reading: Reading) -> None:
        super().__init__(window)
        self._window, self._reading, self._width_mm = window, reading, 0.0
        window.installEventFilter(self)

    def take(self, width_mm: float) -> None:
        """Take the width of the screen as the reader measured it, in mm; 0: not measured."""
        self._width_mm = width_mm
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the window appears or comes to another screen."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.ScreenChangeInternal, QEvent.Type.DevicePixelRatioChange):
            self._look()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        self._reading.apply(set_screen_pixel, screen_pixel_mm(self._window.screen(), self._width_mm))
