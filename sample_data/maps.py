"""Values that lie over the sample images: a map of blood flow in the kidneys, and the dose of a planned irradiation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code
from scipy import ndimage

from sample_data.anatomy import LESION, SEED
from sample_data.scanner import Tissues, points
from sample_data.tissues import Tissue
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid
from tests.synthetic.parametric_map import Mapping, MapResult, parametric_map

FLOW = Mapping("Blood flow", "Renal blood flow", Code("ml/min/(100.ml)", "UCUM", "ml per min and 100 ml"))
CORTEX_FLOW, MEDULLA_FLOW = 320.0, 130.0
PRESCRIBED_GY, STEP_MM, DOSE_SHAPE = 45.0, (5.0, 4.0, 4.0), (26, 36, 38)
_CORTEX = (Tissue.KIDNEY_RIGHT, Tissue.KIDNEY_LEFT)
_MEDULLA = (Tissue.MEDULLA_RIGHT, Tissue.MEDULLA_LEFT)


def kidney_flow(images: Sequence[Dataset], tissues: Tissues, grid: Grid) -> Dataset:
    """Make the first algorithm's map of blood flow: 32-bit floats in the kidneys, no number elsewhere."""
    inside = np.isin(tissues, _CORTEX + _MEDULLA)[:, ::2, ::2]
    k, j, i = (np.flatnonzero(inside.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    box = tuple(slice(int(one[0]), int(one[-1]) + 1) for one in (k, j, i))
    flow = np.where(np.isin(tissues, _CORTEX), CORTEX_FLOW, MEDULLA_FLOW)[:, ::2, ::2][box]
    wobble = ndimage.gaussian_filter(np.random.default_rng(SEED + 60).normal(size=flow.shape), (0.7, 2, 2))
    flow = ndimage.gaussian_filter(flow, (0, 0.7, 0.7)) + 25 * wobble / wobble.std()
    values = np.where(inside[box], np.round(flow, 1), np.nan).astype(np.float32)
    x, y, z = grid.position(int(k[0]))
    dz, dy, dx = grid.spacing_mm
    own = Grid(values.shape, (dz, 2 * dy, 2 * dx), (x + 2 * dx * int(i[0]), y + 2 * dy * int(j[0]), z))
    result = MapResult("blood flow", 121, "Renal blood flow (AI)", "BLOOD_FLOW", (FLOW,), (225.0, 450.0))
    return parametric_map(images, values, own, result)


def lesion_dose(images: Sequence[Dataset]) -> Dataset:
    """Make the dose of a plan that treats the lesion: even inside, steep around it, with two beams that pass through."""
    middle = np.array(LESION.center)
    size_mm = np.multiply(np.subtract(DOSE_SHAPE, 1), STEP_MM)[::-1]
    grid = Grid(DOSE_SHAPE, STEP_MM, tuple(np.round(middle - size_mm / 2).tolist()))
    at = points(grid)
    away = LESION.grown(6).norm(at)
    around = PRESCRIBED_GY * 1.04 / (1 + (away / 1.35) ** 7)
    across, along = at.x - middle[0], at.y - middle[1]
    beams = sum(
        np.exp(-((((across * np.sin(turn) - along * np.cos(turn)) ** 2 + (at.z - middle[2]) ** 2) / 22**2) ** 3))
        for turn in np.radians((35.0, 100.0))
    )
    values = np.asarray(around + (PRESCRIBED_GY * 1.04 - around) * 0.09 * beams, np.float64)
    result = DoseResult("lesion dose", 310, "Dose, liver lesion", "Liver lesion 45 Gy", scaling=0.001)
    return dose(images, values, grid, result)
