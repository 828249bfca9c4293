"""Readings whose images and results have Patient IDs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.scene.one_stack import labels_on, one_stack, overlay_of, plane_of, ramp_pixels
from viewer.domain.library import Library, Patient
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs


def with_patient_ids(state: ReadingState, images: str, result: str) -> ReadingState:
    """The same reading, where the images and the result have Patient IDs."""
    (patient,) = state.content.library.patients
    (study,) = patient.studies
    series = tuple(
        replace(one, instances=tuple(replace(header, patient_id=images) for header in one.instances)) for one in study.series
    )
    named = Patient(images, images, "", "", "", (replace(study, series=series),))
    overlays = {key: replace(overlay, patient_id=result) for key, overlay in state.content.overlays.items()}
    return replace(state, content=replace(state.content, library=Library((named,)), overlays=overlays))


def one_result() -> tuple[ReadingState, SceneInputs]:
    """One image with one result on it."""
    overlay, plane = overlay_of("seg", {1: (250, 10, 20)}), plane_of(0)
    labels = np.zeros(plane.shape, np.uint8)
    labels[1:4, 2:7] = 1
    return one_stack([ramp_pixels()], [(overlay, {0: labels_on(plane, labels, (1,))})])
