"""Saves a data set and reads it back as an overlay with its frames, as the program does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from viewer.dicom.frames import FrameReader
from viewer.domain.overlay import Overlay, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.iods.segmentation import read


@dataclass(frozen=True)
class ReadBack:
    """An overlay, its content and the function that reads its frames."""

    overlay: Overlay
    content: Segmentation
    read_frame: ReadFrame

    @property
    def codes(self) -> set[str]:
        """The codes of its issues."""
        return {issue.code for issue in self.overlay.issues}


def read_back(dataset: Dataset, folder: Path) -> ReadBack:
    """Write a data set into a folder and read it."""
    path = folder / f"{dataset.SOPInstanceUID}.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return read_path(path)


def read_path(path: Path) -> ReadBack:
    """Read a segmentation."""
    header = header_of(path)
    overlay = read(header)
    assert isinstance(overlay.content, Segmentation)
    return ReadBack(overlay, overlay.content, FrameReader.of(header).read_raw)
