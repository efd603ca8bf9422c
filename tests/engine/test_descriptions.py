from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hitl.engine import EventRecord
from hitl.engine.descriptions import (
    Progress,
    blocking_steps,
    describe,
    describe_answer,
    entries,
    headline_field,
    left_blocking,
    progress_of,
    title_of,
)
from hitl.engine.records import EventKind, RunRecord
from hitl.text import cut, humanize


def event(kind: EventKind, type_: str, **body: Any) -> EventRecord:
    return EventRecord(1, kind, type_, datetime(2026, 11, 23, 9, 5, tzinfo=UTC), body)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (event("start", "ResearchTopic", documents=[], topic="Tides"), "Started: Tides"),
        (event("start", "StartEvent"), "Started"),
        (event("progress", "ToolCall", tool_name="delete_folder", tool_kwargs={}), "Tool call: delete_folder"),
        (event("progress", "ProgressEvent", message="Read 3 documents"), "Read 3 documents"),
        (event("progress", "PagesTurned", count=3), "Pages turned"),
        (
            event("progress", "StepRestarted", step="do_research", message="do_research started again after a restart"),
            "“Do research” started again after a restart",
        ),
        (event("question", "ReviewFindings"), "Waiting for a human: review findings"),
        (
            event(
                "answer", "ReviewDecision", by="Ana", answer={"approved": False, "feedback": "more", "dropped": ["a"]}
            ),
            "Ana: rejected, feedback: “more”, 1 dropped",
        ),
        (event("stop", "Report", title="Tides"), "Finished"),
        (event("stop", "WorkflowCancelledEvent"), "Cancelled"),
        (
            event("stop", "WorkflowFailedEvent", step_name="do_research", exception={"exception_message": "no disk"}),
            "Failed in “Do research”: no disk",
        ),
        (event("stop", "WorkflowTimedOutEvent", timeout=6.0, active_steps=[]), "Timed out after 6 seconds"),
        (event("stop", "WorkflowTimedOutEvent", timeout=1, active_steps=["go"]), "Timed out after 1 second in “Go”"),
    ],
)
def test_an_event_is_told_in_one_line(record: EventRecord, line: str):
    assert describe(record) == line


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"approved": True}, "approved"),
        ({"approved": True, "feedback": "", "topic": ""}, "approved"),
        ({"response": "blue"}, "response: “blue”"),
        ({"amount": 3, "paid": False}, "amount: 3, paid: no"),
        ({}, "answered"),
        ({"approved": "yes"}, "answered"),
        ({"action": "accept", "args": {"to": "ana"}, "response": ""}, "accepted"),
        ({"action": "edit", "args": {"to": "eve"}, "response": "", "remark": "well"}, "edited, remark: “well”"),
        ({"action": "respond", "args": {}, "response": "Why?"}, "responded, response: “Why?”"),
        ({"action": "ignore", "args": {}}, "ignored"),
        ({"action": "publish", "args": {}}, "publish"),
        ({"action": "book_it", "args": {"to": "ana", "at": 3}}, "book it, 2 args"),
        ({"action": "accept"}, "accept"),
        ({"action": "Burn it!", "notes": {"1": "a"}}, "action: “Burn it!”, 1 note"),
        (
            {"action": "rewrite", "struck": [1, 2], "notes": {"1": "a", "2": "b"}, "check": True},
            "rewrite, 2 struck, 2 notes, check: yes",
        ),
        ({"approved": True, "dropped": ["a"], "days": [1, 2]}, "approved, 1 dropped, 2 days"),
        ({"entries": [1, 2], "seats": {"a": 1}}, "2 entries, 1 seat"),
    ],
)
def test_an_answer_is_told_by_what_it_says(answer: dict[str, Any], words: str):
    assert describe_answer(answer) == words


def test_names_of_classes_and_steps_become_words():
    assert humanize("ReviewFindings") == "Review findings"
    assert humanize("do_research") == "Do research"
    assert humanize("MayITravel") == "May I travel"
    assert humanize("PDFIsRead") == "PDF is read"
    assert humanize("") == ""


def test_the_headline_is_the_first_text():
    assert headline_field({"amount": 3, "empty": "", "topic": "Tides", "other": "x"}) == "topic"
    assert headline_field({"amount": 3}) == ""
    assert headline_field({"on": "2026-11-25", "mood": "🌊", "other": "x"}) == "mood"
    assert headline_field({"on": "2026-11-25", "topic": "1969", "search": "configured"}) == "topic"
    assert headline_field({"topic": " ", "search": "configured"}) == "search"


def run(title: str | None = None, result: dict[str, Any] | None = None, **inputs: Any) -> RunRecord:
    at = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    return RunRecord("0", "book_flight", title, inputs, "completed", False, result, None, at, at)


@pytest.mark.parametrize(
    ("record", "title"),
    [
        (run(topic="Tides"), "Tides"),
        (run(topic="Tides", result={"title": "Tides and the Moon"}), "Tides and the Moon"),
        (run(title="For Monday", topic="Tides", result={"title": "Tides and the Moon"}), "For Monday"),
        (run(amount=3), "Book flight"),
        (run(wait="PT1H30M", on="2026-11-25", at="09:30", topic="Tides"), "Tides"),
        (run(wait="PT1H", price="-2.50", seats=[{"price": 3}, {"name": "Aisle"}]), "Aisle"),
        (run(wait="P3DT4H", on="2026-11-25T09:30:00Z"), "Book flight"),
    ],
)
def test_a_run_is_called_by_its_name_or_by_what_it_is_about(record: RunRecord, title: str):
    assert title_of(record) == title


