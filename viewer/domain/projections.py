"""Projections: what a view is called, and in which order the four views of a screening mammogram hang."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from viewer.domain.instance import FrameHeader, InstanceHeader

VIEWS: Mapping[str, str] = {
    "399162004": "CC",
    "399368009": "MLO",
    "399260004": "ML",
    "399352003": "LM",
    "399099002": "LMO",
    "399196006": "FB",
    "399188001": "SIO",
    "441555000": "ISO",
    "399192008": "XCCL",
    "399101009": "XCCM",
    "127457009": "specimen",
    "R-10242": "CC",
    "R-10226": "MLO",
    "R-10224": "ML",
    "R-10228": "LM",
    "R-10230": "LMO",
    "R-10244": "FB",
    "R-102D0": "SIO",
    "R-40AAA": "ISO",
    "R-1024A": "XCCL",
    "R-1024B": "XCCM",
    "G-8310": "specimen",
}
"""What readers call a view of the breast, by the code of either generation (PS3.16 CID 4014)."""

_HANGING = ("R-CC", "L-CC", "R-MLO", "L-MLO")
_VOLUMES = frozenset({"1.2.840.10008.5.1.4.1.1.13.1.3"})
"""Breast tomosynthesis: modality MG, too."""


def view_of(header: InstanceHeader, frame: FrameHeader) -> str:
    """Return the view of a mammogram as it is hung (R-CC); empty for other images, and where the side is not stated."""
    if header.modality != "MG" and header.sop_class_uid not in _VOLUMES:
        return ""
    side = (frame.laterality or header.laterality)[:1]
    return f"{side}-{header.view}" if side in ("R", "L") and header.view else ""


def hanging_place(view: str) -> int:
    """Return where a view hangs: the four of screening first, then others, in the order of the files."""
    plain = view.split(maxsplit=1)[0] if view else ""
    return _HANGING.index(plain) if plain in _HANGING else len(_HANGING)


def view_name(code: str, position: str, modifiers: Sequence[str]) -> str:
    """Return what readers call a projection: CC, MLO, PA ...

    Parameters
    ----------
    code
        Of the View Code Sequence; one outside the table gives way to ``position``.
    position
        View Position.
    modifiers
        Meanings of the View Modifier Code Sequence (magnification, spot compression ...).
    """
    name = VIEWS.get(code) or position
    return " ".join((name, *(modifier.lower() for modifier in modifiers if modifier))) if name else ""
