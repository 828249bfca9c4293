"""Changes of the reader's measurements. Undoable, except what a review file brings back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from viewer.domain.measurement import ImageName, Measurement, Point, handles_of, moved, with_handle_at
from viewer.reading.state import ReadingState, Selection


def put_measurement(state: ReadingState, measurement: Measurement) -> ReadingState:
    """Add a measurement, or take the changed one in the place of that with its id; it is selected, and all are shown.

    Nothing happens in a study whose review another window holds.
    """
    if measurement.image.study_instance_uid in state.content.read_only_studies:
        return state
    on_image = state.measurements.get(measurement.image, ())
    known = any(one.id == measurement.id for one in on_image)
    new = tuple(measurement if one.id == measurement.id else one for one in on_image)
    state = _with_image(state, measurement.image, new if known else (*on_image, measurement))
    handle = state.selection.handle if state.selection.measurement == measurement.id else None
    selection = Selection(measurement=measurement.id, handle=handle)
    return replace(state, selection=selection, measurements_hidden=False)


def nudge_measurement(state: ReadingState, by: Point, aspect: float) -> ReadingState:
    """Move the selected measurement, or its selected handle, by a distance in image positions.

    ``aspect`` is the true height of a pixel over its width.
    """
    found, handle = state.measurement(state.selection.measurement), state.selection.handle
    if found is None:
        return state
    handles = handles_of(found)
    if handle is None or handle >= len(handles):
        return put_measurement(state, moved(found, by))
    column, row = handles[handle].tolist()
    return put_measurement(state, with_handle_at(found, handle, (column + by[0], row + by[1]), aspect=aspect))


def delete_measurement(state: ReadingState, measurement_id: str) -> ReadingState:
    """Delete a measurement; nothing happens when there is none of that id, or another window holds the review."""
    found = state.measurement(measurement_id)
    if found is None or found.image.study_instance_uid in state.content.read_only_studies:
        return state
    left = tuple(one for one in state.measurements[found.image] if one.id != measurement_id)
    state = _with_image(state, found.image, left)
    return replace(state, selection=Selection()) if state.selection.measurement == measurement_id else state


def show_measurements(state: ReadingState, shown: Literal["shown", "hidden"]) -> ReadingState:
    """Show or hide all measurements."""
    return replace(state, measurements_hidden=shown == "hidden")


def take_measurements(state: ReadingState, measurements: Iterable[Measurement]) -> ReadingState:
    """Take saved measurements beside those that are there; one that is there already stays as it is."""
    known = {one.id for on_image in state.measurements.values() for one in on_image}
    for measurement in measurements:
        if measurement.id not in known:
            state = _with_image(state, measurement.image, (*state.measurements.get(measurement.image, ()), measurement))
    return state


def set_read_only(state: ReadingState, studies: Iterable[str]) -> ReadingState:
    """Say which studies, by their UIDs, another window reviews."""
    held = frozenset(studies)
    if held == state.content.read_only_studies:
        return state
    return state.with_whole(replace(state.whole, read_only_studies=held))


def _with_image(state: ReadingState, image: ImageName, on_image: tuple[Measurement, ...]) -> ReadingState:
    all_of_them = {**state.measurements, image: on_image}
    if not on_image:
        del all_of_them[image]
    return replace(state, measurements=MappingProxyType(all_of_them))
