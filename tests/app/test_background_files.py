"""Files written behind the window: what they hold, and what is told when they cannot be written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from vtkmodules.vtkIOGeometry import vtkSTLReader

from tests.ui.small_study import small_state
from viewer.app.background_files import export_measurements, save_surfaces
from viewer.domain.mesh import Mesh
from viewer.export.mesh_files import NamedMesh
from viewer.loading.runner import Runner

CORNER = Mesh(
    np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]), np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
)


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(lambda: None, threads=1)
    yield made
    made.close()


def told_by(runner: Runner, told: list[OSError | None]) -> OSError | None:
    deadline = time.monotonic() + 10
    while not told:
        runner.deliver()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    (one,) = told
    return one


def test_surfaces_are_written_and_a_folder_that_is_not_there_is_told(runner: Runner, tmp_path: Path) -> None:
    told: list[OSError | None] = []
    surfaces = (NamedMesh("Corner", CORNER, (255, 0, 0)),)
    save_surfaces(runner, surfaces, tmp_path / "a.stl", label="Saving", tell=told.append)
    assert told_by(runner, told) is None
    reader = vtkSTLReader()
    reader.SetFileName(str(tmp_path / "a.stl"))
    reader.Update()
    assert reader.GetOutput().GetNumberOfCells() == 4
    told.clear()
    save_surfaces(runner, surfaces, tmp_path / "no" / "a.stl", label="Saving", tell=told.append)
    assert isinstance(told_by(runner, told), FileNotFoundError)


def test_the_table_of_measurements_is_written_and_a_folder_that_is_not_there_is_told(runner: Runner, tmp_path: Path) -> None:
    told: list[OSError | None] = []
    export_measurements(runner, small_state(), tmp_path / "a.csv", label="Saving", tell=told.append)
    assert told_by(runner, told) is None
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    told.clear()
    export_measurements(runner, small_state(), tmp_path / "no" / "a.csv", label="Saving", tell=told.append)
    assert isinstance(told_by(runner, told), FileNotFoundError)
