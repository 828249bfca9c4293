"""``overread render --three-d``: the picture of the 3D pane, or why there is none."""

from __future__ import annotations

import argparse
from typing import Any

from viewer.app.commands.opening import Refused
from viewer.app.commands.output import print_json, print_text, print_trouble
from viewer.loading.eager import EagerInputs
from viewer.reading.state import ReadingState
from viewer.scene.volume_drawables import SurfaceDrawable, VolumeDrawable, VolumeScene
from viewer.scene.volume_scene import volume_scene
from viewer.ui.printing import save_png
from viewer.ui.volume.printing import print_volume

_SIZE = (1024, 1024)


def render_three_d(state: ReadingState, inputs: EagerInputs, arguments: argparse.Namespace) -> int:
    """Write the 3D picture of a state's pane; returns the exit status.

    Raises
    ------
    Refused
        When OpenGL does not work here, or nothing of the pane has a shape.
    OSError
        When the picture cannot be written.
    """
    graphics = inputs.graphics()
    if not graphics.works:
        raise Refused("OpenGL does not work on this machine, so no 3D picture can be made. Planes can: --plane.")
    scene = volume_scene(state, 0, inputs)
    said = [" ".join(filter(None, (notice.title, notice.text))) for notice in scene.notices]
    if not any(isinstance(one, SurfaceDrawable | VolumeDrawable) for one in scene.drawables):
        raise Refused(" ".join(said) or "There is nothing to show in 3D.")
    picture = print_volume(state, scene, graphics, arguments.size or _SIZE, words=arguments.text)
    save_png(picture, arguments.out)
    _tell(state, scene, arguments, (picture.width(), picture.height()), said)
    return 1 if any(notice.severity == "error" for notice in scene.notices) else 0


def _tell(
    state: ReadingState, scene: VolumeScene, arguments: argparse.Namespace, size: tuple[int, int], said: list[str]
) -> None:
    surfaces = [one for one in scene.drawables if isinstance(one, SurfaceDrawable)]
    if arguments.json:
        drawn: dict[str, Any] = {"out": str(arguments.out), "stack": state.pane.stack_id, "size": list(size)}
        drawn["surfaces"] = [
            {"object": state.content.overlays[one.part.overlay].sop_instance_uid, "part": one.part.part} for one in surfaces
        ]
        drawn["preset"] = state.pane.volume.preset or None
        print_json(drawn | {"notices": said})
        return
    print_text(f"{arguments.out}: {len(surfaces)} surfaces of {state.pane.stack_id} in 3D\n")
    for sentence in said:
        print_trouble("render", sentence)
