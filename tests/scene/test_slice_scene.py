"""The scene of a pane: image values, which parts are drawn and how, words, and what is said when something is missing."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tests.scene.one_stack import (
    COLUMNS,
    ROWS,
    fractions_on,
    image_attributes,
    labels_on,
    one_stack,
    overlay_of,
    plane_of,
    ramp_pixels,
)
from viewer.domain.graphic import GraphicShape
from viewer.domain.image_attributes import DecodedFrame, FrameValues, OverlayPlane, Rescale, Window
from viewer.domain.issues import issue
from viewer.domain.presentation import DisplayedArea, PresentationState, VoiItem
from viewer.domain.references import ImageReference
from viewer.imaging.grey import display_grey
from viewer.reading.changes.layers import (
    select,
    set_fill,
    set_graded,
    set_overlay_visible,
    set_part_visible,
    set_solo,
    set_style,
    set_threshold,
)
from viewer.reading.changes.workspace import hide_overlays, set_frame, set_presentation_state, set_view, set_window
from viewer.reading.state import Selection, View, WindowChoice
from viewer.representations.on_plane import BitmapPicture, LabelPicture, OnPlane, Outline, Shape, Words
from viewer.scene.drawables import ImagePicture, LabelComposite, MarkDrawable, OutlinePaths, Scene, TextDrawable
from viewer.scene.inputs import PENDING, Unavailable
from viewer.scene.marks import displayed_area
from viewer.scene.presented import applies_to, state_window
from viewer.scene.slice_scene import effective_view, slice_scene

RED, GREEN = (250, 10, 20), (30, 240, 50)


def kinds(scene: Scene) -> list[type]:
    return [type(one) for one in scene.drawables]


def square_labels() -> np.ndarray:
    labels = np.zeros((ROWS, COLUMNS), np.uint8)
    labels[1:4, 2:7] = 1
    labels[3:6, 8:10] = 2
    return labels


def with_labels(parts: dict[int, tuple[int, int, int]] | None = None):
    overlay = overlay_of("seg", parts or {1: RED, 2: GREEN})
    plane = plane_of(0)
    content = labels_on(plane, square_labels(), (1, 2))
    state, inputs = one_stack([ramp_pixels(), ramp_pixels() + 1], [(overlay, {0: content})])
    return state, inputs, overlay


def test_the_picture_is_exactly_the_grey_of_the_formula() -> None:
    state, inputs = one_stack([ramp_pixels()])
    scene = slice_scene(state, 0, inputs)
    expected = display_grey(
        DecodedFrame(ramp_pixels(), ROWS), image_attributes(), index=0, window=Window(128, 256), inverted=False
    )
    assert isinstance(scene.drawables[0], ImagePicture)
    assert np.array_equal(scene.drawables[0].pixels, expected)
    assert len(np.unique(expected)) > 70


def test_a_user_s_window_and_inversion_are_used() -> None:
    state, inputs = one_stack([ramp_pixels()])
    state = set_window(state, 0, WindowChoice("user", center=60, width=40))
    state = set_view(state, 0, View(inverted=True))
    expected = display_grey(
        DecodedFrame(ramp_pixels(), ROWS), image_attributes(), index=0, window=Window(60, 40), inverted=True
    )
    assert np.array_equal(slice_scene(state, 0, inputs).drawables[0].pixels, expected)  # type: ignore[union-attr]


def test_an_unchanged_scene_hands_back_the_same_drawables() -> None:
    state, inputs, _ = with_labels()
    first = slice_scene(state, 0, inputs)
    second = slice_scene(set_view(state, 0, View(zoom=3.0)), 0, inputs)
    assert all(one is other for one, other in zip(first.drawables, second.drawables, strict=True))


def test_at_rest_borders_are_outlines_and_while_moving_they_lie_on_the_pixel_grid() -> None:
    state, inputs, _ = with_labels()
    rest, moving = slice_scene(state, 0, inputs), slice_scene(state, 0, inputs, moving=True)
    assert kinds(rest) == [ImagePicture, LabelComposite, OutlinePaths, OutlinePaths]
    assert kinds(moving) == [ImagePicture, LabelComposite]
    assert (moving.drawables[1].argb >> 24).max() == 255  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("zooms", "steps"),
    [((0.2, 0.2), (5, 5)), ((0.44, 0.82), (3, 2)), ((0.9, 0.3), (1, 4)), ((0.95, 1.0), (1, 1)), ((3.0, 3.0), (1, 1))],
)
def test_no_more_labels_are_looked_at_while_moving_than_there_are_pixels_on_the_screen(
    zooms: tuple[float, float], steps: tuple[int, int]
) -> None:
    state, inputs, overlay = with_labels()
    key = overlay.instance
    state = set_style(state, key, "fill")
    whole = slice_scene(state, 0, inputs).drawables[1]
    fewer = slice_scene(state, 0, inputs, moving=True, zooms=zooms).drawables[1]
    assert isinstance(whole, LabelComposite)
    assert isinstance(fewer, LabelComposite)

    def at(composite: LabelComposite, column: int, row: int) -> int:
        (xx, _, x0), (_, yy, y0) = composite.transform
        i, j = int(np.floor((column + 0.5 - x0) / xx)), int(np.floor((row + 0.5 - y0) / yy))
        rows, columns = composite.argb.shape
        return int(composite.argb[j, i]) if 0 <= i < columns and 0 <= j < rows else 0

    # Every so-many-th label lies where it was, and stands for those around it.
    rows, columns = square_labels().shape
    across, down = steps
    for row in range(down // 2, rows, down):
        for column in range(across // 2, columns, across):
            assert at(fewer, column, row) == at(whole, column, row)
    assert (fewer.transform[0][0], fewer.transform[1][1]) == steps
    assert slice_scene(state, 0, inputs, zooms=zooms).drawables[1] is whole, "at rest every label counts"


def test_hidden_solo_and_style_decide_what_is_drawn() -> None:
    state, inputs, overlay = with_labels()
    key = overlay.instance

    def outlined(one) -> list[int]:
        return [d.part.part for d in slice_scene(one, 0, inputs).drawables if isinstance(d, OutlinePaths)]

    assert outlined(state) == [1, 2]
    assert outlined(set_part_visible(state, key, 1, visible=False)) == [2]
    assert outlined(set_solo(state, key, 1)) == [1]
    assert outlined(set_style(state, key, "fill")) == []
    assert kinds(slice_scene(set_style(state, key, "outline"), 0, inputs)) == [ImagePicture, OutlinePaths, OutlinePaths]
    assert kinds(slice_scene(set_overlay_visible(state, key, visible=False), 0, inputs)) == [ImagePicture]
    assert kinds(slice_scene(hide_overlays(state, "hidden"), 0, inputs)) == [ImagePicture]


@pytest.mark.parametrize(("count", "opacity"), [(3, 0.25), (4, 0.12)])
def test_objects_of_few_segments_are_filled_more_strongly(count: int, opacity: float) -> None:
    state, inputs, _ = with_labels(dict.fromkeys(range(1, count + 1), RED))
    composite = slice_scene(state, 0, inputs).drawables[1]
    assert isinstance(composite, LabelComposite)
    assert (composite.argb >> 24).max() == round(255 * opacity)


def test_a_stated_fill_opacity_is_taken_as_it_is() -> None:
    state, inputs, overlay = with_labels()
    composite = slice_scene(set_fill(state, overlay.instance, 1.0), 0, inputs).drawables[1]
    assert isinstance(composite, LabelComposite)
    assert composite.argb[0, 0] == 0xFFFA0A14


def test_the_selected_part_lies_on_top_and_carries_its_name() -> None:
    state, inputs, overlay = with_labels()
    scene = slice_scene(select(state, Selection(overlay.instance, 1)), 0, inputs)
    last = scene.drawables[-1]
    assert isinstance(last, OutlinePaths)
    assert (last.part.part, last.selected) == (1, True)
    assert scene.plate == ("part 1", "", RED)


def test_a_grid_of_half_the_pixels_lies_under_the_same_anatomy() -> None:
    plane = plane_of(0, (8, 12))
    # A voxel of 2 x 2 image pixels: its centre lies between their centres, not on the first one.
    coarse = replace(plane, origin=(-30.0 + 0.125, -20.0 + 0.25, 100.0), spacing_mm=(1.0, 0.5), shape=(4, 6), image=None)
    labels = np.zeros((4, 6), np.uint8)
    labels[1, 2:4] = 1
    overlay = overlay_of("coarse", {1: RED})
    content = OnPlane(labels=(LabelPicture(coarse, labels, (1,)),), parts_here=frozenset((1,)))
    state, inputs = one_stack([ramp_pixels(8, 12)], [(overlay, {0: content})])
    scene = slice_scene(state, 0, inputs)
    composite, outline = scene.drawables[1:]
    assert isinstance(composite, LabelComposite)
    assert composite.transform == ((2.0, 0.0, 4.0), (0.0, 2.0, 2.0))
    assert isinstance(outline, OutlinePaths)
    assert outline.paths[0].min(axis=0).tolist() == [4.0, 2.0]
    assert outline.paths[0].max(axis=0).tolist() == [8.0, 4.0]


def test_fractions_are_graded_or_thresholded() -> None:
    """Check 32."""
    fractions = np.zeros((ROWS, COLUMNS), np.float32)
    fractions[2, 3:6] = (0.25, 0.5, 1.0)
    overlay = overlay_of("fraction", {1: RED}, subtype="FRACTIONAL")
    state, inputs = one_stack([ramp_pixels()], [(overlay, {0: fractions_on(plane_of(0), fractions)})])
    graded = slice_scene(state, 0, inputs)
    alphas = (graded.drawables[1].argb >> 24).tolist()  # type: ignore[union-attr]
    assert alphas == [[round(255 * 0.6 * share) for share in (64 / 255, 128 / 255, 1.0)]]
    line = graded.drawables[-1]
    assert isinstance(line, OutlinePaths)
    assert line.paths[0].min(axis=0).tolist() == [4.0, 2.0]
    low = set_threshold(set_graded(state, overlay.instance, "thresholded"), overlay.instance, 0.2)
    cut = slice_scene(low, 0, inputs)
    assert (cut.drawables[1].argb >> 24).tolist() == [[round(255 * 0.25)] * 3]  # type: ignore[union-attr]


def test_contours_stay_where_they_are_and_carry_their_fill() -> None:
    path = np.array([[2.0, 1.0], [6.25, 1.0], [6.25, 3.5], [2.0, 3.5]])
    overlay = overlay_of("rt", {7: GREEN}, kind="structure_set")
    content = OnPlane(outlines=(Outline(7, (path,)),), parts_here=frozenset((7,)))
    state, inputs = one_stack([ramp_pixels()], [(overlay, {0: content})])
    (outline,) = slice_scene(state, 0, inputs, moving=True).drawables[1:]
    assert isinstance(outline, OutlinePaths)
    assert outline.paths[0] is path
    assert outline.fill == (*GREEN, round(255 * 0.25))


@pytest.mark.parametrize("shape", ["POINT", "POLYLINE", "CIRCLE", "ELLIPSE"])
def test_marks_plot_unchanged_on_the_corner_convention(shape: GraphicShape) -> None:
    points = np.array([[15.0, 15.0], [15.0, 18.0], [13.0, 16.0], [17.0, 16.0]])
    count = {"POINT": 1, "POLYLINE": 4, "CIRCLE": 2, "ELLIPSE": 4}[shape]
    overlay = overlay_of("sr", {1: RED}, kind="report")
    content = OnPlane(shapes=(Shape(shape, points[:count], 1, label="3 mm", item="1.2"),), parts_here=frozenset((1,)))
    state, inputs = one_stack([ramp_pixels(20, 24)], [(overlay, {0: content})])
    mark = slice_scene(state, 0, inputs).drawables[-1]
    assert isinstance(mark, MarkDrawable)
    if shape == "POINT":
        assert mark.handles.tolist() == [[15.0, 15.0]]
    elif shape == "POLYLINE":
        assert mark.path.tolist() == points.tolist()
        assert mark.handles.tolist() == points[[0, -1]].tolist()
        assert not mark.closed
    else:
        center = np.array([15.0, 15.0]) if shape == "CIRCLE" else np.array([15.0, 16.5])
        assert mark.path.mean(axis=0) == pytest.approx(center)
        assert mark.closed


def test_an_overlay_plane_at_origin_zero_starts_one_pixel_up_left() -> None:
    bits = np.zeros((1, 3, 4), np.uint8)
    bits[0, 1, 2] = 1
    overlay = overlay_of("planes", {1: RED}, kind="other")
    made = []
    for origin in ((1, 1), (0, 0)):
        bitmap = BitmapPicture(OverlayPlane(0x6000, bits, origin), 0, 1)
        state, inputs = one_stack([ramp_pixels()], [(overlay, {0: OnPlane(bitmaps=(bitmap,), parts_here=frozenset((1,)))})])
        composite = slice_scene(state, 0, inputs).drawables[1]
        assert isinstance(composite, LabelComposite)
        made.append((composite.transform[0][2], composite.transform[1][2]))
    assert made == [(2.0, 1.0), (1.0, 0.0)]


def state_of(**changes: object) -> PresentationState:
    plain = PresentationState("P", "", images=(ImageReference("1.9.0"),))
    return replace(plain, **changes)  # type: ignore[arg-type]


def presented_scene(content: PresentationState, on_plane: OnPlane | None = None, **attributes: object):
    overlay = overlay_of("state", {1: RED}, kind="presentation_state", content=content)
    state, inputs = one_stack(
        [ramp_pixels(), ramp_pixels()], [(overlay, {0: on_plane or OnPlane()})], image_attributes(**attributes)
    )
    return set_presentation_state(state, 0, overlay.instance), inputs


def test_a_state_without_a_modality_lut_windows_stored_values() -> None:
    rescaled = (FrameValues(rescale=Rescale(1.0, -1024.0), windows=(Window(40, 400),)),)
    content = state_of(voi=(VoiItem(windows=(Window(128.0, 200.0),)),))
    state, inputs = presented_scene(content, frames=rescaled)
    expected = display_grey(
        DecodedFrame(ramp_pixels(), ROWS),
        image_attributes(frames=(FrameValues(),)),
        index=0,
        window=Window(128, 200),
        inverted=False,
    )
    assert np.array_equal(slice_scene(state, 0, inputs).drawables[0].pixels, expected)  # type: ignore[union-attr]


@pytest.mark.parametrize(("shape", "inverted"), [("INVERSE", True), ("IDENTITY", False)])
def test_a_state_s_shape_alone_says_whether_monochrome1_is_inverted(shape: str, inverted: bool) -> None:
    content = state_of(voi=(VoiItem(windows=(Window(128.0, 256.0),)),), presentation_lut_shape=shape)
    state, inputs = presented_scene(content, photometric_interpretation="MONOCHROME1")
    expected = display_grey(
        DecodedFrame(ramp_pixels(), ROWS), image_attributes(), index=0, window=Window(128, 256), inverted=inverted
    )
    assert np.array_equal(slice_scene(state, 0, inputs).drawables[0].pixels, expected)  # type: ignore[union-attr]


def test_a_state_without_a_window_shows_the_whole_range() -> None:
    state, inputs = presented_scene(state_of(), bits_stored=8, bits_allocated=8, high_bit=7)
    scene = slice_scene(state, 0, inputs)
    assert scene.window == Window(128.0, 256.0)


def test_a_state_is_not_applied_to_an_image_that_it_does_not_name() -> None:
    content = state_of(voi=(VoiItem(windows=(Window(50.0, 10.0),)),), rotation=90)
    state, inputs = presented_scene(content)
    other = set_frame(state, 0, 1)
    assert slice_scene(other, 0, inputs).window == Window(128.0, 256.0)
    assert effective_view(other, 0) == View()


def test_a_state_is_applied_to_every_file_that_claims_the_uid_it_names() -> None:
    content = state_of(voi=(VoiItem(windows=(Window(50.0, 10.0),), images=(ImageReference("1.9.0"),)),))
    assert applies_to(content, ("1.9.0@2", 1))
    assert state_window(content, ("1.9.0@2", 1), image_attributes()) == Window(50.0, 10.0)
    area = DisplayedArea((2, 2), (5, 6), "SCALE TO FIT", images=(ImageReference("1.9.0"),))
    assert displayed_area(state_of(displayed_areas=(area,)), replace(plane_of(0), image=("1.9.0@2", 1))) == area


def test_a_user_s_window_wins_over_the_state_s_afterwards() -> None:
    state, inputs = presented_scene(state_of(voi=(VoiItem(windows=(Window(50.0, 10.0),)),)))
    state = set_window(state, 0, WindowChoice("user", center=99, width=33))
    window = slice_scene(state, 0, inputs).window
    assert isinstance(window, Window)
    assert (window.center, window.width) == (99, 33)


def test_the_view_of_a_state_comes_first_and_the_reader_s_on_top() -> None:
    state, _ = presented_scene(state_of(rotation=90, flipped=True))
    assert effective_view(state, 0) == View(rotation=90, flipped=True)
    turned = set_view(state, 0, View(rotation=90))
    # Turning a mirrored picture clockwise turns the picture under the mirror the other way.
    assert effective_view(turned, 0) == View(rotation=0, flipped=True)


def test_display_coordinates_are_fractions_of_the_displayed_area_after_rotation_and_flip() -> None:
    # 3 x 2 pixels turned by 90: the top left of the screen is the bottom left of the image (PS3.3 C.10.4 example).
    area = DisplayedArea((1, 2), (3, 1), "SCALE TO FIT")
    content = state_of(rotation=90, displayed_areas=(area,))
    text = Words("here", 1, None, "PIXEL", (0.0, 0.0), "DISPLAY", anchor_visible=True, justification="LEFT")
    shape = Shape("POLYLINE", np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), 1, space="DISPLAY")
    overlay = overlay_of("state", {1: RED}, kind="presentation_state", content=content)
    on_plane = OnPlane(shapes=(shape,), words=(text,), parts_here=frozenset((1,)))
    state, inputs = one_stack([ramp_pixels(2, 3)], [(overlay, {0: on_plane})])
    scene = slice_scene(set_presentation_state(state, 0, overlay.instance), 0, inputs)
    mark, words = scene.drawables[1:]
    assert isinstance(mark, MarkDrawable)
    assert mark.path == pytest.approx(np.array([[0.0, 2.0], [0.0, 0.0], [3.0, 0.0]]))
    assert isinstance(words, TextDrawable)
    assert words.anchor == pytest.approx((0.0, 2.0))
    assert scene.displayed_area == (0.0, 0.0, 3.0, 2.0)


def test_a_frame_that_is_not_there_yet_and_one_that_never_comes_are_told_apart() -> None:
    state, inputs = one_stack([ramp_pixels()])
    frame = state.frame_of(state.pane)
    assert frame is not None
    inputs.frames[frame] = PENDING
    waiting = slice_scene(state, 0, inputs)
    assert (waiting.complete, waiting.drawables) == (False, ())
    inputs.frames[frame] = Unavailable(issue("no_decoder", "error", name="X", uid="1.2.840.113619.5.2"))
    refused = slice_scene(state, 0, inputs)
    assert refused.complete
    (notice,) = refused.notices
    assert notice.replaces_image
    assert "1.2.840.113619.5.2" in notice.text


def test_an_overlay_on_its_way_does_not_hold_back_the_image() -> None:
    state, inputs, overlay = with_labels()
    inputs.planes[overlay.instance, plane_of(0)] = PENDING
    scene = slice_scene(state, 0, inputs)
    assert kinds(scene) == [ImagePicture]
    assert not scene.complete


def test_rows_that_the_file_lacks_are_hatched_and_said() -> None:
    state, inputs = one_stack([ramp_pixels()])
    frame = state.frame_of(state.pane)
    assert frame is not None
    cut = issue("truncated_pixels", "error", present=10, expected=20, frames=0, total=1)
    inputs.frames[frame] = DecodedFrame(ramp_pixels(), 4, (cut,))
    scene = slice_scene(state, 0, inputs)
    pixels = scene.drawables[0].pixels  # type: ignore[union-attr]
    assert set(np.unique(pixels[4:])) == {40, 88}
    assert "cut off" in scene.notices[0].title
    assert not scene.notices[0].replaces_image


def test_the_corners_say_whose_image_it_is_where_and_which_ai_is_shown() -> None:
    state, inputs, overlay = with_labels()
    state = set_part_visible(state, overlay.instance, 2, visible=False)
    corner = slice_scene(state, 0, inputs).corner_text
    assert corner.top_left == ("Phantom^Synthetic", "ID P", "2026-01-02  Torso", "Series 3  Phantom")
    assert corner.top_right == ("Slice 1 / 2", "100.0\u00a0mm  2.5\u00a0mm thick")
    assert corner.bottom_left == ("W 256  L 128",)
    assert corner.bottom_right == ("Explicit little endian", "11 × 7 · 0.250 × 0.500\u00a0mm")
    assert corner.ai == "seg · 1 of 2 shown"
    assert slice_scene(hide_overlays(state, "hidden"), 0, inputs).corner_text.ai == ""


def test_every_part_here_is_named_hidden_or_not() -> None:
    state, inputs, overlay = with_labels()
    state = replace(state, layers=MappingProxyType({}))
    hidden = set_part_visible(state, overlay.instance, 2, visible=False)
    assert [one.part for one in slice_scene(hidden, 0, inputs).here] == [1, 2]
