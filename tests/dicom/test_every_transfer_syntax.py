"""Pixels that DCMTK, gdcm or this test compressed come back: every transfer syntax, in the forms that files have.

Acceptance check 44: what no decoder reads is named by its UID.
"""

from __future__ import annotations

import ctypes
import subprocess
import zlib
from pathlib import Path
from typing import Any

import cv2
import gdcm
import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate

from tests.dicom.header_of import header_of
from tests.dicom.image_file import GE_BIG_ENDIAN_PIXELS, write_image
from viewer.dicom.codestreams import read_jpeg_xl_size
from viewer.dicom.frames import FrameReader
from viewer.domain.overlay import FrameNotRead

ROWS, COLUMNS = 21, 34
DEEP = (np.add.outer(np.arange(ROWS) * 190, np.arange(COLUMNS) ** 2) % 4096 + 7 * np.eye(ROWS, COLUMNS)).astype("<u2")
SHALLOW = (DEEP >> 4).astype(np.uint8)
COLOURED = np.stack([SHALLOW, SHALLOW[::-1], 255 - SHALLOW], -1)
SIGNED = (DEEP.astype(np.int16) - 2048).astype("<i2")
GREY = {"Rows": ROWS, "Columns": COLUMNS}
EIGHT = {**GREY, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
TWELVE = {**GREY, "BitsStored": 12, "HighBit": 11}
RGB = {**EIGHT, "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
_UID = "1.2.840.10008.1.2."


def read(path: Path) -> np.ndarray:
    frame = FrameReader.of(header_of(path)).read(0)
    assert frame.issues == ()
    return frame.stored


def elements_of(picture: np.ndarray) -> dict[str, Any]:
    if picture.ndim == 3:
        return RGB
    return EIGHT if picture.dtype == np.uint8 else {**TWELVE, "PixelRepresentation": int(picture.dtype.kind == "i")}


def written(path: Path, picture: np.ndarray) -> Path:
    return write_image(path, picture.tobytes(), **elements_of(picture))


@pytest.mark.parametrize("picture", [DEEP, SIGNED, SHALLOW, COLOURED], ids=["12 bits", "12 bits signed", "8 bits", "colour"])
@pytest.mark.parametrize(
    ("uid", "command"),
    [
        ("4.57", "dcmcjpeg +el +sv 5"),
        ("4.57", "dcmcjpeg +el +sv 2"),
        ("4.70", "dcmcjpeg +e1"),
        ("4.80", "dcmcjpls +el"),
        ("5", "dcmcrle"),
        ("1.99", "dcmconv +td"),
        ("2", "dcmconv +tb"),
        ("", "dcmconv +ti"),
    ],
)
def test_what_dcmtk_compresses_without_loss_comes_back_exactly(
    tmp_path: Path, uid: str, command: str, picture: np.ndarray
) -> None:
    source = written(tmp_path / "plain", picture)
    subprocess.run([*command.split(), source, tmp_path / "packed"], check=True, capture_output=True)
    assert header_of(tmp_path / "packed").transfer_syntax_uid == (_UID + uid).rstrip(".")
    assert np.array_equal(read(tmp_path / "packed"), picture)


@pytest.mark.parametrize(
    ("uid", "command", "picture"),
    [
        ("4.50", "dcmcjpeg +eb +q 90", SHALLOW),
        ("4.51", "dcmcjpeg +ee +q 90", DEEP),
        ("4.51", "dcmcjpeg +ee +q 90", SHALLOW),
        ("4.53", "dcmcjpeg +es +q 90", SHALLOW),
        ("4.55", "dcmcjpeg +ep +q 90", SHALLOW),
        ("4.55", "dcmcjpeg +ep +q 90", DEEP),
        ("4.81", "dcmcjpls +en +md 3", DEEP),
    ],
)
def test_what_dcmtk_compresses_with_loss_is_what_dcmtk_reads(
    tmp_path: Path, uid: str, command: str, picture: np.ndarray
) -> None:
    subprocess.run(
        [*command.split(), written(tmp_path / "plain", picture), tmp_path / "packed"], check=True, capture_output=True
    )
    assert header_of(tmp_path / "packed").transfer_syntax_uid == _UID + uid
    decoder = "dcmdjpls" if "jpls" in command else "dcmdjpeg"
    subprocess.run([decoder, tmp_path / "packed", tmp_path / "theirs"], check=True, capture_output=True)
    assert np.abs(read(tmp_path / "packed").astype(int) - read(tmp_path / "theirs")).max() <= 1


@pytest.mark.parametrize("colour", ["+cy", "+cr"])
def test_colour_that_dcmtk_compresses_is_what_dcmtk_shows(tmp_path: Path, colour: str) -> None:
    smooth = np.kron(COLOURED[::3, ::3], np.ones((8, 8, 1), np.uint8))
    rows, columns = smooth.shape[:2]
    source = write_image(tmp_path / "plain", smooth.tobytes(), **{**RGB, "Rows": rows, "Columns": columns})
    command = ["dcmcjpeg", "+eb", "+q", "95", "+s4", colour, source, tmp_path / "packed"]
    subprocess.run(command, check=True, capture_output=True)
    shown = tmp_path / "shown.ppm"
    subprocess.run(["dcmj2pnm", "-q", "-O", tmp_path / "packed", shown], check=True, capture_output=True)
    theirs = np.frombuffer(shown.read_bytes()[-smooth.size :], np.uint8).reshape(smooth.shape)
    assert np.abs(read(tmp_path / "packed").astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("picture", [DEEP, SIGNED, SHALLOW, COLOURED], ids=["12 bits", "12 bits signed", "8 bits", "colour"])
@pytest.mark.parametrize("kind", ["JPEG2000Lossless", "JPEGLSLossless", "RLELossless"])
def test_what_gdcm_compresses_without_loss_comes_back_exactly(tmp_path: Path, kind: str, picture: np.ndarray) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(written(tmp_path / "plain", picture)))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, kind)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(tmp_path / "packed"))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    assert np.array_equal(read(tmp_path / "packed"), picture)


