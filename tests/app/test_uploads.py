from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.app.visitor import PLUTO, decide, has_button, open_page, shows, start, start_and_wait, text_of, wait_for
from tests.research.word_files import file_with, paragraph, run

PENGUINS = (
    "penguins.txt",
    b"Penguins\n\nPenguins live in the southern hemisphere and cannot fly. Emperor penguins breed on the sea ice of "
    b"Antarctica during the winter. The male emperor penguin keeps the egg warm on its feet.",
    "text/plain",
)
TRACKED = (
    "lease.docx",
    file_with(
        paragraph(run("The rent is "), f"<w:ins>{run('1200 euros')}</w:ins>", run(" per month, due on the first."))
    ),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
EMPTY = ("empty.md", b"", "text/markdown")
FAKE = ("fake.pdf", b"this is no PDF at all, only its name says so", "application/pdf")


def own_documents_page() -> AppTest:
    at = open_page()
    at.segmented_control(key="documents").set_value("My own documents").run()
    return at


def add(at: AppTest, *files: tuple[str, bytes, str]) -> None:
    at.file_uploader[0].set_value(list(files))
    wait_for(at, lambda at: not at.button(key="start").disabled)


def test_own_documents_are_researched_and_no_others():
    at = own_documents_page()
    add(at, PENGUINS)
    assert "Penguins (penguins.txt)" in at.multiselect(key="own_documents").options

    start(at, "How do emperor penguins breed")
    wait_for(at, has_button("approve"))
    assert "penguins.txt" in text_of(at)
    decide(at, "approve")
    wait_for(at, shows("References"))
    assert {r["finding"]["location"] for r in at.session_state["run"].result["references"]} == {"penguins.txt"}


def test_bad_files_get_a_line_each_and_the_others_go_on():
    at = own_documents_page()
    add(at, EMPTY, PENGUINS, FAKE)
    assert len(at.warning) == 2
    assert "“empty.md” is empty." in text_of(at)
    assert "“fake.pdf” is named like a PDF file" in text_of(at)
    assert at.multiselect(key="own_documents").options == ["Penguins (penguins.txt)"]


def test_a_word_file_from_which_words_drop_out_says_so_beside_its_name_and_in_the_review():
    at = own_documents_page()
    add(at, PENGUINS, TRACKED)
    assert at.multiselect(key="own_documents").options == [
        "Penguins (penguins.txt)",
        "lease (lease.docx, 2 words not read)",
    ]
    assert [warning.value for warning in at.warning] == [
        "In “lease.docx” 2 words that show are not read: hold its sentences against the file before you rely on them."
    ]

    start(at, "How much is the rent per month")
    wait_for(at, has_button("approve"))
    assert "2 words that show are not read" in at.info[0].value
    assert any(
        "lease.docx" in caption.value and "2 words of this document not read" in caption.value for caption in at.caption
    )


def test_of_many_word_files_that_are_not_read_whole_the_first_are_warned_of_and_the_others_counted():
    at = own_documents_page()
    inserted = [paragraph(run(f"Lease {number} says "), f"<w:ins>{run('1200 euros')}</w:ins>") for number in range(5)]
    add(at, *((f"{number}.docx", file_with(text), TRACKED[2]) for number, text in enumerate(inserted)))

    assert len(at.warning) == 3
    assert "The same goes for 2 other documents, as their names say." in text_of(at)
    assert all("2 words not read" in option for option in at.multiselect(key="own_documents").options)


def test_a_file_that_is_too_large_and_one_of_another_kind_are_named(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "1")
    at = own_documents_page()
    add(at, ("large.txt", b"word " * 300_000, "text/plain"), ("tool.exe", b"MZ", "application/x-dosexec"), PENGUINS)
    assert "“large.txt” has 1.5 MB; the limit is 1 MB" in text_of(at)
    assert "“tool.exe” is of a kind that hitl does not read" in text_of(at)
    assert at.multiselect(key="own_documents").options == ["Penguins (penguins.txt)"]


def test_more_files_than_the_limit_are_named(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "1")
    at = own_documents_page()
    add(at, PENGUINS, ("second.txt", PENGUINS[1] + b" Penguins eat fish.", "text/plain"))
    assert "1 file was left out, since 1 at a time is the limit: “second.txt”" in text_of(at)


def test_starting_without_a_document_is_told():
    at = own_documents_page()
    start(at, PLUTO)
    assert "Add a document first" in text_of(at)


def test_a_document_that_is_taken_out_is_not_read():
    at = own_documents_page()
    add(at, PENGUINS)
    at.multiselect(key="own_documents").set_value([]).run()
    start(at, "penguins")
    assert "Add a document first" in text_of(at)


def test_own_documents_are_offered_after_a_first_run_and_stay_chosen():
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("own"))
    at.button(key="own").click().run()
    assert at.segmented_control(key="documents").value == "My own documents"
    add(at, PENGUINS)

    start(at, "How do emperor penguins breed")
    wait_for(at, has_button("approve"))
    at.button(key="new_run").click().run()
    assert at.segmented_control(key="documents").value == "My own documents"
    assert at.multiselect(key="own_documents").value != []
