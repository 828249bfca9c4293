"""Dose, patient and times of PET files, private elements of vendors in any block included."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.pet import PetAttributes


def drug(**others: Any) -> Dataset:
    item = Dataset()
    item.RadionuclideTotalDose = "370000000"
    item.RadionuclideHalfLife = "6586.2"
    item.RadiopharmaceuticalStartTime = "100000.5"
    for keyword, value in others.items():
        setattr(item, keyword, value)
    return item


def pet(path: Path, syntax: str = ExplicitVRLittleEndian, **others: Any) -> PetAttributes:
    elements: dict[str, Any] = {
        "Modality": "PT",
        "SeriesDate": "20240506",
        "SeriesTime": "110000",
        "AcquisitionDate": "20240506",
        "AcquisitionTime": "11:03:00",
        "PatientWeight": "70",
        "PatientSize": "1.75",
        "PatientSex": "F",
        "CorrectedImage": ["DECY", "ATTN"],
        "DecayCorrection": "START",
        "Units": "BQML",
        "FrameReferenceTime": "90000",
        "ActualFrameDuration": "180000",
        "RadiopharmaceuticalInformationSequence": [drug()],
    }
    write_image(path / "pet.dcm", bytes(12), syntax=syntax, **{**elements, **others})
    found = read_image_attributes(header_of(path / "pet.dcm")).pet
    assert found is not None
    return found


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_everything_an_suv_needs_is_read(tmp_path: Path, syntax: str) -> None:
    found = pet(tmp_path, syntax)
    assert (found.units, found.corrected, found.decay_correction) == ("BQML", ("DECY", "ATTN"), "START")
    assert (found.series_start, found.acquisition_start) == (datetime(2024, 5, 6, 11), datetime(2024, 5, 6, 11, 3))
    assert (found.injection, found.injection_time) == (None, time(10, 0, 0, 500000))
    assert (found.dose_bq, found.half_life_s) == (3.7e8, 6586.2)
    assert (found.weight_kg, found.size_m, found.sex) == (70.0, 1.75, "F")
    assert (found.frame_reference_time_ms, found.frame_duration_ms) == (90000.0, 180000.0)


@pytest.mark.parametrize(
    ("written", "zone", "read"),
    [
        ("20240506100000", None, datetime(2024, 5, 6, 10)),
        ("20240506100000.25", None, datetime(2024, 5, 6, 10, 0, 0, 250000)),
        ("20240506100000+0200", "+0200", datetime(2024, 5, 6, 10)),
        ("20240506080000+0000", "+0200", datetime(2024, 5, 6, 10)),
        ("20240506100000-0500", None, datetime(2024, 5, 6, 10)),
        ("2024", None, None),
        ("soon", None, None),
    ],
)
def test_the_start_of_the_drug_is_in_the_time_zone_of_the_object(
    tmp_path: Path, written: str, zone: str | None, read: datetime | None
) -> None:
    item = drug()
    item.add_new(0x00181078, "LO", written)
    item[0x00181078].VR = "LO"
    found = pet(tmp_path, RadiopharmaceuticalInformationSequence=[item], TimezoneOffsetFromUTC=zone)
    assert found.injection == read


@pytest.mark.parametrize("block", [0x10, 0x1F])
def test_private_elements_count_only_under_their_creator(tmp_path: Path, block: int) -> None:
    def private(creator: str) -> list[tuple[int, str, Any]]:
        return [
            (0x00090000 | block, "LO", creator.replace("Philips PET Private Group", "GEMS_PETD_01")),
            (0x00090000 | block << 8 | 0x0D, "DT", "20240506110200"),
            (0x70530000 | block, "LO", creator),
            (0x70530000 | block << 8 | 0x00, "DS", "0.000551"),
            (0x70530000 | block << 8 | 0x09, "DS", "2.5"),
        ]

    found = pet(tmp_path, added=private("Philips PET Private Group"))
    assert (found.philips_suv_factor, found.philips_activity_factor) == (0.000551, 2.5)
    assert found.private_start == datetime(2024, 5, 6, 11, 2)
    foreign = pet(tmp_path, added=private("SOMEBODY ELSE"))
    assert (foreign.philips_suv_factor, foreign.philips_activity_factor, foreign.private_start) == (None, None, None)


def test_other_images_have_no_pet_attributes(tmp_path: Path) -> None:
    write_image(tmp_path / "ct.dcm", bytes(12), Modality="CT")
    assert read_image_attributes(header_of(tmp_path / "ct.dcm")).pet is None
