"""From the wishes of ``overread render`` to the reading state a viewport would have."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from viewer.app.commands.opening import Refused, stack_named
from viewer.app.commands.planes import in_plane, in_three_d, is_cut, middle_of
from viewer.app.commands.points import finite
from viewer.app.presets import default_window_presets
from viewer.domain.image_attributes import Window
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.domain.stack import Stack
from viewer.geometry.camera import StandardView
from viewer.geometry.plane import Vector
from viewer.imaging.choices import windows_of
from viewer.imaging.colour_maps import GREY
from viewer.imaging.window_presets import presets_of
from viewer.reading.changes.layers import (
    set_all_parts_visible,
    set_fill,
    set_overlay_visible,
    set_part_visible,
    set_style,
)
from viewer.reading.changes.looks import fuse, set_color_map, set_fused_color_map, set_fused_opacity
from viewer.reading.changes.workspace import set_presentation_state, set_window, show_stack
from viewer.reading.color_maps import map_named, maps_of
from viewer.reading.findings import findings_list
from viewer.reading.fusing import refusal
from viewer.reading.state import Content, DrawStyle, ReadingState, WindowChoice
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.presented import applies_to


@dataclass(frozen=True)
class Wish:
    """What was asked for, as the command line has it."""

    stack: str | None = None
    frame: int | None = None
    instance: str | None = None
    at: tuple[float, float, float] | None = None
    finding: str | None = None
    plane: Literal["stack", "axial", "coronal", "sagittal"] = "stack"
    window: str | None = None
    layers: str | None = None
    style: DrawStyle | None = None
    opacity: float | None = None
    state: str | None = None
    fuse: str | None = None
    color_map: str | None = None
    three_d: bool = False
    preset: str | None = None
    view: StandardView | None = None


def pane_state(content: Content, inputs: SceneInputs, wish: Wish) -> ReadingState:
    """Return the state of a reading with one pane that shows what was asked for.

    Raises
    ------
    Refused
        With a sentence.
    """
    stack, place, point = _place(content, wish)
    state = show_stack(ReadingState(content=content), 0, stack.id, place)
    if wish.state is not None:
        state = _with_presentation_state(state, wish.state)
    if wish.window is not None:
        state = set_window(state, 0, _window(state, inputs, wish.window))
    if wish.color_map is not None:
        state = set_color_map(state, 0, _color_map(content, wish.color_map))
    if wish.fuse is not None:
        state = _with_fused(state, stack, wish.fuse)
    state = _with_layers(state, stack, wish)
    if wish.three_d:
        return in_three_d(state, preset=wish.preset, view=wish.view, point=point)
    if wish.plane != "stack" and is_cut(stack, wish.plane):
        return in_plane(state, wish.plane, number=wish.frame, point=point)
    return state


def _place(content: Content, wish: Wish) -> tuple[Stack, int | None, Vector | None]:
    """Return the stack, the 0-based place in it, and the patient point (mm) that was asked for, as far as they are said."""
    library = content.library
    if wish.instance is not None:
        stack, place = place_of_instance(content, wish.instance, wish.stack)
        return stack, place, middle_of(stack, place) if stack.in_patient_space else None
    if wish.finding is not None:
        return _place_of_finding(content, wish.finding, wish.stack)
    stack = stack_named(library, wish.stack) if wish.stack is not None else default_stack(content)
    if wish.frame is not None:
        if wish.plane != "stack" and is_cut(stack, wish.plane):
            return stack, None, None
        if wish.frame > len(stack.frames):
            raise Refused(f"The stack {stack.id} has {len(stack.frames)} frames; there is no frame {wish.frame}.")
        return stack, wish.frame - 1, middle_of(stack, wish.frame - 1) if stack.in_patient_space else None
    return (stack, None, None) if wish.at is None else (stack, place_of_point(stack, wish.at), wish.at)


def _place_of_finding(content: Content, wanted: str, stack_id: str | None) -> tuple[Stack, int, Vector | None]:
    every = findings_list(content).findings
    found = next((one for finding in every for one in (finding, *finding.members) if one.id == wanted), None)
    if found is None:
        raise Refused(f"There is no finding {wanted}; `overread findings` lists them.")
    place = found.location
    stack = content.library.stack(place.stack_id) if place is not None else None
    if place is None or stack is None:
        raise Refused(f"The finding {wanted} lies on none of the opened images.")
    if stack_id not in (None, stack.id):
        raise Refused(f"The finding {wanted} is shown on the stack {stack.id}.")
    return stack, place.frame, place.point_patient


def default_stack(content: Content) -> Stack:
    """Return the stack that the first overlay lies on, else the first; raises ``Refused`` without any."""
    for key, overlay in content.overlays.items():
        default = content.bindings[key].default_stack_id if overlay.draws else None
        found = content.library.stack(default) if default is not None else None
        if found is not None:
            return found
    stacks = content.library.stacks
    if not stacks:
        raise Refused("There is no image among the opened files.")
    return stacks[0]


def place_of_instance(content: Content, wanted: str, stack_id: str | None) -> tuple[Stack, int]:
    """Return the stack of ``UID[:F]`` and the 0-based place in it; raises ``Refused``."""
    uid, _, number = wanted.partition(":")
    if number and not (number.isdigit() and int(number) > 0):
        raise Refused(f"{wanted} names no frame; frames count from 1.")
    for key in content.library.instances_with_uid(uid):
        for stack in content.library.stacks:
            places = stack.frame_indices_of(key, (int(number or 1),))
            if places and stack_id in (None, stack.id):
                return stack, places[0]
    raise Refused(f"No frame {number or 1} of an image with the SOP Instance UID {uid} is among the opened files.")


def place_of_point(stack: Stack, point: tuple[float, float, float]) -> int:
    """Return the 0-based place of the slice that holds a patient point (mm); raises ``Refused``."""
    if not stack.in_patient_space:
        raise Refused(f"The images of {stack.id} state no position, so no slice can be found by a point.")
    place, distance = stack.nearest_place(point)
    reach = max(stack.planes[place].thickness_mm, stack.spacing_mm[0] or 0.0) / 2
    if distance > max(reach, 0.5) * 1.001:
        raise Refused(f"The point lies {distance:.1f} mm outside the stack {stack.id}.")
    return place


def _with_presentation_state(state: ReadingState, uid: str) -> ReadingState:
    overlay = _overlay(state.content, uid)
    stack = state.stack_of(state.pane)
    if not isinstance(overlay.content, PresentationState):
        raise Refused(f"The object {uid} is no presentation state that can be applied.")
    image = stack.planes[state.pane.frame].image if stack is not None else None
    if not applies_to(overlay.content, image):
        raise Refused(f"The presentation state {uid} does not name this image, so it is not applied.")
    return set_overlay_visible(set_presentation_state(state, 0, overlay.instance), overlay.instance, visible=True)


def _window(state: ReadingState, inputs: SceneInputs, wanted: str) -> WindowChoice:
    if wanted == "file":
        return WindowChoice()
    numbers = re.fullmatch(r"([^,]+),([^,]+)", wanted)
    if numbers:
        try:
            center, width = (finite(one) for one in numbers.groups())
        except ValueError:
            pass
        else:
            if width <= 0:
                raise Refused(f"The window {wanted} has no width.")
            return WindowChoice("user", center=center, width=width)
    frame = state.frame_of(state.pane)
    attributes = inputs.attributes(frame.instance) if frame is not None else None
    if frame is None or attributes is None or isinstance(attributes, Pending | Unavailable):
        raise Refused("The image cannot be read, so it has no windows.")
    names = []
    for index, window in enumerate(windows_of(attributes, frame.index)):
        name = window.name if isinstance(window, Window) else window.explanation
        if name and name.casefold() == wanted.casefold():
            return WindowChoice("file", index=index, name=name)
        names.append(name)
    for preset in presets_of(default_window_presets(), attributes.modality):
        known = preset.window_for(attributes)
        if known is None:
            continue
        if preset.name.casefold() == wanted.casefold():
            return WindowChoice("preset", name=preset.name, center=known.center, width=known.width)
        names.append(preset.name)
    raise Refused(f"There is no window {wanted}; there are: {', '.join(filter(None, names)) or 'none with a name'}.")


def _with_fused(state: ReadingState, under: Stack, wanted: str) -> ReadingState:
    """Lay STACK_ID[,OPACITY[,MAP]] over the image."""
    stack_id, *choices = (one.strip() for one in wanted.split(","))
    over = stack_named(state.content.library, stack_id)
    refused = refusal(state.content, under, over)
    if over.id == under.id:
        raise Refused("A stack is not laid over itself.")
    if refused is not None:
        raise Refused(f"The stack {over.id} is not laid over {under.id}. {refused.text}")
    state = fuse(state, 0, over.id)
    if choices:
        try:
            opacity = finite(choices[0])
        except ValueError:
            opacity = -1.0
        if not 0 <= opacity <= 1:
            raise Refused(f"The opacity {choices[0]} is not between 0 and 1.")
        state = set_fused_opacity(state, 0, over.id, opacity)
    if len(choices) > 1:
        state = set_fused_color_map(state, 0, over.id, _color_map(state.content, choices[1]))
    return state


def _color_map(content: Content, wanted: str) -> str:
    if wanted.casefold() in ("grey", "gray"):
        return GREY
    found = map_named(content, wanted)
    if found is None:
        raise Refused(f"There is no colour map {wanted}; there are: grey, {', '.join(one.id for one in maps_of(content))}.")
    return found.id


def _with_layers(state: ReadingState, stack: Stack, wish: Wish) -> ReadingState:
    here = {overlay.instance for overlay in state.content.overlays_on(stack.id)}
    if wish.layers == "none":
        state = replace(state, overlays_hidden=True)
    elif wish.layers == "all":
        for key in here:
            state = set_overlay_visible(set_all_parts_visible(state, key, visible=True), key, visible=True)
    elif wish.layers is not None:
        state = _only(state, here, wish.layers)
    for key in here:
        if wish.style is not None:
            state = set_style(state, key, wish.style)
        if wish.opacity is not None:
            state = set_fill(state, key, wish.opacity)
    return state


def _only(state: ReadingState, here: set[InstanceKey], wanted: str) -> ReadingState:
    for key in here:
        state = set_overlay_visible(set_all_parts_visible(state, key, visible=False), key, visible=False)
    for one in wanted.split(","):
        uid, _, number = one.strip().partition(":")
        overlay = _overlay(state.content, uid)
        if overlay.instance not in here:
            refused = state.content.bindings[overlay.instance].not_shown_because
            raise Refused(f"The object {uid} does not lie on this stack. {refused.text if refused else ''}".strip())
        numbers = [part.number for part in overlay.parts]
        if not number:
            state = set_all_parts_visible(state, overlay.instance, visible=True)
        elif number.isdigit() and int(number) in numbers:
            state = set_part_visible(state, overlay.instance, int(number), visible=True)
        else:
            raise Refused(f"The object {uid} has no part {number}; it has {', '.join(map(str, numbers)) or 'none'}.")
        state = set_overlay_visible(state, overlay.instance, visible=True)
    return state


def _overlay(content: Content, uid: str) -> Overlay:
    for key in content.library.instances_with_uid(uid):
        if key in content.overlays:
            return content.overlays[key]
        if key in content.unreadable:
            raise Refused(f"The object {uid} cannot be read: {content.unreadable[key]}")
    raise Refused(f"No overlay with the SOP Instance UID {uid} is among the opened files.")
