"""Measuring with the mouse in a real viewport: what is drawn has the value worked out by hand, however the view turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.scene.one_stack import image_attributes, ramp_pixels
from tests.ui.slice.measuring_hand import LEFT, NO_BUTTON, VIEWS, click, drag, drawn, lines, made, mouse
from viewer.domain.image_attributes import FrameValues, Rescale, Window
from viewer.domain.pet import PetAttributes
from viewer.reading.changes.workspace import set_frame, set_tool, set_view, set_window, toggle_invert
from viewer.reading.state import Selection, WindowChoice
from viewer.ui.theme.tokens import ON_IMAGE


@pytest.mark.parametrize("view", VIEWS)
def test_a_length_drawn_in_one_drag_is_that_of_the_body(shown, view) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (5.0, 2.0), (9.0, 4.0))
    (found,) = made(shown)
    assert np.array(found.points) == pytest.approx(np.array([(1.0, 1.0), (9.0, 4.0)]), abs=0.05)
    # 8 columns of 0.25 mm across and 3 rows of 0.5 mm down: 2 and 1.5.
    assert lines(shown) == ["2.50 mm", "pixel spacing"]


def test_a_length_drawn_by_two_clicks_follows_the_mouse_between_them(shown) -> None:
    shown.reading.apply(set_tool, "length")
    click(shown, (1.0, 1.0))
    assert not made(shown)
    mouse(shown, QEvent.Type.MouseMove, (5.0, 1.0))
    assert lines(shown)[0] == "1.00 mm"
    click(shown, (9.0, 4.0))
    assert lines(shown)[0] == "2.50 mm"
    assert len(made(shown)) == 1
    mouse(shown, QEvent.Type.MouseMove, (2.0, 2.0))
    assert lines(shown)[0] == "2.50 mm"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("by_drag", [True, False])
def test_an_angle_is_that_of_the_body_however_it_is_drawn(shown, view, by_drag) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "angle")
    # From the corner 1 mm across and 1 mm across with 1 mm down: 45 degrees in the body, 26.6 in pixels.
    if by_drag:
        drag(shown, (7.0, 2.0), (5.0, 2.0), (3.0, 2.0))
    else:
        click(shown, (7.0, 2.0))
        click(shown, (3.0, 2.0))
    assert not made(shown)
    click(shown, (7.0, 4.0))
    (found,) = made(shown)
    assert len(found.points) == 3
    assert float(lines(shown)[0].rstrip("°")) == pytest.approx(45.0, abs=0.6)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("tool", "share"), [("rectangle", 1.0), ("ellipse", np.pi / 4)])
def test_a_region_says_what_its_pixels_are_whatever_window_and_inversion(shown, view, tool, share) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_window, 0, WindowChoice("user", center=3.0, width=1.0))
    shown.reading.apply(toggle_invert, 0)
    shown.reading.apply(set_tool, tool)
    drag(shown, (8.0, 1.0), (5.0, 3.0), (2.0, 5.0))
    rows, columns = np.mgrid[0:7, 0:11] + 0.5
    inside = (columns > 2) & (columns < 8) & (rows > 1) & (rows < 5)
    if tool == "ellipse":
        inside = ((columns - 5) / 3) ** 2 + ((rows - 3) / 2) ** 2 <= 1
    values = (ramp_pixels() * 2.0 - 1000)[inside]
    mean, extremes, area = lines(shown)
    assert mean == f"mean {values.mean():.1f} HU · SD {values.std():.1f} HU".replace("-", "−")
    assert extremes == f"min {values.min():.0f} HU · max {values.max():.0f} HU".replace("-", "−")
    number, rest = area.split(" mm² · ")
    assert float(number) == pytest.approx(6 * 0.25 * 4 * 0.5 * share, abs=0.06)
    assert rest == "pixel spacing"


def test_a_region_on_pet_says_its_suv_by_hand(shown) -> None:
    start = datetime(2024, 5, 6, 10, 0, 0)
    pet = PetAttributes(
        units="BQML",
        corrected=("DECY", "ATTN"),
        decay_correction="START",
        series_start=start,
        acquisition_start=start,
        injection=start - timedelta(seconds=6586.2),
        dose_bq=2.5e8,
        half_life_s=6586.2,
        weight_kg=50.0,
    )
    for key in list(shown.inputs.shown):
        frames = (FrameValues(Rescale(1000.0, 0.0, ""), (Window(40.0, 400.0),)),)
        shown.inputs.shown[key] = image_attributes(modality="PT", units="BQML", pet=pet, frames=frames)
    shown.reading.apply(set_tool, "rectangle")
    drag(shown, (2.2, 1.2), (4.8, 3.8))
    # 50 000 g over the half of 250 MBq that one half-life left, for values of 1000 Bq/ml a step: 0.4 a step.
    values = ramp_pixels()[1:4, 2:5] * 0.4
    assert lines(shown)[2] == f"SUVbw mean {values.mean():.0f} · max {values.max():.2f}"


@pytest.mark.parametrize("closed_by", ["start", "double click"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_polygon_is_drawn_by_clicks_and_closed_on_its_start_or_by_a_double_click(shown, view, closed_by) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "polygon")
    corners = [(2.2, 1.2), (8.2, 1.2), (8.2, 5.2)]
    for corner in corners:
        click(shown, corner)
    assert not made(shown)
    if closed_by == "start":
        click(shown, corners[0])
    else:
        mouse(shown, QEvent.Type.MouseButtonDblClick, corners[-1])
        mouse(shown, QEvent.Type.MouseButtonRelease, corners[-1])
    (found,) = made(shown)
    assert np.array(found.points) == pytest.approx(np.array(corners), abs=0.05)
    assert float(lines(shown)[-1].split()[0]) == pytest.approx(6 * 0.25 * 4 * 0.5 / 2, abs=0.06)
    assert not shown.reading.state.maximised


def test_a_polygon_dragged_at_once_is_drawn_freehand(shown) -> None:
    shown.reading.apply(set_tool, "polygon")
    turns = np.linspace(0.0, 2 * np.pi, 60)[:-1]
    path = [(5.0 + 3.0 * float(np.cos(turn)), 3.5 + 2.0 * float(np.sin(turn))) for turn in turns]
    drag(shown, path[0], *path[1:])
    (found,) = made(shown)
    assert 12 < len(found.points) < 59
    assert float(lines(shown)[-1].split()[0]) == pytest.approx(np.pi * 3 * 0.25 * 2 * 0.5, abs=0.05)


def test_a_polygon_that_crosses_itself_has_no_area(shown) -> None:
    shown.reading.apply(set_tool, "polygon")
    for corner in [(1.0, 1.0), (9.0, 6.0), (9.0, 1.0), (1.0, 6.0), (1.0, 1.0)]:
        click(shown, corner)
    assert lines(shown)[-1] == "no area: it crosses itself"


@pytest.mark.parametrize("view", VIEWS)
def test_a_marked_value_is_that_of_the_pixel_under_it(shown, view) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "probe")
    click(shown, (8.6, 2.4))
    value = ramp_pixels()[2, 8] * 2.0 - 1000
    assert lines(shown) == [f"{value:.0f} HU".replace("-", "−"), "column 9 · row 3"]
    assert len(made(shown)) == 1


def test_a_handle_is_taken_hold_of_and_the_whole_is_moved_each_in_one_step_of_undo(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (9.0, 4.0))
    first = made(shown)
    shown.reading.apply(set_tool, "window")
    drag(shown, (9.0, 4.0), (7.0, 4.0), (5.0, 4.0))
    (changed,) = made(shown)
    assert np.array(changed.points) == pytest.approx(np.array([(1.0, 1.0), (5.0, 4.0)]), abs=0.05)
    drag(shown, (3.0, 2.5), (3.5, 2.5), (4.0, 3.0))
    (shifted,) = made(shown)
    assert np.array(shifted.points) == pytest.approx(np.array([(2.0, 1.5), (6.0, 4.5)]), abs=0.05)
    assert shown.reading.state.pane.window.source == "file"
    shown.reading.undo()
    assert made(shown) == [changed]
    shown.reading.undo()
    assert made(shown) == first
    shown.reading.undo()
    assert made(shown) == []
    shown.reading.redo()
    assert made(shown) == first


def test_a_click_selects_a_measurement_and_a_click_beside_it_none(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (9.0, 4.0))
    shown.reading.apply(set_tool, "window")
    assert shown.reading.state.selection == Selection(measurement=made(shown)[0].id)
    click(shown, (2.0, 5.5))
    assert shown.reading.state.selection == Selection()
    drag(shown, (5.0, 2.5), (6.0, 2.6))
    assert shown.reading.state.pane.window.source == "user"
    click(shown, (5.0, 2.5))
    assert shown.reading.state.selection.measurement == made(shown)[0].id
    assert drawn(shown)[0].selected


def test_a_measurement_stays_on_its_image(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (9.0, 4.0))
    shown.reading.apply(set_frame, 0, 1)
    assert drawn(shown) == []
    shown.reading.apply(set_frame, 0, 0)
    assert len(drawn(shown)) == 1


@pytest.mark.parametrize("end", ["tool", "frame", "double click"])
def test_what_is_not_finished_is_forgotten(shown, end) -> None:
    shown.reading.apply(set_tool, "angle")
    click(shown, (1.0, 1.0))
    click(shown, (9.0, 4.0))
    assert drawn(shown)
    if end == "tool":
        shown.reading.apply(set_tool, "window")
    elif end == "frame":
        shown.reading.apply(set_frame, 0, 1)
    else:
        mouse(shown, QEvent.Type.MouseButtonDblClick, (9.0, 4.0))
        mouse(shown, QEvent.Type.MouseButtonRelease, (9.0, 4.0))
    assert drawn(shown) == []
    assert made(shown) == []
    assert not shown.reading.can_undo


def test_two_clicks_on_one_spot_measure_nothing_and_no_point_lies_beside_the_image(shown) -> None:
    shown.reading.apply(set_tool, "length")
    click(shown, (3.0, 3.0))
    click(shown, (3.0, 3.0))
    assert made(shown) == []
    drag(shown, (3.0, 3.0), (8.0, -0.2))
    (found,) = made(shown)
    assert found.points[1][1] == 0.0


def test_panning_between_two_clicks_sets_no_point(shown) -> None:
    shown.reading.apply(set_tool, "length")
    click(shown, (1.0, 1.0))
    start = QPointF(300, 200)
    shift = Qt.KeyboardModifier.ShiftModifier
    for kind, at in (
        (QEvent.Type.MouseButtonPress, start),
        (QEvent.Type.MouseMove, start + QPointF(20, 10)),
        (QEvent.Type.MouseButtonRelease, start + QPointF(20, 10)),
    ):
        buttons = NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else LEFT
        QApplication.sendEvent(shown.canvas, QMouseEvent(kind, at, shown.canvas.mapToGlobal(at), LEFT, buttons, shift))
    assert made(shown) == []
    click(shown, (9.0, 4.0))
    assert lines(shown)[0] == "2.50 mm"


def test_an_image_without_calibration_is_measured_in_pixels(shown) -> None:
    state = shown.reading.state
    patient = state.content.library.patients[0]
    series = patient.studies[0].series[0]
    flat = tuple(replace(plane, in_patient_space=False, spacing_mm=(2.0, 1.0)) for plane in series.stacks[0].planes)
    headers = tuple(replace(one, frames=()) for one in series.instances)
    stack = replace(series.stacks[0], planes=flat)
    study = replace(patient.studies[0], series=(replace(series, instances=headers, stacks=(stack,)),))
    library = replace(state.content.library, patients=(replace(patient, studies=(study,)),))
    shown.reading.apply(lambda old: replace(old, content=replace(old.content, library=library)))
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (5.0, 4.0))
    assert lines(shown) == ["5.0 px", "not calibrated"]


def test_measurements_are_painted_in_their_colour_and_white_when_selected(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 3.5), (10.0, 3.5))
    x, y = shown.canvas.geometry_shown.to_view((3.0, 3.5)).astype(int).tolist()

    def color() -> np.ndarray:
        picture = shown.canvas.grab().toImage()
        return np.array([picture.pixelColor(x, y).red(), picture.pixelColor(x, y).green(), picture.pixelColor(x, y).blue()])

    chosen = color()
    assert chosen.min() > 180
    assert np.ptp(chosen) <= 2
    shown.reading.apply(lambda state: replace(state, selection=Selection()))
    plain = QColor(ON_IMAGE.mark)
    share = color() / (plain.red(), plain.green(), plain.blue())
    assert share == pytest.approx(np.full(3, share.mean()), abs=0.1)
    assert share.min() > 0.6
