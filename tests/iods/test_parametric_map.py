"""Parametric maps written by highdicom, as overlays: what they measure, where their frames lie, what they are laid on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.sr.coding import Code

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import Mapping, MapResult, parametric_map
from viewer.dicom.scan import scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.domain.joined import joined
from viewer.domain.library import Library
from viewer.domain.parametric_map import ParametricMap
from viewer.iods.registry import read_overlay

IMAGES = image_series(np.zeros((3, 6, 8), np.int16), Grid((3, 6, 8), (4.0, 1.5, 1.0)), Series())
OWN = Grid((2, 4, 5), (4.0, 3.0, 2.0), (-28.0, -19.0, 104.0))
FLOW = Mapping("Flow", "Blood flow", Code("ml/min", "UCUM", "ml/min"), value_range=(0.0, 500.0))
TIME = Mapping("Time", "Mean transit time", Code("s", "UCUM", "s"), slope=0.1, value_range=(0.0, 500.0))


def opened(folder: Path, values: NDArray[np.generic], *, images: bool = True) -> Library:
    made = parametric_map(IMAGES, values, OWN, MapResult("map", mappings=(FLOW, TIME)))
    save([*(IMAGES if images else ()), made], folder)
    headers = [one for one in scan([folder]) if isinstance(one, InstanceHeader)]
    return build_library(headers, ())


@pytest.mark.parametrize("kind", ["float32", "float64", "uint16"])
def test_maps_of_every_number_lie_on_the_images_of_their_space_and_not_on_themselves(tmp_path: Path, kind: str):
    library = opened(tmp_path, np.arange(40).reshape(2, 4, 5).astype(kind))
    header = next(one for one in library.instances if one.number_of_frames == 2)
    overlay, binding = joined([read_overlay(header)], library)[header.key]
    assert isinstance(overlay.content, ParametricMap)
    assert overlay.content.mappings == (("Flow", "ml/min"), ("Time", "s"))
    assert [part.label for part in overlay.parts] == ["Flow, Time"]
    (entry,) = binding.lies_on
    stack = library.stack(entry.stack_id)
    assert stack is not None
    assert len(stack.frames) == 3
    # The images run from the head down; the map is at 104 and 108 mm, with half a slice to either side.
    assert entry.frames == (0, 1)
    assert overlay.places is not None
    assert sorted(overlay.places.corners[:, 0].tolist()) == [[-28.0, -19.0, 104.0], [-28.0, -19.0, 108.0]]


def test_a_map_alone_says_that_nothing_is_there_to_be_laid_over(tmp_path: Path):
    library = opened(tmp_path, np.ones((2, 4, 5), np.float32), images=False)
    (header,) = library.instances
    _, binding = joined([read_overlay(header)], library)[header.key]
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code in {"map_alone", "source_not_loaded"}
