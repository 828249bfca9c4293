"""Copy the Lucide icons that Overread uses into resources/icons.

Run ``npm pack lucide-static@1.62.0``, unpack it, then ``python packaging/copy_icons.py package/``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

# By use; one name per picture.
USED = (
    "folder-open file-plus server graduation-cap unplug "
    "square columns-2 grid-2x2 layout-panel-left panel-left maximize "
    "contrast move zoom-in images crosshair scan refresh-ccw "
    "ruler tangent circle rectangle-horizontal pentagon pipette "
    "link-2 unlink play pause sun-moon flip-horizontal-2 flip-vertical-2 rotate-cw rotate-ccw "
    "sparkles eye-off scan-eye scan-line info "
    "eye focus target blend git-compare-arrows "
    "layers spline file-chart-column file-text key-round radiation cuboid flame film "
    "circle-check circle-x circle-question-mark circle-dot circle-dashed message-square-text "
    "octagon-alert triangle-alert check shield-alert circle-slash-2 image-off "
    "brush eraser sliders-horizontal scissors undo-2 redo-2 "
    "upload camera copy printer search list-filter list-tree "
    "chevron-right chevron-left chevron-down chevron-up ellipsis x settings book-open keyboard command "
    "minus plus folder file stethoscope user"
)


def main() -> None:
    """Copy the named icons and the licence out of the unpacked npm package."""
    package = Path(sys.argv[1])
    resources = Path(__file__).parents[1] / "resources"
    for name in USED.split():
        shutil.copyfile(package / "icons" / f"{name}.svg", resources / "icons" / f"{name}.svg")
    shutil.copyfile(package / "LICENSE", resources / "licences" / "lucide.txt")
    print(f"{len(USED.split())} icons copied")


if __name__ == "__main__":
    main()
