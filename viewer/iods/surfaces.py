"""The surface of a part of any overlay: one place that asks the right representation."""

from __future__ import annotations

from collections.abc import Callable

from viewer.domain.dose import Dose
from viewer.domain.mesh import EMPTY, Mesh
from viewer.domain.overlay import Overlay, ReadFrame
from viewer.domain.registered import move_to
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.representations.deformed import moved_mesh
from viewer.representations.isosurface import dose_surface
from viewer.representations.part_surfaces import Boxes, joined, part_surface, roi_surface
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
    place = placing(overlay, number, frame_of_reference_uid)
    return EMPTY if place is None else place(_own_surface(overlay, number, volumes, threshold, most_voxels))


def placing(overlay: Overlay, number: int, frame_of_reference_uid: str) -> Callable[[Mesh], Mesh] | None:
    """Return what takes the surface of a part from its own Frame of Reference to another; None where nothing joins them."""
    own_uids = _spaces_of(overlay, number)
    if frame_of_reference_uid in own_uids:
        return lambda mesh: mesh
    move = move_to(overlay, frame_of_reference_uid)
    return None if move is None or move.own_uid not in own_uids else lambda mesh: moved_mesh(mesh, move.points_other)


def isodose_surface(overlay: Overlay, number: int, frame_of_reference_uid: str, read_frame: ReadFrame) -> Mesh:
    """Return the surface of an isodose level in patient mm of a Frame of Reference; empty where nothing receives so much.

    Raises
    ------
    FrameNotRead
        When a frame of the dose cannot be had.
    """
    content = overlay.content
    level = next((one for part, one in zip(overlay.parts, levels_of(overlay), strict=True) if part.number == number), None)
    if not isinstance(content, Dose) or level is None:
        return EMPTY
    mesh = dose_surface(content, level, read_frame)
    if frame_of_reference_uid in overlay.frame_of_reference_uids:
        return mesh
    move = move_to(overlay, frame_of_reference_uid)
    return EMPTY if move is None else moved_mesh(mesh, move.points_other)


def levels_of(overlay: Overlay) -> tuple[float, ...]:
    """Return the dose of each part of a dose object; empty for others."""
    return overlay.content.levels if isinstance(overlay.content, Dose) else ()


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
