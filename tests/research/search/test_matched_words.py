from __future__ import annotations

from functools import partial

import pytest

from hitl.research.search.matched_words import matched_words
from hitl.research.search.tokens import term_of, terms_of


@pytest.mark.parametrize(
    ("text", "asked", "language", "matched"),
    [
        ("Heat pumps heat: a heat pump.", "heat pump", "en", ("Heat", "pumps", "heat", "pump")),
        ("Earth's tides, and the EARTH.", "earth", "en", ("Earth", "EARTH")),
        ("It costs 4 euros (cost: 4).", "cost 4", "en", ("costs", "4", "cost")),
        ("Nothing of it.", "cost", "en", ()),
        ("", "cost", "en", ()),
        ("Die Verträge in Wien.", "Vertrag", "de", ("Verträge",)),
        ("Les coûts et le bruit.", "cout bruit", "fr", ("coûts", "bruit")),
        ("Стоимость насоса и шум.", "стоимость шума", "ru", ("Стоимость", "шум")),
        ("騒音と費用は大きい。", "騒音", "ja", ("騒音",)),
        ("费用很高，噪音很大。", "噪音", "zh", ("噪音",)),
        ("التكلفة مرتفعة", "التكلفة", "ar", ("التكلفة",)),
    ],
)
def test_the_words_that_were_asked_for_are_given_as_they_stand(text, asked, language, matched):
    found = matched_words(text, set(terms_of(asked, language)), partial(term_of, language=language))

    assert found == matched
    assert all(word in text for word in found)
