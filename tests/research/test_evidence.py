from __future__ import annotations

import pytest

from hitl.research.evidence import Document, Heading, finding_id
from tests.research.samples import HEAT, TIDES, finding, written

TEXT = "Ocean\n\nHeat\n\nWarm water.\n\nTides\n\nHigh water."
PAGED = Document(
    fingerprint="f",
    title="Ocean",
    location="ocean.pdf",
    text=TEXT,
    headings=(Heading(start=0, end=5), Heading(start=7, end=11), Heading(start=26, end=31)),
    pages=(0, 26, 26, 33),
)


@pytest.mark.parametrize(
    ("offset", "heading"),
    [(0, "Ocean"), (6, "Ocean"), (7, "Heat"), (13, "Heat"), (25, "Heat"), (26, "Tides"), (33, "Tides"), (999, "Tides")],
)
def test_heading_is_the_nearest_one_above(offset, heading):
    assert PAGED.heading_at(offset) == heading


def test_nothing_stands_above_the_first_heading():
    assert written(HEAT, "# Tides", TIDES).heading_at(0) == ""


@pytest.mark.parametrize(
    ("offset", "place"),
    [(0, "page 1"), (13, "page 1, Heat"), (26, "page 3, Tides"), (33, "page 4, Tides")],
)
def test_place_is_page_and_heading_unless_the_heading_is_the_title(offset, place):
    assert PAGED.place_at(offset) == place


def test_place_in_a_document_without_pages_is_the_heading():
    document = written("# Heat", HEAT, "# Tides", TIDES, title="Ocean")

    assert document.place_at(document.text.index(TIDES)) == "Tides"


def test_place_in_a_document_without_pages_and_headings_is_empty():
    assert written(HEAT, TIDES).place_at(len(HEAT) + 5) == ""


def test_findings_of_shared_characters_overlap():
    document = written(HEAT)

    assert finding(document, "The oceans hold most").overlaps(finding(document, "most of the heat"))


@pytest.mark.parametrize(("one", "other"), [("The oceans", " hold"), (" hold", "The oceans"), ("The", "heat")])
def test_findings_of_neighbouring_characters_do_not_overlap(one, other):
    document = written(HEAT)

    assert not finding(document, one).overlaps(finding(document, other))


def test_findings_of_two_documents_do_not_overlap():
    assert not finding(written(HEAT), HEAT).overlaps(finding(written(HEAT, TIDES), HEAT))


def test_every_span_has_an_id_of_its_own():
    spans = [("a", 1, 23), ("a", 12, 3), ("a", 1, 24), ("b", 1, 23)]

    assert len({finding_id(*span) for span in spans}) == len(spans)
    assert finding_id("a", 1, 23) == finding_id("a", 1, 23)
