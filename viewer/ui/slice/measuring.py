"""Measuring with the left button in one viewport: drawing by drag or by clicks, taking hold of handles, moving the whole.

A polygon is closed by a click on its first point or a double click; dragged at once, it is drawn freehand. The second of two
axes is laid across the first and pulled afterwards. Cobb: one line, then the other. Arrows and notes ask for their words.

What is being drawn lives here until it is whole; then it becomes one undoable change of the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QPointF

from viewer.domain.crossed_axes import axis_across
from viewer.domain.instance import FrameKey
from viewer.domain.measurement import (
    AROUND,
    IN_WORDS,
    POINTS_OF,
    REGIONS,
    Measurement,
    MeasurementKind,
    Point,
    moved,
    with_handle_at,
)
from viewer.domain.simplified import simplified
from viewer.geometry.plane import Plane
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection, Tool
from viewer.scene.drawables import MarkDrawable, MeasurementDrawable, Scene
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured import MeasurementHit, measurement_at, measurement_drawable
from viewer.scene.measured_image import measured_image
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.frame_words import translated
from viewer.ui.slice.mark_plates import Plate, plates_of

REACH = 5.0
"""Logical pixels."""
FREEHAND_STEP = 2.0
"""Logical pixels between two points of a line drawn freehand."""
FREEHAND_SLACK = 0.75
"""Logical pixels by which a line drawn freehand may be straightened: fewer points, the same to the eye."""

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
    inputs
        What is loaded: right angles need the true shape of a pixel.
    write
        Asks the reader for the words of a measurement. The key merges the words into the step that made it.
    """

    def __init__(self, reading: Reading, inputs: SceneInputs, write: Callable[[Measurement, str], None]) -> None:
        self._reading, self._inputs, self._write = reading, inputs, write
        self._draft: Measurement | None = None
        self._is_down = self._is_first_press = False
        self._held: _Held | None = None
        self._holds = 0
        self._marks: tuple[MarkDrawable | MeasurementDrawable, ...] = ()
        self._plates: tuple[ViewGeometry, list[Plate]] | None = None

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
            draft = self._follow_draft(spot)
            # The second of two lines begins as the first did: drawn in one drag, or from click to click.
            self._is_first_press = draft.kind == "cobb" and len(draft.points) == 3
            if self._is_first_press:
                self._draft = replace(draft, points=(*draft.points, spot.position_image))
            return True
        hit = self._hit_to_hold(spot)
        kind = _KINDS.get(self._reading.state.tool)
        if hit is not None:
            self._holds += 1
            self._held = _Held(hit, spot.position_image, f"measurement:{hit.measurement.id}:{self._holds}")
            self._reading.apply(select, Selection(measurement=hit.measurement.id, handle=hit.handle))
            return True
        image = self._reading.state.name_of(spot.frame)
        if kind is None or image.study_instance_uid in self._reading.state.content.read_only_studies:
            return False
        points = (spot.position_image,) * min(POINTS_OF[kind], 2)
        self._draft = Measurement(uuid4().hex, kind, image, points)
        self._is_first_press = True
        return True

    def move(self, spot: Spot) -> None:
        """Follow the mouse, with the button down or between two clicks."""
        if self._draft is not None:
            draft = self._follow_draft(spot)
            if draft.kind in AROUND and self._is_down and self._is_first_press:
                self._draw_freehand(draft, spot)
        elif self._held is not None:
            held, position = self._held, spot.position_image
            if held.hit.handle is not None:
                aspect = self._aspect(held.hit.measurement, spot.frame)
                changed = with_handle_at(held.hit.measurement, held.hit.handle, position, aspect=aspect)
            else:
                changed = moved(held.hit.measurement, (position[0] - held.at[0], position[1] - held.at[1]))
            self._reading.apply_undoable(held.merge_key, put_measurement, changed)

    def release(self, spot: Spot, *, clicked: bool) -> None:
        """Set the following point down; the first click only begins. A whole measurement is taken into the reading."""
        self._held, self._is_down = None, False
        draft = self._draft
        if draft is None:
            return
        if clicked and draft.kind == "freehand":
            self.cancel()
            return
        if clicked and self._is_first_press and POINTS_OF[draft.kind] > 1:
            return
        was_first, self._is_first_press = self._is_first_press, False
        draft = self._follow_draft(spot)
        if draft.kind == "freehand" or (draft.kind == "polygon" and was_first and draft.is_whole):
            self._take(self._straightened(draft, spot))
        elif draft.kind == "polygon" and not was_first and self._is_at_start(draft, spot):
            self.finish()
        elif draft.kind == "bidirectional":
            self._take(self._crossed(draft, spot.frame))
        elif not draft.is_whole or draft.kind == "polygon":
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
        if not draft.is_whole or not _has_extent(draft):
            return
        key = f"written:{draft.id}" if draft.kind in IN_WORDS else ""
        if draft.kind != "note":
            self._reading.apply_undoable(key, put_measurement, draft)
        if draft.kind in IN_WORDS:
            self._write(draft, key)

    def _crossed(self, draft: Measurement, frame: FrameKey) -> Measurement:
        """Return two axes of which only the first is drawn, with the second across it."""
        start, end = draft.points
        return replace(draft, points=(start, end, *axis_across(start, end, self._aspect(draft, frame))))

    @staticmethod
    def _straightened(draft: Measurement, spot: Spot) -> Measurement:
        """Return a line drawn freehand without the points that the eye does not miss, the ends joined."""
        points = np.array(draft.points)
        kept = simplified(spot.geometry.to_view(points), FREEHAND_SLACK * spot.geometry.ratio)
        return replace(draft, points=tuple((float(x), float(y)) for x, y in points[kept])) if kept.sum() > 2 else draft

    def _aspect(self, measurement: Measurement, frame: FrameKey) -> float:
        """Return the true height over the width of the pixels that a measurement lies on."""
        return aspect_at(self._reading.state, measurement, frame, self._inputs)

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

    def write_at(self, spot: Spot) -> bool:
        """Ask for the words of the measurement at a spot; returns whether there is one."""
        found = self._measurement_at(spot)
        if found is None:
            return False
        self.cancel()
        self._write(found.measurement, "")
        return True

    def is_over_handle(self, spot: Spot) -> bool:
        """Say whether a press at a spot would take hold of a measurement."""
        return self._draft is None and self._hit_to_hold(spot) is not None

    def with_draft(self, scene: Scene, pane: int, inputs: SceneInputs) -> Scene:
        """Return the scene of a pane with what is being drawn on top."""
        state = self._reading.state
        frame = state.frame_of(state.panes[pane])
        self._plates = None
        self._marks = tuple(one for one in scene.drawables if isinstance(one, MarkDrawable | MeasurementDrawable))
        if self._draft is None or frame is None or scene.plane is None:
            return scene
        image = measured_image(state, frame, scene.plane, inputs)
        draft = self._draft
        if draft.kind == "bidirectional" and len(draft.points) == 2:
            draft = self._crossed(draft, frame)
        drawn = measurement_drawable(draft, image, translated, selected=True)
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
        """Return what is at a spot: a handle, a line, or the plate of a measurement."""
        shown = self._reading.state.measurements_on(spot.frame)
        found = measurement_at(shown, spot.geometry, spot.position_view, reach=REACH * spot.geometry.ratio)
        if found is not None or not shown:
            return found
        at = QPointF(*spot.position_view)
        plate = next((one for one in self._plates_at(spot.geometry) if one.place.contains(at)), None)
        under = next((one for one in shown if plate is not None and one.id == plate.measurement), None)
        return MeasurementHit(under, None) if under is not None else None

    def _plates_at(self, geometry: ViewGeometry) -> list[Plate]:
        """Return the plates on the screen; found once for a picture, not with every move of the mouse."""
        if self._plates is None or self._plates[0] != geometry:
            self._plates = geometry, plates_of(self._marks, geometry)
        return self._plates[1]

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


def aspect_at(state: ReadingState, measurement: Measurement, frame: FrameKey, inputs: SceneInputs) -> float:
    """Return the true height over the width of the pixels of a frame that a measurement lies on."""
    plane = state.plane_of(frame)
    if plane is None:
        return 1.0
    scale = measured_image(state, frame, plane, inputs).scale(measurement)
    return scale.aspect if scale is not None else 1.0


def _has_extent(measurement: Measurement) -> bool:
    if POINTS_OF[measurement.kind] == 1:
        return True
    left, top, right, bottom = measurement.box
    if measurement.kind in REGIONS:
        return right > left and bottom > top
    return right > left or bottom > top
