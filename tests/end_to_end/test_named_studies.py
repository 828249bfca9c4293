"""Each study that the main job names, opened in the real window: what is listed, said and painted, against the files."""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from scipy import ndimage

from tests.end_to_end.driven import LEFT, NONE, Driven
from tests.end_to_end.from_files import blended, datasets, greys, middle_distance, slices
from viewer.reading.changes.workspace import set_view
from viewer.reading.state import View
from viewer.scene.drawables import MarkDrawable

pytestmark = [pytest.mark.real_data, pytest.mark.window]

FILL_OF_FEW = 0.25
"""Of the look, for objects of one to three parts."""
FIRST_COLORS = ((0xE6, 0x9F, 0x00), (0x56, 0xB4, 0xE9), (0x00, 0x9E, 0x73), (0xF0, 0xE4, 0x42))
"""Of the look's palette."""


def zoom(driven: Driven, factor: float, center: tuple[float, float] | None = None) -> None:
    """Show every image pixel as a block of whole screen pixels."""
    if driven.state.smooth:
        driven.action("smooth")
    driven.program.reading.apply(set_view, driven.state.active_pane, View(zoom=factor, center=center))
    driven.wait_idle()


def assert_painted(driven: Driven, wanted: NDArray, where: NDArray[np.bool_]) -> None:
    """Compare the middle of the image pixels of ``where`` that are on the screen and under no words."""
    shown = driven.pixels()
    found = np.argwhere(where)
    ys, xs = driven.spots(found)
    clear = (ys > 110) & (ys < shown.shape[0] - 80) & (xs > 40) & (xs < shown.shape[1] - 40)
    assert clear.sum() > 50
    got = shown[ys[clear], xs[clear]]
    far = np.abs(got - wanted[found[clear, 0], found[clear, 1]]).max(axis=1) > 1.5
    assert not far.any(), (int(far.sum()), found[clear][far][:5].tolist())


def go_to(driven: Driven, place: int) -> None:
    driven.focus_images()
    driven.wheel(driven.frame - place)
    assert driven.frame == place


def test_flair_with_lesions_44_reports_and_a_pdf(driven: Driven, real_data: Path) -> None:
    folder = real_data / "seg-sr-flair-wmh-ohif"
    read = datasets(folder)
    driven.open(folder)
    listed = {row.overlay for row in driven.window.panels.browser.model.nodes() if row.kind == "overlay"}
    uids = {driven.state.content.library.instance(key).sop_instance_uid for key in listed}
    derived = [one for one in read if one.Modality in ("SEG", "SR", "DOC")]
    assert uids == {one.SOPInstanceUID for one in derived}
    assert sum(one.Modality == "SR" for one in derived) == 44
    assert driven.window.panels.report.selector.count() == 44 + 1
    rows = driven.window.panels.browser.model.nodes()
    (document,) = (row for row in rows if row.overlay == driven.overlay("document").instance)
    assert document.is_report

    health = " ".join(row.name for row in driven.window.panels.health.model.nodes())
    assert "12 images that are not among the opened files" in health
    assert any("missing" in row.name for row in driven.window.panels.browser.model.nodes() if row.kind == "warning")

    images = slices(read, SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    assert len(images) == 36
    (dataset,) = (one for one in derived if one.Modality == "SEG")
    masks = masks_by_position(dataset, images)
    described = dataset.SegmentSequence[0]
    color = highdicom.color.CIELabColor.from_dicom_value(described.RecommendedDisplayCIELabValue).to_rgb()
    lesions = driven.overlay("segmentation")
    driven.click_layer(lesions, None, "Fill")
    zoom(driven, 3.0)
    # Slices with lesions and without marks of reports, the last of them where the lesions are largest.
    for place in (11, 18, int(masks.sum(axis=(1, 2)).argmax())):
        go_to(driven, place)
        grey = greys(images[place])
        assert masks[place].sum() > 20
        driven.click_layer(lesions, 1, "eye")
        if not any(isinstance(one, MarkDrawable) for one in driven.canvas().scene.drawables):
            assert_painted(driven, blended(grey, masks[place] & False, color, 0), np.ones_like(masks[place]))
        driven.click_layer(lesions, 1, "eye")
        assert_painted(driven, blended(grey, masks[place], color, FILL_OF_FEW), masks[place])


def masks_by_position(dataset: pydicom.Dataset, images: list[pydicom.Dataset]) -> NDArray[np.bool_]:
    """The segment's pixels (slices, rows, columns) on the images whose pixels have the same places in the patient.

    The rows of this segmentation run the other way than those of the images.
    """
    shared = dataset.SharedFunctionalGroupsSequence[0]
    along, down = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float).reshape(2, 3)
    spacing = [float(one) for one in shared.PixelMeasuresSequence[0].PixelSpacing]
    out = np.zeros((len(images), images[0].Rows, images[0].Columns), bool)
    for frame, groups in zip(dataset.pixel_array, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        rows, columns = np.nonzero(frame)
        points = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float) + (
            columns[:, None] * spacing[1] * along + rows[:, None] * spacing[0] * down
        )
        for place, image in enumerate(images):
            axes = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
            relative = points - np.array(image.ImagePositionPatient, float)
            distance = np.abs(relative @ np.cross(*axes))
            if len(points) and distance.max() < 0.5:
                index = relative @ axes.T / np.array(image.PixelSpacing[::-1], float)
                assert np.abs(index - np.rint(index)).max() < 0.1
                column, row = np.rint(index).astype(int).T
                out[place, row, column] = True
    return out


