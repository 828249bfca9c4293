"""Marks of reports of every graphic type, painted by the program: on the frame they name and no other, to the half pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import Comprehensive3DSRStorage, CTImageStorage

from tests.app.rendered import colours_of, render
from tests.synthetic.content_items import REPORT, document, image, region, region_in_space
from tests.synthetic.identity import Study, as_file, save, uid
from tests.synthetic.image import Grid, Series, image_series

GRID = replace(Grid(), shape=(3, 14, 22))
"""Pixels 0.5 mm high and 0.25 mm wide, slices 2.5 mm apart."""
SIZE = (220, 280)
"""Each pixel of the image is 10 wide and 20 high."""
HALF_A_PIXEL = 5.0
TURNS = np.linspace(0.0, 2.0 * np.pi, 400)

Points = Sequence[tuple[float, float]]


def along(*points: tuple[float, float]) -> NDArray[np.float64]:
    """Many points on a line through the given ones."""
    steps = np.linspace(0.0, 1.0, 60)[:, None]
    ends = np.array(points, dtype=float)
    return np.vstack([start + (end - start) * steps for start, end in pairwise(ends)])


def around(center: tuple[float, float], reach: tuple[float, float]) -> NDArray[np.float64]:
    """Many points on an ellipse with axes along columns and rows."""
    return np.stack([center[0] + reach[0] * np.cos(TURNS), center[1] + reach[1] * np.sin(TURNS)], axis=-1)


CORNERS: Points = ((4.0, 3.0), (15.0, 3.5), (9.0, 10.0))
AXES: Points = ((4.0, 6.0), (16.0, 6.0), (10.0, 3.0), (10.0, 9.0))
ON_IMAGE: dict[str, tuple[Points, NDArray[np.float64]]] = {
    "POINT": (((7.25, 4.5),), np.array([(7.25, 4.5)])),
    "MULTIPOINT": (CORNERS, np.array(CORNERS)),
    "POLYLINE": (CORNERS, along(*CORNERS)),
    "CIRCLE": (((10.0, 6.0), (13.0, 6.0)), around((10.0, 6.0), (3.0, 3.0))),
    "ELLIPSE": (AXES, around((10.0, 6.0), (6.0, 3.0))),
}
CLOSED = (*CORNERS, CORNERS[0])
IN_SPACE: dict[str, tuple[Points, NDArray[np.float64]]] = {
    "POINT": ON_IMAGE["POINT"],
    "MULTIPOINT": ON_IMAGE["MULTIPOINT"],
    "POLYLINE": ON_IMAGE["POLYLINE"],
    "POLYGON": (CLOSED, along(*CLOSED)),
    "ELLIPSE": ON_IMAGE["ELLIPSE"],
    "ELLIPSOID": (AXES, around((10.0, 6.0), (6.0, 3.0))),
}


def in_space(points: Points, slice_: float = 1.0) -> list[tuple[float, float, float]]:
    """Patient points of positions whose origin is the corner of the first pixel: its centre is half a pixel on."""
    (x, y, z), (_, down, across) = GRID.position(slice_), GRID.spacing_mm
    return [(x + (column - 0.5) * across, y + (row - 0.5) * down, z) for column, row in points]


def written(folder: Path, mark: Dataset, images: Sequence[Dataset]) -> None:
    report = document(REPORT, mark)
    Study().fill(report)
    report.SOPClassUID, report.SOPInstanceUID = Comprehensive3DSRStorage, uid("marks", "instance")
    report.SeriesInstanceUID, report.Modality = uid("marks", "series"), "SR"
    save([*images, as_file(report)], folder / "in")


def drawn(folder: Path, wanted: Dataset) -> NDArray[np.float64]:
    """Return the centres (n, 2) of the picture's pixels that the marks changed on an image, x and y."""
    pictures = []
    for layers in ("all", "none"):
        out = folder / f"{layers}.png"
        which = ("--instance", wanted.SOPInstanceUID, "--layers", layers, "--size", f"{SIZE[0]}x{SIZE[1]}")
        assert render(folder / "in", out, *which) == 0
        pictures.append(colours_of(out).astype(int))
    rows, columns = np.nonzero(np.abs(pictures[0] - pictures[1]).sum(axis=-1) > 120)
    return np.stack([columns, rows], axis=-1) + 0.5


def assert_lies_on(found: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    """Both ways: nothing is painted away from the shape, and no piece of the shape is without paint."""
    shape = expected * (SIZE[0] / GRID.shape[2], SIZE[1] / GRID.shape[1])
    apart = np.hypot(*(found[:, None] - shape[None]).transpose(2, 0, 1))
    assert apart.min(axis=1).max() <= HALF_A_PIXEL
    assert apart.min(axis=0).max() <= HALF_A_PIXEL


def images() -> list[Dataset]:
    return list(image_series(np.full(GRID.shape, 300, np.uint16), GRID, Series()))


@pytest.mark.parametrize("kind", ON_IMAGE)
def test_a_mark_on_an_image_is_painted_where_its_coordinates_say_on_that_image_alone(tmp_path: Path, kind: str) -> None:
    series = images()
    points, expected = ON_IMAGE[kind]
    mark = region(kind, np.ravel(points).tolist(), image(series[1].SOPInstanceUID, sop_class=CTImageStorage))
    written(tmp_path, mark, series)
    assert_lies_on(drawn(tmp_path, series[1]), expected)
    assert not len(drawn(tmp_path, series[0]))
    assert not len(drawn(tmp_path, series[2]))


@pytest.mark.parametrize("kind", IN_SPACE)
def test_a_mark_in_space_is_painted_on_the_slice_it_lies_in_and_on_no_other(tmp_path: Path, kind: str) -> None:
    series = images()
    points, expected = IN_SPACE[kind]
    data = in_space(points)
    if kind == "ELLIPSOID":
        # A third axis of 1 mm along the normal: the slices beside are not reached.
        (x, y, z), *_ = in_space([(10.0, 6.0)])
        data = [*data, (x, y, z - 1.0), (x, y, z + 1.0)]
    written(tmp_path, region_in_space(kind, np.ravel(data).tolist(), str(series[1].FrameOfReferenceUID)), series)
    assert_lies_on(drawn(tmp_path, series[1]), expected)
    assert not len(drawn(tmp_path, series[0]))
    assert not len(drawn(tmp_path, series[2]))


def test_check_74_a_point_far_from_every_slice_is_painted_in_another_style_on_the_nearest(tmp_path: Path) -> None:
    series = images()
    (near,) = in_space([(10.0, 6.0)], 0.4 + 1.0)
    (far,) = in_space([(10.0, 6.0)], 2.0 + 10.0 / 2.5)
    written(tmp_path / "near", region_in_space("POINT", near, str(series[1].FrameOfReferenceUID)), series)
    written(tmp_path / "far", region_in_space("POINT", far, str(series[1].FrameOfReferenceUID)), series)
    assert_lies_on(drawn(tmp_path / "near", series[1]), np.array([(10.0, 6.0)]))
    assert_lies_on(drawn(tmp_path / "far", series[2]), np.array([(10.0, 6.0)]))
    # A ring is dark in its middle, a cross has its colour there.
    ring, cross = (colours_of(tmp_path / name / "all.png")[120, 100] for name in ("near", "far"))
    assert ring.max() < 60
    assert cross.max() > 150
    assert not len(drawn(tmp_path / "far", series[1]))
