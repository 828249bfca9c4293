"""The strict reader: equal to pydicom on every real file, and never lost on a broken one."""

from __future__ import annotations

import contextlib
import io
import struct
import time
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.dicom.written_slice import written_slice
from viewer.dicom.file_meta import read_file_meta
from viewer.dicom.headers import NotAnInstance, read_header, read_header_with_pydicom
from viewer.dicom.tag_reader import NotUnderstood, read_sequence, read_top_level
from viewer.domain.instance import Source

TREE = {0x00100010: None, 0x00280010: None, 0x00081115: {0x0020000E: None, 0x0008114A: {0x00081155: None}}}


class Memory:
    """Bytes in memory as a reader."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]

    def close(self) -> None: ...

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_: object) -> None: ...


def encoded(dataset: Dataset, *, implicit: bool = False) -> bytes:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
    return buffer.getvalue()


def every_file(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.real_data
def test_headers_equal_those_read_by_pydicom_on_every_real_file(real_data: Path) -> None:
    strict = 0
    differing = []
    for path in every_file(real_data):
        source = Source("file", str(path))
        try:
            header = read_header(source)
        except NotAnInstance:
            continue
        if header.read_by == "pydicom" or any(issue.code == "too_deep" for issue in header.issues):
            continue
        strict += 1
        if header != read_header_with_pydicom(source):
            differing.append(path.name)
    assert differing == []
    assert strict > 450


@pytest.mark.real_data
def test_header_values_equal_what_pydicom_says_element_by_element(real_data: Path) -> None:
    texts = {
        "study_instance_uid": "StudyInstanceUID",
        "series_instance_uid": "SeriesInstanceUID",
        "patient_id": "PatientID",
        "study_date": "StudyDate",
        "modality": "Modality",
        "photometric_interpretation": "PhotometricInterpretation",
        "sop_class_uid": "SOPClassUID",
    }
    compared = 0
    for path in every_file(real_data):
        try:
            header = read_header(Source("file", str(path)))
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            dataset.PatientName  # noqa: B018 - decoding may warn about the character set, which is another test
        except (NotAnInstance, Exception):  # noqa: BLE001
            continue
        compared += 1
        for name, keyword in texts.items():
            stated = dataset.get(keyword)
            if stated is not None and stated != "" and not isinstance(stated, pydicom.multival.MultiValue):
                assert getattr(header, name) == str(stated).strip(" \0"), (path.name, keyword)
        assert header.rows == (dataset.get("Rows") or 0), path.name
        assert header.columns == (dataset.get("Columns") or 0), path.name
        if dataset.get("ImagePositionPatient"):
            assert header.frames[0].position == tuple(map(float, dataset.ImagePositionPatient)), path.name
        if "PerFrameFunctionalGroupsSequence" in dataset and header.modality in {"CT", "MR"}:
            groups = dataset.PerFrameFunctionalGroupsSequence
            assert len(header.frames) == len(groups)
            for frame, group in zip(header.frames, groups, strict=True):
                if "PlanePositionSequence" in group:
                    stated_position = group.PlanePositionSequence[0].ImagePositionPatient
                    assert frame.position == tuple(map(float, stated_position)), path.name
    assert compared > 450


@pytest.mark.real_data
def test_pixel_data_is_found_where_pydicom_finds_it(real_data: Path) -> None:
    compared = 0
    for path in every_file(real_data):
        try:
            header = read_header(Source("file", str(path)))
        except NotAnInstance:
            continue
        if any(issue.code == "too_deep" for issue in header.issues):
            continue  # pydicom exhausts the stack on it
        if header.pixels is None or header.pixels.length is None or header.transfer_syntax_uid.endswith("2.1.99"):
            continue
        dataset = pydicom.dcmread(path, force=True)
        if "PixelData" not in dataset:
            continue
        value = dataset.get_item("PixelData").value
        with path.open("rb") as file:
            file.seek(header.pixels.offset)
            assert file.read(header.pixels.length) == value, path.name
        compared += 1
    assert compared > 250


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("undefined", [False, True])
def test_nested_values_are_found_in_every_way_of_writing_a_sequence(implicit: bool, undefined: bool) -> None:
    instance = Dataset()
    instance.ReferencedSOPInstanceUID = "1.2.3"
    series = Dataset()
    series.ReferencedInstanceSequence = Sequence([instance])
    series.SeriesInstanceUID = "1.2"
    series["ReferencedInstanceSequence"].is_undefined_length = undefined
    instance.is_undefined_length_sequence_item = undefined
    dataset = Dataset()
    dataset.ReferencedSeriesSequence = Sequence([series, series])
    dataset["ReferencedSeriesSequence"].is_undefined_length = undefined
    dataset.PatientName = "A^B"
    dataset.Rows = 7
    data = encoded(dataset, implicit=implicit)
    found = read_top_level(Memory(data), 0, TREE, explicit=not implicit)
    assert found.item.values[0x00280010] == b"\x07\0"
    items = found.item.sequences[0x00081115]
    assert [item.values[0x0020000E].rstrip(b"\0") for item in items] == [b"1.2", b"1.2"]
    assert items[1].sequences[0x0008114A][0].values[0x00081155].rstrip(b"\0") == b"1.2.3"


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400), explicit=st.booleans())
def test_random_bytes_are_read_or_not_understood_and_nothing_else(data: bytes, explicit: bool) -> None:
    for read in (
        lambda: read_top_level(Memory(data), 0, TREE, explicit=explicit),
        lambda: read_sequence(data, {0x0020000E: None}, explicit=explicit),
        lambda: read_file_meta(Memory(b"\0" * 128 + b"DICM" + data)),
    ):
        try:
            read()
        except NotUnderstood:
            continue


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6), cut=st.integers(0, 900)
)
def test_a_damaged_header_never_raises_anything_but_its_own_error(changes: list[tuple[int, int]], cut: int) -> None:
    series = Dataset()
    series.SeriesInstanceUID = "1.2"
    series.ReferencedInstanceSequence = Sequence([Dataset()])
    dataset = written_slice()
    dataset.ReferencedSeriesSequence = Sequence([series])
    data = bytearray(encoded(dataset))
    for position, value in changes:
        data[position % len(data)] = value
    with contextlib.suppress(NotUnderstood):
        read_top_level(Memory(bytes(data[: len(data) - cut])), 0, TREE, explicit=True)


def test_two_thousand_nested_sequences_are_read_in_no_time(tmp_path: Path) -> None:
    head = written_slice()
    depth = 2000
    opening = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    closing = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    nested = opening * depth + closing * depth
    buffer = io.BytesIO()
    head.save_as(buffer, enforce_file_format=True)
    data = buffer.getvalue()
    place = data.index(struct.pack("<HH", 0x0010, 0x0010))
    path = tmp_path / "deep.dcm"
    path.write_bytes(data[:place] + nested + data[place:])
    started = time.perf_counter()
    header = read_header(Source("file", str(path)))
    assert time.perf_counter() - started < 1
    assert header.rows == head.Rows
    assert "too_deep" in {issue.code for issue in header.issues}


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_both_little_endian_syntaxes_are_read_without_pydicom(tmp_path: Path, syntax: str) -> None:
    dataset = written_slice(syntax=syntax)
    dataset.save_as(tmp_path / "a", enforce_file_format=True)
    header = read_header(Source("file", str(tmp_path / "a")))
    assert header.read_by == "tag_reader"
    assert header == read_header_with_pydicom(header.source)
