"""From files to the picture of a pane: intent, shutters, float pixels. Acceptance checks 62, 70, 72."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from tests.synthetic.identity import as_file, save
from tests.synthetic.image import Grid, Series, image_series
from viewer.dicom.scan import scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.loading.thumbnails import thumbnail
from viewer.reading.changes.library import default_stack, hang_default
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import ReadingState
from viewer.scene.cursor import cursor_info
from viewer.scene.drawables import ImagePicture, Scene
from viewer.scene.slice_scene import slice_scene

GRID = Grid()
STORED = (np.arange(np.prod(GRID.shape)).reshape(GRID.shape) * 4 + 1000).astype(np.uint16)


@contextmanager
def opened(folder: Path) -> Iterator[tuple[ReadingState, EagerInputs]]:
    headers = [found for found in scan([folder]) if isinstance(found, InstanceHeader)]
    library = build_library(headers, [], files=len(headers))
    with EagerInputs(library, {}) as inputs:
        yield ReadingState(content=read_content(library, inputs.readers)), inputs


def picture_of(scene: Scene) -> np.ndarray:
    return next(one for one in scene.drawables if isinstance(one, ImagePicture)).pixels


def test_check_72_a_ct_for_processing_is_not_hung_and_opens_with_a_banner(tmp_path: Path) -> None:
    intent = (("PresentationIntentType", "FOR PROCESSING"),)
    save(image_series(STORED, GRID, Series(attributes=intent)), tmp_path)
    with opened(tmp_path) as (state, inputs):
        assert default_stack(state.content) is None
        assert hang_default(state).pane.stack_id is None
        (stack,) = state.content.library.stacks
        scene = slice_scene(show_stack(state, 0, stack.id), 0, inputs)
        assert [one.title for one in scene.notices] == ["This series is marked for processing, not for reading."]
        assert not scene.notices[0].replaces_image
        assert picture_of(scene).any()


def test_check_72_beside_a_series_for_reading_that_one_is_hung_without_a_banner(tmp_path: Path) -> None:
    (tmp_path / "basis").mkdir()
    intent = (("PresentationIntentType", "FOR PROCESSING"),)
    save(image_series(STORED, GRID, Series("basis", attributes=intent)), tmp_path / "basis")
    small = replace(GRID, shape=(2, 7, 11))
    (tmp_path / "read").mkdir()
    save(image_series(STORED[:2], small, Series("read", number=2)), tmp_path / "read")
    with opened(tmp_path) as (state, inputs):
        hung = hang_default(state)
        stack = hung.stack_of(hung.pane)
        assert stack is not None
        assert len(stack.frames) == 2
        assert slice_scene(hung, 0, inputs).notices == ()


def test_an_enhanced_ct_for_processing_of_a_class_that_has_no_name_yet_is_told_by_its_intent(tmp_path: Path) -> None:
    # Supplement 252 has no UIDs yet: any class below CT Image Storage may be one of its.
    made = image_series(STORED, GRID, Series())
    enhanced = made[0]
    enhanced.SOPClassUID = enhanced.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.2.99")
    enhanced.PresentationIntentType = "FOR PROCESSING"
    enhanced.NumberOfFrames = len(made)
    enhanced.PixelData = b"".join(one.PixelData for one in made)
    groups = []
    for one in made:
        place, group = Dataset(), Dataset()
        place.ImagePositionPatient = one.ImagePositionPatient
        group.PlanePositionSequence = Sequence([place])
        groups.append(group)
    enhanced.PerFrameFunctionalGroupsSequence = Sequence(groups)
    save([enhanced], tmp_path)
    with opened(tmp_path) as (state, inputs):
        (series,) = state.content.library.patients[0].studies[0].series
        assert (series.role, series.for_processing) == ("image", True)
        assert len(series.stacks[0].frames) == len(made)
        assert hang_default(state).pane.stack_id is None
        scene = slice_scene(show_stack(state, 0, series.stacks[0].id), 0, inputs)
        assert [one.title for one in scene.notices] == ["This series is marked for processing, not for reading."]


def test_check_62_an_image_has_its_shutter_without_any_presentation_state(tmp_path: Path) -> None:
    shutter = (
        ("ShutterShape", ["RECTANGULAR", "CIRCULAR"]),
        ("ShutterLeftVerticalEdge", 2),
        ("ShutterRightVerticalEdge", 9),
        ("ShutterUpperHorizontalEdge", 2),
        ("ShutterLowerHorizontalEdge", 7),
        ("CenterOfCircularShutter", [4, 8]),
        ("RadiusOfCircularShutter", 3),
        ("ShutterPresentationValue", 0x6060),
    )
    for name, attributes in (("with", shutter), ("without", ())):
        (tmp_path / name).mkdir()
        save(image_series(STORED, GRID, Series(name, attributes=attributes)), tmp_path / name)
    pictures = {}
    for name in ("with", "without"):
        with opened(tmp_path / name) as (state, inputs):
            state = hang_default(state)
            pictures[name] = picture_of(slice_scene(state, 0, inputs))
            covered = cursor_info(state, 0, inputs, (0.5, 0.5), reach=0.5)
            assert covered is not None
            assert covered.probe is not None
            assert covered.probe.state == "value", "a shutter covers the picture, not the values"
            (stack,) = state.content.library.stacks
            small = thumbnail(inputs.readers, stack)
            assert small is not None
            assert (small[0, 0].tolist() == [0x60] * 3) == (name == "with")
    row, column = np.ogrid[1:8, 1:12]
    seen = (column >= 2) & (column <= 9) & (row >= 2) & (row <= 7) & ((row - 4) ** 2 + (column - 8) ** 2 <= 9)
    assert np.array_equal(pictures["with"], np.where(seen, pictures["without"], 0x60))


def float_map(path: Path, values: np.ndarray) -> None:
    """A CT whose pixels are floats: what a parametric map has, in the smallest file."""
    dataset = Dataset()
    (made, *_) = image_series(STORED[:1], replace(GRID, shape=(1, 7, 11)), Series())
    dataset.update(made)
    del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
    dataset.SOPClassUID = CTImageStorage
    dataset.BitsAllocated = 32
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.WindowCenter, dataset.WindowWidth = "0.5", "1"
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "mm2/s", "UCUM", "mm2/s"
    mapping = Dataset()
    mapping.MeasurementUnitsCodeSequence = [unit]
    mapping.LUTLabel, mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = "ADC", 0.001, 0.0
    mapping.DoubleFloatRealWorldValueFirstValueMapped, mapping.DoubleFloatRealWorldValueLastValueMapped = 0.0, 1.0
    dataset.RealWorldValueMappingSequence = [mapping]
    dataset.FloatPixelData = values.astype("<f4").tobytes()
    as_file(dataset, transfer_syntax=ExplicitVRLittleEndian).save_as(path, enforce_file_format=True)


def test_check_70_floats_have_their_unit_and_not_a_number_is_neither_value_nor_range(tmp_path: Path) -> None:
    values = np.linspace(0.1, 0.9, 77).reshape(7, 11).astype(np.float32)
    values[2, 3] = np.nan
    float_map(tmp_path / "map.dcm", values)
    with opened(tmp_path) as (state, inputs):
        state = hang_default(state)
        found = cursor_info(state, 0, inputs, (5.5, 4.5), reach=0.5)
        nothing = cursor_info(state, 0, inputs, (3.5, 2.5), reach=0.5)
        picture = picture_of(slice_scene(state, 0, inputs))
    assert found is not None
    assert found.probe is not None
    assert found.probe.value == pytest.approx(float(values[4, 5]))
    (real,) = found.probe.real_world
    assert (real.value, real.unit, real.label) == (pytest.approx(float(values[4, 5]) * 0.001), "mm2/s", "ADC")
    assert nothing is not None
    assert nothing.probe is not None
    assert (nothing.probe.state, nothing.probe.value) == ("no_number", None)
    assert picture[2, 3] == 0
    others = np.delete(picture.ravel(), 2 * 11 + 3)
    assert np.all(np.diff(others.astype(int)) >= 0)
    assert len(np.unique(others)) > 60, "greys, not black and white: a window of width 1 is no window for floats"


@pytest.mark.real_data
def test_check_70_a_real_parametric_map_has_greys(real_data: Path) -> None:
    source = pydicom.dcmread(real_data / "pmap-ct-small" / "parametric_map_float.dcm")
    with opened(real_data / "pmap-ct-small") as (state, inputs):
        stack = next(one for one in state.content.library.stacks if source.SeriesInstanceUID in one.id)
        picture = picture_of(slice_scene(show_stack(state, 0, stack.id), 0, inputs))
    low, high = np.percentile(source.pixel_array, (1, 99))
    expected = np.rint(np.clip((source.pixel_array - low) / (high - low), 0, 1) * 255)
    assert np.abs(picture.astype(int) - expected).max() <= 1
