from __future__ import annotations

from pathlib import Path

import pytest

from hitl.research.reading.blocks import Block, ReadFile
from hitl.research.reading.plain_text.reader import read_text
from tests.research.samples import HEAT, TIDES, headings_of, read

CASES = Path(__file__).parent / "cases"
WRAPPED = HEAT.replace(", ", ",\n")
PARAGRAPH = "This is a paragraph that is wrapped where a line of a letter usually\nends, and that goes on below it.\n"
JOINED = PARAGRAPH.replace("\n", " ").strip()


def case(name: str) -> ReadFile:
    return read_text((CASES / name).read_text("utf-8"))


def texts(text: str) -> list[str]:
    return [block.text for block in read_text(text).blocks]


def headings(text: str) -> list[tuple[str, int]]:
    return [(block.text, block.level) for block in read_text(text).blocks if block.is_heading]


# the inputs that fell short


def test_hyphenated_ends_are_joined():
    assert case("hyphen.txt").blocks == [
        Block("The insurance covers all damages that water brings to the house in the course of a year."),
        Block("A second paragraph stands here for good measure."),
    ]


def test_lists_keep_their_lines():
    assert [(block.kind, block.text) for block in case("list.txt").blocks] == [
        ("heading", "Fees of the pool"),
        ("paragraph", "The rules are these:"),
        ("item", "Children under six enter free of charge at all times."),
        ("item", "Adults pay four euros on each day of the week."),
        ("item", "1. First the cash desk opens at nine in the morning."),
        ("item", "2. Then the gate opens at ten in the morning."),
    ]


# paragraphs


def test_wrapped_lines_of_text_are_one_paragraph():
    document = read("heat.txt", f"{WRAPPED}\n   \n{TIDES}\n")

    assert document.text == f"{HEAT}\n\n{TIDES}"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_line_end_keeps_words_and_paragraphs_apart(line_end):
    text = f"{WRAPPED}\n\n{TIDES}\n".replace("\n", line_end)

    assert read("heat.txt", text).text == f"{HEAT}\n\n{TIDES}"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("It is a well-\nknown fact.", "It is a well-known fact."),
        ("From 1,000-\n2,000 euros.", "From 1,000-2,000 euros."),
        ("In Baden-\nWürttemberg.", "In Baden-Württemberg."),
        ("Die Vor-\nund Nachteile.", "Die Vor- und Nachteile."),
        ("The contrac\u00ad\ntor signed.", "The contractor signed."),
        ("The opti-\nmization of it.", "The optimization of it."),
        ("水的温度\n很高。", "水的温度很高。"),
    ],
)
def test_a_word_that_a_line_end_has_cut_is_whole(lines, text):
    assert texts(f"{lines}\n\n{PARAGRAPH}")[0] == text


def test_lines_that_end_early_stay_lines():
    assert texts(f"{PARAGRAPH}\nRoses are red\nViolets are blue\n\n{PARAGRAPH}")[1] == "Roses are red\nViolets are blue"


def test_each_long_line_is_a_paragraph():
    assert texts(f"{HEAT} {TIDES}\n{TIDES} {HEAT}\n{HEAT} {TIDES}") == [
        f"{HEAT} {TIDES}",
        f"{TIDES} {HEAT}",
        f"{HEAT} {TIDES}",
    ]


def test_an_indented_line_after_a_sentence_begins_a_paragraph():
    assert texts(f"    {PARAGRAPH}    {PARAGRAPH}") == [JOINED, JOINED]


def test_lines_of_fields_stay_lines():
    assert texts(f"Letter\n\nFrom: Ann Berg\nTo: Bob\nSubject: The pool\n\n{PARAGRAPH}")[1] == (
        "From: Ann Berg\nTo: Bob\nSubject: The pool"
    )


def test_what_a_mail_quotes_is_apart_and_without_its_signs():
    assert texts("I do not agree.\n> We should close the pool\n> in the winter.\n>\n> It is cold.\nIt is not.") == [
        "I do not agree.",
        "We should close the pool in the winter.",
        "It is cold.",
        "It is not.",
    ]


def test_a_sign_of_comparison_at_the_beginning_of_a_line_stays():
    assert texts("The dose must not be\n> 5 mg each day.") == ["The dose must not be > 5 mg each day."]


def test_form_feeds_begin_pages():
    read_file = read_text(f"{PARAGRAPH}\f{PARAGRAPH}\f\n\f{PARAGRAPH}")

    assert [block.page for block in read_file.blocks] == [1, 2, 4]


