"""What files say of playing, written by pydicom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.cine import CineAttributes
from viewer.domain.image_attributes import ImageAttributes


def read(path: Path, **elements: object) -> ImageAttributes:
    write_image(path / "image.dcm", bytes(12), **elements)
    return read_image_attributes(header_of(path / "image.dcm"))


@pytest.mark.parametrize(
    ("elements", "time_ms"),
    [
        ({}, None),
        ({"FrameTime": "33.5"}, 33.5),
        ({"FrameTime": "33.5", "CineRate": "20"}, 50.0),
        ({"FrameTime": "33.5", "CineRate": "20", "RecommendedDisplayFrameRate": "25"}, 40.0),
        ({"FrameTime": "0", "CineRate": "0"}, None),
        ({"FrameTimeVector": ["0", "30", "45.5"]}, None),
    ],
)
def test_the_rate_for_display_comes_before_the_time_of_acquisition(
    tmp_path: Path, elements: dict[str, object], time_ms: float | None
) -> None:
    assert read(tmp_path, **elements).frame_time_ms == time_ms


def test_vector_trim_and_sequencing(tmp_path: Path) -> None:
    found = read(tmp_path, FrameTimeVector=["0", "30", "45.5"], StartTrim="2", StopTrim="7", PreferredPlaybackSequencing=1)
    assert found.cine == CineAttributes((0.0, 30.0, 45.5), 2, 7, "swing")
    assert read(tmp_path, PreferredPlaybackSequencing=0).cine.sweep == "loop"


def test_what_is_no_time_no_frame_and_no_sequencing_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, FrameTimeVector=["0", "0"], StartTrim="0", PreferredPlaybackSequencing=9).cine == CineAttributes()
