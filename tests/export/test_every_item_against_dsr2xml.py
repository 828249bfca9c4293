"""Every content item that DCMTK's dsr2xml prints stands in our JSON, text and HTML: on real reports and on made ones."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.iods.dsr2xml import XmlItem, read_items
from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    MILLIMETRE,
    REPORT,
    SEGMENTATION,
    TRACKING_UID,
    Code,
    by_reference,
    coded,
    container,
    document,
    image,
    item,
    number,
    region,
    region_in_space,
    text,
    uid_reference,
)
from tests.synthetic.read_report import page_of, words, written_report
from viewer.dicom.scan import scan
from viewer.domain.instance import InstanceHeader
from viewer.domain.roles import role_of
from viewer.export.report_html import report_html
from viewer.export.report_json import reports_document
from viewer.export.report_text import report_text
from viewer.iods.registry import read_overlay

TITLES: dict[str, Code] = {
    "11": REPORT,
    "22": REPORT,
    "33": REPORT,
    "34": REPORT,
    "40": ("121120", "DCM", "Cath Lab Procedure Log"),
    "50": ("111036", "DCM", "Mammography CAD Report"),
    "65": ("112000", "DCM", "Chest CAD Report"),
    "67": ("113701", "DCM", "X-Ray Radiation Dose Report"),
    "68": ("113500", "DCM", "Radiopharmaceutical Radiation Dose Report"),
    "69": ("112220", "DCM", "Colon CAD Report"),
    "70": ("122361", "DCM", "Implantation Plan SR Document"),
    "71": ("126200", "DCM", "Acquisition Context"),
    "72": ("125200", "DCM", "Adult Echocardiography Procedure Report"),
    "73": ("113811", "DCM", "Patient Radiation Dose Report"),
    "59": ("113000", "DCM", "Of Interest"),
}
"""The last part of the SOP class, and a title of its kind. DCMTK does not know Extensible SR (35): see the test below."""


def value(value_type: str, keyword: str, written: str) -> Dataset:
    made = item(value_type, ("121071", "DCM", f"A {value_type.lower()}"))
    setattr(made, keyword, written)
    return made


def every_kind() -> list[Dataset]:
    waveform = item("WAVEFORM", ("121112", "DCM", "Source of Measurement"))
    waveform.ReferencedSOPSequence = image("1.2.3.8", sop_class="1.2.840.10008.5.1.4.1.1.9.1.1").ReferencedSOPSequence
    waveform.ReferencedSOPSequence[0].ReferencedWaveformChannels = [1, 2, 1, 3]
    composite = item("COMPOSITE", ("121112", "DCM", "Source of Measurement"))
    composite.ReferencedSOPSequence = image("1.2.3.9", sop_class=SEGMENTATION).ReferencedSOPSequence
    moments = item("TCOORD", ("122086", "DCM", "A span"), relationship="INFERRED FROM")
    moments.TemporalRangeType, moments.ReferencedTimeOffsets = "SEGMENT", ["1.5", "2.25"]
    moments.ContentSequence = [image("1.2.3.1")]
    observed = text(("112039", "DCM", "Tracking"), 'with < markup > & "quotes"')
    observed.ObservationDateTime = "20260115101500"
    shapes = [
        region("POINT", [1.5, 2.25], image("1.2.3.1", frames=[2, 3])),
        region("MULTIPOINT", [1, 2, 3, 4], image("1.2.3.1")),
        region("POLYLINE", [0, 0, 3.5, 4.125, 0, 0], image("1.2.3.1")),
        region("CIRCLE", [5, 5, 7, 5], image("1.2.3.1")),
        region("ELLIPSE", [1, 5, 9, 5, 5, 3, 5, 7], image("1.2.3.1")),
    ]
    return [
        observed,
        coded(FINDING, ("27925004", "SCT", "Nodule"), coded(("272741003", "SCT", "Laterality"), ("7771000", "SCT", "Left"))),
        number(DIAMETER, "10.250", MILLIMETRE, *shapes),
        number(DIAMETER, None, MILLIMETRE, qualifier=("114006", "DCM", "Measurement failure")),
        number(DIAMETER, "1e-3", ("1", "UCUM", "no units"), qualifier=("114000", "DCM", "Not a number")),
        value("PNAME", "PersonName", "Doe^Jane^M^Dr^PhD"),
        value("DATE", "Date", "20260115"),
        value("TIME", "Time", "101530"),
        value("DATETIME", "DateTime", "20260115101530"),
        uid_reference(TRACKING_UID, "1.2.3.77"),
        image("1.2.3.5", segments=[2, 4], sop_class=SEGMENTATION),
        composite,
        waveform,
        moments,
        region_in_space("POINT", [1.5, -2.5, 3.25], "1.2.3.4"),
        region_in_space("ELLIPSOID", [float(n) for n in range(18)], "1.2.3.4"),
        container(("121070", "DCM", "Findings"), by_reference("1.3.1"), coded(FINDING, ("108369006", "SCT", "Tumor"))),
    ]


def compared(header: InstanceHeader) -> int:
    """Compare what dsr2xml prints of a file with what we write of it; returns how many items."""
    path = Path(header.source.path)
    theirs = read_items(path)
    assert theirs is not None, f"dsr2xml does not read {path.name}"
    overlay = read_overlay(header)
    page = page_of(overlay)
    (document_,) = reports_document([overlay])["reports"]
    in_json = {one["position"]: one for one in _walk(document_["root"])}
    in_text = _by_position(report_text(page, words).partition("\n\n")[2], r"(?m)^ *(1(?:\.\d+)*) ")
    pieces = re.split(r"<li>", report_html([page], words))[1:]
    in_html = {found[1]: _plain(piece) for piece in pieces if (found := re.search(r">(1(?:\.\d+)*)</span>", piece))}
    positions = {one.number: one.position for one in theirs}
    for one in theirs:
        where = f"{path.name} item {one.position}"
        _compare_json(one, in_json[one.position], positions, where)
        for expected in _expected(one, positions):
            assert expected in " ".join(in_text[one.position].split()), (where, expected)
            assert expected in " ".join(in_html[one.position].split()), (where, expected)
    assert len(theirs) == len(in_json)
    return len(theirs)


def _walk(entry: dict[str, Any]) -> list[dict[str, Any]]:
    found, waiting = [], [entry]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1]["children"]
    return found


def _by_position(written: str, pattern: str) -> dict[str, str]:
    parts = re.split(pattern, written)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _plain(piece: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", piece))


def _compare_json(theirs: XmlItem, ours: dict[str, Any], positions: dict[str, str], where: str) -> None:
    assert (ours["value_type"] or "") == theirs.value_type, where
    assert (ours["relationship"] or "") == theirs.relationship, where
    if theirs.element.find("concept") is not None:
        assert _code(ours["concept"]) == theirs.code("concept"), where
    match theirs.value_type:
        case "":
            # DCMTK prints 0 where the class of the report allows no references to items; ours keeps what the file has.
            assert ours["by_reference"] == positions.get(theirs.element.get("ref", ""), "1.3.1"), where
        case "CODE":
            assert _code(ours["code"]) == theirs.code(""), where
        case "NUM":
            assert (ours["value"] or "") == theirs.text("value"), where
            assert _code(ours["qualifier"]) == theirs.code("qualifier"), where
            if ours["value"]:
                assert _code(ours["unit_code"]) == theirs.code("unit"), where
        case "IMAGE" | "COMPOSITE" | "WAVEFORM":
            assert ours["references"][0]["sop_instance_uid"] == theirs.attribute("value/instance", "uid"), where
            assert ",".join(map(str, ours["references"][0]["frames"])) == theirs.text("value/frames"), where
            assert ",".join(map(str, ours["references"][0]["segments"])) == theirs.text("value/segments"), where
        case "SCOORD" | "SCOORD3D":
            assert ours["graphic_type"] == theirs.element.get("type"), where
            data = [float(one) for one in theirs.text("data").replace("/", ",").split(",")]
            assert np.array_equal(np.float32(ours["graphic_data"]), np.float32(data)), where
            assert (ours["frame_of_reference_uid"] or "") == theirs.attribute("data", "uid"), where
        case "TEXT" | "UIDREF":
            assert (ours["value"] or "").split() == theirs.text("value").split(), where


def _expected(theirs: XmlItem, positions: dict[str, str]) -> list[str]:
    """Return what must be read of an item in text and HTML; white space is not compared."""
    concept, meaning = theirs.code("concept")[:2], theirs.code("concept")[2]
    found = [*(one for one in (meaning,) if one), *(["{}, {}".format(*concept)] if concept[0] and concept[1] else [])]
    match theirs.value_type:
        case "":
            found.append(f"see item {positions.get(theirs.element.get('ref', ''), '1.3.1')}")
        case "CODE":
            found += [theirs.code("")[2], "{}, {}".format(*theirs.code("")[:2])]
        case "NUM":
            found += filter(None, (theirs.text("value"), theirs.code("qualifier")[2]))
            if theirs.text("value") and theirs.code("unit")[0]:
                found.append("{}, {}".format(*theirs.code("unit")[:2]))
        case "TEXT" | "UIDREF":
            found.append(" ".join(theirs.text("value").split()))
        case "PNAME":
            found += filter(None, theirs.person())
        case "DATE":
            found.append(theirs.text("value"))
        case "IMAGE" | "COMPOSITE" | "WAVEFORM":
            frames, segments = theirs.text("value/frames"), theirs.text("value/segments")
            found.append(f"image {theirs.attribute('value/instance', 'uid')} f{frames} s{segments}")
        case "SCOORD" | "SCOORD3D":
            found += filter(None, (theirs.attribute("data", "uid"),))
    return [" ".join(one.split()) for one in found if one]


def _code(entry: dict[str, str] | None) -> tuple[str, str, str]:
    return (entry["value"], entry["scheme"], entry["meaning"]) if entry else ("", "", "")


def written(folder: Path, kind: str, title: Code) -> InstanceHeader:
    made = document(title, *every_kind(), verification="UNVERIFIED")
    return written_report(made, folder, f"1.2.840.10008.5.1.4.1.1.88.{kind}")


@pytest.mark.parametrize("kind", TITLES)
def test_every_kind_of_item_of_a_made_report_of_every_class(tmp_path: Path, kind: str) -> None:
    assert compared(written(tmp_path, kind, TITLES[kind])) == 32


def test_an_extensible_report_has_the_items_of_a_comprehensive_one(tmp_path: Path) -> None:
    trees = []
    for kind in ("34", "35"):
        overlay = read_overlay(written(tmp_path, kind, REPORT))
        (document_,) = reports_document([overlay])["reports"]
        trees.append(document_["root"])
    assert trees[0] == trees[1]


@pytest.mark.real_data
def test_every_item_of_the_real_reports(real_data: Path) -> None:
    headers = [one for one in scan([real_data]) if isinstance(one, InstanceHeader) and role_of(one) == "report"]
    assert sum(compared(one) for one in headers) > 2000
