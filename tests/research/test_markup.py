from __future__ import annotations

import pytest
from docx.document import Document as WordFile

from hitl.research.markup import read_text
from hitl.research.reading import read_document
from tests.research.samples import CORAL, HEAT, TIDES, headings_of, read, web_page, word

MENU = "<nav><ul><li><a href='/'>Home page</a></li><li><a href='/about'>About us</a></li></ul></nav>"
FOOTER = "<footer><p>All rights reserved by the publisher of this page.</p></footer>"
FRENCH = (
    "Les océans retiennent la majeure partie de la chaleur reçue par la planète, et la relâchent très lentement. "
    "Voilà déjà l'été, où l'eau se réchauffe à la surface, tandis que le fond reste froid."
)
WRAPPED = HEAT.replace(", ", ",\n")
GERMAN = "Die Wärme der Meere wird über viele Jahre gespeichert und später an die Luft abgegeben, aber nicht überall."


def test_word_headings_paragraphs_and_tables_are_read_in_order():
    def fill(file: WordFile) -> None:
        file.add_heading("Ocean heat", 0)
        file.add_heading("Storage", 1)
        file.add_paragraph(HEAT)
        table = file.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Depth", "2,000 m"
        file.add_paragraph(TIDES, style="List Bullet")

    document = read_document("heat.docx", word(fill))

    assert document.text == "\n\n".join(["Ocean heat", "Storage", HEAT, "Depth | 2,000 m", TIDES])
    assert headings_of(document) == ["Ocean heat", "Storage"]
    assert document.title == "Ocean heat"


def test_word_properties_state_the_title():
    def fill(file: WordFile) -> None:
        file.core_properties.title = "Warm water"
        file.add_heading("Ocean heat", 1)
        file.add_paragraph(HEAT)

    assert read_document("heat.docx", word(fill)).title == "Warm water"


def test_line_break_and_tab_in_word_are_spaces():
    def fill(file: WordFile) -> None:
        paragraph = file.add_paragraph(HEAT)
        paragraph.add_run().add_break()
        paragraph.add_run("And\tmore.")

    assert read_document("heat.docx", word(fill)).text == f"{HEAT} And more."


