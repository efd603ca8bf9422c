from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from hitl.ui._compat import document_without_shorthand
from hitl.ui.event_fields import flat_lines, in_words, is_table, table_in_markdown
from hitl.ui.result import without_pictures
from tests.hostile import assert_ends

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
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        ({"a": [float("nan")]}, '{"a": ["NaN"]}'),
        ({"$bytes": "//4="}, '"(2 bytes)"'),
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

    html = RENDERER.render(without_pictures(markdown))

    assert "<table>" in html
    assert "<hr" in html
    assert "<img" not in html
    assert "->" not in without_pictures(markdown)
    assert ":red[" not in without_pictures(markdown)


BLOCKS = [
    "```mermaid\ngraph TD\n```",
    "``` mermaid\ngraph TD\n```",
    "~~~mermaid\ngraph TD\n~~~",
    "````MERMAID title\ngraph TD\n````",
    "> ```mermaid\n> graph TD\n> ```",
    "- ```mermaid\n  graph TD\n  ```",
    "1. > ~~~~mermaid\n   > graph TD\n",
    "```mer&#109;aid\ngraph TD\n```",
    "```mer\\maid\ngraph TD\n```",
    "   ```mermaid\n   graph TD",
    "```\tmermaid\ngraph TD\n```",
    "```anything\ngraph TD\n```",
    "```python-mermaid\ngraph TD\n```",
]
"""Each is a block of code, whatever stands around it."""


@pytest.mark.parametrize("markdown", BLOCKS)
def test_a_diagram_in_a_result_is_drawn_as_code(markdown: str):
    before, after = RENDERER.render(markdown), RENDERER.render(without_pictures(markdown))

    assert re.search(r'class="language-\w', before)
    assert not re.search(r'class="language-\w', after)  # what Streamlit's page looks for
    assert "graph TD" in after


@pytest.mark.parametrize("text", ["text ```foo``` more ```bar``` end", "```foo``` more", "a ~~~b~~~", "````x ```y````"])
def test_code_within_a_line_is_left_alone(text: str):
    assert without_pictures(text) == text


@pytest.mark.parametrize("language", ["python", "python3", "JSON", "sql", "c++", "tsx"])
def test_code_in_a_result_keeps_its_language(language: str):
    html = RENDERER.render(without_pictures(f"```{language}\nx = 1\n```\n\n    indented\n\n`inline`"))

    assert f'<code class="language-{language}">x = 1' in html
    assert "<code>inline</code>" in html


def test_the_fences_of_a_long_text_are_looked_at_in_time():
    assert_ends("""
from hitl.ui.result import without_pictures
from tests.hostile import assert_ends
from tests.hostile import texts
for text in texts():
    print(ascii(text[:20]), flush=True)
    without_pictures(text)
""")


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"street": "Via Appia", "zip": None, "no": 1200}, ["Street: Via Appia", "No: 1,200"]),
        (
            {"name": "Ana", "home": {"city": "Rome", "is_far": False}},
            ["Name: Ana", "Home · City: Rome", "Home · Is far: no"],
        ),
        ({"stops": ["Rome", "Oslo"], "days": [1, 2]}, ["Stops: Rome, Oslo", "Days: 1, 2"]),
        ({"a": None, "b": {"c": None}}, []),
        ({"note": "", "none": {}, "items": []}, []),
        ({"lines": [{"item": "tea"}]}, None),
        ({"text": "two\nlines"}, None),
        ({"home": {"text": "x" * 500}}, None),
        ({"mixed": [1, None]}, None),
        ({"$picture": {"type": "image/png", "base64": "not base64"}}, None),
    ],
)
def test_a_flat_model_is_told_in_lines_and_any_other_needs_a_tree(value: dict[str, object], lines: list[str] | None):
    assert flat_lines(value) == lines
