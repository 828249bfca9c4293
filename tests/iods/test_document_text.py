"""Texts come out as blocks of words: what is markup, a program or a reference in a file stays words or stays away."""

from __future__ import annotations

import time

import pytest

from viewer.iods.document_text import NotAText, TextBlock, text_blocks

CDA = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <title>Liver report</title>
  <effectiveTime value="20260115"/>
  <recordTarget><patientRole><patient>
    <name><given>Jane</given> <family>Doe</family></name></patient></patientRole></recordTarget>
  <component><structuredBody>
    <component><section><title>Findings</title>
      <text>Before <content styleCode="Bold">bold</content>.<br/>Next line.
        <paragraph>One paragraph with <linkHtml href="http://evil.example">a link</linkHtml>.</paragraph>
        <list><item>First</item><item>Second<list><item>Inner</item></list></item></list>
        <table><thead><tr><th>Part</th><th>Volume</th></tr></thead>
          <tbody><tr><td>Liver</td><td>1273 ml</td></tr></tbody></table>
        <renderMultiMedia referencedObject="x"/>
      </text>
      <component><section><title>Inner section</title><text><paragraph>Deep</paragraph></text></section></component>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>"""


def test_a_clinical_document_is_laid_out_in_its_order() -> None:
    blocks, cut = text_blocks(CDA.encode(), "cda", "text/xml")
    assert not cut
    assert list(blocks) == [
        TextBlock("title", ("Liver report",)),
        TextBlock("row", ("Patient", "Jane Doe")),
        TextBlock("row", ("Date", "2026-01-15")),
        TextBlock("heading", ("Findings",), 1),
        TextBlock("paragraph", ("Before bold.\nNext line.",), 1),
        TextBlock("paragraph", ("One paragraph with a link.",), 1),
        TextBlock("item", ("First",), 1),
        TextBlock("item", ("Second",), 1),
        TextBlock("item", ("Inner",), 2),
        TextBlock("head", ("Part", "Volume")),
        TextBlock("row", ("Liver", "1273 ml")),
        TextBlock("heading", ("Inner section",), 2),
        TextBlock("paragraph", ("Deep",), 2),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026", "2026"),
        ("202601151015", "2026-01-15 10:15"),
        ("20260115101500.5+0100", "2026-01-15 10:15 +0100"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_point_in_time_is_written_to_be_read(written: str, read: str) -> None:
    blocks, _ = text_blocks(CDA.replace("20260115", written).encode(), "cda", "text/xml")
    assert TextBlock("row", ("Date", read)) in list(blocks)


def test_a_name_has_spaces_between_its_parts_though_the_file_has_none() -> None:
    close = CDA.replace("</given> <family>", "</given><family>")
    assert TextBlock("row", ("Patient", "Jane Doe")) in list(text_blocks(close.encode(), "cda", "text/xml")[0])
    plain = CDA.replace("<given>Jane</given> <family>Doe</family>", "Jane Doe")
    assert TextBlock("row", ("Patient", "Jane Doe")) in list(text_blocks(plain.encode(), "cda", "text/xml")[0])


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><ClinicalDocument><title>&j;</title></ClinicalDocument>"
)
FILE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("content", [LAUGHS, FILE, '<!DOCTYPE a SYSTEM "http://evil.example/a.dtd"><a>x</a>'])
def test_xml_that_declares_a_type_is_refused_at_once(content: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotAText, match="document type declaration"):
        text_blocks(content.encode(), "cda", "text/xml")
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0\0", "empty"),
        (b"<a><b></a>", "broken in line 1"),
        (b"<a>" * 5000, "nested too deeply"),
        (b"<a>&nothing;</a>", "broken"),
        (b"<a/>", "^$"),
    ],
)
def test_broken_xml_says_what_is_wrong(content: bytes, reason: str) -> None:
    if reason == "^$":
        assert text_blocks(content, "cda", "text/xml")[0] == (TextBlock("title", ("a",)),)
        return
    with pytest.raises(NotAText, match=reason):
        text_blocks(content, "cda", "text/xml")


def test_other_xml_is_shown_element_by_element() -> None:
    blocks, _ = text_blocks(b"<r><a>one</a><b>two<c>three</c></b></r>", "cda", "text/xml")
    assert [block.texts for block in blocks] == [("r",), ("a", "one"), ("b", "two"), ("c", "three")]


def test_of_html_only_the_words_are_taken() -> None:
    html = (
        b"<html><head><title>no</title><style>p{}</style></head><body><h1>Head</h1><p>Some <b>bold</b> &lt;b&gt;</p>"
        b"<script>alert(1)</script><ul><li>item</li></ul><img src='http://evil.example/x.png'><p>Last"
    )
    blocks, _ = text_blocks(html, "text", "text/html")
    assert [(block.kind, block.text) for block in blocks] == [
        ("heading", "Head"),
        ("paragraph", "Some bold <b>"),
        ("item", "item"),
        ("paragraph", "Last"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    blocks, _ = text_blocks("Größe\r\nzwei".encode(encoding), "text", "text/plain")
    assert [block.text for block in blocks] == ["Größe\nzwei"]


def test_a_very_long_text_is_cut_and_says_so() -> None:
    blocks, cut = text_blocks(b"word " * 500_000, "text", "text/plain")
    assert cut
    assert len(blocks[0].text) <= 2_000_000
