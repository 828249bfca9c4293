"""What an overlay is called everywhere on the screen: by what its maker wrote for people, told apart when several are alike.

Content Label is a code of at most 16 capitals ("DCMQI") and a report's title is that of its template, so the Series
Description stands first for both. Structure sets and plans have a label that their maker chose for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.reading.state import Content
from viewer.scene.plain_words import date, plain
from viewer.scene.remembered import Remembered

_LABELLED_FOR_PEOPLE = frozenset({"key_objects", "structure_set", "plan", "dose", "other"})
_names: Remembered[Mapping[InstanceKey, OverlayName]] = Remembered(4)


@dataclass(frozen=True)
class OverlayName:
    """A name, and what tells the object from others of that name (a moment, or its first finding); often empty."""

    name: str
    apart: str = ""

    @property
    def whole(self) -> str:
        """Both on one line."""
        return " · ".join(filter(None, (self.name, self.apart)))


def overlay_names(content: Content, say: Callable[[str], str]) -> Mapping[InstanceKey, OverlayName]:
    """Return the names of all overlays that were read; no two of a patient are the same. ``say`` translates."""
    words = (say("Report {number}"), say("Object"))
    return _names.recall((content.overlays, content.library), words, lambda: _named(content, *words))


def overlay_name(content: Content, overlay: Overlay, say: Callable[[str], str]) -> OverlayName:
    """Return the name of one overlay."""
    return overlay_names(content, say).get(overlay.instance) or OverlayName(plain(overlay.label) or plain(overlay.subtype))


def _named(content: Content, report_words: str, nameless: str) -> Mapping[InstanceKey, OverlayName]:
    by_patient: dict[str, list[Overlay]] = {}
    known = {instance.key for instance in content.library.instances}
    for key, overlay in content.overlays.items():
        if key in known:
            by_patient.setdefault(content.library.patient_of(key).key, []).append(overlay)
    found: dict[InstanceKey, OverlayName] = {}
    for overlays in by_patient.values():
        names = _names_of(content, overlays, report_words, nameless)
        found.update(_told_apart(overlays, names))
    return found


def _names_of(content: Content, overlays: list[Overlay], report_words: str, nameless: str) -> list[str]:
    described = [_described(content, overlay) for overlay in overlays]
    often, often_titled = Counter(described), Counter(plain(overlay.label) for overlay in overlays)
    reports, names = 0, []
    for overlay, name in zip(overlays, described, strict=True):
        title = plain(overlay.label)
        if overlay.kind == "report" and (often[name] > 1 or not name):
            reports += 1
            name = title if title and often_titled[title] == 1 else report_words.format(number=reports)
        names.append(name or plain(overlay.subtype) or nameless)
    return names


def _described(content: Content, overlay: Overlay) -> str:
    series = content.library.series_of(overlay.instance)
    label = plain(overlay.label)
    # Planes in an image have the series of that image.
    description = plain(series.description) if series.role != "image" or overlay.kind == "parametric_map" else ""
    return label or description if overlay.kind in _LABELLED_FOR_PEOPLE else description or label


def _told_apart(overlays: list[Overlay], names: list[str]) -> Mapping[InstanceKey, OverlayName]:
    often, seen = Counter(names), Counter[str]()
    alike = [(overlay.kind, "" if overlay.kind == "report" else name) for overlay, name in zip(overlays, names, strict=True)]
    together = Counter(alike)
    minutes = Counter((one, _moment(overlay)) for overlay, one in zip(overlays, alike, strict=True))
    seconds = Counter((one, _moment(overlay, seconds=True)) for overlay, one in zip(overlays, alike, strict=True))
    found = {}
    for overlay, name, one in zip(overlays, names, alike, strict=True):
        seen[name] += 1
        shown = f"{name} {seen[name]}" if often[name] > 1 else name
        minute, second = _moment(overlay), _moment(overlay, seconds=True)
        if together[one] == 1:
            apart = ""
        elif minute and minutes[one, minute] == 1:
            apart = minute
        elif second and seconds[one, second] == 1:
            apart = second
        else:
            apart = plain(overlay.parts[0].label) if overlay.parts else ""
        found[overlay.instance] = OverlayName(shown, apart)
    return found


def _moment(overlay: Overlay, *, seconds: bool = False) -> str:
    digits = overlay.provenance.content_date
    clock = digits[8 : 14 if seconds else 12]
    day = date(digits)
    if len(clock) < 4 or not clock.isdigit():
        return day
    return f"{day} {':'.join(clock[place : place + 2] for place in range(0, len(clock), 2))}"
