"""Which value of a label picture stands for which part, and how frames of segments are merged into label pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.overlay import FilledRows, Overlay, ReadFrame, rows_reader
from viewer.domain.segmentation import Segmentation

Labels = NDArray[np.uint8] | NDArray[np.uint16]
Fractions = NDArray[np.float32]


_READABLE_BITS = {"BINARY": (1, 8), "FRACTIONAL": (8, 16), "LABELMAP": (8, 16)}


def bits_are_readable(content: Segmentation) -> bool:
    """Say whether Bits Allocated is what the type of segmentation can be read from; else its values have no meaning."""
    return content.bits_allocated in _READABLE_BITS[content.type]


def as_unsigned(stored: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return stored values as the unsigned numbers that they are in every segmentation, whatever the header says."""
    return stored.view(f"u{stored.dtype.itemsize}") if stored.dtype.kind == "i" else stored


@dataclass(frozen=True, eq=False)
class PartCodes:
    """Value v of a label picture belongs to ``numbers[v - 1]``; the same for every picture of an overlay."""

    numbers: tuple[int, ...]
    code_of: dict[int, int]
    of_value: Labels
    """(65536,) the code of each stored value of a LABELMAP; 0 for the padding value and for undescribed ones."""

    @property
    def dtype(self) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
        """The smallest unsigned type that holds every code."""
        return self.of_value.dtype


def part_codes(overlay: Overlay, chosen: Sequence[int] | None = None) -> PartCodes:
    """Return the codes of an overlay's parts, or of the chosen part numbers in that order."""
    numbers = tuple(part.number for part in overlay.parts) if chosen is None else tuple(chosen)
    code_of = {number: code for code, number in enumerate(numbers, start=1)}
    table: Labels = np.zeros(65536, np.uint8) if len(numbers) < 256 else np.zeros(65536, np.uint16)
    for number, code in code_of.items():
        if 0 <= number < len(table):
            table[number] = code
    content = overlay.content
    if isinstance(content, Segmentation) and content.padding_value is not None and 0 <= content.padding_value < len(table):
        table[content.padding_value] = 0
    return PartCodes(numbers, code_of, table)


def label_layers(
    content: Segmentation, frames: Sequence[int], read_frame: ReadFrame, codes: PartCodes
) -> tuple[Labels, ...]:
    """Return the label pictures (rows, columns) of frames that share a grid; one when nothing overlaps, none when empty.

    A pixel that two segments claim is in both pictures, so each can be switched by itself.
    """
    layers: list[Labels] = []
    read_rows = rows_reader(read_frame)
    for frame in frames:
        if content.type == "LABELMAP":
            labels = labels_of_frame(read_frame(frame), codes)
            if labels.any():
                merge_labels(layers, labels)
            continue
        code = codes.code_of.get(int(content.frames.segment_number[frame]))
        if code is not None:
            _merge_mask(layers, read_rows(frame), code, codes)
    return tuple(layers)


def labels_of_mask(mask: NDArray[np.bool_], code: int, codes: PartCodes) -> Labels:
    """Return a label picture with one code where a mask is set."""
    labels = empty_labels(mask.shape, codes)
    labels[mask] = code
    return labels


def empty_labels(shape: tuple[int, ...], codes: PartCodes) -> Labels:
    """Return a label picture of nothing."""
    return np.zeros(shape, np.uint8) if codes.dtype == np.uint8 else np.zeros(shape, np.uint16)


def labels_of_frame(stored: NDArray[np.generic], codes: PartCodes) -> Labels:
    """Return the codes of a LABELMAP frame."""
    plain = as_unsigned(stored)
    values: Labels = plain.astype(np.uint8) if plain.dtype.itemsize == 1 else plain.astype(np.uint16)
    labels: Labels = codes.of_value.take(values)
    return labels


def fractions_of_frame(stored: NDArray[np.generic], content: Segmentation) -> Fractions:
    """Return stored / Maximum Fractional Value, at most 1 (PS3.3 C.8.20.2.3.2)."""
    fractions: Fractions = as_unsigned(stored).astype(np.float32)
    fractions /= np.float32(content.maximum_fractional_value)
    np.minimum(fractions, np.float32(1), out=fractions)
    return fractions


def fraction_layers(
    content: Segmentation, frames: Sequence[int], read_frame: ReadFrame, codes: PartCodes
) -> dict[int, Fractions]:
    """Return the fractions (rows, columns) of each part that frames on one grid carry, without parts that are 0 all over."""
    found: dict[int, Fractions] = {}
    for frame in frames:
        number = int(content.frames.segment_number[frame])
        if number not in codes.code_of:
            continue
        stored = read_frame(frame)
        if not stored.any():
            continue
        fractions = fractions_of_frame(stored, content)
        found[number] = np.maximum(found[number], fractions) if number in found else fractions
    return found


def _merge_mask(layers: list[Labels], filled: FilledRows, code: int, codes: PartCodes) -> None:
    """Add a mask to the label pictures there are. Most of a frame is empty, so only the rows that are not are looked at."""
    if not len(filled.values):
        return
    rows = slice(filled.first, filled.first + len(filled.values))
    # Whole rows are multiplied and added: ten times as fast as picking out the pixels that are set.
    mask = np.asarray(filled.values, dtype=np.bool_)
    ones: Labels = mask.view(np.uint8) if codes.dtype == np.uint8 else mask.astype(np.uint16)
    coded = ones * codes.dtype.type(code)
    for layer in layers:
        there = layer[rows]
        shared = there * ones
        if not shared.max():
            there += coded
            return
        if not ((shared != 0) & (shared != code)).any():
            # A second frame of the same segment at the same place is no overlap.
            np.maximum(there, coded, out=there)
            return
    layer = empty_labels(filled.shape, codes)
    layer[rows] = coded
    layers.append(layer)


def merge_labels(layers: list[Labels], labels: Labels) -> None:
    """Add a label picture to those there are: where it is free of others, else to a further picture of its own."""
    for layer in layers:
        claimed = labels != 0
        free = claimed & ((layer == 0) | (layer == labels))
        layer[free] = labels[free]
        labels = np.where(free, np.zeros_like(labels), labels)
        if not labels.any():
            return
    layers.append(labels)
