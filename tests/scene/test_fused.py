"""What is laid over an image: its window, colours, threshold, unit, words, bar, and what is said when it is not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scene.one_stack import FOR, STACK
from tests.scene.two_stacks import PET, SUVBW, pet_attributes, suv_ramp, two_stacks
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import FrameValues, RealWorldValueMapping, Window
from viewer.domain.issues import issue
from viewer.imaging.colour_maps import colour_map
from viewer.reading.changes import looks
from viewer.reading.fusing import candidates, refusal, stacks_over
from viewer.reading.state import ReadingState, WindowChoice
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.scene.cursor import cursor_info
from viewer.scene.drawables import ImagePicture
from viewer.scene.fused import fused_label
from viewer.scene.inputs import PENDING, SceneInputs, Unavailable
from viewer.scene.slice_scene import slice_scene


def pixels(state: ReadingState, inputs: SceneInputs) -> np.ndarray:
    picture = slice_scene(state, 0, inputs).drawables[0]
    assert isinstance(picture, ImagePicture)
    return picture.pixels


def fused(**changes: object) -> tuple[ReadingState, SceneInputs]:
    state, inputs = two_stacks()
    state = looks.fuse(state, 0, PET)
    (one,) = state.pane.fused
    return replace(state, panes=(replace(state.pane, fused=(replace(one, **changes),)),)), inputs  # type: ignore[arg-type]


def test_a_pet_is_laid_over_hot_from_suv_0_to_5_and_clear_below_a_tenth_of_that() -> None:
    state, inputs = fused(opacity=1.0)
    grey = pixels(looks.unfuse(state, 0), inputs)
    palette = colour_map("hot_iron")
    assert palette is not None
    table = np.stack([palette.red, palette.green, palette.blue], axis=1)
    suv = suv_ramp() * SUVBW
    with np.errstate(invalid="ignore"):
        over = suv >= 0.5
        levels = np.rint(np.clip(np.nan_to_num(suv) / 5, 0, 1) * 255).astype(int)
    picture = pixels(state, inputs)
    assert np.array_equal(picture[~over], np.repeat(grey[..., None], 3, axis=2)[~over])
    assert np.abs(picture[over].astype(int) - table[levels][over]).max() <= np.abs(np.diff(table.astype(int), axis=0)).max()
    assert (picture[over] == table[levels][over]).mean() > 0.9
    assert not over[-1, -1]


@pytest.mark.parametrize(("description", "label"), [("PT body", "PT body"), ("pt", "pt"), ("PTs", "PT PTs"), ("", "PT")])
def test_a_series_named_by_its_modality_is_not_named_so_twice(description: str, label: str) -> None:
    state, _ = two_stacks()
    (patient,) = state.content.library.patients
    (study,) = patient.studies
    ct, pet = study.series
    pet = replace(pet, description=description)
    library = replace(state.content.library, patients=(replace(patient, studies=(replace(study, series=(ct, pet)),)),))
    assert fused_label(replace(state.content, library=library), PET) == label


def test_half_opaque_is_the_mean_of_both() -> None:
    state, inputs = fused(opacity=1.0, floor=0.0)
    whole, none = pixels(state, inputs), pixels(looks.unfuse(state, 0), inputs)
    half = pixels(looks.set_fused_opacity(state, 0, PET, 0.5), inputs)
    expected = np.where(np.isfinite(suv_ramp())[..., None], (whole.astype(float) + none[..., None]) / 2, none[..., None])
    assert np.abs(half - expected).max() <= 0.5


def test_what_is_switched_off_leaves_the_image_itself() -> None:
    state, inputs = fused(visible=False)
    assert pixels(state, inputs).ndim == 2
    assert slice_scene(state, 0, inputs).color_bars == ()
    assert stacks_over(state, state.pane, state.content.library.stacks[0].planes[0]) == ()


def test_its_bar_says_suv_and_the_corner_names_it() -> None:
    state, inputs = fused()
    scene = slice_scene(state, 0, inputs)
    (bar,) = scene.color_bars
    assert (bar.stack_id, bar.title, bar.scale.name, bar.scale.unit) == (PET, "PT Whole body", "SUVbw", "g/ml")
    assert np.allclose(bar.ends, (0, 5))
    assert bar.can_move
    assert scene.corner_text.bottom_left[0] == "Over it: PT Whole body  0 to 5 SUVbw g/ml  50 %"


def test_its_own_window_holds() -> None:
    state, inputs = fused()
    state = looks.set_fused_window(state, 0, PET, WindowChoice("user", center=1 / SUVBW, width=2 / SUVBW))
    (bar,) = slice_scene(state, 0, inputs).color_bars
    assert np.allclose(bar.ends, (0, 2))


def test_without_suv_the_values_of_the_stack_span_the_window() -> None:
    attributes = pet_attributes(pet=None)
    state, inputs = two_stacks(attributes=attributes)
    inputs.value_range = lambda stack_id: (0.0, 9000.0) if stack_id == PET else None  # type: ignore[method-assign]
    state = looks.fuse(state, 0, PET)
    (bar,) = slice_scene(state, 0, inputs).color_bars
    assert bar.ends == (0.0, 9000.0)
    assert bar.scale.unit == "Bq/ml"


def test_the_cursor_says_both_values_with_their_units() -> None:
    state, inputs = fused()
    info = cursor_info(state, 0, inputs, (4.5, 2.5), reach=1.0)
    assert info is not None
    assert info.probe is not None
    assert info.probe.value == (2 * 11 + 4) * 3 + 5
    (value,) = info.fused
    assert (value.stack_id, value.name, value.unit) == (PET, "SUVbw", "g/ml")
    assert value.value is not None
    assert abs(value.value - 2.6) < 1e-6
    outside = cursor_info(state, 0, inputs, (-3.0, 2.5), reach=1.0)
    assert outside is not None
    assert outside.fused == ()
    (nothing,) = cursor_info(state, 0, inputs, (10.5, 6.5), reach=1.0).fused  # type: ignore[union-attr]
    assert nothing.value is None


def test_while_it_is_read_the_image_is_shown_and_the_scene_is_not_complete() -> None:
    state, inputs = fused()
    plane = state.content.library.stacks[0].planes[0]
    inputs.images[PET, plane] = PENDING  # type: ignore[attr-defined]
    scene = slice_scene(state, 0, inputs)
    assert not scene.complete
    assert isinstance(scene.drawables[0], ImagePicture)
    assert scene.drawables[0].pixels.ndim == 2


def test_what_cannot_be_read_is_said_over_the_image() -> None:
    state, inputs = fused()
    plane = state.content.library.stacks[0].planes[0]
    broken = Unavailable(issue("damaged", "error", reason="it ends early"))
    inputs.images[PET, plane] = broken  # type: ignore[attr-defined]
    scene = slice_scene(state, 0, inputs)
    assert scene.complete
    assert any("PT Whole body cannot be laid over this slice" in notice.title for notice in scene.notices)


def test_only_series_of_one_space_are_offered_and_the_others_say_why() -> None:
    state, _ = two_stacks()
    (found,) = candidates(state, state.pane)
    assert (found.stack.id, found.refused, found.registered) == (PET, None, False)
    ct, pet = state.content.library.stacks
    cases = {
        "fusion_other_space": replace(pet, frame_of_reference_uid="9.9"),
        "fusion_moments": replace(pet, temporal=True),
        "fusion_no_position": replace(pet, planes=tuple(replace(plane, in_patient_space=False) for plane in pet.planes)),
        "fusion_apart": replace(pet, planes=tuple(plane.moved(500.0) for plane in pet.planes)),
    }
    for code, other in cases.items():
        refused = refusal(state.content, ct, other)
        assert refused is not None
        assert refused.code == code
    assert refusal(state.content, ct, pet) is None
    assert ct.frame_of_reference_uid == FOR


def test_swapping_shows_the_other_series_at_the_same_place_with_the_first_over_it() -> None:
    state, _ = fused(opacity=0.3)
    state = replace(state, panes=(replace(state.pane, frame=2, window=WindowChoice("user", center=40, width=400)),))
    swapped = looks.swap_fused(state, 0)
    assert (swapped.pane.stack_id, swapped.pane.frame, swapped.pane.color_map) == (PET, 2, "hot_iron")
    (over,) = swapped.pane.fused
    assert (over.stack_id, over.window.center, over.floor) == (STACK, 40, 0.0)


def test_a_colour_map_and_its_bar_come_and_go() -> None:
    state, inputs = two_stacks()
    assert slice_scene(state, 0, inputs).color_bars == ()
    coloured = looks.set_color_map(state, 0, "viridis")
    (bar,) = slice_scene(coloured, 0, inputs).color_bars
    assert bar.palette is colour_map("viridis")
    assert (bar.low, bar.high) == (0.0, 256.0)
    assert slice_scene(looks.show_color_bar(coloured, 0, "hidden"), 0, inputs).color_bars == ()
    (grey,) = slice_scene(looks.show_color_bar(state, 0, "shown"), 0, inputs).color_bars
    assert grey.palette is None


@pytest.mark.parametrize("opacity", [-1.0, 0.25, 7.0])
def test_opacity_stays_between_nothing_and_all(opacity: float) -> None:
    state, _ = fused()
    (one,) = looks.set_fused_opacity(state, 0, PET, opacity).pane.fused
    assert one.opacity == min(max(opacity, 0), 1)


def test_a_stack_is_never_laid_over_itself_nor_what_is_not_open() -> None:
    state, _ = two_stacks()
    assert looks.fuse(state, 0, STACK) is state
    assert looks.fuse(state, 0, "gone#1") is state


def test_a_parametric_map_says_its_greys_in_the_unit_of_its_mapping() -> None:
    state, inputs = two_stacks()
    unit = CodedConcept("mm2/s", "UCUM", "square millimetres a second", "")
    mapping = RealWorldValueMapping(0.001, 2.0, -1e9, 1e9, unit, "ADC")
    frame = state.frame_of(state.pane)
    assert frame is not None
    inputs.shown[frame.instance] = pet_attributes(
        modality="MR", units="", pet=None, float_pixels=True, frames=(FrameValues(None, (Window(500, 200),), (mapping,)),)
    )
    (patient,) = state.content.library.patients
    ct, pet = patient.studies[0].series
    headers = tuple(replace(one, sop_class_uid="1.2.840.10008.5.1.4.1.1.30") for one in ct.instances)
    study = replace(patient.studies[0], series=(replace(ct, instances=headers), pet))
    library = replace(state.content.library, patients=(replace(patient, studies=(study,)),))
    state = replace(state, content=replace(state.content, library=library))
    (bar,) = slice_scene(state, 0, inputs).color_bars
    assert (bar.title, bar.scale.unit) == ("ADC", "mm2/s")
    assert np.allclose(bar.ends, (2.4, 2.6))


def test_a_picture_that_did_not_change_is_the_same_object() -> None:
    state, inputs = fused()
    assert slice_scene(state, 0, inputs).drawables[0] is slice_scene(state, 0, inputs).drawables[0]
    plane = state.content.library.stacks[0].planes[0]
    assert isinstance(inputs.image_on_plane(PET, plane), ImageOnPlane)
