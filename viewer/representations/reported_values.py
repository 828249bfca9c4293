"""The numbers of a report together with what they were measured in: segments, or regions drawn on an image.

Codes are compared by scheme and value, never by meaning (PS3.16 TID 1419, 1410, 1411, 300).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.value_unit import ValueUnit

Quantity = Literal[
    "volume",
    "area",
    "length",
    "long_axis",
    "short_axis",
    "radius",
    "width",
    "height",
    "perimeter",
    "angle",
    "values",
    "ratio",
    "glycolysis",
]
"""What is asked for. ``values``: a statistic of the pixel values inside; ``ratio``: of two volumes."""

Statistic = Literal[
    "mean", "deviation", "lowest", "highest", "median", "range", "root_mean_square", "p5", "p10", "p90", "p95", ""
]
"""Which one of the values inside; empty where the report does not say."""

_QUANTITIES: Final[dict[tuple[str, str], Quantity]] = {
    ("SCT", "118565006"): "volume",
    ("SCT", "42798000"): "area",
    ("SCT", "410668003"): "length",
    ("DCM", "121206"): "length",
    ("DCM", "121211"): "length",
    ("SCT", "81827009"): "long_axis",
    ("SCT", "103339001"): "long_axis",
    ("SCT", "131187009"): "long_axis",
    ("SCT", "103340004"): "short_axis",
    ("SCT", "131188004"): "short_axis",
    ("SCT", "131190003"): "radius",
    ("SCT", "103355008"): "width",
    ("DCM", "121207"): "height",
    ("SCT", "131191004"): "perimeter",
    ("SCT", "1483009"): "angle",
    ("SCT", "285285000"): "angle",
    ("IBSI", "YEKZ"): "volume",
    ("DCM", "126032"): "volume",
    ("IBSI", "L0JK"): "long_axis",
    ("DCM", "126033"): "glycolysis",
    ("SCT", "118586006"): "ratio",
}
"""Concept names that a shape or a mask can be asked for; Distance, Path Length, Diameter, Major Axis among them.

