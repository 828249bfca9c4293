"""Measuring with the left button in one viewport: drawing by drag or by clicks, taking hold of handles, moving the whole.

A polygon is closed by a click on its first point or a double click; dragged at once, it is drawn freehand.

What is being drawn lives here until it is whole; then it becomes one undoable change of the reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np

from viewer.domain.instance import FrameKey
from viewer.domain.measurement import POINTS_OF, REGIONS, Measurement, MeasurementKind, Point, moved, with_handle_at
from viewer.geometry.plane import Plane
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection, Tool
from viewer.scene.drawables import Scene
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured import MeasurementHit, measured_image, measurement_at, measurement_drawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.frame_words import translated

REACH = 5.0
"""Logical pixels."""
FREEHAND_STEP = 4.0
"""Logical pixels between two points of a line drawn freehand."""

_KINDS: dict[Tool, MeasurementKind] = {kind: kind for kind in POINTS_OF}


@dataclass(frozen=True)
class Spot:
    """Where the mouse is on a shown frame: in image positions, held inside the image, and in device pixels of the pane."""

    frame: FrameKey
    position_image: Point
    position_view: Point
    geometry: ViewGeometry


@dataclass(frozen=True)
class _Held:
    """A measurement as it was when it was taken hold of."""

    hit: MeasurementHit
    at: Point
    merge_key: str


class Measuring:
    """The measuring of one viewport.

    Parameters
    ----------
    reading
        Its tool says what a press begins; its measurements are changed.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._draft: Measurement | None = None
        self._is_down = self._is_first_press = False
        self._held: _Held | None = None
        self._holds = 0

    @property
    def draft(self) -> Measurement | None:
        """What is being drawn; its last point follows the mouse."""
        return self._draft

    @property
    def is_down(self) -> bool:
        """Whether the button is down for measuring."""
        return self._is_down

    def is_followed(self, *, pressed: bool, moved: bool) -> bool:
        """Say whether a move of the mouse is one of measuring: with its button down and moved, or between two clicks."""
        return (self._is_down and moved) or (self._draft is not None and not pressed)

    def press(self, spot: Spot) -> bool:
        """Begin or go on; returns False when the press is not for measuring."""
        self._is_down = self._begins(spot)
        return self._is_down

    def _begins(self, spot: Spot) -> bool:
        if self._draft is not None:
            self._is_first_press = False
            self._follow_draft(spot)
            return True
        hit = self._hit_to_hold(spot)
        kind = _KINDS.get(self._reading.state.tool)
        if hit is not None:
            self._holds += 1
            self._held = _Held(hit, spot.position_image, f"measurement:{hit.measurement.id}:{self._holds}")
            self._reading.apply(select, Selection(measurement=hit.measurement.id))
            return True
        if kind is None:
            return False
        points = (spot.position_image,) * min(POINTS_OF[kind], 2)
        self._draft = Measurement(uuid4().hex, kind, self._reading.state.name_of(spot.frame), points)
        self._is_first_press = True
        return True

    def move(self, spot: Spot) -> None:
        """Follow the mouse, with the button down or between two clicks."""
        if self._draft is not None:
            draft = self._follow_draft(spot)
            if draft.kind == "polygon" and self._is_down and self._is_first_press:
                self._draw_freehand(draft, spot)
        elif self._held is not None:
            held = self._held
            position = spot.position_image
            if held.hit.handle is not None:
                changed = with_handle_at(held.hit.measurement, held.hit.handle, position)
            else:
                changed = moved(held.hit.measurement, (position[0] - held.at[0], position[1] - held.at[1]))
            self._reading.apply_undoable(held.merge_key, put_measurement, changed)

    def release(self, spot: Spot, *, clicked: bool) -> None:
        """Set the following point down; the first click only begins. A whole measurement is taken into the reading."""
        self._held, self._is_down = None, False
        draft = self._draft
        if draft is None or (clicked and self._is_first_press and draft.kind != "probe"):
            return
        was_first, self._is_first_press = self._is_first_press, False
        draft = self._follow_draft(spot)
        if draft.kind == "polygon" and not was_first and self._is_at_start(draft, spot):
            self.finish()
        elif not draft.is_whole or (draft.kind == "polygon" and not was_first):
            self._draft = replace(draft, points=(*draft.points, spot.position_image))
        else:
            self._take(draft)

    def finish(self) -> bool:
        """End a polygon without the point that follows the mouse; returns False when none is being drawn."""
        draft = self._draft
        if draft is None or draft.kind != "polygon":
            return False
        self._take(replace(draft, points=draft.points[:-1]))
        return True

    def _take(self, draft: Measurement) -> None:
        self.cancel()
        if draft.is_whole and _has_extent(draft):
            self._reading.apply_undoable("", put_measurement, draft)

    def _draw_freehand(self, draft: Measurement, spot: Spot) -> None:
        """Set a point down wherever the mouse has gone far enough since the last."""
        last, now = spot.geometry.to_view(draft.points[-2]), spot.geometry.to_view(draft.points[-1])
        if float(np.hypot(*(now - last))) >= FREEHAND_STEP * spot.geometry.ratio:
            self._draft = replace(draft, points=(*draft.points, draft.points[-1]))

    @staticmethod
    def _is_at_start(draft: Measurement, spot: Spot) -> bool:
        start = spot.geometry.to_view(draft.points[0])
        near = float(np.hypot(*(start - np.array(spot.position_view)))) <= 2 * REACH * spot.geometry.ratio
        return near and len(draft.points) > POINTS_OF[draft.kind]

    def cancel(self) -> None:
        """Forget what is being drawn."""
        self._draft = self._held = None
        self._is_down = False

    def select_at(self, spot: Spot) -> bool:
        """Select the measurement at a spot, or none; returns whether there is one."""
        found = self._measurement_at(spot)
        selection = Selection(measurement=found.measurement.id) if found is not None else Selection()
        if found is not None or self._reading.state.selection.measurement:
            self._reading.apply(select, selection)
        return found is not None

    def with_draft(self, scene: Scene, pane: int, inputs: SceneInputs) -> Scene:
        """Return the scene of a pane with what is being drawn on top."""
        state = self._reading.state
        frame = state.frame_of(state.panes[pane])
        if self._draft is None or frame is None or scene.plane is None:
            return scene
        image = measured_image(state, frame, scene.plane, inputs)
        drawn = measurement_drawable(self._draft, image, translated, selected=True)
        return replace(scene, drawables=(*scene.drawables, drawn))

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Forget what is being drawn when the tool changes."""
        if old.tool != new.tool:
            self.cancel()

    def _hit_to_hold(self, spot: Spot) -> MeasurementHit | None:
        """Return what a press takes hold of: the selected measurement; with a measuring tool also any other's handle."""
        state, found = self._reading.state, self._measurement_at(spot)
        if found is None or found.measurement.id == state.selection.measurement:
            return found
        return found if state.tool in _KINDS and found.handle is not None else None

    def _measurement_at(self, spot: Spot) -> MeasurementHit | None:
        found = self._reading.state.measurements_on(spot.frame)
        return measurement_at(found, spot.geometry, spot.position_view, reach=REACH * spot.geometry.ratio)

    def _follow_draft(self, spot: Spot) -> Measurement:
        assert self._draft is not None
        self._draft = replace(self._draft, points=(*self._draft.points[:-1], spot.position_image))
        return self._draft


def spot_at(frame: FrameKey, plane: Plane, geometry: ViewGeometry, position_view: Point) -> Spot:
    """Return the spot of a position in device pixels; one beside the image lies on its edge."""
    column, row = geometry.to_image(position_view).tolist()
    rows, columns = plane.shape
    inside = (min(max(column, 0.0), float(columns)), min(max(row, 0.0), float(rows)))
    return Spot(frame, inside, position_view, geometry)


def _has_extent(measurement: Measurement) -> bool:
    if measurement.kind == "probe":
        return True
    left, top, right, bottom = measurement.box
    if measurement.kind in REGIONS:
        return right > left and bottom > top
    return right > left or bottom > top
