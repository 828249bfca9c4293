"""What of an overlay lies on a plane, and how large its parts are: one place that asks the right representation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np

from viewer.domain.bulk_annotations import BulkAnnotations
from viewer.domain.document import Document
from viewer.domain.dose import Dose
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.overlay import Overlay, PartMeasure, ReadFrame
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.presentation import PresentationState
from viewer.domain.registered import move_to
from viewer.domain.registration import Move
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.geometry.plane import Plane
from viewer.representations.annotation_clouds import annotations_on_plane
from viewer.representations.contour import measure_structure_set, structure_set_on_plane
from viewer.representations.deformed import bent_report, bent_segmentation_on_plane, bent_surfaces
from viewer.representations.isodose import dose_on_plane, measure_dose
from viewer.representations.labelmap import segmentation_on_plane
from viewer.representations.marks import presentation_state_on_plane, report_on_plane
from viewer.representations.measure import survey_segmentation
from viewer.representations.mesh_cut import measure_of_mesh, mesh_on_plane, surfaces_on_plane
from viewer.representations.on_plane import OnPlane
from viewer.representations.segmentation_volumes import VolumesOf


def overlay_on_plane(
    overlay: Overlay,
    plane: Plane,
    read_frame: ReadFrame,
    *,
    image_planes: Sequence[OverlayPlane] = (),
    volumes_of: VolumesOf | None = None,
) -> OnPlane:
    """Return everything of an overlay that lies on a plane; empty for kinds that are listed without being drawn.

    Where a registration joins the plane's space to the overlay's, the overlay is cut in its own space by the plane moved
    there, and the pictures are moved back: positions on the image are the same.
    ``image_planes`` are the 60xx planes of the image that the plane is, for presentation states that switch them on.
    ``volumes_of`` gives the voxels of a segmentation whose slices the plane crosses; see ``segmentation_on_plane``.
    """

    def in_own_space(cut_by: Plane) -> OnPlane:
        content = overlay.content
        if isinstance(content, Segmentation):
            return segmentation_on_plane(overlay, cut_by, read_frame, volumes_of=volumes_of)
        if isinstance(content, StructureSet):
            return structure_set_on_plane(overlay, cut_by)
        if isinstance(content, BulkAnnotations):
            return annotations_on_plane(content, cut_by)
        if isinstance(content, SurfaceSegmentation):
            return surfaces_on_plane(content, cut_by)
        if isinstance(content, Document) and content.mesh is not None:
            return mesh_on_plane(content.mesh, cut_by, part=1)
        if isinstance(content, Dose):
            return dose_on_plane(content, overlay.parts, cut_by, read_frame)
        if isinstance(content, ParametricMap):
            return OnPlane(parts_here=_parts_of_map(overlay, cut_by))
        if isinstance(content, Report):
            return report_on_plane(content, cut_by)
        if isinstance(content, PresentationState):
            return presentation_state_on_plane(content, cut_by, image_planes=image_planes)
        return OnPlane()

    move = move_to(overlay, plane.frame_of_reference_uid) if plane.in_patient_space else None
    if move is not None and move.deformation is not None:
        return _deformed_on_plane(overlay, plane, move, read_frame, volumes_of)
    if move is not None:
        own = move.plane_own(plane)
        cut = in_own_space(own)
        back = cache(lambda grid: plane if grid == own else move.plane_other(grid))
        return replace(
            cut,
            labels=tuple(replace(picture, plane=back(picture.plane)) for picture in cut.labels),
            fractions=tuple(replace(picture, plane=back(picture.plane)) for picture in cut.fractions),
        )
    return in_own_space(plane)


def _parts_of_map(overlay: Overlay, plane: Plane) -> frozenset[int]:
    """Return the part of a map where the plane runs through its frames; its values are those of an image laid over."""
    if overlay.places is None or not plane.in_patient_space:
        return frozenset()
    distance = plane.distance_mm(overlay.places.corners[np.isfinite(overlay.places.corners).all(axis=(1, 2))])
    reach = max(plane.thickness_mm / 2, 0.5)
    through = distance.size > 0 and float(distance.min()) <= reach and float(distance.max()) >= -reach
    return frozenset(part.number for part in overlay.parts) if through else frozenset()


def is_surveyed(overlay: Overlay) -> bool:
    """Say whether an overlay has parts that can be measured."""
    return isinstance(overlay.content, (Segmentation, StructureSet, Dose)) or bool(overlay.meshes)


_bent: WeakKeyDictionary[Overlay, tuple[Move, SurfaceSegmentation | Report]] = WeakKeyDictionary()
"""What a deformation made of the contours, surfaces and marks of an overlay: the same for every plane."""


def _deformed_on_plane(
    overlay: Overlay, plane: Plane, move: Move, read_frame: ReadFrame, volumes_of: VolumesOf | None
) -> OnPlane:
    content = overlay.content
    if isinstance(content, Segmentation):
        return bent_segmentation_on_plane(overlay, plane, move.points_own, read_frame, volumes_of)
    if not isinstance(content, Report | StructureSet) and not overlay.meshes:
        return OnPlane()
    known = _bent.get(overlay)
    if known is None or known[0] is not move:
        made: SurfaceSegmentation | Report
        if isinstance(content, Report):
            made = bent_report(content, move.own_uid, move.other_uid, move.points_other)
        else:
            made = bent_surfaces(overlay, move.own_uid, move.points_other)
        known = _bent[overlay] = (move, made)
    found = known[1]
    return report_on_plane(found, plane) if isinstance(found, Report) else surfaces_on_plane(found, plane)


def survey_overlay(
    overlay: Overlay, read_frame: ReadFrame, *, check: Callable[[], None] = lambda: None
) -> tuple[Overlay, Mapping[int, PartMeasure]]:
    """Return the overlay with what only its pixels tell (states, undescribed parts, Issues), and its parts' measures.

    ``check`` is called now and then; what it raises ends the survey.
    """
    if isinstance(overlay.content, Segmentation):
        survey = survey_segmentation(overlay, read_frame, check=check)
        return survey.applied_to(overlay), survey.measures
    if isinstance(overlay.content, Dose):
        return overlay, measure_dose(overlay.content, overlay.parts, read_frame, check=check)
    if isinstance(overlay.content, StructureSet):
        return overlay, measure_structure_set(overlay)
    return overlay, {number: measure_of_mesh(mesh) for number, mesh in overlay.meshes.items()}
