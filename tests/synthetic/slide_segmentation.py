"""Segmentations of whole slides as highdicom writes them, at any level, cut into tiles of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.sr.codedict import codes


def slide_segmentation(
    source: Path,
    masks: NDArray[np.generic],
    kind: Literal["BINARY", "FRACTIONAL", "LABELMAP"],
    *,
    tile: tuple[int, int] | None = None,
) -> hd.seg.Segmentation:
    """Segment a level.

    Parameters
    ----------
    source
        File of the level.
    masks
        (rows, columns, segments) of 0 / 1, or of fractions; parts may overlap but in a LABELMAP.
    tile
        (rows, columns) of its tiles; None: those of the level.
    """
    image = hd.imread(source)
    method = hd.AlgorithmIdentificationSequence("synthetic", codes.DCM.ArtificialIntelligence, "1")
    descriptions = [
        hd.seg.SegmentDescription(
            number, f"part {number}", codes.SCT.Tissue, codes.SCT.Tissue, hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC, method
        )
        for number in range(1, masks.shape[2] + 1)
    ]
    pixels = masks.astype(np.float32) if kind == "FRACTIONAL" else masks.astype(np.uint8)
    return hd.seg.Segmentation(
        [image],
        pixels[None],
        kind,
        descriptions,
        hd.UID(),
        1,
        hd.UID(),
        1,
        "maker",
        "model",
        "1",
        "device",
        tile_pixel_array=True,
        tile_size=tile or (image.Rows, image.Columns),
        omit_empty_frames=True,
    )
