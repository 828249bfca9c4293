"""Segments and ROIs as voxels, and their files: NIfTI (RAS+), NRRD (LPS), NumPy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.domain.issues import issue
from viewer.domain.overlay import FrameNotRead, Overlay, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.export.whole_files import written_whole
from viewer.geometry.plane import FloatArray
from viewer.representations.labelmap import fractions_on_grid, labels_on_grid
from viewer.representations.mesh_voxels import mesh_voxels
from viewer.representations.part_codes import (
    Fractions,
    Labels,
    PartCodes,
    bits_are_readable,
    empty_labels,
    labels_of_mask,
    merge_labels,
    part_codes,
)
from viewer.representations.rasterise import rasterise_roi
from viewer.representations.slice_source import SliceSource
from viewer.representations.volume_grid import LARGEST_VOXELS, NoGrid, VolumeGrid

Voxels = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]

_SLICES_REMEMBERED_BYTES = 256 << 20
_EDGE = 1e-6
"""Slack of a threshold: 0.5 of 200 is stored as 100, and must count."""


@dataclass(frozen=True)
class MaskLabel:
    """What a value of a mask stands for."""

    value: int
    number: int
    label: str


@dataclass(frozen=True, eq=False)
class Mask:
    """Voxels of one or several parts.

    Parameters
    ----------
    voxels
        (slices, rows, columns) with the values of ``labels``, or fractions of one part; (part, slices, rows, columns) with
        0 and 1, or fractions, in the order of ``labels``, when parts overlap.
    affine
        4x4 from (k, j, i, 1) to patient LPS mm.
    labels
        In part order.
    notes
        Sentences about what was done to the data.
    """

    voxels: Voxels
    affine: FloatArray
    labels: tuple[MaskLabel, ...]
    notes: tuple[str, ...] = ()

    @property
    def overlapping(self) -> bool:
        """Whether the first axis is that of the parts."""
        return self.voxels.ndim == 4

    def parts_by_slice(self) -> Iterator[tuple[int, int, NDArray[np.bool_]]]:
        """Yield, for every part that touches a slice, the slice's k, the part's number and (rows, columns) where it lies.

        For values of ``labels`` only: a fraction is no part before a threshold has made it one.
        """
        number_of = {label.value: label.number for label in self.labels}
        volumes = self.voxels if self.overlapping else self.voxels[None]
        for place, volume in enumerate(volumes):
            for k, picture in enumerate(volume):
                # Counting the values of a slice takes less time than looking for each part that might be there.
                for value in np.flatnonzero(np.bincount(picture.reshape(-1).astype(np.intp))).tolist():
                    if value:
                        yield k, number_of[place + 1 if self.overlapping else value], picture == value


def chosen_parts(overlay: Overlay, part: int | None) -> tuple[int, ...]:
    """Return the numbers of the parts that go into a mask: the one named, else all but a background.

    Raises KeyError when the overlay has no such part.
    """
    if part is not None:
        return (overlay.part(part).number,)
    return tuple(one.number for one in overlay.parts if one.state != "background")


def segmentation_mask(
    overlay: Overlay, read_frame: ReadFrame, grid: VolumeGrid, *, part: int | None = None, threshold: float | None = None
) -> Mask:
    """Return a segmentation on a grid.

    Parameters
    ----------
    overlay
        Whose content is a Segmentation.
    read_frame
        Of the overlay's instance.
    grid
        Its own grid (voxels as stored) or that of a stack (nearest voxels, fractions linear).
    part
        Part number; None for all parts but a background.
    threshold
        Makes 0 and 1 of the fractions of a FRACTIONAL segmentation, which otherwise stay fractions.

    Raises
    ------
    KeyError
        When the overlay has no such part.
    NoGrid
        When the mask would be too large.
    FrameNotRead
        When its pixels cannot be read.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise TypeError("The overlay has no segmentation")
    if not bits_are_readable(content):
        reason = f"{content.bits_allocated} bits a pixel have no meaning in a {content.type} segmentation"
        raise FrameNotRead(issue("damaged", "error", reason=reason))
    numbers = chosen_parts(overlay, part)
    codes = part_codes(overlay, numbers)
    slice_bytes = content.rows * content.columns * 4
    source = SliceSource(content, read_frame, codes, remembered=max(1, _SLICES_REMEMBERED_BYTES // max(slice_bytes, 1)))
    if content.type == "FRACTIONAL" and threshold is None:
        voxels = _fraction_voxels(source, grid)
        return Mask(voxels, grid.affine, _labels_of(overlay, numbers), grid.notes)
    layers = _Layers(grid.shape, codes)
    for k, plane in enumerate(grid.planes):
        if content.type == "FRACTIONAL" and threshold is not None:
            layers.put(k, _from_threshold(fractions_on_grid(source, plane), threshold, codes))
        else:
            layers.put(k, labels_on_grid(source, plane))
    return Mask(layers.voxels(), grid.affine, _labels_of(overlay, numbers), grid.notes)


def structure_set_mask(overlay: Overlay, grid: VolumeGrid, *, part: int | None = None) -> Mask:
    """Return the ROIs of a structure set on a grid; a voxel belongs to an ROI when its centre lies inside.

    ROIs of another Frame of Reference than the grid's have no voxels there.

    Raises KeyError when there is no such ROI, NoGrid when the mask would be too large.
    """
    content = overlay.content
    if not isinstance(content, StructureSet):
        raise TypeError("The overlay has no contours")
    numbers = chosen_parts(overlay, part)
    codes = part_codes(overlay, numbers)
    layers = _Layers(grid.shape, codes)
    for roi in content.rois:
        if roi.number not in codes.code_of or not roi.lies_in(grid.planes[0].frame_of_reference_uid):
            continue
        inside = rasterise_roi(roi, grid.planes)
        for k in np.flatnonzero(inside.any(axis=(1, 2))).tolist():
            layers.put(k, (labels_of_mask(inside[k], codes.code_of[roi.number], codes),))
    return Mask(layers.voxels(), grid.affine, _labels_of(overlay, numbers), grid.notes)


def surface_mask(overlay: Overlay, grid: VolumeGrid, *, part: int | None = None) -> Mask:
    """Return the surfaces of an overlay on a grid; a voxel belongs to a part when its centre lies inside its surface.

    Raises KeyError when there is no such part, NoGrid when the mask would be too large.
    """
    numbers = chosen_parts(overlay, part)
    codes = part_codes(overlay, numbers)
    layers = _Layers(grid.shape, codes)
    for number in numbers:
        if number not in overlay.meshes:
            continue
        inside = mesh_voxels(overlay.meshes[number], grid.planes)
        for k in np.flatnonzero(inside.any(axis=(1, 2))).tolist():
            layers.put(k, (labels_of_mask(inside[k], codes.code_of[number], codes),))
    return Mask(layers.voxels(), grid.affine, _labels_of(overlay, numbers), grid.notes)


class _Layers:
    """A label volume that fills as slices come; what overlaps it is kept beside it, slice by slice."""

    def __init__(self, shape: tuple[int, int, int], codes: PartCodes) -> None:
        refuse_too_large(shape, 1)
        self._codes = codes
        self._volume: Labels = empty_labels(shape, codes)
        self._filled = bytearray(shape[0])
        self._over: dict[int, list[Labels]] = {}

    def put(self, k: int, layers: Sequence[Labels]) -> None:
        """Add label pictures to slice ``k``; they are not changed."""
        if layers and not self._filled[k]:
            # Copied where it belongs, once: most slices have one picture, and nothing comes after it.
            self._volume[k], layers = layers[0], layers[1:]
            self._filled[k] = True
        if not layers:
            return
        there = [self._volume[k], *self._over.get(k, ())]
        for layer in layers:
            merge_labels(there, layer.copy())
        if len(there) > 1:
            self._over[k] = there[1:]

    def voxels(self) -> Labels:
        """Return (slices, rows, columns) of codes, or (parts, slices, rows, columns) of 0 and 1 where parts overlap."""
        if not self._over:
            return self._volume
        parts, shape = len(self._codes.numbers), (*self._volume.shape,)
        refuse_too_large((shape[0], shape[1], shape[2]), parts)
        masks = np.zeros((parts, *shape), np.uint8)
        for k in range(shape[0]):
            for layer in (self._volume[k], *self._over.get(k, ())):
                for code in np.flatnonzero(np.bincount(layer.reshape(-1))).tolist():
                    if code:
                        masks[code - 1, k] |= layer == code
        return masks


def _fraction_voxels(source: SliceSource, grid: VolumeGrid) -> NDArray[np.float32]:
    numbers = source.codes.numbers
    refuse_too_large(grid.shape, len(numbers))
    volumes = np.zeros((len(numbers), *grid.shape), np.float32)
    for k, plane in enumerate(grid.planes):
        for number, fractions in fractions_on_grid(source, plane).items():
            volumes[source.codes.code_of[number] - 1, k] = fractions
    return volumes[0] if len(numbers) == 1 else volumes


def _from_threshold(fractions: dict[int, Fractions], threshold: float, codes: PartCodes) -> tuple[Labels, ...]:
    layers: list[Labels] = []
    for number in sorted(fractions, key=lambda each: codes.code_of[each]):
        mask = fractions[number] >= threshold - _EDGE
        merge_labels(layers, labels_of_mask(mask, codes.code_of[number], codes))
    return tuple(layers)


def _labels_of(overlay: Overlay, numbers: Sequence[int]) -> tuple[MaskLabel, ...]:
    return tuple(MaskLabel(value, number, overlay.part(number).label) for value, number in enumerate(numbers, start=1))


def refuse_too_large(shape: tuple[int, int, int], parts: int) -> None:
    """Raise NoGrid where so many parts on a grid (slices, rows, columns) are more voxels than can be held."""
    if int(np.prod(shape, dtype=np.int64)) * parts > LARGEST_VOXELS:
        raise NoGrid(f"{parts} parts on a grid of {shape[0]} x {shape[1]} x {shape[2]} are too many voxels.", "part")


# --- files ----------------------------------------------------------------------------------------------------------


def write_mask(mask: Mask, path: Path) -> None:
    """Write a mask in the format that the ending of the path names: .npz, .nrrd, .nii.gz or .nii.

    Raises ValueError for another ending, OSError when the file cannot be written.
    """
    writer = next((write for ending, write in _WRITERS if path.name.lower().endswith(ending)), None)
    if writer is None:
        raise ValueError(f"{path.name} ends in none of {', '.join(ending for ending, _ in _WRITERS)}")
    with written_whole(path) as temporary:
        writer(mask, temporary)


def _write_npz(mask: Mask, path: Path) -> None:
    labels = json.dumps([{"value": one.value, "number": one.number, "label": one.label} for one in mask.labels])
    with path.open("wb") as file:
        np.savez_compressed(file, mask=mask.voxels, affine=mask.affine, labels=np.array(labels))


def _write_nifti(mask: Mask, path: Path) -> None:
    import nibabel

    # NIfTI counts (i, j, k) and its axes point right, anterior, superior; parts come last.
    order = (3, 2, 1, 0) if mask.overlapping else (2, 1, 0)
    to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    affine = to_ras @ mask.affine[:, [2, 1, 0, 3]]
    image = nibabel.Nifti1Image(np.ascontiguousarray(mask.voxels.transpose(order)), affine)
    image.set_qform(affine, code="scanner")
    image.set_sform(affine, code="scanner")
    image.header.set_xyzt_units("mm")
    image.to_filename(str(path))


def _write_nrrd(mask: Mask, path: Path) -> None:
    import nrrd

    # The first axis is the fastest: (i, j, k), with the parts before it, as 3D Slicer writes overlapping segments.
    order = (0, 3, 2, 1) if mask.overlapping else (2, 1, 0)
    directions = mask.affine[:3, [2, 1, 0]].T
    header: dict[str, object] = {
        "space": "left-posterior-superior",
        "space origin": mask.affine[:3, 3],
        "space directions": np.vstack([np.full((1, 3), np.nan), directions]) if mask.overlapping else directions,
        "kinds": ["list", "domain", "domain", "domain"] if mask.overlapping else ["domain"] * 3,
        "encoding": "gzip",
    }
    for one in mask.labels:
        header[f"Segment{one.value - 1}_Name"] = " ".join(one.label.split())
        header[f"Segment{one.value - 1}_LabelValue"] = str(one.value)
        header[f"Segment{one.value - 1}_ID"] = f"Segment_{one.number}"
    nrrd.write(str(path), np.ascontiguousarray(mask.voxels.transpose(order)), header, index_order="F")


_WRITERS: tuple[tuple[str, Callable[[Mask, Path], None]], ...] = (
    (".npz", _write_npz),
    (".nrrd", _write_nrrd),
    (".nii.gz", _write_nifti),
    (".nii", _write_nifti),
)
"""Endings and what writes them; the longer ending of two comes first."""
