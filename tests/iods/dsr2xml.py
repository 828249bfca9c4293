"""What DCMTK's dsr2xml reads of a structured report, as plain items to compare with."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

VALUE_TYPES = {
    "container": "CONTAINER",
    "text": "TEXT",
    "code": "CODE",
    "num": "NUM",
    "pname": "PNAME",
    "date": "DATE",
    "time": "TIME",
    "datetime": "DATETIME",
    "uidref": "UIDREF",
    "image": "IMAGE",
    "composite": "COMPOSITE",
    "waveform": "WAVEFORM",
    "scoord": "SCOORD",
    "scoord3d": "SCOORD3D",
    "tcoord": "TCOORD",
    "reference": "",
}
_NAME_PARTS = ("last", "first", "middle", "prefix", "suffix")


@dataclass
class XmlItem:
    """One content item as dsr2xml prints it; texts as printed."""

    element: ET.Element
    position: str
    number: str

    @property
    def value_type(self) -> str:
        return VALUE_TYPES[self.element.tag]

    @property
    def relationship(self) -> str:
        return self.text("relationship")

    def text(self, path: str) -> str:
        return (self.element.findtext(path) or "").strip()

    def code(self, path: str) -> tuple[str, str, str]:
        """Value, scheme and meaning of the code at a path ("" is the item itself)."""
        at = f"{path}/" if path else ""
        return self.text(f"{at}value"), self.text(f"{at}scheme/designator"), self.text(f"{at}meaning")

    def person(self) -> tuple[str, ...]:
        return tuple(self.text(f"value/{part}") for part in _NAME_PARTS)

    def attribute(self, path: str, name: str) -> str:
        found = self.element.find(path)
        return found.get(name, "") if found is not None else ""


def read_items(path: Path) -> list[XmlItem] | None:
    """Return all items in the order of the document; None when dsr2xml cannot read the file as a report."""
    # Constraints of the IOD are not checked: files that break them are still trees, and must be read as trees.
    command = ["dsr2xml", "-q", "+U8", "-Er", "-Ev", "-Ec", "-Ee", "+Wi", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        return None
    root = ET.fromstring(done.stdout).find("document/content/container")
    return None if root is None else _walk(root, "1")


def _walk(element: ET.Element, position: str) -> list[XmlItem]:
    found = [XmlItem(element, position, element.get("id", ""))]
    children = [child for child in element if _is_item(child)]
    for ordinal, child in enumerate(children, start=1):
        found += _walk(child, f"{position}.{ordinal}")
    return found


def _is_item(element: ET.Element) -> bool:
    # <date>, <time> and <code> also occur as parts of values; only items have a relationship.
    return element.tag in VALUE_TYPES and (element.find("relationship") is not None or element.tag == "reference")
