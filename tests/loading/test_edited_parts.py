"""Edited voxels follow the state: however edits came and went, they are those of the edits applied in order to the file."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.edit import BetweenSlices, Brush, Edit, FillHoles, Island, KeepValues, Smooth
from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane, to_vector
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.loader import Loader
from viewer.loading.runner import Runner
from viewer.loading.store import Store
from viewer.reading.changes.editing import discard_edits, edit_part, show_original
from viewer.reading.changes.library import open_anew
from viewer.reading.changes.measuring import set_read_only
from viewer.reading.changes.planes import arrange
from viewer.reading.reading import Reading
from viewer.representations.edited import edited
from viewer.representations.on_plane import OnPlane
from viewer.representations.volume_grid import stack_grid
from viewer.scene.inputs import PENDING
from viewer.scene.volume_inputs import Graphics, PartSurface
from viewer.scene.volume_scene import surface_keys

GRID = Grid(shape=(7, 24, 30), spacing_mm=(2.5, 0.9, 0.6), origin_mm=(-13.0, -10.0, 5.0))
COARSE = Grid(shape=(4, 12, 15), spacing_mm=(5.0, 1.8, 1.2), origin_mm=(-12.7, -9.55, 6.25))
AT = "2026-11-20T17:30:05+00:00"


def values() -> NDArray[np.int16]:
    return (np.arange(np.prod(GRID.shape)) % 400).astype(np.int16).reshape(GRID.shape)


def box(shape: tuple[int, int, int] = GRID.shape) -> NDArray[np.bool_]:
    """A box with a hole on the slices from the second to the third last."""
    mask = np.zeros(shape, bool)
    _, rows, columns = shape
    mask[1:-2, rows // 4 : rows // 2 + 3, columns // 4 : columns // 2 + 2] = True
    mask[2, rows // 4 + 2 : rows // 4 + 4, columns // 4 + 2] = False
    return mask


@dataclass
class Opened:
    """A program without a window."""

    reading: Reading
    store: Store
    runner: Runner
    loader: Loader

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while self.reading.state.content.scanning or not self.runner.idle:
            assert time.monotonic() < deadline
            self.runner.deliver()
            time.sleep(0.001)

    @property
    def overlay(self) -> Overlay:
        (found,) = self.reading.state.content.overlays.values()
        return found

    @property
    def planes(self) -> tuple[Plane, ...]:
        return self.reading.state.content.library.stacks[0].planes

    def edit(self, made: Edit, instead: Edit | None = None, merge_key: str = "") -> None:
        self.reading.apply_undoable(merge_key, edit_part, (self.overlay.instance, 1), made, instead, None, AT)

    def drawn(self) -> NDArray[np.bool_]:
        """All slices of the images as they are drawn, in the order of the stack."""
        self.wait()
        found = np.zeros((len(self.planes), *GRID.shape[1:]), bool)
        for place, plane in enumerate(self.planes):
            content = self.loader.readers.on_plane(self.overlay, plane)
            assert isinstance(content, OnPlane)
            self.store.put_on_plane(self.overlay.instance, plane, content)
            shown = self.store.on_plane(self.overlay.instance, plane)
            assert isinstance(shown, OnPlane)
            for picture in shown.labels:
                found[place] |= picture.labels > 0
            for fraction in shown.fractions:
                found[place] |= fraction.fractions >= 0.5
        return found

    def stroke(self, place: int, *path: tuple[float, float], radius_mm: float = 2.0, **more: str) -> Brush:
        plane = replace(self.planes[place], image=None, nearest_mm=None)
        return Brush(plane, path, radius_mm, **more)  # type: ignore[arg-type]


Make = Callable[..., Opened]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Make]:
    made: list[Opened] = []

    def make(pixels: NDArray[np.generic], *, kind: str = "BINARY", grid: Grid | None = None, placed: bool = True) -> Opened:
        images = image_series(values(), GRID, Series("ct"))
        result = segmentation(images, pixels, [Part("One")], Result("seg"), kind=kind, grid=grid)  # type: ignore[arg-type]
        if not placed:
            del result.FrameOfReferenceUID
        save([*images, result], tmp_path)
        reading, store, runner = Reading(), Store(budget_bytes=64 << 20), Runner(lambda: None)
        made.append(Opened(reading, store, runner, Loader(reading, store, runner, DecodeWorker())))
        made[0].loader.open([tmp_path])
        made[0].wait()
        return made[0]

    yield make
    for one in made:
        one.loader.close()


def as_stored(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return mask.astype(np.uint8)


def upside_down(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The slices in the order of the stack, which is read from the head down."""
    return mask[::-1]


