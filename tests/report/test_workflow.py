from __future__ import annotations

import re
import socket
from typing import Any, NoReturn

import pytest
from workflows.events import HumanResponseEvent

from hitl.engine.workflows.answers import response_types
from hitl.report import (
    ProgressEvent,
    ReportDecision,
    ReportWorkflow,
    ResearchTopic,
    ReviewDecision,
    ReviewFindings,
)
from hitl.report.events import EarlierReport, StopWriting
from hitl.research import Document, Finding, Shelf, UnknownDocument
from hitl.research.bundled import _load, bundled_by_fingerprint
from hitl.research.evidence import fingerprint_of
from hitl.research.sentences import split_sentences
from hitl.settings import load_settings
from tests.markdown import literal
from tests.report.reading import folded
from tests.report.runs import Followed, approve, follow, reject

TOPIC = "How do vaccines work?"
STEPS = {"do_research", "human_review", "write_report", "text_review", "stop_writing"}


def sentences_of(finding: Finding) -> list[str]:
    return [finding.quote[span.start : span.end] for span in split_sentences(finding.quote)]


def text_of(markdown: str) -> str:
    return folded(literal(markdown))


def shelved(text: str, title: str = "Notes") -> Document:
    document = Document(fingerprint=fingerprint_of(text), title=title, location="notes.txt", text=text)
    Shelf(load_settings().home).add(document)
    return document


def test_an_approval_at_once_gives_a_report_from_the_findings():
    run = follow(TOPIC, approve())

    (question,) = run.questions
    assert (question.topic, question.round, question.note) == (TOPIC, 1, "")
    assert 1 <= len(question.findings) <= load_settings().findings
    assert {r.finding.id for r in run.written.references} <= {f.id for f in question.findings}
    assert {claim.verdict for claim in run.written.claims} == {"verbatim"}


def test_every_finding_is_a_verbatim_span_of_its_document():
    (question,) = follow(TOPIC).questions

    for finding in question.findings:
        document = bundled_by_fingerprint()[finding.document]
        assert document.text[finding.start : finding.end] == finding.quote


def test_every_document_that_is_quoted_stands_on_the_shelf_itself(home):
    (question,) = follow(TOPIC).questions

    quoted = {finding.document for finding in question.findings}
    assert {path.stem for path in (home / "shelf").rglob("*.json")} == quoted


def test_the_messages_say_what_was_done():
    run = follow(TOPIC, reject("side effects"), approve())

    read = r"Read 19 documents, ranked 298 passages in [\d,.]+ m?s, found \d+ new findings?"
    beginning, looked, again, looked_again, writing = run.messages
    assert beginning == f"Looking for evidence on “{TOPIC}”"
    assert re.fullmatch(read, looked)
    assert again == f"Looking again for evidence on “{TOPIC}”, heeding “side effects”"
    parts = r"How do vaccines work: .*, \d+ seen before · side effects: \d+ findings?"
    assert re.fullmatch(f"{read}: {parts}", looked_again)
    assert writing == f"Writing from {len(run.questions[-1].findings)} approved findings"


def test_the_messages_come_before_the_question():
    run = follow(TOPIC)

    assert [type(event) for event in run.events if isinstance(event, ProgressEvent | ReviewFindings)] == [
        ProgressEvent,
        ProgressEvent,
        ReviewFindings,
    ]


def test_two_rejections_a_drop_and_an_approval():
    dropped: list[Finding] = []

    def drop_the_best(question: ReviewFindings) -> ReviewDecision:
        dropped.append(question.findings[0])
        return ReviewDecision(approved=True, dropped=[question.findings[0].id])

    run = follow(TOPIC, reject("side effects"), reject("herd immunity"), drop_the_best)

    first, second, third = run.questions
    assert [question.round for question in run.questions] == [1, 2, 3]
    assert second.findings[: len(first.findings)] == first.findings
    assert third.findings[: len(second.findings)] == second.findings
    (gone,) = dropped
    assert not any(reference.finding.overlaps(gone) for reference in run.written.references)
    assert not any(sentence in text_of(run.written.markdown) for sentence in sentences_of(gone))


