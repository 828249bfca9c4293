"""``overread mask``: a segment or ROI as voxels, in the file's own grid or that of a stack."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from viewer.app.commands.opening import Refused, check_not_opened, open_library, stack_named
from viewer.app.commands.output import print_json, print_text, print_trouble, printable
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.binding import Binding
from viewer.domain.instance import InstanceHeader
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.export.converted_segmentation import converted_segmentation, write_dicom
from viewer.export.masks import Mask, segmentation_mask, structure_set_mask, surface_mask, write_mask
from viewer.export.mesh_files import NamedMesh, surfaces_of, write_surfaces
from viewer.export.meshes import surface_of, write_stl
from viewer.export.new_objects import CannotWrite
from viewer.iods.registry import read_overlay
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import placed
from viewer.representations.measure import survey_segmentation
from viewer.representations.volume_grid import NoGrid, VolumeGrid, moved_for, own_grid, stack_grid

_VOXELS = (".nii.gz", ".nrrd", ".npz")
_SURFACES = (".stl", ".ply", ".gltf")
_ENDINGS = (*_VOXELS, *_SURFACES, ".dcm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--object", required=True, metavar="UID", help="SOP Instance UID of the segmentation or structure set"
    )
    parser.add_argument("--part", type=int, metavar="N", help="Segment Number or ROI Number; without it all parts")
    parser.add_argument("--on", metavar="STACK", help="id of the stack whose grid is used; without it the object's own grid")
    parser.add_argument(
        "--threshold", type=_fraction, metavar="T", help="makes 0 and 1 of fractions; more than 0, at most 1"
    )
    parser.add_argument("--out", type=_output, required=True, metavar="F", help="file ending in " + ", ".join(_ENDINGS))
    parser.add_argument(
        "--to", choices=("labelmap", "binary"), help="form of the segmentation in a file ending in .dcm: label map or bits"
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the mask; returns the exit status."""
    try:
        library = open_library(arguments.paths, sample=arguments.sample)
        check_not_opened(library, arguments.out)
        with EagerInputs(library, {}) as inputs:
            _check_form(arguments)
            found = _mask(library, inputs, arguments)
            _write(library, found, arguments)
            mask, problems = found.mask, found.problems
    except Refused as reason:
        return _fail(str(reason))
    except NoGrid as refused:
        return _fail(refused.reason)
    except CannotWrite as refused:
        return _fail(str(refused))
    except (UnreadableDataset, FrameNotRead) as failure:
        return _fail(f"The object cannot be read: {failure}")
    except OSError as failure:
        return _fail(f"{arguments.out} cannot be written: {failure.strerror or failure}.")
    _tell(mask, arguments)
    for problem in problems:
        print_trouble("mask", problem)
    return 1 if problems else 0


@dataclass(frozen=True)
class _Found:
    """The mask, the sentences of error-level issues of its object, and where both come from."""

    mask: Mask
    grid: VolumeGrid
    overlay: Overlay
    binding: Binding
    problems: tuple[str, ...]


def _check_form(arguments: argparse.Namespace) -> None:
    dicom = arguments.out.name.lower().endswith(".dcm")
    if dicom and arguments.to is None:
        raise Refused("A file ending in .dcm needs --to labelmap or --to binary.")
    if not dicom and arguments.to is not None:
        raise Refused("With --to the file must end in .dcm.")
    if dicom and arguments.on is not None:
        raise Refused("A segmentation is converted on its own grid; leave --on away.")


