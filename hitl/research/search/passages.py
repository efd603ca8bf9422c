"""Splits documents into passages: neighbouring whole sentences, list items or table rows, long enough to be evidence.

What a passage is made of are statements, spans that are never cut: a sentence, a list item, a table row, or a list
together with the sentence that introduces it. A list of up to two passages' length stays whole; of a longer one the
sentence takes along as many of the first items as fit into a passage, and the others are passages too, unless they are
parts of that sentence: “a; b; or c” in small letters. So nothing ends with “unless:”. The caption of a table introduces
its rows in the same way, and a question that is a paragraph its answer. Other captions, headings and references are no
statements, but for the heading of an answer that is too short to stand alone: “Is diving allowed?”, “No.”
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from hitl.research.enclosures import Span
from hitl.research.evidence import BlockKind, Document, DocumentBlock, Passage
from hitl.research.search.captions import CaptionKind, caption_kind
from hitl.research.search.references import LONGEST_LABEL, are_sources, is_reference, sources_label
from hitl.research.sentences import (
    CLOSING_QUOTES,
    DASH,
    LONGEST_SENTENCE,
    SPEAKER,
    leans_on_previous,
    split_sentences,
)
from hitl.text import WORD

PASSAGE_LENGTH = 500
"""Maximum characters of a passage, unless a single statement is longer."""
LONGEST_LIST = 2 * PASSAGE_LENGTH
"""Characters up to which a list and the sentence that introduces it are never cut."""
LONGEST_JOINT = 2 * LONGEST_SENTENCE
"""The same of a sentence that goes on in the paragraph after it."""
LONGEST_ITEM = 380
"""Characters up to which a list item is never cut."""
LONGEST_LEANING = 1200
"""Characters up to which the sentences that a sentence leans on come with it."""
LONGEST_TITLE = 120
"""Characters up to which a line without an end can be the title of the paragraph after it."""
REACH = 20_000
"""Characters of a block around a span that are looked at."""
FEWEST_WORDS = 6
"""Minimum words of a passage; a shorter one (a label, a date, a fee) stands with its neighbour."""
FEWEST_WORDS_OF_A_SENTENCE = 3
"""The same of a paragraph that ends as sentences do."""
FEWEST_WORDS_IN_A_LIST = 2
"""The same of list items and table rows, which are short: `Sunday: closed`."""
LETTERS_A_WORD = 5
"""Letters that count as a word in scripts without spaces between words."""

PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
LIST_MARK = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]")
OWN_LINE = re.compile(rf"{BLANK_LINE.pattern}|\n(?={SPEAKER.pattern}|{LIST_MARK.pattern})|\n(?<=[^\n]{{120}}\n)")
"""A line break that separates sentences: a blank line, one before a turn or a list item, or one after 120 or more
characters, which is longer than a wrapped line. Other line breaks are only wrapping."""
INTRODUCES = re.compile(r"[:：][\"'”’»)\]]*\Z")
"""The end of a sentence that goes on in what follows it."""
CONTENTS = re.compile(r"(?:…|\.{3,}|(?:\. ){3,})[. ]*(?:[\d,– -]{1,40}|[ivxlc]{1,6})\Z")
"""The end of an entry in a table of contents or an index: `2 Costs … 14`."""
STOPS = re.compile(r"[.!?…؟।॥։።۔。！？][\"'”’»)\]」』）⁰¹²³⁴-⁹]*\Z")
CONNECTS = re.compile(
    r"(?:[;,；，]|\b(?:or|and|oder|und|ou|et|o|y|e|lub|oraz|i|или|и|або|та|of|en|eller|och|og|tai|ja|veya|ve|nebo|a|și|"
    r"sau|és|vagy|ή|και))\s*\Z",
    re.IGNORECASE,
)
"""The end of an item of a list that is one sentence."""
LONGEST_CONTENTS = 60
"""Characters in which the page of such an entry is looked for."""
LAST_CHARACTERS = 20
"""Characters in which the end of a sentence is looked for."""
ITEM_NUMBER = re.compile(r"[\W\d_]*(?:[^\W\d_]{1,4}[.)])?[\W\d_]*")
"""What may stand before the first word of an item: `(b)`, `4.2`."""
OPEN_END = re.compile(r"[,;:،؛，；：(\[–—-]\Z")
"""The end of a paragraph that goes on in the next one."""
IN_SENTENCES = re.compile(r"\n|(?<!\d)[.!?…؟।።۔。！？][\"'”’»)\]」』）]*(?:\s|\Z)")
"""What a title does not have: a line break, or the end of a sentence."""
WORDS = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Two letters in a row: more than a figure and its unit."""
BETWEEN_CELLS = " | "
HEAD = re.compile(r"[^|:]{1,80}: ")
"""The head of a column before a cell: `Fee: 4 euros`."""
MOST_HEADS = 3
"""Rows of heads that a table begins with, at most."""
UNSEGMENTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


