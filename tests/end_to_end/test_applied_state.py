"""A presentation state by hand: Apply shows it whole, the reader's window works after it, and Apply again takes it off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint

from tests.app.rendered import colours_of, grey_of, render
from tests.app.test_blended_pictures import blending
from tests.end_to_end.driven import Driven
from tests.synthetic.grey_state import grey_state, item, lut
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.scene.drawables import ImagePicture
from viewer.scene.presented import SCREEN_UNKNOWN

pytestmark = pytest.mark.window

GRID = Grid(shape=(3, 30, 44))
STORED = ((np.arange(np.prod(GRID.shape)) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)


def shown(driven: Driven) -> NDArray[np.uint8]:
    driven.wait_idle()
    return next(one for one in driven.canvas().scene.drawables if isinstance(one, ImagePicture)).pixels


def test_apply_shows_all_of_a_state_and_the_window_of_the_reader_works_after_it(driven: Driven, tmp_path: Path) -> None:
    images = image_series(STORED, GRID, Series())
    state = grey_state(
        images[1:],
        "state",
        SoftcopyVOILUTSequence=[item(WindowCenter="2000", WindowWidth="3000")],
        PresentationLUTSequence=[lut([65535 - 16 * place for place in range(4096)])],
        ShutterShape=["RECTANGULAR", "CIRCULAR"],
        ShutterLeftVerticalEdge=3,
        ShutterRightVerticalEdge=40,
        ShutterUpperHorizontalEdge=2,
        ShutterLowerHorizontalEdge=28,
        CenterOfCircularShutter=[15, 20],
        RadiusOfCircularShutter=16,
        ShutterPresentationValue=0x6060,
    )
    save([*images, state], tmp_path / "in")
    driven.open(tmp_path / "in")
    overlay = driven.overlay("presentation_state")
    stack = driven.state.stack_of(driven.state.pane)
    assert stack is not None
    named = stack.planes[driven.frame].image
    plain = shown(driven)
    driven.click_layer(overlay, None, "Apply")
    uid = images[1].SOPInstanceUID
    assert named is not None
    assert named[0] == uid, "the series opens in its middle"
    wanted = ("--instance", uid, "--state", state.SOPInstanceUID, "--grey")
    assert render(tmp_path / "in", tmp_path / "out.png", *wanted) == 0
    applied = shown(driven)
    assert np.array_equal(applied, grey_of(tmp_path / "out.png"))
    row, column = np.ogrid[1:31, 1:45]
    seen = (column >= 3) & (column <= 40) & (row >= 2) & (row <= 28) & ((row - 15) ** 2 + (column - 20) ** 2 <= 256)
    assert (applied[~seen] == 0x60).all()
    middle = driven.spot(22, 15)
    driven.drag(middle, QPoint(40, 25))
    assert driven.state.pane.window.source == "user"
    windowed = shown(driven)
    assert not np.array_equal(windowed[seen], applied[seen])
    assert (windowed[~seen] == 0x60).all()
    driven.click_layer(overlay, None, "Applied")
    assert np.array_equal(shown(driven), plain)


def test_true_size_is_as_large_on_the_screen_as_the_state_says_and_what_is_unknown_is_said(
    driven: Driven, tmp_path: Path
) -> None:
    images = image_series(STORED, GRID, Series())
    state = grey_state(images, "state", SoftcopyVOILUTSequence=[item(WindowCenter="2000", WindowWidth="3000")])
    area = state.DisplayedAreaSelectionSequence[0]
    # Rows 1 mm and columns 2 mm apart, whatever the image says.
    area.PresentationSizeMode, area.PresentationPixelSpacing = "TRUE SIZE", ["1.0", "2.0"]
    save([*images, state], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.click_layer(driven.overlay("presentation_state"), None, "Apply")
    driven.wait_idle()
    # The screen of the test tells nothing of its size.
    assert any(one.title == SCREEN_UNKNOWN for one in driven.canvas().scene.notices)
    pixels = driven.window.screen().size().width() * driven.window.screen().devicePixelRatio()
    settings = driven.program.settings.model_copy(update={"screen_width_mm": 480})
    driven.window.show_settings(settings)
    driven.wait_idle()
    pitch = 480 / pixels
    geometry = driven.canvas().geometry_now
    left_top, right_bottom = geometry.to_view([[0.0, 0.0], [44.0, 30.0]])
    across, down = right_bottom - left_top
    assert across * pitch == pytest.approx(44 * 2.0, abs=1e-6)
    assert down * pitch == pytest.approx(30 * 1.0, abs=1e-6)
    assert all(one.title != SCREEN_UNKNOWN for one in driven.canvas().scene.notices)


def test_apply_of_a_blending_state_brings_the_other_series_in(driven: Driven, tmp_path: Path) -> None:
    lower, upper = image_series(STORED, GRID, Series()), image_series(STORED[::-1], GRID, Series("upper", number=2))
    state = blending(lower, upper, 0.4)
    save([*lower, *upper, state], tmp_path / "in")
    driven.open(tmp_path / "in")
    driven.click_layer(driven.overlay("presentation_state"), None, "Apply")
    wanted = ("--instance", lower[1].SOPInstanceUID, "--state", state.SOPInstanceUID)
    assert render(tmp_path / "in", tmp_path / "out.png", *wanted) == 0
    assert np.array_equal(shown(driven), colours_of(tmp_path / "out.png"))
