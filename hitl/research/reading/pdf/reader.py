"""PDF, read into blocks: what stands on each page is put back together into paragraphs."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hitl.research.reading.blocks import ReadFile, tidy
from hitl.research.reading.limits import OverLimit, ReadLimits
from hitl.research.reading.pdf.columns import Line, in_reading_order
from hitl.research.reading.pdf.headings import body_of, title_of
from hitl.research.reading.pdf.lines import Row, rows_of
from hitl.research.reading.pdf.pages import Page, page_of
from hitl.research.reading.pdf.paragraphs import blocks_of
from hitl.research.reading.pdf.picture import PagePicture
from hitl.research.reading.pdf.quality import pages_in_words, readable
from hitl.research.reading.pdf.running_heads import Doubtful, without_running_heads
from hitl.research.reading.pdf.unread import remarks_of
from hitl.research.reading.refusals import FEWEST_LETTERS
from hitl.text import count, cut

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

log = logging.getLogger(__name__)


END = b"%%EOF"
"""What stands in the last bytes of a PDF that is whole."""
TAIL = 1024
"""Bytes at the end of a file in which viewers look for it (Adobe's PDF Reference 1.7, implementation note 18)."""
LONGEST_LINE = 80
"""Characters of a line that is named."""
CUT_OFF = "The end of the file is missing, and pages may be missing with it: get it again from where it comes from."


class Encrypted(Exception):
    """The PDF asks for a password, or for a certificate."""


def read_pdf(data: bytes, limits: ReadLimits) -> ReadFile:
    """Read a PDF page by page.

    Raises:
        Encrypted: If it cannot be opened without a password or a certificate.
        OverLimit: If it holds more pages or text than the limit.
        PdfiumError: If it is damaged.
    """
    file = _open(data)
    try:
        if len(file) > limits.pages:
            raise OverLimit(f"holds more than {limits.pages:,} pages")
        file.init_forms()
        stated = tidy(file.get_metadata_value("Title"))
        read = _read(file, limits, stated)
        return read if _is_whole(data) else replace(read, remarks=(CUT_OFF, *read.remarks))
    finally:
        file.close()


def _open(data: bytes) -> PdfDocument:
    import pypdfium2 as pdfium
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise Encrypted from error
        raise


def _is_whole(data: bytes) -> bool:
    """Whether the end of a file is there; zeros and white space may follow it."""
    return END in data[-64 * TAIL :].rstrip(b"\0 \t\r\n\f")[-TAIL:]


def _read(file: PdfDocument, limits: ReadLimits, stated: str) -> ReadFile:
    pages: list[Page] = []
    rows = []
    letters = 0
    for index in range(len(file)):
        page, count = _page(file, index, limits, letters)
        letters += count
        rows.append(rows_of(page))
        pages.append(page if not rows[-1] else replace(page, pieces=page.pieces[:1]))
    size = _usual_size(rows)
    parted = without_running_heads(rows, size, [page.has_picture for page in pages])
    flow = [in_reading_order(left, page.rules, page.number) for left, page in zip(parted.rows, pages, strict=True)]
    lines = [[line for line in page if isinstance(line, Line)] for page in flow]
    body = body_of(line for page in lines for line in page)
    blocks, remarks = readable(blocks_of(flow, body))
    has_text = sum(character.isalpha() for block in blocks for character in block.text) >= FEWEST_LETTERS
    empty = {page.number for page, read in zip(pages, flow, strict=True) if not (read and has_text)}
    if not has_text:
        remarks = [*remarks, *_without_text(file, pages)]
    first = next((index for index, page in enumerate(lines) if page), None)
    title = "" if first is None else title_of(lines[first], body, pages[first].height, stated)
    return ReadFile(blocks, title=title, remarks=(*_unread(pages, empty), *_counted(parted.doubtful), *remarks))


def _page(file: PdfDocument, index: int, limits: ReadLimits, letters: int) -> tuple[Page, int]:
    """One page and the number of its letters; a damaged page costs no other."""
    import pypdfium2 as pdfium

    try:
        return page_of(file, index, limits, letters)
    except pdfium.PdfiumError as error:
        log.info("page %d cannot be read: %s", index + 1, error)
        return Page(index + 1, 0.0, 0.0, [], [], [], has_picture=False, failed=True), 0


def _usual_size(pages: Sequence[Sequence[Row]]) -> float:
    """The size that most letters of the file have, in points."""
    sizes: Counter[float] = Counter()
    for rows in pages:
        for row in rows:
            for segment in row.segments:
                sizes[segment.size] += len(segment.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _unread(pages: Sequence[Page], empty: set[int]) -> list[str]:
    """What is said of pages that were not read, or not wholly.

    Args:
        pages: All pages.
        empty: Numbers of those that have no text but running heads.
    """
    remarks = []
    if failed := [page.number for page in pages if page.failed]:
        are = "is" if len(failed) == 1 else "are"
        said = f"{pages_in_words(failed).capitalize()} {are} damaged and could not be read"
        remarks.append(f"{said}: open the file in a viewer, and save or print it as a PDF again.")
    if pictures := [page.number for page in pages if page.has_picture and page.number in empty]:
        are, were, them = ("is a picture", "was", "it") if len(pictures) == 1 else ("are pictures", "were", "them")
        said = pages_in_words(pictures).capitalize()
        remarks.append(f"{said} {are} and {were} not read: run text recognition (OCR) on {them}.")
    return [*remarks, *remarks_of({page.number: page.unread for page in pages})]


def _counted(rows: Sequence[Doubtful]) -> list[str]:
    """What is said of rows that count the pages, and may belong to the text."""
    if not rows:
        return []
    said = f"{count(len(rows), 'line')} such as “{cut(rows[0].text, LONGEST_LINE)}”"
    where = pages_in_words(row.page for row in rows)
    return [f"{said} on {where} are taken for running heads and are left out: look for them in the file."]


def _without_text(file: PdfDocument, pages: Sequence[Page]) -> list[str]:
    """What is said of a file without text, beside its pages that are pictures or damaged.

    A page is blank if nothing shows on it: it may still hold letters that cannot be seen, or a space.
    """
    others = [page.number for page in pages if not (page.failed or page.has_picture)]
    drawn = [number for number in others if not _is_blank(file, number)]
    if drawn:
        shows, it = ("shows", "it") if len(drawn) == 1 else ("show", "them")
        said = f"{pages_in_words(drawn).capitalize()} {shows} drawings, pictures or a few letters"
        return [f"{said}: if there are words in {it}, run text recognition (OCR) on {it}."]
    if len(others) < len(pages):
        return []
    blank = "Its page is blank" if len(pages) == 1 else f"Its {count(len(pages), 'page')} are blank"
    return [f"{blank}: if a viewer shows more, save or print it there as a PDF again, and add that."]


def _is_blank(file: PdfDocument, number: int) -> bool:
    page = file[number - 1]
    try:
        return not PagePicture(page).has_shapes
    finally:
        page.close()
