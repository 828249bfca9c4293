"""A whole pane as a picture: the scene's drawables and what stands around them, in device pixels."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor, QImage, QPainter

from viewer.reading.state import View
from viewer.scene.drawables import Scene
from viewer.scene.view_geometry import Rectangle, ViewGeometry, view_geometry
from viewer.ui.slice.frame_words import paint_frame_words
from viewer.ui.slice.painters import paint_drawables
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import DARK


def geometry_of(
    scene: Scene, view: View, *, size: tuple[int, int], ratio: float = 1.0, square: bool = False
) -> ViewGeometry:
    """Return how a scene lies in a pane of (width, height) device pixels.

    Parameters
    ----------
    square
        One square screen pixel for each image pixel, whatever its true shape.
    """
    plane = scene.plane
    rows, columns = plane.shape if plane is not None else (1, 1)
    whole: Rectangle = (0.0, 0.0, float(columns), float(rows))
    own = 1.0 if plane is None else plane.spacing_mm[0] / plane.spacing_mm[1]
    aspect = 1.0 if square else scene.aspect or own
    if view.zoom is None and scene.fit_zoom is not None:
        view = replace(view, zoom=scene.fit_zoom)
    return view_geometry(view, scene.displayed_area or whole, aspect=aspect, size=size, ratio=ratio)


def blank(size: tuple[int, int]) -> QImage:
    """Return a picture of (width, height) device pixels in the colour behind every image."""
    made = QImage(*size, QImage.Format.Format_RGB32)
    empty(made)
    return made


def empty(picture: QImage) -> None:
    """Paint a picture over in the colour behind every image."""
    picture.fill(QColor(DARK.canvas))


def paint_onto(
    painter: QPainter, scene: Scene, geometry: ViewGeometry, view: View, pictures: Pictures, *, foot: str = ""
) -> None:
    """Paint a scene, then corner text, letters, scale bar and notices, on a painter whose unit is the device pixel."""
    paint_drawables(painter, scene, geometry, pictures)
    paint_frame_words(painter, scene, geometry, view, foot)
