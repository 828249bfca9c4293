"""A result that a key object selection rejects is off in the real window, and listed with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.driven import Driven

pytestmark = [pytest.mark.real_data, pytest.mark.window]


def test_a_rejected_segmentation_is_off_and_listed_with_its_badge(driven: Driven, real_data: Path) -> None:
    """Check 80."""
    driven.open(real_data / "tiny")
    state = driven.state
    rejected = [
        overlay
        for overlay in state.content.overlays.values()
        if "rejected_by_key_object" in {one.code for one in overlay.issues}
    ]
    assert [(one.kind, one.subtype) for one in rejected] == [("segmentation", "BINARY")]
    assert not state.overlay_visible(rejected[0])
    assert state.content.bindings[rejected[0].instance].lies_on
    (row,) = [row for row in driven.layer_rows() if row.kind == "object" and row.overlay == rejected[0].instance]
    assert "rejected" in {badge.text for badge in row.badges}
