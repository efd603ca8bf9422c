"""Claims beside what they cite: what differs shows, whatever a model writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hitl.report.verification.claims import Claim, Opinion, Verdict
from hitl.report.verification.references import references_of
from hitl.report.writing.fixed_words import fixed_words
from hitl.report.writing.side_by_side import side_by_side
from tests.report.findings import finding

RENDERER = MarkdownIt("commonmark", {"html": True})
QUOTE = "The sea rose by three metres in 1990, off the coast. Nobody was hurt."


def claim(text: str, verdict: Verdict = "reworded", *references: int, likeness: float = 0.5, **more: object) -> Claim:
    return Claim(number=1, text=text, verdict=verdict, references=references, likeness=likeness, **more)  # type: ignore[arg-type]


def written(claims: list[Claim], *quotes: str) -> list[str]:
    references = references_of([finding(quote, start=1000 * at) for at, quote in enumerate(quotes)])
    return list(side_by_side(claims, references, fixed_words("en")))[2:]


def bold_of(markdown: str) -> list[str]:
    """What shows in bold."""
    (inline,) = [token for token in RENDERER.parse(markdown) if token.type == "inline"]
    bold: list[str] = []
    is_open = False
    for token in inline.children or []:
        if token.type in ("strong_open", "strong_close"):
            is_open = token.type == "strong_open"
            bold += [""] * is_open
        elif is_open:
            bold[-1] += token.content
    return bold


def text_of(markdown: str) -> str:
    return "".join(
        child.content for token in RENDERER.parse(markdown) for child in token.children or [] if child.type == "text"
    )


def test_a_claim_stands_above_its_quote_with_what_differs_in_bold():
    assert written([claim("The sea fell by three metres in 1990, off the coast.", "reworded", 1)], QUOTE) == [
        "The sea **fell** by three metres in 1990, off the coast.",
        "> [\\[1\\]](#reference-1) The sea **rose** by three metres in 1990, off the coast. Nobody was hurt.",
    ]


def test_the_most_alike_come_first_and_those_without_a_source_last():
    claims = [
        claim("Cows fly over the moon.", "no source"),
        claim("The sea rose a lot.", "reworded", 1, likeness=0.2),
        claim("The sea rose by four metres.", "no source", 1, strange_numbers=("4", "four"), likeness=0.9),
        claim("The sea rose by three metres in the year 1990.", "reworded", 1, likeness=0.8),
        claim("The sea is deep and cold and full of fish.", "no source", 1),
    ]

    parts = written(claims, QUOTE)

    assert [text_of(part)[:20] for part in parts[::2]] == [
        "The sea rose by thre", "The sea rose a lot.", "Cows fly over the mo"
    ]  # fmt: skip
    assert parts[-1].split("\n") == [
        "- Cows fly over the moon. *It cites nothing.*",
        "- The sea rose by four metres. [\\[1\\]](#reference-1) *Not in what it cites: 4, four.*",
        "- The sea is deep and cold and full of fish. [\\[1\\]](#reference-1) *Under half of its words are in what it "
        "cites.*",
    ]


def test_a_claim_of_two_quotes_differs_where_it_is_in_neither():
    parts = written(
        [claim("Vienna has grown and Graz shrank a lot.", "reworded", 1, 2)], "Vienna has grown.", "Graz shrank."
    )

    assert bold_of(parts[0]) == ["and", "a lot"]
    assert [text_of(part)[:10] for part in parts] == ["Vienna has", "[1] Vienna", "[2] Graz s"]


def test_no_more_than_three_quotes_stand_below_a_claim_and_one_below_a_heading():
    quotes = [f"A quote of number {word}." for word in ("one", "two", "three", "four", "five")]

    sentence = claim("A quote of number five and of number two is here.", "reworded", 1, 2, 3, 4, 5)
    heading = claim("Quote of number five", "reworded", 1, 2, 3, 4, 5, is_heading=True)

    assert [text_of(part)[:3] for part in written([sentence], *quotes)[1:]][-1] == "[5]"
    assert len(written([sentence], *quotes)) == 4
    assert [text_of(part)[:3] for part in written([heading], *quotes)[1:]] == ["[5]"]


def test_where_nothing_is_the_same_nothing_is_bold():
    assert "**" not in "".join(written([claim("Money", "reworded", 1)], "A pump costs 900 euros."))


def test_what_a_model_says_of_a_claim_stands_beside_it_with_its_name():
    says = Opinion(says="contradicted", model="gpt_5*")
    claims = [
        claim("The sea fell by three metres.", "reworded", 1, opinion=says),
        claim("The sea rose by three metres in 1990, off the coast.", "verbatim", 1, opinion=says),
        claim("Nobody was hurt.", "verbatim", 1, opinion=Opinion(says="supported", model="gpt_5*")),
    ]

    first, _, listed = written(claims, QUOTE)

    said = "*The language model gpt\\_5\\* says of it: contradicted.*"
    assert first.endswith(f". {said}")
    assert listed == f"- The sea rose by three metres in 1990, off the coast. [\\[1\\]](#reference-1) {said}"


def test_a_report_of_verbatim_sentences_has_no_such_section():
    assert list(side_by_side([claim("Nobody was hurt.", "verbatim", 1)], [], fixed_words("en"))) == []


@pytest.mark.parametrize(
    ("said", "quote", "bold"),
    [
        ("The price is high.", "The price is high?", ["high."]),
        ("The price (high) fell.", "The price fell.", ["(high)"]),
        ("The price fell (by 3).", "The price fell.", ["(by 3)"]),
        ("“Prices” fell *much*.", "“Prices” fell.", ["*much*"]),
        ("東京は大きい。", "東京は小さい。", ["大き"]),
        ("a_b costs 5 € today.", "a_b costs 5 $ today.", ["€"]),
        ("- 3 dogs ran off.", "- 4 dogs ran off.", ["3"]),
        ("1. dogs ran off.", "2. dogs ran off.", ["1"]),
    ],
)
def test_what_differs_is_bold_beside_any_sign(said: str, quote: str, bold: list[str]):
    first, second = written([claim(said, "reworded", 1)], quote)

    assert bold_of(first) == bold
    assert text_of(first) == said
    assert text_of(second) == f"[1] {quote}"


texts = (
    st.lists(
        st.sampled_from([*"*_[]()<>#`!-+.,;:1a東é€“”", "sea", " ", " rose ", "**", "](x)", "\n"]),
        min_size=1,
        max_size=14,
    )
    .map("".join)
    .filter(lambda text: text.strip())
)


@given(texts, texts)
def test_all_of_a_claim_and_its_quote_shows_and_nothing_comes_to_life(said: str, quote: str):
    parts = written([claim(said, "reworded", 1)], quote)

    tokens = [child for part in parts for token in RENDERER.parse(part) for child in token.children or []]
    assert {token.type for token in tokens} <= {"text", "strong_open", "strong_close", "link_open", "link_close"}
    assert [token.attrs["href"] for token in tokens if token.type == "link_open"] == ["#reference-1"]
    assert text_of("\n\n".join(parts)) == f"{' '.join(said.split())}[1] {' '.join(quote.split())}"
