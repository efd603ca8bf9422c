"""The report without a model: approved quotes, in an order that reads like a report."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl.report.text import ReportText
from hitl.report.writing.compose import composed
from hitl.report.writing.extractive import FEWEST_TERMS, REPEATS, extractive_text, write_extracted
from hitl.research import Finding
from hitl.research.dedupe import agree
from hitl.research.search.tokens import terms_of
from hitl.research.sentences import whole_sentences
from hitl.text import WORD
from tests.markdown import cited_numbers
from tests.report.findings import finding
from tests.report.reading import Heading, folded, headings, inline_tokens, paragraphs, section_titles, sentences, shown

NASTY = [
    "![p](https://example.com/p.png)",
    "[x](https://example.com)",
    "[\\[1\\]](#reference-1)",
    "<script>alert(1)</script>",
    "<img src=x>",
    "###### Reference 1",
    "Reference 1",
    "## References",
    "# top",
    "$x^2$ and $$y$$",
    "**bold** `code` ~~gone~~",
    " *(reworded)*",
    "1. one",
    "- item",
    "> quoted",
    "| a | b |\n|---|---|",
    "&amp; \\",
    "\n\n",
    "***",
]
WORDS = "tide moon sea level rise heat ocean water reef coral vaccine it this never 1990 3.7 água море 海".split()
PARTS = ["the tide", "Reference 2", "# coral *reefs*"]

words = st.lists(st.sampled_from(WORDS) | st.sampled_from(NASTY), min_size=1, max_size=8).map(" ".join)
quotes = st.lists(st.builds("{}{}".format, words, st.sampled_from(".!?")), min_size=1, max_size=5).map(" ".join)
any_text = (st.text(min_size=1, max_size=60) | words).filter(lambda text: text.strip())
findings = st.builds(
    lambda quote, answers, is_weak, **place: finding(quote, **place).model_copy(
        update={"answers": tuple(answers), "is_weak": is_weak}
    ),
    quotes | any_text,
    st.lists(st.sampled_from(PARTS), max_size=2, unique=True),
    st.booleans(),
    title=st.sampled_from(["On tides", "Reference 1", "# Of *vaccines*", "[title](https://example.com)"]),
    place=st.sampled_from(["", "page 1", "Reference 1", "page 2, ![x](y)"]),
    location=st.sampled_from(["a.md", "my_file_1.pdf", "<b>.html"]),
    start=st.integers(0, 5_000),
)
some_findings = st.lists(findings, min_size=1, max_size=6, unique_by=lambda f: f.id)
slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(text: ReportText) -> list[tuple[str, list[str]]]:
    """The headings of a text, each with its sentences."""
    return [(section.heading, [sentence.text for sentence in section.sentences]) for section in text.sections]


def is_one(text: str) -> bool:
    return len(whole_sentences(text)) == 1


def answering(quote: str, *parts: str, start: int = 0, title: str = "On tides", place: str = "") -> Finding:
    return finding(quote, start=start, title=title, place=place).model_copy(update={"answers": parts})


@slowly
@given(any_text, some_findings)
def test_every_sentence_is_a_stretch_of_the_approved_quote_that_it_cites(topic: str, found: list[Finding]):
    quotes = {finding.id: finding.quote for finding in found}

    text = extractive_text(topic, found, PARTS)

    written = [sentence for section in text.sections for sentence in section.sentences]
    assert written
    assert all(len(sentence.findings) == 1 and sentence.text in quotes[sentence.findings[0]] for sentence in written)


@slowly
@given(any_text, some_findings)
def test_every_number_has_a_reference_and_every_reference_is_cited(topic: str, found: list[Finding]):
    report = composed(topic, extractive_text(topic, found, PARTS), found, written_on="2026-11-26", parts=PARTS)

    numbers = list(range(1, len(report.references) + 1))
    assert [reference.number for reference in report.references] == numbers
    assert sorted(set(cited_numbers(report.markdown))) == numbers
    assert {reference.finding.id for reference in report.references} <= {f.id for f in found}
    assert all(claim.verdict == "verbatim" for claim in report.claims if WORD.search(claim.text))
    assert not [claim for claim in report.claims if claim.is_heading], "titles and parts of the topic claim nothing"
    sixth = [heading.text for heading in headings(report.markdown) if heading.level == 6]
    assert sixth == [f"Reference {number}" for number in numbers]


@slowly
@given(any_text, some_findings)
def test_nothing_from_outside_comes_to_life(topic: str, found: list[Finding]):
    report = composed(topic, extractive_text(topic, found, PARTS), found, written_on="2026-11-26", parts=PARTS)

    tokens = inline_tokens(report.markdown)
    assert {token.type for token in tokens} <= {
        "text", "em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close", "hardbreak"
    }  # fmt: skip
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert links == [f"#reference-{number}" for number in cited_numbers(report.markdown)]
    assert sum(token.type == "em_open" for token in tokens) == 1, "the note, and no mark"
    first, *others = [heading for heading in headings(report.markdown) if heading.level != 6]
    assert first == Heading(1, shown(report.title))
    assert {heading.level for heading in others} <= {2, 4}


@slowly
@given(any_text, some_findings)
def test_no_two_sentences_are_nearly_the_same(topic: str, found: list[Finding]):
    written = [one for _, texts in said(extractive_text(topic, found, [])) for one in texts if is_one(one)]

    def is_repeat(one: str, other: str) -> bool:
        first, second = set(terms_of(one)), set(terms_of(other))
        if min(len(first), len(second)) < FEWEST_TERMS or not agree(one, other):
            return False
        return len(first & second) / len(first | second) >= REPEATS

    assert not [pair for pair in combinations(written, 2) if is_repeat(*pair)]


def test_without_a_finding_nothing_is_written():
    with pytest.raises(ValueError, match="at least one approved finding"):
        extractive_text("tides", [], [])


def test_the_best_quote_leads_under_no_heading_and_the_others_follow_by_document():
    found = [
        finding("Tides follow the moon. They lag behind it.", title="On tides", start=500),
        finding("Comets melt near the sun.", title="On comets"),
        finding("High water comes twice a day.", title="On tides", start=900),
        finding("The sea rises on both sides of the earth.", title="On tides", start=100),
    ]

    text = extractive_text("tides", found, ["tides"])

    assert said(text) == [
        ("", ["Tides follow the moon. They lag behind it."]),
        ("On comets", ["Comets melt near the sun."]),
        ("On tides", ["The sea rises on both sides of the earth.", "High water comes twice a day."]),
    ]


def test_quotes_are_grouped_by_what_was_asked_in_its_order_and_then_by_document():
    found = [
        answering("A pump of this kind costs nine thousand euros.", "cost", start=50),
        answering("The fan is the loudest part of the unit.", "noise", title="On noise"),
        answering("Repairs cost two hundred euros in a year.", "cost", start=10),
        answering("The unit is silent at night in most of the houses.", "noise", start=5),
        answering("A pump lasts for twenty years.", start=1),
    ]

    text = extractive_text("heat pumps", found, ["noise", "cost", "lifetime"])

    assert said(text) == [
        ("", ["A pump of this kind costs nine thousand euros."]),
        ("Noise", ["The fan is the loudest part of the unit.", "The unit is silent at night in most of the houses."]),
        ("Cost", ["Repairs cost two hundred euros in a year."]),
        ("Further evidence", ["A pump lasts for twenty years."]),
    ]


def test_a_part_with_one_quote_keeps_it_when_another_can_lead():
    found = [
        answering("The price of a pump is high.", "cost"),
        answering("The fan makes the most noise of all.", "noise", start=100),
        answering("At night the unit is almost silent.", "noise", start=200),
    ]

    text = extractive_text("pumps", found, ["cost", "noise"])

    assert [heading for heading, _ in said(text)] == ["", "Cost", "Noise"]
    assert said(text)[0][1] == ["The fan makes the most noise of all."]


def test_what_answers_several_parts_stands_under_the_rarest_of_them():
    found = [
        answering("The first of the answers about the price.", "cost"),
        answering("A second one, with other words about money.", "cost", start=100),
        answering("Quiet units are dearer than loud ones.", "cost", "noise", start=200),
    ]

    assert said(extractive_text("pumps", found, ["cost", "noise"]))[1:] == [
        ("Cost", ["A second one, with other words about money."]),
        ("Noise", ["Quiet units are dearer than loud ones."]),
    ]


def test_a_weak_finding_does_not_lead():
    weak = finding("Moons of other planets raise tides as well.").model_copy(update={"is_weak": True})
    strong = finding("The tide follows the moon.", start=100)

    assert said(extractive_text("tides", [weak, strong], []))[0] == ("", ["The tide follows the moon."])


def test_one_document_is_divided_by_its_headings_without_pages():
    found = [
        finding("The moon pulls at the water of the sea.", place="Causes, page 1", start=10),
        finding("Spring tides come with the new moon.", place="Kinds › Spring, page 2", start=300),
        finding("They come with the full moon as well.", place="Kinds › Spring, page 3", start=400),
        finding("Neap tides are low and come in between.", place="Kinds › Neap, page 3", start=500),
        finding("In row two of the sheet stands the height.", place="page 4, row 2", start=900),
    ]

    assert [heading for heading, _ in said(extractive_text("tides", found, []))] == [
        "", "Kinds › Spring", "Kinds › Neap", ""
    ]  # fmt: skip


def test_two_files_of_one_title_have_sections_of_their_own_names():
    found = [
        finding("The first of three quotes, about the moon.", title="Lead"),
        finding("Rates rose to four per cent.", title="Minutes", document="a" * 64, location="may.pdf"),
        finding("Rates fell to two per cent.", title="Minutes", document="b" * 64, location="june.pdf"),
    ]

    assert [heading for heading, _ in said(extractive_text("rates", found, []))][1:] == [
        "Minutes (may.pdf)", "Minutes (june.pdf)"
    ]  # fmt: skip


def test_a_quote_that_repeats_another_is_left_out_and_one_that_repeats_half_of_it_is_shortened():
    found = [
        finding("Tides lag behind the moon by days. Nobody knew this before Newton.", title="A"),
        finding("The tides lag behind the moon by days!", title="B"),
        finding("Tides lag behind the moon by days. Ports print tables of high water.", title="C"),
    ]

    text = extractive_text("tides", found, [])

    assert said(text) == [("", [found[0].quote]), ("C", ["Ports print tables of high water."])]
    assert text.cited == [found[0].id, found[2].id]


def test_a_short_sentence_that_comes_again_is_part_of_its_quote():
    found = [
        finding("ANN: I agree. The pool stays open in winter."),
        finding("BOB: I agree. The roof needs repair.", start=900),
    ]

    assert [texts for _, texts in said(extractive_text("pool", found, []))] == [[found[0].quote], [found[1].quote]]


def test_a_sentence_of_a_dropped_finding_is_not_written_though_an_approved_quote_has_it():
    """Nor is what leans on it, as “It is cheap.” does."""
    kept = finding("Copper conducts electricity very well. It is cheap. Silver is dearer than copper is.", title="A")
    dropped = finding("Copper conducts electricity very well.", title="B")

    assert said(extractive_text("copper", [kept], [], [dropped])) == [("", ["Silver is dearer than copper is."])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coffee causes cancer in adult men.", "Coffee does not cause cancer in adult men."),
        ("The sea goes up in summer on all coasts.", "The sea goes down in summer on all coasts."),
        ("Our own solar system holds exactly 8 large planets.", "Our own solar system holds exactly 9 large planets."),
    ],
)
def test_a_contradiction_is_not_left_out_as_a_repeat(one: str, other: str):
    found = [finding(one, title="A"), finding(other, title="B")]

    written = {sentence.text for sentence in sentences(write_extracted("the question", found).markdown)}

    assert written == {one, other}


def test_the_beginning_of_a_list_is_left_out_without_its_list():
    found = [
        finding("The bank has branches in all towns."),
        finding("Here are a few:", start=100),
    ]

    assert [texts for _, texts in said(extractive_text("banks", found, []))] == [[found[0].quote]]


def test_the_beginning_of_a_list_stays_with_the_items_that_are_quoted_after_it():
    found = [
        finding("The bank has branches in all towns."),
        finding("Bank of the North", start=117),
        finding("Here are a few:", start=100),
    ]

    assert said(extractive_text("banks", found, []))[1] == ("", ["Here are a few:", "Bank of the North"])


def test_a_sentence_with_its_list_stands_by_itself_on_lines_of_its_own():
    listed = "Do not offer it to adults unless:\n\nall else fails or\n\nit is for a short time."
    found = [finding("The drug relieves pain.", start=0), finding(listed, start=100), finding("It is weak.", start=900)]

    written = write_extracted("the drug for adults", found).markdown.split("\n\n")

    assert (
        "Do not offer it to adults unless:\\\nall else fails or\\\nit is for a short time. [\\[2\\]](#reference-2)"
        in (written)
    )
    assert "It is weak. [\\[3\\]](#reference-3)" in written


def test_short_facts_stand_by_themselves_and_sentences_of_one_place_run_on():
    found = [
        finding("Lead.", title="Other"),
        finding("The pool is open in summer.", start=10, place="Hours"),
        finding("It is closed in winter.", start=100, place="Hours"),
        finding("Sunday: closed", start=200, place="Hours"),
        finding("Adults pay four euros.", start=300, place="Fees"),
    ]

    written = paragraphs(write_extracted("pool", found).markdown)

    assert [[folded(sentence.text) for sentence in paragraph] for paragraph in written] == [
        ["Lead."],
        ["The pool is open in summer.", "It is closed in winter."],
        ["Sunday: closed"],
        ["Adults pay four euros."],
    ]


def test_a_whole_small_report_reads_like_this():
    report = write_extracted(
        "tides", [finding("Tides follow the moon.", place="page 2", location="tides.pdf")], written_on="2026-11-26"
    )

    assert section_titles(report.markdown) == []
    assert report.markdown.rstrip().split("\n\n") == [
        "# Tides",
        "*Composed without a language model on 2026-11-26 from 1 approved finding. Every sentence below is quoted word "
        "for word; the number after it leads to its source.*",
        "Tides follow the moon. [\\[1\\]](#reference-1)",
        "## References",
        "#### On tides, tides.pdf",
        "###### Reference 1",
        "page 2",
        "> Tides follow the moon.",
    ]
