"""The findings of what is open: one list over all objects, one entry a claim, lesions and measurements first.

Pure: computed from ``Content``; the same files give the same findings in the same order, however they were found.

Decided
    A set stands for the organ segments of one object when at least ``SET_FROM`` of its findings say by their codes that they
    are anatomy (Segmented Property Category, or RT ROI Interpreted Type ORGAN) and nothing was reported of them. A lesion, a
    part that is empty or undescribed, one with a measurement, and one that states no category stay in the list.
    Names are never read for this: "Liver" may be the organ or what is wrong with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from viewer.domain.carriers import Carrier
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.content_words import concept_text, is_tracking_code, name_text
from viewer.domain.finding import Finding, FindingKind, FindingLocation, FindingSource, ReportedNumber, finding_id
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Patient
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.report import Report
from viewer.domain.segmentation import Segment, Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.reading.claims import Claim, Claims
from viewer.reading.finding_places import location_of
from viewer.reading.state import Content

SET_FROM: Final = 30
"""So many organs of one object are reviewed as a set; what one still goes through one by one is fewer."""

_ABNORMAL: Final = (
    ("SCT", "49755003"),
    ("SCT", "52988006"),
    ("SCT", "4147007"),
    ("SCT", "27925004"),
    ("SCT", "108369006"),
    ("SCT", "86049000"),
    ("SCT", "14799000"),
    ("RADLEX", "RID38780"),
)
"""Morphologically Abnormal Structure (CID 7150); Lesion, Mass, Nodule, Neoplasm, Primary and Secondary Neoplasm, Lesion."""

_TISSUE: Final = ("SCT", "85756007")
_ANATOMY: Final = (("SCT", "91723000"), ("SCT", "123037004"), ("SCT", "91772007"), _TISSUE)
"""Categories of CID 7150 and those that writers use for it: Anatomical Structure (two codes), Organ, Tissue."""

_FINDING_CATEGORY: Final = ("SCT", "276214006")
_FINDING: Final = ("DCM", "121071")
_CAD_FINDINGS: Final = (("DCM", "111059"), ("DCM", "111015"))
"""Single Image Finding, Composite Feature (PS3.16 TID 4006, 4004)."""
_TRACKING_IDENTIFIER: Final = ("DCM", "112039")
_NO_MEASUREMENT: Final = ("HAS ACQ CONTEXT", "HAS CONCEPT MOD")
_TUMOUR: Final = "GTV"
"""RT ROI Interpreted Type of a gross tumour volume (PS3.3 C.8.8.8)."""

_ORDER: Final[tuple[FindingKind, ...]] = ("lesion", "measurement", "mark", "region", "map", "key_image", "structure", "set")


@dataclass(frozen=True)
class FindingsList:
    """The findings, and how many parts are left out of them, by reason.

    Reasons: superseded, rejected_by_key_object, rejects_others, not_for_presentation, surroundings, empty_layer, review,
    corrected; and unreadable, which counts objects, of which nobody knows the parts.
    """

    findings: tuple[Finding, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def findings_of(content: Content, patient: Patient | None = None) -> tuple[Finding, ...]:
    """Return the findings of a patient, or of all patients one after the other, in the order in which to walk them."""
    return findings_list(content, patient).findings


def findings_list(content: Content, patient: Patient | None = None) -> FindingsList:
    """Return the findings and what is left out.

    Parameters
    ----------
    content
        What the files say.
    patient
        Whose findings; None: those of every patient. No finding ever joins objects of two patients.
    """
    library = content.library

    def wanted(key: InstanceKey) -> bool:
        return patient is None or (library.holds(key) and library.patient_of(key).key == patient.key)

    claims = Claims((overlay for key, overlay in content.overlays.items() if wanted(key)), library)
    found = [
        (_order(claim, finding, content), finding)
        for claim in claims.joined()
        for finding in [_finding(claim, claims, content)]
    ]
    findings = [finding for _, finding in sorted(found, key=lambda entry: entry[0])]
    unreadable = sum(wanted(key) for key in content.unreadable)
    left_out = dict(sorted(claims.left_out.items())) | ({"unreadable": unreadable} if unreadable else {})
    return FindingsList(tuple(_with_sets(findings, content)), MappingProxyType(left_out))


def _finding(claim: Claim, claims: Claims, content: Content) -> Finding:
    first, carriers = claim.carriers[0], claim.carriers
    library = content.library
    study_uid = library.study_of(first.key[0]).study_instance_uid
    numbers = _numbers(carriers, claims)
    return Finding(
        id=_id(claim, study_uid),
        kind=_kind(carriers, claims, measured=bool(numbers)),
        label=_label(first, claims),
        sources=tuple(
            FindingSource(
                one.key[0],
                one.overlay.sop_instance_uid,
                one.part.number,
                one.part.item,
                claim.joined_by.get(one.key) if place else None,
            )
            for place, one in enumerate(carriers)
        ),
        provenance=_provenance(first),
        origin=_origin(carriers),
        patient_key=library.patient_of(first.key[0]).key,
        study_instance_uid=study_uid,
        tracking_uid=claim.tracking_uid,
        site=next((one.part.region for one in carriers if one.part.region), ""),
        laterality=next((one.part.laterality for one in carriers if one.part.laterality), ""),
        measurements=numbers,
        location=location_of(carriers, content),
        empty=all(one.part.state == "empty" for one in carriers),
        optional=all(claims.is_optional(one) for one in carriers),
        tracking_differs=claim.tracking_differs,
    )


def _id(claim: Claim, study_uid: str) -> str:
    if claim.tracking_uid:
        return finding_id("tracking", study_uid, claim.tracking_uid)
    first = min(
        claim.carriers, key=lambda one: (one.overlay.kind != "segmentation", one.overlay.sop_instance_uid, one.part.number)
    )
    return finding_id("part", first.overlay.sop_instance_uid, _own_name(first))


def _own_name(carrier: Carrier) -> str:
    """Return what the file itself calls a part: item, name of the layer, or Segment or ROI Number."""
    overlay, part = carrier.overlay, carrier.part
    if part.item:
        return part.item
    alone = overlay.kind == "presentation_state" and sum(one.type == part.type for one in overlay.parts) == 1
    return part.type if alone else str(part.number)


def _order(claim: Claim, finding: Finding, content: Content) -> tuple[object, ...]:
    """Return by what findings are sorted; from places in the files alone, so that measuring does not shuffle the list."""
    place = location_of(claim.carriers, content, measured=False) or FindingLocation("", -1, None)
    natural = [(int(digits or 0), letters.casefold()) for digits, letters in re.findall(r"(\d*)(\D*)", finding.label)]
    # Of the same name on one slice: in the order of their objects.
    written = [(source.sop_instance_uid, source.part) for source in finding.sources]
    rank = (finding.optional, _ORDER.index(finding.kind))
    return finding.patient_key, rank, place.stack_id == "", place.stack_id, place.frame, natural, written, finding.id


# --- what a claim says ----------------------------------------------------------------------------------------------


def _label(carrier: Carrier, claims: Claims) -> str:
    """Return what was found, without its measurement."""
    part, content = carrier.part, carrier.overlay.content
    if not isinstance(content, Report) or carrier.overlay.kind != "report":
        return part.label
    items = claims.items_of(carrier)
    found = next((item.value for item in items if item.is_concept(*_FINDING) and item.value), "")
    tracking = next((item.value for item in items if item.is_concept(*_TRACKING_IDENTIFIER) and item.value), "")
    anchor = content.by_position.get(part.item)
    said = anchor.value if anchor is not None and anchor.value_type in ("CODE", "TEXT") else ""
    words = found or ("" if is_tracking_code(tracking) else tracking) or said
    if words or anchor is None:
        return words or part.label
    # No person reads a made-up code first: what was measured stands before it.
    measured = next((item for item in items if item.value_type == "NUM"), anchor)
    return " · ".join(filter(None, (name_text(measured), tracking)))


def _numbers(carriers: Sequence[Carrier], claims: Claims) -> tuple[ReportedNumber, ...]:
    return tuple(
        ReportedNumber(
            name=name_text(item),
            value=item.value,
            unit=item.unit.value if item.unit is not None else "",
            qualifier=concept_text(item.qualifier),
            overlay=carrier.key[0],
            item=item.position,
        )
        for carrier in carriers
        if carrier.overlay.kind == "report"
        for item in claims.items_of(carrier)
        if item.value_type == "NUM" and item.relationship not in _NO_MEASUREMENT
    )


def _origin(carriers: Sequence[Carrier]) -> Origin:
    """Return AI when any source is; else AI-assisted, reader, or not stated."""
    found = {
        one.part.origin if one.part.origin is not Origin.NOT_STATED else one.overlay.provenance.origin for one in carriers
    }
    return next(origin for origin in Origin if origin in found)


def _provenance(carrier: Carrier) -> Provenance:
    """Return maker and algorithm of a part: what it states itself, else what its object states."""
    whole, segment = carrier.overlay.provenance, _segment(carrier)
    if segment is None:
        return whole
    own = segment.provenance
    return replace(
        whole,
        algorithm_name=own.algorithm_name or whole.algorithm_name,
        algorithm_version=own.algorithm_version or whole.algorithm_version,
        algorithm_family=own.algorithm_family or whole.algorithm_family,
        algorithm_type=own.algorithm_type or whole.algorithm_type,
    )


def _segment(carrier: Carrier) -> Segment | None:
    content = carrier.overlay.content
    return content.segments_by_number.get(carrier.part.number) if isinstance(content, Segmentation) else None


def _kind(carriers: Sequence[Carrier], claims: Claims, *, measured: bool) -> FindingKind:
    if any(told.is_code(*code) for one in carriers for told in _told(one, claims) for code in _ABNORMAL):
        return "lesion"
    if any(one.overlay.kind == "structure_set" and one.part.type.upper() == _TUMOUR for one in carriers):
        return "lesion"
    if measured:
        return "measurement"
    kind = carriers[0].overlay.kind
    if kind in ("report", "presentation_state"):
        return "mark"
    if kind == "key_objects":
        return "key_image"
    if kind == "parametric_map":
        return "map"
    shown = all(one.part.state == "ok" for one in carriers)
    return "structure" if shown and all(_is_anatomy(one) for one in carriers) else "region"


def _told(carrier: Carrier, claims: Claims) -> list[CodedConcept]:
    """Return category and type of what a part is said to be."""
    segment = _segment(carrier)
    if segment is not None:
        return [one for one in (segment.category, segment.type) if one is not None]
    if carrier.overlay.kind != "report":
        return []
    named = (_FINDING_CATEGORY, _FINDING, *_CAD_FINDINGS)
    return [
        item.code for item in claims.items_of(carrier) for code in named if item.is_concept(*code) and item.code is not None
    ]


def _is_anatomy(carrier: Carrier) -> bool:
    segment = _segment(carrier)
    if segment is None:
        return isinstance(carrier.overlay.content, StructureSet) and carrier.part.type.upper() == "ORGAN"
    if segment.category is None or not any(segment.category.is_code(*code) for code in _ANATOMY):
        return False
    # Tissue of the type Tissue is what an editor writes when nobody chose.
    chosen = segment.type is not None and not segment.type.is_code(*_TISSUE)
    return chosen or not segment.category.is_code(*_TISSUE)


# --- sets -----------------------------------------------------------------------------------------------------------


def _with_sets(findings: Sequence[Finding], content: Content) -> list[Finding]:
    """Return the findings with the organs of an object that has many as one set, where they would stand."""
    organs: defaultdict[InstanceKey, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind == "structure":
            organs[finding.sources[0].overlay].append(finding)
    sets = {key: members for key, members in organs.items() if len(members) >= SET_FROM}
    listed: list[Finding] = []
    for finding in findings:
        key = finding.sources[0].overlay
        if finding.kind != "structure" or key not in sets:
            listed.append(finding)
        elif finding is sets[key][0]:
            listed.append(_set(sets[key], content.overlays[key]))
    return listed


def _set(members: Sequence[Finding], overlay: Overlay) -> Finding:
    first = members[0]
    return replace(
        first,
        id=finding_id("set", overlay.sop_instance_uid),
        kind="set",
        label=f"{overlay.label or overlay.subtype}: {len(members)} structures",
        sources=tuple({one: None for member in members for one in member.sources}),
        origin=next(origin for origin in Origin if any(member.origin is origin for member in members)),
        tracking_uid="",
        site="",
        laterality="",
        members=tuple(members),
    )
