"""``overread mask``: a segment or ROI as voxels, in the file's own grid or that of a stack."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from viewer.app.commands.opening import Refused, check_not_opened, open_library, stack_named
from viewer.app.commands.output import print_json, print_text, print_trouble, printable
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.instance import InstanceHeader
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.export.masks import Mask, MaskLabel
from viewer.export.new_objects import CannotWrite
from viewer.export.part_files import ENDINGS, PartOrder, can_be_written, write_parts
from viewer.iods.registry import read_overlay
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import placed
from viewer.representations.measure import survey_segmentation
from viewer.representations.volume_grid import Need, NoGrid

_OPTIONS: Final[Mapping[Need, str]] = {
    "": "",
    "stack": "Name a stack with --on.",
    "part": "Choose a part with --part.",
    "threshold": "Name a --threshold from which it counts.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--object",
        required=True,
        metavar="UID",
        help="SOP Instance UID of the segmentation, structure set, surface, dose or map",
    )
    parser.add_argument("--part", type=int, metavar="N", help="Segment Number, ROI Number or isodose level; without it all")
    parser.add_argument("--on", metavar="STACK", help="id of the stack whose grid is used; without it the object's own grid")
    parser.add_argument(
        "--threshold", type=_fraction, metavar="T", help="makes 0 and 1 of fractions; more than 0, at most 1"
    )
    parser.add_argument("--out", type=_output, required=True, metavar="F", help="file ending in " + ", ".join(ENDINGS))
    parser.add_argument(
        "--to", choices=("labelmap", "binary"), help="form of the segmentation in a file ending in .dcm: label map or bits"
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the mask; returns the exit status."""
    try:
        library = open_library(arguments.paths, sample=arguments.sample)
        check_not_opened(library, arguments.out)
        _check_form(arguments)
        with EagerInputs(library, {}) as inputs:
            order, read_frame = _order(library, inputs, arguments)
            mask = write_parts(library, order, read_frame)
    except Refused as reason:
        return _fail(str(reason))
    except (CannotWrite, NoGrid) as refused:
        return _fail(f"{refused} {_OPTIONS[refused.needs]}".strip())
    except (UnreadableDataset, FrameNotRead) as failure:
        return _fail(f"The object cannot be read: {failure}")
    except OSError as failure:
        return _fail(f"{arguments.out} cannot be written: {failure.strerror or failure}.")
    _tell(order, mask, arguments)
    problems = [one.text for one in order.overlay.issues if one.severity == "error"]
    for problem in problems:
        print_trouble("mask", problem)
    return 1 if problems else 0


def _check_form(arguments: argparse.Namespace) -> None:
    dicom = arguments.out.name.lower().endswith(".dcm")
    if dicom and arguments.to is None:
        raise Refused("A file ending in .dcm needs --to labelmap or --to binary.")
    if not dicom and arguments.to is not None:
        raise Refused("With --to the file must end in .dcm.")
    if dicom and arguments.on is not None:
        raise Refused("A segmentation is converted on its own grid; leave --on away.")


def _order(library: Library, inputs: EagerInputs, arguments: argparse.Namespace) -> tuple[PartOrder, ReadFrame]:
    """Return what is to be written, and what reads the frames it takes."""
    overlay, binding = placed(read_overlay(_instance(library, arguments.object)), library)
    if not can_be_written(overlay):
        raise Refused(f"The object {arguments.object} is no segmentation, structure set, surface, dose or map.")
    read_frame = inputs.readers.read_frame_of(overlay)
    if isinstance(overlay.content, Segmentation) and overlay.content.type == "LABELMAP":
        # Only pixels tell which values no segment describes.
        overlay = survey_segmentation(overlay, read_frame).applied_to(overlay)
    _check_part(overlay, arguments.part)
    stack = stack_named(library, arguments.on) if arguments.on is not None else None
    threshold: float | None = arguments.threshold
    order = PartOrder(overlay, binding, arguments.out, arguments.part, stack, threshold, arguments.to)
    return order, read_frame


def _instance(library: Library, uid: str) -> InstanceHeader:
    keys = library.instances_with_uid(uid)
    if not keys:
        raise Refused(f"No object with the SOP Instance UID {uid} is among the opened files.")
    return library.instance(keys[0])


def _check_part(overlay: Overlay, part: int | None) -> None:
    numbers = [one.number for one in overlay.parts]
    if part is not None and part not in numbers:
        raise Refused(f"The object has no part {part}; it has {', '.join(map(str, numbers)) or 'none'}.")


def _tell(order: PartOrder, mask: Mask | None, arguments: argparse.Namespace) -> None:
    if mask is None:
        numbers = [one for one in order.overlay.parts if order.part in (None, one.number)]
        labels = [MaskLabel(value, one.number, one.label) for value, one in enumerate(numbers, start=1)]
        notes: tuple[str, ...] = ("The surfaces are those of the object itself.",)
    else:
        labels, notes = list(mask.labels), mask.notes
    if arguments.json:
        found = {
            "out": str(arguments.out),
            "shape": list(mask.voxels.shape) if mask is not None else None,
            "affine": mask.affine.tolist() if mask is not None else None,
            "overlapping": mask.overlapping if mask is not None else False,
            "labels": [{"value": one.value, "number": one.number, "label": one.label} for one in labels],
            "notes": list(notes),
        }
        print_json(found)
        return
    lines = [str(arguments.out)]
    if mask is not None:
        shape = " x ".join(map(str, mask.voxels.shape))
        lines = [f"{arguments.out}: {shape} ({'part, ' if mask.overlapping else ''}slices, rows, columns)"]
    lines += [f"{one.value:6d}  part {one.number}: {printable(one.label)}" for one in labels]
    print_text("\n".join([*lines, *notes]) + "\n")


def _fail(sentence: str) -> int:
    print_trouble("mask", sentence)
    return 1


def _fraction(written: str) -> float:
    value = float(written)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{written} is not more than 0 and at most 1")
    return value


def _output(written: str) -> Path:
    path = Path(written)
    if not path.name.lower().endswith(ENDINGS):
        raise argparse.ArgumentTypeError(f"{path.name} ends in none of {', '.join(ENDINGS)}")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.absolute().parent}")
    return path
