"""TID 1500 measurement reports, written by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from tests.synthetic.identity import settle, uid
from tests.synthetic.segmentation import Algorithm, Part


@dataclass(frozen=True)
class Reading:
    """One number of a measurement group."""

    name: Code
    value: float
    unit: Code
    derivation: Code | None = None


@dataclass(frozen=True)
class Group:
    """One measurement group: of a segment, or of a region drawn on one image (column, row)."""

    part: Part
    readings: tuple[Reading, ...]
    segment: int | None = None
    image: Dataset | None = None
    graphic_type: str = "POLYLINE"
    points: tuple[tuple[float, float], ...] = ()
    evaluations: tuple[tuple[Code, Code], ...] = ()


@dataclass(frozen=True)
class ReportResult:
    """What a report says of itself."""

    name: str
    description: str = "Synthetic measurements"
    number: int = 400
    algorithm: Algorithm = field(default_factory=Algorithm)
    date: str = "20260115"
    time: str = "102000"


def measurement_report(
    images: Sequence[Dataset], segmentation: Dataset, groups: Sequence[Group], result: ReportResult
) -> Dataset:
    """Make a Comprehensive 3D SR by a device observer over ``images`` and ``segmentation``."""
    algorithm = result.algorithm
    observer = hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=uid("device", algorithm.name), name=algorithm.name, manufacturer_name=algorithm.manufacturer
        ),
    )
    report = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_device_context=observer),
        procedure_reported=Code("363680008", "SCT", "Radiographic imaging procedure"),
        imaging_measurements=[_group(group, images, segmentation, algorithm) for group in groups],
        title=codes.DCM.ImagingMeasurementReport,
    )
    study = images[0].StudyInstanceUID
    made = hd.sr.Comprehensive3DSR(
        evidence=[*images, segmentation],
        content=report[0],
        series_instance_uid=uid(study, result.name, "series"),
        series_number=result.number,
        sop_instance_uid=uid(study, result.name, "instance"),
        instance_number=1,
        manufacturer=algorithm.manufacturer,
        is_complete=True,
        is_final=False,
        series_description=result.description,
    )
    made.ManufacturerModelName = algorithm.name
    made.SoftwareVersions = algorithm.version
    settle(made, result.name, date=result.date, time=result.time)
    return made


def _group(
    group: Group, images: Sequence[Dataset], segmentation: Dataset, algorithm: Algorithm
) -> hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations | hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    part = group.part
    tracking = hd.sr.TrackingIdentifier(uid=part.tracking_uid, identifier=part.tracking)
    identification = hd.sr.AlgorithmIdentification(name=algorithm.name, version=algorithm.version)
    laterality = {"laterality": part.laterality} if part.laterality else {}
    sites = [hd.sr.FindingSite(region, **laterality) for region in (part.regions or (part.property_type,))]
    numbers = [hd.sr.Measurement(name=r.name, value=r.value, unit=r.unit, derivation=r.derivation) for r in group.readings]
    opinions = [hd.sr.QualitativeEvaluation(name=name, value=value) for name, value in group.evaluations]
    if group.segment is not None:
        return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking,
            referenced_segment=hd.sr.ReferencedSegment(
                sop_class_uid=segmentation.SOPClassUID,
                sop_instance_uid=segmentation.SOPInstanceUID,
                segment_number=group.segment,
                source_series=hd.sr.SourceSeriesForSegmentation(images[0].SeriesInstanceUID),
            ),
            finding_type=part.property_type,
            algorithm_id=identification,
            finding_sites=sites,
            measurements=numbers,
            qualitative_evaluations=opinions or None,
        )
    assert group.image is not None
    region = hd.sr.ImageRegion(
        graphic_type=group.graphic_type,
        graphic_data=np.asarray(group.points, float),
        source_image=hd.sr.SourceImageForRegion.from_source_image(group.image),
    )
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=region,
        finding_type=part.property_type,
        algorithm_id=identification,
        finding_sites=sites,
        measurements=numbers,
        qualitative_evaluations=opinions or None,
    )
