"""What the layers panel lists: a pure function from the reading state to rows. Every overlay of the active patient is there.

An object's row comes first, then its reason when it is not shown, then its segments, ROIs, layers or annotations, perhaps
in groups. What lies on the stack of the active viewport stands above what does not.
"""

from __future__ import annotations

from collections.abc import Callable

from viewer.domain.document import Document
from viewer.domain.dose import Dose
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.domain.provenance import Origin
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.registered import bent_onto
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.reading.changes.presentation import is_applied_here
from viewer.reading.layer_order import listed_order
from viewer.reading.state import ReadingState
from viewer.scene.overlay_names import overlay_name
from viewer.scene.part_look import opens_calm
from viewer.scene.plain_words import count, decimal, plain
from viewer.scene.remembered import Remembered
from viewer.ui.layers.part_rows import grouped, holds, part_row
from viewer.ui.layers.row import LayerFilter, LayerRow, tr
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.theme.rows import Badge

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
    "bulk_annotations": "ANN",
}


_rows_of_parts: Remembered[tuple[LayerRow, ...]] = Remembered(64)
"""Rows are made for every slice that is shown; most of them did not change."""


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
        # The reader's own order counts within what lies here, and within what does not.
        sorted(listed_order(state, found), key=lambda overlay: not _lies_here(state, overlay))
    )


def listed_with(state: ReadingState, key: InstanceKey) -> frozenset[InstanceKey]:
    """Return the objects that one can change places with, itself included: what lies here stays above what does not."""
    listed = overlays_listed(state)
    here = {overlay.instance: _lies_here(state, overlay) for overlay in listed}
    return frozenset(one for one, lies in here.items() if lies == here.get(key))


def layer_rows(state: ReadingState, wanted: LayerFilter, parts_here: PartsHere) -> tuple[LayerRow, ...]:
    """Return the rows that a filter leaves."""
    listed = overlays_listed(state)
    how = tr("Drag it up or down: what stands higher in the list lies on top in the image.") if len(listed) > 1 else ""
    rows = (_object_row(state, overlay, wanted, parts_here, how=how) for overlay in listed)
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


def _joins(overlay: Overlay) -> bool:
    """Say whether an overlay is a registration that places others; it is never drawn itself."""
    return overlay.registration is not None and len(overlay.registration.spaces) > 1


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


def _object_row(
    state: ReadingState, overlay: Overlay, wanted: LayerFilter, parts_here: PartsHere, *, how: str
) -> LayerRow | None:
    key = overlay.instance
    name = overlay_name(state.content, overlay, tr)
    layer = state.layer(key)
    reason = "" if _joins(overlay) else why_not_here(state, overlay)
    shown = state.overlay_visible(overlay)
    measures = state.content.measures.get(key)
    has_style = isinstance(overlay.content, Segmentation | StructureSet | Dose) or bool(overlay.meshes)
    here = parts_here(key) if not reason else None
    dimmed = bool(reason) or not shown or state.overlays_hidden
    parts = list(
        _rows_of_parts.recall(
            (overlay, state.layers.get(key), measures),
            (here, dimmed, state.safe_colors),
            lambda: tuple(part_row(state, overlay, part, measures, here=here, dimmed=dimmed) for part in overlay.parts),
        )
    )
    words = wanted.search.casefold().split()
    if words and not all(word in name.whole.casefold() for word in words):
        kept = {part.number for part in overlay.parts if holds(part, words)}
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
    elif _joins(overlay):
        said = why_not_here(state, overlay) if shown else tr("Switched off: what it placed is not placed any more.")
        children.append(LayerRow(("note", key), "note", said, key, tip=tooltip(said)))
    elif isinstance(overlay.content, RealWorldMap):
        because = _because(state, overlay)
        children.append(LayerRow(("note", key), "note", because, key, tip=tooltip(because)))
    if isinstance(overlay.content, Segmentation) and overlay.content.type == "FRACTIONAL":
        children.append(_threshold_row(overlay, layer.threshold, graded=layer.graded))
    if not reason and shown and opens_calm(state, overlay):
        children.append(_calm_row(overlay))
    if has_style and parts:
        columns = {
            Segmentation: tr("Segment"),
            Document: tr("Surface"),
            SurfaceSegmentation: tr("Segment"),
            Dose: tr("Isodose"),
        }
        column = columns.get(type(overlay.content), tr("ROI"))
        on_slide = isinstance(overlay.content, Segmentation) and overlay.content.frames.tile_offset is not None
        value = tr("Area") if on_slide else tr("Volume, mL")
        children.append(LayerRow(("columns", key), "columns", column, key, value=value))
    children += grouped(overlay, parts, wanted.grouping)
    number_shown = sum(state.part_visible(overlay, part.number) for part in overlay.parts)
    return LayerRow(
        key=("object", key),
        kind="object",
        name=name.name,
        second=name.apart,
        overlay=key,
        tip=tooltip(
            name.whole,
            f"{overlay.subtype} · {overlay.origin.value}",
            _shown_text(number_shown, len(overlay.parts)),
            reason,
            how,
        ),
        badges=tuple(badges),
        shown=shown,
        dimmed=dimmed,
        opacity=layer.opacity,
        style=layer.style or ("outline" if opens_calm(state, overlay) else "both"),
        has_style=has_style,
        has_opacity=not _joins(overlay),
        solo=layer.solo is not None,
        applied=_is_applied(state, overlay) if is_applied_here(state, overlay) else None,
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
        found.append(Badge(tr("deformed") if bent else tr("registered"), "must_know"))
    return found


def _calm_row(overlay: Overlay) -> LayerRow:
    words = tr("{number} parts, drawn as lines").format(number=count(len(overlay.parts)))
    why = tr("So that the image stays in sight. The selected part is filled. Space hides all, S shows one alone.")
    tip = tooltip(words, why)
    return LayerRow(("calm", overlay.instance), "calm", words, overlay.instance, tip=tip)


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


def is_report(overlay: Overlay) -> bool:
    """Say whether an overlay's content is read in the report panel."""
    return isinstance(overlay.content, Report)
