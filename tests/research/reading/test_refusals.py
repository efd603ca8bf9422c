"""A file that cannot be read is told what has happened and what to do now, and no name of a class of Python."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from fpdf import FPDF
from PIL import Image

from hitl.research.reading.files import read_document
from hitl.research.reading.kinds import KINDS, UNREAD_KINDS
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.pdf import Encrypted, read_pdf
from hitl.research.reading.refusals import damaged, without_text
from tests.research.reading.corpus import FILES, Maker
from tests.research.reading.pdf_files import at, by_fpdf, by_typst
from tests.research.samples import HEAT, TIDES, pdf

TELLS_WHAT_TO_DO = re.compile(
    r"\b(?:open|save|add|get|run|print|look|hold|ask|compare|cite|unhide|choose|split|unpack|give|type|check)\b",
    re.IGNORECASE,
)
CLASS = re.compile(r"\b[A-Z]\w+(?:Error|Exception|File|Markup|Limit)\b|\b[a-z]+_[a-z]+\b")
SCAN = Image.new("RGB", (60, 80), "gray")
WHOLE = pdf((HEAT,), (TIDES,))


def said_of(data: bytes) -> str:
    """What is said of a PDF without text."""
    return without_text("PDF", read_pdf(data, USUAL_LIMITS).remarks)


def scanned(file: FPDF) -> None:
    file.image(SCAN, x=20, y=20, w=500, h=700)


def two_scanned(file: FPDF) -> None:
    scanned(file)
    file.add_page()
    scanned(file)


def scanned_after_a_blank_page(file: FPDF) -> None:
    file.add_page()
    scanned(file)


def scanned_with_a_number(file: FPDF) -> None:
    scanned(file)
    at(file, 300, 830, "p. 1")


def outlined(file: FPDF) -> None:
    """Words whose letters are drawn as shapes."""
    for number in range(150):
        file.line(50 + number, 50, 60 + number, 700)


def sketched(file: FPDF) -> None:
    for number in range(5):
        file.line(50, 50 + 10 * number, 400, 50 + 10 * number)


def with_a_logo(file: FPDF) -> None:
    file.image(SCAN, x=20, y=20, w=40, h=50)


def in_white(file: FPDF) -> None:
    file.set_text_color(255, 255, 255)
    at(file, 72, 100, HEAT[:60])


def aslant(file: FPDF) -> None:
    with file.rotation(45, 300, 400):
        at(file, 200, 400, "CONFIDENTIAL FOR EVERYBODY", 20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(pdf(()), "Its page is blank: if a viewer shows more, save or print it", id="blank"),
        pytest.param(pdf((), (), ()), "Its 3 pages are blank: if a viewer shows more", id="blank pages"),
        pytest.param(by_fpdf(lambda file: at(file, 72, 100, " ")), "Its page is blank", id="a space"),
        pytest.param(by_typst("#pagebreak()"), "Its 2 pages are blank", id="blank pages of typst"),
        pytest.param(by_fpdf(scanned), "Page 1 is a picture and was not read: run text recognition (OCR)", id="scan"),
        pytest.param(by_fpdf(two_scanned), "Pages 1 to 2 are pictures and were not read: run text", id="scans"),
        pytest.param(by_fpdf(scanned_after_a_blank_page), "Page 2 is a picture and was not read", id="blank and scan"),
        pytest.param(by_fpdf(scanned_with_a_number), "Page 1 is a picture and was not read", id="a numbered scan"),
        pytest.param(by_fpdf(outlined), "Page 1 is a picture and was not read", id="outlines"),
        pytest.param(by_fpdf(sketched), "Page 1 shows drawings, pictures or a few letters", id="drawing"),
        pytest.param(by_fpdf(with_a_logo), "Page 1 shows drawings, pictures or a few letters", id="small picture"),
        pytest.param(by_fpdf(aslant), "Page 1 shows drawings, pictures or a few letters", id="stamp"),
        pytest.param(by_fpdf(lambda file: at(file, 72, 100, "Page one")), "or a few letters: if there are", id="few"),
        pytest.param(by_fpdf(in_white), "cannot be seen and are left out", id="white"),
    ],
)
def test_a_pdf_without_text_says_what_its_pages_are(data: bytes, reason: str):
    said = said_of(data)

    assert said.startswith("holds no text that could be quoted. ")
    assert reason in said
    assert said.count("picture and was") + said.count("pictures and were") <= 1
    assert ("blank" in said) == ("blank" in reason or "cannot be seen" in reason)


def test_a_page_without_words_in_a_pdf_with_text_is_passed_over():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, HEAT)
        file.add_page()
        file.add_page()
        sketched(file)

    assert read_pdf(by_fpdf(draw), USUAL_LIMITS).remarks == ()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("whole", [WHOLE, by_typst(f"{HEAT}\n#pagebreak()\n{TIDES}")], ids=["fpdf", "typst"])
def test_a_pdf_that_is_cut_off_is_never_read_without_a_word(whole: bytes, share: float):
    try:
        read = read_pdf(whole[: int(len(whole) * share)], USUAL_LIMITS)
    except Exception:  # `read_document` says that it is damaged
        return
    assert read.remarks[0].startswith("The end of the file is missing")


@pytest.mark.parametrize("cut", [6, 10, 20])
def test_a_pdf_that_can_be_read_without_its_end_is_told(cut: int):
    read = read_pdf(WHOLE[:-cut], USUAL_LIMITS)

    assert [block.text for block in read.blocks] == [HEAT, TIDES]
    assert read.remarks == (
        "The end of the file is missing, and pages may be missing with it: get it again from where it comes from.",
    )


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n\r\n", bytes(5000), b"\n" * 3000, b"<!-- sent by a server -->"])
def test_a_pdf_with_something_after_its_end_is_whole(tail: bytes):
    assert read_pdf(WHOLE + tail, USUAL_LIMITS).remarks == ()


def test_a_pdf_for_holders_of_a_certificate_is_told_like_one_with_a_password():
    certificate = b"<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 /V 2 /Length 128 >>"
    data = WHOLE.replace(b"trailer\n<<", b"trailer\n<<\n/Encrypt " + certificate)

    assert data != WHOLE
    with pytest.raises(Encrypted):
        read_pdf(data, USUAL_LIMITS)


@pytest.mark.parametrize("kind", sorted(set(KINDS.values())))
def test_a_damaged_file_is_told_how_it_becomes_whole(kind: str):
    said = damaged(kind)

    assert said.startswith("is damaged and cannot be read. Open it in ")
    assert "add" in said
    assert not CLASS.search(said)


@pytest.mark.parametrize("kind", sorted(set(KINDS.values())))
def test_a_file_without_text_is_told_how_it_gets_some(kind: str):
    said = without_text(kind, ())

    assert TELLS_WHAT_TO_DO.search(said.removeprefix("holds no text that could be quoted."))
    assert not CLASS.search(said)


@pytest.mark.parametrize("suffix", sorted(UNREAD_KINDS))
def test_a_file_of_a_kind_that_is_not_read_is_told_what_to_save_it_as(suffix: str):
    assert TELLS_WHAT_TO_DO.search(UNREAD_KINDS[suffix])


def a_page_of_each_kind(file: FPDF) -> None:
    at(file, 72, 100, HEAT[:90])
    at(file, 72, 150, "/g23/g45/g12/g77 /g23/g11/g45 /g12/g13/g99")
    with file.rotation(90, 200, 400):
        at(file, 200, 400, "Two words")
    file.set_text_color(255, 255, 255)
    at(file, 72, 300, "Words in white")
    file.add_page()
    scanned(file)


TOLD: Mapping[str, Maker] = {
    **FILES,
    "pages.pdf": lambda: by_fpdf(a_page_of_each_kind),
    "cut.pdf": lambda: WHOLE[:-10],
    "page.html": lambda: f"<p>{HEAT} <math><mfoo>x</mfoo></math><svg><text>Words</text></svg><iframe src=a>".encode(),
    "film.srt": lambda: "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{TIDES}\n\n" for n in range(1, 5)).encode(),
    "font.txt": lambda: f"{HEAT} \ue000".encode(),
}
"""Files of which something is told, and others."""


@pytest.mark.parametrize("name", TOLD)
def test_every_remark_says_what_to_do(name: str):
    for remark in read_document(name, TOLD[name]()).remarks:
        assert TELLS_WHAT_TO_DO.search(remark), remark
        assert not CLASS.search(remark), remark
