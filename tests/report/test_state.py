from __future__ import annotations

from hitl.report.events import EarlierReport, ReportDecision, ResearchTopic, RetryEvent, ReviewDecision
from hitl.report.messages import beginning_note
from hitl.report.state import ResearchState
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.claims import Opinion
from hitl.research import Evidence
from tests.report.findings import finding

ONE, TWO, THREE = (finding(f"Tide number {n} rises.", start=100 * n) for n in (1, 2, 3))


def begun(topic: str = "tides") -> ResearchState:
    return ResearchState().next_round(ResearchTopic(topic=topic, documents=["abc0" * 16]))


def retry(feedback: str = "", topic: str = "") -> RetryEvent:
    return RetryEvent(feedback=feedback, topic=topic)


def with_three() -> ResearchState:
    return begun().with_evidence(Evidence((ONE, TWO, THREE), documents=1, passages=3))


def test_the_first_round_begins_with_the_topic_and_nothing_else():
    assert begun() == ResearchState(topic="tides", documents=["abc0" * 16], round=1)


def test_a_new_topic_forgets_what_another_run_knew():
    state = with_three().next_round(retry("moon")).next_round(ResearchTopic(topic="coral"))

    assert state == ResearchState(topic="coral", round=1)


def test_feedback_adds_up_over_the_rounds():
    state = begun().next_round(retry("the moon")).next_round(retry("  the sun \n"))

    assert state.feedback == ["the moon", "the sun"]
    assert state.round == 3


def test_a_rejection_without_a_word_is_remembered_as_going_deeper():
    state = begun().next_round(retry()).next_round(retry("  "))

    assert state.feedback == ["", ""]


def test_a_rejection_that_repeats_the_topic_goes_deeper():
    assert begun("tides").next_round(retry(topic="tides")).feedback == [""]


def test_better_words_replace_the_topic_and_do_not_go_deeper():
    state = begun().next_round(retry(topic="spring tides"))

    assert state.topic == "spring tides"
    assert state.feedback == []


def test_better_words_and_feedback_are_both_heeded():
    state = begun().next_round(retry("the moon", "spring tides"))

    assert (state.topic, state.feedback) == ("spring tides", ["the moon"])


def test_evidence_is_added_to_what_was_kept():
    state = begun().with_evidence(Evidence((ONE,), 1, 1)).with_evidence(Evidence((TWO,), 1, 1))

    assert state.kept == [ONE, TWO]


def test_dropped_findings_move_from_kept_to_dropped():
    state = with_three().after(ReviewDecision(approved=False, dropped=[TWO.id]))

    assert state.kept == [ONE, THREE]
    assert state.dropped == [TWO]


def test_drops_add_up_over_the_rounds():
    state = with_three()
    for dropped in (TWO, ONE):
        state = state.after(ReviewDecision(approved=False, dropped=[dropped.id]))

    assert state.kept == [THREE]
    assert state.dropped == [TWO, ONE]


def test_the_same_decision_taken_twice_changes_nothing_more():
    decision = ReviewDecision(approved=True, dropped=[TWO.id])

    once = with_three().after(decision)

    assert once.after(decision) == once


def test_an_unknown_id_drops_nothing():
    assert with_three().after(ReviewDecision(approved=True, dropped=["nonsense"])) == with_three()


def test_a_restored_finding_is_kept_again_and_reaches_the_writer():
    state = with_three().after(ReviewDecision(approved=False, dropped=[ONE.id, TWO.id]))
    state = state.after(ReviewDecision(approved=True, restored=[ONE.id, "no such id", THREE.id]))

    assert state.kept == state.report_event.findings == [THREE, ONE]
    assert state.dropped == [TWO]


def test_what_is_dropped_and_restored_at_once_is_dropped():
    state = with_three().after(ReviewDecision(approved=False, dropped=[ONE.id], restored=[ONE.id]))

    assert state.dropped == [ONE]


def test_notes_stay_until_another_takes_their_place_or_takes_them_away():
    state = with_three().after(ReviewDecision(approved=False, dropped=[TWO.id], notes={ONE.id: "old", TWO.id: " why "}))
    assert state.notes == {ONE.id: "old", TWO.id: "why"}

    state = state.after(ReviewDecision(approved=False, notes={ONE.id: "new", TWO.id: "", "no such id": "x"}))
    assert state.notes == {ONE.id: "new"}


def test_every_change_is_a_new_dossier():
    state = with_three()
    before = state.model_copy(deep=True)

    state.next_round(retry("moon", "other"))
    state.after(ReviewDecision(approved=False, dropped=[ONE.id]))
    state.with_evidence(Evidence((finding("More."),), 1, 1))

    assert state == before


