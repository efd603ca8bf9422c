from __future__ import annotations

from typing import Any

import pytest

from hitl.report.verification.claims import Claim, Verdict
from hitl.report.verification.marks import MARK, cite, summary, verdict_mark
from hitl.text import escape_markdown
from tests.markdown import cited_numbers


def claim(verdict: Verdict = "verbatim", **values: Any) -> Claim:
    return Claim(number=1, text="x", verdict=verdict, **values)


CLAIMS = [
    (claim(), ""),
    (claim(verdict="reworded"), " *(reworded)*"),
    (claim(verdict="no source"), " *(no source)*"),
    (claim(verdict="no source", strange_numbers=("40",)), " *(no source: 40 is not in what it cites)*"),
    (claim(verdict="no source", strange_numbers=("40", "1,5")), " *(no source: 40, 1,5 are not in what it cites)*"),
    (claim(unrelated=(3,)), " *(nothing of it is in reference 3)*"),
    (claim(verdict="reworded", unrelated=(3, 12)), " *(reworded; nothing of it is in references 3, 12)*"),
]
EARLIER = [
    " *(near, 93 %)*",
    " *(not verified)*",
    " *(no source)*",
    " *(24 is not in its source)*",
    " *(24, 3.7 km are not in its source)*",
]


@pytest.mark.parametrize(("about", "mark"), CLAIMS, ids=str)
def test_only_a_verbatim_claim_whose_references_all_belong_to_it_has_no_mark(about: Claim, mark: str):
    assert verdict_mark(about) == mark


@pytest.mark.parametrize("mark", [*(mark for _, mark in CLAIMS if mark), *EARLIER])
def test_marks_of_this_version_and_of_earlier_ones_are_found(mark: str):
    assert MARK.findall(f"Tides rise. {cite(1)}{mark} They *fall* (often){mark}") == [mark, mark]


@pytest.mark.parametrize("mark", [mark for _, mark in CLAIMS if mark])
def test_no_escaped_text_has_a_mark_or_a_citation(mark: str):
    written = escape_markdown(f"Tides rise {cite(1)}{mark} [1] [[2]](#reference-2)")

    assert (MARK.findall(written), cited_numbers(written)) == ([], [])


def test_citations_are_read_in_the_order_of_the_text():
    assert cited_numbers(f"One. {cite(3)} Two. {cite(12)}{cite(3)}") == [3, 12, 3]


def test_the_summary_counts_every_verdict():
    claims = [*[claim()] * 30, claim(verdict="reworded")]

    assert summary(claims) == "31 sentences: 30 verbatim, 1 reworded, 0 no source"
    assert summary([claim(verdict="no source")]) == "1 sentence: 0 verbatim, 0 reworded, 1 no source"
    assert summary([]) == "0 sentences: 0 verbatim, 0 reworded, 0 no source"
