"""Registration objects (PS3.3 A.39, C.20.2, C.20.3): which Frames of Reference they join, by matrices or deformations."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.domain.deformation import Deformation, VectorGrid
from viewer.domain.registration import Matrix, RegisteredSpace, Registration, is_rigid, to_matrix
from viewer.geometry.plane import FloatArray
from viewer.iods.elements import data, first_item, floats, integers, items, text

SPATIAL_REGISTRATION: Final = "1.2.840.10008.5.1.4.1.1.66.1"
DEFORMABLE_REGISTRATION: Final = "1.2.840.10008.5.1.4.1.1.66.3"


def read_registration(dataset: Dataset, registered_uid: str) -> Registration:
    """Return what a Spatial Registration says; what cannot be used is left out with the reason.

    The matrices of an item apply in their order, the first one first, from the item's space to ``registered_uid``, the
    object's own Frame of Reference (PS3.3 C.20.2.1.1).
    """
    spaces = {registered_uid: RegisteredSpace(registered_uid, to_matrix(np.eye(4)))} if registered_uid else {}
    refused = "" if registered_uid else "it states no Frame of Reference of its own"
    for item in items(dataset, "RegistrationSequence") if registered_uid else ():
        uid = text(item, "FrameOfReferenceUID")
        matrix, reason = _matrix_of(item)
        if matrix is None:
            refused = reason
        elif not uid:
            refused = "it registers single images that have no Frame of Reference"
        elif uid != registered_uid:
            spaces.setdefault(uid, RegisteredSpace(uid, matrix))
    return Registration(tuple(spaces.values()), refused)


def _matrix_of(item: Dataset) -> tuple[Matrix | None, str]:
    """Return the product of an item's matrices, or why it is not used."""
    whole = np.eye(4)
    steps = [step for outer in items(item, "MatrixRegistrationSequence") for step in items(outer, "MatrixSequence")]
    if not steps:
        return None, "it has no matrix"
    for step in steps:
        kind = text(step, "FrameOfReferenceTransformationMatrixType") or "no type stated"
        values = floats(step, "FrameOfReferenceTransformationMatrix")
        if kind != "RIGID":
            return None, f"only rigid registrations are used, and this one is not ({kind})"
        if len(values) != 16 or not is_rigid(tuple(values)):
            return None, "it says that it is rigid, but its matrix is not"
        whole = np.array(values).reshape(4, 4) @ whole
    return to_matrix(whole), ""


_MOST_VECTORS: Final = 1 << 26
_FARTHEST_MM: Final = 1e5
_ORTHOGONAL: Final = 1e-3


class _NotUsed(Exception):
    """A deformation that is not used; its words are the end of a sentence."""


def read_deformable(dataset: Dataset, registered_uid: str, *, little_endian: bool) -> Registration:
    """Return what a Deformable Spatial Registration says; what cannot be used is left out with the reason.

    A deformation leads from the registered space, the object's own, to the source (PS3.3 C.20.3.1), the other way than the
    matrices of a Spatial Registration.
    """
    identity = to_matrix(np.eye(4))
    spaces = {registered_uid: RegisteredSpace(registered_uid, identity)} if registered_uid else {}
    refused = "" if registered_uid else "it states no Frame of Reference of its own"
    for item in items(dataset, "DeformableRegistrationSequence") if registered_uid else ():
        uid = text(item, "SourceFrameOfReferenceUID")
        try:
            deformation = Deformation(
                _matrix_or_none(item, "PreDeformationMatrixRegistrationSequence"),
                _grid(item, little_endian=little_endian),
                _matrix_or_none(item, "PostDeformationMatrixRegistrationSequence"),
            )
        except _NotUsed as reason:
            refused = str(reason)
            continue
        if not uid:
            refused = "it registers single images that have no Frame of Reference"
        elif uid != registered_uid:
            spaces.setdefault(uid, RegisteredSpace(uid, identity, deformation))
    return Registration(tuple(spaces.values()), refused)


def _matrix_or_none(item: Dataset, keyword: str) -> FloatArray:
    """Return the matrix before or after the grid; that of no change where there is none."""
    step = first_item(item, keyword)
    if step is None:
        return np.eye(4)
    found = np.array(floats(step, "FrameOfReferenceTransformationMatrix"))
    usable = found.size == 16 and np.isfinite(found).all() and np.allclose(found[12:], (0, 0, 0, 1))
    if not usable or abs(np.linalg.det(found.reshape(4, 4))) < 1e-9:
        raise _NotUsed("one of its matrices cannot be inverted or is incomplete")
    return found.reshape(4, 4)


def _grid(item: Dataset, *, little_endian: bool) -> VectorGrid | None:
    """Return the vectors; None where the registration is only matrices (the sequence is empty)."""
    stated = first_item(item, "DeformableRegistrationGridSequence")
    if stated is None:
        return None
    size, spacing = integers(stated, "GridDimensions"), np.array(floats(stated, "GridResolution"))
    origin = np.array(floats(stated, "ImagePositionPatient"))
    along = np.array(floats(stated, "ImageOrientationPatient"))
    if len(size) != 3 or min(size) < 1 or spacing.size != 3 or origin.size != 3 or along.size != 6:
        raise _NotUsed("its grid states no size, spacing, position or orientation")
    if not (np.isfinite(origin).all() and np.isfinite(spacing).all() and (spacing > 0).all()):
        raise _NotUsed("its grid has a spacing or position that cannot be")
    column, row = along[:3], along[3:]
    if not np.allclose([column @ column, row @ row, column @ row], [1, 1, 0], atol=_ORTHOGONAL):
        raise _NotUsed("the axes of its grid are not at right angles")
    count = size[0] * size[1] * size[2]
    content = data(stated, "VectorGridData")
    if count > _MOST_VECTORS or len(content) < 12 * count:
        raise _NotUsed(f"its grid states {count} vectors and has {len(content) // 12}")
    vectors = np.frombuffer(content, "<f4" if little_endian else ">f4", 3 * count).astype(np.float32)
    if np.isinf(vectors).any() or np.nanmax(np.abs(vectors), initial=0.0) > _FARTHEST_MM:
        raise _NotUsed("its grid has vectors that lead nowhere")
    axes = np.array([column, row, np.cross(column, row)])
    return VectorGrid(origin, axes, spacing, vectors.reshape(size[2], size[1], size[0], 3))