def _mask(library: Library, inputs: EagerInputs, arguments: argparse.Namespace) -> _Found:
    """Return the mask and what it was made of."""
    overlay, binding = placed(read_overlay(_instance(library, arguments.object)), library)
    part: int | None = arguments.part
    content = overlay.content
    if isinstance(content, Segmentation):
        read_frame = inputs.readers.read_frame_of(overlay)
        if content.type == "LABELMAP":
            # Only pixels tell which values no segment describes.
            overlay = survey_segmentation(overlay, read_frame).applied_to(overlay)
        _check_part(overlay, part)
        grid = _grid_on(library, arguments.on) or own_grid(content)
        mask = segmentation_mask(overlay, read_frame, moved_for(overlay, grid), part=part, threshold=arguments.threshold)
    elif isinstance(content, StructureSet):
        _check_part(overlay, part)
        grid = _grid_on(library, arguments.on) or stack_grid(_default_stack(library, binding))
        mask = structure_set_mask(overlay, moved_for(overlay, grid), part=part)
    elif overlay.meshes:
        _check_part(overlay, part)
        grid = _grid_on(library, arguments.on) or stack_grid(_default_stack(library, binding))
        mask = surface_mask(overlay, moved_for(overlay, grid), part=part)
    else:
        raise Refused(f"The object {arguments.object} is no segmentation, structure set or surface.")
    # The voxels are those of the grid that was asked for, wherever a registration took its planes.
    problems = tuple(one.text for one in overlay.issues if one.severity == "error")
    return _Found(replace(mask, affine=grid.affine), grid, overlay, binding, problems)


def _instance(library: Library, uid: str) -> InstanceHeader:
    keys = library.instances_with_uid(uid)
    if not keys:
        raise Refused(f"No object with the SOP Instance UID {uid} is among the opened files.")
    return library.instance(keys[0])


def _check_part(overlay: Overlay, part: int | None) -> None:
    numbers = [one.number for one in overlay.parts]
    if part is not None and part not in numbers:
        raise Refused(f"The object has no part {part}; it has {', '.join(map(str, numbers)) or 'none'}.")


def _grid_on(library: Library, stack_id: str | None) -> VolumeGrid | None:
    if stack_id is None:
        return None
    return stack_grid(stack_named(library, stack_id))


def _default_stack(library: Library, binding: Binding) -> Stack:
    stack_id = binding.default_stack_id
    stack = library.stack(stack_id) if stack_id is not None else None
    if stack is None:
        raise Refused("The object lies on no opened stack; open its images or name a stack with --on.")
    return stack


def _write(library: Library, found: _Found, arguments: argparse.Namespace) -> None:
    path: Path = arguments.out
    if arguments.to is not None:
        if not isinstance(found.overlay.content, Segmentation):
            raise Refused("Only a segmentation is converted to DICOM.")
        placed = (found.overlay, found.binding)
        write_dicom(converted_segmentation(library, placed, found.mask, found.grid, to=arguments.to), path)
    elif path.name.lower().endswith(".stl") and not found.overlay.meshes:
        # One body around all parts together: an STL has neither names nor colours.
        write_stl(surface_of(found.mask), path)
    elif path.name.lower().endswith(_SURFACES):
        write_surfaces(_surfaces(found, given=arguments.on is not None), path)
    else:
        write_mask(found.mask, path)


def _surfaces(found: _Found, *, given: bool) -> tuple[NamedMesh, ...]:
    """Return the surfaces of the parts: those that the object is made of, unless a grid was named."""
    overlay, mask = found.overlay, found.mask
    if overlay.meshes and not given:
        return tuple(NamedMesh(one.label, overlay.meshes[one.number], overlay.part(one.number).color) for one in mask.labels)
    return surfaces_of(mask, {part.number: part.color for part in overlay.parts})


def _tell(mask: Mask, arguments: argparse.Namespace) -> None:
    if arguments.json:
        labels = [{"value": one.value, "number": one.number, "label": one.label} for one in mask.labels]
        found = {
            "out": str(arguments.out),
            "shape": list(mask.voxels.shape),
            "affine": mask.affine.tolist(),
            "overlapping": mask.overlapping,
            "labels": labels,
            "notes": list(mask.notes),
        }
        print_json(found)
        return
    shape = " x ".join(map(str, mask.voxels.shape))
    lines = [f"{arguments.out}: {shape} ({'part, ' if mask.overlapping else ''}slices, rows, columns)"]
    lines += [f"{one.value:6d}  part {one.number}: {printable(one.label)}" for one in mask.labels]
    print_text("\n".join([*lines, *mask.notes]) + "\n")


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
    if not path.name.lower().endswith(_ENDINGS):
        raise argparse.ArgumentTypeError(f"{path.name} ends in none of {', '.join(_ENDINGS)}")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.absolute().parent}")
    return path
