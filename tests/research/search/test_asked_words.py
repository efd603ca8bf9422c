from __future__ import annotations

import pytest

from hitl.research.bundled import bundled_documents
from hitl.research.search.asked_words import AskedWords, asked_words
from hitl.research.search.passages import passages_of
from hitl.research.search.ranking import Ranking, rank_passages
from hitl.research.search.tokens import terms_of
from tests.research.samples import CORAL, HEAT, TIDES, written

BREAKS = "In jedem Betrieb gelten Pausen von dreißig Minuten, wenn länger als sechs Stunden gearbeitet wird."
REST = "Die Ruhepausen müssen im Voraus feststehen und dürfen geteilt werden, so will es das Gesetz über Arbeitszeit."
QUIET = "Die Ruhe in der Nacht darf von den Gästen des Hauses nicht durch laute Musik gestört werden."


def ranking_of(*paragraphs: str) -> Ranking:
    """An index over paragraphs that stand in a document each."""
    return Ranking([passage for text in paragraphs for passage in passages_of(written(text, title="x"))])


def asked(query: str, *paragraphs: str) -> AskedWords:
    return asked_words(ranking_of(*paragraphs), query)


def found(query: str, *paragraphs: str) -> list[str]:
    return [hit.passage.text for hit in rank_passages([written(text) for text in paragraphs], query, 10)]


def test_coverage_is_the_share_of_a_query_weighed_by_rarity():
    words = asked("moon water", HEAT, TIDES, CORAL)
    moon, water = terms_of("moon water")

    assert words.coverage({moon, water, "else"}) == pytest.approx(1)
    assert words.coverage({"else"}) == 0
    assert words.coverage({moon}) > 0.5 > words.coverage({water}) > 0


@pytest.mark.parametrize(
    "query",
    [
        "moon",
        "the moon of zzyzx",
        "zzyzx flurbish moon",
        "Give me an overview of the moon for laypeople",
        "Please write a short report about the moon",
        "Explain the moon in simple terms for beginners",
        "a summary of everyone's views on the moon",
        "Could you describe the moon?",
    ],
)
def test_words_that_no_document_holds_and_words_of_asking_do_not_count(query):
    asking = (
        "A short overview for laypeople: a simple report that explains terms, with a summary of views for everyone."
    )

    assert asked(query, HEAT, TIDES, CORAL, asking).coverage(set(terms_of("moon"))) == pytest.approx(1)


@pytest.mark.parametrize(
    "query",
    [
        "Gib mir bitte einen kurzen Überblick über Ruhepausen für Laien",
        "Schreibe einen einfachen Bericht über Ruhepausen",
        "Ruhepausen: eine Zusammenfassung",
        "Erkläre Ruhepausen für Einsteiger",
    ],
)
def test_so_it_is_in_other_languages(query):
    words = asked_words(ranking_of(BREAKS, REST), query, "de")

    assert words.coverage(set(terms_of(REST, "de"))) == pytest.approx(1)


def test_what_a_request_asks_for_is_content_where_nothing_is_requested():
    report = "The report of the court was short, and the article in the newspaper was a long one."

    assert asked("the report of the court", report).coverage(set(terms_of("report"))) < 1
    assert {word.term for word in asked("the report of the court", report).telling} == set(terms_of("report court"))


@pytest.mark.parametrize(("query", "telling"), [("2019 floods", "floods"), ("2019", "2019"), ("summary", "summary")])
def test_numbers_and_words_of_asking_tell_nothing_unless_there_is_nothing_else(query, telling):
    assert [word.term for word in asked(query, HEAT).telling] == terms_of(telling)


def test_empty_query_asks_for_nothing():
    assert asked("", HEAT) == AskedWords((), {})
    assert asked("", HEAT).coverage({"heat"}) == 0


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("heatpump", "heat pump"),
        ("seawater", "sea water"),
        ("windpower costs", "wind power"),
        ("heat pump", "heatpump"),
        ("data base", "database"),
        ("on line", "online"),
    ],
)
def test_a_compound_is_found_as_two_words_and_two_words_as_a_compound(query, first):
    text = f"The {first} of the village was built by its people in the year of the long winter."
    apart = "The pump, the wind, the data, the sea and the line stand beside heat, power, water and base in this list."

    if query == "on line":  # a stop word is no part of a compound
        assert asked(query, text, apart).weights.keys() == {"line"}
    else:
        assert found(query, apart, text, HEAT)[0] == text


def test_a_word_that_only_could_be_two_words_is_left_whole():
    assert asked("heatpump", "The heat of the day was more than the old pump of the village could bear.").words[
        0
    ].forms == (frozenset())


@pytest.mark.parametrize(
    ("query", "quotes"),
    [
        ("Ruhepausen", [REST, BREAKS, QUIET]),
        ("Pausen", [BREAKS, REST]),
        ("Pausenräume", [BREAKS, REST]),
        ("Mittagspausen", [BREAKS, REST]),
        ("Arbeitszeitgesetz", [REST]),
        ("Nachtruhe", [QUIET, REST]),
    ],
)
def test_a_german_compound_is_found_by_its_parts_and_they_by_it(query, quotes):
    words = asked_words(ranking_of(BREAKS, REST, QUIET), query, "de")

    hits = ranking_of(BREAKS, REST, QUIET).search_by_language({"de": words.weights}, 10)

    assert hits[0].passage.text == quotes[0]
    assert {hit.passage.text for hit in hits} <= set(quotes)


def test_the_end_of_a_compound_says_what_it_is():
    words = asked_words(ranking_of(BREAKS, QUIET), "Ruhepausen", "de")

    assert words.coverage(set(terms_of(BREAKS, "de"))) == pytest.approx(1)
    assert words.coverage(set(terms_of(QUIET, "de"))) == 0


def test_compounds_are_divided_in_languages_that_write_them_as_one_word_only():
    ranking = Ranking(list(passages_of(written(CORAL, HEAT))))

    assert not ranking.together("heat", "coral")
    assert asked_words(ranking, "coralheat", "en").words[0].forms == frozenset()


def test_another_word_of_a_family_stands_for_one_that_no_document_holds():
    ranking = Ranking([passage for document in bundled_documents() for passage in passages_of(document)])

    (inventors, web) = asked_words(ranking, "inventors of the Web").words

    assert inventors.forms
    assert web.forms == {"web"}


@pytest.mark.parametrize("text", ["x" * 5000, "ab " * 5000, "heatpump " * 3000, "é" * 3000, "中" * 3000, "-" * 3000])
def test_long_queries_are_looked_at_in_no_time(text):
    assert len(asked(text, HEAT, TIDES).words) <= 1
