"""Multi-frame objects by hand: enhanced MR, ultrasound volumes, gamma camera, divided objects, mammograms."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    BreastTomosynthesisImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    EnhancedMRImageStorage,
    EnhancedUSVolumeStorage,
    NuclearMedicineImageStorage,
)

from tests.synthetic.identity import Study, as_file, uid
from tests.synthetic.image import Grid


@dataclass(frozen=True)
class Told:
    """What one frame of an enhanced object says of itself besides its place."""

    indices: tuple[int, ...] = ()
    stack_id: str = ""
    time: int | None = None
    echo_time_ms: float | None = None


@dataclass(frozen=True)
class Frames:
    """The frames of an enhanced object: where each lies (a slice of the grid), and what it says."""

    grid: Grid
    slices: tuple[int, ...]
    told: tuple[Told, ...]
    pointers: tuple[tuple[int, int, str], ...] = ()
    """(attribute, functional group, label) of the Dimension Index Sequence."""


def enhanced_mr(frames: Frames, name: str = "enhanced", study: Study | None = None) -> FileDataset:
    """Make an Enhanced MR object; the pixels of a frame are its number and a ramp."""
    dataset = _basis(EnhancedMRImageStorage, "MR", name, study or Study())
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    dataset.FrameOfReferenceUID = uid(name, "frame of reference")
    _pixels(dataset, _ramps(len(frames.slices), frames.grid))
    organization = uid(name, "dimensions")
    dataset.DimensionIndexSequence = [_pointer(one, organization) for one in frames.pointers]
    shared = Dataset()
    measures = Dataset()
    measures.PixelSpacing = list(frames.grid.spacing_mm[1:])
    measures.SliceThickness = frames.grid.spacing_mm[0]
    shared.PixelMeasuresSequence = [measures]
    orientation = Dataset()
    orientation.ImageOrientationPatient = [*frames.grid.along_row, *frames.grid.down_column]
    shared.PlaneOrientationSequence = [orientation]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [
        _frame(frames.grid, k, told) for k, told in zip(frames.slices, frames.told, strict=True)
    ]
    return as_file(dataset)


def _frame(grid: Grid, k: int, told: Told) -> Dataset:
    frame, content, position = Dataset(), Dataset(), Dataset()
    if told.indices:
        content.DimensionIndexValues = list(told.indices)
    if told.stack_id:
        content.StackID = told.stack_id
    if told.time is not None:
        content.TemporalPositionIndex = told.time
    frame.FrameContentSequence = [content]
    position.ImagePositionPatient = list(grid.position(k))
    frame.PlanePositionSequence = [position]
    if told.echo_time_ms is not None:
        echo = Dataset()
        echo.EffectiveEchoTime = told.echo_time_ms
        frame.MREchoSequence = [echo]
    return frame


def _pointer(pointer: tuple[int, int, str], organization: UID) -> Dataset:
    item = Dataset()
    item.DimensionOrganizationUID = organization
    item.DimensionIndexPointer = Tag(pointer[0])
    item.FunctionalGroupPointer = Tag(pointer[1])
    if pointer[2]:
        item.DimensionDescriptionLabel = pointer[2]
    return item


def ultrasound_volume(grid: Grid, times: int, name: str = "us volume") -> FileDataset:
    """Make an Enhanced US Volume: slices of a volume in the space of the volume, several times over."""
    dataset = _basis(EnhancedUSVolumeStorage, "US", name, Study())
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.FrameOfReferenceUID = uid(name, "table")
    dataset.VolumeFrameOfReferenceUID = uid(name, "volume")
    dataset.UltrasoundAcquisitionGeometry = "PATIENT"
    _pixels(dataset, _ramps(grid.shape[0] * times, grid))
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = list(grid.spacing_mm[1:])
    measures.SliceThickness = grid.spacing_mm[0]
    shared.PixelMeasuresSequence = [measures]
    orientation.ImageOrientationVolume = [*grid.along_row, *grid.down_column]
    shared.PlaneOrientationVolumeSequence = [orientation]
    dataset.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for time in range(times):
        for k in range(grid.shape[0]):
            frame, content, position, offset = Dataset(), Dataset(), Dataset(), Dataset()
            content.TemporalPositionIndex = time + 1
            frame.FrameContentSequence = [content]
            offset.TemporalPositionTimeOffset = 0.25 * time
            frame.TemporalPositionSequence = [offset]
            position.ImagePositionVolume = list(grid.position(k))
            frame.PlanePositionVolumeSequence = [position]
            frames.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = frames
    return as_file(dataset)


def divided(whole: FileDataset, sizes: Sequence[int]) -> list[FileDataset]:
    """Divide an enhanced object into a concatenation of parts with so many frames each."""
    assert sum(sizes) == whole.NumberOfFrames
    pixels = whole.pixel_array
    parts, start = [], 0
    for number, size in enumerate(sizes, start=1):
        part = deepcopy(whole)
        part.SOPInstanceUID = uid(whole.SOPInstanceUID, number)
        part.file_meta.MediaStorageSOPInstanceUID = part.SOPInstanceUID
        part.ConcatenationUID = uid(whole.SOPInstanceUID, "concatenation")
        part.SOPInstanceUIDOfConcatenationSource = whole.SOPInstanceUID
        part.InConcatenationNumber = number
        part.InConcatenationTotalNumber = len(sizes)
        part.ConcatenationFrameOffsetNumber = start
        part.NumberOfFrames = size
        part.PerFrameFunctionalGroupsSequence = list(whole.PerFrameFunctionalGroupsSequence)[start : start + size]
        part.PixelData = pixels[start : start + size].tobytes()
        parts.append(part)
        start += size
    return parts


@dataclass(frozen=True)
class Camera:
    """A gamma camera image: its kind (Image Type value 3), and (keyword, values) of its vectors."""

    kind: str
    vectors: tuple[tuple[str, tuple[int, ...]], ...]
    grid: Grid = field(default_factory=Grid)
    spacing_mm: float | None = None
    """Spacing Between Slices."""


def gamma_camera(camera: Camera, name: str = "nm") -> FileDataset:
    """Make an NM multi-frame object; reconstructed slices lie from the grid's origin on."""
    dataset = _basis(NuclearMedicineImageStorage, "NM", name, Study())
    dataset.ImageType = ["ORIGINAL", "PRIMARY", camera.kind, "EMISSION"]
    count = len(camera.vectors[0][1])
    _pixels(dataset, _ramps(count, camera.grid))
    dataset.FrameIncrementPointer = [Tag(keyword) for keyword, _ in camera.vectors]
    for keyword, values in camera.vectors:
        setattr(dataset, keyword, list(values))
    dataset.PixelSpacing = list(camera.grid.spacing_mm[1:])
    dataset.SliceThickness = camera.grid.spacing_mm[0]
    if camera.spacing_mm is not None:
        dataset.SpacingBetweenSlices = camera.spacing_mm
    detector = Dataset()
    if camera.kind.startswith("RECON"):
        dataset.FrameOfReferenceUID = uid(name, "frame of reference")
        detector.ImagePositionPatient = list(camera.grid.position(0))
        detector.ImageOrientationPatient = [*camera.grid.along_row, *camera.grid.down_column]
    dataset.DetectorInformationSequence = [detector]
    return as_file(dataset)


