"""Deformable registrations place overlays as SimpleITK's displacement fields do, both ways, and can be switched off.

Acceptance check 25.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.domain.opened import opened, stack_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import MapResult, parametric_map
from tests.synthetic.registration import deformable, registration
from tests.synthetic.segmentation import Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.main import main
from viewer.domain.binding import coverage
from viewer.domain.deformation import ACCURACY_MM, Deformation, VectorGrid
from viewer.domain.instance import InstanceKey
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.representations.on_plane import OnPlane
from viewer.representations.rasterise import fill

FIXED, MOVING = UID("1.2.3.1"), UID("1.2.3.2")
GRID = Grid((8, 20, 26), (2.0, 1.0, 0.8), (-10.0, -9.0, 3.0))
VECTORS_AT = Grid((7, 9, 8), (3.5, 4.0, 4.5), (-16.0, -16.0, -2.0))


def analytic(at: Grid = VECTORS_AT) -> NDArray[np.float32]:
    """A smooth field of a few mm, different along each axis."""
    k, j, i = np.meshgrid(*(np.arange(size) for size in at.shape), indexing="ij")
    x, y, z = (np.stack([k, j, i, np.ones_like(k)], axis=-1) @ at.affine.T)[..., :3].transpose(3, 0, 1, 2)
    field = [1.5 * np.sin(y / 6) + 0.7, 1.2 * np.cos(x / 7 + z / 9) - 0.4, 0.8 * np.sin(x / 5)]
    return np.stack(field, axis=-1).astype(np.float32)


def rigid(shift: tuple[float, float, float], degrees: float) -> NDArray[np.float64]:
    turn = SimpleITK.Euler3DTransform((0, 0, 0), 0.0, 0.0, float(np.radians(degrees)), shift)
    made = np.eye(4)
    made[:3, :3], made[:3, 3] = np.reshape(turn.GetMatrix(), (3, 3)), shift
    return made


BEFORE, AFTER = rigid((0.5, -0.3, 0.8), 4), rigid((-0.7, 0.4, 0.2), -3)


def witness(vectors: NDArray[np.float32], at: Grid = VECTORS_AT) -> SimpleITK.Transform:
    """SimpleITK's transform of the same file: the one added last is applied first."""
    field = SimpleITK.GetImageFromArray(vectors.astype(float), isVector=True)
    field.SetOrigin(at.origin_mm)
    field.SetSpacing(at.spacing_mm[::-1])
    whole = SimpleITK.CompositeTransform(3)
    whole.AddTransform(affine(AFTER))
    whole.AddTransform(SimpleITK.DisplacementFieldTransform(SimpleITK.Cast(field, SimpleITK.sitkVectorFloat64)))
    whole.AddTransform(affine(BEFORE))
    return whole


def affine(matrix: NDArray[np.float64]) -> SimpleITK.Transform:
    return SimpleITK.AffineTransform(matrix[:3, :3].ravel().tolist(), matrix[:3, 3].tolist())


def deformation(vectors: NDArray[np.float32] | None = None) -> Deformation:
    vectors = analytic() if vectors is None else vectors
    grid = VectorGrid(np.array(VECTORS_AT.origin_mm), np.eye(3), np.array(VECTORS_AT.spacing_mm[::-1]), vectors)
    return Deformation(BEFORE, grid, AFTER)


def images(name: str, space: UID, number: int) -> list[Dataset]:
    stored = np.zeros(GRID.shape, np.int16)
    return [*image_series(stored, GRID, Series(name=name, number=number, frame_of_reference=space))]


def labels() -> NDArray[np.uint8]:
    made = np.zeros(GRID.shape, np.uint8)
    made[2:6, 4:13, 7:19] = 1
    made[3:5, 9:15, 14:17] = 2
    return made


def read(datasets: list[Dataset], folder: Path) -> Content:
    library = opened(datasets, folder)
    with EagerInputs(library, {}) as inputs:
        return read_content(library, inputs.readers)


def key_of(content: Content, made: Dataset) -> InstanceKey:
    (key,) = content.library.instances_with_uid(made.SOPInstanceUID)
    return key


def drawn(content: Content, made: Dataset, shown: list[Dataset], place: int) -> OnPlane:
    overlay = content.overlays[key_of(content, made)]
    with EagerInputs(content.library, {overlay.instance: overlay}) as inputs:
        answer = inputs.on_plane(overlay.instance, stack_of(content.library, shown).planes[place])
    assert isinstance(answer, OnPlane)
    return answer


def test_points_go_to_the_source_as_in_simpleitk() -> None:
    points = np.random.default_rng(3).uniform((-8, -8, 4), (8, 8, 14), (200, 3))
    expected = np.array([witness(analytic()).TransformPoint(point) for point in points.tolist()])
    assert np.abs(deformation().to_source(points) - expected).max() < 1e-5


