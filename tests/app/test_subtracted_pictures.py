"""Masks that a presentation state subtracts, against the sums of PS3.3 C.7.6.10.1; ``dcmp2pgm`` knows no subtraction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import MultiFrameGrayscaleWordSecondaryCaptureImageStorage

from tests.app.rendered import grey_of, render
from tests.synthetic.grey_state import XA_GREYSCALE, grey_state, item, lut
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series

GRID = replace(Grid(), shape=(1, 14, 22))
ROWS, COLUMNS = GRID.shape[1:]
FRAMES = np.stack([((np.arange(ROWS * COLUMNS) * (13 + 8 * n) + 7) % 1000) for n in range(5)]).reshape(5, ROWS, COLUMNS)
WINDOW = [item(WindowCenter="0.5", WindowWidth="2000")]


def expected(difference: NDArray[np.floating]) -> NDArray[np.int64]:
    """The window of 2000 about 0.5 sends -999.5 to black and 999.5 to white (PS3.3 C.11.2.1.2.1)."""
    return np.rint(np.clip(((difference - 0.0) / 1999 + 0.5) * 255, 0, 255)).astype(int)


def cine() -> Dataset:
    (made, *_) = image_series(FRAMES[:1].astype(np.uint16), GRID, Series())
    made.SOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.NumberOfFrames = len(FRAMES)
    made.PixelData = FRAMES.astype("<u2").tobytes()
    return made


def shown(folder: Path, frame: int, *, windowed: bool = True, **state: Any) -> NDArray[np.int64]:
    image = cine()
    window = {"SoftcopyVOILUTSequence": WINDOW} if windowed else {}
    applied = grey_state([image], "state", **window | state)
    save([image, applied], folder / "in")
    wanted = ("--instance", f"{image.SOPInstanceUID}:{frame}", "--state", applied.SOPInstanceUID, "--grey")
    assert render(folder / "in", folder / "out.png", *wanted) == 0
    return grey_of(folder / "out.png").astype(int)


def masks(**more: Any) -> dict[str, Any]:
    return {"RecommendedViewingMode": "SUB", "MaskSubtractionSequence": [item(**more)]}


def agrees(picture: NDArray[np.int64], difference: NDArray[np.floating]) -> bool:
    return bool(np.abs(picture - expected(difference)).max() <= 1)


def test_the_mean_of_the_masks_is_subtracted_between_the_modality_and_the_voi_stage(tmp_path: Path) -> None:
    # A rescale of two makes the difference twice as large: the window comes after it.
    twice = {"RescaleSlope": "2", "RescaleIntercept": "-30", "RescaleType": "US"}
    picture = shown(tmp_path, 4, **twice, **masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1, 2]))
    assert agrees(picture, 2 * (FRAMES[3] - (FRAMES[0] + FRAMES[1]) / 2))


def test_contrast_frames_from_the_current_one_on_are_averaged(tmp_path: Path) -> None:
    averaged = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1], ContrastFrameAveraging=2)
    assert agrees(shown(tmp_path / "a", 3, **averaged), (FRAMES[2] + FRAMES[3]) / 2 - FRAMES[0])
    # Behind the last frame there is nothing to average with: that one is shown as it is.
    assert agrees(shown(tmp_path / "b", 5, **averaged), FRAMES[4].astype(float))


@pytest.mark.parametrize("offset", [None, 2])
def test_the_mask_of_an_interval_is_an_earlier_frame_and_the_first_frames_have_none(
    tmp_path: Path, offset: int | None
) -> None:
    interval = masks(MaskOperation="TID", TIDOffset=offset)
    back = offset or 1
    assert agrees(shown(tmp_path / "a", 4, **interval), (FRAMES[3] - FRAMES[3 - back]).astype(float))
    assert agrees(shown(tmp_path / "b", 1, **interval), FRAMES[0].astype(float))


@pytest.mark.parametrize(
    ("contrast", "mask"), [(3, 2), (4, 1)], ids=["the first goes back by the offset", "each further one by two more"]
)
def test_reversed_intervals_go_back_from_the_first_frame_of_the_range(tmp_path: Path, contrast: int, mask: int) -> None:
    backwards = masks(MaskOperation="REV_TID", TIDOffset=1, ApplicableFrameRange=[3, 5])
    # (first contrast frame - offset) - (contrast frame - first contrast frame)
    assert mask == (3 - 1) - (contrast - 3)
    assert agrees(shown(tmp_path, contrast, **backwards), (FRAMES[contrast - 1] - FRAMES[mask - 1]).astype(float))


def test_a_reversed_interval_that_runs_out_of_frames_shows_the_frame_as_it_is(tmp_path: Path) -> None:
    backwards = masks(MaskOperation="REV_TID", TIDOffset=1, ApplicableFrameRange=[3, 5])
    assert agrees(shown(tmp_path, 5, **backwards), FRAMES[4].astype(float))


def test_a_mask_is_moved_down_and_to_the_left_by_parts_of_pixels(tmp_path: Path) -> None:
    # Positive: towards the lower rows, and towards the columns on the left hand side (PS3.3 C.7.6.10.1.2).
    picture = shown(tmp_path, 3, **masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1], MaskSubPixelShift=[2.0, 1.5]))
    row, column = np.mgrid[0:ROWS, 0:COLUMNS]
    from_row = np.clip(row - 2, 0, ROWS - 1)
    left, right = np.clip(column + 1, 0, COLUMNS - 1), np.clip(column + 2, 0, COLUMNS - 1)
    mask = (FRAMES[0][from_row, left] + FRAMES[0][from_row, right]) / 2
    assert agrees(picture, FRAMES[2] - mask)


def test_regions_and_frames_have_shifts_of_their_own_and_the_last_one_counts(tmp_path: Path) -> None:
    regions = [
        item(MaskSubPixelShift=[0.0, -1.0]),
        item(MaskSubPixelShift=[3.0, 0.0], VerticesOfTheRegion=[3, 5, 6, 12]),
    ]
    shifts = [
        item(PixelShiftFrameRange=[2, 3], RegionPixelShiftSequence=regions),
        item(PixelShiftFrameRange=[4, 5], RegionPixelShiftSequence=[item(MaskSubPixelShift=[1.0, 0.0])]),
    ]
    subtraction = masks(
        MaskOperation="AVG_SUB", MaskFrameNumbers=[1], ApplicableFrameRange=[2, 4], PixelShiftSequence=shifts
    )
    row, column = np.arange(ROWS), np.arange(COLUMNS)
    mask = FRAMES[0][:, np.maximum(column - 1, 0)]
    mask[2:6, 4:12] = FRAMES[0][np.maximum(row - 3, 0)][2:6, 4:12]
    state = {"sop_class": XA_GREYSCALE} | subtraction
    assert agrees(shown(tmp_path / "a", 3, **state), (FRAMES[2] - mask).astype(float))
    lower = FRAMES[0][np.maximum(row - 1, 0)]
    assert agrees(shown(tmp_path / "b", 4, **state), (FRAMES[3] - lower).astype(float))
    assert agrees(shown(tmp_path / "c", 5, **state), FRAMES[4].astype(float))


def test_without_a_window_the_whole_signed_range_is_shown(tmp_path: Path) -> None:
    picture = shown(tmp_path, 3, windowed=False, **masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1]))
    whole = (FRAMES[2] - FRAMES[0]) / (2 * 4095) + 0.5
    assert np.abs(picture - np.rint(whole * 255)).max() <= 1


def test_a_state_that_recommends_the_native_view_subtracts_nothing(tmp_path: Path) -> None:
    native = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1]) | {"RecommendedViewingMode": "NAT"}
    assert agrees(shown(tmp_path, 3, **native), FRAMES[2].astype(float))


def displayed(*frame_items: Dataset) -> dict[str, Any]:
    return {"MultiFramePresentationSequence": [item(FrameDisplaySequence=list(frame_items))], "sop_class": XA_GREYSCALE}


def frames_as(first: int, last: int, **more: Any) -> Dataset:
    return item(StartTrim=first, StopTrim=last, **more)


def test_a_share_of_the_mask_stays_visible_in_the_frames_that_say_so(tmp_path: Path) -> None:
    # Contrast - (1 - percentage / 100) * mask (PS3.3 C.8.19.7.1).
    state = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1]) | displayed(
        frames_as(1, 2, RecommendedViewingMode="NAT"),
        frames_as(3, 4, RecommendedViewingMode="SUB", MaskVisibilityPercentage=25.0),
    )
    assert agrees(shown(tmp_path / "a", 2, **state), FRAMES[1].astype(float))
    assert agrees(shown(tmp_path / "b", 3, **state), FRAMES[2] - 0.75 * FRAMES[0])
    assert agrees(shown(tmp_path / "c", 5, **state), (FRAMES[4] - FRAMES[0]).astype(float))


def test_the_mode_of_a_range_of_frames_overrides_that_of_the_mask(tmp_path: Path) -> None:
    native = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1]) | {"RecommendedViewingMode": "NAT"}
    state = native | displayed(frames_as(3, 3, RecommendedViewingMode="SUB", MaskVisibilityPercentage=0.0))
    assert agrees(shown(tmp_path / "a", 3, **state), (FRAMES[2] - FRAMES[0]).astype(float))
    assert agrees(shown(tmp_path / "b", 4, **state), FRAMES[3].astype(float))


def test_a_mask_of_one_image_leaves_the_others_alone(tmp_path: Path) -> None:
    image = cine()
    for other, wanted in ((False, (FRAMES[2] - FRAMES[0]).astype(float)), (True, FRAMES[2].astype(float))):
        named = "1.2.3.4" if other else image.SOPInstanceUID
        reference = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=named)
        state = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1], ReferencedImageSequence=[reference])
        assert agrees(shown(tmp_path / str(other), 3, **state, sop_class=XA_GREYSCALE), wanted)


def test_linear_x_ray_intensities_are_subtracted_as_logarithms(tmp_path: Path) -> None:
    logarithm = np.rint(1000 * np.log2(np.arange(1000) + 1) / 10).astype(int)
    table = lut(logarithm, bits=10, LUTFrameRange=[1, 5], LUTFunction="TO_LOG")
    state = masks(MaskOperation="AVG_SUB", MaskFrameNumbers=[1], PixelIntensityRelationshipLUTSequence=[table])
    picture = shown(tmp_path, 3, **state, sop_class=XA_GREYSCALE)
    assert agrees(picture, (logarithm[FRAMES[2]] - logarithm[FRAMES[0]]).astype(float))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        # A range is required: without it there is no first frame to go back from.
        (masks(MaskOperation="REV_TID", TIDOffset=1), "subtraction of a mask by REV_TID"),
        (masks(MaskOperation="AVG_SUB"), "subtraction of a mask by AVG_SUB"),
        (displayed(frames_as(1, 5, DisplayFilterPercentage=30.0)), "edge enhancement"),
    ],
)
def test_what_of_a_subtraction_is_not_applied_is_said(
    tmp_path: Path, more: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(tmp_path, 3, **more)
    assert said in capsys.readouterr().err
