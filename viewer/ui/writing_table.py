"""The actions of writing a review: a part of the registry."""

from __future__ import annotations

from viewer.ui.action_spec import ActionSpec, T

WRITING: tuple[ActionSpec, ...] = (
    ActionSpec(
        "write_review",
        "Review",
        T("Write the review…"),
        ("Ctrl+E",),
        "file-plus",
        "decided",
        after_line=True,
        repeats=False,
    ),
    ActionSpec("finding_sheet", "Review", T("Save a sheet of the finding…"), (), "printer", "finding", repeats=False),
)
