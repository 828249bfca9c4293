"""Words of documents and waveforms."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Translate a text of the documents."""
    return QCoreApplication.translate("Document", text)
