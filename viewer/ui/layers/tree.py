"""What the layers panel lists: a pure function from the reading state to rows. Every overlay of the active patient is there.

An object's row comes first, then its reason when it is not shown, then its segments, ROIs, layers or annotations, perhaps
in groups. What lies on the stack of the active viewport stands above what does not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QCoreApplication

from viewer.domain.document import Document
from viewer.domain.dose import Dose
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay, Part, PartMeasure
from viewer.domain.presentation import PresentationState
from viewer.domain.provenance import Origin
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.registered import bent_onto
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.reading.state import DrawStyle, PartStyle, ReadingState
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import NO_BREAK_SPACE, count, decimal, plain, volume
from viewer.scene.remembered import Remembered
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.theme.rows import Badge

LayerKind = Literal[
    "object",
    "reason",
    "note",
    "threshold",
    "columns",
    "group",
    "part",
    "measurements",
    "measurement",
    "fused",
    "fused_floor",
    "map_range",
]
Grouping = Literal["none", "category", "type", "region", "laterality", "algorithm"]
PartsHere = Callable[[InstanceKey], frozenset[int] | None]
"""Numbers of the parts of an overlay that touch the shown slice; None while unknown."""

KIND_WORD = {
    "segmentation": "SEG",
    "structure_set": "RT",
    "presentation_state": "PR",
    "report": "SR",
    "parametric_map": "MAP",
    "dose": "DOSE",
    "surface_segmentation": "SURF",
    "key_objects": "KO",
    "real_world_value_map": "RWV",
    "registration": "REG",
}


@dataclass(frozen=True)
class LayerRow:
    """One row. ``shown`` is its own switch; ``dimmed`` that it cannot be seen now, whatever its switch says."""

    key: Hashable
    kind: LayerKind
    name: str
    overlay: InstanceKey
    part: int | None = None
    item: str = ""
    """Position in a report, or the id of a measurement."""
    second: str = ""
    tip: str = ""
    badges: tuple[Badge, ...] = ()
    color: tuple[int, int, int] = (0, 0, 0)
    shown: bool = True
    dimmed: bool = False
    hollow: bool = False
    solo: bool = False
    value: str = ""
    state: str = ""
    """A word in the value column instead of a number: why there is none."""
    busy: bool = False
    opacity: float = 1.0
    style: DrawStyle | None = None
    has_style: bool = False
    has_measures: bool = False
    threshold: float = 0.5
    ends: tuple[float, float] = (0.0, 1.0)
    """Of a range: where its two ends stand on the bar, 0..1."""
    span: tuple[float, float] = (0.0, 1.0)
    """Of a range: the values at both ends of its bar."""
    map_name: str = ""
    """Of a map: the name of its colours."""
    graded: bool = True
    applied: bool | None = None
    """Whether a presentation state is applied to the active viewport; None for other objects."""
    children: tuple[LayerRow, ...] = ()


_rows_of_parts: Remembered[tuple[LayerRow, ...]] = Remembered(64)
"""Rows are made for every slice that is shown; most of them did not change."""


def tr(text: str) -> str:
    """Translate a text of the layers panel."""
    return QCoreApplication.translate("Layers", text)


@dataclass(frozen=True)
class LayerFilter:
    """What the reader asked to see of the list."""

    search: str = ""
    on_slice: bool = False
    grouping: Grouping = "none"


def overlays_listed(state: ReadingState) -> tuple[Overlay, ...]:
    """Return the overlays that are or have layers of the active patient, or lie on the active stack.

    What lies there comes first; in both groups what an AI made, and reports after what is drawn.
    """
    library = state.content.library
    patient = state.patient
    known = {instance.key for instance in library.instances}
    found = [
        overlay
        for key, overlay in state.content.overlays.items()
        if key in known
        and (patient is None or library.patient_of(key) is patient or _lies_here(state, overlay))
        and (
            overlay.parts
            or overlay.registration is not None
            or isinstance(overlay.content, Segmentation | StructureSet | PresentationState | RealWorldMap | Dose)
        )
    ]
    return tuple(
        sorted(found, key=lambda overlay: (not _lies_here(state, overlay), not _is_of_ai(overlay), is_report(overlay)))
    )


def layer_rows(state: ReadingState, wanted: LayerFilter, parts_here: PartsHere) -> tuple[LayerRow, ...]:
    """Return the rows that a filter leaves."""
    listed = overlays_listed(state)
    rows = (_object_row(state, overlay, wanted, parts_here) for overlay in listed)
    return tuple(row for row in rows if row is not None)


def _lies_here(state: ReadingState, overlay: Overlay) -> bool:
    binding = state.content.bindings.get(overlay.instance)
    return binding is not None and state.pane.stack_id is not None and binding.on_stack(state.pane.stack_id) is not None


def _is_of_ai(overlay: Overlay) -> bool:
    return overlay.origin in (Origin.AI, Origin.AI_ASSISTED)


def _because(state: ReadingState, overlay: Overlay) -> str:
    """Return the sentence of the evidence that puts an overlay on the active stack."""
    binding = state.content.bindings[overlay.instance]
    entry = binding.on_stack(state.pane.stack_id or "")
    return plain(entry.because) if entry is not None else ""


def why_not_here(state: ReadingState, overlay: Overlay) -> str:
    """Return the sentence that says why an overlay is not on the active viewport's stack; empty when it is."""
    binding = state.content.bindings.get(overlay.instance)
    if binding is None:
        return tr("Where it lies is not known yet.")
    if binding.not_shown_because is not None:
        return sentence(binding.not_shown_because)
    if overlay.content is None:
        return tr("Listed; this version draws nothing for it.")
    if _lies_here(state, overlay):
        return ""
    library = state.content.library
    default = library.stack(binding.default_stack_id or "") or next(
        (stack for entry in binding.lies_on if (stack := library.stack(entry.stack_id)) is not None), None
    )
    if default is None or not default.frames:
        return tr("It does not lie on the series in the active viewport.")
    series = library.series_of(default.frames[0].instance)
    name = plain(series.description) or plain(series.modality)
    return tr("It lies on the series “{name}”, not on the one in the active viewport.").format(name=name)


