"""A structured report: a tree of content items (PS3.3 A.35, C.17.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.graphic import Graphic
from viewer.domain.references import ImageReference


def is_at_or_below(position: str, ancestor: str) -> bool:
    """Say whether an item, by its content item identifier, is another one or lies below it; "" names no item."""
    return bool(position) and (position == ancestor or position.startswith(f"{ancestor}."))


@dataclass(frozen=True)
class ContentItem:
    """One content item. ``position`` is the content item identifier: ordinals from the root, "1.4.2".

    ``value`` is the text as written; numbers are never re-rounded. For CODE it is the meaning, with the code in ``code``.
    """

    value_type: str
    relationship: str
    concept: CodedConcept | None
    position: str
    value: str = ""
    code: CodedConcept | None = None
    unit: CodedConcept | None = None
    qualifier: CodedConcept | None = None
    datetime: str = ""
    graphic_type: str = ""
    graphic_data: tuple[float, ...] = ()
    frame_of_reference_uid: str = ""
    by_reference: str = ""
    references: tuple[ImageReference, ...] = ()
    template: str = ""
    continuity: str = ""
    pixel_origin: str = ""
    """Of an SCOORD: FRAME or VOLUME, the whole slide (Pixel Origin Interpretation, PS3.3 C.18.6.1)."""
    children: tuple[ContentItem, ...] = field(default=(), repr=False)

    def walk(self) -> Iterator[ContentItem]:
        """Yield this item and everything below it, in the order of the document."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.children))

    def is_concept(self, scheme: str, value: str) -> bool:
        """Say whether the concept name is that code."""
        return self.concept is not None and self.concept.is_code(scheme, value)


@dataclass(frozen=True)
class ReportFlags:
    """What the document says of its own standing."""

    completion: str = ""
    completion_description: str = ""
    verification: str = ""
    preliminary: str = ""
    predecessors: tuple[ImageReference, ...] = ()
    verifying_observers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """The content of a report. ``graphics`` are its SCOORD and SCOORD3D items as marks, each naming its item."""

    title: str
    root: ContentItem
    flags: ReportFlags
    graphics: tuple[Graphic, ...] = ()
    evidence: tuple[ImageReference, ...] = ()

    @cached_property
    def by_position(self) -> dict[str, ContentItem]:
        """Every item by its content item identifier, in the order of the document."""
        return {item.position: item for item in self.root.walk()}
