"""The text of encapsulated documents as inert blocks: HL7 CDA, other XML, HTML and plain text (PS3.3 C.24.2).

Decided
    XML with a document type declaration is refused whole: that is where entities come from, and with them the "billion
    laughs" and references to files and hosts. CDA needs none. Of HTML only the words are taken; scripts and styles are left
    out. What comes out is text and a kind, never markup.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, Literal
from xml.parsers import expat

from viewer.domain.document import DocumentForm

BlockKind = Literal["title", "heading", "paragraph", "item", "row", "head"]
MOST_CHARACTERS: Final = 2_000_000
_DEEPEST: Final = 200


@dataclass(frozen=True)
class TextBlock:
    """A piece of a text. A ``row`` or ``head`` of a table has one text a cell; others have one text."""

    kind: BlockKind
    texts: tuple[str, ...]
    level: int = 1

    @property
    def text(self) -> str:
        """Its words on one line."""
        return "\t".join(self.texts)


class NotAText(Exception):
    """The document cannot be read as a text; ``reason`` is a clause for a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text_blocks(content: bytes, form: DocumentForm, mime_type: str) -> tuple[tuple[TextBlock, ...], bool]:
    """Return the blocks of a document, and whether it was cut at the limit.

    Raises
    ------
    NotAText
        It is empty, broken, or holds what is refused.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise NotAText("it is empty")
    cut = len(content) > 4 * MOST_CHARACTERS
    if form == "cda":
        if cut:
            raise NotAText("it is too large")
        blocks = tuple(_xml_blocks(content))
        if not blocks:
            raise NotAText("it holds no text")
        return blocks, False
    written = _decoded(content[: 4 * MOST_CHARACTERS])
    if mime_type == "text/html":
        return tuple(_html_blocks(written[:MOST_CHARACTERS])), cut
    lines = written[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").rstrip("\0\n")
    return (TextBlock("paragraph", (lines,)),), cut or len(written) > MOST_CHARACTERS


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class _Element:
    """An element of an XML document: its name without prefix, its attributes, and texts and elements in order."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.inside: list[str | _Element] = []

    def first(self, *path: str) -> _Element | None:
        found: _Element | None = self
        for name in path:
            found = next((one for one in found.elements() if one.name == name), None) if found is not None else None
        return found

    def elements(self) -> Iterator[_Element]:
        return (one for one in self.inside if isinstance(one, _Element))

    def words(self) -> str:
        """Return all text below, with single spaces; a line break stays one."""
        found: list[str] = []
        waiting: list[str | _Element] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                found.append(one)
            elif one.name == "br":
                found.append("\n")
            else:
                waiting.extend(reversed(one.inside))
        lines = (" ".join(line.split()) for line in "".join(found).split("\n") if line.strip() or len(found) == 1)
        return "\n".join(lines).strip()


def _parsed(content: bytes) -> _Element:
    parser = expat.ParserCreate(namespace_separator=" ")
    top = _Element("", {})
    open_ones = [top]

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) > _DEEPEST:
            raise NotAText("its elements are nested too deeply")
        made = _Element(name.rpartition(" ")[2], attributes)
        open_ones[-1].inside.append(made)
        open_ones.append(made)

    def take(words: str) -> None:
        open_ones[-1].inside.append(words)

    def refuse(*_: object) -> int:
        raise NotAText("it has a document type declaration, which is not read because it can name files and hosts")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: open_ones.pop()
    parser.CharacterDataHandler = take
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content.rstrip(b"\0"), True)
    except expat.ExpatError as error:
        raise NotAText(f"its XML is broken in line {error.lineno}") from error
    return top


def _xml_blocks(content: bytes) -> Iterator[TextBlock]:
    root = next(_parsed(content).elements(), None)
    if root is None:
        return
    if root.name != "ClinicalDocument":
        yield from _any_xml(root)
        return
    title = root.first("title")
    yield TextBlock("title", ((title.words() if title is not None else "") or "Clinical document",))
    yield from _cda_facts(root)
    body = root.first("component", "structuredBody")
    if body is not None:
        for component in body.elements():
            section = component.first("section")
            if section is not None:
                yield from _section(section, 1)
    other = root.first("component", "nonXMLBody", "text")
    if other is not None:
        inside = other.attributes.get("mediaType", "text/plain")
        coded = other.attributes.get("representation") == "B64"
        yield TextBlock("paragraph", (f"It holds a document of the form {inside}." if coded else other.words(),))


def _cda_facts(root: _Element) -> Iterator[TextBlock]:
    """Yield who, when and by whom: the participants that a reader of the document needs."""
    patient = root.first("recordTarget", "patientRole", "patient", "name")
    author = root.first("author", "assignedAuthor", "assignedPerson", "name")
    device = root.first("author", "assignedAuthor", "assignedAuthoringDevice", "softwareName")
    custodian = root.first("custodian", "assignedCustodian", "representedCustodianOrganization", "name")
    moment = root.first("effectiveTime")
    facts = (
        ("Patient", _person(patient) if patient is not None else ""),
        ("Date", _moment(moment.attributes.get("value", "")) if moment is not None else ""),
        ("Author", _person(author) if author is not None else ""),
        ("Device", device.words() if device is not None else ""),
        ("Custodian", custodian.words() if custodian is not None else ""),
    )
    for name, value in facts:
        if value:
            yield TextBlock("row", (name, " ".join(value.split())))


