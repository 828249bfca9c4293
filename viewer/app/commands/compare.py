"""``overread compare``: two segmentations or structure sets, part by part: overlap, surface distances, volumes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.app.commands.two_objects import Compared, NotComparable, PartMasks, common_grid, read_compared
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.library import Library
from viewer.domain.matching import match_parts, named_parts
from viewer.domain.overlay import FrameNotRead
from viewer.iods.registry import read_overlay
from viewer.loading.eager import EagerInputs
from viewer.representations.compare import dice, surface_distances
from viewer.representations.volume_grid import NoGrid, VolumeGrid

_METHOD = (
    "Volumes are those of each object on its own grid. Surfaces are voxels with one of six neighbours outside; "
    "the mean is over both surfaces, the 95 % the larger of both directions."
)

_COLUMNS = (
    ("dice", 6, 3),
    ("volume_a_ml", 10, 2),
    ("volume_b_ml", 10, 2),
    ("difference_percent", 8, 1),
    ("surface_mean_mm", 8, 2),
    ("surface_p95_mm", 8, 2),
)
"""Keys of the table with width and decimals."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--a", required=True, metavar="UID", help="SOP Instance UID of the first object")
    parser.add_argument("--b", required=True, metavar="UID", help="SOP Instance UID of the second object")
    parser.add_argument(
        "--pair",
        type=_pair_of_numbers,
        action="append",
        default=[],
        metavar="N:M",
        help="also compare part N of a with M of b",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the comparison; returns 1 when an object is not there, cannot be read, or the two share no space."""
    library = open_library(arguments.paths, sample=arguments.sample)
    try:
        with EagerInputs(library, {}) as inputs:
            a, b = (_read(uid, library, inputs) for uid in (arguments.a, arguments.b))
            document = _compared(a, b, library, arguments.pair)
    except NotComparable as reason:
        return _fail(str(reason))
    except NoGrid as refused:
        return _fail(refused.reason)
    except (UnreadableDataset, FrameNotRead) as failure:
        return _fail(f"An object cannot be read: {failure}")
    if arguments.json:
        print_json(document)
    else:
        print_text(_as_table(document, a, b))
    return 0


def _read(uid: str, library: Library, inputs: EagerInputs) -> Compared:
    keys = library.instances_with_uid(uid)
    if not keys:
        raise NotComparable(f"No object with the SOP Instance UID {uid} is among the opened files.")
    overlay = read_overlay(library.instance(keys[0]))
    return read_compared(overlay, inputs.readers.read_frame_of(overlay))


def _compared(a: Compared, b: Compared, library: Library, asked: Sequence[tuple[int, int]]) -> dict[str, Any]:
    named_a, named_b = named_parts(a.overlay), named_parts(b.overlay)
    for one, number in [(a, first) for first, _ in asked] + [(b, second) for _, second in asked]:
        if number not in one.measures:
            raise NotComparable(f"{one.name} has no part {number}.")
    pairs = list(dict.fromkeys([*asked, *match_parts(named_a, named_b)]))
    grid, where = common_grid(a, b, library)
    masks_a, masks_b = PartMasks(a, grid), PartMasks(b, grid)
    return {
        "matched": [_pair(a, b, (masks_a, masks_b), pair, grid) for pair in pairs],
        "only_a": _alone(a, {one for one, _ in pairs}),
        "only_b": _alone(b, {other for _, other in pairs}),
        "method": f"{where} {_METHOD}",
    }


def _pair(
    a: Compared, b: Compared, masks: tuple[PartMasks, PartMasks], pair: tuple[int, int], grid: VolumeGrid
) -> dict[str, Any]:
    boxes = [one.box(number) for one, number in zip(masks, pair, strict=True)]
    filled = [found for found in boxes if found is not None]
    overlap = distances = None
    if filled:
        low = np.min([start for start, _ in filled], axis=0)
        high = np.max([np.add(start, size) for start, size in filled], axis=0)
        k, j, i = (slice(int(first), int(last)) for first, last in zip(low, high, strict=True))
        mask_a, mask_b = (one.cut(number, (k, j, i)) for one, number in zip(masks, pair, strict=True))
        overlap = dice(mask_a, mask_b)
        distances = surface_distances(mask_a, mask_b, grid.affine)
    volume_a, volume_b = a.measures[pair[0]].volume_ml, b.measures[pair[1]].volume_ml
    difference = None
    if volume_a and volume_b is not None:
        difference = 100 * (volume_b - volume_a) / volume_a
    return {
        "a": pair[0],
        "b": pair[1],
        "label": a.overlay.part(pair[0]).label,
        "label_b": b.overlay.part(pair[1]).label,
        "dice": overlap,
        "volume_a_ml": volume_a,
        "volume_b_ml": volume_b,
        "difference_percent": difference,
        "surface_mean_mm": distances.mean_mm if distances else None,
        "surface_p95_mm": distances.p95_mm if distances else None,
        "surface_largest_mm": distances.largest_mm if distances else None,
    }


def _alone(one: Compared, paired: set[int]) -> list[dict[str, Any]]:
    return [
        {"part": part.number, "label": part.label, "volume_ml": one.measures[part.number].volume_ml}
        for part in named_parts(one.overlay)
        if part.number not in paired
    ]


def _as_table(document: dict[str, Any], a: Compared, b: Compared) -> str:
    lines = [
        printable(f"a  {a.name}  {a.overlay.sop_instance_uid}"),
        printable(f"b  {b.name}  {b.overlay.sop_instance_uid}"),
        f"{'a':>4} {'b':>4}  {'part':<32} {'Dice':>6} {'a ml':>10} {'b ml':>10} {'diff %':>8} {'mean mm':>8} {'95 % mm':>8}",
    ]
    for one in document["matched"]:
        label = one["label"] if one["label"] == one["label_b"] else f"{one['label']} / {one['label_b']}"
        numbers = " ".join(_number(one[key], width, digits) for key, width, digits in _COLUMNS)
        lines.append(printable(f"{one['a']:>4} {one['b']:>4}  {label:<32} {numbers}"))
    lines += [
        printable(f"only in {name}: {one['part']:>4}  {one['label']:<32} {_number(one['volume_ml'], 10, 2)} ml")
        for name in ("a", "b")
        for one in document[f"only_{name}"]
    ]
    return "\n".join([*lines, document["method"]]) + "\n"


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"


def _pair_of_numbers(written: str) -> tuple[int, int]:
    first, colon, second = written.partition(":")
    if not (colon and first.isdigit() and second.isdigit()):
        raise argparse.ArgumentTypeError(f"{written} is not two part numbers, N:M")
    return int(first), int(second)


def _fail(sentence: str) -> int:
    print(f"overread compare: {sentence}", file=sys.stderr)  # noqa: T201
    return 1
