from __future__ import annotations

import pytest

from hitl.research.search import QUESTION_WEIGHT, rank_passages, ranking_of, weights_of
from hitl.research.shelf import bundled_documents
from tests.research.samples import CORAL, HEAT, TIDES, written


def found(query: str, *paragraphs: str, most: int = 10) -> list[str]:
    return [hit.passage.text for hit in rank_passages([written(text) for text in paragraphs], query, most)]


def test_passage_that_answers_a_question_is_first():
    hits = rank_passages(bundled_documents(), "Why is Venus so hot?", 5)

    assert "hot enough to melt lead" in hits[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_passages_than_asked_for_are_returned(most):
    assert len(found("water heat", HEAT, TIDES, CORAL, most=most)) == most


@pytest.mark.parametrize("query", ["", "🌊", "the of and", "zzyzx"])
def test_query_that_no_passage_answers_finds_nothing(query):
    assert found(query, HEAT, TIDES) == []


def test_nothing_is_found_in_nothing():
    assert rank_passages([], "coral", 10) == []


@pytest.mark.parametrize(
    "question",
    [
        "Summarize the discussion about coral.",
        "What did the team think about coral?",
        "Explain what the participants said about coral when they talked about opinions.",
    ],
)
def test_words_of_asking_weigh_less_than_what_is_asked_for(question):
    chatter = (
        "We summarize the discussion, the team thinks, and every participant explains their opinions and says more."
    )

    assert found(question, chatter, CORAL)[0] == CORAL


def test_words_of_asking_are_looked_for_all_the_same():
    assert weights_of("team discussion") == {"team": QUESTION_WEIGHT, "discuss": QUESTION_WEIGHT}
    assert found("team discussion", HEAT, "The discussion of the team went on for the whole day.") != []


def test_index_over_the_same_documents_is_made_once():
    documents = [written(HEAT, name="one.md"), written(TIDES, name="two.md")]

    assert ranking_of(documents) is ranking_of(tuple(documents))
    assert ranking_of(documents) is not ranking_of(documents[:1])
