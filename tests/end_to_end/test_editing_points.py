"""Points of contours and lines of reports, moved and deleted by mouse and keys in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.end_to_end.driven import Driven
from tests.export.reviewed_study import line_report
from tests.export.witnesses import groups_read_by_highdicom, iod_errors
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.domain.decision import status_of
from viewer.domain.overlay import Overlay
from viewer.export.review_files import ReviewOrder, Written
from viewer.export.review_record import Signature
from viewer.geometry.plane import Plane
from viewer.reading.changes.layers import select
from viewer.reading.navigate import go_to_part
from viewer.reading.state import Selection
from viewer.representations.on_plane import OnPlane
from viewer.scene.findings_shown import finding_of_part

pytestmark = pytest.mark.window

GRID = Grid(shape=(6, 40, 60), spacing_mm=(2.5, 0.5, 0.25))
SHIFT = Qt.KeyboardModifier.ShiftModifier
CORNERS = ((10.0, 8.0), (40.0, 8.0), (40.0, 30.0), (10.0, 30.0))
"""(column, row) of a box drawn on the slice ``DRAWN``."""
DRAWN = 2


def points_patient(corners: tuple[tuple[float, float], ...], k: int) -> list[tuple[float, float, float]]:
    """Patient points of image positions on a slice of the grid, by hand: corner origin, voxel centres at 0.5."""
    x, y, z = GRID.origin_mm
    return [(x + (column - 0.5) * 0.25, y + (row - 0.5) * 0.5, z + k * 2.5) for column, row in corners]


@pytest.fixture
def opened(driven: Driven, tmp_path: Path) -> Iterator[Driven]:
    source = [*image_series(np.zeros(GRID.shape, np.int16), GRID, Series())]
    outlines = tuple(Outline(np.array(points_patient(CORNERS, k))) for k in (1, DRAWN, 3))
    contours = structure_set(source, [Region("GTV", outlines=outlines)], StructureSetResult("contours", decimals=4))
    save([*source, contours, line_report(source[3])], tmp_path / "study")
    driven.open(tmp_path / "study")
    yield driven
    if not driven.is_closed:
        driven.window.close()


def chosen(driven: Driven, kind: str) -> Overlay:
    """Select the only part of an object, go there and take the tool."""
    overlay = driven.overlay(kind)
    driven.program.reading.apply(go_to_part, overlay.instance, overlay.parts[0].number)
    driven.program.reading.apply(select, Selection(overlay.instance, overlay.parts[0].number))
    driven.wait_idle()
    driven.focus_images()
    driven.key(Qt.Key.Key_M, SHIFT)
    assert driven.state.tool == "points"
    return overlay


def plane_shown(driven: Driven) -> Plane:
    stack = driven.state.stack_of(driven.state.pane)
    assert stack is not None
    return stack.planes[driven.frame]


def lines(driven: Driven, overlay: Overlay) -> list[NDArray[np.float64]]:
    """The contours of an overlay on the slice that is shown: (n, 2) positions of the image."""
    found = driven.program.store.on_plane(overlay.instance, plane_shown(driven))
    assert isinstance(found, OnPlane)
    return [path for outline in found.outlines for path in outline.paths]


def area_mm2(path: NDArray[np.float64]) -> float:
    x, y = path[:, 0] * 0.25, path[:, 1] * 0.5
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2


def pull(driven: Driven, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Drag from one image position to another; returns where the mouse let go, as an image position."""
    at, to = driven.spot(*start), driven.spot(*end)
    driven.drag(at, to - at)
    geometry = driven.canvas().geometry_shown
    assert geometry is not None
    x, y = geometry.to_image((to.x(), to.y())).tolist()
    return x, y


def verdict(driven: Driven, overlay: Overlay) -> str:
    finding = finding_of_part(driven.state, Selection(overlay.instance, overlay.parts[0].number))
    assert finding is not None
    return status_of(finding, driven.state.decisions)


