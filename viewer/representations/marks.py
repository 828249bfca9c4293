"""Marks of reports and presentation states on a plane: by image for pixel coordinates, by distance for patient ones.

Pixel coordinates (SCOORD, PS3.3 C.18.6.1; GSPS PIXEL, C.10.5) have their origin at the corner of the first pixel, as
``position_image`` has: they pass unchanged. Patient coordinates (SCOORD3D, C.18.9.1) are cut by the plane, or stand on it
when they lie within half a slice gap. What lies near no slice at all is shown, marked as projected, on the nearest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from viewer.domain.graphic import Graphic, GraphicShape, TextMark
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.presentation import PresentationState
from viewer.domain.report import Report
from viewer.geometry.contour_planes import reach_mm
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.mark_cuts import chords, ellipse_path, ellipsoid_cut, smooth_path
from viewer.representations.on_plane import BitmapPicture, OnPlane, Shape, Words
from viewer.representations.slab_pieces import pieces_in_slab

_CLOSED_IN_SPACE: Final = frozenset({"POLYGON", "ELLIPSE"})


def report_on_plane(report: Report, plane: Plane) -> OnPlane:
    """Return the marks of a report on a plane."""
    return graphics_on_plane(report.graphics, (), (), plane)


def presentation_state_on_plane(
    state: PresentationState, plane: Plane, *, image_planes: Sequence[OverlayPlane] = ()
) -> OnPlane:
    """Return what a presentation state draws on a plane.

    Parameters
    ----------
    state
        Marks without images of their own belong to all images of the state.
    plane
        An image's own plane; on any other plane a state draws nothing.
    image_planes
        Overlay planes of the image itself; drawn when the state activates their group (PS3.3 C.11.7).
    """
    if plane.image is None or not any(one.names(plane.image) for one in state.images):
        return OnPlane()
    part_of_layer = {layer.name: layer.part for layer in state.layers}
    activated = dict(state.activations)
    bitmaps: list[tuple[OverlayPlane, int]] = []
    own_groups = {bitmap.group for bitmap in state.overlay_planes}
    for bitmap in (*state.overlay_planes, *(b for b in image_planes if b.group not in own_groups)):
        part = part_of_layer.get(activated.get(bitmap.group, ""))
        if part is not None:
            bitmaps.append((bitmap, part))
    order = {layer.part: layer.order for layer in state.layers}
    return graphics_on_plane(
        sorted(state.graphics, key=lambda graphic: order.get(graphic.part, 0)),
        sorted(state.texts, key=lambda text: order.get(text.part, 0)),
        bitmaps,
        plane,
    )


def graphics_on_plane(
    graphics: Iterable[Graphic],
    texts: Iterable[TextMark],
    bitmaps: Iterable[tuple[OverlayPlane, int]],
    plane: Plane,
) -> OnPlane:
    """Return marks, words and bitmaps that lie on a plane.

    Parameters
    ----------
    graphics, texts
        In PIXEL and DISPLAY space they lie on the images they name (on every image when they name none).
    bitmaps
        (overlay plane, part number) of the image that the plane is.
    plane
        Where to.
    """
    shapes: list[Shape] = []
    for graphic in graphics:
        if graphic.space == "PATIENT":
            shapes += _from_patient(graphic, plane)
        elif _lies_on(graphic, plane):
            shapes.append(_on_image(graphic))
    words = tuple(_words(text) for text in texts if _lies_on(text, plane))
    pictures = tuple(picture for bitmap, part in bitmaps for picture in _bitmap(bitmap, part, plane))
    here = {shape.part for shape in shapes} | {text.part for text in words} | {picture.part for picture in pictures}
    return OnPlane(shapes=tuple(shapes), words=words, bitmaps=pictures, parts_here=frozenset(here))


def _lies_on(mark: Graphic | TextMark, plane: Plane) -> bool:
    """Say whether a mark belongs to the image that a plane is.

    Tiles are numbered; the whole matrix of a slide goes by the number of its first one, at the same corner.
    """
    if plane.image is None or (mark.on_matrix and plane.image[1] != 1):
        return False
    return not mark.images or any(one.names(plane.image) for one in mark.images)


def _on_image(graphic: Graphic) -> Shape:
    points = np.asarray(graphic.points, dtype=np.float64).reshape(-1, 2)
    shape: GraphicShape = graphic.shape
    if shape == "INTERPOLATED":
        points, shape = smooth_path(points), "POLYLINE"
    return _shape(graphic, shape, points)


def _words(text: TextMark) -> Words:
    return Words(
        text=text.text,
        part=text.part,
        box=text.box,
        box_space=text.box_space,
        anchor=text.anchor,
        anchor_space=text.anchor_space,
        anchor_visible=text.anchor_visible,
        justification=text.justification,
        layer=text.layer,
        style=text.style,
    )


def _bitmap(bitmap: OverlayPlane, part: int, plane: Plane) -> tuple[BitmapPicture, ...]:
    """Return the frame of an overlay plane that belongs to the image frame; a single one belongs to every frame."""
    if plane.image is None:
        return ()
    count = bitmap.bits.shape[0]
    index = 0 if count == 1 and bitmap.first_frame == 1 else plane.image[1] - bitmap.first_frame
    return (BitmapPicture(bitmap, index, part),) if 0 <= index < count else ()


def _shape(
    graphic: Graphic, shape: GraphicShape, points: FloatArray, *, filled: bool | None = None, projected: bool = False
) -> Shape:
    return Shape(
        shape=shape,
        points=points,
        part=graphic.part,
        space="DISPLAY" if graphic.space == "DISPLAY" else "PIXEL",
        filled=graphic.filled if filled is None else filled,
        projected=projected,
        label=graphic.label,
        item=graphic.item,
        layer=graphic.layer,
        style=graphic.style,
    )


def _from_patient(graphic: Graphic, plane: Plane) -> list[Shape]:
    """Return what of a mark in patient space lies on a plane of the same Frame of Reference."""
    if not plane.in_patient_space or not graphic.frame_of_reference_uid:
        return []
    if graphic.frame_of_reference_uid != plane.frame_of_reference_uid:
        return []
    points = np.asarray(graphic.points, dtype=np.float64).reshape(-1, 3)
    if graphic.shape in ("POINT", "MULTIPOINT"):
        return _points_on_plane(graphic, points, plane)
    found = _cut(graphic, points, plane)
    if found or not _is_nearest(points.mean(axis=0), plane):
        return found
    return [_projected(graphic, points, plane)]


def _points_on_plane(graphic: Graphic, points: FloatArray, plane: Plane) -> list[Shape]:
    distances = plane.distance_mm(points)
    low, high = _reach(plane)
    near = (distances > low) & (distances <= high)
    positions = plane.position_image(points)
    found = []
    if near.any():
        found.append(_shape(graphic, graphic.shape, positions[near]))
    lost = np.array([_is_nearest(point, plane) for point in points]) & ~near
    if lost.any():
        found.append(_shape(graphic, graphic.shape, positions[lost], projected=True))
    return found


def _cut(graphic: Graphic, points: FloatArray, plane: Plane) -> list[Shape]:
    distances = plane.distance_mm(points)
    low, high = _reach(plane)
    if graphic.shape == "ELLIPSOID":
        outline = ellipsoid_cut(points, plane)
        return [_shape(graphic, "POLYGON", outline)] if outline is not None else []
    outline = ellipse_path(points) if graphic.shape == "ELLIPSE" else points
    around = plane.distance_mm(outline) if graphic.shape == "ELLIPSE" else distances
    if ((around > low) & (around <= high)).all():
        return [_shape(graphic, graphic.shape, plane.position_image(points))]
    if graphic.shape in _CLOSED_IN_SPACE:
        return [_shape(graphic, "POLYLINE", plane.position_image(chord)) for chord in chords(outline, around)]
    return [_shape(graphic, "POLYLINE", plane.position_image(piece)) for piece in pieces_in_slab(outline, around, low, high)]


def _projected(graphic: Graphic, points: FloatArray, plane: Plane) -> Shape:
    if graphic.shape == "ELLIPSOID":
        # The shadow of an ellipsoid is not simply that of its axes: the cut through its centre stands for it.
        outline = ellipsoid_cut(points, plane.moved(float(plane.distance_mm(points.mean(axis=0)))))
        positions = outline if outline is not None else plane.position_image(points)
        return _shape(graphic, "POLYGON", positions, projected=True)
    return _shape(graphic, graphic.shape, plane.position_image(points), projected=True)


def _reach(plane: Plane) -> tuple[float, float]:
    """Return the distances (mm, along the normal) between which a point stands on the plane; the first is excluded."""
    half = reach_mm(plane.thickness_mm)
    return -half * 1.0001, half * 1.0001


def _is_nearest(point: FloatArray, plane: Plane) -> bool:
    """Say whether the plane is the slice of its stack nearest to a point; False for a plane that is no slice."""
    if plane.nearest_mm is None:
        return False
    distance = float(plane.distance_mm(point))
    return plane.nearest_mm[0] < distance <= plane.nearest_mm[1]