def mammogram(number: int, side: str, view: str, shape: tuple[int, int] = (30, 20)) -> FileDataset:
    """Make one mammogram; ``view`` is a code of PS3.16 CID 4014 in SNOMED CT, empty for none."""
    dataset = _basis(DigitalMammographyXRayImageStorageForPresentation, "MG", f"mammogram {number}", Study())
    dataset.SeriesInstanceUID = uid("mammograms")
    dataset.InstanceNumber = number
    dataset.ImageType = ["DERIVED", "PRIMARY", ""]
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageLaterality = side
    dataset.ImagerPixelSpacing = [0.1, 0.1]
    if view:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = view, "SCT", "view"
        code.ViewModifierCodeSequence = []
        dataset.ViewCodeSequence = [code]
    _pixels(dataset, _ramps(1, Grid((1, *shape)))[:1])
    del dataset.NumberOfFrames
    return as_file(dataset)


def tomosynthesis(side: str, view: str, grid: Grid, *, placed: bool) -> FileDataset:
    """Make a Breast Tomosynthesis object of as many slices as the grid has; without places when asked so."""
    frames = Frames(grid, tuple(range(grid.shape[0])), (Told(),) * grid.shape[0])
    dataset = enhanced_mr(frames, f"tomosynthesis {side} {view}")
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = BreastTomosynthesisImageStorage
    dataset.Modality = "MG"
    code, anatomy = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = view, "SCT", "view"
    dataset.ViewCodeSequence = [code]
    anatomy.FrameLaterality = side
    dataset.SharedFunctionalGroupsSequence[0].FrameAnatomySequence = [anatomy]
    for frame in () if placed else dataset.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    return dataset


def _basis(sop_class: UID, modality: str, name: str, study: Study) -> Dataset:
    dataset = Dataset()
    study.fill(dataset)
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = uid(study.name, name, "object")
    dataset.SeriesInstanceUID = uid(study.name, name, "series")
    dataset.Modality = modality
    dataset.SeriesNumber = 1
    dataset.SeriesDescription = name
    dataset.InstanceNumber = 1
    dataset.ContentDate, dataset.ContentTime = study.date, study.time
    return dataset


def _ramps(count: int, grid: Grid) -> NDArray[np.uint16]:
    _, rows, columns = grid.shape
    ramp = np.add.outer(np.arange(rows) * 2, np.arange(columns))
    return (np.arange(count)[:, None, None] * 100 + ramp).astype(np.uint16)


def _pixels(dataset: Dataset, stored: NDArray[Any]) -> None:
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = stored.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    dataset.PixelData = stored.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