def test_the_inquiry_holds_everything_the_human_has_said_and_seen():
    state = with_three().after(ReviewDecision(approved=False, dropped=[TWO.id])).next_round(retry("the moon"))

    query = state.query(most=5)

    assert (query.topic, query.feedback, query.round, query.most) == ("tides", ("the moon",), 2, 5)
    assert query.known == (ONE, THREE, TWO)


def test_the_note_of_a_round_says_what_it_heeds():
    assert beginning_note(begun(), ResearchState()) == "Looking for evidence on “tides”"
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


# ---- the text under review

WRITTEN = ReportText(
    sections=(
        Section(heading="Tides", sentences=(Sentence(text="One rises.", findings=(ONE.id,)),)),
        Section(
            heading="More",
            sentences=(
                Sentence(text="Two and three rise.", findings=(TWO.id, THREE.id)),
                Sentence(text="Nobody knows why."),
            ),
        ),
    )
)


def under_review() -> ResearchState:
    return with_three().with_text(WRITTEN, "")


def said(text: ReportText | None) -> list[str]:
    return [statement.text for statement in text.statements] if text else []


def test_a_text_under_review_counts_how_often_it_was_written():
    again = under_review().with_text(WRITTEN, "It was stopped.")

    assert (under_review().attempt, again.attempt, again.unfinished) == (1, 2, "It was stopped.")


def test_what_is_struck_out_leaves_a_text_that_is_published():
    state = under_review().after_review(ReportDecision(action="publish", struck=[5]))

    assert said(state.text) == ["Tides", "One rises.", "More", "Two and three rise."]
    assert state.struck == ["Nobody knows why."]


def test_a_section_without_a_sentence_goes_with_its_heading():
    state = under_review().after_review(ReportDecision(action="publish", struck=[2]))

    assert said(state.text) == ["More", "Two and three rise.", "Nobody knows why."]


def test_a_struck_heading_leaves_its_sentences():
    state = under_review().after_review(ReportDecision(action="publish", struck=[1]))

    assert said(state.text)[:2] == ["One rises.", "More"]


def test_a_text_that_is_to_be_rewritten_keeps_its_numbers():
    state = under_review().after_review(ReportDecision(action="rewrite", struck=[5]))

    assert (state.text, state.struck) == (WRITTEN, ["Nobody knows why."])


def test_the_way_back_to_the_findings_keeps_the_text_without_what_is_struck():
    state = under_review().after_review(ReportDecision(action="findings", struck=[2]))

    assert said(state.text) == ["More", "Two and three rise.", "Nobody knows why."]


def test_numbers_that_no_statement_has_strike_nothing():
    state = under_review().after_review(ReportDecision(action="publish", struck=[0, 99, -1]))

    assert (state.text, state.struck) == (WRITTEN, [])


def test_what_cites_only_dropped_findings_leaves_the_kept_text():
    state = under_review().after(ReviewDecision(approved=True, dropped=[ONE.id, TWO.id]))

    assert said(state.text) == ["More", "Two and three rise."]


def test_the_references_of_a_text_are_those_that_it_cites_and_that_are_kept():
    state = under_review().after(ReviewDecision(approved=True, dropped=[TWO.id]))

    assert {reference.finding.id for reference in state.references} == {ONE.id, THREE.id}


def test_what_the_model_says_of_a_sentence_stays_with_it_when_others_are_struck():
    asked = [
        claim.model_copy(update={"opinion": Opinion(says="supported", model="m")}) for claim in under_review().claims
    ]
    state = under_review().with_opinions(asked[1:2])

    left = state.after_review(ReportDecision(action="publish", struck=[1]))

    assert [claim.opinion.says if claim.opinion else "" for claim in left.claims] == ["supported", "", "", ""]


def test_an_earlier_report_is_taken_up_with_its_findings_feedback_and_text():
    earlier = EarlierReport(findings=[ONE, TWO], dropped=[THREE], feedback=["the moon"], round=2, text=WRITTEN)
    start = ResearchTopic(topic="tides", revises=earlier)

    with_model, without = (ResearchState.revising(start, [ONE, TWO], model) for model in ("m", ""))

    assert (with_model.kept, with_model.dropped, with_model.feedback) == ([ONE, TWO], [THREE], ["the moon"])
    assert (with_model.round, said(with_model.text)) == (2, said(WRITTEN)[:-1])
    assert without.text is None
