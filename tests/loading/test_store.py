"""The store stays within its budget and answers at once."""

from __future__ import annotations

import weakref

import numpy as np

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, OverlayPlane
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.memory_budget import share_out
from viewer.loading.store import Delivered, Store
from viewer.scene.held_bytes import held_bytes
from viewer.scene.inputs import PENDING
from viewer.scene.remembered import Remembered


def key(number: int) -> FrameKey:
    return FrameKey(InstanceKey("ct"), number)


def frame() -> DecodedFrame:
    return DecodedFrame(np.zeros((100, 100), np.int16), whole=100)


def test_what_is_not_there_is_pending() -> None:
    assert Store(budget_bytes=1000).frame(key(0)) is PENDING


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    store = Store(budget_bytes=65_000)
    for number in range(3):
        store.put_frame(key(number), frame())
    store.frame(key(0))
    store.put_frame(key(3), frame())
    assert [store.has(key(number)) for number in range(4)] == [True, False, True, True]
    assert store.used_bytes <= store.budget_bytes


def test_one_thing_larger_than_the_budget_is_still_kept() -> None:
    store = Store(budget_bytes=10)
    store.put_frame(key(0), frame())
    assert store.has(key(0))


def test_putting_twice_counts_once() -> None:
    store = Store(budget_bytes=1 << 20)
    store.put_frame(key(0), frame())
    once = store.used_bytes
    store.put_frame(key(0), frame())
    assert store.used_bytes == once


def test_listeners_hear_what_came() -> None:
    store = Store(budget_bytes=1 << 20)
    heard: list[Delivered] = []
    stop = store.listen(heard.append)
    store.put_value_range("s", (0.0, 1.0))
    stop()
    store.put_frame(key(0), frame())
    assert heard == [Delivered("range", "s")]


def test_what_is_closed_is_not_kept_alive_by_what_scenes_remember() -> None:
    store, remembered = Store(budget_bytes=100_000), Remembered[int](4)
    decoded = frame()
    store.put_frame(key(0), decoded)
    assert remembered.recall((decoded,), (), lambda: 7) == 7
    alive = weakref.ref(decoded)
    del decoded
    assert alive() is not None
    store.clear()
    assert alive() is None


def test_what_is_kept_elsewhere_takes_its_room_from_the_frames() -> None:
    store = Store(budget_bytes=100_000)
    for number in range(4):
        store.put_frame(key(number), frame())
    store.count_elsewhere(50_000)
    assert store.used_bytes <= 100_000
    assert not store.has(key(0))
    assert store.has(key(3))
    store.clear()
    assert store.used_bytes == 0


def attributes(*, bitmap_pixels: int) -> ImageAttributes:
    planes = (OverlayPlane(0x6000, np.zeros((1, bitmap_pixels, 1), np.uint8), (1, 1)),)
    return ImageAttributes(10, 10, 1, 1, "MONOCHROME2", 16, 12, 11, False, 0, "1.2", "CT", overlay_planes=planes)


def test_attributes_with_bitmaps_stay_within_the_budget_and_those_on_the_screen_stay() -> None:
    store = Store(budget_bytes=1_600_000)
    for number in range(200):
        store.put_attributes(InstanceKey(str(number)), attributes(bitmap_pixels=10_000))
        store.attributes(InstanceKey("0"))
    assert store.used_bytes < 1_000_000
    assert store.has_attributes(InstanceKey("0"))
    assert not store.has_attributes(InstanceKey("1"))
    assert store.attributes(InstanceKey("1")) is PENDING
    assert store.has_attributes(InstanceKey("199"))


def test_a_tiny_budget_leaves_what_a_screen_needs() -> None:
    store = Store(budget_bytes=1)
    for number in range(8):
        store.put_attributes(InstanceKey(str(number)), attributes(bitmap_pixels=10_000))
        store.put_frame(key(number), frame())
    assert all(store.has_attributes(InstanceKey(str(number))) for number in range(8))


def test_shares_add_up_to_what_the_settings_allow() -> None:
    store, worker = Store(budget_bytes=0), DecodeWorker(threads=1)
    try:
        share_out(8 << 20, store, worker)
        assert store.budget_bytes == 6 << 20
        remembered = Remembered[np.ndarray](100, held_bytes)
        for number in range(20):
            remembered.recall((), number, lambda: np.zeros(100_000, np.uint8))
        assert remembered.used_bytes <= 1 << 20
    finally:
        share_out(2048 << 20, store, worker)
