"""What a PET image says of dose, patient and times: everything that a standardised uptake value is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True)
class PetAttributes:
    """As the file states it; None or empty where it states nothing (PS3.3 C.8.9.1, C.8.9.2, C.8.9.4, C.7.2.2)."""

    units: str = ""
    """Units (0054,1001) of the rescaled values."""
    suv_type: str = ""
    """SUV Type (0054,1006), for images that hold SUVs already."""
    corrected: tuple[str, ...] = ()
    """Corrected Image (0028,0051)."""
    decay_correction: str = ""
    """Decay Correction (0054,1102): START of the scan, ADMIN administration, or NONE."""
    series_start: datetime | None = None
    acquisition_start: datetime | None = None
    private_start: datetime | None = None
    """Scan start by GE (0009,xx0D)."""
    injection: datetime | None = None
    """Radiopharmaceutical Start DateTime (0018,1078)."""
    injection_time: time | None = None
    """Radiopharmaceutical Start Time (0018,1072), which has no date."""
    dose_bq: float | None = None
    half_life_s: float | None = None
    weight_kg: float | None = None
    size_m: float | None = None
    sex: str = ""
    frame_reference_time_ms: float | None = None
    frame_duration_ms: float | None = None
    philips_suv_factor: float | None = None
    """Philips (7053,xx00): SUVbw a rescaled count."""
    philips_activity_factor: float | None = None
    """Philips (7053,xx09): Bq/ml a rescaled count."""
