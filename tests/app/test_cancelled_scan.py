"""Cancelling the scan ends it: what was found stays, its results are read, and the workspace is saved again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.synthetic.values import axial_series, library
from viewer.app.window import Program
from viewer.domain.library import Library
from viewer.loading import loader
from viewer.loading.runner import JobControl


def test_what_a_cancelled_scan_found_stays_open(
    qtbot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = library(axial_series("ct"))

    def endless_scan(_paths: object) -> object:
        def work(control: JobControl) -> Library:
            control.deliver_part(found)
            while True:
                control.check()

        return work

    monkeypatch.setattr(loader, "scan_job", endless_scan)
    program = Program(qapp, settings_path=tmp_path / "settings.json", data_folder=tmp_path / "user")
    try:
        program.open_paths([tmp_path])
        qtbot.waitUntil(lambda: bool(program.reading.state.content.library.instances))
        assert [one.slot for one in program.progress()] == ["scan"]
        program.cancel("scan")
        state = program.reading.state
        assert not state.content.scanning
        assert state.content.library == found
        qtbot.waitUntil(lambda: program.runner.idle)
    finally:
        program.window.close()
        program.close()
