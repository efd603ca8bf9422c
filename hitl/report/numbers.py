"""The numbers of a text, so that 1,000 is 1000, 24% is 24 percent, and 24 km is not 24 m."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hitl.research.words import UNSPACED

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
UNITS = {
    form: unit
    for unit, forms in {
        "%": "%|％|percent|per cent|prozent|pour cent|por ciento",
        "km": "km|kilometre|kilometres|kilometer|kilometers",
        "m": "m|metre|metres|meter|meters",
        "cm": "cm|centimetre|centimetres|centimeter|centimeters|zentimeter",
        "mm": "mm|millimetre|millimetres|millimeter|millimeters",
        "mile": "mile|miles|meilen",
        "foot": "foot|feet|ft",
        "kg": "kg|kilogram|kilograms|kilogramme|kilogrammes|kilogramm",
        "g": "g|gram|grams|gramm",
        "mg": "mg|milligram|milligrams|milligramm",
        "t": "t|tonne|tonnes|ton|tons|tonnen",
        "°C": "°c|℃|degrees celsius|degree celsius|grad celsius",
        "°F": "°f|degrees fahrenheit|degree fahrenheit",
        "year": "year|years|yr|jahr|jahre|jahren|années|ans|años",
        "month": "month|months|monat|monate|monaten|mois|meses",
        "week": "week|weeks|woche|wochen|semaines|semanas",
        "day": "day|days|tag|tage|tagen|jours|días",
        "hour": "hour|hours|h|stunde|stunden|heures|horas",
        "minute": "minute|minutes|min|minuten|minutos",
        "second": "second|seconds|sekunden|secondes|segundos",
        "W": "w|watt|watts",
        "kW": "kw|kilowatt|kilowatts",
        "MW": "mw|megawatt|megawatts",
        "GW": "gw|gigawatt|gigawatts",
        "kWh": "kwh|kilowatt-hours|kilowatt hours",
        "$": "$|dollar|dollars|usd",
        "€": "€|euro|euros|eur",
        "£": "£|pound|pounds|gbp",
    }.items()
    for form in forms.split("|")
}


def _any_of(forms: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))


LETTER = rf"[^\W_{UNSPACED}]"
"""A letter or digit of a script that sets spaces between words."""
NUMBER = re.compile(
    rf"(?:(?P<currency>[$€£])\s?|(?P<share>百分之))?"
    rf"(?<!{LETTER})(?P<minus>(?<![^\s(])[-−])?"
    rf"(?P<number>\d{{1,3}}(?:[,.'’\u00a0\u202f\u2009 ]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?"
    rf"|(?:{_any_of(TENS)})(?:[- ](?:{_any_of(WORDS)}))?(?!{LETTER})|(?:{_any_of(WORDS)})(?!{LETTER}))"
    rf"(?P<scale>(?:[\s-]?(?:{_any_of(SCALES)})(?!{LETTER})){{0,2}})"
    rf"(?:[\s-]?(?P<unit>{_any_of(UNITS)})(?!{LETTER}))?",
    re.IGNORECASE,
)
"""A number with what tells its size. CO2 and B12 are names: there is a letter before the digit."""
GROUPED = re.compile(r"[1-9]\d{0,2}(?:[,.'’\u00a0\u202f\u2009 ]\d{3})+")
CONNECTS = re.compile(r"\s*(?:[-–—,/]|to|and|or|bis|und|à|et|a|y)\s*", re.IGNORECASE)
"""Between two numbers that share the scale and the unit of the second: `2 to 3 million`."""


@dataclass(frozen=True)
class Number:
    """A number where it stands in a text."""

    text: str
    """As it is written, without its unit."""
    values: frozenset[Decimal]
    """What it can mean: 1.234 is one and a bit in English, and above a thousand in German."""
    units: frozenset[str]
    """In which units it can be; an empty one when none that is known stands beside it."""
    start: int
    end: int

    @property
    def is_pronoun(self) -> bool:
        """Whether it is rather no number: a lone “one”."""
        return self.text.lower() == "one"

    def matches(self, other: Number) -> bool:
        """Whether both can be the same, in the same unit; a unit that only one of them has may go without saying."""
        unspoken = ("" in self.units and "%" not in other.units) or ("" in other.units and "%" not in self.units)
        return bool(self.values & other.values) and (bool(self.units & other.units) or unspoken)


def numbers_in(text: str) -> list[Number]:
    """The numbers of a text in its order: digits, and the small ones that English spells out."""
    numbers = [_number(match) for match in NUMBER.finditer(text)]
    for index in reversed(range(len(numbers) - 1)):
        number, after = numbers[index], numbers[index + 1]
        if CONNECTS.fullmatch(text, number.end, after.start):
            scales = {SCALES[word] for word in _scale_words(after.text)}
            scaled = {value * scale for value in number.values for scale in scales}
            units = number.units | after.units if "" in number.units else number.units
            numbers[index] = replace(number, values=number.values | scaled, units=units)
    return numbers


def without_numbers(text: str) -> str:
    """A text without its numbers, their scales and units."""
    return NUMBER.sub(" ", text)


def strange_numbers(claim: str, known: Sequence[Number]) -> list[str]:
    """The numbers of a claim that are none of the known ones, as they are written.

    What differs in its unit alone is told with it.
    """
    strange: dict[str, None] = {}
    for number in numbers_in(claim):
        if number.is_pronoun or any(number.matches(other) for other in known):
            continue
        same_value = any(number.values & other.values for other in known)
        unit = " ".join(number.units) if same_value and len(number.units) == 1 else ""
        strange[f"{number.text} {unit}".strip()] = None
    return list(strange)


def _number(match: re.Match[str]) -> Number:
    scale = Decimal(1)
    for word in _scale_words(match["scale"]):
        scale *= SCALES[word]
    sign = -1 if match["minus"] else 1
    unit = match["unit"] or match["currency"] or ("%" if match["share"] else "")
    return Number(
        text=f"{match['minus'] or ''}{match['number']}{match['scale']}",
        values=frozenset(sign * value * scale for value in _values(match["number"].lower())),
        units=frozenset({UNITS.get(unit.lower(), "")}),
        start=match.start(),
        end=match.end(),
    )


def _scale_words(text: str) -> list[str]:
    return [word for word in re.split(rf"[\s-]+|(?<=[{UNSPACED}])", text.lower()) if word in SCALES]


def _values(number: str) -> Iterator[Decimal]:
    if not number[0].isdigit():
        yield sum((TENS.get(word) or WORDS[word] for word in re.split("[- ]", number)), Decimal(0))
        return
    if GROUPED.fullmatch(number):
        yield Decimal(re.sub(r"\D", "", number))
        if "," in number or number.count(".") != 1:
            return
    if re.fullmatch(r"\d+(?:[.,]\d+)?", number):
        yield Decimal(number.replace(",", "."))
