"""Blending states: a coloured series over a grey one, against the sum written in PS3.4 N.2.4."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.app.rendered import colours_of, render
from tests.app.test_presented_pictures import palette
from tests.synthetic.grey_state import BLENDING, grey_state, item
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series

GRID = Grid(shape=(3, 14, 22))
LOWER = ((np.arange(np.prod(GRID.shape)) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)
UPPER = ((np.arange(np.prod(GRID.shape)) * 29 + 900) % 4096).astype(np.uint16).reshape(GRID.shape)
WINDOW = item(WindowCenter="2048", WindowWidth="4096")


def blending(lower: list[Dataset], upper: list[Dataset], opacity: float) -> Dataset:
    sets = []
    for position, images in (("SUPERIMPOSED", upper), ("UNDERLYING", lower)):
        references = [
            item(ReferencedSOPClassUID=one.SOPClassUID, ReferencedSOPInstanceUID=one.SOPInstanceUID) for one in images
        ]
        series = item(SeriesInstanceUID=images[0].SeriesInstanceUID, ReferencedImageSequence=references)
        of_study = {"StudyInstanceUID": images[0].StudyInstanceUID, "ReferencedSeriesSequence": [series]}
        sets.append(item(BlendingPosition=position, SoftcopyVOILUTSequence=[WINDOW], **of_study))
    colours = palette(np.arange(256), bits=8)
    left_out = {"PresentationLUTShape": None, "ReferencedSeriesSequence": None}
    return grey_state(
        lower, "state", sop_class=BLENDING, **left_out, BlendingSequence=sets, RelativeOpacity=opacity, **colours
    )


def rendered(folder: Path, lower: list[Dataset], upper: list[Dataset], opacity: float) -> NDArray[np.int64]:
    state = blending(lower, upper, opacity)
    save([*lower, *upper, state], folder / "in")
    wanted = ("--instance", lower[1].SOPInstanceUID, "--state", state.SOPInstanceUID)
    assert render(folder / "in", folder / "out.png", *wanted) == 0
    return colours_of(folder / "out.png").astype(int)


def colours(stored: NDArray[np.generic]) -> NDArray[np.float64]:
    place = np.rint(stored / 4095 * 255)
    return np.stack([place, 255 - place, place**2 // 255], axis=-1)


@pytest.mark.parametrize("opacity", [0.0, 0.3, 1.0])
def test_colour_times_opacity_and_grey_times_the_rest(tmp_path: Path, opacity: float) -> None:
    lower, upper = image_series(LOWER, GRID, Series()), image_series(UPPER, GRID, Series("upper", number=2))
    grey = np.rint(LOWER[1] / 4095 * 255)[..., None]
    expected = colours(UPPER[1]) * opacity + grey * (1 - opacity)
    assert np.abs(rendered(tmp_path, lower, upper, opacity) - expected).max() <= 1


def test_another_grid_lies_on_its_anatomy_and_beyond_it_the_lower_series_is_alone(tmp_path: Path) -> None:
    # Voxels of 2 x 2 pixels of the lower series that begin at its column 4 and row 2.
    x, y, z = GRID.origin_mm
    origin = (x + 4 * 0.25 + 0.125, y + 2 * 0.5 + 0.25, z)
    coarse = replace(GRID, shape=(3, 4, 6), spacing_mm=(2.5, 1.0, 0.5), origin_mm=origin)
    lower = image_series(np.zeros(GRID.shape, np.uint16), GRID, Series())
    upper = image_series(np.full(coarse.shape, 4095, np.uint16), coarse, Series("upper", number=2))
    picture = rendered(tmp_path, lower, upper, 0.5)
    expected = np.zeros((14, 22, 3))
    expected[2:10, 4:16] = (127.5, 0, 127.5)
    assert np.abs(picture - expected).max() <= 1


def test_without_an_image_on_the_slice_the_lower_series_is_shown_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = replace(GRID, origin_mm=(-30.0, -20.0, 400.0))
    lower, upper = image_series(LOWER, GRID, Series()), image_series(UPPER, far, Series("upper", number=2))
    picture = rendered(tmp_path, lower, upper, 0.5)
    assert "has no image here" in capsys.readouterr().err
    assert np.abs(picture - np.rint(LOWER[1] / 4095 * 255)[..., None]).max() <= 1


def test_a_state_is_not_applied_to_the_upper_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lower, upper = image_series(LOWER, GRID, Series()), image_series(UPPER, GRID, Series("upper", number=2))
    rendered(tmp_path, lower, upper, 0.5)
    state = blending(lower, upper, 0.5)
    wanted = ("--instance", upper[1].SOPInstanceUID, "--state", state.SOPInstanceUID)
    assert render(tmp_path / "in", tmp_path / "no.png", *wanted) == 1
    assert "does not name this image" in capsys.readouterr().err