def test_what_was_dropped_in_a_rejection_never_comes_back():
    gone: list[Finding] = []

    def drop_two(question: ReviewFindings) -> ReviewDecision:
        gone.extend(question.findings[:2])
        return ReviewDecision(approved=False, dropped=[finding.id for finding in question.findings[:2]])

    run = follow(TOPIC, drop_two, reject(), reject("a germ killed by heat"), approve())

    for question in run.questions[1:]:
        assert not any(finding.overlaps(other) for finding in question.findings for other in gone)
    text = text_of(run.written.markdown)
    assert not any(sentence in text for finding in gone for sentence in sentences_of(finding))


def test_a_dropped_sentence_does_not_come_back_inside_a_longer_quote():
    said = "Neap tides in the harbour are weakest seven days after the full moon."
    one = shelved(f"Fishing boats leave the harbour late at neap tides in autumn. {said}", "One")
    other = shelved(f"{said} Harbour pilots plan for neap tides with printed tables of the year.", "Other")

    def drop_the_sentence(question: ReviewFindings) -> ReviewDecision:
        return ReviewDecision(approved=True, dropped=[f.id for f in question.findings if f.document == one.fingerprint])

    topic = ResearchTopic(topic="neap tides in the harbour", documents=[one.fingerprint, other.fingerprint])
    run = follow(topic, drop_the_sentence)

    assert len(run.questions[0].findings) == 2
    text = text_of(run.written.markdown)
    assert said not in text.partition("References")[0]
    assert "Harbour pilots plan for neap tides" in text


def test_a_rejection_without_feedback_brings_more():
    run = follow("coral reefs", reject())

    first, second = run.questions
    new = [finding for finding in second.findings if finding.round == 2]
    assert new
    assert second.findings == [*first.findings, *new]
    assert second.note.startswith(
        f"{len(new)} new findings, {len(first.findings)} kept from before. This round went deeper"
    )
    assert run.messages[2].endswith("deeper than before")


def test_feedback_brings_what_it_asks_for():
    run = follow("coral reefs", reject("the moon pulls tides"))

    first, second = run.questions
    assert not any("moon" in finding.quote.lower() for finding in first.findings)
    assert any("moon" in finding.quote.lower() for finding in second.findings if finding.round == 2)


def test_better_words_become_the_topic():
    run = follow("zzzxq flurbish", reject(topic="coral bleaching"), approve())

    assert run.questions[1].topic == "coral bleaching"
    assert run.written.title == "Coral bleaching"


def test_nothing_new_is_said_and_asked_again_once_for_every_rejection():
    rejections = [reject() for _ in range(6)]

    run = follow("coral reefs", *rejections, approve())

    assert [question.round for question in run.questions] == [1, 2, 3, 4, 5, 6, 7]
    last = run.questions[-1]
    assert last.findings == run.questions[-2].findings
    assert last.note.startswith(
        "Nothing new was found. What you kept is below: say what is missing in other words, or approve."
    )
    assert sum(message.startswith("Looking") for message in run.messages) == 1 + len(rejections)


@pytest.mark.parametrize(
    ("topic", "note"),
    [
        (
            "zzzxq flurbish",
            "Nothing in 19 documents answers “zzzxq flurbish”. Try other words. "
            "No document holds “zzzxq” or “flurbish”. The search compares words; with a language model it would also "
            "look for other words for the same thing.",
        ),
        ("🦄🦄", "There is no word in “🦄🦄” that could be looked for. Try other words."),
    ],
)
def test_nothing_found_is_a_question_without_findings(topic: str, note: str):
    (question,) = follow(topic).questions

    assert (question.findings, question.note) == ([], note)


def test_an_approval_of_nothing_is_asked_again():
    run = follow("zzzxq flurbish", approve())

    _, again = run.questions
    assert again.note == "Nothing was kept, and a report needs evidence. Ask for another round, or cancel."
    assert again.round == 1
    assert run.report is None


def test_an_approval_that_drops_everything_is_asked_again():
    def drop_all(question: ReviewFindings) -> ReviewDecision:
        return ReviewDecision(approved=True, dropped=[finding.id for finding in question.findings])

    run = follow("coral bleaching", drop_all, reject(), approve())

    first, again, after = run.questions
    assert again.findings == []
    assert again.note.startswith("Nothing was kept")
    assert after.findings
    assert not any(finding.overlaps(gone) for finding in after.findings for gone in first.findings)