@pytest.mark.parametrize(
    ("text", "line"),
    [("short", "short"), ("two\n lines", "two lines"), ("a" * 50, "a" * 8 + " …"), ("one two three", "one two …")],
)
def test_a_long_text_is_cut_whatever_its_words(text: str, line: str):
    assert cut(text, 10) == line


def piece(delta: str, draft: str = "a", at: int = 5) -> EventRecord:
    told = datetime(2026, 11, 23, 9, at, tzinfo=UTC)
    return EventRecord(1, "progress", "WritingEvent", told, {"draft": draft, "delta": delta})


SAID = event("progress", "Said", message="Read")


def lines(*events: EventRecord, most: int | None = None) -> list[str]:
    return [entry.text for entry in entries(events, most)]


def test_pieces_of_one_text_are_one_entry():
    assert lines(SAID, piece(""), piece("Solar "), piece("grew by"), piece(" half"), SAID) == [
        "Read",
        "Writing: 4 words so far",
        "Read",
    ]


def test_a_text_that_was_begun_anew_is_another_entry():
    assert lines(piece("one", "a"), piece("two three", "b")) == ["Writing: 1 word so far", "Writing: 2 words so far"]


def test_an_entry_has_the_time_and_the_place_of_its_first_piece():
    (said, text) = entries([SAID, piece("a", at=6), piece("b", at=7)])

    assert (said.first, text.first) == (0, 1)
    assert text.at.minute == 6


def test_only_the_newest_entries_are_told():
    assert lines(SAID, piece("a"), piece("b"), SAID, most=2) == ["Writing: 1 word so far", "Read"]
    assert lines(SAID, SAID, most=1) == ["Read"]
    assert lines(most=5) == []


def test_a_delta_that_is_no_text_is_an_event_like_any_other():
    assert lines(event("progress", "Moved", delta=3)) == ["Moved"]


def pages(done: Any, total: Any = 12, **more: Any) -> EventRecord:
    return event("progress", "PagesRead", done=done, total=total, **more)


def test_how_much_of_how_much_is_one_entry_that_says_the_last_amount():
    assert lines(SAID, pages(1), pages(2), pages(12), SAID) == ["Read", "Pages read: 12 of 12", "Read"]
    assert lines(pages(11), pages(1)) == ["Pages read: 11 of 12", "Pages read: 1 of 12"], "it began again"
    assert lines(pages(1, file="a"), pages(2, file="b")) == ["Pages read: 1 of 12", "Pages read: 2 of 12"]
    assert lines(pages(1.5, 2_000.25)) == ["Pages read: 1.5 of 2,000.2"]
    assert lines(event("progress", "Copying", progress=0.257)) == ["Copying: 26%"]
    assert lines(pages(1, message="Page one")) == ["Page one"]


@pytest.mark.parametrize("body", [pages(3, 2), pages(-1), pages(1, 0), pages("1"), pages(True), pages(float("nan"))])
def test_what_is_no_amount_is_an_event_like_any_other(body: EventRecord):
    assert lines(body) == ["Pages read"]
    assert progress_of([body]) is None


def test_how_far_a_run_is_comes_from_the_newest_amount_of_its_present_work():
    assert progress_of([pages(3)]) == Progress(0.25, "Pages read: 3 of 12", "PagesRead")
    assert progress_of([pages(3), SAID]) == progress_of([pages(3)])
    told = progress_of([event("progress", "Copying", progress=0.5, message="Halfway there")])
    assert told == Progress(0.5, "Halfway there: 50%", "Copying")
    assert progress_of([pages(3), pages(12)]) is None, "all is done"
    assert progress_of([pages(3), event("answer", "Verdict", by="ana", answer={})]) is None
    assert (
        progress_of([pages(3), event("progress", "StepRestarted", step="read", message="read started again")]) is None
    )


def test_the_words_of_an_entry_begin_with_its_step():
    (entry,) = entries([replace(SAID, step="look_up")])
    assert entry.words == "Look up · Read"


def blocks(step: str | None, where: str = "") -> EventRecord:
    return event("progress", "StepBlocks", step=step, since="2026-11-23T09:05:00+00:00", where=where, message="…")


def test_a_step_has_not_yielded_until_its_log_says_so():
    now = datetime(2026, 11, 23, 9, 5, 12, tzinfo=UTC)
    spin, other = blocks("spin", "a.py, line 3"), blocks(None)
    assert blocking_steps([spin, other], now) == [
        "The step spin has not yielded for 12 seconds (a.py, line 3). Other runs go on; Python cannot interrupt it.",
        "What the run calls has not yielded for 12 seconds. Other runs go on; Python cannot interrupt it.",
    ]
    assert left_blocking([spin])[0].startswith("The step spin had not yielded by then.")
    yielded = event("progress", "StepYielded", step="spin", seconds=13)
    assert blocking_steps([spin, yielded], now) == []
    assert len(blocking_steps([spin, yielded, spin], now)) == 1
    assert blocking_steps([spin, event("progress", "StepRestarted", step="spin")], now) == []
    assert blocking_steps([event("progress", "StepBlocks", count=1)], now) == [], "a workflow's own event"
