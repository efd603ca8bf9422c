from __future__ import annotations

import pytest

from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from hitl.research.search.passages import passages_of
from hitl.research.search.ranking import REACH, Ranking, rank_passages
from hitl.research.search.tokens import terms_of
from tests.research.samples import CORAL, HEAT, TIDES, written


def ranking_of(*paragraphs: str) -> Ranking:
    """An index over a document of these paragraphs."""
    return Ranking(list(passages_of(written(*paragraphs, name="x.md"))))


def ranking_apart(*paragraphs: str) -> Ranking:
    """An index over paragraphs that stand in a document each."""
    return Ranking([passage for text in paragraphs for passage in passages_of(written(text, title="x"))])


def weights(query: str) -> dict[str, float]:
    return dict.fromkeys(terms_of(query), 1.0)


def search(ranking: Ranking, query: str, most: int = 10) -> list[str]:
    return [hit.passage.text for hit in ranking.search(weights(query), most)]


def test_passage_that_holds_another_form_of_the_word_is_found():
    assert search(ranking_of(HEAT, TIDES), "expelling, rotation or the turned Earth")[0] == TIDES


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
    ranking = ranking_apart(HEAT, TIDES, CORAL)

    assert search(ranking, "zzyzx moon") == search(ranking, "moon") == [TIDES]


def test_nothing_is_found_where_there_is_nothing():
    assert search(Ranking([]), "moon") == []


def test_nothing_is_found_where_there_are_only_stop_words():
    document = written("It is what it is and so on.", name=" .md", title="the")

    assert search(Ranking(list(passages_of(document))), "moon") == []


def test_fewer_passages_than_asked_for_are_returned():
    assert set(search(ranking_apart(HEAT, TIDES, CORAL), "water", most=100)) == {TIDES, CORAL}


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_passages_than_asked_for_are_returned(most):
    assert len(search(ranking_of(HEAT, TIDES, CORAL), "water heat", most)) == most


def test_title_and_heading_count_for_their_passages():
    document = written("# Satellites", HEAT, "# Reefs", CORAL, title="Seas")

    ranking = Ranking(list(passages_of(document)))

    assert search(ranking, "reef")[0] == CORAL
    assert set(search(ranking, "sea")) == {HEAT, CORAL}


def test_rare_word_is_rarer_than_a_frequent_one_and_an_unknown_one_is_rarest():
    ranking = ranking_of(HEAT, TIDES, CORAL)
    moon, water, unknown = terms_of("moon water zzyzx")

    assert ranking.idf(unknown) > ranking.idf(moon) > ranking.idf(water) > 0


def test_terms_that_follow_each_other_stand_together():
    ranking = ranking_apart(HEAT, TIDES, "Water of the Moon, and water on the Moon, and moon water.")
    moon, water, heat = terms_of("moon water heat")

    assert ranking.together(moon, water) == 1
    assert ranking.together(water, moon) == 1
    assert ranking.together(heat, moon) == ranking.together("zzyzx", moon) == 0


def test_terms_are_found_by_their_beginning_and_their_end():
    ranking = ranking_apart("Windmill, watermill, millstone and mill stand in this list of words about mills.")

    assert set(ranking.terms_ending_with("mil", 4)) == set(terms_of("windmill watermill"))
    assert list(ranking.terms_beginning_with("mill", 4)) == terms_of("millstone")
    assert list(ranking.terms_beginning_with("zzyzx", 0)) == list(ranking.terms_ending_with("zzyzx", 0)) == []


def test_documents_with_a_term_are_told():
    one, other = (written(text, name=f"{text[:5]}.md") for text in (f"{HEAT} {TIDES}", CORAL))
    ranking = Ranking([passage for document in (one, other) for passage in passages_of(document)])

    assert ranking.documents_with(terms_of("moon")) == {one.fingerprint}
    assert ranking.documents_with(terms_of("moon coral")) == {one.fingerprint, other.fingerprint}
    assert ranking.documents_with(["zzyzx"]) == ranking.documents_with([]) == set()


def test_words_of_the_documents_are_given_by_their_first_letter():
    ranking = ranking_apart("The Moon, the moon and the MOON; a mill of 1932 and what is more.")

    assert set(ranking.words_like("m")) == {"moon", "mill"}
    assert ranking.words_like("z") == ()


