"""What a document or a model says stays text, and web addresses in quotes stay whole."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from hitl.report.writing.escaping import escape_quote, visible_words

LINKIFIED = MarkdownIt("commonmark")


@pytest.mark.parametrize(
    ("quote", "markdown"),
    [
        ("See https://a.example/my_file_1.html now.", "See https://a.example/my_file_1.html now."),
        ("https://a.example/_next/x__y", "https://a.example/_next/x__y"),
        ("https://a.example/page#part_2", "https://a.example/page#part_2"),
        ("https://a.example/?a=1&b=2", "https://a.example/?a=1&b=2"),
        ("www.a.example/a_b", "www.a.example/a_b"),
        ("(HTTP://A.example/a_b)", "(HTTP://A.example/a_b)"),
        ("https://a.example/?x=1&copy;", "https://a.example/?x=1\\&copy;"),
        ("https://a.example/a_", "https://a.example/a\\_"),
        ("https://a.example/*a*b_c", "https://a.example/\\*a\\*b_c"),
        ("snake_case is _not_ an address", "snake\\_case is \\_not\\_ an address"),
        ("[x](https://a.example/a_b)", "\\[x\\](https://a.example/a_b)"),
    ],
)
def test_web_addresses_are_whole_and_all_else_is_escaped(quote: str, markdown: str):
    assert escape_quote(quote) == markdown


@pytest.mark.parametrize(
    "quote",
    [
        "https://a.example/_a_ and _b_",
        "https://a.example/_a _b https://a.example/_c_d_",
        "https://a.example/#&lt;&#60;",
        "https://a.example/<b>_x",
        "_https://a.example/_a_",
        "# https://a.example/#",
        "https://a.example/![x](y_z)",
        "https://a.example/a\\_b\\#c",
    ],
)
def test_an_address_shows_as_it_stands_and_begins_nothing(quote: str):
    (_, inline, _) = LINKIFIED.parse(escape_quote(quote))

    assert {token.type for token in inline.children or []} == {"text"}
    assert "".join(token.content for token in inline.children or []) == quote


def test_a_quote_in_a_block_quote_stays_in_it():
    assert escape_quote("unless:\n\na_b or\nhttps://a.example/a_b", before="> ") == (
        "> unless:\\\n> a\\_b or\\\n> https://a.example/a_b"
    )


def test_what_a_model_says_leads_nowhere_and_shows_all_that_it_says():
    assert visible_words("See\u202e https://a.example/a\nor x@y.example.") == "See a.example/a or x @ y.example."
