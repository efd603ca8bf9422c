from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hitl.files import Files
from hitl.research.bundled import LIBRARY, bundled_documents
from hitl.research.evidence import Document, FileEncoding
from hitl.research.shelf import Shelf, UnknownDocument
from tests.research.samples import CORAL, HEAT, TIDES, read, written

ROOT = Path(__file__).parents[2]
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda data: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "overwritten": lambda data: b"\xff\xfe\x00" * 10,
    "another form": lambda data: b'{"text": "only"}',
    "another text": lambda data: data.replace(b"most", b"none"),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def files_on(shelf: Shelf) -> list[Path]:
    return [path for path in shelf.folder.rglob("*") if path.is_file()]


def test_document_comes_back_as_it_was_added(shelf):
    document = written("# Heat", HEAT, name="heat.pdf")

    shelf.add(document)

    assert shelf.get(document.fingerprint) == document


def test_document_outlasts_the_shelf_that_stored_it(shelf, tmp_path):
    document = written(HEAT)
    shelf.add(document)

    assert Shelf(tmp_path).get(document.fingerprint) == document


def test_same_text_is_stored_once_under_both_names(shelf):
    shelf.add(written(HEAT, name="one.md"))
    added = shelf.add(written(HEAT, name="two.md"))

    assert len(files_on(shelf)) == 1
    stored = shelf.get(written(HEAT).fingerprint)
    assert (stored.location, stored.other_names) == ("one.md", ("two.md",))
    assert stored == added


def test_a_name_is_kept_once_however_often_its_file_is_added(shelf):
    for name in ("one.md", "two.md", "two.md", "one.md", "three.md", "two.md"):
        shelf.add(written(HEAT, name=name))

    stored = shelf.get(written(HEAT).fingerprint)
    assert (stored.location, stored.other_names) == ("one.md", ("two.md", "three.md"))


def test_a_document_that_adds_nothing_is_not_written_again(shelf):
    shelf.add(written(HEAT))
    (file,) = files_on(shelf)
    before = file.stat().st_ino

    shelf.add(written(HEAT))

    assert file.stat().st_ino == before


def test_all_names_are_kept_of_files_that_are_added_at_the_same_time(tmp_path):
    names = [f"{number}.md" for number in range(30)]
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda name: Shelf(tmp_path).add(written(HEAT, name=name)), names))

    stored = Shelf(tmp_path).get(written(HEAT).fingerprint)
    assert {stored.location, *stored.other_names} == set(names)


def test_a_file_that_is_read_again_is_known_as_todays_reader_sees_it(shelf):
    whole = written("# Warmth", HEAT, name="heat.md")
    blocks = tuple(replace(block, kind="paragraph", level=0) for block in whole.blocks)
    shelf.add(whole.model_copy(update={"blocks": blocks, "remarks": ("1 picture is not read.",)}))

    shelf.add(whole)

    stored = shelf.get(whole.fingerprint)
    assert stored.blocks == whole.blocks
    assert stored.remarks == ("1 picture is not read.",)


def test_a_file_of_another_name_changes_nothing_but_what_is_known_of_both(shelf):
    page = written("# Warmth", HEAT, name="heat.pdf").model_copy(update={"pages": (0,), "date": "2019"})
    shelf.add(page)

    shelf.add(written("# Warmth", HEAT, name="heat.txt"))

    assert shelf.get(page.fingerprint) == page.model_copy(update={"other_names": ("heat.txt",)})


def test_a_document_of_an_earlier_version_takes_another_name(shelf):
    document = written("# Warmth", HEAT)
    old = {"fingerprint": document.fingerprint, "title": "Warmth", "location": "old.md", "text": document.text}
    file = shelf.folder / document.fingerprint[:2] / f"{document.fingerprint}.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(old | {"headings": [{"start": 0, "end": 6}]}))

    shelf.add(document.model_copy(update={"location": "new.md"}))

    stored = shelf.get(document.fingerprint)
    assert (stored.location, stored.other_names) == ("old.md", ("new.md",))
    assert [block.kind for block in stored.blocks] == ["heading", "paragraph"]


def test_each_text_is_stored(shelf):
    for text in (HEAT, TIDES, CORAL):
        shelf.add(written(text))

    assert len(files_on(shelf)) == 3


def test_documents_come_in_the_order_asked_for(shelf):
    documents = [written(text) for text in (TIDES, HEAT, CORAL)]
    for document in reversed(documents):
        shelf.add(document)

    assert shelf.documents([document.fingerprint for document in documents]) == documents


def test_without_fingerprints_the_bundled_library_stands_there(shelf):
    assert shelf.documents([]) == list(bundled_documents())


def test_bundled_document_is_on_every_shelf(shelf):
    bundled = bundled_documents()[0]

    assert shelf.get(bundled.fingerprint) == bundled
    assert files_on(shelf) == []


def test_a_bundled_document_that_is_added_stands_on_the_shelf_itself(shelf):
    bundled = bundled_documents()[0]

    shelf.add(bundled)

    (file,) = files_on(shelf)
    assert Document.model_validate_json(file.read_text("utf-8")) == bundled


