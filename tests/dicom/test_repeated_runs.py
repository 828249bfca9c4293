"""Stretches of elements that were walked before: with them the answers are those of a walk over every element."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests.dicom.test_tag_reader import Memory, encoded
from viewer.dicom.file_meta import read_file_meta
from viewer.dicom.repeated_runs import RepeatedRuns
from viewer.dicom.tag_reader import NotUnderstood, TopLevel, read_top_level

TREE = {
    **dict.fromkeys((0x00080008, 0x00080060, 0x00100010, 0x00180050, 0x0020000E, 0x00200013, 0x00280010, 0x00280011)),
    0x00081140: {0x00081155: None},
    0x00281050: None,
}


def slice_of(series: str, number: int, *, implicit: bool = False) -> bytes:
    dataset = Dataset()
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.SOPInstanceUID = f"1.2.3.{number}" + "4" * (number % 5)
    dataset.Modality = "CT"
    dataset.Manufacturer = "Somebody"
    reference = Dataset()
    reference.ReferencedSOPInstanceUID = f"1.2.{number % 2}"
    dataset.ReferencedImageSequence = [reference]
    dataset.ProcedureCodeSequence = [reference]
    dataset.PatientName = "A^B"
    dataset.PatientID = series
    dataset.SliceThickness = 1.5
    dataset.SeriesInstanceUID = series
    dataset.InstanceNumber = number
    dataset.Rows = dataset.Columns = 4
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.WindowCenter = "40"
    dataset.WindowWidth = "400"
    dataset.PixelData = bytes(32)
    dataset["PixelData"].VR = "OW"
    return encoded(dataset, implicit=implicit)


def read(data: bytes, runs: RepeatedRuns | None, *, explicit: bool = True) -> TopLevel | None:
    try:
        return read_top_level(Memory(data), 0, TREE, explicit=explicit, runs=runs)
    except NotUnderstood:
        return None


@pytest.mark.parametrize("share_items", [False, True])
@pytest.mark.parametrize("implicit", [False, True])
def test_files_of_series_that_take_turns_are_read_as_without_runs(implicit: bool, share_items: bool) -> None:
    runs = RepeatedRuns(TREE, share_items=share_items)
    for number in range(1, 13):
        for series in ("1.5", "1.66", "1.777"):
            data = slice_of(series, number, implicit=implicit)
            assert read(data, runs, explicit=not implicit) == read(data, None, explicit=not implicit)


def test_a_run_is_taken_only_where_its_tags_rise() -> None:
    runs = RepeatedRuns(TREE)
    whole = [slice_of("1.5", number) for number in range(1, 4)]
    for data in whole:
        read(data, runs)
    start = whole[0].index(b"\x10\x00\x10\x00PN")
    end = whole[0].index(b"\x20\x00\x13\x00IS")
    assert runs.at(whole[0], start, 0x00081140) is not None
    assert runs.at(whole[0], start, 0x00180000) is None
    twice = whole[0][:end] + whole[0][start:end] + whole[0][end:]
    assert read(twice, runs) is None


@pytest.mark.parametrize("share_items", [False, True])
@settings(max_examples=100, deadline=None)
@given(
    files=st.lists(
        st.tuples(
            st.sampled_from(["1.5", "1.66"]),
            st.integers(1, 9),
            st.lists(st.tuples(st.integers(0, 430), st.integers(0, 255))),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_damaged_files_are_read_or_refused_as_without_runs(
    share_items: bool, files: Sequence[tuple[str, int, list[tuple[int, int]]]]
) -> None:
    runs = RepeatedRuns(TREE, share_items=share_items)
    for series, number, damages in files:
        data = bytearray(slice_of(series, number))
        for at, value in damages:
            data[at % len(data)] = value
        assert read(bytes(data), runs) == read(bytes(data), None)


def meta_of(instance: str, syntax: str = "1.2.840.10008.1.2.1") -> bytes:
    elements = ((2, "1.2.840.10008.5.1.4.1.1.2"), (3, instance), (0x10, syntax))
    values = [(number, value.encode() + b"\0" * (len(value) % 2)) for number, value in elements]
    meta = b"".join(struct.pack("<HH2sH", 2, number, b"UI", len(value)) + value for number, value in values)
    return bytes(128) + b"DICM" + meta + slice_of("1.5", 1)


@pytest.mark.parametrize("instance", ["1.2.3", "1.2.4", "1.2.34567", "1.2.3.4.5.6.7"])
@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
def test_file_meta_information_is_that_of_its_own_file(instance: str, syntax: str) -> None:
    for before in ("1.2.3", "1.2.9", "1.2.3.4.5"):
        read_file_meta(Memory(meta_of(before)))
        data = meta_of(instance, syntax)
        values, start = read_file_meta(Memory(data))
        assert values[0x00020003].rstrip(b"\0").decode() == instance
        assert values[0x00020010].rstrip(b"\0").decode() == syntax
        assert data[start:] == slice_of("1.5", 1)


def test_a_sequence_that_stands_in_several_files_is_read_once() -> None:
    runs = RepeatedRuns(TREE, share_items=True)
    # The referenced image is that of every second file.
    found = [read(slice_of("1.5", number), runs) for number in (1, 3, 2, 5)]
    first, third, second, fifth = (one.item.sequences[0x00081140] for one in found if one is not None)
    assert first is third
    assert first is fifth
    assert first is not second
    assert [item.values for item in second] != [item.values for item in first]
