"""Statistics of a region are those of its modality values, by numpy over the pixels whose centres lie inside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from tests.scene.one_stack import image_attributes, ramp_pixels
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import (
    DecodedFrame,
    FrameValues,
    PaddingRange,
    RealWorldValueMapping,
    Rescale,
    Window,
)
from viewer.domain.measurement import ImageName, Measurement
from viewer.imaging.region_statistics import region_statistics

CT = image_attributes(frames=(FrameValues(Rescale(2.0, -1000.0, "HU"), (Window(40.0, 400.0),)),), rescale_type="HU")
STORED = ramp_pixels()
VALUES = STORED.astype(float) * 2 - 1000


def region(kind, *points) -> Measurement:
    return Measurement("m", kind, ImageName("1.1", "1.9", 1), points)


def of(measured: Measurement, attributes=CT, stored=STORED, whole=7):
    return region_statistics(DecodedFrame(stored, whole), attributes, 0, measured)


def centres(box: tuple[float, float, float, float]) -> np.ndarray:
    """Which pixels have their centre in the ellipse of a box: one at a time."""
    left, top, right, bottom = box
    inside = np.zeros(STORED.shape, bool)
    for row in range(STORED.shape[0]):
        for column in range(STORED.shape[1]):
            x = (column + 0.5 - (left + right) / 2) / ((right - left) / 2)
            y = (row + 0.5 - (top + bottom) / 2) / ((bottom - top) / 2)
            inside[row, column] = x * x + y * y <= 1
    return inside


def test_a_rectangle_counts_the_pixels_whose_centres_it_holds() -> None:
    found = of(region("rectangle", (7.6, 1.4), (2.4, 4.6)))
    expected = VALUES[1:5, 2:8]
    assert found is not None
    assert found.pixels == expected.size
    assert found.mean == pytest.approx(expected.mean())
    assert found.deviation == pytest.approx(expected.std())
    assert (found.lowest, found.highest, found.unit) == (expected.min(), expected.max(), "HU")


@pytest.mark.parametrize("box", [(1.0, 0.5, 9.5, 6.5), (-3.0, 2.0, 5.0, 12.0), (4.2, 1.1, 8.9, 3.7)])
def test_an_ellipse_counts_the_pixels_whose_centres_it_holds_also_over_the_edge(box) -> None:
    found, inside = of(region("ellipse", box[:2], box[2:])), centres(box)
    assert found is not None
    assert found.pixels == inside.sum()
    assert found.mean == pytest.approx(VALUES[inside].mean())
    assert found.deviation == pytest.approx(VALUES[inside].std())
    assert (found.lowest, found.highest) == (VALUES[inside].min(), VALUES[inside].max())


def test_padding_missing_rows_and_what_is_no_number_do_not_count() -> None:
    whole = region("rectangle", (0.0, 0.0), (11.0, 7.0))
    padded = image_attributes(padding=PaddingRange(5, 50), frames=CT.frames)
    kept = STORED > 50
    found = of(whole, padded)
    assert found is not None
    assert (found.pixels, found.lowest) == (kept.sum(), VALUES[kept].min())
    cut = of(whole, whole=3)
    assert cut is not None
    assert cut.pixels == 33
    floats = STORED.astype(np.float32)
    floats[2, 2] = np.nan
    holed = of(whole, image_attributes(float_pixels=True), floats)
    assert holed is not None
    assert holed.pixels == 76


def test_nothing_is_said_of_no_pixel_nor_of_colour() -> None:
    assert of(region("ellipse", (2.6, 2.6), (2.9, 2.9))) is None
    assert of(region("rectangle", (-5.0, 2.0), (-1.0, 4.0))) is None
    colour = image_attributes(samples_per_pixel=3, photometric_interpretation="RGB")
    stored = np.zeros((7, 11, 3), np.uint8)
    assert of(region("rectangle", (0.0, 0.0), (5.0, 5.0)), colour, stored) is None


def test_a_polygon_counts_the_pixels_whose_centres_it_holds_by_even_odd() -> None:
    corners = [(0.7, 0.8), (10.3, 1.2), (8.1, 6.4), (5.2, 2.3), (2.2, 6.6)]
    inside = np.zeros(STORED.shape, bool)
    for row in range(STORED.shape[0]):
        for column in range(STORED.shape[1]):
            x, y, crossings = column + 0.5, row + 0.5, 0
            for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
                if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                    crossings += 1
            inside[row, column] = crossings % 2 == 1
    found = of(region("polygon", *corners))
    assert found is not None
    assert 15 < found.pixels == inside.sum()
    assert (found.mean, found.deviation) == pytest.approx((VALUES[inside].mean(), VALUES[inside].std()))


def test_real_world_values_have_statistics_of_their_own_where_their_mapping_says_something() -> None:
    unit = CodedConcept("um2/s", "UCUM", "um2/s")
    linear = RealWorldValueMapping(0.5, 3.0, 40.0, 150.0, unit, label="ADC")
    table = RealWorldValueMapping(0.0, 0.0, 50.0, 53.0, unit, label="T", table=(7.0, 8.0, 9.0, 10.0))
    attributes = replace(CT, frames=(replace(CT.frames[0], real_world=(linear,)),))
    measured = region("rectangle", (0.0, 1.0), (11.0, 6.0))
    found = region_statistics(DecodedFrame(STORED, 7), attributes, 0, measured, (table,))
    assert found is not None
    mapped, looked_up = found.real_world
    stored = STORED[1:6].astype(float)
    expected = stored[(stored >= 40) & (stored <= 150)] * 0.5 + 3
    assert (mapped.name, mapped.unit, mapped.pixels) == ("ADC", "um2/s", expected.size)
    assert (mapped.mean, mapped.deviation) == pytest.approx((expected.mean(), expected.std()))
    assert (mapped.lowest, mapped.highest) == (expected.min(), expected.max())
    # The ramp has 50 and 53 in these rows: the first and the last entry.
    assert (looked_up.pixels, looked_up.lowest, looked_up.highest) == (2, 7.0, 10.0)
    assert found.mean == pytest.approx(VALUES[1:6].mean())


def test_simpleitk_counts_the_same_in_a_freehand_region() -> None:
    turns = np.linspace(0.0, 2 * np.pi, 37)[:-1]
    path = tuple((5.4 + 4.1 * float(np.cos(turn)), 3.3 + 2.7 * float(np.sin(turn))) for turn in turns)
    found = of(region("freehand", *path))
    # A centre lies inside a convex line around when it lies on the same side of every piece of it.
    ends = np.array(path)
    way = np.roll(ends, -1, axis=0) - ends
    rows, columns = np.mgrid[0:7, 0:11] + 0.5
    to = np.stack([columns, rows], axis=-1)[..., None, :] - ends
    inside = (way[:, 0] * to[..., 1] - way[:, 1] * to[..., 0] > 0).all(axis=-1)
    witness = SimpleITK.LabelStatisticsImageFilter()
    witness.Execute(SimpleITK.GetImageFromArray(VALUES), SimpleITK.GetImageFromArray(inside.astype(np.uint8)))
    assert found is not None
    assert found.pixels == witness.GetCount(1)
    assert found.mean == pytest.approx(witness.GetMean(1))
    assert (found.lowest, found.highest) == (witness.GetMinimum(1), witness.GetMaximum(1))
    # SimpleITK divides by one less than the number of pixels.
    count = witness.GetCount(1)
    assert found.deviation == pytest.approx(witness.GetSigma(1) * np.sqrt((count - 1) / count))
