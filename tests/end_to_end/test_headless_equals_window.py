"""``overread render`` writes the picture that the window's viewport shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.end_to_end.driven import Driven

pytestmark = [pytest.mark.real_data, pytest.mark.window]


@pytest.mark.parametrize("folder", ["seg-ct-liver-overlapping", "sr-tid1500-shapes-dwv"])
def test_render_writes_the_pixels_of_the_viewport(driven: Driven, real_data: Path, tmp_path: Path, folder: str) -> None:
    driven.open(real_data / folder)
    shown = driven.pixels()
    height, width = shown.shape[:2]
    out = tmp_path / "shown.png"
    what = ["--stack", driven.state.pane.stack_id or "", "--frame", str(driven.frame + 1)]
    how = ["--size", f"{width}x{height}", "--text", "--out", str(out)]
    overread = Path(sys.executable).with_name("overread")
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    subprocess.run([overread, "render", real_data / folder, *what, *how], check=True, env=environment)
    rendered = np.asarray(Image.open(out).convert("RGB")).astype(int)
    differs = np.abs(rendered - shown).max(axis=2) > 0
    # The exported picture alone says that it is not for diagnosis, at its foot.
    foot = np.flatnonzero(differs.any(axis=1))
    assert differs.any()
    assert foot.min() > height - 60, (int(foot.min()), height)
