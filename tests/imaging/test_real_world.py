"""Real World Value Mappings of files give what highdicom makes of the same items. Acceptance check 70."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from highdicom.pm import RealWorldValueMapping
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.imaging.probe import Probe, value_at

SUV = Code("{SUVbw}g/ml", "UCUM", "Standardized Uptake Value body weight")


def mapping(label: str, value_range: tuple[Any, Any], **others: Any) -> RealWorldValueMapping:
    return RealWorldValueMapping(label, f"{label} explained", others.pop("unit", SUV), value_range, **others)


def probes(path: Path) -> dict[float, Probe]:
    """What stands at each pixel, by stored value."""
    header = header_of(path)
    attributes = read_image_attributes(header)
    frame = FrameReader(header, attributes).read(0)
    found = (value_at(frame, attributes, index=0, column=column, row=row) for row in range(2) for column in range(3))
    return {probe.stored: probe for probe in found if probe.stored is not None}


def agree(theirs: RealWorldValueMapping, stored: float, mine: float | None) -> bool:
    """highdicom refuses what lies outside the range of a table, and applies an equation anywhere."""
    first, last = theirs.value_range
    if not first <= stored <= last:
        return mine is None
    dtype = np.int32 if float(stored).is_integer() else np.float64
    return mine == pytest.approx(float(theirs.apply(np.array([[stored]], dtype))[0, 0]))


@pytest.mark.parametrize("signed", [0, 1])
def test_equations_and_tables_of_an_image_equal_highdicom(tmp_path: Path, signed: int) -> None:
    values = [-1000, -4, -1, 0, 3, 2000] if signed else [0, 1, 5, 100, 40000, 65535]
    first, last = (-4, 3) if signed else (1, 100)
    theirs = [
        mapping("linear", (first, last), slope=0.25, intercept=-3.0),
        mapping("table", (first, last), lut_data=[float(n) ** 2 + 0.5 for n in range(last - first + 1)]),
        mapping("doubles", (float(first), float(last)), slope=-2.0, intercept=7.5, unit=codes.UCUM.NoUnits),
    ]
    path = write_image(
        tmp_path / "image.dcm",
        np.array(values, "<i2" if signed else "<u2").tobytes(),
        PixelRepresentation=signed,
        RescaleSlope=3,
        RescaleIntercept=-50,
        RealWorldValueMappingSequence=theirs,
    )
    found = probes(path)
    for stored in values:
        assert found[stored].value == 3 * stored - 50, "the rescale is another matter"
        real = found[stored].real_world
        assert [one.label for one in real] == ["linear", "table", "doubles"]
        assert [one.unit for one in real] == ["{SUVbw}g/ml", "{SUVbw}g/ml", ""]
        assert all(agree(their, stored, one.value) for their, one in zip(theirs, real, strict=True)), (stored, real)


def test_the_quantity_names_a_mapping_without_a_label(tmp_path: Path) -> None:
    item = mapping("", (0, 9), slope=1, intercept=0, quantity_definition=Code("126400", "DCM", "Standardized Uptake Value"))
    path = write_image(tmp_path / "image.dcm", bytes(12), RealWorldValueMappingSequence=[item])
    assert probes(path)[0].real_world[0].label == "Standardized Uptake Value"


def test_an_item_without_equation_and_table_is_left_out(tmp_path: Path) -> None:
    item = Dataset()
    item.LUTLabel = "empty"
    path = write_image(tmp_path / "image.dcm", bytes(12), RealWorldValueMappingSequence=[item])
    assert probes(path)[0].real_world == ()
