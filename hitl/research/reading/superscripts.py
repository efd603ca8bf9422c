"""Letters above and below the line, in plain text: 10⁶, CO₂, x^(n/q), 1st, and the marks of notes: committee¹."""

from __future__ import annotations

import re

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−–=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδεθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵋᶿᵠᵡ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip("0123456789+-−–=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)
SHIFTED = frozenset((*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()))
STANDING = frozenset("*†‡§¶°′″®©™℠ªº∗#'’\"”“,.;:/|‖ ")
"""Characters that look raised by themselves, or the same raised or not."""
SIGNS = {"tm": "™", "sm": "℠"}
ORDINAL = re.compile(
    r"(?:st|nd|rd|th|d|er|re|ère|e|ème|eme|nde?|ter|ste|te|o|os|a|as|do|to|mo|[aoºª])\.?", re.IGNORECASE
)
"""What follows a figure or a Roman numeral to make a rank of it: 1st, XXe, 2ª."""
AFTER_RANK = re.compile(r"(?:\d|\b[IVXLC]+)\.?\Z")
ABBREVIATION = re.compile(r"(?:\bM(?:mes?|lles?|gr|r|c)|\bD(?:r|re)|\b[Nn](?:os?|r)|\bS(?:te?|r))\.?\Z")
"""Abbreviations whose end is raised: Mme, no, Dr."""
YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d\Z")
BRACKETED = re.compile(r"[\[(]\s?([^\[\]()\s]{1,6})\s?[\])]")
LONGEST = 12
"""Characters up to which raised text is an exponent or a mark; longer, it is words that are set high."""
NEAR = 12
"""Characters before raised text that decide what it is."""


def raised(text: str, before: str) -> str:
    """Superscript text as it follows what stands before it: `⁶` after `10`, `th` after `19`.

    Args:
        text: What is raised.
        before: The text that it follows; its end decides.
    """
    text, before = text.strip(), before[-NEAR:]
    if not text:
        return ""
    if text.lower() in SIGNS:
        return SIGNS[text.lower()]
    if len(text) > LONGEST or (" " in text and any(map(str.isalpha, text))):
        return text
    is_rank = ORDINAL.fullmatch(text) is not None and AFTER_RANK.search(before) is not None
    if is_rank or ABBREVIATION.search(before + text):
        return text
    if text.isdecimal() and YEAR.search(before):  # nobody raises a year to a power
        return note_mark(text, before)
    return _shifted(text, SUPERSCRIPTS, "^")


def lowered(text: str) -> str:
    """Subscript text: `₂` in CO₂."""
    text = text.strip()
    if not text or len(text) > LONGEST or " " in text:
        return text
    return _shifted(text, SUBSCRIPTS, "_")


def note_mark(text: str, before: str) -> str:
    """The mark of a note: joined to a word or a stop before it, but after a digit with a space before it.

    Args:
        text: The mark, with or without brackets around it.
        before: The text that it follows.
    """
    text = text.strip()
    bracketed = BRACKETED.fullmatch(text) if len(text) <= LONGEST else None
    mark = _shifted(bracketed[1] if bracketed else text, SUPERSCRIPTS, "^") if len(text) <= LONGEST else text
    last = before[-1:]
    return f" {mark}" if mark and (last.isdigit() or last in SHIFTED) else mark


def _shifted(text: str, forms: dict[str, str], sign: str) -> str:
    """The text in those forms; after the sign if one of its letters has none."""
    if all(letter in forms or letter in STANDING or letter in SHIFTED for letter in text):
        return "".join(forms.get(letter, letter) for letter in text)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"
