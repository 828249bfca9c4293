"""Every way to open, what is kept of it, and that nothing is written to what was opened, in the real window."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from tests.end_to_end.driven import Driven
from viewer.ui.welcome import ActButton

pytestmark = [pytest.mark.real_data, pytest.mark.window]
LIVER = "seg-ct-liver-overlapping"


def states_of_files(folder: Path) -> dict[Path, tuple[int, str]]:
    """Time of the last change and content of every file, and which files there are."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def held(driven: Driven) -> set[str]:
    """UIDs of everything that is open."""
    return {header.sop_instance_uid for header in driven.state.content.library.instances}


def images_show_results(driven: Driven) -> bool:
    """The overlays make a difference to the pixels of the viewport."""
    shown = driven.pixels()
    driven.focus_images()
    driven.press(Qt.Key.Key_Space)
    hidden = driven.pixels()
    driven.release(Qt.Key.Key_Space)
    return bool((shown != hidden).any())


@pytest.fixture
def folder_uids(driven: Driven, real_data: Path) -> set[str]:
    driven.open(real_data / LIVER)
    assert len(driven.state.content.library.instances) == 5
    return held(driven)


def test_one_file_opens_the_folder_of_its_study(driven: Driven, real_data: Path, folder_uids: set[str]) -> None:
    driven.open(real_data / "tiny")
    driven.open(next(iter(sorted((real_data / LIVER).glob("*.dcm")))))
    assert held(driven) == folder_uids
    assert images_show_results(driven)


def test_a_zip_opens_as_its_folder_does(driven: Driven, real_data: Path, tmp_path: Path, folder_uids: set[str]) -> None:
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted((real_data / LIVER).iterdir()):
            made.write(path, path.name)
    driven.open(archive)
    assert held(driven) == folder_uids
    assert images_show_results(driven)
    assert {path.name for path in tmp_path.glob("*.zip")} == {"study.zip"}


def test_a_dicomdir_opens_what_lies_beside_it_and_is_named_itself(driven: Driven, real_data: Path) -> None:
    driven.open(real_data / "dicomdir-tree" / "DICOMDIR")
    content = driven.state.content
    assert [skipped.reason for skipped in content.library.skipped if Path(skipped.path).name == "DICOMDIR"] == [
        "DICOMDIR, used for names"
    ]
    files = [path for path in (real_data / "dicomdir-tree").rglob("*") if path.is_file()]
    assert len(content.library.instances) + len(content.library.skipped) == len(files)
    assert driven.state.stack_of(driven.state.pane) is not None


def test_folders_are_opened_by_dropping_them_on_the_window(driven: Driven, real_data: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(real_data / name)) for name in (LIVER, "seg-ct-nonsquare-labelmap")])
    action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    driven.window.dropEvent(QDropEvent(QPointF(400, 400), action, mime, button, none))
    driven.wait_idle()
    assert len(driven.state.content.library.instances) == 5 + 6


