"""RT Dose as pydicom has it: the planes of every kind of Grid Frame Offset Vector, the values, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from viewer.domain.binding import bind
from viewer.domain.dose import Dose, PlanFacts
from viewer.domain.dose_overlay import with_levels, with_prescription
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.iods.registry import read_overlay

GRID = Grid((4, 5, 6), (3.0, 2.5, 2.0), (-7.0, 11.0, 40.0))
VALUES = np.arange(120, dtype=float).reshape(4, 5, 6) / 10


def made(**result: object) -> Dataset:
    images = image_series(np.zeros((2, 4, 5), np.int16), Grid((2, 4, 5)), Series())
    return dose(images, VALUES, GRID, DoseResult("dose", **result))  # type: ignore[arg-type]


def read(dataset: Dataset, folder: Path) -> Overlay:
    dataset.save_as(folder / "dose.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "dose.dcm"))


def content_of(overlay: Overlay) -> Dose:
    assert isinstance(overlay.content, Dose)
    return overlay.content


@pytest.mark.parametrize("start", ["zero", "position"])
def test_planes_lie_where_both_kinds_of_offsets_say(tmp_path: Path, start: str):
    found = content_of(read(made(offsets_from=start), tmp_path))
    assert [plane.origin for plane in found.stack.planes] == [(-7.0, 11.0, 40.0 + 3 * k) for k in range(4)]
    assert found.stack.planes[0].spacing_mm == (2.5, 2.0)
    assert found.stack.regular


def test_uneven_and_falling_offsets_are_kept(tmp_path: Path):
    dataset = made()
    dataset.GridFrameOffsetVector = [0, -2, -5, -11]
    found = content_of(read(dataset, tmp_path))
    assert [plane.origin[2] for plane in found.stack.planes] == [40, 38, 35, 29]
    assert not found.stack.regular
    assert found.slabs_mm.tolist() == [2, 2.5, 4.5, 6]


def test_offsets_count_along_the_normal_of_a_coronal_grid(tmp_path: Path):
    dataset = made()
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    found = content_of(read(dataset, tmp_path))
    assert [plane.origin[1] for plane in found.stack.planes] == [11, 14, 17, 20]


def test_offsets_that_begin_anywhere_are_taken_from_there_and_that_is_said(tmp_path: Path):
    dataset = made()
    dataset.GridFrameOffsetVector = [12.5, 15.5, 18.5, 21.5]
    overlay = read(dataset, tmp_path)
    assert [plane.origin[2] for plane in content_of(overlay).stack.planes] == [40, 43, 46, 49]
    assert [one.code for one in overlay.issues] == ["repaired_dose_offsets"]


def test_the_maximum_is_that_of_pydicom_and_stands_where_it_is(tmp_path: Path):
    dataset = made(bits=32, scaling=1e-5)
    stored = dataset.pixel_array.copy()
    stored[2, 1, 4] = 2_000_000
    dataset.PixelData = stored.astype("<u4").tobytes()
    found = content_of(read(dataset, tmp_path))
    assert found.maximum == pytest.approx(20.0)
    assert found.maximum_at == (-7 + 4 * 2.0, 11 + 2.5, 46.0)


def test_levels_are_percentages_of_the_prescription_once_the_plan_is_there(tmp_path: Path):
    overlay = read(made(), tmp_path)
    assert content_of(overlay).levels[0] == pytest.approx(0.95 * 11.9)
    plan_uid = content_of(overlay).plans[0].sop_instance_uid
    plan = Overlay(**{**vars(overlay), "sop_instance_uid": plan_uid, "plan": PlanFacts(10.0, "Plan A"), "content": None})
    planned = with_prescription(overlay, (plan,))
    assert content_of(planned).levels == pytest.approx((10.7, 10, 9.5, 9, 8, 7, 5, 3))
    assert planned.parts[2].label == "95 % · 9.5 Gy"
    assert with_prescription(planned, (plan,)) is planned


def test_chosen_levels_are_drawn_from_the_highest_down_and_can_be_given_back(tmp_path: Path):
    overlay = read(made(), tmp_path)
    chosen = with_levels(overlay, (2.0, 6.0, 4.0, 6.0))
    assert content_of(chosen).levels == (6.0, 4.0, 2.0)
    assert [part.number for part in chosen.parts] == [1, 2, 3]
    assert content_of(with_levels(chosen, None)).levels == content_of(overlay).levels


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("GridFrameOffsetVector", "no Grid Frame Offset Vector"),
        ("DoseGridScaling", "no usable Dose Grid Scaling"),
        ("ImagePositionPatient", "is not stated"),
        ("FrameOfReferenceUID", "no Frame of Reference"),
        ("PixelData", "no dose grid"),
        ("Columns", "Rows or Columns"),
    ],
)
def test_a_grid_without_place_or_scale_is_listed_with_that_reason(tmp_path: Path, keyword: str, words: str):
    dataset = made()
    del dataset[keyword]
    overlay = read(dataset, tmp_path)
    assert overlay.content is None
    reason = bind(overlay, Library()).not_shown_because
    assert reason is not None
    assert (reason.code, reason.severity) == ("dose_not_shown", "error")
    assert words in reason.text


def test_a_wrong_number_of_offsets_and_two_planes_at_one_place_are_refused(tmp_path: Path):
    for offsets, words in (([0, 3, 6], "3 of 4 values"), ([0, 3, 3, 6], "two planes")):
        dataset = made()
        dataset.GridFrameOffsetVector = offsets
        assert words in read(dataset, tmp_path).issues[-1].text


def test_a_sign_and_an_unknown_unit_are_said(tmp_path: Path):
    dataset = made()
    dataset.PixelRepresentation, dataset.DoseUnits = 1, "RAD"
    overlay = read(dataset, tmp_path)
    assert {one.code for one in overlay.issues} == {"dose_signed", "dose_unit_unknown"}
    assert content_of(overlay).unit == ""


def test_the_dose_of_one_beam_is_off_at_first_and_says_so(tmp_path: Path):
    dataset = made()
    assert read(dataset, tmp_path).visible_by_default
    dataset.DoseSummationType = "BEAM"
    overlay = read(dataset, tmp_path)
    assert not overlay.visible_by_default
    assert overlay.issues[-1].text == "The dose is off at first: it is that of a single beam."


def test_differential_histograms_add_up_to_cumulative_ones(tmp_path: Path):
    dataset = made()
    item = Dataset()
    item.DVHType, item.DoseUnits, item.DVHDoseScaling, item.DVHVolumeUnits = "DIFFERENTIAL", "GY", 2.0, "CM3"
    item.DVHNumberOfBins = 3
    item.DVHData = [0.5, 4.0, 0.5, 3.0, 1.0, 2.0]
    used = Dataset()
    used.ReferencedROINumber, used.DVHROIContributionType = 7, "INCLUDED"
    item.DVHReferencedROISequence = [used]
    dataset.DVHSequence = [item]
    (found,) = content_of(read(dataset, tmp_path)).histograms
    assert found.rois == (7,)
    assert found.dose.tolist() == [0, 1, 2, 4]
    assert found.volume.tolist() == [9, 5, 2]


@pytest.mark.real_data
def test_the_stored_histograms_of_a_real_dose_are_those_of_pydicom(real_data: Path):
    path = real_data / "rt-dose-dicompyler" / "rtdose.dcm"
    found = content_of(read_overlay(header_of(path)))
    dataset = pydicom.dcmread(path)
    assert found.maximum == pytest.approx(dataset.pixel_array.max() * float(dataset.DoseGridScaling))
    assert [one.rois for one in found.histograms] == [
        (int(item.DVHReferencedROISequence[0].ReferencedROINumber),) for item in dataset.DVHSequence
    ]
    for mine, theirs in zip(found.histograms, dataset.DVHSequence, strict=True):
        data = np.array(theirs.DVHData, float)
        assert np.allclose(mine.volume, data[1::2])
        assert np.allclose(np.diff(mine.dose), data[0::2] * float(theirs.DVHDoseScaling))
