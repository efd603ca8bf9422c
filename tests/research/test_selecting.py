from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.research.evidence import Document, Passage
from hitl.research.ranking import Hit
from hitl.research.selecting import NamedQuote, found_in, passages_that_fit, span_of
from hitl.research.sentences import Span
from tests.research.samples import CORAL, HEAT, TIDES, written

TEXT = "The “heat” of the sea’s water rose – by 2 °C – in\n20 years. It was not slow."
WHOLE = Span(0, len(TEXT))


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("of the sea’s water rose", "of the sea’s water rose"),
        ("  of the sea's water   rose ", "of the sea’s water rose"),
        ('"heat" of the sea\'s water', "heat” of the sea’s water"),
        ("rose - by 2 °C - in 20 years.", "rose – by 2 °C – in\n20 years."),
        ("“It was not slow.”", "It was not slow."),
        ("…rose – by 2 °C…", "rose – by 2 °C"),
        ("... in 20 years. It was not", "in\n20 years. It was not"),
    ],
)
def test_a_quote_is_found_but_for_white_space_and_signs_that_look_alike(quote: str, stands: str):
    span = span_of(quote, TEXT, WHOLE)

    assert span
    assert TEXT[span.start : span.end] == stands


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "…",
        "It was slow.",
        "of the sea water rose",
        "by 3 °C",
        "it was not slow",
        "x" * 5000,
        ".*",
        "(",
        "[a-z]+",
    ],
)
def test_what_is_not_there_word_for_word_is_not_found(quote: str):
    assert span_of(quote, TEXT, WHOLE) is None


def test_a_quote_is_looked_for_only_within_bounds():
    assert span_of("It was not slow.", TEXT, Span(0, 20)) is None


@given(st.text(max_size=200), st.text(max_size=60))
def test_what_is_found_has_the_words_of_the_quote(text: str, quote: str):
    """Whatever is named, and whatever it would mean as a pattern."""
    span = span_of(quote, text + quote, Span(0, len(text) + len(quote)))

    if span:
        folded = str.maketrans(dict.fromkeys("’‘`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—‐‑", "-"))
        found = "".join((text + quote)[span.start : span.end].translate(folded).split())
        assert found in "".join(quote.translate(folded).split())


SEA = written(f"{HEAT} {TIDES}", CORAL, name="sea.md", title="The sea")
OTHER = written("# Reefs", CORAL.replace("algae", "guests"), name="reefs.md", title="Reefs")


def hit(document: Document, start: int, end: int) -> Hit:
    return Hit(Passage(document, start, end), 2.5, start)


HITS = [hit(SEA, 0, len(HEAT) + 1 + len(TIDES)), hit(OTHER, 7, len(OTHER.text))]


def test_a_finding_is_the_whole_sentence_in_which_its_quote_stands():
    found = found_in(NamedQuote(passage=1, quote="hold most of the heat"), HITS, 2)

    assert found
    assert (found.quote, found.title, found.round) == (HEAT, "The sea", 2)
    assert SEA.text[found.start : found.end] == found.quote


def test_a_quote_over_two_sentences_is_both():
    found = found_in(NamedQuote(passage=1, quote="over many years. The gravity of the Moon"), HITS, 1)

    assert found
    assert found.quote == f"{HEAT} {TIDES}"


def test_a_wrong_number_of_the_passage_is_forgiven():
    for number in (0, 1, 2, 99, -1):
        found = found_in(NamedQuote(passage=number, quote="expels its guests"), HITS, 1)
        assert found
        assert found.title == "Reefs"


def test_a_quote_from_elsewhere_in_the_same_document_is_found():
    found = found_in(NamedQuote(passage=1, quote="A coral colony expels its algae"), HITS, 1)

    assert found
    assert found.quote == CORAL


def test_an_invented_quote_is_nothing():
    assert found_in(NamedQuote(passage=1, quote="The oceans are shallow."), HITS, 1) is None


def test_passages_are_read_as_far_as_they_fit():
    assert passages_that_fit(HITS, 10_000) == HITS
    assert passages_that_fit(HITS, len(HITS[0].passage.text) + 150) == HITS[:1]
    assert passages_that_fit(HITS, 10) == []