def test_passage_beside_one_that_matches_comes_after_it_and_before_others():
    beside = "Nobody had expected how large this would be, and it was not the last of them."
    ranking = ranking_of(CORAL, *[HEAT] * 10, beside, TIDES)

    assert search(ranking, "moon gravity")[:2] == [TIDES, beside]


def test_nearer_neighbour_counts_more():
    paragraphs = [f"Nobody had expected number {number} to be of any help to others." for number in range(10)]

    assert search(ranking_of(TIDES, *paragraphs), "moon") == [TIDES, *paragraphs[:REACH]]


def test_neighbour_under_another_heading_counts_less():
    before, after = "This is what they all had read before it.", "This is what they all had read after it."
    document = written("# One", before, "# Two", TIDES, after)

    assert search(Ranking(list(passages_of(document))), "moon") == [TIDES, after, before]


def test_neighbour_in_another_document_does_not_count():
    assert search(ranking_apart(HEAT, TIDES, CORAL), "moon") == [TIDES]


def test_passage_of_the_document_that_has_more_to_say_is_first_among_equals():
    poor = written("Some coral is brown.  It may be old.", *[HEAT] * 8, title="x")
    rich = written("Some coral is brown.  It may be old.", *[HEAT] * 8, CORAL, title="x")
    ranking = Ranking([*passages_of(poor), *passages_of(rich)])

    hits = [hit for hit in ranking.search(weights("coral algae"), 10) if "brown" in hit.passage.text]

    assert [hit.passage.document for hit in hits] == [rich, poor]


@pytest.mark.parametrize(
    ("asked", "word"), [("inventor", "invented"), ("invent", "inventors"), ("fishing", "fisheries"), ("grow", "growth")]
)
def test_word_of_the_same_family_is_found(asked, word):
    sentence = f"They {word} in the north for as long as there was daylight."

    assert search(ranking_apart(HEAT, sentence), asked) == [sentence]


@pytest.mark.parametrize(
    ("asked", "word"), [("car", "carbon"), ("10", "1000"), ("plan", "planetarium"), ("sun", "sunk"), ("plughq", "plug")]
)
def test_word_that_only_begins_alike_is_not_of_the_family(asked, word):
    assert search(ranking_apart(f"They had {word} in the north for as long as there was daylight."), asked) == []


def test_same_word_counts_more_than_one_of_its_family():
    family = "They praise the inventor of it in the north for as long as there is daylight."
    same = "They invented it in the north for as long as there was any daylight left to see."

    assert search(ranking_apart(family, same), "invents") == [same, family]


def test_hits_know_their_terms():
    ranking = ranking_of("# Satellites", TIDES)
    (hit,) = ranking.search(weights("moon"), 1)

    assert {"satellit", "moon", "graviti"} <= ranking.terms_in(hit.number)


GERMAN = "Die Probezeit darf sechs Monate nicht überschreiten, und beide Seiten müssen ihr vorher zustimmen."
FRENCH = "Le loyer des appartements est payé au début de chaque mois, et le bailleur peut en demander le double en mai."


def found_in_all(query: str) -> list[str]:
    documents = [written(HEAT, CORAL, name="a.md"), written(GERMAN, name="b.md"), written(FRENCH, name="c.md")]
    return [hit.passage.text for hit in rank_passages(documents, query, 9)]


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("Probezeiten", GERMAN),
        ("zustimmung der seiten", GERMAN),
        ("appartement loyers", FRENCH),
        ("payer le bailleur", FRENCH),
        ("colonies of corals", CORAL),
    ],
)
def test_a_query_finds_what_it_asks_for_in_its_own_language_among_documents_of_several(query, passage):
    assert found_in_all(query)[0] == passage


def test_a_stop_word_of_one_language_does_not_find_the_others():
    assert found_in_all("die") == found_in_all("des") == found_in_all("the") == []


def test_the_whole_path_of_headings_and_the_speaker_count_for_a_passage():
    read = ReadFile(
        [
            heading("Opening hours", 1),
            heading("Winter", 2),
            Block("From nine in the morning to five in the evening.", speaker="Ann Lee"),
            heading("Summer", 2),
            Block("From eight in the morning to nine in the evening."),
        ],
        title="Pool",
    )
    ranking = Ranking(list(passages_of(assemble("pool.md", read))))

    assert search(ranking, "opening winter") == [
        "From nine in the morning to five in the evening.",
        "From eight in the morning to nine in the evening.",
    ]
    assert search(ranking, "lee")[0] == "From nine in the morning to five in the evening."
