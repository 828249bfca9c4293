"""Which reports the panel lists, which finding an item belongs to, and what must be known before a report is read."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLabel

from viewer.domain.document import Document
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.domain.report import Report, ReportFlags, is_at_or_below
from viewer.domain.waveform import Waveform
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import plain
from viewer.ui.parts import label
from viewer.ui.plain_text import tooltip
from viewer.ui.report.words import tr


def reports_of(state: ReadingState) -> tuple[Overlay, ...]:
    """Return the reports, documents and waveforms of the patient of the active pane, and one chosen by hand of another."""
    return tuple(
        overlay
        for overlay in state.content.overlays.values()
        if overlay.readable and (overlay.instance == state.selection.overlay or not is_of_another_patient(overlay, state))
    )


def is_of_another_patient(overlay: Overlay, state: ReadingState) -> bool:
    """Say whether an object belongs to another patient than the image of the active pane."""
    patient = state.patient
    return patient is not None and state.content.library.patient_of(overlay.instance) is not patient


def part_of_item(overlay: Overlay, position: str) -> int | None:
    """Return the finding that an item belongs to, or None."""
    above = (part for part in overlay.parts if part.item and is_at_or_below(position, part.item))
    return next((part.number for part in above), None)


_FORMS: Final = {"pdf": "PDF", "cda": "CDA", "text": "Text", "mesh": "Surface", "other": "Document"}


def _kind(overlay: Overlay) -> str:
    content = overlay.content
    if isinstance(content, Document):
        return _FORMS[content.form]
    if isinstance(content, Waveform):
        return "ECG" if content.sort == "ecg" else tr("Waveform")
    return "KOS" if overlay.kind == "key_objects" else f"SR · {plain(overlay.subtype)}" if overlay.subtype else "SR"


def badges_of(overlay: Overlay, state: ReadingState) -> list[QLabel]:
    """Return what must be known of a report or document before it is read: its kind, and how far it may be relied on."""
    flags = overlay.content.flags if isinstance(overlay.content, Report) else ReportFlags()
    found = [(_kind(overlay), "fact")]
    if is_of_another_patient(overlay, state):
        found.append((tr("another patient"), "must-know"))
    if overlay.origin in (Origin.AI, Origin.AI_ASSISTED):
        found.append((overlay.origin.value, "ai"))
    codes = {one.code for one in overlay.issues}
    if flags.completion == "COMPLETE":
        found.append((tr("complete"), "fact"))
    words = {
        "partial": tr("partial"),
        "preliminary": tr("preliminary"),
        "unverified": tr("unverified"),
        "superseded": tr("superseded"),
        "rejected_by_key_object": tr("rejected"),
    }
    found += [(word, "must-know") for code, word in words.items() if code in codes]
    if flags.verification == "VERIFIED":
        found.append((tr("verified"), "fact"))
    made = [label(text, role) for text, role in found]
    for badge in made:
        badge.setToolTip(tooltip(*(one.text for one in overlay.issues)))
    return made
