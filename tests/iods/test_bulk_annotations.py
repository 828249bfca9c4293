"""Bulk annotations are read as highdicom wrote them, lie where their coordinates say, and stay quick by the thousand."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.domain.opened import bound, opened, overlay_of, stack_of
from tests.synthetic.bulk_annotations import Group, bulk_annotations
from tests.synthetic.slide import Glass, level, tissue
from viewer.app.main import main
from viewer.domain.bulk_annotations import BulkAnnotations
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.iods.on_plane import overlay_on_plane
from viewer.iods.registry import read_overlay
from viewer.representations.on_plane import Cloud, OnPlane
from viewer.scene.clouds import annotation_near

TRIANGLE = np.array([(3.0, 4.0), (21.5, 6.0), (9.0, 30.25)], np.float32)
SQUARE = np.array([(40.0, 8.0), (52.0, 8.0), (52.0, 20.0), (40.0, 20.0)], np.float32)
LINE = np.array([(5.0, 50.0), (30.0, 44.0), (60.0, 47.0), (70.5, 40.0)], np.float32)
ELLIPSE = np.array([(10.0, 40.0), (30.0, 40.0), (20.0, 36.0), (20.0, 44.0)], np.float32)
GROUPS = [
    Group("Nuclei", "POLYGON", [TRIANGLE, SQUARE], areas=[120.5, 144.0]),
    Group("Vessels", "POLYLINE", [LINE, LINE[:2]], automatic=False),
    Group("Mitoses", "POINT", [TRIANGLE[:1], SQUARE[2:3]]),
    Group("Glands", "ELLIPSE", [ELLIPSE]),
    Group("Region", "RECTANGLE", [SQUARE], automatic=False),
]


def slide() -> Dataset:
    return level(Glass(), [[tissue(64, 96)]])


def content_of(overlay: Overlay) -> BulkAnnotations:
    assert isinstance(overlay.content, BulkAnnotations)
    return overlay.content


def annotations(overlay: Overlay, number: int) -> list[NDArray[np.generic]]:
    group = content_of(overlay).groups[number]
    return [group.points[first:end] for first, end in zip(group.starts[:-1], group.starts[1:], strict=True)]


def no_pixels(_: int) -> NDArray[np.generic]:
    raise AssertionError


def drawn(image: Dataset, made: Dataset, folder: Path) -> OnPlane:
    library = opened([image, made], folder)
    return overlay_on_plane(overlay_of(library, made), stack_of(library, [image]).planes[0], no_pixels)


def paths(cloud: Cloud) -> list[NDArray[np.float32]]:
    return [cloud.points[first:end] for first, end in zip(cloud.starts[:-1], cloud.starts[1:], strict=True)]


def test_groups_are_read_as_highdicom_reads_them(real_data: Path, tmp_path: Path) -> None:
    for path in (real_data / "wsi-tiny-seg-ann" / "sm_annotations.dcm",):
        library = opened([dcmread(path)], tmp_path)
        overlay = read_overlay(library.instance(library.instances_with_uid(dcmread(path).SOPInstanceUID)[0]))
        told = hd.ann.MicroscopyBulkSimpleAnnotations.from_dataset(dcmread(path))
        for place, group in enumerate(told.get_annotation_groups()):
            expected = group.get_graphic_data(told.AnnotationCoordinateType)
            found = annotations(overlay, place)
            assert len(found) == len(expected) == overlay.parts[place].count
            assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
            assert overlay.parts[place].label == group.label


def test_every_shape_comes_back_with_its_values_and_its_maker(tmp_path: Path) -> None:
    image = slide()
    made = bulk_annotations(image, GROUPS)
    overlay = overlay_of(opened([image, made], tmp_path), made)
    assert [part.label for part in overlay.parts] == [group.label for group in GROUPS]
    assert [part.origin for part in overlay.parts][:2] == [Origin.AI, Origin.READER]
    assert [part.count for part in overlay.parts] == [2, 2, 2, 1, 1]
    for place, group in enumerate(GROUPS):
        assert all(np.array_equal(a, b) for a, b in zip(annotations(overlay, place), group.annotations, strict=True))
    (area,) = content_of(overlay).groups[0].values
    assert (area.name, area.unit, area.values.tolist()) == ("Area", "µm²", [120.5, 144.0])
    assert not overlay.issues


def test_positions_on_the_matrix_are_positions_on_the_slide(tmp_path: Path) -> None:
    image = slide()
    answer = drawn(image, bulk_annotations(image, GROUPS), tmp_path)
    by_part = {cloud.part: cloud for cloud in answer.clouds}
    assert [one.tolist() for one in paths(by_part[1])] == [TRIANGLE.tolist(), SQUARE.tolist()]
    assert not by_part[2].closed
    (ellipse,) = paths(by_part[4])
    assert np.allclose(((ellipse - (20, 40)) / (10, 4)) ** 2 @ [1, 1], 1, atol=1e-5)
    assert answer.parts_here == {1, 2, 3, 4, 5}


def test_mm_on_the_slide_are_turned_into_its_positions(tmp_path: Path) -> None:
    image = slide()
    glass = Glass()
    across, down = np.array(glass.orientation[:3]), np.array(glass.orientation[3:])
    pixels = TRIANGLE.astype(float)
    mm = np.array([*(glass.origin_mm or ()), 0.0]) + (pixels[:, :1] - 0.5) * across * glass.spacing_mm[1]
    mm = mm + (pixels[:, 1:] - 0.5) * down * glass.spacing_mm[0]
    made = bulk_annotations(image, [Group("Nuclei", "POLYGON", [mm])], three_dimensional=True)
    (cloud,) = drawn(image, made, tmp_path).clouds
    assert np.allclose(cloud.points, TRIANGLE, atol=1e-3)


def test_they_lie_on_the_slide_they_name_and_layers_says_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = slide()
    made = bulk_annotations(image, GROUPS)
    library = opened([image, made], tmp_path)
    (entry,) = bound(library, made).lies_on
    assert entry.by == "referenced_images"
    assert main(["layers", str(tmp_path), "--json"]) == 0
    said = capsys.readouterr().out
    assert '"kind": "bulk_annotations"' in said
    assert '"annotations": 2' in said


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("LongPrimitivePointIndexList", b"", "does not say where each of its outlines begins"),
        ("LongPrimitivePointIndexList", np.array([1, 4000000000], "<u4").tobytes(), "begin behind its last coordinate"),
        ("LongPrimitivePointIndexList", np.array([7, 1], "<u4").tobytes(), "do not follow one another"),
        ("PointCoordinatesData", np.full(14, np.nan, "<f4").tobytes(), "coordinates that lie nowhere"),
        ("GraphicType", "SPLINE", "graphic type (SPLINE) is unknown"),
    ],
)
def test_a_group_that_cannot_be_read_says_why_and_the_others_stay(
    keyword: str, value: object, reason: str, tmp_path: Path
) -> None:
    image = slide()
    made = bulk_annotations(image, GROUPS)
    setattr(made.AnnotationGroupSequence[0], keyword, value)
    overlay = overlay_of(opened([image, made], tmp_path), made)
    assert any(reason in one.text for one in overlay.issues), [one.text for one in overlay.issues]
    assert overlay.parts[0].state == "unreadable"
    assert [group.number for group in content_of(overlay).groups] == [2, 3, 4, 5]


def test_outlines_counted_in_points_are_understood_and_marked(tmp_path: Path) -> None:
    image = slide()
    made = bulk_annotations(image, GROUPS)
    made.AnnotationGroupSequence[0].LongPrimitivePointIndexList = np.array([1, 4], "<u4").tobytes()
    overlay = overlay_of(opened([image, made], tmp_path), made)
    assert [one.tolist() for one in annotations(overlay, 0)] == [TRIANGLE.tolist(), SQUARE.tolist()]
    assert [one.code for one in overlay.issues] == ["repaired_point_index"]


def test_a_maker_hears_of_annotations_beside_the_slide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = slide()
    outside = np.array([[500.0, 8.0]], np.float32)
    made = bulk_annotations(image, [Group("Mitoses", "POINT", [TRIANGLE[:1], outside])])
    opened([image, made], tmp_path)
    main(["check", str(tmp_path)])
    assert "Mitoses: 1 annotation lies outside of the slide." in capsys.readouterr().out


def test_the_smallest_annotation_under_the_mouse_is_named() -> None:
    large = np.array([(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)])
    cloud = Cloud(1, np.concatenate([large, SQUARE]).astype(np.float32), np.array([0, 4, 8]))
    assert annotation_near(cloud, (45.0, 15.0), 1.0) == 1
    assert annotation_near(cloud, (80.0, 80.0), 1.0) == 0
    assert annotation_near(cloud, (150.0, 80.0), 1.0) is None
    point = Cloud(2, np.array([(3.0, 4.0)], np.float32), np.array([0, 1]))
    assert annotation_near(point, (4.0, 4.0), 1.5) == 0
    assert annotation_near(point, (6.0, 4.0), 1.5) is None


def test_one_of_two_hundred_thousand_is_found_at_once() -> None:
    rng = np.random.default_rng(5)
    centers = rng.uniform(0, 40000, (200_000, 1, 2))
    points = (centers + SQUARE[None] - (46, 14)).reshape(-1, 2).astype(np.float32)
    cloud = Cloud(1, points, np.arange(0, 800_001, 4))
    _ = cloud.boxes
    started = perf_counter()
    found = annotation_near(cloud, tuple(centers[777, 0].tolist()), 2.0)
    assert found is not None
    assert perf_counter() - started < 0.1
