from __future__ import annotations

import random
from concurrent.futures import wait
from pathlib import Path

import pytest

from hitl.report_ui.own_documents import OwnDocument, Upload, labels_of
from hitl.research import Shelf
from hitl.research.reading.files import UnreadableFile
from hitl.research.reading.limits import USUAL_LIMITS
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText

NOISE = random.Random(1).randbytes(3000).replace(b"\x00", b"\x01")
KOREAN = SHORT_TEXTS[9]


def own(
    fingerprint: str,
    title: str = "Tides",
    names: tuple[str, ...] = ("tides.txt",),
    date: str | None = None,
    characters: int = 100,
    unread_words: int = 0,
    warning: str = "",
) -> OwnDocument:
    return OwnDocument(fingerprint, title, names, date, characters, unread_words, warning)


@pytest.mark.parametrize(
    ("document", "label"),
    [
        (own("1"), "Tides (tides.txt)"),
        (own("1", names=("a.txt", "b.pdf")), "Tides (a.txt, b.pdf)"),
        (own("1", unread_words=1, warning="In “tides.txt” …"), "Tides (tides.txt, 1 word not read)"),
        (own("1", unread_words=1200, warning="In “tides.txt” …"), "Tides (tides.txt, 1,200 words not read)"),
        (own("1", warning="In “tides.txt” 3 equations are not read."), "Tides (tides.txt, with a warning)"),
    ],
)
def test_a_document_is_listed_by_its_title_and_its_names(document: OwnDocument, label: str):
    assert labels_of([document]) == {"1": label}


def test_documents_of_one_title_are_told_apart_by_their_names():
    assert labels_of([own("1"), own("2", names=("other.txt",))]) == {
        "1": "Tides (tides.txt)",
        "2": "Tides (other.txt)",
    }


def test_those_of_one_name_are_told_apart_by_their_dates():
    assert labels_of([own("1", date="2019"), own("2"), own("3", title="Heat")]) == {
        "1": "Tides (tides.txt), of 2019",
        "2": "Tides (tides.txt), undated",
        "3": "Heat (tides.txt)",
    }


def test_those_that_share_one_of_their_names_are_told_apart_too():
    assert labels_of([own("1", names=("birds.txt", "tides.txt"), characters=7), own("2")]) == {
        "1": "Tides (birds.txt, tides.txt), 7 characters",
        "2": "Tides (tides.txt), 100 characters",
    }


def test_those_of_one_date_are_told_apart_by_their_length():
    assert labels_of([own("1", date="2019"), own("2", date="2019", characters=2000), own("3", characters=1)]) == {
        "1": "Tides (tides.txt), 100 characters",
        "2": "Tides (tides.txt), 2,000 characters",
        "3": "Tides (tides.txt), 1 character",
    }


def test_those_of_one_length_are_told_apart_by_their_fingerprints():
    alike = ["0123456789a", "0123456789b", "0123456"]
    assert labels_of([own("abcdefghij"), own("bcdefghijk")]) == {
        "abcdefghij": "Tides (tides.txt), abcdefgh",
        "bcdefghijk": "Tides (tides.txt), bcdefghi",
    }
    assert len(set(labels_of(list(map(own, alike))).values())) == 3


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def read(shelf: Shelf, name: str, data: bytes) -> Upload:
    upload = Upload.begin(name, data, shelf, USUAL_LIMITS)
    wait([upload.document])
    return upload


def read_again(upload: Upload, encoding: str, shelf: Shelf) -> None:
    upload.read_again(encoding, shelf, USUAL_LIMITS)
    wait([upload.document])


def text_of(upload: Upload, shelf: Shelf) -> str:
    assert upload.result
    return shelf.get(upload.result.fingerprint).text


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_a_file_of_uncertain_encoding_is_kept_and_read_again_as_chosen(short: ShortText, shelf: Shelf):
    upload = read(shelf, "pool.txt", short.data)
    guessed = upload.suggested
    assert upload.has_choice
    assert len(guessed) > 1

    read_again(upload, short.encoding, shelf)

    assert text_of(upload, shelf) == short.text
    assert (upload.used, upload.suggested) == (short.encoding, guessed)
    assert upload.has_choice, "it may be chosen again"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-32 LE"])
def test_a_file_that_is_not_in_the_chosen_encoding_can_be_read_in_another(encoding: str, shelf: Shelf):
    upload = read(shelf, "pool.txt", KOREAN.data)

    read_again(upload, encoding, shelf)
    assert upload.problem and upload.problem.startswith(f"“pool.txt” cannot be read as {encoding}")
    assert upload.result is None

    read_again(upload, KOREAN.encoding, shelf)
    assert text_of(upload, shelf) == KOREAN.text


def test_a_file_of_an_unknown_encoding_is_kept_and_nothing_is_suggested(shelf: Shelf):
    upload = read(shelf, "noise.txt", NOISE)

    assert upload.has_choice
    assert (upload.used, upload.suggested) == (None, ())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pool.txt", b"The pool in the town is closed in winter."),
        ("pool.txt", "Das Bad ist geschlossen, sagt Zoë Müller.".encode()),
        ("pool.txt", "Das Bad ist geschlossen, sagt Zoë Müller.".encode("utf-16")),
        ("pool.txt", "Der Stadtrat hat beschlossen, dass das Bad für alle zu teuer ist.".encode("cp1252")),
        ("pool.html", "<meta charset=koi8-r><p>The pool is closed, says Юл.</p>".encode("koi8-r")),
        ("empty.txt", b""),
        ("fake.pdf", b"no PDF"),
        ("few.txt", b"\xe9"),
    ],
)
def test_the_bytes_of_no_other_file_are_kept(name: str, data: bytes, shelf: Shelf):
    upload = read(shelf, name, data)

    assert not upload.has_choice
    assert upload.kept.data is None


def test_a_file_that_is_not_even_read_has_no_choice():
    upload = Upload.refused("large.txt", 10, UnreadableFile("too large"))

    assert upload.problem == "too large"
    assert not upload.has_choice


def test_a_file_whose_bytes_were_let_go_stays_as_it_was_read(shelf: Shelf):
    upload = read(shelf, "pool.txt", KOREAN.data)
    before = upload.result
    upload.kept.let_go()

    read_again(upload, KOREAN.encoding, shelf)

    assert upload.result == before
    assert not upload.has_choice


@pytest.mark.parametrize(
    ("text", "sample"),
    [
        ("Ли is here, in the town.\n\nMore is said of it.", "Ли is here, in the town."),
        ("Heading\n\nIn the town Ли is here.", "In the town Ли is here."),
        (f"{'word ' * 30}Ли {'word ' * 30}", f"… {'word ' * 5}Ли {'word ' * 11}word …"),
    ],
)
def test_a_sample_shows_the_first_letters_that_another_encoding_would_change(text: str, sample: str, shelf: Shelf):
    upload = read(shelf, "pool.txt", text.encode("cp1251"))
    read_again(upload, "Windows-1251", shelf)

    assert upload.result
    assert upload.result.sample == sample
