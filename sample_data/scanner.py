"""Turns the phantom into what a scanner would have made of it: CT in Hounsfield units, an oblique MR, texture and noise."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sample_data.anatomy import SEED, Phantom
from sample_data.shapes import Points
from sample_data.tissues import Tissue
from tests.synthetic.image import Grid

Tissues: TypeAlias = NDArray[np.uint8]

# Tissue: (mean HU, spread of the texture in HU, T2 signal, spread of the signal).
APPEARANCE: dict[Tissue, tuple[float, float, float, float]] = {
    Tissue.AIR: (-1000, 0, 4, 0),
    Tissue.SKIN: (38, 8, 130, 10),
    Tissue.FAT: (-102, 9, 520, 26),
    Tissue.MUSCLE: (60, 7, 120, 12),
    Tissue.CORTEX: (640, 60, 30, 8),
    Tissue.MARROW: (210, 45, 300, 30),
    Tissue.DISC: (84, 8, 250, 30),
    Tissue.CORD: (33, 4, 640, 20),
    Tissue.CARTILAGE: (98, 14, 180, 18),
    Tissue.LUNG_RIGHT: (-862, 26, 28, 8),
    Tissue.LUNG_LEFT: (-856, 26, 28, 8),
    Tissue.LUNG_VESSEL: (70, 10, 40, 8),
    Tissue.AIRWAY: (-990, 4, 4, 0),
    Tissue.BLOOD: (164, 6, 60, 14),
    Tissue.MYOCARDIUM: (106, 8, 150, 12),
    Tissue.VEIN: (150, 6, 70, 12),
    Tissue.LIVER: (108, 6, 190, 12),
    Tissue.LIVER_VESSEL: (156, 5, 100, 10),
    Tissue.LESION: (70, 9, 400, 24),
    Tissue.NECROSIS: (36, 6, 640, 24),
    Tissue.BILE: (8, 4, 820, 18),
    Tissue.SPLEEN: (124, 6, 330, 14),
    Tissue.KIDNEY_RIGHT: (186, 9, 380, 16),
    Tissue.KIDNEY_LEFT: (186, 9, 380, 16),
    Tissue.MEDULLA_RIGHT: (150, 12, 460, 24),
    Tissue.MEDULLA_LEFT: (150, 12, 460, 24),
    Tissue.STOMACH_WALL: (72, 7, 210, 14),
    Tissue.STOMACH_FLUID: (22, 10, 640, 60),
    Tissue.STOMACH_AIR: (-985, 4, 5, 0),
    Tissue.BOWEL_WALL: (66, 9, 220, 16),
    Tissue.BOWEL_CONTENT: (30, 24, 430, 90),
    Tissue.BOWEL_AIR: (-900, 60, 8, 2),
    Tissue.PANCREAS: (94, 12, 260, 26),
    Tissue.TABLE: (-180, 10, 4, 0),
    Tissue.FOAM: (-915, 8, 4, 0),
    Tissue.AORTA: (174, 5, 50, 10),
    Tissue.OESOPHAGUS: (46, 8, 200, 14),
}

CT_ROWS = CT_COLUMNS = 320
CT_SLICES = 60
CT_PIXEL_MM = 1.25
CT_STEP_MM = 5.0
CT_MIDDLE = (0.0, 8.0)

MR_ROWS, MR_COLUMNS, MR_SLICES = 176, 208, 22
MR_ROW_MM, MR_COLUMN_MM, MR_STEP_MM = 1.9, 1.7, 7.0
MR_TILT_DEGREES = 14.0
MR_MIDDLE = (6.0, -6.0, 122.0)


def points(grid: Grid, *, fine: tuple[int, int, int] = (1, 1, 1)) -> Points:
    """Make the centres of the voxels, each voxel divided into ``fine`` parts (slices, rows, columns)."""
    axes = [(np.arange(n * f) + 0.5) / f - 0.5 for n, f in zip(grid.shape, fine, strict=True)]
    k, j, i = (a * s for a, s in zip(axes, grid.spacing_mm, strict=True))
    k, j, i = k[:, None, None], j[None, :, None], i[None, None, :]
    if abs(grid.normal[2]) == 1:
        return Points(grid.origin_mm[0] + i, grid.origin_mm[1] + j, grid.origin_mm[2] + k * grid.normal[2])
    x, y, z = (
        o + k * n + j * c + i * r
        for o, n, c, r in zip(grid.origin_mm, grid.normal, grid.down_column, grid.along_row, strict=True)
    )
    return Points(x, y, z)


def ct_grid() -> Grid:
    """Make the grid of the axial CT: the first slice is the lowest."""
    half = (CT_COLUMNS - 1) / 2 * CT_PIXEL_MM
    return Grid(
        (CT_SLICES, CT_ROWS, CT_COLUMNS),
        (CT_STEP_MM, CT_PIXEL_MM, CT_PIXEL_MM),
        (CT_MIDDLE[0] - half, CT_MIDDLE[1] - half, 2.5),
    )


def mr_grid() -> Grid:
    """Make the grid of a coronal MR, tilted forwards about the left-right axis and with pixels that are not square."""
    tilt = np.radians(MR_TILT_DEGREES)
    along_row = np.array((1.0, 0.0, 0.0))
    down_column = np.array((0.0, np.round(np.sin(tilt), 6), -np.round(np.cos(tilt), 6)))
    normal = np.cross(along_row, down_column)
    shape, spacing = (MR_SLICES, MR_ROWS, MR_COLUMNS), (MR_STEP_MM, MR_ROW_MM, MR_COLUMN_MM)
    back = sum(
        axis * (n - 1) / 2 * step for axis, n, step in zip((normal, down_column, along_row), shape, spacing, strict=True)
    )
    x, y, z = np.round(np.asarray(MR_MIDDLE) - back, 3)
    row, column = (tuple(float(v) for v in axis) for axis in (along_row, down_column))
    return Grid(shape, spacing, (float(x), float(y), float(z)), row, column)  # type: ignore[arg-type]


def tissues(grid: Grid) -> Tissues:
    """Find the tissue at each voxel centre, shape (slices, rows, columns)."""
    return Phantom(points(grid)).paint()


def ct_image() -> NDArray[np.uint16]:
    """CT as stored values: Hounsfield units + 1024, 12 bits; 0 outside the round field of view."""
    grid = ct_grid()
    mean, spread = (np.array([APPEARANCE[t][column] for t in Tissue], np.float32) for column in (0, 1))
    random = np.random.default_rng(SEED + 2)
    image = np.empty(grid.shape, np.float32)
    texture = _texture(grid.shape, (0.8, 2.2, 2.2), random)
    fine = points(grid, fine=(2, 2, 2))
    for k in range(grid.shape[0]):
        labels = Phantom(Points(fine.x, fine.y, fine.z[2 * k : 2 * k + 2])).paint()
        values = mean[labels].reshape(2, CT_ROWS, 2, CT_COLUMNS, 2).mean(axis=(0, 2, 4))
        grain = spread[labels[0, ::2, ::2]] * texture[k]
        image[k] = ndimage.gaussian_filter(values, 0.55) + grain
    noise = _texture(grid.shape, (0.0, 0.75, 0.75), random)
    # The middle of the body takes the most photons away: more noise there.
    y, x = np.mgrid[:CT_ROWS, :CT_COLUMNS]
    radius = np.hypot((y - CT_ROWS / 2) * 1.35, x - CT_COLUMNS / 2) * CT_PIXEL_MM
    image += noise * (4.0 + 7.0 * np.exp(-((radius / 120) ** 2)))[None]
    stored = np.clip(np.rint(image + 1024), 0, 4095).astype(np.uint16)
    stored[:, np.hypot(y + 0.5 - CT_ROWS / 2, x + 0.5 - CT_COLUMNS / 2) > CT_ROWS / 2] = 0
    return stored


def mr_image() -> NDArray[np.uint16]:
    """T2-weighted MR as stored values, with a coil's uneven brightness and Rician noise."""
    grid = mr_grid()
    mean, spread = (np.array([APPEARANCE[t][column] for t in Tissue], np.float32) for column in (2, 3))
    random = np.random.default_rng(SEED + 3)
    texture = _texture(grid.shape, (0.6, 1.8, 1.8), random)
    fine = points(grid, fine=(1, 2, 2))
    slabs = [Points(fine.x[k : k + 1], fine.y[k : k + 1], fine.z[k : k + 1]) for k in range(grid.shape[0])]
    labels = np.concatenate([Phantom(_full(slab)).paint() for slab in slabs])
    slices, rows, columns = grid.shape
    values = mean[labels].reshape(slices, rows, 2, columns, 2).mean(axis=(2, 4))
    values = ndimage.gaussian_filter(values, (0, 0.6, 0.6)) + spread[labels[:, ::2, ::2]] * texture
    k, j, i = (np.linspace(-1, 1, n) for n in grid.shape)
    coil = 1.12 - 0.22 * i[None, None, :] ** 2 - 0.28 * (j[None, :, None] - 0.15) ** 2 + 0.10 * k[:, None, None]
    real = values * coil + random.normal(scale=7, size=values.shape)
    imaginary = random.normal(scale=7, size=values.shape)
    return np.clip(np.rint(np.hypot(real, imaginary)), 0, 4095).astype(np.uint16)


def _full(slab: Points) -> Points:
    x, y, z = np.broadcast_arrays(slab.x, slab.y, slab.z)
    return Points(x, y, z)


def _texture(
    shape: tuple[int, int, int], sigma: tuple[float, float, float], random: np.random.Generator
) -> NDArray[np.float32]:
    noise = ndimage.gaussian_filter(random.normal(size=shape).astype(np.float32), sigma)
    return np.asarray(noise / noise.std(), np.float32)
