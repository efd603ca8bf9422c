"""Sentences with their offsets, in a few microseconds each.

`pysbd` does the same for 22 languages; on the bundled library it took forty times as long, and every
uploaded document goes through here. The rule: a full stop ends a sentence unless a lower-case letter
follows, or it belongs to an abbreviation, an initial or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

STARTERS = frozenset("The It This That These Those He She They We There In On But However".split())
"""Words that begin a sentence even after an abbreviation or a single letter: `vitamin C. It …`."""
LONGEST_SENTENCE = 1000
"""Characters after which a text without full stops is cut."""
LONGEST_WORD = 40
"""Characters in which the word before a full stop is looked for."""


class Span(NamedTuple):
    """Offsets of a piece of text: of its first character, and after its last one."""

    start: int
    end: int


END = re.compile(r"(?<![.!?…؟])[.!?…؟]++[\"'”’»)\]]*+(?=\s)|[。！？]++[」』”]*+")
"""Possessive, and never begun in the middle of a run of signs: a text of dots only takes as long as any other."""
WORD_BEFORE = re.compile(r"([\w.]+)\.[\"'”’»)\]]*$")
STARTS_SENTENCE = re.compile(r"\s*[\"'“‘«(\[]*(\w*)")
LEANS = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|she|his|her|such|however|therefore|thus|instead|then)\b",
    re.IGNORECASE,
)
ABBREVIATIONS = frozenset(
    "al approx bros ca capt cf ch co col corp dept dr ed eds eq eqs est fig figs gen gov hon inc jr lt ltd messrs mr "
    "mrs ms mt no nos op pp prof rev sec sen sgt sr st ste tab univ viz vol vols vs "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


UNSURE_END = re.compile(
    r"(?:(?<![\w\-/.,:])\d{1,2}|\b[^\W\d_]|…|\.\.|\b(?:abs|allg|art|bd|betr|bsp|bzgl|bzw|ca|cap|cf|chap|dr|einschl|evtl|"
    r"ff|fig|folg|geb|gem|ggf|hr|hrsg|inkl|insb|jh|kap|lit|max|min|mio|mrd|nr|núm|nº|pág|prof|rd|ref|rz|sog|sr|sra|st|str|"
    r"tab|tel|usw|vgl|vol|vs|ziff|zit|zzgl))\.?[\"'”’»)\]]*\Z",
    re.IGNORECASE,
)
"""The end of what may be half a sentence: an ordinal (`am 3. Mai`), a list's number, an abbreviation, an ellipsis."""
LONGEST_END = 60
"""Characters in which such an end is looked for."""


def whole_sentences(text: str) -> list[Span]:
    """The sentences of a text, with what may be halves of one put together: cut there, they could say the opposite."""
    wholes: list[Span] = []
    goes_on = False
    for sentence in split_sentences(text):
        wholes.append(Span(wholes.pop().start, sentence.end) if goes_on else sentence)
        goes_on = UNSURE_END.search(text[max(sentence.start, sentence.end - LONGEST_END) : sentence.end]) is not None
    return wholes


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut `text[start:end]` into sentences.

    Returns:
        Spans in the order of the text, without the white space between them; together they hold every
        other character.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in END.finditer(text, start, end):
        if match.end() < end and not _is_end(text, begin, match.end(), end):
            continue
        spans.append(Span(begin, match.end()))
        begin = match.end()
        while begin < end and text[begin].isspace():
            begin += 1
    if text[begin:end].strip():
        spans.append(Span(begin, end))
    pieces = (piece for span in spans for piece in _pieces(text, span))
    return [trimmed for piece in pieces if (trimmed := _trim(text, piece))]


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """A sentence as it is, or in pieces when it has no end in sight: cut at a space where there is one."""
    start, end = span
    while end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = space if space > start else start + LONGEST_SENTENCE
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def leans_on_previous(text: str, sentence: Span) -> bool:
    """Whether a sentence begins with a word that points back, and says too little when quoted alone."""
    return LEANS.match(text, sentence.start) is not None


def _is_end(text: str, begin: int, at: int, end: int) -> bool:
    following = STARTS_SENTENCE.match(text, at, end)
    if following and following[1][:1].islower():
        return False
    before = WORD_BEFORE.search(text, max(begin, at - LONGEST_WORD), at)
    if before is None or (following and following[1] in STARTERS):
        return True
    word = before[1]
    is_initial = len(word) == 1 and word.isalpha() and word.isupper()
    has_inner_stop = "." in word.strip(".") and not word[-1].isdigit()  # e.g., U.S.
    return not (is_initial or has_inner_stop or word.lower() in ABBREVIATIONS)


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
