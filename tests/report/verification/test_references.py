from __future__ import annotations

from hitl.report.verification.references import references_of
from tests.report.findings import finding


def test_references_are_grouped_by_document_in_the_order_of_first_citation():
    tides = [finding("Tides rise.", start=start) for start in (200, 0, 100)]
    other = finding("Coffee wakes.", title="On coffee", start=50)

    references = references_of([tides[0], other, tides[1], tides[2], tides[0]])

    assert [reference.number for reference in references] == [1, 2, 3, 4]
    assert [reference.finding for reference in references] == [tides[1], tides[2], tides[0], other]


def test_documents_of_the_same_title_stay_apart():
    one, other = finding("One.", document="a" * 64), finding("Other.", document="b" * 64)

    assert [reference.finding for reference in references_of([one, other, one])] == [one, other]


def test_nothing_cited_gives_no_references():
    assert references_of([]) == []
