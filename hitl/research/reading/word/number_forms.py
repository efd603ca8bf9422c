"""Numbers in the forms that Word counts with: 3, c, iii, 03, 3rd, ③, 三 (ECMA-376, part 1, 17.18.59)."""

from __future__ import annotations

from collections.abc import Callable

MOST_IN_LETTERS = 780
"""Numbers up to which Word writes letters: thirty of them."""
MOST_IN_ROMAN = 32767
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
ENGLISH_FORMS = frozenset({"ordinal", "cardinalText", "ordinalText"})
"""Those that Word writes in the language of the text."""
CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
HEBREW_UNITS: list[str] = ["", *"אבגדהוזחט"]
HEBREW_TENS: list[str] = ["", *"יכלמנסעפצ"]
HEBREW_HUNDREDS: list[str] = ["", "ק", "ר", "ש", "ת"]
CHINESE_DIGITS = "〇一二三四五六七八九"
CHICAGO = "*†‡§"


def in_form(number: int, form: str, custom: str = "", is_english: bool = True) -> str | None:
    """A number in a form; None if the form is not known, or does not have the number.

    Args:
        number: Zero or more in most forms.
        form: As the file names it, such as `lowerLetter`.
        custom: Of the form `custom`, how it begins to count: `001, 002, 003, ...`.
        is_english: Whether the text is in English, for the forms that are words.
    """
    if form in ENGLISH_FORMS and not is_english:
        return None
    if form == "custom":
        first = custom.split(",")[0].strip()
        return str(number).zfill(len(first)) if first.isdecimal() and first.isascii() else None
    written = FORMS.get(form)
    return written(number) if written else None


def _digits(number: int) -> str:
    return str(number)


def _letters(alphabet: str, number: int) -> str | None:
    """a to z, then aa, bb and so on, as Word counts; None beyond what it can write."""
    if not 0 < number <= MOST_IN_LETTERS:
        return None
    times, place = divmod(number - 1, len(alphabet))
    return alphabet[place] * (times + 1)


def _roman(number: int) -> str | None:
    if not 0 < number <= MOST_IN_ROMAN:
        return None
    signs = []
    for value, sign in ROMAN:
        times, number = divmod(number, value)
        signs.append(sign * times)
    return "".join(signs)


def _upper(written: str | None) -> str | None:
    return written.upper() if written else None


def _ordinal(number: int) -> str:
    special = number % 100 in (11, 12, 13)
    return f"{number}{'th' if special else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _in_words(number: int) -> str | None:
    if not 0 <= number < 1000:
        return None
    if number >= 100:
        rest = f" {_in_words(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    if number < 20:
        return ONES[number]
    return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")


def _cardinal_text(number: int) -> str | None:
    written = _in_words(number)
    return written.capitalize() if written else None


def _ordinal_text(number: int) -> str | None:
    written = _in_words(number)
    if not written:
        return None
    cut = max(written.rfind(" "), written.rfind("-")) + 1
    last = written[cut:]
    ordinal = IRREGULAR.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{written[:cut]}{ordinal}".capitalize()


def _enclosed(first: int, most: int, number: int) -> str | None:
    """One of the characters that Unicode has for small numbers."""
    return chr(first + number - 1) if 0 < number <= most else None


def _hebrew_number(number: int) -> str | None:
    if not 0 < number < 500:
        return None
    hundreds, rest = divmod(number, 100)
    if rest in (15, 16):  # not as the name of God is written
        return HEBREW_HUNDREDS[hundreds] + ("טו" if rest == 15 else "טז")
    return HEBREW_HUNDREDS[hundreds] + HEBREW_TENS[rest // 10] + HEBREW_UNITS[rest % 10]


def _chinese(number: int) -> str | None:
    if not 0 <= number < 100:
        return None
    tens, ones = divmod(number, 10)
    if not tens:
        return CHINESE_DIGITS[ones]
    return f"{CHINESE_DIGITS[tens] if tens > 1 else ''}十{CHINESE_DIGITS[ones] if ones else ''}"


def _digits_of(zero: str) -> Callable[[int], str]:
    """Decimal figures of another script."""
    figures = str.maketrans("0123456789", "".join(chr(ord(zero) + value) for value in range(10)))
    return lambda number: str(number).translate(figures)


def _chinese_figures(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", CHINESE_DIGITS))


FORMS: dict[str, Callable[[int], str | None]] = {
    "decimal": _digits,
    "decimalHalfWidth": _digits,
    "decimalZero": lambda number: f"{number:02d}",
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "none": lambda number: "",
    "lowerLetter": lambda number: _letters("abcdefghijklmnopqrstuvwxyz", number),
    "upperLetter": lambda number: _letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", number),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _upper(_roman(number)),
    "ordinal": _ordinal,
    "cardinalText": _cardinal_text,
    "ordinalText": _ordinal_text,
    "decimalEnclosedCircle": lambda number: _enclosed(0x2460, 20, number),
    "decimalEnclosedCircleChinese": lambda number: _enclosed(0x2460, 20, number),
    "decimalEnclosedParen": lambda number: _enclosed(0x2474, 20, number),
    "decimalEnclosedFullstop": lambda number: _enclosed(0x2488, 20, number),
    "decimalFullWidth": _digits_of("０"),
    "decimalFullWidth2": _digits_of("０"),
    "hindiNumbers": _digits_of("०"),
    "thaiNumbers": _digits_of("๐"),
    "russianLower": lambda number: _letters(CYRILLIC, number),
    "russianUpper": lambda number: _letters(CYRILLIC.upper(), number),
    "hebrew1": _hebrew_number,
    "chicago": lambda number: _letters(CHICAGO, number) if number <= 40 else None,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _chinese_figures,
    "japaneseDigitalTenThousand": _chinese_figures,
    "aiueoFullWidth": lambda number: _once(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン", number
    ),
    "irohaFullWidth": lambda number: _once(
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス", number
    ),
    "ganada": lambda number: _once("가나다라마바사아자차카타파하", number),
    "chosung": lambda number: _once("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ", number),
    "ideographTraditional": lambda number: _once("甲乙丙丁戊己庚辛壬癸", number),
    "ideographZodiac": lambda number: _once("子丑寅卯辰巳午未申酉戌亥", number),
}


def _once(alphabet: str, number: int) -> str | None:
    return alphabet[number - 1] if 0 < number <= len(alphabet) else None
