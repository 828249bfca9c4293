"""Displayed pixels of every image file of the real data, within one grey level of DCMTK's dcm2pnm."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.dicom.image_files import UNREADABLE, image_files
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, Window
from viewer.imaging.choices import default_window
from viewer.imaging.colour import display_colour, is_colour
from viewer.imaging.grey import display_grey

pytestmark = pytest.mark.real_data

TOOLS = ("dcmj2pnm", "dcml2pnm")
"""dcm2pnm with the JPEG codecs, and with those of JPEG-LS. Neither has JPEG 2000, HTJ2K or JPEG XL."""
NO_DCMTK_CODEC = ("1.2.840.10008.1.2.4.9", "1.2.840.10008.1.2.4.20", "1.2.840.10008.1.2.4.11")

EXCEPTIONS = {
    "enhanced-multiframe/1901_WIP_3DpCASL_real.dcm": "DCMTK does not apply the rescale of functional groups",
    "enhanced-multiframe/IM_0027_fMAP.dcm": "DCMTK does not apply the rescale of functional groups",
    "enhanced-multiframe/eCT_Supplemental.dcm": "DCMTK shows a supplemental palette in grey",
    "hostile/orthanc-mirrors__2023-04-21-RLEPlanarConfigurationYBR_FULL.dcm": (
        "DCMTK cuts off YBR to RGB in integer tables: two levels; equal to pydicom"
    ),
    "hostile/orthanc-mirrors__Issue19.dcm": "DCMTK cuts off YBR to RGB in integer tables: two levels; equal to pydicom",
    "hostile/orthanc-mirrors__2020-09-12-ELSCINT1-PMSCT_RLE1.dcm": "DCMTK does not know the private pixels of ELSCINT1",
    "hostile/orthanc-mirrors__MultiframeWindowing.dcm": "DCMTK refuses a missing Pixel Representation",
    "hostile/orthanc-mirrors__2026-05-06-Deeply-Nested-Sequence.dcm": "DCMTK gives up on the nesting",
    "hostile/pydicom__MR_truncated.dcm": "DCMTK refuses a file that is cut off",
    "pmap-ct-small/parametric_map_float.dcm": "DCMTK refuses Float Pixel Data",
}
"""RT Dose besides: DCMTK does not apply Dose Grid Scaling."""


def picture_of(path: str, index: int, window: Window | None, out: Path) -> NDArray[np.uint8] | None:
    chosen = [] if window is None else ["+Ww", repr(window.center), repr(window.width)]
    for tool in TOOLS:
        command = [tool, "-q", "-O", "+F", str(index + 1), *chosen, path, str(out)]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return portable_map(out.read_bytes())
    return None


def portable_map(data: bytes) -> NDArray[np.uint8]:
    found = re.match(rb"(P[56])\s+(?:#[^\n]*\n)*\s*(\d+)\s+(\d+)\s+255\s", data)
    assert found is not None
    columns, rows = int(found[2]), int(found[3])
    pixels = np.frombuffer(data, np.uint8, offset=found.end())
    return pixels.reshape((rows, columns, 3) if found[1] == b"P6" else (rows, columns))


def window_for(frame: DecodedFrame, attributes: ImageAttributes, index: int) -> Window:
    """The first window as LINEAR, with numbers that survive the command line."""
    window = default_window(frame, attributes, index=index)
    assert isinstance(window, Window)
    return Window(round(window.center, 3), max(round(window.width, 3), 1.0))


def test_displayed_pixels_are_within_one_level_of_dcmtk(real_data: Path, tmp_path: Path) -> None:
    assert all(shutil.which(tool) for tool in TOOLS)
    different: dict[str, int] = {}
    compared = 0
    for name, header in image_files(real_data):
        segmentation = header.sop_class_uid.startswith("1.2.840.10008.5.1.4.1.1.66.")
        if name in UNREADABLE or segmentation or header.modality == "RTDOSE":
            continue
        if header.transfer_syntax_uid.startswith(NO_DCMTK_CODEC):
            continue
        attributes = read_image_attributes(header)
        index = attributes.number_of_frames // 2
        frame = FrameReader(header, attributes).read(index)
        if is_colour(attributes):
            window, mine = None, display_colour(frame, attributes, index=index)
        else:
            window = window_for(frame, attributes, index)
            mine = display_grey(frame, attributes, index=index, window=window, inverted=False)
        theirs = picture_of(header.source.path, index, window, tmp_path / "out.pnm")
        if theirs is None or theirs.shape != mine.shape:
            different[name] = -1
            continue
        worst = int(np.abs(theirs.astype(int) - mine).max())
        if worst > 1:
            different[name] = worst
        compared += 1
    assert set(different) == set(EXCEPTIONS), different
    assert {name: worst for name, worst in different.items() if worst == 2} == {
        name: 2 for name, cause in EXCEPTIONS.items() if "two levels" in cause
    }
    assert compared > 300
