"""Who speaks in minutes, interviews and transcripts: `ANN: I looked at the costs.`

What looks like a turn may be any paragraph with a colon: `Note: …`, `Opening hours: …`. A document has speakers if at
least two turns in it look like it. A name that stands once counts only beside one that is surer: one that comes back,
is written in capitals or has a title (Dr, Mrs). No name is a label (`Example`), or a word that the document also writes
in small letters (`costs`), unless it comes back as a speaker does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hitl.research.reading.blocks import Block

TURN = re.compile(
    r"[ \t]*(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?[ \t]{0,3}(?:[-–—][ \t]{0,3})?)?"
    r"[\[(<*]{0,3}(?P<name>[^\W\d_][^\s:：<>\[\]()*]{0,30}(?: [^\s:：<>\[\]()*]{1,30}){0,3})"
    r"(?: ?[\[(][^\[\]()\n]{1,40}[\])])?[\])>*]{0,3}[ \xa0]?(?::(?=\s+\S)|：(?=\s*\S))"
)
"""The beginning of a turn; a time may stand before the name, and in brackets after it."""
PARTICLES = frozenset("de del della di da du la le van von der den zu zur y bin ibn al el st of the dos".split())
TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir lord lady cllr councillor judge justice senator minister president chair "
    "chairman chairwoman chairperson moderator interviewer interviewee speaker host herr frau monsieur madame señor "
    "señora mme".split()
)
LABELS = frozenset(
    "note notes nb example examples warning caution attention tip tips hint important summary abstract background "
    "introduction objective objectives aim aims purpose method methods results result conclusion conclusions "
    "discussion findings finding source sources figure fig table chart photo picture image caption date time "
    "place location venue address phone telephone tel fax email mail e-mail web website url author authors editor "
    "by from to cc bcc subject re sent reply-to title topic topics keywords keyword agenda present absent "
    "apologies attendees participants members decision decisions action actions agreed resolved resolution vote "
    "votes motion outcome status priority owner deadline due total subtotal price cost costs fee fees benefit "
    "benefits risk risks advantage advantages disadvantage disadvantages pros cons definition remark remarks "
    "comment comments update updated published version contact reference references see step part section chapter "
    "appendix article item question answer problem solution cause effect reason name type kind monday tuesday "
    "wednesday thursday friday saturday sunday todo fixme ingredients serves language duration input output todo "
    "goal goals scope "
    "hinweis hinweise beispiel beispiele anmerkung achtung wichtig quelle quellen datum ort thema beschluss ergebnis "
    "abstimmung anwesend tel abb tabelle frage antwort fazit ziel zeit preis montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag remarque exemple objet lieu présents nota ejemplo fuente fecha lugar "
    "asunto resumen von an betreff de à".split()
)
"""Words before a colon that name what follows, and nobody."""
ANSWERS = frozenset({"q", "a", "f", "r", "p"})
"""Letters that stand for who asks and who answers in an interview."""
WORD = re.compile(r"[^\W\d_]+")
OFTEN = 3
"""Turns from which a word that is also written in small letters is a speaker after all."""


def speaker_of(text: str, names: frozenset[str]) -> str:
    """Who of these begins to speak at the beginning of a text; empty if nobody does."""
    name = _name_in(text)
    return name if name in names else ""


def names_in(texts: Sequence[str]) -> frozenset[str]:
    """The speakers of a document.

    Args:
        texts: Its paragraphs or lines, in order; a turn begins at the beginning of one.
    """
    turns = Counter(name for text in texts if (name := _name_in(text)) and _can_be_a_name(name))
    if sum(turns.values()) < 2:
        return frozenset()
    common = _in_small_letters(texts, {name.casefold() for name in turns})
    names = {
        name: times
        for name, times in turns.items()
        if name.casefold() not in common or times >= OFTEN or _has_title(name)
    }
    sure = {name for name, times in names.items() if times > 1 or name.isupper() or _has_title(name)}
    if not sure or sum(names.values()) < 2:
        return frozenset()
    is_one_label = len(names) == 1 and not all(name.isupper() or " " in name for name in names)
    return frozenset() if is_one_label else frozenset(names)


def with_speakers(blocks: Sequence[Block], names: frozenset[str] | None = None) -> list[Block]:
    """The blocks of a document, each turn in one of its own that names who speaks; their texts stay as they are.

    Args:
        blocks: The blocks, in order.
        names: Its speakers, if they are known.
    """
    if names is None:
        spoken = [block for block in blocks if block.kind in ("paragraph", "item")]
        names = names_in([line for block in spoken for line in block.text.splitlines()])
    if not names:
        return list(blocks)
    return [turn for block in blocks for turn in _turns(block, names)]


def _turns(block: Block, names: frozenset[str]) -> Iterator[Block]:
    if block.kind not in ("paragraph", "item"):
        yield block
        return
    lines: list[str] = []
    speaker = ""
    for line in block.text.splitlines():
        begins = speaker_of(line, names)
        if begins and lines and block.kind == "paragraph":
            yield replace(block, text="\n".join(lines), speaker=speaker or block.speaker)
            lines, speaker = [], ""
        if begins and not lines:
            speaker = begins
        lines.append(line)
    yield replace(block, text="\n".join(lines), speaker=speaker or block.speaker)


def _name_in(text: str) -> str:
    turn = TURN.match(text) if ":" in text or "：" in text else None
    return turn["name"].strip(" .,") if turn else ""


def _can_be_a_name(name: str) -> bool:
    words = name.split()
    if any(word.casefold() in LABELS and (len(words) == 1 or word not in PARTICLES) for word in words):
        return False
    if len(name) == 1 and name.isascii():
        return name.casefold() in ANSWERS
    return not words[0][0].islower() and all(
        not word[0].islower() or word in PARTICLES for word in words[1:] if word[0].isalpha()
    )


def _has_title(name: str) -> bool:
    return name.split()[0].casefold().rstrip(".") in TITLES


def _in_small_letters(texts: Iterable[str], names: set[str]) -> set[str]:
    """Those names of one word that are written in small letters somewhere."""
    found: set[str] = set()
    for text in texts:
        found.update(word for word in WORD.findall(text) if word in names and word.islower())
    return found