QUESTION = re.compile(r"[?？؟;;][\"'”’»)\]」』）*]*\Z")


UnitKind = BlockKind | CaptionKind | Literal["reference", "lead"]
"""A lead is a heading that belongs to the short paragraph after it."""


@dataclass(frozen=True)
class _Unit:
    """A paragraph, a turn, a list item, a table row, a footnote, a caption or a reference."""

    span: Span
    kind: UnitKind
    level: int
    """Of an item: the number of lists around its own."""
    is_turn: bool
    """True if somebody speaks."""
    paragraph: int
    """Number of the block or paragraph that it is a part of."""

    @property
    def is_listed(self) -> bool:
        return self.kind in ("item", "row")

    @property
    def is_caption(self) -> bool:
        return self.kind in ("caption", "caption of a figure", "caption of a table")


def passages_of(document: Document) -> Iterator[Passage]:
    """The passages of a document in order, without headings, captions and lists of sources.

    Long paragraphs are split; short turns of a conversation, items of a list and rows of a table are combined. What is
    too short to be a passage stands with the next one of its section, or else with the one before.
    """
    for section in _sections(document):
        for span in _with_short_ones(document.text, _candidates(document, section)):
            yield Passage(document, *span)


class _Candidate(NamedTuple):
    """What may be a passage."""

    span: Span
    is_short: bool
    stands_alone: bool
    """True if it is never joined with a neighbour: a footnote, or if somebody speaks."""


def _candidates(document: Document, section: Span) -> Iterator[_Candidate]:
    text = document.text
    for stretch in _stretches(text, _units(document, section)):
        statements = [statement for part in _parts(document, stretch) for statement in part]
        for span in _groups(statements):
            has_lead = stretch[0].kind == "lead" and span.start == stretch[0].span.start
            is_short = not has_lead and count_words(text, span) < _fewest_words(text, stretch[-1], span)
            if not is_short or WORDS.search(text, *span):
                yield _Candidate(span, is_short, stretch[0].is_turn or stretch[0].kind == "footnote")


def _with_short_ones(text: str, candidates: Iterable[_Candidate]) -> Iterator[Span]:
    """The candidates in order; a short one is joined with the next, or else with the one before."""
    with_next: list[_Candidate] = []
    for candidate in candidates:
        if with_next and with_next[-1].is_short and _can_join(text, with_next[-1], candidate):
            candidate = candidate._replace(span=Span(with_next.pop().span.start, candidate.span.end))
        with_next.append(candidate)
    last: _Candidate | None = None
    for candidate in with_next:
        if last and candidate.is_short and _can_join(text, last, candidate):
            last = last._replace(span=Span(last.span.start, candidate.span.end))
            continue
        if last:
            yield last.span
        last = candidate
    if last:
        yield last.span


def _can_join(text: str, before: _Candidate, after: _Candidate) -> bool:
    if before.stands_alone or after.stands_alone or after.span.end - before.span.start > 2 * PASSAGE_LENGTH:
        return False
    return not text[before.span.end : after.span.start].strip()


