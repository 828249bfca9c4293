"""Surface segmentations: every primitive becomes what it says, lies where its points say, and has volume and area."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.domain.opened import bound, opened, overlay_of, stack_of
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.surface_segmentation import Surface, SurfacePart, surface_segmentation
from viewer.app.main import main
from viewer.domain.health import object_health
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.iods.on_plane import overlay_on_plane, survey_overlay
from viewer.iods.surfaces import overlay_surface

GRID = Grid((6, 12, 14), (2.0, 1.5, 1.0), (-2.0, -3.0, 0.5))
BOX = np.array([(x, y, z) for x in (0.25, 6.25) for y in (0.0, 9.0) for z in (1.0, 8.0)])
"""6 x 9 x 7 mm; point 4 x + 2 y + z of its corners."""
TRIANGLES = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1)]
TRIANGLES += [(2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]
FACETS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
STRIPS = [(one[0], one[1], one[3], one[2]) for one in FACETS]
BOX_ML, BOX_MM2 = 6 * 9 * 7 / 1000, 2 * (6 * 9 + 9 * 7 + 6 * 7)


def images() -> list[Dataset]:
    return [*image_series(np.zeros(GRID.shape, np.int16), GRID, Series())]


def read(folder: Path, *surfaces: Surface, **of_part: object) -> Overlay:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", surfaces, **of_part)])  # type: ignore[arg-type]
    return overlay_of(opened([*source, made], folder), made)


def no_pixels(_: int) -> NDArray[np.generic]:
    raise AssertionError


@pytest.mark.parametrize(
    "surface",
    [
        Surface(BOX, TRIANGLES),
        Surface(BOX, TRIANGLES, wide=False),
        Surface(BOX, further={"facets": FACETS}),
        Surface(BOX, further={"fans": FACETS}),
        Surface(BOX, further={"strips": STRIPS}),
        Surface(BOX, TRIANGLES[:2], further={"fans": FACETS[1:3], "strips": STRIPS[3:]}),
        Surface(np.array([BOX[corner] for one in TRIANGLES for corner in one]), np.arange(36).reshape(12, 3)),
    ],
    ids=["triangles", "16 bit", "facets", "fans", "strips", "mixed", "points not shared"],
)
def test_every_primitive_makes_the_closed_box(surface: Surface, tmp_path: Path) -> None:
    overlay = read(tmp_path, surface)
    overlay, measures = survey_overlay(overlay, no_pixels)
    assert overlay.meshes[1].is_closed
    assert overlay.meshes[1].volume_ml == pytest.approx(BOX_ML)
    assert measures[1].volume_ml == pytest.approx(BOX_ML)
    assert measures[1].area_mm2 == pytest.approx(BOX_MM2)
    assert not overlay.issues


def test_a_plane_cuts_it_where_it_lies(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    library = opened([*source, made], tmp_path)
    overlay, stack = overlay_of(library, made), stack_of(library, source)
    (plane,) = [plane for plane in stack.planes if plane.origin[2] == 4.5]
    (outline,) = overlay_on_plane(overlay, plane, no_pixels).outlines
    (path,) = outline.paths
    # Columns are 1 mm and rows 1.5 mm apart; the first pixel's centre is half a pixel from its corner.
    assert path.min(axis=0).tolist() == pytest.approx([2.25 + 0.5, 3.0 / 1.5 + 0.5])
    assert path.max(axis=0).tolist() == pytest.approx([8.25 + 0.5, 12.0 / 1.5 + 0.5])
    entry = bound(library, made).lies_on[0]
    touched = [place for place, one in enumerate(stack.planes) if 1 <= one.origin[2] <= 8]
    assert entry.by == "frame_of_reference"
    assert entry.frames == (touched[0], touched[-1])


def test_colour_opacity_and_algorithm_are_those_of_the_file(tmp_path: Path) -> None:
    surface = Surface(BOX, TRIANGLES, opacity=0.4, color=(65535, 32896, 32896))
    overlay = read(
        tmp_path, surface, family=("123110", "Artificial Intelligence"), algorithm_type="", tracking_uid="1.2.3.4"
    )
    (part,) = overlay.parts
    assert part.color == (255, 255, 255)
    assert part.color_stated
    assert part.opacity == pytest.approx(0.4)
    assert part.tracking_uid == "1.2.3.4"
    assert part.origin is Origin.AI
    assert part.type == "Liver"


def test_several_surfaces_of_a_segment_are_one_part(tmp_path: Path) -> None:
    far = BOX + np.array([0, 0, 20])
    overlay = read(tmp_path, Surface(BOX, TRIANGLES), Surface(far, further={"facets": FACETS}))
    assert overlay.meshes[1].volume_ml == pytest.approx(2 * BOX_ML)
    assert len(overlay.parts) == 1


def test_lines_cross_planes_in_points_and_points_lie_on_the_nearest(tmp_path: Path) -> None:
    source = images()
    line = Surface([(1, 1, 0), (1, 1, 10), (5, 4, 4.6)], further={"lines": [(0, 1)]}, vertices=[2], finite="NO")
    made = surface_segmentation(source, [SurfacePart("Line", (line,))])
    library = opened([*source, made], tmp_path)
    overlay, stack = overlay_of(library, made), stack_of(library, source)
    (plane,) = [plane for plane in stack.planes if plane.origin[2] == 4.5]
    (shape,) = overlay_on_plane(overlay, plane, no_pixels).shapes
    assert sorted(map(tuple, shape.points.round(6).tolist())) == [
        (3.5, pytest.approx(4 / 1.5 + 0.5)),
        (7.5, pytest.approx(7 / 1.5 + 0.5)),
    ]
    assert [one.code for one in overlay.issues] == ["surface_without_triangles"]


def test_an_open_surface_that_says_it_is_closed_is_an_error_of_its_maker(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Bowl", (Surface(BOX, TRIANGLES[:-1]),))])
    library = opened([*source, made], tmp_path)
    overlay = overlay_of(library, made)
    overlay, measures = survey_overlay(overlay, no_pixels)
    assert measures[1].volume_ml is None
    found = object_health(overlay, bound(library, made), measures, library)
    assert [(one.issue.code, one.issue.severity) for one in found] == [("surface_not_closed", "error")]


def test_a_surface_turned_inside_out_has_its_volume_and_a_warning(tmp_path: Path) -> None:
    source = images()
    inwards = [(a, c, b) for a, b, c in TRIANGLES]
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, inwards),))])
    library = opened([*source, made], tmp_path)
    overlay, measures = survey_overlay(overlay_of(library, made), no_pixels)
    assert measures[1].volume_ml == pytest.approx(BOX_ML)
    assert [one.issue.code for one in object_health(overlay, bound(library, made), measures, library)] == ["surface_turned"]


@pytest.mark.parametrize(
    ("surface", "reason"),
    [
        (Surface(BOX, [(0, 1, 8)]), "it names a point that is not there"),
        (Surface([(0, 0, 0), (1, 0, 0), (np.nan, 1, 0)], [(0, 1, 2)]), "it has a point that lies nowhere"),
        (Surface([(0, 0, 0), (1, 0, 0), (1e30, 1, 0)], [(0, 1, 2)]), "it has a point that lies nowhere"),
        (Surface(np.empty((0, 3)), [(0, 1, 2)]), "it has no points"),
    ],
)
def test_a_broken_surface_is_said_and_its_neighbour_stays(surface: Surface, reason: str, tmp_path: Path) -> None:
    overlay = read(tmp_path, Surface(BOX, TRIANGLES), surface)
    (found,) = overlay.issues
    assert reason in found.text
    assert overlay.meshes[1].volume_ml == pytest.approx(BOX_ML)


def test_a_stated_number_of_points_is_no_reason_to_make_room(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    made.SurfaceSequence[0].SurfacePointsSequence[0].NumberOfSurfacePoints = 0xFFFFFFFF
    overlay = overlay_of(opened([*source, made], tmp_path), made)
    assert "it states 4294967295 points and has 8" in overlay.issues[0].text
    assert overlay.parts[0].state == "empty"


def test_a_surface_that_is_not_there_is_said(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    made.SegmentSequence[0].ReferencedSurfaceSequence[0].ReferencedSurfaceNumber = 9
    overlay = overlay_of(opened([*source, made], tmp_path), made)
    assert [one.text for one in overlay.issues] == ["Box names 1 surface that is not in the file."]


def test_without_a_frame_of_reference_it_lies_nowhere(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    del made.FrameOfReferenceUID
    library = opened([*source, made], tmp_path)
    assert not bound(library, made).lies_on


def test_in_3d_it_is_the_surface_itself(tmp_path: Path) -> None:
    overlay = read(tmp_path, Surface(BOX, TRIANGLES))
    mesh = overlay_surface(overlay, 1, overlay.frame_of_reference_uids[0])
    assert mesh.bounds is not None
    assert np.ptp(mesh.points, axis=0).tolist() == pytest.approx([6, 9, 7])


def test_it_is_written_as_voxels_of_a_stack(tmp_path: Path) -> None:
    source = images()
    made = surface_segmentation(source, [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    opened([*source, made], tmp_path / "study")
    out = tmp_path / "box.npz"
    assert main(["mask", str(tmp_path / "study"), "--object", made.SOPInstanceUID, "--out", str(out)]) == 0
    with np.load(out) as found:
        inside, affine = np.argwhere(found["mask"]), found["affine"]
    centres = inside @ affine[:3, :3].T + affine[:3, 3]
    expected = np.array([(x, y, z) for z in (2.5, 4.5, 6.5) for y in np.arange(0, 9.1, 1.5) for x in range(1, 7)])
    assert {tuple(one) for one in centres.round(6).tolist()} == {tuple(one) for one in expected.tolist()}


def test_the_made_files_keep_to_the_standard(tmp_path: Path) -> None:
    """Judged by dciodvfy, so that the reader is not tested on what nobody may write."""
    made = surface_segmentation(images(), [SurfacePart("Box", (Surface(BOX, TRIANGLES),))])
    made.save_as(tmp_path / "made.dcm", enforce_file_format=True)
    done = subprocess.run(["dciodvfy", str(tmp_path / "made.dcm")], capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert errors == []
