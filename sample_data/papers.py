"""What came with the sample images besides overlays: a summary as PDF, key images, a surface of the lesion, an ECG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from sample_data.anatomy import LESION
from sample_data.shapes import Points
from tests.synthetic.documents import (
    CDA_STORAGE,
    DocumentResult,
    Line,
    coded,
    encapsulated,
    paper,
    pdf_bytes,
    stl_bytes,
    surface,
)
from tests.synthetic.identity import Study, uid
from tests.synthetic.key_objects import OF_INTEREST, key_objects
from tests.synthetic.segmentation import Algorithm
from tests.synthetic.waveform import LIMB_LEADS, Group, annotation, electrocardiogram, waveform

_AROUND, _ALONG = 40, 20
"""Points of the surface around and along its axis."""
_FREQUENCY_HZ = 250.0
_CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="2.25.302951749317512764935182095726420145732"/>
  <code code="18748-4" codeSystem="2.16.840.1.113883.6.1" displayName="Diagnostic imaging study"/>
  <title>Letter to the referrer</title>
  <effectiveTime value="20260115"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <recordTarget><patientRole><id extension="SAMPLE-TORSO" root="2.25.1"/>
    <patient><name><given>Torso</given><family>Sample</family></name></patient></patientRole></recordTarget>
  <component><structuredBody>
    <component><section>
      <title>Findings</title>
      <text><paragraph>CT of the torso in the portal venous phase: one lesion in the right lobe of the liver.</paragraph>
        <table><tbody>
          <tr><th>Largest on slice</th><td>{place} of 60</td></tr>
          <tr><th>Biopsy</th><td>taken, see the slide</td></tr>
        </tbody></table></text>
    </section></component>
    <component><section>
      <title>For the reader</title>
      <text><paragraph>Made up for the sample study. Not for diagnostic use.</paragraph></text>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
"""


def summary(images: Sequence[Dataset], volumes_ml: Mapping[str, float], length_mm: float, made_by: Algorithm) -> Dataset:
    """Make the first algorithm's summary: two pages that repeat what its report says, its mistake included."""
    first = [
        Line("Torso Organs A: summary for the reader", 56, 80, 18),
        Line("Sample^Torso, SAMPLE-TORSO, CT of 15 January 2026", 56, 104),
        Line("Made by an algorithm. Not verified by a person. Not for diagnostic use.", 56, 122),
        Line("Part", 56, 160),
        Line("Volume", 260, 160),
    ]
    for place, (name, volume) in enumerate(volumes_ml.items()):
        first += [Line(name, 56, 182 + 20 * place), Line(f"{volume:.1f} ml", 260, 182 + 20 * place)]
    second = [
        Line("Liver lesion", 56, 80, 18),
        Line(f"Long axis {length_mm:.1f} mm, volume {volumes_ml['Liver lesion']:.1f} ml.", 56, 110),
        Line("The surface of the lesion and the key images belong to this summary.", 56, 130),
        Line("What the algorithm does not look at: bowel, bladder, bones, vessels other than the aorta.", 56, 150),
    ]
    result = DocumentResult("summary A", "Summary A (AI)", 106, made_by.manufacturer, made_by.name, made_by.version)
    return paper(pdf_bytes([first, second]), images, result)


def letter(images: Sequence[Dataset], place: int) -> Dataset:
    """Make a reader's letter as a CDA document (HL7 CDA R2, level 2); slices are counted from the head down."""
    content = _CDA.format(place=len(images) - place).encode()
    result = DocumentResult("letter", "Letter to the referrer", 311)
    made = encapsulated(content, "text/XML", CDA_STORAGE, images, result)
    made.HL7InstanceIdentifier = f"{uid('sample letter')}^1"
    made.ConceptNameCodeSequence = [coded("18748-4", "LN", "Diagnostic imaging study")]
    made.Modality, made.ConversionType = "DOC", "WSD"
    made.ContentTime = "100000"
    return made


def lesion_surface(images: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make the lesion's surface as an STL in the Frame of Reference of the CT."""
    points, triangles = lesion_mesh()
    result = DocumentResult(
        "lesion surface A", "Liver lesion surface (AI)", 107, made_by.manufacturer, made_by.name, made_by.version
    )
    return surface(stl_bytes(points, triangles), images, result)


def lesion_mesh() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points (n, 3) in mm and triangles (m, 3), turned outwards, of where the lesion's formula is 1."""
    polar = np.linspace(0, np.pi, _ALONG + 1)[1:-1]
    turn = np.arange(_AROUND) * 2 * np.pi / _AROUND
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1)
    rings = [np.sin(angle) * ring + [0, 0, np.cos(angle)] for angle in polar]
    directions = np.concatenate([[[0, 0, 1.0]], *rings, [[0, 0, -1.0]]])
    points = np.asarray(LESION.center) + directions * _radii(directions)[:, None]
    faces: list[tuple[int, int, int]] = []
    last = len(directions) - 1
    for place in range(_AROUND):
        beside = (place + 1) % _AROUND
        faces.append((0, 1 + place, 1 + beside))
        for row in range(len(polar) - 1):
            upper, lower = 1 + row * _AROUND, 1 + (row + 1) * _AROUND
            faces += [(upper + place, lower + place, lower + beside), (upper + place, lower + beside, upper + beside)]
        bottom = last - _AROUND
        faces.append((last, bottom + beside, bottom + place))
    return points, np.array(faces, dtype=np.int64)


def _radii(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far from the centre the formula is 1, by halving."""
    low, high = np.zeros(len(directions)), np.full(len(directions), 2.0 * max(LESION.radii))
    for _ in range(40):
        middle = (low + high) / 2
        x, y, z = (np.asarray(LESION.center) + directions * middle[:, None]).T
        outside = LESION.norm(Points(x, y, z)) > 1
        low, high = np.where(outside, low, middle), np.where(outside, middle, high)
    return (low + high) / 2


def key_images(images: Sequence[Dataset], place: int) -> Dataset:
    """Make a reader's selection of three images through the lesion."""
    return key_objects([images[place + step] for step in (-2, 0, 2)], OF_INTEREST, name="key images")


def ecg(study: Study) -> Dataset:
    """Make ten seconds of an electrocardiogram with the R waves marked."""
    group = Group(LIMB_LEADS, electrocardiogram(frequency_hz=_FREQUENCY_HZ), _FREQUENCY_HZ)
    made = waveform([group], study, "Resting ECG, 3 leads")
    peaks = [int(np.argmax(beat)) + start + 1 for start, beat in _beats(group.stored[:, 1])]
    made.WaveformAnnotationSequence = [
        annotation("Sinus rhythm, 66 a minute"),
        *(annotation(f"R wave {number}", channel=2, samples=[peak]) for number, peak in enumerate(peaks, start=1)),
    ]
    return made


def _beats(stored: NDArray[np.int16]) -> list[tuple[int, NDArray[np.int16]]]:
    length = _FREQUENCY_HZ * 60 / 66
    starts = [round(length * number) for number in range(11)]
    return [(start, stored[start : round(start + length)]) for start in starts if start + length <= len(stored)]
