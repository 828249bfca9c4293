"""Picking: where a line of sight first meets a surface."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.domain.mesh import Mesh
from viewer.representations.ray import first_hit

BOX = np.array([(x, y, z) for z in (10.0, 14.0) for y in (-3.0, 2.0) for x in (5.0, 6.0)])
QUADS = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
MESH = Mesh(BOX, np.array([(a, b, c) for a, b, c, _ in QUADS] + [(a, c, d) for a, _, c, d in QUADS]))


def test_the_box_is_closed_and_its_outside_is_outside() -> None:
    assert MESH.is_closed
    assert MESH.volume_ml == pytest.approx(1 * 5 * 4 / 1000)


@pytest.mark.parametrize(
    ("start", "direction", "distance"),
    [
        ((0.0, 0.0, 11.0), (1.0, 0.0, 0.0), 5.0),
        ((9.0, 0.0, 11.0), (-1.0, 0.0, 0.0), 3.0),
        ((5.5, 0.0, 20.0), (0.0, 0.0, -1.0), 6.0),
        ((5.5, 0.0, 12.0), (0.0, 0.0, 1.0), 2.0),  # from inside
        ((0.0, 0.0, 11.0), (-1.0, 0.0, 0.0), None),  # looks away
        ((0.0, 2.5, 11.0), (1.0, 0.0, 0.0), None),  # passes beside
    ],
)
def test_the_first_point_is_found(
    start: tuple[float, float, float], direction: tuple[float, float, float], distance: float | None
) -> None:
    found = first_hit(MESH, np.array(start), np.array(direction))

    assert found == (None if distance is None else pytest.approx(distance))


def test_a_slanting_ray_meets_the_nearest_side() -> None:
    start, aim = np.array([0.0, -10.0, 0.0]), np.array([5.0, -1.0, 12.0])  # a point of the side x = 5
    direction = (aim - start) / np.linalg.norm(aim - start)

    assert first_hit(MESH, start, direction) == pytest.approx(float(np.linalg.norm(aim - start)))


def test_nothing_is_never_met() -> None:
    assert first_hit(Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64)), np.zeros(3), np.array([1.0, 0, 0])) is None