def even_odd(points: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Which pixel centres lie inside a closed polygon of (column, row) indices, by crossings to the right."""
    rows, columns = (axis.astype(float) + 1e-7 for axis in np.mgrid[0 : shape[0], 0 : shape[1]])
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (y0 > rows) != (y1 > rows)
            inside ^= crosses & (columns < x0 + (rows - y0) / (y1 - y0) * (x1 - x0))
    return inside


def near_line(points: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels within about one pixel of a closed polygon's line."""
    near = np.zeros(shape, bool)
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        steps = np.linspace(start, end, int(np.hypot(*(end - start)) * 4) + 2)
        near[tuple(np.clip(np.rint(steps[:, ::-1]).astype(int), 0, np.array(shape) - 1).T)] = True
    return ndimage.binary_dilation(near, np.ones((3, 3)))


def test_contours_with_keyholes_fill_what_they_enclose(driven: Driven, real_data: Path) -> None:
    folder = real_data / "rt-ibsi-lung-keyhole"
    read = datasets(folder)
    driven.open(folder)
    images = slices(read, Modality="CT")
    (structures,) = (one for one in read if one.Modality == "RTSTRUCT")
    contours = structures.ROIContourSequence[0].ContourSequence
    color = tuple(int(one) for one in structures.ROIContourSequence[0].ROIDisplayColor)
    overlay = driven.overlay("structure_set")
    driven.click_layer(overlay, None, "Fill")
    zoom(driven, 5.0, (99.0, 82.0))
    heights = [float(one.ImagePositionPatient[2]) for one in images]
    by_place: dict[int, list[NDArray[np.float64]]] = {}
    for contour in contours:
        points = np.array(contour.ContourData, float).reshape(-1, 3)
        place = int(np.argmin(np.abs(np.array(heights) - points[0, 2])))
        image = images[place]
        index = (points[:, :2] - np.array(image.ImagePositionPatient[:2])) / np.array(image.PixelSpacing[::-1])
        by_place.setdefault(place, []).append(index)
    with_holes = 0
    for place in sorted(by_place)[::4]:
        shape = images[place].pixel_array.shape
        inside = np.logical_xor.reduce([even_odd(one, shape) for one in by_place[place]])
        away = ~np.logical_or.reduce([near_line(one, shape) for one in by_place[place]])
        with_holes += bool((ndimage.binary_fill_holes(inside) & ~inside & away).any())
        go_to(driven, place)
        values = images[place].pixel_array * float(images[place].RescaleSlope) + float(images[place].RescaleIntercept)
        window = driven.canvas().scene.window
        grey = np.floor(np.clip((values - (window.center - 0.5)) / (window.width - 1) + 0.5, 0, 1) * 255 + 0.5)
        assert_painted(driven, blended(grey, inside, color, FILL_OF_FEW), away)
    driven.click_layer(overlay, 1, "eye")
    assert_painted(driven, blended(grey, inside & False, color, 0), away)


def test_overlay_planes_and_graphic_layers_are_switched_one_by_one(driven: Driven, real_data: Path) -> None:
    folder = real_data / "gsps-overlays-clunie"
    image, state = pydicom.dcmread(folder / "overlay.dcm"), pydicom.dcmread(folder / "prOverlay.dcm")
    # pydicom's pixel_array leaves out the bits above those stored.
    stored = np.frombuffer(image.PixelData, "<u2").reshape(512, 512)
    planes = [
        stored >> 15 & 1,
        stored >> 14 & 1,
        *(image.overlay_array(group) for group in (0x6004, 0x6006)),
        *(state.overlay_array(group) for group in (0x6008, 0x600A)),
    ]
    bits = [plane.astype(bool) for plane in planes]
    assert all(one.sum() > 100 for one in bits)
    driven.open(folder)
    zoom(driven, 1.0)
    own, layers = driven.overlay("other"), driven.overlay("presentation_state")
    assert [row.part for row in driven.layer_rows() if row.kind == "part"] == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6]
    driven.click_layer(layers, None, "eye")
    for part, color in enumerate(FIRST_COLORS, start=1):
        assert_painted(driven, np.broadcast_to(np.array(color), (512, 512, 3)), bits[part - 1])
    driven.click_layer(own, None, "eye")
    hidden = driven.pixels()
    for part in range(1, 5):
        driven.click_layer(own, None, "eye") if part == 1 else None
        driven.click_layer(own, part, "eye")
        for other, color in enumerate(FIRST_COLORS, start=1):
            wanted = painted_like(driven, hidden, (512, 512)) if other == part else np.broadcast_to(color, (512, 512, 3))
            assert_painted(driven, wanted, bits[other - 1])
        driven.click_layer(own, part, "eye")
    driven.click_layer(own, None, "eye")
    driven.click_layer(layers, None, "eye")
    white = np.full((512, 512, 3), 255)
    for part in range(1, 7):
        driven.click_layer(layers, part, "eye")
        for other in range(1, 7):
            wanted = painted_like(driven, hidden, (512, 512)) if other == part else white
            assert_painted(driven, wanted, bits[other - 1])
        driven.click_layer(layers, part, "eye")


