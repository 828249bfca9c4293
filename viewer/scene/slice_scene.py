"""One pane's scene: the reading state and the store's answers, turned into drawables. Pure, and the same for every plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from viewer.domain.instance import FrameKey
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay
from viewer.domain.roles import is_for_processing
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.imaging.choices import window_issue
from viewer.reading.changes.linking import is_pinned
from viewer.reading.color_maps import palette_of
from viewer.reading.edited import overlays_at
from viewer.reading.layer_order import shown_in
from viewer.reading.state import Pane, ReadingState, View
from viewer.scene.clouds import clouds
from viewer.scene.color_bars import color_bars
from viewer.scene.corner_text import Say, calibrated, corner_text, with_fused_words
from viewer.scene.crosshair import crosshair_on
from viewer.scene.cut_words import resampled_notices
from viewer.scene.difference import difference, layers_drawn, split_compared
from viewer.scene.drawables import CornerText, Drawable, ImagePicture, MarkDrawable, Notice, PartRef, Scene, TilePicture
from viewer.scene.fused import with_fused
from viewer.scene.hovered import layers_hovered, marks_standing_out, outlines_standing_out
from viewer.scene.image_picture import Presented, ShownFrame, applied_state, image_picture, presented
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.layer_drawables import ShownLayer, Zooms, bitmaps, fills, hovered_outlines, outlines
from viewer.scene.marks import area_aspect, area_rectangle, area_zoom, displayed_area, marks, state_view, words
from viewer.scene.measured import measurement_drawables
from viewer.scene.orientation_letters import letters_of
from viewer.scene.other_patient import patient_notices
from viewer.scene.part_look import part_looks
from viewer.scene.plain_words import area_text, plain, volume
from viewer.scene.presented import state_notices, under_state
from viewer.scene.projected_measurements import projected_measurements
from viewer.scene.reference_lines import reference_lines
from viewer.scene.region_words import with_region_words
from viewer.scene.shared_range import range_in_force
from viewer.scene.slide_scene import map_of, slide_image, slide_inputs
from viewer.scene.state_picture import with_other_series
from viewer.scene.subtracted import with_subtraction

_QUARTERS: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 90: 90, 180: 180, 270: 270}


def english(text: str) -> str:
    """Return a format string untranslated."""
    return text


def slice_scene(
    state: ReadingState,
    pane: int,
    inputs: SceneInputs,
    *,
    plane: Plane | None = None,
    moving: bool = False,
    zooms: Zooms = (1.0, 1.0),
    say: Say = english,
) -> Scene:
    """Return what a pane shows.

    Parameters
    ----------
    pane
        Number of the pane.
    plane
        The plane to show; None: that of the pane's frame. On a plane that is not the frame's own only overlays are drawn.
    moving
        Draw borders of labels on the pixel grid, which costs little, because the next picture follows at once.
    zooms
        Device pixels of a pixel of the plane, across and down; they matter while something moves.
    say
        Translates format strings.
    """
    shown = state.panes[pane]
    stack, frame = state.stack_of(shown), state.frame_of(shown)
    if stack is None or frame is None:
        return Scene(plane=None, notices=_nothing_hung(state, shown))
    place = min(shown.frame, len(stack.frames) - 1)
    own = stack.planes[place]
    asked = own if plane is None else plane
    header = state.content.library.instance(frame.instance)
    slide = slide_inputs(state, pane, effective_view(state, pane), inputs) if asked == own else None
    picture: tuple[ImagePicture | TilePicture, ...]
    if slide is not None:
        inputs = slide
        picture, window, notices, image_there = slide_image(state, shown, slide, applied_state(state, shown, own.image))
    else:
        picture, window, notices, image_there = (
            _image(state, shown, stack, frame, inputs, moving=moving) if asked == own else _no_image()
        )
        notices = (*notices, *(resampled_notices(state, pane) if picture else ()))
    fused = with_fused(picture[0], state, shown, asked, inputs) if picture and isinstance(picture[0], ImagePicture) else None
    if fused is not None:
        picture, notices = (fused.picture,), (*notices, *fused.notices)
        image_there = image_there and fused.complete
    overlays = overlays_at(state, stack, place) if asked == own else state.content.overlays_on(stack.id)
    overlays = shown_in(state, shown, overlays)
    applied = applied_state(state, shown, own.image)
    layers, overlays_there, layer_notices = _layers(state, under_state(overlays, applied), asked, inputs)
    area = displayed_area(applied, asked) if applied is not None else None
    said = state_notices(applied, area, asked, state.screen_pixel_mm)
    measured = (
        (*projected_measurements(state, stack, frame, inputs, say), *measurement_drawables(state, frame, own, inputs, say))
        if asked == own
        else ()
    )
    # The lines of the cross say where the other planes are.
    cross = crosshair_on(state, stack, asked)
    corners = with_region_words(
        _corners(state, shown, stack, window, layers_drawn(state, layers), say), inputs.attributes(frame.instance), say
    )
    return Scene(
        plane=asked,
        drawables=(
            *picture,
            *_overlay_drawables(state, layers, asked, moving=moving, zooms=zooms),
            *(() if cross else reference_lines(state, pane, asked)),
            *measured,
            *cross,
        ),
        corner_text=with_fused_words(corners, fused, say),
        letters=letters_of(asked, header),
        scale_mm=asked.spacing_mm if calibrated(header, frame.index) else None,
        notices=(*patient_notices(state, shown, layers), *notices, *layer_notices, *said),
        complete=image_there and overlays_there and not (slide is not None and slide.waiting),
        here=tuple(PartRef(layer.overlay.instance, part) for layer in layers for part in sorted(layer.on_plane.parts_here)),
        displayed_area=area_rectangle(area) if area is not None else None,
        fit_zoom=area_zoom(area, state.screen_pixel_mm) if area is not None else None,
        aspect=area_aspect(area) if area is not None else None,
        plate=_plate(state, layers),
        window=window.window if window is not None else None,
        color_bars=color_bars(state, shown, window, fused, inputs),
        slide_map=map_of(state, shown, slide) if slide is not None else None,
        objective_power=stack.pyramid.objective_power if stack.pyramid is not None else None,
    )


def effective_view(state: ReadingState, pane: int) -> View:
    """Return the view of a pane: rotation and flip of its presentation state first, then what the reader did."""
    shown = state.panes[pane]
    frame, stack = state.frame_of(shown), state.stack_of(shown)
    if stack is None or frame is None or shown.presentation_state is None:
        return shown.view
    applied = applied_state(state, shown, stack.planes[min(shown.frame, len(stack.frames) - 1)].image)
    if applied is None:
        return shown.view
    first, own = state_view(applied), shown.view
    turn = -own.rotation if first.flipped else own.rotation
    return replace(own, rotation=_QUARTERS[(first.rotation + turn) % 360], flipped=first.flipped != own.flipped)


def _image(
    state: ReadingState, pane: Pane, stack: Stack, frame: FrameKey, inputs: SceneInputs, *, moving: bool
) -> tuple[tuple[ImagePicture, ...], Presented | None, tuple[Notice, ...], bool]:
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if isinstance(attributes, Unavailable):
        return (), None, (cannot_show(attributes.issue),), True
    if isinstance(decoded, Unavailable):
        return (), None, (cannot_show(decoded.issue),), True
    if isinstance(attributes, Pending) or isinstance(decoded, Pending):
        return (), None, (Notice("Reading the image …"),), False
    plane = stack.planes[min(pane.frame, len(stack.frames) - 1)]
    image = plane.image
    value_range = range_in_force(state.content.library, stack, inputs)
    shown = ShownFrame(decoded, attributes, frame.index, image, value_range)
    window = presented(pane, shown, applied_state(state, pane, image), palette_of(state.content, pane.color_map))
    subtracted = with_subtraction(state, window, shown, frame, inputs)
    if isinstance(subtracted, Unavailable):
        return (), None, (cannot_show(subtracted.issue),), True
    if isinstance(subtracted, Pending):
        return (), None, (Notice("Reading the image …"),), False
    window, shown = subtracted
    picture = image_picture(window, shown, inverted=pane.view.inverted, smooth=state.smooth, quick=moving)
    picture, whole, unblended = with_other_series(state, pane, (shown, picture), window, plane, inputs)
    said = _worth_saying(pane, shown)
    if is_for_processing(state.content.library.instance(frame.instance)):
        said = (issue("for_processing", "warning"), *said)
    return (picture,), window, (*(_above(one) for one in said), *unblended), whole


def _no_image() -> tuple[tuple[ImagePicture, ...], Presented | None, tuple[Notice, ...], bool]:
    return (), None, (), True


def cannot_show(issue: Issue) -> Notice:
    """Return the notice that stands in place of an image."""
    return Notice("Image cannot be shown", issue.text, "error" if issue.severity == "error" else "warning")


def _nothing_hung(state: ReadingState, pane: Pane) -> tuple[Notice, ...]:
    """Return what an empty viewport says: what to do, what a saved layout looked for, or that nothing opened is an image."""
    if state.content.scanning:
        return ()
    if pane.awaited:
        return (Notice("No such series here", f"The layout hangs {pane.awaited} in this place. Drag another one onto it."),)
    if state.content.library.stacks:
        return (Notice("No image here", "Drag a series from the studies onto this viewport, or press the Right key."),)
    return (Notice("No image was opened", "What else was opened stands in the panels beside."),)


def _above(issue: Issue) -> Notice:
    return Notice(issue.text, severity=issue.severity, replaces_image=False)


def _worth_saying(pane: Pane, shown: ShownFrame) -> tuple[Issue, ...]:
    """Return the issues that change how the picture on the screen must be read; the rest stands in the browser."""
    found = [*shown.decoded.issues, *(issue for issue in shown.attributes.issues if issue.severity != "info")]
    missed = window_issue(shown.attributes, index=shown.index, value_range=shown.value_range)
    if missed is not None and pane.window.source == "file":
        found.append(missed)
    return tuple(dict.fromkeys(found))[:2]


def _layers(
    state: ReadingState, overlays: Sequence[Overlay], plane: Plane, inputs: SceneInputs
) -> tuple[tuple[ShownLayer, ...], bool, tuple[Notice, ...]]:
    """Ask for what is switched on. Hidden overlays are asked as well: showing them again must not wait."""
    found, there, notices = [], True, []
    for overlay in overlays:
        if not overlay.draws or not state.overlay_visible(overlay):
            continue
        answer = inputs.on_plane(overlay.instance, plane)
        if isinstance(answer, Pending):
            there = False
            continue
        if isinstance(answer, Unavailable):
            label = plain(overlay.label) or overlay.subtype
            notices.append(Notice(f"{label} is not drawn.", answer.issue.text, "warning", replaces_image=False))
            continue
        style = state.layer(overlay.instance)
        found.append(ShownLayer(overlay, answer, part_looks(state, overlay), threshold=style.threshold, graded=style.graded))
    return tuple(found), there, tuple(notices[:2])


def _overlay_drawables(
    state: ReadingState, layers: Sequence[ShownLayer], plane: Plane, *, moving: bool, zooms: Zooms
) -> tuple[Drawable, ...]:
    if state.overlays_hidden:
        return ()
    layers, (first, second) = split_compared(state, layers)
    lines = outlines_standing_out(state, (one for layer in layers for one in outlines(layer, plane, moving=moving)))
    lines += [one for layer, numbers in layers_hovered(state, layers) for one in hovered_outlines(layer, plane, numbers)]
    bits = [one for layer in layers for one in bitmaps(layer)]
    graphics = [layer for layer in layers if layer.overlay.kind == "presentation_state"]
    reports = [layer for layer in layers if layer.overlay.kind != "presentation_state"]
    drawn: list[MarkDrawable] = []
    texts: list[Drawable] = []
    for layer in (*graphics, *reports):
        drawn.extend(marks(layer, plane, state.selection))
        texts.extend(words(layer, plane))
    return (
        *fills(layers, plane, moving=moving, zooms=zooms),
        *difference(state, first, second, plane, moving=moving),
        *sorted(lines, key=lambda one: (one.selected, one.hovered)),
        *bits,
        *clouds(layers),
        *sorted(marks_standing_out(state, drawn), key=lambda one: (one.selected, one.hovered)),
        *texts,
    )


def _corners(
    state: ReadingState,
    pane: Pane,
    stack: Stack,
    window: Presented | None,
    layers: Sequence[ShownLayer],
    say: Say,
) -> CornerText:
    words = corner_text(state, pane, stack, window=window.window if window else None, layers=layers, say=say)
    return replace(words, linked=say("Linked by hand")) if is_pinned(state, stack) else words


def _plate(state: ReadingState, layers: Sequence[ShownLayer]) -> tuple[str, str, tuple[int, int, int]] | None:
    chosen = state.selection
    if chosen.overlay is None or chosen.part is None:
        return None
    layer = next((one for one in layers if one.overlay.instance == chosen.overlay), None)
    if layer is None or chosen.part not in layer.on_plane.parts_here or not layer.looks[chosen.part].visible:
        return None
    measure = layer.on_plane.edited.get(chosen.part) or state.content.measures.get(chosen.overlay, {}).get(chosen.part)
    measure = measure.at_threshold(state.layer(chosen.overlay).threshold) if measure is not None else None
    value = f"{volume(measure.volume_ml)} mL" if measure is not None and measure.volume_ml is not None else ""
    if measure is not None and measure.on_slide_mm2 is not None:
        value = area_text(measure.on_slide_mm2)
    return plain(layer.overlay.part(chosen.part).label), value, layer.looks[chosen.part].color