@pytest.mark.parametrize("fingerprint", [written(HEAT, TIDES).fingerprint, "", "0", "../../etc/passwd", "a\x00b"])
def test_unknown_fingerprint_is_told_in_a_sentence(shelf, fingerprint):
    with pytest.raises(UnknownDocument) as told:
        shelf.get(fingerprint)

    assert str(told.value).startswith(f"The document {fingerprint[:12]}… is not on the shelf any more")
    assert str(told.value).endswith("Add its file again.")


def test_a_file_of_a_run_is_read_when_its_document_is_asked_for(shelf, tmp_path):
    file = Files(tmp_path).add(b"The Moon pulls the water towards itself twice a day.", "tides.txt")

    document = shelf.get(file.fingerprint)

    assert (document.text, document.location) == ("The Moon pulls the water towards itself twice a day.", "tides.txt")
    assert shelf.get(document.fingerprint) == document  # it stands on the shelf from now on
    assert shelf.documents([file.fingerprint]) == [document]


def test_a_file_of_a_run_that_is_no_document_is_told_in_a_sentence(shelf, tmp_path):
    file = Files(tmp_path).add(b"\x89PNG\r\n", "picture.png")
    with pytest.raises(UnknownDocument, match=r"“picture.png”"):
        shelf.get(file.fingerprint)


def test_one_unknown_document_among_known_ones_is_told(shelf):
    shelf.add(written(HEAT))

    with pytest.raises(UnknownDocument):
        shelf.documents([written(HEAT).fingerprint, written(TIDES).fingerprint])


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_file_is_told_like_a_missing_one(shelf, damage):
    document = written(HEAT)
    shelf.add(document)
    (file,) = files_on(shelf)
    file.write_bytes(DAMAGE[damage](file.read_bytes()))

    with pytest.raises(UnknownDocument, match=document.fingerprint[:12]):
        shelf.get(document.fingerprint)


def test_of_two_files_with_one_text_the_warning_of_the_one_that_was_read_less_is_kept(shelf):
    whole = written(HEAT)
    less = whole.model_copy(update={"unread_words": 2})

    for document in (whole, less, whole):
        shelf.add(document)

    assert shelf.get(whole.fingerprint).unread_words == 2


def test_the_remarks_on_all_files_with_one_text_are_kept(shelf):
    document = written(HEAT)
    remarks = ("3 equations are not read.", "Pages 3 to 8 are pictures."), ("3 equations are not read.",), ("More.",)
    for number, said in enumerate(remarks):
        shelf.add(document.model_copy(update={"location": f"{number}.pdf", "remarks": said}))

    warning = shelf.get(document.fingerprint).warning
    assert warning == "In “0.pdf” 3 equations are not read. Pages 3 to 8 are pictures. More."


def test_adding_the_file_again_heals_a_damaged_document(shelf):
    document = written(HEAT)
    shelf.add(document)
    (file,) = files_on(shelf)
    file.write_bytes(b"{")

    shelf.add(document)

    assert shelf.get(document.fingerprint) == document


def test_same_text_under_another_name_is_the_bundled_document(shelf):
    bundled = next(document for document in bundled_documents() if document.location.endswith(".md"))

    copy = read("copy.md", (LIBRARY / bundled.location).read_text("utf-8"))

    assert shelf.get(copy.fingerprint).location == bundled.location


GUESS = FileEncoding(name="KOI8-R", alternatives=("Windows-1251",))
CHOICE = FileEncoding(name="KOI8-R", is_chosen=True)
OTHER_CHOICE = FileEncoding(name="KOI8-U", is_chosen=True)
CERTAIN = FileEncoding(name="UTF-8")


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        (GUESS, CHOICE, CHOICE),
        (CHOICE, GUESS, CHOICE),
        (CHOICE, OTHER_CHOICE, OTHER_CHOICE),
        (GUESS, CERTAIN, CERTAIN),
        (CERTAIN, GUESS, GUESS),
        (CHOICE, CERTAIN, CHOICE),
        (None, GUESS, GUESS),
        (GUESS, None, GUESS),
        (None, None, None),
    ],
)
def test_of_a_file_that_is_added_again_the_later_encoding_is_known_but_a_choice_outlasts_a_guess(
    shelf, first, second, known
):
    document = written(HEAT)
    for encoding in (first, second):
        shelf.add(document.model_copy(update={"encoding": encoding}))

    assert shelf.get(document.fingerprint).encoding == known


@pytest.mark.parametrize("first", [None, GUESS, CHOICE, CERTAIN])
@pytest.mark.parametrize("second", [None, GUESS, CHOICE, CERTAIN])
def test_the_encoding_is_that_of_the_file_that_names_the_document(shelf, first, second):
    document = written(HEAT)
    shelf.add(document.model_copy(update={"encoding": first}))
    shelf.add(document.model_copy(update={"encoding": second, "location": "other.txt"}))

    assert shelf.get(document.fingerprint).encoding == first
