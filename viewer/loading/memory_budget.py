"""How the memory that the settings allow is shared out among those who keep something for later.

Frames, plane contents and the voxels of segmentations, which the store counts, get what the two fixed shares leave: finished
pictures and outlines, and the bytes of zip members and deflated objects that were inflated, here and in the decode worker.
"""

from __future__ import annotations

from typing import Final

from viewer.dicom.inflated import inflated_streams
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.store import Store
from viewer.scene.remembered import limit_remembered_bytes

_SHARE_OF_PICTURES: Final = 8
_SHARE_OF_INFLATED: Final = 8


def share_out(budget_bytes: int, store: Store, worker: DecodeWorker) -> None:
    """Bound everything that is kept for later so that it stays within a number of bytes together, from now on."""
    pictures, inflated = budget_bytes // _SHARE_OF_PICTURES, budget_bytes // _SHARE_OF_INFLATED
    limit_remembered_bytes(pictures)
    inflated_streams.limit_to(inflated // 2)
    worker.keep_at_most(inflated // 2)
    store.budget_bytes = budget_bytes - pictures - inflated
