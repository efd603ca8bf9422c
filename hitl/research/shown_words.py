"""The words that show in a Word file, to be held against those that were read.

What a reader of the file sees is in its XML (ECMA-376, part 1, WordprocessingML), also what is a tracked insertion, or
stands in a content control, a text box, a field, a footnote or a table within a table. Headers and footers are
furniture, and do not count; list numbers are made by Word, and are no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hitl.research.blocks import Block, tidy
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
OFF = ("0", "false", "off")


def unread_words(file: WordFile, blocks: Iterable[Block]) -> int:
    """How many words show in a Word file and are in none of the blocks that were read from it."""
    shown = Counter(word for paragraph in shown_paragraphs(file) for word in _words(paragraph))
    read = Counter(word for block in blocks for word in _words(block.text))
    return (shown - read).total()


def shown_paragraphs(file: WordFile) -> Iterator[str]:
    """The text of each paragraph that shows, those in text boxes and notes included."""
    from lxml import etree

    yield from _paragraphs(file.element)
    for part in file.part.package.iter_parts():
        if str(part.partname).startswith(PARTS):
            yield from _paragraphs(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)))


def _paragraphs(root: object) -> Iterator[str]:
    from lxml import etree

    open_paragraphs: list[list[str]] = [[]]  # a text box stands in the middle of another paragraph
    walk = etree.iterwalk(root, events=("start", "end"), tag="{*}*")
    for event, element in walk:
        if event == "end":
            if element.tag in PARAGRAPHS:
                yield "".join(open_paragraphs.pop())
        elif element.tag in HIDDEN or (element.tag == f"{W}r" and _is_hidden(element)):
            walk.skip_subtree()
        elif element.tag in PARAGRAPHS:
            open_paragraphs.append([])
        elif element.tag in TEXTS:
            open_paragraphs[-1].append(element.text or "")
        elif element.tag in GAPS:
            open_paragraphs[-1].append(GAPS[element.tag])


def _is_hidden(run: object) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")  # type: ignore[attr-defined]
    return vanish is not None and vanish.get(f"{W}val") not in OFF


def _words(text: str) -> list[str]:
    return WORD.findall(tidy(text).casefold())
