"""The store stays within its budget and answers at once."""

from __future__ import annotations

import weakref

import numpy as np

from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.loading.store import Delivered, Store
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
