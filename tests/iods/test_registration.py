"""Rigid registrations place overlays of one Frame of Reference on images of another, in the direction of the standard.

Acceptance check 24.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.domain.opened import opened, stack_of
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.registration import registration
from tests.synthetic.segmentation import Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.domain.binding import Binding, coverage
from viewer.domain.overlay import Overlay
from viewer.domain.registered import point_for, stack_for
from viewer.domain.registration import RegisteredSpace, Registration, is_rigid, moves_from, to_matrix
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.state import Content
from viewer.representations.on_plane import OnPlane

GRID = Grid((6, 9, 14))
FIXED, MOVING = UID("1.2.3.1"), UID("1.2.3.2")


def matrix(
    degrees: tuple[float, float, float] = (0, 0, 0), shift: tuple[float, float, float] = (0, 0, 0)
) -> NDArray[np.float64]:
    """A rigid 4 x 4 matrix by SimpleITK, so that its convention is not ours."""
    turn = SimpleITK.Euler3DTransform((0, 0, 0), *np.radians(degrees).tolist(), shift)
    made = np.eye(4)
    made[:3, :3] = np.reshape(turn.GetMatrix(), (3, 3))
    made[:3, 3] = turn.GetTranslation()
    return made


def through(by: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """SimpleITK's answer where points come to lie."""
    transform = SimpleITK.AffineTransform(by[:3, :3].ravel().tolist(), by[:3, 3].tolist())
    return np.array([transform.TransformPoint(point) for point in points.tolist()])


def images(name: str, space: UID, *, number: int = 1, grid: Grid = GRID) -> list[Dataset]:
    stored = np.arange(np.prod(grid.shape), dtype=np.int16).reshape(grid.shape)
    return image_series(stored, grid, Series(name=name, number=number, frame_of_reference=space))


def contours(source: list[Dataset], name: str, *levels: NDArray[np.float64]) -> Dataset:
    return structure_set(source, [Region("Organ", tuple(Outline(points) for points in levels))], StructureSetResult(name))


def read(datasets: list[Dataset], folder: Path) -> Content:
    library = opened(datasets, folder)
    with EagerInputs(library, {}) as inputs:
        return read_content(library, inputs.readers)


def found(content: Content, made: Dataset) -> tuple[Overlay, Binding]:
    (key,) = content.library.instances_with_uid(made.SOPInstanceUID)
    return content.overlays[key], content.bindings[key]


def drawn(content: Content, made: Dataset, shown: list[Dataset], place: int) -> OnPlane:
    overlay, _ = found(content, made)
    with EagerInputs(content.library, {overlay.instance: overlay}) as inputs:
        answer = inputs.on_plane(overlay.instance, stack_of(content.library, shown).planes[place])
    assert isinstance(answer, OnPlane)
    return answer


def codes(binding: Binding) -> set[str]:
    return {one.code for one in binding.issues}


@pytest.mark.parametrize("backwards", [False, True], ids=["source to registered", "registered to source"])
def test_a_point_of_the_source_appears_where_the_matrix_brings_it(tmp_path: Path, backwards: bool) -> None:
    """Check 24: with a shift of (10, 0, 0) the source's (0, 0, 0) is the registered space's (10, 0, 0), not (-10, 0, 0)."""
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    by = registration(fixed[0], moving[0], [("RIGID", matrix(shift=(10, 0, 0)))])
    square = np.array([[-29.0, -19.0, 102.5], [-27.5, -19.0, 102.5], [-27.5, -17.0, 102.5]])
    own, other = (fixed, moving) if backwards else (moving, fixed)
    made = contours(own, "rt", square)
    content = read([*fixed, *moving, by, made], tmp_path)
    overlay, binding = found(content, made)
    entry = binding.on_stack(stack_of(content.library, other).id)
    assert entry is not None
    assert (entry.by, entry.default) == ("registration", False)
    assert "registered" in codes(binding)
    moved = point_for(overlay, (0.0, 0.0, 0.0), stack_of(content.library, other))
    assert moved == pytest.approx((-10.0 if backwards else 10.0, 0.0, 0.0))


