"""Which distances along a stack's normal belong to which slice: each point in space has one nearest slice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from viewer.geometry.plane import Plane


def with_nearest_ranges(planes: Sequence[Plane]) -> tuple[Plane, ...]:
    """Return parallel slices, each told the distances (mm, along its normal) at which it is the nearest of them.

    The ranges run from halfway to the slice before, excluded, to halfway to the slice after; they are open at the ends.
    Slices at one place get the same range. Planes outside patient space come back unchanged.
    """
    if not planes or not planes[0].in_patient_space:
        return tuple(planes)
    normal = np.asarray(planes[0].normal)
    offsets = np.array([plane.origin for plane in planes]) @ normal
    places = np.unique(np.round(offsets, 3))
    middles = (places[1:] + places[:-1]) / 2
    lower, upper = np.concatenate([[-math.inf], middles]), np.concatenate([middles, [math.inf]])
    found = []
    for plane, offset in zip(planes, offsets, strict=True):
        place = int(np.argmin(np.abs(places - offset)))
        found.append(replace(plane, nearest_mm=(float(lower[place] - offset), float(upper[place] - offset))))
    return tuple(found)
