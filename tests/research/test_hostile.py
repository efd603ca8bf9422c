"""No file that is uploaded can freeze the server, or fill its memory."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Callable

import pytest

from hitl.research.reading.blocks import Block, ReadFile, assemble
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.front_matter import split_front_matter
from hitl.research.reading.limits import OverLimit, ReadLimits
from hitl.research.reading.process import read_isolated
from hitl.text import normalize
from tests.hostile import assert_ends
from tests.research.reading.word_files import NAMESPACES, file_with, paragraph, run, word_file

SENTENCE = "This is a sentence with enough letters to be quoted by anybody. "
READ = f"""
from hitl.research.search.passages import passages_of
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.search.tokens import terms_of
from tests.hostile import texts
for text in texts(%d):
    for name in (%s):
        print(name, ascii(text[:20]), flush=True)
        terms_of(text)
        try:
            list(passages_of(read_document(name, ({SENTENCE!r} + text).encode())))
        except UnreadableFile:
            pass
"""


def test_a_text_of_one_sign_or_two_is_read_in_the_time_of_any_other():
    assert_ends(READ % (50_000, '"a.txt",'))


def test_so_is_markdown_of_one_sign_or_two():
    assert_ends(READ % (10_000, '"a.md",'))  # which is not only ours: a library parses it


@pytest.mark.parametrize(
    "lines",
    ["'- :\\n' * 5000", "'- - :\\n' * 5000", "'a:\\n' * 5000", "' \\n' * 5000", "'title: a' + ' ' * 200_000 + 'b\\n'"],
)
def test_front_matter_without_an_end_is_no_front_matter(lines: str):
    assert_ends(f"""
from hitl.research.reading.files import read_document
document = read_document("a.md", ("---\\n" + {lines} + {SENTENCE!r}).encode())
assert {SENTENCE.strip()!r} in document.text
""")


@pytest.mark.parametrize(
    "text, front, rest",
    [
        ("---\ntitle: On tides\ndate: 2020-01-02\n---\nText.", {"title": "On tides", "date": "2020-01-02"}, "Text."),
        ("---\r\ntitle: 'On tides'\r\n---\r\nText.", {"title": "On tides"}, "Text."),
        ('---\ntitle: "On \'tides\'"\ndate: "\n---\nText.', {"title": "On 'tides'", "date": '"'}, "Text."),
        ('---  \nTitle : "On: tides"\n# a comment\n- an entry\n  more: of it\n\n---\n', {"title": "On: tides"}, ""),
        ("---\nA sentence between two rules.\n---\nText.", {}, None),
        ("---\ntitle: without an end\nText.", {}, None),
        ("---\n", {}, None),
        ("--\ntitle: x\n---\n", {}, None),
        ("Text.\n---\ntitle: x\n---\n", {}, None),
        ("", {}, None),
    ],
)
def test_front_matter_stands_between_two_rules_at_the_beginning(text: str, front: dict[str, str], rest: str | None):
    found, left = split_front_matter(text)
    assert front.items() <= found.items()
    assert bool(found) == bool(front)
    assert left == (text if rest is None else rest)


def test_marks_are_composed_as_ever_and_a_long_run_of_them_is_divided():
    assert normalize("Ame\u0301lie") == "Amélie"
    assert normalize("e\u0301\u0316" + "x") == "é\u0316x"
    assert normalize("a" + "\u0316\u0301" * 15) == "á" + "\u0316" * 15 + "\u0301" * 14
    run = normalize("a" + "\u0316\u0301" * 200)
    assert run.count("\u0316") == 200
    assert run.count("\u034f") == 13


@pytest.mark.parametrize("name", ["long.txt", "long.md", "long.html"])
def test_a_text_of_more_than_twenty_million_characters_is_refused_in_a_sentence(name: str):
    data = b"word " * (ReadLimits().characters // 5 + 1)
    with pytest.raises(UnreadableFile, match=f"“{name}” holds more than 20 million characters of text.*Split it"):
        read_document(name, data, ReadLimits(file_megabytes=200))


def test_blocks_that_are_too_much_together_are_refused_whatever_they_came_from():
    row = Block("x" * 1_000_000)
    assemble("a.pdf", ReadFile([row] * 20))
    with pytest.raises(OverLimit):
        assemble("a.pdf", ReadFile([row] * 21))


LAUGHS = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LETTERS = b"BT /F1 12 Tf 72 720 Td (This is a sentence with enough letters to be quoted.) Tj ET\n"


def word_xml(xml: str) -> bytes:
    """A Word file whose main part is this, as it is."""
    with zipfile.ZipFile(io.BytesIO(file_with())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in (parts | {"word/document.xml": xml.encode()}).items():
            archive.writestr(name, content)
    return data.getvalue()


def pdf(content: bytes, pages: int = 1, form: bytes = b"") -> bytes:
    """A PDF of so many pages, all with the same compressed content, and with a form that it can draw as X."""
    packed, packed_form = zlib.compress(content, 9), zlib.compress(form, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b"3 0 R " * pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources 5 0 R /Filter /FlateDecode "
        b"/Length %d >>\nstream\n%s\nendstream" % (len(packed_form), packed_form),
    ]
    written = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + written + b"trailer << /Root 1 0 R /Size 8 >>\nstartxref\n0\n%%EOF"


def wide_cell(columns: int) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>'
    return f"<w:tbl><w:tr><w:tc>{span}{paragraph(run('Wide'))}</w:tc></w:tr></w:tbl>"


BOMBS: dict[str, Callable[[], bytes]] = {
    "a cell over 100 million columns.docx": lambda: file_with(wide_cell(100_000_000)),
    "a cell over 3,000 rows.docx": lambda: file_with(
        "<w:tbl>" + "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 3000 + "</w:tbl>"
    ),
    "a million empty paragraphs.docx": lambda: file_with("<w:p/>" * 1_000_000),
    "a hundred million spaces.docx": lambda: file_with(" " * 100_000_000),
    "tables in tables.docx": lambda: file_with("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000),
    "entities in entities.docx": lambda: word_xml(
        f'<!DOCTYPE d [<!ENTITY a "lol">{LAUGHS}]><w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    ),
    "a million numbered notes.docx": lambda: word_file('<w:r><w:footnoteReference w:id="1"/></w:r>' * 1_000_000),
    "100,000 pages.pdf": lambda: pdf(LETTERS, pages=100_000),
    "300 million spaces.pdf": lambda: pdf(b" " * 300_000_000 + LETTERS),
    "a million sentences on a page.pdf": lambda: pdf(LETTERS * 1_000_000),
    "a form in itself.pdf": lambda: pdf(LETTERS + b"/X Do", form=LETTERS + b"/X Do /X Do"),
    "elements in elements.html": lambda: b"<html><body>" + b"<div><b><p>" * 500_000 + SENTENCE.encode(),
    "paragraphs of a letter.txt": lambda: SENTENCE.encode() + b"\n\na" * 5_000_000,
    "brackets.md": lambda: SENTENCE.encode() + b"[" * 1_000_000,
    "columns.csv": lambda: SENTENCE.encode() + b"," * 5_000_000 + b"\n" + b"a,b\n" * 1_000_000,
}
"""Small files that would take hours or more memory than there is."""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system holds a limit of memory")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_in_a_sentence_that_names_it(name: str):
    data = BOMBS[name]()
    assert len(data) <= 20_000_000
    try:
        document = read_isolated(name, data, ReadLimits(seconds=4, memory_megabytes=400))
    except UnreadableFile as refused:
        assert str(refused).startswith(f"“{name}” ")
        assert str(refused).endswith(".")
    else:
        assert document.location == name