def test_a_point_of_a_contour_goes_where_it_is_dragged_on_its_slice_alone(opened: Driven) -> None:
    overlay = chosen(opened, "structure_set")
    (before,) = lines(opened, overlay)
    at = pull(opened, CORNERS[1], (50.0, 4.0))
    (after,) = lines(opened, overlay)
    moved = [point for point in after if np.abs(before - point).max(axis=1).min() > 0.1]
    assert len(moved) == 1
    assert moved[0] == pytest.approx(at, abs=0.05)
    assert verdict(opened, overlay) == "modified"
    shown = opened.program.store.edited_measure(overlay.instance, overlay.parts[0].number)
    assert shown is not None
    # Three slices 2.5 mm apart, each standing for 2.5 mm.
    assert shown.volume_ml == pytest.approx((2 * area_mm2(before) + area_mm2(after)) * 2.5 / 1000, rel=1e-3)
    opened.wheel(1)
    assert area_mm2(lines(opened, overlay)[0]) == pytest.approx(30 * 0.25 * 22 * 0.5, rel=1e-3)
    opened.wheel(-1)
    opened.action("undo")
    assert np.allclose(lines(opened, overlay)[0], before)
    assert verdict(opened, overlay) == "undecided"


def test_backspace_deletes_the_point_that_was_clicked_and_leaves_three(opened: Driven) -> None:
    overlay = chosen(opened, "structure_set")
    opened.click(opened.spot(*CORNERS[2]))
    opened.key(Qt.Key.Key_Backspace)
    assert area_mm2(lines(opened, overlay)[0]) == pytest.approx(30 * 0.25 * 22 * 0.5 / 2, rel=1e-3)
    opened.click(opened.spot(*CORNERS[0]))
    opened.key(Qt.Key.Key_Backspace)
    assert area_mm2(lines(opened, overlay)[0]) == pytest.approx(30 * 0.25 * 22 * 0.5 / 2, rel=1e-3)
    assert any("No more" in one.text() for one in opened.window.status.findChildren(QLabel))