Angle and Cobb angle; Volume from Voxel Summation, Metabolic Volume; Maximum 3D Diameter; Total Lesion Glycolysis; Ratio.
"""

_STATISTICS: Final[dict[tuple[str, str], Statistic]] = {
    ("SCT", "373098007"): "mean",
    ("SCT", "373099004"): "median",
    ("SCT", "255605001"): "lowest",
    ("SCT", "56851009"): "highest",
    ("SCT", "386136009"): "deviation",
    ("SCT", "371888009"): "p5",
    ("SCT", "371890005"): "p10",
    ("SCT", "371887004"): "p90",
    ("SCT", "371889001"): "p95",
    ("DCM", "130290"): "median",
    ("DCM", "113061"): "deviation",
    ("UMLS", "C2347976"): "root_mean_square",
    ("DCM", "113049"): "mean",
    ("DCM", "113051"): "lowest",
    ("DCM", "113048"): "highest",
    ("DCM", "112181"): "mean",
    ("DCM", "112179"): "lowest",
    ("DCM", "112180"): "highest",
    ("DCM", "112182"): "median",
    ("DCM", "112183"): "deviation",
    ("IBSI", "Q4LE"): "mean",
    ("IBSI", "Y12H"): "median",
    ("IBSI", "1GSF"): "lowest",
    ("IBSI", "84IY"): "highest",
    ("IBSI", "2OJQ"): "range",
    ("IBSI", "QG58"): "p10",
    ("IBSI", "8DWT"): "p90",
    ("IBSI", "5ZWQ"): "root_mean_square",
}
"""Concept names and values of Derivation (CID 7464, 221); pixel by pixel; of Attenuation Coefficient (CID 6141); IBSI."""

_HISTOGRAM: Final[dict[tuple[str, str], Statistic]] = {
    ("IBSI", "X6K6"): "mean",
    ("IBSI", "WIFQ"): "median",
    ("IBSI", "GPMT"): "p10",
    ("IBSI", "OZ0C"): "p90",
}
"""Of an intensity histogram (CID 7478): in a unit they are of the values themselves, without one of numbered bins."""

_VALUE_CONCEPTS: Final = {
    ("DCM", "112031"),
    ("DCM", "110850"),
    ("DCM", "113041"),
    ("DCM", "126401"),
    ("DCM", "126402"),
    ("DCM", "126403"),
    ("DCM", "126404"),
    ("DCM", "126405"),
    ("DCM", "126406"),
}
"""What pixels hold: Attenuation Coefficient, X-Ray Attenuation, Apparent Diffusion Coefficient, SUV of every kind."""

_SUV: Final[dict[tuple[str, str], str]] = {
    ("DCM", "126401"): "bw",
    ("DCM", "126402"): "lbm",
    ("DCM", "126403"): "bsa",
    ("DCM", "126404"): "ibw",
    ("DCM", "126405"): "lbm, Janmahasatian",
    ("DCM", "126406"): "lbm, James",
    ("DCM", "126411"): "lbm, James",
    ("DCM", "126414"): "lbm, Janmahasatian",
    ("DCM", "126415"): "lbm, James",
}
"""Concept names (CID 7466) and measurement methods (CID 7472) that say which SUV is meant."""

_RATIO_UNITS: Final = ("%", "1", "{ratio}")
_DERIVATION: Final = ("DCM", "121401")
_METHOD: Final = ("SCT", "370129005")
_SOURCE_OF_SEGMENTATION: Final = ("DCM", "121233")
_SOURCES: Final = (("DCM", "121112"), ("DCM", "121324"), ("SCT", "260753009"))
"""Source of Measurement, Source Image, Source: of a group that names neither region nor segment."""

_GROUP: Final = ("DCM", "125007")
_TRACKING_UID: Final = ("DCM", "112040")
_TRACKING_IDENTIFIER: Final = ("DCM", "112039")
_FINDING: Final = ("DCM", "121071")
_REGIONS: Final = ("SCOORD", "SCOORD3D")


@dataclass(frozen=True)
class ReportedValue:
    """One NUM item. ``quantity`` is None for what nothing that is open can be asked for, such as a score."""

    item: ContentItem
    finding: str
    """What it is a measurement of, in words; empty when the report does not say."""
    finding_position: str
    """Content item identifier of the measurement group, or of the item itself."""
    quantity: Quantity | None
    regions: tuple[ContentItem, ...]
    segments: tuple[ImageReference, ...]
    tracking_uid: str
    statistic: Statistic = ""
    """Of ``values``."""
    unit: ValueUnit = field(default_factory=ValueUnit)
    images: tuple[ImageReference, ...] = ()
    """The images that a segmentation was made on, where the report names them."""
    sources: tuple[ImageReference, ...] = ()
    """The images that a number is of as a whole, where it has neither region nor segment."""
    derived_from: tuple[ContentItem, ...] = ()
    """The numbers that it was inferred from."""


def images_of(region: ContentItem, report: Report) -> tuple[ImageReference, ...]:
    """Return the images that a region was selected from, directly or by reference."""
    sources = (report.by_position.get(child.by_reference) if child.by_reference else child for child in region.children)
    return tuple(
        reference
        for source in sources
        if source is not None and source.value_type == "IMAGE"
        for reference in source.references[:1]
    )


def reported_values(report: Report) -> Iterator[ReportedValue]:
    """Yield the numbers of a report, in its order. What describes an acquisition or is context to a number is left out."""
    groups: dict[str, list[ContentItem]] = {}
    for item in report.root.walk():
        if item.value_type == "NUM" and item.relationship not in ("HAS ACQ CONTEXT", "HAS CONCEPT MOD"):
            group = _group_of(item, report)
            if group is None:
                yield _value(item, [item], report, item.position)
                continue
            if group.position not in groups:
                groups[group.position] = list(group.children)
            bunch = _bunch_of(item, groups[group.position])
            yield _value(item, bunch, report, group.position)


def value_of_item(item: ContentItem, report: Report) -> ReportedValue:
    """Return one number of a report, with what it was measured in."""
    group = _group_of(item, report)
    if group is None:
        return _value(item, [item], report, item.position)
    return _value(item, _bunch_of(item, list(group.children)), report, group.position)


def _group_of(item: ContentItem, report: Report) -> ContentItem | None:
    position = item.position.rpartition(".")[0]
    while position:
        above = report.by_position.get(position)
        if above is not None and above.is_concept(*_GROUP):
            return above
        position = position.rpartition(".")[0]
    return None


def _bunch_of(item: ContentItem, children: list[ContentItem]) -> list[ContentItem]:
    """Return the items of one finding of a group; a group that repeats its tracking holds several, one after another."""
    bunches: list[list[ContentItem]] = [[]]
    seen: set[tuple[str, str]] = set()
    for child in children:
        tracking = next((one for one in (_TRACKING_IDENTIFIER, _TRACKING_UID) if child.is_concept(*one)), None)
        if tracking in seen:
            bunches.append([])
            seen.clear()
        if tracking is not None:
            seen.add(tracking)
        bunches[-1].append(child)
    holds = f"{item.position}."
    return next((bunch for bunch in bunches if any(holds.startswith(f"{one.position}.") for one in bunch)), children)


def _value(item: ContentItem, bunch: list[ContentItem], report: Report, position: str) -> ReportedValue:
    quantity, statistic = _asked_for(item)
    own = _regions_below([item], report)
    beside = own or _regions_below(bunch, report)
    segments = _segments_below([item]) or _segments_below(bunch)
    return ReportedValue(
        item=item,
        finding=_text(bunch, _FINDING) or _text(bunch, _TRACKING_IDENTIFIER),
        finding_position=position,
        quantity=quantity,
        regions=tuple(beside),
        segments=segments,
        tracking_uid=_text(bunch, _TRACKING_UID),
        statistic=statistic,
        unit=ValueUnit(item.unit.value if item.unit is not None else "", _suv_meant(item, bunch)),
        images=_images_below(bunch, (_SOURCE_OF_SEGMENTATION,)),
        sources=() if beside or segments else _images_below([item], _SOURCES) or _images_below(bunch, _SOURCES),
        derived_from=tuple(
            target
            for child in item.children
            if child.relationship == "INFERRED FROM"
            for target in [report.by_position.get(child.by_reference) if child.by_reference else child]
            if target is not None and target.value_type == "NUM"
        ),
    )


def _asked_for(item: ContentItem) -> tuple[Quantity | None, Statistic]:
    """Return the quantity that a number is of, and which statistic of values."""
    concept = item.concept
    if concept is None:
        return None, ""
    unit = item.unit.value if item.unit is not None else ""
    quantity = _QUANTITIES.get(concept.current)
    if quantity is not None:
        return ("ratio" if quantity == "volume" and unit in _RATIO_UNITS else quantity), ""
    if concept.current in _STATISTICS:
        return "values", _STATISTICS[concept.current]
    if concept.current in _HISTOGRAM and not ValueUnit(unit).is_none:
        return "values", _HISTOGRAM[concept.current]
    derivation = next((one.code for one in item.children if one.is_concept(*_DERIVATION) and one.code), None)
    known = _STATISTICS.get(derivation.current) if derivation is not None else None
    if known is not None:
        return "values", known
    # A peak or another derivation that is not known is none of what pixels hold.
    return ("values" if derivation is None and concept.current in _VALUE_CONCEPTS else None), ""


def _suv_meant(item: ContentItem, bunch: list[ContentItem]) -> str:
    """Return which SUV a number is, by its own concept, else by the measurement method; empty when neither says."""
    own = _SUV.get(item.concept.current, "") if item.concept is not None else ""
    methods = [one.code for one in (*item.children, *bunch) if one.is_concept(*_METHOD) and one.code is not None]
    said = next((_SUV[code.current] for code in methods if code.current in _SUV), "")
    # A method may only narrow down what the concept leaves open.
    return said if said.startswith(own or "lbm") else own


def _regions_below(items: list[ContentItem], report: Report) -> list[ContentItem]:
    found: dict[str, ContentItem] = {}
    for one in items:
        for below in one.walk():
            target = report.by_position.get(below.by_reference) if below.by_reference else below
            if target is not None and target.value_type in _REGIONS:
                found.setdefault(target.position, target)
    return list(found.values())


def _segments_below(items: list[ContentItem]) -> tuple[ImageReference, ...]:
    found = {
        reference: None
        for one in items
        for below in one.walk()
        if below.value_type == "IMAGE"
        for reference in below.references
        if reference.segments
    }
    return tuple(found)


def _images_below(items: list[ContentItem], named: tuple[tuple[str, str], ...]) -> tuple[ImageReference, ...]:
    found = {
        reference: None
        for one in items
        for below in one.walk()
        if below.value_type == "IMAGE" and any(below.is_concept(*concept) for concept in named)
        for reference in below.references
    }
    return tuple(found)


def _text(bunch: list[ContentItem], code: tuple[str, str]) -> str:
    return next((one.value for one in bunch if one.is_concept(*code)), "")
