"""Where planes cut across a segmentation's slices: the voxels are made once, by one job, and no other job waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.loading.without_window import WithoutWindow
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import mask_on
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.loading import loader
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.planes import arrange, gather
from viewer.reading.changes.workspace import set_frame, show_stack
from viewer.representations import segmentation_volumes
from viewer.representations.on_plane import OnPlane
from viewer.scene.inputs import Pending, Unavailable

AXIAL = Grid(shape=(12, 20, 26), spacing_mm=(2.0, 1.0, 1.0), origin_mm=(-13.0, -10.0, 0.0))
CORONAL = Grid(shape=(10, 23, 26), spacing_mm=(2.0, 1.0, 1.0), origin_mm=(-13.0, -10.0, 22.3), down_column=(0.0, 0.0, -1.0))


def volume() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    labels = np.zeros(AXIAL.shape, np.uint8)
    labels[2:9, 4:15, 3:12] = 1
    labels[5:11, 8:18, 14:22] = 2
    return labels


class Opened(WithoutWindow):
    """A program without a window, with a series that cuts across another."""

    def show_coronal(self) -> None:
        stacks = [
            stack
            for patient in self.reading.state.content.library.patients
            for study in patient.studies
            for series in study.series
            for stack in series.stacks
        ]
        (coronal,) = (stack for stack in stacks if stack.planes[0].shape == CORONAL.shape[1:])
        self.reading.apply(set_layout, "1x2")
        self.reading.apply(show_stack, 1, coronal.id, 5)

    def shown(self) -> OnPlane:
        state = self.reading.state
        stack = state.stack_of(state.panes[1])
        assert stack is not None
        content = self.store.on_plane(self.overlay.instance, stack.planes[state.panes[1].frame])
        assert isinstance(content, OnPlane)
        return content


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    axial = image_series(np.zeros(AXIAL.shape, np.int16), AXIAL, Series("ct"))
    coronal = image_series(np.zeros(CORONAL.shape, np.int16), CORONAL, Series("mr", modality="MR", number=2))
    labels = segmentation(axial, volume(), [Part("One"), Part("Two")], Result("seg"))
    save([*axial, *coronal, labels], tmp_path)
    made = Opened()
    made.open(tmp_path)
    yield made
    made.close()


def test_what_cuts_across_is_shown_and_its_voxels_are_made_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    build = segmentation_volumes._build
    monkeypatch.setattr(segmentation_volumes, "_build", lambda *a: built.append(a[0].content) or build(*a))
    opened.show_coronal()
    opened.rest()
    for frame in (5, 3, 4, 7):
        opened.reading.apply(set_frame, 1, frame)
        opened.rest()
        # A coronal slice lies in every second row of the axial ones; its rows run down from z = 22.3, each by 1 mm.
        expected = volume()[:, 2 * frame, :][np.round((22.3 - np.arange(23)) / 2).astype(int)]
        content = opened.shown()
        for part in (1, 2):
            assert np.array_equal(mask_on(content, part, CORONAL.shape[1:]), expected == part)
    assert built == [opened.overlay.content]
    assert opened.store.used_bytes > 0


def on_screen(opened: Opened) -> list[OnPlane | Pending | Unavailable]:
    """What of the segmentation lies on the planes that are on the screen, without waiting for anything."""
    state = opened.reading.state
    stacks = [(pane, state.stack_of(pane)) for pane in state.panes]
    return [
        opened.store.on_plane(opened.overlay.instance, stack.planes[pane.frame])
        for pane, stack in stacks
        if stack is not None and stack.resliced
    ]


def across(opened: Opened) -> None:
    """Show planes of the axial images."""
    stack = next(one for one in opened.reading.state.content.library.stacks if one.planes[0].shape == AXIAL.shape[1:])
    opened.reading.apply(show_stack, 0, stack.id)
    opened.reading.apply(arrange, "planes")
    opened.rest()


def test_labels_move_with_the_crosshair_and_not_behind_it(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    # However busy the machine is.
    monkeypatch.setattr("viewer.loading.at_once._SHARE_S", 60.0)
    across(opened)
    for j, i in ((12, 9), (5, 16), (17, 4)):
        opened.reading.apply(gather, (AXIAL.origin_mm[0] + i, AXIAL.origin_mm[1] + j, 9.0))
        found = on_screen(opened)
        # Nothing was delivered since: a coronal and a sagittal plane are cut out of the voxels.
        cuts = {one.labels[0].labels.shape: one for one in found if isinstance(one, OnPlane) and one.labels}
        assert np.array_equal(cuts[12, 26].labels[0].labels, volume()[::-1, j, :])
        assert np.array_equal(cuts[12, 20].labels[0].labels, volume()[::-1, :, i])


@pytest.mark.parametrize("share", [4, 1 << 16])
def test_only_voxels_that_are_kept_are_cut_while_the_window_waits(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    """A volume that is too large to be kept would have its slices read for every plane: that is for jobs."""
    monkeypatch.setattr(loader, "_BUDGET_SHARE_OF_VOLUMES", share)
    across(opened)
    state = opened.reading.state
    for pane in state.panes:
        stack = state.stack_of(pane)
        assert stack is not None
        plane = stack.planes[3]
        cut = opened.loader.readers.on_plane_at_once(opened.overlay, plane)
        assert (cut is not None) is (stack.resliced and plane.shape != AXIAL.shape[1:] and share == 4)
    opened.reading.apply(gather, (AXIAL.origin_mm[0] + 9, AXIAL.origin_mm[1] + 12, 9.0))
    opened.rest()
    assert all(isinstance(one, OnPlane) for one in on_screen(opened))


def test_hiding_the_layer_ends_the_making_and_showing_it_begins_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices = []
    label_volume = segmentation_volumes.label_volume

    def slowly(source, levels, *, most_bytes, check):  # type: ignore[no-untyped-def]
        def slow_check(part: float) -> None:
            slices.append(part)
            for _ in range(200):
                check(part)
                time.sleep(0.005)

        return label_volume(source, levels, most_bytes=most_bytes, check=slow_check)

    monkeypatch.setattr(segmentation_volumes, "label_volume", slowly)
    opened.show_coronal()
    deadline = time.monotonic() + 30
    while not slices:
        assert time.monotonic() < deadline
        opened.runner.deliver()
        time.sleep(0.001)
    assert [progress.label for progress in opened.loader.progress] == ["Reading segmentation"]
    started = time.monotonic()
    opened.reading.apply(set_overlay_visible, opened.overlay.instance, False)
    opened.rest()
    assert time.monotonic() - started < 5
    assert len(slices) < 3
    monkeypatch.setattr(segmentation_volumes, "label_volume", label_volume)
    opened.reading.apply(set_overlay_visible, opened.overlay.instance, True)
    opened.rest()
    assert opened.shown().parts_here


def test_a_volume_larger_than_its_share_is_not_kept_and_the_plane_is_shown(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "_BUDGET_SHARE_OF_VOLUMES", 1 << 16)
    opened.show_coronal()
    opened.rest()
    assert opened.loader._volumes.used_bytes == 0
    assert opened.shown().parts_here == {1, 2}
