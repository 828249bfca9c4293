"""The pixels of a Qt image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def array_of(image: QImage) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) RGB of a Qt image, as a copy."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    whole = np.frombuffer(plain.constBits(), dtype=np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return whole[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()
