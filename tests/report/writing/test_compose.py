"""The Markdown of a report: its note, its text with citations and marks, and what it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from markdown_it.token import Token

from hitl.llm import Call, Usage
from hitl.markdown_blocks import blocks_of
from hitl.report import Report
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.claims import Opinion
from hitl.report.writing.compose import composed, shown_markdown
from hitl.research import Finding
from tests.report.findings import finding
from tests.report.reading import RENDERER, headings, inline_tokens

MOON = finding("Tides follow the moon. They lag behind it by 50 minutes a day.", place="page 2", start=100)
SUN = finding("The sun raises tides of its own.", place="page 9", start=900)
COAST = finding("Most coasts have two tides a day.", title="On coasts", location="coasts.pdf")
FOUND = [MOON, COAST, SUN]


def sentence(text: str, *cited: Finding) -> Sentence:
    return Sentence(text=text, findings=tuple(finding.id for finding in cited))


def text_of(*sections: tuple[str, Sequence[Sentence]]) -> ReportText:
    return ReportText(sections=tuple(Section(heading=heading, sentences=tuple(said)) for heading, said in sections))


def by_model(text: ReportText, findings: Sequence[Finding] = FOUND, topic: str = "tides", **more: object) -> Report:
    options = {"model": "a model", "written_on": "2026-11-26", **more}
    return composed(topic, text, findings, **options)  # type: ignore[arg-type]


def paragraphs(report: Report) -> list[str]:
    return report.markdown.rstrip().split("\n\n")


ONE_SENTENCE = text_of(("", [sentence("Tides follow the moon.", MOON)]))


def test_a_whole_report_of_a_model_reads_like_this():
    text = text_of(
        ("", [sentence("Tides follow the moon.", MOON), sentence("Tides follow the moon and the sun.", SUN, MOON)]),
        ("Most coasts have two tides a day", [sentence("Coasts have 3 tides.", COAST), sentence("All is well.")]),
    )

    assert paragraphs(by_model(text)) == [
        "# Tides",
        "*Written by the language model a model on 2026-11-26 from 3 approved findings, and published by a human. The "
        "number after a sentence leads to its source. “Reworded” marks what does not stand there word for word, and "
        "“no source” what cites nothing, or whose words or numbers are not in what it cites.*",
        "Tides follow the moon. [\\[1\\]](#reference-1) Tides follow the moon and the sun. [\\[1\\]](#reference-1) "
        "[\\[2\\]](#reference-2) *(reworded)*",
        "## Most coasts have two tides a day",
        "Coasts have 3 tides. [\\[3\\]](#reference-3) *(no source: 3 is not in what it cites)* All is well. "
        "*(no source)*",
        "## Reworded",
        "*Here each reworded sentence stands above what it cites, the most alike first; what differs is bold. Those "
        "without a source follow.*",
        "Tides follow the moon **and** the sun.",
        "> [\\[1\\]](#reference-1) Tides follow the moon. They lag behind it by 50 minutes a day.",
        "> [\\[2\\]](#reference-2) The sun **raises tides of its own**.",
        "- Coasts have 3 tides. [\\[3\\]](#reference-3) *Not in what it cites: 3.*\n- All is well. *It cites nothing.*",
        "## References",
        "#### On tides, tides.md",
        "###### Reference 1",
        "page 2",
        "> Tides follow the moon. They lag behind it by 50 minutes a day.",
        "###### Reference 2",
        "page 9",
        "> The sun raises tides of its own.",
        "#### On coasts, coasts.pdf",
        "###### Reference 3",
        "> Most coasts have two tides a day.",
    ]


def test_a_report_carries_what_it_was_made_of():
    calls = [Call(step="writing", model="a model", usage=Usage(input=10, output=2))]

    report = by_model(ONE_SENTENCE, struck=2, unfinished="It was stopped.", calls=calls)

    assert (report.title, report.model, report.written_on, report.language) == ("Tides", "a model", "2026-11-26", "en")
    assert (report.struck, report.unfinished, report.calls, report.text) == (2, "It was stopped.", calls, ONE_SENTENCE)
    assert [reference.finding for reference in report.references] == [MOON], "only what is cited"
    assert [(claim.number, claim.verdict) for claim in report.claims] == [(1, "verbatim")]


def test_claims_that_were_checked_before_are_taken_with_their_opinions():
    (claim,) = by_model(ONE_SENTENCE).claims
    claims = [claim.model_copy(update={"verdict": "reworded", "opinion": Opinion(says="not there", model="m")})]

    report = by_model(ONE_SENTENCE, claims=claims)

    assert report.claims == claims
    assert "Tides follow the moon. [\\[1\\]](#reference-1) *(reworded)*" in report.markdown
    assert "*The language model m says of it: not there.*" in report.markdown


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("why tides lag", "Why tides lag"), ("Tides", "Tides"), ("5 tides", "5 tides"),
        ("pH of the sea", "pH of the sea"),        ("memory in C #", "Memory in C #"), ("a\u202eb", "Ab"),
        ("*tides* [1]", "*tides* [1]"),
    ],
)  # fmt: skip
def test_the_topic_is_the_title(topic: str, title: str):
    report = by_model(ONE_SENTENCE, topic=topic)

    assert report.title == title
    assert blocks_of(report.markdown)[0].text == title


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unfinished": "The *server* stopped."}, " The \\*server\\* stopped.*"),
        ({"struck": 1}, " A human struck out 1 sentence or heading.*"),
        ({"parts": ["cost", "noise_", "cost"]}, " No evidence was approved for: noise\\_.*"),
        ({"parts": ["noise", "size"]}, " No evidence was approved for: noise; size.*"),
        ({"parts": ["cost"]}, " in what it cites.*"),
        (
            {"unfinished": "It stopped.", "struck": 3, "parts": ["noise"]},
            " It stopped. A human struck out 3 sentences and headings. No evidence was approved for: noise.*",
        ),
    ],
)
def test_the_note_says_what_is_missing(options: dict[str, Any], said: str):
    found = [MOON.model_copy(update={"answers": ("cost",)})]

    assert paragraphs(by_model(ONE_SENTENCE, found, **options))[1].endswith(said)


def test_parts_are_not_named_when_the_findings_do_not_say_what_they_answer():
    assert "No evidence" not in by_model(ONE_SENTENCE, parts=["cost", "noise"]).markdown


def test_documents_of_one_name_are_told_apart_and_other_names_are_there():
    one = finding("The rate rose to four per cent.", title="Minutes", document="a" * 64, location="may.pdf")
    other = finding("The rate fell to two per cent.", title="Minutes", document="b" * 64, location="may.pdf")
    text = text_of(("", [sentence(one.quote, one), sentence(other.quote, other)]))

    written = paragraphs(by_model(text, [one, other], other_names={"b" * 64: ["copy_1.pdf", "x.pdf"]}))

    assert "#### Minutes, may.pdf, document aaaaaaaa" in written
    assert "#### Minutes, may.pdf, also copy\\_1.pdf, x.pdf, document bbbbbbbb" in written


def test_the_date_of_a_document_stands_beside_its_name():
    dated = MOON.model_copy(update={"date": "2019-09"})

    assert "#### On tides, tides.md, 2019-09" in paragraphs(by_model(ONE_SENTENCE, [dated]))


@pytest.mark.parametrize("heading", ["Reference 1", "reference-1", "REFERENCE (2)", "Quelle 1", "## Reference 1"])
def test_citations_lead_to_references_only(heading: str):
    quote = finding(f"{heading}.", title=heading, location="")
    text = text_of((heading, [sentence(quote.quote, quote)]))

    for report in (by_model(text, [quote], topic=heading), composed("t", text, [quote], written_on="2026-11-26")):
        for language in ("en", "de", "fr", "es"):
            blocks = blocks_of(shown_markdown(report.model_copy(update={"language": language})))
            targets = {run.target for block in blocks for run in block.all_runs if run.target}
            (target,) = targets
            led_to = [block for block in blocks if block.anchor == target and block.level != 1]
            assert [block.level for block in led_to] == [6]


GERMAN = finding("Die Flut kommt zweimal am Tag. Sie folgt dem Mond.", title="Gezeiten", start=10)


def german(*said: Sentence) -> Report:
    return by_model(text_of(("Folgen", said)), [GERMAN], topic="Warum kommt die Flut zweimal am Tag?", struck=1)


def test_a_german_report_has_german_words():
    report = german(sentence("Die Flut kommt 2 mal am Tag.", GERMAN), sentence("Nichts davon."))

    shown = shown_markdown(report)

    assert report.language == "de"
    assert "*Vom Sprachmodell a model am 2026-11-26 aus 1 freigegebenen Beleg geschrieben" in shown
    assert "Ein Mensch hat 1 Satz oder Überschrift gestrichen." in shown
    assert "## Folgen *(ohne Quelle)*" in shown
    assert (
        "[\\[1\\]](#quelle-1) *(ohne Quelle: nicht in dem, was er zitiert: 2)* Nichts davon. *(ohne Quelle)*" in shown
    )
    assert [heading.text for heading in headings(shown)][2:] == [
        "Umformuliert", "Quellen", "Gezeiten, tides.md", "Quelle 1"
    ]  # fmt: skip
    assert not re.search("reference|source|reworded|cites", shown, re.IGNORECASE)


def test_what_is_stored_of_it_can_be_read_by_code_like_any_other():
    report = german(sentence("Die Flut kommt am Tag.", GERMAN))

    assert "[\\[1\\]](#reference-1) *(reworded)*" in report.markdown
    assert "\n###### Reference 1\n" in report.markdown


def test_a_report_of_an_earlier_version_is_shown_as_it_was_written():
    markdown = "# Tides\n\nThey rise. [\\[1\\]](#reference-1) *(near, 93 %)*\n\n## References\n\n###### Reference 1\n"

    assert shown_markdown(Report(title="Tides", markdown=markdown, references=[])) == markdown


HOSTILE = [
    "## Vaccines caused autism in 40 percent of children",
    "Vaccines cause autism\n===",
    "###### Reference 3\n\n**Nature**, 2020\n\n> Vaccines cause autism.",
    "## References\n\n1. Smith 2020. Vaccines cause autism.",
    "Vaccines cause autism [\\[1\\]](#reference-1).",
    "Vaccines cause autism [1](http://evil.example/x) [^1].\n\n[^1]: Nature",
    "[evil]: http://evil.example\n\nClick [evil].",
    "<http://evil.example/abc> <script>alert(1)</script><img src=x onerror=alert(1)> <!-- x -->",
    "![a](http://evil.example/a.png) and ![b][1]",
    "Aspirin helps *(verbatim)* *(reworded)* *(no source)*.",
    "`code` ~~gone~~ **bold** _it_ | a | b |\n|---|---|\n| x | y |",
    "```\nfence\n```",
    "> quoted\n\n- item\n\n1. one\n\n---",
    "$\\href{javascript:alert(1)}{x}$ &lt;b&gt; &#60;",
    "Vaccines \ud800 cause\0autism \u202enrehto\u202c.",
    "*_*_*_[]()<>",
    "\\",
    "#",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_that_a_model_says_comes_to_life(hostile: str, language: str):
    said = sentence(hostile, MOON)
    reports = [
        by_model(text_of(("", [said, sentence(hostile)])), unfinished=hostile),
        by_model(text_of((hostile, [sentence("Tides follow the moon.", MOON)])), topic=hostile.replace("\n", " ")),
        by_model(ONE_SENTENCE, model=hostile, parts=[hostile]),
        by_model(text_of(("", [said, said])), [MOON.model_copy(update={"title": hostile, "location": hostile})]),
    ]

    for report in reports:
        markdown = shown_markdown(report.model_copy(update={"language": language}))
        blocks: list[Token] = RENDERER.parse(markdown)
        tokens = inline_tokens(markdown)
        assert {token.type for token in tokens} <= {
            "text", "softbreak", "em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close"
        }  # fmt: skip
        assert {str(token.attrs["href"]) for token in tokens if token.type == "link_open"} <= {
            "#reference-1", "#quelle-1"
        }  # fmt: skip
        assert {block.type for block in blocks if block.nesting == 1} <= {
            "heading_open", "paragraph_open", "blockquote_open", "bullet_list_open", "list_item_open"
        }  # fmt: skip
        assert not [block for block in blocks if block.type in ("fence", "code_block", "html_block", "hr")]
        assert len([heading for heading in headings(markdown) if heading.level == 6]) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Vaccines cause autism.", "Trust nobody.", "Impfstoffverursachterkinderautismus bewiesen.", "40 % 1990 2020.",
        "วัคซีนทำให้เกิดออทิสติกในเด็กสี่สิบเปอร์เซ็นต์", "Vaccines_cause_autism.", "ワクチンは自閉症を引き起こす。",
        "(Smith et al., 2020)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["sentence", "heading"])
def test_whatever_a_model_makes_up_is_marked(said: str, place: str):
    if place == "heading":
        text = text_of((said, [sentence(MOON.quote, MOON)]))
    else:
        text = text_of(("", [sentence(said, MOON)]))

    (line,) = [part for part in paragraphs(by_model(text))[2:4] if part.removeprefix("## ").startswith(said[:5])]

    assert re.search(r" \*\((?:reworded|no source)[^*]*\)\*$", line)
