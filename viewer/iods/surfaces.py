"""The surface of a part of any overlay: one place that asks the right representation."""

from __future__ import annotations

from viewer.domain.mesh import Mesh
from viewer.domain.overlay import Overlay
from viewer.domain.registered import move_to
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.representations.deformed import moved_mesh
from viewer.representations.part_surfaces import EMPTY, Boxes, joined, part_surface, roi_surface
from viewer.representations.segmentation_volumes import Volume


def overlay_surface(
    overlay: Overlay,
    number: int,
    frame_of_reference_uid: str,
    *,
    volumes: tuple[tuple[Volume, Boxes | None], ...] = (),
    threshold: float = 0.5,
    most_voxels: int | None = None,
) -> Mesh:
    """Return the surface of a part in patient mm of a Frame of Reference; empty when the part is.

    Parameters
    ----------
    overlay
        A segmentation, a structure set, a surface segmentation, or a document that is a surface.
    frame_of_reference_uid
        The overlay's own, or one that a registration joins to it.
    volumes
        The voxels of a segmentation, with where its parts lie in them.
    threshold
        Of a FRACTIONAL segmentation.
    most_voxels
        Of a preview; see ``part_surfaces.part_surface``.
    """
    own_uids = _spaces_of(overlay, number)
    if frame_of_reference_uid in own_uids:
        return _own_surface(overlay, number, volumes, threshold, most_voxels)
    move = move_to(overlay, frame_of_reference_uid)
    if move is None or move.own_uid not in own_uids:
        return EMPTY
    mesh = _own_surface(overlay, number, volumes, threshold, most_voxels)
    return moved_mesh(mesh, move.points_other)


def _spaces_of(overlay: Overlay, number: int) -> tuple[str | None, ...]:
    """Return the Frames of Reference that a part is stated in: a structure set may have several, an ROI has one."""
    if isinstance(overlay.content, StructureSet):
        return tuple(roi.frame_of_reference_uid for roi in overlay.content.rois if roi.number == number)
    return overlay.frame_of_reference_uids


def _own_surface(
    overlay: Overlay,
    number: int,
    volumes: tuple[tuple[Volume, Boxes | None], ...],
    threshold: float,
    most_voxels: int | None,
) -> Mesh:
    content = overlay.content
    if isinstance(content, Segmentation):
        return joined(
            [
                part_surface(volume, number, boxes=boxes, threshold=threshold, most_voxels=most_voxels)
                for volume, boxes in volumes
            ]
        )
    if isinstance(content, StructureSet):
        roi = next((roi for roi in content.rois if roi.number == number), None)
        return roi_surface(roi) if roi is not None else EMPTY
    return overlay.meshes.get(number, EMPTY)
