"""The shutter of a presentation state: shapes as images have them, or an overlay plane (PS3.3 C.7.6.11, C.7.6.15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.shutters import SHUTTER_WANTED, read_shutter
from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import tag
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.issues import Issue
from viewer.domain.shutter import Shutter, ShutterBitmap
from viewer.iods.elements import integer, integers, texts

_WORDS = frozenset({"ShutterPresentationValue", "ShutterPresentationColorCIELabValue"})


def state_shutter(dataset: Dataset, planes: Sequence[OverlayPlane]) -> tuple[Shutter | None, tuple[str, ...]]:
    """Return the shutter of a state and what of it is not applied, in words.

    Parameters
    ----------
    planes
        The overlay planes of the state; one of them may be the shutter.
    """
    issues: list[Issue] = []
    shapes = [one for one in texts(dataset, "ShutterShape") if one]
    shutter = read_shutter(_as_item(dataset, [one for one in shapes if one != "BITMAP"]), issues)
    not_applied = [f"an incomplete or unknown shutter, {dict(found.parameters)['what']}" for found in issues]
    if "BITMAP" in shapes:
        bitmap = _bitmap(dataset, planes)
        if bitmap is None:
            not_applied.append("a shutter whose bitmap is missing")
        else:
            value = integer(dataset, "ShutterPresentationValue") or 0
            shutter = replace(shutter or Shutter(value=value, cielab=_cielab(dataset)), bitmap=bitmap)
    return shutter, tuple(not_applied)


def shutter_group(dataset: Dataset) -> int | None:
    """Return the 60xx group that is a shutter and no annotation; None without one."""
    return integer(dataset, "ShutterOverlayGroup") if "BITMAP" in texts(dataset, "ShutterShape") else None


def _bitmap(dataset: Dataset, planes: Sequence[OverlayPlane]) -> ShutterBitmap | None:
    group = shutter_group(dataset)
    plane = next((one for one in planes if one.group == group), None)
    return ShutterBitmap(plane.bits[0], plane.origin) if plane is not None else None


def _cielab(dataset: Dataset) -> tuple[int, int, int] | None:
    lab = integers(dataset, "ShutterPresentationColorCIELabValue")
    return (lab[0], lab[1], lab[2]) if len(lab) == 3 else None


def _as_item(dataset: Dataset, shapes: Sequence[str]) -> Item:
    """Return the elements of a shutter as the reader of images has them, with the shapes that it knows."""
    item = Item()
    for keyword in SHUTTER_WANTED:
        if keyword in _WORDS:
            values = np.array([value & 0xFFFF for value in integers(dataset, keyword)], "<u2").tobytes()
        else:
            values = "\\".join(shapes if keyword == "ShutterShape" else texts(dataset, keyword)).encode()
        if values:
            item.values[tag(keyword)] = values
    return item
