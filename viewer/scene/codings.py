"""How the pixels are coded, in the words of the corner text: a reader must know that an image was compressed with loss."""

from __future__ import annotations

from collections.abc import Mapping

_DICOM = "1.2.840.10008.1.2"

CODINGS: Mapping[str, str] = {
    _DICOM: "Implicit little endian",
    _DICOM + ".1": "Explicit little endian",
    _DICOM + ".1.98": "Encapsulated, uncompressed",
    _DICOM + ".1.99": "Deflated",
    _DICOM + ".2": "Explicit big endian",
    "1.2.840.113619.5.2": "Big-endian pixels (GE)",
    _DICOM + ".5": "RLE",
    _DICOM + ".8.1": "Deflated frames",
    _DICOM + ".4.50": "JPEG, lossy",
    _DICOM + ".4.51": "JPEG extended, lossy",
    _DICOM + ".4.52": "JPEG extended, lossy",
    _DICOM + ".4.53": "JPEG spectral selection, lossy",
    _DICOM + ".4.54": "JPEG spectral selection, lossy",
    _DICOM + ".4.55": "JPEG progressive, lossy",
    _DICOM + ".4.56": "JPEG progressive, lossy",
    _DICOM + ".4.57": "JPEG lossless",
    _DICOM + ".4.70": "JPEG lossless",
    _DICOM + ".4.80": "JPEG-LS lossless",
    _DICOM + ".4.81": "JPEG-LS, near lossless",
    _DICOM + ".4.90": "JPEG 2000 lossless",
    _DICOM + ".4.91": "JPEG 2000",
    _DICOM + ".4.92": "JPEG 2000 part 2, lossless",
    _DICOM + ".4.93": "JPEG 2000 part 2",
    _DICOM + ".4.110": "JPEG XL lossless",
    _DICOM + ".4.111": "JPEG XL from JPEG, lossy",
    _DICOM + ".4.112": "JPEG XL",
    _DICOM + ".4.201": "HTJ2K lossless",
    _DICOM + ".4.202": "HTJ2K lossless",
    _DICOM + ".4.203": "HTJ2K",
    **{f"{_DICOM}.4.{number}{form}": "MPEG-2 video, lossy" for number in (100, 101) for form in ("", ".1")},
    **{f"{_DICOM}.4.{number}{form}": "H.264 video, lossy" for number in range(102, 107) for form in ("", ".1")},
    **{f"{_DICOM}.4.{number}": "HEVC video, lossy" for number in (107, 108)},
}
"""Transfer syntax to words."""
