"""Overlay planes of an image: group 60xx, its own data or a bit of the pixel words (PS3.3 C.9.2; PS3.5 8.1.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.byte_reader import BytesUnavailable, open_bytes
from viewer.dicom.tag_reader import Item
from viewer.dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, NATIVE
from viewer.dicom.wanted_items import text, word_array
from viewer.domain.image_attributes import OverlayPlane
from viewer.domain.instance import InstanceHeader

GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _DESCRIPTION, _KIND = 0x10, 0x11, 0x15, 0x22, 0x40
_ORIGIN, _FIRST_FRAME, _BITS_ALLOCATED, _BIT, _LAYER, _LABEL, _DATA = 0x50, 0x51, 0x100, 0x102, 0x1001, 0x1500, 0x3000
ELEMENTS = (
    _ROWS, _COLUMNS, _FRAMES, _DESCRIPTION, _KIND, _ORIGIN, _FIRST_FRAME, _BITS_ALLOCATED, _BIT, _LAYER, _LABEL, _DATA,
)  # fmt: skip
WANTED = {group << 16 | element: None for group in GROUPS for element in ELEMENTS}

LARGEST_PLANE_PIXELS = 1 << 28


def read_overlay_planes(item: Item, header: InstanceHeader, *, bits_allocated: int) -> tuple[OverlayPlane, ...]:
    """Read every overlay plane of an image. A plane without size or bits is left out: there is nothing to draw.

    Parameters
    ----------
    item
        Holds the elements of ``WANTED``.
    header
        Of the image, for planes that stand in unused bits of its pixels.
    bits_allocated
        Of the image.
    """
    planes: list[OverlayPlane] = []
    for group in GROUPS:
        if group << 16 | _ROWS not in item.values:
            continue
        plane = _read_plane(item, header, group, bits_allocated)
        if plane is not None:
            planes.append(plane)
    return tuple(planes)


def _read_plane(item: Item, header: InstanceHeader, group: int, bits_allocated: int) -> OverlayPlane | None:
    def number(element: int, default: int) -> int:
        value = item.values.get(group << 16 | element, b"")
        return int(word_array(value)[0]) if len(value) >= 2 else default

    rows, columns = number(_ROWS, 0), number(_COLUMNS, 0)
    written = text(item, group << 16 | _FRAMES)
    frames = int(written) if written.isdigit() and int(written) > 0 else 1
    if rows == 0 or columns == 0 or rows * columns * frames > LARGEST_PLANE_PIXELS:
        return None
    data = item.values.get(group << 16 | _DATA, b"")
    if data:
        bits = _unpacked(data, frames, rows, columns)
        first = number(_FIRST_FRAME, 1)
    else:
        embedded = _embedded(header, number(_BIT, 0), bits_allocated)
        if embedded is None or number(_BITS_ALLOCATED, 1) == 1:
            return None
        bits, first = embedded, 1
    origin = np.frombuffer(item.values.get(group << 16 | _ORIGIN, b"")[:4], "<i2")
    layer = text(item, group << 16 | _LAYER) if group << 16 | _LAYER in item.values else None
    return OverlayPlane(
        group=group,
        bits=bits,
        origin=(int(origin[0]), int(origin[1])) if origin.size == 2 else (1, 1),
        first_frame=first,
        kind=text(item, group << 16 | _KIND) or "G",
        label=text(item, group << 16 | _LABEL),
        description=text(item, group << 16 | _DESCRIPTION),
        activation_layer=layer,
    )


def _unpacked(data: bytes, frames: int, rows: int, columns: int) -> NDArray[np.uint8]:
    """Return (frames, rows, columns) of bits that follow each other without alignment; missing ones are 0."""
    count = frames * rows * columns
    bits = np.unpackbits(np.frombuffer(data, np.uint8)[: -(-count // 8)], bitorder="little")[:count]
    if bits.size < count:
        bits = np.concatenate([bits, np.zeros(count - bits.size, np.uint8)])
    return bits.reshape(frames, rows, columns)


def _embedded(header: InstanceHeader, bit: int, bits_allocated: int) -> NDArray[np.uint8] | None:
    """Return (frames, rows, columns) of one bit of the native pixel words; None where the pixels are not such words.

    Retired since 2004 and alive. The image's own size holds for it.
    """
    location = header.pixels
    native = header.transfer_syntax_uid in NATIVE
    if location is None or location.length is None or not native or not 0 < bit < bits_allocated:
        return None
    if bits_allocated not in (8, 16, 32) or header.samples_per_pixel != 1:
        return None
    pixels = header.rows * header.columns
    frames = min(location.length // (pixels * bits_allocated // 8), header.number_of_frames) if pixels else 0
    if frames < 1 or pixels * frames > LARGEST_PLANE_PIXELS:
        return None
    order = ">" if header.transfer_syntax_uid == EXPLICIT_BIG_ENDIAN else "<"
    try:
        with open_bytes(header.source) as reader:
            data = reader.read(location.offset, pixels * frames * bits_allocated // 8)
    except BytesUnavailable:
        return None
    words = np.frombuffer(data, f"{order}u{bits_allocated // 8}")
    if words.size < pixels * frames:
        return None
    return ((words >> bit) & 1).astype(np.uint8).reshape(frames, header.rows, header.columns)
