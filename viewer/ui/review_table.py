"""The actions of reviewing: a part of the registry. None repeats while its key is held."""

from __future__ import annotations

from viewer.ui.action_spec import ActionSpec, T


def _review(action_id: str, text: str, keys: tuple[str, ...], icon: str = "", *, color: str = "text2") -> ActionSpec:
    return ActionSpec(action_id, "Review", text, keys, icon, "findings", color=color, repeats=False)


REVIEW: tuple[ActionSpec, ...] = (
    _review("next_finding", T("Next finding"), ("N",), "chevron-right"),
    _review("previous_finding", T("Previous finding"), ("P",), "chevron-left"),
    _review("next_undecided", T("Next undecided finding"), ("Shift+N",)),
    ActionSpec(
        "accept",
        "Review",
        T("Accept"),
        ("A",),
        "circle-check",
        "findings",
        color="accepted",
        after_line=True,
        repeats=False,
    ),
    _review("reject", T("Reject"), ("X",), "circle-x", color="rejected"),
    _review("uncertain", T("Uncertain"), ("U",), "circle-question-mark", color="uncertain"),
    _review("modified", T("Modified"), ("D",), "circle-dot", color="modified"),
    _review("undecide", T("Take the decision back"), ("Shift+U",), "circle-dashed"),
    _review("note", T("Reasons and note…"), ("M",), "message-square-text"),
    _review("accept_listed", T("Accept all that is listed and undecided"), ("Alt+A",)),
    ActionSpec(
        "blind",
        "Review",
        T("Blind first read"),
        (),
        "scan-eye",
        checked=lambda s: s.blind,
        after_line=True,
        repeats=False,
    ),
    ActionSpec("reveal", "Review", T("Show the hidden results"), ("Ctrl+B",), "eye", "blind", repeats=False),
)
