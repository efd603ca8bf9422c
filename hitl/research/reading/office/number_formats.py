"""Numbers and dates of a sheet as they show, by the commonest of Excel's number formats.

A format that this does not know, such as that of fractions or of another language's months, leaves the plain number or
the date as in ISO 8601; so do dates in "the short form of this computer", which show otherwise on every computer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

GENERAL = "General"
LONGEST_FORMAT = 255
"""Characters that Excel allows in a format."""
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<gap>.)|\*(?P<filling>.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)'
    r"|(?P<half>AM/PM|A/P)|(?P<time>y+|m+|d+|h+|s+(?:\.0+)?|e+(?![+-]))|(?P<exponent>E[+-]0+)|(?P<digits>[0#?.,]+)"
    r"|(?P<percent>%)|(?P<section>;)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
ELAPSED = re.compile(r"[hms]+", re.IGNORECASE)
COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d+", re.IGNORECASE)
ALL_WHITE = re.compile(r"\s*\[(?:white|color ?2)\]", re.IGNORECASE)
LOCALE = re.compile(r"\$(?P<sign>[^-]*)(?:-(?P<language>[0-9A-F]+))?", re.IGNORECASE)
ENGLISH = 9
"""The lower ten bits of the codes of English, in any country."""
OF_THIS_COMPUTER = ("F800", "F400")
"""Codes that stand for the long date and the time in the form that the computer's owner has chosen."""
SIGNIFICANT = 15
"""Digits that Excel keeps."""
LAST_DAY = 2_958_466
"""The day after 9999-12-31."""
LEAP_BUG = 60
"""Day that Excel counts and no calendar has: 1900-02-29."""
DAY = 86_400
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

Kind = Literal["literal", "language", "time", "elapsed", "half", "number", "percent", "exponent", "general", "unknown"]


@dataclass(frozen=True)
class Part:
    """One element of a format."""

    kind: Kind
    text: str
    """Of a literal what shows, of others the code: `yyyy`, `#,##0.00`."""


@dataclass(frozen=True)
class Section:
    """A format, or the part of one for positive or negative numbers or for zero."""

    parts: tuple[Part, ...]

    @property
    def is_date(self) -> bool:
        return any(part.kind in ("time", "elapsed") for part in self.parts)

    @property
    def is_known(self) -> bool:
        """False with conditions, figures of other scripts, and names of months in other languages."""
        kinds = {part.kind for part in self.parts}
        has_names = any(part.kind == "time" and part.text[0] in "md" and len(part.text) > 2 for part in self.parts)
        return "unknown" not in kinds and not ("language" in kinds and has_names)


def shown_number(value: float, number_format: str, is_from_1904: bool = False) -> str:
    """A number as it shows.

    Args:
        value: The number; of a date the days since the beginning.
        number_format: The format's code, such as `#,##0.00 "€"` or `d mmmm yyyy`.
        is_from_1904: Whether days are counted from 1904-01-01, as old Macs did, rather than from 1900.
    """
    sections = _sections(number_format)
    if not sections or not math.isfinite(value):
        return plain_number(value)
    if len(sections) > 2 and value == 0:
        section, is_signed = sections[2], True
    elif len(sections) > 1 and value < 0:
        section, is_signed = sections[1], False
    else:
        section, is_signed = sections[0], True
    if section.is_date:
        return _shown_date(value, section, is_from_1904)
    shown = _shown_decimal(abs(value), section)
    if shown is None:
        return plain_number(value)
    is_negative = value < 0 and is_signed and any(digit in shown for digit in "123456789")
    return f"-{shown}" if is_negative else shown


def hides_text(number_format: str) -> bool:
    """Whether a format shows nothing of a text, as `;;;` does."""
    sections = _sections(number_format) if number_format.count(";") > 2 else ()
    return len(sections) > 3 and not sections[3].parts and not number_format.rpartition(";")[2].strip('" ')


def is_white(number_format: str) -> bool:
    """Whether a format makes all letters white, as `[White]0` does."""
    return all(ALL_WHITE.match(section) for section in number_format.split(";"))


def shown_day(value: float, is_from_1904: bool = False) -> str:
    """A date, a time or both as in ISO 8601: `2024-03-05`, `14:30`; the plain number if it is none."""
    moment = _moment(value, is_from_1904)
    if moment is None:
        return plain_number(value)
    clock = "" if moment.time() == datetime.min.time() else f"{moment:%H:%M:%S}".removesuffix(":00")
    if 0 <= value < 1:
        return clock or "00:00"
    return f"{moment:%Y-%m-%d} {clock}".strip()


