"""Many decimal strings at once: to the last bit the numbers that Python reads one by one, or left to others."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from viewer.iods.decimal_strings import parse_plain_decimals

PLAIN = st.from_regex(r"-?([0-9]{1,9}(\.[0-9]{0,6})?|\.[0-9]{1,15})", fullmatch=True)


@given(st.lists(PLAIN, min_size=1))
@example(["-0", "0.1", "-.5", "5.", "999999999999999", "0.00000000000001", "-123.4567890123"])
def test_plain_decimals_are_those_of_python_to_the_last_bit(written: list[str]) -> None:
    found = parse_plain_decimals("\\".join(written).encode())
    assert found is not None
    assert [number.hex() for number in found.tolist()] == [float(one).hex() for one in written]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1\\",
        "\\1",
        "1\\\\2",
        "1e3",
        "+1",
        "1 \\2",
        "-",
        ".",
        "1-2",
        "--1",
        ".-5",
        "1.2.3",
        "1.2.3\\4",
        "1234567890123456",
        "nan",
    ],
)
def test_anything_else_is_left_to_others(written: str) -> None:
    assert parse_plain_decimals(written.encode()) is None


@given(st.text("0123456789.-\\", max_size=30))
def test_what_is_no_number_is_never_taken_for_one(written: str) -> None:
    found = parse_plain_decimals(written.encode())
    if found is not None:
        assert found.tolist() == [float(one) for one in written.split("\\")]
