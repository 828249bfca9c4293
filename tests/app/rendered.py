"""Files made, rendered by the program, and read again as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from viewer.app.main import main


def render(folder: Path, out: Path, *arguments: object) -> int:
    """Run ``overread render`` and return its exit status."""
    return main(["render", str(folder), *map(str, arguments), "--out", str(out)])


def grey_of(path: Path) -> NDArray[np.uint8]:
    """Return the grey values (rows, columns) of a picture."""
    return _pixels(path, QImage.Format.Format_Grayscale8, 1)[..., 0]


def colours_of(path: Path) -> NDArray[np.uint8]:
    """Return the colours (rows, columns, 3) of a picture."""
    return _pixels(path, QImage.Format.Format_RGB888, 3)


def _pixels(path: Path, kind: QImage.Format, channels: int) -> NDArray[np.uint8]:
    picture = QImage(str(path)).convertToFormat(kind)
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : picture.width() * channels].reshape(picture.height(), picture.width(), channels).copy()
