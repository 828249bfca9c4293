"""Health of a segmentation that only its attributes as written tell (PS3.3 A.51.4, C.7.6.16.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.domain.health import Health
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import issue
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.geometry.tolerances import REGULAR_RELATIVE
from viewer.iods.elements import first_item, number


def attribute_health(header: InstanceHeader, overlay: Overlay) -> Iterator[Health]:
    """Yield what the attributes of a segmentation break; nothing for other objects.

    Raises UnreadableDataset when the file is gone or damaged.
    """
    content = overlay.content
    if isinstance(content, Segmentation):
        dataset = read_dataset(header)
        yield from _padding(dataset, content)
        yield from _measures(dataset, content)


def _padding(dataset: Dataset, content: Segmentation) -> Iterator[Health]:
    wrong = [("PixelPaddingRangeLimit", "Pixel Padding Range Limit")]
    if content.type != "LABELMAP":
        wrong.append(("PixelPaddingValue", "Pixel Padding Value"))
    for keyword, name in wrong:
        if keyword in dataset:
            yield Health(issue("padding_not_allowed", "error", attribute=name, type=content.type))


def _measures(dataset: Dataset, content: Segmentation) -> Iterator[Health]:
    """Compare what Pixel Measures declares with the positions; those of the first frame stand for all."""
    groups = (first_item(dataset, f"{which}FunctionalGroupsSequence") for which in ("Shared", "PerFrame"))
    measures = next((one for group in groups if group and (one := first_item(group, "PixelMeasuresSequence"))), None)
    if measures is None:
        return
    if number(measures, "SliceThickness") is None:
        yield Health(issue("no_slice_thickness", "warning"))
    declared = number(measures, "SpacingBetweenSlices")
    places = np.unique(np.round(content.frames.position[np.isfinite(content.frames.position).all(axis=1)], 3), axis=0)
    if declared is None or len(places) < 2 or content.frames.tile_offset is not None or content.slice_spacing_mm <= 0:
        return
    found = content.slice_spacing_mm
    # Frames that were left out make the positions a whole number of slices apart.
    steps = found / declared if declared > 0 else 0.0
    if round(steps) < 1 or abs(steps - round(steps)) > REGULAR_RELATIVE * max(1, round(steps)):
        yield Health(issue("spacing_declared_differs", "warning", stated=f"{declared:g}", found=f"{found:.4g}"))
