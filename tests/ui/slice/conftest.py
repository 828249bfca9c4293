"""Fixtures of the tests of viewports."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.ui.slice.measuring_hand import shown_viewport


@pytest.fixture
def shown(qtbot) -> Iterator[SimpleNamespace]:
    """Three frames of 7 rows of 0.5 mm and 11 columns of 0.25 mm, in HU, in a real viewport."""
    yield from shown_viewport(qtbot)
