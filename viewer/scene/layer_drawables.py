"""What overlays bring to a plane, as drawables: label pictures composited by grid, outlines, bitmaps, marks and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane
from viewer.representations.on_plane import BitmapPicture, FractionPicture, LabelPicture, OnPlane, Outline
from viewer.scene.colour_tables import CLEAR, Rgba, ramp
from viewer.scene.composite import ColoredLabels, Labels, Transform, composite, occupied
from viewer.scene.drawables import Drawable, LabelComposite, OutlinePaths, PartRef
from viewer.scene.held_bytes import held_bytes
from viewer.scene.part_look import PartLook
from viewer.scene.remembered import Remembered
from viewer.scene.trace import traced

Looks = Mapping[int, PartLook]
Zooms = tuple[float, float]
_HIDDEN = PartLook((0, 0, 0), visible=False, fill=0, line=0, graded_fill=0, dashed=False, selected=False)
_THIN = 0.15
"""A border that is thinner than a pixel of the screen by no more than this is left as it is."""
_thinned: Remembered[Labels] = Remembered(24, held_bytes)
_masks: Remembered[NDArray[np.uint8]] = Remembered(32, held_bytes)
_graded: Remembered[LabelComposite | None] = Remembered(18, held_bytes)
_colors: Remembered[tuple[tuple[Rgba, ...], tuple[Rgba, ...] | None]] = Remembered(64)
_outlines: Remembered[tuple[OutlinePaths, ...]] = Remembered(64, held_bytes)
_latest: Remembered[_Latest] = Remembered(64)


@dataclass(frozen=True, eq=False)
class ShownLayer:
    """An overlay with what lies on the plane and how its parts look.

    ``graded`` shows fractions by their size; otherwise what reaches ``threshold`` counts as the part.
    """

    overlay: Overlay
    on_plane: OnPlane
    looks: Looks
    threshold: float
    graded: bool


class _Latest:
    """The lines last made of what lies on a plane, so that a part whose look did not change hands back the same drawable.

    They are not kept alive here.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int | str, int], tuple[PartLook, ReferenceType[OutlinePaths]]] = {}

    def again(self, among: int | str, number: int, look: PartLook, make: Callable[[], OutlinePaths]) -> OutlinePaths:
        """Return the drawable of a number among others; made when there is none, or its part looked otherwise."""
        of_look, reference = self._made.get((among, number), (None, None))
        found = reference() if reference is not None and of_look == look else None
        if found is None:
            found = make()
            self._made[among, number] = look, ref(found)
        return found


_Again = Callable[[int, PartLook, Callable[[], OutlinePaths]], OutlinePaths]


