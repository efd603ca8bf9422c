"""Every bad file is told in one sentence that names it; no file raises anything else."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl.research.evidence import Document, fingerprint_of
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.kinds import KINDS
from hitl.research.reading.limits import ReadLimits
from tests.research.reading.office_files import powerpoint, sheet
from tests.research.samples import CORAL, HEAT, TIDES, locked, pdf, word

WORD_FILE = word(lambda file: file.add_paragraph(HEAT))
EXCEL_FILE = sheet(["What", "How much"], [HEAT, 4], [TIDES, 2])
POWERPOINT_FILE = powerpoint(
    lambda show: setattr(show.slides.add_slide(show.slide_layouts[5]).shapes.title, "text", HEAT)
)
PDF_FILE = pdf((HEAT,), (TIDES,))
CALM = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def archive(name: str) -> bytes:
    """A zip file that holds a file of this name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(name, HEAT)
    return file.getvalue()


def refusal(name: str, data: bytes, most_megabytes: int = 20) -> str:
    with pytest.raises(UnreadableFile) as told:
        read_document(name, data, ReadLimits(file_megabytes=most_megabytes))
    return str(told.value)


def newer_archive() -> bytes:
    """A zip file that asks for version 9.9 of the format."""
    data = bytearray(archive("notes.txt"))
    data[data.index(b"PK\x01\x02") + 6] = 99
    return bytes(data)


