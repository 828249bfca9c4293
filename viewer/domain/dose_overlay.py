"""A dose as an overlay: its isodose levels are its parts, and the plan that it names says what 100 % is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.domain.dose import Dose
from viewer.domain.dose_levels import Reference, default_levels, dose_color, highest_color, level_words
from viewer.domain.overlay import Overlay, Part

SHELL_OPACITY = 0.25
"""Of isodose surfaces in 3D: they lie within one another, and around everything else."""


def with_levels(overlay: Overlay, levels: tuple[float, ...] | None) -> Overlay:
    """Return a dose whose lines are at the levels given (highest first), or at the usual ones with None."""
    content = overlay.content
    reference = content.reference if isinstance(content, Dose) else None
    if not isinstance(content, Dose) or reference is None:
        return overlay
    doses = default_levels(reference) if levels is None else tuple(sorted(set(levels), reverse=True))
    parts = _level_parts(doses, reference, content.unit)
    return replace(overlay, content=replace(content, levels=doses, chosen=levels), parts=parts)


def with_prescription(overlay: Overlay, plans: tuple[Overlay, ...]) -> Overlay:
    """Return a dose that knows what the plan it names prescribes, where that plan is among those given."""
    content = overlay.content
    if not isinstance(content, Dose) or not content.plans:
        return overlay
    named = {reference.sop_instance_uid for reference in content.plans}
    plan = next((one.plan for one in plans if one.sop_instance_uid in named and one.plan is not None), None)
    if plan is None or plan.prescribed_gy is None or content.prescribed == plan.prescribed_gy:
        return overlay
    known = replace(content, prescribed=plan.prescribed_gy, prescribed_by=plan.name)
    return with_levels(replace(overlay, content=known), content.chosen)


def _level_parts(levels: Sequence[float], reference: Reference, unit: str) -> tuple[Part, ...]:
    """Return one part for each level, numbered from 1 in the order given."""
    top = highest_color(reference)
    return tuple(
        Part(
            number=number,
            label=level_words(level, reference, unit),
            color=dose_color(level / top if top > 0 else 0.0),
            type="isodose",
            opacity=SHELL_OPACITY,
        )
        for number, level in enumerate(levels, start=1)
    )
