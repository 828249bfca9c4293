"""Without OpenGL the program opens, the 3D pane says why it is empty, and the program ends well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.two_blocks import save_two_blocks

SCRIPT = """
import json, sys, time
from pathlib import Path

def main():
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    from viewer.app.window import Program
    from viewer.reading.changes.planes import arrange
    from viewer.scene.volume_inputs import Graphics

    application = QApplication(["overread"])
    folder = Path(sys.argv[1])
    program = Program(application, settings_path=folder / "settings.json", data_folder=folder)
    program.window.show()
    program.open_paths([folder / "study"])
    deadline = time.monotonic() + 90
    while (program.reading.state.content.scanning or not program.runner.idle) and time.monotonic() < deadline:
        QTest.qWait(5)
    program.reading.apply(arrange, "planes_3d")
    while not isinstance(program.store.graphics(), Graphics) and time.monotonic() < deadline:
        QTest.qWait(5)
    QTest.qWait(100)
    (pane,) = [one.volume for one in program.window.grid.viewports if one.volume is not None]
    while not pane.canvas.is_current and time.monotonic() < deadline:
        QTest.qWait(5)
    picture = pane.canvas.grab().toImage()
    colours = len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)})
    print(json.dumps({
        "works": program.store.graphics().works,
        "said": [notice.title for notice in pane.canvas._notices()],
        "ratio": pane.canvas.devicePixelRatioF(),
        "drawables": len(pane.canvas.scene.drawables),
        "colours": colours,
    }))
    program.window.close()
    program.close()

if __name__ == "__main__":
    main()
"""


def run(folder: Path, **environment: str) -> dict[str, object]:
    """Run the program off-screen with a small study in MPR and 3D, and return what it says."""
    save_two_blocks(folder / "study")
    script = folder / "opens.py"
    script.write_text(SCRIPT)
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    root = str(Path(__file__).parents[2])
    found = subprocess.run(
        [sys.executable, str(script), str(folder)],
        env={**kept, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": root, **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    said: dict[str, object] = json.loads(found.stdout.strip().splitlines()[-1])
    return said


def test_the_pane_says_that_opengl_does_not_work(tmp_path: Path) -> None:
    # No vendor of EGL and no X server: VTK finds no OpenGL at all.
    said = run(tmp_path, __EGL_VENDOR_LIBRARY_DIRS=str(tmp_path / "none"))
    assert said["works"] is False
    assert said["said"] == ["No 3D view"]


def test_off_screen_without_a_display_it_renders_on_a_fine_screen(tmp_path: Path) -> None:
    said = run(tmp_path, QT_SCALE_FACTOR="2")
    assert said["works"] is True
    assert said["ratio"] == 2.0
    assert said["drawables"]
    assert int(str(said["colours"])) > 50
