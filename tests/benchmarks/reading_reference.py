"""What a file says by another way than hitl's readers: pdftotext (poppler), or the file's own XML."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hitl.research.reading.kinds import KINDS
from hitl.text import WORD, normalize

AT_THE_EDGE = 3
"""Lines at the top and at the bottom of a page among which are its running heads."""
SHARE_OF_PAGES = 0.15
"""Share of the pages, two at least, on which a line stands that is a running head."""
LARGE = 1.15
"""How many times the usual size of letters those of a heading have."""
BOLD = 600
"""Weight of letters from which they are bold."""
LONGEST_HEADING = 100
NO_HEADING = re.compile(r"[.,;:]$|^[\W\d]*$")
HYPHENS = re.compile(r"(?<=\w)[-\u00ad\u2010\u2011]\n?(?=\w)")
"""Hyphens inside of words, also at the end of a line; words are compared without any."""
FRONT_MATTER = re.compile(r"\A---\n(?:(?!---$).*\n)*---\n", re.MULTILINE)
UNSHOWN_TAGS = frozenset("script style noscript template title head nav footer".split())
UNSHOWN_WORD_ELEMENTS = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText"})


@dataclass(frozen=True)
class Reference:
    """The text of a file, without running heads."""

    lines: Sequence[str]
    running_heads: Sequence[str] = ()
    """Lines that stand on many pages, of two words or more."""
    large_lines: Sequence[str] = ()
    """Short lines in a PDF in larger letters than usual, or in bold ones."""


def reference_of(path: Path) -> Reference | None:
    """What a file says; None if nothing is there to tell, such as pdftotext."""
    match KINDS.get(path.suffix.lower()):
        case "PDF":
            return _pdf_reference(path) if shutil.which("pdftotext") else None
        case "Word":
            return Reference(list(_word_lines(path.read_bytes())))
        case "Excel":
            return Reference(list(_excel_lines(path.read_bytes())))
        case "PowerPoint":
            return Reference(list(_powerpoint_lines(path.read_bytes())))
        case "HTML":
            return Reference(list(_page_lines(_decoded(path.read_bytes()))))
        case "Markdown":
            from markdown_it import MarkdownIt

            text = FRONT_MATTER.sub("", _decoded(path.read_bytes()))
            page = MarkdownIt("commonmark").enable("table").render(text)
            return Reference(list(_page_lines(page)))
        case "CSV":
            return Reference([line for line in _decoded(path.read_bytes()).splitlines() if not line.startswith("sep=")])
        case _:
            return Reference(_joined(_decoded(path.read_bytes()).splitlines()))


def words_in(text: str) -> list[str]:
    """The words of a text, in one form, without hyphens."""
    text = unicodedata.normalize("NFKC", normalize(HYPHENS.sub("", text)))
    return [word.casefold() for word in WORD.findall(text)]


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _pdf_reference(path: Path) -> Reference | None:
    command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    try:
        told = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode("utf-8", "replace")
    except (subprocess.SubprocessError, OSError):
        return None
    pages = [[line for line in page.splitlines() if line.strip()] for page in told.split("\f")]
    heads = _running_heads(pages)
    body = [line for page in pages for index, line in enumerate(page) if not _is_head(page, index, heads)]
    seen = {_shape(line) for line in body}
    large = [line for line in _large_lines(path) if _shape(line) in seen and _shape(line) not in heads]
    running = dict.fromkeys(" ".join(line.split()) for page in pages for line in page if _shape(line) in heads)
    return Reference(_joined(body), [line for line in running if len(words_in(line)) > 2], large)


def _joined(lines: Sequence[str]) -> list[str]:
    """The lines, of which one that ends with a hyphen goes on in the next."""
    joined: list[str] = []
    for line in lines:
        if joined and joined[-1].endswith(("-", "\u00ad", "\u2010")):
            joined[-1] += line.lstrip()
        else:
            joined.append(line.rstrip())
    return joined


def _running_heads(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    counted = Counter(shape for page in pages for shape in _shapes_at_the_edge(page))
    fewest = max(2, SHARE_OF_PAGES * len(pages))
    return frozenset(shape for shape, number in counted.items() if number >= fewest)


def _edges(page: Sequence[str]) -> Sequence[str]:
    return page if len(page) <= 2 * AT_THE_EDGE else [*page[:AT_THE_EDGE], *page[-AT_THE_EDGE:]]


def _shapes_at_the_edge(page: Sequence[str]) -> Iterator[str]:
    """The shapes that stand only at the edge; rows of a table, which differ in their numbers, stand everywhere."""
    everywhere = Counter(map(_shape, page))
    return (shape for shape in {_shape(line) for line in _edges(page)} if everywhere[shape] == 1)


def _is_head(page: Sequence[str], index: int, heads: frozenset[str]) -> bool:
    at_the_edge = index < AT_THE_EDGE or index >= len(page) - AT_THE_EDGE
    return at_the_edge and _shape(page[index]) in heads


def _shape(line: str) -> str:
    """A line as it stands on each page, whatever the number of the page."""
    return re.sub(r"\d+", "0", " ".join(line.split())).casefold()


def _large_lines(path: Path) -> Iterator[str]:
    """Short lines in letters larger than usual, or in bold ones while most are not."""
    from pdftext.extraction import dictionary_output

    try:
        pages = dictionary_output(str(path))
    except Exception:  # pdfium raises all kinds of exceptions for a damaged file
        return
    lines = [line["spans"] for page in pages for block in page["blocks"] for line in block["lines"]]
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    for spans in lines:
        for span in spans:
            sizes[_size(span)] += len(span["text"])
            weights[_is_bold(span)] += len(span["text"])
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)
    bold_is_rare = weights[True] < weights[False]
    for spans in lines:
        text = " ".join("".join(span["text"] for span in spans).split())
        shown = [span for span in spans if span["text"].strip()]
        if not shown or len(text) > LONGEST_HEADING or NO_HEADING.search(text):
            continue
        is_large = all(_size(span) >= LARGE * usual for span in shown)
        if is_large or (bold_is_rare and all(_is_bold(span) and _size(span) >= usual for span in shown)):
            yield text


def _size(span: dict[str, Any]) -> float:
    return round(float(span["font"]["size"]), 1)


def _is_bold(span: dict[str, Any]) -> bool:
    font = span["font"]
    return bool(span["text"].strip()) and (font["weight"] >= BOLD or "bold" in str(font["name"]).lower())


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, huge_tree=True))


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _word_lines(data: bytes) -> Iterator[str]:
    """The visible text of each paragraph: no deletions, hidden or struck-out text, and no older form of a drawing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in ("document", "footnotes", "endnotes"):
            if f"word/{part}.xml" in archive.namelist():
                for paragraph in _xml(archive, f"word/{part}.xml").iter("{*}p"):
                    yield "".join(_pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[str]:
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "t" and "wordprocessingml" in str(element.tag):
            yield element.text or ""
        elif name in ("br", "tab", "cr"):
            yield " "
        elif name == "r" and any(_is_on(element.find(f"{{*}}rPr/{{*}}{look}")) for look in ("vanish", "strike")):
            continue
        elif name not in UNSHOWN_WORD_ELEMENTS and name != "p":
            waiting += reversed(element)


def _is_on(look: Any) -> bool:
    return look is not None and not any(value in ("0", "false") for value in look.attrib.values())


def _powerpoint_lines(data: bytes) -> Iterator[str]:
    """The text of each paragraph of the slides that are not hidden, and of their notes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        numbers = sorted(
            int(match[1]) for name in names if (match := re.fullmatch(r"ppt/slides/slide(\d+)\.xml", name))
        )
        for number in numbers:
            root = _xml(archive, f"ppt/slides/slide{number}.xml")
            if root.get("show") == "0":
                continue
            for paragraph in root.iter("{*}p"):
                yield "".join(text.text or "" for text in paragraph.iter("{*}t") if not _is_struck(text))


def _is_struck(text: Any) -> bool:
    looks = text.getparent().find("{*}rPr")
    return looks is not None and looks.get("strike", "noStrike") != "noStrike"


def _excel_lines(data: bytes) -> Iterator[str]:
    """The texts of the cells that show, a line for each row."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        columns = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
        cells = (cell for _, cell in sorted(sheet._cells.items()))  # a sheet may say that it has a million rows
        for number, row in itertools.groupby(cells, lambda cell: cell.row):
            if number not in rows:
                shown = (cell for cell in row if isinstance(cell.value, str) and cell.column_letter not in columns)
                yield " ".join(cell.value for cell in shown)


def _page_lines(page: str) -> Iterator[str]:
    from lxml import html

    root = html.document_fromstring(page.encode() or b" ", parser=html.HTMLParser(encoding="utf-8"))
    for element in list(root.iter(*UNSHOWN_TAGS)):
        element.drop_tree()
    return (piece for piece in root.itertext() if piece.strip())
