"""``overread mask`` writes what was asked for, or says in a sentence why not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom.uid import UID

from tests.dicom.header_of import header_of
from tests.real_data.test_masks_against_witnesses import affine_of
from tests.synthetic.identity import save
from tests.synthetic.image import Series, image_series
from tests.synthetic.lopsided_parts import GRID, fractional, labelmap, labels_of_two, made, overlapping_masks
from tests.synthetic.registration import registration
from tests.synthetic.same_voxels import assert_same_voxels
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.main import main


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, str]:
    """A CT of five slices with a segmentation whose parts overlap; the folder and the UID of the segmentation."""
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    dataset = made(overlapping_masks())
    save([*images, dataset], tmp_path / "study")
    return tmp_path / "study", str(dataset.SOPInstanceUID)


def mask(*arguments: str | Path) -> int:
    return main(["mask", *map(str, arguments)])


def test_a_part_is_written_and_described(
    study: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, uid = study
    out = tmp_path / "part.nii.gz"
    assert mask(folder, "--object", uid, "--part", "2", "--out", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"] == [{"value": 1, "number": 2, "label": "Part 2"}]
    image = SimpleITK.ReadImage(str(out))
    assert_same_voxels(overlapping_masks()[..., 1], GRID.affine, SimpleITK.GetArrayFromImage(image), affine_of(image))


def test_all_parts_of_an_overlapping_object_come_apart(study: tuple[Path, str], tmp_path: Path) -> None:
    folder, uid = study
    assert mask(folder, "--object", uid, "--out", tmp_path / "all.npz") == 0
    with np.load(tmp_path / "all.npz") as found:
        assert found["mask"].shape == (2, 3, 7, 11)


def test_on_a_stack_the_grid_is_that_of_the_stack_in_display_order(study: tuple[Path, str], tmp_path: Path) -> None:
    folder, uid = study
    stack = f"{Series().instance_uid}#1"
    assert mask(folder, "--object", uid, "--part", "1", "--on", stack, "--out", tmp_path / "on.npz") == 0
    with np.load(tmp_path / "on.npz") as found:
        assert found["mask"].shape == GRID.shape
        assert found["affine"][2, 0] == pytest.approx(-2.5)
        assert_same_voxels(found["mask"], found["affine"], overlapping_masks()[..., 0], GRID.affine)


def test_a_threshold_makes_a_mask_of_fractions(tmp_path: Path) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[2, 3, 2:6, 0] = [0.25, 0.5, 0.75, 1.0]
    dataset = fractional(pixels, max_fractional_value=200)
    save([dataset], tmp_path / "study")
    assert (
        mask(tmp_path / "study", "--object", dataset.SOPInstanceUID, "--threshold", "0.5", "--out", tmp_path / "f.npz") == 0
    )
    with np.load(tmp_path / "f.npz") as found:
        assert found["mask"].dtype == np.uint8
        assert found["mask"].sum() == 3


def test_an_undescribed_value_of_a_label_map_is_a_part(tmp_path: Path) -> None:
    dataset = labelmap(labels_of_two())
    pixels = np.frombuffer(dataset.PixelData, np.uint8).copy()
    pixels[pixels == 2] = 9
    dataset.PixelData = pixels.tobytes()
    save([dataset], tmp_path / "study")
    arguments = ("--object", dataset.SOPInstanceUID, "--part", "9", "--out", tmp_path / "nine.npz")
    assert mask(tmp_path / "study", *arguments) == 0
    with np.load(tmp_path / "nine.npz") as found:
        assert found["mask"].sum() == (labels_of_two() == 2).sum()


def test_contours_that_a_registration_places_are_voxels_of_the_images_it_leads_to(tmp_path: Path) -> None:
    """Drawn on the MR at x - 2 mm: on the CT they are where the same contours drawn there would be."""
    grid = replace(GRID, origin_mm=(0.0, 0.0, 0.0))
    empty = np.zeros(grid.shape, np.int16)
    fixed = image_series(empty, grid, Series(name="ct", frame_of_reference=UID("1.2.3.1")))
    moving = image_series(empty, grid, Series(name="mr", number=2, frame_of_reference=UID("1.2.3.2")))
    by = np.eye(4)
    by[0, 3] = 2.0
    z = float(fixed[1].ImagePositionPatient[2])
    row, column = (float(value) for value in fixed[0].PixelSpacing)
    on_fixed = np.array([[1.6 * column, 0.6 * row, z], [5.4 * column, 0.6 * row, z], [5.4 * column, 3.4 * row, z]])
    written = []
    for name, images, points in (("on", fixed, on_fixed), ("moved", moving, on_fixed - [2.0, 0.0, 0.0])):
        made = structure_set(images, [Region("Organ", (Outline(points),))], StructureSetResult(name))
        folder = tmp_path / name
        save([*fixed, made, registration(fixed[0], moving[0], [("RIGID", by)])], folder)
        assert mask(folder, "--object", made.SOPInstanceUID, "--out", tmp_path / f"{name}.npz") == 0
        with np.load(tmp_path / f"{name}.npz") as found:
            written.append((found["mask"], found["affine"]))
    assert written[0][0].sum() > 0
    assert np.array_equal(written[0][0], written[1][0])
    assert np.allclose(written[0][1], written[1][1])


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--object", "1.2.3"), "1.2.3"),
        (("--object", "{uid}", "--part", "7"), "no part 7"),
        (("--object", "{uid}", "--on", "nowhere#1"), "no stack nowhere#1"),
        (("--object", "{image}"), "no segmentation, structure set, surface, dose or map"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    study: tuple[Path, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    word: str,
) -> None:
    folder, uid = study
    image = next(header_of(path) for path in folder.iterdir() if header_of(path).modality == "CT")
    filled = [one.format(uid=uid, image=image.sop_instance_uid) for one in arguments]
    assert mask(folder, *filled, "--out", tmp_path / "out.npz") == 1
    said = capsys.readouterr()
    assert word in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "out.npz").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--object", "1", "--out", "mask.png"),
        ("--object", "1"),
        ("--object", "1", "--out", "no/such/folder/mask.npz"),
        ("--object", "1", "--out", "mask.npz", "--threshold", "0"),
        ("--object", "1", "--out", "mask.npz", "--part", "liver"),
    ],
)
def test_wrong_usage_is_status_2(study: tuple[Path, str], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        mask(study[0], *arguments)
    assert stopped.value.code == 2


def test_a_truncated_segmentation_is_status_1_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = labelmap(labels_of_two())
    (path,) = save([dataset], tmp_path / "study")
    path.write_bytes(path.read_bytes()[:-100])
    assert mask(tmp_path / "study", "--object", dataset.SOPInstanceUID, "--out", tmp_path / "out.npz") == 1
    assert "Pixel data is cut off" in capsys.readouterr().err


def test_no_qt_is_imported(study: tuple[Path, str], tmp_path: Path) -> None:
    folder, uid = study
    program = (
        "import sys; from viewer.app.main import main; status = main(sys.argv[1:]); "
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))]; sys.exit(status)"
    )
    command = [sys.executable, "-c", program, "mask", folder, "--object", uid, "--out", tmp_path / "surface.stl"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


@pytest.mark.real_data
def test_a_compressed_segmentation_is_decoded_as_its_plain_twin(real_data: Path, tmp_path: Path) -> None:
    written = []
    for name in ("seg-ct-liver-overlapping/liver.dcm", "seg-ct-liver-compressed/liver_j2k.dcm"):
        uid = header_of(real_data / name).sop_instance_uid
        out = tmp_path / f"{len(written)}.npz"
        assert mask(real_data / name, "--object", uid, "--out", out) == 0
        with np.load(out) as found:
            written.append((found["mask"], found["affine"]))
    assert np.array_equal(written[0][0], written[1][0])
    assert np.array_equal(written[0][1], written[1][1])
