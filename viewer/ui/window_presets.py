"""Windows to choose from: those of the image, then the presets of its modality; keys 1 to 9 take them in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Window
from viewer.imaging.choices import windows_of
from viewer.imaging.window_presets import presets_of
from viewer.reading.state import ReadingState, WindowChoice
from viewer.scene.image_picture import ShownFrame, presented
from viewer.scene.inputs import SceneInputs
from viewer.scene.plain_words import decimal, plain
from viewer.scene.shared_range import range_in_force


def tr(text: str) -> str:
    """Translate a text of the window presets."""
    return QCoreApplication.translate("WindowPresets", text)


@dataclass(frozen=True)
class NamedWindow:
    """A choice with its name and numbers in words, and the number key that it alone has."""

    choice: WindowChoice
    name: str
    numbers: str = ""
    key: int | None = None


def windows_to_choose(state: ReadingState, inputs: SceneInputs) -> tuple[NamedWindow, ...]:
    """Return what the active viewport's window can be set to, besides dragging."""
    attributes = _attributes(state, inputs)
    if attributes is None:
        return ()
    frame = state.frame_of(state.pane)
    found = []
    for index, window in enumerate(windows_of(attributes, frame.index if frame is not None else 0)):
        found.append(_of_file(index, window))
    for preset in presets_of(state.window_presets, attributes.modality):
        known = preset.window_for(attributes)
        if known is None:
            continue
        choice = WindowChoice("preset", name=preset.name, center=known.center, width=known.width)
        named = NamedWindow(choice, tr(preset.name), "" if preset.unit else _numbers(known.center, known.width), preset.key)
        # The file's own window of that name and these numbers is the same one.
        if all((one.name.casefold(), one.numbers) != (named.name.casefold(), named.numbers) for one in found):
            found.append(named)
    found.append(NamedWindow(WindowChoice("auto"), tr("From the values")))
    if state.pane.presentation_state is not None:
        found.append(NamedWindow(WindowChoice("state"), tr("Of the presentation state")))
    return tuple(found)


def windows_by_key(found: Sequence[NamedWindow]) -> dict[int, NamedWindow]:
    """Return what the number keys take: a window's own key, and the rest in their order on the keys that are free."""
    own = {one.key: one for one in found if one.key is not None}
    free = (key for key in range(1, 10) if key not in own)
    rest = (one for one in found if one.key is None or own[one.key] is not one)
    return {**dict(zip(free, rest, strict=False)), **own}


def window_text(state: ReadingState, inputs: SceneInputs) -> str:
    """Return the name and numbers of the window in use."""
    attributes = _attributes(state, inputs)
    if attributes is None:
        return tr("Window")
    choice = state.pane.window
    if choice.source in ("file", "auto"):
        return _in_force(state, inputs, attributes)
    if choice.source == "user":
        return f"{tr('Own')} {_numbers(choice.center, choice.width)}"
    if choice.source == "preset":
        return _named(tr(choice.name), choice.center, choice.width)
    for named in windows_to_choose(state, inputs):
        if named.choice.source == choice.source and (named.choice.index, named.choice.name) == (choice.index, choice.name):
            return f"{named.name} {named.numbers}".strip()
    return tr("Window")


def _in_force(state: ReadingState, inputs: SceneInputs, attributes: ImageAttributes) -> str:
    """Return the window that the image starts with, or takes from its values: the one that the corner of the image names."""
    pane, frame = state.pane, state.frame_of(state.pane)
    decoded = inputs.frame(frame) if frame is not None else None
    stack = state.stack_of(pane)
    if frame is None or stack is None or not isinstance(decoded, DecodedFrame):
        return tr("Window")
    value_range = range_in_force(state.content.library, stack, inputs)
    shown = ShownFrame(decoded, attributes, frame.index, None, value_range)
    window = presented(pane, shown, None).window
    if window is None:
        return tr("Colour")
    if isinstance(window, LookupTable):
        return _of_file(0, window).name
    unnamed = tr("As stored") if window in windows_of(attributes, frame.index) else tr("From the values")
    return _named(plain(window.name) or unnamed, window.center, window.width)


def _of_file(index: int, window: Window | LookupTable) -> NamedWindow:
    choice = WindowChoice("file", index=index)
    if isinstance(window, LookupTable):
        return NamedWindow(choice, plain(window.explanation) or tr("Table of the file"))
    return NamedWindow(choice, plain(window.name) or tr("As stored"), _numbers(window.center, window.width))


def _named(name: str, center: float, width: float) -> str:
    """Return a window in words; the name of one in SUV says its ends, which its numbers in Bq/ml do not."""
    return name if name.startswith("SUV ") else f"{name} {_numbers(center, width)}"


def _numbers(center: float, width: float) -> str:
    digits = 0 if max(abs(center), abs(width)) >= 10 else 2
    return f"{decimal(center, digits)} / {decimal(width, digits)}"


def _attributes(state: ReadingState, inputs: SceneInputs) -> ImageAttributes | None:
    frame = state.frame_of(state.pane)
    found = inputs.attributes(frame.instance) if frame is not None else None
    return found if isinstance(found, ImageAttributes) else None
