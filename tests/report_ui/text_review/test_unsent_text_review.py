from __future__ import annotations

from hitl.report.verification.claims import Claim
from hitl.report_ui.text_review.unsent_text_review import ids_of


def claims(*texts: str) -> list[Claim]:
    return [Claim(number=number, text=text, verdict="verbatim") for number, text in enumerate(texts, 1)]


def test_what_is_entered_for_a_statement_follows_its_words_into_the_next_text():
    before, after = ids_of(claims("One.", "Two.", "Three.")), ids_of(claims("Three.", "Another.", "One."))

    assert after[1] == before[3]
    assert after[3] == before[1]
    assert after[2] not in before.values()


def test_the_same_words_twice_are_told_apart():
    ids = ids_of(claims("One.", "One.", "Two."))

    assert len(set(ids.values())) == 3
    assert ids == ids_of(claims("One.", "One.", "Two."))
