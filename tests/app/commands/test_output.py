"""What commands print survives file names that are no Unicode and terminals that hold few letters; JSON stays JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.synthetic.identity import Study, save
from tests.synthetic.image import Grid, Series, image_series

ODD_NAME = b"caf\xe9.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One slice of a patient whose name is not ASCII, and a file whose name is not UTF-8."""
    grid = Grid((1, 3, 5))
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series(study=Study(patient_name="Müller^Änne")))
    images[0].SpecificCharacterSet = "ISO_IR 192"
    save(images, tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + ODD_NAME)).write_bytes(b"no DICOM")
    return tmp_path


def overread(folder: Path, *arguments: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        "-c",
        "import sys; from viewer.app.main import main; sys.exit(main())",
        *arguments,
        str(folder),
    ]
    return subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["utf-8:strict", "utf-8:surrogateescape", "ascii:strict"])
def test_json_is_whole_and_valid_on_every_terminal(folder: Path, encoding: str) -> None:
    done = overread(folder, "scan", "--json", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout.decode("utf-8"))
    assert document["patients"][0]["patient_name"] == "Müller^Änne"
    assert [Path(one["path"]).name for one in document["skipped"]] == [r"caf\xe9.txt"]


@pytest.mark.parametrize("command", ["scan", "layers"])
@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_a_table_is_printed_on_every_terminal(folder: Path, command: str, encoding: str) -> None:
    done = overread(folder, command, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding.partition(":")[0])
