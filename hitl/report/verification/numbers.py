"""The numbers of a text, so that one that is in no quote is seen: 1,000 is 1000, and ١٢٠ is 120."""

from __future__ import annotations

import math
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
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
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
CURRENCIES = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PLN RON RUB SEK SGD THB TRY USD ZAR "
    "Fr Kr Rs"
).split()
"""What may stand before an amount without a space."""
AFTER_CURRENCY = "|".join(f"(?<={code})" for code in CURRENCIES)
FRACTIONS = "[¼-¾⅐-⅞↉]"
NUMBER = re.compile(
    rf"(?P<sign>[①-⒛⓪-⓿❶-➓㉈-㉏㉑-㉟㊱-㊿]|{FRACTIONS})"
    rf"|(?:(?<!{NAMING})|{AFTER_CURRENCY})"
    rf"(?P<minus>(?<![^\s(])[-−–]|(?:minus|negative)\s(?=\d))?(?:10(?P<power>{POWER})"
    rf"|(?P<whole>\d{{1,4}})\s?(?P<part>{FRACTIONS})"
    r"|(?<![\d/])(?P<above>\d{1,2})/(?P<below>[1-9]\d?)(?![\d/])"
    rf"|(?:(?<=[£$€¥])|{AFTER_CURRENCY})(?P<amount>\d+(?:[.,]\d+)?)\s?(?P<short>[kmb])(?!{LETTER})"
    rf"|(?P<number>\d{{1,2}}(?:,\d\d){{1,4}},\d{{3}}(?!\d)|\d{{1,3}}(?:[,.'’\u00a0\u202f\u2009 ]\d{{3}})+(?!\d)"
    rf"|\d+(?:[.,]\d+)?"
    rf"|(?:{_any_of(TENS)})(?:[- ](?:{_any_of(WORDS)}))?(?!{LETTER})|(?:{_any_of(WORDS)})(?!{LETTER}))"
    rf"(?P<scale>\s?[x×·⋅]\s?10(?P<times>{POWER})|e(?P<exponent>[+−-]?\d{{1,2}})(?!{LETTER})"
    rf"|(?:[\s-]?(?:{_any_of(SCALES)})(?!{LETTER})){{0,2}}))",
    re.IGNORECASE,
)
SHORT_SCALES = {"k": Decimal(10**3), "m": Decimal(10**6), "b": Decimal(10**9)}
"""After an amount of money: `£5m`."""
NAMED = re.compile(r"(?<![^\W_])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,12}(?![^\W_])")
"""A name of letters and digits, such as `CO2`, `Q3` and `A4`."""
DIGITS = re.compile(r"\d+")
NO_AMOUNT = re.compile(r"\b(?:below|above|absolute|net|ground|size|day|patient)[ -]\Z", re.IGNORECASE)
"""Before a zero that is no amount."""
ALONE = {
    code: {form: Decimal(scale) for scale, forms in scales.items() for form in forms.split()}
    for code, scales in {
        "en": {
            12: "dozen dozens",
            100: "hundred hundreds",
            10**3: "thousand thousands",
            10**6: "million millions",
            10**9: "billion billions",
            10**12: "trillion trillions",
        },
        "de": {100: "hunderte", 10**3: "tausende", 10**6: "million millionen", 10**9: "milliarde milliarden"},
        "fr": {100: "centaines", 10**3: "milliers", 10**6: "million millions", 10**9: "milliard milliards"},
        "es": {100: "cientos", 10**3: "miles", 10**6: "millón millones"},
        "it": {100: "centinaia", 10**3: "migliaia", 10**6: "milione milioni", 10**9: "miliardo miliardi"},
    }.items()
}
"""What a scale without a number means in each language: `a hundred`, `thousands of people`."""
OF_SCALES = r"(?:\s(?:of|de|di|d[’'])\s?|[\s-])"
"""Between two scales that are multiplied."""
ONE_OF_THEM = re.compile(r"\b(?:a|an|one|eine|un|una|uno)\s\Z", re.IGNORECASE)
"""Before a scale that means exactly itself."""
LONGEST_BEFORE = 12
MAGNITUDE = 1000
"""`Thousands` are less than so many times a thousand."""
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
    parts: frozenset[Decimal] = frozenset()
    """The two numbers that it may be instead: 1/2 is a half, or one of two."""


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
    values = {value for number in numbers_in(text, language) for value in (*number.values, *number.parts)}
    values |= {scale for _, scale in _scales_alone(text, language)}
    return frozenset(values | {value.copy_abs() for value in values})