def test_whatever_is_done_and_undone_the_voxels_are_those_of_the_edits_in_order(opened: Make) -> None:
    program = opened(as_stored(box()))
    grid, source = stack_grid(program.reading.state.content.library.stacks[0]), upside_down(box())
    image = upside_down(values()).astype(np.float32)
    choose = random.Random(7)
    middle = to_vector(grid.affine[:3, :3] @ (3, 9, 10) + grid.affine[:3, 3])

    def any_edit() -> Edit:
        point = (choose.uniform(2, 28), choose.uniform(2, 22))
        return choose.choice(
            (
                program.stroke(choose.randrange(7), point, (point[0] + 6, point[1])),
                program.stroke(choose.randrange(7), point, act="erase", reach="ball", radius_mm=4.0),
                FillHoles(),
                Smooth(1.5),
                BetweenSlices(),
                KeepValues(40, 380),
                Island(middle, "keep"),
            )
        )

    for _ in range(24):
        step = choose.random()
        if step < 0.6:
            program.edit(any_edit())
        elif step < 0.85:
            program.reading.undo()
        else:
            program.reading.redo()
        if choose.random() < 0.5:
            continue  # The next one comes while a job is still at work on this one.
        (edits,) = [one.edits for one in program.reading.state.edits.values()] or [()]
        wanted = source.copy()
        for edit in edits:
            wanted = edited(wanted, grid, edit, lambda: image)
        assert np.array_equal(program.drawn(), wanted), edits


def test_a_stroke_that_is_drawn_on_covers_what_it_would_if_drawn_at_once(opened: Make) -> None:
    program = opened(as_stored(box()))
    path = [(4.0 + n, 6.0 + (n % 5)) for n in range(20)]
    before: Brush | None = None
    for end in range(1, len(path) + 1):
        stroke = program.stroke(3, *path[:end])
        program.edit(stroke, before, "stroke")
        before = stroke
        if end % 7 == 0:
            program.wait()
    assert len(next(iter(program.reading.state.edits.values())).edits) == 1
    grid = stack_grid(program.reading.state.content.library.stacks[0])
    assert before is not None
    assert np.array_equal(program.drawn(), edited(upside_down(box()), grid, before, lambda: None))
    program.reading.undo()
    assert np.array_equal(program.drawn(), upside_down(box()))


def test_the_number_of_voxels_is_kept_up_and_the_original_has_none(opened: Make) -> None:
    program = opened(as_stored(box()))
    key = program.overlay.instance
    program.edit(program.stroke(3, (20.0, 18.0)))
    program.edit(FillHoles())
    found, shown = program.drawn(), program.store.edited_measure(key, 1)
    assert shown is not None
    assert shown.voxels == found.sum()
    assert shown.volume_ml == pytest.approx(found.sum() * np.prod(GRID.spacing_mm) / 1000)
    program.reading.apply(show_original, key, 1, "original")
    assert program.store.edited_measure(key, 1) is None
    assert np.array_equal(program.drawn(), upside_down(box()))
    program.reading.apply(show_original, key, 1, "edited")
    assert np.array_equal(program.drawn(), found)
    program.reading.apply_undoable("", discard_edits, key, 1, AT)
    assert np.array_equal(program.drawn(), upside_down(box()))
    assert program.store.edited_measure(key, 1) is None


def test_a_probability_is_edited_as_what_reaches_the_threshold(opened: Make) -> None:
    fractions = np.zeros((*GRID.shape, 1))
    fractions[1:5, 6:15, 7:17, 0] = 0.75
    fractions[2, 8:10, 9:12, 0] = 0.25
    program = opened(fractions, kind="FRACTIONAL")
    program.edit(program.stroke(0, (20.0, 18.0)))
    found = program.drawn()
    grid = stack_grid(program.reading.state.content.library.stacks[0])
    wanted = edited(upside_down(fractions[..., 0] >= 0.5), grid, program.stroke(0, (20.0, 18.0)), lambda: None)
    assert np.array_equal(found, wanted)
    assert not program.store.on_plane(program.overlay.instance, program.planes[4]).fractions  # type: ignore[union-attr]


