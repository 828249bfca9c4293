"""A study with very many parts: a CT with 118 organs in one segmentation, and nine further results of different kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.sr.coding import Code

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import LEFT, RIGHT, Algorithm, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set

ANATOMICAL = Code("123037004", "SCT", "Anatomical Structure")
ORGAN, BONE = Code("10200004", "SCT", "Liver"), Code("90780006", "SCT", "Bone")
ARTERY, MUSCLE = Code("51114001", "SCT", "Artery"), Code("71616004", "SCT", "Muscle")
NODULE, ALTERED = Code("27925004", "SCT", "Nodule"), Code("49755003", "SCT", "Morphologically Altered Structure")

ORGANS = (
    *("liver", "spleen", "pancreas", "stomach", "gallbladder", "urinary_bladder", "prostate", "esophagus", "trachea"),
    *("duodenum", "small_bowel", "colon", "brain", "heart", "thyroid_gland", "spinal_cord"),
)
PAIRED = ("kidney", "adrenal_gland", "lung_upper_lobe", "lung_lower_lobe")
BONES = tuple(
    [f"vertebrae_{name}" for name in ("C5", "C6", "C7", *(f"T{n}" for n in range(1, 13)), *(f"L{n}" for n in range(1, 6)))]
    + [f"rib_{side}_{n}" for side in ("left", "right") for n in range(1, 13)]
    + ["sternum", "sacrum", "hip_left", "hip_right", "femur_left", "femur_right"]
)
VESSELS = ("aorta", "inferior_vena_cava", "portal_vein_and_splenic_vein", "iliac_artery_left", "iliac_artery_right")
MUSCLES = ("gluteus_maximus_left", "gluteus_maximus_right", "autochthon_left", "autochthon_right", "iliopsoas_left")
LESIONS = ("liver_lesion", "lung_nodule")
GRID = Grid(shape=(40, 256, 256), spacing_mm=(5.0, 1.2, 1.4), origin_mm=(-180.0, -150.0, -100.0))


def crowded_parts() -> list[Part]:
    """Return 118 segments: organs, paired organs with their side, bones, vessels, muscles, lesions, tissue."""
    parts = [Part(name, ORGAN) for name in ORGANS]
    parts += [Part(f"{name}_{word}", ORGAN, laterality=code) for name in PAIRED for word, code in sides()]
    parts += [Part(name, BONE, ANATOMICAL) for name in BONES]
    parts += [Part(name, ARTERY, ANATOMICAL) for name in VESSELS]
    parts += [Part(name, MUSCLE, ANATOMICAL) for name in MUSCLES]
    parts += [Part(name, NODULE, ALTERED) for name in LESIONS]
    parts += [Part(f"structure_{n}", ANATOMICAL, ANATOMICAL) for n in range(118 - len(parts))]
    return parts


def sides() -> tuple[tuple[str, Code], ...]:
    """Return the words and codes of left and right."""
    return ("left", LEFT), ("right", RIGHT)


def crowded_labels(grid: Grid = GRID, *, moved: int = 0) -> NDArray[np.uint8]:
    """Return (slices, rows, columns) of 118 lopsided bodies in a body-shaped ellipse; ``moved`` shifts them by columns."""
    slices, rows, columns = grid.shape
    k, j, i = np.indices(grid.shape)
    labels = np.zeros(grid.shape, np.uint8)
    across, height = 10, 118 // 10 + 1
    for number in range(1, 119):
        place = number - 1
        row, column = divmod(place, across)
        middle_j, middle_i = rows * (0.12 + 0.76 * row / height), columns * (0.1 + 0.8 * column / across) + moved
        middle_k, reach = slices * (0.2 + 0.6 * ((place * 7) % 118) / 118), slices * 0.3
        size_j, size_i = rows * 0.045 * (1 + (place % 3) / 4), columns * 0.035 * (1 + (place % 4) / 5)
        body = ((k - middle_k) / reach) ** 2 + ((j - middle_j) / size_j) ** 2 + ((i - middle_i) / size_i) ** 2 <= 1
        labels[body & ~((j > middle_j) & (i > middle_i + size_i * 0.4))] = number
    return labels


def crowded_study(folder: Path) -> Path:
    """Write the study and return its folder."""
    rng = np.random.default_rng(1)
    labels = crowded_labels()
    _, j, i = np.indices(GRID.shape)
    body = ((j - 128) / 112) ** 2 + ((i - 128) / 120) ** 2 <= 1
    stored: NDArray[Any] = np.where(body, -60 + labels.astype(np.int16) * 2, -1000).astype(np.int16)
    stored = (stored + rng.normal(0, 12, GRID.shape)).astype(np.int16)
    images = image_series(stored, GRID, Series("body", description="Body 5 mm"))
    save(images, folder / "ct", names=[f"{number:03}.dcm" for number in range(len(images))])
    for image in images:
        del image.PixelData
    parts = crowded_parts()
    whole = Result("organs", description="Whole body", label="WHOLE", algorithm=Algorithm("Whole Body", "2.4"))
    save([segmentation(images, labels, parts, whole)], folder / "seg", names=["whole.dcm"])
    second = Result("second", number=101, description="Whole body, other model", algorithm=Algorithm("Other Body", "0.9"))
    moved = crowded_labels(moved=3)
    save([segmentation(images, moved, parts, second, kind="LABELMAP")], folder / "seg", names=["other.dcm"])
    for number in range(7):
        chosen = (labels == 3 * number + 1).astype(np.uint8)
        name = parts[3 * number].label
        result = Result(
            f"single {number}", number=110 + number, description=f"Only {name}", algorithm=Algorithm("Single", "1")
        )
        save([segmentation(images, chosen, [parts[3 * number]], result)], folder / "seg", names=[f"single{number}.dcm"])
    drawn = structure_set(images, _regions(), StructureSetResult("contours"))
    save([drawn], folder / "rt", names=["contours.dcm"])
    return folder


def _regions() -> list[Region]:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    region = []
    for number, (name, kind) in enumerate((("PTV", "PTV"), ("liver", "ORGAN")), start=1):
        outlines = []
        for k in range(10, 25):
            x = GRID.origin_mm[0] + 60 * number + 20 * np.cos(turn)
            y = GRID.origin_mm[1] + 90 + 25 * np.sin(turn)
            z = np.full(40, GRID.origin_mm[2] + k * GRID.spacing_mm[0])
            outlines.append(Outline(np.stack([x, y, z], axis=1)))
        region.append(Region(name, tuple(outlines), interpreted_type=kind))
    return region
