"""A program that is killed has lost nothing that is older than two seconds, also when something changed all the time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from viewer.app.window import Program
from viewer.domain.measurement import Measurement
from viewer.domain.decision import Decision
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.changes.review import take_decisions

application = QApplication([])
program = Program(application, settings_path=Path(sys.argv[1]) / "settings.json", data_folder=Path(sys.argv[1]))
program.open_sample()
made = 0

def measure():
    global made
    state = program.reading.state
    if state.content.scanning or not state.content.library.stacks:
        return
    name = state.name_of(state.content.library.stacks[0].frames[3])
    program.reading.apply_undoable("", put_measurement, Measurement(str(made), "length", name, ((1.0, 2.0), (3.0, 4.5))))
    study = name.study_instance_uid
    program.reading.apply(take_decisions, [Decision(str(made), study, "rejected", ("wrong_size",), "note")])
    print(made, time.time(), flush=True)
    made += 1

timer = QTimer()
timer.setInterval(100)
timer.timeout.connect(measure)
timer.start()
application.exec()
"""


def test_a_killed_program_has_saved_all_that_is_older_than_two_seconds(tmp_path: Path) -> None:
    # Starting a whole program and letting it save takes some seconds.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        made: dict[str, float] = {}
        while not made or time.time() - min(made.values()) < 3.0:
            number, when = program.stdout.readline().split()
            made[number] = float(when)
        program.send_signal(signal.SIGKILL)
        killed = time.time()
        program.wait()
    (file,) = (tmp_path / "reviews").glob("*.json")
    review = json.loads(file.read_text())
    for saved in (
        {entry["id"] for entry in review["measurements"]},
        {entry["finding"] for entry in review["decisions"] if entry["verdict"] == "rejected" and entry["note"] == "note"},
    ):
        assert {number for number, when in made.items() if when < killed - 2.0} <= saved
        assert saved
