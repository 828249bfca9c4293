"""How a 3D pane looks at a stack: camera, what is drawn, how the image is seen through, what is cut off."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.domain.stack import Stack
from viewer.domain.transfer import TransferFunction
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera


@dataclass(frozen=True)
class VolumeView:
    """The reader's choices for a 3D pane.

    ``camera`` None sees everything from the front. ``preset`` names how the image is rendered as a volume; empty: it is not.
    ``transfer`` is what the reader made of the preset; None: as it is. ``clipping`` None cuts nothing off.
    """

    camera: Camera | None = None
    preset: str = ""
    transfer: TransferFunction | None = None
    clipping: Box | None = None
    surfaces: bool = True
    planes: bool = False
    """Show the planes of the other panes in it."""


def stack_box(stack: Stack) -> Box:
    """Return the box around all frames of a stack in patient space."""
    corners = [Box.around(stack.planes[end].corners_patient()) for end in (0, -1)]
    box = Box.of_all(one for one in corners if one is not None)
    return box if box is not None else Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
