"""Text, HTML and JSON of a report hold every item, and no text of a file becomes markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    TRACKING_ID,
    by_reference,
    coded,
    container,
    document,
    image,
    item,
    number,
    region,
    text,
)
from tests.synthetic.read_report import overlay_of, page_of, words
from viewer.domain.overlay import Overlay
from viewer.export.report_html import report_html
from viewer.export.report_json import reports_document
from viewer.export.report_text import report_text

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & \x07\x00 "quoted" <a href="http://evil.example">'


def made(*, hostile: str = "plain text") -> Overlay:
    unknown = item("MYSTERY", ("7", "99X", "Odd thing"))
    unknown.TextValue = "odd value"
    group = container(
        GROUP,
        text(TRACKING_ID, hostile),
        coded(FINDING, ("27925004", "SCT", hostile)),
        number(DIAMETER, "10.0", MILLIMETRE, region("POLYLINE", [1.5, 2, 3, 4.25], image("1.2.3.1", frames=[2]))),
        by_reference("1.1.3"),
        unknown,
    )
    return overlay_of(document(REPORT, group, verification="UNVERIFIED"))


class _Tags(HTMLParser):
    """Collects elements, attributes and text as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> _Tags:
    found = _Tags()
    found.feed(html)
    return found


@pytest.mark.parametrize("write", [lambda page: report_text(page, words), lambda page: report_html([page], words)])
def test_text_and_html_hold_every_item(write) -> None:  # type: ignore[no-untyped-def]
    page = page_of(made(), patient="Doe^Jane")
    found = write(page)
    for one in page.root.walk():
        assert one.position in found
    for expected in ("Odd thing", "odd value", "10.0", "1.5 2 3 4.25", "image 1.2.3.1", "see item 1.1.3", "Jane Doe"):
        assert expected in found, expected
    assert "Nobody has verified this report." in found


def test_text_from_a_file_is_never_markup() -> None:
    found = parsed(report_html([page_of(made(hostile=HOSTILE))], words))
    assert not {"script", "img", "a", "iframe", "link"} & found.tags
    assert not {"href", "src", "onerror"} & found.attributes
    assert '<script>alert("x")</script>' in found.text


def test_the_html_is_self_contained() -> None:
    html = report_html([page_of(made()), page_of(made())], words)
    assert "http://" not in html
    assert "https://" not in html
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_the_json_has_the_keys_of_the_contract_and_plain_numbers() -> None:
    document_ = json.loads(json.dumps(reports_document([made()]), allow_nan=False))
    (report,) = document_["reports"]
    assert {"sop_instance_uid", "title", "completion", "verification", "predecessors", "root"} <= set(report)
    group = report["root"]["children"][0]
    measured = group["children"][2]
    expected = {
        "value_type", "relationship", "concept", "position", "value", "unit", "qualifier", "datetime", "graphic_type",
        "graphic_data", "frame_of_reference_uid", "by_reference", "references", "children",
    }  # fmt: skip
    assert expected <= set(measured)
    assert (measured["value"], measured["unit"], measured["position"]) == ("10.0", "mm", "1.1.3")
    assert measured["children"][0]["graphic_data"] == [1.5, 2.0, 3.0, 4.25]
    assert measured["children"][0]["children"][0]["references"][0]["frames"] == [2]
    assert group["children"][3]["by_reference"] == "1.1.3"
    assert report["root"]["relationship"] is None
    assert group["value"] is None


def test_coordinates_that_are_no_numbers_are_null_in_json() -> None:
    broken = overlay_of(document(REPORT, region("POINT", [float("nan"), 2.0], image("1.2"))))
    written = json.dumps(reports_document([broken]), allow_nan=False)
    assert "[null, 2.0]" in written


def test_the_findings_table_has_a_column_for_each_common_measurement() -> None:
    page = page_of(made())
    assert page.columns == ("Diameter",)
    (finding,) = page.findings
    assert (finding.values, finding.where, finding.item) == (("10.0\N{NO-BREAK SPACE}mm",), "image 1.2.3.1 f2 s", "1.1")
