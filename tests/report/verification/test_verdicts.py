from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.references import references_of
from hitl.report.verification.verdicts import CitedQuote, check_text, verdict_of
from hitl.report.verification.wording import keys_in, without_last_stop
from hitl.research import Finding
from hitl.research.bundled import bundled_by_fingerprint
from hitl.research.sentences import whole_sentences
from tests.hostile import assert_ends
from tests.report.findings import finding
from tests.report.verification.pairs import COFFEE, PAIRS, TIDES, Pair

SEA = "The global mean sea level rose by 3.7 millimetres per year from 2006 to 2018, according to the IPCC."
MOON = "Tides rise on the side that faces the Moon, and the Sun raises tides as well."


def verdict(claim: str, *quotes: str) -> str:
    return verdict_of(claim, [finding(quote, start=1000 * place) for place, quote in enumerate(quotes)]).verdict


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.verdict}: {pair.claim!a}")
def test_a_claim_gets_its_verdict(pair: Pair):
    assert verdict(pair.claim, pair.quote) == pair.verdict


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if any(map(str.isalnum, pair.quote))], ids=str)
def test_a_whole_quote_is_verbatim(pair: Pair):
    assert verdict(pair.quote, pair.quote) == "verbatim"


def test_what_cites_nothing_has_no_source():
    assert verdict_of("Spring tides come twice a month.", []).verdict == "no source"


def test_numbers_that_no_quote_has_are_named():
    comparison = verdict_of("Neap tides follow about 8 days and two hours later.", [finding(TIDES)])

    assert comparison.strange_numbers == ("8", "two")


def test_the_day_and_the_month_of_the_date_are_no_amounts():
    dated = finding("The fee rose by much to some euros.").model_copy(update={"date": "2019-09-10"})

    assert verdict_of("The fee rose by 9 percent to 10 euros.", [dated]).strange_numbers == ("9", "10")
    assert verdict_of("On 10 September 2019, the fee rose to some euros.", [dated]).strange_numbers == ()


def test_a_number_of_the_title_or_the_date_is_not_strange():
    dated = finding(SEA, title="Report 47").model_copy(update={"date": "2021-08-09"})

    comparison = verdict_of("In 2021, report 47 said that the global mean sea level rose by 3.7 mm per year.", [dated])

    assert comparison.verdict == "reworded"


def test_quotes_are_taken_together_for_words_and_numbers():
    claim = "Spring tides come at the new moon, and neap tides follow 7 days later."

    assert verdict(claim, "Spring tides come at the new moon.", "Neap tides follow seven days later.") == "reworded"


def test_sentences_of_two_quotes_are_not_verbatim():
    assert verdict(TIDES, "Spring tides come twice a month.", "Neap tides follow about seven days later.") == "reworded"


def test_a_quote_that_holds_nothing_of_a_claim_is_told_beside_one_that_says_it():
    tides, coffee = finding(TIDES), finding(COFFEE, start=1000)

    comparison = verdict_of("Spring tides come twice a month.", [tides, coffee])

    assert (comparison.verdict, comparison.unrelated) == ("verbatim", (coffee,))


def test_a_quote_that_holds_only_a_number_of_a_claim_is_related():
    quotes = [finding("Spring tides come often."), finding("It was 24 in all.", start=1000)]

    assert verdict_of("Spring tides come 24 times.", quotes).unrelated == ()


def test_a_claim_without_content_words_tells_nothing_of_what_it_cites():
    comparison = verdict_of("It was not so.", [finding("It was not so. Tides rise."), finding(TIDES, start=1000)])

    assert (comparison.verdict, comparison.unrelated) == ("verbatim", ())


def test_of_a_claim_without_a_content_word_all_words_count():
    assert verdict("This is not so.", "It is so that this is not.") == "reworded"
    assert verdict("This is not so.", TIDES) == "no source"


def test_a_claim_of_numbers_alone_has_its_source_in_them():
    assert verdict("2006–2018", SEA) == "reworded"
    assert verdict("2006–2019", SEA) == "no source"


def test_the_more_of_a_claim_is_there_the_more_alike_it_is():
    claims = [TIDES, "Neap tides follow about seven days after.", "Tides follow days of neap.", "Whales sing."]

    alike = [verdict_of(claim, [finding(TIDES)]).likeness for claim in claims]

    assert alike == sorted(alike, reverse=True)
    assert (alike[0], alike[-1]) == (1, 0)


def checked(text: ReportText, findings: Sequence[Finding]) -> list[tuple[int, bool, tuple[int, ...], str]]:
    claims = check_text(text, references_of(findings))
    return [(claim.number, claim.is_heading, claim.references, claim.verdict) for claim in claims]


def test_a_text_has_a_claim_for_each_heading_and_sentence():
    tides, moon = finding(TIDES), finding(MOON, start=1000)
    text = ReportText(
        sections=(
            Section(sentences=(Sentence(text="Whales sing.", findings=(tides.id,)),)),
            Section(
                heading="Neap tides and the Moon",
                sentences=(
                    Sentence(text="Spring tides come twice a month.", findings=(tides.id, tides.id)),
                    Sentence(text="The Sun raises tides.", findings=(moon.id, tides.id)),
                    Sentence(text="Doctors lie daily."),
                    Sentence(text="Doctors lie daily.", findings=("unknown",)),
                ),
            ),
        )
    )

    assert checked(text, [tides, moon]) == [
        (1, False, (1,), "no source"),
        (2, True, (1, 2), "reworded"),
        (3, False, (1,), "verbatim"),
        (4, False, (2, 1), "reworded"),
        (5, False, (), "no source"),
        (6, False, (), "no source"),
    ]


