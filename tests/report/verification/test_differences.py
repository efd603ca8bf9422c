from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.report.verification.differences import MOST_PAIRS, Piece, differences
from hitl.report.verification.verdicts import verdict_of
from tests.report.findings import finding
from tests.report.verification.pairs import PAIRS, Pair


def marked(pieces: Sequence[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("claim", "quote", "marked_claim", "marked_quote"),
    [
        ("Tides do rise.", "Tides do not rise.", "Tides do rise.", "Tides do [not] rise."),
        (
            "Tides rise by 16 feet.",
            "Tides rise by 16 metres.",
            "Tides rise by 16 [feet].",
            "Tides rise by 16 [metres].",
        ),
        ("From 3 to 12 %.", "From 12 to 3 %.", "From 3 [to 12] %.", "From [12 to] 3 %."),
        ("Taxes rise.", "Taxes rise unless parliament acts.", "Taxes rise.", "Taxes rise [unless parliament acts]."),
        ("Vaccines harm.", "It is false that vaccines harm.", "Vaccines harm.", "[It is false that] vaccines harm."),
        ("tides  “rise”\nfast", "Tides rise fast", "tides  “rise”\nfast", "Tides rise fast"),
        ("We're told it.", "We were told it.", "We['re] told it.", "We [were] told it."),
        ("It costs 1.5 euros.", "It costs 1,5 euros.", "It costs [1.5] euros.", "It costs [1,5] euros."),
        ("Tides ri\u200bse.", "Tides rise.", "Tides [ri\u200bse].", "Tides [rise]."),
        ("冰会融化。", "冰不会融化。", "冰会融化。", "冰[不]会融化。"),
        ("น้ำขึ้น", "น้ำไม่ขึ้น", "น้ำขึ้น", "น้ำ[ไม่]ขึ้น"),
        ("높인다 해수면을", "해수면을 높인다", "높인다 [해수면을]", "[해수면을] 높인다"),
        ("Whales.", "Nothing of it", "[Whales.]", "[Nothing of it]"),
        ("", "Tides rise.", "", "[Tides rise.]"),
        ("Tides rise.", "", "[Tides rise.]", ""),
    ],
)
def test_what_differs_is_marked(claim: str, quote: str, marked_claim: str, marked_quote: str):
    found = differences(claim, quote)

    assert (marked(found.claim), marked(found.quote)) == (marked_claim, marked_quote)


def test_sentences_that_a_claim_has_nothing_of_are_not_marked():
    quote = "The dam was built in 1987. It leaks in winter. Nobody has ever repaired anything."

    assert marked(differences("It leaks in summer.", quote).quote) == quote.replace("winter", "[winter]")


def test_what_stands_between_two_sentences_of_a_claim_is_marked():
    quote = "The first drug was safe. It was cheap. The second killed two patients. Nobody knew."

    found = differences("The first drug was safe. The second killed two patients.", quote)

    assert marked(found.claim) == "The first drug was safe. The second killed two patients."
    assert marked(found.quote) == quote.replace(". It was cheap.", "[. It was cheap].")


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.verdict != "verbatim"], ids=str)
def test_what_is_not_verbatim_differs(pair: Pair):
    found = differences(pair.claim, pair.quote)

    assert any(piece.differs for piece in (*found.claim, *found.quote)) or "…" in pair.quote


def test_in_very_long_texts_only_words_differ_that_the_other_lacks():
    words = [f"word{number}" for number in range(int(MOST_PAIRS**0.5) + 1)]
    quote = " ".join(words)

    assert marked(differences(" ".join([*reversed(words), "whales"]), quote).claim).endswith("word0 [whales]")
    assert not any(piece.differs for piece in differences(" ".join(reversed(words)), quote).claim)


texts = st.lists(
    st.sampled_from(["Tides rise.", "tides", "not", "5'", "’", "“", "1,5", "海", "น้ำ", ".", "…", ":\n- ", " "])
    | st.text(max_size=6)
).map("".join)


@settings(deadline=None, max_examples=80)
@given(texts, texts)
def test_the_pieces_join_to_both_texts(claim: str, quote: str):
    found = differences(claim, quote)

    assert "".join(piece.text for piece in found.claim) == claim
    assert "".join(piece.text for piece in found.quote) == quote
    assert all(piece.text for piece in (*found.claim, *found.quote))


@settings(deadline=None, max_examples=80)
@given(texts, texts)
def test_a_claim_without_a_difference_is_verbatim(claim: str, quote: str):
    found = differences(claim, quote)

    if any(map(str.isalnum, claim)) and not any(piece.differs for piece in (*found.claim, *found.quote)):
        assert verdict_of(claim, [finding(quote)]).verdict == "verbatim"
