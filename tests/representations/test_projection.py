"""A projection along a slab is numpy's of the stacked pictures, with NaN as no value."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from viewer.geometry.slab import Projection
from viewer.representations.projection import projected


@pytest.mark.parametrize(("projection", "witness"), [("mean", np.nanmean), ("maximum", np.nanmax), ("minimum", np.nanmin)])
def test_it_is_that_of_the_stacked_pictures(projection: Projection, witness: object) -> None:
    pictures = np.random.default_rng(4).normal(size=(5, 3, 7)).astype(np.float32)
    pictures[1, 0, :4] = np.nan
    pictures[:, 2, 5] = np.nan

    found = projected(iter(pictures), projection)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = witness(pictures, axis=0)  # type: ignore[operator]
    assert np.allclose(found, expected, atol=1e-6, equal_nan=True)
    assert np.isnan(found[2, 5])


def test_a_slab_without_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        projected(iter(()), "mean")
