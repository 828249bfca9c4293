"""Programs that judge what was written: dciodvfy (dicom3tools), dsrdump and dcmpschk (DCMTK), and highdicom's reader."""

from __future__ import annotations

import subprocess
from pathlib import Path

import highdicom as hd


def iod_errors(path: Path) -> list[str]:
    """What dciodvfy finds wrong; its warnings about private coding schemes are none."""
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False).stderr
    return [line for line in said.splitlines() if line.startswith("Error")]


def dumped(path: Path) -> str:
    """The tree that dsrdump prints; it fails where a tree breaks the rules of its document."""
    return subprocess.run(["dsrdump", "+U8", "+Pl", path], capture_output=True, text=True, check=True).stdout


def state_is_accepted(path: Path) -> bool:
    """Whether dcmpschk accepts a presentation state."""
    said = subprocess.run(["dcmpschk", "-v", path], capture_output=True, text=True, check=False)
    return "Test passed" in said.stdout + said.stderr


def groups_read_by_highdicom(path: Path) -> int:
    """How many measurement groups highdicom reads."""
    report = hd.sr.srread(path).content
    planar, volumetric = report.get_planar_roi_measurement_groups(), report.get_volumetric_roi_measurement_groups()
    return len(planar) + len(volumetric) + len(report.get_image_measurement_groups())