def test_the_original_contour_can_be_shown(opened: Driven) -> None:
    overlay = chosen(opened, "structure_set")
    (before,) = lines(opened, overlay)
    pull(opened, CORNERS[1], (50.0, 4.0))
    (after,) = lines(opened, overlay)
    opened.key(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert np.allclose(lines(opened, overlay)[0], before)
    opened.key(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert np.allclose(lines(opened, overlay)[0], after)


def test_a_press_beside_every_point_selects_and_moves_nothing(opened: Driven) -> None:
    overlay = chosen(opened, "structure_set")
    opened.click(opened.spot(25.0, 20.0))
    assert not opened.state.edits
    assert opened.state.selection.overlay == overlay.instance


def marks(driven: Driven, overlay: Overlay) -> list[tuple[NDArray[np.float64], str]]:
    found = driven.program.store.on_plane(overlay.instance, plane_shown(driven))
    assert isinstance(found, OnPlane)
    return [(shape.points, shape.label) for shape in found.shapes]


def test_the_end_of_a_reported_line_is_moved_and_its_length_is_said_anew(opened: Driven) -> None:
    overlay = chosen(opened, "report")
    ((before, words),) = marks(opened, overlay)
    assert words.startswith("7.50")
    at = pull(opened, (9.0, 2.0), (30.0, 20.0))
    ((after, words),) = marks(opened, overlay)
    assert after[0] == pytest.approx(before[0])
    assert after[1] == pytest.approx(at, abs=0.05)
    length = np.hypot((at[0] - 3.0) * 0.25, (at[1] - 2.0) * 0.5)
    assert words == f"{length:.2f} mm"
    opened.window.panels.docks.show_panel("findings")
    opened.wait_idle()
    said = [one.text() for one in opened.window.panels.findings.card.findChildren(QLabel)]
    assert said[said.index("as you drew it") + 1].startswith(f"{length:.2f}")
    assert verdict(opened, overlay) == "modified"
    opened.action("undo")
    ((again, words),) = marks(opened, overlay)
    assert np.allclose(again, before)
    assert words.startswith("7.50")


def written(driven: Driven, folder: Path) -> pydicom.Dataset:
    """Write the report, which must be valid and readable, and return it."""
    told: list[Written | str] = []
    order = ReviewOrder(folder, Signature("Jane Doe"), frozenset(("report",)))
    driven.program.review_work.write(order, told.append)
    driven.until(lambda: bool(told))
    (found,) = told
    assert isinstance(found, Written), found
    (path,) = found.files
    assert iod_errors(path) == []
    assert groups_read_by_highdicom(path)
    return pydicom.dcmread(path)


def items_named(root: pydicom.Dataset, meaning: str) -> list[pydicom.Dataset]:
    """The items below one whose concept name, or method, has a meaning."""
    found, waiting = [], [root]
    while waiting:
        item = waiting.pop()
        waiting.extend(item.get("ContentSequence", ()))
        if any(one.CodeMeaning == meaning for one in item.get("ConceptNameCodeSequence", ())):
            found.append(item)
    return found


def test_the_report_has_the_contour_as_the_reader_left_it(opened: Driven, tmp_path: Path) -> None:
    overlay = chosen(opened, "structure_set")
    pull(opened, CORNERS[1], (50.0, 4.0))
    (after,) = lines(opened, overlay)
    plane = plane_shown(opened)
    (item,) = items_named(written(opened, tmp_path / "out"), "Region as corrected by the reader")
    assert (item.ValueType, item.GraphicType) == ("SCOORD3D", "POLYGON")
    assert item.ReferencedFrameOfReferenceUID == plane.frame_of_reference_uid
    points = np.array(item.GraphicData).reshape(-1, 3)
    assert np.array_equal(points[0], points[-1])
    assert len(points) == 5
    drawn = plane.point_patient(after)
    for point in points[:-1]:
        assert np.linalg.norm(drawn - point, axis=1).min() < 1e-3


def test_the_report_has_the_length_of_the_readers_line_beside_the_reported_one(opened: Driven, tmp_path: Path) -> None:
    chosen(opened, "report")
    at = pull(opened, (9.0, 2.0), (30.0, 20.0))
    document = written(opened, tmp_path / "out")
    numbers = items_named(document, "Diameter") or items_named(document, "Length")
    by_method = {
        next(
            (
                child.ConceptCodeSequence[0].CodeMeaning
                for child in one.get("ContentSequence", ())
                if child.ConceptNameCodeSequence[0].CodeMeaning == "Measurement Method"
            ),
            "",
        ): one
        for one in numbers
    }
    mine = by_method["Measured in the region as corrected by the reader"]
    length = np.hypot((at[0] - 3.0) * 0.25, (at[1] - 2.0) * 0.5)
    assert float(mine.MeasuredValueSequence[0].NumericValue) == pytest.approx(length, abs=0.02)
    (region,) = [child for child in mine.ContentSequence if child.ValueType == "SCOORD"]
    assert np.array(region.GraphicData) == pytest.approx([3.0, 2.0, *at], abs=0.05)
    reported = by_method[""]
    assert reported.MeasuredValueSequence[0].NumericValue == "7.50"
    (region,) = [child for child in reported.ContentSequence if child.ValueType == "SCOORD"]
    assert list(region.GraphicData) == [3.0, 2.0, 9.0, 2.0], "the original stands beside it"


def test_moved_points_are_there_again_after_a_restart(opened: Driven, tmp_path: Path, qapp, qtbot) -> None:
    overlay = chosen(opened, "structure_set")
    pull(opened, CORNERS[1], (50.0, 4.0))
    (after,) = lines(opened, overlay)
    opened.window.close()
    opened.close()
    again = Driven.started(qapp, tmp_path)
    again.show_active(qtbot)
    again.open(tmp_path / "study")
    overlay = again.overlay("structure_set")
    again.program.reading.apply(go_to_part, overlay.instance, overlay.parts[0].number)
    again.wait_idle()
    assert np.allclose(lines(again, overlay)[0], after)
    assert verdict(again, overlay) == "modified"
    again.window.close()
    again.close()
