"""What the objects that carry a finding say of it, as they write it: codes, numbers, regions, segments."""

from __future__ import annotations

from typing import Final

from viewer.domain import report_codes as codes
from viewer.domain.carriers import ItemsOfParts
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.report import ContentItem, Report
from viewer.domain.segmentation import Segment, Segmentation
from viewer.reading.state import Content

REGIONS: Final = ("SCOORD", "SCOORD3D")
"""Value types of regions."""
_SITES: Final = (codes.FINDING_SITE, ("SRT", "G-C0E3"))


class ReviewedClaim:
    """What the objects that carry a finding say of it, as they write it."""

    def __init__(self, finding: Finding, content: Content) -> None:
        self.finding, self.content = finding, content
        self.items: list[tuple[Report, InstanceKey, ContentItem]] = []
        self.segments: list[tuple[Overlay, Segment]] = []
        for source in finding.sources:
            overlay = content.overlays[source.overlay]
            if isinstance(overlay.content, Report) and overlay.kind == "report":
                found = ItemsOfParts(overlay).items(source.part)
                self.items += [(overlay.content, source.overlay, item) for item in found]
            elif isinstance(overlay.content, Segmentation):
                segment = overlay.content.segments_by_number.get(source.part)
                if segment is not None:
                    self.segments.append((overlay, segment))

    def code(self, *names: tuple[str, str]) -> CodedConcept | None:
        """Return the first coded value that reports give under a concept name."""
        return next(
            (item.code for _, _, item in self.items if item.code and any(item.is_concept(*one) for one in names)), None
        )

    @property
    def type(self) -> CodedConcept | None:
        """The coded finding, else the type of the segment."""
        return self.code(codes.FINDING) or next((segment.type for _, segment in self.segments if segment.type), None)

    @property
    def category(self) -> CodedConcept | None:
        """The coded category."""
        return self.code(codes.FINDING_CATEGORY) or next((one.category for _, one in self.segments if one.category), None)

    @property
    def site(self) -> tuple[CodedConcept, CodedConcept | None] | None:
        """The coded finding site with its side."""
        for _, _, item in self.items:
            if item.code is not None and any(item.is_concept(*one) for one in _SITES):
                sides = (child.code for child in item.children if child.is_concept(*codes.LATERALITY))
                return item.code, next(sides, None)
        for _, segment in self.segments:
            if segment.region is not None:
                return segment.region, next(iter(segment.region_modifiers), None)
        return None

    @property
    def identifier(self) -> str:
        """The Tracking Identifier; words for people where none is stated."""
        identifiers = (item.value for _, _, item in self.items if item.is_concept(*codes.TRACKING_IDENTIFIER))
        told = next(filter(None, identifiers), "")
        tracked = next((segment.tracking_id for _, segment in self.segments if segment.tracking_id), "")
        return told or tracked or self.finding.label or self.finding.id

    @property
    def numbers(self) -> list[tuple[Report, InstanceKey, ContentItem]]:
        """The reported numbers of the finding, each with its report."""
        places = {(one.overlay, one.item) for one in self.finding.measurements}
        return [entry for entry in self.items if (entry[1], entry[2].position) in places]

    @property
    def regions(self) -> list[tuple[Report, ContentItem]]:
        """The regions of the finding as a whole: not those of one number."""
        own = {below.position for _, _, number in self.numbers for below in number.walk()}
        found = [(report, item) for report, _, item in self.items if item.value_type in REGIONS]
        return [entry for entry in found if entry[1].position not in own and entry[1].graphic_data]