def _fewest_words(text: str, unit: _Unit, span: Span) -> int:
    if unit.is_listed:
        return FEWEST_WORDS_IN_A_LIST
    is_sentence = not unit.is_turn and STOPS.search(_end_of(text, span)) is not None
    return FEWEST_WORDS_OF_A_SENTENCE if is_sentence else FEWEST_WORDS


def statements_in(document: Document, span: Span) -> list[list[Span]]:
    """The statements in a span of a document, by the paragraph, turn, list or table that they are part of.

    Args:
        document: The document.
        span: Begins and ends where statements do.
    """
    stretches = _stretches(document.text, _units(document, span))
    return [part for stretch in stretches for part in _parts(document, stretch)]


def quote_start(document: Document, statement: Span) -> int:
    """The offset at which a quote of a statement has to begin, so that what it leans on comes with it.

    That is in the same paragraph, turn or list; at most `LONGEST_LEANING` characters are added up.
    """
    if not _leans(document, statement):
        return statement.start
    part = next((part for part in _statements_around(document, statement) if statement in part), [statement])
    first = part.index(statement)
    while first > 0 and _leans(document, part[first]):
        if statement.end - part[first - 1].start > LONGEST_LEANING:
            break
        first -= 1
    return part[first].start


def whole_statements(document: Document, span: Span) -> Span:
    """The whole statements that a span touches, with those that they lean on, since half of one can say the opposite.

    Raises:
        ValueError: If there is no statement in it: it lies in a heading, a caption or a list of sources.
    """
    touched = [
        statement
        for section in _sections(document)
        if section.start < span.end and span.start < section.end
        for part in _statements_around(document, Span(max(span.start, section.start), min(span.end, section.end)))
        for statement in part
        if statement.start < span.end and span.start < statement.end
    ]
    if not touched:
        raise ValueError("there is no statement in this span of the document")
    return Span(quote_start(document, touched[0]), touched[-1].end)


def _statements_around(document: Document, span: Span) -> list[list[Span]]:
    """The statements in a span, and those before and after it in the same paragraphs, turns, lists and tables."""
    return statements_in(document, _around(document, span))


def count_words(text: str, span: Span) -> int:
    """The number of words in a span; of scripts without spaces between words about as many as it has."""
    return len(WORD.findall(text, *span)) + len(UNSEGMENTED.findall(text, *span)) // LETTERS_A_WORD


def parts_of(text: str, span: Span) -> Iterator[Span]:
    """The turns, list items or paragraphs in a span of text; no sentence crosses their boundaries."""
    start = span.start
    for match in OWN_LINE.finditer(text, *span):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, span.end)


def _leans(document: Document, statement: Span) -> bool:
    block = document.block_at(statement.start)
    is_row = block is not None and block.kind == "row"
    return not is_row and leans_on_previous(document.text, statement, document.language_code)


def _sections(document: Document) -> Iterator[Span]:
    """The spans between headings, without lists of sources."""
    text = document.text
    start, level_of_sources = 0, 0
    for heading in document.headings:
        section = Span(start, max(start, text.rfind("\n", 0, heading.start) + 1))
        if not (level_of_sources and _are_sources(document, section)):
            yield from _without_sources(document, section)
        if not level_of_sources or heading.level <= level_of_sources:
            level_of_sources = max(heading.level, 1) if _names_sources(document, heading) else 0
        line_end = text.find("\n", heading.end)
        start = heading.start if _is_lead(document, heading) else len(text) if line_end < 0 else line_end
    section = Span(start, len(text))
    if not (level_of_sources and _are_sources(document, section)):
        yield from _without_sources(document, section)


