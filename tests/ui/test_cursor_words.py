"""What the status bar says of a value: SUV, mappings, reasons, and a dash where there is no number."""

from __future__ import annotations

import numpy as np
import pytest

from tests.imaging.test_grey import attributes_of
from tests.imaging.test_suv import CHECK_71
from tests.ui.small_study import RT, SEG, small_state
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import DecodedFrame, FrameValues, RealWorldValueMapping, Rescale
from viewer.domain.instance import InstanceKey
from viewer.domain.pet import PetAttributes
from viewer.imaging.probe import Probe, value_at
from viewer.reading.state import Content
from viewer.scene.cursor import CursorInfo, PartHit
from viewer.scene.drawables import PartRef
from viewer.ui.cursor_words import cursor_words

pytestmark = pytest.mark.usefixtures("qapp")

FRAME = DecodedFrame(np.array([[15200, 3]], np.int16), whole=1)


LIVER = (200, 90, 60)


def hit(overlay: str, part: int, label: str) -> PartHit:
    return PartHit(PartRef(InstanceKey(overlay), part), label, LIVER)


def names_of(*hits: PartHit, content: Content) -> list[str]:
    return [name for name, _ in cursor_words(CursorInfo(0, (0.5, 0.5), (0, 0), None, None, hits), content).parts]


def words(probe: Probe) -> tuple[str, str]:
    said = cursor_words(CursorInfo(0, (0.5, 0.5), (0, 0), None, probe))
    return said.value.replace("\u00a0", " "), said.unit.replace("\u00a0", " ")


def of_pet(pet: PetAttributes, *mappings: RealWorldValueMapping) -> tuple[str, str]:
    attributes = attributes_of(
        modality="PT", units=pet.units, pet=pet, frames=(FrameValues(Rescale(1.0, 0.0), real_world=mappings),)
    )
    return words(value_at(FRAME, attributes, index=0, column=0, row=0))


def mapping(slope: float, unit: str) -> RealWorldValueMapping:
    return RealWorldValueMapping(slope, 0.0, 0, 32767, CodedConcept(unit, "UCUM", "", ""), unit)


def test_check_71_suv_by_body_weight_stands_beside_the_activity() -> None:
    value, unit = of_pet(CHECK_71)
    assert value.endswith("Bq/ml")
    assert unit == "SUVbw 4.20"


def test_check_71_without_an_suv_the_reason_stands_there() -> None:
    assert of_pet(PetAttributes(units="CPS"))[1] == "SUV not available: Units are CPS."


def test_a_mapping_is_named_and_one_that_contradicts_the_dose_is_marked() -> None:
    assert of_pet(CHECK_71, mapping(2.76337e-4, "{SUVbw}g/ml"))[1] == "SUVbw 4.20  SUVbw 4.20 g/ml"
    assert of_pet(CHECK_71, mapping(1e-3, "{SUVbw}g/ml"))[1] == "SUVbw 4.20  SUVbw 15.20 g/ml by a mapping in doubt"


def test_check_70_not_a_number_is_a_dash() -> None:
    frame = DecodedFrame(np.array([[np.nan]], np.float32), whole=1)
    assert words(value_at(frame, attributes_of(), index=0, column=0, row=0)) == ("–", "no number")


def test_parts_of_one_name_are_told_apart_by_their_object_and_number() -> None:
    content = small_state().content
    assert names_of(hit(SEG, 1, "Liver"), hit(SEG, 2, "Spleen"), content=content) == ["Liver", "Spleen"]
    first, second, third = names_of(hit(SEG, 1, "Liver"), hit(RT, 4, "Liver"), hit(SEG, 2, "Aorta"), content=content)
    assert first == "Liver (Organs of CT)"
    assert second.startswith("Liver (")
    assert second != first
    assert third == "Aorta"
    assert names_of(hit(SEG, 1, "Lesion"), hit(SEG, 7, "Lesion"), content=content) == [
        "Lesion (number 1)",
        "Lesion (number 7)",
    ]


def test_a_part_met_several_times_is_said_once_topmost_first() -> None:
    content = small_state().content
    assert names_of(hit(SEG, 2, "Aorta"), hit(SEG, 1, "Liver"), hit(SEG, 2, "Aorta"), content=content) == ["Aorta", "Liver"]
