"""The numbers of a text, so that one that is in no quote is seen: 1,000 is 1000, and ١٢٠ is 120."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from hitl.text import UNSPACED

ENGLISH = "en"
WORDS = {
    word: Decimal(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        start=1,
    )
}
TENS = {
    word: Decimal(10 * number)
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {
    form: Decimal(scale)
    for scale, forms in {
        12: "dozen",
        100: "hundred",
        10**3: "thousand tausend mille mil 千",
        10**4: "万 萬",
        10**6: "million millions mn mio millionen millón millones milioni",
        10**8: "亿 億",
        10**9: "billion billions bn mrd milliarde milliarden milliard milliards miliardi",
        10**12: "trillion trillions",
    }.items()
    for form in forms.split()
}


def _any_of(forms: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))


LETTER = rf"[^\W_{UNSPACED}]"
"""A letter or digit of a script that sets spaces between words."""
NAMING = r"[\dA-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]"
"""After one of these a digit belongs to a name, such as CO2 and B12."""
POWER = r"(?:\^[-−]?\d{1,3}|[⁺⁻]?[⁰¹²³⁴-⁹]{1,3})"
NUMBER = re.compile(
    rf"(?P<sign>[¼-¾⅐-⅞↉①-⒛⓪-⓿❶-➓㉈-㉏㉑-㉟㊱-㊿])|(?:(?<!{NAMING})|(?<=EUR)|(?<=USD)|(?<=GBP)|(?<=CHF))"
    rf"(?P<minus>(?<![^\s(])[-−–])?(?:10(?P<power>{POWER})|"
    rf"(?P<number>\d{{1,2}}(?:,\d\d){{1,4}},\d{{3}}(?!\d)|\d{{1,3}}(?:[,.'’\u00a0\u202f\u2009 ]\d{{3}})+(?!\d)"
    rf"|\d+(?:[.,]\d+)?"
    rf"|(?:{_any_of(TENS)})(?:[- ](?:{_any_of(WORDS)}))?(?!{LETTER})|(?:{_any_of(WORDS)})(?!{LETTER}))"
    rf"(?P<scale>\s?[x×·⋅]\s?10(?P<times>{POWER})|(?:[\s-]?(?:{_any_of(SCALES)})(?!{LETTER})){{0,2}}))",
    re.IGNORECASE,
)
GROUPED = re.compile(r"[1-9]\d{0,2}(?:[,.'’\u00a0\u202f\u2009 ]\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}")
BETWEEN_WORDS = re.compile(rf"[\s-]+|(?<=[{UNSPACED}])")
CONNECTS = re.compile(r"\s*(?:[-–—,/]|to|and|or|bis|und|à|et|a|y)\s*", re.IGNORECASE)
"""Between two numbers that share the scale of the second: `2 to 3 million`."""


class Number(NamedTuple):
    """A number where it stands in a text."""

    text: str
    values: frozenset[Decimal]
    """What it can mean: 1.234 is one and a bit in English, and above a thousand in German."""
    scale: Decimal
    start: int
    end: int


def numbers_in(text: str, language: str = ENGLISH) -> list[Number]:
    """The numbers of a text in its order: digits of any script, and the small ones that English spells out.

    Args:
        text: Any text.
        language: Code of its language (ISO 639-1); Dutch, Polish and Czech `ten` is no number.
    """
    matches = (match for match in NUMBER.finditer(text) if language == ENGLISH or match[0].lower() != "ten")
    numbers = [_number(match) for match in matches]
    for index in reversed(range(len(numbers) - 1)):
        number, after = numbers[index], numbers[index + 1]
        if number.scale == 1 != after.scale and CONNECTS.fullmatch(text, number.end, after.start):
            scaled = {value * after.scale for value in number.values}
            numbers[index] = number._replace(values=number.values | scaled, scale=after.scale)
    return numbers


def values_in(text: str, language: str = ENGLISH) -> frozenset[Decimal]:
    """All that the numbers of a text can mean; of a negative one also what it is without its sign."""
    values = {value for number in numbers_in(text, language) for value in number.values}
    return frozenset(values | {value.copy_abs() for value in values})


def strange_numbers(claim: str, known: frozenset[Decimal], language: str = ENGLISH) -> tuple[str, ...]:
    """The numbers of a claim that are none of the known values, as they are written; a lone “one” is rather no number.

    Args:
        claim: A sentence.
        known: The values of what it cites.
        language: Code of its language (ISO 639-1).
    """
    numbers = (number for number in numbers_in(claim, language) if number.text.lower() != "one")
    return tuple(dict.fromkeys(number.text for number in numbers if known.isdisjoint(number.values)))


def _number(match: re.Match[str]) -> Number:
    scale = _scale(match)
    values: Iterator[Decimal] | list[Decimal]
    if match["sign"]:
        values = [Decimal(str(unicodedata.numeric(match["sign"])))]
    else:
        values = [scale] if match["power"] else _values(match["number"].lower())
        values = [value if match["power"] or scale == 1 else value * scale for value in values]
        values = [value.copy_negate() for value in values] if match["minus"] else values
    if match["minus"] == "–":  # a minus, or the dash of an insertion
        values = [*values, *map(abs, values)]
    return Number(match[0].strip(), frozenset(values), scale, match.start(), match.end())


def _scale(match: re.Match[str]) -> Decimal:
    if power := match["power"] or match["times"]:
        return Decimal(10) ** int(unicodedata.normalize("NFKC", power).lstrip("^").replace("−", "-"))
    scale = Decimal(1)
    for word in BETWEEN_WORDS.split((match["scale"] or "").lower()):
        scale *= SCALES.get(word, 1)
    return scale


def _values(number: str) -> Iterator[Decimal]:
    if number[0].isalpha():
        yield sum((TENS.get(word) or WORDS[word] for word in re.split("[- ]", number)), Decimal(0))
        return
    if GROUPED.fullmatch(number):
        yield Decimal(re.sub(r"\D", "", number))
        if "," in number or number.count(".") != 1:
            return
    if re.fullmatch(r"\d+(?:[.,]\d+)?", number):
        yield Decimal(number.replace(",", "."))