def _is_lead(document: Document, heading: DocumentBlock) -> bool:
    """True if a heading is a question, and the paragraph after it too short an answer to stand without it."""
    text, blocks = document.text, document.blocks
    at = bisect_right(blocks, heading.start, key=lambda block: block.start)
    if at >= len(blocks) or blocks[at].kind != "paragraph" or blocks[at].speaker or _names_sources(document, heading):
        return False
    answer = Span(blocks[at].start, blocks[at].end)
    if answer.end - answer.start > LONGEST_TITLE or count_words(text, answer) >= FEWEST_WORDS:
        return False
    if caption_kind(text, answer) or _names_only(text, answer) or not WORD.search(text, *answer):
        return False
    return QUESTION.search(_end_of(text, Span(heading.start, heading.end))) is not None


def _are_sources(document: Document, section: Span) -> bool:
    """True if most of the blocks of a section are sources."""
    spans = [
        paragraph
        for block in _blocks_in(document, section)
        if block.kind != "heading"
        for paragraph in _paragraphs(document.text, Span(max(block.start, section.start), min(block.end, section.end)))
    ]
    return are_sources(document.text, spans, document.language_code)


def _without_sources(document: Document, section: Span) -> Iterator[Span]:
    """The pieces of a section without the lists of sources that a paragraph of it begins.

    `Sources:` begins the list after it. Without one, it begins as a heading does what follows up to the next heading.
    """
    blocks = _blocks_in(document, section)
    start = section.start
    at = 0
    while at < len(blocks):
        label = blocks[at]
        at += 1
        if label.kind != "paragraph" or not _names_sources(document, label):
            continue
        end = at
        while end < len(blocks) and blocks[end].kind == "item":
            end += 1
        has_list = end > at
        listed = Span(label.end, blocks[end - 1].end if has_list else section.end)
        if not _are_sources(document, listed):
            continue
        yield Span(start, label.start)
        if not has_list:
            return
        start, at = listed.end, end
    yield Span(start, section.end)


def _names_sources(document: Document, block: DocumentBlock) -> bool:
    text = document.text[block.start : block.end].strip()
    return len(text) <= LONGEST_LABEL and sources_label(document.language_code).fullmatch(text) is not None


def _blocks_in(document: Document, span: Span) -> Sequence[DocumentBlock]:
    """The blocks that a span touches, in order."""
    blocks = document.blocks
    first = max(bisect_right(blocks, span.start, key=lambda block: block.start) - 1, 0)
    last = bisect_left(blocks, span.end, key=lambda block: block.start)
    return blocks[first:last]


def _around(document: Document, span: Span) -> Span:
    """The blocks of a span, and those before and after it that may belong to its list."""
    text, blocks = document.text, document.blocks
    block = document.block_at(span.start)
    if block is None or block.kind == "heading":  # only the headings are known
        begin, end = text.rfind("\n\n", 0, span.start), text.find("\n\n", span.end)
        around = Span(0 if begin < 0 else begin + 2, len(text) if end < 0 else end)
    else:
        first = max(bisect_right(blocks, span.start - LONGEST_LIST, key=lambda block: block.start) - 1, 0)
        last = bisect_left(blocks, span.end + LONGEST_LIST, key=lambda block: block.start) - 1
        around = Span(min(blocks[first].start, span.start), max(blocks[last].end, span.end))
    return Span(max(around.start, span.start - REACH), min(around.end, span.end + REACH))


def _units(document: Document, section: Span) -> Iterator[_Unit]:
    """The units in a span; of a text of which only the headings are known they are guessed from its lines."""
    text = document.text
    tells_speakers = bool(document.language)  # as every document whose blocks have kinds
    number = 0
    is_covered = False
    for block in _blocks_in(document, section):
        span = Span(max(block.start, section.start), min(block.end, section.end))
        if span.start >= span.end:
            continue
        number += 1
        is_covered = True
        if block.kind == "heading" and span.start == block.start and _is_lead(document, block):
            yield _Unit(span, "lead", 0, False, number)
            continue
        if block.kind != "paragraph":
            yield _Unit(span, _kind_of(text, span, block.kind), block.level, bool(block.speaker), number)
            continue
        for paragraph in _paragraphs(text, span):
            number += 1
            is_turn = bool(block.speaker) if tells_speakers else SPEAKER.match(text, *paragraph) is not None
            yield from _lines(document, paragraph, is_turn, number)
    for paragraph in () if is_covered else _paragraphs(text, section):
        number += 1
        yield from _lines(document, paragraph, SPEAKER.match(text, *paragraph) is not None, number)


