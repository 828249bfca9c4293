"""Segmentations on slides are put together from pieces as if they had been read whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.synthetic.slide import Glass, tissue, write_pyramid
from tests.synthetic.slide_segmentation import slide_segmentation
from viewer.app.commands.opening import open_library
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import bound_content
from viewer.representations.on_plane import OnPlane
from viewer.scene import slide_view
from viewer.scene.slide_layers import SlideInputs
from viewer.scene.slide_view import SlideView

ROWS, COLUMNS = 96, 144


def overlapping() -> np.ndarray:
    """Three parts, each of which overlaps another in one place only: (rows, columns, 3)."""
    made = np.zeros((ROWS, COLUMNS, 3), bool)
    made[10:60, 20:70, 0] = True
    made[40:90, 60:120, 1] = True
    made[70:94, 100:140, 2] = True
    return made


@pytest.fixture
def pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OnPlane:
    """All of a slide, in pieces of 32 pixels."""
    monkeypatch.setattr(slide_view, "BLOCK", 32)
    base, *_ = write_pyramid(tmp_path, Glass(), tissue(ROWS, COLUMNS), (1,))
    slide_segmentation(base, overlapping(), "BINARY", tile=(16, 24)).save_as(tmp_path / "segmentation.dcm")
    library = open_library([tmp_path])
    with EagerInputs(library, {}) as inputs:
        content = bound_content(library, inputs.readers)
    ((key, overlay),) = content.overlays.items()
    stack = library.stacks[0]
    whole = (0.0, 0.0, float(COLUMNS), float(ROWS))
    with EagerInputs(library, dict(content.overlays)) as inputs:
        found = SlideInputs(inputs, stack, 0, SlideView(0, whole, 1.0), {key: overlay}).on_plane(key, stack.planes[0])
    assert isinstance(found, OnPlane)
    return found


def test_pieces_side_by_side_are_the_whole(pieces: OnPlane) -> None:
    for part in (1, 2, 3):
        together = np.any([one.labels == one.parts.index(part) + 1 for one in pieces.labels], axis=0)
        assert np.array_equal(together, overlapping()[..., part - 1])
    assert pieces.parts_here == {1, 2, 3}


def test_a_part_stays_in_one_picture_so_that_no_border_crosses_it(pieces: OnPlane) -> None:
    for part in (1, 2, 3):
        holding = [one for one in pieces.labels if (one.labels == one.parts.index(part) + 1).any()]
        assert len(holding) == 1
    assert len(pieces.labels) == 2
