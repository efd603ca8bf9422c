"""Characters of symbol fonts, whose codes mean nothing outside of their font: `a` of Symbol shows as α."""

from __future__ import annotations

from dataclasses import dataclass

PRIVATE_START, PRIVATE_END = 0xF000, 0xF0FF
"""Where Word puts the 256 characters of a symbol font."""

SYMBOL = (
    " !∀#∃%&∍()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\0〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\0"
)
"""The characters of Symbol from code 32 on; those that it lacks are null."""
WINGDINGS = {
    **dict(
        zip((0x20, 0x21, 0x22, 0x28, 0x29, 0x2A, 0x36, 0x41, 0x43, 0x44, 0x45, 0x46), " ✏✂☎✆✉⌛✌👍👎☜☞", strict=True)
    ),
    **dict(zip((0x47, 0x48, 0x4A, 0x4B, 0x4C, 0x4E, 0x51, 0x52, 0x54, 0x6C, 0x6D, 0x6E), "☝☟☺😐☹☠✈☼❄●❍■", strict=True)),
    **dict(zip((0x6F, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x7D, 0x7E), "□❑❒⬧⧫◆❖⬥⌧❝❞", strict=True)),
    **{0x80 + number: sign for number, sign in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")},
    **dict(zip((0x9E, 0x9F, 0xA1, 0xA4, 0xA5, 0xA7, 0xA8, 0xAB, 0xD8), "·•○◉◎▪□★➢", strict=True)),
    **{0xDF + number: sign for number, sign in enumerate("←→↑↓↖↗↙↘")},
    **dict(zip((0xE8, 0xEF, 0xF0, 0xF1, 0xF2, 0xFB, 0xFC, 0xFD, 0xFE), "➔⇦⇨⇧⇩✗✓☒☑", strict=True)),
}
FONTS: dict[str, dict[int, str]] = {
    "symbol": {code: sign for code, sign in enumerate(SYMBOL, 32) if sign != "\0"},
    "wingdings": WINGDINGS,
    "wingdings 2": dict(zip((0x20, 0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0xA3), " ✗✓☒☑☒☒□", strict=True)),
    "wingdings 3": dict(zip((0x20, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75), " ▲▼△▽◀▶", strict=True)),
    "webdings": dict(zip((0x20, 0x33, 0x34, 0x35, 0x36, 0x61, 0x67, 0x6E, 0x72), " ◀▶▲▼✔■●✖", strict=True)),
}
MEANT_AS_BULLETS = frozenset("✓✔✗✖☐☑☒□⌧👍👎")
"""Signs that say something where they stand before an item of a list: done, not done, to be done."""


@dataclass(frozen=True)
class Symbols:
    """A text of a symbol font in characters of their own."""

    text: str
    unknown: int = 0
    """How many of its characters are not known, and left out."""


def is_symbol_font(font: str) -> bool:
    return font.casefold() in FONTS


def symbols(text: str, font: str) -> Symbols:
    """A text as it shows in a font.

    Args:
        text: Characters by their codes in the font, with or without Word's offset of 0xF000.
        font: Name of the font; the text stays as it is if it is not a symbol font.
    """
    signs = FONTS.get(font.casefold())
    if signs is None:
        return Symbols(text)
    shown, unknown = [], 0
    for character in text:
        code = ord(character)
        code -= PRIVATE_START if PRIVATE_START <= code <= PRIVATE_END else 0
        if code > 0xFF:  # a character that the font lacks is shown in another one
            shown.append(character)
        elif code in signs:
            shown.append(signs[code])
        else:
            unknown += 1
    return Symbols("".join(shown), unknown)


def symbol(code: str | None, font: str) -> Symbols:
    """A single character that is inserted by its code in a font, in hexadecimal."""
    try:
        character = chr(int(code or "", 16))
    except (ValueError, OverflowError):
        return Symbols("", 1)
    if is_symbol_font(font):
        return symbols(character, font)
    is_private = 0xE000 <= ord(character) <= 0xF8FF
    return Symbols("", 1) if is_private or 0xD800 <= ord(character) <= 0xDFFF else Symbols(character)
