"""What the status bar says of the point under the cursor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from viewer.domain.instance import InstanceKey
from viewer.imaging.probe import Probe
from viewer.imaging.real_world import RealWorldValue
from viewer.reading.state import Content
from viewer.scene.cursor import CursorInfo, PartHit
from viewer.scene.fused import FusedValue
from viewer.scene.overlay_names import overlay_names
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, plain
from viewer.scene.region_words import region_words
from viewer.ui.plain_text import sentence


def tr(text: str) -> str:
    """Translate a text of the cursor read-out."""
    return QCoreApplication.translate("Cursor", text)


@dataclass(frozen=True)
class CursorWords:
    """Place, value with unit, and the parts there as (name, colour)."""

    place: str = ""
    value: str = ""
    unit: str = ""
    parts: tuple[tuple[str, tuple[int, int, int]], ...] = ()
    detail: str = ""


def cursor_words(info: CursorInfo | None, content: Content | None = None) -> CursorWords:
    """Return the words; empty ones when the mouse is on no image. ``content`` names the objects behind equal names."""
    if info is None:
        return CursorWords()
    if info.on_slide and info.point_patient is not None:
        x, y, _ = (decimal(value, 4) for value in info.point_patient)
        place = tr("x {x}  y {y} mm on the slide").format(x=x, y=y)
    elif info.point_patient is not None:
        x, y, z = (decimal(value, 1) for value in info.point_patient)
        place = f"x{NO_BREAK_SPACE}{x}  y{NO_BREAK_SPACE}{y}  z{NO_BREAK_SPACE}{z}{NO_BREAK_SPACE}mm"
    else:
        place = tr("column {column}  row {row}").format(column=info.index[1] + 1, row=info.index[0] + 1)
    if info.region:
        place += "  " + region_words(info.region)
    value, unit = _value(info.probe)
    unit = "  ".join(
        filter(None, (unit, *(_fused(one) for one in info.fused if one.value is not None or one.overlay is None)))
    )
    top = info.parts[0] if info.parts else None
    detail = ""
    parts = part_names(info.parts, content)
    if top is not None and top.fraction is not None:
        detail = tr("fraction {value}").format(value=decimal(top.fraction, 2))
    elif len(parts) > 1:
        detail = tr("{number} parts here").format(number=len(parts))
    return CursorWords(place, value, unit, parts, detail)


def part_names(hits: Sequence[PartHit], content: Content | None) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """Return the name and colour of each part, once, with its object or number where others there have the same name."""
    parts: dict[tuple[InstanceKey, int], PartHit] = {}
    for hit in hits:
        parts.setdefault((hit.part.overlay, hit.part.part), hit)
    alike = Counter(hit.label for hit in parts.values())
    alike_in_object = Counter((overlay, hit.label) for (overlay, _), hit in parts.items())
    names = overlay_names(content, tr) if content is not None else {}
    found = []
    for (overlay, number), hit in parts.items():
        several = alike[hit.label] > alike_in_object[overlay, hit.label]
        where = names[overlay].whole if several and overlay in names else ""
        which = tr("number {number}").format(number=number) if alike_in_object[overlay, hit.label] > 1 else ""
        apart = ", ".join(filter(None, (where, which)))
        found.append((f"{hit.label} ({apart})" if apart else hit.label, hit.color))
    return tuple(found)


def _value(probe: Probe | None) -> tuple[str, str]:
    if probe is None:
        return "", ""
    words = {"padding": tr("padding"), "missing": tr("not in the file"), "no_number": tr("no number"), "outside": ""}
    if probe.rgb is not None:
        return " ".join(str(part) for part in probe.rgb), tr("red, green, blue")
    if probe.state == "no_number":
        return "–", words[probe.state]
    if probe.state != "value":
        return "", words.get(probe.state, plain(probe.state))
    if probe.value is None:
        return "", ""
    number = _number(probe.value)
    text = f"{number}{NO_BREAK_SPACE}{plain(probe.unit)}" if probe.unit else number
    said = [f"{plain(one.name)}{NO_BREAK_SPACE}{_number(one.value)}" for one in probe.suv[:1]]
    real = [one for one in probe.real_world if one.value is not None]
    # Of mappings in doubt one is enough: the probe command lists them all.
    shown = [one for one in real if one.doubt is None] + [one for one in real if one.doubt is not None][:1]
    said += [_real(one, one.value) for one in shown if one.value is not None]
    if probe.suv_missing is not None:
        said.append(sentence(probe.suv_missing))
    return text, "  ".join(said) or ("" if probe.unit else tr("no unit"))


def _fused(found: FusedValue) -> str:
    """Return the value of what is laid over, after its modality."""
    whose = plain(found.label).split(" ")[0].strip(",;:")
    if found.value is None:
        return tr("{name} nothing here").format(name=whose).strip()
    parts = (whose, plain(found.name), _number(found.value), plain(found.unit))
    return NO_BREAK_SPACE.join(part for part in parts if part)


def _real(found: RealWorldValue, value: float) -> str:
    """Return a mapped value in words. UCUM puts the name of what is measured in braces: {SUVbw}g/ml."""
    note = re.match(r"\{([^}]*)\}(.*)", found.unit)
    name, unit = note.groups() if note else (found.label if found.label != found.unit else "", found.unit)
    words = NO_BREAK_SPACE.join(plain(part) for part in (name, _number(value), unit) if part)
    return tr("{value} by a mapping in doubt").format(value=words) if found.doubt is not None else words


def _number(value: float) -> str:
    if float(value).is_integer():
        return decimal(value, 0)
    size = abs(value)
    return decimal(value, 1 if size >= 100 else 2 if size >= 1 else 4)