def test_a_heading_is_not_blamed_for_what_its_section_cites():
    tides, coffee = finding(TIDES), finding(COFFEE, start=1000)
    cites = (tides.id, coffee.id)
    sentence = Sentence(text="Spring tides come twice a month.", findings=cites)
    text = ReportText(sections=(Section(heading="Spring tides", sentences=(sentence,)),))

    heading, claim = check_text(text, references_of([tides, coffee]))

    assert (heading.unrelated, claim.unrelated) == ((), (2,))


NOT = re.compile(r"\b(?:(do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must) not|cannot|no)\b")


@pytest.fixture(scope="module")
def library() -> list[CitedQuote]:
    return [
        CitedQuote(finding(paragraph, title=document.title))
        for document in bundled_by_fingerprint().values()
        for paragraph in document.text.split("\n\n")
        if len(paragraph) > 200
    ]


def sentences_of(quote: CitedQuote) -> list[str]:
    text = quote.finding.quote
    return [text[span.start : span.end] for span in whole_sentences(text, quote.language)]


def test_every_sentence_of_the_library_is_verbatim_and_none_without_its_not(library: list[CitedQuote]):
    sentences = [(sentence, quote) for quote in library for sentence in sentences_of(quote)]
    changes = [(NOT.sub(lambda match: match[1] or "some", sentence, count=1), quote) for sentence, quote in sentences]
    changed = [change for change, sentence in zip(changes, sentences, strict=True) if change != sentence]

    assert len(sentences) > 700
    assert [sentence for sentence, quote in sentences if not quote.repeats(sentence)] == []
    assert len(changed) > 50
    assert [sentence for sentence, quote in changed if quote.repeats(sentence)] == []


def test_a_sentence_of_the_library_with_another_number_has_no_source(library: list[CitedQuote]):
    changes = [
        (f"{sentence[: digits.start()]}{digits[0]}3{sentence[digits.end() :]}", quote.finding)
        for quote in library
        for sentence in sentences_of(quote)
        for digits in re.finditer(r"(?<![\d.,A-Za-z])\d+(?![\d.,])", sentence)
    ]

    assert len(changes) > 150
    wrong = [claim for claim, quote in changes[::3] if verdict_of(claim, [quote]).verdict != "no source"]
    assert wrong == []


def test_sentences_of_the_library_have_no_source_in_another_document(library: list[CitedQuote]):
    pairs = [
        (sentence, other.finding)
        for one, other in zip(library, library[20:], strict=False)
        if one.finding.title != other.finding.title
        for sentence in sentences_of(one)
    ]

    assert len(pairs) > 500
    strange = [sentence for sentence, other in pairs if verdict_of(sentence, [other]).verdict != "no source"]
    assert len(strange) <= len(pairs) / 500  # two sentences on moving water share half of their words


words = st.text("abcdefgh", min_size=3, max_size=9).map(lambda word: f"{word}one")  # else `bcd.` is an abbreviation
sentences = st.lists(words, min_size=3, max_size=9).map(lambda words: f"{' '.join(['Who', *words])}.")


@settings(deadline=None, max_examples=60)
@given(st.lists(sentences, min_size=1, max_size=5), st.data())
def test_whole_sentences_in_order_are_verbatim_and_no_others(quoted: list[str], data: st.DataObject):
    first = data.draw(st.integers(0, len(quoted) - 1))
    last = data.draw(st.integers(first, len(quoted) - 1))
    quote, claim = " ".join(quoted), " ".join(quoted[first : last + 1])
    typed = claim.split()
    at = data.draw(st.integers(0, len(typed) - 1))
    other = data.draw(st.text("xyz", min_size=1, max_size=3))
    changed = " ".join([*typed[:at], other, *typed[at + 1 :]])
    dropped = " ".join([*typed[:at], *typed[at + 1 :]])

    assert verdict(claim, quote) == "verbatim"
    assert verdict(changed, quote) != "verbatim"
    assert verdict(dropped, quote) != "verbatim" or dropped in quote  # as when both sentences were the same


texts = st.lists(
    st.sampled_from(
        [
            TIDES,
            COFFEE,
            "海平面上升。",
            "น้ำแข็ง",
            "not",
            "1,000",
            "24 %",
            "two",
            "5'",
            '"',
            "'",
            "’",
            "…",
            ".",
            "“",
            " ",
            "\n",
        ]
    )
    | st.text(max_size=8)
).map("".join)


@settings(deadline=None, max_examples=80)
@given(texts, texts)
def test_only_the_same_words_are_verbatim(claim: str, quote: str):
    comparison = verdict_of(claim, [finding(quote)])

    if comparison.verdict == "verbatim":
        said = without_last_stop(keys_in(claim))
        told = "\0".join(keys_in(quote)).lower()
        assert "\0".join(said).lower() in told
    assert (comparison.likeness == 1) or comparison.verdict != "verbatim"
    assert not comparison.strange_numbers or comparison.verdict == "no source"


@settings(deadline=None, max_examples=80)
@given(texts)
def test_every_whole_sentence_of_any_quote_is_verbatim(quote: str):
    assume(quote.strip())
    for span in whole_sentences(quote):
        sentence = quote[span.start : span.end]
        assert verdict(sentence, quote) == "verbatim" or not any(map(str.isalnum, sentence))


def test_the_verdict_on_long_texts_comes_in_the_time_of_any_other():
    assert_ends("""
from hitl.report.verification.differences import differences
from hitl.report.verification.verdicts import verdict_of
from tests.hostile import texts
from tests.report.findings import finding
for text in [*texts(4_000), "A. " * 20_000, "1 to 2 " * 8_000, "x 1 x 2 " * 8_000]:
    print(ascii(text[:20]), flush=True)
    verdict_of(text[:19_000] + " B", [finding(text)])
    differences(text, "Aspirin prevents heart attacks." + text[1:])
""")
