"""The words in the corners of a pane: whose image it is, where in the stack, which AI is shown, how it is windowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from viewer.domain.burned_in import is_burned_in_ai
from viewer.domain.image_attributes import LookupTable, Window
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.library import Library
from viewer.domain.provenance import Origin
from viewer.domain.stack import Stack
from viewer.reading.state import Pane, ReadingState
from viewer.scene.codings import CODINGS
from viewer.scene.cut_words import cut_lines, offset_words
from viewer.scene.dimension_words import dimension_words, stack_words
from viewer.scene.drawables import CornerText
from viewer.scene.fused import Fused
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import NO_BREAK_SPACE, date, decimal, plain
from viewer.scene.slide_words import pixel_size, slide_lines

NO_CALIBRATION = "no calibration"
"""Where the size of a pixel would stand."""
Say = Callable[[str], str]
"""Translates a format string."""


def corner_text(
    state: ReadingState,
    pane: Pane,
    stack: Stack,
    *,
    window: Window | LookupTable | None,
    layers: Sequence[ShownLayer],
    say: Say,
) -> CornerText:
    """Return the lines of the four corners, without the zoom, which only the canvas knows.

    Parameters
    ----------
    window
        The window in force; None in colour and while the image is not there.
    layers
        Overlays on this plane.
    say
        Translates the format strings.
    """
    place = min(pane.frame, len(stack.frames) - 1)
    frame = stack.frames[place]
    header = state.content.library.instance(frame.instance)
    return CornerText(
        top_left=_patient_lines(state, header, say),
        top_right=cut_lines(state, pane, stack, place, say) if stack.resliced else _place_lines(stack, place, say),
        bottom_left=_window_lines(window, pane, say),
        bottom_right=_coding_lines(header, stack, frame, place, say=say),
        ai=say("AI, burned in") if is_burned_in_ai(header) else _ai_line(state, layers, say),
    )


def with_fused_words(corners: CornerText, fused: Fused | None, say: Say) -> CornerText:
    """Return the corners with a line for each series that is laid over, above that of the window."""
    bars = tuple(bar for bar in fused.bars if bar.here) if fused is not None else ()
    if not bars:
        return corners
    lines = tuple(
        say("Over it: {name}  {low} to {high} {unit}  {percent} %")
        .format(
            name=bar.title,
            percent=round(bar.opacity * 100),
            low=shortest(bar.ends[0]),
            high=shortest(bar.ends[1]),
            unit=" ".join(filter(None, (bar.scale.name, bar.scale.unit))),
        )
        .rstrip()
        for bar in bars
    )
    return replace(corners, bottom_left=(*lines, *corners.bottom_left))


def shortest(value: float) -> str:
    """Return a number without needless decimals."""
    digits = 0 if abs(value - round(value)) < 5e-4 or abs(value) >= 1000 else (1 if abs(value) >= 10 else 3)
    return decimal(value, digits)


def _patient_lines(state: ReadingState, header: InstanceHeader, say: Say) -> tuple[str, ...]:
    study = state.content.library.study_of(header.key)
    series = state.content.library.series_of(header.key)
    name = plain(header.patient_name) or say("Name not stated")
    identity = say("ID {id}").format(id=plain(header.patient_id)) if header.patient_id else ""
    described = "  ".join(filter(None, (date(study.date), plain(study.description))))
    number_text = say("Series {number}").format(number=series.series_number) if series.series_number is not None else ""
    series_line = "  ".join(filter(None, (number_text, plain(series.description))))
    links = state.content.library.links_of(series)
    lines = [link_words(state.content.library, key, say, made="from") for key in links.made_from[:2]]
    lines += [link_words(state.content.library, key, say, made="of it") for key in links.used_by[:2]]
    return (name, *filter(None, (identity, described, series_line, *lines)))


def link_words(library: Library, key: str, say: Say, *, made: Literal["from", "of it"]) -> str:
    """Return which series an image was made from, or which was made of it."""
    other = library.series_by_key(key)
    if other is None:
        return ""
    number = say("series {number}").format(number=other.series_number) if other.series_number is not None else ""
    name = "  ".join(filter(None, (number, plain(other.description)))) or plain(other.modality)
    return say("Made from {name}" if made == "from" else "Used by {name}").format(name=name)


def _place_lines(stack: Stack, place: int, say: Say) -> tuple[str, ...]:
    if stack.pyramid is not None:
        return slide_lines(stack, place, say)
    count = len(stack.frames)
    template = "Frame {number} / {count}" if stack.temporal or not stack.in_patient_space else "Slice {number} / {count}"
    lines = [say(template).format(number=place + 1, count=count)] if count > 1 else []
    plane = stack.planes[place]
    if plane.in_patient_space:
        where = offset_words(stack, place)
        thick = ""
        if plane.thickness_mm > 0:
            thick = say("{mm} mm thick").format(mm=decimal(plane.thickness_mm, 1)).replace(" mm", NO_BREAK_SPACE + "mm")
        lines.append("  ".join(filter(None, (where, thick))))
    if stack.dimensions:
        lines.extend(stack_words(stack, say))
    elif stack.label:
        # A bare number says nothing.
        lines.append(say("Part {number}").format(number=stack.label) if stack.label.isdigit() else plain(stack.label))
    if place < len(stack.frame_dimensions):
        lines.extend(dimension_words(one, say) for one in stack.frame_dimensions[place])
    return tuple(lines)


def _window_lines(window: Window | LookupTable | None, pane: Pane, say: Say) -> tuple[str, ...]:
    inverted = say("inverted") if pane.view.inverted else ""
    if window is None:
        return (inverted,) if inverted else ()
    if isinstance(window, LookupTable):
        words = say("VOI LUT {name}").format(name=plain(window.explanation)).strip()
    else:
        words = say("W {width}  L {center}").format(width=shortest(window.width), center=shortest(window.center))
        words = "  ".join(filter(None, (words, plain(window.name))))
    unsure = say("auto") if pane.window.source == "auto" else ""
    return ("  ".join(filter(None, (words, unsure, inverted))),)


def _coding_lines(header: InstanceHeader, stack: Stack, frame: FrameKey, place: int, *, say: Say) -> tuple[str, ...]:
    matrix = f"{stack.columns} × {stack.rows}"
    if calibrated(header, frame.index):
        matrix += f" · {pixel_size(stack.planes[place].spacing_mm)}"
    else:
        matrix += " · " + say(NO_CALIBRATION)
    if stack.resliced:
        # No file holds this plane: how its images are coded says nothing of it.
        return (matrix,)
    return (say(CODINGS.get(header.transfer_syntax_uid, header.transfer_syntax_uid)), matrix)


def calibrated(header: InstanceHeader, index: int) -> bool:
    """Say whether the file states the size of a pixel in the patient."""
    return header.frame_header(index).pixel_spacing_mm is not None


def _ai_line(state: ReadingState, layers: Sequence[ShownLayer], say: Say) -> str:
    by_ai = [one for one in layers if one.overlay.origin in (Origin.AI, Origin.AI_ASSISTED)]
    shown = [(one, sum(look.visible for look in one.looks.values())) for one in by_ai]
    shown = [(one, count) for one, count in shown if count]
    if state.overlays_hidden or not shown:
        return ""
    if len(shown) > 1:
        return say("{count} AI results shown").format(count=len(shown))
    layer, count = shown[0]
    label = overlay_name(state.content, layer.overlay, say).name
    if len(layer.looks) == 1:
        return say("{label} · shown").format(label=label)
    return say("{label} · {shown} of {all} shown").format(label=label, shown=count, all=len(layer.looks))
