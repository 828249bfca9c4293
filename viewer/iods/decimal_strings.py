"""Many decimal strings at once (VR DS, PS3.5 section 6.2): the coordinates of a structure set are millions of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SEPARATOR, _MINUS, _POINT, _ZERO = b"\\-.0"
_MOST_DIGITS = 15
"""So many digits are exact in a double, and a power of ten up to that too: one division then rounds as it should."""
_POWERS = 10.0 ** np.arange(_MOST_DIGITS + 1)


def parse_plain_decimals(written: bytes) -> NDArray[np.float64] | None:
    r"""Return the numbers (n,) of ``\``-separated plain decimals such as ``-12.5``, each rounded as ``float`` does.

    None when there is anything else: an exponent, a plus, a blank, no digits, more than fifteen of them.
    """
    if not written or written.translate(None, b"0123456789.-\\"):
        return None
    raw = np.frombuffer(written, np.uint8)
    separators = np.flatnonzero(raw == _SEPARATOR)
    digits = np.frombuffer(written.translate(None, b".-"), np.uint8)
    ends = np.append(np.flatnonzero(digits == _SEPARATOR), len(digits))
    lengths = np.diff(ends, prepend=-1) - 1
    if lengths.min() < 1 or lengths.max() > _MOST_DIGITS:
        return None
    negative = raw[np.append(0, separators + 1)] == _MINUS
    if np.count_nonzero(negative) != written.count(b"-"):
        return None
    values = np.zeros(len(ends))
    shortest = int(lengths.min())
    for place in range(int(lengths.max())):
        at = ends - 1 - place
        digit = (digits[at] if place < shortest else digits[np.maximum(at, 0)]) - float(_ZERO)
        values += _POWERS[place] * (digit if place < shortest else np.where(lengths > place, digit, 0.0))
    points = np.flatnonzero(raw == _POINT)
    if len(points):
        of = np.searchsorted(separators, points)
        if not (np.diff(of) > 0).all():
            return None
        values[of] /= _POWERS[np.append(separators, len(raw))[of] - points - 1]
    np.negative(values, out=values, where=negative)
    return values
