from viewer.domain.palette import PALETTE, is_repeated, part_color, visible_color


def test_the_first_24_parts_have_24_different_colours():
    assert len({part_color(index) for index in range(24)}) == 24 == len(PALETTE)


def test_from_the_25th_part_on_colours_repeat_and_say_so():
    assert part_color(24) == part_color(0)
    assert is_repeated(24)
    assert not is_repeated(23)


def test_a_stated_colour_is_kept_even_when_it_is_dark_blue():
    assert visible_color((0, 0, 255)) == (0, 0, 255)
    assert visible_color((128, 0, 0), 3) == (128, 0, 0)


def test_black_and_nearly_black_are_replaced():
    assert visible_color((0, 0, 0), 2) == part_color(2)
    assert visible_color((20, 10, 15), 1) == part_color(1)