@dataclass(eq=False)
class _Grid:
    """Label pictures that share a grid, bottom to top.

    Of their columns and rows every so-many-th is looked at, by ``steps`` (across, down).
    """

    transform: Transform
    steps: tuple[int, int]
    layers: list[ColoredLabels] = field(default_factory=list)

    def add(self, labels: Labels, fills: tuple[Rgba, ...], lines: tuple[Rgba, ...] | None) -> None:
        """Put a label picture on top."""
        self.layers.append(ColoredLabels(self._looked_at(labels), fills, lines))

    def picture(self) -> LabelComposite | None:
        """Return all in one; None when nothing is seen of it."""
        seen = [layer for layer in self.layers if any(color[3] for color in (*layer.fills, *(layer.lines or ())))]
        (xx, xy, x0), (yx, yy, y0) = self.transform
        across, down = self.steps
        return composite(seen, ((xx * across, xy * down, x0), (yx * across, yy * down, y0))) if seen else None

    def _looked_at(self, labels: Labels) -> Labels:
        if self.steps == (1, 1):
            return labels
        across, down = self.steps
        fewer = labels[down // 2 :: down, across // 2 :: across]
        return _thinned.recall((labels,), self.steps, fewer.copy)


def fills(shown: Sequence[ShownLayer], plane: Plane, *, moving: bool, zooms: Zooms = (1.0, 1.0)) -> tuple[Drawable, ...]:
    """Return graded fractions and one composite a grid, bottom to top.

    Parameters
    ----------
    moving
        Draw borders on the pixel grid inside the composite, because no outlines will be traced, and look at no more labels
        than there are pixels on the screen.
    zooms
        Device pixels of a pixel of the plane, across and down.
    """
    zooms = zooms if moving else (1.0, 1.0)
    found: list[Drawable] = []
    grids: dict[tuple[object, ...], _Grid] = {}
    for layer in shown:
        for fraction in layer.on_plane.fractions:
            look = layer.looks.get(fraction.part, _HIDDEN)
            if not look.visible:
                continue
            if layer.graded:
                found.extend(_graded_picture(fraction, look, plane))
            lines = (look.line_rgba,) if moving and look.line > 0 else None
            inside = CLEAR if layer.graded else look.fill_rgba
            mask = thresholded(fraction, layer.threshold)
            _grid(grids, fraction.plane, plane, zooms).add(mask, (inside,), lines)
        for picture in layer.on_plane.labels:
            colors = _colors.recall(
                (layer.looks,), (picture.parts, moving), partial(_part_colors, picture.parts, layer.looks, moving=moving)
            )
            _grid(grids, picture.plane, plane, zooms).add(picture.labels, *colors)
    made = (grid.picture() for grid in grids.values())
    return (*found, *(one for one in made if one is not None))


def outlines(layer: ShownLayer, plane: Plane, *, moving: bool) -> tuple[OutlinePaths, ...]:
    """Return the contours of an overlay and, at rest, the traced borders of its label pictures; selected parts last."""
    if moving and not layer.on_plane.outlines:
        return ()
    key = (plane, layer.overlay.instance, layer.threshold, moving)
    latest = _latest.recall((layer.on_plane,), key, _Latest)
    made = _outlines.recall((layer.on_plane, layer.looks), key, lambda: _outlines_of(layer, plane, latest, moving=moving))
    return tuple(sorted(made, key=lambda one: one.selected))


def hovered_outlines(layer: ShownLayer, plane: Plane, numbers: frozenset[int]) -> tuple[OutlinePaths, ...]:
    """Return the borders of parts that are shown without lines, because the mouse is on them."""
    bare = {
        number: replace(layer.looks[number], line=1.0)
        for number in numbers
        if number in layer.looks and layer.looks[number].visible and layer.looks[number].line <= 0
    }
    if not bare:
        return ()
    found = _outlines_of(replace(layer, looks=bare), plane, _Latest(), moving=False)
    return tuple(replace(one, hovered=True, fill=None) for one in found)


def thresholded(fraction: FractionPicture, threshold: float) -> NDArray[np.uint8]:
    """Return (rows, columns) 1 where a fraction reaches the threshold; at 0 everything above 0 counts."""
    return _masks.recall((fraction,), threshold, lambda: _mask(fraction.fractions, threshold))


def grid_transform(grid: Plane, plane: Plane) -> Transform:
    """Return 2x3 from a coplanar grid's (column, row), corner origin, to positions of ``plane``."""
    corner, right, below = plane.position_image(grid.point_patient([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    across, down = right - corner, below - corner
    # The same grid must be the identity to the last bit, or it would be drawn through a slower and blurrier path.
    values = np.round(np.array([[across[0], down[0], corner[0]], [across[1], down[1], corner[1]]]), 7)
    (a, b, c), (d, e, f) = values.tolist()
    return ((a, b, c), (d, e, f))


def bitmaps(layer: ShownLayer) -> tuple[LabelComposite, ...]:
    """Return the 60xx overlay planes of an overlay as pictures at their own origin."""
    found = []
    for bitmap in layer.on_plane.bitmaps:
        look = layer.looks.get(bitmap.part, _HIDDEN)
        made = _bitmap_picture(bitmap, look) if look.visible else None
        if made is not None:
            found.append(made)
    return tuple(found)


def _bitmap_picture(bitmap: BitmapPicture, look: PartLook) -> LabelComposite | None:
    bits = bitmap.bitmap.bits
    row, column = bitmap.bitmap.origin
    opacity = max(look.line, look.fill)
    color = (*look.color, round(255 * opacity))
    labels = _masks.recall((bitmap,), (), lambda: np.ascontiguousarray(bits[bitmap.frame], dtype=np.uint8))
    return composite([ColoredLabels(labels, (color,))], ((1.0, 0.0, column - 1.0), (0.0, 1.0, row - 1.0)))


def _grid(grids: dict[tuple[object, ...], _Grid], own: Plane, plane: Plane, zooms: Zooms) -> _Grid:
    key = (own.origin, own.axis_column, own.axis_row, own.spacing_mm, own.shape)
    if key not in grids:
        transform = grid_transform(own, plane)
        on_screen = np.diag(zooms) @ np.array(transform)[:, :2]
        across, down = np.hypot(on_screen[0], on_screen[1]).tolist()
        grids[key] = _Grid(transform, (_step(across), _step(down)))
    return grids[key]


def _step(device_pixels: float) -> int:
    """Return how many labels in a row have a pixel of the screen together: with one, a border would be seen in places."""
    return max(int(np.ceil(1 / device_pixels - _THIN)), 1) if device_pixels > 0 else 1


def _part_colors(parts: tuple[int, ...], looks: Looks, *, moving: bool) -> tuple[tuple[Rgba, ...], tuple[Rgba, ...] | None]:
    chosen = [looks.get(part, _HIDDEN) for part in parts]
    lined = moving and any(look.visible and look.line > 0 for look in chosen)
    lines = tuple(look.line_rgba for look in chosen) if lined else None
    return tuple(look.fill_rgba for look in chosen), lines


def _graded_picture(fraction: FractionPicture, look: PartLook, plane: Plane) -> tuple[LabelComposite, ...]:
    if look.graded_fill <= 0:
        return ()

    def make() -> LabelComposite | None:
        steps = _masks.recall((fraction,), "steps", lambda: _steps(fraction.fractions))
        box = occupied(steps)
        if box is None:
            return None
        top, left, bottom, right = box
        argb = np.take(ramp(look.color, look.graded_fill), steps[top:bottom, left:right])
        (xx, xy, x0), (yx, yy, y0) = grid_transform(fraction.plane, plane)
        return LabelComposite(argb, ((xx, xy, x0 + xx * left + xy * top), (yx, yy, y0 + yx * left + yy * top)))

    made = _graded.recall((fraction,), (look, plane), make)
    return () if made is None else (made,)


def _steps(fractions: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(np.nan_to_num(fractions), 0.0, 1.0) * 255.0), dtype=np.uint8)


def _mask(fractions: NDArray[np.float32], threshold: float) -> NDArray[np.uint8]:
    reached = fractions >= threshold if threshold > 0 else fractions > 0
    return np.asarray(reached, dtype=np.uint8)


def _outlines_of(layer: ShownLayer, plane: Plane, latest: _Latest, *, moving: bool) -> tuple[OutlinePaths, ...]:
    found: list[OutlinePaths] = []
    if not moving:
        masks = [
            LabelPicture(fraction.plane, thresholded(fraction, layer.threshold), (fraction.part,))
            for fraction in layer.on_plane.fractions
        ]
        for number, picture in enumerate((*masks, *layer.on_plane.labels)):
            found.extend(_label_lines(layer, picture, plane, partial(latest.again, number)))
    found.extend(
        latest.again("contours", number, look, partial(_contour, layer, outline, look))
        for number, outline in enumerate(layer.on_plane.outlines)
        if (look := layer.looks.get(outline.part, _HIDDEN)).visible
    )
    return tuple(found)


def _label_lines(layer: ShownLayer, picture: LabelPicture, plane: Plane, again: _Again) -> list[OutlinePaths]:
    if not any(_lined(layer.looks, part) for part in picture.parts):
        return []
    (xx, xy, x0), (yx, yy, y0) = grid_transform(picture.plane, plane)
    linear, shift = np.array([[xx, yx], [xy, yy]]), np.array([x0, y0])

    def line(part: int, paths: Sequence[NDArray[np.float64]], look: PartLook) -> OutlinePaths:
        return OutlinePaths(
            paths=tuple(path @ linear + shift for path in paths),
            color=look.color,
            opacity=look.line,
            part=PartRef(layer.overlay.instance, part),
            dashed=look.dashed,
            selected=look.selected,
        )

    found = []
    for value, paths in traced(picture.labels).items():
        part = picture.parts[value - 1]
        if _lined(layer.looks, part):
            look = layer.looks[part]
            found.append(again(part, look, partial(line, part, paths, look)))
    return found


def _lined(looks: Looks, part: int) -> bool:
    look = looks.get(part, _HIDDEN)
    return look.visible and look.line > 0


def _contour(layer: ShownLayer, outline: Outline, look: PartLook) -> OutlinePaths:
    return OutlinePaths(
        paths=outline.paths,
        color=look.color,
        opacity=look.line,
        part=PartRef(layer.overlay.instance, outline.part),
        closed=outline.closed,
        dashed=look.dashed,
        selected=look.selected,
        projected=outline.projected,
        fill=look.fill_rgba if outline.closed and not outline.projected and look.fill > 0 else None,
    )
