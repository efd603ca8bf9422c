from __future__ import annotations

import pytest

from hitl.research.bundled import bundled_documents
from hitl.research.search.passages import passages_of
from hitl.research.search.ranking import Ranking, ranking_of
from hitl.research.search.spelling import did_you_mean
from tests.benchmarks.evidence_files import read_library
from tests.research.samples import HEAT, written

LIBRARY = ranking_of(bundled_documents())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hat pumps", "heat pumps"),
        ("heat pomps", "heat pumps"),
        ("Hat pumps", "Heat pumps"),
        ("antibotic resistance", "antibiotic resistance"),
        ("Antibotics", "Antibiotics"),
        ("vacine", "vaccine"),
        ("How do vaccnes work?", "How do vaccines work?"),
        ("coral reafs", "coral reefs"),
        ("smalpox", "smallpox"),
        ("ocaen currents", "ocean currents"),
        ("see level rise", "sea level rise"),
        ("public kye cryptografy", "public key cryptography"),
        ("solar pannels", "solar panels"),
    ],
)
def test_a_misspelt_word_is_offered_as_the_documents_spell_it(typed, meant):
    assert did_you_mean(LIBRARY, typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "heat pumps",
        "heatpump",
        "sourdough bread",
        "medieval falconry",
        "Portuguese verb conjugation",
        "bicycle gear ratios",
        "energy storage in every region",
        "heat pumps in Winterthur and Zofingen",
        "the of and",
        "",
        "🌊🔥",
        "ما هي الشعاب المرجانية؟",
        "海 12 x",
    ],
)
def test_what_is_spelt_right_or_only_unknown_is_left_as_it_is(typed):
    assert did_you_mean(LIBRARY, typed) == ""


def test_hardly_any_question_about_the_library_is_held_to_be_misspelt():
    offered = [question.question for question in read_library().questions if did_you_mean(LIBRARY, question.question)]

    assert len(offered) <= 2


def ranking_over(*paragraphs: str) -> Ranking:
    return Ranking(list(passages_of(written(*paragraphs, name="x.md"))))


PUMPS = [
    "The heat pump in the cellar of the town hall is older than the mayor who paid for it.",
    "A heat pump needs a cellar, or a garden, or at least a wall that no neighbour looks at.",
    "Whoever owns a heat pump says that it hums, and whoever sells one says that it sings.",
]


def test_what_stands_beside_a_word_tells_that_it_is_misspelt_though_it_is_known():
    hats = "The hat of the mayor was made of felt, as every hat in the town was in those days."

    assert did_you_mean(ranking_over(*PUMPS, hats), "hat pumps") == "heat pumps"
    assert did_you_mean(ranking_over(*PUMPS, hats), "hat") == ""
    assert did_you_mean(ranking_over(*PUMPS, "The hat pump of the hatter blows up felt."), "hat pumps") == ""


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        ("Die Wärmepumpe im Keller des Rathauses ist älter als der Bürgermeister.", "Wermepumpe", "Wärmepumpe"),
        ("Die Kündigung des Vertrags muss schriftlich erklärt werden.", "Kümdigung", "Kündigung"),
        ("La résiliation du contrat doit être écrite par le locataire.", "risiliation", "résiliation"),
        ("La vacunación de los niños es gratuita en todos los centros.", "vacunacion", ""),  # known without its accent
        ("La vacunación de los niños es gratuita en todos los centros.", "vaccunación", "vacunación"),
        ("Вакцинация детей проводится бесплатно во всех поликлиниках города.", "вакцынация", "вакцинация"),
        ("De opzegging van het contract moet schriftelijk gebeuren door de huurder.", "opzeging", "opzegging"),
        ("La disdetta del contratto deve essere scritta dal locatario.", "locattario", "locatario"),
    ],
)
def test_so_it_is_in_other_languages(text, typed, meant):
    ranking = ranking_over(text, text.replace(".", ", wie gesagt."))

    offered = did_you_mean(ranking, typed)

    assert offered.lower() == meant.lower()


def test_a_word_that_is_far_rarer_than_one_like_it_is_held_to_be_misspelt():
    often = [f"The government of town {number} met the people of the town in its hall." for number in range(25)]

    assert did_you_mean(ranking_over(*often, "The goverment of the town is late."), "the goverment") == "the government"


def test_nothing_is_offered_where_there_is_nothing():
    assert did_you_mean(Ranking([]), "hat pumps") == ""


@pytest.mark.parametrize("text", ["x" * 5000, "heit pomps " * 500, "İstanbul " * 300])
def test_long_queries_are_looked_at_in_no_time(text):
    assert isinstance(did_you_mean(ranking_over(HEAT, *PUMPS), text), str)
