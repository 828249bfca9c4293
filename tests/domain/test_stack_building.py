"""Stacks: split by what differs, ordered by position, with what is missing said (acceptance checks 2-10)."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.domain.headers import AXIAL, CORONAL, ENHANCED_MR, SAGITTAL, frame, header
from viewer.domain.instance import InstanceHeader
from viewer.domain.stack import Stack
from viewer.domain.stack_building import build_stacks


def axial(heights: list[float], **changes: object) -> list[InstanceHeader]:
    return [header(number, (frame((-10.0, 20.0, z)),), **changes) for number, z in enumerate(heights, start=1)]


def heights(stack: Stack) -> list[float]:
    return [plane.origin[2] for plane in stack.planes]


def codes(stack: Stack) -> list[str]:
    return [issue.code for issue in stack.issues]


def test_axial_slices_run_from_the_head_down_whatever_their_names_and_numbers() -> None:
    instances = axial([0.0, 2.5, 5.0, 7.5, 10.0])
    random.Random(1).shuffle(instances)
    instances = [replace(each, instance_number=100 - number) for number, each in enumerate(instances)]
    (stack,) = build_stacks("s", instances)
    assert heights(stack) == [10.0, 7.5, 5.0, 2.5, 0.0]
    assert stack.orientation == "axial"
    assert stack.regular
    assert stack.spacing_mm == (2.5, 0.5, 0.25)
    assert stack.origin == (-10.0, 20.0, 10.0)
    assert stack.id == "s#1"


def test_sagittal_slices_are_ordered_from_the_patients_right() -> None:
    instances = [
        header(number, (frame((x, -100.0, 50.0), orientation=SAGITTAL),))
        for number, x in enumerate([12.0, -12.0, 0.0, 6.0, -6.0])
    ]
    (stack,) = build_stacks("s", instances)
    assert [plane.origin[0] for plane in stack.planes] == [-12.0, -6.0, 0.0, 6.0, 12.0]
    assert stack.orientation == "sagittal"
    # All heights are one: by height alone they would stand at one position.
    assert codes(stack) == []
    assert stack.regular
    assert stack.spacing_mm[0] == pytest.approx(6.0)


def test_coronal_slices_are_ordered_from_the_front() -> None:
    instances = [header(number, (frame((0.0, y, 0.0), orientation=CORONAL),)) for number, y in enumerate([4.0, -4.0, 0.0])]
    (stack,) = build_stacks("s", instances)
    assert [plane.origin[1] for plane in stack.planes] == [-4.0, 0.0, 4.0]


def test_a_gap_of_two_slices_is_said_to_miss_one_and_is_not_closed() -> None:
    (stack,) = build_stacks("s", axial([12.5, 10.0, 7.5, 2.5, 0.0]))
    assert codes(stack) == ["missing_slices"]
    assert stack.issues[0].text.startswith("1 slice is missing: 1 between slices 3 and 4.")
    assert not stack.regular
    assert stack.spacing_mm[0] == pytest.approx(2.5)
    assert heights(stack) == [12.5, 10.0, 7.5, 2.5, 0.0]


def test_missing_slices_are_found_where_most_gaps_are_wide() -> None:
    (stack,) = build_stacks("s", axial([10.0, 5.0, 2.5]))
    assert codes(stack) == ["missing_slices"]
    assert stack.spacing_mm[0] == pytest.approx(2.5)


@pytest.mark.parametrize(("jitter", "regular"), [(0.008, True), (0.024, False)])
def test_a_jitter_of_the_gap_under_one_percent_is_regular(jitter: float, regular: bool) -> None:
    gap = 2.5
    (stack,) = build_stacks("s", axial([0.0, gap, 2 * gap + gap * jitter, 3 * gap + gap * jitter, 4 * gap + gap * jitter]))
    assert stack.regular is regular
    assert codes(stack) == ([] if regular else ["irregular_spacing"])


def test_a_shift_in_plane_from_slice_to_slice_is_reported_as_tilt() -> None:
    instances = [header(n, (frame((0.0, 0.5 * n, 2.5 * n)),)) for n in range(1, 7)]
    (stack,) = build_stacks("s", instances)
    assert codes(stack) == ["gantry_tilt"]
    assert "11.3 degrees" in stack.issues[0].text
    assert not stack.regular
    first, second = stack.planes[:2]
    assert np.subtract(second.origin, first.origin).tolist() == [0.0, -0.5, -2.5]


def test_two_b_values_of_twenty_positions_are_two_stacks_of_twenty() -> None:
    instances = [
        header(number, (frame((0.0, 0.0, 3.0 * (number // 2)), dimensions=(("DiffusionBValue", b),)),))
        for number, b in enumerate(["0", "1000"] * 20)
    ]
    low, high = build_stacks("s", instances)
    assert len(low.frames) == len(high.frames) == 20
    assert (low.label, high.label) == ("b 0", "b 1000")
    assert low.regular
    assert high.regular
    assert (low.id, high.id) == ("s#1", "s#2")


def test_a_b_value_acquired_in_three_directions_is_three_stacks() -> None:
    shots = [("0", None), ("800", "1\\0\\0"), ("800", "0\\1\\0"), ("800", "0\\0\\1")]
    instances = []
    for place in range(5):
        for b, direction in shots:
            dimensions = [("DiffusionBValue", b)]
            if direction:
                dimensions.append(("DiffusionGradientOrientation", direction))
            number = len(instances)
            instances.append(header(number, (frame((0.0, 0.0, 4.0 * place), dimensions=tuple(dimensions)),)))
    stacks = build_stacks("s", instances)
    assert [len(stack.frames) for stack in stacks] == [5, 5, 5, 5]
    assert all(stack.regular for stack in stacks)


def test_echoes_and_phases_together_are_told_apart() -> None:
    instances = []
    for place in range(4):
        for echo in ("2.3", "4.6"):
            for phase in ("10", "50", "90"):
                dimensions = (("EchoTime", echo), ("NominalPercentageOfCardiacPhase", phase))
                instances.append(header(len(instances), (frame((0.0, 0.0, 4.0 * place), dimensions=dimensions),)))
    stacks = build_stacks("s", instances)
    assert [len(stack.frames) for stack in stacks] == [4] * 6
    assert stacks[0].label == "TE 2.3 ms, phase 10 %"


def test_what_nothing_tells_apart_is_one_flat_stack_with_a_warning() -> None:
    instances = [*axial([5.0, 2.5, 0.0]), header(9, (frame((-10.0, 20.0, 2.5)),), instance_number=9)]
    (stack,) = build_stacks("s", instances)
    assert len(stack.frames) == 4
    assert codes(stack) == ["duplicate_positions"]
    assert not stack.regular


def test_equal_repetitions_are_told_apart_by_their_numbers() -> None:
    instances = [header(number, (frame((0.0, 0.0, 3.0 * (number % 4))),)) for number in range(8)]
    first, second = build_stacks("s", instances)
    assert [key.instance for key in first.frames] == [instances[n].key for n in (3, 2, 1, 0)]
    assert (first.label, second.label) == ("repetition 1", "repetition 2")


def test_a_localizer_of_another_orientation_is_a_stack_of_its_own() -> None:
    scout = header(9, (frame((0.0, -200.0, 100.0), orientation=CORONAL, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER")),))
    slices, other = build_stacks("s", [*axial([5.0, 2.5, 0.0]), scout])
    assert (len(slices.frames), len(other.frames)) == (3, 1)
    assert other.orientation == "coronal"
    assert "localizer" in other.label


def test_an_enhanced_object_with_frames_in_any_order_has_the_geometry_of_the_classic_series() -> None:
    positions = [10.0, 7.5, 5.0, 2.5, 0.0]
    (classic,) = build_stacks("s", axial(positions))
    frames = tuple(frame((-10.0, 20.0, z)) for z in reversed(positions))
    (enhanced,) = build_stacks("s", [header(1, frames)])
    assert [plane.origin for plane in enhanced.planes] == [plane.origin for plane in classic.planes]
    assert enhanced.spacing_mm == classic.spacing_mm
    assert [key.index for key in enhanced.frames] == [4, 3, 2, 1, 0]
    assert [plane.image for plane in enhanced.planes] == [("1.9.1", n) for n in (5, 4, 3, 2, 1)]


def test_volumes_of_one_object_each_are_told_apart_by_object_when_nothing_else_does() -> None:
    volume = tuple(frame((0.0, 0.0, 3.0 * n)) for n in range(4))
    instances = [header(n, volume, sop_class_uid=ENHANCED_MR) for n in (1, 2, 3)]
    stacks = build_stacks("s", instances)
    assert [{key.instance for key in stack.frames} for stack in stacks] == [{each.key} for each in instances]


def test_moments_of_one_place_are_one_cine_in_the_order_of_time() -> None:
    frames = tuple(frame((0.0, 0.0, 5.0), dimensions=(("TemporalPositionIndex", str(moment)),)) for moment in (10, 2, 1, 9))
    (stack,) = build_stacks("s", [header(1, frames, sop_class_uid=ENHANCED_MR)])
    assert stack.temporal
    assert [key.index for key in stack.frames] == [2, 1, 3, 0]
    assert codes(stack) == []


def test_a_classic_object_with_many_frames_is_a_cine_and_never_a_volume() -> None:
    clip = header(1, (frame((0.0, 0.0, 5.0)),), number_of_frames=6)
    (stack,) = build_stacks("s", [clip])
    assert stack.temporal
    assert not stack.in_patient_space
    assert not stack.regular
    assert [key.index for key in stack.frames] == list(range(6))


def test_images_without_position_keep_the_order_of_their_numbers_and_the_shape_of_their_pixels() -> None:
    flat = frame(None, orientation=None, pixel_spacing_mm=None)
    instances = [header(n, (flat,), modality="CR", pixel_aspect_ratio=(2, 1)) for n in (3, 1, 2)]
    (stack,) = build_stacks("s", instances)
    assert [key.instance for key in stack.frames] == [instances[n].key for n in (1, 2, 0)]
    assert stack.orientation == "none"
    assert not stack.in_patient_space
    assert stack.planes[0].spacing_mm == (2.0, 1.0)
    assert stack.spacing_mm == (None, None, None)


def test_an_orientation_that_is_none_is_not_used_and_said() -> None:
    crooked = frame((0.0, 0.0, 0.0), orientation=(1.0, 0.2, 0.0, 0.0, 1.0, 0.0))
    (stack,) = build_stacks("s", [header(1, (crooked,))])
    assert not stack.in_patient_space
    assert codes(stack) == ["bad_orientation"]


def test_noise_in_decimal_strings_does_not_split_a_stack() -> None:
    noisy = tuple(value + 3e-5 for value in AXIAL)
    instances = [
        header(
            n, (frame((0.0, 0.0, 2.0 * n), orientation=noisy if n % 2 else AXIAL, pixel_spacing_mm=(0.5, 0.25 + n * 1e-6)),)
        )
        for n in range(4)
    ]
    assert len(build_stacks("s", instances)) == 1


def test_sizes_and_frames_of_reference_do_not_mix() -> None:
    instances = axial([0.0, 2.0])
    instances.append(header(5, (frame((0.0, 0.0, 4.0)),), rows=4))
    instances.append(header(6, (frame((0.0, 0.0, 6.0)),), frame_of_reference_uid="1.4"))
    stacks = build_stacks("s", instances)
    assert [len(stack.frames) for stack in stacks] == [2, 1, 1]
    assert len({stack.label for stack in stacks}) == 3


def test_a_single_slice_stands_for_its_thickness() -> None:
    (stack,) = build_stacks("s", axial([3.0]))
    assert stack.planes[0].thickness_mm == 9.0
    assert stack.spacing_mm == (None, 0.5, 0.25)
    assert stack.regular
