from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl.report.extracting import LEAD_LENGTH, NO_MODEL, REPEATS, write_extracted
from hitl.research import Finding
from hitl.research.sameness import agree
from hitl.research.words import terms_of
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
    "## References",
    "# top",
    "$x^2$ and $$y$$",
    "**bold** `code` ~~gone~~",
    "1. one",
    "- item",
    "> quoted",
    "| a | b |\n|---|---|",
    "&amp; \\",
    "\n\n",
    "***",
]
WORDS = "tide moon sea level rise heat ocean water reef coral vaccine it this never 1990 3.7 água море 海".split()

words = st.lists(st.sampled_from(WORDS) | st.sampled_from(NASTY), min_size=1, max_size=8).map(" ".join)
quotes = st.lists(st.builds("{}{}".format, words, st.sampled_from(".!?")), min_size=1, max_size=5).map(" ".join)
any_text = (st.text(min_size=1, max_size=60) | words).filter(lambda text: text.strip())
findings = st.builds(
    finding,
    quotes | any_text,
    title=st.sampled_from(["On tides", "On reefs", "# Of *vaccines*", "[title](https://example.com)"]),
    place=st.sampled_from(["", "page 1", "page 2, ![x](y)"]),
    location=st.sampled_from(["a.md", "my_file_1.pdf", "<b>.html"]),
    start=st.integers(0, 5_000),
)
some_findings = st.lists(findings, min_size=1, max_size=6, unique_by=lambda f: f.id)
slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def jaccard(one: str, other: str) -> float:
    first, second = set(terms_of(one)), set(terms_of(other))
    return len(first & second) / len(first | second) if first | second else 1.0


@slowly
@given(any_text, some_findings)
def test_every_number_has_a_reference_and_every_reference_is_cited(topic: str, found: list[Finding]):
    report = write_extracted(topic, found)

    numbers = list(range(1, len(report.references) + 1))
    assert [reference.number for reference in report.references] == numbers
    assert list(dict.fromkeys(cited_numbers(report.markdown))) == numbers
    assert {reference.finding.id for reference in report.references} <= {f.id for f in found}


@slowly
@given(any_text, some_findings)
def test_every_reference_has_its_heading_once(topic: str, found: list[Finding]):
    report = write_extracted(topic, found)

    sixth = [heading.text for heading in headings(report.markdown) if heading.level == 6]
    assert sixth == [f"Reference {reference.number}" for reference in report.references]
    lines = report.markdown.split("\n")
    assert all(lines.count(f"###### {text}") == 1 for text in sixth)


@slowly
@given(any_text, some_findings)
def test_every_cited_sentence_stands_word_for_word_in_its_quote(topic: str, found: list[Finding]):
    report = write_extracted(topic, found)

    quotes = {reference.number: folded(reference.finding.quote) for reference in report.references}
    written = sentences(report.markdown)
    assert written
    assert all(sentence.text in quotes[sentence.number] for sentence in written)
    assert {check.verdict for check in report.checks} == {"verbatim"}
    in_text = [(sentence.text, sentence.number) for sentence in written]
    assert [(folded(check.sentence), check.number) for check in report.checks] == in_text


@slowly
@given(any_text, some_findings)
def test_no_two_sentences_are_nearly_the_same(topic: str, found: list[Finding]):
    written = sentences(write_extracted(topic, found).markdown)

    alike = [
        (one.text, other.text) for one, other in combinations(written, 2) if jaccard(one.text, other.text) >= REPEATS
    ]
    assert not [pair for pair in alike if agree(*pair)], "only a number or a “not” keeps two such sentences apart"


@slowly
@given(any_text, some_findings)
def test_nothing_from_outside_comes_to_life(topic: str, found: list[Finding]):
    report = write_extracted(topic, found)

    tokens = inline_tokens(report.markdown)
    assert {token.type for token in tokens} <= {
        "text", "em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close"
    }  # fmt: skip
    assert [token.attrs["href"] for token in tokens if token.type == "link_open"] == [
        f"#reference-{number}" for number in cited_numbers(report.markdown)
    ]
    assert sum(token.type == "em_open" for token in tokens) == 1
    assert sum(token.type == "strong_open" for token in tokens) == len(report.references)


@slowly
@given(any_text, some_findings)
def test_the_title_and_the_sections_are_the_only_other_headings(topic: str, found: list[Finding]):
    report = write_extracted(topic, found)

    first, *others = [heading for heading in headings(report.markdown) if heading.level != 6]
    assert first == Heading(1, shown(report.title))
    assert others[-1] == Heading(2, "References")
    allowed = {shown(f.title) for f in found} | {shown(f.place) for f in found}
    assert {heading.level for heading in others} == {2}
    assert {heading.text for heading in others[:-1]} <= allowed


def test_without_a_finding_nothing_is_written():
    with pytest.raises(ValueError, match="at least one approved finding"):
        write_extracted("tides", [])


@pytest.mark.parametrize(
    ("topic", "title"), [("why tides lag", "Why tides lag"), ("Tides", "Tides"), ("5 tides", "5 tides")]
)
def test_the_topic_is_the_title(topic: str, title: str):
    report = write_extracted(topic, [finding("Tides lag.")])

    assert report.title == title
    assert report.markdown.startswith(f"# {title}\n\n")