def _object_row(state: ReadingState, overlay: Overlay, wanted: LayerFilter, parts_here: PartsHere) -> LayerRow | None:
    key = overlay.instance
    name = overlay_name(state.content, overlay, tr)
    layer = state.layer(key)
    reason = why_not_here(state, overlay)
    shown = state.overlay_visible(overlay)
    measures = state.content.measures.get(key)
    has_style = isinstance(overlay.content, Segmentation | StructureSet | Dose) or bool(overlay.meshes)
    here = parts_here(key) if not reason else None
    dimmed = bool(reason) or not shown or state.overlays_hidden
    parts = list(
        _rows_of_parts.recall(
            (overlay, state.layers.get(key), measures),
            (here, dimmed),
            lambda: tuple(_part_row(state, overlay, part, measures, here=here, dimmed=dimmed) for part in overlay.parts),
        )
    )
    words = wanted.search.casefold().split()
    if words and not all(word in name.whole.casefold() for word in words):
        kept = {part.number for part in overlay.parts if _holds(part, words)}
        parts = [row for row in parts if row.part in kept]
        if not parts:
            return None
    if wanted.on_slice:
        parts = [row for row in parts if here is not None and row.part in here]
        if not parts:
            return None
    badges = [Badge(overlay.origin.value, "ai")] if _is_of_ai(overlay) else []
    badges += standing_badges(state, overlay)
    badges.append(Badge(KIND_WORD.get(overlay.kind, plain(overlay.subtype).split(" ")[0] or tr("object"))))
    children: list[LayerRow] = []
    if reason:
        children.append(LayerRow(("reason", key), "reason", reason, key, tip=tooltip(reason)))
    elif isinstance(overlay.content, RealWorldMap):
        because = _because(state, overlay)
        children.append(LayerRow(("note", key), "note", because, key, tip=tooltip(because)))
    if isinstance(overlay.content, Segmentation) and overlay.content.type == "FRACTIONAL":
        children.append(_threshold_row(overlay, layer.threshold, graded=layer.graded))
    if has_style and parts:
        columns = {
            Segmentation: tr("Segment"),
            Document: tr("Surface"),
            SurfaceSegmentation: tr("Segment"),
            Dose: tr("Isodose"),
        }
        column = columns.get(type(overlay.content), tr("ROI"))
        children.append(LayerRow(("columns", key), "columns", column, key, value=tr("Volume, mL")))
    children += _grouped(overlay, parts, wanted.grouping)
    number_shown = sum(state.part_visible(overlay, part.number) for part in overlay.parts)
    return LayerRow(
        key=("object", key),
        kind="object",
        name=name.name,
        second=name.apart,
        overlay=key,
        tip=tooltip(
            name.whole, f"{overlay.subtype} · {overlay.origin.value}", _shown_text(number_shown, len(overlay.parts)), reason
        ),
        badges=tuple(badges),
        shown=shown,
        dimmed=dimmed,
        opacity=layer.opacity,
        style=layer.style or "both",
        has_style=has_style,
        solo=layer.solo is not None,
        applied=_is_applied(state, overlay) if overlay.kind == "presentation_state" else None,
        value=count(len(overlay.parts)) if overlay.parts and not has_style else "",
        children=tuple(children),
    )


