from __future__ import annotations

from pathlib import Path

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.blocks import Block, assemble
from hitl.research.reading.markdown import read_markdown
from tests.research.samples import CORAL, HEAT, TIDES, headings_of, read

CASES = Path(__file__).parent / "cases"


def case(name: str) -> Document:
    return read(name, (CASES / name).read_text("utf-8"))


def texts(markdown: str) -> list[str]:
    return [" ".join(block.text.split()) for block in read_markdown(markdown).blocks]


def place_of(document: Document, quote: str) -> str:
    return document.place_at(document.text.index(quote))


# the inputs that fell short


def test_html_in_markdown_is_read():
    assert case("block.md").text.split("\n\n") == [
        "Fees",
        "Plan | Fee",
        "Plan: Small | Fee: 40 euros a month for each user",
        "The trial ends after thirty days without any cost to the user.",
        "Line with\na break and an in it, which costs 5 < 6 euros.",
    ]


def test_speakers_and_the_path_of_headings_belong_to_the_place():
    document = case("minutes.md")

    assert place_of(document, "The roof leaks") == "ANN, Closing the pool in winter › Discussion"
    assert place_of(document, "The schools need") == "BOB, Closing the pool in winter › Discussion"
    assert place_of(document, "Bob writes") == "Closing the pool in winter › Conclusion"
    assert place_of(document, "Put off") == "New bicycle stands › Conclusion"
    assert "ANN: I looked at the costs." in document.text


def test_everything_that_notes_hold_is_read_in_order():
    document = case("notes.md")

    assert (document.title, document.date) == ("Minutes of the water board", "2024-03-05")
    assert document.text.split("\n\n") == [
        "Minutes",
        "Present: Ann, Bob.",
        "[x] Approve the budget of 4.2 million, as proposed.",
        "[ ] Ask the city about pipes.¹",
        "Bob does this by 1 May.",
        "1. First the pumps are replaced.",
        "2. Then the pipes.",
        "“We need 12.5 % more,” said Ann.",
        "Year | Cost | Note",
        "Year: 2023 | Cost: 180 | Note: as planned",
        "Year: 2024 | Cost: 202 | Note: raised",
        "Setext heading",
        "Line one of a poem\nline two.",
        "def cost(x): return x * 1.12",
        "Term\nDefinition of the term in a few words that matter here.",
        "More",
        "The vote was 5 to 2 in favour of the new tariff.",
        "This paragraph stands in HTML and says that the tariff ends in 2027.",
        "Inline bold and H₂O and a footnote.¹",
        "¹ The city answers within thirty days of the letter.",
    ]
    assert [block.kind for block in document.blocks][-2:] == ["paragraph", "footnote"]


def test_items_follow_the_sentence_that_announces_them():
    kinds = [block.kind for block in case("unless.md").blocks]

    assert kinds == ["heading", "paragraph", "item", "item", "heading", "paragraph", "item", "item"]


def test_short_facts_have_their_heads_and_no_speakers():
    document = case("short_facts.md")

    assert "Who: Adults | Fee: 4 euros" in document.text
    assert place_of(document, "Sunday: closed") == "Opening hours"


# front matter


def test_front_matter_gives_title_and_date_and_is_no_text():
    document = read("heat.md", f"---\ntitle: \"Warm water\"\ndate: '2024-01-02'\ntags: [sea]\n---\n# Heat\n\n{HEAT}\n")

    assert (document.title, document.date) == ("Warm water", "2024-01-02")
    assert document.text == f"Heat\n\n{HEAT}"


def test_empty_line_of_front_matter_says_nothing():
    document = read("heat.md", f"---\ntitle:\ndate: 2024-01-02\n---\n# Heat\n\n{HEAT}\n")

    assert (document.title, document.date) == ("Heat", "2024-01-02")


def test_text_between_two_rules_is_no_front_matter():
    assert HEAT in read("heat.md", f"---\n{HEAT}\n\n---\n\n{TIDES}\n").text


@pytest.mark.parametrize(
    ("front", "shown"),
    [
        ("Note: the drug is not safe.", ["Note: the drug is not safe."]),
        ("note: 'the drug is not safe.'", ["note: the drug is not safe."]),
        ("title: Drugs\nwarning: |\n  The drug is\n  not safe.\ntags: [a]", ["warning: The drug is not safe."]),
        ("Who: Ann Berg\nWhere: the pool", ["Who: Ann Berg", "Where: the pool"]),
        ("correction: the pool closes at five", ["correction: the pool closes at five"]),
        ("Title: Drugs\ntheme: dark\nmenu:\n  name: The best of all drugs\nlist:\n- one two three four", []),
        ("description: A page of drugs, for all who take them.\nimage: a.png", []),
        ("# a comment of several words.\n\nlayout: post", []),
    ],
)
def test_lines_between_rules_that_a_person_would_read_are_text(front: str, shown: list[str]):
    assert read("drug.md", f"---\n{front}\n---\n\n{HEAT}\n").text == "\n\n".join([*shown, HEAT])


@pytest.mark.parametrize("date", ["March 2020", "![x](http://127.0.0.1/p.png)", "2020![x](y)"])
def test_a_date_that_is_none_is_not_taken(date: str):
    text = f"---\ntitle: Tides\ndate: {date}\n---\n\nThe tides follow the Moon around the Earth."

    assert read("tides.md", text).date is None


# Markdown


def test_table_row_of_markdown_is_one_block():
    document = read("heat.md", f"{HEAT}\n\n| Sea | Depth |\n|---|---|\n| Baltic | 459 m |\n")

    assert document.text.split("\n\n") == [HEAT, "Sea | Depth", "Sea: Baltic | Depth: 459 m"]


def test_items_of_a_list_are_blocks_with_their_level_and_number():
    blocks = read_markdown("- one\n- two\n  1. three\n").blocks

    assert [(block.text.strip(), block.kind, block.level) for block in blocks] == [
        ("one", "item", 0),
        ("two", "item", 0),
        ("1. three", "item", 1),
    ]


def test_code_stays_and_marks_of_emphasis_go():
    document = read("code.md", f"Use **`sum`** for *all* of it.\n\n```python\nx = [1]\n\n<!-- y\n```\n\n{HEAT}\n")

    assert document.text.split("\n\n") == ["Use sum for all of it.", "x = [1]\n<!-- y", HEAT]


def test_link_keeps_its_words_and_image_goes():
    document = read("link.md", f"![A reef](reef.png)\n\n{HEAT} See [the map](https://example.org/map) of it.\n")

    assert document.text == f"{HEAT} See the map of it."


def test_a_link_by_reference_keeps_its_words_and_its_definition_goes():
    assert read("link.md", f"[The map][1] of it. {HEAT}\n\n[1]: https://example.org\n").text == f"The map of it. {HEAT}"


def test_struck_words_are_not_read():
    assert texts("It ~~never~~ always rains.") == ["It always rains."]


def test_a_note_has_the_same_mark_wherever_it_is_referred_to():
    assert texts("One.[^a] In 2019[^b] and two.[^a]\n\n[^a]: First.\n\n[^b]: Second.") == [
        "One.¹ In 2019 ² and two.¹",
        "¹ First.",
        "² Second.",
    ]


def test_lists_within_lists_are_read_however_deep_and_so_is_what_follows():
    items = "\n".join(f"{'  ' * depth}- item {depth}" for depth in range(30))

    document = read("deep.md", f"{HEAT}\n\n{items}\n\n{TIDES}\n")

    assert document.text.split("\n\n") == [HEAT, *(f"item {depth}" for depth in range(30)), TIDES]


def test_markdown_too_deep_to_be_read_is_read_as_text():
    assert HEAT in read("deep.md", f"{'>' * 2000} {HEAT}\n\n{TIDES}\n").text


@pytest.mark.parametrize("markdown", ["# Heat", "### Heat ###", "Heat\n===="])
def test_markdown_headings_are_headings(markdown):
    assert headings_of(read("heat.md", f"{markdown}\n\n{HEAT}\n")) == ["Heat"]


def test_the_same_headings_under_two_topics_have_two_paths():
    text = "# A\n\n## One\n\n### End\n\nFirst words here.\n\n## Two\n\n### End\n\nLast words here.\n"
    document = assemble("a.md", read_markdown(text))

    assert (place_of(document, "First"), place_of(document, "Last")) == ("One › End", "Two › End")


# HTML in it


def test_tags_and_comments_of_markdown_are_no_text():
    assert read("tags.md", f"<!-- A note -->\n\n{HEAT} <b>More</b><!-- hidden -->.\n").text == f"{HEAT} More."


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("<div hidden>\n\nsecret\n\n</div>\n\nshown", ["shown"]),
        ("<script>\nsecret()\n\nsecret()\n</script>\n\nshown", ["shown"]),
        ("H<sub>2</sub>O, x<sup>2</sup> and <del>old</del> new", ["H₂O, x² and new"]),
        ("<details>\n<summary>More</summary>\n\n- a\n- b\n\n</details>\n\nafter", ["More", "a", "b", "after"]),
        ("<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>", ["a b"]),
    ],
)
def test_html_in_markdown_is_read_as_in_a_page(markdown, shown):
    assert texts(markdown) == shown


@pytest.mark.parametrize(
    "opened",
    [
        "<div>",
        "<div hidden>",
        "<del>",
        "<table><tr><td>cell",
        "<ul><li>cell",
        "<sup>",
        "<pre>",
        "<script>",
        "<style>",
        "<textarea>",
        "<title>",
        "<select>",
        "<!--",
        "<div><!--",
        "<?php",
        "<![CDATA[",
        "<!DOCTYPE",
        "</div></ul></p>",
        "text <s>",
        "text <span hidden>",
        "text <div hidden>",
        "text <script>",
        "<div title='a",
        "- item <del>",
        "> quote <del hidden>",
    ],
)
def test_a_tag_that_is_left_open_does_not_reach_beyond_its_block(opened):
    blocks = read_markdown(f"{opened}\n\nA *paragraph* of its own.\n\n## A heading\n\n- an item\n").blocks

    assert [(block.kind, block.text) for block in blocks][-3:] == [
        ("paragraph", "A paragraph of its own."),
        ("heading", "A heading"),
        ("item", "an item"),
    ]


def test_a_tag_that_ends_nothing_ends_no_list():
    assert read_markdown("- a </ul> b\n- c\n").blocks == [Block("a b", "item", 0), Block("c", "item", 0)]


# turns


def test_turns_on_lines_of_their_own_are_blocks():
    read_file = read_markdown("**Ann:** Is it\nwarm?\n**Bob:** It is.\n**Ann:** Good.\n")

    assert [(block.speaker, " ".join(block.text.split())) for block in read_file.blocks] == [
        ("Ann", "Ann: Is it warm?"),
        ("Bob", "Bob: It is."),
        ("Ann", "Ann: Good."),
    ]


def test_coral_without_turns_stays_one_paragraph():
    assert texts(f"{CORAL}\nNote: it is so.\nExample: a reef.") == [f"{CORAL} Note: it is so. Example: a reef."]
