from __future__ import annotations

import pytest

from hitl.report.citations import (
    MARK,
    NO_SOURCE,
    NOT_VERIFIED,
    WRITTEN,
    Check,
    Verdict,
    cite,
    numbers_mark,
    read_numbers,
    reference_list,
    references_of,
    summary,
    verdict_mark,
)
from hitl.text import escape_markdown
from tests.markdown import cited_numbers
from tests.report.findings import finding

QUOTE = "Spring tides come twice a month. Neap tides follow about seven days later."


def check(verdict: Verdict) -> Check:
    return Check(sentence="x", number=1, verdict=verdict, similarity=1.0)


@pytest.mark.parametrize("number", [1, 9, 10, 123])
def test_a_citation_is_read_back_as_its_number(number: int):
    assert cited_numbers(f"Tides rise. {cite(number)}") == [number]


def test_citations_are_read_in_the_order_of_the_text():
    text = f"One. {cite(3)} Two. {cite(1)} Three. {cite(3)}"

    assert cited_numbers(text) == [3, 1, 3]


def test_what_only_looks_like_a_citation_is_none():
    fake = cite(7)

    assert cited_numbers(f"See [1], \\[2\\] and {escape_markdown(fake)} {escape_markdown('[[3]](#reference-3)')}") == []


@pytest.mark.parametrize(
    ("brackets", "known", "unknown"),
    [
        ("[3]", (3,), 0),
        ("[1, 2]", (1, 2), 0),
        ("[1–3]", (1, 2, 3), 0),
        ("[3-1]", (1, 2, 3), 0),
        ("[2][1][2]", (2, 1), 0),
        ("【2】【4†source】", (2, 4), 0),
        ("[^1], [Finding 2] ([3])", (1, 2, 3), 0),
        ("[0]", (), 1),
        ("[5]", (), 1),
        ("[3-999999]", (3, 4), 1),
        ("[2019, 2024]", (), 2),
    ],
)
def test_brackets_are_read_as_the_numbers_of_four_findings(brackets: str, known: tuple[int, ...], unknown: int):
    assert read_numbers(brackets, 4) == (known, unknown)


@pytest.mark.parametrize("text", ["(1)", "[sic]", "[x]", "[1a]", "[]", "1", "[1234567]", "[1", "1]"])
def test_what_is_in_no_form_of_a_citation_is_not_read(text: str):
    assert WRITTEN.search(text) is None


def test_only_what_is_verbatim_has_no_mark():
    near = Check(sentence="x", number=1, verdict="near", similarity=0.938)

    assert [verdict_mark(check("verbatim")), verdict_mark(near), verdict_mark(check("not verified"))] == [
        "",
        " *(near, 93 %)*",
        " *(not verified)*",
    ]


def test_numbers_that_are_in_no_source_are_named():
    assert numbers_mark([]) == ""
    assert numbers_mark(["24"]) == " *(24 is not in its source)*"
    assert numbers_mark(["24", "3.7 km"]) == " *(24, 3.7 km are not in its source)*"


def test_marks_are_found_in_a_text():
    marks = [NOT_VERIFIED, NO_SOURCE, " *(near, 80 %)*", numbers_mark(["24"]), numbers_mark(["1", "2"])]

    assert MARK.findall(f"a{marks[0]} b{' c'.join(marks[1:])}") == marks


def test_each_reference_is_a_heading_with_its_source_and_its_quote():
    references = references_of([finding(QUOTE, place="page 2, *x*")])

    assert list(reference_list(references)) == [
        "## References",
        "###### Reference 1",
        "**On tides**, tides.md, page 2, \\*x\\*",
        f"> {QUOTE}",
    ]


def test_the_summary_counts_every_verdict():
    checks = [check("verbatim")] * 30 + [check("near")]

    assert summary(checks) == "31 citations: 30 verbatim, 1 near, 0 not verified"


def test_the_summary_of_one_citation_is_in_the_singular():
    assert summary([check("not verified")]) == "1 citation: 0 verbatim, 0 near, 1 not verified"


def test_the_summary_of_nothing_says_so():
    assert summary([]) == "0 citations: 0 verbatim, 0 near, 0 not verified"


def test_references_are_numbered_from_one():
    findings = [finding(QUOTE, start=start) for start in (0, 100, 200)]

    references = references_of(findings)

    assert [reference.number for reference in references] == [1, 2, 3]
    assert [reference.finding for reference in references] == findings
