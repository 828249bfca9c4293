"""The mouse on the bars beside an image: dragging an end moves that end of the window, dragging the middle moves both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt

from viewer.reading.changes.looks import set_fused_window
from viewer.reading.changes.maps import set_map_window
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.reading import Reading
from viewer.reading.state import WindowChoice
from viewer.scene.color_bar import ColorBar
from viewer.scene.inputs import SceneInputs
from viewer.ui.slice.color_bars import BarPlace, bar_places
from viewer.ui.slice.pointing import PointedAt
from viewer.ui.take_window import take_window

Hold = Literal["low", "high", "both"]
_END = 0.2
"""Part of a bar at either end that moves that end alone."""
_AROUND = 6
_LEAST = 1e-3
"""Of its width at the start: a window never becomes narrower by dragging."""


@dataclass(frozen=True)
class _Dragged:
    bar: ColorBar
    hold: Hold
    from_y: float
    height: float
    merge_key: str


class BarPointing:
    """Drags on the bars of one pane."""

    def __init__(self, reading: Reading, store: SceneInputs, pane: int, picture: PointedAt) -> None:
        self._reading, self._store, self._pane, self._picture = reading, store, pane, picture
        self._dragged: _Dragged | None = None
        self._drags = 0

    @property
    def is_down(self) -> bool:
        """Whether a bar is being dragged."""
        return self._dragged is not None

    def press(self, button: Qt.MouseButton, position: QPointF) -> bool:
        """Take hold of a bar; False when the press is not on one that can be moved."""
        place = self._place_at(position) if button == Qt.MouseButton.LeftButton else None
        if place is None or not place.bar.can_move:
            return False
        y = self._device(position).y()
        part = (place.rect.bottom() - y) / place.rect.height()
        hold: Hold = "high" if part > 1 - _END else "low" if part < _END else "both"
        self._drags += 1
        self._reading.apply(set_active_pane, self._pane)
        key = f"bar:{self._pane}:{self._drags}"
        self._dragged = _Dragged(place.bar, hold, y, place.rect.height(), key)
        return True

    def move(self, position: QPointF) -> None:
        """Follow the mouse while a bar is held."""
        held = self._dragged
        if held is None:
            return
        moved = (held.from_y - self._device(position).y()) / held.height
        choice = dragged_ends(held.bar, held.hold, moved)
        if held.bar.overlay is not None:
            self._reading.apply_undoable(held.merge_key, set_map_window, held.bar.overlay, choice)
        elif held.bar.stack_id:
            self._reading.apply_undoable(held.merge_key, set_fused_window, self._pane, held.bar.stack_id, choice)
        else:
            take_window(self._reading, self._store, choice, pane=self._pane, merge_key=held.merge_key)

    def release(self) -> None:
        """Let go of a bar."""
        self._dragged = None

    def is_over(self, position: QPointF) -> bool:
        """Say whether the mouse is on a bar that can be moved."""
        place = self._place_at(position)
        return place is not None and place.bar.can_move

    def _place_at(self, position: QPointF) -> BarPlace | None:
        geometry = self._picture.geometry_shown
        if geometry is None or not self._picture.scene.color_bars:
            return None
        at, around = self._device(position), _AROUND * geometry.ratio
        places = bar_places(self._picture.scene.color_bars, geometry)
        return next((one for one in places if one.rect.adjusted(-around, -around, around, around).contains(at)), None)

    def _device(self, position: QPointF) -> QPointF:
        return position * self._picture.devicePixelRatioF()


def dragged_ends(bar: ColorBar, hold: Hold, moved: float) -> WindowChoice:
    """Return the window after a drag by a part of the bar's height, upwards positive.

    The value under the mouse follows it: an end that is pulled inwards narrows the window.
    """
    low, high = bar.low, bar.high
    width = high - low
    if hold != "high":
        low += moved * width
    if hold != "low":
        high += moved * width
    if high - low < width * _LEAST:
        low, high = (high - width * _LEAST, high) if hold == "low" else (low, low + width * _LEAST)
    return WindowChoice("user", center=(low + high) / 2, width=high - low)