@pytest.mark.parametrize("picture", [DEEP, SIGNED, SHALLOW, COLOURED], ids=["12 bits", "12 bits signed", "8 bits", "colour"])
def test_ge_files_with_big_endian_pixels_are_read_as_gdcm_reads_them(tmp_path: Path, picture: np.ndarray) -> None:
    swapped = picture.astype(picture.dtype.newbyteorder(">")).tobytes()
    path = write_image(tmp_path / "ge", swapped, syntax=GE_BIG_ENDIAN_PIXELS, **elements_of(picture))
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    theirs = np.frombuffer(reader.GetImage().GetBuffer().encode("utf-8", "surrogateescape"), picture.dtype)
    assert np.array_equal(read(path).ravel(), theirs)
    assert np.array_equal(read(path), picture)


RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(DEEP.tobytes()) + RAW.flush()
BITS = (SHALLOW > 100).astype(np.uint8)
PACKED = np.packbits(BITS.ravel(), bitorder="little").tobytes()


@pytest.mark.parametrize(
    ("uid", "stream", "elements", "expected"),
    [
        ("1.98", DEEP.tobytes(), TWELVE, DEEP),
        ("1.98", SIGNED.tobytes(), {**TWELVE, "PixelRepresentation": 1}, SIGNED),
        ("1.98", COLOURED.tobytes(), RGB, COLOURED),
        ("1.98", np.moveaxis(COLOURED, -1, 0).tobytes(), {**RGB, "PlanarConfiguration": 1}, COLOURED),
        ("1.98", PACKED, {**GREY, "BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, BITS),
        ("8.1", DEFLATED, TWELVE, DEEP),
        ("4.110", imagecodecs.jpegxl_encode(COLOURED, lossless=True), RGB, COLOURED),
        ("4.112", imagecodecs.jpegxl_encode(SHALLOW, lossless=True), EIGHT, SHALLOW),
        ("4.201", imagecodecs.htj2k_encode(DEEP, reversible=True), TWELVE, DEEP),
        ("4.202", imagecodecs.htj2k_encode(COLOURED, reversible=True, rgb=True), RGB, COLOURED),
        ("4.203", imagecodecs.htj2k_encode(SHALLOW, reversible=True), EIGHT, SHALLOW),
        ("4.92", imagecodecs.jpeg2k_encode(DEEP, codecformat="j2k", reversible=True, level=0), TWELVE, DEEP),
        ("4.90", imagecodecs.jpeg2k_encode(BITS, codecformat="j2k", reversible=True, level=0),
         {**GREY, "BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, BITS),
    ],
)  # fmt: skip
def test_what_neither_writes_comes_back_exactly(
    tmp_path: Path, uid: str, stream: bytes, elements: dict[str, int], expected: np.ndarray
) -> None:
    path = write_image(tmp_path / "a", encapsulate([bytes(stream)]), syntax=_UID + uid, **elements)
    assert np.array_equal(read(path), expected)


def test_frames_of_encapsulated_uncompressed_are_found_by_fragment(tmp_path: Path) -> None:
    frames = [DEEP, DEEP[::-1], DEEP[:, ::-1]]
    value = encapsulate([np.ascontiguousarray(one).tobytes() for one in frames], has_bot=False)
    path = write_image(tmp_path / "a", value, syntax=_UID + "1.98", NumberOfFrames=3, **TWELVE)
    reader = FrameReader.of(header_of(path))
    assert all(np.array_equal(reader.read_raw(index), one) for index, one in enumerate(frames))


@pytest.mark.parametrize("number", [58, 59, 65, 94, 204])
def test_what_no_decoder_reads_says_so_with_name_and_uid(tmp_path: Path, number: int) -> None:

    uid = f"{_UID}4.{number}"
    path = write_image(tmp_path / "a", encapsulate([b"\xff\xd8" + bytes(20)]), syntax=uid, **EIGHT)
    with pytest.raises(FrameNotRead) as caught:
        FrameReader.of(header_of(path)).read(0)
    assert caught.value.issue.code == "no_decoder"
    assert f"({uid}): no decoder" in caught.value.issue.text


@pytest.mark.parametrize(
    "shape", [(8, 8), (256, 256), (40, 56), (41, 56), (512, 1024), (700, 933), (3, 9000), (1, 1), (120, 100)]
)
@pytest.mark.parametrize("boxed", [True, False])
def test_the_size_of_a_jpeg_xl_codestream_is_known_before_it_is_decoded(shape: tuple[int, int], boxed: bool) -> None:
    stream = imagecodecs.jpegxl_encode(np.zeros(shape, np.uint8), lossless=True, usecontainer=boxed)
    assert read_jpeg_xl_size(stream) == shape


def test_a_jpeg_xl_codestream_of_another_size_is_refused(tmp_path: Path) -> None:
    stream = imagecodecs.jpegxl_encode(np.zeros((4000, 4000), np.uint8), lossless=True)
    path = write_image(tmp_path / "a", encapsulate([stream]), syntax=_UID + "4.110", **EIGHT)
    with pytest.raises(FrameNotRead, match="4000 x 4000 pixels, the header says 21 x 34"):
        FrameReader.of(header_of(path)).read(0)


def test_the_video_decoder_is_built_without_gpl_parts() -> None:
    libraries = Path(cv2.__file__).parents[1] / "opencv_python_headless.libs"
    (codecs,) = libraries.glob("libavcodec*")
    library = ctypes.CDLL(str(codecs))
    library.avcodec_license.restype = library.avcodec_configuration.restype = ctypes.c_char_p
    assert library.avcodec_license().startswith(b"LGPL")
    assert not {b"--enable-gpl", b"--enable-nonfree"} & set(library.avcodec_configuration().split())
