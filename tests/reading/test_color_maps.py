"""Colour maps by id, name and UID; those that files bring are tested where files are opened."""

from __future__ import annotations

from viewer.reading.color_maps import map_named, palette_of
from viewer.reading.state import Content


def test_a_map_is_found_by_id_name_and_uid() -> None:
    for wanted in ("hot_iron", "Hot Iron", "1.2.840.10008.1.5.1"):
        found = map_named(Content(), wanted)
        assert found is not None
        assert found.id == "hot_iron"
    assert map_named(Content(), "no such map") is None


def test_grey_and_a_map_that_is_no_longer_open_have_no_colours() -> None:
    assert palette_of(Content(), "") is None
    assert palette_of(Content(), "2.25.1") is None
    assert palette_of(Content(), "viridis") is palette_of(Content(), "viridis")
