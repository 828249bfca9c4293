"""The camera of a 3D pane: it sees what it should, turns as the object is dragged, and its rays go through the picture."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.geometry.box import Box
from viewer.geometry.camera import (
    Camera,
    Projection,
    StandardView,
    between,
    fitted,
    looking_at,
    moved,
    ray_through,
    seen_from,
    turned,
    zoomed,
)

LOW, HIGH = (-40.0, -100.0, 900.0), (60.0, 20.0, 1300.0)
BOX = Box(LOW, HIGH)
CAMERA = fitted(BOX)


@pytest.mark.parametrize(
    ("view", "right", "up"),
    [
        ("anterior", (1, 0, 0), (0, 0, 1)),  # patient's left on the viewer's right, head on top
        ("posterior", (-1, 0, 0), (0, 0, 1)),
        ("left", (0, 1, 0), (0, 0, 1)),
        ("right", (0, -1, 0), (0, 0, 1)),
        ("head", (-1, 0, 0), (0, -1, 0)),
        ("feet", (1, 0, 0), (0, -1, 0)),
    ],
)
def test_standard_views_show_the_patient_from_that_side(
    view: StandardView, right: tuple[float, float, float], up: tuple[float, float, float]
) -> None:
    camera = seen_from(CAMERA, view)

    assert camera.across == pytest.approx(right, abs=1e-9)
    assert camera.upright == pytest.approx(up, abs=1e-9)
    assert camera.focus == pytest.approx(CAMERA.focus)


def test_it_sees_the_whole_box() -> None:
    for x in (LOW[0], HIGH[0]):
        for y in (LOW[1], HIGH[1]):
            for z in (LOW[2], HIGH[2]):
                across, down = place_of(CAMERA, (x, y, z))
                assert abs(across) <= 0.55
                assert abs(down) <= 0.55


def place_of(camera: Camera, point: tuple[float, float, float]) -> tuple[float, float]:
    """Return where a point is in the picture, in parts of its height from the middle: the projection by hand."""
    way = np.subtract(point, camera.position)
    depth = float(way @ camera.towards)
    distance = float(np.linalg.norm(np.subtract(camera.focus, camera.position)))
    scale = camera.height_mm * (1.0 if camera.parallel else depth / distance)
    return float(way @ camera.across) / scale, -float(way @ camera.upright) / scale


@pytest.mark.parametrize("projection", ["parallel", "perspective"])
def test_a_ray_goes_through_what_is_seen_there(projection: Projection) -> None:
    camera = turned(fitted(BOX, projection=projection), 0.13, -0.21)
    point = (30.0, -70.0, 1210.0)

    start, direction = ray_through(camera, *place_of(camera, point))

    beside = np.cross(np.subtract(point, start), direction)
    assert float(np.linalg.norm(beside)) < 1e-6


def test_dragging_turns_the_object_with_the_mouse() -> None:
    front = (CAMERA.focus[0], LOW[1], CAMERA.focus[2])  # nearest to a viewer who looks at the patient's face

    right, down = place_of(turned(CAMERA, 0.1, 0.0), front)
    assert right > 0.01
    assert down == pytest.approx(0.0, abs=1e-9)
    assert place_of(turned(CAMERA, 0.0, 0.1), front)[1] > 0.01


def test_turning_there_and_back_is_nothing() -> None:
    there = turned(turned(CAMERA, 0.2, 0.0), -0.2, 0.0)

    assert there.position == pytest.approx(CAMERA.position, abs=1e-6)
    assert there.up == pytest.approx(CAMERA.upright, abs=1e-9)


def test_moving_takes_what_is_at_the_focus_along() -> None:
    assert place_of(moved(CAMERA, 0.2, -0.1), CAMERA.focus) == pytest.approx((0.2, -0.1), abs=1e-9)


def test_zooming_magnifies_about_the_focus() -> None:
    beside = tuple(np.asarray(CAMERA.focus) + 30 * CAMERA.across)

    assert place_of(zoomed(CAMERA, 2.0), beside)[0] == pytest.approx(2 * place_of(CAMERA, beside)[0])


def test_a_flight_starts_where_it_is_and_ends_where_it_goes() -> None:
    end = looking_at(seen_from(CAMERA, "left"), (10.0, -20.0, 1000.0), height_mm=80.0)

    assert between(CAMERA, end, 0.0).position == pytest.approx(CAMERA.position)
    last = between(CAMERA, end, 1.0)
    assert last.position == pytest.approx(end.position)
    assert last.height_mm == pytest.approx(80.0)


def test_a_flight_to_the_other_side_does_not_pass_through_the_focus() -> None:
    end = seen_from(CAMERA, "posterior")

    for share in np.linspace(0, 1, 11):
        camera = between(CAMERA, end, float(share))
        assert np.linalg.norm(np.subtract(camera.position, camera.focus)) > 100
        assert np.isfinite(camera.across).all()
