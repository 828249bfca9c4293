"""Real World Value Mapping objects: which images they name, what they give them, and what the real ones do."""

from __future__ import annotations

from pathlib import Path

import pytest
from highdicom.pm import RealWorldValueMapping
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.dicom.header_of import header_of
from tests.synthetic.identity import Study, as_file, uid
from viewer.domain.binding import bind
from viewer.domain.grouping import build_library
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.real_world_map import RealWorldMap
from viewer.iods.registry import read_overlay

ADC = Code("mm2/s", "UCUM", "square millimetre per second")


def group(label: str, frames: list[int] | None, *, value_range: tuple[int, int] = (0, 4095)) -> Dataset:
    image = Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4.1", "1.2.3.9"
    if frames is not None:
        image.ReferencedFrameNumber = frames
    item = Dataset()
    item.ReferencedImageSequence = [image]
    mapping = RealWorldValueMapping(label, label, ADC, value_range, slope=1e-6, intercept=0.0)
    for end in ("First", "Last"):
        # highdicom says US whatever the range; the standard leaves the choice between US and SS.
        mapping[f"RealWorldValue{end}ValueMapped"].VR = "SS" if value_range[0] < 0 else "US"
    item.RealWorldValueMappingSequence = [mapping]
    return item


def made(folder: Path, *groups: Dataset) -> Overlay:
    dataset = Dataset()
    Study().fill(dataset)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.67"
    dataset.SOPInstanceUID, dataset.SeriesInstanceUID = uid("map"), uid("map series")
    dataset.Modality = "RWV"
    dataset.ReferencedImageRealWorldValueMappingSequence = list(groups)
    as_file(dataset).save_as(folder / "map.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "map.dcm"))


def test_frames_that_are_not_named_get_nothing(tmp_path: Path) -> None:
    content = made(tmp_path, group("first", [1, 3]), group("all", None)).content
    assert isinstance(content, RealWorldMap)
    assert [[one.label for one in content.of_image("1.2.3.9", frame)] for frame in (1, 2)] == [["first", "all"], ["all"]]
    assert [one.label for one in content.of_image("1.2.3.9@2", 2)] == ["all"], "a second file that claims the UID"
    assert content.of_image("1.2.3.8", 1) == ()


def test_a_range_below_zero_is_not_taken_for_the_largest_numbers(tmp_path: Path) -> None:
    content = made(
        tmp_path, group("signed", None, value_range=(-1024, 3071)), group("wide", None, value_range=(0, 65535))
    ).content
    assert isinstance(content, RealWorldMap)
    assert [(one.first, one.last) for one in content.of_image("1.2.3.9", 1)] == [(-1024, 3071), (0, 65535)]


def test_it_draws_nothing_and_says_so_when_it_holds_nothing(tmp_path: Path) -> None:
    assert not made(tmp_path, group("one", None)).draws
    empty = made(tmp_path)
    assert empty.content is None
    reason = bind(empty, Library()).not_shown_because
    assert reason is not None
    assert reason.code == "not_rendered"


@pytest.mark.real_data
def test_a_real_map_applies_to_the_slices_that_are_there(real_data: Path) -> None:
    folder = real_data / "petct-suv-rwv"
    headers = [header_of(path) for path in sorted(folder.iterdir())]
    library = build_library(headers, [], files=len(headers))
    overlay = next(read_overlay(header) for header in headers if header.modality == "RWV")
    binding = bind(overlay, library)
    (entry,) = binding.lies_on
    stack = library.stack(entry.stack_id)
    assert stack is not None
    assert library.series_of(stack.frames[0].instance).modality == "PT"
    assert (entry.by, entry.default, entry.frames) == ("referenced_images", True, (0, 9))
    assert "Standardized Uptake Value body weight" in entry.because
    assert "10 images" in entry.because
    assert [one.code for one in binding.issues] == ["source_not_loaded"]


@pytest.mark.real_data
def test_an_orphan_map_says_what_it_misses(real_data: Path) -> None:
    overlay = read_overlay(header_of(real_data / "seg-sr-rwv-orphan-pet" / "rwvm.dcm"))
    reason = bind(overlay, Library()).not_shown_because
    assert reason is not None
    assert (reason.code, "191 images" in reason.text) == ("source_not_loaded", True)
