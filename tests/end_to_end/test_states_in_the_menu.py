"""The list of presentation states that apply to what is on the screen: by key and menu, whole, annotations only, off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from tests.app.test_blended_pictures import blending
from tests.app.test_presented_pictures import annotation, graphic
from tests.end_to_end.driven import Driven
from tests.synthetic.grey_state import PLANAR_MPR, grey_state, item
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.reading.changes.presentation import use_of
from viewer.reading.changes.workspace import show_stack
from viewer.scene.drawables import ImagePicture, MarkDrawable
from viewer.ui.state_menu import fill_states

pytestmark = pytest.mark.window

GRID = Grid(shape=(3, 30, 44))
STORED = ((np.arange(np.prod(GRID.shape)) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)
SHIFT = Qt.KeyboardModifier.ShiftModifier


def shown(driven: Driven) -> tuple[NDArray[np.uint8], int]:
    """Return the picture of the viewport and how many marks are on it."""
    driven.wait_idle()
    drawables = driven.canvas().scene.drawables
    marks = sum(isinstance(one, MarkDrawable) for one in drawables)
    return next(one for one in drawables if isinstance(one, ImagePicture)).pixels, marks


def listed(driven: Driven) -> QMenu:
    menu = QMenu(driven.window)
    fill_states(menu, driven.program.reading)
    return menu


def use(driven: Driven, name: str, words: str) -> None:
    (below,) = [one for one in listed(driven).actions() if one.text().startswith(name)]
    inner = below.menu()
    assert isinstance(inner, QMenu)
    (chosen,) = [one for one in inner.actions() if one.text() == words]
    chosen.trigger()
    driven.wait_idle()


def test_a_state_is_applied_whole_by_its_annotations_or_not_and_the_readers_window_works_after_it(
    driven: Driven, tmp_path: Path
) -> None:
    images = image_series(STORED, GRID, Series())
    window = {"SoftcopyVOILUTSequence": [item(WindowCenter="2000", WindowWidth="500")]}
    state = grey_state(images[:2], "state", **window, **annotation(graphic("CIRCLE", [20.0, 14.0, 26.0, 14.0])))
    plane = grey_state(images, "plane", sop_class=PLANAR_MPR, ContentLabel="CORONAL")
    save([*images, state, plane], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.wait_idle()
    overlay = next(one for one in driven.state.content.overlays.values() if one.sop_instance_uid == state.SOPInstanceUID)

    # At first none is applied, and the annotations are seen.
    plain, marks = shown(driven)
    assert (use_of(driven.state, 0, overlay), marks) == ("annotations", 1)

    use(driven, "STATE", "Off")
    assert np.array_equal(shown(driven)[0], plain)
    assert shown(driven)[1] == 0

    use(driven, "STATE", "Apply all of it")
    applied, marks = shown(driven)
    assert marks == 1
    assert not np.array_equal(applied, plain)

    driven.drag(driven.spot(22, 15), QPoint(30, 20))
    assert driven.state.pane.window.source == "user"
    assert not np.array_equal(shown(driven)[0], applied)

    # The third image, nearest the head and so shown first, is not named by the state.
    driven.key(Qt.Key.Key_Home)
    assert shown(driven)[1] == 0
    use(driven, "STATE", "Annotations only")
    driven.key(Qt.Key.Key_Down)
    again, marks = shown(driven)
    assert marks == 1
    assert np.array_equal(again, plain), "what the state did to the picture is gone"


def test_a_view_of_a_volume_is_listed_with_the_reason_and_cannot_be_applied(driven: Driven, tmp_path: Path) -> None:
    images = image_series(STORED, GRID, Series())
    plane = grey_state(images, "plane", sop_class=PLANAR_MPR, ContentLabel="CORONAL", ReferencedSeriesSequence=None)
    named = [item(ReferencedSOPClassUID=one.SOPClassUID, ReferencedSOPInstanceUID=one.SOPInstanceUID) for one in images]
    # The images stand in the sets of the inputs (PS3.3 C.11.22).
    plane.VolumetricPresentationInputSetSequence = [item(ReferencedImageSequence=named)]
    save([*images, plane], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.wait_idle()
    (plane_view,) = [one for one in listed(driven).actions() if one.text().startswith("CORONAL")]
    assert not plane_view.isEnabled()
    assert "a reformatted plane" in plane_view.text()
    row = driven.layer_row(driven.overlay("presentation_state"))
    assert row.applied is None


def test_a_state_that_mixes_two_series_is_applied_to_the_lower_one_and_the_list_of_the_upper_one_says_so(
    driven: Driven, tmp_path: Path
) -> None:
    lower = image_series(STORED, GRID, Series(attributes=(("SeriesDescription", "Lower & grey"),)))
    upper = image_series(STORED, GRID, Series("upper", number=2))
    save([*lower, *upper, blending(lower, upper, 0.5)], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.wait_idle()
    state = driven.overlay("presentation_state")
    library = driven.state.content.library
    (under,) = [one for one in library.stacks if "lower" in library.series_of(one.frames[0].instance).description.lower()]
    (over,) = [one for one in library.stacks if one is not under]

    driven.program.reading.apply(show_stack, 0, under.id)
    (row,) = [one for one in listed(driven).actions() if one.text().startswith("STATE")]
    assert row.isEnabled()
    assert row.menu() is not None
    assert driven.layer_row(state).applied is False

    driven.program.reading.apply(show_stack, 0, over.id)
    (row,) = [one for one in listed(driven).actions() if one.text().startswith("STATE")]
    assert row.text().endswith(": is applied to Lower && grey")
    assert not row.isEnabled()
    assert driven.layer_row(state).applied is None


def test_a_key_opens_the_list_at_the_image(driven: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = image_series(STORED, GRID, Series())
    save([*images, grey_state(images, "state", **annotation(graphic("POINT", [20.0, 14.0])))], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.wait_idle()
    opened: list[list[str]] = []

    # Without a screen no menu can take the keyboard: what it holds counts, and that its first row is chosen.
    class Opened(QMenu):
        def exec(self, _spot: QPoint) -> None:  # type: ignore[override]
            opened.append([one.text() for one in self.actions()])
            assert self.activeAction() is self.actions()[0]

    monkeypatch.setattr("viewer.ui.looks_window.QMenu", Opened)
    driven.focus_images()
    driven.key(Qt.Key.Key_S, SHIFT)
    assert opened == [["None applied", "", "STATE"]]