def test_the_way_back_leads_to_the_point_to_the_stated_accuracy() -> None:
    points = np.random.default_rng(4).uniform((-7, -7, 5), (7, 7, 12), (200, 3))
    back = deformation().to_registered(points)
    there = np.array([witness(analytic()).TransformPoint(point) for point in back.tolist()])
    assert np.linalg.norm(there - points, axis=1).max() <= ACCURACY_MM


def test_beyond_the_grid_and_at_undefined_vectors_nothing_is_known() -> None:
    vectors = analytic()
    vectors[3, 4, 4] = np.nan
    bent = deformation(vectors)
    hole = np.array(VECTORS_AT.origin_mm) + np.array([4, 4, 3]) * VECTORS_AT.spacing_mm[::-1]
    inside = np.linalg.inv(BEFORE) @ [*hole, 1.0]
    points = np.array([inside[:3], [500.0, 0, 8], [-5.0, -5, 6]])
    assert np.isfinite(bent.to_source(points)).all(axis=1).tolist() == [False, False, True]
    assert np.isnan(bent.to_registered(np.array([[500.0, 0, 8]]))).all()


def test_a_field_that_folds_has_no_way_back_and_says_so() -> None:
    vectors = np.zeros((*VECTORS_AT.shape, 3), np.float32)
    vectors[..., 0] = np.where(np.arange(VECTORS_AT.shape[2]) % 2, 30.0, -30.0)
    back = deformation(vectors).to_registered(np.array([[0.0, 0.0, 8.0]]))
    assert np.isnan(back).all() or np.allclose(deformation(vectors).to_source(back), [[0, 0, 8]], atol=ACCURACY_MM)


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL"])
def test_a_segmentation_of_the_source_lies_on_the_registered_images(kind: str, tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT, before=BEFORE, after=AFTER)
    made = segmentation(moving, labels(), [Part("One"), Part("Two")], Result("seg"), kind=kind, omit_empty_frames=False)  # type: ignore[arg-type]
    content = read([*fixed, *moving, made, field], tmp_path)
    binding = content.bindings[key_of(content, made)]
    entry = binding.on_stack(stack_of(content.library, fixed).id)
    assert entry is not None
    assert entry.by == "registration"
    assert "deformable registration" in entry.because
    assert "deformed" in {one.code for one in binding.issues}
    source = SimpleITK.GetImageFromArray((labels() == 1).astype(np.float32))
    source.SetOrigin(GRID.origin_mm)
    source.SetSpacing(GRID.spacing_mm[::-1])
    how = SimpleITK.sitkNearestNeighbor if kind == "BINARY" else SimpleITK.sitkLinear
    expected = SimpleITK.GetArrayFromImage(SimpleITK.Resample(source, source, witness(analytic()), how, 0.0))
    stack = stack_of(content.library, fixed)
    for place, plane in enumerate(stack.planes):
        k = round((plane.origin[2] - GRID.origin_mm[2]) / GRID.spacing_mm[0])
        answer = drawn(content, made, fixed, place)
        if kind == "BINARY":
            found = sum((one.labels == 1 for one in answer.labels), np.zeros(plane.shape, int))
            assert (found != expected[k]).mean() < 0.001  # points half way between two voxels
        else:
            found = next((one.fractions for one in answer.fractions if one.part == 1), np.zeros(plane.shape))
            inside = (slice(2, -2), slice(2, -2))
            assert np.abs(found[inside] - expected[k][inside]).max() < 0.01


def test_a_segmentation_of_the_registered_images_lies_on_the_source_the_other_way(tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT, before=BEFORE, after=AFTER)
    made = segmentation(fixed, labels(), [Part("One"), Part("Two")], Result("seg"))
    content = read([*fixed, *moving, made, field], tmp_path)
    stack = stack_of(content.library, moving)
    place = 4
    answer = drawn(content, made, moving, place)
    own = np.argwhere(answer.labels[0].labels == 1)
    centres = stack.planes[place].point_patient(own[:, ::-1] + 0.5)
    back = deformation().to_registered(centres)
    index = np.round(np.linalg.inv(GRID.affine)[:3] @ np.c_[back, np.ones(len(back))].T).astype(int)
    assert len(own) > 50
    assert (labels()[tuple(index)] == 1).mean() > 0.99


