"""Lookup tables and palettes of an image header (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5, C.7.9.2, C.7.6.19)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import items, tag, text, word_array, words
from viewer.domain.image_attributes import LookupTable, Palette

_COLOURS = ("Red", "Green", "Blue")
MAXIMUM_ENTRIES = 65536


def read_lookup_table(item: Item, *, signed: bool) -> LookupTable | None:
    """Read an item of a Modality or VOI LUT Sequence.

    The descriptor is (number of entries, 0 meaning 65536; first input mapped; bits of an entry). The number of entries is
    taken from the data where the data is shorter, and entries packed two to a word are unpacked: both are common faults.

    Parameters
    ----------
    item
        Sequence item.
    signed
        Input values can be negative, so the first input mapped is signed whatever its VR says.
    """
    descriptor = words(item, "LUTDescriptor")
    entries = _entries(item, "LUTData", descriptor)
    if entries is None or not entries.size:
        return None
    first = descriptor[1] - 65536 if signed and descriptor[1] >= 32768 else descriptor[1]
    bits = descriptor[2] if 1 <= descriptor[2] <= 16 else 16
    if int(entries.max()) >> bits:
        # More bits than stated: the stated range would fold bright into dark.
        bits = int(entries.max()).bit_length()
    return LookupTable(entries, first, bits, text(item, "LUTExplanation"))


def read_lookup_tables(dataset: Item, sequence: str, *, signed: bool) -> tuple[LookupTable, ...]:
    """Read all usable tables of a sequence."""
    found = (read_lookup_table(item, signed=signed) for item in items(dataset, sequence))
    return tuple(table for table in found if table is not None)


def _entries(dataset: Item, keyword: str, descriptor: tuple[int, ...]) -> NDArray[np.uint16] | None:
    if len(descriptor) < 3:
        return None
    count = descriptor[0] or MAXIMUM_ENTRIES
    data = dataset.values.get(tag(keyword))
    if not data:
        return None
    if descriptor[2] <= 8 and len(data) in (count, count + count % 2):
        return np.frombuffer(data[:count], np.uint8).astype(np.uint16)
    return word_array(data)[:count]


def read_palette(dataset: Item, *, signed: bool, supplemental: bool) -> Palette | None:
    """Read the Red, Green and Blue Palette Color Lookup Tables, plain or segmented, as 8-bit display values."""
    tables: list[NDArray[np.uint8]] = []
    first = 0
    for colour in _COLOURS:
        descriptor = words(dataset, f"{colour}PaletteColorLookupTableDescriptor")
        if len(descriptor) < 3:
            return None
        first = descriptor[1] - 65536 if signed and descriptor[1] >= 32768 else descriptor[1]
        plain = _palette_entries(dataset, colour, descriptor)
        if plain is None or not plain.size:
            return None
        tables.append(plain)
    length = min(table.size for table in tables)
    red, green, blue = (table[:length] for table in tables)
    return Palette(red, green, blue, first, supplemental)


def _palette_entries(dataset: Item, colour: str, descriptor: tuple[int, ...]) -> NDArray[np.uint8] | None:
    count = descriptor[0] or MAXIMUM_ENTRIES
    segmented = dataset.values.get(tag(f"Segmented{colour}PaletteColorLookupTableData"))
    if segmented:
        wide = descriptor[2] > 8
        codes = word_array(segmented) if wide else np.frombuffer(segmented, np.uint8)
        expanded = expand_segments(codes.astype(np.int64), count, wide=wide)
        return (expanded >> (descriptor[2] - 8)).astype(np.uint8) if wide else expanded.astype(np.uint8)
    entries = _entries(dataset, f"{colour}PaletteColorLookupTableData", descriptor)
    if entries is None:
        return None
    if descriptor[2] > 8:
        # Tables said to be 16 bit of which only the low byte is used exist: shifting them would show black.
        return (entries if int(entries.max(initial=0)) < 256 else entries >> 8).astype(np.uint8)
    # Eight-bit entries may stand in the high byte of each word.
    return (entries >> 8 if int(entries.max(initial=0)) > 255 else entries).astype(np.uint8)


def expand_segments(codes: NDArray[np.int64], count: int, *, wide: bool) -> NDArray[np.int64]:
    """Expand a segmented palette (PS3.3 C.7.9.2): opcode 0 discrete, 1 linear, 2 indirect.

    Stops at ``count`` entries, at a damaged segment, and at an indirect segment inside an indirect one; the last entry
    fills what is missing.

    Parameters
    ----------
    codes
        The segments (n,) as bytes or words.
    count
        Number of entries.
    wide
        ``codes`` are words; byte offsets of indirect segments are then halved.
    """
    expanded: list[int] = []
    pending: list[tuple[int, int, bool]] = [(0, len(codes), False)]
    while pending:
        position, segments, indirect = pending.pop()
        while segments > 0 and position + 2 < len(codes) and len(expanded) < count:
            opcode, length = int(codes[position]), int(codes[position + 1])
            segments -= 1
            if opcode == 0:
                expanded.extend(codes[position + 2 : position + 2 + length].tolist())
                position += 2 + length
            elif opcode == 1:
                expanded.extend(_linear(expanded[-1] if expanded else 0, int(codes[position + 2]), length))
                position += 3
            elif opcode == 2 and not indirect:
                offset = codes[position + 2 : position + (4 if wide else 6)]
                target = sum(int(code) << ((16 if wide else 8) * place) for place, code in enumerate(offset))
                pending.append((position + 2 + len(offset), segments, False))
                pending.append((target // 2 if wide else target, length, True))
                break
            else:
                break
    result = np.asarray(expanded[:count], np.int64)
    missing = count - result.size
    return np.concatenate([result, np.full(missing, result[-1] if result.size else 0, np.int64)]) if missing else result


def _linear(start: int, end: int, length: int) -> list[int]:
    steps = np.arange(1, length + 1)
    return [int(value) for value in np.rint(start + (end - start) * steps / max(length, 1))]
