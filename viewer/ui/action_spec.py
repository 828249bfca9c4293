"""What an action of the registry is: its text, menu, keys and icon, and when it can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.reading.changes.linking import unjoined
from viewer.reading.changes.planes import why_not_arranged
from viewer.reading.changes.presentation import states_of
from viewer.reading.changes.volumes import axes_of_pane
from viewer.reading.claims import REVIEWED_KINDS
from viewer.reading.edited import selected_segment, selection_is_edited
from viewer.reading.key_images import has_key_images
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState

Menu = Literal["File", "Edit", "View", "Image", "Measure", "Layers", "Review", "Report", "Window", "Help"]
Scope = Literal["window", "viewport", "held"]
"""window: anywhere; viewport: while a viewport has the focus, so that lists keep these keys; held: as long as it is down."""
Need = Literal[
    "",
    "image",
    "images",
    "key_images",
    "slide",
    "playable",
    "second_axis",
    "volumes",
    "series",
    "placed",
    "unjoined",
    "panes",
    "overlay",
    "part",
    "undo",
    "redo",
    "report",
    "measurement",
    "measurements",
    "writable",
    "fused",
    "dose",
    "planes",
    "cut",
    "comparable",
    "compared",
    "solid",
    "decided",
    "finding",
    "states",
    "findings",
    "blind",
    "segments",
    "segment",
    "edited",
    "lines",
    "held_point",
]


def T(text: str) -> str:
    """Mark a text of the tables for translation; it is translated when it is shown."""
    return text


MENUS: tuple[Menu, ...] = ("File", "Edit", "View", "Image", "Measure", "Layers", "Review", "Report", "Window", "Help")
MENU_TEXTS: Mapping[Menu, str] = {
    "File": T("File"),
    "Edit": T("Edit"),
    "View": T("View"),
    "Image": T("Image"),
    "Measure": T("Measure"),
    "Layers": T("Layers"),
    "Review": T("Review"),
    "Report": T("Report"),
    "Window": T("Window"),
    "Help": T("Help"),
}


def _several_images(reading: Reading) -> bool:
    stack = reading.state.stack_of(reading.state.pane)
    return stack is not None and len(stack.frames) > 1


def _has_volumes(reading: Reading) -> bool:
    return bool(axes_of_pane(reading.state, reading.state.active_pane))


def _is_placed(reading: Reading) -> bool:
    stack = reading.state.stack_of(reading.state.pane)
    return stack is not None and stack.in_patient_space


def _can_join(reading: Reading) -> bool:
    return bool(reading.state.pins) or bool(unjoined(reading.state))


def _shows_slide(reading: Reading) -> bool:
    stack = reading.state.stack_of(reading.state.pane)
    return stack is not None and stack.pyramid is not None


def _has_image(reading: Reading) -> bool:
    return reading.state.frame_of(reading.state.pane) is not None


def _can_measure(reading: Reading) -> bool:
    state = reading.state
    frame = state.frame_of(state.pane)
    return frame is not None and state.name_of(frame).study_instance_uid not in state.content.read_only_studies


def _has_claims(reading: Reading) -> bool:
    return any(one.kind in REVIEWED_KINDS and one.parts for one in reading.state.content.overlays.values())


def _has_decisions(reading: Reading) -> bool:
    state = reading.state
    if state.blind:
        return False
    opened = {study.study_instance_uid for patient in state.content.library.patients for study in patient.studies}
    return any(one.verdict != "undecided" and one.study_instance_uid in opened for one in state.decisions.values())


def _shows_cut(reading: Reading) -> bool:
    stack = reading.state.stack_of(reading.state.pane)
    return stack is not None and stack.resliced


NEEDS: Mapping[Need, tuple[Callable[[Reading], bool], str]] = {
    "": (lambda _reading: True, ""),
    "image": (_has_image, T("There is no image in the active viewport.")),
    "volumes": (_has_volumes, T("The active viewport shows one volume only: no other time, echo or b-value.")),
    "key_images": (lambda r: has_key_images(r.state), T("No key object selection names images of the active viewport.")),
    "slide": (_shows_slide, T("The active viewport shows no whole slide.")),
    "images": (_several_images, T("The active viewport does not show several images.")),
    "second_axis": (
        lambda r: len(axes_of_pane(r.state, r.state.active_pane)) > 1,
        T("The volumes in the active viewport differ in one value only."),
    ),
    "playable": (
        lambda r: _several_images(r) or _has_volumes(r),
        T("The active viewport does not show several images."),
    ),
    "series": (lambda r: bool(r.state.content.library.stacks), T("No image is open.")),
    "placed": (_is_placed, T("The images of the active viewport have no position in the patient.")),
    "unjoined": (_can_join, T("All series that are shown share a Frame of Reference, or there is only one.")),
    "panes": (lambda r: len(r.state.panes) > 1, T("There is only one viewport.")),
    "overlay": (lambda r: bool(r.state.content.overlays), T("No overlay is open.")),
    "part": (lambda r: r.state.selection.part is not None, T("No segment or ROI is selected.")),
    "fused": (lambda r: bool(r.state.pane.fused), T("Nothing is laid over the image of the active viewport.")),
    "dose": (
        lambda r: any(one.kind == "dose" and one.content is not None for one in r.state.content.overlays.values()),
        T("No dose distribution is open."),
    ),
    "planes": (
        lambda r: not why_not_arranged(r.state),
        T("The active viewport shows no images of several places in the patient."),
    ),
    "cut": (_shows_cut, T("The active viewport shows no plane through its images.")),
    "states": (
        lambda r: bool(states_of(r.state, r.state.stack_of(r.state.pane))),
        T("No presentation state lies on the images of the active viewport."),
    ),
    "solid": (lambda r: r.state.pane.kind == "volume", T("The active viewport shows nothing in 3D.")),
    "comparable": (
        lambda r: sum(isinstance(one.content, Segmentation | StructureSet) for one in r.state.content.overlays.values()) > 1,
        T("There are not two segmentations or structure sets to compare."),
    ),
    "compared": (lambda r: r.state.compared is not None, T("No two results are being compared.")),
    "decided": (_has_decisions, T("No finding is decided, or results are hidden.")),
    "finding": (lambda r: bool(r.state.selection.finding), T("No finding is selected.")),
    "undo": (lambda r: r.can_undo, T("There is nothing to undo.")),
    "redo": (lambda r: r.can_redo, T("There is nothing to redo.")),
    "report": (
        lambda r: any(overlay.readable for overlay in r.state.content.overlays.values()),
        T("No report or document is open."),
    ),
    "measurement": (
        lambda r: r.state.measurement(r.state.selection.measurement) is not None,
        T("No measurement is selected."),
    ),
    "writable": (_can_measure, T("There is no image to measure on, or another window reviews this study.")),
    "measurements": (lambda r: bool(r.state.measurements), T("Nothing has been measured.")),
    "segments": (
        lambda r: any(isinstance(one.content, Segmentation) for one in r.state.content.overlays.values()),
        T("No segmentation is open."),
    ),
    "segment": (lambda r: selected_segment(r.state) is not None, T("No segment is selected.")),
    "lines": (
        lambda r: any(isinstance(one.content, StructureSet | Report) for one in r.state.content.overlays.values()),
        T("No contours and no report are open."),
    ),
    "held_point": (
        lambda r: r.state.tool == "points" and r.state.held_point is not None,
        T("No point was taken hold of."),
    ),
    "edited": (lambda r: selection_is_edited(r.state), T("What is selected was not edited.")),
    "findings": (_has_claims, T("No opened object makes a claim, or results are hidden.")),
    "blind": (lambda r: r.state.blind, T("Nothing is hidden.")),
}
"""When an action can be used, and the sentence that says why it cannot."""


@dataclass(frozen=True)
class ActionSpec:
    """One action. ``keys`` are its default keys; ``checked`` reads from the state whether it is on."""

    id: str
    menu: Menu
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    need: Need = ""
    scope: Scope = "window"
    checked: Callable[[ReadingState], bool] | None = None
    color: str = "text2"
    """Token of its icon."""
    after_line: bool = False
    """A line stands above it in its menu."""
    in_menu: bool = True
    toggles: bool = False
    """It is on or off by itself (a panel), not by the state."""
    repeats: bool = True
    """It acts again and again while its key is held."""
