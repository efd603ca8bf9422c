"""Words that the end of a line has cut.

A hyphen at the end of a line is taken out, and the word joined, unless one of these holds:

- a digit stands on one of its sides (`1,000-` `2,000`), or a capital after it (`Diffie-` `Hellman`);
- the word occurs elsewhere in the document with its hyphen, and not without it;
- the word has another hyphen before (`state-of-the-` `art`);
- its first part usually keeps its hyphen (`well-` `known`, `non-` `profit`), or its last one does (`heat-` `related`),
  unless the joined word occurs elsewhere in the document.

Before “and” and its like (`Vor-` `und Nachteile`) a space follows the hyphen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from hitl.research.reading.pdf.lines import CJK_LETTER

HYPHENS = ("-", "\u2010", "\u00ad")
LAST_WORD = re.compile(r"[\w'’\u00ad\u2010-]+\Z")
FIRST_WORD = re.compile(r"[\w'’]+")
WORD = re.compile(r"[\w'’]+(?:[-\u2010][\w'’]+)*")
LONGEST_WORD = 60
FIRST_PARTS = frozenset(
    "well non self half cross high low long short full part large small multi first second third fourth fifth single "
    "double triple one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty "
    "ninety ill quasi pseudo decision evidence data user open closed real peer year month day hour cost risk tax rent "
    "far fast hard free good best better vice mother father sister brother attorney editor".split()
)
LAST_PARTS = frozenset(
    "known based related free term level scale wide specific driven term year old day like called made sized sided led "
    "being sensitive intensive effective efficient dependent independent profit friendly resistant oriented time home "
    "paid off up in out to of the and by owned law".split()
)
ENDINGS = frozenset(
    "er ers est ly ness nesses ing ings ed en ish ism ist ists age ages al ally able ment ments ful".split()
)
CONJUNCTIONS = frozenset("and or und oder bzw sowie".split())


class Words:
    """The words of a document that no line end has cut."""

    def __init__(self, lines: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        for line in lines:
            words = [match[0].casefold() for match in WORD.finditer(line)]
            if line.endswith(HYPHENS):
                words = words[:-1]
            counts.update(words[1:])  # the first one may be the rest of a word
            counts.update(words[:1] if words and not line[:1].islower() else ())
        self._counts = counts

    def has(self, word: str) -> bool:
        return self._counts[word.casefold()] > 0


def joined(lines: Sequence[str], words: Words) -> str:
    """The lines of a paragraph on one line."""
    parts: list[str] = []
    last = ""
    for line in lines:
        if not line:
            continue
        if parts:
            parts[-1], between = _joint(last, line, words)
            parts.append(between)
        parts.append(line)
        last = line
    return "".join(parts)


def _joint(line: str, following: str, words: Words) -> tuple[str, str]:
    """The end of a line, and what stands between it and the next one."""
    if CJK_LETTER.match(line[-1]) and CJK_LETTER.match(following):
        return line, ""
    if line[-1] not in HYPHENS or not line[-2:-1].isalnum():
        is_dash = line[-1] in "–—/" and not line[-2:-1].isspace()
        return line, "" if is_dash and len(line) > 1 else " "
    rest = FIRST_WORD.match(following)
    before = LAST_WORD.search(line[-LONGEST_WORD:])
    if rest is None or before is None:
        return line, " "
    if line[-1] == "\u00ad":
        return line[:-1], ""
    if rest[0].casefold() in CONJUNCTIONS:
        return line, " "
    return (line, "") if _keeps_hyphen(before[0][:-1], rest[0], words) else (line[:-1], "")


def _keeps_hyphen(first: str, last: str, words: Words) -> bool:
    if first[-1].isdigit() or last[0].isdigit() or last[0].isupper() or "-" in first:
        return True
    if words.has(first + last):
        return False
    if words.has(f"{first}-{last}"):
        return True
    if last.casefold() in ENDINGS:
        return False
    return first.casefold() in FIRST_PARTS or last.casefold() in LAST_PARTS
