"""Numbers and dates of a sheet read as they show; a format that is not known leaves the plain value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.research.reading.office.number_formats import plain_number, shown_day, shown_number

NOON_IN_MARCH = 45356.5
"""2024-03-05 12:00."""


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.125, "0%", "13%"),
        (0.125, "0.0%", "12.5%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-45, "[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00", "-$45.00"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (-3, "0.0", "-3.0"),
        (-0.001, "0.00", "0.00"),
        (0, '0;-0;"none"', "none"),
        (1234567, "#,##0,", "1,235"),
        (5, "00000", "00005"),
        (5, "0.##", "5"),
        (5.25, "0.0#", "5.25"),
        (1.005, "0.00", "1.01"),
        (12345, "0.00E+00", "1.23E+04"),
        (7, '"about "0" km"', "about 7 km"),
        (5, r"0\ \k\g", "5 kg"),
        (5, ";;;", ""),
        (12, "@", "12"),
        (1.5, 'General" m"', "1.5 m"),
        (NOON_IN_MARCH, "yyyy-mm-dd", "2024-03-05"),
        (NOON_IN_MARCH, "d.m.yy", "5.3.24"),
        (NOON_IN_MARCH, "dd/mm/yyyy hh:mm", "05/03/2024 12:00"),
        (NOON_IN_MARCH, "d mmm yyyy", "5 Mar 2024"),
        (NOON_IN_MARCH, "[$-409]dddd, mmmm d, yyyy;@", "Tuesday, March 5, 2024"),
        (NOON_IN_MARCH, "h:mm AM/PM", "12:00 PM"),
        (0.520833333, "h:mm:ss", "12:30:00"),
        (0.520833333, "mm:ss", "30:00"),
        (1.125, "[h]:mm", "27:00"),
        (NOON_IN_MARCH, "[$-407]dd.mm.yyyy", "05.03.2024"),
    ],
)
def test_number_shows_in_its_format(value, number_format, shown):
    assert shown_number(value, number_format) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.5, "# ?/?", "0.5"),
        (8005551234, "(000) 000-0000", "8005551234"),
        (1500, '[>=1000]0.0," k";0', "1500"),
        (3, "[DBNum1]General", "3"),
        (NOON_IN_MARCH, "[$-407]d. mmmm yyyy", "2024-03-05 12:00"),
        (NOON_IN_MARCH, "[$-F800]dddd, mmmm dd, yyyy", "2024-03-05 12:00"),
        (45356, "[$-411]ggge", "45356"),
        (60, "yyyy-mm-dd", "60"),
        (-1, "yyyy-mm-dd", "-1"),
        (3_000_000, "yyyy-mm-dd", "3000000"),
        (1e300, "0.00", "1E+300"),
        (7, "[" * 300, "7"),
    ],
)
def test_unknown_format_leaves_the_plain_value(value, number_format, shown):
    assert shown_number(value, number_format) == shown


def test_number_without_a_format_has_the_digits_that_excel_keeps():
    assert [plain_number(value) for value in (0.1 + 0.2, 3.0, 123456789012.0, 1e-7, 1e21)] == [
        "0.3",
        "3",
        "123456789012",
        "0.0000001",
        "1E+21",
    ]


def test_days_are_counted_from_1900_or_from_1904_and_excel_s_leap_day_is_left_out():
    assert [shown_day(value) for value in (1, 59, 61, 45356)] == [
        "1900-01-01",
        "1900-02-28",
        "1900-03-01",
        "2024-03-05",
    ]
    assert shown_day(43894, is_from_1904=True) == "2024-03-05"
    assert [shown_day(value) for value in (0.25, 0, 45356.25)] == ["06:00", "00:00", "2024-03-05 06:00"]


CODES = st.lists(
    st.sampled_from(
        '0 # ? . , % ; @ E+00 "a" \\x _x *x [Red] [$€-407] [h] [>1] yyyy m d h s AM/PM General / : [ "'.split()
    )
)


@given(st.floats(), CODES.map("".join))
def test_any_number_shows_in_any_format(value, number_format):
    assert isinstance(shown_number(value, number_format), str)
