"""Editing a segment by mouse and keys in the real window: painted where the mouse went, undone, kept, written, opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.end_to_end.driven import Driven
from tests.export.witnesses import iod_errors
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.review_writing import show_edited
from viewer.domain.decision import is_stale, status_of
from viewer.export.review_files import ReviewOrder, Written
from viewer.export.review_record import Signature
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.editing import set_brush
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import set_read_only
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.state import BrushChoice, Selection
from viewer.representations.on_plane import OnPlane
from viewer.scene.drawables import LabelComposite, OutlinePaths
from viewer.scene.findings_shown import finding_of_part

pytestmark = pytest.mark.window

GRID = Grid(shape=(6, 40, 60))
"""Six slices, 40 rows and 60 columns; see ``Grid`` for its spacing."""
SLICE = 2


def boxes() -> NDArray[np.uint8]:
    """Two boxes that differ in size and place; (k, j, i, segment)."""
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[1:4, 10:20, 12:30, 0] = 1
    pixels[2:5, 25:34, 40:52, 1] = 1
    return pixels


@pytest.fixture
def study(tmp_path: Path) -> Path:
    rows, columns = np.mgrid[0 : GRID.shape[1], 0 : GRID.shape[2]]
    values = np.broadcast_to((rows * 4 + columns).astype(np.int16), GRID.shape)
    source = [*image_series(np.ascontiguousarray(values), GRID, Series())]
    made = segmentation(source, boxes(), (Part("Kidney", tracking="kidney"), Part("Spot")), Result("organs"))
    folder = tmp_path / "study"
    save([*source, made], folder)
    return folder


@pytest.fixture
def opened(driven: Driven, study: Path) -> Iterator[Driven]:
    driven.open(study)
    for _ in range(abs(SLICE - driven.frame)):
        driven.wheel(-1 if driven.frame < SLICE else 1)
    driven.click_layer(driven.overlay("segmentation"), 1, "name")
    driven.focus_images()
    yield driven
    # An unfinished review is said once; who closes again means it.
    if not driven.is_closed:
        driven.window.close()


def drawn(driven: Driven, part: int = 1, place: int | None = None) -> NDArray[np.bool_]:
    """The pixels of a part on a slice of the images as they are drawn: (rows, columns)."""
    overlay, stack = driven.overlay("segmentation"), driven.state.content.library.stacks[0]
    found = driven.program.store.on_plane(overlay.instance, stack.planes[driven.frame if place is None else place])
    assert isinstance(found, OnPlane)
    mask = np.zeros(GRID.shape[1:], bool)
    for picture in found.labels:
        if part in picture.parts:
            mask |= picture.labels == picture.parts.index(part) + 1
    return mask


def disc(column: float, row: float, radius_mm: float) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[0 : GRID.shape[1], 0 : GRID.shape[2]]
    down, across = GRID.spacing_mm[1:]
    return np.hypot((rows + 0.5 - row) * down, (columns + 0.5 - column) * across) <= radius_mm


def seen(driven: Driven, column: float, row: float) -> tuple[float, float]:
    """The image position of the pixel of the screen that the mouse hits when it is sent to a position."""
    geometry = driven.canvas().geometry_shown
    assert geometry is not None
    spot = driven.spot(column, row)
    found = geometry.to_image((spot.x(), spot.y())).tolist()
    return found[0], found[1]


def dab(driven: Driven, column: float, row: float) -> None:
    driven.click(driven.spot(column, row))


def status(driven: Driven, part: int = 1) -> str:
    overlay = driven.overlay("segmentation")
    named = (overlay.sop_instance_uid, part)
    found = [
        one.verdict
        for one in driven.state.decisions.values()
        if named in {(decided.sop_instance_uid, decided.part) for decided in one.parts}
    ]
    return found[0] if found else "undecided"


def original(part: int, place: int) -> NDArray[np.bool_]:
    """The pixels of a part on a slice as the file has them; the stack is read from the head down."""
    return boxes()[GRID.shape[0] - 1 - place, :, :, part - 1].astype(bool)


def choose(driven: Driven, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.ShiftModifier) -> None:
    driven.key(key, modifiers)


def test_the_brush_paints_what_lies_under_it_on_this_slice_alone(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_B)
    assert opened.state.tool == "brush"
    dab(opened, 40.0, 12.0)
    wanted = original(1, SLICE) | disc(*seen(opened, 40.0, 12.0), opened.state.brush.radius_mm)
    assert wanted.sum() > original(1, SLICE).sum() + 5
    assert np.array_equal(drawn(opened), wanted)
    for place in (SLICE - 1, SLICE + 1):
        assert np.array_equal(drawn(opened, place=place), original(1, place))
    assert np.array_equal(drawn(opened, part=2), original(2, SLICE)), "another segment stays as it is"
    assert status(opened) == "modified"


def test_the_eraser_drawn_across_takes_away_a_band_and_undo_brings_it_back_in_one_step(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_X)
    opened.key(Qt.Key.Key_Minus)
    opened.key(Qt.Key.Key_Minus)
    assert opened.state.brush.radius_mm == 3.0
    opened.wheel(-5, Qt.KeyboardModifier.ShiftModifier)
    assert opened.state.brush.radius_mm == 0.5
    start, end = seen(opened, 14.0, 15.0), seen(opened, 26.0, 15.0)
    at = opened.spot(14.0, 15.0)
    opened.drag(at, opened.spot(26.0, 15.0) - at)
    rows, columns = np.mgrid[0 : GRID.shape[1], 0 : GRID.shape[2]] + 0.5
    beside = np.maximum(np.maximum(start[0] - columns, columns - end[0]), 0) * GRID.spacing_mm[2]
    band = np.hypot(beside, (rows - start[1]) * GRID.spacing_mm[1]) <= 0.5
    assert np.array_equal(drawn(opened), original(1, SLICE) & ~band)
    assert status(opened) == "modified"
    opened.action("undo")
    assert np.array_equal(drawn(opened), original(1, SLICE))
    assert status(opened) == "undecided"
    opened.action("redo")
    assert np.array_equal(drawn(opened), original(1, SLICE) & ~band)
    assert status(opened) == "modified"


def test_a_ball_reaches_the_slices_around_and_beyond_the_slices_that_the_file_has(opened: Driven) -> None:
    """Part 1 has three of the six slices, 2.5 mm apart: a ball of 6 mm reaches two further to each side."""
    choose(opened, Qt.Key.Key_B)
    choose(opened, Qt.Key.Key_D)
    opened.key(Qt.Key.Key_Equal)
    assert opened.state.brush.radius_mm == 6.0
    dab(opened, 40.0, 30.0)
    at = seen(opened, 40.0, 30.0)
    for place in range(GRID.shape[0]):
        depth = abs(place - SLICE) * GRID.spacing_mm[0]
        wanted = original(1, place)
        if depth <= 6.0:
            wanted = wanted | disc(*at, np.sqrt(36.0 - depth**2))
        assert np.array_equal(drawn(opened, place=place), wanted), place
    opened.wheel(2)
    assert opened.frame == 0
    opened.canvas().grab()
    assert drawn(opened).any(), "the first image has nothing of the file's, and something of the brush"


def test_the_original_can_be_shown_and_the_edits_discarded(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    edited = drawn(opened)
    overlay, voxel_ml = opened.overlay("segmentation"), float(np.prod(GRID.spacing_mm)) / 1000
    row = opened.layer_row(overlay, 1)
    assert (row.second, row.state) == ("edited", "")
    voxels = boxes()[..., 0].sum() + edited.sum() - original(1, SLICE).sum()
    assert float(row.value) == pytest.approx(voxels * voxel_ml, abs=0.0006)
    assert opened.layer_row(overlay, 2).second == ""
    opened.focus_images()
    choose(opened, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert np.array_equal(drawn(opened), original(1, SLICE))
    row = opened.layer_row(overlay, 1)
    assert row.second == "original"
    assert float(row.value) == pytest.approx(boxes()[..., 0].sum() * voxel_ml, abs=0.0006)
    opened.focus_images()
    choose(opened, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert np.array_equal(drawn(opened), edited)
    opened.action("discard_edits")
    assert np.array_equal(drawn(opened), original(1, SLICE))
    assert not opened.state.edits
    opened.action("undo")
    assert np.array_equal(drawn(opened), edited)


def test_a_click_with_nothing_selected_chooses_the_segment_under_it(opened: Driven) -> None:
    opened.program.reading.apply(select, Selection())
    choose(opened, Qt.Key.Key_B)
    dab(opened, 20.0, 15.0)
    assert (opened.state.selection.part, len(opened.state.edits)) == (1, 0)
    dab(opened, 40.0, 12.0)
    assert drawn(opened).sum() > original(1, SLICE).sum()


def test_escape_puts_the_brush_away_and_the_bar_with_it(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_B)
    assert opened.window.editing.bar.isVisible()
    opened.key(Qt.Key.Key_Escape)
    assert opened.state.tool == "window"
    assert not opened.window.editing.bar.isVisible()


def test_a_hidden_segment_is_not_painted_and_the_reason_is_said(opened: Driven) -> None:
    opened.click_layer(opened.overlay("segmentation"), 1, "eye")
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    assert not opened.state.edits
    assert any("hidden" in one.text() for one in opened.window.status.findChildren(QLabel))


def test_what_was_painted_is_there_again_after_a_restart(opened: Driven, study: Path, tmp_path: Path, qapp, qtbot) -> None:
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    edited = drawn(opened)
    opened.window.close()
    opened.close()
    again = Driven.started(qapp, tmp_path)
    again.show_active(qtbot)
    again.open(study)
    again.wait_idle()
    assert np.array_equal(drawn(again, place=SLICE), edited)
    assert status(again) == "modified"
    again.window.close()
    again.close()


def write(driven: Driven, folder: Path) -> Written:
    """Write the report and the corrected segmentation, as the dialog orders it."""
    told: list[Written | str] = []
    order = ReviewOrder(folder, Signature("Jane Doe"), frozenset(("report", "segments")))
    driven.program.review_work.write(order, told.append)
    driven.until(lambda: bool(told))
    (found,) = told
    assert isinstance(found, Written), found
    return found


def test_the_written_segmentation_is_valid_and_holds_what_was_drawn_voxel_for_voxel(
    opened: Driven, study: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in study.iterdir()}
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    choose(opened, Qt.Key.Key_X)
    dab(opened, 14.0, 15.0)
    stack = opened.state.stack_of(opened.state.pane)
    assert stack is not None
    on_screen = {plane.image[0]: drawn(opened, place=n) for n, plane in enumerate(stack.planes) if plane.image}
    radius_mm = opened.state.brush.radius_mm
    wanted = (original(1, SLICE) | disc(*seen(opened, 40.0, 12.0), radius_mm)) & ~disc(*seen(opened, 14.0, 15.0), radius_mm)
    assert np.array_equal(drawn(opened), wanted)

    written = write(opened, tmp_path / "out")

    assert [path.name.partition("-")[2].split("-", 2)[2] for path in written.files] == ["report.dcm", "corrected.dcm"]
    assert written.left_out == ()
    assert {path: path.read_bytes() for path in study.iterdir()} == before
    report, corrected = written.files
    assert iod_errors(corrected) == []
    assert iod_errors(report) == []
    read = hd.seg.segread(corrected)
    uids = list(on_screen)
    masks = read.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True).astype(bool)
    for place, uid in enumerate(uids):
        assert np.array_equal(masks[place, :, :, 0], on_screen[uid])
        assert np.array_equal(masks[place, :, :, 1], original(2, place))
    first, second = read.SegmentSequence
    assert (first.SegmentAlgorithmType, second.SegmentAlgorithmType) == ("SEMIAUTOMATIC", "AUTOMATIC")
    (source,) = read.SourceInstanceSequence
    assert source.ReferencedSOPInstanceUID == opened.overlay("segmentation").sop_instance_uid
    said = {str(one.get("ReferencedSOPSequence", [None])[0].ReferencedSOPInstanceUID): one for one in walked(report)}
    item = said[str(read.SOPInstanceUID)]
    assert item.ConceptNameCodeSequence[0].CodeMeaning == "Corrected object"
    assert item.ContentSequence[0].TextValue == "1"


def walked(path: Path) -> Iterator[pydicom.Dataset]:
    """The items of a report that refer to objects."""
    waiting = [pydicom.dcmread(path)]
    while waiting:
        item = waiting.pop()
        waiting.extend(item.get("ContentSequence", ()))
        if "ReferencedSOPSequence" in item:
            yield item


def test_the_written_segmentation_opens_again_as_it_was_drawn(opened: Driven, study: Path, tmp_path: Path) -> None:
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    edited = drawn(opened)
    source = opened.overlay("segmentation").sop_instance_uid
    written = write(opened, tmp_path / "out")
    opened.program.review_work.show(written.files)
    opened.wait_idle()
    both = {one.sop_instance_uid: one for one in opened.state.content.overlays.values() if one.kind == "segmentation"}
    (new,) = (one for uid, one in both.items() if uid != source)
    stack = opened.state.stack_of(opened.state.pane)
    assert stack is not None
    found = opened.program.loader.readers.on_plane(new, stack.planes[SLICE])
    assert isinstance(found, OnPlane)
    mask = np.zeros(GRID.shape[1:], bool)
    for picture in found.labels:
        mask |= picture.labels == picture.parts.index(1) + 1
    assert np.array_equal(mask, edited)
    assert [part.algorithm_type for part in new.parts] == ["SEMIAUTOMATIC", "AUTOMATIC"]
    state = opened.state
    finding = finding_of_part(state, Selection(both[source].instance, 1))
    assert finding is not None
    assert status_of(finding, state.decisions) == "modified"
    assert not is_stale(state.decisions[finding.id], finding, state.content.digests)
    assert [one.sop_instance_uid for one in finding.sources] == [source]
    assert finding_of_part(state, Selection(new.instance, 1)) is None, "what a reader made is no claim to decide on"


def test_pictures_of_the_review_show_what_was_drawn(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    state, overlay, stack = opened.state, opened.overlay("segmentation"), opened.state.stack_of(opened.state.pane)
    assert stack is not None
    with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
        show_edited(state, inputs)
        found = inputs.on_plane(overlay.instance, stack.planes[SLICE])
    assert isinstance(found, OnPlane)
    mask = np.zeros(GRID.shape[1:], bool)
    for picture in found.labels:
        if 1 in picture.parts:
            mask |= picture.labels == picture.parts.index(1) + 1
    assert np.array_equal(mask, drawn(opened))
    assert not np.array_equal(mask, original(1, SLICE))


def test_in_a_blind_read_there_is_nothing_to_edit_and_what_was_edited_is_there_again_afterwards(opened: Driven) -> None:
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    edited = drawn(opened)
    opened.action("blind")
    assert not opened.window.actions_table["tool_brush"].isEnabled()
    opened.focus_images()
    dab(opened, 20.0, 15.0)
    hidden = opened.canvas().grab() and opened.canvas().scene
    assert not any(isinstance(one, LabelComposite | OutlinePaths) for one in hidden.drawables)
    opened.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not opened.state.blind
    assert np.array_equal(drawn(opened), edited)


def test_a_study_that_another_window_reviews_is_not_edited_and_the_reason_is_said(opened: Driven) -> None:
    study_uid = opened.state.content.library.instance(opened.overlay("segmentation").instance).study_instance_uid
    opened.program.reading.apply(set_read_only, {study_uid})
    choose(opened, Qt.Key.Key_B)
    dab(opened, 40.0, 12.0)
    assert not opened.state.edits
    assert np.array_equal(drawn(opened), original(1, SLICE))
    assert any("Another window" in one.text() for one in opened.window.status.findChildren(QLabel))


def test_the_brush_paints_on_planes_through_the_images(opened: Driven) -> None:
    """On a coronal plane a stroke on it changes the voxels that the plane goes through: one row of every slice."""
    opened.action("planes")
    opened.wait_idle()
    pane = next(n for n, one in enumerate(opened.state.panes) if one.kind == "coronal")
    opened.program.reading.apply(set_active_pane, pane)
    opened.program.reading.apply(set_brush, BrushChoice(1.5))
    choose(opened, Qt.Key.Key_B)
    plane = opened.canvas(pane).scene.plane
    assert plane is not None
    middle = plane.position_image(np.add(GRID.origin_mm, (45 * 0.25, 0.0, 3 * 2.5))).tolist()
    opened.click(opened.spot(middle[0], middle[1], pane), pane)
    opened.action("planes")
    found = np.stack([drawn(opened, place=n) for n in range(GRID.shape[0])][::-1])
    changed = np.argwhere(found != boxes()[..., 0].astype(bool))
    assert len(changed) > 5
    rows = set(changed[:, 1].tolist())
    assert len(rows) == 1, "the plane goes through one row of voxels"
    row_mm = float(np.dot(plane.origin, (0.0, 1.0, 0.0)))
    assert GRID.origin_mm[1] + rows.pop() * 0.5 == pytest.approx(row_mm, abs=0.26)
