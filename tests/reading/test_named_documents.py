"""A report item that names a waveform, a document or another report leads to it when it is among the opened files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.dicom.header_of import header_of
from tests.synthetic.content_items import GROUP, REPORT, container, document, item, report_header
from tests.synthetic.identity import Study
from tests.synthetic.waveform import GENERAL_ECG, LIMB_LEADS, Group, waveform
from viewer.domain.binding import bind
from viewer.domain.grouping import build_library
from viewer.domain.instance import Source
from viewer.iods.registry import read_overlay
from viewer.iods.structured_report import report_overlay
from viewer.reading.changes.library import library_grew, overlays_read
from viewer.reading.navigate import go_to_item
from viewer.reading.state import ReadingState


@pytest.mark.parametrize("is_open", [True, False])
def test_a_waveform_that_a_report_names_is_shown(tmp_path: Path, is_open: bool) -> None:
    made = waveform([Group(LIMB_LEADS, np.zeros((4, 3), np.int16), 250.0)], Study(), "ECG")
    made.save_as(tmp_path / "ecg.dcm", enforce_file_format=True)
    header = header_of(tmp_path / "ecg.dcm")
    named = item("WAVEFORM", ("121112", "DCM", "Source of Measurement"))
    reference = type(named)()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = GENERAL_ECG, made.SOPInstanceUID
    named.ReferencedSOPSequence = [reference]
    report = replace(report_header(), source=Source("file", "/made/sr.dcm"))
    headers = [report, header] if is_open else [report]
    library = build_library(headers, [], seconds=0.0, files=len(headers))
    overlays = [report_overlay(document(REPORT, container(GROUP, named)), report)]
    overlays += [read_overlay(header)] if is_open else []
    state = library_grew(ReadingState(), library, scanning=False)
    state = overlays_read(state, {one.instance: (one, bind(one, library)) for one in overlays})
    after = go_to_item(state, report.key, "1.1.1")
    wanted = (header.key, "") if is_open else (report.key, "1.1.1")
    assert (after.selection.overlay, after.selection.item) == wanted
