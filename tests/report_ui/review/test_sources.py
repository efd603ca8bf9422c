from __future__ import annotations

from typing import Any

from hitl.report_ui.review.sources import sources_of
from hitl.research import Document


def document(fingerprint: str, location: str, **others: Any) -> Document:
    values: dict[str, Any] = {"title": "Tides", "text": "The tides."} | others
    return Document(fingerprint=fingerprint, location=location, **values)


def test_a_finding_is_of_the_file_with_its_other_names():
    assert sources_of([document("1", "a.txt"), document("2", "b.txt", other_names=("c.txt", "d.txt"))]) == {
        "1": "a.txt",
        "2": "b.txt, also c.txt, also d.txt",
    }


def test_findings_of_different_files_with_one_name_say_how_long_these_are():
    longer = "The tides. " * 200
    assert sources_of([document("1", "a.txt"), document("2", "a.txt", text=longer), document("3", "b.txt")]) == {
        "1": "a.txt · of 10 characters",
        "2": "a.txt · of 2,200 characters",
        "3": "b.txt",
    }


def test_so_do_those_that_share_one_of_their_names():
    assert sources_of(
        [document("1", "b.txt", other_names=("a.txt",)), document("2", "a.txt", text="Other tides.")]
    ) == {
        "1": "b.txt, also a.txt · of 10 characters",
        "2": "a.txt · of 12 characters",
    }


def test_findings_of_files_that_were_not_read_whole_say_so():
    unread = document("1", "a.docx", unread_words=2)
    remarked = document("2", "b.docx", remarks=("3 equations are not read.",))
    assert sources_of([unread, remarked]) == {
        "1": "a.docx · 2 words of this document not read",
        "2": "b.docx · with a warning above",
    }
