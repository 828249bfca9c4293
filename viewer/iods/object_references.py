"""The images that an object names as a whole: by series, as sources, as referenced images (PS3.3 C.7.6.16, C.12.4).

A segmentation names each of a thousand slices so: the raw bytes are read where they are as usual, data sets are built else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydicom.dataset import Dataset

from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.references import ImageReference
from viewer.iods.elements import items, raw_items, text, written_text

_SERIES_INSTANCE, _SOP_CLASS, _SOP_INSTANCE = 0x0020000E, 0x00081150, 0x00081155
_INSTANCES: Final = {"ReferencedInstanceSequence": 0x0008114A, "ReferencedSOPSequence": 0x00081199}
"""Where the items of a Referenced Series Sequence name instances."""

_INSTANCE_TREE: Final[Tree] = dict.fromkeys((_SOP_CLASS, _SOP_INSTANCE))
_SERIES_TREE: Final[Tree] = {_SERIES_INSTANCE: None, **dict.fromkeys(_INSTANCES.values(), _INSTANCE_TREE)}


def object_references(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return the references of a data set that hold for all its frames, in the order of the file."""
    found = list(_of_series(dataset))
    for study in items(dataset, "StudiesContainingOtherReferencedInstancesSequence"):
        found.extend(_of_series(study))
    for keyword in ("SourceImageSequence", "ReferencedImageSequence"):
        raw = raw_items(dataset, keyword, _INSTANCE_TREE)
        if raw is None:
            found.extend(_reference(one, "") for one in items(dataset, keyword))
        else:
            found.extend(_raw_reference(one, "") for one in raw)
    return tuple(found)


def _of_series(dataset: Dataset) -> Iterator[ImageReference]:
    raw = raw_items(dataset, "ReferencedSeriesSequence", _SERIES_TREE)
    for series in items(dataset, "ReferencedSeriesSequence") if raw is None else ():
        uid = text(series, "SeriesInstanceUID")
        for keyword in _INSTANCES:
            yield from (_reference(one, uid) for one in items(series, keyword))
    for item in raw or ():
        uid = _uid(item, _SERIES_INSTANCE)
        for tag in _INSTANCES.values():
            yield from (_raw_reference(one, uid) for one in item.sequences.get(tag, ()))


def _reference(item: Dataset, series_instance_uid: str) -> ImageReference:
    return ImageReference(text(item, "ReferencedSOPInstanceUID"), text(item, "ReferencedSOPClassUID"), series_instance_uid)


def _raw_reference(item: Item, series_instance_uid: str) -> ImageReference:
    return ImageReference(_uid(item, _SOP_INSTANCE), _uid(item, _SOP_CLASS), series_instance_uid)


def _uid(item: Item, tag: int) -> str:
    return written_text(item.values.get(tag, b""))
