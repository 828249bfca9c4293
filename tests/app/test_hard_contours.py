"""Contours on stacks of every orientation, in 2D and on the command line, against an even-odd rule written down anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.synthetic.identity import Study, save, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.main import main

AXIAL = Grid(shape=(6, 31, 27), spacing_mm=(2.5, 0.7, 1.1), origin_mm=(-30.0, -20.0, 100.0))
CORONAL = Grid(
    shape=(5, 29, 33),
    spacing_mm=(1.9, 1.3, 0.6),
    origin_mm=(12.5, -7.25, 80.0),
    along_row=(-1.0, 0.0, 0.0),
    down_column=(0.0, 0.0, -1.0),
)
OBLIQUE = Grid(
    shape=(7, 26, 30),
    spacing_mm=(1.7, 0.8, 1.2),
    origin_mm=(-29.0, -19.0, 99.0),
    along_row=(0.96, 0.28, 0.0),
    down_column=(-0.224, 0.768, 0.6),
)
Rings = tuple[NDArray[np.float64], ...]


@dataclass(frozen=True)
class Drawn:
    """A region on slices across one axis of a grid: by place along it, its rings in the indices of the other two axes."""

    axis: int
    rings: dict[int, Rings]

    @property
    def others(self) -> list[int]:
        return [axis for axis in range(3) if axis != self.axis]


def lopsided(grid: Grid, axis: int) -> Drawn:
    """An outer ring with a hole and an island in it, leaning from slice to slice; no flip or turn of it is itself."""
    size = np.array([grid.shape[other] for other in range(3) if other != axis], float)
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    lobed = 1 - 0.3 * (np.sin(angles) > 0.3) * np.sin(2 * angles) ** 2
    found = {}
    for place in range(1, grid.shape[axis] - 1):
        centre = size / 2 + np.array([0.04, -0.02]) * size * (place / grid.shape[axis])
        star = lobed[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]) * size * 0.41
        rings = [centre + star, centre + 0.5 * star]
        if place % 2:
            rings.append(centre + 0.21 * star)
        found[place] = tuple(rings)
    return Drawn(axis, found)


def outlines(grid: Grid, drawn: Drawn, kind: str) -> tuple[Outline, ...]:
    found = []
    for place, rings in drawn.rings.items():
        for ring in rings:
            index = np.ones((len(ring), 4))
            index[:, drawn.axis] = place
            index[:, drawn.others] = ring
            found.append(Outline((index @ grid.affine.T)[:, :3], kind))
    return tuple(found)


def even_odd(points: NDArray[np.float64], rings: Rings) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """For points (n, 2): whether a ray from each crosses an odd number of edges, and how far the nearest edge is."""
    inside, away = np.zeros(len(points), bool), np.full(len(points), np.inf)
    for ring in rings:
        for one, other in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            (x, y), (dx, dy) = one, other - one
            crosses = (one[1] > points[:, 1]) != (other[1] > points[:, 1])
            if dy:
                inside ^= crosses & (points[:, 0] < x + dx * (points[:, 1] - y) / dy)
            along = np.clip(((points[:, 0] - x) * dx + (points[:, 1] - y) * dy) / (dx**2 + dy**2), 0, 1)
            away = np.minimum(away, np.hypot(points[:, 0] - x - along * dx, points[:, 1] - y - along * dy))
    return inside, away


def expected(drawn: Drawn, index: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For voxel indices (n, 3): whether the centre is inside, and whether it is too near to an edge to say."""
    inside, unsure = np.zeros(len(index), bool), np.zeros(len(index), bool)
    places = np.rint(index[:, drawn.axis]).astype(int)
    for place, rings in drawn.rings.items():
        here = places == place
        inside[here], away = even_odd(index[here][:, drawn.others], rings)
        unsure[here] = away < 0.03
    return inside, unsure


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def run(*arguments: object) -> Any:
        capsys.readouterr()
        assert main([*map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def written(folder: Path, grid: Grid, drawn: Drawn, kind: str) -> str:
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series())
    region = Region("Lopsided", outlines(grid, drawn, kind)[::-1], (255, 40, 20))
    made = structure_set(images, [region], StructureSetResult("contours", decimals=3))
    save([*images, made], folder)
    return str(made.SOPInstanceUID)


@pytest.mark.parametrize("kind", ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"])
@pytest.mark.parametrize("axis", [0, 2], ids=["on the slices", "across them"])
@pytest.mark.parametrize("grid", [AXIAL, CORONAL, OBLIQUE], ids=["axial", "coronal", "oblique"])
def test_mask_probe_and_picture_agree_with_the_even_odd_rule(
    tmp_path: Path, answer: Callable[..., Any], grid: Grid, axis: int, kind: str
) -> None:
    drawn = lopsided(grid, axis)
    folder = tmp_path / "study"
    uid_of_object = written(folder, grid, drawn, kind)
    (listed,) = answer("layers", folder)["objects"]
    stack = listed["lies_on"][0]["stack"]
    out = tmp_path / "mask.npz"
    answer("mask", folder, "--object", uid_of_object, "--part", 1, "--out", out)
    found = np.load(out)
    mask, affine = found["mask"] != 0, found["affine"]
    places = np.indices(mask.shape).reshape(3, -1).T
    points = (np.column_stack([places, np.ones(len(places))]) @ affine.T)[:, :3]
    index = np.linalg.solve(grid.affine, np.column_stack([points, np.ones(len(points))]).T)[:3].T
    inside, unsure = expected(drawn, index)
    assert np.array_equal(mask.reshape(-1)[~unsure], inside[~unsure])
    assert mask.any(axis=(1, 2)).sum() > 2
    k = mask.shape[0] // 2
    rng = np.random.default_rng(axis)
    for place in rng.choice(np.flatnonzero((places[:, 0] == k) & ~unsure), 8, replace=False).tolist():
        at = ",".join(repr(float(one)) for one in points[place])
        parts = answer("probe", folder, "--stack", stack, "--at", at)["parts"]
        assert bool(parts) == bool(inside[place]), at
    picture = tmp_path / "picture.png"
    options = ("--style", "fill", "--opacity", 1, "--layers", "all", "--stack", stack, "--frame", k + 1)
    assert main([*map(str, ("render", folder, *options, "--out", picture))]) == 0
    pixels = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    coloured = pixels[..., 0] > pixels[..., 1] + 8
    around = np.lib.stride_tricks.sliding_window_view(np.pad(mask[k], 1), (3, 3)).reshape(*mask[k].shape, 9)
    sure = around.all(axis=-1) | ~around.any(axis=-1)
    assert np.array_equal(coloured[sure], mask[k][sure])
    assert coloured.any()


def test_regions_of_two_frames_of_reference_lie_each_on_its_own_images(
    tmp_path: Path, answer: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """One structure set, two series that share nothing: neither region is drawn on the images of the other."""
    study = Study()
    first = image_series(np.zeros(AXIAL.shape, np.int16), AXIAL, Series("first", study=study))
    other_space = uid(study.name, "another frame of reference")
    second = image_series(
        np.zeros(AXIAL.shape, np.int16), AXIAL, Series("second", number=2, study=study, frame_of_reference=other_space)
    )
    shifted = Drawn(
        0, {place: tuple(ring * [0.6, 0.8] for ring in rings) for place, rings in lopsided(AXIAL, 0).rings.items()}
    )
    regions = [
        Region(name, outlines(AXIAL, drawn, "CLOSED_PLANAR"), color)
        for name, drawn, color in (("Here", lopsided(AXIAL, 0), (255, 0, 0)), ("There", shifted, (0, 255, 0)))
    ]
    made = structure_set(first, regions, StructureSetResult("both", decimals=3))
    made.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = other_space
    folder = tmp_path / "study"
    save([*first, *second, made], folder)
    (listed,) = answer("layers", folder)["objects"]
    stacks = {str(image[0].SeriesInstanceUID): image[0].FrameOfReferenceUID for image in (first, second)}
    assert {one["stack"].partition("#")[0] for one in listed["lies_on"]} == set(stacks)
    centre = (AXIAL.affine @ [3, *(np.array(AXIAL.shape[1:]) * 0.5 + [0, 9.5]), 1])[:3]
    for place in (centre, (AXIAL.affine @ [3, 9.0, 12.0, 1])[:3]):
        at = ",".join(repr(float(one)) for one in place)
        index = np.linalg.solve(AXIAL.affine, [*place, 1])[:3][None]
        for series, drawn, name in zip(stacks, (lopsided(AXIAL, 0), shifted), ("Here", "There"), strict=True):
            parts = answer("probe", folder, "--stack", f"{series}#1", "--at", at)["parts"]
            assert [one["label"] for one in parts] == [name] * bool(expected(drawn, index)[0][0])
    for number, series in enumerate(stacks, 1):
        out = tmp_path / f"{number}.npz"
        answer("mask", folder, "--object", made.SOPInstanceUID, "--part", number, "--on", f"{series}#1", "--out", out)
        found = np.load(out)
        assert found["mask"].any()
        wrong = tmp_path / "wrong.npz"
        other = next(one for one in stacks if one != series)
        order = ("mask", folder, "--object", made.SOPInstanceUID, "--on", f"{other}#1", "--out", wrong)
        assert main([*map(str, order), "--part", str(number)]) == 1
        assert "another Frame of Reference" in capsys.readouterr().err
        assert not wrong.exists()
        answer(*order)
        assert set(np.unique(np.load(wrong)["mask"])) == {0, 3 - number}, "only what lies there"
        wrong.unlink()
