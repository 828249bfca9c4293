"""A small CT with two blocks as segments, red and blue, that lie apart in every direction."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation

GRID = Grid(shape=(30, 48, 40), spacing_mm=(2.0, 1.0, 1.3), origin_mm=(-25.0, -22.0, 8.0))
WHERE = {1: (slice(3, 12), slice(6, 20), slice(4, 18)), 2: (slice(18, 27), slice(28, 44), slice(22, 36))}
COLORS = {1: (230, 40, 30), 2: (30, 60, 240)}


def save_two_blocks(folder: Path) -> Path:
    """Write the study into a new folder and return it."""
    folder.mkdir()
    k, j, i = np.indices(GRID.shape)
    images = image_series((k * 20 + j * 3 + i).astype(np.int16), GRID, Series("ct"))
    labels = np.zeros(GRID.shape, np.uint8)
    for number, where in WHERE.items():
        labels[where] = number
    parts = [Part(f"Part {number}", color=COLORS[number]) for number in WHERE]
    save([*images, segmentation(images, labels, parts, Result("seg"))], folder)
    return folder
