"""Points and numbers as the command line writes them."""

from __future__ import annotations

import argparse
import math
import re

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def allow_negative_values(parser: argparse.ArgumentParser) -> None:
    """Take ``-600,1500`` and ``-12.5,3,40`` for values, not for options; argparse has no public way to say so."""
    parser._negative_number_matcher = re.compile(rf"^{_NUMBER}(,{_NUMBER})*$")


def finite(text: str) -> float:
    """Return a number that is neither infinite nor NaN, which Python takes for numbers too; raises ValueError."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def point_patient(text: str) -> tuple[float, float, float]:
    """Return X,Y,Z in mm; raises ValueError."""
    x, y, z = (finite(one) for one in text.split(","))
    return x, y, z


def position_image(text: str) -> tuple[float, float]:
    """Return (column, row); raises ValueError."""
    column, row = (finite(one) for one in text.split(","))
    return column, row