def test_a_coarser_grid_is_edited_on_its_own_voxels(opened: Make) -> None:
    """The brush lies on a slice of the images; the voxels whose slice it goes through are those of the segmentation."""
    program = opened(as_stored(box(COARSE.shape)), grid=COARSE)
    program.edit(program.stroke(3, (15.0, 12.0), radius_mm=3.0))
    program.wait()
    plane = program.planes[3]
    content = program.loader.readers.on_plane(program.overlay, plane)
    assert isinstance(content, OnPlane)
    program.store.put_on_plane(program.overlay.instance, plane, content)
    shown = program.store.on_plane(program.overlay.instance, plane)
    assert isinstance(shown, OnPlane)
    (picture,) = [one for one in shown.labels if one.labels.any()]
    assert picture.plane.spacing_mm == pytest.approx((1.8, 1.2))
    rows, columns = np.mgrid[0 : picture.labels.shape[0], 0 : picture.labels.shape[1]] + 0.5
    places = plane.position_image(picture.plane.point_patient(np.stack([columns, rows], axis=-1)))
    under = np.hypot((places[..., 0] - 15.0) * 0.6, (places[..., 1] - 12.0) * 0.9) <= 3.0
    assert under.sum() > 8
    assert (picture.labels[under] > 0).all()


def test_nothing_is_edited_in_a_study_that_another_window_reviews(opened: Make) -> None:
    program = opened(as_stored(box()))
    study = program.reading.state.content.library.instance(program.overlay.instance).study_instance_uid
    program.reading.apply(set_read_only, {study})
    program.edit(FillHoles())
    assert not program.reading.state.edits
    assert np.array_equal(program.drawn(), upside_down(box()))


def test_what_is_closed_is_let_go(opened: Make) -> None:
    program = opened(as_stored(box()))
    program.edit(program.stroke(3, (20.0, 18.0)))
    program.wait()
    held = program.store.used_bytes
    program.reading.apply(open_anew)
    assert program.store.used_bytes < held


def test_the_surface_in_3d_is_that_of_the_edited_voxels(opened: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # OpenGL is of no account here.
    monkeypatch.setattr("viewer.loading.solids.known_graphics", lambda: Graphics(works=False))
    program = opened(as_stored(box()))
    program.reading.apply(arrange, "3d")
    program.wait()
    stack = program.reading.state.content.library.stacks[0]

    def volume_ml() -> float:
        program.wait()
        (key,) = surface_keys(program.reading.state, stack)
        found = program.store.surface_now(key)
        assert isinstance(found, PartSurface)
        assert found.full is not None
        return found.full.volume_ml or 0.0

    before = volume_ml()
    for n, edit in enumerate((program.stroke(3, (20.0, 16.0), radius_mm=4.0, reach="ball"), FillHoles(), Smooth(1.5))):
        program.edit(edit)
        assert program.store.surface(next(iter(surface_keys(program.reading.state, stack)))) is not PENDING, n
        found_ml = volume_ml()
        shown = program.store.edited_measure(program.overlay.instance, 1)
        assert shown is not None
        assert found_ml == pytest.approx(shown.volume_ml, rel=0.03)
    program.reading.apply(show_original, program.overlay.instance, 1, "original")
    assert volume_ml() == pytest.approx(before)


def test_edits_that_cannot_be_shown_say_why_and_the_original_stays(opened: Make) -> None:
    """A review file may hold edits of an object that is not what it was."""
    program = opened(as_stored(box()), placed=False)
    program.edit(FillHoles())
    program.wait()
    refused = program.store.edit_refused(program.overlay.instance, 1)
    assert refused is not None
    assert refused.code == "edit_no_position"
    assert program.store.edited_measure(program.overlay.instance, 1) is None


def test_what_was_cancelled_is_done_with_the_next_edit(opened: Make) -> None:
    program = opened(as_stored(box()))
    first, second = program.stroke(3, (20.0, 18.0)), program.stroke(2, (8.0, 6.0))
    program.edit(first)
    program.runner.cancel(("edited", program.overlay.instance, 1))
    program.wait()
    program.edit(second)
    grid = stack_grid(program.reading.state.content.library.stacks[0])
    wanted = upside_down(box())
    for edit in (first, second):
        wanted = edited(wanted, grid, edit, lambda: None)
    assert np.array_equal(program.drawn(), wanted)
