"""What a header says of an image cut into tiles: its total pixel matrix and where each tile lies (PS3.3 C.8.12.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import Vector

SLIDE_CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.77.1.6", "1.2.840.10008.5.1.4.1.1.77.1.9"})
"""VL Whole Slide Microscopy and Confocal Microscopy Tiled Pyramidal Image Storage."""

PLACE_COLUMNS = 4
"""Of ``Tiling.places``: row, column, number of the depth, number of the optical path."""


@dataclass(frozen=True)
class OpticalPath:
    """One way light took to the sensor: bright field, or one fluorescence channel (PS3.3 C.8.12.5)."""

    identifier: str
    description: str = ""
    objective_power: float | None = None
    """Magnification of the objective lens."""


@dataclass(frozen=True)
class Tiling:
    """The total pixel matrix of an instance, and which part of it each frame is.

    ``places`` holds little-endian int32 (frames, 4): 0-based row and column of the tile's first pixel, the number of its
    depth in ``depths_um``, the number of its optical path; empty for TILED_FULL, whose order says all that.
    """

    rows: int
    columns: int
    organization: str
    """Dimension Organization Type: TILED_FULL, TILED_SPARSE, or empty."""
    focal_planes: int = 1
    optical_path_count: int = 1
    optical_paths: tuple[OpticalPath, ...] = ()
    origin_mm: Vector | None = None
    """Centre of the first pixel of the matrix in the slide coordinate system, mm."""
    orientation: tuple[float, ...] | None = None
    """Image Orientation (Slide), six cosines."""
    spacing_mm: tuple[float, float] | None = None
    """(between rows, between columns)."""
    between_planes_mm: float = 0.0
    thickness_mm: float = 0.0
    container: str = ""
    first_frame: int = 0
    """Concatenation Frame Offset Number: how many frames of the whole stand in earlier parts of a concatenation."""
    concatenation: str = ""
    """Concatenation UID, the same in all parts of one image."""
    places: bytes = b""
    depths_um: tuple[float, ...] = ()

    @property
    def place_of_frames(self) -> NDArray[np.int32]:
        """(frames, 4) of ``places``."""
        return np.frombuffer(self.places, dtype="<i4").reshape(-1, PLACE_COLUMNS)
