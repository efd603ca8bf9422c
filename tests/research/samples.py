"""Files, documents and findings that the tests of research read and search."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import docx
from docx.document import Document as WordFile
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from hitl.research.evidence import Document, Finding, finding_id
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from hitl.research.reading.files import read_document

HEAT = "The oceans hold most of the heat that the planet takes up, and they release it slowly over many years."
TIDES = "The gravity of the Moon raises two bulges of water, and the turning Earth carries every coast through both."
CORAL = "A coral colony expels its algae when the water stays too warm, and it turns white within a few weeks."


def pdf(*pages: Sequence[str], title: str = "") -> bytes:
    """A PDF with these lines on each page; a page without lines is blank."""
    file = FPDF()
    file.set_font("helvetica", size=11)
    if title:
        file.set_title(title)
    for lines in pages:
        file.add_page()
        for line in lines:
            file.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(file.output())


def locked(data: bytes, user_password: str, algorithm: str) -> bytes:
    """The PDF, encrypted; without a user password anyone may open it."""
    writer = PdfWriter(PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password, owner_password="owner", algorithm=algorithm)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def word(fill: Callable[[WordFile], object]) -> bytes:
    """A Word file with what `fill` puts into it."""
    document = docx.Document()
    fill(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def web_page(body: str, title: str = "A page") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


def read(name: str, text: str) -> Document:
    return read_document(name, text.encode())


def written(*paragraphs: str, name: str = "notes.md", title: str = "") -> Document:
    """A document of these paragraphs; those that begin with `# ` are headings."""
    blocks = [heading(text.removeprefix("# ")) if text.startswith("# ") else Block(text) for text in paragraphs]
    return assemble(name, ReadFile(blocks, title=title))


def headings_of(document: Document) -> list[str]:
    return [document.text[heading.start : heading.end] for heading in document.headings]


def finding(document: Document, quote: str) -> Finding:
    """A finding that quotes these words of a document."""
    start = document.text.index(quote)
    end = start + len(quote)
    return Finding(
        id=finding_id(document.fingerprint, start, end),
        quote=quote,
        document=document.fingerprint,
        title=document.title,
        location=document.location,
        place=document.place_at(start),
        start=start,
        end=end,
        score=1.0,
        round=1,
    )
