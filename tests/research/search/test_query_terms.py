from __future__ import annotations

import pytest

from hitl.research.bundled import bundled_documents
from hitl.research.search.query_terms import QUESTION_WEIGHT, content_words, weights_of
from hitl.research.search.ranking import rank_passages, ranking_of
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


def test_a_query_is_stemmed_in_the_language_of_the_documents():
    assert weights_of("Verträge in Wien", "de") == {"vertrag": 1.0, "wien": 1.0}
    assert weights_of("the contracts", "de").keys() == {"the", "contract"}


def test_stop_words_of_english_and_of_the_documents_are_no_content():
    typed = [word.typed for word in content_words("Wie lange is die Probezeit of the town?", ("de", "fr"))]

    assert typed == ["Probezeit", "town"]


def test_a_content_word_is_looked_for_in_every_language():
    (word,) = content_words("Verträge", ("de", "en"))

    assert word.terms == set(weights_of("Verträge", "de")) | set(weights_of("Verträge", "en"))


@pytest.mark.parametrize(
    ("query", "language", "content"),
    [
        ("Give me an overview of tides for laypeople", "en", ["tides"]),
        ("Write a short report on tides, please", "en", ["tides"]),
        ("Explain tides in simple terms", "en", ["tides"]),
        ("A summary for beginners: tides", "en", ["tides"]),
        ("the short report on tides", "en", ["short", "report", "tides"]),
        ("Gib mir einen kurzen Überblick über Gezeiten für Laien", "de", ["Gezeiten"]),
        ("Erkläre mir bitte die Gezeiten", "de", ["Gezeiten"]),
        ("Der kurze Bericht über Gezeiten", "de", ["kurze", "Bericht", "Gezeiten"]),
        ("Donnez un aperçu des marées pour débutants", "fr", ["marées"]),
        ("Dame un resumen de las mareas para principiantes", "es", ["mareas"]),
        ("Scrivi una panoramica delle maree per principianti", "it", ["maree"]),
        ("Geef een kort overzicht van getijden voor leken", "nl", ["getijden"]),
    ],
)
def test_words_of_a_request_are_no_content(query, language, content):
    assert [word.typed for word in content_words(query, (language,))] == content
    assert {term for term, weight in weights_of(query, language).items() if weight == 1.0} >= {
        term for word in content for term in weights_of(word, language)
    }
