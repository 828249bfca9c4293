"""The main job without a display: say what is there, and render each stack's default frame with its layers into pictures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OVERREAD = Path(sys.executable).with_name("overread")
# A folder of hundreds of series would take minutes; the largest stacks come first, and what is left out is said.
MOST_PICTURES = 24


def main() -> int:
    """Scan, list the layers and render; returns the exit status of the least happy command."""
    target = sys.argv[1]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print("There is no display, so no window can be opened. The same work is done into pictures.\n", flush=True)
    worst = max(_show("scan", target), _show("layers", target))
    pictures = _folder()
    stacks = _stacks(target)
    for number, stack in enumerate(stacks[:MOST_PICTURES], 1):
        out = pictures / f"{number:02d}-{re.sub(r'[^A-Za-z0-9]+', '-', stack['label']).strip('-').lower() or 'stack'}.png"
        command = [OVERREAD, "render", target, "--stack", stack["id"], "--out", out, "--size", "1024x1024", "--text"]
        status = subprocess.run(command, check=False).returncode
        worst = max(worst, status)
        if not out.is_file():
            print(f"{out.name} was not made", flush=True)
    if len(stacks) > MOST_PICTURES:
        print(f"{len(stacks) - MOST_PICTURES} smaller stacks were left out; `overread render` makes any of them.")
    print(f"\nThe pictures are in {pictures}")
    print("For a window: run this from a desktop, over `ssh -X`, or under `xvfb-run` with a VNC server.")
    return worst


def _show(command: str, target: str) -> int:
    print(f"$ overread {command} {target}", flush=True)
    status = subprocess.run([OVERREAD, command, target], check=False).returncode
    print(flush=True)
    return status


def _stacks(target: str) -> list[dict[str, Any]]:
    """Name the stacks of images, the largest first."""
    said = subprocess.run([OVERREAD, "scan", target, "--json"], check=False, capture_output=True, text=True)
    found = []
    for patient in json.loads(said.stdout)["patients"]:
        for study in patient["studies"]:
            for series in study["series"]:
                if series["role"] == "image":
                    name = f"{series['modality']} {series['series_description']}"
                    found += [{**stack, "label": f"{name} {stack['label']}"} for stack in series["stacks"]]
    return sorted(found, key=lambda stack: -int(stack["frames"]))


def _folder() -> Path:
    """Make ./pictures in the checkout, or a temporary folder where that cannot be written."""
    pictures = ROOT / "pictures"
    try:
        pictures.mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="overread-pictures-"))
    for old in pictures.glob("[0-9][0-9]-*.png"):
        old.unlink()
    return pictures


if __name__ == "__main__":
    sys.exit(main())
