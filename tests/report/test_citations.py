from __future__ import annotations

import pytest

from hitl.inert import inert
from hitl.report.citations import Check, Reference, Verdict, check_citation, cite, cited_numbers, references_of, summary
from tests.report.findings import finding

QUOTE = "Spring tides come twice a month. Neap tides follow about seven days later."


def reference(number: int = 1) -> Reference:
    return Reference(number=number, finding=finding(QUOTE))


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

    assert cited_numbers(f"See [1], \\[2\\] and {inert(fake)} {inert('[[3]](#reference-3)')}") == []


def test_a_sentence_of_the_quote_is_verbatim():
    result = check_citation("Neap tides follow about seven days later.", reference(4))

    assert (result.verdict, result.similarity, result.number) == ("verbatim", 1.0, 4)


def test_a_sentence_with_a_small_change_is_near():
    result = check_citation("Neap tides follow about seven days after.", reference())

    assert result.verdict == "near"
    assert 0.9 <= result.similarity < 1


def test_a_sentence_from_elsewhere_is_not_verified():
    result = check_citation("Printing with movable type spread from Mainz.", reference())

    assert result.verdict == "not verified"
    assert result.similarity < 0.9


def test_a_change_of_case_is_not_verbatim():
    assert check_citation("neap tides follow about seven days later.", reference()).verdict != "verbatim"


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
