"""Headers of objects with several frames: both readers see the same, in either byte order."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.dicom.header_of import header_of
from tests.synthetic.identity import save
from tests.synthetic.image import Grid
from tests.synthetic.multi_frame import (
    Camera,
    Frames,
    Told,
    divided,
    enhanced_mr,
    gamma_camera,
    mammogram,
    ultrasound_volume,
)
from viewer.dicom.headers import read_header_with_pydicom
from viewer.domain.instance import InstanceHeader, Source

GRID = Grid((3, 7, 11))
CONTRAST = 0x00189344


def enhanced() -> FileDataset:
    frames = Frames(
        GRID,
        (0, 1, 2),
        tuple(Told((k + 1, 7), stack_id="1", time=2, echo_time_ms=12.5) for k in range(3)),
        ((0x00200032, 0x00209113, ""), (CONTRAST, 0x00189341, "Phase of contrast")),
    )
    return enhanced_mr(frames)


MADE = {
    "enhanced": enhanced,
    "part": lambda: divided(enhanced(), (2, 1))[1],
    "camera": lambda: gamma_camera(Camera("RECON TOMO", (("SliceVector", (1, 2, 3)),), GRID, -2.5)),
    "turning camera": lambda: gamma_camera(
        Camera("TOMO", (("DetectorVector", (1, 1, 2)), ("AngularViewVector", (1, 2, 1))))
    ),
    "ultrasound": lambda: ultrasound_volume(GRID, 2),
    "mammogram": lambda: mammogram(1, "L", "399368009"),
}


def as_told(header: InstanceHeader) -> dict[str, object]:
    return {name: value for name, value in vars(header).items() if name not in ("read_by", "transfer_syntax_uid", "pixels")}


@pytest.mark.parametrize("name", MADE)
def test_both_readers_see_the_same(tmp_path: Path, name: str) -> None:
    (path,) = save([MADE[name]()], tmp_path)
    ours = header_of(path)
    assert ours.read_by == "tag_reader"
    assert as_told(ours) == as_told(read_header_with_pydicom(Source("file", str(path))))


@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("name", MADE)
def test_the_coding_changes_nothing(tmp_path: Path, name: str, syntax) -> None:
    made = MADE[name]()
    (path,) = save([made], tmp_path)
    plain = header_of(path)
    big = syntax == ExplicitVRBigEndian
    anew = Dataset()
    anew.update(made)
    anew.file_meta = made.file_meta
    anew.file_meta.TransferSyntaxUID = syntax
    # The pixels stay as they are: only headers are compared.
    anew["PixelData"].VR = "OB" if big else "OW"
    dcmwrite(path, anew, implicit_vr=not big, little_endian=not big)
    told, expected = as_told(header_of(path)), as_told(plain)
    assert {key: value for key, value in told.items() if key != "file_size"} == {
        key: value for key, value in expected.items() if key != "file_size"
    }


def test_dimension_indices_are_read_with_their_names(tmp_path: Path) -> None:
    (path,) = save([enhanced()], tmp_path)
    header = header_of(path)
    assert header.dimension_pointers == (0x00200032, CONTRAST)
    assert header.dimension_names == ("Image Position (Patient)", "Phase of contrast")
    assert [frame.dimension_indices for frame in header.frames] == [(1, 7), (2, 7), (3, 7)]


def test_a_part_says_where_it_belongs(tmp_path: Path) -> None:
    (path,) = save([divided(enhanced(), (2, 1))[1]], tmp_path)
    header = header_of(path)
    assert (header.concatenation_part, header.concatenation_parts, header.concatenation_offset) == (2, 2, 2)
    assert header.concatenation_uid


def test_the_view_is_that_of_the_code_else_of_view_position(tmp_path: Path) -> None:
    coded = mammogram(1, "L", "399368009")
    magnified = Dataset()
    magnified.CodeValue, magnified.CodingSchemeDesignator, magnified.CodeMeaning = "399163009", "SCT", "Magnification"
    coded.ViewCodeSequence[0].ViewModifierCodeSequence = [magnified]
    spelled = mammogram(2, "R", "")
    spelled.ViewPosition = "PA"
    none = mammogram(3, "R", "")
    assert [header_of(path).view for path in save([coded, spelled, none], tmp_path)] == ["MLO magnification", "PA", ""]


def test_a_space_of_its_own_is_told_from_the_patients(tmp_path: Path) -> None:
    made = ultrasound_volume(GRID, 1)
    (path,) = save([made], tmp_path)
    header = header_of(path)
    assert header.device_space
    assert header.frame_of_reference_uid == made.VolumeFrameOfReferenceUID
    assert header.frames[2].position == GRID.position(2)
