from __future__ import annotations

import pytest

from hitl.research.asked_parts import MOST_PARTS, asked_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How do vaccines work?", ["How do vaccines work"]),
        ("What do heat pumps cost? How loud are they?", ["What do heat pumps cost", "How loud are they"]),
        ("What do heat pumps cost, and how loud are they?", ["What do heat pumps cost", "how loud are they"]),
        ("heat pump cost and also noise", ["heat pump cost", "noise"]),
        ("cost as well as noise", ["cost", "noise"]),
        ("More about cost; what about noise?", ["cost", "noise"]),
        ("1. cost\n2. noise", ["cost", "noise"]),
        ("- cost\n* noise\n\nlifetime", ["cost", "noise", "lifetime"]),
        ("1. cost 2. noise 3. lifetime", ["cost", "noise", "lifetime"]),
        ("(a) cost (b) noise", ["cost", "noise"]),
        ("cost and noise", ["cost", "noise"]),
        ("cost and noise of heat pumps", ["cost", "noise of heat pumps"]),
        ("cost, noise and lifetime of heat pumps", ["cost", "noise", "lifetime of heat pumps"]),
        ("heat pumps: cost, noise", ["cost", "noise"]),
        ("heat pumps - how they work - what they cost", ["heat pumps", "how they work", "what they cost"]),
    ],
)
def test_a_text_is_divided_into_what_it_asks(text: str, parts: list[str]):
    assert list(asked_parts(text)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Compare heat pumps and gas boilers",
        "In cold, wet weather, heat pumps",
        "The U.S. policy e.g. on noise",
        "heat pumps - a review",
        "Zofingen: heat pumps",
        "What's Pluto’s place in the system",
        "insurance of 1,000,000 euros for boats",
        "The price of 3.5 kW",
        "the causes of the war and of the peace that came after it",
        "risk of fire when charging",
    ],
)
def test_what_is_one_thing_stays_one(text: str):
    assert asked_parts(text) == (text,)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Kosten und Lärm", "de", ["Kosten", "Lärm"]),
        ("Kosten und Lärm von Wärmepumpen", "de", ["Kosten", "Lärm von Wärmepumpen"]),
        ("Was kosten Wärmepumpen und wie laut sind sie?", "de", ["Was kosten Wärmepumpen", "wie laut sind sie"]),
        ("coûts, bruit et durée de vie", "fr", ["coûts", "bruit", "durée de vie"]),
        ("costo, ruido y vida útil", "es", ["costo", "ruido", "vida útil"]),
        ("¿Cuánto cuesta? ¿Qué ruido hace?", "es", ["¿Cuánto cuesta", "¿Qué ruido hace"]),
        ("costi e rumore", "it", ["costi", "rumore"]),
        ("kosten en geluid", "nl", ["kosten", "geluid"]),
        ("стоимость, шум и срок службы", "ru", ["стоимость", "шум", "срок службы"]),
        ("费用、噪音和寿命", "zh", ["费用", "噪音", "寿命"]),
        ("騒音と費用", "ja", ["騒音", "費用"]),
        ("التكلفة؛ الضوضاء", "ar", ["التكلفة", "الضوضاء"]),
    ],
)
def test_so_is_one_in_the_language_of_the_documents(text: str, language: str, parts: list[str]):
    assert list(asked_parts(text, [language])) == parts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("too long, drop the third one", "en"),
        ("yes", "en"),
        ("wrong, nothing else", "en"),
        ("more recent sources", "en"),
        ("Please find something more!", "en"),
        ("an overview", "en"),
        ("🌊 ;; … ?!", "en"),
        ("zu lang, bitte kürzer", "de"),
        ("nein, die dritte Quelle weglassen", "de"),
        ("trop long, supprimez la première citation", "fr"),
        ("más fuentes, por favor", "es"),
    ],
)
def test_what_only_speaks_of_the_findings_asks_for_nothing(text: str, language: str):
    assert asked_parts(text, [language]) == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Is the prize 1,000 euros or 2,000 euros?", ["Is the prize 1,000 euros or 2,000 euros"]),
        ("1,000 euros, 2,000 euros and 3,000 euros", ["1,000 euros", "2,000 euros", "3,000 euros"]),
        ("1,5 million and 2.5 million", ["1,5 million and 2.5 million"]),
        ("trains at 10:30, 11:45 and 12:15", ["trains at 10:30", "11:45", "12:15"]),
        ("１，０００円", ["１，０００円"]),
    ],
)
def test_no_number_is_divided(text: str, parts: list[str]):
    assert list(asked_parts(text)) == parts


def test_what_is_asked_twice_is_one_part():
    assert asked_parts("Cost; noise; the cost?") == ("Cost", "noise")


def test_many_parts_become_a_few_and_lose_no_word():
    words = "wind rain snow hail fog frost dew storm heat drought flood".split()

    parts = asked_parts("; ".join(words))

    assert len(parts) == MOST_PARTS
    assert "; ".join(parts) == "; ".join(words)


def test_words_that_belong_together_are_no_list():
    assert asked_parts("supply and demand", is_phrase="supply and demand".__eq__) == ("supply and demand",)
    assert asked_parts("supply and demand") == ("supply", "demand")
