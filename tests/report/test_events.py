from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from workflows.context import JsonSerializer
from workflows.events import Event

from hitl.report import (
    ProgressEvent,
    Report,
    ReportEvent,
    ResearchTopic,
    RetryEvent,
    ReviewDecision,
    ReviewFindings,
)
from hitl.report.events import StopWriting
from hitl.report.writing.extractive import write_extracted
from tests.report.findings import finding
from tests.unseen import NEEDED, TAKEN_OUT, tags

FOUND = [finding("Tides follow the moon. They lag behind it.", place="page 1"), finding("Água é vida.", title="Água")]

EVENTS: list[Event] = [
    ResearchTopic(topic="Why do tides lag?", documents=["ab" * 32, "cd" * 32]),
    ProgressEvent(message="Read 19 documents"),
    ReviewFindings(topic="tides", round=2, findings=FOUND, note="1 new finding, 1 kept from before."),
    ReviewDecision(approved=False, feedback="more on\nthe moon 🌕", dropped=[FOUND[0].id], topic="lunar tides"),
    RetryEvent(feedback="", topic=""),
    ReportEvent(topic="tides", findings=FOUND, dropped=[]),
    write_extracted("tides", FOUND),
]


@pytest.mark.parametrize("topic", ["", " ", "\n\t\u2003 "])
def test_a_blank_topic_is_refused(topic: str):
    with pytest.raises(ValidationError, match="Type a topic first"):
        ResearchTopic(topic=topic)


def test_too_long_a_topic_is_refused_with_its_length():
    with pytest.raises(ValidationError, match="at most 500 characters, and this one has 10,000"):
        ResearchTopic(topic="x" * 10_000)


def test_a_topic_is_measured_after_its_white_space_is_folded():
    assert ResearchTopic(topic="tides" + " " * 10_000 + "lag").topic == "tides lag"
    assert len(ResearchTopic(topic="x" * 500).topic) == 500


def test_a_topic_over_several_lines_becomes_one():
    assert ResearchTopic(topic="  why\r\ndo\ttides\n\nlag? ").topic == "why do tides lag?"


@pytest.mark.parametrize("topic", ["لماذا يرتفع مستوى البحر؟", "מדוע הים עולה?", "🦄🦄"])
def test_a_topic_in_any_script_is_kept_as_it_is(topic: str):
    assert ResearchTopic(topic=topic).topic == topic


def asked(text: str) -> ReviewFindings:
    """A question with a text in every place that is not a finding's."""
    return ReviewFindings(topic=text, round=1, findings=[], note=text, looked_for=[text])


@pytest.mark.parametrize(("text", "shown"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_does_not_show_is_taken_out_of_what_a_human_types(text: str, shown: str):
    topic = ResearchTopic(topic=text)
    decision = ReviewDecision(approved=False, feedback=text, topic=text, dropped=[text])

    assert topic.topic == decision.topic == " ".join(shown.split())
    assert decision.feedback == shown
    assert decision.dropped == [shown]
    assert StopWriting(draft="d", by=text).by == shown


@pytest.mark.parametrize(("text", "shown"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_does_not_show_is_taken_out_of_messages_and_questions(text: str, shown: str):
    review = asked(text)

    assert ProgressEvent(message=text).message == shown
    assert {review.topic, review.note, *review.looked_for} == {shown}


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_what_scripts_and_emoji_need_stays_in_all_of_them(text: str):
    decision = ReviewDecision(approved=False, feedback=text, topic=text)
    review = asked(text)

    assert {ResearchTopic(topic=text).topic, decision.feedback, decision.topic} == {text}
    assert {StopWriting(draft="d", by=text).by, ProgressEvent(message=text).message} == {text}
    assert {review.topic, review.note, *review.looked_for} == {text}


@pytest.mark.parametrize(
    "text", ["\u200b", "\u202e\u202c", "\u3164", "\u00ad\ufeff", "\ufe0f", "\u2800 \u2800", tags("go")]
)
def test_a_topic_of_nothing_that_shows_is_blank(text: str):
    with pytest.raises(ValidationError, match="Type a topic first"):
        ResearchTopic(topic=text)


def test_a_topic_is_measured_by_what_shows():
    assert ResearchTopic(topic="tides" + tags("x" * 10_000)).topic == "tides"


def test_feedback_keeps_its_lines():
    assert ReviewDecision(approved=False, feedback="more on\n\tthe \u200bmoon").feedback == "more on\n\tthe moon"


def test_without_a_choice_the_bundled_documents_are_the_source():
    topic = ResearchTopic(topic="tides")

    assert (topic.documents, topic.sources) == ([], ["documents"])


@pytest.mark.parametrize("sources", [[], ["web"], ["documents", "somewhere"]])
def test_sources_that_do_not_exist_are_refused(sources: list[Any]):
    with pytest.raises(ValidationError):
        ResearchTopic(topic="tides", sources=sources)


@pytest.mark.parametrize("approved", ["yes", "true", "", 1, 0, 1.0, None])
def test_nothing_but_true_or_false_is_a_decision(approved: Any):
    with pytest.raises(ValidationError):
        ReviewDecision(approved=approved)


def test_a_decision_cannot_leave_out_whether_it_approves():
    with pytest.raises(ValidationError):
        ReviewDecision.model_validate({"feedback": "fine"})


def test_too_long_a_feedback_is_refused():
    with pytest.raises(ValidationError, match="5000"):
        ReviewDecision(approved=False, feedback="x" * 5_001)


def test_better_words_are_folded_and_measured_like_a_topic():
    assert ReviewDecision(approved=False, topic=" spring \n tides ").topic == "spring tides"
    with pytest.raises(ValidationError, match="at most 500 characters"):
        ReviewDecision(approved=False, topic="x" * 501)


def test_the_question_names_the_type_of_its_answer():
    assert ReviewFindings.answer_type is ReviewDecision


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_way_through_json(event: Event):
    serializer = JsonSerializer()

    again = serializer.deserialize(serializer.serialize(event))

    assert type(again) is type(event)
    assert again.model_dump() == event.model_dump()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_made_anew_from_its_plain_fields(event: Event):
    again = type(event).model_validate(json.loads(event.model_dump_json()))

    assert again.model_dump() == event.model_dump()


def test_a_report_is_a_result_with_its_references_and_claims():
    report = write_extracted("tides", FOUND)

    again = Report.model_validate(json.loads(report.model_dump_json()))

    assert again.references == report.references
    assert again.claims == report.claims
