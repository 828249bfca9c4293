"""A 3D pane's scene: surfaces of the parts that are switched on, the image as a volume, planes and the crosshair. Pure.

Decided
    Colour, opacity and visibility are those of the layers panel; fill and outline have no meaning here.
    What is selected is drawn whole even where others are translucent, so that it is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from viewer.domain.dose import Dose
from viewer.domain.overlay import Overlay
from viewer.domain.registered import move_to
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.geometry.box import Box
from viewer.geometry.plane import Plane
from viewer.imaging.volume_presets import volume_preset
from viewer.reading.edited import edits_shown
from viewer.reading.spaces import space_of
from viewer.reading.state import Pane, ReadingState
from viewer.reading.volume_view import stack_box
from viewer.scene.corner_text import Say
from viewer.scene.cut_words import resampled_notices
from viewer.scene.drawables import ImagePicture, Notice, PartRef
from viewer.scene.inputs import Pending, Unavailable
from viewer.scene.part_look import PartLook, part_looks
from viewer.scene.plain_words import plain
from viewer.scene.reference_lines import plane_name
from viewer.scene.remembered import Remembered
from viewer.scene.slice_scene import english, slice_scene
from viewer.scene.volume_drawables import (
    PlaneDrawable,
    PointDrawable,
    SurfaceDrawable,
    VolumeDrawable,
    VolumeScene,
    VolumeThing,
)
from viewer.scene.volume_inputs import PartSurface, SurfaceKey, VolumeInputs

CROSSHAIR_COLOR = (255, 214, 92)
_surfaces: Remembered[SurfaceDrawable] = Remembered(1024)
_volumes: Remembered[VolumeDrawable] = Remembered(4)
_planes: Remembered[PlaneDrawable] = Remembered(12)


def volume_scene(state: ReadingState, pane: int, inputs: VolumeInputs, *, say: Say = english) -> VolumeScene:
    """Return what a 3D pane shows.

    Parameters
    ----------
    pane
        Number of the pane.
    say
        Translates format strings.
    """
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or not stack.in_patient_space:
        return VolumeScene(notices=(Notice(say("No 3D view"), say("These images state no position in the patient.")),))
    surfaces, waiting, notices = _all_surfaces(state, stack, inputs) if shown.volume.surfaces else ((), 0, ())
    things: list[VolumeThing] = list(surfaces)
    volume, volume_notices, volume_waits = _volume(shown, stack, inputs, say)
    things.extend(volume)
    if volume:
        volume_notices = resampled_notices(state, pane)
    if shown.volume.planes:
        things.extend(_planes_of_others(state, pane, stack, inputs))
    mark = state.crosshair
    if mark is not None and mark.frame_of_reference_uid == space_of(stack) and things:
        things.append(PointDrawable(mark.point_patient, CROSSHAIR_COLOR))
    said = [*volume_notices, *notices]
    if not things and not waiting and not volume_waits and not said:
        text = say("Switch a segment or a region on, or show the image as a volume.")
        said.append(Notice(say("Nothing to show in 3D."), text))
    return VolumeScene(
        drawables=tuple(things),
        bounds=_bounds(stack, surfaces, with_image=bool(volume) or volume_waits or not surfaces),
        clipping=shown.volume.clipping,
        notices=tuple(said[:2]),
        waiting=waiting + int(volume_waits),
    )


def surface_keys(state: ReadingState, stack: Stack) -> Iterator[SurfaceKey]:
    """Yield the surfaces that a 3D pane of a stack needs, the selected one first."""
    found = [key for overlay, numbers in _solid_parts(state, stack) for key in _keys(state, stack, overlay, numbers)]
    chosen = state.selection
    yield from sorted(found, key=lambda key: (key.overlay, key.part) != (chosen.overlay, chosen.part))


def _solid_parts(state: ReadingState, stack: Stack) -> Iterator[tuple[Overlay, tuple[int, ...]]]:
    """Yield the overlays that are placed in the stack's space and switched on, with the numbers of parts that are shown."""
    for overlay in state.content.overlays_on(stack.id):
        found = state.content.bindings[overlay.instance].on_stack(stack.id)
        if found is None or found.by == "referenced_images" or not overlay.is_solid or state.overlays_hidden:
            continue
        if not state.overlay_visible(overlay):
            continue
        looks, elsewhere = part_looks(state, overlay), _elsewhere(overlay, stack)
        yield overlay, tuple(number for number, look in looks.items() if look.visible and number not in elsewhere)


def _elsewhere(overlay: Overlay, stack: Stack) -> frozenset[int]:
    """Return the ROIs of an overlay whose contours are coordinates of another space than that of a stack."""
    if not isinstance(overlay.content, StructureSet):
        return frozenset()
    move = move_to(overlay, stack.frame_of_reference_uid)
    own = move.own_uid if move is not None else stack.frame_of_reference_uid
    return frozenset(roi.number for roi in overlay.content.rois if not roi.lies_in(own))


