"""``overread compare``: two segmentations or structure sets, part by part: overlap, surface distances, volumes."""

from __future__ import annotations

import argparse
from typing import Any

from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, print_trouble, printable
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead
from viewer.export.comparison import Comparison, PairCompared, PartAlone, compare_objects
from viewer.export.two_objects import Compared, NotComparable, read_compared
from viewer.iods.registry import read_overlay
from viewer.loading.eager import EagerInputs
from viewer.representations.volume_grid import NoGrid

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
            document = _document(compare_objects(a, b, library, arguments.pair))
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


def _document(found: Comparison) -> dict[str, Any]:
    return {
        "matched": [_pair(one) for one in found.matched],
        "only_a": [_alone(one) for one in found.only_a],
        "only_b": [_alone(one) for one in found.only_b],
        "method": found.method,
    }


def _pair(one: PairCompared) -> dict[str, Any]:
    distances = one.distances
    return {
        "a": one.a,
        "b": one.b,
        "label": one.label_a,
        "label_b": one.label_b,
        "dice": one.dice,
        "volume_a_ml": one.volume_a_ml,
        "volume_b_ml": one.volume_b_ml,
        "difference_percent": one.difference_percent,
        "surface_mean_mm": distances.mean_mm if distances else None,
        "surface_p95_mm": distances.p95_mm if distances else None,
        "surface_largest_mm": distances.largest_mm if distances else None,
        "worst_point": list(one.worst_point) if one.worst_point is not None else None,
        "worst_area_mm2": one.worst_area_mm2,
    }


def _alone(one: PartAlone) -> dict[str, Any]:
    return {"part": one.part, "label": one.label, "volume_ml": one.volume_ml}


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
    print_trouble("compare", sentence)
    return 1
