"""How images are looked through in 3D: presets by modality, in modality values or as shares of the values that occur.

The numbers follow what the tissues measure (Hounsfield units of fat, muscle, contrast medium, bone); opacity is that of one
millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.transfer import TransferFunction, TransferPoint


@dataclass(frozen=True)
class VolumePreset:
    """A way to look through a volume. ``values`` says what the points of ``transfer`` are: values, or shares of a range."""

    id: str
    name: str
    modalities: tuple[str, ...]
    values: Literal["modality", "share"]
    transfer: TransferFunction

    def function(self, value_range: tuple[float, float] | None) -> TransferFunction:
        """Return the function in modality values; ``value_range`` is the 1 % and 99 % percentile of the stack."""
        if self.values == "modality":
            return self.transfer
        low, high = value_range if value_range is not None else (0.0, 1.0)
        return self.transfer.over(low, high)


def _function(*points: tuple[float, tuple[int, int, int], float], shaded: bool = True) -> TransferFunction:
    return TransferFunction(tuple(TransferPoint(*point) for point in points), shaded)


VOLUME_PRESETS: tuple[VolumePreset, ...] = (
    VolumePreset(
        "ct_bone",
        "Bone",
        ("CT",),
        "modality",
        _function(
            (150, (140, 70, 45), 0.0),
            (260, (205, 160, 120), 0.10),
            (600, (240, 225, 200), 0.55),
            (1600, (255, 252, 244), 0.85),
        ),
    ),
    VolumePreset(
        "ct_soft_tissue",
        "Soft tissue",
        ("CT",),
        "modality",
        _function(
            (-30, (150, 70, 55), 0.0),
            (20, (170, 85, 65), 0.03),
            (70, (190, 105, 80), 0.12),
            (200, (220, 160, 125), 0.18),
            (500, (245, 235, 215), 0.6),
        ),
    ),
    VolumePreset(
        "ct_lung",
        "Lung",
        ("CT",),
        "modality",
        _function(
            (-960, (30, 50, 80), 0.0),
            (-850, (90, 140, 190), 0.012),
            (-650, (160, 190, 220), 0.05),
            (-450, (220, 150, 130), 0.03),
            (-200, (220, 150, 130), 0.0),
        ),
    ),
    VolumePreset(
        "ct_angio",
        "Vessels",
        ("CT",),
        "modality",
        _function(
            (130, (120, 20, 20), 0.0),
            (180, (190, 40, 35), 0.12),
            (320, (235, 110, 80), 0.35),
            (500, (250, 225, 200), 0.55),
            (1200, (255, 252, 244), 0.8),
        ),
    ),
    VolumePreset(
        "ct_skin",
        "Skin",
        ("CT",),
        "modality",
        _function((-500, (205, 150, 120), 0.0), (-250, (225, 170, 140), 0.45), (0, (235, 185, 155), 0.9)),
    ),
    VolumePreset(
        "mr",
        "MR",
        ("MR",),
        "share",
        _function(
            (0.15, (20, 20, 30), 0.0),
            (0.35, (120, 95, 90), 0.03),
            (0.7, (215, 195, 185), 0.12),
            (1.2, (255, 252, 244), 0.35),
        ),
    ),
    VolumePreset(
        "pet",
        "PET",
        ("PT", "NM"),
        "share",
        _function(
            (0.25, (40, 0, 0), 0.0),
            (0.6, (200, 60, 0), 0.06),
            (1.2, (255, 180, 30), 0.25),
            (2.5, (255, 255, 220), 0.6),
            shaded=False,
        ),
    ),
    VolumePreset(
        "bright",
        "Bright values",
        (),
        "share",
        _function((0.3, (40, 50, 60), 0.0), (0.7, (180, 190, 200), 0.08), (1.0, (255, 255, 255), 0.4)),
    ),
)


def presets_for(modality: str) -> tuple[VolumePreset, ...]:
    """Return the presets that suit a modality, the usual one first; those for any modality last."""
    own = tuple(preset for preset in VOLUME_PRESETS if modality in preset.modalities)
    return (*own, *(preset for preset in VOLUME_PRESETS if not preset.modalities))


def volume_preset(preset_id: str) -> VolumePreset | None:
    """Return a preset by its id, or None."""
    return next((preset for preset in VOLUME_PRESETS if preset.id == preset_id), None)
