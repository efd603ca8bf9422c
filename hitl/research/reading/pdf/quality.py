"""What of a PDF cannot be read, though it has text: signs instead of letters, reversed words, words without spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hitl.research.reading.blocks import Block

GLYPH_NAMES = re.compile(r"/[a-z]{1,3}\d{1,4}(?=/|\s|\Z)|\(cid:\d+\)|/(?:uni[0-9A-F]{4})", re.IGNORECASE)
STRANGE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]+")
"""Control characters, what could not be decoded, and characters for private use."""
SHARE_OF_SIGNS = 0.08
"""Share of a block's letters that are none, from which it cannot be read."""
SHARE_OF_GLYPHS = 0.3
LONGEST_WORD = 40
"""Letters of a Latin word, beyond which spaces are missing."""
SHARE_WITHOUT_SPACES = 0.5
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ'’-]+")
COMMON = frozenset("the and that with this from which have und nicht eine auch pour dans que para por della".split())
REVERSED = frozenset(word[::-1] for word in COMMON if len(word) > 2 and word not in ("por", "que"))
"""None of them is a word of these languages."""
FEWEST_COMMON = 3
"""Reversed common words from which a document's words are taken to be reversed."""
LAST_LETTERS = "ךםןףץةى"
"""Letters that stand at the end of Hebrew and Arabic words only."""
WORD = re.compile(r"[^\W\d_]+")
LOST = {
    "signs": "signs instead of letters",
    "reversed": "words written backwards",
    "spaces": "words without spaces between them",
}
"""What is said of paragraphs that cannot be read."""


def readable(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """The blocks that can be read, and what is said of the others."""
    kept: list[Block] = []
    lost: dict[str, list[int]] = {kind: [] for kind in LOST}
    backwards = _are_reversed(blocks)
    for block in blocks:
        text = block.text
        if _is_signs(text):
            lost["signs"].append(block.page or 1)
        elif backwards and _is_reversed(text):
            lost["reversed"].append(block.page or 1)
        elif _has_no_spaces(text):
            lost["spaces"].append(block.page or 1)
        else:
            kept.append(_mended(block))
    remarks = [_left_out(what, lost[kind]) for kind, what in LOST.items() if lost[kind]]
    return kept, remarks


def _left_out(what: str, pages: Sequence[int]) -> str:
    where = pages_in_words(pages)
    said = f"1 paragraph on {where} has" if len(pages) == 1 else f"{len(pages):,} paragraphs on {where} have"
    is_out = "is" if len(pages) == 1 else "are"
    return f"{said} {what}, and {is_out} left out: run text recognition (OCR) on the file."


def pages_in_words(numbers: Iterable[int]) -> str:
    """Numbers of pages in words: `page 3`, `pages 3 to 8 and 12`."""
    ordered = sorted(set(numbers))
    spans: list[list[int]] = []
    for number in ordered:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    said = [f"{span[0]} to {span[-1]}" if len(span) > 1 else str(span[0]) for span in spans]
    noun = "page" if len(ordered) == 1 else "pages"
    return f"{noun} {', '.join(said[:-1])}{' and ' if len(said) > 1 else ''}{said[-1]}"


def _is_signs(text: str) -> bool:
    total = len(text) - text.count(" ")
    strange = sum(map(len, STRANGE.findall(text)))
    if strange > SHARE_OF_SIGNS * total:
        return True
    names = sum(len(match[0]) for match in GLYPH_NAMES.finditer(text))
    return names > SHARE_OF_GLYPHS * total


def _has_no_spaces(text: str) -> bool:
    words = LATIN_WORD.findall(text)
    letters = sum(map(len, words))
    return (
        letters > LONGEST_WORD
        and sum(len(word) for word in words if len(word) > LONGEST_WORD) > SHARE_WITHOUT_SPACES * letters
    )


def _are_reversed(blocks: Iterable[Block]) -> bool:
    words = Counter(word.casefold() for block in blocks for word in WORD.findall(block.text))
    backward = sum(times for word, times in words.items() if word in REVERSED or word[0] in LAST_LETTERS)
    forward = sum(times for word, times in words.items() if word in COMMON or word[-1] in LAST_LETTERS)
    return backward >= FEWEST_COMMON and backward > forward / 20


def _is_reversed(text: str) -> bool:
    words = [word.casefold() for word in WORD.findall(text)]
    backward = sum(word in REVERSED or word[0] in LAST_LETTERS for word in words)
    forward = sum(word in COMMON or word[-1] in LAST_LETTERS for word in words)
    return backward > forward


def _mended(block: Block) -> Block:
    """A block with its Hebrew words the right way round, and Arabic letters in their plain form."""
    text = block.text
    if text.isascii():
        return block
    if any("\ufb1d" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefc" for letter in text):
        text = "".join(
            unicodedata.normalize("NFKC", letter) if "\ufb1d" <= letter <= "\ufefc" else letter for letter in text
        )
    return replace(block, text=text)
