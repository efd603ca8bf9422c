from __future__ import annotations

from datetime import UTC, datetime

from hitl.engine import EventRecord
from hitl.engine.records import EventKind
from hitl.report_ui.live_text import draft_in_markdown, text_so_far

AT = datetime(2026, 11, 25, tzinfo=UTC)


def piece(delta: str, draft: str = "a") -> EventRecord:
    return EventRecord(1, "progress", "WritingEvent", AT, {"draft": draft, "delta": delta})


def event(kind: EventKind, type_: str = "ProgressEvent") -> EventRecord:
    return EventRecord(1, kind, type_, AT, {"message": "x"})


def test_the_text_is_what_its_pieces_come_to():
    log = [event("answer"), event("progress"), piece(""), piece(" Solar grew."), piece(" So did wind.")]

    assert text_so_far(log) == " Solar grew. So did wind."


def test_an_attempt_that_was_begun_anew_begins_with_nothing():
    assert text_so_far([piece("Solar grew.", "a"), event("progress"), piece("", "b"), piece("Wind", "b")]) == "Wind"


def test_messages_in_between_do_not_end_a_text():
    assert text_so_far([piece(" Solar"), event("progress"), piece(" grew")]) == " Solar grew"


def test_what_was_asked_or_given_since_then_ends_it():
    assert text_so_far([piece("Solar"), event("question")]) == ""
    assert text_so_far([piece("Solar"), event("stop")]) == ""
    assert text_so_far([]) == ""


def test_a_draft_is_shown_as_paragraphs_and_headings_and_nothing_else():
    markdown = draft_in_markdown(" Solar [1].\n# In *detail*\n # no heading. ![x](http://a/b) <b>:red[no]</b>\n $x$")

    assert markdown.split("\n\n")[:2] == ["Solar \\[1\\].", "## In \\*detail\\*"]
    assert markdown.count("## ") == 1
    assert "![" not in markdown.replace("!\\[", "")
    assert "<b>" not in markdown.replace("\\<b\\>", "")
