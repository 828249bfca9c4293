"""What of a tiled segmentation lies on a piece of a slide: sampled onto the piece's own pixels, from the tiles it meets.

A tiled segmentation has as many tiles as the slide, perhaps of another size and made at another level. Only the tiles that
the asked piece meets are read, and the answer has the piece's pixels, so that pieces fit together without a seam.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.geometry.tolerances import SAME_GRID_PIXELS
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.representations.part_codes import Fractions, Labels
from viewer.representations.segmentation_slices import Pile, SegmentationSlice, piles_of
from viewer.representations.slice_source import SliceSource

LARGEST_PIECE = 16 << 20
"""Pixels of an answer: a larger plane is answered on a coarser grid."""

_Rows = NDArray[np.intp]


def is_tiled(content: Segmentation) -> bool:
    """Say whether the frames of a segmentation are tiles of a total pixel matrix."""
    return content.frames.tile_offset is not None


def tiles_on_plane(source: SliceSource, plane: Plane) -> OnPlane:
    """Return what of a tiled segmentation lies on a plane that is parallel to it.

    Each pixel of the plane takes the pixel of the segmentation that its centre lies in. Of several focal planes the nearest
    counts; of a single one whatever depth it states, for depths on slides are stated in many ways.
    """
    plane = _bounded(plane)
    labels: list[Labels] = []
    fractions: dict[int, Fractions] = {}
    for pile in piles_of(source.content):
        if not pile.is_parallel_to(plane):
            continue
        met = [found for one in _near(pile, plane) if (found := _meeting(one, plane)) is not None]
        source.expect([one.tile.frames for one in met])
        for one in met:
            if source.content.type == "FRACTIONAL":
                _add_fractions(fractions, one, source.fractions(one.tile.frames), plane)
            else:
                _add_labels(labels, one, source.labels(one.tile.frames), plane)
    here: set[int] = set(fractions)
    for layer in labels:
        counts = np.bincount(layer.reshape(-1))
        here.update(source.codes.numbers[code - 1] for code in np.flatnonzero(counts[1:]) + 1)
    return OnPlane(
        labels=tuple(LabelPicture(plane, layer, source.codes.numbers) for layer in labels),
        fractions=tuple(FractionPicture(plane, amounts, number) for number, amounts in sorted(fractions.items())),
        parts_here=frozenset(here),
    )


@dataclass(frozen=True, eq=False)
class _Met:
    """A tile with the rectangle of the plane that it lies on, and its own pixel for each row and column of that.

    ``rows`` and ``columns`` are (height, 1) and (1, width) where the axes agree, else (height, width).
    """

    tile: SegmentationSlice
    top: int
    left: int
    rows: _Rows
    columns: _Rows
    inside: NDArray[np.bool_]


def _bounded(plane: Plane) -> Plane:
    pixels = plane.shape[0] * plane.shape[1]
    if pixels <= LARGEST_PIECE:
        return plane
    step = int(np.ceil(np.sqrt(pixels / LARGEST_PIECE)))
    return replace(
        plane,
        origin=to_vector(plane.point_patient([step / 2, step / 2])),
        spacing_mm=(plane.spacing_mm[0] * step, plane.spacing_mm[1] * step),
        shape=(-(-plane.shape[0] // step), -(-plane.shape[1] // step)),
        image=None,
    )


def _near(pile: Pile, plane: Plane) -> list[SegmentationSlice]:
    """Return the tiles of the nearest focal plane that may meet a plane: looking at each of ten thousand takes too long."""
    chosen = np.ones(len(pile.slices), dtype=bool)
    if float(np.ptp(pile.offsets_mm)) > pile.tolerance_mm:
        distances = np.abs(pile.offsets_mm - float(np.dot(plane.corners_patient().mean(axis=0), pile.normal)))
        chosen = distances <= min(float(distances.min()), pile.spacing_mm / 2) + pile.tolerance_mm
    first = pile.slices[0].plane
    reach = np.hypot(first.shape[0] * first.spacing_mm[0], first.shape[1] * first.spacing_mm[1]) / min(plane.spacing_mm)
    there = plane.position_image(pile.origins)
    chosen &= ((there >= -reach) & (there <= np.array(plane.shape[::-1]) + reach)).all(axis=1)
    return [pile.slices[place] for place in np.flatnonzero(chosen)]


def _meeting(tile: SegmentationSlice, plane: Plane) -> _Met | None:
    """Return where a tile lies on a plane, or None when it does not."""
    rows, columns = tile.plane.shape
    ends = np.array([[0.0, 0.0], [columns, 0.0], [columns, rows], [0.0, rows]])
    there = plane.position_image(tile.plane.point_patient(ends))
    (left, top), (right, bottom) = np.floor(there.min(axis=0)), np.ceil(there.max(axis=0))
    left, top = max(int(left), 0), max(int(top), 0)
    right, bottom = min(int(right), plane.shape[1]), min(int(bottom), plane.shape[0])
    if right <= left or bottom <= top:
        return None
    corner, across, down = tile.plane.position_image(plane.point_patient([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]]))
    across, down = _clean(across - corner), _clean(down - corner)
    x, y = np.arange(left, right, dtype=float)[None, :], np.arange(top, bottom, dtype=float)[:, None]
    own_columns = corner[0] + (across[0] * x if across[0] else 0.0) + (down[0] * y if down[0] else 0.0)
    own_rows = corner[1] + (across[1] * x if across[1] else 0.0) + (down[1] * y if down[1] else 0.0)
    # A centre that falls on an edge by rounding belongs to the pixel on the same side at every tile.
    i = np.floor(own_rows + _EDGE).astype(np.intp)
    j = np.floor(own_columns + _EDGE).astype(np.intp)
    inside = (i >= 0) & (i < rows) & (j >= 0) & (j < columns)
    if not inside.any():
        return None
    return _Met(tile, top, left, np.clip(i, 0, rows - 1), np.clip(j, 0, columns - 1), inside)


_EDGE = 1e-6


def _clean(step: FloatArray) -> FloatArray:
    """Return a step without the noise that makes an axis seem to lean."""
    return np.where(np.abs(step) < SAME_GRID_PIXELS * 1e-6 * np.abs(step).max(), 0.0, step)


def _add_labels(found: list[Labels], met: _Met, layers: tuple[Labels, ...], plane: Plane) -> None:
    for number, tile in enumerate(layers):
        if number == len(found):
            found.append(np.zeros(plane.shape, tile.dtype))
        taken = tile[met.rows, met.columns]
        window = _window(found[number], met, taken.shape)
        np.copyto(window, taken, where=met.inside)


def _add_fractions(found: dict[int, Fractions], met: _Met, amounts: dict[int, Fractions], plane: Plane) -> None:
    for number, tile in amounts.items():
        if number not in found:
            found[number] = np.zeros(plane.shape, np.float32)
        taken = tile[met.rows, met.columns]
        window = _window(found[number], met, taken.shape)
        np.copyto(window, np.maximum(window, taken), where=met.inside)


def _window(whole: NDArray[np.generic], met: _Met, shape: tuple[int, ...]) -> NDArray[np.generic]:
    return whole[met.top : met.top + shape[0], met.left : met.left + shape[1]]
