"""ICC profiles: the colours of an image as sRGB (PS3.3 C.11.15). Little CMS, as Pillow brings it, does the work.

Decided
    The profile's own default intent is used: it is what its maker chose. A profile that changes no colour by more than
    one level is sRGB by another name, and the picture is left as it is. A damaged profile counts as none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.uint8]

_STEPS = 9
_SAME = 1


def to_srgb(rgb: Colours, profile: bytes) -> Colours:
    """Return sRGB (rows, columns, 3) of colours in the space of a profile; the same array when there is nothing to do."""
    transform = _transform(profile) if profile else None
    return rgb if transform is None else transform(rgb)


@lru_cache(maxsize=8)
def _transform(profile: bytes) -> Callable[[Colours], Colours] | None:
    """Return what turns colours into sRGB, or None when that is nothing: making it costs more than using it."""
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return None
        intent = ImageCms.Intent(ImageCms.getDefaultIntent(source))
        made = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB", renderingIntent=intent)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def transform(rgb: Colours) -> Colours:
        picture = Image.fromarray(np.ascontiguousarray(rgb))
        changed = ImageCms.applyTransform(picture, made)
        return rgb if changed is None else np.asarray(changed)

    steps = np.linspace(0, 255, _STEPS).round().astype(np.uint8)
    sample = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(_STEPS, -1, 3)
    difference = np.abs(transform(sample).astype(int) - sample).max()
    return transform if difference > _SAME else None