def _kind_of(text: str, span: Span, kind: BlockKind) -> UnitKind:
    """What a block is that its file says to be no mere paragraph."""
    if kind == "caption":  # with a label or without
        return caption_kind(text, span) or kind
    names_only = kind in ("item", "footnote") and _names_only(text, span, kind == "footnote")
    return "reference" if names_only else kind


def _names_only(text: str, span: Span, is_footnote: bool = False) -> bool:
    """True for a reference, and for an entry in a table of contents."""
    return CONTENTS.search(_end_of(text, span, LONGEST_CONTENTS)) is not None or is_reference(text, span, is_footnote)


def _lines(document: Document, paragraph: Span, is_turn: bool, number: int) -> Iterator[_Unit]:
    """The units of a paragraph: itself, or its lines, if they are turns or list items."""
    text = document.text
    caption = None if is_turn else caption_kind(text, paragraph)
    label = sources_label(document.language_code).match(text, *paragraph)
    if caption or (label and label[1]):
        yield _Unit(paragraph, caption or "reference", 0, False, number)
        return
    for span in parts_of(text, paragraph):
        is_item = not is_turn and LIST_MARK.match(text, *span) is not None
        kind: BlockKind = "item" if is_item else "paragraph"
        yield _Unit(span, "reference" if _names_only(text, span) else kind, 0, is_turn, number)


def _paragraphs(text: str, section: Span) -> Iterator[Span]:
    """Runs of lines without a blank line."""
    for match in PARAGRAPH.finditer(text, *section):
        yield Span(*match.span())


def _stretches(text: str, units: Iterable[_Unit]) -> Iterator[list[_Unit]]:
    """The units that may stand in one passage: a paragraph, a conversation, a list or a table with its introduction."""
    stretch: list[_Unit] = []
    for unit in units:
        if stretch and not _belong_together(text, stretch[-1], unit):
            yield stretch
            stretch = []
        if unit.kind not in ("heading", "reference"):
            stretch.append(unit)
    if stretch:
        yield stretch


def _belong_together(text: str, before: _Unit, unit: _Unit) -> bool:
    if unit.kind == "lead":
        return False
    if not {before.kind, unit.kind}.isdisjoint({"footnote", "heading", "reference"}):
        return False
    if before.paragraph == unit.paragraph or (before.is_turn and unit.is_turn):
        return True
    is_of_one_kind = before.kind == unit.kind and unit.is_listed
    return is_of_one_kind or _leads_to(text, before, unit)


def _leads_to(text: str, before: _Unit, unit: _Unit) -> bool:
    """True if the last sentence of a paragraph or an item goes on in the unit after it."""
    if before.is_caption:
        return before.kind != "caption of a figure" and unit.kind == "row"
    if before.kind == "lead":
        return unit.kind == "paragraph"
    if before.kind == "row":
        return unit.kind == "row" and _is_title_in_table(text, before, unit)
    if unit.is_turn:
        return False  # somebody else speaks
    end = _end_of(text, before.span)
    if INTRODUCES.search(end):
        return True
    if _is_question(text, before) and unit.kind == "paragraph" and not _is_question(text, unit):
        return True
    if before.is_turn or unit.is_caption or STOPS.search(end):
        return False
    if before.kind == "item":
        return unit.level > before.level or (unit.kind == "paragraph" and _begins_small(text, unit.span))
    if unit.is_listed or _begins_small(text, unit.span):
        return True
    return unit.kind == "paragraph" and (OPEN_END.search(end) is not None or _is_title(text, before, unit))