def test_what_is_open_is_never_written_to(driven: Driven, real_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(real_data / LIVER, folder)
    before = states_of_files(folder)
    driven.open(folder)
    driven.action("layout_1x2")
    driven.action("invert")
    driven.action("style")
    segmentation = next(one for one in driven.state.content.overlays.values() if one.kind == "segmentation")
    driven.click_layer(segmentation, None, "eye")
    driven.close()
    assert states_of_files(folder) == before
    assert {path.name for path in folder.iterdir()} == {path.name for path in before}


def test_a_folder_that_was_open_is_listed_with_what_it_holds_and_opens_by_a_click(
    driven: Driven, qtbot, qapp: QApplication, real_data: Path, tmp_path: Path
) -> None:
    driven.open(real_data / LIVER)
    driven.close()
    again = Driven.started(qapp, tmp_path)
    try:
        again.window.show()
        (row,) = (one for one in again.window.welcome.findChildren(ActButton) if one.accessibleName() == LIVER)
        assert "SEG" in row.accessibleDescription()
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        again.wait_idle()
        assert len(again.state.content.library.instances) == 5
    finally:
        again.close()


def test_a_study_opens_as_it_was_left(driven: Driven, qtbot, qapp: QApplication, real_data: Path, tmp_path: Path) -> None:
    driven.open(real_data / LIVER)
    segmentation = next(one for one in driven.state.content.overlays.values() if len(one.parts) == 5)
    driven.action("layout_1x2")
    driven.action("invert")
    driven.action("slice_first")
    driven.click_layer(segmentation, 2, "eye")
    docks = driven.window.panels.docks.docks
    docks["layers"].hide()
    driven.window.resizeDocks([docks["studies"]], [420], Qt.Orientation.Horizontal)
    driven.wait_idle()
    width = docks["studies"].width()
    assert width > 350
    left = driven.state
    assert not left.part_visible(segmentation, 2)
    driven.close()
    again = Driven.started(qapp, tmp_path)
    try:
        # The screen that is not there is smaller than the window that was left on it.
        again.window.resize(1600, 960)
        again.window.show()
        again.open(real_data / LIVER)
        assert again.state.layout == "1x2"
        assert again.state.panes == left.panes
        assert again.state.pane.view.inverted
        assert not again.state.part_visible(again.state.content.overlays[segmentation.instance], 2)
        assert again.window.panels.docks.docks["layers"].isHidden()
        assert again.window.panels.docks.docks["studies"].width() == pytest.approx(width, abs=20)
        again.action("reset_panels")
        assert not again.window.panels.docks.docks["layers"].isHidden()
    finally:
        again.close()


def test_undo_and_redo_keys_walk_through_views_and_layers(driven: Driven, real_data: Path) -> None:
    driven.open(real_data / LIVER)
    driven.focus_images()
    segmentation = next(one for one in driven.state.content.overlays.values() if len(one.parts) == 5)
    driven.click_layer(segmentation, 2, "eye")
    driven.focus_images()
    driven.key(Qt.Key.Key_I)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    driven.key(Qt.Key.Key_Z, control)
    assert not driven.state.pane.view.inverted
    assert not driven.state.part_visible(segmentation, 2)
    driven.key(Qt.Key.Key_Z, control)
    assert driven.state.part_visible(segmentation, 2)
    assert not driven.window.actions_table["undo"].isEnabled()
    driven.key(Qt.Key.Key_Z, control | shift)
    driven.key(Qt.Key.Key_Z, control | shift)
    assert driven.state.pane.view.inverted
    assert not driven.state.part_visible(segmentation, 2)


def test_what_holds_nothing_is_said_until_something_else_is_opened(driven: Driven, real_data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "note.txt").write_text("no image")
    for path in (tmp_path / "empty", tmp_path / "words", tmp_path / "gone"):
        driven.open(path)
        assert driven.window.notices.isVisible()
        assert driven.window.notices.titles == ("There are no images or results to show.",)
    assert str(tmp_path / "gone") not in driven.program.settings.recent
    driven.open(real_data / LIVER)
    assert not driven.window.notices.titles


def test_what_is_to_be_read_is_in_front_where_there_is_no_image(driven: Driven, real_data: Path) -> None:
    driven.window.resize(1280, 720)
    driven.open(real_data / "stl-ecg-waveform")
    panel = driven.window.panels.report
    assert panel.isVisible()
    assert panel.selector.currentText().startswith("12-lead ECG")
    assert not driven.window.notices.titles


def test_results_without_an_image_are_found_in_a_narrow_window_too(driven: Driven, real_data: Path) -> None:
    driven.window.resize(1280, 720)
    driven.open(real_data / "gsps-ai-lunit-orphan")
    assert driven.window.notices.titles == ("There is no image in what was opened.",)
    (link,) = (one for one in driven.window.notices.findChildren(QPushButton) if one.text() == "Studies")
    link.click()
    assert driven.window.panels.browser.view.isVisible()
    assert driven.browser_names()
