"""Parametric maps, written by highdicom (PS3.3 A.75)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.synthetic.identity import settle, uid
from tests.synthetic.image import Grid


@dataclass(frozen=True)
class Mapping:
    """One real-world value mapping."""

    label: str
    explanation: str
    unit: Code
    slope: float = 1.0
    intercept: float = 0.0
    value_range: tuple[float, float] = (0.0, 1000.0)
    quantity: Code | None = None


@dataclass(frozen=True)
class MapResult:
    """What a map says of itself."""

    name: str
    number: int = 120
    description: str = "Map"
    label: str = "MAP"
    mappings: tuple[Mapping, ...] = field(default=(Mapping("M", "Measured", Code("1", "UCUM", "no units")),))
    window: tuple[float, float] | None = None
    date: str = "20260115"
    time: str = "100000"


def parametric_map(images: Sequence[Dataset], values: NDArray[np.generic], grid: Grid, result: MapResult) -> Dataset:
    """Make a map of ``values`` (slices, rows, columns), float, double or 16 bits, on a grid in the space of ``images``.

    With a fourth axis each of its places is a volume of its own, and has the mapping of that place.
    """
    integer = values.dtype.kind in "iu"
    mappings = [
        hd.pm.RealWorldValueMapping(
            lut_label=one.label,
            lut_explanation=one.explanation,
            unit=one.unit,
            value_range=tuple(map(int, one.value_range)) if integer else one.value_range,
            intercept=one.intercept,
            slope=one.slope,
            quantity_definition=one.quantity,
        )
        for one in result.mappings
    ]
    center, width = result.window or (500.0, 1000.0)
    made = hd.pm.ParametricMap(
        source_images=images,
        pixel_array=values,
        series_instance_uid=uid(result.name, "series"),
        series_number=result.number,
        sop_instance_uid=uid(result.name),
        instance_number=1,
        manufacturer="Sample Algorithms",
        manufacturer_model_name="Synthetic map",
        software_versions="1",
        device_serial_number="0",
        contains_recognizable_visual_features=False,
        real_world_value_mappings=mappings if values.ndim == 3 else [[one] for one in mappings],
        voi_lut_transformations=[hd.VOILUTTransformation(window_center=center, window_width=width)],
        content_label=result.label,
        content_description=result.description,
        pixel_measures=hd.PixelMeasuresSequence(
            pixel_spacing=grid.spacing_mm[1:],
            slice_thickness=grid.spacing_mm[0],
            spacing_between_slices=grid.spacing_mm[0],
        ),
        plane_orientation=hd.PlaneOrientationSequence("PATIENT", [*grid.along_row, *grid.down_column]),
        plane_positions=[hd.PlanePositionSequence("PATIENT", grid.position(k)) for k in range(grid.shape[0])],
    )
    made.SeriesDescription = result.description
    # Both sides, or no part that has sides.
    made.Laterality = ""
    settle(made, result.name, date=result.date, time=result.time)
    return made
