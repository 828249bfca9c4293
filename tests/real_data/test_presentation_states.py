"""Every greyscale presentation state of the real data on the images it names, against DCMTK's dcmp2pgm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from tests.app.rendered import grey_of, render
from tests.app.test_states_against_dcmtk import portable_grey

pytestmark = pytest.mark.real_data

GREYSCALE = "1.2.840.10008.5.1.4.1.1.11.1"


def objects(folder: Path) -> dict[str, tuple[Path, pydicom.Dataset]]:
    found = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
        except (InvalidDicomError, OSError):
            continue
        found[str(dataset.get("SOPInstanceUID", ""))] = (path, dataset)
    return found


@pytest.mark.parametrize("folder", ["gsps-overlays-clunie", "tiny"])
def test_states_show_their_images_as_dcmtk_does(real_data: Path, tmp_path: Path, folder: str) -> None:
    known = objects(real_data / folder)
    tool = shutil.which("dcmp2pgm")
    assert tool is not None
    compared = 0
    for uid, (path, dataset) in known.items():
        if dataset.get("SOPClassUID") != GREYSCALE:
            continue
        for series in dataset.ReferencedSeriesSequence:
            for reference in series.ReferencedImageSequence:
                image = known[reference.ReferencedSOPInstanceUID][0]
                theirs, ours = tmp_path / "theirs.pgm", tmp_path / "ours.png"
                subprocess.run([tool, "-q", "-p", path, image, theirs], check=True, capture_output=True)
                wanted = ("--instance", reference.ReferencedSOPInstanceUID, "--state", uid, "--grey")
                assert render(real_data / folder, ours, *wanted) == 0
                difference = grey_of(ours).astype(int) - portable_grey(theirs)
                assert np.abs(difference).max() <= 1, f"{path.name} on {image.name}"
                compared += 1
    assert compared
