"""The InstanceHeader of a file, in one word."""

from __future__ import annotations

from pathlib import Path

from viewer.dicom.headers import read_header
from viewer.domain.instance import InstanceHeader, Source


def header_of(path: Path) -> InstanceHeader:
    """Return what the scan would read of a file."""
    return read_header(Source("file", str(path)))
