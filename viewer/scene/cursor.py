"""What is under a point of a pane: the value with its unit, the patient position, and every part there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import ImageAttributes, RealWorldValueMapping
from viewer.domain.overlay import Overlay
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.stack import Stack
from viewer.domain.ultrasound_regions import RegionValue, values_at
from viewer.geometry.paths import distance_from_paths, is_in_polygon
from viewer.geometry.plane import Plane
from viewer.imaging.probe import Probe, value_at
from viewer.reading.edited import overlays_at
from viewer.reading.layer_order import shown_in
from viewer.reading.state import ReadingState
from viewer.representations.on_plane import OnPlane, Outline, Shape
from viewer.scene.clouds import annotations_at
from viewer.scene.drawables import Color, PartRef
from viewer.scene.fused import FusedValue, fused_values
from viewer.scene.image_picture import applied_state
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.marks import in_image, mark_path
from viewer.scene.part_look import part_looks
from viewer.scene.presented import under_state
from viewer.scene.slide_probe import inputs_at, slide_probe

_ON_THE_PATH = 1e-4
"""Image pixels within which a point counts as lying on a path."""
_ROUNDING = 1e-6
"""Pixels: the edge between two belongs to the second, whatever the way through patient space adds."""


@dataclass(frozen=True)
class PartHit:
    """A part under the cursor. ``fraction`` is None unless the part is a fraction; ``mark`` is True for lines and points."""

    part: PartRef
    label: str
    color: Color
    fraction: float | None = None
    mark: bool = False


@dataclass(frozen=True)
class CursorInfo:
    """What stands under the cursor.

    Parameters
    ----------
    pane
        Number of the pane.
    position_image
        (column, row), corner origin.
    index
        0-based (row, column); may lie outside the image.
    point_patient
        mm, None for an image without a position.
    probe
        The value; None while the frame is not there.
    parts
        Every visible part at the point, the topmost first.
    fused
        What every series that is laid over has there, the topmost first.
    region
        What the place stands for in a spectral or M-mode region of ultrasound.
    """

    pane: int
    position_image: tuple[float, float]
    index: tuple[int, int]
    point_patient: tuple[float, float, float] | None
    probe: Probe | None
    parts: tuple[PartHit, ...] = ()
    fused: tuple[FusedValue, ...] = ()
    region: tuple[RegionValue, ...] = ()
    on_slide: bool = False
    """The point is in the slide coordinate system, not in a patient."""


def cursor_info(
    state: ReadingState, pane: int, inputs: SceneInputs, position_image: tuple[float, float], *, reach: float
) -> CursorInfo | None:
    """Return what is under a position of a pane; None when the pane is empty.

    Parameters
    ----------
    reach
        How near, in image pixels, a line or point must be to count.
    """
    shown = state.panes[pane]
    stack, frame = state.stack_of(shown), state.frame_of(shown)
    if stack is None or frame is None:
        return None
    place = min(shown.frame, len(stack.frames) - 1)
    plane = stack.planes[place]
    column, row = position_image
    index = (int(np.floor(row)), int(np.floor(column)))
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    probe = None
    if isinstance(attributes, ImageAttributes) and not isinstance(decoded, Pending | Unavailable):
        probe = value_at(
            decoded,
            attributes,
            index=frame.index,
            column=index[1],
            row=index[0],
            mappings=mappings_at(state, stack, place),
        )
    slide = inputs_at(state, pane, inputs, state.content.overlays_on(stack.id), position_image)
    if slide is not None:
        probe = slide_probe(stack, place, inputs, position_image)
    point = None
    if plane.in_patient_space:
        x, y, z = plane.point_patient([position_image])[0].tolist()
        point = (x, y, z)
    applied = applied_state(state, shown, plane.image)
    here = () if state.overlays_hidden else shown_in(state, shown, overlays_at(state, stack, place))
    overlays = under_state(here, applied)
    parts = parts_at(state, overlays, plane, slide or inputs, position_image, reach=reach)
    fused = fused_values(state, shown, plane, inputs, index)
    region = values_at(attributes.sizes.regions, position_image) if isinstance(attributes, ImageAttributes) else ()
    return CursorInfo(pane, position_image, index, point, probe, parts, fused, region, on_slide=slide is not None)


def mappings_at(state: ReadingState, stack: Stack, place: int) -> tuple[RealWorldValueMapping, ...]:
    """Return what separate objects, those switched on, say of the values of a frame."""
    image = stack.planes[place].image
    if image is None:
        return ()
    return tuple(
        mapping
        for overlay in state.content.overlays_on(stack.id)
        if isinstance(overlay.content, RealWorldMap) and state.overlay_visible(overlay)
        for mapping in overlay.content.of_image(*image)
    )


def parts_at(
    state: ReadingState,
    overlays: Sequence[Overlay],
    plane: Plane,
    inputs: SceneInputs,
    position_image: tuple[float, float],
    *,
    reach: float,
) -> tuple[PartHit, ...]:
    """Return every visible part at a position: marks first, then the topmost region first."""
    marks: list[PartHit] = []
    regions: list[PartHit] = []
    for overlay in overlays:
        if not overlay.draws or not state.overlay_visible(overlay):
            continue
        answer = inputs.on_plane(overlay.instance, plane)
        if isinstance(answer, Pending | Unavailable):
            continue
        looks, style = part_looks(state, overlay), state.layer(overlay.instance)
        layer = ShownLayer(overlay, answer, looks, threshold=style.threshold, graded=style.graded)
        marks.extend(_marks_near(layer, plane, position_image, reach))
        for part, label in annotations_at(layer, position_image, reach):
            marks.extend(replace(hit, label=label) for hit in _hit(layer, part, mark=True))
        regions.extend(_regions_at(layer, plane, position_image, reach))
    return (*reversed(marks), *reversed(regions))


def _regions_at(layer: ShownLayer, plane: Plane, position: tuple[float, float], reach: float) -> Iterator[PartHit]:
    found: OnPlane = layer.on_plane
    for picture in found.labels:
        value = _pixel_at(picture.labels, picture.plane, plane, position)
        if value:
            yield from _hit(layer, picture.parts[int(value) - 1])
    for fraction in found.fractions:
        value = _pixel_at(fraction.fractions, fraction.plane, plane, position)
        if value:
            yield from _hit(layer, fraction.part, fraction=float(value))
    for bitmap in found.bitmaps:
        row, column = bitmap.bitmap.origin
        place = (int(np.floor(position[1])) - row + 1, int(np.floor(position[0])) - column + 1)
        bits = bitmap.bitmap.bits[bitmap.frame]
        if all(0 <= one < size for one, size in zip(place, bits.shape, strict=True)) and bits[place]:
            yield from _hit(layer, bitmap.part)
    for outline in found.outlines:
        # What encloses a region is there inside it and on its path, to the pixel, as in a mask; only lines and points have
        # a reach, or nobody could hit them.
        near = _ON_THE_PATH if _encloses(outline) else reach
        if _in_outline(outline, position) or distance_from_paths(outline.paths, position, closed=outline.closed) <= near:
            yield from _hit(layer, outline.part)


def _marks_near(layer: ShownLayer, plane: Plane, position: tuple[float, float], reach: float) -> Iterator[PartHit]:
    for shape in layer.on_plane.shapes:
        if _shape_near(shape, layer.overlay, plane, position, reach):
            yield from _hit(layer, shape.part, item=shape.item, mark=True)


def _shape_near(shape: Shape, overlay: Overlay, plane: Plane, position: tuple[float, float], reach: float) -> bool:
    points = in_image(shape.points, shape.space, overlay, plane)
    path, handles, closed = mark_path(shape, points)
    if len(handles) and float(np.hypot(*(handles - np.array(position)).T).min()) <= 2 * reach:
        return True
    return bool(len(path)) and distance_from_paths((path,), position, closed=closed) <= reach


def _hit(
    layer: ShownLayer, part: int, *, item: str = "", fraction: float | None = None, mark: bool = False
) -> Iterator[PartHit]:
    look = layer.looks.get(part)
    if look is not None and look.visible:
        label = layer.overlay.part(part).label
        yield PartHit(PartRef(layer.overlay.instance, part, item), label, look.color, fraction, mark)


def _pixel_at(pixels: NDArray[np.generic], grid: Plane, plane: Plane, position: tuple[float, float]) -> np.generic | None:
    column, row = np.floor(grid.position_image(plane.point_patient(position)) + _ROUNDING).astype(int).tolist()
    rows, columns = pixels.shape
    return pixels[row, column] if 0 <= row < rows and 0 <= column < columns else None


def _encloses(outline: Outline) -> bool:
    return outline.closed and not outline.projected and any(len(path) > 2 for path in outline.paths)


def _in_outline(outline: Outline, position: tuple[float, float]) -> bool:
    if not _encloses(outline):
        return False
    return sum(is_in_polygon(path, position) for path in outline.paths if len(path) > 2) % 2 == 1
