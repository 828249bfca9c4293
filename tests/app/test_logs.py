"""The log and the crash report help to find a bug and tell nothing of a patient."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.synthetic.identity import Study
from tests.synthetic.image import Grid, Series, image_series
from viewer.app import crash
from viewer.app.logs import start_logging
from viewer.app.window import Program

PATIENT = Study("canary", patient_name="Zanarivogel^Gelbchen", patient_id="CANARY-4711", description="Kanarienstudie")
SECRETS = ("Zanarivogel", "Gelbchen", "CANARY-4711", "Kanarienstudie", "kanarienordner", "2.25.")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log file, with logging as it was before afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("viewer")
    before = (root.handlers[:], root.level, ours.level, sys.excepthook, threading.excepthook)
    with warnings.catch_warnings():
        start_logging(tmp_path / "logs")
        yield tmp_path / "logs" / "overread.log"
        logging.captureWarnings(capture=False)
    for handler in root.handlers:
        handler.close()
    root.handlers = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    sys.excepthook, threading.excepthook = before[3:]


def bug() -> BaseException:
    """An error with a patient in its message, raised and caught."""
    try:
        int(f"{PATIENT.patient_name} {PATIENT.instance_uid} /kanarienordner/1.dcm")
    except ValueError as error:
        return error
    raise AssertionError


def secrets_in(text: str) -> list[str]:
    return [word for word in SECRETS if word.casefold() in text.casefold()]


def test_a_log_tells_nothing_of_the_patient_whose_folder_was_opened(
    qtbot, qapp: QApplication, tmp_path: Path, log: Path
) -> None:
    folder = tmp_path / "Kanarienordner"
    folder.mkdir()
    grid = Grid()
    stored = np.arange(np.prod(grid.shape), dtype=np.int16).reshape(grid.shape)
    for number, one in enumerate(image_series(stored, grid, Series(study=PATIENT))):
        one.save_as(folder / f"CANARY-4711 {number}.dcm")
    whole = (folder / "CANARY-4711 0.dcm").read_bytes()
    (folder / "cut Gelbchen.dcm").write_bytes(whole[:400])
    (folder / "Zanarivogel.txt").write_text("CANARY-4711")
    program = Program(qapp, settings_path=tmp_path / "settings.json", data_folder=tmp_path / "user")
    shown: list[str] = []
    try:
        crash.install(program.autosaver.save, shown.append)
        program.open_paths([folder])
        qtbot.waitUntil(lambda: not program.reading.state.content.scanning and program.runner.idle, timeout=20_000)
        header = next(one for one in program.reading.state.content.library.instances if one.patient_name)
        logging.getLogger("viewer.loading").warning("read %s of %s", header.sop_instance_uid, header.source.path)
        logging.getLogger("pydicom").warning("Invalid value %s", header.patient_name)
        warnings.warn(f"odd name {header.patient_name}", UserWarning, stacklevel=1)
        sys.excepthook(ValueError, bug(), None)
    finally:
        program.window.close()
        program.close()
    written = log.read_text(encoding="utf-8")
    assert all(word in written for word in ("read uid-", "message of pydicom", "message of py.warnings", "ValueError at"))
    assert secrets_in(written) == []
    assert secrets_in("\n".join(shown)) == []


def test_an_exception_handed_to_the_log_leaves_its_message_out(log: Path) -> None:
    logging.getLogger("viewer.loading").error("the job failed", exc_info=bug())
    assert "the job failed" in log.read_text(encoding="utf-8")
    assert secrets_in(log.read_text(encoding="utf-8")) == []


def test_only_the_user_can_read_the_log(log: Path) -> None:
    assert log.stat().st_mode & 0o077 == 0


def test_a_crash_saves_first_and_says_where_in_which_module() -> None:
    order: list[str] = []
    before = sys.excepthook, threading.excepthook
    try:
        crash.install(lambda: order.append("saved"), order.append)
        sys.excepthook(ValueError, bug(), None)
    finally:
        sys.excepthook, threading.excepthook = before
    assert order[0] == "saved"
    assert "ValueError at" in order[1]
    assert ", bug" in order[1]


def test_a_failing_save_does_not_keep_the_report_back() -> None:
    shown: list[str] = []
    before = sys.excepthook, threading.excepthook

    def save() -> None:
        raise OSError("the disk is full")

    try:
        crash.install(save, shown.append)
        sys.excepthook(ValueError, bug(), None)
    finally:
        sys.excepthook, threading.excepthook = before
    assert len(shown) == 1


def test_modules_of_ours_are_named_in_the_log_as_they_are_imported(log: Path) -> None:
    with pytest.raises(AttributeError) as caught:
        crash.crash_report(None)  # type: ignore[arg-type]
    logging.getLogger("viewer.app").error("%s", crash.crash_report(caught.value))
    assert "viewer.app.crash, line" in log.read_text(encoding="utf-8")


def test_a_bug_on_a_thread_is_logged_without_its_message(log: Path) -> None:
    before = sys.excepthook, threading.excepthook
    try:
        crash.install(lambda: None, lambda _report: None)
        thread = threading.Thread(target=lambda: (_ for _ in ()).throw(bug()))
        thread.start()
        thread.join()
    finally:
        sys.excepthook, threading.excepthook = before
    written = log.read_text(encoding="utf-8")
    assert "on a thread" in written
    assert secrets_in(written) == []
