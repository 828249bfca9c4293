"""Every content item that DCMTK's dsr2xml prints stands in our tree with the same type, concept, value and coordinates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.iods.dsr2xml import XmlItem, read_items
from tests.synthetic.read_report import content_of
from viewer.dicom.scan import scan
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.instance import InstanceHeader
from viewer.domain.report import ContentItem
from viewer.domain.roles import role_of
from viewer.iods.registry import read_overlay

pytestmark = pytest.mark.real_data


def _reports(folder: Path) -> list[InstanceHeader]:
    found = scan([folder])
    return [header for header in found if isinstance(header, InstanceHeader) and role_of(header) == "report"]


@pytest.fixture(scope="module")
def reports(real_data: Path) -> list[InstanceHeader]:
    return _reports(real_data)


def test_every_item_that_dsr2xml_prints_is_in_our_tree_with_the_same_content(reports: list[InstanceHeader]) -> None:
    compared = 0
    for header in reports:
        name = Path(header.source.path).name
        theirs = read_items(Path(header.source.path))
        assert theirs is not None, f"dsr2xml does not read {name}"
        ours = content_of(read_overlay(header)).by_position
        positions = {item.number: item.position for item in theirs}
        for item in theirs:
            assert item.position in ours, f"{name}: item {item.position} ({item.value_type}) is missing"
            _compare(item, ours[item.position], positions, f"{name} item {item.position}")
        assert len(ours) == len(theirs), name
        compared += len(theirs)
    assert compared > 2000


def _compare(theirs: XmlItem, ours: ContentItem, positions: dict[str, str], where: str) -> None:
    assert ours.value_type == theirs.value_type, where
    assert ours.relationship == theirs.relationship, where
    if theirs.element.find("concept") is not None:
        assert _code(ours.concept) == theirs.code("concept"), where
    if theirs.text("observation/datetime"):
        assert ours.datetime == _digits(theirs.text("observation/datetime")), where
    match theirs.value_type:
        case "":
            assert ours.by_reference == positions[theirs.element.get("ref", "")], where
        case "CODE":
            assert _code(ours.code) == theirs.code(""), where
            assert ours.value == theirs.text("meaning"), where
        case "NUM":
            assert ours.value == theirs.text("value"), where
            if ours.value:
                # dsr2xml drops the unit of a number that lacks its value; ours keeps what the file has.
                assert _code(ours.unit) == theirs.code("unit"), where
            assert _code(ours.qualifier) == theirs.code("qualifier"), where
        case "PNAME":
            assert tuple((ours.value.split("^") + [""] * 5)[:5]) == theirs.person(), where
        case "DATE" | "TIME" | "DATETIME":
            # dsr2xml prints no fractions of a second; ours keeps them.
            assert ours.value.partition(".")[0] == _digits(theirs.text("value")).partition(".")[0], where
        case "TEXT" | "UIDREF":
            assert _lines(ours.value) == _lines(theirs.text("value")), where
        case "IMAGE" | "COMPOSITE" | "WAVEFORM":
            _compare_reference(theirs, ours, where)
        case "SCOORD" | "SCOORD3D":
            assert ours.graphic_type == theirs.element.get("type"), where
            expected = [float(number) for number in theirs.text("data").replace("/", ",").split(",")]
            assert np.array_equal(np.float32(ours.graphic_data), np.float32(expected)), where
            assert ours.frame_of_reference_uid == theirs.attribute("data", "uid"), where
        case "TCOORD":
            assert ours.graphic_type == theirs.element.get("type"), where
            # dsr2xml writes the numbers anew; ours stay as written in the file.
            assert [float(n) for n in ours.value.split(",")] == [float(n) for n in theirs.text("data").split(",")], where


def _compare_reference(theirs: XmlItem, ours: ContentItem, where: str) -> None:
    reference = ours.references[0]
    assert reference.sop_class_uid == theirs.attribute("value/sopclass", "uid"), where
    assert reference.sop_instance_uid == theirs.attribute("value/instance", "uid"), where
    assert ",".join(map(str, reference.frames)) == theirs.text("value/frames"), where
    assert ",".join(map(str, reference.segments)) == theirs.text("value/segments"), where
    assert ours.value == theirs.text("value/channels"), where
    beside = theirs.attribute("value/pstate/instance", "uid")
    if beside:
        assert ours.references[1].sop_instance_uid == beside, where


def _code(concept: CodedConcept | None) -> tuple[str, str, str]:
    return (concept.value, concept.scheme, concept.meaning) if concept is not None else ("", "", "")


def _digits(text: str) -> str:
    return "".join(character for character in text if character not in "-:T")


def _lines(text: str) -> list[str]:
    """Lines of a text: XML parsers are free to write line ends their own way."""
    return [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]