def standing_badges(state: ReadingState, overlay: Overlay) -> list[Badge]:
    """Return what must be known of an object before it is believed: it no longer counts, or is of somebody else."""
    codes = {one.code for one in overlay.issues}
    library, patient = state.content.library, state.patient
    found = []
    if "rejected_by_key_object" in codes:
        found.append(Badge(tr("rejected"), "must_know"))
    if "superseded" in codes:
        found.append(Badge(tr("superseded")))
    if patient is not None and library.patient_of(overlay.instance) is not patient:
        found.append(Badge(tr("another patient"), "must_know"))
    binding = state.content.bindings.get(overlay.instance)
    here = binding.on_stack(state.pane.stack_id) if binding is not None and state.pane.stack_id is not None else None
    if here is not None and here.by == "registration":
        stack = state.stack_of(state.pane)
        bent = stack is not None and bent_onto(overlay, stack) is not None
        found.append(Badge(tr("registered (deformable)") if bent else tr("registered"), "must_know"))
    return found


def _is_applied(state: ReadingState, overlay: Overlay) -> bool:
    return state.pane.presentation_state == overlay.instance


def _shown_text(shown: int, all_parts: int) -> str:
    return tr("{shown} of {all} shown").format(shown=count(shown), all=count(all_parts)) if all_parts else ""


def _threshold_row(overlay: Overlay, threshold: float, *, graded: bool) -> LayerRow:
    return LayerRow(
        key=("threshold", overlay.instance),
        kind="threshold",
        name=tr("Threshold"),
        overlay=overlay.instance,
        value=decimal(threshold, 2),
        threshold=threshold,
        graded=graded,
        tip=tooltip(tr("From this fraction on a pixel counts as inside. Drag the bar.")),
    )


def _holds(part: Part, words: list[str]) -> bool:
    text = " ".join((part.label, part.category, part.type, part.region, part.laterality, str(part.number))).casefold()
    return all(word in text for word in words)


def _part_row(
    state: ReadingState,
    overlay: Overlay,
    part: Part,
    measures: Mapping[int, PartMeasure] | None,
    *,
    here: frozenset[int] | None,
    dimmed: bool,
) -> LayerRow:
    layer = state.layer(overlay.instance)
    style = layer.parts.get(part.number, PartStyle())
    shown = state.part_visible(overlay, part.number)
    measured = isinstance(overlay.content, Segmentation | StructureSet | Dose) or bool(overlay.meshes)
    measure = measures.get(part.number) if measures is not None else None
    measure = measure.at_threshold(layer.threshold) if measure is not None else None
    word = _state_word(part, measure)
    value = volume(measure.volume_ml) if measure is not None and measure.volume_ml is not None and not word else ""
    facts = [fact for fact in (part.category, part.type, part.region, part.laterality) if fact]
    name = plain(part.label) or tr("Number {number}").format(number=part.number)
    return LayerRow(
        key=("part", overlay.instance, part.number),
        kind="part",
        name=name,
        overlay=overlay.instance,
        part=part.number,
        item=part.item,
        tip=tooltip(
            name,
            " · ".join(plain(fact) for fact in facts),
            f"{value}{NO_BREAK_SPACE}mL · {measure.method}" if value and measure is not None and measure.method else "",
            tr("number {number} · {origin}").format(number=part.number, origin=part.origin.value),
            tr("Not on this slice.") if here is not None and part.number not in here else "",
        ),
        color=style.color or part.color,
        shown=shown,
        dimmed=dimmed or not shown,
        hollow=here is not None and part.number not in here,
        solo=layer.solo == part.number,
        value=value,
        state=word,
        busy=measured and measures is None and not word,
        opacity=part.opacity if style.opacity is None else style.opacity,
        has_measures=measured,
    )


def _state_word(part: Part, measure: PartMeasure | None) -> str:
    found = measure.state if measure is not None and measure.state != "ok" else part.state
    words = {
        "empty": tr("empty"),
        "not_described": tr("not described"),
        "background": tr("background"),
        "unreadable": tr("unreadable"),
    }
    return words.get(found, "")


def _grouped(overlay: Overlay, parts: list[LayerRow], grouping: Grouping) -> list[LayerRow]:
    if grouping == "none" or len(parts) < 2:
        return parts
    texts = {part.number: _group_of(part, grouping) for part in overlay.parts}
    groups: dict[str, list[LayerRow]] = {}
    for row in parts:
        groups.setdefault(texts.get(row.part or 0, ""), []).append(row)
    return [
        LayerRow(
            key=("group", overlay.instance, grouping, name),
            kind="group",
            name=name or tr("not stated"),
            overlay=overlay.instance,
            second=tr("{shown} of {all}").format(shown=count(sum(row.shown for row in rows)), all=count(len(rows))),
            dimmed=all(row.dimmed for row in rows),
            children=tuple(replace(row) for row in rows),
        )
        for name, rows in groups.items()
    ]


def _group_of(part: Part, grouping: Grouping) -> str:
    texts = {
        "category": part.category,
        "type": part.type,
        "region": part.region,
        "laterality": part.laterality,
        "algorithm": part.algorithm_type,
    }
    return plain(texts.get(grouping, ""))


def is_report(overlay: Overlay) -> bool:
    """Say whether an overlay's content is read in the report panel."""
    return isinstance(overlay.content, Report)
