"""Reads made reports as the program does: as an overlay, as a page, and back from a file."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.dicom.header_of import header_of
from tests.synthetic.content_items import COMPREHENSIVE_3D, report_header
from tests.synthetic.identity import as_file
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import Report
from viewer.export.report_page import ReportPage, report_page
from viewer.iods.structured_report import report_overlay


def overlay_of(dataset: Dataset, sop_class: str = COMPREHENSIVE_3D) -> Overlay:
    """Return a made report as an overlay, without writing it."""
    return report_overlay(dataset, report_header(sop_class))


def content_of(overlay: Overlay) -> Report:
    """Return the report that an overlay holds."""
    assert isinstance(overlay.content, Report)
    return overlay.content


def words(reference: ImageReference) -> str:
    """Say which image, frames and segments are meant; none of them is said as well, so that it can be compared."""
    frames, segments = (",".join(map(str, one)) for one in (reference.frames, reference.segments))
    return f"image {reference.sop_instance_uid} f{frames} s{segments}"


def page_of(report: Dataset | Overlay, *, patient: str = "") -> ReportPage:
    """Return the readable page of a report."""
    overlay = overlay_of(report) if isinstance(report, Dataset) else report
    return report_page(overlay, content_of(overlay), words, patient=patient)


def written_report(dataset: Dataset, folder: Path, sop_class: str = COMPREHENSIVE_3D) -> InstanceHeader:
    """Write a made report with what DCMTK wants to be told, and return its header."""
    dataset.SOPClassUID = UID(sop_class)
    dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.100", "1.2.3.101", "1.2.3.102"
    dataset.Modality = "KO" if sop_class.endswith(".59") else "SR"
    dataset.PatientName, dataset.PatientID = "Doe^Jane", "7"
    dataset.ContentDate, dataset.ContentTime = "20260115", "101500"
    path = folder / f"report{sop_class.rpartition('.')[2]}.dcm"
    as_file(dataset).save_as(path, enforce_file_format=True)
    return header_of(path)