def test_only_the_named_documents_are_read():
    document = shelved("Neap tides in the harbour are weakest seven days after the full moon.")

    run = follow(ResearchTopic(topic="neap tides", documents=[document.fingerprint]), approve())

    assert run.messages[1].startswith("Read 1 document, ranked 1 passage in ")
    assert {reference.finding.document for reference in run.written.references} == {document.fingerprint}


def test_an_unknown_document_fails_with_the_sentence_of_the_shelf():
    with pytest.raises(
        UnknownDocument, match=r"The document 0{12}… is not on the shelf any more .* Add its file again"
    ):
        follow(ResearchTopic(topic="tides", documents=["0" * 64]), approve())


def test_no_model_means_that_no_connection_is_made(monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: Any, **options: Any) -> NoReturn:
        raise AssertionError(f"a connection was tried: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    _load.cache_clear()  # the library is loaded again, under the block
    bundled_by_fingerprint.cache_clear()

    monkeypatch.setenv("OPENAI_API_KEY", "sk-there-is-one")

    run = follow(ResearchTopic(topic=TOPIC, model="none"), reject("side effects"), approve())

    assert run.written.references
    assert "without a language model" in run.written.markdown


def test_a_run_waits_as_long_as_the_human_takes():
    assert ReportWorkflow(load_settings(), timeout=5)._timeout is None


def test_the_workflow_has_four_steps_and_one_that_stops_the_writing():
    assert set(ReportWorkflow(load_settings())._get_steps()) == STEPS


def test_the_two_decisions_are_the_only_answers_that_are_taken():
    taken = {
        event
        for step in ReportWorkflow(load_settings())._get_steps().values()
        for event in step._step_config.accepted_events
        if issubclass(event, HumanResponseEvent)
    }

    assert taken == {ReviewDecision, ReportDecision, StopWriting}
    assert set(response_types(ReportWorkflow(load_settings()))) == {ReviewDecision, ReportDecision}


# ---- revising a finished report


def earlier_report(run: Followed, **changed: Any) -> EarlierReport:
    question = run.questions[-1]
    return EarlierReport(
        **{"findings": question.findings, "feedback": ["the moon"], "round": question.round, **changed}
    )


def test_a_report_is_taken_up_again_from_its_findings():
    run = follow(TOPIC, approve())

    again = follow(ResearchTopic(topic=TOPIC, revises=earlier_report(run)), approve())

    (question,) = again.questions
    assert question.findings == run.questions[0].findings
    assert question.note == "The report is taken up again from its findings."
    assert again.messages == [f"Writing from {len(question.findings)} approved findings"]
    assert again.written.markdown == run.written.markdown


def test_a_round_after_that_heeds_the_earlier_feedback_and_brings_nothing_back():
    run = follow(TOPIC)
    kept, dropped = run.questions[0].findings[:-1], run.questions[0].findings[-1:]

    start = ResearchTopic(topic=TOPIC, revises=earlier_report(run, findings=kept, dropped=dropped))
    again = follow(start, reject("side effects"))

    assert again.questions[1].round == 2
    assert again.questions[1].findings[: len(kept)] == kept
    assert not any(finding.overlaps(dropped[0]) for finding in again.questions[1].findings)


@pytest.mark.parametrize(
    "forged",
    [
        {"quote": "Vaccines cause autism."},
        {"start": 0, "end": 10},
        {"document": "0" * 64},
    ],
)
def test_a_finding_whose_quote_is_not_in_its_document_is_left_out(forged: dict[str, Any]):
    run = follow(TOPIC)
    first, *others = run.questions[0].findings
    findings = [first.model_copy(update=forged), *others]

    again = follow(ResearchTopic(topic=TOPIC, revises=earlier_report(run, findings=findings)))

    assert again.questions[0].findings == others
    assert "1 finding left out" in again.questions[0].note


def test_a_finding_that_is_taken_up_says_of_its_document_what_the_document_says():
    run = follow(TOPIC)
    forged = [
        finding.model_copy(update={"title": "Nature", "place": "page 1"}) for finding in run.questions[0].findings
    ]

    again = follow(ResearchTopic(topic=TOPIC, revises=earlier_report(run, findings=forged)))

    assert [finding.title for finding in again.questions[0].findings] == [
        finding.title for finding in run.questions[0].findings
    ]
