"""Several volumes of one place in one classic series: every slice of every volume is an instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydicom.dataset import FileDataset

from tests.synthetic.identity import uid
from tests.synthetic.image import Grid, Series, image_series

Attributes = Mapping[str, Any]


def volumes(attributes: Sequence[Attributes], grid: Grid, series: Series) -> list[FileDataset]:
    """Return the slices of one volume after the other; each volume has its attributes, and a brighter block in it.

    ``InstanceNumber`` runs slice by slice through the volumes, as scanners interleave them, so that it tells nothing.
    """
    made: list[FileDataset] = []
    for number, own in enumerate(attributes):
        one = replace(series, attributes=(*series.attributes, *own.items()))
        for k, image in enumerate(image_series(_block(grid, 40 * (number + 1)), grid, one)):
            image.SOPInstanceUID = uid(series.study.name, series.name, number, k)
            image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
            image.InstanceNumber = k * len(attributes) + number + 1
            made.append(image)
    return made


def _block(grid: Grid, value: int) -> np.ndarray:
    """An uneven ramp with a block off the middle, whose value says which volume it is."""
    slices, rows, columns = grid.shape
    stored = np.add.outer(np.add.outer(np.arange(slices) * 7, np.arange(rows)), np.arange(columns)).astype(np.uint16)
    stored[:, rows // 5 : rows // 2, columns // 2 : columns * 4 // 5] += np.uint16(value)
    return stored
