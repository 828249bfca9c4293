"""The mouse on the map of a slide: a press or a drag there shows that place of the slide."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPointF

from viewer.reading.changes.workspace import set_view
from viewer.reading.reading import Reading
from viewer.scene.drawables import Scene
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.tiles import map_place


class Mapped(Protocol):
    """The picture that has a map."""

    @property
    def scene(self) -> Scene:
        """The scene on the screen."""

    @property
    def geometry_shown(self) -> ViewGeometry | None:
        """How the scene lies in the widget; None before the first paint."""


class MapMouse:
    """Follows presses on the map of a slide. Positions are device pixels."""

    def __init__(self, reading: Reading, pane: int, picture: Mapped) -> None:
        self._reading, self._pane, self._picture = reading, pane, picture
        self._held = False
        self._presses = 0

    @property
    def is_held(self) -> bool:
        """Whether a press on the map has not ended."""
        return self._held

    def press(self, at: QPointF) -> bool:
        """Say whether a press was on the map, and go where it points."""
        place = self._place(at, inside=True)
        if place is None:
            return False
        self._held = True
        self._presses += 1
        self._go(place)
        return True

    def move(self, at: QPointF) -> None:
        """Go where the held mouse points; beyond the map to the edge of the slide."""
        place = self._place(at, inside=False)
        if place is not None:
            self._go(place)

    def release(self) -> None:
        """End a press."""
        self._held = False

    def _go(self, place: tuple[float, float]) -> None:
        geometry = self._picture.geometry_shown
        assert geometry is not None
        view = replace(self._reading.state.panes[self._pane].view, zoom=geometry.zoom, center=place)
        self._reading.apply_undoable(f"slide-map:{self._pane}:{self._presses}", set_view, self._pane, view)

    def _place(self, at: QPointF, *, inside: bool) -> tuple[float, float] | None:
        """Return the position of the slide that a point of the map stands for."""
        scene, geometry = self._picture.scene, self._picture.geometry_shown
        if scene.slide_map is None or scene.plane is None or geometry is None:
            return None
        box = map_place(scene.slide_map, geometry.size, geometry.ratio)
        if box is None or (inside and not box.contains(at)):
            return None
        across, down = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
        rows, columns = scene.plane.shape
        return min(max(across, 0.0), 1.0) * columns, min(max(down, 0.0), 1.0) * rows