def old_office(stream: str) -> bytes:
    """The beginning of a file of Office before 2007, or of one that wraps a newer file with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le") + bytes(500)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("empty.pdf", b"", "is empty"),
        ("blank.md", b" \n\t\r\n ", "is empty"),
        ("blank.txt", " \n ".encode("utf-16"), "holds no text"),
        ("few.txt", b"1, 2, 3", "holds no text"),
        ("blank.docx", word(lambda file: None), "holds no text"),
        ("secret.pdf", locked(PDF_FILE, "user", "RC4-128"), "protected by a password"),
        ("secret.pdf", locked(PDF_FILE, "user", "AES-128"), "protected by a password"),
        ("secret.pdf", locked(PDF_FILE, "user", "AES-256"), "protected by a password"),
        ("blank.pdf", pdf((), ()), "Its 2 pages are blank: if a viewer shows more"),
        ("cut.pdf", PDF_FILE[: len(PDF_FILE) // 2], "is damaged and cannot be read. Open it in a viewer, and save"),
        ("text.pdf", HEAT.encode(), "named like a PDF file"),
        ("paper.txt", PDF_FILE, "is a PDF file under another name"),
        ("paper.docx", PDF_FILE, "is a PDF file under another name"),
        ("letter.md", WORD_FILE, "is a Word file under another name"),
        ("archive.docx", archive("notes.txt"), "named like a Word file"),
        ("unnamable.docx", archive("é.txt").replace("é".encode(), b"\xff\xfe"), "named like a Word file"),
        ("newer.docx", newer_archive(), "named like a Word file"),
        ("cut.docx", WORD_FILE[: len(WORD_FILE) // 2], "named like a Word file"),
        ("hollow.docx", archive("word/document.xml"), "is damaged"),
        ("program.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "does not hold text"),
        ("picture.html", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "does not hold text"),
        ("table.xlsx", b"PK", "is named like an Excel file, but it is none"),
        ("table.xlsx", b"Who,Fee\nAdults,4\n", "is named like an Excel file, but it is none"),
        ("table.csv", EXCEL_FILE, "is an Excel file under another name"),
        ("letter.docx", EXCEL_FILE, "is an Excel file under another name"),
        ("table.xlsx", POWERPOINT_FILE, "is a PowerPoint file under another name"),
        ("show.pptx", WORD_FILE, "is a Word file under another name"),
        ("show.pptx", archive("ppt/media/image1.png"), "is named like a PowerPoint file, but it is none"),
        ("cut.xlsx", EXCEL_FILE[: len(EXCEL_FILE) // 2], "is named like an Excel file, but it is none"),
        ("hollow.xlsx", archive("xl/workbook.xml"), "is damaged"),
        ("hollow.pptx", archive("ppt/presentation.xml"), "is damaged"),
        ("blank.xlsx", sheet(), "holds no text"),
        ("blank.csv", b",,,\n,,,\n", "holds no text"),
        ("old.docx", old_office("WordDocument"), "is a Word file in the old format (.doc). Save it as .docx"),
        ("old.xlsx", old_office("Workbook"), "is an Excel file in the old format (.xls). Save it as .xlsx"),
        (
            "old.pptx",
            old_office("PowerPoint Document"),
            "is a PowerPoint file in the old format (.ppt). Save it as .pptx",
        ),
        ("secret.docx", old_office("EncryptedPackage"), "protected by a password"),
        ("secret.xlsx", old_office("EncryptedPackage"), "protected by a password"),
        ("old.doc", b"anything", "is a Word file in the old format (.doc). Save it as .docx, then add it again"),
        ("old.XLS", b"anything", "is an Excel file in the old format (.xls). Save it as .xlsx, then add it again"),
        ("old.ppt", b"anything", "is a PowerPoint file in the old format (.ppt). Save it as .pptx, then add it again"),
        ("free.odt", b"anything", "is an OpenDocument text (LibreOffice). Save it as .docx, then add it again"),
        ("free.ods", b"anything", "is an OpenDocument sheet (LibreOffice). Save it as .xlsx, then add it again"),
        ("free.odp", b"anything", "is an OpenDocument presentation (LibreOffice). Save it as .pptx, then add it again"),
        ("letter.rtf", b"{\\rtf1 anything}", "is a Rich Text file. Save it as .docx"),
        ("book.epub", archive("mimetype"), "is an electronic book. Save it as a PDF"),
        ("scan.jpeg", b"\xff\xd8\xff", "is a picture. Run text recognition"),
        ("all.zip", archive("notes.txt"), "is an archive. Unpack it, and add its files"),
        ("talk.mp3", b"ID3", "holds sound or film. Add a transcript"),
        ("mail.eml", b"From: ann", "is a mail. Save it as a PDF"),
        ("README", HEAT.encode(), "of a kind that hitl does not read"),
        (".pdf", PDF_FILE, "of a kind that hitl does not read"),
    ],
)
def test_bad_file_is_told_in_a_sentence_that_names_it(name, data, reason):
    message = refusal(name, data)

    assert message.startswith(f"“{name}” ")
    assert reason in message
    assert message.endswith(".")
    assert "\n" not in message


def test_truncated_pdf_is_told_or_read_as_far_as_it_goes():
    for length in range(10, len(PDF_FILE), 97):
        try:
            document = read_document("cut.pdf", PDF_FILE[:length])
        except UnreadableFile as error:
            assert "“cut.pdf”" in str(error)
        else:
            assert HEAT in document.text or TIDES in document.text


def test_half_a_pdf_is_told():
    assert "“cut.pdf”" in refusal("cut.pdf", PDF_FILE[:200])


def test_file_over_the_limit_is_told_with_both_sizes():
    message = refusal("long.txt", b"a" * 2_500_000, most_megabytes=2)

    assert "“long.txt” has 2.5 MB" in message
    assert "the limit is 2 MB" in message


def test_file_at_the_limit_is_read():
    text = (HEAT + "\n\n") * (1_000_000 // len(HEAT + "\n\n"))

    assert read_document("long.txt", text.ljust(1_000_000).encode(), ReadLimits(file_megabytes=1)).title == "long"


def test_ending_in_capitals_is_known():
    assert read_document("PAPER.PDF", PDF_FILE).location == "PAPER.PDF"


def test_name_of_a_refused_file_is_told_as_it_shows():
    assert refusal("annual\u202efdp.exe", HEAT.encode()).startswith("“annualfdp.exe” is of a kind")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
def test_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(name):
    part = {"a.docx": "word/document.xml", "a.xlsx": "xl/workbook.xml", "a.pptx": "ppt/presentation.xml"}[name]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(part, b" " * 3_000_000)

    with pytest.raises(UnreadableFile, match=f"“{name}” unpacks to more than 2 MB, which is the limit"):
        read_document(name, file.getvalue(), ReadLimits(unpacked_megabytes=2))


def test_text_about_the_pdf_format_is_no_pdf():
    text = f"Every file of the format begins with the characters %PDF- and a version. {HEAT}"

    assert read_document("formats.txt", text.encode()).text == text


def read_or_told(name: str, data: bytes) -> None:
    """Read a file, and check that it became a sound document or was told."""
    try:
        document = read_document(name, data)
    except UnreadableFile as error:
        assert f"“{name}”" in str(error)
    else:
        assert isinstance(document, Document)
        assert document.fingerprint == fingerprint_of(document.text)


SOUND_FILES = [
    ("file.pdf", PDF_FILE),
    ("file.docx", WORD_FILE),
    ("file.xlsx", EXCEL_FILE),
    ("file.pptx", POWERPOINT_FILE),
    ("file.csv", b"What;How much\n" + f"{HEAT};4\n{TIDES};2\n".encode()),
]
NAMES = st.sampled_from([f"file{ending}" for ending in KINDS])


@CALM
@given(NAMES, st.binary(max_size=400))
def test_any_bytes_are_read_or_told(name, data):
    read_or_told(name, data)


@CALM
@given(NAMES, st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-7"]), st.text(max_size=300))
def test_any_text_is_read_or_told(name, encoding, text):
    read_or_told(name, text.encode(encoding, "ignore"))


@CALM
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<table>", "<tr>", "<td", "&lt;", "#", "|", "\n", "---\n", CORAL]), max_size=30
    )
)
def test_any_markup_is_read_or_told(pieces):
    for name in ("file.html", "file.md"):
        read_or_told(name, "".join(pieces).encode())


@CALM
@given(st.sampled_from(SOUND_FILES), st.data())
def test_any_damage_is_read_or_told(file, data):
    name, sound = file
    damaged = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    read_or_told(name, bytes(damaged[: data.draw(st.integers(len(damaged) // 2, len(damaged)))]))
