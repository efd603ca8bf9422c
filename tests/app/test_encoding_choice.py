"""Choosing another encoding for a file whose encoding is uncertain."""

from __future__ import annotations

import gc
import random
import weakref

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from hitl.report_ui.own_documents import Upload
from hitl.research import Document, Shelf
from hitl.settings import load_settings
from tests.app.test_uploads import PENGUINS, add, own_documents_page
from tests.app.visitor import decide, has_button, start, text_of, wait_for, without_marks
from tests.conftest import until
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText

CYRILLIC, HEBREW, KOREAN = SHORT_TEXTS[1], SHORT_TEXTS[4], SHORT_TEXTS[9]
NOISE = ("noise.txt", random.Random(1).randbytes(3000).replace(b"\x00", b"\x01"), "text/plain")


def file_of(short: ShortText, name: str = "pool.txt") -> tuple[str, bytes, str]:
    return (name, short.data, "text/plain")


def page_with(*files: tuple[str, bytes, str]) -> AppTest:
    at = own_documents_page()
    add(at, *files)
    return at


def box_of(at: AppTest, name: str = "“pool.txt”") -> Selectbox[str]:
    (box,) = [box for box in at.selectbox if box.label == f"Encoding of {name}"]
    return box


def choose(at: AppTest, encoding: str, name: str = "“pool.txt”") -> None:
    box_of(at, name).set_value(encoding).run()
    wait_for(at, lambda at: not at.button(key="start").disabled)


def offered(at: AppTest) -> list[str]:
    return list(at.multiselect(key="hitl.own_documents").options) if len(at.multiselect) else []


def chosen(at: AppTest) -> list[Document]:
    """The documents that are chosen, from the shelf."""
    fingerprints = at.multiselect(key="hitl.own_documents").value if len(at.multiselect) else []
    return Shelf(load_settings().home).documents(fingerprints) if fingerprints else []


def texts(at: AppTest) -> set[str]:
    return {document.text for document in chosen(at)}


def uploads(at: AppTest) -> list[Upload]:
    found: list[Upload] = at.session_state["hitl.uploads"]
    return found


def labels_of(at: AppTest) -> list[str]:
    return [box.label for box in at.selectbox if box.label.startswith("Encoding of")]


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_the_encoding_of_a_short_text_can_be_chosen(short: ShortText):
    at = page_with(file_of(short))
    assert "In “pool.txt” the encoding was guessed as" in text_of(at)
    if box_of(at).value == short.encoding:
        choose(at, "DOS 850")

    choose(at, short.encoding)

    assert box_of(at).value == short.encoding
    assert texts(at) == {short.text}
    assert offered(at) == ["pool (pool.txt, with a warning)"], "the old reading is not in the list any more"
    assert f"In “pool.txt” the text was read as {short.encoding}, as chosen." in text_of(at)


def test_the_encoding_used_and_the_alternatives_come_first_then_all_others_by_name():
    at = page_with(file_of(CYRILLIC))
    (upload,) = uploads(at)
    assert upload.result and upload.result.encoding

    likely = [upload.result.encoding.name, *upload.result.encoding.alternatives]
    options = box_of(at).options

    assert box_of(at).value == options[0]
    assert options[: len(likely)] == likely
    assert len(options) == len(set(options)) > 35
    others = [option for option in options[len(likely) :] if option.startswith(("DOS", "Mac"))]
    assert others == sorted(others)

    choose(at, "KOI8-R")
    assert box_of(at).options == options, "they stay where they are"


def test_some_words_show_how_the_file_is_read():
    at = page_with(file_of(HEBREW))
    choose(at, HEBREW.encoding)

    assert any(caption.value == f"It reads: “… {HEBREW.text[9:]}”" for caption in at.caption)