def painted_like(driven: Driven, shown: NDArray, shape: tuple[int, int]) -> NDArray:
    """The pixels of an earlier picture by image pixel."""
    rows, columns = (axis.ravel() for axis in np.mgrid[0 : shape[0], 0 : shape[1]])
    ys, xs = driven.spots(np.stack([rows, columns], axis=1))
    inside = (ys >= 0) & (ys < shown.shape[0]) & (xs >= 0) & (xs < shown.shape[1])
    out = np.zeros((*shape, 3))
    out[rows[inside], columns[inside]] = shown[ys[inside], xs[inside]]
    return out


def test_only_presentation_states_can_be_applied(driven: Driven, real_data: Path) -> None:
    driven.open(real_data / "gsps-overlays-clunie")
    assert driven.layer_row(driven.overlay("other")).applied is None, "the overlay planes of an image"
    layers = driven.overlay("presentation_state")
    assert driven.layer_row(layers).applied is False
    driven.click_layer(layers, None, "Apply")
    assert driven.state.pane.presentation_state == layers.instance
    assert driven.layer_row(layers).applied is True


def regions(item: pydicom.Dataset, position: str = "1") -> dict[str, tuple[str, NDArray[np.float64]]]:
    """Every SCOORD of a report by its content item identifier."""
    found = {}
    if item.get("ValueType") == "SCOORD":
        found[position] = (item.GraphicType, np.array(item.GraphicData, float).reshape(-1, 2))
    for number, child in enumerate(item.get("ContentSequence", []), start=1):
        found |= regions(child, f"{position}.{number}")
    return found