# headings


def test_first_short_line_of_text_is_its_title():
    document = read("heat.txt", f"Warm water\n\n{HEAT}\n")

    assert document.title == "Warm water"
    assert headings_of(document) == ["Warm water"]


def test_first_sentence_of_text_is_no_title():
    assert headings_of(read("heat.txt", f"{HEAT}\n\n{TIDES}\n")) == []


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("FEES OF THE POOL\n", 2),
        ("1. Fees\n", 2),
        ("2.3 Fees of the pool\n", 3),
        ("Fees\n====", 1),
        ("Fees\n----", 2),
        ("                     Fees of the pool\n", 2),
        ("Chapter 3: Fees\n", 2),
        ("Fees of the pool\n", 3),
    ],
)
def test_lines_that_stand_out_are_headings(line, level):
    text = line.split("\n")[0].strip()

    assert headings(f"Rules\n\n{PARAGRAPH}\n{line}\n{PARAGRAPH}\n{PARAGRAPH}") == [("Rules", 1), (text, level)]


def test_a_line_in_capitals_right_above_its_paragraph_is_a_heading():
    assert headings(f"Rules\n\n{PARAGRAPH}\nFEES\n{PARAGRAPH}") == [("Rules", 1), ("FEES", 2)]


@pytest.mark.parametrize(
    "line",
    ["It is so.", "1. Fees\n\n2. Times\n\n3. Rules", "and so on", "Fees,", "Closed: Sunday", "- Fees", "(see there)"],
)
def test_other_short_lines_are_none(line):
    assert headings(f"Rules\n\n{PARAGRAPH}\n{line}\n\n{PARAGRAPH}") == [("Rules", 1)]


def test_a_text_in_capitals_has_no_headings_by_them():
    assert headings("FIRST LINE OF IT.\n\n" + "A LINE OF A TELEGRAM\n\n" * 12) == []


# lists


def test_items_have_levels_by_their_indents_and_go_on_below():
    items = "1. First\n   goes on\n   a) inner\n   b) other\n2. Second\n\n   Another paragraph.\n\n3. Third\n"
    text = f"{PARAGRAPH}\n{items}"

    assert [(block.kind, block.level, block.text) for block in read_text(text).blocks[1:]] == [
        ("item", 0, "1. First goes on"),
        ("item", 1, "a) inner"),
        ("item", 1, "b) other"),
        ("item", 0, "2. Second"),
        ("item", 0, "Another paragraph."),
        ("item", 0, "3. Third"),
    ]


@pytest.mark.parametrize(
    "marks",
    [("-", "-"), ("•", "•"), ("1.", "2."), ("9)", "10)"), ("(a)", "(b)"), ("iv.", "v."), ("(i)", "(ii)"), ("A.", "B.")],
)
def test_every_kind_of_mark_begins_an_item(marks):
    first, second = read_text(f"{PARAGRAPH}{marks[0]} one thing\n{marks[1]} another thing\n").blocks[1:]

    assert (first.kind, second.kind) == ("item", "item")
    numbers = ["" if mark in "-•" else f"{mark} " for mark in marks]
    assert [first.text, second.text] == [f"{numbers[0]}one thing", f"{numbers[1]}another thing"]


@pytest.mark.parametrize("line", ["12. March was cold.", "A. Smith wrote it.", "3) is what it says."])
def test_a_wrapped_line_that_begins_like_an_item_is_none(line):
    assert texts(f"This is a line that goes on with what it says on the\n{line}\n") == [
        f"This is a line that goes on with what it says on the {line}"
    ]


# tables


@pytest.mark.parametrize(
    "table",
    [
        "Who        Fee   Year\nAdults       4   2020\nChildren     2   2021",
        "Who\tFee\tYear\nAdults\t4\t2020\nChildren\t2\t2021",
        "| Who | Fee | Year |\n|-----|-----|------|\n| Adults | 4 | 2020 |\n| Children | 2 | 2021 |",
        "+-----+---+----+\n| Who | Fee | Year |\n+-----+---+----+\n| Adults | 4 | 2020 |\n| Children | 2 | 2021 |",
    ],
)
def test_aligned_columns_are_rows(table):
    assert texts(f"{PARAGRAPH}\n{table}\n\n{PARAGRAPH}")[1:-1] == [
        "Who | Fee | Year",
        "Who: Adults | Fee: 4 | Year: 2020",
        "Who: Children | Fee: 2 | Year: 2021",
    ]