def _keys(state: ReadingState, stack: Stack, overlay: Overlay, numbers: tuple[int, ...]) -> Iterator[SurfaceKey]:
    content = overlay.content
    fractional = isinstance(content, Segmentation) and content.type == "FRACTIONAL"
    threshold = state.layer(overlay.instance).threshold if fractional else None
    levels = (
        dict(zip((part.number for part in overlay.parts), content.levels, strict=True)) if isinstance(content, Dose) else {}
    )
    for number in numbers:
        # Another level is another surface, though its part has the same number.
        edits = edits_shown(state, overlay.instance, number)
        uid, level = stack.frame_of_reference_uid or "", levels.get(number, threshold)
        yield SurfaceKey(overlay.instance, number, uid, level if edits is None else None, edits)


def _all_surfaces(
    state: ReadingState, stack: Stack, inputs: VolumeInputs
) -> tuple[tuple[SurfaceDrawable, ...], int, tuple[Notice, ...]]:
    found: list[SurfaceDrawable] = []
    notices: list[Notice] = []
    waiting = 0
    for overlay, numbers in _solid_parts(state, stack):
        looks = part_looks(state, overlay)
        for key in _keys(state, stack, overlay, numbers):
            answer = inputs.surface(key)
            if isinstance(answer, Pending):
                waiting += 1
            elif isinstance(answer, Unavailable):
                label = plain(overlay.label) or overlay.subtype
                notices.append(Notice(f"{label}: {answer.issue.text}", severity="warning", replaces_image=False))
            else:
                waiting += answer.full is None
                look = looks[key.part]
                found.extend(_surface(answer, key, look))
    return tuple(found), waiting, tuple(dict.fromkeys(notices))


def _surface(answer: PartSurface, key: SurfaceKey, look: PartLook) -> Iterator[SurfaceDrawable]:
    mesh = answer.full if answer.full is not None else answer.preview
    if not len(mesh.triangles):
        return
    if look.opacity <= 0:
        return
    values = (key, look.color, look.opacity, look.selected)
    yield _surfaces.recall(
        (mesh,),
        values,
        lambda: SurfaceDrawable(
            PartRef(key.overlay, key.part),
            mesh,
            look.color,
            answer.preview,
            1.0 if look.selected else look.opacity,
            look.selected,
        ),
    )


def _volume(
    pane: Pane, stack: Stack, inputs: VolumeInputs, say: Say
) -> tuple[tuple[VolumeDrawable, ...], tuple[Notice, ...], bool]:
    """Return the image as a volume, what must be said, and whether it is still being read."""
    preset = volume_preset(pane.volume.preset)
    if preset is None:
        return (), (), False
    answer = inputs.regular_volume(stack.id)
    if isinstance(answer, Pending):
        return (), (Notice(say("Reading the images …"), replaces_image=False),), True
    if isinstance(answer, Unavailable):
        return (), (Notice(say("No volume"), answer.issue.text, "warning", replaces_image=False),), False
    value_range = inputs.value_range(stack.id)
    transfer = pane.volume.transfer or preset.function(value_range)
    drawn = _volumes.recall(
        (answer,),
        transfer,
        lambda: VolumeDrawable(
            answer.voxels,  # type: ignore[arg-type]
            answer.affine,
            answer.slope,
            answer.intercept,
            transfer,
        ),
    )
    return (drawn,), (), False


def _planes_of_others(state: ReadingState, pane: int, stack: Stack, inputs: VolumeInputs) -> Iterator[PlaneDrawable]:
    hidden = replace(state, overlays_hidden=True, crosshair=None, reference_lines=False)
    for number, other in enumerate(state.panes):
        if number == pane or other.stack_id != stack.id or other.kind == "volume":
            continue
        scene = slice_scene(hidden, number, inputs)
        picture = next((one for one in scene.drawables if isinstance(one, ImagePicture)), None)
        if picture is None or scene.plane is None:
            continue
        plane = scene.plane
        yield _planes.recall((picture,), plane, partial(_plane_drawable, plane, picture))


def _plane_drawable(plane: Plane, picture: ImagePicture) -> PlaneDrawable:
    pixels = picture.pixels
    rgb = pixels if pixels.ndim == 3 else pixels[..., None].repeat(3, axis=2)
    return PlaneDrawable(plane, rgb, plane_name(plane.normal))


def _bounds(stack: Stack, surfaces: tuple[SurfaceDrawable, ...], *, with_image: bool) -> Box:
    boxes = [one.mesh.bounds for one in surfaces if one.mesh.bounds is not None]
    if with_image or not boxes:
        return stack_box(stack)
    found = Box.of_all(boxes)
    return found if found is not None else stack_box(stack)
