"""Rounds whose question is not open: chosen above the findings, and read on the same desk, where nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewFindings
from hitl.report.export import Decided
from hitl.report_ui.review.finding_list import draw_list
from hitl.report_ui.review.finding_view import draw_finding
from hitl.report_ui.review.findings_desk import FindingsDesk, grouping_in_address, past_decisions
from hitl.report_ui.review.round_strip import decision_line, draw_round
from hitl.report_ui.review.unsent_review import closed_review
from hitl.report_ui.session_state import state
from hitl.ui.clock import moment
from hitl.ui.keys import widget_key
from hitl.ui.renderers import renders_closed


@renders_closed(ReviewFindings)
def draw_closed_review(run: Run, question: Question) -> None:
    """Draw the rounds of a run that has ended without a result; the last one is shown first."""
    try:
        review = ReviewFindings(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    past = past_decisions(run)
    rounds = {decided.question_id: decided for decided in past}
    if earlier := chosen_round(question, review, {id_: each for id_, each in rounds.items() if id_ != question.id}):
        draw_earlier_round(run, earlier)
    else:
        _draw_closed(run, question, review, rounds.get(question.id))


def chosen_round(question: Question, review: ReviewFindings, rounds: Mapping[str, Decided]) -> Decided | None:
    """Draw the choice between the rounds, if there are several.

    Args:
        question: The question of the last round.
        review: What it asks about.
        rounds: The decisions of the rounds before it, by id of their questions.

    Returns:
        The earlier round that is chosen; None for the last one.
    """
    readable = {id_: decided for id_, decided in rounds.items() if decided.review}
    if not readable:
        return None
    numbers = {id_: decided.review.round for id_, decided in readable.items() if decided.review}
    often = Counter(numbers.values())

    def label(id_: str) -> str:
        if id_ == question.id:
            return f"Round {review.round}"
        of = f", {moment(readable[id_].at)}" if often[numbers[id_]] > 1 or numbers[id_] == review.round else ""
        return f"Round {numbers[id_]}{of}"

    key, ids = widget_key("round", f"-{question.id}"), [*readable, question.id]
    if st.session_state.get(key) not in ids:
        st.session_state[key] = question.id
    chosen = st.segmented_control(
        "Round", ids, key=key, format_func=label, required=True, label_visibility="collapsed", wrap=True
    )
    return readable.get(str(chosen))


def draw_earlier_round(run: Run, decided: Decided) -> None:
    """Draw a round that was decided, and how."""
    if decided.review:
        _draw_closed(run, run.asked(decided.question_id), decided.review, decided)


def _draw_closed(run: Run, question: Question, review: ReviewFindings, decided: Decided | None) -> None:
    desk = _desk(run, question, review, decided)
    draw_round(desk)
    if decided:
        st.markdown(decision_line(decided))
    if desk.findings:
        draw_desk(desk)


def draw_desk(desk: FindingsDesk) -> None:
    """Draw the open finding and the list beside it, each as a fragment: a click draws only what it changes."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.fragment(draw_finding, key=desk.key("view"))(desk)
    with right:
        st.fragment(draw_list, key=desk.key("list"))(desk)


def _desk(run: Run, question: Question, review: ReviewFindings, decided: Decided | None) -> FindingsDesk:
    """The desk of a round as this session has left it."""
    draft = closed_review(review, decided.decision if decided else None)
    desk = state.closed_desk
    if desk is None or desk.question.id != question.id:
        before = past_decisions(run)
        ids = [each.question_id for each in before]
        past = before[: ids.index(question.id)] if question.id in ids else before
        desk = state.closed_desk = FindingsDesk(
            run=run, question=question, review=review, past=past, draft=draft, is_closed=True
        )
    desk.run, desk.draft, desk.grouping = run, draft, grouping_in_address()
    return desk
