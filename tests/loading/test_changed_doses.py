"""Other isodose levels: what was worked out with the old ones is let go, and a late measure of them is not taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from tests.dicom.header_of import header_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane
from viewer.iods.registry import read_overlay
from viewer.loading.changed_doses import changed_doses, is_outdated
from viewer.loading.store import Store
from viewer.reading.changes.layers import set_solo
from viewer.reading.changes.maps import set_isodose_levels
from viewer.reading.state import Content, ReadingState
from viewer.representations.on_plane import OnPlane
from viewer.scene.inputs import Pending

GRID = Grid((3, 4, 5))
PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (4, 5))


def read(folder: Path) -> Overlay:
    images = image_series(np.zeros((2, 4, 5), np.int16), Grid((2, 4, 5)), Series())
    made = dose(images, np.arange(60, dtype=float).reshape(GRID.shape), GRID, DoseResult("dose"))
    made.save_as(folder / "dose.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "dose.dcm"))


def test_a_dose_with_other_levels_is_changed_and_its_old_measure_outdated(tmp_path: Path) -> None:
    overlay = read(tmp_path)
    key = overlay.instance
    before = ReadingState(content=Content(overlays=MappingProxyType({key: overlay})))
    before = set_solo(before, key, 2)
    after = set_isodose_levels(before, key, (30.0, 10.0))
    assert [one.instance for one in changed_doses(before.content, after.content)] == [key]
    assert changed_doses(after.content, after.content) == ()
    assert is_outdated(overlay, after.content)
    assert not is_outdated(after.content.overlays[key], after.content)
    # The second line is another one now: that only it was shown is forgotten.
    assert after.layer(key).solo is None
    other = replace(before.content, overlays=MappingProxyType({key: replace(overlay, visible_by_default=False)}))
    assert changed_doses(before.content, other) == ()


def test_the_store_lets_go_of_the_planes_of_one_overlay_only() -> None:
    store = Store(budget_bytes=1 << 20)
    mine, others = InstanceKey("mine"), InstanceKey("others")
    for key in (mine, others):
        store.put_on_plane(key, PLANE, OnPlane())
    store.drop_planes_of(mine)
    assert isinstance(store.on_plane(mine, PLANE), Pending)
    assert isinstance(store.on_plane(others, PLANE), OnPlane)
