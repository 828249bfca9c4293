"""Content items read from bytes: the same as those read by way of data sets, or not understood."""

from __future__ import annotations

import io
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileDataset

from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    SITE,
    TRACKING_ID,
    by_reference,
    coded,
    container,
    document,
    image,
    number,
    region,
    text,
)
from viewer.dicom.datasets import read_dataset
from viewer.dicom.scan import scan
from viewer.dicom.tag_reader import NotUnderstood
from viewer.domain.instance import InstanceHeader
from viewer.iods.content_items import MAX_DEPTH, MAX_ITEMS, MAX_TEXT, read_tree
from viewer.iods.raw_content import read_raw_items
from viewer.iods.structured_report import SOP_CLASSES

UID = "1.2.3"


def report(length: str) -> Dataset:
    return document(
        REPORT,
        container(
            GROUP,
            text(TRACKING_ID, "lesion\r\n 1"),
            coded(FINDING, ("86049000", "SCT", "Neoplasm"), coded(SITE, ("T-28000", "SRT", "Lung"))),
            number(DIAMETER, length, MILLIMETRE, region("POLYLINE", [1.5, 2.5, 3.5, 4.5], image(UID))),
            number(DIAMETER, None, MILLIMETRE),
            by_reference("1.1.2"),
        ),
        container(GROUP, number(DIAMETER, length, MILLIMETRE)),
    )


def encoded(dataset: Dataset, *, implicit: bool) -> bytes:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
    return buffer.getvalue()


def parsed(data: bytes, *, implicit: bool) -> Dataset:
    return pydicom.filereader.read_dataset(io.BytesIO(data), is_implicit_VR=implicit, is_little_endian=True)


def through_data_sets(dataset: Dataset) -> Dataset:
    """Make pydicom parse the Content Sequence, so that its bytes are no longer there."""
    assert dataset.ContentSequence is not None
    return dataset


def raw(dataset: Dataset, *, implicit: bool = False) -> object:
    bounds = {"most_items": MAX_ITEMS, "most_depth": MAX_DEPTH, "most_text": MAX_TEXT}
    return read_raw_items(dataset.get_item("ContentSequence").value, explicit=not implicit, **bounds)


@pytest.mark.parametrize("implicit", [False, True])
def test_items_from_bytes_equal_those_from_data_sets(implicit: bool) -> None:
    data = encoded(report("12.50"), implicit=implicit)
    assert raw(parsed(data, implicit=implicit), implicit=implicit)
    ours = read_tree(parsed(data, implicit=implicit))
    assert ours == read_tree(through_data_sets(parsed(data, implicit=implicit)))
    assert ours.by_position["1.1.3"].value == "12.50"


def test_letters_beyond_ascii_and_undefined_lengths_are_left_to_data_sets() -> None:
    german = report("1")
    german.SpecificCharacterSet = "ISO_IR 100"
    german.ContentSequence[0].ContentSequence[0].TextValue = "Läsion"
    undefined = report("1")
    undefined.ContentSequence[0]["ContentSequence"].is_undefined_length = True
    for unusual in (german, undefined):
        data = encoded(unusual, implicit=False)
        with pytest.raises(NotUnderstood):
            raw(parsed(data, implicit=False))
        assert read_tree(parsed(data, implicit=False)) == read_tree(through_data_sets(parsed(data, implicit=False)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=3))
def test_damaged_items_are_not_understood_or_equal(damages: list[tuple[int, int]]) -> None:
    whole = bytearray(encoded(report("12.5"), implicit=False))
    start = whole.index(b"\x40\x00\x30\xa7SQ") + 12
    for at, value in damages:
        whole[start + at % (len(whole) - start)] = value
    try:
        items = raw(parsed(bytes(whole), implicit=False))
    except NotUnderstood:
        return
    assert items
    ours = read_tree(parsed(bytes(whole), implicit=False))
    assert ours == read_tree(through_data_sets(parsed(bytes(whole), implicit=False)))


@pytest.mark.real_data
def test_real_reports_are_the_same_from_bytes_and_from_data_sets(real_data: Path) -> None:
    compared = 0
    for header in scan([real_data]):
        if not isinstance(header, InstanceHeader) or header.sop_class_uid not in SOP_CLASSES:
            continue
        dataset: FileDataset = read_dataset(header)
        if "ContentSequence" not in dataset:
            continue
        ours = read_tree(dataset)
        assert ours == read_tree(through_data_sets(read_dataset(header))), header.source.path
        compared += 1
    assert compared > 50