def test_merged_cells_of_a_word_table_are_read_once():
    def fill(file: WordFile) -> None:
        table = file.add_table(1, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = HEAT
        table.cell(0, 2).text = "Depth"

    assert read_document("heat.docx", word(fill)).text == f"{HEAT} | Depth"


def test_article_of_a_page_comes_without_menu_and_footer():
    article = f"<article><h1>Ocean heat</h1><p>{HEAT}</p><h2>Tides</h2><p>{TIDES} {CORAL}</p></article>"

    document = read("heat.html", web_page(MENU + article + FOOTER, title="Ocean heat - The news of the sea"))

    assert document.text == "\n\n".join(["Ocean heat", HEAT, "Tides", f"{TIDES} {CORAL}"])
    assert headings_of(document) == ["Ocean heat", "Tides"]
    assert document.title == "Ocean heat"


def test_tiny_page_without_an_article_is_read_whole():
    document = read("tiny.html", web_page("<p>A tiny page that says one thing only.</p>", title="Tiny"))

    assert document.text == "A tiny page that says one thing only."
    assert document.title == "Tiny"


def test_unfinished_page_is_read():
    assert read("bare.htm", f"<p>{HEAT}").text == HEAT


def test_scripts_and_styles_of_a_page_are_no_text():
    hidden = "<style>p { color: red }</style><script>var secret = 'not for readers';</script>"

    assert read("heat.html", web_page(f"{hidden}<p>{HEAT}</p>")).text == HEAT


def test_tags_that_a_page_writes_about_stay_in_its_text():
    article = f"<article><h1>Tags</h1><p>The &lt;b&gt; element makes letters bold. {HEAT}</p><p>{TIDES}</p></article>"

    assert "The <b> element makes letters bold." in read("tags.html", web_page(article)).text


def test_signs_of_a_page_that_mean_something_in_markdown_stay_in_its_text():
    signs = "Read *these* and [those] and `that` as they stand, with 2 * 3 * 4 and file_name_here."
    article = f"<article><h1>Signs</h1><p>{signs}</p><p>{HEAT}</p><p>{TIDES}</p></article>"

    assert signs in read("signs.html", web_page(article)).text


def test_page_in_another_encoding_is_read():
    text = "Океаны хранят большую часть тепла, которое поглощает планета, и отдают его медленно, в течение многих лет."
    page = f"<html><head><meta charset='windows-1251'><title>Тепло</title></head><body><p>{text}</p></body></html>"

    assert read_document("heat.html", page.encode("windows-1251")).text == text


def test_front_matter_gives_title_and_date_and_is_no_text():
    document = read("heat.md", f"---\ntitle: \"Warm water\"\ndate: '2024-01-02'\ntags: [sea]\n---\n# Heat\n\n{HEAT}\n")

    assert (document.title, document.date) == ("Warm water", "2024-01-02")
    assert document.text == f"Heat\n\n{HEAT}"


def test_empty_line_of_front_matter_says_nothing():
    document = read("heat.md", f"---\ntitle:\ndate: 2024-01-02\n---\n# Heat\n\n{HEAT}\n")

    assert (document.title, document.date) == ("Heat", "2024-01-02")


def test_text_between_two_rules_is_no_front_matter():
    assert HEAT in read("heat.md", f"---\n{HEAT}\n\n---\n\n{TIDES}\n").text


def test_table_row_of_markdown_is_one_block():
    document = read("heat.md", f"{HEAT}\n\n| Sea | Depth |\n|---|---|\n| Baltic | 459 m |\n")

    assert document.text.split("\n\n") == [HEAT, "Sea | Depth", "Baltic | 459 m"]


def test_items_of_a_list_are_blocks():
    document = read("list.md", f"- {HEAT}\n- {TIDES}\n  1. {CORAL}\n")

    assert document.text.split("\n\n") == [HEAT, TIDES, CORAL]


def test_code_stays_and_marks_of_emphasis_go():
    document = read("code.md", f"Use **`sum`** for *all* of it.\n\n```python\nx = [1]\n```\n\n{HEAT}\n")

    assert document.text.split("\n\n") == ["Use sum for all of it.", "x = [1]", HEAT]


def test_link_keeps_its_words_and_image_goes():
    document = read("link.md", f"![A reef](reef.png)\n\n{HEAT} See [the map](https://example.org/map) of it.\n")

    assert document.text == f"{HEAT} See the map of it."


@pytest.mark.parametrize("heading", ["# Heat", "### Heat ###", "Heat\n===="])
def test_markdown_headings_are_headings(heading):
    assert headings_of(read("heat.md", f"{heading}\n\n{HEAT}\n")) == ["Heat"]


def test_wrapped_lines_of_text_are_one_paragraph():
    document = read("heat.txt", f"{WRAPPED}\n   \n{TIDES}\n")

    assert document.text == f"{HEAT}\n\n{TIDES}"


def test_first_short_line_of_text_is_its_title():
    document = read("heat.txt", f"Warm water\n\n{HEAT}\n")

    assert document.title == "Warm water"
    assert headings_of(document) == ["Warm water"]


def test_first_sentence_of_text_is_no_title():
    assert headings_of(read("heat.txt", f"{HEAT}\n\n{TIDES}\n")) == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_keeps_words_and_paragraphs_apart(line_end):
    text = f"{WRAPPED}\n\n{TIDES}\n".replace("\n", line_end)

    assert read("heat.txt", text).text == f"{HEAT}\n\n{TIDES}"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (GERMAN, "latin-1"),
        (FRENCH, "latin-1"),
    ],
)
def test_text_is_the_same_in_every_encoding(text, encoding):
    assert read_document("sea.txt", text.encode(encoding)).text == text


def test_big_endian_text_with_a_byte_order_mark_is_read():
    assert read_document("sea.txt", b"\xfe\xff" + FRENCH.encode("utf-16-be")).text == FRENCH


@pytest.mark.parametrize("date", ["March 2020", "![x](http://127.0.0.1/p.png)", "2020![x](y)"])
def test_a_date_that_is_none_is_not_taken(date: str):
    text = f"---\ntitle: Tides\ndate: {date}\n---\n\nThe tides follow the Moon around the Earth."
    assert read_document("tides.md", text.encode()).date is None


def test_turns_of_a_conversation_are_paragraphs_of_their_own():
    read = read_text("Minutes\n\nAna Berg: So, what about\nthe price?\nBen: It is too high.\nAna Berg: I agree.")

    assert [block.text for block in read.blocks] == [
        "Minutes",
        "Ana Berg: So, what about\nthe price?",
        "Ben: It is too high.",
        "Ana Berg: I agree.",
    ]


def test_a_line_with_a_colon_is_no_conversation():
    read = read_text("There is one thing\nthat matters\nNote: it is wrapped\nhere.")

    assert len(read.blocks) == 1