def test_a_topic_that_ends_in_a_hash_keeps_it_in_the_title():
    report = write_extracted("memory in C #", [finding("Tides lag.")])

    assert headings(report.markdown)[0].text == "Memory in C #"


def test_the_report_says_that_no_model_was_used():
    report = write_extracted("tides", [finding("Tides lag.")])

    assert report.markdown.split("\n\n")[1] == f"*{NO_MODEL}*"


def test_a_whole_small_report_reads_like_this():
    report = write_extracted("tides", [finding("Tides follow the moon.", place="page 2", location="tides.pdf")])

    assert report.markdown.rstrip().split("\n\n") == [
        "# Tides",
        f"*{NO_MODEL}*",
        "Tides follow the moon. [\\[1\\]](#reference-1)",
        "## References",
        "###### Reference 1",
        "**On tides**, tides.pdf, page 2",
        "> Tides follow the moon.",
    ]


LONG = (
    "Copper conducts electricity. Vaccines train antibodies. Spring tides lag behind the full moon. "
    "Printing spread from Mainz. Glaciers carve valleys."
)


def test_the_lead_is_the_few_sentences_that_answer_best():
    report = write_extracted("why spring tides lag", [finding(LONG)])

    lead = paragraphs(report.markdown)[0]
    assert len(lead) == LEAD_LENGTH
    assert lead[0].text == "Spring tides lag behind the full moon."


def test_the_lead_prefers_what_is_new_to_what_it_has_said():
    found = [
        finding("Spring tides lag behind the full moon by days.", title="A"),
        finding("Spring tides lag behind the new moon by days or so.", title="B"),
        finding("Tides in spring are storm driven.", title="C"),
    ]

    lead = paragraphs(write_extracted("spring tides", found).markdown)[0]

    assert [sentence.number for sentence in lead] == [1, 2, 3]
    assert lead[1].text == "Tides in spring are storm driven."


def test_sections_are_by_document_when_there_are_several():
    found = [
        finding(LONG, title="On everything", place="page 1"),
        finding(
            "Comets melt near suns. Bees dance for flowers. Ravens remember faces.", title="On nature", place="page 9"
        ),
    ]

    markdown = write_extracted("tides", found).markdown

    assert section_titles(markdown) == ["On everything", "On nature"]


def test_sections_are_by_place_when_there_is_one_document():
    found = [
        finding(LONG, place="page 1"),
        finding("Comets melt near suns. Bees dance for flowers.", place="page 9", start=2_000),
    ]

    assert section_titles(write_extracted("tides", found).markdown) == ["page 1", "page 9"]


def test_one_document_without_places_has_one_section_of_its_title():
    assert section_titles(write_extracted("tides", [finding(LONG)]).markdown) == ["On tides"]


def test_sections_name_documents_even_when_the_lead_uses_up_one_of_them():
    found = [
        finding("Tides tides lag spring.", title="On tides", place="page 1"),
        finding(LONG, title="On everything", place="page 3"),
    ]

    assert section_titles(write_extracted("spring tides lag", found).markdown) == ["On everything"]


def test_a_section_follows_the_order_of_its_document():
    later = "Comets melt near suns. Bees dance for flowers. Ravens remember faces. Salt preserves fish. Wolves howl."
    found = [finding(later, start=2_000), finding(LONG, start=0)]

    section = [s.text for paragraph in paragraphs(write_extracted("", found).markdown)[1:] for s in paragraph]

    assert "Wolves howl." in section  # the lead has not used up the finding that stands later
    assert section == sorted(section, key=f"{LONG} {later}".index)


def test_a_sentence_that_leans_on_the_previous_one_stays_with_it():
    quote = "Reefs grow slowly. They need light. However, some live deep. Whales sing."

    written = sentences(write_extracted("reefs", [finding(quote)]).markdown)

    assert {sentence.text for sentence in written} == {
        "Reefs grow slowly. They need light. However, some live deep.",
        "Whales sing.",
    }


def test_a_sentence_that_two_findings_share_is_written_once():
    found = [finding("Tides lag behind the moon.", title="A"), finding("The tides lag behind the moon!", title="B")]

    report = write_extracted("tides", found)

    assert [sentence.text for sentence in sentences(report.markdown)] == ["Tides lag behind the moon."]
    assert [reference.finding for reference in report.references] == [found[0]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coffee causes cancer in adult men.", "Coffee does not cause cancer in adult men."),
        ("The sea goes up in summer.", "The sea goes down in summer."),
        (
            "Astronomers around the world agree today that our own solar system holds exactly 8 large round planets.",
            "Astronomers around the world agree today that our own solar system holds exactly 9 large round planets.",
        ),
    ],
)
def test_a_contradiction_is_not_left_out_as_a_repeat(one: str, other: str):
    found = [finding(one, title="A"), finding(other, title="B")]

    written = {sentence.text for sentence in sentences(write_extracted("the question", found).markdown)}

    assert written == {one, other}
