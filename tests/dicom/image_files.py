"""The image files of the real data, and the table of those that no decoder can read, each with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from viewer.dicom.headers import NotAnInstance, read_header
from viewer.domain.instance import InstanceHeader, Source

UNREADABLE = {
    "charsets/chrJapMulti.dcm": ("no_pixels", "A header made for its character set; Pixel Data was left out."),
    "charsets/chrJapMultiExplicitIR6.dcm": ("no_pixels", "A header made for its character set; Pixel Data was left out."),
    "charsets/chrKoreanMulti.dcm": ("no_pixels", "A header made for its character set; Pixel Data was left out."),
    "hostile/orthanc-mirrors__2017-06-27-XSSInjection.dcm": ("no_pixels", "Pixel Data was left out by its makers."),
    "hostile/orthanc-mirrors__2026-03-16-OD-OF-OL.dcm": ("no_pixels", "Pixel Data was left out by its makers."),
    "hostile/orthanc-mirrors__2026-05-26-oob-monochrome-46341.dcm": (
        "too_large",
        "Announces 46341 x 46341 pixels (4 GB) and holds 10 kB.",
    ),
    "hostile/orthanc-mirrors__2026-05-26-oob-monochrome-65535.dcm": (
        "too_large",
        "Announces 65535 x 65535 pixels (8 GB) and holds 256 bytes.",
    ),
    "hostile/orthanc-mirrors__DummyCTWithLongTag.dcm": ("no_pixels", "Pixel Data was left out by its makers."),
    "hostile/orthanc-mirrors__Issue22-NoPixelData.dcm": ("no_pixels", "24 frames are announced, Pixel Data is absent."),
    "hostile/pydicom__JPEG2000-embedded-sequence-delimiter.dcm": (
        "decode_failed",
        "A sequence delimiter was written over the codestream's size: it says 3.7 billion columns.",
    ),
}
"""File: (code of the Issue, cause). Relative to the folder of real data."""


def image_files(real_data: Path) -> Iterator[tuple[str, InstanceHeader]]:
    """Give (name, header) of every file that has Rows: the images and the segmentations."""
    for path in sorted(real_data.rglob("*")):
        if not path.is_file() or path.suffix in (".md", ".tsv"):
            continue
        try:
            header = read_header(Source("file", str(path)))
        except NotAnInstance:
            continue
        if header.rows and header.columns:
            yield str(path.relative_to(real_data)), header
