"""Marks lie on planes to the half pixel and the millimetre, and none is lost between slices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewer.domain.graphic import Graphic, GraphicShape, TextMark
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.presentation import GraphicLayer, PresentationState
from viewer.domain.references import ImageReference
from viewer.geometry.nearest_slice import with_nearest_ranges
from viewer.geometry.plane import Plane
from viewer.representations.mark_cuts import ellipse_path, smooth_path
from viewer.representations.marks import graphics_on_plane, presentation_state_on_plane
from viewer.representations.on_plane import OnPlane, Shape

FRAME_OF_REFERENCE = "1.2.3.4"


def slices(*offsets_mm: float, gap_mm: float = 2.5) -> tuple[Plane, ...]:
    """Axial slices of 7 x 11 pixels of 0.5 x 0.25 mm, from the head down, that start at (10, 20, z)."""
    planes = [
        Plane(
            origin=(10.0, 20.0, offset),
            axis_column=(1.0, 0.0, 0.0),
            axis_row=(0.0, 1.0, 0.0),
            spacing_mm=(0.5, 0.25),
            shape=(7, 11),
            frame_of_reference_uid=FRAME_OF_REFERENCE,
            thickness_mm=gap_mm,
            image=(f"1.2.{number}", 1),
        )
        for number, offset in enumerate(offsets_mm)
    ]
    return with_nearest_ranges(planes)


def on_image(shape: GraphicShape, *points: tuple[float, float], images: tuple[ImageReference, ...] = ()) -> Graphic:
    return Graphic(shape, "PIXEL", points, part=1, images=images)


def in_space(shape: GraphicShape, *points: tuple[float, float, float]) -> Graphic:
    return Graphic(shape, "PATIENT", points, part=1, frame_of_reference_uid=FRAME_OF_REFERENCE)


def only(found: OnPlane) -> Shape:
    (shape,) = found.shapes
    return shape


def shown(graphic: Graphic, plane: Plane) -> OnPlane:
    return graphics_on_plane([graphic], (), (), plane)


def test_pixel_coordinates_are_corner_positions_and_pass_unchanged() -> None:
    """Check 59: a line at 15 runs along the border between pixels 14 and 15."""
    (plane,) = slices(0.0)
    line = only(shown(on_image("POLYLINE", (15.0, 15.0), (18.5, 15.0)), plane))
    assert line.points.tolist() == [[15.0, 15.0], [18.5, 15.0]]


def test_a_patient_point_at_a_pixel_centre_lies_half_a_pixel_from_its_corner() -> None:
    (plane,) = slices(0.0)
    mark = only(shown(in_space("POINT", (10.0 + 4 * 0.25, 20.0 + 2 * 0.5, 0.0)), plane))
    assert np.allclose(mark.points, [[4.5, 2.5]])


@pytest.mark.parametrize(("frames", "expected"), [((), [1, 2, 3]), ((3,), [3]), ((1, 2), [1, 2])])
def test_a_mark_lies_on_the_frames_it_names(frames: tuple[int, ...], expected: list[int]) -> None:
    """Check 64."""
    (plane,) = slices(0.0)
    mark = on_image("POINT", (1.0, 1.0), images=(ImageReference("1.2.0", frames=frames),))
    drawn = [n for n in (1, 2, 3) if shown(mark, replace(plane, image=("1.2.0", n))).shapes]
    assert drawn == expected
    assert not shown(mark, replace(plane, image=("1.2.99", 1))).shapes
    assert not shown(mark, replace(plane, image=None)).shapes


def test_a_reference_to_a_uid_that_two_files_claim_means_each_of_them() -> None:
    (plane,) = slices(0.0)
    mark = on_image("POINT", (1.0, 1.0), images=(ImageReference("1.2.0"),))
    assert shown(mark, replace(plane, image=("1.2.0@2", 1))).shapes


def test_check_74_a_point_near_a_slice_stands_on_it_and_one_between_no_slices_is_projected_on_the_nearest() -> None:
    """Check 74: 1 mm off a 2.5 mm slice is on it; 10 mm off every slice is shown in another style."""
    planes = slices(0.0, -2.5, -5.0, -30.0)
    near, lost = in_space("POINT", (10.0, 20.0, -1.5)), in_space("POINT", (10.0, 20.0, -15.0))
    assert [bool(shown(near, plane).shapes) for plane in planes] == [False, True, False, False]
    assert not only(shown(near, planes[1])).projected
    assert [bool(shown(lost, plane).shapes) for plane in planes] == [False, False, True, False]
    assert only(shown(lost, planes[2])).projected


@pytest.mark.parametrize("height", [-1.25, -3.75, -1.2501, 1.25, -6.25, 40.0, -17.5])
def test_every_point_is_shown_on_some_slice(height: float) -> None:
    planes = slices(0.0, -2.5, -5.0, -30.0)
    graphic = in_space("POINT", (10.0, 20.0, height))
    assert any(shown(graphic, plane).shapes for plane in planes)


def test_a_mark_of_another_frame_of_reference_is_not_drawn() -> None:
    (plane,) = slices(0.0)
    graphic = replace(in_space("POINT", (10.0, 20.0, 0.0)), frame_of_reference_uid="1.9")
    assert not shown(graphic, plane).shapes
    assert not shown(graphic, replace(plane, frame_of_reference_uid=None)).shapes


def test_a_polygon_in_a_slice_is_whole_and_one_across_it_is_cut_to_a_chord() -> None:
    plane, _ = slices(0.0, -2.5)
    flat = in_space("POLYGON", (10, 20, 0.5), (12, 20, 0.5), (12, 23, 0.5))
    upright = in_space("POLYGON", (10, 20, -8), (12, 20, -8), (12, 20, 8), (10, 20, 8))
    assert only(shown(flat, plane)).shape == "POLYGON"
    chord = only(shown(upright, plane))
    assert (chord.shape, chord.projected) == ("POLYLINE", False)
    assert sorted(np.round(chord.points[:, 0], 6).tolist()) == [0.5, 8.5]


def test_only_the_part_of_a_line_near_the_slice_is_drawn() -> None:
    planes = slices(0.0, -2.5, -5.0)
    line = in_space("POLYLINE", (10.0, 20.0, 0.0), (10.0, 22.5, -5.0))
    parts = [only(shown(line, plane)).points for plane in planes]
    rows = [(part[:, 1].min() - 0.5) * 0.5 + 20.0 for part in parts] + [(parts[-1][:, 1].max() - 0.5) * 0.5 + 20.0]
    assert np.allclose(rows, [20.0, 20.625, 21.875, 22.5], atol=1e-3)


def test_an_ellipsoid_is_cut_to_the_ellipse_of_its_slice() -> None:
    """Half-axes 2, 3 and 4 mm, centre (12, 22, 0): 2 mm up the section has sqrt(1 - 1/4) of the half-axes."""
    center = np.array([12.0, 22.0, 0.0])
    ends = [center + sign * axis for axis in np.diag([2.0, 3.0, 4.0]) for sign in (-1, 1)]
    ball = in_space("ELLIPSOID", *(tuple(end) for end in ends))  # type: ignore[arg-type]
    up, middle, above = slices(2.0, 0.0, 10.0)
    outline = only(shown(ball, up))
    assert outline.shape == "POLYGON"
    patient = up.point_patient(outline.points)
    shrink = np.sqrt(0.75)
    assert np.allclose(((patient[:, 0] - 12) / (2 * shrink)) ** 2 + ((patient[:, 1] - 22) / (3 * shrink)) ** 2, 1.0)
    assert np.isclose(np.ptp(middle.point_patient(only(shown(ball, middle)).points)[:, 1]), 6.0, atol=0.01)
    assert not shown(ball, above).shapes


def test_an_ellipse_passes_through_its_four_axis_ends() -> None:
    """Check 73."""
    ends = np.array([[1.0, 5.0], [9.0, 5.0], [5.0, 3.0], [5.0, 7.0]])
    path = ellipse_path(ends)
    for end in ends:
        assert np.min(np.linalg.norm(path - end, axis=1)) < 1e-9


def test_an_interpolated_curve_passes_through_all_its_points() -> None:
    points = np.array([[0.0, 0.0], [4.0, 1.0], [5.0, 6.0], [9.0, 2.0]])
    path = smooth_path(points)
    assert len(path) > 3 * len(points)
    for point in points:
        assert np.min(np.linalg.norm(path - point, axis=1)) < 1e-9
    (plane,) = slices(0.0)
    assert only(shown(on_image("INTERPOLATED", *map(tuple, points)), plane)).shape == "POLYLINE"  # type: ignore[arg-type]


def bitmap(group: int, *, frames: int = 1, first_frame: int = 1, origin: tuple[int, int] = (1, 1)) -> OverlayPlane:
    return OverlayPlane(group, np.ones((frames, 2, 3), np.uint8), origin, first_frame)


def made_state(**more: object) -> PresentationState:
    return PresentationState(
        "", "", (ImageReference("1.2.0"),), layers=(GraphicLayer("A", 1, part=1), GraphicLayer("B", 2, part=2)), **more
    )  # type: ignore[arg-type]


def test_planes_of_the_image_are_shown_only_when_the_state_activates_their_group() -> None:
    """Check 63."""
    (plane,) = slices(0.0)
    own, of_image, silent = bitmap(0x6008, origin=(0, 0)), bitmap(0x6000), bitmap(0x6002)
    state = made_state(overlay_planes=(own,), activations=((0x6000, "A"), (0x6008, "B")))
    found = presentation_state_on_plane(state, plane, image_planes=(of_image, silent))
    assert [(picture.bitmap.group, picture.part) for picture in found.bitmaps] == [(0x6008, 2), (0x6000, 1)]
    assert found.bitmaps[0].bitmap.origin == (0, 0)
    assert found.parts_here == {1, 2}


@pytest.mark.parametrize(("frame", "expected"), [(1, []), (2, [0]), (3, [1]), (4, [])])
def test_a_plane_of_several_frames_belongs_to_the_frames_from_its_origin_on(frame: int, expected: list[int]) -> None:
    (plane,) = slices(0.0)
    state = made_state(overlay_planes=(bitmap(0x6000, frames=2, first_frame=2),), activations=((0x6000, "A"),))
    found = presentation_state_on_plane(state, replace(plane, image=("1.2.0", frame)))
    assert [picture.frame for picture in found.bitmaps] == expected


def test_a_state_draws_nothing_on_images_it_does_not_name() -> None:
    first, second = slices(0.0, -2.5)
    words = TextMark("here", part=1, anchor=(1.0, 2.0))
    state = made_state(graphics=(on_image("POINT", (1.0, 1.0)),), texts=(words,))
    assert presentation_state_on_plane(state, first).words[0].text == "here"
    assert presentation_state_on_plane(state, second).parts_here == frozenset()


def test_higher_layers_are_drawn_later() -> None:
    (plane,) = slices(0.0)
    low, high = replace(on_image("POINT", (1.0, 1.0)), part=1), replace(on_image("POINT", (2.0, 2.0)), part=2)
    found = presentation_state_on_plane(made_state(graphics=(high, low)), plane)
    assert [shape.part for shape in found.shapes] == [1, 2]


def test_a_tilted_plane_gets_the_cut_at_its_own_place() -> None:
    """An oblique plane without a stack: a polygon across it is cut along the line in which the planes meet."""
    half = float(np.sqrt(0.5))
    plane = Plane(
        (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, half, half), (1.0, 1.0), (9, 9), FRAME_OF_REFERENCE, thickness_mm=1.0
    )
    wall = in_space("POLYGON", (-5, 2, -5), (5, 2, -5), (5, 2, 9), (-5, 2, 9))
    chord = only(shown(wall, plane))
    patient = plane.point_patient(chord.points)
    assert np.allclose(patient[:, 1:], [[2, 2], [2, 2]])
    assert sorted(np.round(patient[:, 0], 6).tolist()) == [-5.0, 5.0]
