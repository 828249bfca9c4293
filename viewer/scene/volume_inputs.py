"""What a 3D scene may ask of the store, beside what a slice asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from viewer.domain.edit import PartEdits
from viewer.domain.instance import InstanceKey
from viewer.domain.mesh import Mesh
from viewer.representations.regular_volume import RegularVolume
from viewer.scene.inputs import Pending, SceneInputs, Unavailable


@dataclass(frozen=True)
class SurfaceKey:
    """The surface of a part in a Frame of Reference; ``threshold`` is for parts made of fractions.

    ``edits`` are those of the reader that it is to show; None shows the part as the file has it.
    """

    overlay: InstanceKey
    part: int
    frame_of_reference_uid: str
    threshold: float | None = None
    edits: PartEdits | None = None


@dataclass(frozen=True, eq=False)
class PartSurface:
    """``preview`` is coarse and quick to draw, ``full`` of all voxels; None while it is being made."""

    preview: Mesh
    full: Mesh | None = None


@dataclass(frozen=True)
class Graphics:
    """Whether OpenGL works here. ``renderer`` is its own name; ``software``: no graphics card stands behind it."""

    works: bool
    renderer: str = ""
    software: bool = True


class VolumeInputs(SceneInputs, Protocol):
    """The store, as a 3D scene sees it. Every call answers at once; what is missing is ``Pending``."""

    def surface(self, key: SurfaceKey) -> PartSurface | Pending | Unavailable:
        """Return the surface of a part, in patient mm of the Frame of Reference of the key."""

    def regular_volume(self, stack_id: str) -> RegularVolume | Pending | Unavailable:
        """Return the voxels of a stack as an even grid."""

    def graphics(self) -> Graphics | Pending:
        """Return whether 3D pictures can be made on this machine."""
