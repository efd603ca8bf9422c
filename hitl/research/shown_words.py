"""The words that show in a Word file, to be held against those that were read.

What a reader of the file sees is in its XML (ECMA-376, part 1, WordprocessingML), also what is a tracked insertion, or
stands in a content control, a text box, a field, a footnote or a table within a table. Headers and footers are
furniture, and do not count; list numbers are made by Word, and are no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from hitl.research.blocks import tidy
from hitl.research.words import WORD

if TYPE_CHECKING:
    from docx.document import Document as WordFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

PARTS = ("/word/footnotes", "/word/endnotes", "/word/diagrams/data")
"""Where words stand that show in the text, beside the document itself."""
PARAGRAPHS = {f"{W}p", f"{DRAWING}p"}
TEXTS = {f"{W}t", f"{MATH}t", f"{DRAWING}t"}
GAPS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
HIDDEN = {f"{W}del", f"{W}moveFrom", f"{COMPATIBILITY}Fallback"}
"""What is struck out, or stands there a second time for an older Word."""
REACHED = {("body",), ("tc", "tr", "tbl", "body")}
"""Where paragraphs stand that are read."""
DEEPEST = 5
"""Levels that are looked at: one more than the deepest of those."""
OFF = ("0", "false", "off")


@dataclass
class Paragraph:
    """A paragraph that shows, and what of it is read."""

    is_reached: bool
    """Whether the reader comes to it: it stands in the document itself, or in a table that does."""
    shown: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def add(self, text: str, is_read: bool) -> None:
        self.shown.append(text)
        if is_read and self.is_reached:
            self.read.append(text)

    @property
    def unread_words(self) -> int:
        return (Counter(_words("".join(self.shown))) - Counter(_words("".join(self.read)))).total()


def unread_words(file: WordFile) -> int:
    """How many words show in a Word file that `read_docx` does not read.

    They are counted paragraph by paragraph: a “not” that is missing in one is not made up for by one in another.
    """
    return sum(paragraph.unread_words for paragraph in _shown_paragraphs(file))


def _shown_paragraphs(file: WordFile) -> Iterator[Paragraph]:
    """Each paragraph that shows, those in text boxes and notes included."""
    from lxml import etree

    yield from _paragraphs(file.element)
    for part in file.part.package.iter_parts():
        if str(part.partname).startswith(PARTS):
            yield from _paragraphs(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)))


def _paragraphs(root: object) -> Iterator[Paragraph]:
    from lxml import etree

    open_paragraphs = [Paragraph(is_reached=False)]  # a text box stands in the middle of another paragraph
    walk = etree.iterwalk(root, events=("start", "end"), tag="{*}*")
    for event, element in walk:
        if event == "end":
            if element.tag in PARAGRAPHS:
                yield open_paragraphs.pop()
        elif element.tag in HIDDEN or (element.tag == f"{W}r" and _is_hidden(element)):
            walk.skip_subtree()
        elif element.tag in PARAGRAPHS:
            open_paragraphs.append(Paragraph(_path_to(element) in REACHED))
        elif element.tag in TEXTS:
            open_paragraphs[-1].add(element.text or "", _is_read(element))
        elif element.tag in GAPS:
            open_paragraphs[-1].add(GAPS[element.tag], _is_read(element))


def _path_to(paragraph: Any) -> tuple[str, ...]:
    """What a paragraph stands in, from the inside out, up to the document itself."""
    tags = (ancestor.tag.rpartition("}")[2] for ancestor in paragraph.iterancestors())
    return tuple(islice(takewhile(lambda tag: tag != "document", tags), DEEPEST))


def _is_read(text: Any) -> bool:
    """Whether a piece of text stands in a run of its paragraph, or in one of a link of it: others are passed over."""
    container = text.getparent().getparent()
    if container is not None and container.tag == f"{W}hyperlink":
        container = container.getparent()
    return container is not None and container.tag == f"{W}p"


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in OFF


def _words(text: str) -> list[str]:
    return WORD.findall(tidy(text).casefold())
