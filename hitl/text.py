"""Text of any origin: escaped for Markdown, cut to a line, normalized, made storable, and split into words."""

from __future__ import annotations

import json
import re
import unicodedata

SINGULARS = (
    ("ies", "y"),
    *((f"{end}es", end) for end in ("ss", "x", "ch", "sh")),
    ("ss", "ss"),
    ("us", "us"),
    ("s", ""),
    ("", ""),
)
"""Endings of English nouns, and those of one thing; the first that fits counts."""
PLAIN_WORDS = re.compile(r"[a-z]+(?:[ _][a-z]+)*")
ACTIVE = re.compile(r"[\\`*_\[\]<>$~|&^{}#]")
"""Characters that begin emphasis, code, links, images, HTML, entities, formulas or tables in Markdown."""
OPENING = re.compile(r"^(?:[+=-]|(\d{1,9})(?=[.)]))")
"""What makes a heading, a list or a rule of Markdown at the start of a paragraph."""

UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts whose words are not split at spaces: kana, Han, Hangul; each character counts as a word."""
MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0963\u0971-\u0df3"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f35\u0f37\u0f39\u0f71-\u0f84\u0f86-\u0fbc"
    r"\u102b-\u103e\u1056-\u1059\u135d-\u135f\u17b4-\u17d3\u17dd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u3099\u309a"
    r"\ufe20-\ufe2f\u200c\u200d"
)
"""Vowel signs, accents and joiners, which belong to the word that they are in, though for Python they are no letters,
with the letters that stand between them in the scripts of India."""
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]++(?:[{MARKS}]++[^\W_{UNSPACED}]*+)*+")
"""A word, or one character of such a script."""
SIGNS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
"""Runs of characters that may be more combining marks in a row than any language has."""
MOST_MARKS = 30
"""Maximum combining marks in a row, as in the Stream-Safe Text Format: https://unicode.org/reports/tr15/."""
GRAPHEME_JOINER = "\u034f"
ADDRESS = re.compile(r"(?<![A-Za-z])(?:(?:https?|ftp)://|www\.|mailto:|xmpp:)+", re.IGNORECASE)
SCHEME = re.compile(r"(https?|ftp):(?=//)", re.IGNORECASE)
"""A scheme inside a word, which `ADDRESS` does not match."""
MAIL = re.compile(r"(?<=[\w.+-])@(?=[\w-]+\.)")


def escape_markdown(text: str) -> str:
    """Markdown that shows a text literally: links, images, formulas and HTML in it stay text.

    (A bare web address still becomes a link to that address; it fetches nothing by itself.)

    Args:
        text: Any text; line breaks become spaces.
    """
    line = ACTIVE.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    return OPENING.sub(lambda match: f"{match[1]}\\" if match[1] else f"\\{match[0]}", line)


def escape_lines(text: str, before: str = "") -> str:
    """The same for a text of several lines, each of which stays on a line of its own.

    Args:
        text: Any text; empty lines are left out.
        before: What each line begins with, such as `> ` in a block quote.
    """
    return "\\\n".join(before + escape_markdown(line) for line in text.split("\n") if line.strip())


def cut(text: str, most: int) -> str:
    """A text on one line of at most `most` characters, ending with an ellipsis if it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"


def humanize(name: str, inside: bool = False) -> str:
    """The name of a class or a field in words: `ReviewFindings` and `review_findings` as `Review findings`.

    Acronyms and codes keep their letters: `MayITravel` becomes `May I travel`, `HITLRequired` `HITL required`,
    `A2AReply` `A2A reply`, `AskUserV2` `Ask user V2`, `AllPDFsRead` `All PDFs read`.

    Args:
        name: The name; the ending `Event` is left out.
        inside: Whether the words stand inside a sentence, and do not begin with a capital.
    """
    stem = name.removesuffix("Event") if name.removesuffix("Event").strip("_ ") else name
    parts = [part for written in stem.replace("_", " ").split() for part in _words_in(written)]
    words = [_in_sentence(part, is_last=number == len(parts)) for number, part in enumerate(parts, 1)]
    if not words:
        return name
    return " ".join(words if inside else [words[0][:1].upper() + words[0][1:], *words[1:]])


def value_label(value: object) -> str:
    """The label of a value to choose: `ship_it` becomes `Ship it`; text with capitals or signs stays unchanged."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case str() if PLAIN_WORDS.fullmatch(value):
            return value.replace("_", " ").capitalize()
        case str():
            return value or "(empty)"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def _words_in(written: str) -> list[str]:
    """The parts of a name in camel case, such as `May`, `I` and `Travel`; read once from left to right."""
    parts: list[str] = []
    start, has_small = 0, False
    for i, letter in enumerate(written):
        if start < i and letter.isupper() and _begins_word(written, i, has_small):
            parts.append(written[start:i])
            start, has_small = i, False
        has_small = has_small or letter.islower()
    return [*parts, written[start:]]


def _begins_word(written: str, i: int, has_small: bool) -> bool:
    """Whether the capital at position `i` begins a word.

    Args:
        written: The name.
        i: Position of the capital, which is not the first letter.
        has_small: Whether the word before it has a small letter.
    """
    before, after = written[i - 1], written[i + 1 : i + 2]
    if before.isupper():
        return after.islower() and not _is_plural(written, i)
    if before.isdigit():  # `Step2|OCR` and `V2|Done`, but `A2A` and `H2O`
        return has_small or after.islower()
    return True


def _is_plural(written: str, i: int) -> bool:
    """Whether the capital at position `i` ends an acronym in the plural, such as `PDFs`; `PDFIs` is no plural."""
    rest = written[i + 1 : i + 3]
    return rest[:1] == "s" and not rest[1:].islower() and (written[i] not in "AIU" or len(rest) == 1)


def _in_sentence(part: str, is_last: bool) -> str:
    """A part of a name as a word inside a sentence: an acronym stays, `A` before another word is the article."""
    is_article = part == "A" and not is_last
    is_acronym = part.isupper() or (part.endswith("s") and len(part) > 2 and part[:-1].isupper())
    return part if is_acronym and not is_article else part.lower()


def replace_surrogates(text: str) -> str:
    """A text that UTF-8 can encode: lone surrogates, which undecodable command-line bytes become, turn into `?`."""
    return text.encode("utf-8", "replace").decode()


def without_addresses(text: str) -> str:
    """A text changed so that no page turns its web and mail addresses into links."""
    return MAIL.sub(" @ ", SCHEME.sub(r"\1: ", ADDRESS.sub("", text)))


def normalize(text: str) -> str:
    """A text in Unicode's form NFC, with an invisible joiner after every thirty combining marks in a row.

    NFC sorts the marks of a run in quadratic time: a long text of nothing else would take hours.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", SIGNS.sub(_in_short_runs, text))


def _in_short_runs(match: re.Match[str]) -> str:
    parts, marks = [], 0
    for sign in match[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > MOST_MARKS:
            parts.append(GRAPHEME_JOINER)
            marks = 1
        parts.append(sign)
    return "".join(parts)


def count(number: int, noun: str) -> str:
    """A number of things in words: `1 finding`, `1,200 findings`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def singular(nouns: str) -> str:
    """An English noun for one of its things: `note` for `notes`, `entry` for `entries`; any other word as it is."""
    ending, single = next(pair for pair in SINGULARS if nouns.endswith(pair[0]))
    return f"{nouns.removesuffix(ending)}{single}"
