"""The fixed words of a report: the same in four languages, and chosen by what it is about."""

from __future__ import annotations

import re
import string
from dataclasses import asdict

import pytest

from hitl.markdown_blocks import anchor_of
from hitl.report.verification.claims import Claim
from hitl.report.verification.marks import verdict_mark
from hitl.report.writing.fixed_words import fixed_words, report_language
from hitl.text import escape_markdown

LANGUAGES = ("en", "de", "fr", "es")
GERMAN = "Eine Wärmepumpe kostet mit Einbau rund 25.000 Euro, von denen der Staat einen Teil übernimmt."
FRENCH = "La pompe à chaleur coûte environ 25 000 euros, dont l’État prend une partie à sa charge."
SPANISH = "La bomba de calor cuesta unos 25.000 euros, de los que el Estado paga una parte."
ITALIAN = "La pompa di calore costa circa 25.000 euro, di cui lo Stato paga una parte."
ENGLISH = "A heat pump costs about 25,000 euros, and the state pays a part of them."


def fields_of(words: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_its_own_words_with_the_same_places(language: str):
    english = {name: words for name, words in asdict(fixed_words("en")).items() if not name.startswith("mark_")}
    others = asdict(fixed_words(language))

    assert {name: fields_of(others[name]) for name in english} == {
        name: fields_of(words) for name, words in english.items()
    }
    assert all(others.values())
    same = {name for name, words in english.items() if words == others[name]}
    assert same <= {"document", "reference", "references"}, "French has documents too"


@pytest.mark.parametrize("language", LANGUAGES)
def test_fixed_words_mean_nothing_in_markdown_and_references_have_plain_anchors(language: str):
    words = fixed_words(language)

    assert re.fullmatch("[a-z]+", anchor_of(words.reference))
    plain = [re.sub(r"\{\w+\}", "", said) for said in asdict(words).values()]
    assert [escape_markdown(said) for said in plain] == [" ".join(said.split()) for said in plain]


@pytest.mark.parametrize("language", ["it", "ja", "", "xx"])
def test_another_language_has_english_words(language: str):
    assert fixed_words(language) is fixed_words("en")


@pytest.mark.parametrize(
    ("topic", "quote", "language"),
    [
        ("Was kostet eine Wärmepumpe im Jahr und wie laut ist sie?", ENGLISH, "de"),
        ("Quels sont les effets de la caféine sur le sommeil ?", ENGLISH, "fr"),
        ("¿Cuánto cuesta una bomba de calor y cuánto ruido hace?", ENGLISH, "es"),
        ("What does a heat pump cost, and how loud is it at night?", GERMAN, "en"),
        ("Quali sono gli effetti della caffeina sul sonno degli adulti?", GERMAN, "en"),
        ("Wärmepumpen Lärm", GERMAN, "de"),
        ("COVID-19", FRENCH, "fr"),
        ("2024", SPANISH, "es"),
        ("tides", ENGLISH, "en"),
        ("antibiotic resistance", ENGLISH, "en"),
        ("calore", ITALIAN, "en"),
    ],
)
def test_the_language_is_that_of_the_topic_or_of_a_short_one_that_of_the_quotes(topic: str, quote: str, language: str):
    assert report_language(topic, [quote, quote]) == language


def test_without_a_word_to_tell_from_the_language_is_english():
    assert report_language("42", []) == "en"


@pytest.mark.parametrize(
    ("claim", "german"),
    [
        ({"verdict": "reworded"}, "umformuliert"),
        ({"verdict": "no source"}, "ohne Quelle"),
        (
            {"verdict": "no source", "strange_numbers": ("40",)},
            "ohne Quelle: nicht in dem, was er zitiert: 40",
        ),
        (
            {"verdict": "no source", "strange_numbers": ("40", "1.5")},
            "ohne Quelle: nicht in dem, was er zitiert: 40, 1.5",
        ),
        ({"verdict": "verbatim", "unrelated": (2, 3)}, "nichts davon steht in Quelle 2, 3"),
        ({"verdict": "reworded", "unrelated": (2,)}, "umformuliert; nichts davon steht in Quelle 2"),
    ],
)
def test_every_mark_can_be_said(claim: dict[str, object], german: str):
    """If `verification.marks` changes its words, this fails."""
    mark = verdict_mark(Claim.model_validate({"number": 1, "text": "A claim.", **claim}))
    parts = mark.removeprefix(" *(").removesuffix(")*").split("; ")

    assert "; ".join(map(fixed_words("de").mark, parts)) == german
    assert list(map(fixed_words("en").mark, parts)) == parts


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, ""),
        (1, "A human struck out 1 sentence or heading."),
        (1200, "A human struck out 1,200 sentences and headings."),
    ],
)
def test_what_is_struck_out_is_counted(count: int, sentence: str):
    assert fixed_words("en").struck_out(count) == sentence