def test_the_choice_stands_in_the_review_and_what_is_quoted_is_read_that_way():
    at = page_with(file_of(KOREAN))
    choose(at, KOREAN.encoding)

    start(at, "Who says that the pool in the town is closed")
    wait_for(at, has_button("approve"))

    said = text_of(at)
    assert "In “pool.txt” the text was read as EUC-KR, as chosen." in said
    assert KOREAN.text in without_marks(said)

    decide(at, "approve")
    wait_for(at, has_button("new_run"))
    at.button(key="new_run").click().run()
    assert box_of(at).value == KOREAN.encoding
    assert texts(at) == {KOREAN.text}


def test_the_first_reading_can_be_chosen_back():
    at = page_with(file_of(CYRILLIC))
    before = texts(at)
    guessed = box_of(at).value
    assert guessed

    choose(at, "KOI8-R")
    assert texts(at) != before
    choose(at, guessed)

    assert texts(at) == before
    assert len(offered(at)) == 1
    assert f"In “pool.txt” the text was read as {guessed}, as chosen." in text_of(at)


def test_a_wrong_choice_is_told_and_another_can_be_made():
    at = page_with(file_of(CYRILLIC), PENGUINS)

    choose(at, "UTF-8")
    assert "“pool.txt” cannot be read as UTF-8: 2 of its 40 characters would be invalid." in text_of(at)
    assert box_of(at).value == "UTF-8"
    assert offered(at) == ["Penguins (penguins.txt)"]

    choose(at, CYRILLIC.encoding)
    assert "cannot be read as" not in text_of(at)
    assert CYRILLIC.text in texts(at)
    assert len(chosen(at)) == 2


def test_a_choice_that_gives_the_same_text_is_the_same_document():
    at = page_with(file_of(CYRILLIC))
    choose(at, "KOI8-R")
    before = texts(at)

    choose(at, "KOI8-U")

    assert texts(at) == before
    assert len(offered(at)) == 1
    assert "In “pool.txt” the text was read as KOI8-U, as chosen." in text_of(at)


def test_a_file_of_an_unknown_encoding_gets_a_choice_and_becomes_a_document():
    at = page_with(NOISE)
    box = box_of(at, "“noise.txt”")
    assert box.value is None
    assert "“noise.txt” is in an unknown encoding. Save it as UTF-8, then add it again. Or choose its encoding" in (
        text_of(at)
    )

    choose(at, "KOI8-R", "“noise.txt”")

    assert offered(at) == ["noise (noise.txt, with a warning)"]
    assert [document.encoding.name for document in chosen(at) if document.encoding] == ["KOI8-R"]


def test_a_file_of_an_unknown_encoding_stays_while_others_are_added_until_it_is_left_out():
    at = page_with(NOISE)
    add(at, PENGUINS)
    assert labels_of(at) == ["Encoding of “noise.txt”"]

    (button,) = [button for button in at.button if button.label == "Leave it out"]
    button.click().run()

    assert labels_of(at) == []
    assert "noise.txt" not in text_of(at)
    assert offered(at) == ["Penguins (penguins.txt)"]
    assert len(uploads(at)) == 1


def test_of_two_files_of_one_name_only_the_one_is_read_again():
    at = page_with(file_of(CYRILLIC), file_of(HEBREW))
    other = box_of(at, "“pool.txt”, file 2 of 2").value

    choose(at, CYRILLIC.encoding, "“pool.txt”, file 1 of 2")

    assert CYRILLIC.text in texts(at)
    assert len(texts(at)) == len(offered(at)) == 2
    assert box_of(at, "“pool.txt”, file 2 of 2").value == other

    choose(at, HEBREW.encoding, "“pool.txt”, file 2 of 2")
    assert texts(at) == {CYRILLIC.text, HEBREW.text}


def test_of_two_files_with_one_text_the_other_stays_as_it_was_read():
    at = page_with(file_of(CYRILLIC), file_of(CYRILLIC, "copy.txt"))
    (before,) = texts(at)

    choose(at, CYRILLIC.encoding)
    assert texts(at) == {before, CYRILLIC.text}

    choose(at, CYRILLIC.encoding, "“copy.txt”")
    assert texts(at) == {CYRILLIC.text}


