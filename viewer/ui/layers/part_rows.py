"""The rows of an object's parts: segments, ROIs, annotations; perhaps in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from viewer.domain.dose import Dose
from viewer.domain.overlay import Overlay, Part, PartMeasure
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.reading.state import PartStyle, ReadingState
from viewer.scene.part_colors import Repair, part_colors
from viewer.scene.plain_words import NO_BREAK_SPACE, area_text, count, plain, volume
from viewer.ui.layers.row import Grouping, LayerRow, tr
from viewer.ui.plain_text import tooltip


def holds(part: Part, words: list[str]) -> bool:
    """Say whether a part is found by the words of a search."""
    text = " ".join((part.label, part.category, part.type, part.region, part.laterality, str(part.number))).casefold()
    return all(word in text for word in words)


def part_row(
    state: ReadingState,
    overlay: Overlay,
    part: Part,
    measures: Mapping[int, PartMeasure] | None,
    *,
    here: frozenset[int] | None,
    dimmed: bool,
) -> LayerRow:
    """Return the row of a part."""
    layer = state.layer(overlay.instance)
    style = layer.parts.get(part.number, PartStyle())
    shown = state.part_visible(overlay, part.number)
    measured = isinstance(overlay.content, Segmentation | StructureSet | Dose) or bool(overlay.meshes)
    measure = measures.get(part.number) if measures is not None else None
    measure = measure.at_threshold(layer.threshold) if measure is not None else None
    color = part_colors(overlay, safe=state.safe_colors)[part.number]
    word = _state_word(part, measure)
    value = volume(measure.volume_ml) if measure is not None and measure.volume_ml is not None and not word else ""
    area = area_text(measure.on_slide_mm2) if measure is not None and measure.on_slide_mm2 and not word else ""
    facts = [fact for fact in (part.category, part.type, part.region, part.laterality) if fact]
    name = plain(part.label) or tr("Number {number}").format(number=part.number)
    return LayerRow(
        key=("part", overlay.instance, part.number),
        kind="part",
        name=name,
        overlay=overlay.instance,
        part=part.number,
        item=part.item,
        tip=tooltip(
            name,
            " · ".join(plain(fact) for fact in facts),
            _size_words(area or (f"{value}{NO_BREAK_SPACE}mL" if value else ""), measure),
            tr("number {number} · {origin}").format(number=part.number, origin=part.origin.value),
            _repair_words(color.repaired) if style.color is None and not state.safe_colors else "",
            tr("Not on this slice.") if here is not None and part.number not in here else "",
        ),
        color=style.color or color.color,
        repaired=bool(color.repaired) and style.color is None and not state.safe_colors,
        shown=shown,
        dimmed=dimmed or not shown,
        hollow=here is not None and part.number not in here,
        solo=layer.solo == part.number,
        value=value or area or (count(part.count) if part.count else ""),
        state=word,
        busy=measured and measures is None and not word,
        opacity=part.opacity if style.opacity is None else style.opacity,
        has_measures=measured,
    )


def _size_words(size: str, measure: PartMeasure | None) -> str:
    """Return a volume or area with how it was made; empty without one."""
    return f"{size} · {measure.method}" if size and measure is not None and measure.method else ""


def _repair_words(repair: Repair) -> str:
    words = {
        "identical": tr("The file gives several parts this colour; another one is shown."),
        "invisible": tr("The colour of the file could not be seen on an image; another one is shown."),
    }
    return words.get(repair, "")


def _state_word(part: Part, measure: PartMeasure | None) -> str:
    found = measure.state if measure is not None and measure.state != "ok" else part.state
    words = {
        "empty": tr("empty"),
        "not_described": tr("not described"),
        "background": tr("background"),
        "unreadable": tr("unreadable"),
    }
    return words.get(found, "")


def grouped(overlay: Overlay, parts: list[LayerRow], grouping: Grouping) -> list[LayerRow]:
    """Return the rows of parts, in groups where that is asked for."""
    if grouping == "none" or len(parts) < 2:
        return parts
    texts = {part.number: _group_of(part, grouping) for part in overlay.parts}
    groups: dict[str, list[LayerRow]] = {}
    for row in parts:
        groups.setdefault(texts.get(row.part or 0, ""), []).append(row)
    return [
        LayerRow(
            key=("group", overlay.instance, grouping, name),
            kind="group",
            name=name or tr("not stated"),
            overlay=overlay.instance,
            second=tr("{shown} of {all}").format(shown=count(sum(row.shown for row in rows)), all=count(len(rows))),
            dimmed=all(row.dimmed for row in rows),
            children=tuple(replace(row) for row in rows),
        )
        # What says nothing stands below what says something.
        for name, rows in sorted(groups.items(), key=lambda group: not group[0])
    ]


def _group_of(part: Part, grouping: Grouping) -> str:
    texts = {
        "category": part.category,
        "type": part.type,
        "region": part.region,
        "laterality": part.laterality,
        "algorithm": part.algorithm_type,
    }
    return plain(texts.get(grouping, ""))
