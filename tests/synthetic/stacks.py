"""Stacks of parallel frames without files: anisotropic, asymmetric, in any direction; and planes near their middle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane, to_vector

SHAPE = (6, 9, 14)
SPACING_MM = (3.0, 0.9, 0.6)
ORIGIN = (-12.0, 7.0, 33.0)
FRAME_OF_REFERENCE = "1.2"

TURNS = {
    "parallel": np.eye(3),
    "turned in the plane": np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1.0]]),
    "transposed": np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, -1]]),
    "upright": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "oblique": np.linalg.qr(np.array([[0.7, 0.5, 0.2], [-0.3, 0.9, 0.4], [0.6, -0.2, 0.8]]))[0],
}
"""Columns: the axes of a plane's columns and rows, and its normal, in those of a stack."""


def values_of(seed: int = 5) -> NDArray[np.float32]:
    """Return values for every voxel of a stack, in the order of its frames."""
    return np.random.default_rng(seed).normal(100, 40, SHAPE).astype(np.float32)


def oblique() -> NDArray[np.float64]:
    """Return orthonormal columns: along a row, down a column, from slice to slice."""
    return np.linalg.qr(np.array([[0.9, 0.3, -0.2], [-0.2, 0.8, 0.5], [0.4, -0.1, 0.9]]))[0]


def stack_of(directions: NDArray[np.float64], offsets: Sequence[float] = tuple(range(SHAPE[0]))) -> Stack:
    """Return a stack whose frames lie at multiples of the slice spacing."""
    along, down, step = directions.T
    if np.dot(np.cross(along, down), step) < 0:
        step = -step
    planes = tuple(
        Plane(
            origin=to_vector(np.asarray(ORIGIN) + k * SPACING_MM[0] * step),
            axis_column=to_vector(along),
            axis_row=to_vector(down),
            spacing_mm=SPACING_MM[1:],
            shape=SHAPE[1:],
            frame_of_reference_uid=FRAME_OF_REFERENCE,
            thickness_mm=SPACING_MM[0],
        )
        for k in offsets
    )
    frames = tuple(FrameKey(InstanceKey("file:x"), k) for k in range(len(planes)))
    return Stack(
        id="s#1",
        series_key="s",
        label="",
        frames=frames,
        planes=planes,
        orientation="oblique",
        regular=True,
        spacing_mm=SPACING_MM,
        origin=ORIGIN,
        frame_of_reference_uid=FRAME_OF_REFERENCE,
        rows=SHAPE[1],
        columns=SHAPE[2],
    )


def plane_near(stack: Stack, turn: NDArray[np.float64], shape: tuple[int, int] = (31, 23)) -> Plane:
    """Return a plane near the middle of a stack, its axes turned, finer and of another shape.

    No pixel's centre lies on a voxel's edge.
    """
    spacing = (0.7, 0.45)
    along, down = turn[:, 0], turn[:, 1]
    middle = np.mean([plane.corners_patient().mean(axis=0) for plane in stack.planes], axis=0)
    start = (
        middle
        + np.array([0.013, 0.017, 0.011])
        - along * spacing[1] * (shape[1] - 1) / 2
        - down * spacing[0] * (shape[0] - 1) / 2
    )
    return Plane(to_vector(start), to_vector(along), to_vector(down), spacing, shape, FRAME_OF_REFERENCE)
