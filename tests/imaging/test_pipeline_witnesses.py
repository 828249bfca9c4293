"""The grey pipeline frame by frame against pydicom: odd bits, signs, padding, windows of all kinds, LUTs of each frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut, pixel_array
from pydicom.sequence import Sequence

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.imaging.choices import windows_of
from viewer.imaging.grey import display_grey

ROWS, COLUMNS = 5, 7
SIZE = {"Rows": ROWS, "Columns": COLUMNS}


def item(**elements: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def words(seed: int = 4) -> NDArray[np.uint16]:
    """Words whose unused bits are full of garbage."""
    return np.random.default_rng(seed).integers(0, 65536, (ROWS, COLUMNS)).astype(np.uint16)


def shown(path: Path, index: int = 0, place: int = 0) -> NDArray[np.uint8]:
    header = header_of(path)
    attributes = read_image_attributes(header)
    frame = FrameReader(header, attributes).read(index)
    window = windows_of(attributes, index)[place]
    return display_grey(frame, attributes, index=index, window=window, inverted=False)


def by_pydicom(dataset: Dataset, stored: NDArray[np.generic], index: int = 0) -> NDArray[np.float64]:
    """What pydicom makes of stored values, brought from its own range of the output to 0..255."""
    values = apply_modality_lut(stored, dataset)
    windowed = apply_voi_lut(values, dataset, index=index)
    bits = dataset.BitsStored
    lowest, highest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.PixelRepresentation else (0, 2**bits - 1)
    ends = sorted(float(one) * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept) for one in (lowest, highest))
    return (windowed - ends[0]) / (ends[1] - ends[0]) * 255


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize(("stored", "high"), [(10, 9), (11, 10), (12, 11), (15, 14)])
def test_odd_bits_with_garbage_above_them_are_windowed_as_pydicom_does(
    tmp_path: Path, function: str, signed: int, stored: int, high: int
) -> None:
    pixels = words()
    path = write_image(
        tmp_path / "a.dcm",
        pixels.astype("<u2").tobytes(),
        **SIZE,
        BitsStored=stored,
        HighBit=high,
        PixelRepresentation=signed,
        RescaleSlope="1.5",
        RescaleIntercept="-20",
        WindowCenter=["100", "300"],
        WindowWidth=["400", "150"],
        VOILUTFunction=function,
    )
    dataset = dcmread(path)
    for place in (0, 1):
        expected = np.rint(by_pydicom(dataset, pixel_array(dataset), place))
        assert np.abs(shown(path, place=place) - expected).max() <= 1


def test_monochrome1_is_the_negative_once(tmp_path: Path) -> None:
    pixels = np.arange(ROWS * COLUMNS, dtype="<u2") * 7
    window = {"WindowCenter": "110", "WindowWidth": "190"}
    plain = write_image(tmp_path / "2", pixels.tobytes(), **SIZE, **window)
    turned = write_image(
        tmp_path / "1",
        pixels.tobytes(),
        **SIZE,
        **window,
        PhotometricInterpretation="MONOCHROME1",
        PresentationLUTShape="INVERSE",
    )
    assert np.abs(shown(plain).astype(int) + shown(turned) - 255).max() <= 1


def test_every_frame_goes_through_its_own_rescale_and_its_own_lut(tmp_path: Path) -> None:
    pixels = np.arange(2 * ROWS * COLUMNS, dtype="<u2").reshape(2, ROWS, COLUMNS) % 37
    groups, tables = [], (np.arange(0, 222, 2), np.arange(255, 33, -2))
    for slope, table in zip((2, 3), tables, strict=True):
        lut = item(LUTExplanation=f"times {slope}")
        lut.add_new("LUTDescriptor", "US", [len(table), 0, 8])
        lut.add_new("LUTData", "OW", table.astype("<u2").tobytes())
        groups.append(
            item(
                PixelValueTransformationSequence=Sequence(
                    [item(RescaleSlope=str(slope), RescaleIntercept="0", RescaleType="US")]
                ),
                FrameVOILUTSequence=Sequence([item(VOILUTSequence=Sequence([lut]))]),
            )
        )
    path = write_image(
        tmp_path / "a.dcm",
        pixels.tobytes(),
        **SIZE,
        NumberOfFrames=2,
        PerFrameFunctionalGroupsSequence=Sequence(groups),
    )
    for index, group in enumerate(groups):
        frame = item(
            VOILUTSequence=group.FrameVOILUTSequence[0].VOILUTSequence,
            BitsAllocated=16,
            BitsStored=16,
            PixelRepresentation=0,
        )
        frame.file_meta = dcmread(path).file_meta
        values = pixels[index] * int(group.PixelValueTransformationSequence[0].RescaleSlope)
        expected = apply_voi_lut(values.astype(np.uint16), frame)
        assert np.array_equal(shown(path, index), expected)
