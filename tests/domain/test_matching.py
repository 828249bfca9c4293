"""Parts of two objects find each other by code, then by label, and never by number alone."""

from __future__ import annotations

from viewer.domain.matching import Named, match_parts

LIVER, SPLEEN, KIDNEY = ("SCT", "10200004"), ("SCT", "78961009"), ("SCT", "64033007")
RIGHT, LEFT = ("SCT", "24028007"), ("SCT", "7771000")


def test_numbers_alone_say_nothing() -> None:
    assert match_parts([Named(1, "Liver"), Named(2, "Spleen")], [Named(1, "Spleen"), Named(2, "Heart")]) == ((2, 1),)


def test_a_code_goes_before_a_label() -> None:
    a = [Named(1, "Leber", (LIVER,)), Named(2, "Spleen", (SPLEEN,))]
    b = [Named(5, "Spleen", (LIVER,)), Named(6, "Milz", (SPLEEN,))]
    assert match_parts(a, b) == ((1, 5), (2, 6))


def test_a_label_counts_without_case_and_underscores() -> None:
    assert match_parts([Named(7, "Left_Kidney")], [Named(3, "left kidney")]) == ((7, 3),)


def test_of_two_that_are_called_the_same_the_same_number_is_meant() -> None:
    a = [Named(3, "Right kidney", (KIDNEY, RIGHT)), Named(4, "Left kidney", (KIDNEY, LEFT))]
    b = [Named(4, "Right kidney", (KIDNEY, RIGHT)), Named(3, "Right kidney", (KIDNEY, RIGHT))]
    assert match_parts(a, b) == ((3, 3),)


def test_two_that_are_called_the_same_are_not_chosen_between() -> None:
    assert match_parts([Named(1, "Nodule")], [Named(2, "Nodule"), Named(3, "Nodule")]) == ()


def test_one_label_on_two_sides_is_two_things() -> None:
    assert match_parts([Named(1, "Kidney", (KIDNEY, RIGHT))], [Named(1, "Kidney", (KIDNEY, LEFT))]) == ()


def test_a_code_that_several_parts_share_does_not_tell_them_apart() -> None:
    shared = (("SCT", "39607008"),)
    a = [Named(1, "Upper lobe", shared), Named(2, "Lower lobe", shared)]
    b = [Named(1, "Lower lobe", shared), Named(2, "Middle lobe", shared)]
    assert match_parts(a, b) == ((2, 1),)


def test_one_label_with_different_codes_of_one_thing_still_matches() -> None:
    assert match_parts([Named(1, "Liver", (LIVER,))], [Named(9, "liver", (SPLEEN, LIVER))]) == ((1, 9),)
