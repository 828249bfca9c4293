"""Linear interpolation along one axis of an array: between which places a position lies, and whole lines at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray

Values = NDArray[np.float32]

_EDGE = 1e-3
_FLAT = 1e-6


def between_pixels(
    place: FloatArray, count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]:
    """Return between which pixels places lie; the outer half pixel on each side belongs to the image."""
    inside = (place >= -0.5 - _EDGE) & (place <= count - 0.5 + _EDGE)
    held = np.clip(place, 0, count - 1)
    below = np.minimum(held.astype(np.intp), max(count - 2, 0))
    share = (held - below).astype(np.float32)
    return below, np.minimum(below + 1, count - 1), share, inside


def along_axis(
    values: Values,
    axis: int,
    below: NDArray[np.intp],
    above: NDArray[np.intp],
    share: NDArray[np.float32],
    inside: NDArray[np.bool_],
) -> Values:
    """Interpolate a picture along one of its axes; whole places are taken as they are."""
    if bool((np.abs(share - np.round(share)) <= _EDGE).all()):
        chosen = np.where(share > 0.5, above, below)
        taken = _taken(values, axis, chosen)
    else:
        weight = share[:, None] if axis == 0 else share[None, :]
        low, high = values.take(below, axis=axis), values.take(above, axis=axis)
        # What has no weight must not make a value vanish.
        taken = np.where(weight > _FLAT, high * weight, 0) + np.where(weight < 1 - _FLAT, low * (1 - weight), 0)
    if not inside.all():
        taken = np.array(taken, np.float32)
        taken[(slice(None),) * axis + (~inside,)] = np.nan
    return np.asarray(taken, np.float32)


def _taken(values: Values, axis: int, chosen: NDArray[np.intp]) -> Values:
    """Return lines of a picture; a view where they are all of them in order or in reverse."""
    count = values.shape[axis]
    if len(chosen) == count and count > 1:
        if chosen[0] == 0 and bool((np.diff(chosen) == 1).all()):
            return values
        if chosen[-1] == 0 and bool((np.diff(chosen) == -1).all()):
            return np.flip(values, axis)
    return values.take(chosen, axis=axis)