@pytest.mark.parametrize("kind", ["dose", "map"])
def test_values_are_not_said_to_lie_where_they_are_not_shown(kind: str, tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT, before=BEFORE, after=AFTER)
    values = np.arange(np.prod(GRID.shape), dtype=np.float32).reshape(GRID.shape)
    made = dose(moving, values / 100.0, GRID, DoseResult("dose"))
    if kind == "map":
        made = parametric_map(moving, values, GRID, MapResult("map"))
    content = read([*fixed, *moving, field, made], tmp_path)
    key = key_of(content, made)
    assert content.bindings[key].on_stack(stack_of(content.library, fixed).id) is None
    assert content.bindings[key].default_stack_id == stack_of(content.library, moving).id
    assert [one.text for one in content.overlays[key].issues if one.code == "values_not_deformed"] == [
        "The values of doses and maps are not deformed: the deformable registration “REGISTRATION” of 2026-01-15 does not "
        "place it."
    ]
    reading = Reading(ReadingState(content=content))
    reading.apply(set_overlay_visible, key_of(content, field), visible=False)
    assert "values_not_deformed" not in [one.code for one in reading.state.content.overlays[key].issues]


def test_contours_are_cut_where_the_deformation_brings_them(tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT, before=BEFORE, after=AFTER)
    square = np.array([(-5.0, -4.0), (4.0, -4.0), (4.0, 5.0), (-5.0, 5.0)])
    levels = [np.c_[square, np.full(4, z)] for z in (5.0, 7.0, 9.0, 11.0, 13.0)]
    made = structure_set(moving, [Region("Box", tuple(Outline(one) for one in levels))], StructureSetResult("rt"))
    content = read([*fixed, *moving, made, field], tmp_path)
    stack = stack_of(content.library, fixed)
    place = next(place for place, plane in enumerate(stack.planes) if plane.origin[2] == 9.0)
    plane = stack.planes[place]
    answer = drawn(content, made, fixed, place)
    found = fill([path - 0.5 for one in answer.outlines for path in one.paths], plane.shape)
    rows, columns = np.indices(plane.shape)
    centres = plane.point_patient(np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], axis=1))
    there = np.array([witness(analytic()).TransformPoint(point) for point in centres.tolist()])
    inside = (there[:, :2] > (-5, -4)).all(axis=1) & (there[:, :2] < (4, 5)).all(axis=1)
    # The surface around contours is smoothed by part of a mm: only pixels on the border may differ.
    differing = found != inside.reshape(plane.shape)
    assert inside.sum() > 50
    assert differing.sum() < 0.12 * inside.sum()
    overlay = content.overlays[key_of(content, made)]
    assert coverage(overlay, stack)[1][place]


def test_switching_its_row_off_takes_away_what_it_joined_and_undo_brings_it_back(tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT)
    made = segmentation(moving, labels(), [Part("One"), Part("Two")], Result("seg"))
    content = read([*fixed, made, field], tmp_path)
    key, switch = key_of(content, made), key_of(content, field)
    reading = Reading(ReadingState(content=content))
    before = reading.state.content.bindings[key]
    assert before.lies_on
    reading.apply_undoable("", set_overlay_visible, switch, visible=False)
    off = reading.state.content.bindings[key]
    assert not off.lies_on
    assert off.not_shown_because is not None
    assert off.not_shown_because.text == "The registration that would place it is switched off."
    reading.undo()
    assert reading.state.content.bindings[key] == before
    reading.redo()
    assert not reading.state.content.bindings[key].lies_on


def test_the_newest_of_a_rigid_and_a_deformable_registration_counts(tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT, date="20260110")
    newer = registration(fixed[0], moving[0], [("RIGID", np.eye(4))], date="20260115")
    made = segmentation(moving, labels(), [Part("One"), Part("Two")], Result("seg"))
    content = read([*fixed, made, field, newer], tmp_path)
    (move,) = content.overlays[key_of(content, made)].moves
    assert move.deformation is None


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("GridDimensions", [60000, 60000, 60000], "states 216000000000000 vectors and has 504"),
        ("GridResolution", [0.0, 1.0, 1.0], "spacing or position that cannot be"),
        ("ImageOrientationPatient", [1, 0, 0, 1, 0, 0], "not at right angles"),
        ("VectorGridData", b"\0\0\xc0\x7f" * 3, "states 504 vectors and has 1"),
        ("VectorGridData", np.full(504 * 3, 1e30, "<f4").tobytes(), "vectors that lead nowhere"),
    ],
)
def test_a_grid_that_cannot_be_is_refused_with_the_reason(keyword: str, value: object, reason: str, tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    field = deformable(fixed[0], moving[0], analytic(), VECTORS_AT)
    setattr(field.DeformableRegistrationSequence[0].DeformableRegistrationGridSequence[0], keyword, value)
    content = read([*fixed, *moving, field], tmp_path)
    said = content.overlays[key_of(content, field)].issues
    assert any(reason in one.text for one in said), [one.text for one in said]


def test_a_maker_hears_of_a_registration_that_moves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    still = deformable(fixed[0], moving[0], np.zeros((*VECTORS_AT.shape, 3)), VECTORS_AT)
    opened([*fixed, *moving, still], tmp_path)
    main(["check", str(tmp_path)])
    assert "The registration moves nothing" in capsys.readouterr().out
