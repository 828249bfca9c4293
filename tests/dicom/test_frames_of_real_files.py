"""Stored values of every image file of the real data, against pydicom's decoders, gdcm and a second decoder."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import gdcm
import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.encaps import generate_frames

from tests.dicom.header_of import header_of
from tests.dicom.image_files import UNREADABLE, image_files
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import FrameNotRead

pytestmark = pytest.mark.real_data

WITHOUT_PYDICOM = {
    "hostile/orthanc-mirrors__2020-09-12-ELSCINT1-PMSCT_RLE1.dcm": "pixels in a private element",
    "hostile/orthanc-mirrors__MultiframeWindowing.dcm": "Pixel Representation is missing",
    "hostile/orthanc-mirrors__PrivateMDNTags.dcm": "no file meta information",
    "hostile/orthanc-mirrors__2026-05-06-Deeply-Nested-Sequence.dcm": "pydicom gives up on the nesting",
    "hostile/pydicom__MR_truncated.dcm": "cut off; test_native_frames has such files",
    "hostile/pydicom__OT-PAL-8-face.dcm": "no file meta information",
    "hostile/pydicom__badVR.dcm": "Number of Frames is 1A",
    "hostile/pydicom__emri_small_jpeg_2k_lossless_too_short.dcm": "the last bytes are missing",
    "enhanced-multiframe/emri_small_jpeg_2k_lossless_too_short.dcm": "the last bytes are missing",
    "hostile/pydicom__liver_deflate.dcm": "Deflated Image Frame",
    "hostile/pydicom__liver_rle.dcm": "one bit a pixel in RLE",
    "seg-ct-liver-compressed/liver_deflate.dcm": "Deflated Image Frame",
    "seg-ct-liver-compressed/liver_rle.dcm": "one bit a pixel in RLE",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm": "retired process",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm": "12 bit",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm": "retired process",
    "transfer-syntaxes-ct/HTJ2KLossless_08_RGB.dcm": "HTJ2K",
    "transfer-syntaxes-ct/HTJ2K_08_RGB.dcm": "HTJ2K",
    "transfer-syntaxes-ct/will-jxl.dcm": "JPEG XL",
}
"""Readable files that pydicom and its free plugins cannot decode; other witnesses below and in tests/imaging."""

ONE_LEVEL = {
    "colour-and-palette/TestPattern_JPEG-Baseline_YBR422.dcm": "two builds of libjpeg round the inverse transform apart",
    "colour-and-palette/TestPattern_JPEG-Baseline_YBRFull.dcm": "two builds of libjpeg round the inverse transform apart",
}


def frame_numbers(count: int) -> list[int]:
    return list(range(count)) if count < 40 else [0, count // 2, count - 1]


def pydicom_frames(header: InstanceHeader) -> NDArray[np.generic] | None:
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            return pydicom.dcmread(header.source.path, force=True).pixel_array
        except Exception:  # noqa: BLE001 - whatever it raises, it is no witness for this file
            return None


def test_every_image_file_is_read_but_those_in_the_table_and_they_say_why(real_data: Path) -> None:
    unreadable = {}
    for name, header in image_files(real_data):
        reader = FrameReader(header, read_image_attributes(header))
        for index in frame_numbers(header.number_of_frames):
            try:
                reader.read(index)
            except FrameNotRead as failure:
                unreadable[name] = failure.issue.code
                break
    assert unreadable == {name: code for name, (code, _) in UNREADABLE.items()}


def test_stored_values_equal_those_of_pydicom(real_data: Path) -> None:
    without: set[str] = set()
    one_level: set[str] = set()
    compared = 0
    for name, header in image_files(real_data):
        if name in UNREADABLE:
            continue
        expected = pydicom_frames(header)
        if expected is None:
            without.add(name)
            continue
        reader = FrameReader(header, read_image_attributes(header))
        count = reader.attributes.number_of_frames
        for index in frame_numbers(count):
            frame = reader.read(index).stored
            one = expected[index] if count > 1 else expected
            assert frame.shape == one.shape, name
            if not np.array_equal(frame, one, equal_nan=frame.dtype.kind == "f"):
                assert np.abs(frame.astype(int) - one.astype(int)).max() <= 1, name
                one_level.add(name)
            compared += 1
    assert without == set(WITHOUT_PYDICOM)
    assert one_level == set(ONE_LEVEL)
    assert compared > 600


GDCM = [
    "transfer-syntaxes-ct/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
    "transfer-syntaxes-ct/CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
    "enhanced-multiframe/emri_small_jpeg_ls_lossless.dcm",
    "enhanced-multiframe/emri_small_RLE.dcm",
    "colour-and-palette/palette-multiframe-jpeg-ls.dcm",
]


@pytest.mark.parametrize("name", GDCM)
def test_lossless_frames_equal_those_of_gdcm(real_data: Path, name: str) -> None:
    header = header_of(real_data / name)
    reader = FrameReader(header, read_image_attributes(header))
    gdcm_reader = gdcm.ImageReader()
    gdcm_reader.SetFileName(str(real_data / name))
    assert gdcm_reader.Read()
    image = gdcm_reader.GetImage()
    raw = image.GetBuffer().encode("utf-8", errors="surrogateescape")
    first = reader.read(0).stored
    expected = np.frombuffer(raw, first.dtype)
    frames = np.stack([reader.read(index).stored for index in range(reader.attributes.number_of_frames)])
    assert np.array_equal(frames.ravel(), expected)


def test_one_bit_rle_and_deflated_frames_equal_their_uncompressed_twin(real_data: Path) -> None:
    folder = real_data / "seg-ct-liver-compressed"
    headers = {name: header for name, header in image_files(folder) if header.number_of_frames == 3}
    decoded = {
        name: np.stack([FrameReader.of(header).read_raw(index) for index in range(3)]) for name, header in headers.items()
    }
    assert set(decoded) == {"liver_deflate.dcm", "liver_rle.dcm", "liver_j2k.dcm", "liver_expb.dcm"}
    reference = decoded.pop("liver_j2k.dcm")
    assert reference.any()
    for name, frames in decoded.items():
        assert np.array_equal(frames, reference), name


@pytest.mark.parametrize("name", ["HTJ2KLossless_08_RGB.dcm", "HTJ2K_08_RGB.dcm"])
def test_htj2k_agrees_with_a_second_decoder(real_data: Path, name: str) -> None:
    path = real_data / "transfer-syntaxes-ct" / name
    stream = next(generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))
    other = imagecodecs.htj2k_decode(stream).astype(int)
    header = header_of(path)
    mine = FrameReader(header, read_image_attributes(header)).read(0).stored.astype(int)
    difference = np.abs(mine - other)
    # The second decoder lets lossy values that overshoot 255 wrap round to 0.
    wrapped = (mine == 255) & (other == 0)
    assert difference[~wrapped].max() <= (0 if "Lossless" in name else 1)
    assert wrapped.mean() < 0.001


def test_jpeg_xl_agrees_with_the_jpeg_that_it_was_made_from(real_data: Path) -> None:
    path = real_data / "transfer-syntaxes-ct" / "will-jxl.dcm"
    header = header_of(path)
    reader = FrameReader(header, read_image_attributes(header))
    streams = list(generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=header.number_of_frames))
    for index in (0, 13, 26):
        original = imagecodecs.jpeg8_decode(bytes(imagecodecs.jpegxl_decode_jpeg(streams[index], numthreads=1))).astype(int)
        mine = reader.read(index).stored.astype(int)
        # Only the smoothing of half-resolution chrominance differs between the two.
        assert np.abs(mine - original).mean() < 0.3
