"""How a file wants its frames to be played: Cine Module and Multi-frame Module (PS3.3 C.7.6.5, C.7.6.8)."""

from __future__ import annotations

from typing import Final, Literal

from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import number, text, texts, to_number, words
from viewer.domain.cine import CineAttributes

CINE_WANTED: Final = (
    *("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate"),
    *("StartTrim", "StopTrim", "PreferredPlaybackSequencing"),
)
_SWEEPS: Final[dict[int, Literal["loop", "swing"]]] = {0: "loop", 1: "swing"}


def read_frame_time_ms(item: Item) -> float | None:
    """Return how long a frame is shown: what is recommended for display comes before how fast frames were acquired."""
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = number(item, keyword)
        if rate and rate > 0:
            return 1000.0 / rate
    time_ms = number(item, "FrameTime")
    return time_ms if time_ms and time_ms > 0 else None


def read_cine_attributes(item: Item) -> CineAttributes:
    """Return what the file says of playing beyond its pace. A vector with a number that is none is left out."""
    times = tuple(to_number(one) for one in texts(item, "FrameTimeVector"))
    whole = tuple(time for time in times if time is not None and time >= 0)
    sequencing = words(item, "PreferredPlaybackSequencing")
    return CineAttributes(
        frame_times_ms=whole if len(whole) == len(times) and any(whole) else (),
        start=_frame_number(item, "StartTrim"),
        stop=_frame_number(item, "StopTrim"),
        sweep=_SWEEPS.get(sequencing[0]) if sequencing else None,
    )


def _frame_number(item: Item, keyword: str) -> int | None:
    stated = text(item, keyword)
    return int(stated) if stated.isdigit() and int(stated) > 0 else None