def plain_number(value: float) -> str:
    """A number without a format, with the fifteen digits that Excel keeps: `0.3` for 0.1 + 0.2."""
    written = f"{value:.{SIGNIFICANT}g}"
    mantissa, exponent, power = written.partition("e")
    if not exponent:
        return written
    return f"{Decimal(written):f}" if -10 < int(power) < 20 else f"{mantissa}E{int(power):+03d}"


@lru_cache(maxsize=1000)
def _sections(number_format: str) -> tuple[Section, ...]:
    """The sections of a format; none of one that is longer than any format of Excel."""
    if len(number_format) > LONGEST_FORMAT:
        return ()
    sections: list[Section] = []
    parts: list[Part] = []
    for token in TOKEN.finditer(number_format):
        if token["section"]:
            sections.append(Section(tuple(parts)))
            parts = []
        elif token["text"]:
            if len(sections) < 3:
                parts.append(Part("general", ""))
        elif (part := _part(token)).text:
            parts.append(part)
    return (*sections, Section(tuple(parts)))


def _part(token: re.Match[str]) -> Part:
    """What a token shows; an empty literal if it is only looks."""
    match token.lastgroup:
        case "quoted" | "escaped" | "literal":
            return Part("literal", token[token.lastgroup])
        case "gap":
            return Part("literal", " ")
        case "filling":
            return Part("literal", " " if token["filling"] == " " else "")
        case "bracket":
            return _bracket_part(token["bracket"])
        case "general":
            return Part("general", token[0])
        case "half":
            return Part("half", token[0])
        case "time":
            return Part("unknown" if token[0][0] in "eE" else "time", token[0].lower())
        case "exponent":
            return Part("exponent", token[0])
        case "digits":
            return Part("number", token[0])
        case _:
            return Part("percent", "%")


def _bracket_part(bracket: str) -> Part:
    if ELAPSED.fullmatch(bracket):
        return Part("elapsed", bracket.lower())
    if COLOUR.fullmatch(bracket):
        return Part("literal", "")
    locale = LOCALE.fullmatch(bracket)
    if locale is None or (locale["language"] or "").upper() in OF_THIS_COMPUTER:
        return Part("unknown", bracket)
    is_english = int(locale["language"] or "0", 16) & 0x3FF in (0, ENGLISH)
    if is_english or locale["sign"]:
        return Part("literal", locale["sign"])
    return Part("language", bracket)


def _shown_decimal(value: float, section: Section) -> str | None:
    """A number that is not negative in a format; None if the format is not known."""
    kinds = [part.kind for part in section.parts]
    if not section.is_known or kinds.count("number") > 1 or "half" in kinds:
        return None
    shown = []
    for index, part in enumerate(section.parts):
        match part.kind:
            case "general":
                shown.append(plain_number(value))
            case "number":
                exponent = section.parts[index + 1] if "exponent" in kinds[index + 1 : index + 2] else None
                digits = _in_digits(value, part.text, kinds.count("percent"), exponent)
                if digits is None:
                    return None
                shown.append(digits)
            case "exponent":
                if not index or kinds[index - 1] != "number":
                    return None
            case "literal" | "percent":
                shown.append(part.text)
    return " ".join("".join(shown).split())


def _in_digits(value: float, code: str, percents: int, exponent: Part | None) -> str | None:
    """A number in a code such as `#,##0.00`; None if the code has more than one decimal point."""
    if code.count(".") > 1:
        return None
    scaled = code.rstrip(",")
    thousands = len(code) - len(scaled)
    whole, _, fraction = scaled.partition(".")
    most = sum(character in "0#?" for character in fraction)
    fewest = fraction.count("0")
    if exponent:
        return _in_powers(value, most, fraction.count("0"), exponent.text)
    exact = Decimal(f"{value:.{SIGNIFICANT}g}").scaleb(2 * percents - 3 * thousands)
    if exact.adjusted() > 25:
        return None
    rounded = f"{exact.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):f}"
    before, _, after = rounded.partition(".")
    after = after[:fewest] + after[fewest:].rstrip("0")
    fewest_before = sum(character == "0" for character in whole)
    before = before.lstrip("0").rjust(fewest_before, "0")
    if "," in whole:
        before = _grouped(before)
    return before + (f".{after}" if after or scaled.endswith(".") else "")


