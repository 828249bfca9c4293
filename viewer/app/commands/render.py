"""``overread render``: the picture a viewport would show, through the same scene and the same painters."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from viewer.app.commands.opening import Refused, check_not_opened, open_library
from viewer.app.commands.output import print_json, print_text, print_trouble
from viewer.app.commands.points import allow_negative_values, point_patient
from viewer.app.commands.rendering import Wish, pane_state
from viewer.app.commands.slides import sized
from viewer.app.commands.three_d import render_three_d
from viewer.app.paths import resources
from viewer.geometry.camera import STANDARD_VIEWS
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.workspace import hide_overlays
from viewer.reading.state import ReadingState
from viewer.scene.drawables import ImagePicture, Scene, TilePicture
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.ui.printing import Paper, print_scene, save_png, start_off_screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    allow_negative_values(parser)
    where = parser.add_argument_group("which picture")
    where.add_argument("--stack", metavar="ID", help="stack; default: the one the first overlay lies on, else the first")
    frame = where.add_mutually_exclusive_group()
    frame.add_argument("--frame", type=_count, metavar="N", help="N-th frame of the stack in display order, from 1")
    frame.add_argument("--instance", metavar="UID[:F]", help="a frame of a file")
    frame.add_argument("--at", type=point_patient, metavar="X,Y,Z", help="the slice through a patient point, mm")
    frame.add_argument("--finding", metavar="ID", help="where a finding is shown best; `overread findings` lists them")
    what = where.add_mutually_exclusive_group()
    what.add_argument("--plane", choices=("stack", "axial", "coronal", "sagittal"), default="stack")
    what.add_argument("--three-d", action="store_true", help="the 3D pane: surfaces, and with --preset the image")
    look = parser.add_argument_group("how it looks")
    look.add_argument("--window", metavar="C,W|NAME|file", help="center and width, a preset's name, or the file's own")
    look.add_argument("--layers", metavar="all|none|UID[:N],...", help="overlays and parts; default: as the window would")
    look.add_argument("--style", choices=("fill", "outline", "both"))
    look.add_argument("--opacity", type=_fraction, metavar="0..1", help="opacity of fills")
    look.add_argument("--state", metavar="UID", help="apply a presentation state whole")
    look.add_argument("--fuse", metavar="ID[,OPACITY[,MAP]]", help="lay another stack over it; opacity 0..1, a colour map")
    look.add_argument("--color-map", metavar="MAP", help="colour the grey image: hot_iron, pet, viridis, ...")
    look.add_argument("--preset", metavar="ID", help="with --three-d: show the image as a volume; ct_bone, ct_lung, mr ...")
    look.add_argument("--view", choices=tuple(STANDARD_VIEWS), help="with --three-d: from where; default: anterior")
    look.add_argument("--size", type=_size, metavar="WxH", help="default: one picture pixel per image pixel")
    look.add_argument("--text", action="store_true", help="corner text, letters, scale bar")
    look.add_argument("--grey", action="store_true", help="the grey values alone, as an 8-bit picture")
    parser.add_argument("--out", type=Path, required=True, metavar="F.png")
    parser.add_argument("--json", action="store_true", help="print what was drawn as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the picture; returns the exit status."""
    if arguments.out.suffix.lower() != ".png":
        print_trouble("render", "--out must end in .png")
        return 2
    if not arguments.three_d and (arguments.preset is not None or arguments.view is not None):
        print_trouble("render", "--preset and --view go with --three-d")
        return 2
    if arguments.three_d and arguments.grey:
        print_trouble("render", "--three-d has no grey values; leave --grey out")
        return 2
    library = open_library(arguments.paths, sample=arguments.sample)
    start_off_screen(resources())
    try:
        check_not_opened(library, arguments.out)
        with EagerInputs(library, {}) as first:
            content = read_content(library, first.readers)
        with EagerInputs(library, dict(content.overlays)) as inputs:
            state = sized(pane_state(content, inputs, _wish(arguments)), arguments.size)
            if arguments.grey:
                # Doses and maps are laid into the picture itself.
                state = hide_overlays(state, "hidden")
            if arguments.three_d:
                return render_three_d(state, inputs, arguments)
            scene = slice_scene(state, 0, inputs)
        _check(scene, grey=arguments.grey)
        picture = print_scene(scene, effective_view(state, 0), Paper(arguments.size, arguments.text, arguments.grey))
        save_png(picture, arguments.out)
    except Refused as reason:
        return _fail(str(reason))
    except OSError as failure:
        return _fail(f"{arguments.out} cannot be written: {failure.strerror or failure}.")
    said = [" ".join(filter(None, (notice.title, notice.text))) for notice in scene.notices]
    _tell(state, scene, arguments, (picture.width(), picture.height()), said)
    return 1 if any(notice.severity == "error" for notice in scene.notices) else 0


def _wish(arguments: argparse.Namespace) -> Wish:
    return Wish(
        stack=arguments.stack,
        frame=arguments.frame,
        instance=arguments.instance,
        at=arguments.at,
        finding=arguments.finding,
        plane=arguments.plane,
        window=arguments.window,
        layers=arguments.layers,
        style=arguments.style,
        opacity=arguments.opacity,
        state=arguments.state,
        fuse=arguments.fuse,
        color_map=arguments.color_map,
        three_d=arguments.three_d,
        preset=arguments.preset,
        view=arguments.view,
    )


def _check(scene: Scene, *, grey: bool) -> None:
    image = next((one for one in scene.drawables if isinstance(one, ImagePicture | TilePicture)), None)
    if image is None:
        reason = next((notice for notice in scene.notices if notice.replaces_image), None)
        raise Refused(" ".join((reason.title + ".", reason.text)) if reason else "There is no image to draw.")
    if grey and image.pixels.ndim == 3:
        raise Refused("The image is in colour and has no grey values; leave --grey out.")


def _tell(state: ReadingState, scene: Scene, arguments: argparse.Namespace, size: tuple[int, int], said: list[str]) -> None:
    stack, frame = state.stack_of(state.pane), state.frame_of(state.pane)
    assert stack is not None
    assert frame is not None
    header = state.content.library.instance(frame.instance)
    if arguments.json:
        drawn: dict[str, Any] = {"out": str(arguments.out), "stack": stack.id, "frame": state.pane.frame + 1}
        drawn |= {"instance": header.sop_instance_uid, "frame_number": frame.index + 1, "size": list(size), "plane": "stack"}
        if stack.resliced:
            # No file holds this plane.
            drawn |= {"instance": None, "frame_number": None, "plane": state.pane.kind}
        here = [{"object": state.content.overlays[one.overlay].sop_instance_uid, "part": one.part} for one in scene.here]
        print_json(drawn | {"parts_here": here, "notices": said})
        return
    what = f"{state.pane.kind} plane" if stack.resliced else "frame"
    print_text(f"{arguments.out}: {what} {state.pane.frame + 1} of {len(stack.frames)} of {stack.id}\n")
    for sentence in said:
        print_trouble("render", sentence)


def _fail(sentence: str) -> int:
    print_trouble("render", sentence)
    return 1


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("counts from 1")
    return value


def _fraction(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return value


def _size(text: str) -> tuple[int, int]:
    width, height = (int(one) for one in text.lower().split("x"))
    if not (0 < width <= 20_000 and 0 < height <= 20_000):
        raise argparse.ArgumentTypeError("must be from 1x1 to 20000x20000")
    return width, height
