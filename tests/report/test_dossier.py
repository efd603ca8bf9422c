from __future__ import annotations

from hitl.report.dossier import Dossier
from hitl.report.events import ResearchTopic, RetryEvent, ReviewDecision
from hitl.report.notes import beginning_note
from hitl.research import Evidence
from tests.report.findings import finding

ONE, TWO, THREE = (finding(f"Tide number {n} rises.", start=100 * n) for n in (1, 2, 3))


def begun(topic: str = "tides") -> Dossier:
    return Dossier().next_round(ResearchTopic(topic=topic, documents=["abc0" * 16]))


def retry(feedback: str = "", topic: str = "") -> RetryEvent:
    return RetryEvent(feedback=feedback, topic=topic)


def with_three() -> Dossier:
    return begun().with_evidence(Evidence((ONE, TWO, THREE), documents=1, passages=3))


def test_the_first_round_begins_with_the_topic_and_nothing_else():
    assert begun() == Dossier(topic="tides", documents=["abc0" * 16], round=1)


def test_a_new_topic_forgets_what_another_run_knew():
    dossier = with_three().next_round(retry("moon")).next_round(ResearchTopic(topic="coral"))

    assert dossier == Dossier(topic="coral", round=1)


def test_feedback_adds_up_over_the_rounds():
    dossier = begun().next_round(retry("the moon")).next_round(retry("  the sun \n"))

    assert dossier.feedback == ["the moon", "the sun"]
    assert dossier.round == 3


def test_a_rejection_without_a_word_is_remembered_as_going_deeper():
    dossier = begun().next_round(retry()).next_round(retry("  "))

    assert dossier.feedback == ["", ""]


def test_a_rejection_that_repeats_the_topic_goes_deeper():
    assert begun("tides").next_round(retry(topic="tides")).feedback == [""]


def test_better_words_replace_the_topic_and_do_not_go_deeper():
    dossier = begun().next_round(retry(topic="spring tides"))

    assert dossier.topic == "spring tides"
    assert dossier.feedback == []


def test_better_words_and_feedback_are_both_heeded():
    dossier = begun().next_round(retry("the moon", "spring tides"))

    assert (dossier.topic, dossier.feedback) == ("spring tides", ["the moon"])


def test_evidence_is_added_to_what_was_kept():
    dossier = begun().with_evidence(Evidence((ONE,), 1, 1)).with_evidence(Evidence((TWO,), 1, 1))

    assert dossier.kept == [ONE, TWO]


def test_dropped_findings_move_from_kept_to_dropped():
    dossier = with_three().after(ReviewDecision(approved=False, dropped=[TWO.id]))

    assert dossier.kept == [ONE, THREE]
    assert dossier.dropped == [TWO]


def test_drops_add_up_over_the_rounds():
    dossier = with_three()
    for dropped in (TWO, ONE):
        dossier = dossier.after(ReviewDecision(approved=False, dropped=[dropped.id]))

    assert dossier.kept == [THREE]
    assert dossier.dropped == [TWO, ONE]


def test_the_same_decision_taken_twice_changes_nothing_more():
    decision = ReviewDecision(approved=True, dropped=[TWO.id])

    once = with_three().after(decision)

    assert once.after(decision) == once


def test_an_unknown_id_drops_nothing():
    assert with_three().after(ReviewDecision(approved=True, dropped=["nonsense"])) == with_three()


def test_every_change_is_a_new_dossier():
    dossier = with_three()
    before = dossier.model_copy(deep=True)

    dossier.next_round(retry("moon", "other"))
    dossier.after(ReviewDecision(approved=False, dropped=[ONE.id]))
    dossier.with_evidence(Evidence((finding("More."),), 1, 1))

    assert dossier == before


def test_the_inquiry_holds_everything_the_human_has_said_and_seen():
    dossier = with_three().after(ReviewDecision(approved=False, dropped=[TWO.id])).next_round(retry("the moon"))

    inquiry = dossier.inquiry(most=5)

    assert (inquiry.topic, inquiry.feedback, inquiry.round, inquiry.most) == ("tides", ("the moon",), 2, 5)
    assert inquiry.known == (ONE, THREE, TWO)


def test_the_note_of_a_round_says_what_it_heeds():
    assert beginning_note(begun(), Dossier()) == "Looking for evidence on “tides”"
    assert (
        beginning_note(begun().next_round(retry("the moon")), begun())
        == "Looking again for evidence on “tides”, heeding “the moon”"
    )
    assert (
        beginning_note(begun().next_round(retry()), begun())
        == "Looking again for evidence on “tides”, deeper than before"
    )


def test_the_note_of_a_round_with_better_words_does_not_promise_depth():
    note = beginning_note(begun().next_round(retry(topic="spring tides")), begun())

    assert "“spring tides”" in note
    assert "deeper" not in note


def test_the_note_of_a_round_does_not_repeat_what_an_earlier_one_heeded():
    heeded = begun().next_round(retry("the moon"))

    assert "the moon" not in beginning_note(heeded.next_round(retry(topic="spring tides")), heeded)
