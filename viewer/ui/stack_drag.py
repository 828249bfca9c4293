"""A stack on its way by drag, from whatever lists stacks to whatever shows them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData

_FORMAT: Final = "application/x-overread-stack"


def stack_on_its_way(stack_id: str) -> QMimeData:
    """Return what a drag of a stack carries."""
    data = QMimeData()
    data.setData(_FORMAT, stack_id.encode())
    return data


def dragged_stack(data: QMimeData) -> str | None:
    """Return the id of the stack that a drag carries, or None when it carries something else."""
    return bytes(data.data(_FORMAT).data()).decode() if data.hasFormat(_FORMAT) else None