def test_wide_spaces_in_running_text_make_no_table():
    assert texts("It is so.  It was so.\nIt may be  so again and\nagain.  It is.") == [
        "It is so.  It was so. It may be  so again and again.  It is."
    ]


# turns


def test_turns_of_a_conversation_are_paragraphs_of_their_own():
    read_file = read_text("Minutes\n\nAna Berg: So, what about\nthe price?\nBen: It is too high.\nAna Berg: I agree.")

    assert [(block.speaker, block.text) for block in read_file.blocks] == [
        ("", "Minutes"),
        ("Ana Berg", "Ana Berg: So, what about the price?"),
        ("Ben", "Ben: It is too high."),
        ("Ana Berg", "Ana Berg: I agree."),
    ]


@pytest.mark.parametrize(
    "turns",
    [
        "[00:01:02] Ann: Is it warm?\n[00:01:05] Bob: It is.\n[00:01:09] Ann: Good.",
        "Ann (10:02): Is it warm?\n\nBob (10:03): It is.\n\nAnn (10:04): Good.",
        "ANN: Is it warm?\nBOB: It is.\nANN: Good.",
        "<Ann>: Is it warm?\n<Bob>: It is.\n<Ann>: Good.",
        "Ann 00:01:02\nIs it warm?\n\nBob 00:01:05\nIt is.\n\nAnn 00:01:09\nGood.",
    ],
)
def test_speakers_are_known_however_the_turn_begins(turns):
    assert [block.speaker.title() for block in read_text(turns).blocks] == ["Ann", "Bob", "Ann"]


def test_a_line_with_a_colon_is_no_conversation():
    [block] = read_text("There is one thing\nthat matters\nNote: it is wrapped\nhere.").blocks

    assert (block.speaker, block.text) == ("", "There is one thing that matters Note: it is wrapped here.")


# terminals


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is n\bno\bot\bt safe.", "It is not safe."),
        ("It is _\bn_\bo_\bt safe.", "It is not safe."),
        ("It is n\b_o\b_t\bt\bt safe.", "It is not safe."),
        ("a _\b_ b", "a _ b"),
        ("It is \x1b[1;31mnot\x1b[0m safe.", "It is not safe."),
        ("It is \x1b[38;5;9mnot\x1b[m \x1b[48;2;9;8;9msafe\x1b[K.", "It is not safe."),
        ("It is \x1b[9myes \x1b[29mnot \x1b[1;8mno \x1b[0msafe.", "It is not safe."),
        ("It is \x1b]8;;http://a\x1b\\not\x1b]8;;\x07 \x1b(Bsafe.", "It is not safe."),
    ],
)
def test_a_text_for_a_terminal_is_read_as_it_shows_there(text, shown):
    read_file = read_text(text)

    assert ([" ".join(block.text.split()) for block in read_file.blocks], read_file.remarks) == ([shown], ())


def test_what_a_terminal_writes_over_something_else_is_said():
    over = read_text("The fee is 9\b5 euros.")
    moved = read_text("The fee is 9 euros.\x1b[1;1HThe fee is 5 euros.")

    assert over.blocks[0].text == "The fee is 5 euros."
    assert over.remarks == ("1 letter is written over others, which are not read: look for it in the file.",)
    assert moved.remarks == (
        "Parts of the text are written to other places of a screen: compare the words with the file.",
    )


# subtitles


def test_subtitles_are_what_is_said():
    read_file = read_text(
        "1\n00:00:01,000 --> 00:00:03,000\nThe sea is\n<i>warm</i>\n\n2\n00:00:04,000 --> 00:00:05,000\nin May.\n\n"
        "3\n00:00:06,000 --> 00:00:07,000\n- Is it?\n- It is.\n"
    )

    assert [block.text for block in read_file.blocks] == ["The sea is warm in May.", "Is it?", "It is."]
    assert read_file.remarks == ("The times of 3 subtitles are not read: look for them in the file.",)


def test_voices_of_subtitles_are_speakers():
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann Berg>Is it warm?\n\n00:04.000 --> 00:05.000\n<v Bob>It is.\n"

    assert [(block.speaker, block.text) for block in read_text(text).blocks] == [
        ("Ann Berg", "Is it warm?"),
        ("Bob", "It is."),
    ]
