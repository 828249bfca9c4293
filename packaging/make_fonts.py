"""Make the three static Inter fonts of resources/fonts out of the variable font of npm ``inter-ui``.

Run ``npm pack inter-ui@4.1.1``, unpack it, then ``python packaging/make_fonts.py package/`` (needs ``fonttools[woff]``).
The family is renamed "Inter" (the variable font calls itself "Inter Variable"): ``QFont("Inter")`` then finds all weights.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
WINDOWS_ENGLISH = (3, 1, 0x409)


def make_static(source: Path, style: str, weight: int) -> TTFont:
    """One weight of the variable font as a static font of the family "Inter" (name IDs of OpenType ``name``)."""
    font = TTFont(source)
    font = instantiateVariableFont(font, {"wght": weight, "opsz": 14}, inplace=True)
    names = font["name"]
    plain = style == "Regular"
    texts = {
        1: "Inter" if plain else f"Inter {style}",
        2: "Regular",
        4: "Inter" if plain else f"Inter {style}",
        6: f"Inter-{style}",
        16: "Inter",
        17: style,
    }
    for name_id in (*texts, 3, 25):
        names.removeNames(nameID=name_id)
    for name_id, text in texts.items():
        names.setName(text, name_id, *WINDOWS_ENGLISH)
    names.setName(f"4.1;Inter-{style}", 3, *WINDOWS_ENGLISH)
    font["OS/2"].usWeightClass = weight
    if "STAT" in font:
        del font["STAT"]
    font.flavor = None
    return font


def main() -> None:
    """Write Inter-Regular, -Medium and -SemiBold.ttf and the licence."""
    package = Path(sys.argv[1])
    resources = Path(__file__).parents[1] / "resources"
    for style, weight in WEIGHTS.items():
        out = resources / "fonts" / f"Inter-{style}.ttf"
        make_static(package / "variable" / "InterVariable.woff2", style, weight).save(out)
        print(out.name, out.stat().st_size)
    shutil.copyfile(package / "LICENSE.txt", resources / "licences" / "inter.txt")


if __name__ == "__main__":
    main()
