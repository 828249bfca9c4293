"""Planes and 3D of 104 segments in the whole window: how soon the surfaces are there, how long a crosshair step takes.

What has a limit in seconds is processor time of the window's thread, as in ``test_window_speed``; 3D pictures are made on
another thread, so none of their time may be in it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.benchmarks.studies import FULL, SEGMENTS, BodyStudy
from tests.benchmarks.test_window_speed import linked, settle
from viewer.app.window import Program
from viewer.geometry.plane import to_vector
from viewer.reading.changes.planes import arrange, gather
from viewer.reading.changes.volume import set_preset, toggle_surfaces
from viewer.scene.volume_inputs import PartSurface
from viewer.scene.volume_scene import surface_keys
from viewer.ui.volume.canvas import VolumeCanvas

pytestmark = pytest.mark.benchmark_bar
PATIENCE_S = 120.0
PREVIEWS_S, VOLUME_S = 1.5, 1.0
"""Of 600 slices, by hand. Reached on two cores: 1.2 to 1.6 s and 0.7 to 0.8 s."""

LONGEST_BLOCK_S = 0.1
"""The bar is 50 ms; 25 to 45 ms are reached on a machine that does something else besides."""

STEP_S = 1.5 / 60
"""Three planes with 104 segments and all panels. The bar is a sixtieth; 11 to 13 ms are reached on an idle machine, and up
to 20 ms while others use it.
"""


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path, body: BodyStudy) -> Iterator[Program]:
    made = Program(qapp, settings_path=tmp_path / "settings.json", data_folder=tmp_path / "data")
    made.window.resize(1600, 960)
    made.window.show()
    made.open_paths([linked(tmp_path / "study", *body.images, body.binary)])
    settle(made)
    yield made
    made.window.close()
    made.close()


def previews(program: Program) -> int:
    """How many surfaces are there, coarsely at least."""
    state = program.reading.state
    stack = state.stack_of(state.panes[3])
    assert stack is not None
    return sum(isinstance(program.store.surface(key), PartSurface) for key in surface_keys(state, stack))


def test_all_surfaces_come_soon_and_nothing_blocks_the_window_meanwhile(program: Program) -> None:
    begun = time.perf_counter()
    program.reading.apply(arrange, "planes_3d")
    blocks: list[float] = []
    # Counting is work, too: not at every turn.
    while len(blocks) % 20 or previews(program) < SEGMENTS:
        assert time.perf_counter() - begun < PATIENCE_S
        start = time.thread_time()
        QApplication.processEvents()
        blocks.append(time.thread_time() - start)
        time.sleep(0.001)
    taken = time.perf_counter() - begun
    print(f"\n104 surfaces after {taken:.2f} s, longest block {max(blocks) * 1000:.0f} ms")
    assert max(blocks) <= LONGEST_BLOCK_S
    if FULL:
        assert taken <= PREVIEWS_S


def test_a_crosshair_step_waits_for_no_3d_picture(program: Program) -> None:
    program.reading.apply(arrange, "planes_3d")
    settle(program)
    cross = program.reading.state.crosshair
    assert cross is not None
    taken = []
    for step in range(20):
        point = np.asarray(cross.point_patient) + step * np.array([0.8, 0.7, 0.0]) + (0.0, 0.0, 1.5 * (step % 10))
        start = time.thread_time()
        program.reading.apply(gather, to_vector(point))
        QApplication.processEvents()
        taken.append(time.thread_time() - start)
    print(f"\na crosshair step {np.median(taken) * 1000:.0f} ms, the longest {max(taken) * 1000:.0f} ms")
    assert float(np.median(taken)) <= STEP_S


def test_the_first_volume_rendering_comes_soon(program: Program) -> None:
    """From nothing: the images are read into a volume and OpenGL is tried, then the picture is made."""
    settle(program)
    program.reading.apply(arrange, "planes_3d")
    program.reading.apply(set_preset, 3, "ct_soft_tissue")
    program.reading.apply(toggle_surfaces, 3)
    (canvas,) = program.window.findChildren(VolumeCanvas)
    begun = time.perf_counter()
    while bright(canvas) < 0.1:
        assert time.perf_counter() - begun < PATIENCE_S
        QApplication.processEvents()
        time.sleep(0.005)
    taken = time.perf_counter() - begun
    print(f"\nfirst volume rendering after {taken:.2f} s")
    if FULL:
        assert taken <= VOLUME_S


def bright(canvas: VolumeCanvas) -> float:
    """Which part of the middle of the pane is bright: nothing else than the picture is there."""
    shown = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.bytesPerLine())
    height, width = shown.height(), shown.width()
    return float((pixels[height // 4 : -height // 4, width // 4 : width - width // 4] > 35).mean())
