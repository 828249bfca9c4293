"""A Real World Value Mapping object has a row that says what it applies to; switched off, its values are not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scene.test_pictures_of_files import opened
from viewer.domain.real_world_map import RealWorldMap
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.workspace import show_stack
from viewer.scene.cursor import cursor_info
from viewer.scene.slice_scene import slice_scene
from viewer.ui.layers.row import LayerFilter
from viewer.ui.layers.tree import layer_rows

pytestmark = [pytest.mark.real_data, pytest.mark.usefixtures("qapp")]


def test_the_row_says_what_the_map_gives_and_to_what(real_data: Path) -> None:
    with opened(real_data / "petct-suv-rwv") as (state, inputs):
        overlay = next(one for one in state.content.overlays.values() if isinstance(one.content, RealWorldMap))
        stack_id = state.content.bindings[overlay.instance].default_stack_id
        assert stack_id is not None
        state = show_stack(state, 0, stack_id)
        (row,) = layer_rows(state, LayerFilter(), lambda _: None)
        assert row.overlay == overlay.instance
        (child,) = row.children
        assert child.name.startswith("It gives Standardized Uptake Value body weight")
        assert child.name.endswith("to 10 images of this series.")
        values = []
        for visible in (True, False):
            found = cursor_info(
                set_overlay_visible(state, overlay.instance, visible=visible), 0, inputs, (64.5, 60.5), reach=0.5
            )
            assert found is not None
            assert found.probe is not None
            values.append(len(found.probe.real_world))
        assert values == [4, 0]
        assert slice_scene(state, 0, inputs).complete, "nobody waits for what draws nothing"
