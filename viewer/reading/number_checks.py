"""Every reported number beside the same one computed again: what the measure command prints and the window shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from viewer.domain.carriers import Carriers, ItemsOfParts
from viewer.domain.checked import NumberCheck
from viewer.domain.content_words import concept_text
from viewer.domain.finding import Finding, with_members
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import Report
from viewer.domain.review_codes import is_review
from viewer.reading.state import Content
from viewer.representations.recompute import recompute
from viewer.representations.reported_values import ReportedValue, reported_values


def number_checks(content: Content, findings: Sequence[Finding]) -> Iterator[NumberCheck]:
    """Yield every number of every opened report, in the order of the objects and of each report.

    Parameters
    ----------
    content
        What the files say, measured: volumes are taken from ``measures``.
    findings
        Of this content; a number is given the id of the one it belongs to.
    """
    known = _Known(content.measures, Carriers(content.overlays.values(), content.library), content.library)
    finding_of = {
        (source.overlay, source.part): finding.id
        for finding in with_members(findings)
        for source in finding.sources
        if source.item
    }
    for overlay in content.overlays.values():
        report = overlay.content
        if not isinstance(report, Report) or is_review(overlay):
            # A review repeats the numbers that it is about.
            continue
        parts = ItemsOfParts(overlay)
        for value in reported_values(report):
            found = recompute(value, report, known.spacing_of, partial(known.measures_of, overlay))
            finding = finding_of.get((overlay.instance, parts.part_of(value.item.position) or 0))
            yield NumberCheck(
                # A number that is part of no finding is named by where it stands.
                finding=finding or f"{overlay.sop_instance_uid}/{value.finding_position}",
                overlay=overlay.instance,
                sop_instance_uid=overlay.sop_instance_uid,
                item=value.item.position,
                label=value.finding,
                name=concept_text(value.item.concept),
                reported=value.item.value,
                unit=value.item.unit.value if value.item.unit is not None else "",
                recomputed=found.value,
                difference_percent=found.difference_percent,
                agrees=found.agrees,
                method=found.method,
            )


@dataclass(frozen=True)
class _Known:
    """What is open, as far as reported numbers can be computed from it."""

    measures: Mapping[InstanceKey, Mapping[int, PartMeasure]]
    carriers: Carriers
    library: Library

    def spacing_of(self, image: ImageReference) -> tuple[float, float] | None:
        """Return the pixel spacing of a referenced frame; none when files that share the UID disagree about it."""
        frame = (image.frames or (1,))[0] - 1
        found = {
            self.library.instance(key).frame_header(frame).pixel_spacing_mm
            for key in self.library.instances_with_uid(image.sop_instance_uid)
        }
        return found.pop() if len(found) == 1 else None

    def measures_of(self, report: Overlay, value: ReportedValue) -> list[tuple[str, PartMeasure]]:
        """Return the measures of the segments that a value names, else of the parts that have its Tracking UID."""
        found = self.carriers.measured_in(report, value.segments, value.tracking_uid)
        word = "segment" if value.segments else "part"
        measured = [
            (f"{word} {one.part.number} ({one.part.label})", measure)
            for one in found
            if (measure := self.measures.get(one.key[0], {}).get(one.part.number)) is not None
        ]
        # A sum over some of the segments would be the volume of something else.
        return measured if len(measured) == len(found) or not value.segments else []
