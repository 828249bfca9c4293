"""Functional groups from raw bytes equal those that pydicom parses, on every real multi-frame object."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tests.dicom.written_slice import written_slice
from viewer.dicom.functional_groups import PER_FRAME, SHARED, FunctionalGroups, groups_of
from viewer.dicom.headers import read_header
from viewer.dicom.wanted_items import read_wanted
from viewer.domain.instance import Source

TREE = {
    0x00209113: {0x00200032: None},
    0x0062000A: {0x0062000B: None},
    0x00209111: {0x00209157: None},
    0x00289110: {0x00280030: None},
}


def groups_in(path: Path) -> FunctionalGroups:
    return groups_of(read_wanted(read_header(Source("file", str(path))), {SHARED: TREE, PER_FRAME: TREE}))


@pytest.mark.real_data
def test_values_of_every_frame_equal_those_of_pydicom(real_data: Path) -> None:
    compared = 0
    for path in sorted(real_data.rglob("*")):
        if not path.is_file() or "Nested" in path.name:
            continue
        dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        if PER_FRAME not in dataset:
            continue
        groups = groups_in(path)
        items = dataset[PER_FRAME].value
        shared = dataset[SHARED].value[0] if SHARED in dataset and dataset[SHARED].value else {}
        assert len(groups.frames) == len(items), path.name
        for index, item in enumerate(items):
            position = groups.macro(index, 0x00209113)
            stated = item if 0x00209113 in item else shared
            if 0x00209113 in stated:
                assert position is not None
                text = position.values[0x00200032].decode().strip(" \0")
                assert [float(part) for part in text.split("\\")] == list(stated[0x00209113].value[0].ImagePositionPatient)
            segment = groups.macro(index, 0x0062000A)
            stated = item if 0x0062000A in item else shared
            if 0x0062000A in stated:
                assert segment is not None
                number = int.from_bytes(segment.values[0x0062000B], "little")
                assert stated[0x0062000A].value[0].ReferencedSegmentNumber == number, path.name
        compared += 1
    assert compared > 20


def test_a_value_of_the_frame_comes_before_the_shared_one(tmp_path: Path) -> None:
    def measures(spacing: float) -> pydicom.Dataset:
        inner = pydicom.Dataset()
        inner.PixelSpacing = [spacing, spacing]
        outer = pydicom.Dataset()
        outer.PixelMeasuresSequence = [inner]
        return outer

    dataset = written_slice(NumberOfFrames=2)
    dataset.SharedFunctionalGroupsSequence = [measures(2.0)]
    dataset.PerFrameFunctionalGroupsSequence = [measures(3.0), pydicom.Dataset()]
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    groups = groups_in(tmp_path / "a.dcm")
    told = [groups.macro(index, 0x00289110) for index in range(2)]
    assert [item.values[0x00280030] for item in told if item is not None] == [b"3.0\\3.0 ", b"2.0\\2.0 "]
