from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from hitl.ui._compat import document_without_shorthand
from hitl.ui.payload import in_words, is_table, table_in_markdown
from hitl.ui.result import without_images

RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ("text", "text"),
        (True, "yes"),
        (False, "no"),
        (12345, "12,345"),
        (0.5, "0.5"),
        (1234.5, "1,234.5"),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_a_value_is_told_on_one_line(value: object, words: str):
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("value", "is_one"),
    [([{"a": 1}], True), ([{"a": 1}, {"b": 2}], True), ([], False), ([{}], False), ([1], False), ({"a": 1}, False)],
)
def test_a_list_of_models_is_a_table(value: object, is_one: bool):
    assert is_table(value) is is_one


def test_a_table_has_a_column_for_every_field_and_nothing_in_it_comes_to_life():
    rows: list[dict[str, object]] = [
        {"item": "a|b", "price": 2},
        {"item": "<b>![x](http://a/b)</b>", "note": "line\nbreak"},
    ]

    html = RENDERER.render(document_without_shorthand(table_in_markdown(rows)))

    assert html.count("<th>") == 3
    assert html.count("<tr>") == 3
    assert "<img" not in html
    assert "<b>" not in html
    assert "a|b" in html


def test_a_result_in_markdown_keeps_its_tables_and_rules_and_loses_its_images():
    markdown = "# Done -> now\n\n| a | b |\n| --- | --- |\n| 1 | :red[2] |\n\n---\n\n![leak](http://127.0.0.1:9/?q=1)"

    html = RENDERER.render(without_images(markdown))

    assert "<table>" in html
    assert "<hr" in html
    assert "<img" not in html
    assert "->" not in without_images(markdown)
    assert ":red[" not in without_images(markdown)
