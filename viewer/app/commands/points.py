"""Points and numbers as the command line writes them."""

from __future__ import annotations

import argparse
import re

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def allow_negative_values(parser: argparse.ArgumentParser) -> None:
    """Take ``-600,1500`` and ``-12.5,3,40`` for values, not for options; argparse has no public way to say so."""
    parser._negative_number_matcher = re.compile(rf"^{_NUMBER}(,{_NUMBER})*$")


def point_patient(text: str) -> tuple[float, float, float]:
    """Return X,Y,Z in mm; raises ValueError."""
    x, y, z = (float(one) for one in text.split(","))
    return x, y, z


def position_image(text: str) -> tuple[float, float]:
    """Return (column, row); raises ValueError."""
    column, row = (float(one) for one in text.split(","))
    return column, row
