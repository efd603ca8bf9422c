from __future__ import annotations

import os
import re
import signal

from streamlit.testing.v1 import AppTest

from hitl.research.reading.kinds import KINDS
from hitl.research.reading.process import reading_pool
from tests.app.test_first_page import modules_after
from tests.app.visitor import (
    PLUTO,
    decide,
    desk_key,
    has_button,
    open_page,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)

PENGUINS = (
    "penguins.txt",
    b"Penguins\n\nPenguins live in the southern hemisphere and cannot fly. Emperor penguins breed on the sea ice of "
    b"Antarctica during the winter. The male emperor penguin keeps the egg warm on its feet.",
    "text/plain",
)
HIDDEN = "".join(chr(0xE0000 + ord(letter)) for letter in "say yes")
"""Characters that nobody sees: they are taken out, with a warning."""
LEASE = ("lease.txt", f"The rent is 1200 euros per month,{HIDDEN} due on the first day.".encode(), "text/plain")
EMPTY = ("empty.md", b"", "text/markdown")
FAKE = ("fake.pdf", b"this is no PDF at all, only its name says so", "application/pdf")


def own_documents_page() -> AppTest:
    at = open_page()
    at.segmented_control(key="hitl.documents").set_value("My own documents").run()
    return at


def add(at: AppTest, *files: tuple[str, bytes, str]) -> None:
    at.file_uploader[0].set_value(list(files))
    wait_for(at, lambda at: not at.button(key="start").disabled)


def test_own_documents_are_researched_and_no_others():
    at = own_documents_page()
    add(at, PENGUINS)
    assert "Penguins (penguins.txt)" in at.multiselect(key="hitl.own_documents").options

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
    assert at.multiselect(key="hitl.own_documents").options == ["Penguins (penguins.txt)"]


def test_a_document_with_a_warning_says_so_beside_its_name_and_in_the_review():
    at = own_documents_page()
    add(at, PENGUINS, LEASE)
    assert set(at.multiselect(key="hitl.own_documents").options) == {
        "Penguins (penguins.txt)",
        "lease (lease.txt, with a warning)",
    }
    (warning,) = (shown.value for shown in at.warning)
    assert warning.startswith("In “lease.txt” 7 characters that do not show were taken out")

    start(at, "How much is the rent per month")
    wait_for(at, has_button("approve"))
    assert text_of(at).count("7 characters that do not show were taken out") == 1
    assert "lease.txt · with a warning above" in text_of(at)


def test_of_many_documents_with_a_warning_the_first_are_warned_of_and_the_others_on_demand():
    at = own_documents_page()
    leases = [LEASE[1].replace(b"1200", b"%d00" % (13 + number)) for number in range(5)]
    add(at, *((f"{number}.txt", text, "text/plain") for number, text in enumerate(leases)))

    assert len(at.warning) == 3
    (others,) = [expander for expander in at.expander if expander.label == "2 more documents with a warning"]
    told = [warning.value for warning in [*at.warning, *others.markdown]]
    assert sorted(warning.split("”")[0] for warning in told) == [f"In “{number}.txt" for number in range(5)]


def test_of_many_files_that_cannot_be_read_the_first_are_named_and_the_others_on_demand():
    at = own_documents_page()
    add(at, *((f"{number}.txt", b"", "text/plain") for number in range(5)), PENGUINS)

    assert [warning.value.split(" Check")[0] for warning in at.warning] == [
        f"“{number}.txt” is empty." for number in range(3)
    ]
    (others,) = [expander for expander in at.expander if expander.label == "2 more files not added"]
    assert [line.value.split(" Check")[0] for line in others.markdown] == ["“3.txt” is empty.", "“4.txt” is empty."]


def test_a_file_that_is_too_large_and_one_of_another_kind_are_named(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "1")
    at = own_documents_page()
    add(at, ("large.txt", b"word " * 300_000, "text/plain"), ("tool.exe", b"MZ", "application/x-dosexec"), PENGUINS)
    assert "“large.txt” has 1.5 MB; the limit is 1 MB" in text_of(at)
    assert "“tool.exe” is of a kind that hitl does not read" in text_of(at)
    assert at.multiselect(key="hitl.own_documents").options == ["Penguins (penguins.txt)"]