def test_a_name_with_markdown_in_it_is_shown_as_it_is():
    at = page_with(file_of(CYRILLIC, "a*b*_c_.txt"))

    assert labels_of(at) == [r"Encoding of “a\*b\*\_c\_.txt”"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.txt", b"The pool in the town is closed in winter."),
        ("utf8.txt", "Das Bad ist geschlossen, sagt Zoë Müller.".encode()),
        ("sure.txt", "Der Stadtrat hat beschlossen, dass das Bad für alle zu teuer ist.".encode("cp1252")),
        ("fake.pdf", b"this is no PDF at all"),
    ],
)
def test_there_is_no_choice_where_the_encoding_is_certain_and_nothing_is_kept(name: str, data: bytes):
    at = page_with((name, data, ""))

    assert labels_of(at) == []
    assert [upload.kept.data for upload in uploads(at)] == [None]


def test_kept_files_count_within_the_limits_until_they_are_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "2")
    at = page_with(NOISE, file_of(CYRILLIC))
    add(at, PENGUINS)
    assert "1 file was left out, since 2 files at a time is the limit: “penguins.txt”" in text_of(at)

    (button,) = [button for button in at.button if button.label == "Leave it out"]
    button.click().run()
    add(at, PENGUINS)

    assert len(offered(at)) == 2
    assert "left out" not in text_of(at)


def test_a_file_counts_once_however_often_it_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "2")
    at = page_with(file_of(CYRILLIC))
    for encoding in ("KOI8-R", "UTF-8", "Windows-1251"):
        choose(at, encoding)
    add(at, PENGUINS)

    assert len(offered(at)) == 2
    assert "left out" not in text_of(at)


def test_the_bytes_are_let_go_when_the_document_is_taken_out():
    at = page_with(file_of(CYRILLIC), PENGUINS)
    picker = at.multiselect(key="hitl.own_documents")
    whole = list(picker.value)
    (upload,) = [upload for upload in uploads(at) if upload.has_choice]
    assert upload.result

    picker.set_value([fingerprint for fingerprint in whole if fingerprint != upload.result.fingerprint]).run()
    assert upload.kept.data is None
    assert labels_of(at) == []

    at.multiselect(key="hitl.own_documents").set_value(whole).run()
    assert labels_of(at) == []
    assert any(caption.value == "To choose another encoding of “pool.txt”, add it again." for caption in at.caption)

    add(at, file_of(CYRILLIC))
    assert labels_of(at) == ["Encoding of “pool.txt”"]
    assert len(offered(at)) == 2


def test_a_file_that_is_added_again_is_guessed_again_and_is_there_once():
    at = page_with(file_of(CYRILLIC))
    before, guessed = texts(at), box_of(at).value
    choose(at, "KOI8-R")

    add(at, file_of(CYRILLIC))

    assert labels_of(at) == ["Encoding of “pool.txt”"]
    assert box_of(at).value == guessed
    assert texts(at) == before
    assert len(offered(at)) == 1


def test_saved_as_utf8_and_added_again_it_is_certain():
    at = page_with(file_of(SHORT_TEXTS[0]))
    assert labels_of(at)

    add(at, ("pool.txt", SHORT_TEXTS[0].text.encode(), "text/plain"))

    assert labels_of(at) == []
    assert offered(at) == ["pool (pool.txt)"]


def test_the_bytes_are_let_go_when_the_visitor_leaves():
    at = page_with(file_of(CYRILLIC), NOISE)
    kept = [weakref.ref(upload.kept) for upload in uploads(at)]
    assert all(each() for each in kept)

    del at

    def are_gone() -> bool:
        gc.collect()
        return not any(each() for each in kept)

    until(are_gone)


@pytest.mark.parametrize("choices", [4, 5])
def test_of_many_uncertain_files_each_has_its_choice(choices: int):
    at = page_with(*(file_of(short, f"{number}.txt") for number, short in enumerate(SHORT_TEXTS[:choices])))

    assert sorted(labels_of(at)) == [f"Encoding of “{number}.txt”" for number in range(choices)]
    choose(at, SHORT_TEXTS[3].encoding, "“3.txt”")
    assert SHORT_TEXTS[3].text in texts(at)
