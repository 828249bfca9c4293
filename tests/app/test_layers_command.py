"""``overread layers``: every object is listed once, with a place or a reason.

Acceptance checks 16 and 17.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from viewer.app.commands.opening import open_library
from viewer.app.main import main
from viewer.loading.scanning import derived_instances

KINDS = {
    *("segmentation", "structure_set", "presentation_state", "report", "parametric_map", "key_objects", "dose"),
    *("surface_segmentation", "registration", "real_world_value_map", "bulk_annotations", "plan", "color_palette"),
    *("waveform", "document", "other"),
}
EVIDENCE = {"frame_of_reference", "referenced_images", "registration"}
STATES = {"ok", "empty", "not_described", "background", "unreadable"}
FOLDERS = sorted(
    {
        "adc-mr-20", "charsets", "colour-and-palette", "ct-body-j2k-totalsegmentator", "dicomdir-tree",
        "enhanced-multiframe", "geometry-gantry-tilt", "gsps-ai-lunit-orphan", "gsps-overlays-clunie", "hostile",
        "mr-multiplane-brainix", "overlays-60xx", "petct-suv-rwv", "pmap-ct-small", "rt-bad-references",
        "rt-dose-dicompyler", "rt-ibsi-lung-keyhole", "rt-phantom-oncentra", "sc-ai-milvue", "seg-ct-liver-compressed",
        "seg-ct-liver-overlapping", "seg-ct-nonsquare-labelmap", "seg-ct-tiny-fractional",
        "seg-orphan-glioma-swapped-axes", "seg-sr-flair-wmh-ohif", "seg-sr-rwv-orphan-pet", "sr-tid1500-scoord3d",
        "sr-tid1500-shapes-dwv", "stl-ecg-waveform", "tiny", "transfer-syntaxes-ct", "wsi-small-jpeg", "wsi-tiny-seg-ann",
    }
)  # fmt: skip


def layers(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    status = main(["layers", *arguments, "--json"])
    objects: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["objects"]
    severities = {issue["severity"] for one in objects for issue in one["issues"]}
    assert status == (1 if "error" in severities else 0)
    return objects


@pytest.mark.real_data
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_derived_object_is_listed_once_with_a_place_or_a_reason(
    real_data: Path, capsys: pytest.CaptureFixture[str], folder: str
):
    objects = layers(capsys, str(real_data / folder))
    library = open_library([real_data / folder])
    listed = [one["sop_instance_uid"] for one in objects if one["subtype"] != "OVERLAY PLANES"]
    assert sorted(listed) == sorted(header.sop_instance_uid for header in derived_instances(library))
    frames_of = {stack.id: len(stack.frames) for stack in library.stacks}
    for one in objects:
        assert one["kind"] in KINDS
        assert bool(one["lies_on"]) == (one["not_shown_because"] is None)
        assert one["not_shown_because"] is None or one["not_shown_because"].endswith(".")
        assert [entry["default"] for entry in one["lies_on"]].count(True) == bool(one["lies_on"])
        for entry in one["lies_on"]:
            assert entry["by"] in EVIDENCE
            if entry["frames"] is not None:
                assert 1 <= entry["frames"][0] <= entry["frames"][1] <= frames_of[entry["stack"]]
        assert {part["state"] for part in one["parts"]} <= STATES
        assert len({part["number"] for part in one["parts"]}) == len(one["parts"])
        assert all(set(issue) == {"code", "severity", "text"} and issue["text"] for issue in one["issues"])


@pytest.mark.real_data
def test_all_folders_of_the_real_data_are_looked_at(real_data: Path):
    assert sorted(folder.name for folder in real_data.iterdir() if folder.is_dir()) == FOLDERS


@pytest.mark.real_data
def test_an_orphan_says_how_many_images_are_missing(real_data: Path, capsys: pytest.CaptureFixture[str]):
    (one,) = layers(capsys, str(real_data / "seg-orphan-glioma-swapped-axes"))
    assert one["not_shown_because"].startswith("It refers to 32 images that are not among the opened files")
    assert [part["state"] for part in one["parts"]] == ["ok"] * 3


@pytest.mark.real_data
def test_missing_slices_under_a_segmentation_are_said(real_data: Path, capsys: pytest.CaptureFixture[str]):
    objects = layers(capsys, str(real_data / "seg-sr-flair-wmh-ohif"))
    (segmentation,) = [one for one in objects if one["kind"] == "segmentation"]
    texts = {issue["code"]: issue["text"] for issue in segmentation["issues"]}
    assert texts["source_not_loaded"].startswith(
        "It refers to 12 images that are not among the opened files: 12 of series 1."
    )
    assert segmentation["lies_on"][0]["frames"] is not None
    assert [one["kind"] for one in objects].count("report") == 44
    (document,) = [one for one in objects if one["kind"] == "document"]
    assert document["not_shown_because"] == "It names no image that is open; it opens in the report panel."


@pytest.mark.real_data
def test_contours_in_another_frame_of_reference_than_the_images_they_name_are_refused(
    real_data: Path, capsys: pytest.CaptureFixture[str]
):
    objects = layers(capsys, str(real_data / "rt-bad-references"))
    refused = [one for one in objects if one["not_shown_because"]]
    assert [one["issues"][-1]["code"] for one in refused] == ["frame_of_reference_conflict"]
    drawn = [one for one in objects if one["lies_on"]]
    assert len(drawn) == 2
    assert all("contours_outside_stack" in {issue["code"] for issue in one["issues"]} for one in drawn)


@pytest.mark.real_data
def test_overlay_planes_of_images_are_parts_of_their_own(real_data: Path, capsys: pytest.CaptureFixture[str]):
    objects = layers(capsys, str(real_data / "overlays-60xx"))
    assert {one["subtype"] for one in objects} == {"OVERLAY PLANES"}
    assert all(one["parts"] and one["lies_on"] for one in objects)


@pytest.mark.real_data
def test_the_readable_table_names_objects_parts_places_and_reasons(real_data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["layers", str(real_data / "rt-ibsi-lung-keyhole")]) == 0
    table = capsys.readouterr().out
    assert "GTV-1" in table
    assert "it covers slices 17 to 39 of 56" in table
    assert "ml" in table


@pytest.mark.real_data
def test_a_rejected_segmentation_is_listed_as_rejected_and_off(real_data: Path, capsys: pytest.CaptureFixture[str]):
    objects = layers(capsys, str(real_data / "tiny"))
    rejected = [one for one in objects if "rejected_by_key_object" in {found["code"] for found in one["issues"]}]
    assert [(one["kind"], one["subtype"], one["visible"]) for one in rejected] == [("segmentation", "BINARY", False)]
    assert rejected[0]["lies_on"] and rejected[0]["parts"]


@pytest.mark.real_data
def test_every_report_of_a_research_study_is_on(real_data: Path, capsys: pytest.CaptureFixture[str]):
    objects = layers(capsys, str(real_data / "seg-sr-flair-wmh-ohif"))
    assert {one["visible"] for one in objects} == {True}
    assert [one["kind"] for one in objects].count("report") == 44
