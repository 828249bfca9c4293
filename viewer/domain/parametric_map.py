"""A parametric map: an image whose values are measurements, laid over the images it was made from (PS3.3 A.75)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class ParametricMap:
    """The content of a parametric map as an overlay; its pixels are those of the stacks that its frames make up.

    ``mappings`` names each real-world value mapping of its frames once, as (name, unit), in the file's order.
    ``of_frames`` names those of each frame that are straight lines, in their order; one entry where all frames are alike.
    """

    mappings: tuple[tuple[str, str], ...] = ()
    of_frames: tuple[tuple[tuple[str, str], ...], ...] = ()

    def of_frame(self, index: int) -> tuple[tuple[str, str], ...]:
        """Return what may be said of the values of a frame (0-based), as (name, unit)."""
        if not self.of_frames:
            return ()
        return self.of_frames[index] if index < len(self.of_frames) else self.of_frames[0]
