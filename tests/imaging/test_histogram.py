"""Histograms count every pixel once, leave padding out, and agree with numpy on whole numbers and on others."""

from __future__ import annotations

import numpy as np

from tests.imaging.test_grey import attributes_of
from viewer.domain.image_attributes import DecodedFrame, FrameValues, PaddingRange, Rescale
from viewer.imaging.histogram import PERCENTILES, histogram
from viewer.imaging.shown_values import modality_picture


def test_every_value_is_counted_once_and_padding_never() -> None:
    stored = np.arange(-20, 57, dtype=np.int16).reshape(7, 11)
    attributes = attributes_of(padding=PaddingRange(-20, -11), frames=(FrameValues(Rescale(2, 1)),))
    found = histogram([modality_picture(DecodedFrame(stored, 7), attributes, index=0)])
    values = np.arange(-10, 57) * 2.0 + 1
    assert found is not None
    assert found.pixels == found.counts.sum() == values.size
    assert (found.mean, found.deviation) == (values.mean(), values.std())
    assert np.allclose(found.percentiles, np.percentile(values, PERCENTILES))
    assert found.low < values.min() < values.max() < found.high


def test_whole_numbers_leave_no_comb() -> None:
    values = np.repeat(np.arange(-1024, 3072, dtype=np.float32), 3)
    found = histogram([values])
    assert found is not None
    width = (found.high - found.low) / found.counts.size
    assert width == round(width)
    assert found.counts[:-1].min() == found.counts[:-1].max() == 3 * width


def test_fractions_span_from_the_lowest_to_the_highest() -> None:
    values = np.random.default_rng(3).normal(0, 0.1, 5000).astype(np.float32)
    found = histogram([values[:2000], values[2000:]])
    assert found is not None
    assert (found.low, found.high) == (values.min(), values.max())
    assert np.array_equal(found.counts, np.histogram(values, 256)[0])


def test_one_value_has_one_bin_and_none_has_no_histogram() -> None:
    alone = histogram([np.full((3, 4), 7, np.float32)])
    assert alone is not None
    assert alone.counts.tolist() == [12]
    assert histogram([np.full(5, np.nan, np.float32)]) is None
    assert histogram([]) is None


def test_whole_numbers_have_the_statistics_of_numpy() -> None:
    values = np.random.default_rng(8).integers(-1024, 3071, 9973).astype(np.float32)
    found = histogram([values[:5000], values[5000:]])
    assert found is not None
    exact = values.astype(np.float64)
    assert found.mean == exact.mean()
    assert np.isclose(found.deviation, exact.std(), rtol=1e-12)
    assert np.allclose(found.percentiles, np.percentile(exact, PERCENTILES), rtol=0, atol=1e-9)
    edges = np.linspace(found.low, found.high, found.counts.size + 1)
    assert np.array_equal(found.counts, np.histogram(exact, edges)[0])
