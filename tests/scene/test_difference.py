"""The picture of where two results differ, pixel by pixel, on any grids and in any representation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.reading.test_comparing import OTHER, two_results
from tests.ui.small_study import SEG
from viewer.domain.instance import InstanceKey
from viewer.geometry.plane import Plane
from viewer.reading.changes.comparing import show_compared, start_comparing
from viewer.reading.changes.layers import set_part_visible
from viewer.reading.state import ReadingState
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane, Outline
from viewer.scene.difference import COLORS, counterparts, difference, difference_codes, layers_drawn, split_compared
from viewer.scene.drawables import LabelComposite, OutlinePaths
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.part_look import part_looks

PLANE = Plane((0.0, 0.0, 5.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.7, 0.5), (8, 12), frame_of_reference_uid="1.5")


def layer(state: ReadingState, key: object, on_plane: OnPlane) -> ShownLayer:
    overlay = state.content.overlays[key]  # type: ignore[index]
    return ShownLayer(overlay, on_plane, part_looks(state, overlay), threshold=0.5, graded=True)


def labels(*boxes: tuple[int, slice, slice]) -> NDArray[np.uint8]:
    found = np.zeros(PLANE.shape, np.uint8)
    for value, rows, columns in boxes:
        found[rows, columns] = value
    return found


def picture(values: NDArray[np.uint8], plane: Plane = PLANE) -> OnPlane:
    return OnPlane(labels=(LabelPicture(plane, values, (1, 2, 3)),), parts_here=frozenset({1, 2, 3}))


@pytest.fixture
def state() -> ReadingState:
    return start_comparing(two_results(), SEG, OTHER)


def codes(state: ReadingState, a: OnPlane, b: OnPlane) -> NDArray[np.uint8]:
    overlays = state.content.overlays
    pairs = counterparts(overlays[SEG], overlays[OTHER])
    return difference_codes(layer(state, SEG, a), layer(state, OTHER, b), pairs, PLANE)


def test_every_pixel_is_only_in_one_in_both_or_in_both_as_another_part(state: ReadingState) -> None:
    a = labels((1, slice(1, 5), slice(2, 7)), (2, slice(5, 7), slice(2, 7)))
    b = labels((1, slice(1, 4), slice(3, 9)), (3, slice(5, 7), slice(4, 6)))
    expected = np.zeros(PLANE.shape, np.uint8)
    expected[(a > 0) & (b == 0)] = 1
    expected[(a == 0) & (b > 0)] = 2
    expected[(a > 0) & (a == b)] = 3
    expected[(a > 0) & (b > 0) & (a != b)] = 4
    assert set(np.unique(expected)) == {0, 1, 2, 3, 4}
    np.testing.assert_array_equal(codes(state, picture(a), picture(b)), expected)


def test_what_is_hidden_meanwhile_is_not_said_to_be_shown(state: ReadingState) -> None:
    (other,) = (one for key, one in state.content.overlays.items() if key == OTHER)
    third = replace(other, instance=InstanceKey("file:/study/third"))
    empty = picture(labels())
    layers = [layer(state, key, empty) for key in (SEG, OTHER)]
    layers.insert(1, replace(layers[1], overlay=third))
    assert [one.overlay.instance for one in layers_drawn(state, layers)] == [SEG, OTHER]
    assert len(layers_drawn(show_compared(state, "side_by_side"), layers)) == 3


def test_hidden_parts_take_no_part(state: ReadingState) -> None:
    a = labels((1, slice(1, 5), slice(2, 7)), (2, slice(5, 7), slice(2, 7)))
    hidden = set_part_visible(state, SEG, 2, visible=False)
    found = codes(hidden, picture(a), picture(labels((1, slice(1, 5), slice(2, 7)))))
    np.testing.assert_array_equal(found == 3, a == 1)
    assert not (found == 1).any()


def test_a_finer_grid_is_sampled_at_the_pixels_of_the_plane(state: ReadingState) -> None:
    a = labels((1, slice(1, 5), slice(2, 7)))
    finer = replace(PLANE, origin=(-0.125, -0.175, 5.0), spacing_mm=(0.35, 0.25), shape=(16, 24))
    b = np.repeat(np.repeat(a, 2, axis=0), 2, axis=1)
    found = codes(state, picture(a), picture(b, finer))
    np.testing.assert_array_equal(found, np.where(a == 1, 3, 0))


def test_contours_and_fractions_are_compared_with_labels(state: ReadingState) -> None:
    a = labels((1, slice(1, 5), slice(2, 7)))
    ring = np.array([[2.0, 1.0], [7.0, 1.0], [7.0, 5.0], [2.0, 5.0]])
    outline = OnPlane(outlines=(Outline(1, (ring,)),), parts_here=frozenset({1}))
    np.testing.assert_array_equal(codes(state, picture(a), outline), np.where(a == 1, 3, 0))
    fractions = np.where(a == 1, 0.6, 0.4).astype(np.float32)
    fraction = OnPlane(fractions=(FractionPicture(PLANE, fractions, 1),), parts_here=frozenset({1}))
    np.testing.assert_array_equal(codes(state, picture(a), fraction), np.where(a == 1, 3, 0))


def test_where_parts_overlap_they_agree_only_if_each_has_its_counterpart(state: ReadingState) -> None:
    both = (labels((1, slice(1, 5), slice(2, 7))), labels((2, slice(3, 6), slice(2, 7))))
    layered = OnPlane(labels=tuple(LabelPicture(PLANE, one, (1, 2, 3)) for one in both), parts_here=frozenset({1, 2}))
    assert set(np.unique(codes(state, layered, layered))) == {0, 3}
    found = codes(state, layered, picture(both[0]))
    assert (found[3:5, 2:7] == 4).all(), "the second part is missing here"
    assert (found[5, 2:7] == 1).all()


def test_the_two_give_way_to_their_difference_and_other_regions_are_hidden(state: ReadingState) -> None:
    a, b = (layer(state, key, picture(labels((1, slice(1, 5), slice(2, 7))))) for key in (SEG, OTHER))
    assert split_compared(state, (a, b)) == ((), (a, b))
    assert split_compared(replace(state, compared=None), (a, b)) == ((a, b), (None, None))
    drawn = difference(state, a, None, PLANE, moving=False)
    assert isinstance(drawn[0], LabelComposite)
    assert [one.color for one in drawn if isinstance(one, OutlinePaths)] == [COLORS[0]]
    assert len(difference(state, a, b, PLANE, moving=True)) == 1
    assert difference(state, None, None, PLANE, moving=False) == ()
