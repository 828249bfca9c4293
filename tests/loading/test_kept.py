"""Values by key, within bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.loading.kept import Kept

Values = NDArray[np.uint8]


def values(size: int = 10_000) -> Values:
    return np.zeros(size, np.uint8)


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept = Kept[str, Values](31_000)
    for key in "abc":
        kept.keep(key, values())
    kept.get("a")
    kept.keep("d", values())
    assert [kept.get(key) is not None for key in "abcd"] == [True, False, True, True]


def test_one_value_larger_than_the_budget_is_kept_alone() -> None:
    kept = Kept[str, Values](10)
    kept.keep("a", values())
    large = kept.keep("b", values())
    assert kept.get("a") is None
    assert kept.get("b") is large


def test_two_threads_that_read_the_same_get_one_object() -> None:
    kept = Kept[str, Values](100_000)
    first = kept.keep("a", values())
    assert kept.keep("a", values()) is first