def on_the_line(kind: str, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions that the mark of a region must go through."""
    if kind == "CIRCLE":
        center, radius = points[0], np.hypot(*(points[1] - points[0]))
        angles = np.linspace(0, 2 * np.pi, 9)
        return center + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if kind == "ELLIPSE":
        # Ends of the major axis, then of the minor one (PS3.3 C.18.6.1.2).
        return points
    return (points[1:] + points[:-1]) / 2 if kind == "POLYLINE" else points


@pytest.mark.parametrize("name", ["arrow", "circle", "ellipse", "protractor", "rectangle", "roi", "ruler"])
def test_every_shape_is_at_its_coordinates_and_leads_to_its_item_and_back(
    driven: Driven, real_data: Path, name: str
) -> None:
    folder = real_data / "sr-tid1500-shapes-dwv"
    driven.open(folder)
    wanted = regions(pydicom.dcmread(folder / f"sr-{name}.dcm"))
    uid = pydicom.dcmread(folder / f"sr-{name}.dcm").SOPInstanceUID
    (overlay,) = (one for one in driven.state.content.overlays.values() if one.sop_instance_uid == uid)
    for other in [one for one in driven.state.content.overlays.values() if one is not overlay]:
        driven.click_layer(other, None, "eye")
    with_marks = driven.pixels()
    marks = {one.part.item: one for one in driven.canvas().scene.drawables if isinstance(one, MarkDrawable)}
    assert set(marks) == set(wanted)
    driven.focus_images()
    driven.press(Qt.Key.Key_Space)
    changed = np.abs(driven.pixels() - with_marks).max(axis=2) > 20
    driven.release(Qt.Key.Key_Space)
    for kind, points in wanted.values():
        for column, row in on_the_line(kind, points):
            spot = driven.spot(column, row)
            assert changed[spot.y() - 4 : spot.y() + 5, spot.x() - 4 : spot.x() + 5].any(), (kind, column, row)

    report = driven.window.panels.report
    report.show_report(overlay.instance)
    driven.window.panels.docks.show_panel("report")
    driven.wait_idle()
    for position in wanted:
        index = report.model.index_of(position)
        report.tree.scrollTo(index)
        spot = report.tree.visualRect(index).center()
        QTest.mouseClick(report.tree.viewport(), LEFT, NONE, spot)
        QTest.mouseDClick(report.tree.viewport(), LEFT, NONE, spot)
        driven.wait_idle()
        assert driven.state.selection.item == position
        driven.pixels()
        chosen = [one for one in driven.canvas().scene.drawables if isinstance(one, MarkDrawable) and one.selected]
        assert position in [one.part.item for one in chosen]
    # The panel changed the size of the viewport, so places are asked anew.
    for position, (kind, points) in wanted.items():
        column, row = on_the_line(kind, points)[0]
        driven.click(driven.spot(column, row))
        assert driven.state.selection.overlay == overlay.instance
        assert driven.state.selection.item == position
        assert report.tree.currentIndex() == report.model.index_of(position)


def test_a_labelmap_and_a_binary_lie_on_pixels_that_are_not_square(driven: Driven, real_data: Path) -> None:
    folder = real_data / "seg-ct-nonsquare-labelmap"
    read = datasets(folder)
    driven.open(folder)
    images = [one for one in slices(read) if one.Modality == "CT"]
    assert len(images) == 3
    zoom(driven, 20.0)
    both = [one for one in driven.state.content.overlays.values() if one.kind == "segmentation"]
    assert {one.subtype for one in both} == {"BINARY", "LABELMAP"}
    for overlay in both:
        driven.click_layer(overlay, None, "Fill")
    for overlay, other in (both, both[::-1]):
        driven.click_layer(other, None, "eye")
        (dataset,) = (one for one in read if one.SOPInstanceUID == overlay.sop_instance_uid)
        masks = liver_masks(dataset, images)
        assert masks.any()
        described = next(one for one in dataset.SegmentSequence if one.SegmentLabel == "Liver")
        color = highdicom.color.CIELabColor.from_dicom_value(described.RecommendedDisplayCIELabValue).to_rgb()
        for place, image in enumerate(images):
            go_to(driven, place)
            everywhere = np.ones_like(masks[place])
            assert_painted(driven, blended(greys(image), masks[place], color, FILL_OF_FEW), everywhere)
        driven.click_layer(other, None, "eye")


def liver_masks(dataset: pydicom.Dataset, images: list[pydicom.Dataset]) -> NDArray[np.bool_]:
    """The liver on each image, frame by frame from Plane Position; nothing where there is no frame."""
    number = next(one.SegmentNumber for one in dataset.SegmentSequence if one.SegmentLabel == "Liver")
    frames = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    heights = [
        float(one.PlanePositionSequence[0].ImagePositionPatient[2]) for one in dataset.PerFrameFunctionalGroupsSequence
    ]
    value = number if dataset.SegmentationType == "LABELMAP" else 1
    out = np.zeros((len(images), *frames.shape[1:]), bool)
    for frame, height in zip(frames, heights, strict=True):
        place = int(np.argmin([abs(float(one.ImagePositionPatient[2]) - height) for one in images]))
        out[place] |= frame == value
    return out


def test_pet_and_ct_scroll_together(driven: Driven, real_data: Path) -> None:
    folder = real_data / "petct-suv-rwv"
    read = datasets(folder)
    driven.open(folder)
    ct, pet = slices(read, Modality="CT"), slices(read, Modality="PT")
    assert (len(ct), len(pet)) == (10, 10)
    driven.action("layout_1x2")
    shown = [driven.state.content.library.stack(pane.stack_id) for pane in driven.state.panes]
    assert [driven.state.content.library.series_of(one.frames[0].instance).modality for one in shown] == ["CT", "PT"]
    for steps in (4, -1, -7):
        driven.wheel(steps, pane=0)
        here, there = (pane.frame for pane in driven.state.panes)
        assert there == int(np.argmin([middle_distance(ct[here], one) for one in pet]))
    driven.click(QPoint(200, 400), 1)
    grey = driven.pixels(1)
    assert np.array_equal(grey[250:600, 60:400, 0], grey[250:600, 60:400, 1])
    # Thighs in a window of SUV 0 to 5.
    assert grey[250:600, 60:400].max() > 50
    factors = driven.overlay("real_world_value_map")
    assert [row.overlay for row in driven.window.panels.browser.model.nodes() if row.kind == "overlay"] == [factors.instance]


def test_the_sample_study_is_one_click_away_and_shows_every_result(driven: Driven) -> None:
    driven.action("open_sample")
    kinds = sorted(overlay.kind for overlay in driven.state.content.overlays.values())
    assert kinds == sorted(
        [
            *["document"] * 3,
            *["presentation_state"] * 5,
            *["report"] * 2,
            *["segmentation"] * 4,
            *("bulk_annotations", "dose", "key_objects", "parametric_map", "real_world_value_map", "registration"),
            *("structure_set", "surface_segmentation", "waveform"),
        ]
    )
    objects = [row for row in driven.layer_rows() if row.kind == "object"]
    switched = ("registration", "real_world_value_map")
    overlays = driven.state.content.overlays.values()
    assert len(objects) == len([one for one in overlays if one.draws or one.kind in switched])
    assert "AI" in driven.canvas().scene.corner_text.ai
    organs = driven.overlay("segmentation", "ORGANS_B")
    before = driven.frame
    kidney = next(part for part in organs.parts if "kidney" in part.label)
    driven.double_click_layer(organs, kidney.number)
    assert driven.frame != before
    report = driven.overlay("report", "Imaging")
    driven.double_click_layer(report, 12)
    assert driven.state.selection.item
    driven.pixels()
    marks = [one for one in driven.canvas().scene.drawables if isinstance(one, MarkDrawable) and one.selected]
    assert len(marks) == 1
