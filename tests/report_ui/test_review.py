from __future__ import annotations

from typing import Any

import pytest

from hitl.report.events import ReviewFindings
from hitl.report_ui.report import file_name
from hitl.report_ui.review import AROUND, answers_in_words, grouped, passage_around, sources_of
from hitl.research import Document, Finding
from hitl.research.evidence import AskedPart
from tests.report.findings import finding as found

QUOTE = "The tide follows the Moon."


def around(before: str, after: str) -> str:
    document = Document(fingerprint="f", title="Tides", location="tides.txt", text=before + QUOTE + after)
    start = len(before)
    finding = Finding(
        id="1", quote=QUOTE, document="f", title="Tides", location="tides.txt", place="", start=start,
        end=start + len(QUOTE), score=1.0, round=1,
    )  # fmt: skip
    return passage_around(document, finding)


def test_a_short_document_is_shown_whole():
    assert around("Before it.\n\n", "\n\nAfter it.") == f"Before it.\n\n **{QUOTE}** \n\nAfter it."


def test_blocks_are_shown_whole_where_they_fit():
    long = "word " * AROUND
    assert around(f"{long}\n\nJust before. ", f" Just after.\n\n{long}") == f"Just before. **{QUOTE}** Just after."


def test_a_text_without_blocks_is_cut_with_an_ellipsis():
    shown = around("word " * 10_000, " word" * 10_000)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 2 * AROUND + len(QUOTE) + 20


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


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is Pluto…?", "why-is-pluto"),
        ("ما هي الكواكب", "ما-هي-الكواكب"),
        ("../..", "report"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_title_becomes_a_file_name(title: str, name: str):
    assert file_name(title) == name


def review(*findings: Finding, parts: tuple[str, ...] = ("cost", "noise"), round: int = 1) -> ReviewFindings:
    asked = [AskedPart(text=text, found=0) for text in parts]
    return ReviewFindings(topic="pumps", round=round, findings=list(findings), parts=asked)


def one(quote: str, **others: Any) -> Finding:
    return found(quote).model_copy(update=others)


FITS, WEAK, EARLIER = one("Fits.", round=2), one("Weak.", round=2, is_weak=True), one("Earlier.", round=1, is_weak=True)


@pytest.mark.parametrize(
    ("findings", "groups"),
    [
        ([FITS], [("", [FITS])]),
        ([FITS, WEAK], [("", [FITS]), ("Fits less well", [WEAK])]),
        ([WEAK], [("Fits less well", [WEAK])]),
        ([EARLIER, FITS, WEAK], [("New", [FITS]), ("Fits less well", [WEAK]), ("Kept from before", [EARLIER])]),
        ([EARLIER], [("Kept from before", [EARLIER])]),
        ([], []),
    ],
)
def test_findings_that_fit_less_well_stand_after_the_others(findings: list[Finding], groups: Any):
    assert list(grouped(review(*findings, round=2))) == groups


@pytest.mark.parametrize(
    ("answers", "is_weak", "parts", "words"),
    [
        (("cost",), False, ("cost", "noise"), "Answers “cost”"),
        (("cost", "noise"), False, ("cost", "noise"), "Answers “cost”, “noise”"),
        (("noise",), True, ("cost", "noise"), "Shares words with “noise”"),
        (("cost",), False, ("cost",), ""),
        ((), False, ("cost", "noise"), ""),
        (("price",), False, ("cost",), "Answers “price”"),  # what was asked in an earlier round
        (("x" * 100,), False, ("cost", "noise"), f"Answers “{'x' * 58} …”"),
    ],
)
def test_a_finding_says_which_of_several_parts_it_answers(answers: Any, is_weak: bool, parts: Any, words: str):
    assert answers_in_words(one("Q.", answers=answers, is_weak=is_weak), review(parts=parts)) == words
