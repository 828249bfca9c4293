"""What the program says of its own sample study is what independent readers say of it."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest

from tests.app.rendered import grey_of, render
from tests.app.test_states_against_dcmtk import portable_grey
from viewer.app.main import main

RESULTS = Path(__file__).parents[2] / "sample_data" / "study" / "results"


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    """The overlays of ``overread layers --sample --json`` by SOP Instance UID."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["layers", "--sample", "--json"]) == 0
    said = json.loads(out.getvalue())
    return {item["sop_instance_uid"]: item for item in said["objects"]}


ELSEWHERE = {
    "slide_annotations.dcm": "slide",
    "slide_colours.dcm": "slide",
    "diffusion_colours.dcm": "diffusion",
    "diffusion_values.dcm": "diffusion",
    "ecg.dcm": None,
    "planning_registration.dcm": None,
}
"""Where results lie first that do not lie on the CT; an ECG and a registration lie on nothing, and say why."""


def _series_of(folder: str) -> str:
    dataset = pydicom.dcmread(RESULTS.parent / folder / f"{folder}000.dcm", stop_before_pixels=True)
    return str(dataset.SeriesInstanceUID)


def test_every_result_lies_on_the_ct_first_but_those_of_other_images(objects: dict[str, Any]) -> None:
    paths = list(RESULTS.iterdir())
    assert len(objects) == len(paths) == 23
    for path in paths:
        item = objects[pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID]
        folder = ELSEWHERE.get(path.name, "ct")
        first = {place["stack"].partition("#")[0] for place in item["lies_on"] if place["default"]}
        assert first == (set() if folder is None else {_series_of(folder)}), path.name
        assert (item["not_shown_because"] is None) == (folder is not None), path.name


def test_one_of_each_kind_is_there(objects: dict[str, Any]) -> None:
    kinds = {(item["kind"], item["subtype"]) for item in objects.values()}
    assert {kind for kind, _ in kinds} == {
        *("segmentation", "structure_set", "dose", "parametric_map", "surface_segmentation", "bulk_annotations"),
        *("registration", "real_world_value_map", "presentation_state", "report", "key_objects", "document", "waveform"),
    }
    states = {subtype for kind, subtype in kinds if kind == "presentation_state"}
    assert states == {"GRAYSCALE", "COLOR", "PSEUDO-COLOR", "BLENDING", "ADVANCED BLENDING"}
    assert {subtype for kind, subtype in kinds if kind == "segmentation"} == {"BINARY", "FRACTIONAL", "LABELMAP"}
    assert {subtype for kind, subtype in kinds if kind == "document"} == {"application/pdf", "model/stl", "text/xml"}


def test_what_lies_on_the_planning_ct_is_placed_through_the_registration(objects: dict[str, Any]) -> None:
    organs = objects[pydicom.dcmread(RESULTS / "organs_a.dcm", stop_before_pixels=True).SOPInstanceUID]
    by = {place["stack"].partition("#")[0]: place["by"] for place in organs["lies_on"]}
    assert by[_series_of("planning")] == "registration"
    assert by[_series_of("diffusion")] == "frame_of_reference"


def test_the_candidate_of_the_lung_marks_is_off_at_first_and_its_report_found_something(objects: dict[str, Any]) -> None:
    marks = objects[pydicom.dcmread(RESULTS / "lung_marks_c.dcm").SOPInstanceUID]
    assert marks["outcome"] == "findings"
    assert [one["code"] for one in marks["issues"]] == ["off_at_first", "unverified"]


def test_the_annotations_are_those_that_highdicom_reads(objects: dict[str, Any]) -> None:
    read = hd.ann.annread(RESULTS / "slide_annotations.dcm")
    groups = read.get_annotation_groups()
    assert [(group.label, group.number_of_annotations) for group in groups] == [("Nuclei", 104), ("Glands", 4)]
    parts = objects[read.SOPInstanceUID]["parts"]
    assert [part["label"] for part in parts] == ["Nuclei", "Glands"]
    # What a polygon with these points encloses, in square micrometres.
    values = groups[1].get_measurements()[1][:, 0]
    for polygon, area in zip(groups[1].get_graphic_data("2D"), values, strict=True):
        x, y = np.asarray(polygon, float).T
        assert abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 * 0.25 == pytest.approx(area, rel=1e-3)


def test_the_surface_of_the_lesion_encloses_as_much_as_its_segment(objects: dict[str, Any]) -> None:
    (surface,) = [item for item in objects.values() if item["subtype"] == "model/stl"]
    segments = objects[pydicom.dcmread(RESULTS / "organs_a.dcm").SOPInstanceUID]["parts"]
    (lesion,) = [part for part in segments if part["label"] == "Liver lesion"]
    assert surface["parts"][0]["volume_ml"] == pytest.approx(lesion["volume_ml"], rel=0.02)


@pytest.mark.parametrize("name", ["organs_a.dcm", "organs_a_labelmap.dcm", "organs_b.dcm"])
def test_volumes_are_those_of_highdicom(objects: dict[str, Any], name: str) -> None:
    segmentation = hd.seg.segread(RESULTS / name)
    volume = segmentation.get_volume(allow_missing_positions=True)
    voxel_ml = float(np.prod(volume.spacing)) / 1000
    counts = np.asarray(volume.array).reshape(-1, volume.array.shape[-1]).sum(axis=0, dtype=int)
    parts = {part["number"]: part for part in objects[segmentation.SOPInstanceUID]["parts"]}
    described = [number for number in segmentation.segment_numbers if number > 0]
    assert sorted(parts) == described
    for number, count in zip(segmentation.segment_numbers, counts, strict=True):
        assert parts[number]["voxels"] == count
        assert parts[number]["volume_ml"] == pytest.approx(count * voxel_ml)
        assert parts[number]["state"] == ("ok" if count else "empty")


def test_parts_keep_the_colours_and_tracking_identities_of_the_file(objects: dict[str, Any]) -> None:
    segmentation = hd.seg.segread(RESULTS / "organs_a.dcm")
    parts = {part["number"]: part for part in objects[segmentation.SOPInstanceUID]["parts"]}
    for number in segmentation.segment_numbers:
        described = segmentation.get_segment_description(number)
        assert parts[number]["tracking_uid"] == described.tracking_uid
        assert parts[number]["label"] == described.segment_label
    assert parts[1]["color"] == [183, 108, 78]
    assert [parts[3]["laterality"], parts[4]["laterality"]] == ["Right", "Left"]


@pytest.mark.parametrize("place", [23, 24, 40])
def test_the_marks_show_their_slices_as_dcmtk_does(place: int, tmp_path: Path) -> None:
    """dcmp2pgm draws neither graphics nor text: the greys are compared."""
    image, state = RESULTS.parent / "ct" / f"ct{place:03d}.dcm", RESULTS / "marks_a.dcm"
    plain, theirs, ours = tmp_path / "plain.dcm", tmp_path / "theirs.pgm", tmp_path / "ours.png"
    subprocess.run(["dcmdjpls", image, plain], check=True)
    subprocess.run(["dcmp2pgm", "-q", "-p", state, plain, theirs], check=True, capture_output=True)
    uids = [pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID for path in (image, state)]
    assert render(RESULTS.parent, ours, "--instance", uids[0], "--state", uids[1], "--grey") == 0
    assert np.abs(grey_of(ours).astype(int) - portable_grey(theirs)).max() <= 1