def _person(name: _Element) -> str:
    """Return the parts of a person's name with spaces, whether or not the file has any between them."""
    return " ".join(filter(None, (one if isinstance(one, str) else one.words() for one in name.inside)))


def _moment(written: str) -> str:
    """Return a point in time (HL7 V3 TS, "20260115101500+0100") as it is read; what is none stays as written."""
    found = _TIMESTAMP.fullmatch(written.strip())
    if found is None:
        return written
    year, month, day, hour, minute, zone = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    return " ".join(filter(None, (date, f"{hour}:{minute}" if minute else "", zone)))


def _section(section: _Element, level: int) -> Iterator[TextBlock]:
    title, text = section.first("title"), section.first("text")
    if title is not None and title.words():
        yield TextBlock("heading", (title.words(),), level)
    if text is not None:
        yield from _narrative(text, level)
    for component in section.elements():
        inner = component.first("section") if component.name == "component" else None
        if inner is not None:
            yield from _section(inner, level + 1)


_TIMESTAMP: Final = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})(?:\d{2}(?:\.\d+)?)?)?)?)?([+-]\d{4})?")
_OWN_BLOCKS: Final = frozenset({"paragraph", "list", "table", "item", "caption", "renderMultiMedia"})


def _narrative(text: _Element, level: int) -> Iterator[TextBlock]:
    """Yield the blocks of a narrative text (CDA narrative block): paragraphs, lists, tables, and the text between."""
    between = _Element("", {})
    for one in (*text.inside, _Element("paragraph", {})):
        if isinstance(one, str) or one.name not in _OWN_BLOCKS:
            between.inside.append(one)
            continue
        if between.words():
            yield TextBlock("paragraph", (between.words(),), level)
        between = _Element("", {})
        if one.name == "list":
            yield from _listed(one, level)
        elif one.name == "table":
            yield from _table(one)
        elif one.words():
            yield TextBlock("paragraph", (one.words(),), level)


def _listed(found: _Element, level: int) -> Iterator[TextBlock]:
    for item in found.elements():
        own = _Element("", {})
        own.inside = [one for one in item.inside if isinstance(one, str) or one.name not in ("list", "table")]
        if own.words():
            yield TextBlock("item", (own.words(),), level)
        for one in item.elements():
            if one.name == "list":
                yield from _listed(one, level + 1)
            elif one.name == "table":
                yield from _table(one)


def _table(found: _Element) -> Iterator[TextBlock]:
    waiting = list(found.elements())
    while waiting:
        one = waiting.pop(0)
        if one.name == "tr":
            cells = [cell for cell in one.elements() if cell.name in ("td", "th")]
            heads = bool(cells) and all(cell.name == "th" for cell in cells)
            if cells:
                yield TextBlock("head" if heads else "row", tuple(" ".join(cell.words().split()) for cell in cells))
        elif one.name == "caption":
            yield TextBlock("paragraph", (one.words(),))
        else:
            waiting[:0] = list(one.elements())


def _any_xml(root: _Element) -> Iterator[TextBlock]:
    """Yield the texts of an XML document of any kind, each with the name of its element."""
    yield TextBlock("title", (root.name,))
    waiting: list[_Element] = [root]
    while waiting:
        one = waiting.pop()
        own = " ".join(" ".join(text for text in one.inside if isinstance(text, str)).split())
        if own:
            yield TextBlock("row", (one.name, own))
        waiting.extend(reversed(list(one.elements())))


_BREAKS: Final = frozenset({"p", "div", "br", "tr", "table", "ul", "ol", "section", "article", "header", "footer", "pre"})
_HEADINGS: Final = {"h1": 1, "h2": 1, "h3": 2, "h4": 2, "h5": 3, "h6": 3}
_LEFT_OUT: Final = frozenset({"script", "style", "head", "object", "iframe", "template"})


class _Words(HTMLParser):
    """Takes the words out of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[TextBlock] = []
        self._words: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level, self._left_out = 1, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block where one begins."""
        del attrs
        self._left_out += tag in _LEFT_OUT
        if tag in _BREAKS or tag in _HEADINGS or tag == "li":
            self.end_block()
            self._kind = "heading" if tag in _HEADINGS else "item" if tag == "li" else "paragraph"
            self._level = _HEADINGS.get(tag, 1)
        elif tag in ("td", "th"):
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a block where one ends."""
        self._left_out = max(self._left_out - (tag in _LEFT_OUT), 0)
        if tag in _BREAKS or tag in _HEADINGS or tag == "li":
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._left_out:
            self._words.append(data)

    def end_block(self) -> None:
        """Keep the block so far."""
        words = " ".join("".join(self._words).split())
        self._words.clear()
        if words:
            self.blocks.append(TextBlock(self._kind, (words,), self._level))
        self._kind = "paragraph"


def _html_blocks(written: str) -> Iterator[TextBlock]:
    found = _Words()
    found.feed(written)
    found.close()
    found.end_block()
    yield from found.blocks
