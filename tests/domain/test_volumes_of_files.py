"""Files of several volumes, parts or views become the stacks a reader expects; SimpleITK is the witness where it can be."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom.dataset import FileDataset

from tests.domain.opened import opened
from tests.geometry.test_plane import ORIENTATIONS
from tests.synthetic.image import Grid, Series
from tests.synthetic.multi_frame import (
    Camera,
    Frames,
    Told,
    divided,
    enhanced_mr,
    gamma_camera,
    mammogram,
    tomosynthesis,
    ultrasound_volume,
)
from tests.synthetic.volumes import volumes
from viewer.domain.stack import Stack

GRID = Grid((4, 7, 11))
POSITION, TIME_INDEX, CONTENT = 0x00200032, 0x00209128, 0x00209111
CONTRAST = 0x00189344


def stacks(datasets: list[FileDataset], folder: Path) -> tuple[Stack, ...]:
    return opened(datasets, folder).stacks


def told(stack: Stack) -> list[tuple[str, str, int, int, str]]:
    return [(one.label, one.value, one.number, one.count, one.detail) for one in stack.dimensions]


def test_moments_say_their_number_and_their_seconds(tmp_path: Path) -> None:
    times = [{"TemporalPositionIdentifier": str(n + 1), "AcquisitionTime": f"0930{2 * n + 10:02}.500000"} for n in range(11)]
    found = stacks(volumes(times, GRID, Series(modality="MR")), tmp_path)
    assert len(found) == 11
    assert told(found[0]) == [("Time", "1", 1, 11, "0.0 s")]
    assert told(found[10]) == [("Time", "11", 11, 11, "20.0 s")]
    assert {stack.volume_set for stack in found} == {found[0].volume_set}
    assert found[0].volume_set > 0


def test_seconds_go_on_over_midnight_when_the_day_is_stated(tmp_path: Path) -> None:
    times = [
        {"TemporalPositionIdentifier": "1", "AcquisitionDateTime": "20260115235958.5"},
        {"TemporalPositionIdentifier": "2", "AcquisitionDateTime": "20260116000003.5"},
    ]
    found = stacks(volumes(times, GRID, Series(modality="MR")), tmp_path)
    assert [told(stack)[0][4] for stack in found] == ["0.0 s", "5.0 s"]


def test_seconds_that_do_not_follow_the_order_are_not_said(tmp_path: Path) -> None:
    times = [{"TemporalPositionIdentifier": str(n), "AcquisitionTime": f"0930{60 - n:02}"} for n in (1, 2, 3)]
    found = stacks(volumes(times, GRID, Series(modality="MR")), tmp_path)
    assert [told(stack)[0][4] for stack in found] == ["", "", ""]


def test_an_echo_says_its_time(tmp_path: Path) -> None:
    echoes = [{"EchoNumbers": str(n), "EchoTime": str(2.5 * n)} for n in (1, 2, 3)]
    found = stacks(volumes(echoes, GRID, Series(modality="MR")), tmp_path)
    assert told(found[1]) == [("Echo", "2", 2, 3, "TE 5 ms")]


def test_magnitude_and_phase_are_named_by_words(tmp_path: Path) -> None:
    kinds = [{"ImageType": ["ORIGINAL", "PRIMARY", kind, "ND"]} for kind in "MP"]
    found = stacks(volumes(kinds, GRID, Series(modality="MR")), tmp_path)
    assert [told(stack)[0][1] for stack in found] == ["magnitude", "phase"]


def test_energies_of_a_spectral_scan_are_volumes(tmp_path: Path) -> None:
    energies = [{"MonoenergeticEnergyEquivalent": float(energy)} for energy in (40, 70, 190)]
    found = stacks(volumes(energies, GRID, Series()), tmp_path)
    assert [told(stack)[0][:2] for stack in found] == [("Energy", "40"), ("Energy", "70"), ("Energy", "190")]
    assert [stack.label for stack in found] == ["40 keV", "70 keV", "190 keV"]


def test_thirty_slices_of_twenty_phases_are_a_slider_of_twenty(tmp_path: Path) -> None:
    """Check 8."""
    grid = Grid((30, 4, 5))
    library = opened(volumes([{"TriggerTime": str(40 * n)} for n in range(20)], grid, Series(modality="MR")), tmp_path)
    (axis,) = library.stacks[7].axes
    assert (len(axis.stack_ids), axis.place, axis.is_time) == (20, 7, True)
    assert {len(stack.frames) for stack in library.stacks} == {30}
    assert told(library.stacks[7]) == [("Trigger time", "280", 8, 20, "280 ms")]


def test_every_combination_of_echo_and_kind_gives_two_axes(tmp_path: Path) -> None:
    attributes = [
        {"EchoNumbers": str(echo), "ImageType": ["ORIGINAL", "PRIMARY", kind]} for echo, kind in product((1, 2, 3), "MP")
    ]
    library = opened(volumes(attributes, GRID, Series(modality="MR")), tmp_path)
    shown = library.stacks[3]
    assert [(one.label, one.number) for one in shown.dimensions] == [("Echo", 2), ("Image type", 2)]
    echo, kind = shown.axes
    assert (echo.keyword, len(echo.stack_ids), echo.place) == ("EchoNumbers", 3, 1)
    assert (kind.keyword, len(kind.stack_ids), kind.place) == ("ImageType", 2, 1)
    assert echo.stack_ids[1] == kind.stack_ids[1] == shown.id


def test_directions_with_one_volume_without_diffusion_are_one_axis(tmp_path: Path) -> None:
    shots = [{"DiffusionBValue": 0.0}]
    shots += [
        {"DiffusionBValue": 800.0, "DiffusionGradientOrientation": way} for way in ([1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0])
    ]
    library = opened(volumes(shots, GRID, Series(modality="MR")), tmp_path)
    (axis,) = library.stacks[0].axes
    assert (axis.keyword, len(axis.stack_ids)) == ("", 4)
    assert [one.value for one in library.stacks[0].dimensions] == ["0", ""]
    assert library.stacks[3].dimensions[0].value == "800"
    assert [stack.dimensions[1].count for stack in library.stacks] == [3, 3, 3, 3]


def test_stacks_that_differ_in_size_are_no_volumes_of_one_place(tmp_path: Path) -> None:
    one = volumes([{}], GRID, Series("one", modality="MR"))
    other = volumes([{}], Grid((4, 6, 11)), Series("other", modality="MR"))
    for image in other:
        image.SeriesInstanceUID = one[0].SeriesInstanceUID
    library = opened([*one, *other], tmp_path)
    assert [stack.volume_set for stack in library.stacks] == [0, 0]
    assert library.stacks[0].axes == ()


def test_a_dimension_index_tells_frames_apart_when_nothing_else_does(tmp_path: Path) -> None:
    """Contrast phases that only the Dimension Index Sequence names, frames in a mixed order."""
    order = [(2, 2), (0, 1), (1, 2), (0, 2), (1, 1), (2, 1)]
    frames = Frames(
        Grid((3, 7, 11)),
        tuple(k for k, _ in order),
        tuple(Told((k + 1, phase)) for k, phase in order),
        ((POSITION, 0x00209113, ""), (CONTRAST, 0x00189341, "Contrast phase")),
    )
    early, late = stacks([enhanced_mr(frames)], tmp_path)
    assert [frame.index for frame in early.frames] == [5, 4, 1]
    assert [frame.index for frame in late.frames] == [0, 2, 3]
    assert told(late) == [("Contrast phase", "2", 2, 2, "")]
    assert late.label == "Contrast phase 2"
    assert late.regular


def test_a_dimension_without_a_label_has_the_name_of_its_attribute(tmp_path: Path) -> None:
    order = [(k, phase) for phase in (1, 2) for k in range(3)]
    frames = Frames(
        Grid((3, 7, 11)),
        tuple(k for k, _ in order),
        tuple(Told((phase, k + 1)) for k, phase in order),
        ((CONTRAST, 0x00189341, ""), (POSITION, 0x00209113, "")),
    )
    first, _ = stacks([enhanced_mr(frames)], tmp_path)
    assert first.dimensions[0].label == "Contrast/Bolus Agent Phase"


def test_a_known_attribute_is_preferred_to_an_index(tmp_path: Path) -> None:
    order = [(k, time) for time in (1, 2) for k in range(3)]
    frames = Frames(
        Grid((3, 7, 11)),
        tuple(k for k, _ in order),
        tuple(Told((time, k + 1), time=time) for k, time in order),
        ((TIME_INDEX, CONTENT, ""), (POSITION, 0x00209113, "")),
    )
    first, _ = stacks([enhanced_mr(frames)], tmp_path)
    assert [one.keyword for one in first.dimensions] == ["TemporalPositionIndex"]


def test_parts_of_a_divided_object_are_one_stack_in_order(tmp_path: Path) -> None:
    whole = enhanced_mr(Frames(Grid((6, 7, 11)), tuple(range(6)), (Told(),) * 6))
    first, second, third = divided(whole, (2, 3, 1))
    library = opened([third, first, second], tmp_path)
    (stack,) = library.stacks
    assert stack.regular
    uids = [library.instance(frame.instance).sop_instance_uid for frame in stack.frames]
    assert uids == [part.SOPInstanceUID for part in (third, second, second, second, first, first)]
    series = library.series_of(stack.frames[0].instance)
    assert not [one for one in series.issues if one.code == "concatenation_incomplete"]


def test_a_missing_part_of_a_divided_object_is_said(tmp_path: Path) -> None:
    whole = enhanced_mr(Frames(Grid((6, 7, 11)), tuple(range(6)), (Told(),) * 6))
    first, _, third = divided(whole, (2, 3, 1))
    library = opened([first, third], tmp_path)
    (stack,) = library.stacks
    (said,) = [one for one in library.series_of(stack.frames[0].instance).issues if one.code == "concatenation_incomplete"]
    assert said.text == "An object was divided into 3 files; part 2 is not opened, so its frames are missing."
    assert [one.code for one in stack.issues] == ["missing_slices"]


def test_a_divided_cine_plays_in_the_order_of_its_parts(tmp_path: Path) -> None:
    whole = enhanced_mr(Frames(Grid((1, 7, 11)), (0,) * 5, (Told(),) * 5))
    for frame in whole.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    parts = divided(whole, (2, 2, 1))
    # The names of the files and the Instance Numbers run against the order of the parts.
    for number, part in enumerate(parts):
        part.InstanceNumber = 9 - number
    library = opened(parts[::-1], tmp_path)
    (stack,) = library.stacks
    assert stack.temporal
    numbers = [(library.instance(frame.instance).concatenation_part, frame.index) for frame in stack.frames]
    assert numbers == [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_reconstructed_slices_of_a_gamma_camera_lie_where_simpleitk_reads_them(tmp_path: Path, orientation: str) -> None:
    along_row, down_column = ORIENTATIONS[orientation]
    grid = Grid((5, 7, 11), along_row=along_row, down_column=down_column)
    made = gamma_camera(Camera("RECON TOMO", (("SliceVector", (1, 2, 3, 4, 5)),), grid, 2.5))
    library = opened([made], tmp_path)
    (stack,) = library.stacks
    assert stack.regular
    assert stack.spacing_mm == pytest.approx((2.5, 0.5, 0.25))
    witness = SimpleITK.ReadImage(library.instances[0].source.path)
    for frame, plane in zip(stack.frames, stack.planes, strict=True):
        for column, row in ((0, 0), (10, 6), (3, 5)):
            point = plane.point_patient([column + 0.5, row + 0.5])
            expected = witness.TransformIndexToPhysicalPoint((column, row, frame.index))
            assert np.allclose(point, expected, atol=1e-3)


def test_a_negative_spacing_stacks_slices_against_the_normal(tmp_path: Path) -> None:
    made = gamma_camera(Camera("RECON TOMO", (("SliceVector", (1, 2, 3)),), Grid((3, 7, 11)), -2.5))
    (stack,) = stacks([made], tmp_path)
    heights = {frame.index: plane.origin[2] for frame, plane in zip(stack.frames, stack.planes, strict=True)}
    assert heights == {0: 100.0, 1: 97.5, 2: 95.0}


def test_an_unstated_spacing_of_a_gamma_camera_is_taken_from_the_thickness_and_said(tmp_path: Path) -> None:
    library = opened([gamma_camera(Camera("RECON TOMO", (("SliceVector", (1, 2, 3)),), Grid((3, 7, 11))))], tmp_path)
    assert library.stacks[0].spacing_mm[0] == pytest.approx(2.5)
    series = library.series_of(library.instances[0].key)
    assert "spacing_from_thickness" in {one.code for one in series.issues}


def test_a_gated_reconstruction_has_a_slider_of_its_time_slots(tmp_path: Path) -> None:
    slots, slices = zip(*product((1, 2, 3, 4), (1, 2, 3)), strict=True)
    made = gamma_camera(
        Camera("RECON GATED TOMO", (("TimeSlotVector", slots), ("SliceVector", slices)), Grid((3, 7, 11)), 2.5)
    )
    library = opened([made], tmp_path)
    assert [len(stack.frames) for stack in library.stacks] == [3, 3, 3, 3]
    (axis,) = library.stacks[1].axes
    assert (axis.keyword, axis.is_time, axis.place) == ("TimeSlotVector", True, 1)


def test_projections_of_a_turning_camera_are_scrolled_energy_windows_stand_beside_one_another(tmp_path: Path) -> None:
    windows, views = zip(*product((1, 2), (1, 2, 3, 4, 5)), strict=True)
    made = gamma_camera(Camera("TOMO", (("EnergyWindowVector", windows), ("AngularViewVector", views))))
    first, second = stacks([made], tmp_path)
    assert not first.in_patient_space
    assert [frame.index for frame in second.frames] == [5, 6, 7, 8, 9]
    assert told(second) == [("Energy window", "2", 2, 2, "")]
    assert [one.value for told in second.frame_dimensions for one in told] == ["1", "2", "3", "4", "5"]


def test_still_pictures_of_a_camera_say_their_detector(tmp_path: Path) -> None:
    made = gamma_camera(Camera("STATIC", (("EnergyWindowVector", (1, 1)), ("DetectorVector", (1, 2)))))
    (stack,) = stacks([made], tmp_path)
    assert not stack.temporal
    assert [[(one.label, one.value) for one in told] for told in stack.frame_dimensions] == [
        [("Detector", "1")],
        [("Detector", "2")],
    ]


def test_an_ultrasound_volume_lies_in_a_space_of_its_own_without_names_of_directions(tmp_path: Path) -> None:
    grid = Grid((4, 7, 11), spacing_mm=(1.5, 0.5, 0.25), origin_mm=(-3.0, 2.0, 10.0))
    made = ultrasound_volume(grid, 3)
    found = stacks([made], tmp_path)
    assert [len(stack.frames) for stack in found] == [4, 4, 4]
    first = found[0]
    assert first.in_patient_space
    assert first.regular
    assert first.spacing_mm == pytest.approx((1.5, 0.5, 0.25))
    assert first.frame_of_reference_uid == made.VolumeFrameOfReferenceUID
    assert first.orientation == "oblique"
    assert not any(plane.anatomical for plane in first.planes)
    assert {plane.origin for plane in first.planes} == {grid.position(k) for k in range(4)}
    assert told(found[2]) == [("Time", "3", 3, 3, "0.5 s")]


def test_mammograms_hang_right_before_left_and_cc_before_mlo(tmp_path: Path) -> None:
    cc, mlo = "399162004", "399368009"
    views = [("L", mlo), ("R", mlo), ("L", cc), ("R", cc)]
    found = stacks([mammogram(number, side, view) for number, (side, view) in enumerate(views, start=1)], tmp_path)
    assert [stack.label for stack in found] == ["R-CC", "L-CC", "R-MLO", "L-MLO"]
    assert all(len(stack.frames) == 1 for stack in found)
    assert not any(stack.frame_dimensions for stack in found)


def test_a_lone_mammogram_is_named_by_its_view_and_one_without_a_view_is_not(tmp_path: Path) -> None:
    (stack,) = stacks([mammogram(1, "L", "399368009")], tmp_path / "one")
    assert stack.label == "L-MLO"
    (stack,) = stacks([mammogram(1, "L", "")], tmp_path / "other")
    assert stack.label == ""


@pytest.mark.parametrize("placed", [True, False])
def test_slices_of_a_breast_are_a_stack_named_by_its_view_and_no_film(tmp_path: Path, placed: bool) -> None:
    (stack,) = stacks([tomosynthesis("R", "399368009", Grid((6, 7, 11)), placed=placed)], tmp_path)
    assert stack.label == "R-MLO"
    assert len(stack.frames) == 6
    assert stack.in_patient_space is placed
    assert stack.regular is placed
    assert not stack.temporal


def test_a_field_map_is_told_by_its_kind_not_by_an_echo_time_of_zero(tmp_path: Path) -> None:
    kinds = [
        {"EchoTime": "0", "ImageType": ["ORIGINAL", "PRIMARY", "T1", "FIELD_MAP"]},
        {"EchoTime": "1.52", "ImageType": ["ORIGINAL", "PRIMARY", "T1", "M"]},
    ]
    found = stacks(volumes(kinds, GRID, Series(modality="MR")), tmp_path)
    assert [told(stack)[0][:2] for stack in found] == [("Image type", "field map"), ("Image type", "magnitude")]
