"""A stack on its way by drag, from whatever lists or shows stacks to whatever shows them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData

_FORMAT: Final = "application/x-overread-stack"
_PANE: Final = "application/x-overread-viewport"


def stack_on_its_way(stack_id: str) -> QMimeData:
    """Return what a drag of a stack carries."""
    data = QMimeData()
    data.setData(_FORMAT, stack_id.encode())
    return data


def pane_on_its_way(pane: int) -> QMimeData:
    """Return what a drag of a viewport's picture carries: the number of its pane."""
    data = QMimeData()
    data.setData(_PANE, str(pane).encode())
    return data


def dragged_stack(data: QMimeData) -> str | None:
    """Return the id of the stack that a drag carries, or None when it carries something else."""
    return bytes(data.data(_FORMAT).data()).decode() if data.hasFormat(_FORMAT) else None


def dragged_pane(data: QMimeData) -> int | None:
    """Return the number of the pane that a drag carries, or None when it carries something else."""
    return int(bytes(data.data(_PANE).data()).decode()) if data.hasFormat(_PANE) else None
