"""What the objects of a finding looked at: images named and drawn on, those that are not open, empty and partial."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Kind, Part, Result, segmentation
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.coverage import coverage
from viewer.reading.content import Content
from viewer.reading.coverage import Covered, finding_coverage, object_coverage
from viewer.reading.findings import findings_of

GRID = Grid(shape=(8, 12, 17))


def made(kind: Kind = "BINARY") -> list[Dataset]:
    """Eight images; a result of the first six of them, with a part on the second to fourth and one that is nowhere."""
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    pixels = np.zeros((6, *GRID.shape[1:], 2), np.uint8)
    pixels[1:4, 3:7, 2:9, 0] = 1
    if kind == "LABELMAP":
        pixels = pixels[..., 0]
    parts = [Part("Lump"), Part("Cyst")] if kind == "BINARY" else [Part("Lump")]
    seg = segmentation(images[:6], pixels, parts, Result("seg"), kind=kind)
    return [*images, seg]


def opened(folder: Path, datasets: list[Dataset]) -> Content:
    save(datasets, folder)
    library = open_library([folder])
    return content_of(list(read_layers(library)), library)


def test_a_finding_is_drawn_on_some_of_the_images_that_its_object_looked_at(tmp_path: Path) -> None:
    content = opened(tmp_path, made())
    lump, cyst = sorted(findings_of(content), key=lambda one: one.label, reverse=True)
    found = finding_coverage(content, lump, coverage)
    # The display runs from the head down: the first slice in the file is the last one shown.
    assert (found.drawn_on, found.spoken_of) == (Covered(4, 6, 3), Covered(2, 7, 6))
    assert found.drawn_on is not None
    assert found.drawn_on.between == 0
    assert (found.named, found.missing, found.empty) == (6, 0, False)
    nothing = finding_coverage(content, cyst, coverage)
    assert (nothing.drawn_on, nothing.spoken_of, nothing.empty) == (None, Covered(2, 7, 6), True)


def test_images_that_are_named_and_not_open_are_counted(tmp_path: Path) -> None:
    datasets = made()
    content = opened(tmp_path, [one for place, one in enumerate(datasets) if place not in (2, 4)])
    found = finding_coverage(content, findings_of(content)[0], coverage)
    assert (found.named, found.missing) == (6, 2)
    assert found.spoken_of is not None
    assert found.spoken_of.count == 4


def test_of_a_label_map_only_its_pixels_know_where_a_part_is_drawn(tmp_path: Path) -> None:
    content = opened(tmp_path, made("LABELMAP"))
    (lump,) = [one for one in findings_of(content) if one.label == "Lump"]
    found = finding_coverage(content, lump, coverage)
    assert found.drawn_on is None
    assert found.spoken_of == Covered(2, 7, 6)


def test_a_series_that_is_missing_leaves_all_images_missing(tmp_path: Path) -> None:
    content = opened(tmp_path, made()[-1:])
    (overlay,) = content.overlays.values()
    found = object_coverage(content, overlay)
    assert (found.stack, found.spoken_of, found.named, found.missing) == (None, None, 6, 6)
