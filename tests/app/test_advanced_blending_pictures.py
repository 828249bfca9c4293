"""Advanced blending states: any number of series mixed step by step, against the sums written in PS3.4 N.2.6."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.app.rendered import colours_of, render
from tests.app.test_presented_pictures import palette
from tests.synthetic.grey_state import ADVANCED_BLENDING, grey_state, item
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series

GRID = Grid(shape=(3, 14, 22))
NUMBERS = np.arange(np.prod(GRID.shape))
FIRST, SECOND, THIRD = (
    ((NUMBERS * factor + offset) % 4096).astype(np.uint16).reshape(GRID.shape)
    for factor, offset in ((13, 7), (29, 900), (53, 77))
)
WHOLE = item(WindowCenter="2048", WindowWidth="4096")
COLOURS = palette(np.arange(256), bits=8)


def grey(stored: NDArray[np.generic]) -> NDArray[np.float64]:
    return np.repeat(np.rint(stored / 4095 * 255)[..., None], 3, axis=-1)


def colours(stored: NDArray[np.generic]) -> NDArray[np.float64]:
    place = np.rint(stored / 4095 * 255)
    return np.stack([place, 255 - place, place**2 // 255], axis=-1)


def series(number: int, stored: NDArray[np.uint16], grid: Grid = GRID, **attributes: Any) -> list[Dataset]:
    return image_series(stored, grid, Series(f"input {number}", number=number, attributes=tuple(attributes.items())))


def input_of(number: int, images: list[Dataset], *, whole: bool = False, **more: Any) -> Dataset:
    named = [item(ReferencedSOPClassUID=one.SOPClassUID, ReferencedSOPInstanceUID=one.SOPInstanceUID) for one in images]
    of_series = {"StudyInstanceUID": images[0].StudyInstanceUID, "SeriesInstanceUID": images[0].SeriesInstanceUID}
    references = {} if whole else {"ReferencedImageSequence": named}
    return item(BlendingInputNumber=number, SoftcopyVOILUTSequence=[WHOLE], **of_series, **references, **more)


def step(mode: str, *inputs: int, **more: Any) -> Dataset:
    return item(
        BlendingMode=mode, BlendingDisplayInputSequence=[item(BlendingInputNumber=number) for number in inputs], **more
    )


def rendered(folder: Path, images: list[list[Dataset]], inputs: list[Dataset], steps: list[Dataset]) -> NDArray[np.int64]:
    left_out: dict[str, Any] = {"PresentationLUTShape": None, "ReferencedSeriesSequence": None}
    blended: dict[str, Any] = {"AdvancedBlendingSequence": inputs, "BlendingDisplaySequence": steps}
    state = grey_state(images[0], "state", sop_class=ADVANCED_BLENDING, **left_out, **blended)
    save([*(one for some in images for one in some), state], folder / "in")
    wanted = ("--instance", images[0][1].SOPInstanceUID, "--state", state.SOPInstanceUID)
    assert render(folder / "in", folder / "out.png", *wanted) == 0
    return colours_of(folder / "out.png").astype(int)


def agrees(picture: NDArray[np.int64], expected: NDArray[np.float64]) -> bool:
    return bool(np.abs(picture - expected).max() <= 1)


@pytest.mark.parametrize("opacity", [0.0, 0.35, 1.0])
def test_foreground_is_the_first_input_times_the_opacity_and_the_second_times_the_rest(
    tmp_path: Path, opacity: float
) -> None:
    lower, upper = series(1, FIRST), series(2, SECOND)
    inputs = [input_of(1, lower), input_of(2, upper, PaletteColorLookupTableSequence=[item(**COLOURS)])]
    picture = rendered(tmp_path, [lower, upper], inputs, [step("FOREGROUND", 2, 1, RelativeOpacity=opacity)])
    assert agrees(picture, colours(SECOND[1]) * opacity + grey(FIRST[1]) * (1 - opacity))


def test_equal_is_the_mean_of_what_is_not_padding(tmp_path: Path) -> None:
    images = [series(1, FIRST), series(2, SECOND, PixelPaddingValue=2000, PixelPaddingRangeLimit=4095), series(3, THIRD)]
    inputs = [input_of(number, some) for number, some in enumerate(images, 1)]
    picture = rendered(tmp_path, images, inputs, [step("EQUAL", 1, 2, 3)])
    two, three = (grey(FIRST[1]) + grey(THIRD[1])) / 2, (grey(FIRST[1]) + grey(SECOND[1]) + grey(THIRD[1])) / 3
    assert agrees(picture, np.where((SECOND[1] >= 2000)[..., None], two, three))


def test_where_one_input_is_padding_the_other_is_the_result_and_where_both_are_it_is_black(tmp_path: Path) -> None:
    padding = {"PixelPaddingValue": 1800, "PixelPaddingRangeLimit": 4095}
    images = [series(1, FIRST, **padding), series(2, SECOND, **padding)]
    inputs = [input_of(number, some) for number, some in enumerate(images, 1)]
    picture = rendered(tmp_path, images, inputs, [step("FOREGROUND", 1, 2, RelativeOpacity=0.25)])
    first, second = (FIRST[1] < 1800)[..., None], (SECOND[1] < 1800)[..., None]
    both = grey(FIRST[1]) * 0.25 + grey(SECOND[1]) * 0.75
    assert (~first & ~second).any()
    alone = np.where(first, grey(FIRST[1]), np.where(second, grey(SECOND[1]), 0.0))
    assert agrees(picture, np.where(first & second, both, alone))


@pytest.mark.parametrize(
    ("kind", "bounds", "shown"),
    [
        ("RANGE_INCL", [1000, 2000], lambda values: (values >= 1000) & (values <= 2000)),
        ("RANGE_EXCL", [1000, 2000], lambda values: (values < 1000) | (values > 2000)),
        ("GREATER_OR_EQUAL", [1501], lambda values: values >= 1501),
        ("LESS_OR_EQUAL", [1501], lambda values: values <= 1501),
        ("GREATER_THAN", [1501], lambda values: values > 1501),
        ("LESS_THAN", [1501], lambda values: values < 1501),
    ],
)
def test_what_no_threshold_shows_counts_as_padding(tmp_path: Path, kind: str, bounds: list[int], shown: Any) -> None:
    stored = SECOND.copy()
    stored[1, 0, :3] = 1000, 1501, 2000
    images = [series(1, FIRST), series(2, stored)]
    values = [item(ThresholdValue=float(value)) for value in bounds]
    threshold = item(ThresholdType=kind, ThresholdValueSequence=values)
    inputs = [input_of(1, images[0]), input_of(2, images[1], ThresholdSequence=[threshold])]
    picture = rendered(tmp_path, images, inputs, [step("FOREGROUND", 2, 1, RelativeOpacity=1.0)])
    assert agrees(picture, np.where(shown(stored[1])[..., None], grey(stored[1]), grey(FIRST[1])))


def test_thresholds_are_in_modality_values(tmp_path: Path) -> None:
    images = [series(1, FIRST), series(2, SECOND)]
    threshold = item(ThresholdType="GREATER_OR_EQUAL", ThresholdValueSequence=[item(ThresholdValue=0.0)])
    in_hu = {"RescaleSlope": "1", "RescaleIntercept": "-1024", "RescaleType": "HU"}
    inputs = [input_of(1, images[0]), input_of(2, images[1], ThresholdSequence=[threshold], **in_hu)]
    inputs[1].SoftcopyVOILUTSequence = [item(WindowCenter="1024", WindowWidth="4096")]
    picture = rendered(tmp_path, images, inputs, [step("FOREGROUND", 2, 1, RelativeOpacity=1.0)])
    assert agrees(picture, np.where((SECOND[1] >= 1024)[..., None], grey(SECOND[1]), grey(FIRST[1])))


def test_the_result_of_a_step_goes_into_another_whichever_is_written_first(tmp_path: Path) -> None:
    images = [series(1, FIRST), series(2, SECOND), series(3, THIRD)]
    inputs = [input_of(number, some) for number, some in enumerate(images, 1)]
    steps = [step("FOREGROUND", 4, 1, RelativeOpacity=0.6), step("EQUAL", 2, 3, BlendingInputNumber=4)]
    picture = rendered(tmp_path, images, inputs, steps)
    assert agrees(picture, (grey(SECOND[1]) + grey(THIRD[1])) / 2 * 0.6 + grey(FIRST[1]) * 0.4)


def test_a_series_without_named_images_is_meant_as_a_whole_and_a_coarser_one_lies_on_its_anatomy(tmp_path: Path) -> None:
    # Voxels of 2 x 2 pixels of the first series that begin at its column 4 and row 2.
    x, y, z = GRID.origin_mm
    coarse = replace(
        GRID, shape=(3, 4, 6), spacing_mm=(2.5, 1.0, 0.5), origin_mm=(x + 4 * 0.25 + 0.125, y + 2 * 0.5 + 0.25, z)
    )
    first, second = series(1, np.zeros(GRID.shape, np.uint16)), series(2, np.full(coarse.shape, 4095, np.uint16), coarse)
    inputs = [input_of(1, first, whole=True), input_of(2, second, whole=True)]
    picture = rendered(tmp_path, [first, second], inputs, [step("EQUAL", 1, 2)])
    expected = np.zeros((14, 22, 3))
    expected[2:10, 4:16] = 127.5
    assert agrees(picture, expected)


def test_the_geometry_for_display_says_on_which_series_the_state_lies(tmp_path: Path) -> None:
    images = [series(1, FIRST), series(2, SECOND)]
    inputs = [input_of(2, images[1]), input_of(1, images[0], GeometryForDisplay="TRUE")]
    picture = rendered(tmp_path, images, inputs, [step("FOREGROUND", 2, 1, RelativeOpacity=0.5)])
    assert agrees(picture, (grey(FIRST[1]) + grey(SECOND[1])) / 2)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [step("EQUAL", 1, 9)],
        [step("FOREGROUND", 1, 2)],
        [step("EQUAL", 1, 4, BlendingInputNumber=4)],
        [step("EQUAL", 1), step("EQUAL", 2)],
    ],
    ids=["none", "of an unknown input", "without opacity", "of itself", "two pictures"],
)
def test_a_mixture_that_cannot_be_made_is_said_and_the_series_is_shown(
    tmp_path: Path, steps: list[Dataset], capsys: pytest.CaptureFixture[str]
) -> None:
    images = [series(1, FIRST), series(2, SECOND)]
    inputs = [input_of(number, some) for number, some in enumerate(images, 1)]
    picture = rendered(tmp_path, images, inputs, steps)
    assert "a mixture of series" in capsys.readouterr().err
    assert agrees(picture, grey(FIRST[1]))