def _in_powers(value: float, most: int, fewest: int, code: str) -> str:
    """A number as a mantissa with a power of ten: `1.20E+06`."""
    mantissa, _, power = f"{value:.{most}E}".partition("E")
    before, _, after = mantissa.partition(".")
    after = after[:fewest] + after[fewest:].rstrip("0")
    sign = "-" if int(power) < 0 else "+" if code[1] == "+" else ""
    digits = str(abs(int(power))).rjust(len(code) - 2, "0")
    return f"{before}{'.' + after if after else ''}E{sign}{digits}"


def _grouped(digits: str) -> str:
    """Digits with a comma between thousands."""
    first = len(digits) % 3
    groups = ([digits[:first]] if first else []) + [digits[at : at + 3] for at in range(first, len(digits), 3)]
    return ",".join(groups)


def _shown_date(value: float, section: Section, is_from_1904: bool) -> str:
    moment = _moment(value, is_from_1904)
    has_elapsed = any(part.kind == "elapsed" for part in section.parts)
    if moment is None or not section.is_known:
        return shown_day(value, is_from_1904)
    has_half = any(part.kind == "half" for part in section.parts)
    times = [part.text[0] if part.kind in ("time", "elapsed") else "" for part in section.parts]
    shown = []
    for index, part in enumerate(section.parts):
        match part.kind:
            case "literal":
                shown.append(part.text)
            case "language":
                pass
            case "time":
                is_minute = part.text[0] == "m" and len(part.text) < 3 and _is_minute(times, index)
                shown.append(_shown_time(moment, part.text, is_minute, has_half))
            case "elapsed":
                shown.append(_elapsed(value, part.text))
            case "half":
                half = "AM" if moment.hour < 12 else "PM"
                shown.append(half if len(part.text) == 5 else half[0])
            case "number" if set(part.text) <= {".", ","}:  # between day, month and year
                shown.append(part.text)
            case _:
                return plain_number(value) if has_elapsed else shown_day(value, is_from_1904)
    return " ".join("".join(shown).split())


def _is_minute(times: Sequence[str], index: int) -> bool:
    """Whether an `m` stands for minutes: right after hours, or right before seconds."""
    before = next((letter for letter in reversed(times[:index]) if letter), "")
    after = next((letter for letter in times[index + 1 :] if letter), "")
    return before == "h" or after == "s"


def _shown_time(moment: datetime, code: str, is_minute: bool, has_half: bool) -> str:
    """A part of a date or a time by its code: the year by `yyyy`, the name of the month by `mmmm`."""
    letter, length = code[0], len(code)
    if letter == "y":
        return f"{moment.year:04d}" if length > 2 else f"{moment.year % 100:02d}"
    if letter == "m" and not is_minute and length > 2:
        month = MONTHS[moment.month - 1]
        return month[0] if length == 5 else month if length > 3 else month[:3]
    if letter == "d" and length > 2:
        weekday = WEEKDAYS[moment.weekday()]
        return weekday if length > 3 else weekday[:3]
    if letter == "s":
        whole, _, fraction = code.partition(".")
        return f"{moment.second:0{len(whole)}d}" + (f".{'0' * len(fraction)}" if fraction else "")
    hour = (moment.hour - 1) % 12 + 1 if has_half else moment.hour
    number = {"h": hour, "d": moment.day}.get(letter, moment.minute if is_minute else moment.month)
    return f"{number:0{min(length, 2)}d}"


def _elapsed(value: float, code: str) -> str:
    """Hours, minutes or seconds that do not begin again after a day: 27 hours by `[h]`."""
    seconds = round(abs(value) * DAY)
    number = seconds // {"h": 3600, "m": 60, "s": 1}[code[0]]
    return f"{'-' if value < 0 else ''}{number:0{len(code)}d}"


def _moment(value: float, is_from_1904: bool) -> datetime | None:
    """The date and time of a number of days, to the second; None if Excel shows none for it."""
    if not 0 <= value < LAST_DAY:
        return None
    if is_from_1904:
        first = datetime(1904, 1, 1)
    elif value < LEAP_BUG:
        first = datetime(1899, 12, 31)
    elif value < LEAP_BUG + 1:
        return None
    else:
        first = datetime(1899, 12, 30)
    try:
        return first + timedelta(seconds=round(value * DAY))
    except OverflowError:
        return None
