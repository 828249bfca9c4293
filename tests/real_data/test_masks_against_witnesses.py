"""Masks of every real segmentation are those that highdicom and dcmqi decode, voxel for voxel, at the same place in mm."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from tests.dicom.header_of import header_of
from tests.synthetic.same_voxels import assert_same_voxels
from viewer.dicom.frames import FrameReader
from viewer.export.masks import Mask, segmentation_mask
from viewer.iods.segmentation import read
from viewer.representations.volume_grid import own_grid

pytestmark = pytest.mark.real_data

SEGMENTATIONS = (
    "seg-ct-liver-compressed/liver_1frame.dcm",
    "seg-ct-liver-compressed/liver_deflate.dcm",
    "seg-ct-liver-compressed/liver_expb.dcm",
    "seg-ct-liver-compressed/liver_j2k.dcm",
    "seg-ct-liver-compressed/liver_rle.dcm",
    "seg-ct-liver-overlapping/liver.dcm",
    "seg-ct-liver-overlapping/partial_overlaps.dcm",
    "seg-ct-nonsquare-labelmap/label.seg",
    "seg-ct-nonsquare-labelmap/sparse-labelmap-noppv.dcm",
    "seg-ct-tiny-fractional/seg_image_ct_binary.dcm",
    "seg-ct-tiny-fractional/seg_image_ct_binary_overlap.dcm",
    "seg-ct-tiny-fractional/seg_image_ct_true_fractional.dcm",
    "seg-orphan-glioma-swapped-axes/DicomSeg.dcm",
    "seg-sr-flair-wmh-ohif/E51FBB7B.dcm",
    "seg-sr-rwv-orphan-pet/seg.dcm",
    "tiny/frac.dcm",
    "tiny/labelmap.dcm",
    "tiny/labelmap_palette.dcm",
    "tiny/seg.dcm",
    "wsi-tiny-seg-ann/seg_image_sm_control.dcm",
    "wsi-tiny-seg-ann/seg_image_sm_control_labelmap.dcm",
)
TILED = tuple(name for name in SEGMENTATIONS if name.startswith("wsi"))
NOT_READ_BY_HIGHDICOM = {
    "seg-ct-liver-compressed/liver_deflate.dcm": "no decoder for Deflated Image Frame",
    "seg-ct-liver-compressed/liver_rle.dcm": "its RLE decoder has no 1-bit frames",
    "seg-ct-liver-compressed/liver_expb.dcm": "refuses big endian",
}
NOT_READ_BY_DCMQI = {
    "seg-ct-liver-compressed/liver_1frame.dcm": "demands Number of Frames",
    "seg-ct-liver-compressed/liver_deflate.dcm": "DCMTK does not know Deflated Image Frame",
    "seg-ct-liver-compressed/liver_rle.dcm": "reads no compressed segmentation",
    "seg-ct-liver-compressed/liver_j2k.dcm": "reads no compressed segmentation",
}


def mask_of(path: Path, part: int) -> Mask:
    header = header_of(path)
    overlay = read(header)
    assert overlay.content is not None
    return segmentation_mask(overlay, FrameReader.of(header).read_raw, own_grid(overlay.content), part=part)  # type: ignore[arg-type]


def parts_of(path: Path) -> list[int]:
    """The witnesses fill slices that a label map leaves out with 0; to us that is no word about a background."""
    return [part.number for part in read(header_of(path)).parts if part.state != "background"]


@pytest.mark.parametrize("name", [name for name in SEGMENTATIONS if name not in NOT_READ_BY_HIGHDICOM and name not in TILED])
def test_every_part_is_what_highdicom_decodes(real_data: Path, name: str) -> None:
    from highdicom.seg import segread

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        witness = segread(real_data / name)
        for number in parts_of(real_data / name):
            volume = witness.get_volume(combine_segments=False, segment_numbers=[number], allow_missing_positions=True)
            ours = mask_of(real_data / name, number)
            assert_same_voxels(ours.voxels, ours.affine, volume.array[..., 0].astype(ours.voxels.dtype), volume.affine)


@pytest.mark.parametrize("name", [name for name in SEGMENTATIONS if name not in NOT_READ_BY_DCMQI and name not in TILED])
def test_every_part_is_what_dcmqi_decodes(real_data: Path, name: str, tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / "segimage2itkimage"
    command = [tool, "--inputDICOM", real_data / name, "--outputDirectory", tmp_path, "-t", "nrrd"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    attributes = json.loads((tmp_path / "meta.json").read_text())["segmentAttributes"]
    written = {item["labelID"]: tmp_path / f"{place}.nrrd" for place, items in enumerate(attributes, 1) for item in items}
    assert set(written) >= set(parts_of(real_data / name))
    for number in parts_of(real_data / name):
        image = SimpleITK.ReadImage(str(written[number]))
        theirs = SimpleITK.GetArrayFromImage(image)
        ours = mask_of(real_data / name, number)
        if ours.voxels.dtype == np.float32:
            # dcmqi hands over stored values.
            theirs = theirs.astype(np.float32) / np.float32(255)
        else:
            in_one_file = len(set(written.values())) < len(written)
            theirs = (theirs == number if in_one_file else theirs != 0).astype(ours.voxels.dtype)
        assert_same_voxels(ours.voxels, ours.affine, theirs, affine_of(image))


@pytest.mark.parametrize("name", ["liver_rle.dcm", "liver_deflate.dcm", "liver_expb.dcm", "liver_j2k.dcm"])
def test_a_compressed_or_swapped_twin_has_the_voxels_of_the_plain_one(real_data: Path, name: str) -> None:
    plain = mask_of(real_data / "seg-ct-liver-overlapping" / "liver.dcm", 1)
    twin = mask_of(real_data / "seg-ct-liver-compressed" / name, 1)
    assert np.array_equal(plain.voxels, twin.voxels)
    assert np.array_equal(plain.affine, twin.affine)


@pytest.mark.parametrize("name", TILED)
def test_tiles_lie_where_the_image_frames_they_were_made_on_lie(real_data: Path, name: str) -> None:
    """The first of these files swaps row and column of its tiles in the pixel matrix, but states their true positions."""
    from highdicom.seg import segread

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        witness = segread(real_data / name)
        source = witness.get_source_image_uids()[0][2]
        for number in parts_of(real_data / name):
            tiles = witness.get_pixels_by_source_frame(
                source,
                list(range(1, 26)),
                segment_numbers=[number],
                ignore_spatial_locations=True,
                assert_missing_frames_are_empty=True,
            )[..., 0]
            theirs = tiles.reshape(5, 5, 10, 10).swapaxes(1, 2).reshape(50, 50)
            ours = mask_of(real_data / name, number).voxels[0]
            assert ours.sum() == theirs.sum()
            rows, columns = np.nonzero(theirs)
            if len(rows):
                our_rows, our_columns = np.nonzero(ours)
                # Our grid begins at the first tile that is there.
                assert np.unique(rows - our_rows).size == 1
                assert np.unique(columns - our_columns).size == 1


def affine_of(image: SimpleITK.Image) -> np.ndarray:
    """Return the 4x4 matrix from (k, j, i, 1) to patient LPS mm."""
    affine = np.eye(4)
    direction = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, :3] = direction[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine
