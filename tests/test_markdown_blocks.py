"""Markdown as blocks: what a page shows of it, in which style and at which place, and nothing lost or fetched."""

from __future__ import annotations

import inspect
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hitl.markdown_blocks import (
    DEEPEST,
    FORBIDDEN,
    MOST_LINES,
    MarkdownBlock,
    TextRun,
    blocks_of,
    runs_right_to_left,
    text_of,
)
from hitl.text import escape_markdown
from tests.hostile import assert_ends

ITEMS = "- a\n  - b\n\n    c\n5. d\n6. e\n\n> f"
PIECES = [
    *"\\`*_[]()<>~|&^#+=-!.:;'\"/ \n\t\0",
    *(
        "\n\n",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n> ",
        "\n## ",
        "\n```\n",
        "    ",
        "---",
        "\n===\n",
        "<div>",
        "<!--",
        "&#10;",
    ),
    *("[1]: /x\n", "[a](#b)", "![a](b)", "| a | b |\n|---|---|\n| c |", "word", "1", "http://a.example", "\u2028"),
]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def words_of(blocks: list[MarkdownBlock]) -> list[str]:
    """The words of each block, without addresses."""
    return [text_of(run for run in block.all_runs if run.kind != "address") for block in blocks]


def only_runs(markdown: str) -> tuple[TextRun, ...]:
    [block] = blocks_of(markdown)
    return block.runs


def test_lists_know_their_place():
    blocks = blocks_of(ITEMS)

    assert [(b.text, b.depth, b.bullet, b.number, b.quotes) for b in blocks] == [
        ("a", 1, True, None, 0),
        ("b", 2, True, None, 0),
        ("c", 2, False, None, 0),
        ("d", 1, False, 5, 0),
        ("e", 1, False, 6, 0),
        ("f", 0, False, None, 1),
    ]


def test_each_list_has_a_number_of_its_own():
    assert [block.list for block in blocks_of(ITEMS)] == [1, 2, 2, 3, 3, 0]


def test_items_are_counted_from_the_first_and_keep_the_number_they_are_written_with():
    blocks = blocks_of("07. a\n\n    b\n7. c\n7. d\n\n- e")

    assert [(b.text, b.number, b.numeral) for b in blocks] == [
        ("a", 7, "07"),
        ("b", None, ""),
        ("c", 8, "7"),
        ("d", 9, "7"),
        ("e", None, ""),
    ]


def test_an_item_without_words_is_an_empty_block():
    assert [(b.text, b.depth, b.bullet) for b in blocks_of("- a\n-\n- c")] == [
        ("a", 1, True),
        ("", 1, True),
        ("c", 1, True),
    ]


def test_an_item_that_begins_with_a_list_is_an_empty_block_before_it():
    assert [(b.text, b.depth, b.number, b.numeral) for b in blocks_of("3. 4. a")] == [("", 1, 3, "3"), ("a", 2, 4, "4")]


def test_whatever_comes_first_in_an_item_has_its_bullet():
    blocks = blocks_of("- # a\n- ```\n  b\n  ```\n- | c |\n  |---|\n\n  d\n- ***\n- > e")

    assert [(b.kind, b.bullet) for b in blocks] == [
        ("heading", True),
        ("code", True),
        ("table", True),
        ("paragraph", False),
        ("rule", True),
        ("paragraph", True),
    ]
    assert blocks[-1].quotes == 1


@pytest.mark.parametrize(("markdown", "level"), [("# A *b*, c", 1), ("A b, c\n---", 2), ("###### A b, c ######", 6)])
def test_a_heading_has_a_level_and_an_anchor(markdown: str, level: int):
    [heading] = blocks_of(markdown)

    assert (heading.kind, heading.text, heading.level, heading.anchor) == ("heading", "A b, c", level, "a-b-c")


def test_runs_have_the_style_that_a_page_shows():
    assert only_runs("a **b *c* d** ~~e~~ `f *g*`") == (
        TextRun("a "),
        TextRun("b ", bold=True),
        TextRun("c", bold=True, italic=True),
        TextRun(" d", bold=True),
        TextRun(" "),
        TextRun("e", strike=True),
        TextRun(" "),
        TextRun("f *g*", code=True),
    )


def test_a_line_break_is_kept_only_if_a_page_shows_it():
    [block] = blocks_of("a\nb  \nc\\\nd")

    assert block.text == "a b\nc\nd"


@pytest.mark.parametrize("markdown", ["```python\nx = [1]\n\n*y*\n```", "    x = [1]\n\n    *y*"])
def test_code_stays_as_it_is(markdown: str):
    assert blocks_of(markdown) == [MarkdownBlock("code", (TextRun("x = [1]\n\n*y*", code=True),))]


def test_a_table_has_a_row_for_its_head_and_as_many_cells_in_each():
    [table] = blocks_of("| a | **b** |\n|---|---|\n| c |\n| d | e | f |")

    assert [[text_of(cell) for cell in row] for row in table.rows] == [["a", "b"], ["c", ""], ["d", "e"]]
    assert table.rows[0][1] == (TextRun("b", bold=True),)


def test_a_block_is_changed_in_its_cells_too():
    def shout(run: TextRun) -> TextRun:
        return TextRun(run.text.upper())

    paragraph, table = (block.mapped(shout) for block in blocks_of("*a*\n\n| b |\n|---|\n| c |"))

    assert paragraph.runs == (TextRun("A"),)
    assert [run.text for run in table.all_runs] == ["B", "C"]


def test_nothing_is_fetched_and_no_link_is_lost():
    [block] = blocks_of("![the moon](http://a.example/x.png) [here](http://b.example) <b>raw</b> [up](#nowhere)")

    assert block.text == "the moon (http://a.example/x.png) here (http://b.example) <b>raw</b> up"
    assert not any(run.target for run in block.runs)


def test_a_link_to_a_heading_leads_there():
    runs = blocks_of("See [part **2**](#part-2), below.\n\n# Part 2")[0].runs

    assert [(run.text, run.target) for run in runs] == [
        ("See ", ""),
        ("part ", "part-2"),
        ("2", "part-2"),
        (", below.", ""),
    ]


def test_addresses_can_be_told_from_words_and_links_from_each_other():
    runs = only_runs("[1](http://a.example)[**2** b](http://a.example) ![c](d.png) <http://e.example>")

    assert [(run.text, run.kind, run.link) for run in runs] == [
        ("1", "text", 1),
        (" (http://a.example)", "address", 0),
        ("2", "text", 2),
        (" b", "text", 2),
        (" (http://a.example)", "address", 0),
        (" ", "text", 0),
        ("c", "image", 0),
        (" (d.png)", "address", 0),
        (" ", "text", 0),
        ("http://e.example", "text", 3),
    ]


def test_an_image_within_a_link_belongs_to_it():
    runs = only_runs("[![a](b.png)](http://c.example)")

    assert [(run.kind, run.link) for run in runs] == [("image", 1), ("address", 1), ("address", 0)]


def test_a_link_of_a_reference_leads_where_its_definition_says():
    assert blocks_of("[a]\n\n[a]: http://b.example")[0].text == "a (http://b.example)"


def test_what_no_format_can_hold_is_replaced():
    assert blocks_of("a\x0bb\ud800c\uffffd")[0].text == "a\ufffdb\ufffdc\ufffdd"


def test_a_document_of_link_definitions_only_is_not_empty():
    assert blocks_of("[a]: /x") == [MarkdownBlock("code", blocks_of("[a]: /x")[0].runs)]


@pytest.mark.parametrize("markdown", ["", " \n\t\n"])
def test_of_nothing_there_are_no_blocks(markdown: str):
    assert blocks_of(markdown) == []


def test_html_is_text():
    markdown = "a <b>c</b><!-- d -->\n\n<!-- e -->\n\n<div>f</div>\n\ng"

    assert words_of(blocks_of(markdown)) == ["a <b>c</b><!-- d -->", "<!-- e -->", "<div>f</div>", "g"]


@pytest.mark.parametrize("link", ["[a](javascript:b)", "![a](file:///b)"])
def test_a_link_that_no_page_follows_is_text(link: str):
    assert words_of(blocks_of(link)) == [link]


@pytest.mark.parametrize(
    "text", [">" * 2000 + "deep", "- " * 300 + "deep", "\n".join("  " * i + "- deep" for i in range(99))]
)
def test_what_is_nested_too_deeply_is_shown_as_it_is_written(text: str):
    assert blocks_of(text)[0].kind == "code"
    assert "deep" in blocks_of(text)[0].text


def test_of_any_depth_of_nesting_nothing_is_lost():
    for depth in range(1, DEEPEST + 10):
        quoted = f"{'>' * depth} deep\n\nafter"
        listed = "\n".join(f"{'  ' * level}- deep" for level in range(depth)) + "\n\nafter"

        assert " ".join(words_of(blocks_of(quoted))).endswith("deep after") or blocks_of(quoted)[0].text == quoted
        assert " ".join(words_of(blocks_of(listed))).count("deep") == depth
        assert words_of(blocks_of(listed))[-1].endswith("after")


@pytest.mark.parametrize(
    "markdown",
    [
        "[" * 3000 + "deep" + "](a)" * 3000,
        "![" * 3000 + "deep" + "](a)" * 3000,
        "*a _" * 3000 + "deep" + "_ b*" * 3000,
        "~~a " * 3000 + "deep" + " b~~" * 3000,
        "`" * 3000 + "deep" + "`" * 3000,
        "> " * 90 + "![" * 90 + "deep" + "](a)" * 90,
    ],
)
def test_signs_nested_in_a_line_are_read_or_stay(markdown: str):
    assert ["deep" in block.text for block in blocks_of(markdown)] == [True]


def test_brackets_that_nothing_closes_are_text_and_what_stands_before_them_is_not():
    brackets = "[" * 50_000 + "deep"

    blocks = blocks_of(f"*a* [b](#c)\n\n{brackets}\n\n- *d*\n\n# c")

    assert words_of(blocks) == ["a b", brackets, "d", "c"]
    assert blocks[0].runs[-1].target == "c"


def test_markdown_of_too_many_lines_is_shown_as_it_is_written():
    text = "- *a*\n" * (MOST_LINES + 1)

    assert words_of(blocks_of(text)) == [text]


def test_markdown_is_read_even_if_the_caller_has_left_no_room_for_nesting():
    markdown = "> " * 90 + "deep"

    def called(calls: int) -> list[MarkdownBlock]:
        return called(calls - 1) if calls else blocks_of(markdown)

    blocks_of(markdown)  # what is imported late is imported now
    left = 120  # frames; 90 quotes within each other take twice as many as there are quotes
    blocks = called(sys.getrecursionlimit() - len(inspect.stack(0)) - left)

    assert [(block.kind, block.text) for block in blocks] == [("code", markdown)]


@given(TEXTS)
@example("- ---\n\n  a\n- | b |\n  |---|")
def test_any_text_is_read_whatever_is_asked_for(text: str):
    for block in blocks_of(text):
        assert (block.kind == "table") == bool(block.rows)
        assert len({len(row) for row in block.rows}) <= 1, "each row has as many cells"
        assert (block.kind == "heading") == (1 <= block.level <= 6)
        assert bool(block.list) == bool(block.depth)
        assert (block.number is not None) == bool(block.numeral)
        assert not (block.bullet and block.numeral)
        assert block.kind == "code" or all(run.text for run in block.all_runs)


@given(TEXTS)
def test_of_escaped_text_nothing_is_lost(text: str):
    words = FORBIDDEN.sub("\ufffd", " ".join(text.split()))

    assert words_of(blocks_of(f"- {escape_markdown(text)}")) == [words]


def test_a_text_of_one_sign_or_two_is_read_in_the_time_of_any_other():
    assert_ends("""
from hitl.markdown_blocks import blocks_of
from tests.hostile import texts
for text in texts(20_000):
    print(ascii(text[:20]), flush=True)
    blocks_of(text)
""")


@pytest.mark.parametrize(
    ("text", "right_to_left"), [("שלום (a)", True), ("12 – مرحبا", True), ("a שלום", False), ("12", False), ("", False)]
)
def test_the_first_letter_says_whether_a_paragraph_runs_right_to_left(text: str, right_to_left: bool):
    assert runs_right_to_left(text) is right_to_left
