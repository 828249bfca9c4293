"""What of a structure set lies on a plane, and how much its contours enclose.

Acceptance checks 47 to 54, 56 and 57.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.representations.contours import PLANE, box, closed, roi, structure_set
from viewer.domain.structure_set import Contour
from viewer.geometry.plane import Plane
from viewer.representations.contour import measure_structure_set, structure_set_on_plane
from viewer.representations.on_plane import OnPlane
from viewer.representations.rasterise import rasterise_roi


def on_plane(*contours: Contour, plane: Plane = PLANE) -> OnPlane:
    return structure_set_on_plane(structure_set([roi(*contours)]), plane)


def volume_ml(*contours: Contour) -> float | None:
    return measure_structure_set(structure_set([roi(*contours)]))[1].volume_ml


def test_a_vertex_at_a_pixel_centre_is_drawn_through_the_middle_of_the_pixel():
    corner = PLANE.point_patient([[7.5, 3.5]])[0]
    assert corner == pytest.approx([-8 + 7 * 0.25, -5 + 3 * 0.5, 20])
    (outline,) = on_plane(closed(box(corner[0], corner[1], 2, 4))).outlines
    np.testing.assert_allclose(outline.paths[0], [[7.5, 3.5], [15.5, 3.5], [15.5, 11.5], [7.5, 11.5]])
    assert outline.closed


@pytest.mark.parametrize("noise", [0.0, 0.0004, -0.0004])
def test_noise_of_decimal_strings_hides_no_contour(noise: float):
    (outline,) = on_plane(closed(box(-4, 0, 3, 5, z=20 + noise))).outlines
    assert not outline.projected


def test_a_hole_is_an_inner_contour_a_xor_contour_or_a_keyhole():
    outer, inner = box(-6, -3, 9, 10), box(-4, 0, 3, 5)
    channel = np.array([[-4.0, 10 - 3, 20.0], [-4.0, 5.0, 20.0]])
    keyhole = np.concatenate([outer[:3], channel, inner[[2, 1, 0, 3]], channel[::-1], outer[3:]])
    plain = on_plane(closed(outer), closed(inner))
    exclusive = on_plane(closed(outer, "CLOSEDPLANAR_XOR"), closed(inner, "CLOSEDPLANAR_XOR"))
    assert [len(found.outlines[0].paths) for found in (plain, exclusive)] == [2, 2]
    walked = on_plane(closed(keyhole))
    assert len(walked.outlines[0].paths) == 2, "the channel is drawn"
    areas = [measure_structure_set(structure_set([roi(*contours)]))[1] for contours in _with_slabs(outer, inner, keyhole)]
    assert {round(area.volume_ml or 0, 6) for area in areas} == {round((90 - 15) * 2 / 1000, 6)}


def _with_slabs(outer: np.ndarray, inner: np.ndarray, keyhole: np.ndarray) -> list[list[Contour]]:
    return [
        [Contour("CLOSED_PLANAR", points, slab_thickness_mm=2.0) for points in (outer, inner)],
        [Contour("CLOSEDPLANAR_XOR", points, slab_thickness_mm=2.0) for points in (outer, inner)],
        [Contour("CLOSED_PLANAR", keyhole, slab_thickness_mm=2.0)],
    ]


def test_contours_twice_as_far_apart_as_slices_do_not_look_drawn_on_those_between():
    contours = [closed(box(-4, 0, 3, 5, z=z)) for z in (15.0, 20.0, 25.0)]
    assert on_plane(*contours).parts_here == {1}
    between = on_plane(*contours, plane=PLANE.moved(2.5))
    assert between.outlines == ()
    assert between.parts_here == frozenset()


def test_a_contour_beside_its_nearest_slice_is_shown_there_in_the_style_of_what_is_near():
    contour = closed(box(-4, 0, 3, 5, z=21.0))
    (outline,) = on_plane(contour).outlines
    assert outline.projected
    assert on_plane(contour, plane=PLANE.moved(2.5)).outlines == ()


def test_a_contour_halfway_between_two_slices_is_shown_on_one_of_them():
    contour = closed(box(-4, 0, 3, 5, z=21.25))
    shown = [bool(on_plane(contour, plane=PLANE.moved(step)).outlines) for step in (0.0, 2.5)]
    assert sorted(shown) == [False, True]


def test_of_several_contour_planes_within_one_thick_slice_the_nearest_is_shown():
    thick = replace(PLANE, thickness_mm=8.0)
    contours = [closed(box(x, 0, 3, 5, z=z)) for x, z in ((-6, 19.0), (-4, 20.1), (-2, 21.0))]
    (outline,) = on_plane(*contours, plane=thick).outlines
    assert outline.paths[0][:, 0].min() == pytest.approx((-4 + 8) / 0.25 + 0.5)


def test_points_are_marks_and_open_contours_are_lines_without_a_volume():
    point = Contour("POINT", np.array([[-4.0, 1.0, 20.5]]))
    curve = Contour("OPEN_NONPLANAR", np.array([[-4.0, 0.0, 10.0], [-2.0, 2.0, 20.0], [2.0, 6.0, 40.0]]))
    found = on_plane(point, curve)
    (shape,) = found.shapes
    np.testing.assert_allclose(shape.points, [[16.5, 12.5]])
    (outline,) = found.outlines
    assert not outline.closed
    ends = outline.paths[0][[0, -1], 0]
    np.testing.assert_allclose(ends, [(-2.25 + 8) / 0.25 + 0.5, (-2 + 0.25 + 8) / 0.25 + 0.5], atol=0.05)
    assert volume_ml(point, curve) is None


def test_an_open_planar_contour_is_whole_on_its_slice_and_absent_elsewhere():
    line = Contour("OPEN_PLANAR", box(-4, 0, 3, 5))
    (outline,) = on_plane(line).outlines
    assert len(outline.paths[0]) == 4
    assert on_plane(line, plane=PLANE.moved(2.5)).outlines == ()


def test_an_unknown_geometric_type_is_drawn_as_a_line():
    assert on_plane(Contour("SPLINE", box(-4, 0, 3, 5))).outlines[0].closed is False


@pytest.mark.parametrize("count", [1, 2])
def test_a_closed_contour_of_one_or_two_points_is_marked_and_has_no_volume(count: int):
    found = on_plane(closed(box(-4, 0, 3, 5)[:count]))
    assert found.parts_here == {1}
    assert len(found.shapes) == (1 if count == 1 else 0)
    assert len(found.outlines) == (0 if count == 1 else 1)


def test_a_contour_in_another_frame_of_reference_is_not_drawn():
    overlay = structure_set(
        [roi(closed(box(-4, 0, 3, 5)), frame_of_reference="9.9.9"), roi(closed(box(0, 0, 3, 5)), number=2)]
    )
    assert structure_set_on_plane(overlay, PLANE).parts_here == {2}


def test_nothing_is_drawn_on_images_without_a_position():
    assert on_plane(closed(box(-4, 0, 3, 5)), plane=replace(PLANE, in_patient_space=False)).parts_here == frozenset()


def test_axial_contours_are_cut_by_a_sagittal_plane_at_their_slabs():
    contours = [closed(box(-4, -1, 3, 6, z=z)) for z in (10.0, 13.0, 16.0)]
    sagittal = Plane(
        (-3.0, -6.0, 5.0), (0, 1, 0), (0, 0, 1), (0.5, 0.25), (40, 60), PLANE.frame_of_reference_uid, thickness_mm=1
    )
    (picture,) = on_plane(*contours, plane=sagittal).labels
    rows, columns = np.nonzero(picture.labels)
    assert (5 + 0.5 * rows.min(), 5 + 0.5 * rows.max()) == (9.0, 17.5), "half a gap beyond the outer planes, open below"
    assert (-6 + 0.25 * columns.min(), -6 + 0.25 * columns.max()) == (-1.0, 4.75)
    assert picture.parts == (1,)
    assert on_plane(*contours, plane=replace(sagittal, origin=(0.5, -6.0, 5.0))).labels == ()


def test_sagittal_contours_appear_on_axial_slices():
    outline = box(10, 12, 6, 16)[:, [2, 0, 1]]
    contours = [closed(outline + np.array([x - 20.0, 0, 0])) for x in (-4.0, -2.0, 0.0)]
    (picture,) = on_plane(*contours, plane=replace(PLANE, origin=(-8.0, 0.0, 20.0))).labels
    rows, columns = np.nonzero(picture.labels)
    assert (0.5 * rows.min(), 0.5 * rows.max()) == (10.0, 15.5)
    assert -8 + 0.25 * columns.min() == pytest.approx(-4.75)
    assert -8 + 0.25 * columns.max() == pytest.approx(1.0)


def test_one_sagittal_contour_without_thickness_is_a_line_on_an_axial_slice():
    contour = closed(box(1, 12, 6, 16)[:, [2, 0, 1]] + np.array([-22.0, 0, 0]))
    (outline,) = on_plane(contour).outlines
    assert not outline.closed
    np.testing.assert_allclose(outline.paths[0], PLANE.position_image([[-2, 1, 20], [-2, 7, 20]]), atol=1e-9)


def test_overlapping_cuts_stay_apart_so_that_each_can_be_switched():
    contours = [[closed(box(-4 + shift, -1, 3, 6, z=z)) for z in (10.0, 13.0)] for shift in (0, 1)]
    overlay = structure_set([roi(*contours[0], number=1), roi(*contours[1], number=2)])
    plane = Plane((-2.5, -6.0, 5.0), (0, 1, 0), (0, 0, 1), (0.5, 0.25), (40, 60), PLANE.frame_of_reference_uid)
    pictures = structure_set_on_plane(overlay, plane).labels
    assert sorted(part for picture in pictures for part in picture.parts) == [1, 2]
    assert len(pictures) == 2


def test_a_cylinder_has_the_volume_of_its_planes_times_their_full_thickness():
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    circle = 20 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    contours = [closed(np.column_stack([circle, np.full(720, 3.0 * k)])) for k in range(11)]
    measure = measure_structure_set(structure_set([roi(*contours[::-1])]))[1]
    assert measure.volume_ml == pytest.approx(np.pi * 400 * 33 / 1000, rel=1e-4)
    assert round(measure.volume_ml or 0, 1) == 41.5
    assert "area times slab" in measure.method


def test_the_gap_between_two_islands_is_not_volume():
    stack = [closed(box(0, 0, 10, 10, z=z)) for z in (0.0, 2.0, 4.0, 40.0, 42.0)]
    assert volume_ml(*stack) == pytest.approx(5 * 2 * 100 / 1000)


def test_one_plane_of_unknown_thickness_has_no_volume_and_says_why():
    measure = measure_structure_set(structure_set([roi(closed(box(0, 0, 10, 10)))]))[1]
    assert measure.volume_ml is None
    assert "thickness" in measure.method


def test_the_largest_slice_is_where_the_contours_enclose_most_without_their_holes():
    contours = [closed(box(0, 0, 10, 10, z=0)), closed(box(1, 1, 8, 8, z=0)), closed(box(20, 20, 8, 6, z=5))]
    measure = measure_structure_set(structure_set([roi(*contours)]))[1]
    assert measure.largest == (24.0, 23.0, 5.0)


def test_a_roi_without_contours_is_empty():
    assert measure_structure_set(structure_set([roi()]))[1].state == "empty"


@pytest.mark.parametrize(("geometric_type", "area"), [("CLOSED_PLANAR", 24 + 24 - 6), ("CLOSEDPLANAR_XOR", 24 + 24 - 2 * 6)])
def test_the_geometric_type_decides_whether_crossing_contours_unite_or_exclude(geometric_type: str, area: float):
    contours = [Contour(geometric_type, points, slab_thickness_mm=1.0) for points in (box(-6, -4, 6, 4), box(-3, -2, 6, 4))]
    assert volume_ml(*contours) == pytest.approx(area / 1000)


def test_the_innermost_of_three_nested_xor_contours_is_filled():
    """Check 48: out, ring, hole, middle, hole, ring, out along one row of pixels."""
    nested = [closed(box(-6 + n, -3 + n, 9 - 2 * n, 10 - 2 * n), "CLOSEDPLANAR_XOR") for n in range(3)]
    row = rasterise_roi(roi(*nested), [PLANE])[0][round((2.0 + 5.0) / 0.5)]
    columns = [round((x + 8) / 0.25) for x in (-6.5, -5.5, -4.5, -1.5, 1.5, 2.5, 3.5)]
    assert row[columns].tolist() == [False, True, False, True, False, True, False]


def test_islands_of_one_slice_that_differ_by_noise_are_all_drawn_there():
    """Three islands a slice, up to 0.08 mm off it: most gaps between contours are then noise."""
    islands = [
        closed(box(x, 0, 2, 3, z=20 + 2.5 * k + noise))
        for k in range(-2, 3)
        for x, noise in ((-6.0, -0.08), (-3.0, 0.03), (0.0, 0.07))
    ]
    for k in range(-2, 3):
        (outline,) = on_plane(*islands, plane=PLANE.moved(2.5 * k)).outlines
        assert len(outline.paths) == 3
        assert not outline.projected
    assert volume_ml(*islands) == pytest.approx(15 * 6 * 2.5 / 1000, rel=1e-3)
