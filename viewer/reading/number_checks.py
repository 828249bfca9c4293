"""Every reported number beside the same one computed again: what the measure command prints and the window shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from viewer.domain.carriers import Carrier, Carriers, ItemsOfParts, name_of_carrier
from viewer.domain.checked import NumberCheck
from viewer.domain.content_words import concept_text
from viewer.domain.finding import Finding, with_members
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.review_codes import is_review
from viewer.domain.value_unit import ValueUnit
from viewer.reading.state import Content
from viewer.representations.part_shape import PartShape
from viewer.representations.recompute import NotRecomputed, recompute
from viewer.representations.region_values import RegionValues
from viewer.representations.reported_values import ReportedValue, reported_values


class Pixels(Protocol):
    """Reads pixels for numbers that were taken from them. What it is asked for may raise NotRecomputed."""

    def shape_of(self, carrier: Carrier, frames: tuple[int, ...]) -> PartShape:
        """Return the shape of a part; of some frames (1-based) of its object, where there are any."""

    def values_in_part(self, carriers: Sequence[Carrier], images: Sequence[ImageReference], unit: ValueUnit) -> RegionValues:
        """Return the values inside parts, of ``images`` or else of the images that they lie on."""

    def values_in_region(self, region: ContentItem, report: Overlay, unit: ValueUnit) -> RegionValues:
        """Return the values inside a region that a report draws."""

    def values_of_image(self, image: ImageReference, unit: ValueUnit) -> RegionValues:
        """Return all values of an image."""


def number_checks(content: Content, findings: Sequence[Finding], pixels: Pixels | None) -> Iterator[NumberCheck]:
    """Yield every number of every opened report, in the order of the objects and of each report.

    Parameters
    ----------
    content
        What the files say, measured: volumes are taken from ``measures``; its ``tolerances`` say what agrees.
    findings
        Of this content; a number is given the id of the one it belongs to.
    pixels
        Of what is open; None where none are read: then only what is measured along lines is computed.
    """
    carriers = Carriers(content.overlays.values(), content.library)
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
        known = _Known(overlay, content, carriers, pixels)
        for value in reported_values(report):
            found = recompute(value, report, known, content.tolerances)
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
    """What is open, as far as the numbers of one report can be computed from it. Fulfils ``recompute.MeasuredIn``."""

    report: Overlay
    content: Content
    carriers: Carriers
    pixels: Pixels | None

    def spacing_of(self, image: ImageReference) -> tuple[float, float] | None:
        """Return the pixel spacing of a referenced frame; none when files that share the UID disagree about it."""
        frame, library = (image.frames or (1,))[0] - 1, self.content.library
        found = {
            library.instance(key).frame_header(frame).pixel_spacing_mm
            for key in library.instances_with_uid(image.sop_instance_uid)
        }
        return found.pop() if len(found) == 1 else None

    def measures_of(self, value: ReportedValue) -> list[tuple[str, PartMeasure]]:
        """Return the measures of the segments that a value names, else of the parts that have its Tracking UID."""
        found = self.carriers.measured_in(self.report, value.segments, value.tracking_uid)
        measured = [
            (name_of_carrier(one), measure)
            for one in found
            if (measure := self.content.measures.get(one.key[0], {}).get(one.part.number)) is not None
        ]
        # A sum over some of the segments would be the volume of something else.
        return measured if len(measured) == len(found) or not value.segments else []

    def shape_of(self, value: ReportedValue) -> tuple[str, PartShape]:
        """Return name and shape of the one part that a value was measured in."""
        found = self._masks(value)
        if len({one.part.number for one in found}) > 1:
            raise NotRecomputed(f"the report names {len(found)} segments and not which one was measured")
        frames = next((one.frames for one in value.segments if one.frames), ())
        return name_of_carrier(found[0]), self._read.shape_of(found[0], frames)

    def values_of(self, value: ReportedValue) -> RegionValues:
        """Return the values inside the region that a value names, else inside segments or parts."""
        # A point beside a shape says where its words stand.
        regions = [one for one in value.regions if "POINT" not in one.graphic_type] or list(value.regions)
        if len(regions) > 1:
            raise NotRecomputed(f"the report names {len(regions)} regions and not which one was measured")
        if regions:
            return self._read.values_in_region(regions[0], self.report, value.unit)
        if len(value.sources) == 1:
            return self._read.values_of_image(value.sources[0], value.unit)
        found = self._masks(value)
        return self._read.values_in_part(found if value.segments else found[:1], value.images, value.unit)

    @property
    def _read(self) -> Pixels:
        if self.pixels is None:
            raise NotRecomputed("no pixels are read for it")
        return self.pixels

    def _masks(self, value: ReportedValue) -> Sequence[Carrier]:
        """Return the segments and ROIs that a value was measured in, at least one."""
        found = [
            one
            for one in self.carriers.measured_in(self.report, value.segments, value.tracking_uid)
            if one.overlay.kind in ("segmentation", "structure_set")
        ]
        if not found and value.segments:
            raise NotRecomputed("the segment is not among the opened files")
        if not found:
            raise NotRecomputed("the report names no region or segment that it was measured in")
        return found
