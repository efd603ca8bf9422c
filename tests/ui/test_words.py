from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hitl.engine import EventRecord
from hitl.engine.records import Kind
from hitl.ui._compat import WORD_JOINER, without_shorthand
from hitl.ui.words import describe, describe_answer, headline_field, local_time, words_of


def event(kind: Kind, type_: str, **body: Any) -> EventRecord:
    return EventRecord(1, kind, type_, datetime(2026, 11, 23, 9, 5, tzinfo=UTC), body)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (event("start", "ResearchTopic", documents=[], topic="Tides"), "Started: Tides"),
        (event("start", "StartEvent"), "Started: Start"),
        (event("progress", "ProgressEvent", message="Read 3 documents"), "Read 3 documents"),
        (event("progress", "PagesTurned", count=3), "Pages turned"),
        (event("question", "ReviewFindings"), "Waiting for a human: review findings"),
        (
            event(
                "answer", "ReviewDecision", by="Ana", answer={"approved": False, "feedback": "more", "dropped": ["a"]}
            ),
            "Ana: rejected, feedback: “more”, dropped: 1",
        ),
        (event("stop", "Report", title="Tides"), "Finished"),
        (event("stop", "WorkflowCancelledEvent"), "Cancelled"),
        (
            event("stop", "WorkflowFailedEvent", step_name="do_research", exception={"exception_message": "no disk"}),
            "Failed in “Do research”: no disk",
        ),
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
        ({"amount": 3, "paid": False}, "amount: “3”, paid: “False”"),
        ({}, "answered"),
        ({"approved": "yes"}, "answered"),
    ],
)
def test_an_answer_is_told_by_what_it_says(answer: dict[str, Any], words: str):
    assert describe_answer(answer) == words


def test_names_of_classes_and_steps_become_words():
    assert words_of("ReviewFindings") == "Review findings"
    assert words_of("do_research") == "Do research"


def test_the_headline_is_the_first_text():
    assert headline_field({"amount": 3, "empty": "", "topic": "Tides", "other": "x"}) == "topic"
    assert headline_field({"amount": 3}) == ""


def test_without_a_visitor_times_are_utc():
    assert local_time(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "09:05:00"


@pytest.mark.parametrize("shorthand", [":red[x]", ":material/home:", ":tada:", "->", "<-", "--", ">=", "<=", "\\>="])
def test_shorthand_is_kept_apart_by_an_invisible_sign(shorthand: str):
    kept = without_shorthand(f"a {shorthand} b")
    assert WORD_JOINER in kept
    assert kept.replace(WORD_JOINER, "") == f"a {shorthand} b"


@pytest.mark.parametrize(
    "text", ["at 10:30", "see https://example.org", "well-known", "a > b", "[\\[1\\]](#reference-1)"]
)
def test_ordinary_text_is_left_alone(text: str):
    assert without_shorthand(text) == text
