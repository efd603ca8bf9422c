from __future__ import annotations

import pytest

from hitl.research.reading.files import read_document
from tests.research.samples import HEAT, headings_of, locked, pdf

FIRST_PAGE = (
    "The heat of the oceans",
    "The oceans hold most of the heat that the planet takes up, and they re-",
    "lease it slowly over many years, which is why the warming goes on and",
    "lasts for centuries.",
    "Measuring the heat",
    "Floats that drift in the deep measure how warm the water is, and they send",
)
SECOND_PAGE = (
    "what they have found to a satellite, which passes it on to the laboratories",
    "that collect it for the world.",
    "Ships take part in the work and lower their instruments to the sea floor on",
    "long ropes.",
)
THIRD_PAGE = (
    "Outlook",
    "Nobody knows how fast the deep ocean will take up heat in times to come, but",
    "models agree on the direction.",
)
PAGES = (FIRST_PAGE, SECOND_PAGE, THIRD_PAGE)


def test_lines_of_a_pdf_become_paragraphs():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert document.text.split("\n\n")[-1] == " ".join(THIRD_PAGE[1:])


def test_short_lines_between_paragraphs_are_headings():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert headings_of(document) == ["The heat of the oceans", "Measuring the heat", "Outlook"]


def test_word_cut_by_a_line_break_is_put_together():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert "and they release it slowly over many years" in document.text


def test_hyphen_before_a_capital_stays():
    lines = ("Keys were first agreed over an open channel by the method of Diffie-", "Hellman, which is in use today.")

    document = read_document("keys.pdf", pdf(lines))

    assert "by the method of Diffie-Hellman, which" in document.text


def test_paragraph_cut_by_a_page_break_is_put_together():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert "and they send what they have found to a satellite" in document.text


def test_word_cut_by_a_page_break_is_put_together():
    cut = (*FIRST_PAGE[:-1], "Floats that drift in the deep measure how warm the water is, and they trans-")

    document = read_document("heat.pdf", pdf(cut, ("mit what they have found to a satellite far above the world.",)))

    assert "and they transmit what they have found" in document.text


def test_place_names_page_and_heading():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert document.place_at(document.text.index("lasts for")) == "page 1"
    assert document.place_at(document.text.index("Floats")) == "Measuring the heat, page 1"
    assert document.place_at(document.text.index("Ships")) == "Measuring the heat, page 2"
    assert document.place_at(document.text.index("Nobody")) == "Outlook, page 3"


@pytest.mark.parametrize("number", ["{}", "- {} -", "Page {}", "page {} of 3", "{}/3"])
def test_page_numbers_are_left_out(number):
    pages = [(*lines, number.format(at)) for at, lines in enumerate(PAGES, start=1)]

    document = read_document("heat.pdf", pdf(*pages))

    assert document.text == read_document("heat.pdf", pdf(*PAGES)).text


def test_repeated_header_is_left_out():
    pages = [("Annual report of the sea", *lines, f"- {at} -") for at, lines in enumerate(PAGES, start=1)]

    document = read_document("heat.pdf", pdf(*pages))

    assert document.text == read_document("heat.pdf", pdf(*PAGES)).text


def test_header_that_counts_the_pages_is_left_out():
    pages = [(f"Annual report, sheet {at}", *lines) for at, lines in enumerate(PAGES, start=1)]

    document = read_document("heat.pdf", pdf(*pages))

    assert "Annual report" not in document.text


def test_repeated_footer_above_the_page_number_is_left_out():
    pages = [(*lines, "Confidential draft", str(at)) for at, lines in enumerate(PAGES, start=1)]

    document = read_document("heat.pdf", pdf(*pages))

    assert "Confidential draft" not in document.text


def test_heading_after_a_full_last_line_is_a_heading():
    lines = (
        "The heat of the oceans",
        "The oceans hold most of the heat that the planet takes up, and they give it",
        "back slowly over many years, which is why the warming goes on for centuries.",
        "Measuring the heat",
        "Floats that drift in the deep measure how warm the water is, and they send it",
        "on to a satellite.",
    )

    document = read_document("heat.pdf", pdf(lines))

    assert headings_of(document) == ["The heat of the oceans", "Measuring the heat"]


def test_first_line_of_a_page_that_goes_on_is_no_heading():
    lines = (
        "An incandescent lamp lasts about 1,000 hours, while many lamps are rated for",
        "15,000 hours or more. Such lamps seldom fail suddenly through a burnt wire, but they slowly become",
        "dimmer, or they stop when their electronic driver fails in the heat of a fitting that is closed.",
    )

    document = read_document("lamps.pdf", pdf(lines))

    assert headings_of(document) == []
    assert "rated for 15,000 hours or more" in document.text


def test_blank_page_among_others_is_passed_over():
    document = read_document("heat.pdf", pdf(FIRST_PAGE, (), THIRD_PAGE))

    assert document.place_at(document.text.index("Nobody")) == "Outlook, page 3"


def test_title_that_the_file_states_is_not_taken_if_the_page_says_another():
    document = read_document("heat.pdf", pdf(*PAGES, title="Warm water"))

    assert document.title == "The heat of the oceans"


def test_title_is_written_as_the_file_states_it_if_the_page_says_the_same():
    document = read_document("heat.pdf", pdf(*PAGES, title="The Heat of the Oceans"))

    assert document.title == "The Heat of the Oceans"


def test_first_heading_is_the_title_of_a_pdf_without_one():
    document = read_document("heat.pdf", pdf(*PAGES))

    assert document.title == "The heat of the oceans"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_pdf_with_only_an_owner_password_is_read(algorithm):
    document = read_document("heat.pdf", locked(pdf((HEAT,)), "", algorithm))

    assert document.text == HEAT
