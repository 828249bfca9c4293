"""Functional groups of multi-frame objects (PS3.3 C.7.6.16), read from the raw bytes: fast enough for 10,000 frames.

Building pydicom data sets for the per-frame items takes fifty times as long, so nothing here does unless the bytes are
odd. The answer is the same either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viewer.dicom.byte_reader import BytesUnavailable, open_bytes
from viewer.dicom.datasets import BIG_ENDIAN, IMPLICIT_SYNTAXES, UnreadableDataset, syntax_of
from viewer.dicom.datasets import top_level as pydicom_top_level
from viewer.dicom.inflated import ByteReader
from viewer.dicom.tag_reader import Item, NotUnderstood, Tree, read_file_meta, read_sequence, read_top_level
from viewer.domain.instance import InstanceHeader

SHARED = 0x52009229
PER_FRAME = 0x52009230


@dataclass(frozen=True, eq=False)
class FunctionalGroups:
    """The wanted parts of the functional groups; ``frames`` has one item a frame, in file order (may be empty)."""

    shared: Item
    frames: list[Item]

    def macro(self, frame: int, tag: int) -> Item | None:
        """Return the item of a functional group macro for a frame (0-based): its own, else the shared one."""
        if frame < len(self.frames):
            own = self.frames[frame].first(tag)
            if own is not None:
                return own
        return self.shared.first(tag)

    def macros(self, tag: int) -> Iterator[Item | None]:
        """Yield ``macro(frame, tag)`` for every frame."""
        shared = self.shared.first(tag)
        for frame in self.frames:
            items = frame.sequences.get(tag)
            yield items[0] if items else shared


def read_functional_groups(header: InstanceHeader, tree: Tree) -> FunctionalGroups:
    """Read the functional groups of an instance.

    Parameters
    ----------
    header
        The instance.
    tree
        What is wanted of one item of the sequences: tags of macros with the tree of their elements, for example
        ``{0x0062000A: {0x0062000B: None}}`` for the Referenced Segment Number.

    Raises
    ------
    UnreadableDataset
        The bytes are gone or damaged.
    """
    try:
        with open_bytes(header.source) as reader:
            return _read(reader, tree)
    except BytesUnavailable as error:
        raise UnreadableDataset(error.reason) from error


def parse_groups(reader: ByteReader, ranges: dict[int, tuple[int, int]], tree: Tree, *, explicit: bool) -> FunctionalGroups:
    """Read functional groups that ``read_top_level`` found at ``ranges``; raises NotUnderstood."""
    found: dict[int, list[Item]] = {}
    for tag in (SHARED, PER_FRAME):
        if tag in ranges:
            offset, length = ranges[tag]
            data = reader.read(offset, length)
            if len(data) < length:
                raise NotUnderstood("the functional groups are cut off")
            found[tag] = read_sequence(data, tree, explicit=explicit)
    shared = found.get(SHARED)
    return FunctionalGroups(shared[0] if shared else Item(), found.get(PER_FRAME, []))


def groups_of(item: Item) -> FunctionalGroups:
    """Return the functional groups of a data set that was read whole."""
    return FunctionalGroups(item.first(SHARED) or Item(), item.sequences.get(PER_FRAME, []))


def _read(reader: ByteReader, tree: Tree) -> FunctionalGroups:
    try:
        return _read_strictly(reader, tree)
    except NotUnderstood:
        found, _ = pydicom_top_level(reader, {SHARED: tree, PER_FRAME: tree})
        return groups_of(found.item)


def _read_strictly(reader: ByteReader, tree: Tree) -> FunctionalGroups:
    meta, start = read_file_meta(reader)
    syntax = syntax_of(meta)
    if syntax in {"", BIG_ENDIAN}:
        raise NotUnderstood("not little endian")
    explicit = syntax not in IMPLICIT_SYNTAXES
    wanted: Tree = {SHARED: tree, PER_FRAME: tree}
    top = read_top_level(reader, start, wanted, explicit=explicit, find=frozenset(wanted))
    return parse_groups(reader, top.ranges, tree, explicit=explicit)