def _is_question(text: str, unit: _Unit) -> bool:
    """True for a paragraph that is a question, as in a list of them with their answers."""
    start, end = unit.span
    if unit.kind != "paragraph" or unit.is_turn or end - start > LONGEST_TITLE:
        return False
    sign = QUESTION.search(_end_of(text, unit.span))
    return sign is not None and not IN_SENTENCES.search(text, start, end - len(sign[0]))


def _is_title(text: str, before: _Unit, unit: _Unit) -> bool:
    """True if a line without an end seems to be the heading of the paragraph after it, which is one of sentences."""
    start, end = before.span
    if end - start > LONGEST_TITLE or before.paragraph == unit.paragraph or not STOPS.search(_end_of(text, unit.span)):
        return False
    return not IN_SENTENCES.search(text, start, end) and count_words(text, before.span) >= FEWEST_WORDS


def _is_title_in_table(text: str, before: _Unit, unit: _Unit) -> bool:
    """True if a row of one cell stands above rows whose cells have heads, as the heading of a part of the table."""
    row = text[before.span.start : before.span.end]
    return BETWEEN_CELLS not in row and not HEAD.match(row) and _has_heads(text, unit.span)


def _has_heads(text: str, row: Span) -> bool:
    cells = text[row.start : min(row.end, row.start + PASSAGE_LENGTH)].split(BETWEEN_CELLS)
    return any(HEAD.match(cell) for cell in cells)


def _end_of(text: str, span: Span, characters: int = LAST_CHARACTERS) -> str:
    return text[max(span.start, span.end - characters) : span.end]


def _parts(document: Document, stretch: Sequence[_Unit]) -> Iterator[list[Span]]:
    """The statements of a stretch, by the paragraph, turn, list or table that they are part of."""
    text = document.text
    part: list[Span] = []
    at = 0
    is_cut = False  # True behind the first items of a list that is one sentence
    while at < len(stretch):
        unit = stretch[at]
        is_cut = is_cut and unit.kind == "item"
        if part and not (unit.is_listed and stretch[at - 1].is_listed):
            yield part
            part = []
        if is_cut and _begins_small(text, unit.span):
            at += _length_of_list(text, stretch, at)
            continue
        statements = _statements(document, stretch, at)
        at += 1
        while statements and at < len(stretch) and _leads_to(text, stretch[at - 1], stretch[at]):
            introduced = _introduced(text, stretch, at, statements[-1].start)
            if introduced:
                statements[-1] = Span(statements[-1].start, introduced[-1].span.end)
                at += len(introduced)
                is_cut = any(CONNECTS.search(_end_of(text, item.span)) for item in introduced)
            else:
                following = _statements(document, stretch, at) or [stretch[at].span]
                if following[0].end - statements[-1].start > LONGEST_JOINT:
                    break
                statements[-1] = Span(statements[-1].start, following[0].end)
                statements += following[1:]
                at += 1
        if statements and _is_left_open(document, statements[-1], unit, stretch[at - 1]):
            statements.pop()
        part += statements
    if part:
        yield part


def _is_left_open(document: Document, statement: Span, unit: _Unit, last: _Unit) -> bool:
    """True if what a statement announces does not follow: nothing stands behind its colon, or only a caption.

    Who speaks may end with a colon, unless what follows in the document is a paragraph that nobody speaks.
    """
    if last.is_caption:
        return True
    if not INTRODUCES.search(_end_of(document.text, statement)):
        return False
    following = document.block_at(statement.end + 2)
    is_next_spoken = not following or following.start < statement.end or bool(following.speaker)
    return not unit.is_turn or (not is_next_spoken and following is not None and following.kind == "paragraph")


def _introduced(text: str, stretch: Sequence[_Unit], at: int, begin: int) -> Sequence[_Unit]:
    """The items or rows from `at` on that form one statement with the sentence before them, which begins at `begin`.

    All of the list, or as much of it as fits into a passage; nothing if not even the first item does.
    """
    length = _length_of_list(text, stretch, at, begin + LONGEST_LIST)
    listed = stretch[at : at + length]
    if not listed or listed[-1].span.end - begin <= LONGEST_LIST:
        return listed
    return [unit for unit in listed if unit.span.end - begin <= PASSAGE_LENGTH]


