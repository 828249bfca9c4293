"""On which images an object lies, by which evidence, and what is said where it lies on none.

Acceptance checks 14 to 17, 19, 21 to 23 and 26.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.domain.opened import bound, codes, opened, overlay_of, stack_of
from tests.synthetic.identity import Study, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.domain.binding import bind
from viewer.domain.coverage import coverage

GRID = Grid((6, 9, 14))
LIVER = (Part("Liver"),)


def series(name: str, grid: Grid = GRID, **further: object) -> list[Dataset]:
    stored = np.arange(np.prod(grid.shape), dtype=np.int16).reshape(grid.shape)
    return image_series(stored, grid, Series(name=name, **further))


def block(grid: Grid, slices: slice = slice(None)) -> np.ndarray:
    pixels = np.zeros(grid.shape, np.uint8)
    pixels[slices, 2:5, 3:9] = 1
    return pixels


def seg(images: list[Dataset], *, name: str = "seg", slices: slice = slice(None), grid: Grid | None = None) -> Dataset:
    # highdicom hands elements of the source on as they are; a copy may be changed without changing the images.
    return deepcopy(segmentation(images, block(grid or GRID, slices), LIVER, Result(name), grid=grid))


def without_references(made: Dataset) -> Dataset:
    for keyword in ("ReferencedSeriesSequence", "SourceImageSequence"):
        if keyword in made:
            delattr(made, keyword)
    for item in [*made.PerFrameFunctionalGroupsSequence, *made.SharedFunctionalGroupsSequence]:
        if "DerivationImageSequence" in item:
            del item.DerivationImageSequence
    return made


def test_an_object_without_any_reference_lies_on_the_series_of_its_frame_of_reference(tmp_path: Path):
    images = series("ct")
    made = without_references(seg(images))
    library = opened([*images, made], tmp_path)
    (entry,) = bound(library, made).lies_on
    assert (entry.stack_id, entry.by, entry.default) == (stack_of(library, images).id, "frame_of_reference", True)


def test_an_object_lies_on_every_series_of_its_frame_of_reference_and_is_meant_for_the_one_it_names(tmp_path: Path):
    other_grid = replace(GRID, shape=(4, 12, 20), spacing_mm=(4.0, 0.3, 0.2))
    first, second, third = series("t1"), series("t2", other_grid, number=2), series("dwi", replace(GRID, shape=(3, 5, 7)))
    made = seg(second, grid=GRID)
    library = opened([*first, *second, *third, made], tmp_path)
    binding = bound(library, made)
    assert {entry.by for entry in binding.lies_on} == {"frame_of_reference"}
    assert len(binding.lies_on) == 3
    assert binding.default_stack_id == stack_of(library, second).id


def test_without_a_name_it_is_meant_for_the_series_that_fits_best(tmp_path: Path):
    far = replace(GRID, origin_mm=(-30.0, -20.0, 300.0))
    wide = replace(GRID, shape=(30, 40, 60), origin_mm=(-60.0, -50.0, 60.0))
    first, second, third = series("far", far), series("fits", GRID, number=2), series("wide", wide, number=3)
    made = without_references(seg(second))
    library = opened([*first, *second, *third, made], tmp_path)
    assert bound(library, made).default_stack_id == stack_of(library, second).id


def test_a_series_for_processing_is_never_the_default_while_another_shares_the_frame_of_reference(tmp_path: Path):
    raw = series("raw", attributes=(("PresentationIntentType", "FOR PROCESSING"),))
    shown = series("shown", number=2)
    made = seg(raw)
    library = opened([*raw, *shown, made], tmp_path)
    binding = bound(library, made)
    assert binding.default_stack_id == stack_of(library, shown).id
    assert binding.on_stack(stack_of(library, raw).id) is not None


def test_when_nothing_it_names_is_opened_the_number_is_said(tmp_path: Path):
    images = series("absent")
    made = seg(images)
    binding = bound(opened([made], tmp_path), made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "source_not_loaded"
    assert f"{len(images)} images" in binding.not_shown_because.text
    assert f"{len(images)} of series {images[0].SeriesInstanceUID}" in binding.not_shown_because.text


def test_an_object_whose_source_is_absent_is_drawn_on_another_series_of_its_space_and_says_so(tmp_path: Path):
    absent, present = series("absent"), series("present", number=2)
    made = seg(absent)
    library = opened([*present, made], tmp_path)
    binding = bound(library, made)
    assert binding.default_stack_id == stack_of(library, present).id
    assert {"source_not_loaded", "drawn_on_another_series"} <= codes(binding)


def test_the_frame_of_reference_decides_against_a_contradicting_reference(tmp_path: Path):
    named = series("a", frame_of_reference=UID("1.2.3.1"))
    elsewhere = series("b", number=2, frame_of_reference=UID("1.2.3.2"))
    made = seg(named)
    made.FrameOfReferenceUID = "1.2.3.2"
    library = opened([*named, *elsewhere, made], tmp_path)
    binding = bound(library, made)
    assert [entry.stack_id for entry in binding.lies_on] == [stack_of(library, elsewhere).id]
    assert "frame_of_reference_conflict" in codes(binding)


def test_a_reference_alone_does_not_overcome_another_frame_of_reference(tmp_path: Path):
    named = series("a", frame_of_reference=UID("1.2.3.1"))
    made = seg(named)
    made.FrameOfReferenceUID = "1.2.3.2"
    binding = bound(opened([*named, made], tmp_path), made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "frame_of_reference_conflict"


def test_the_slices_that_a_partial_object_covers_are_said_in_words(tmp_path: Path):
    images = series("ct")
    made = seg(images, slices=slice(2, 5))
    library = opened([*images, made], tmp_path)
    (entry,) = bound(library, made).lies_on
    assert entry.frames == (1, 3), "display order is from the head down"
    assert "covers slices 2 to 4 of 6" in entry.because


def test_frames_beyond_the_series_are_counted(tmp_path: Path):
    images = series("ct")
    made = seg(images)
    library = opened([*images[2:], made], tmp_path)
    binding = bound(library, made)
    outside = [found for found in binding.issues if found.code == "outside_stack"]
    assert [found.parameters for found in outside] == [(("count", "2"),)]


def mammogram(rows: int = 9) -> tuple[list[Dataset], Dataset]:
    """One projection image and a segmentation of it, neither with a Frame of Reference."""
    grid = replace(GRID, shape=(1, rows, 14))
    images = series("mg", grid, modality="MG")
    made = seg(images, grid=replace(GRID, shape=(1, 9, 14)))
    for dataset in (*images, made):
        for keyword in ("FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient"):
            if keyword in dataset:
                delattr(dataset, keyword)
    for item in [*made.PerFrameFunctionalGroupsSequence, *made.SharedFunctionalGroupsSequence]:
        for keyword in ("PlanePositionSequence", "PlaneOrientationSequence"):
            if keyword in item:
                delattr(item, keyword)
    source = Dataset()
    source.ReferencedSOPClassUID = images[0].SOPClassUID
    source.ReferencedSOPInstanceUID = images[0].SOPInstanceUID
    derivation = Dataset()
    derivation.SourceImageSequence = [source]
    for item in made.PerFrameFunctionalGroupsSequence:
        item.DerivationImageSequence = [derivation]
    return images, made


def test_without_a_frame_of_reference_it_lies_on_the_image_its_frames_name(tmp_path: Path):
    images, made = mammogram()
    library = opened([*images, made], tmp_path)
    (entry,) = bound(library, made).lies_on
    assert (entry.by, entry.frames) == ("referenced_images", (0, 0))


def test_without_a_frame_of_reference_and_without_an_image_of_its_own_no_frame_is_laid_anywhere(tmp_path: Path):
    """The object names the image as a whole; which of its frames were made on it nothing says."""
    images, made = mammogram()
    for item in made.PerFrameFunctionalGroupsSequence:
        del item.DerivationImageSequence
    library = opened([*images, made], tmp_path)
    assert overlay_of(library, made).references
    binding = bound(library, made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "frames_name_no_image"


def test_another_matrix_than_that_of_the_named_image_is_refused_with_both_sizes(tmp_path: Path):
    images, made = mammogram(rows=8)
    binding = bound(opened([*images, made], tmp_path), made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.text.startswith("It has 9 x 14 pixels, the image it refers to 8 x 14")


@pytest.mark.parametrize("stated", ["NO", "REORIENTED_ONLY"])
def test_pixels_that_do_not_correspond_are_not_laid_on_each_other(tmp_path: Path, stated: str):
    images, made = mammogram()
    for item in made.PerFrameFunctionalGroupsSequence:
        item.DerivationImageSequence[0].SourceImageSequence[0].SpatialLocationsPreserved = stated
    binding = bound(opened([*images, made], tmp_path), made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "spatial_locations_not_preserved"


def test_an_object_with_neither_place_nor_references_says_so(tmp_path: Path):
    images, made = mammogram()
    binding = bound(opened([*images, without_references(made)], tmp_path), made)
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "no_place_stated"


def test_another_patient_id_is_drawn_with_a_warning(tmp_path: Path):
    images = series("ct")
    made = seg(images)
    made.PatientID = "SOMEBODY-ELSE"
    binding = bound(opened([*images, made], tmp_path), made)
    assert len(binding.lies_on) == 1
    assert "patient_differs" in codes(binding)


def test_an_object_that_lies_on_a_second_patient_as_well_says_so_and_is_meant_for_its_own(tmp_path: Path):
    space = UID("1.2.3.7")
    mine = series("mine", frame_of_reference=space)
    theirs = series("theirs", frame_of_reference=space, study=Study(name="theirs", patient_id="SAMPLE-2"))
    made = seg(mine)
    library = opened([*mine, *theirs, made], tmp_path)
    binding = bound(library, made)
    assert binding.default_stack_id == stack_of(library, mine).id
    (other,) = [entry for entry in binding.lies_on if not entry.default]
    assert "Patient ID differs" in other.because
    assert "patient_differs" in codes(binding)


def test_the_space_of_an_atlas_joins_nothing_that_is_not_named(tmp_path: Path):
    talairach = UID("1.2.840.10008.1.4.1.1")
    images = series("mine", frame_of_reference=talairach)
    other = series("other", frame_of_reference=talairach, study=Study(name="other", patient_id="SAMPLE-2"))
    made = seg(other)
    binding = bound(opened([*images, made], tmp_path), made)
    assert binding.lies_on == ()
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "atlas_frame_of_reference"
    assert len(bound(opened([*other], tmp_path), made).lies_on) >= 1


def test_a_registration_that_would_link_two_spaces_is_named_as_the_reason(tmp_path: Path):
    images = series("ct", frame_of_reference=UID("1.2.3.1"))
    away = series("mr", frame_of_reference=UID("1.2.3.2"), number=2)
    made = seg(away)
    registration = registration_of(images[0], away[0])
    library = opened([*images, made, registration], tmp_path)
    binding = bind(overlay_of(library, made), library, [overlay_of(library, registration)])
    assert binding.not_shown_because is not None
    assert binding.not_shown_because.code == "registration_not_applied"


def registration_of(fixed: Dataset, moving: Dataset) -> Dataset:
    from tests.synthetic.identity import as_file

    made = Dataset()
    Study().fill(made)
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.1"
    made.SOPInstanceUID = uid("registration")
    made.SeriesInstanceUID = uid("registration series")
    made.Modality = "REG"
    made.FrameOfReferenceUID = fixed.FrameOfReferenceUID
    item = Dataset()
    item.FrameOfReferenceUID = moving.FrameOfReferenceUID
    made.RegistrationSequence = [item]
    return as_file(made)


def contours(images: list[Dataset], *, heights: tuple[float, ...], named: bool = True) -> Dataset:
    square = np.array([[-29.0, -19.0], [-27.5, -19.0], [-27.5, -17.0], [-29.0, -17.0]])
    outlines = tuple(Outline(np.column_stack([square, np.full(4, z)]), image=images[0] if named else None) for z in heights)
    return structure_set(images, [Region("Organ", outlines)], StructureSetResult("rt"))


def test_contours_that_name_no_image_lie_where_their_coordinates_say(tmp_path: Path):
    images = series("ct")
    made = contours(images, heights=(102.5, 105.0), named=False)
    library = opened([*images, made], tmp_path)
    binding = bound(library, made)
    (entry,) = binding.lies_on
    assert entry.frames == (3, 4)
    assert codes(binding) == set()


def test_a_contour_that_names_another_slice_is_drawn_by_its_position_with_a_warning(tmp_path: Path):
    images = series("ct")
    made = contours(images, heights=(105.0,))
    library = opened([*images, made], tmp_path)
    binding = bound(library, made)
    assert binding.lies_on[0].frames == (3, 3)
    assert "contour_reference_differs" in codes(binding)


def test_coverage_says_slice_by_slice_where_each_part_lies(tmp_path: Path):
    images = series("ct")
    pixels = np.stack([block(GRID, slice(0, 2)), block(GRID, slice(1, 4))], axis=-1)
    made = segmentation(images, pixels, [Part("Low"), Part("High")], Result("two"))
    library = opened([*images, made], tmp_path)
    found = coverage(overlay_of(library, made), stack_of(library, images))
    assert {part: np.flatnonzero(frames).tolist() for part, frames in found.items()} == {1: [4, 5], 2: [2, 3, 4]}


def test_a_coarse_object_covers_every_thin_slice_within_half_its_own_gap(tmp_path: Path):
    thin = replace(GRID, shape=(12, 9, 14), spacing_mm=(1.0, 0.5, 0.25))
    coarse = replace(GRID, shape=(2, 9, 14), spacing_mm=(5.0, 0.5, 0.25), origin_mm=(-30.0, -20.0, 102.0))
    images = series("ct", thin)
    made = seg(images, grid=coarse)
    library = opened([*images, made], tmp_path)
    found = coverage(overlay_of(library, made), stack_of(library, images))
    assert (11 - np.flatnonzero(found[1])).tolist() == list(range(9, -1, -1))
