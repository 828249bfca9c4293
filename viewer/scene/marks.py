"""Marks and words of reports and presentation states as drawables: curves as line segments, everything in image positions.

DISPLAY coordinates are turned into image positions by the state's own displayed area, rotation and flip: so a mark stays
on the anatomy it was made for whatever the reader does to the view afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from viewer.domain.graphic import Color
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import DisplayedArea, PresentationState
from viewer.domain.report import is_at_or_below
from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.state import Selection, View
from viewer.representations.mark_cuts import ellipse_at, ellipse_path
from viewer.representations.on_plane import Shape, Words
from viewer.scene.drawables import MarkDrawable, PartRef, TextDrawable
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.view_geometry import Rectangle, oriented


def marks(layer: ShownLayer, plane: Plane, selection: Selection) -> tuple[MarkDrawable, ...]:
    """Return the visible marks of an overlay, in the order of the object."""
    found = []
    for shape in layer.on_plane.shapes:
        look = layer.looks.get(shape.part)
        if look is None or not look.visible:
            continue
        points = in_image(shape.points, shape.space, layer.overlay, plane)
        path, handles, closed = mark_path(shape, points)
        chosen = selection.overlay == layer.overlay.instance
        item_chosen = chosen and bool(selection.item) and is_at_or_below(shape.item, selection.item)
        found.append(
            MarkDrawable(
                path=path,
                handles=handles,
                closed=closed,
                color=_own(shape.style.color if shape.style else None, layer.overlay, shape.part, look.color),
                part=PartRef(layer.overlay.instance, shape.part, shape.item),
                label=shape.label,
                filled=shape.filled,
                selected=item_chosen or (chosen and not selection.item and selection.part == shape.part),
                projected=shape.projected,
                style=shape.style,
            )
        )
    return tuple(found)


def words(layer: ShownLayer, plane: Plane) -> tuple[TextDrawable, ...]:
    """Return the visible texts of an overlay, in the order of the object."""
    found = []
    for text in layer.on_plane.words:
        look = layer.looks.get(text.part)
        if look is None or not look.visible:
            continue
        color = _own(text.style.color if text.style else None, layer.overlay, text.part, look.color)
        found.append(_text(text, layer.overlay, plane, color))
    return tuple(found)


def mark_path(shape: Shape, points: FloatArray) -> tuple[FloatArray, FloatArray, bool]:
    """Return (path (n, 2), handles (m, 2), closed) of a shape whose points are image positions (PS3.3 C.10.5.2, C.18.6.1.2).

    A polyline or curve is closed when its last point repeats the first.
    """
    none = np.empty((0, 2))
    if shape.shape in ("POINT", "MULTIPOINT"):
        return none, points, False
    if shape.shape == "CIRCLE" and len(points) == 2:
        radius = float(np.hypot(*(points[1] - points[0])))
        return ellipse_at(points[0], np.array([radius, 0.0]), np.array([0.0, radius])), none, True
    if shape.shape == "ELLIPSE" and len(points) == 4:
        return ellipse_path(points), none, True
    closed = shape.shape in ("POLYGON", "CIRCLE", "ELLIPSE", "ELLIPSOID") or (
        len(points) > 2 and bool(np.allclose(points[0], points[-1]))
    )
    handles = none if closed or len(points) < 2 else points[[0, -1]]
    return points, handles, closed


def state_view(state: PresentationState) -> View:
    """Return the rotation and flip of a presentation state (PS3.3 C.10.6)."""
    return View(rotation=state.rotation, flipped=state.flipped)


def displayed_area(state: PresentationState, plane: Plane) -> DisplayedArea | None:
    """Return the displayed area for the image of a plane: an item that names it, else one that names none."""
    if plane.image is None:
        return None
    for area in state.displayed_areas:
        if any(one.names(plane.image) for one in area.images):
            return area
    return next((area for area in state.displayed_areas if not area.images), None)


def area_rectangle(area: DisplayedArea) -> Rectangle:
    """Return (left, top, right, bottom) positions of a displayed area; its corners may be named in any order."""
    columns = sorted((area.top_left[0], area.bottom_right[0]))
    rows = sorted((area.top_left[1], area.bottom_right[1]))
    return columns[0] - 1.0, rows[0] - 1.0, float(columns[1]), float(rows[1])


def area_aspect(area: DisplayedArea) -> float | None:
    """Return the height of an image pixel over its width, as the state has it; None when it does not say."""
    stated = area.pixel_spacing_mm or area.pixel_aspect_ratio
    return stated[0] / stated[1] if stated is not None else None


def area_zoom(area: DisplayedArea, screen_pixel_mm: float | None) -> float | None:
    """Return the screen pixels an image pixel takes, when the state fixes them (PS3.3 C.10.4); None: as large as fits.

    Parameters
    ----------
    screen_pixel_mm
        Size of a screen pixel, for true size; None unknown.
    """
    if area.size_mode == "MAGNIFY" and area.magnification is not None and area.magnification > 0:
        return area.magnification
    if area.size_mode == "TRUE SIZE" and area.pixel_spacing_mm is not None and screen_pixel_mm:
        return area.pixel_spacing_mm[1] / screen_pixel_mm
    return None


def from_display(points: ArrayLike, area: Rectangle, view: View) -> FloatArray:
    """Return image positions (n, 2) of fractions of the displayed area as it stands after rotation and flip."""
    left, top, right, bottom = area
    extent = np.array([right - left, bottom - top])
    if view.rotation in (90, 270):
        extent = extent[::-1]
    offset = (np.asarray(points, dtype=float) - 0.5) * extent
    return np.asarray(np.array([(left + right) / 2, (top + bottom) / 2]) + offset @ oriented(view))


def in_image(points: ArrayLike, space: str, overlay: Overlay, plane: Plane) -> FloatArray:
    """Return image positions (n, 2) of points in PIXEL or DISPLAY space of an overlay."""
    if space != "DISPLAY":
        return np.asarray(points, dtype=float)
    rows, columns = plane.shape
    whole = (0.0, 0.0, float(columns), float(rows))
    if not isinstance(overlay.content, PresentationState):
        return from_display(points, whole, View())
    area = displayed_area(overlay.content, plane)
    return from_display(points, area_rectangle(area) if area else whole, state_view(overlay.content))


def _own(color: Color | None, overlay: Overlay, part: int, shown: Color) -> Color:
    """Return the colour an object states for itself, unless the reader gave its layer another."""
    return color if color is not None and shown == overlay.part(part).color else shown


def _text(text: Words, overlay: Overlay, plane: Plane, color: tuple[int, int, int]) -> TextDrawable:
    box = anchor = None
    if text.box is not None:
        (x0, y0), (x1, y1) = in_image(text.box, text.box_space, overlay, plane).tolist()
        box = ((x0, y0), (x1, y1))
    if text.anchor is not None:
        x, y = in_image([text.anchor], text.anchor_space, overlay, plane)[0].tolist()
        anchor = (x, y)
    return TextDrawable(
        text=text.text,
        color=color,
        part=PartRef(overlay.instance, text.part),
        box=box,
        box_space="PIXEL",
        anchor=anchor,
        anchor_space="PIXEL",
        anchor_visible=text.anchor_visible,
        justification=text.justification,
        style=text.style,
    )