def names_in(text: str) -> frozenset[str]:
    """The names of letters and digits in a text, such as `co2`, in small letters."""
    return frozenset(name.lower() for name in NAMED.findall(text))


def strange_numbers(
    claim: str, known: frozenset[Decimal], language: str = ENGLISH, names: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The numbers of a claim that are none of the known values, as they are written; a lone “one” is rather no number.

    So are names whose number differs, `Q4` for `Q3`, and scales without a number, as in “thousands of people”.

    Args:
        claim: A sentence.
        known: The values of what it cites.
        language: Code of its language (ISO 639-1).
        names: The names in what it cites; see `names_in`.
    """
    numbers = numbers_in(claim, language)
    strange = [(number.start, number.text) for number in numbers if _is_strange(claim, number, known)]
    patterns = {DIGITS.sub("0", name) for name in names}
    for match in NAMED.finditer(claim):
        name = match[0].lower()
        is_amount = any(number.start < match.end() and match.start() < number.end for number in numbers)
        if name not in names and DIGITS.sub("0", name) in patterns and not is_amount:
            strange.append((match.start(), match[0]))
    for match, scale in _scales_alone(claim, language):
        is_exact = ONE_OF_THEM.search(_before(claim, match.start())) is not None
        most = scale + 1 if is_exact else scale * MAGNITUDE
        if not any(scale <= value < most for value in known):
            strange.append((match.start(), match[0]))
    return tuple(dict.fromkeys(text for _, text in sorted(strange)))


def _is_strange(claim: str, number: Number, known: frozenset[Decimal]) -> bool:
    said = number.text.lower()
    if said == "one" or (said == "zero" and NO_AMOUNT.search(_before(claim, number.start))):
        return False
    return known.isdisjoint(number.values) and not (number.parts and number.parts <= known)


def _scales_alone(text: str, language: str) -> Iterator[tuple[re.Match[str], Decimal]]:
    """The scales of a text that have no number, and what they mean: `thousands`, `hundreds of thousands`.

    Not those of a half, as in “half a million”.
    """
    scales = ALONE.get(language, {})
    if not scales:
        return
    ends = {number.end for number in numbers_in(text, language)}
    scale = rf"(?:{_any_of(scales)})(?!{LETTER})"
    for match in re.finditer(rf"(?<!{LETTER}){scale}(?:{OF_SCALES}{scale})*", text, re.IGNORECASE):
        if match.end() not in ends and "half" not in _before(text, match.start()).lower():
            yield match, math.prod((scales[each] for each in re.split(OF_SCALES, match[0].lower())), start=Decimal(1))


def _before(text: str, at: int) -> str:
    return text[max(at - LONGEST_BEFORE, 0) : at]


def _number(match: re.Match[str]) -> Number:
    scale, values, parts = _scale(match), _values_of(match), frozenset[Decimal]()
    if match["above"]:
        parts = frozenset({Decimal(match["above"]), Decimal(match["below"])})
    values = values if scale == 1 else [value * scale for value in values]  # a product is rounded
    if match["minus"]:
        values = [value.copy_negate() for value in values]
    if match["minus"] == "–":  # a minus, or the dash of an insertion
        values = [*values, *map(abs, values)]
    return Number(match[0].strip(), frozenset(values), scale, match.start(), match.end(), parts)


def _values_of(match: re.Match[str]) -> list[Decimal]:
    """What a number means without its sign and its scale."""
    if match["sign"] or match["part"]:
        fraction = Decimal(str(unicodedata.numeric(match["sign"] or match["part"])))
        return [fraction + int(match["whole"] or 0)]
    if match["above"]:
        return [Decimal(str(int(match["above"]) / int(match["below"])))]
    return [Decimal(1)] if match["power"] else list(_values((match["number"] or match["amount"]).lower()))


def _scale(match: re.Match[str]) -> Decimal:
    if power := match["power"] or match["times"]:
        return Decimal(10) ** int(unicodedata.normalize("NFKC", power).lstrip("^").replace("−", "-"))
    if exponent := match["exponent"]:
        return Decimal(10) ** int(exponent.replace("−", "-"))
    scale = SHORT_SCALES[match["short"].lower()] if match["short"] else Decimal(1)
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