def _length_of_list(text: str, stretch: Sequence[_Unit], at: int, most: int | None = None) -> int:
    """The number of items or rows from `at` on, as far as the first that ends after the offset `most`.

    Behind an item with a colon, the list reaches to the next such item of the same level, since not every file tells
    the levels of its lists.
    """
    introduction = stretch[at - 1] if at else None
    count = 0
    for unit in islice(stretch, at, None):
        if not unit.is_listed or unit.level < stretch[at].level:
            break
        is_next = introduction and introduction.kind == "item" and unit.level == introduction.level
        if is_next and INTRODUCES.search(_end_of(text, unit.span)):
            break
        count += 1
        if most is not None and unit.span.end > most:
            break
    return count


def _statements(document: Document, stretch: Sequence[_Unit], at: int) -> list[Span]:
    """The statements of one unit; a row of heads, or of figures without heads, is none by itself."""
    unit, text = stretch[at], document.text
    if unit.kind == "row":
        return list(_statements_in_row(document, stretch, at))
    if (
        unit.span.end - unit.span.start <= (LONGEST_ITEM if unit.kind == "item" else 0)
        or unit.is_caption
        or unit.kind == "lead"
    ):
        return [unit.span]
    statements: list[Span] = []
    for sentence in split_sentences(text, *unit.span, language=document.language_code):
        if statements and DASH.match(text, *sentence) and text[statements[-1].end - 1] in CLOSING_QUOTES:
            statements[-1] = Span(statements[-1].start, sentence.end)  # who said it
        else:
            statements.append(sentence)
    return statements


def _statements_in_row(document: Document, stretch: Sequence[_Unit], at: int) -> Iterator[Span]:
    """The row; of a very long one each cell, and the sentences of a cell that is very long itself."""
    row, text = stretch[at].span, document.text
    if not WORDS.search(text, *row) or _is_row_of_heads(text, stretch, at) or _is_without_heads(text, row):
        return
    if row.end - row.start <= LONGEST_SENTENCE:
        yield row
        return
    start = row.start
    for cell in text[row.start : row.end].split(BETWEEN_CELLS):
        span = Span(start, start + len(cell))
        start = span.end + len(BETWEEN_CELLS)
        if len(cell) <= LONGEST_SENTENCE:
            yield span
        else:
            yield from split_sentences(text, *span, language=document.language_code)


def _is_row_of_heads(text: str, stretch: Sequence[_Unit], at: int) -> bool:
    """True for a row whose cells name those of a row after it: `Who | Fee` before `Who: Adults | Fee: 4 euros`."""
    row = stretch[at].span
    cells = text[row.start : min(row.end, row.start + PASSAGE_LENGTH)].split(BETWEEN_CELLS)
    if len(cells) < 2 or _has_heads(text, row):
        return False
    following = [unit.span for unit in stretch[at + 1 : at + 1 + MOST_HEADS] if unit.kind == "row"]
    return any(_has_heads(text, span) for span in following)


def _is_without_heads(text: str, row: Span) -> bool:
    """True for figures of which nothing says what they are: `North | 12 | 13`."""
    cells = text[row.start : min(row.end, row.start + PASSAGE_LENGTH)].split(BETWEEN_CELLS)
    return not _has_heads(text, row) and sum(not WORDS.search(cell) for cell in cells) > 1


def _begins_small(text: str, span: Span) -> bool:
    number = ITEM_NUMBER.match(text, *span)
    at = number.end() if number else span.start
    return text[at : min(at + 1, span.end)].islower()


def _groups(statements: Sequence[Span]) -> Iterator[Span]:
    """Neighbouring statements, combined up to `PASSAGE_LENGTH`."""
    group: Span | None = None
    for statement in statements:
        if group and statement.end - group.start > PASSAGE_LENGTH:
            yield group
            group = None
        group = Span(group.start if group else statement.start, statement.end)
    if group:
        yield group
