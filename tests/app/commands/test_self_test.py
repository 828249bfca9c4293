"""The self-test names every transfer syntax, proves what it says, and says what does not work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.commands.contract import SELF_TEST
from viewer.app.commands import self_test
from viewer.app.commands.codec_samples import Sample, samples
from viewer.app.main import main
from viewer.app.paths import resources
from viewer.dicom.codecs import CODECS
from viewer.dicom.frames import FrameReader
from viewer.dicom.transfer_syntaxes import NATIVE, VIDEO


def test_there_is_a_sample_of_every_transfer_syntax_that_is_read(tmp_path: Path) -> None:
    every = list(samples(resources()))
    assert {one.transfer_syntax_uid for one in every} == {*NATIVE, *CODECS, *VIDEO}
    for one in every:
        header, attributes = one.written(tmp_path)
        stored = FrameReader(header, attributes).read(one.frame).stored
        assert abs(stored.astype(int) - one.picture).max() <= one.tolerance, one.transfer_syntax_uid


def test_everything_works_here_and_each_line_says_what(tmp_path: Path) -> None:
    # In a process of its own: the self-test opens a window, and none of its traces may stay.
    command = [sys.executable, "-c", "import sys; from viewer.app.main import main; sys.exit(main(['self-test', '--json']))"]
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["PYTHONPATH"] = str(Path(__file__).parents[3])
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    document = json.loads(done.stdout)
    SELF_TEST(document, "self-test")
    assert [line for line in document["lines"] if not line["passed"]] == []
    assert done.returncode == 0
    said = {line["what"]: line["text"] for line in document["lines"]}
    assert said["JPEG-LS Lossless Image Compression (1.2.840.10008.1.2.4.80)"] == "exact"
    assert "pixels and closed" in said["window"]
    assert {"picture", "3D picture"} <= said.keys()
    assert list(tmp_path.iterdir()) == []


def test_a_syntax_that_decodes_wrongly_is_said_and_the_status_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = next(one for one in samples(resources()) if one.transfer_syntax_uid.endswith("4.80"))
    wrong = Sample(good.transfer_syntax_uid, good.picture + 1, good.value)
    broken = Sample(good.transfer_syntax_uid, good.picture, good.value[:60])
    monkeypatch.setattr(self_test, "samples", lambda _: iter([good, wrong, broken]))
    for name in ("_picture", "_volume_picture", "_window"):
        monkeypatch.setattr(self_test, name, lambda: "not tried")
    assert main(["self-test"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:6]] == ["ok", "FAILED", "FAILED", "ok", "ok", "ok"]
    assert "off; at most 0 is expected" in lines[1]
    assert lines[-1] == "6 tried, 2 failed"


def test_a_window_that_ends_its_process_is_a_failed_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_open_and_close", os.abort)
    monkeypatch.setattr(self_test, "samples", lambda _: iter(()))
    monkeypatch.setattr(self_test, "_volume_picture", lambda: "")
    monkeypatch.setattr(self_test, "_picture", lambda: "")
    *_, last = self_test.tried()
    assert (last.what, last.passed) == ("window", False)
    assert "ended early" in last.text


def test_it_takes_no_paths(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        main(["self-test", "somewhere"])
    assert usage.value.code == 2
    assert "somewhere" in capsys.readouterr().err
