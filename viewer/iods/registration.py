"""Spatial Registration objects (PS3.3 A.39, C.20.2): which Frames of Reference they join, and by which matrices."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.domain.registration import Matrix, RegisteredSpace, Registration, is_rigid, to_matrix
from viewer.iods.elements import floats, items, text

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
