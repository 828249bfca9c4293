"""Spatial Registration objects, built by hand (PS3.3 A.39, C.20.2)."""

from __future__ import annotations

from collections.abc import Sequence

from numpy import asarray, eye, float32
from numpy.typing import ArrayLike
from pydicom.dataset import Dataset, FileDataset

from tests.synthetic.identity import as_file, uid
from tests.synthetic.image import Grid
from tests.synthetic.structure_set import PATIENT_AND_STUDY


def registration(
    fixed: Dataset,
    moving: Dataset,
    matrices: Sequence[tuple[str, ArrayLike]],
    *,
    name: str = "registration",
    date: str = "20260115",
) -> FileDataset:
    """Join the Frame of Reference of ``moving`` to that of ``fixed`` by (type, 4 x 4) matrices, the first applied first."""
    made = Dataset()
    for keyword in PATIENT_AND_STUDY:
        setattr(made, keyword, fixed[keyword].value)
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.1"
    made.SOPInstanceUID, made.SeriesInstanceUID = uid(name, "instance"), uid(name, "series")
    made.Modality = "REG"
    made.ContentLabel = "REGISTRATION"
    made.ContentDate, made.ContentTime = date, "120000"
    made.FrameOfReferenceUID = fixed.FrameOfReferenceUID
    itself = ("RIGID", eye(4))
    made.RegistrationSequence = [_item(fixed, [itself]), _item(moving, matrices)]
    return as_file(made)


def _item(image: Dataset, matrices: Sequence[tuple[str, ArrayLike]]) -> Dataset:
    item, outer = Dataset(), Dataset()
    item.FrameOfReferenceUID = image.FrameOfReferenceUID
    outer.MatrixSequence = []
    for kind, matrix in matrices:
        step = Dataset()
        step.FrameOfReferenceTransformationMatrixType = kind
        step.FrameOfReferenceTransformationMatrix = [float(f"{value:.10g}") for value in asarray(matrix, float).ravel()]
        outer.MatrixSequence.append(step)
    item.MatrixRegistrationSequence = [outer]
    return item


def deformable(
    fixed: Dataset,
    moving: Dataset,
    vectors: ArrayLike,
    grid: Grid,
    *,
    before: ArrayLike | None = None,
    after: ArrayLike | None = None,
    date: str = "20260115",
) -> FileDataset:
    """Lead from the Frame of Reference of ``fixed``, the registered one, to that of ``moving`` by vectors on a grid.

    Parameters
    ----------
    vectors
        (slices, rows, columns, 3) mm at the points of ``grid``.
    before, after
        4 x 4 matrices around the grid; None leaves them out.
    """
    made = registration(fixed, moving, [("RIGID", eye(4))], name="deformable", date=date)
    del made.RegistrationSequence
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.66.3"
    item, stated = Dataset(), Dataset()
    item.SourceFrameOfReferenceUID = moving.FrameOfReferenceUID
    for keyword, matrix in (("Pre", before), ("Post", after)):
        if matrix is not None:
            step = Dataset()
            step.FrameOfReferenceTransformationMatrixType = "RIGID"
            step.FrameOfReferenceTransformationMatrix = [float(f"{value:.10g}") for value in asarray(matrix, float).ravel()]
            setattr(item, f"{keyword}DeformationMatrixRegistrationSequence", [step])
    stated.ImagePositionPatient = list(grid.origin_mm)
    stated.ImageOrientationPatient = [*grid.along_row, *grid.down_column]
    stated.GridDimensions = list(grid.shape[::-1])
    stated.GridResolution = list(grid.spacing_mm[::-1])
    stated.VectorGridData = asarray(vectors, float32).astype("<f4").tobytes()
    item.DeformableRegistrationGridSequence = [stated]
    made.DeformableRegistrationSequence = [item]
    return made
