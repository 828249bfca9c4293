"""Whether a viewport mixes patients: it shows another one than the active viewport, or a result of somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from viewer.reading.edited import overlays_at
from viewer.reading.state import Pane, ReadingState
from viewer.scene.drawables import Notice
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.plain_words import plain


def shows_another_patient(state: ReadingState, pane: Pane) -> bool:
    """Say whether a viewport shows another patient than the active one, whom findings, layers and report are about."""
    frame, active = state.frame_of(pane), state.patient
    return frame is not None and active is not None and state.content.library.patient_of(frame.instance).key != active.key


def shows_foreign_result(state: ReadingState, pane: Pane) -> bool:
    """Say whether a result that is switched on and lies on the frame of a viewport has another Patient ID than its image."""
    stack = state.stack_of(pane)
    if stack is None or not stack.frames or state.overlays_hidden:
        return False
    here = overlays_at(state, stack, min(pane.frame, len(stack.frames) - 1))
    return any(state.overlay_visible(one) and _is_foreign(state, pane, one.patient_id) for one in here)


def patient_notices(state: ReadingState, pane: Pane, layers: Sequence[ShownLayer]) -> Iterator[Notice]:
    """Yield the sentences that a viewport with mixed patients bears."""
    if shows_another_patient(state, pane):
        yield _notice("Another patient than in the active viewport.")
    for layer in layers if not state.overlays_hidden else ():
        if layer.on_plane.parts_here and _is_foreign(state, pane, layer.overlay.patient_id):
            label = plain(layer.overlay.label) or layer.overlay.subtype
            yield _notice(f"{label}: its Patient ID is not that of the image.")


def _is_foreign(state: ReadingState, pane: Pane, patient_id: str) -> bool:
    frame = state.frame_of(pane)
    own = state.content.library.instance(frame.instance).patient_id if frame is not None else ""
    return bool(own and patient_id and own != patient_id)


def _notice(sentence: str) -> Notice:
    return Notice(sentence, severity="warning", replaces_image=False)
