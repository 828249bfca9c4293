"""The title of the window: which study the active viewport shows."""

from __future__ import annotations

from viewer.reading.state import ReadingState
from viewer.scene.plain_words import date, plain


def study_title(state: ReadingState) -> str:
    """Return the description and date of the study in the active viewport; empty without one."""
    frame = state.frame_of(state.pane)
    if frame is None:
        return ""
    study = state.content.library.study_of(frame.instance)
    return " · ".join(part for part in (plain(study.description), date(study.date)) if part)
