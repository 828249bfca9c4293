"""Going to an item of a report shows what waits to be asked for, and nothing that its maker or the reader keeps hidden."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from tests.synthetic.content_items import coded, container, document, image, region
from tests.synthetic.read_report import overlay_of
from viewer.domain.overlay import Overlay
from viewer.reading.changes.layers import set_part_visible
from viewer.reading.navigate import go_to_item, go_to_part
from viewer.reading.state import Content, ReadingState

REQUIRED, OPTIONAL, NOT_FOR_PRESENTATION = "111150", "111151", "111152"


def candidate(intent: str) -> Dataset:
    stated = coded(("111056", "DCM", "Rendering Intent"), (intent, "DCM", "words"))
    return coded(
        ("111059", "DCM", "Single Image Finding"),
        ("27925004", "SCT", "Nodule"),
        stated,
        region("POINT", [1, 2], image("1.2.3.1")),
    )


def opened(*intents: str) -> tuple[Overlay, ReadingState]:
    impression = container(("111034", "DCM", "Individual Impression/Recommendation"), *map(candidate, intents))
    overlay = overlay_of(document(("112000", "DCM", "Chest CAD Report"), impression))
    return overlay, ReadingState(content=Content(overlays={overlay.instance: overlay}))


def shown(state: ReadingState, overlay: Overlay) -> list[bool]:
    return [state.part_visible(overlay, part.number) for part in overlay.parts]


def test_at_first_only_what_must_be_presented_is_shown() -> None:
    overlay, state = opened(REQUIRED, OPTIONAL, NOT_FOR_PRESENTATION)
    assert shown(state, overlay) == [True, False, False]


@pytest.mark.parametrize("position", ["1.1.2", "1.1.2.2"], ids=["the finding", "its region"])
def test_going_to_an_optional_finding_shows_it(position: str) -> None:
    overlay, state = opened(REQUIRED, OPTIONAL, NOT_FOR_PRESENTATION)
    assert shown(go_to_item(state, overlay.instance, position), overlay) == [True, True, False]
    assert shown(go_to_part(state, overlay.instance, 2), overlay) == [True, True, False]


def test_going_to_what_contains_it_or_to_what_is_not_for_presentation_shows_nothing_more() -> None:
    overlay, state = opened(OPTIONAL, NOT_FOR_PRESENTATION)
    for position in ("1.1", "1.1.2", "1.1.2.2"):
        assert shown(go_to_item(state, overlay.instance, position), overlay) == [False, False]
    assert shown(go_to_part(state, overlay.instance, 2), overlay) == [False, False]


def test_what_the_reader_has_hidden_stays_hidden() -> None:
    overlay, state = opened(OPTIONAL)
    hidden = set_part_visible(go_to_part(state, overlay.instance, 1), overlay.instance, 1, visible=False)
    assert shown(go_to_part(hidden, overlay.instance, 1), overlay) == [False]
    assert shown(go_to_item(hidden, overlay.instance, "1.1.1"), overlay) == [False]
