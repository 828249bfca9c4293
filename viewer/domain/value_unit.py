"""The unit in which a report gives values of pixels: a UCUM code, and which standardised uptake value is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PLAIN: Final = ("g/ml", "g/mL", "cm2/ml", "cm2/mL", "1", "")
"""Units of an SUV that do not say that they are of one."""
_SUV_UNIT: Final = re.compile(r"\{SUV(bw|lbm|bsa|ibw)\b[^}]*\}", re.IGNORECASE)


@dataclass(frozen=True)
class ValueUnit:
    """``code`` is as written. ``meant`` says by concept or method which SUV it is ("bw"; "lbm, James"); empty: none."""

    code: str = ""
    meant: str = ""

    @property
    def suv(self) -> str:
        """Which SUV the values are, "bw" or "lbm, James"; empty when neither unit nor concept says that they are one."""
        found = _SUV_UNIT.search(self.code)
        if found is None:
            return self.meant if self.code in _PLAIN else ""
        kind = found.group(1).lower()
        return self.meant if self.meant.startswith(kind) else kind

    @property
    def is_none(self) -> bool:
        """Whether the code says that the values have no unit: 1, or words in braces (UCUM annotations)."""
        return not self.suv and (self.code in ("", "1") or (self.code.startswith("{") and self.code.endswith("}")))
