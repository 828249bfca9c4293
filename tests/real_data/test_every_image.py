"""Every file of the real data shows or says why not, and no other decoder shows one that we do not; grey values agree."""

from __future__ import annotations

import contextlib
import io
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.dicom.image_files import UNREADABLE, image_files
from tests.real_data.every_image import Row, rows
from tests.real_data.gdcm_witness import decoded
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import Window
from viewer.imaging.choices import default_window
from viewer.imaging.grey import display_grey

pytestmark = pytest.mark.real_data

DCMTK = ("dcmj2pnm", "dcml2pnm")

NOT_READ_BY_GDCM = {
    "enhanced-multiframe/emri_small_jpeg_2k_lossless_too_short.dcm": "the codestream of a frame is cut off",
    "gsps-overlays-clunie/overlay.dcm": "an assertion about overlay planes ends its process",
    "hostile/orthanc-mirrors__2020-09-12-ELSCINT1-PMSCT_RLE1.dcm": "pixels in a private element",
    "hostile/orthanc-mirrors__2026-05-06-Deeply-Nested-Sequence.dcm": "its process dies at the nesting",
    "hostile/orthanc-mirrors__UnknownSopClassUid.dcm": "the SOP class is unknown to it",
    "hostile/pydicom__MR_truncated.dcm": "the file is cut off",
    "hostile/pydicom__emri_small_jpeg_2k_lossless_too_short.dcm": "the codestream of a frame is cut off",
    "overlays-60xx/ovly_p01.dcm": "an assertion about overlay planes ends its process",
    "pmap-ct-small/parametric_map_float.dcm": "Float Pixel Data",
    "transfer-syntaxes-ct/will-jxl.dcm": "JPEG XL",
}
"""Besides segmentations, which it does not take for images."""

NOT_AS_GDCM = {
    "hostile/pydicom__J2K_pixelrep_mismatch.dcm": (
        "13 signed bits in a codestream that calls them unsigned: gdcm loses the sign; equal to pydicom, whose file it is"
    ),
}


@pytest.fixture(scope="module")
def table(real_data: Path) -> list[Row]:
    return list(rows(real_data))


def test_the_table_holds_every_file_once_and_every_image_that_does_not_show_is_known_with_its_cause(
    table: list[Row], real_data: Path
) -> None:
    folders = [one for one in real_data.iterdir() if one.is_dir()]
    every = {str(path.relative_to(real_data)) for one in folders for path in one.rglob("*") if path.is_file()}
    assert sorted(row.name for row in table) == sorted(every)
    images = [row for row in table if row.is_image]
    assert len(images) > 350
    assert {row.name for row in images if row.why_not} == set(UNREADABLE), "\n".join(map(str, images))
    assert all(row.why_not.endswith(".") for row in images if row.why_not)


def test_no_other_decoder_shows_a_file_that_is_not_shown(table: list[Row], real_data: Path, tmp_path: Path) -> None:
    left_out = [real_data / row.name for row in table if row.why_not and not row.why_not.startswith("copy of")]
    by_gdcm = {str(path) for path, found in decoded(left_out, tmp_path).items() if found is not None}
    by_dcmtk = {str(path) for path in left_out if any(dcmtk_shows(tool, path, tmp_path / "x.pnm") for tool in DCMTK)}
    by_pydicom = {str(path) for path in left_out if pydicom_shows(path)}
    assert (by_gdcm, by_dcmtk, by_pydicom) == (set(), set(), set())


def dcmtk_shows(tool: str, path: Path, out: Path) -> bool:
    # With memory for any honest file: see the test below.
    command = ["prlimit", f"--as={1 << 30}", tool, "-q", str(path), str(out)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_the_images_too_large_to_show_do_not_hold_a_single_row(real_data: Path) -> None:
    # DCMTK, given 16 GB, makes up the missing rows in black; there is nothing in these files to show.
    too_large = [name for name, (code, _) in UNREADABLE.items() if code == "too_large"]
    assert len(too_large) == 2
    for name in too_large:
        dataset = pydicom.dcmread(real_data / name)
        assert len(dataset.PixelData) < dataset.Columns


def pydicom_shows(path: Path) -> bool:
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(path)
            # 4 and 8 GB that the file does not hold: pydicom would ask for the memory first.
            return dataset.Rows * dataset.Columns < 1 << 28 and dataset.pixel_array.size > 0
        except Exception:  # noqa: BLE001 - whatever it raises, it does not show the file
            return False


def test_grey_values_are_those_of_gdcm(real_data: Path, tmp_path: Path) -> None:
    files = [(name, header) for name, header in image_files(real_data) if name not in UNREADABLE]
    witness = decoded([Path(header.source.path) for _, header in files], tmp_path)
    refused: set[str] = set()
    different: dict[str, int] = {}
    compared = 0
    for name, header in files:
        theirs = witness[Path(header.source.path)]
        if theirs is None:
            if header.modality != "SEG":
                refused.add(name)
            continue
        if theirs.photometric.startswith("YBR"):
            continue  # gdcm leaves it as it is; tests/imaging/test_against_dcmtk.py has these
        attributes = read_image_attributes(header)
        index = attributes.number_of_frames // 2
        frame = FrameReader(header, attributes).read(index)
        compared += 1
        if np.array_equal(frame.stored, theirs.frame, equal_nan=frame.stored.dtype.kind == "f"):
            continue
        window = default_window(frame, attributes, index=index)
        assert isinstance(window, Window)
        mine, other = (
            display_grey(one, attributes, index=index, window=window, inverted=False).astype(int)
            for one in (frame, replace(frame, stored=theirs.frame.astype(frame.stored.dtype)))
        )
        if np.abs(mine - other).max() > 1:
            different[name] = int(np.abs(mine - other).max())
    assert refused == set(NOT_READ_BY_GDCM)
    assert set(different) == set(NOT_AS_GDCM), different
    assert compared > 330
