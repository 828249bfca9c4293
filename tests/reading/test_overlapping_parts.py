"""Parts that exclude each other are doubted where they overlap, and nothing else is: what they share is known here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom.sr.coding import Code

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import LEFT, RIGHT, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.loading.checking import checks_of
from viewer.loading.eager import EagerInputs

GRID = Grid(shape=(6, 20, 30))
KIDNEY, LIVER, SPLEEN = (
    Code("64033007", "SCT", "Kidney"),
    Code("10200004", "SCT", "Liver"),
    Code("78961009", "SCT", "Spleen"),
)
VEIN = Code("32764006", "SCT", "Portal vein")
ORGAN = Code("123037004", "SCT", "Anatomical Structure")


def overlaps(folder: Path, parts: Sequence[Part], shared_columns: int) -> list[tuple[str, str]]:
    """Two boxes of 2 x 6 x 10 voxels that share some columns: (label, sentence) of every such doubt."""
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[2:4, 5:11, 3:13, 0] = 1
    pixels[2:4, 5:11, 13 - shared_columns : 23 - shared_columns, 1] = 1
    save([*images, segmentation(images, pixels, parts, Result("seg"))], folder)
    return doubted(folder)


def doubted(folder: Path) -> list[tuple[str, str]]:
    library = open_library([folder])
    content = content_of(list(read_layers(library)), library)
    with EagerInputs(library, {}) as inputs:
        checks = checks_of(content, inputs.readers)
    return sorted(
        (next(iter(content.overlays.values())).label, issue.text)
        for issues in checks.doubts.values()
        for issue in issues
        if issue.code == "parts_overlap"
    )


def part(label: str, code: Code, laterality: Code | None = None) -> Part:
    return Part(label, code, ORGAN, laterality=laterality)


@pytest.mark.parametrize(
    ("parts", "doubts"),
    [
        ((part("Kidney A", KIDNEY, LEFT), part("Kidney B", KIDNEY, RIGHT)), 2),
        ((part("Left kidney", KIDNEY), part("Right kidney", KIDNEY)), 2),
        ((part("Liver", LIVER), part("Spleen", SPLEEN)), 2),
        ((part("Liver", LIVER), part("Portal vein", VEIN)), 0),
        ((part("Kidney", KIDNEY, LEFT), part("Upper kidney", KIDNEY, LEFT)), 0),
        ((part("Left kidney", KIDNEY), part("Right lobe", LIVER)), 0),
    ],
)
def test_only_parts_that_exclude_each_other_are_doubted(tmp_path: Path, parts: tuple[Part, Part], doubts: int) -> None:
    found = overlaps(tmp_path, parts, 3)
    assert len(found) == doubts
    # Three columns of six rows on two slices.
    assert all("shares 36 voxels" in text for _, text in found)
    assert {name for _, text in found for name in (one.label for one in parts) if name in text} == (
        {one.label for one in parts} if doubts else set()
    )


def test_of_many_slices_all_are_counted_where_some_show_an_overlap(tmp_path: Path) -> None:
    grid = Grid(shape=(120, 20, 30))
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series())
    pixels = np.zeros((*grid.shape, 2), np.uint8)
    pixels[10:110, 5:11, 3:13, 0] = 1
    pixels[10:110, 5:11, 12:22, 1] = 1
    pixels[10:27, 5:11, 12, 1] = 0
    parts = (part("Liver", LIVER), part("Spleen", SPLEEN))
    save([*images, segmentation(images, pixels, parts, Result("seg"))], tmp_path)
    # One column of six rows on 83 slices.
    assert ["shares 498 voxels" in text for _, text in doubted(tmp_path)] == [True, True]


def test_parts_side_by_side_are_not_doubted(tmp_path: Path) -> None:
    assert overlaps(tmp_path, (part("Liver", LIVER), part("Spleen", SPLEEN)), 0) == []


@pytest.mark.parametrize(("shift", "doubts"), [(3.0, 2), (12.0, 0)])
def test_contours_of_both_sides_are_doubted_where_they_overlap(tmp_path: Path, shift: float, doubts: int) -> None:
    grid = Grid(shape=(5, 40, 60), spacing_mm=(2.5, 0.5, 0.5))
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series())

    def box(left: float) -> tuple[Outline, ...]:
        x, y, _ = grid.origin_mm
        corners = [(x + left + a, y + 3 + b) for a, b in ((0, 0), (8, 0), (8, 6), (0, 6))]
        return tuple(
            Outline(np.array([(a, b, grid.position(k)[2]) for a, b in corners]), image=images[k]) for k in range(1, 4)
        )

    regions = [Region("Lung left", box(2.0)), Region("Lung right", box(2.0 + shift))]
    save([*images, structure_set(images, regions, StructureSetResult("rt"))], tmp_path)
    assert len(doubted(tmp_path)) == doubts
