"""The provenance card: who made what is selected, when, how sure, and why it lies where it lies."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coverage import referenced_frames
from viewer.domain.instance import FrameKey
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.reading.edited import original_is_shown, selection_is_edited
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import count, date_and_time, plain
from viewer.scene.strip import coverage_of
from viewer.ui.layers.row import tr
from viewer.ui.layers.tree import why_not_here


def provenance_of(overlay: Overlay, part: int | None) -> Provenance:
    """Return the provenance of a part where the file states one for it, else that of its object."""
    content = overlay.content
    found: Provenance | None = None
    if part is not None and isinstance(content, Segmentation):
        found = next((segment.provenance for segment in content.segments if segment.number == part), None)
    if part is not None and isinstance(content, StructureSet):
        found = next((roi.provenance for roi in content.rois if roi.number == part), None)
    if part is not None and isinstance(content, SurfaceSegmentation):
        surface = content.by_number.get(part)
        found = surface.segment.provenance if surface is not None else None
    return found if found is not None and found != Provenance() else overlay.provenance


def _edited_words(state: ReadingState) -> str:
    """Return that the reader has edited the selected part, and which of the two is shown; empty for others."""
    if not selection_is_edited(state):
        return ""
    return tr("By you; the original is shown") if original_is_shown(state) else tr("By you; the file stays as it is")


def provenance_lines(state: ReadingState) -> tuple[tuple[str, str], ...]:
    """Return what the card says of the selection, as (label, text) pairs; empty when nothing is selected."""
    if state.selection.measurement:
        return ((tr("Kind"), tr("Measured here, by the reader")),)
    overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
    if overlay is None:
        return ()
    found = provenance_of(overlay, state.selection.part)
    whole = overlay.provenance
    algorithm = " ".join(word for word in (found.algorithm_name, found.algorithm_version) if word)
    maker = " ".join(word for word in (whole.manufacturer, whole.model, whole.software_versions) if word)
    person = found.creator or whole.creator
    kinds = {"AUTOMATIC": tr("Automatic"), "SEMIAUTOMATIC": tr("Semi-automatic"), "MANUAL": tr("Manual")}
    kind = kinds.get(found.algorithm_type) or (
        tr("By a device") if overlay.origin is Origin.AI else tr("By a person") if person else tr("Origin not stated")
    )
    codes = {one.code for one in overlay.issues}
    if "unverified" in codes:
        kind += " · " + tr("not verified")
    lines = [
        (tr("Algorithm"), plain(algorithm)),
        (tr("Kind"), kind),
        (tr("Edited"), _edited_words(state)),
        (tr("Made"), date_and_time(whole.content_date)),
        (tr("Source"), _source_words(state, overlay)),
        (tr("Lies here"), lies_here(state, overlay)),
        (tr("Covers"), covers(state, overlay, state.selection.part)),
        (tr("Made by"), plain(maker)),
        (tr("Person"), plain(person)),
        (tr("Family"), plain(found.algorithm_family)),
    ]
    return tuple((name, text) for name, text in lines if text)


def lies_here(state: ReadingState, overlay: Overlay) -> str:
    """Return the evidence that puts an overlay on the active stack, or the reason why it is not on it."""
    binding = state.content.bindings.get(overlay.instance)
    entry = binding.on_stack(state.pane.stack_id) if binding is not None and state.pane.stack_id else None
    return plain(entry.because) if entry is not None else why_not_here(state, overlay)


def source_stack(state: ReadingState, overlay: Overlay) -> Stack | None:
    """Return the stack that an overlay was made of, as far as it is open: of the series that it names most images of."""
    library = state.content.library
    found: Counter[str] = Counter()
    for one in overlay.references:
        for key in library.instances_with_uid(one.sop_instance_uid):
            place = library.place_of(FrameKey(key, (one.frames or (1,))[0] - 1))
            if place is not None:
                found[place[0]] += 1
    if found:
        return library.stack(found.most_common(1)[0][0])
    series = next(
        (one for one in library.series if one.series_instance_uid in overlay.referenced_series and one.stacks), None
    )
    return series.stacks[0] if series is not None else None


def covers(state: ReadingState, overlay: Overlay, part: int | None) -> str:
    """Return on which images of the active stack a part, or anything of an object, lies, and which of them it refers to."""
    stack = state.stack_of(state.pane)
    if stack is None or len(stack.frames) < 2 or stack.pyramid is not None or why_not_here(state, overlay):
        return ""
    touched = frames_of(overlay, stack, part)
    places = np.flatnonzero(touched)
    if not len(places):
        return tr("No image of this series")
    words = tr("images {first} to {last} of {all}").format(
        first=count(int(places[0]) + 1), last=count(int(places[-1]) + 1), all=count(len(stack.frames))
    )
    left_out = int(places[-1] - places[0] + 1 - len(places))
    if left_out:
        words += tr(", not {number} between").format(number=count(left_out))
    named = int(np.count_nonzero(referenced_frames(overlay.references, stack)))
    if named and part is None:
        words += " · " + tr("it refers to {number}").format(number=count(named))
    return words


def frames_of(overlay: Overlay, stack: Stack, part: int | None) -> NDArray[np.bool_]:
    """Return one entry a frame of a stack: whether a part, or anything of an object, lies on it."""
    found = coverage_of(overlay, stack)
    chosen = [here for number, here in found.items() if part is None or number == part]
    return np.any(chosen, axis=0) if chosen else np.zeros(len(stack.frames), bool)


def _source_words(state: ReadingState, overlay: Overlay) -> str:
    if not overlay.references and not overlay.referenced_series:
        return ""
    stack = source_stack(state, overlay)
    if stack is None:
        return tr("Not among the opened files")
    library = state.content.library
    series = library.series_of(stack.frames[0].instance)
    name = plain(series.description) or plain(series.modality)
    return tr("{name} (shown)").format(name=name) if stack.id == state.pane.stack_id else name


def short_words(lines: tuple[tuple[str, str], ...]) -> str:
    """Return who made it and how, on one line."""
    return " · ".join(text for name, text in lines if name in (tr("Algorithm"), tr("Kind")))
