from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.representations.contours import FRAME_OF_REFERENCE, PLANE, box, closed, roi, structure_set
from viewer.domain.coverage import coverage, frames_touched, places_outside, referenced_frames
from viewer.domain.graphic import Graphic
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.overlay import Overlay, Part
from viewer.domain.presentation import GraphicLayer, PresentationState
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report, ReportFlags
from viewer.domain.stack import Stack
from viewer.domain.structure_set import Contour
from viewer.representations.contour import structure_set_on_plane
from viewer.representations.marks import graphics_on_plane

COUNT = 8
PLANES = tuple(replace(PLANE.moved(2.5 * (3 - k)), image=(f"1.2.{k}", 1)) for k in range(COUNT))
STACK = Stack(
    id="1.2#1",
    series_key="1.2",
    label="",
    frames=tuple(FrameKey(InstanceKey(f"file:{k}")) for k in range(COUNT)),
    planes=PLANES,
    orientation="axial",
    regular=True,
    spacing_mm=(2.5, 0.5, 0.25),
    origin=PLANES[0].origin,
    frame_of_reference_uid=FRAME_OF_REFERENCE,
    rows=40,
    columns=60,
)
"""Eight slices from z = 27.5 mm down to 10 mm."""


def places(overlay: Overlay) -> dict[int, list[int]]:
    return {part: np.flatnonzero(frames).tolist() for part, frames in coverage(overlay, STACK).items()}


def test_what_the_strip_shows_of_contours_is_what_the_slices_show():
    rois = [
        roi(*(closed(box(-4, 0, 3, 5, z=z)) for z in (10.0, 15.0, 20.0)), number=1),
        roi(closed(box(-4, 0, 3, 5, z=21.25)), number=2),
        roi(
            Contour("OPEN_NONPLANAR", np.array([[0.0, 0, 14], [1, 1, 21]])),
            Contour("POINT", np.array([[0.0, 0, 27]])),
            number=3,
        ),
        roi(*(closed(box(11, 3, 6, 9)[:, [2, 0, 1]] + [-22.0 + x, 0, 0]) for x in (0, 1)), number=4),
        roi(number=5),
        roi(closed(box(0, 0, 3, 3)), number=6, frame_of_reference="9.9"),
    ]
    overlay = structure_set(rois)
    drawn: dict[int, list[int]] = {}
    for k, plane in enumerate(STACK.planes):
        for part in structure_set_on_plane(overlay, plane).parts_here:
            drawn.setdefault(part, []).append(k)
    shown = places(overlay)
    assert shown[1] == [3, 5, 7]
    assert {part: shown[part] for part in (1, 2, 3)} == {part: drawn[part] for part in (1, 2, 3)}
    assert set(drawn.get(4, [])) <= set(shown.get(4, []))
    assert set(shown) <= {1, 2, 3, 4}


def test_first_and_last_frame_are_those_of_any_part():
    overlay = structure_set([roi(closed(box(0, 0, 1, 1, z=25.0))), roi(closed(box(0, 0, 1, 1, z=12.5)), number=2)])
    assert frames_touched(overlay, STACK) == (1, 6)
    assert frames_touched(structure_set([roi()]), STACK) is None


def test_contours_beyond_the_stack_are_counted():
    outside = [closed(box(0, 0, 1, 1, z=z)) for z in (5.0, 20.0, 40.0, 42.5)]
    assert places_outside(structure_set([roi(*outside)]), STACK) == 3


@pytest.mark.parametrize(("frames", "expected"), [((), True), ((1,), True), ((2,), False)])
def test_a_reference_names_all_frames_or_those_it_lists(frames: tuple[int, ...], expected: bool):
    named = referenced_frames([ImageReference("1.2.4", frames=frames)], STACK)
    assert named.tolist() == [expected and k == 4 for k in range(COUNT)]


def report(*graphics: Graphic) -> Overlay:
    root = ContentItem("CONTAINER", "", None, "1")
    content = Report("Report", root, ReportFlags(), graphics)
    return replace(structure_set([]), kind="report", content=content)


def test_marks_on_images_lie_where_those_are_and_marks_in_space_where_they_are_or_nearest():
    on_image = Graphic("POINT", "PIXEL", ((3.0, 4.0),), 1, (ImageReference("1.2.5"),))
    in_space = Graphic("POINT", "PATIENT", ((0.0, 0.0, 21.0),), 2, frame_of_reference_uid=FRAME_OF_REFERENCE)
    beyond = Graphic("POINT", "PATIENT", ((0.0, 0.0, 90.0),), 3, frame_of_reference_uid=FRAME_OF_REFERENCE)
    elsewhere = Graphic("POINT", "PATIENT", ((0.0, 0.0, 20.0),), 4, frame_of_reference_uid="9.9")
    assert places(report(on_image, in_space, beyond, elsewhere)) == {1: [5], 2: [3], 3: [0]}


def test_ellipses_and_ellipsoids_that_lean_are_covered_to_their_rims():
    """The ends of their axes lie 2 mm above and below the centre, their rims 2.8 and 3.5 mm."""
    centre = np.array([-4.0, 0.0, 20.0])
    axes = np.array([[3.0, 0.0, 2.0], [0.0, 3.0, 2.0], [-2.0, -2.0, 3.0]])
    axes[2] *= 2 / 3
    ends = [tuple(map(float, centre + sign * axis)) for axis in axes for sign in (-1, 1)]
    thin = replace(STACK, planes=tuple(replace(PLANES[0].moved(8 - 0.5 * k), thickness_mm=0.5) for k in range(40)))
    thin = replace(thin, frames=tuple(FrameKey(InstanceKey(f"file:{k}")) for k in range(40)))
    for shape, points in (("ELLIPSE", ends[:4]), ("ELLIPSOID", ends)):
        graphic = Graphic(shape, "PATIENT", tuple(points), 1, frame_of_reference_uid=FRAME_OF_REFERENCE)  # type: ignore[arg-type]
        drawn = [k for k, plane in enumerate(thin.planes) if graphics_on_plane([graphic], (), (), plane).shapes]
        covered = np.flatnonzero(coverage(report(graphic), thin)[1]).tolist()
        assert len(drawn) > 10
        assert set(drawn) <= set(covered)


def test_a_plane_that_a_state_switches_on_covers_all_its_images_whatever_its_layer_is_called():
    """A layer is joined by its name; what the row shows may be the layer's description."""
    images = tuple(ImageReference(f"1.2.{k}") for k in (1, 2, 3))
    mark = Graphic("POINT", "PIXEL", ((3.0, 4.0),), 1, images[:1], layer="L")
    state = PresentationState(
        "state", "", images, (GraphicLayer("L", 1, 1, "made by hand"),), (mark,), activations=((0x6000, "L"),)
    )
    parts = (Part(1, "made by hand", (255, 0, 0), type="L"),)
    overlay = replace(structure_set([]), kind="presentation_state", content=state, parts=parts)
    assert places(overlay) == {1: [1, 2, 3]}
