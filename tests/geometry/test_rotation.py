"""Rotations against scipy's, and against a quarter turn done by hand."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from viewer.geometry.rotation import rotation


def test_a_quarter_turn_about_the_head_takes_left_to_back() -> None:
    assert np.allclose(rotation((0.0, 0.0, 1.0), 90.0) @ (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def test_any_turn_is_that_of_scipy() -> None:
    about = np.array([0.36, -0.48, 0.8])
    for degrees in (-170.0, -12.5, 0.0, 33.0, 180.0, 271.0):
        expected = Rotation.from_rotvec(np.radians(degrees) * about).as_matrix()
        assert np.allclose(rotation(about, degrees), expected)
