"""Compares two volumes by where their voxels lie in the patient, whatever way round each is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def assert_same_voxels(
    ours: NDArray[Any], our_affine: NDArray[np.float64], theirs: NDArray[Any], their_affine: NDArray[np.float64]
) -> None:
    """Demand equal values at equal patient positions; what only one volume covers must be 0. Affines are of (k, j, i)."""
    to_ours = np.linalg.inv(our_affine) @ their_affine
    index = np.stack(np.meshgrid(*(np.arange(n) for n in theirs.shape), indexing="ij"), axis=-1)
    there = index @ to_ours[:3, :3].T + to_ours[:3, 3]
    places = np.rint(there).astype(int)
    assert np.abs(there - places).max() < 0.01, "the grids do not have the same voxel centres"
    inside = np.all((places >= 0) & (places < ours.shape), axis=-1)
    k, j, i = (places[inside][:, axis] for axis in range(3))
    assert np.array_equal(ours[k, j, i], theirs[inside])
    assert not theirs[~inside].any()
    assert ours.sum(dtype=np.float64) == theirs.sum(dtype=np.float64)
