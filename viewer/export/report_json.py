"""Structured reports as the JSON of the command line: every content item, with its codes and coordinates as stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report

Json = dict[str, Any]


def reports_document(overlays: Sequence[Overlay]) -> Json:
    """Return the JSON document of all reports among the overlays."""
    return {"reports": [_report(overlay, overlay.content) for overlay in overlays if isinstance(overlay.content, Report)]}


def _report(overlay: Overlay, report: Report) -> Json:
    flags = report.flags
    return {
        "sop_instance_uid": overlay.sop_instance_uid,
        "series_instance_uid": overlay.series_instance_uid,
        "kind": overlay.kind,
        "title": report.title,
        "completion": flags.completion,
        "completion_description": flags.completion_description,
        "verification": flags.verification,
        "preliminary": flags.preliminary,
        "verifying_observers": list(flags.verifying_observers),
        "predecessors": [_reference(reference) for reference in flags.predecessors],
        "outcome": overlay.outcome,
        "issues": [{"code": one.code, "severity": one.severity, "text": one.text} for one in overlay.issues],
        "root": _item(report.root),
    }


def _item(item: ContentItem) -> Json:
    """Return an item with its children. The reader limits the depth, so recursion is safe."""
    return {
        "value_type": item.value_type or None,
        "relationship": item.relationship or None,
        "concept": _concept(item.concept),
        "position": item.position,
        "value": item.value or None,
        "code": _concept(item.code),
        "unit": item.unit.value if item.unit is not None else None,
        "unit_code": _concept(item.unit),
        "qualifier": _concept(item.qualifier),
        "datetime": item.datetime or None,
        "graphic_type": item.graphic_type or None,
        "graphic_data": [value if math.isfinite(value) else None for value in item.graphic_data] or None,
        "frame_of_reference_uid": item.frame_of_reference_uid or None,
        "by_reference": item.by_reference or None,
        "references": [_reference(reference) for reference in item.references],
        "template": item.template or None,
        "continuity": item.continuity or None,
        "children": [_item(child) for child in item.children],
    }


def _concept(concept: CodedConcept | None) -> Json | None:
    if concept is None:
        return None
    return {"value": concept.value, "scheme": concept.scheme, "meaning": concept.meaning}


def _reference(reference: ImageReference) -> Json:
    return {
        "sop_class_uid": reference.sop_class_uid,
        "sop_instance_uid": reference.sop_instance_uid,
        "frames": list(reference.frames),
        "segments": list(reference.segments),
    }
