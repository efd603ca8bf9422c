"""Rounds whose question is not open: chosen above the findings, and read on the same desk, where nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewFindings
from hitl.report.export import Decided
from hitl.report_ui.earlier import Earlier, chosen_earlier
from hitl.report_ui.review.finding_list import draw_list
from hitl.report_ui.review.finding_view import draw_finding
from hitl.report_ui.review.findings_desk import FindingsDesk, grouping_in_address, past_decisions
from hitl.report_ui.review.round_strip import decision_line, draw_round
from hitl.report_ui.review.unsent_review import closed_review
from hitl.report_ui.session_state import state
from hitl.report_ui.take_up import draw_take_up
from hitl.ui.column import side_by_side
from hitl.ui.renderers import renders_closed


@renders_closed(ReviewFindings)
def draw_closed_review(run: Run, question: Question) -> None:
    """Draw the rounds of a run that has ended without a result; the last one is shown first."""
    try:
        review = ReviewFindings(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    draw_take_up(run)
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
    earlier = [Earlier(id_, each.review.round, each.at) for id_, each in rounds.items() if each.review]
    chosen = chosen_earlier(question, "Round", review.round, earlier)
    return rounds[chosen] if chosen else None


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
    left, right = side_by_side(3, 2)
    with left:
        desk.draw_part("view", draw_finding)
    with right:
        desk.draw_part("list", draw_list)


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
