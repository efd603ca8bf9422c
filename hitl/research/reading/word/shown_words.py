"""The words that show in a Word file, held against those that were read.

What a reader of the file sees is in its XML (ECMA-376, part 1, WordprocessingML). It is looked for here in another way
than the reader of Word files does, so that what that one loses is noticed: each paragraph by itself, since a “not” that
is missing in one is not made up for by one in another. Headers and footers are furniture, and do not count; list
numbers and the marks of notes are made by Word, and are no words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hitl.research.reading.alternatives import chosen_form
from hitl.research.reading.superscripts import SHIFTED
from hitl.research.reading.word.notes import NO_NOTES
from hitl.research.reading.word.package import NAMES, WordPackage, attribute, children, full_names
from hitl.research.reading.word.styles import PLAIN, RunLook, Styles
from hitl.research.reading.word.surroundings import ParagraphLooks, TextSurroundings
from hitl.research.reading.word.symbols import symbol, symbols
from hitl.research.reading.word.tables import MOST_COLUMNS
from hitl.text import WORD, normalize

PARAGRAPHS = frozenset({"w:p", "a:p"})
FLOWS = frozenset({"w:tc", "w:txbxContent"})
"""What paragraphs stand in, apart from those around it."""
TEXTS = frozenset({"w:t", "m:t", "a:t", "c:v"})
GAPS = {"w:tab": " ", "w:ptab": " ", "w:br": " ", "w:cr": " ", "a:br": " ", "w:noBreakHyphen": "-"}
APART = frozenset({"m:oMath", "w:ruby", "w:rt", "w:fldChar", "m:r"})
"""What is read with signs around it, or in another order: words do not run on over it."""
UNSEEN = frozenset({"w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:rubyPr", "w:ffData"})
REFERENCES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
ANCHORED = frozenset({*REFERENCES, "c:chart", "dgm:relIds", "v:textpath"})
"""What shows in a run whose letters have no colour."""
RUN_PROPERTIES = full_names("w:rPr")
FORMS = frozenset({"mc:Choice", "mc:Fallback"})
OFF = ("0", "false", "off")
MOST_PASSES = 4
"""How often a file is looked through that has fields without an end."""
ON_THE_LINE = str.maketrans("", "", "".join(SHIFTED))
"""Takes raised and lowered characters out of a text, such as the marks of notes."""
NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class ReadParagraph:
    """What a reader says that it read of a paragraph."""

    elements: tuple[Any, ...]
    """The paragraph; several that are read as one; None for text that stands in none."""
    text: str
    """Without the marks of notes."""


@dataclass
class _Story:
    """The body, a text box or a note, with the fields and the runs that are open in it."""

    fields: dict[Any, bool] = field(default_factory=dict)
    """Whether the result has begun of each field that is open, by the element at which it begins."""
    instructions: int = 0
    """How many of them are in their instruction."""
    looks: list[RunLook] = field(default_factory=lambda: [PLAIN])

    @property
    def shows(self) -> bool:
        """Whether text shows that stands here: in no hidden run, and in no instruction of a field."""
        return not self.looks[-1].is_hidden and not self.instructions

    @property
    def shows_anchored(self) -> bool:
        """Whether what is anchored here shows, which has looks of its own."""
        return not self.looks[-1].hides_all and not self.instructions


def unread_words(package: WordPackage, styles: Styles, read: Sequence[ReadParagraph], blocks: Iterable[str]) -> int:
    """How many words show in a Word file that were not read.

    Args:
        package: The file.
        styles: Its styles.
        read: What was read of its paragraphs.
        blocks: The texts that were made of that, which may lose nothing of it either.
    """
    shown: dict[Any, list[str]] = {}
    for paragraph, text in _shown_texts(package, styles):
        shown.setdefault(paragraph, []).append(text)
    missing = 0
    loose: list[str] = []
    for each in read:
        if each.elements:
            here = "".join(text for element in each.elements for text in shown.pop(element, ()))
            missing += _missing(here, each.text)
        else:
            loose.append(each.text)
    missing += _missing_in_any_order(shown.pop(None, []), loose)
    missing += sum(len(_words("".join(texts))) for texts in shown.values())
    made = Counter(_words("\n".join(each.text for each in read).translate(ON_THE_LINE)))
    kept = Counter(_words("\n".join(blocks).translate(ON_THE_LINE)))
    return missing + (made - kept).total()


def _shown_texts(package: WordPackage, styles: Styles) -> list[tuple[Any, str]]:
    """Each piece of text that shows, with the paragraph that it stands in.

    A field without an end is none, or it would hide all that follows it; that is known when the file is read.
    """
    texts: list[tuple[Any, str]] = []
    damaged: set[Any] = set()
    for _ in range(MOST_PASSES):
        shown = _Shown(package, styles, damaged)
        texts = list(shown.texts())
        if not shown.endless:
            break
        damaged |= shown.endless
    return texts


class _Shown:
    """Walks through all parts of a file in which text shows."""

    def __init__(self, package: WordPackage, styles: Styles, damaged: set[Any]):
        self._damaged = damaged
        self.endless: set[Any] = set()
        """Where fields begin that have no end."""
        self._package = package
        self._styles = styles
        self._surroundings = TextSurroundings(styles, package.related_root("settings"))
        self._notes: dict[str, set[str]] = {kind: set() for kind in REFERENCES.values()}
        self._others: list[tuple[str, str]] = []

    def texts(self) -> Iterator[tuple[Any, str]]:
        yield from self._texts(self._package.root(self._package.main_part), self._package.main_part)
        for kind, wanted in self._notes.items():
            for part in self._package.parts_of(self._package.main_part, kind)[:1]:
                for note in self._package.root(part):
                    if attribute(note, "w:id") in wanted and attribute(note, "w:type") not in NO_NOTES:
                        yield from self._texts(note, part)
        for name, part in dict.fromkeys(self._others):
            root = self._package.root(part)
            for each in root.iter(*full_names("c:title")) if name == "c:chart" else [root]:
                yield from self._texts(each, part)

    def _texts(self, root: Any, part: str) -> Iterator[tuple[Any, str]]:
        from lxml import etree

        stories = [_Story()]
        paragraphs: list[Any] = []
        looks: list[_Looks] = [_Looks(self._styles, self._surroundings, None)]
        tables: list[_Merges] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = NAMES[element.tag]
            story = stories[-1]
            here = paragraphs[-1] if paragraphs else None
            if event == "end":
                if name == "w:r":
                    story.looks.pop()
                elif name in PARAGRAPHS or name in FLOWS:
                    paragraphs.pop()
                    looks.pop()
                if name == "w:txbxContent" and len(stories) > 1:
                    self._end(stories.pop())
                elif name == "w:tbl":
                    tables.pop()
                if name in APART and story.shows:
                    yield here, " "
                continue
            if name == "w:t":
                if story.shows:
                    yield here, _text_of(name, element, story.looks[-1].font)
                continue
            if name in FLOWS:
                paragraphs.append(None)
                looks.append(_Looks(self._styles, self._surroundings, None))
            if name in UNSEEN or _is_other_form(name, element) or self._is_unseen_part(name, element, tables):
                walk.skip_subtree()
                continue
            if name in APART and story.shows:
                yield here, " "
            if name in PARAGRAPHS:
                paragraphs.append(element)
                looks.append(_Looks(self._styles, self._surroundings, element))
            elif name == "w:r":
                around = story.looks[-1]
                story.looks.append(around if around.is_hidden else looks[-1].of(element))
            elif name == "m:r":
                if looks[-1].of(element).is_hidden:
                    walk.skip_subtree()
            elif name == "w:txbxContent":
                stories.append(_Story())
                if not story.shows_anchored:
                    walk.skip_subtree()
            elif name == "w:fldChar":
                self._field(story, element)
            elif name == "w:tbl":
                tables.append(_Merges())
            elif story.shows_anchored and name in ANCHORED:
                self._refer(name, element, part)
                yield here, _text_of(name, element, "")
            elif story.shows and (text := _text_of(name, element, story.looks[-1].font)):
                yield here, text
        for story in stories:
            self._end(story)

    def _field(self, story: _Story, element: Any) -> None:
        match attribute(element, "w:fldCharType"):
            case "begin" if element not in self._damaged:
                story.fields[element] = False
                story.instructions += 1
            case "separate" if story.fields:
                beginning, is_in_result = story.fields.popitem()
                story.fields[beginning] = True
                story.instructions -= not is_in_result
            case "end" if story.fields:
                _, is_in_result = story.fields.popitem()
                story.instructions -= not is_in_result

    def _end(self, story: _Story) -> None:
        self.endless.update(story.fields)

    def _is_unseen_part(self, name: str, element: Any, tables: list[_Merges]) -> bool:
        """Whether a row or a cell is deleted or hidden, or another cell spans it; or a text is only asked for."""
        if name == "dgm:pt":
            settings = _first(element, "dgm:prSet")
            return settings is not None and settings.get("phldr") in ("1", "true")
        if name == "w:tr":
            properties = _first(element, "w:trPr")
            hidden = _first(properties, "w:hidden") if properties is not None else None
            is_deleted = properties is not None and _first(properties, "w:del") is not None
            if is_deleted or (hidden is not None and attribute(hidden, "w:val") not in OFF):
                return True
            if tables:
                tables[-1].next_row(properties)
        elif name == "w:tc" and tables:
            return tables[-1].is_spanned(_first(element, "w:tcPr"))
        return False

    def _refer(self, name: str, element: Any, part: str) -> None:
        if name in REFERENCES:
            self._notes[REFERENCES[name]].add(attribute(element, "w:id") or "")
        elif name in ("c:chart", "dgm:relIds"):
            target = self._package.target(part, attribute(element, "r:id" if name == "c:chart" else "r:dm"))
            if target is not None:
                self._others.append((name, target))


class _Looks:
    """How the runs of a paragraph show, or those that stand in none; found when it is asked for."""

    def __init__(self, styles: Styles, surroundings: TextSurroundings, paragraph: Any | None) -> None:
        self._styles = styles
        self._surroundings = surroundings
        self._paragraph = paragraph
        self._found: ParagraphLooks | None = None

    def of(self, run: Any) -> RunLook:
        if self._found is None:
            stated = _first(self._paragraph, "w:pPr") if self._paragraph is not None else None
            properties = children(stated) if stated is not None else {}
            named = attribute(properties["w:pStyle"], "w:val") if "w:pStyle" in properties else None
            style = "" if self._paragraph is None else named or self._styles.default_paragraph
            self._found = self._surroundings.looks(self._paragraph, style, properties)
        return self._found.of(next(run.iterchildren(*RUN_PROPERTIES), None))


class _Merges:
    """Which cells of a table another one spans."""

    def __init__(self) -> None:
        self._above: set[int] = set()
        self._here: set[int] = set()
        self._column = 0
        self._cells = 0

    def next_row(self, properties: Any | None) -> None:
        before = _first(properties, "w:gridBefore") if properties is not None else None
        self._above, self._here = self._here, set()
        self._column, self._cells = min(_number(before, 0), MOST_COLUMNS), 0

    def is_spanned(self, properties: Any | None) -> bool:
        if properties is None:
            self._column += 1
            self._cells += 1
            return False
        column = self._column
        self._column += max(1, min(_number(_first(properties, "w:gridSpan"), 1), MOST_COLUMNS - column))
        self._cells += 1
        left, upper = _first(properties, "w:hMerge"), _first(properties, "w:vMerge")
        if upper is not None:
            self._here.add(column)
            if attribute(upper, "w:val") != "restart" and column in self._above:
                return True
        is_spanned = left is not None and attribute(left, "w:val") != "restart" and self._cells > 1
        return is_spanned or _first(properties, "w:cellDel") is not None


def _is_other_form(name: str, element: Any) -> bool:
    """Whether an element says for another version of Word what is said beside it."""
    return name in FORMS and chosen_form(element.getparent()) is not element


def _text_of(name: str, element: Any, font: str) -> str:
    """The text that an element shows by itself."""
    if name in TEXTS:
        text = (element.text or "").replace("\n", " ")
        return symbols(text, font).text if font else text
    if name == "w:sym":
        return symbol(attribute(element, "w:char"), attribute(element, "w:font") or "").text
    if name == "v:textpath":
        return f" {element.get('string') or ''} "
    return GAPS.get(name, "")


def _number(element: Any | None, otherwise: int) -> int:
    value = (attribute(element, "w:val") or "") if element is not None else ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else otherwise


def _first(element: Any, name: str) -> Any | None:
    return next(iter(element.iterchildren(*full_names(name))), None)


def _missing(shown: str, read: str) -> int:
    """How many words of what shows in a paragraph are not in what was read of it."""
    if shown == read or _letters(shown) == _letters(read):
        return 0
    return (Counter(_words(shown)) - Counter(_words(read))).total()


def _missing_in_any_order(shown: Sequence[str], read: Sequence[str]) -> int:
    """The same for text outside of paragraphs, of which nothing says what belongs together."""
    here, there = Counter(_letters("".join(shown))), Counter(_letters("".join(read)))
    if here <= there:
        return 0
    return (Counter(_words(" ".join(shown))) - Counter(_words(" ".join(read)))).total()


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", _plain(text))


def _words(text: str) -> list[str]:
    return WORD.findall(_plain(text))


def _plain(text: str) -> str:
    """A text whose letters can be compared: raised letters as plain ones, and letters of either case alike."""
    text = text.replace("\u00ad", "")
    return (text if text.isascii() else unicodedata.normalize("NFKD", normalize(text))).casefold()
