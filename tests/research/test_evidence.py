from __future__ import annotations

import pytest

from hitl.research.evidence import Document, DocumentBlock, FileEncoding, finding_id
from tests.research.samples import HEAT, TIDES, finding, written

TEXT = "Ocean\n\nHeat\n\nWarm water.\n\nTides\n\nHigh water."
PAGED = Document(
    fingerprint="f",
    title="Ocean",
    location="ocean.pdf",
    text=TEXT,
    blocks=(
        DocumentBlock(start=0, end=5, kind="heading", level=1),
        DocumentBlock(start=7, end=11, kind="heading", level=1),
        DocumentBlock(start=13, end=24),
        DocumentBlock(start=26, end=31, kind="heading", level=1),
        DocumentBlock(start=33, end=44),
    ),
    pages=(0, 26, 26, 33),
)


@pytest.mark.parametrize(
    ("offset", "heading"),
    [(0, "Ocean"), (6, "Ocean"), (7, "Heat"), (13, "Heat"), (25, "Heat"), (26, "Tides"), (33, "Tides"), (999, "Tides")],
)
def test_heading_is_the_nearest_one_above(offset, heading):
    assert PAGED.heading_at(offset) == heading


def test_nothing_stands_above_the_first_heading():
    assert written(HEAT, "# Tides", TIDES).heading_at(0) == ""


@pytest.mark.parametrize(
    ("offset", "place"),
    [(0, "page 1"), (13, "Heat, page 1"), (26, "Tides, page 3"), (33, "Tides, page 4")],
)
def test_place_is_page_and_heading_unless_the_heading_is_the_title(offset, place):
    assert PAGED.place_at(offset) == place


def test_place_in_a_document_without_pages_is_the_heading():
    document = written("# Heat", HEAT, "# Tides", TIDES, title="Ocean")

    assert document.place_at(document.text.index(TIDES)) == "Tides"


def test_place_in_a_document_without_pages_and_headings_is_empty():
    assert written(HEAT, TIDES).place_at(len(HEAT) + 5) == ""


def test_findings_of_shared_characters_overlap():
    document = written(HEAT)

    assert finding(document, "The oceans hold most").overlaps(finding(document, "most of the heat"))


@pytest.mark.parametrize(("one", "other"), [("The oceans", " hold"), (" hold", "The oceans"), ("The", "heat")])
def test_findings_of_neighbouring_characters_do_not_overlap(one, other):
    document = written(HEAT)

    assert not finding(document, one).overlaps(finding(document, other))


def test_findings_of_two_documents_do_not_overlap():
    assert not finding(written(HEAT), HEAT).overlaps(finding(written(HEAT, TIDES), HEAT))


def test_every_span_has_an_id_of_its_own():
    spans = [("a", 1, 23), ("a", 12, 3), ("a", 1, 24), ("b", 1, 23)]

    assert len({finding_id(*span) for span in spans}) == len(spans)
    assert finding_id("a", 1, 23) == finding_id("a", 1, 23)


MINUTES = Document(
    fingerprint="m",
    title="Board",
    location="minutes.md",
    text="Board\n\nPool\n\nTalk\n\nWe close.\n\nStands\n\nTalk\n\nPut off.",
    blocks=(
        DocumentBlock(start=0, end=5, kind="heading", level=1),
        DocumentBlock(start=7, end=11, kind="heading", level=2),
        DocumentBlock(start=13, end=17, kind="heading", level=3),
        DocumentBlock(start=19, end=28, speaker="ANN"),
        DocumentBlock(start=30, end=36, kind="heading", level=2),
        DocumentBlock(start=38, end=42, kind="heading", level=3),
        DocumentBlock(start=44, end=52, kind="row", row=7),
    ),
)


def test_a_place_tells_the_speaker_the_whole_path_and_the_row():
    assert MINUTES.place_at(19) == "ANN, Pool › Talk"
    assert MINUTES.place_at(44) == "Stands › Talk, row 7"


def test_a_heading_of_a_slide_does_not_reach_the_next_one():
    slides = MINUTES.model_copy(update={"page_word": "slide", "pages": (0, 19, 30)})

    assert slides.place_at(13) == "Pool › Talk, slide 1"
    assert slides.place_at(19) == "ANN, slide 2"
    assert slides.place_at(44) == "Stands › Talk, slide 3, row 7"


def test_a_document_that_was_stored_before_blocks_had_kinds_still_knows_its_headings():
    stored = {"fingerprint": "f", "title": "Ocean", "location": "ocean.txt", "text": TEXT}
    document = Document.model_validate(stored | {"headings": [{"start": 7, "end": 11}, {"start": 26, "end": 31}]})

    assert [document.text[block.start : block.end] for block in document.blocks] == TEXT.split("\n\n")
    assert [block.kind for block in document.blocks] == ["paragraph", "heading", "paragraph", "heading", "paragraph"]
    assert document.place_at(33) == "Tides"
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_a_warning_tells_what_could_not_be_read():
    document = MINUTES.model_copy(update={"remarks": ("3 equations are not read.",), "unread_words": 1})

    assert document.warning == (
        "In “minutes.md” 3 equations are not read. 1 word that shows is not read: hold its sentences against the file "
        "before you rely on them."
    )


def test_a_document_that_was_stored_without_its_language_guesses_it():
    german = "Die Probezeit darf sechs Monate nicht überschreiten."
    stored = Document(fingerprint="g", title="Probezeit", location="g.md", text=german)

    assert (stored.language, stored.language_code) == ("", "de")
    assert written(german).language == written(german).language_code == "de"
    assert Document.model_validate_json(stored.model_dump_json()) == stored


OLD = {"fingerprint": "f", "title": "Ocean", "location": "ocean.txt", "text": "Warm water."}


def test_a_document_that_was_stored_before_encodings_were_told_has_none():
    document = Document.model_validate(OLD)

    assert document.encoding is None
    assert document.warning == ""


@pytest.mark.parametrize(
    ("encoding", "warning"),
    [
        (FileEncoding(name="UTF-8"), ""),
        (FileEncoding(name="KOI8-R", is_chosen=True), "In “ocean.txt” the text was read as KOI8-R, as chosen."),
        (
            FileEncoding(name="KOI8-R", alternatives=("Windows-1251", "DOS 866")),
            "In “ocean.txt” the encoding was guessed as KOI8-R, and Windows-1251 or DOS 866 fits about as well: if "
            "letters look wrong, choose another on the start page, below your documents, or with --encoding.",
        ),
    ],
)
def test_an_encoding_is_warned_of_if_it_is_uncertain_or_was_chosen(encoding: FileEncoding, warning: str):
    document = Document.model_validate(OLD | {"encoding": encoding})

    assert document.warning == warning
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_the_encoding_is_warned_of_first():
    encoding = FileEncoding(name="KOI8-R", is_chosen=True)
    document = Document.model_validate(OLD | {"encoding": encoding, "remarks": ("3 equations are not read.",)})

    assert document.warning == ("In “ocean.txt” the text was read as KOI8-R, as chosen. 3 equations are not read.")
