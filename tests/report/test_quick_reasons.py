from __future__ import annotations

import pytest

from hitl.report.events import ResearchTopic, RetryEvent
from hitl.report.quick_reasons import with_quick_reasons, without_quick_reasons
from hitl.report.state import ResearchState


@pytest.mark.parametrize(
    ("reasons", "typed", "said"),
    [
        ([], " noise ", "noise"),
        (["Figures"], "", "Wanted: figures."),
        (["Figures", "More recent"], "noise", "Wanted: more recent, figures.\nnoise"),
        (["Something else"], "noise", "noise"),
    ],
)
def test_quick_reasons_stand_before_what_was_typed_in_their_own_order(reasons: list[str], typed: str, said: str):
    assert with_quick_reasons(reasons, typed) == said
    assert without_quick_reasons(said) == typed.strip()


@pytest.mark.parametrize(
    "typed", ["Wanted: heat pumps.", "Wanted: figures", "figures", "Wanted: figures, noise.\nnoise"]
)
def test_words_that_a_human_typed_are_searched_for_whatever_they_look_like(typed: str):
    assert without_quick_reasons(typed) == typed


def test_the_search_for_words_gets_what_was_typed_and_the_trail_all_of_it():
    state = ResearchState().next_round(ResearchTopic(topic="tides"))
    state = state.next_round(RetryEvent(feedback="Wanted: figures.\nspring tides", topic=""))
    assert state.query(8).feedback == ("spring tides",)
    assert state.feedback == ["Wanted: figures.\nspring tides"]
