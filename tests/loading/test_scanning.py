"""The jobs of opening: what they hand over."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.uid import UID

from tests.domain.opened import opened
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import REJECTED_FOR_QUALITY, key_objects
from tests.synthetic.registration import registration
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.binding import Binding
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.loading.runner import JobControl
from viewer.loading.scanning import overlays_job
from viewer.reading.changes.library import default_stack

GRID = Grid((3, 9, 14))


def study() -> tuple[list[Any], Any, Any]:
    """Two series; a segmentation with a newer version on the first."""
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series(name="ct"))
    longer = Grid((5, 9, 14))
    others = image_series(np.zeros(longer.shape, np.int16), longer, Series(name="other", number=2))
    pixels = np.zeros(GRID.shape, np.uint8)
    pixels[:, 2:5, 3:9] = 1
    older, newer = (
        deepcopy(segmentation(images, pixels, (Part("Liver"),), Result(name, date=date)))
        for name, date in (("older", "20260115"), ("newer", "20260116"))
    )
    return [*images, *others], older, newer


def test_the_last_batch_says_how_objects_stand_to_one_another(tmp_path: Path):
    images, older, newer = study()
    batches: list[Any] = []
    overlays_job(opened([*images, older, newer], tmp_path))(JobControl(lambda *_: None, batches.append))
    final: dict[InstanceKey, Overlay] = {}
    for read, _ in batches:
        final |= {key: overlay for key, (overlay, _) in read.items()}
    on = {overlay.sop_instance_uid: overlay.visible_by_default for overlay in final.values()}
    assert on == {older.SOPInstanceUID: False, newer.SOPInstanceUID: True}


def test_what_is_rejected_does_not_hang_by_default(tmp_path: Path):
    images, older, _ = study()
    rejected = key_objects([*images[3:], older], REJECTED_FOR_QUALITY)
    library = opened([*images, older, rejected], tmp_path)
    with EagerInputs(library, {}) as inputs:
        content = read_content(library, inputs.readers)
    stack = default_stack(content)
    assert stack is not None
    assert stack.id.startswith(images[0].SeriesInstanceUID)


def test_the_jobs_end_with_what_the_commands_read_at_once(tmp_path: Path):
    """The registration is read late on purpose: it calls itself something else than REG."""
    fixed = image_series(np.zeros(GRID.shape, np.int16), GRID, Series(name="ct", frame_of_reference=UID("1.2.3.1")))
    moving = image_series(
        np.zeros(GRID.shape, np.int16), GRID, Series(name="mr", number=2, frame_of_reference=UID("1.2.3.2"))
    )
    pixels = np.zeros(GRID.shape, np.uint8)
    pixels[1, 2:5, 3:9] = 1
    result = deepcopy(segmentation(moving, pixels, (Part("Liver"),), Result("result")))
    shift = np.eye(4)
    shift[0, 3] = 1.5
    joins = registration(fixed[0], moving[0], [("RIGID", shift)])
    joins.Modality = "OT"
    library = opened([*fixed, *moving, result, joins], tmp_path)
    batches: list[Any] = []
    overlays_job(library)(JobControl(lambda *_: None, batches.append))
    ends: dict[InstanceKey, tuple[Overlay, Binding]] = {}
    for read, _ in batches:
        ends |= read
    with EagerInputs(library, {}) as inputs:
        content = read_content(library, inputs.readers)
    assert {key: binding for key, (_, binding) in ends.items()} == content.bindings
    assert {key: overlay.moves for key, (overlay, _) in ends.items()} == {
        key: overlay.moves for key, overlay in content.overlays.items()
    }
    assert sorted(entry.by for _, binding in ends.values() for entry in binding.lies_on) == [
        "frame_of_reference",
        "registration",
    ]
