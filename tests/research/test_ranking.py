from __future__ import annotations

import pytest

from hitl.research.passages import passages_of
from hitl.research.ranking import Ranking, terms_of
from tests.research.samples import CORAL, HEAT, TIDES, written


def ranking_of(*paragraphs: str) -> Ranking:
    return Ranking(list(passages_of(written(*paragraphs, name="x.md"))))


def search(ranking: Ranking, query: str, most: int = 10) -> list[str]:
    return [hit.passage.text for hit in ranking.search(dict.fromkeys(terms_of(query), 1.0), most)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The oceans warmed, and warming oceans warm!", ["ocean", "warm", "warm", "ocean", "warm"]),
        ("what is the", []),
        ("CO2 in 2019", ["co2", "2019"]),
        ("snake_case words", ["snake", "case", "word"]),
        ("海の水", ["海", "の", "水"]),
        ("2019年", ["2019", "年"]),
        ("🌊🔥 !?", []),
        ("", []),
    ],
)
def test_words_are_compared_by_their_stems(text, terms):
    assert terms_of(text) == terms


def test_composed_and_decomposed_letters_are_the_same_word():
    assert terms_of("cafe\u0301") == terms_of("café")


def test_passage_that_holds_another_form_of_the_word_is_found():
    assert search(ranking_of(HEAT, TIDES), "expelling, rotation or the turned Earth") == [TIDES]


def test_passage_that_holds_more_of_the_query_is_first():
    ranking = ranking_of("Water is found on many of the planets.", CORAL, TIDES)

    assert search(ranking, "coral water")[0] == CORAL


def test_heavier_term_counts_more():
    ranking = ranking_of(HEAT, TIDES)
    heat, moon = terms_of("heat moon")

    hits = ranking.search({heat: 1.0, moon: 3.0}, 10)

    assert [hit.passage.text for hit in hits] == [TIDES, HEAT]


@pytest.mark.parametrize("query", ["zzyzx", "", "the of and", "🌊", "“”"])
def test_query_of_no_known_word_finds_nothing(query):
    assert search(ranking_of(HEAT, TIDES), query) == []


def test_unknown_word_beside_a_known_one_changes_nothing():
    ranking = ranking_of(HEAT, TIDES, CORAL)

    assert search(ranking, "zzyzx moon") == search(ranking, "moon") == [TIDES]


def test_nothing_is_found_where_there_is_nothing():
    assert search(Ranking([]), "moon") == []


def test_nothing_is_found_where_there_are_only_stop_words():
    document = written("It is what it is and so on.", name=" .md", title="the")

    assert search(Ranking(list(passages_of(document))), "moon") == []


def test_fewer_passages_than_asked_for_are_returned():
    assert set(search(ranking_of(HEAT, TIDES, CORAL), "water", most=100)) == {TIDES, CORAL}


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_passages_than_asked_for_are_returned(most):
    assert len(search(ranking_of(HEAT, TIDES, CORAL), "water heat", most)) == most


def test_title_and_heading_count_for_their_passages():
    document = written("# Satellites", HEAT, "# Reefs", CORAL, title="Seas")

    ranking = Ranking(list(passages_of(document)))

    assert search(ranking, "reef") == [CORAL]
    assert set(search(ranking, "sea")) == {HEAT, CORAL}


def test_rare_word_is_rarer_than_a_frequent_one_and_an_unknown_one_is_rarest():
    ranking = ranking_of(HEAT, TIDES, CORAL)
    moon, water, unknown = terms_of("moon water zzyzx")

    assert ranking.rarity(unknown) > ranking.rarity(moon) > ranking.rarity(water) > 0


def test_coverage_is_the_share_of_a_query_weighed_by_rarity():
    ranking = ranking_of(HEAT, TIDES, CORAL)
    moon, water = terms_of("moon water")

    assert ranking.coverage([moon, water], {moon, water, "else"}) == pytest.approx(1)
    assert ranking.coverage([moon, water], {"else"}) == 0
    assert ranking.coverage([moon, water], {moon}) > 0.5 > ranking.coverage([moon, water], {water}) > 0


def test_empty_query_is_not_covered():
    assert ranking_of(HEAT).coverage([], {"heat"}) == 0


def test_word_that_is_repeated_in_a_query_is_covered_once():
    ranking = ranking_of(HEAT, TIDES)
    moon, heat = terms_of("moon heat")

    assert ranking.coverage([moon, moon, heat], {moon}) == ranking.coverage([moon, heat], {moon})
