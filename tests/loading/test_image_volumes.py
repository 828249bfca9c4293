"""Volumes of stacks: the voxels are the frames, shared with them, and a cut is stored values with what is missing marked."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic.attributes import ct_attributes
from tests.synthetic.stacks import SHAPE, stack_of
from viewer.domain.image_attributes import (
    DecodedFrame,
    FrameValues,
    ImageAttributes,
    LookupTable,
    PaddingRange,
    Palette,
    Rescale,
    Window,
)
from viewer.domain.instance import Cut, FrameKey
from viewer.domain.issues import issue
from viewer.geometry.slab import Slab
from viewer.imaging.grey import display_grey
from viewer.imaging.probe import value_at
from viewer.loading.image_volumes import Read, StackVolume, build_volume
from viewer.reading.reslicing import reslicing
from viewer.scene.image_picture import Presented, ShownFrame, image_picture
from viewer.scene.inputs import Unavailable

STACK = stack_of(np.eye(3))
ENTRIES = np.arange(4, dtype=np.uint16)
STORED = np.random.default_rng(3).integers(0, 3000, SHAPE).astype(np.int16)


def attributes_of(**values: object) -> ImageAttributes:
    """Return the attributes of a CT with 16 bits, each frame with its own rescale."""
    frames = tuple(FrameValues(Rescale(1.0, -1024.0)) for _ in range(SHAPE[0]))
    return ct_attributes(SHAPE[1], SHAPE[2], **{"number_of_frames": SHAPE[0], "frames": frames, **values})


def built(attributes: ImageAttributes | None = None, stored: np.ndarray = STORED) -> StackVolume | Unavailable:
    known = attributes if attributes is not None else attributes_of()

    def read(key: FrameKey) -> Read:
        return known, DecodedFrame(stored[key.index], SHAPE[1])

    return build_volume(STACK, read)


def volume(attributes: ImageAttributes | None = None, stored: np.ndarray = STORED) -> StackVolume:
    found = built(attributes, stored)
    assert isinstance(found, StackVolume)
    return found


def test_frames_are_views_of_the_voxels() -> None:
    found = volume()

    for key in STACK.frames:
        frame = found.frames[key]
        assert np.array_equal(frame.stored, STORED[key.index])
        assert np.shares_memory(frame.stored, found.volume.voxels)
    assert found.held_bytes == STORED.nbytes


def test_a_cut_is_made_of_stored_values() -> None:
    coronal = reslicing(STACK, "coronal").plane(4)

    found = volume().cut(Cut(STACK.id, coronal), attributes_of(), 3)

    assert found.stored.dtype == np.int16
    assert np.array_equal(found.stored, STORED[::-1, 4, :])
    assert found.missing is None


def test_a_cut_is_in_the_scale_of_the_frame_that_is_named() -> None:
    scales = [Rescale(0.5 + 0.25 * place, 10.0 * place) for place in range(SHAPE[0])]
    attributes = attributes_of(frames=tuple(FrameValues(one) for one in scales))
    coronal = reslicing(STACK, "coronal").plane(4)

    found = volume(attributes).cut(Cut(STACK.id, coronal), attributes, 2)

    modality = np.stack([STORED[place, 4] * scales[place].slope + scales[place].intercept for place in range(SHAPE[0])])
    again = found.stored * scales[2].slope + scales[2].intercept
    assert np.abs(again - modality[::-1]).max() <= scales[2].slope / 2


def test_slices_that_are_brighter_than_the_named_frame_can_say_are_not_cut_short() -> None:
    """PET has a slope for each slice, so that its brightest pixel is the largest number; others cannot say it."""
    scales = [Rescale(0.2 if place == 3 else 4.0, 0.0) for place in range(SHAPE[0])]
    attributes = attributes_of(frames=tuple(FrameValues(one) for one in scales))
    stored = STORED.copy()
    stored[1, 4, 6] = 32767
    coronal = reslicing(STACK, "coronal").plane(4)

    found = volume(attributes, stored).cut(Cut(STACK.id, coronal), attributes, 3)

    modality = np.stack([stored[place, 4] * scales[place].slope for place in range(SHAPE[0])])[::-1]
    assert np.abs(found.stored * 0.2 - modality).max() <= 0.1
    probe = value_at(found, attributes, index=3, column=6, row=SHAPE[0] - 2)
    assert probe.value == pytest.approx(32767 * 4.0)
    window = Window(65000, 130000)
    grey = display_grey(found, attributes, index=3, window=window, inverted=False)
    assert np.abs(grey - np.clip(((modality - 64999.5) / 129999 + 0.5) * 255, 0, 255)).max() <= 0.51


def test_a_slab_shows_the_brightest_of_its_voxels() -> None:
    cut = reslicing(STACK, "axial")

    found = volume().cut(Cut(STACK.id, cut.plane(2), Slab(6.6, "maximum")), attributes_of(), 0)

    assert np.array_equal(found.stored, STORED[2:5].max(axis=0))


def test_padding_and_what_lies_beside_are_missing_and_black_and_no_value() -> None:
    stored = STORED.copy()
    stored[3, 2:5, 4:8] = -2000
    attributes = attributes_of(padding=PaddingRange(-2000, -2000))
    axial = reslicing(STACK, "axial")
    place = SHAPE[0] - 1 - 3

    found = volume(attributes, stored).cut(Cut(STACK.id, axial.plane(place)), attributes, 0)

    assert found.missing is not None
    assert np.array_equal(found.missing, stored[3] == -2000)
    assert (display_grey(found, attributes, index=0, window=Window(0, 4000), inverted=False)[found.missing] == 0).all()
    assert value_at(found, attributes, index=0, column=5, row=3).state == "outside"
    assert value_at(found, attributes, index=0, column=1, row=0).value == STORED[3, 0, 1] - 1024


def test_what_a_large_plane_misses_is_black_too() -> None:
    """A value of 0 would be grey: that of water in a CT without an intercept."""
    attributes = attributes_of(frames=(FrameValues(Rescale()),))
    missing = np.zeros((1500, 1600), bool)
    missing[:, :500] = True
    cut = DecodedFrame(np.where(missing, 0, 300).astype(np.int16), 1500, missing=missing)

    picture = image_picture(Presented(attributes, Window(40, 400)), ShownFrame(cut, attributes, 0, None, None))

    assert (picture.pixels[missing] == 0).all()
    assert (picture.pixels[~missing] == 255).all()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"samples_per_pixel": 3, "photometric_interpretation": "RGB"}, "reslice_colour"),
        ({"palette": Palette(ENTRIES, ENTRIES, ENTRIES, first=3000, supplemental=True)}, "reslice_colour"),
        ({"modality_lut": LookupTable(np.arange(4, dtype=np.uint16), 0, 16)}, "reslice_lut"),
    ],
)
def test_what_cannot_be_interpolated_is_refused_with_a_reason(values: dict[str, object], code: str) -> None:
    found = built(attributes_of(**values))

    assert isinstance(found, Unavailable)
    assert found.issue.code == code


def test_a_frame_that_cannot_be_read_says_so() -> None:
    reason = issue("no_pixels", "error")

    def read(key: FrameKey) -> Read:
        frame = Unavailable(reason) if key.index == 4 else DecodedFrame(STORED[key.index], SHAPE[1])
        return attributes_of(), frame

    found = build_volume(STACK, read)

    assert isinstance(found, Unavailable)
    assert found.issue == reason


def test_building_can_be_ended() -> None:
    class Ended(Exception):
        pass

    def end(share: float) -> None:
        if share > 0.5:
            raise Ended

    with pytest.raises(Ended):
        build_volume(STACK, lambda key: (attributes_of(), DecodedFrame(STORED[key.index], SHAPE[1])), check=end)