def test_a_registered_structure_set_is_drawn_like_one_whose_points_were_moved(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    by = matrix((0, 0, 30), (4.0, -2.5, 7.0))
    on_fixed = np.array([[-29.0, -19.0], [-27.6, -19.2], [-27.5, -17.0], [-29.0, -17.5]])
    levels = [np.column_stack([on_fixed, np.full(4, z)]) for z in (102.5, 105.0)]
    expected = contours(fixed, "expected", *levels)
    made = contours(moving, "made", *[through(np.linalg.inv(by), points) for points in levels])
    content = read([*fixed, expected, made, registration(fixed[0], moving[0], [("RIGID", by)])], tmp_path)
    overlay, binding = found(content, made)
    stack = stack_of(content.library, fixed)
    (entry,) = binding.lies_on
    assert (entry.stack_id, entry.by, entry.default) == (stack.id, "registration", True)
    assert coverage(overlay, stack)[1].tolist() == coverage(found(content, expected)[0], stack)[1].tolist()
    assert entry.frames == (3, 4)
    for place in range(len(stack.frames)):
        ours, theirs = (drawn(content, one, fixed, place).outlines for one in (made, expected))
        assert len(ours) == len(theirs) == (place in (3, 4))
        for one, other in zip(ours, theirs, strict=True):
            # Written to a hundredth of a millimetre: 0.04 of the narrow pixels.
            assert np.allclose(one.paths[0], other.paths[0], atol=0.04)


def test_a_registered_segmentation_covers_the_pixels_that_its_grid_was_moved_to(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    by = matrix((10, -20, 30), (4.0, -2.5, 7.0))
    back = np.linalg.inv(by)
    turned = replace(
        GRID,
        origin_mm=tuple(through(back, np.array([GRID.origin_mm]))[0].tolist()),
        along_row=tuple((back[:3, :3] @ GRID.along_row).tolist()),
        down_column=tuple((back[:3, :3] @ GRID.down_column).tolist()),
    )
    pixels = np.zeros(GRID.shape, np.uint8)
    pixels[1:4, 2:5, 3:9] = 1
    pixels[2, 7, 12] = 1
    made = deepcopy(segmentation(moving, pixels, (Part("Liver"),), Result("seg"), grid=turned))
    content = read([*fixed, made, registration(fixed[0], moving[0], [("RIGID", by)])], tmp_path)
    _, binding = found(content, made)
    stack = stack_of(content.library, fixed)
    assert [entry.by for entry in binding.lies_on] == ["registration"]
    by_position = {round(image.ImagePositionPatient[2], 3): number for number, image in enumerate(fixed)}
    for place, plane in enumerate(stack.planes):
        wanted = pixels[by_position[round(plane.origin[2], 3)]]
        pictures = drawn(content, made, fixed, place).labels
        shown = np.zeros(wanted.shape, np.uint8)
        for picture in pictures:
            assert picture.labels.shape == wanted.shape
            assert picture.plane.frame_of_reference_uid == FIXED
            assert np.allclose(picture.plane.corners_patient(), plane.corners_patient(), atol=1e-6)
            shown |= (picture.labels != 0).astype(np.uint8)
        assert np.array_equal(shown, wanted)


def test_several_matrices_apply_the_first_one_first(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    first, second = matrix((0, 0, 90)), matrix(shift=(10, 0, 0))
    made = contours(moving, "rt", np.array([[0.0, 0.0, 100.0], [1.0, 0.0, 100.0], [0.0, 1.0, 100.0]]))
    content = read([*fixed, made, registration(fixed[0], moving[0], [("RIGID", first), ("RIGID", second)])], tmp_path)
    point = point_for(found(content, made)[0], (1.0, 2.0, 3.0), stack_of(content.library, fixed))
    assert point == pytest.approx(through(second, through(first, np.array([[1.0, 2.0, 3.0]])))[0], abs=1e-6)
    assert point == pytest.approx((8.0, 1.0, 3.0), abs=1e-6)


def test_of_several_registrations_the_newest_is_used_and_named(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    regs = [
        registration(fixed[0], moving[0], [("RIGID", matrix(shift=(shift, 0, 0)))], name=name, date=date)
        for name, date, shift in (("a", "20260110", 1.0), ("b", "20260120", 2.0), ("c", "20260115", 3.0))
    ]
    made = contours(moving, "rt", np.array([[-29.0, -19.0, 102.5], [-27.5, -19.0, 102.5], [-27.5, -17.0, 102.5]]))
    content = read([*fixed, made, *regs], tmp_path)
    overlay, binding = found(content, made)
    assert point_for(overlay, (0.0, 0.0, 0.0), stack_of(content.library, fixed))[0] == pytest.approx(2.0)
    assert "2026-01-20" in binding.lies_on[0].because


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("RIGID_SCALE", np.diag([2.0, 2.0, 2.0, 1.0]), "RIGID_SCALE"),
        ("AFFINE", np.eye(4), "AFFINE"),
        ("RIGID", np.diag([1.1, 1.0, 1.0, 1.0]), "its matrix is not"),
        ("RIGID", np.diag([-1.0, 1.0, 1.0, 1.0]), "its matrix is not"),
    ],
    ids=["scaled", "affine", "stretched", "mirrored"],
)
def test_what_is_not_rigid_is_refused_with_the_reason(
    tmp_path: Path, kind: str, values: NDArray[np.float64], said: str
) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    made = contours(moving, "rt", np.array([[-29.0, -19.0, 102.5], [-27.5, -19.0, 102.5], [-27.5, -17.0, 102.5]]))
    by = registration(fixed[0], moving[0], [(kind, values)])
    content = read([*fixed, made, by], tmp_path)
    _, binding = found(content, made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "registration_not_applied"
    assert said in binding.not_shown_because.text
    listed, of_registration = found(content, by)
    assert [one.code for one in listed.issues] == ["registration_not_used"]
    assert of_registration.not_shown_because is not None


def test_a_used_registration_is_listed_with_what_it_does(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    by = registration(fixed[0], moving[0], [("RIGID", matrix(shift=(1, 2, 3)))])
    listed, binding = found(read([*fixed, *moving, by], tmp_path), by)
    assert listed.kind == "registration"
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.text.startswith("It joins 2 Frames of Reference")


def test_own_images_go_before_registered_ones(tmp_path: Path) -> None:
    fixed, moving = images("ct", FIXED), images("mr", MOVING, number=2)
    made = contours(moving, "rt", np.array([[-29.0, -19.0, 102.5], [-27.5, -19.0, 102.5], [-27.5, -17.0, 102.5]]))
    content = read([*fixed, *moving, made, registration(fixed[0], moving[0], [("RIGID", matrix())])], tmp_path)
    overlay, binding = found(content, made)
    stack = stack_of(content.library, moving)
    assert binding.default_stack_id == stack.id
    assert {entry.by for entry in binding.lies_on} == {"frame_of_reference", "registration"}
    assert stack_for(overlay, stack) is stack


def test_two_spaces_registered_to_a_third_reach_one_another() -> None:
    first, second = matrix((5, 0, 0), (1, 0, 0)), matrix((0, 40, 0), (0, 2, 0))
    spaces = (RegisteredSpace("a", to_matrix(first)), RegisteredSpace("b", to_matrix(second)))
    (to_b,) = moves_from(("a",), [(Registration(spaces), "the registration")])
    point = np.array([[3.0, 4.0, 5.0]])
    expected = through(np.linalg.inv(second), through(first, point))[0]
    assert to_b.point_other((3.0, 4.0, 5.0)) == pytest.approx(expected.tolist())


def test_rigid_means_turned_and_shifted_only() -> None:
    assert is_rigid(to_matrix(matrix((10, 20, 30), (1, 2, 3))))
    for wrong in (np.diag([1, 1, 1.01, 1]), np.diag([1, 1, -1, 1]), np.full((4, 4), np.nan), np.diag([1, 1, 1, 2])):
        assert not is_rigid(to_matrix(wrong))
