from __future__ import annotations

import pytest

from hitl.report.verification.numbers import names_in, strange_numbers, values_in


def strange(claim: str, quote: str, language: str = "en") -> tuple[str, ...]:
    return strange_numbers(claim, values_in(quote, language), language, names_in(quote))


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("1000 adults", "1,000 adults"),
        ("1.000 Erwachsene", "1000 Erwachsene"),
        ("1 000 adultes", "1\u202f000 adultes"),
        ("1’000 Erwachsene", "1000 Erwachsene"),
        ("1,00,000 rupees", "100,000 rupees"),
        ("3,7 mm", "3.7 mm"),
        ("3.70 mm", "3.7 mm"),
        ("1.234", "1,234"),
        ("1.234", "1234"),
        ("7 days", "seven days"),
        ("twenty-four hours", "24 hours"),
        ("2 million", "2,000,000"),
        ("1,2 Millionen", "1.200.000"),
        ("4万人", "40000人"),
        ("3亿", "3 亿"),
        ("2 million", "from 2 to 3 million"),
        ("5 × 10⁶ cells", "5 million cells"),
        ("10^6 cells", "10⁶ cells"),
        ("10⁻³", "10^-3"),
        ("120", "١٢٠"),
        ("१२०", "120"),
        ("ราคา500บาท", "ราคา ๕๐๐ บาท"),
        ("𝟏𝟐𝟎", "120"),
        ("①", "1"),
        ("0.5", "½"),
        ("5 degrees below zero", "−5 degrees"),
        ("−5", "–5"),
        ("24", "24 percent"),
        ("16 feet", "16 metres"),
        ("5 euros", "EUR5"),
        ("the 1990s, the 20th century", "1990 and 20"),
        ("One may say so", "Some say so"),
        ("CO2 and B12", "carbon and a vitamin"),
        ("1/2 of it", "½ of it"),
        ("⅓ of it", "1/3 of it"),
        ("2.5 kg", "2½ kg"),
        ("2 ½ kg", "2.5 kg"),
        ("3 of 4", "3/4"),
        ("3/4", "3 of 4"),
        ("24 hours", "24/7"),
        ("£5 million", "£5m"),
        ("$5k", "5,000 dollars"),
        ("EUR5m", "EUR5 million"),
        ("5 m long", "5m long"),
        ("1.5e-3", "0.0015"),
        ("10^6", "1e6"),
        ("minus 5", "−5"),
        ("half a million", "500,000"),
        ("a dozen eggs", "12 eggs"),
        ("thousands of people", "5,000 people"),
        ("several hundred people", "450 people"),
        ("several hundred thousand people", "250,000 people"),
        ("hundreds of thousands came", "250,000 came"),
        ("tens of thousands came", "50,000 came"),
        ("hundreds of millions", "hundreds of millions"),
        ("hundreds of people", "some hundred people"),
        ("Q3, A4 and B12", "A4, B12 and q3"),
        ("size zero, net zero, below zero", "size 0, no more, cold"),
    ],
)
def test_a_number_that_is_there_is_not_strange(claim: str, quote: str):
    assert strange(claim, quote) == ()


@pytest.mark.parametrize(
    ("claim", "quote", "numbers"),
    [
        ("24 of 30", "24 of 40", ("30",)),
        ("4,000", "40,000", ("4,000",)),
        ("1.5", "15", ("1.5",)),
        ("2 million", "2 billion", ("2 million",)),
        ("2 million", "2", ("2 million",)),
        ("eight", "seven", ("eight",)),
        ("-5 degrees", "5 degrees", ("-5",)),
        ("10⁷", "10⁶", ("10⁷",)),
        ("5 × 10⁷", "5 × 10⁶", ("5 × 10⁷",)),
        ("¾", "½", ("¾",)),
        ("①②", "1", ("②",)),
        ("1OO", "100", ("1",)),
        ("EUR5 million", "EUR4 million", ("5 million",)),
        ("9, 9 and 8", "7", ("9", "8")),
        ("JPY500", "JPY400", ("500",)),
        ("Rs500", "Rs400", ("500",)),
        ("€6m", "€5m", ("6m",)),
        ("Q4 fell", "Q3 fell", ("Q4",)),
        ("B13 and CO2", "B12 and CO2", ("B13",)),
        ("1e9 euros", "1 euro", ("1e9",)),
        ("Zero people came", "Five people came", ("Zero",)),
        ("minus 5 degrees", "5 degrees", ("minus 5",)),
        ("a thousand people", "a hundred people", ("thousand",)),
        ("Thousands came", "Hundreds came", ("Thousands",)),
        ("Hundreds of thousands came", "Thousands came", ("Hundreds of thousands",)),
        ("millions of people", "3,000 people", ("millions",)),
        ("1/3 of it", "½ of it", ("1/3",)),
        ("2¼ kg", "2½ kg", ("2¼",)),
        ("ราคา600บาท", "ราคา500บาท", ("600",)),
        ("٣٠", "٢٠", ("٣٠",)),
        (f"{'9' * 40}1", f"{'9' * 40}2", (f"{'9' * 40}1",)),
    ],
)
def test_a_number_that_is_not_there_is_strange(claim: str, quote: str, numbers: tuple[str, ...]):
    assert strange(claim, quote) == numbers


def test_dutch_and_polish_ten_is_no_number():
    assert strange("Ten slotte: ten wyrok", "", "nl") == ()
    assert strange("Ten days", "", "en") == ("Ten",)


def test_scales_without_a_number_are_known_in_their_language():
    assert strange("Tausende kamen", "Hunderte kamen", "de") == ("Tausende",)
    assert strange("Tausende kamen", "4.000 kamen", "de") == ()
    assert strange("Cinq pour cent", "5 %", "fr") == ()
    assert strange("des milliers", "des centaines", "fr") == ("milliers",)