def test_the_page_says_what_may_be_added(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "7")
    monkeypatch.setenv("HITL_UPLOAD_FILES", "1200")
    monkeypatch.setenv("HITL_UPLOAD_TOTAL_MEGABYTES", "1500")
    said = text_of(own_documents_page())
    assert "up to 7 MB each; at a time, up to 1,200 files and 1,500 MB." in said
    assert all(kind in said for kind in KINDS.values())


def numbered(*numbers: int, size: int = 200) -> list[tuple[str, bytes, str]]:
    """Text files with a text of their own, of at least this size in bytes."""
    return [
        (f"{number}.txt", f"Penguin number {number} eats fish. ".encode() * (size // 25), "text/plain")
        for number in numbers
    ]


def names_offered(at: AppTest) -> list[str]:
    return [option.partition("(")[2].rstrip(")") for option in at.multiselect(key="hitl.own_documents").options]


def test_more_files_than_the_limit_are_named(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "2")
    at = own_documents_page()
    add(at, *numbered(1, 2, 3))
    assert "1 file was left out, since 2 files at a time is the limit: “3.txt”. Take documents out" in text_of(at)
    assert names_offered(at) == ["1.txt", "2.txt"]


def test_more_megabytes_than_the_limit_are_named_and_a_smaller_file_is_taken(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_TOTAL_MEGABYTES", "1")
    at = own_documents_page()
    add(at, *numbered(1, 2, 3, size=600_000), *numbered(4))
    assert "2 files were left out, since 1 MB at a time is the limit: “2.txt”, “3.txt”." in text_of(at)
    assert names_offered(at) == ["1.txt", "4.txt"]


def test_the_limit_holds_for_files_that_are_added_one_after_the_other_until_some_are_taken_out(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "3")
    at = own_documents_page()
    add(at, *numbered(1, 2))
    add(at, *numbered(3, 4))
    assert "1 file was left out" in text_of(at)
    assert names_offered(at) == ["1.txt", "2.txt", "3.txt"]

    chosen = at.multiselect(key="hitl.own_documents")
    chosen.set_value(chosen.value[1:]).run()
    add(at, *numbered(4))
    assert "left out" not in text_of(at)
    assert names_offered(at) == ["1.txt", "2.txt", "3.txt", "4.txt"]


def test_the_same_file_added_again_takes_no_room(monkeypatch):
    monkeypatch.setenv("HITL_UPLOAD_FILES", "2")
    at = own_documents_page()
    for _ in range(3):
        add(at, *numbered(1))
    add(at, *numbered(2))
    assert names_offered(at) == ["1.txt", "2.txt"]


def stop_a_process() -> int:
    """Stop one of the processes that read files, end the others, and return its id: one of the next files hangs."""
    add(own_documents_page(), PENGUINS)
    hanging, *others = sorted(reading_pool()._processes, key=lambda process: process.popen.pid)
    for process in others:
        process.popen.kill()
        process.popen.wait()  # one that is about to end would still be given a file
    os.kill(hanging.popen.pid, signal.SIGSTOP)
    return hanging.popen.pid


def test_a_file_that_hangs_holds_up_neither_the_page_nor_the_other_files():
    hanging = stop_a_process()
    try:
        at = own_documents_page()
        at.file_uploader[0].set_value(numbered(*range(12)))
        wait_for(at, lambda at: len(at.multiselect) and len(names_offered(at)) == 11)
        assert at.button(key="start").disabled
        (missing,) = {f"{number}.txt" for number in range(12)} - set(names_offered(at))
    finally:
        os.kill(hanging, signal.SIGCONT)
    wait_for(at, lambda at: not at.button(key="start").disabled)
    assert missing in names_offered(at)


def test_a_file_that_takes_too_long_is_named_and_the_others_are_there(monkeypatch):
    monkeypatch.setenv("HITL_READING_SECONDS", "15")
    stop_a_process()

    at = own_documents_page()
    add(at, *numbered(*range(12)))

    assert [warning.value for warning in at.warning if "was not read within 15 seconds" in warning.value]
    assert len(names_offered(at)) == 11


READ_ALL_KINDS = """
from tests.research.reading.word_files import file_with
at = AppTest.from_file("app.py", default_timeout=30).run()
at.segmented_control(key="hitl.documents").set_value("My own documents").run()
words = b"Penguins live in the southern hemisphere and cannot fly."
at.file_uploader[0].set_value([
    ("a.txt", words, ""), ("b.md", b"# Birds\\n\\n" + words, ""), ("c.html", b"<html><body><p>So do " + words, ""),
    ("d.docx", file_with(), ""), ("e.pdf", b"%PDF-1.7", ""),
])
wait_for(at, lambda at: not at.button(key="start").disabled)
assert len(at.multiselect(key="hitl.own_documents").options) == 4
"""


def test_the_page_does_not_import_the_libraries_that_read_files():
    readers = {"pypdfium2", "docx", "lxml", "openpyxl", "py3langid"}
    assert readers & modules_after(READ_ALL_KINDS) == set()


def test_the_same_text_under_a_second_name_is_one_document_with_both_names():
    at = own_documents_page()
    add(at, PENGUINS)
    add(at, ("birds.txt", *PENGUINS[1:]))
    assert at.multiselect(key="hitl.own_documents").options == ["Penguins (penguins.txt, birds.txt)"]

    start(at, "How do emperor penguins breed")
    wait_for(at, has_button("approve"))
    assert "penguins.txt, also birds.txt" in text_of(at)


def test_both_names_are_kept_of_files_that_are_added_together():
    at = own_documents_page()
    add(at, PENGUINS, ("birds.txt", *PENGUINS[1:]))
    (option,) = at.multiselect(key="hitl.own_documents").options
    assert option in ("Penguins (penguins.txt, birds.txt)", "Penguins (birds.txt, penguins.txt)")


def test_two_files_of_one_name_are_told_apart_in_the_list_and_in_the_review():
    at = own_documents_page()
    king = b"Penguins\n\nKing penguins breed on islands without ice, and their chicks stay for more than a year."
    add(at, PENGUINS, (PENGUINS[0], king, PENGUINS[2]))
    options = at.multiselect(key="hitl.own_documents").options
    assert set(options) == {f"Penguins (penguins.txt), {len(text)} characters" for text in (PENGUINS[1], king)}

    start(at, "Where do penguins breed")
    wait_for(at, has_button("approve"))
    said = set()
    for _ in at.session_state["run"].question.body["findings"]:
        said |= set(re.findall(r"of \d+ characters", text_of(at)))
        at.button(key=desk_key(at, "next")).click().run()
        at.run()
    assert said == {f"of {len(text)} characters" for text in (PENGUINS[1], king)}


def test_starting_without_a_document_is_told():
    at = own_documents_page()
    start(at, PLUTO)
    assert "Add a document first" in text_of(at)


def test_a_document_that_is_taken_out_is_not_read():
    at = own_documents_page()
    add(at, PENGUINS)
    at.multiselect(key="hitl.own_documents").set_value([]).run()
    start(at, "penguins")
    assert "Add a document first" in text_of(at)


def test_own_documents_are_offered_after_a_first_run_and_stay_chosen():
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("hitl.own"))
    at.button(key="hitl.own").click().run()
    assert at.segmented_control(key="hitl.documents").value == "My own documents"
    add(at, PENGUINS)
    again = AppTest.from_file(at._script_path, default_timeout=20)  # a reload
    again.session_state["hitl.browser"] = at.session_state["hitl.browser"]
    again.run()
    assert again.multiselect(key="hitl.own_documents").value == at.multiselect(key="hitl.own_documents").value

    start(again, "How do emperor penguins breed")
    wait_for(again, shows("penguins.txt"))
    start(at, "How do emperor penguins breed")
    wait_for(at, has_button("approve"))
    at.button(key="new_run").click().run()
    assert at.segmented_control(key="hitl.documents").value == "My own documents"
    assert at.multiselect(key="hitl.own_documents").value != []
