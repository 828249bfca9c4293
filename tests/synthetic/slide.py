"""Whole slide images: every level of a pyramid as an object of its own, in full or with tiles left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, VLWholeSlideMicroscopyImageStorage

from tests.synthetic.identity import Study, as_file, uid

Pixels = NDArray[np.uint8]


def tissue(rows: int, columns: int, *, samples: int = 3) -> Pixels:
    """A picture without symmetry: ramps down and across, a dark block at the upper left, a red one at the lower right."""
    row, column = np.mgrid[:rows, :columns]
    red, green, blue = 40 + row * 150 // rows, 250 - column * 160 // columns, (row * 7 + column * 3) % 200 + 30
    made = np.stack([red, green, blue], axis=-1).astype(np.uint8)
    made[rows // 8 : rows // 3, columns // 10 : columns // 5] = (20, 30, 60)
    made[rows * 3 // 4 : rows * 7 // 8, columns // 2 : columns * 9 // 10] = (230, 20, 40)
    return made if samples == 3 else np.ascontiguousarray(made[..., 1])


def halved(pixels: Pixels, times: int) -> Pixels:
    """The same picture with ``times`` fewer pixels either way: the mean of each block, the last rows and columns cut off."""
    rows, columns = pixels.shape[0] // times, pixels.shape[1] // times
    blocks = pixels[: rows * times, : columns * times].reshape(rows, times, columns, times, -1)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8).reshape(rows, columns, *pixels.shape[2:])


@dataclass(frozen=True)
class Glass:
    """Where a slide lies and how it is cut. The pixels are anisotropic and the tiles not square on purpose."""

    name: str = "slide"
    study: Study = field(default_factory=Study)
    tile: tuple[int, int] = (16, 24)
    """(rows, columns) of a tile."""
    spacing_mm: tuple[float, float] = (0.0005, 0.00025)
    """(between rows, between columns) of the base level."""
    origin_mm: tuple[float, float] | None = (21.5, 40.25)
    """X and Y of the centre of the first pixel."""
    orientation: tuple[float, ...] = (0.0, -1.0, 0.0, -1.0, 0.0, 0.0)
    container: str = "GLASS-1"
    series: str = "series"

    @property
    def frame_of_reference(self) -> UID:
        """Of the slide, which its label does not share in the real world and does here."""
        return uid(self.study.name, self.name, "frame of reference")


def level(
    glass: Glass,
    planes: Sequence[Sequence[Pixels]],
    *,
    times: float = 1.0,
    left_out: Sequence[tuple[int, int]] | None = None,
    flavor: str = "VOLUME",
    lens: float | None = 20.0,
    between_mm: float = 0.002,
) -> FileDataset:
    """One level as an object.

    Parameters
    ----------
    planes
        For each optical path, for each focal plane, the total pixel matrix.
    times
        How much larger its pixels are than the base level's.
    left_out
        (tile row, tile column) of tiles that the file does not hold, which makes it TILED_SPARSE; None: TILED_FULL.
    flavor
        Value 3 of Image Type.
    lens
        Objective Lens Power; None states none.
    between_mm
        Distance between focal planes.
    """
    first = planes[0][0]
    rows, columns = first.shape[:2]
    samples = 1 if first.ndim == 2 else 3
    key = (glass.name, glass.series, flavor, str(rows), str(columns))
    dataset = Dataset()
    dataset.SOPClassUID = VLWholeSlideMicroscopyImageStorage
    dataset.SOPInstanceUID = uid(glass.study.name, *key)
    glass.study.fill(dataset)
    dataset.SeriesInstanceUID = uid(glass.study.name, glass.name, glass.series)
    dataset.SeriesNumber = 1
    dataset.Modality = "SM"
    dataset.ImageType = ["ORIGINAL" if times == 1 else "DERIVED", "PRIMARY", flavor, "NONE" if times == 1 else "RESAMPLED"]
    dataset.FrameOfReferenceUID = glass.frame_of_reference
    dataset.ContainerIdentifier = glass.container
    dataset.Rows, dataset.Columns = glass.tile
    dataset.TotalPixelMatrixRows, dataset.TotalPixelMatrixColumns = rows, columns
    dataset.TotalPixelMatrixFocalPlanes = len(planes[0])
    dataset.NumberOfOpticalPaths = len(planes)
    dataset.DimensionOrganizationType = "TILED_FULL" if left_out is None else "TILED_SPARSE"
    dataset.ImageOrientationSlide = list(glass.orientation)
    dataset.SamplesPerPixel = samples
    dataset.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    if glass.origin_mm is not None:
        dataset.TotalPixelMatrixOriginSequence = [_item(_offsets(glass.origin_mm, 0.0))]
    measures = _item(
        {
            "PixelSpacing": [value * times for value in glass.spacing_mm],
            "SliceThickness": 0.001,
            "SpacingBetweenSlices": between_mm,
        }
    )
    shared = _item({"PixelMeasuresSequence": [measures]})
    dataset.SharedFunctionalGroupsSequence = [shared]
    paths = [
        {"OpticalPathIdentifier": str(number), "OpticalPathDescription": f"path {number}"}
        for number in range(1, len(planes) + 1)
    ]
    if lens is not None:
        paths = [{**path, "ObjectiveLensPower": lens} for path in paths]
    dataset.OpticalPathSequence = [_item(path) for path in paths]
    frames, groups = _frames(glass, planes, times, left_out, between_mm)
    if left_out is not None:
        dataset.PerFrameFunctionalGroupsSequence = groups
    dataset.NumberOfFrames = len(frames)
    data = b"".join(frame.tobytes() for frame in frames)
    dataset.PixelData = data + bytes(len(data) % 2)
    dataset["PixelData"].VR = "OB"
    return as_file(dataset)


def _frames(
    glass: Glass,
    planes: Sequence[Sequence[Pixels]],
    times: float,
    left_out: Sequence[tuple[int, int]] | None,
    between_mm: float,
) -> tuple[list[Pixels], list[Dataset]]:
    height, width = glass.tile
    frames: list[Pixels] = []
    groups: list[Dataset] = []
    for path, depths in enumerate(planes, start=1):
        for depth, matrix in enumerate(depths):
            rows, columns = matrix.shape[:2]
            for row in range(-(-rows // height)):
                for column in range(-(-columns // width)):
                    if left_out is not None and (row, column) in left_out:
                        continue
                    tile = np.full((height, width, *matrix.shape[2:]), 255, np.uint8)
                    part = matrix[row * height : (row + 1) * height, column * width : (column + 1) * width]
                    tile[: part.shape[0], : part.shape[1]] = part
                    frames.append(tile)
                    if left_out is not None:
                        groups.append(_group(glass, times, (row, column), depth * between_mm * 1000, path))
    return frames, groups


def _group(glass: Glass, times: float, tile: tuple[int, int], depth_um: float, path: int) -> Dataset:
    row, column = tile[0] * glass.tile[0], tile[1] * glass.tile[1]
    along = np.multiply(glass.orientation[:3], column * glass.spacing_mm[1] * times)
    down = np.multiply(glass.orientation[3:], row * glass.spacing_mm[0] * times)
    x, y, _ = np.add((*(glass.origin_mm or (0.0, 0.0)), 0.0), along + down)
    place = _item(
        {
            "ColumnPositionInTotalImagePixelMatrix": column + 1,
            "RowPositionInTotalImagePixelMatrix": row + 1,
            **_offsets((float(x), float(y)), depth_um),
        }
    )
    return _item(
        {
            "PlanePositionSlideSequence": [place],
            "OpticalPathIdentificationSequence": [_item({"OpticalPathIdentifier": str(path)})],
        }
    )


def _offsets(place_mm: tuple[float, float], depth_um: float) -> dict[str, Any]:
    return {
        "XOffsetInSlideCoordinateSystem": f"{place_mm[0]:.10g}",
        "YOffsetInSlideCoordinateSystem": f"{place_mm[1]:.10g}",
        "ZOffsetInSlideCoordinateSystem": f"{depth_um:.10g}",
    }


def _item(values: dict[str, Any]) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def write_pyramid(folder: Path, glass: Glass, picture: Pixels, factors: Sequence[int] = (1, 2, 4)) -> list[Path]:
    """Write the levels of a slide, one file each, largest first; returns the files."""
    written = []
    for factor in factors:
        pixels = picture if factor == 1 else halved(picture, factor)
        file = folder / f"level_{factor}.dcm"
        level(glass, [[pixels]], times=factor).save_as(file, enforce_file_format=True)
        written.append(file)
    return written


def compressed(dataset: FileDataset, syntax: UID, encode: Any) -> FileDataset:
    """Compress the frames of an object in place with ``encode(pixels) -> bytes``."""
    shape = (dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)
    frames = np.frombuffer(dataset.PixelData, np.uint8)[: dataset.NumberOfFrames * int(np.prod(shape))].reshape(-1, *shape)
    dataset.PixelData = encapsulate([encode(frame) for frame in frames])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax
    return dataset
