"""PDF files with one difficulty each, drawn word by word."""

from __future__ import annotations

from fpdf import FPDF

from hitl.research.reading.files import read_document
from tests.research.reading.pdf_files import at, by_fpdf
from tests.research.reading.test_pdf_layouts import texts
from tests.research.samples import headings_of

MARCH = "The board met in March and looked at the cost of the water works in detail and"
POWER = "found that the pumps use a third more power than those of the town next to it."


def lines(file: FPDF, top: float, *read: str, x: float = 72, step: float = 13.75) -> None:
    """Lines of a paragraph below each other."""
    for index, line in enumerate(read):
        at(file, x, top + step * index, line)


def width(file: FPDF, text: str, size: float = 11) -> float:
    file.set_font("helvetica", size=size)
    return float(file.get_string_width(text))


def test_raised_figures_are_exponents_units_and_marks():
    def draw(file: FPDF) -> None:
        x = 72.0
        for text, is_raised in (
            ("The dose is 5 x 10", False),
            ("6", True),
            (" units in 2019", False),
            ("12", True),
            (" and the well is 30 m", False),
            ("2", True),
            (" wide, as the committee", False),
            ("3", True),
            (" wrote.", False),
        ):
            size = 7 if is_raised else 11
            at(file, x, 96 if is_raised else 100, text, size)
            x += width(file, text, size)

    document = read_document("raised.pdf", by_fpdf(draw))

    assert document.text == "The dose is 5 x 10⁶ units in 2019 ¹² and the well is 30 m² wide, as the committee³ wrote."


def test_exponent_stays_one_where_the_page_has_a_note_of_its_number():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "There were 10")
        at(file, 72 + width(file, "There were 10"), 96, "6", 7)
        at(file, 160, 100, "in all, and 28")
        at(file, 160 + width(file, "in all, and 28"), 96, "6", 7)
        at(file, 250, 100, "were found.")
        at(file, 72, 780, "6 As the report of the court says.", 8)

    document = read_document("raised.pdf", by_fpdf(draw))

    assert texts(document) == ["There were 10⁶ in all, and 28 ⁶ were found.", "6 As the report of the court says."]


def test_bold_lines_of_the_size_of_the_text_are_headings():
    def draw(file: FPDF) -> None:
        at(file, 72, 72, "2 Results", style="B")
        lines(
            file,
            88,
            "Losses fell from 33 to 28 per cent in the north and rose by two per cent in the south.",
            "Nobody knows the reason.",
        )
        at(file, 72, 117, "3 Costs of the pumps", style="B")
        lines(
            file,
            133,
            "Pumps cost 180 in the year before and 202 in this year for each house in the town,",
            "without tax and without the work that goes with them on the day that they are built in",
        )
        at(file, 72, 162, "4 Outlook", style="B")
        lines(file, 178, "More pumps are bought in the next year.")

    document = read_document("bold.pdf", by_fpdf(draw))

    assert headings_of(document) == ["2 Results", "3 Costs of the pumps", "4 Outlook"]
    assert document.place_at(document.text.index("Pumps cost")) == "3 Costs of the pumps, page 1"


def test_bold_words_that_begin_a_paragraph_are_no_heading():
    def draw(file: FPDF) -> None:
        lines(file, 72, MARCH, POWER)
        at(file, 72, 110, "The board of the water works of the town and of the county of the north of the", style="B")
        lines(file, 123.75, "sea met in May, and nobody came to see it, though the doors were open to all of them.")

    assert headings_of(read_document("bold.pdf", by_fpdf(draw))) == []


def test_paragraph_after_a_list_stands_alone():
    def draw(file: FPDF) -> None:
        at(file, 72, 72, "Water works", 18, "B")
        lines(file, 100, MARCH, POWER)
        lines(file, 134, "The subsidy covers:")
        lines(file, 154, "· Pumps of every kind", "· Valves and meters", "· Work on the roof")
        lines(
            file,
            209,
            "Pipes are never covered by the subsidy, whatever their age may be, and the owner pays",
            "for them.",
        )

    document = read_document("list.pdf", by_fpdf(draw))

    assert texts(document)[-5:] == [
        "The subsidy covers:",
        "Pumps of every kind",
        "Valves and meters",
        "Work on the roof",
        "Pipes are never covered by the subsidy, whatever their age may be, and the owner pays for them.",
    ]
    assert texts(document, "item") == texts(document)[-4:-1]


def test_wrapped_lines_of_items_without_indents_belong_to_them():
    def draw(file: FPDF) -> None:
        lines(
            file,
            100,
            "1) Pumps of every kind, and the work that goes with them on the day on which they are",
            "built in, and on the day after it.",
            "2) Valves and meters.",
            "3) Roofs, if they are older than the house next to them, or if they are blown away by a",
            "storm of the year.",
        )

    document = read_document("list.pdf", by_fpdf(draw))

    assert [text[:2] + text[-5:] for text in texts(document, "item")] == ["1)r it.", "2)ters.", "3)year."]


def test_footnote_in_the_middle_of_a_sentence_stands_apart():
    def draw(file: FPDF) -> None:
        first = "The town paid 4.2 million for the pumps in 2019"
        at(file, 72, 72, first)
        at(file, 72 + width(file, first), 68, "3", 7)
        at(file, 72 + width(file, first) + 4, 72, " and sold them")
        lines(
            file,
            85.75,
            "to the county for half of that sum two years later, which the court of audit called a",
            "waste of the money of the",
        )
        at(file, 72, 780, "3 Report of the court of audit, page 14.", 8)
        file.add_page()
        lines(
            file,
            72,
            "people who live there and pay for the water that they use. The mayor said that the",
            "price was fair at that time.",
        )

    document = read_document("footnote.pdf", by_fpdf(draw))

    assert texts(document) == [
        "The town paid 4.2 million for the pumps in 2019 ³ and sold them to the county for half of that sum two years "
        "later, which the court of audit called a waste of the money of the people who live there and pay for the "
        "water that they use. The mayor said that the price was fair at that time.",
        "3 Report of the court of audit, page 14.",
    ]
    assert texts(document, "footnote") == texts(document)[1:]
    assert document.place_at(document.text.index("The mayor")) == "page 1"


def test_footnote_that_runs_over_two_pages_is_one():
    def draw(file: FPDF) -> None:
        at(file, 72, 72, MARCH)
        at(file, 72 + width(file, MARCH), 68, "1", 7)
        lines(file, 85.75, POWER)
        at(file, 72, 780, "1 The report of the court of audit says so on page 14, and adds that", 8)
        file.add_page()
        lines(file, 72, "The mayor said nothing.")
        at(file, 72, 780, "nobody was asked.", 8)

    document = read_document("footnote.pdf", by_fpdf(draw))

    assert texts(document, "footnote") == [
        "1 The report of the court of audit says so on page 14, and adds that nobody was asked."
    ]


def test_small_print_without_marks_is_no_footnote():
    def draw(file: FPDF) -> None:
        lines(file, 72, MARCH, POWER)
        at(file, 72, 780, "12 words of small print of the printer stand here.", 8)

    assert texts(read_document("small.pdf", by_fpdf(draw)), "footnote") == []


def test_table_without_rules_is_read_with_its_heads():
    def draw(file: FPDF) -> None:
        at(file, 72, 80, "Table 2. Losses of water by part of the town, per cent of what is sent out")
        rows = (
            ("Part", "2022", "2023", "Change"),
            ("North", "33.1", "28.4", "-4.7"),
            ("South", "2.0", "4.1", "+2.1"),
            ("Harbour and old town", "12.5", "12.5", "0.0"),  # the next cell begins right after it
        )
        for index, row in enumerate(rows):
            for column, cell in enumerate(row):
                at(file, (72, 182, 292, 402)[column], 100 + 16 * index, cell)
        lines(file, 180, "The losses fell in the north because of the new pumps that were built in last year.")

    document = read_document("table.pdf", by_fpdf(draw))

    assert texts(document, "row") == [
        "Part | 2022 | 2023 | Change",
        "Part: North | 2022: 33.1 | 2023: 28.4 | Change: -4.7",
        "Part: South | 2022: 2.0 | 2023: 4.1 | Change: +2.1",
        "Part: Harbour and old town | 2022: 12.5 | 2023: 12.5 | Change: 0.0",
    ]
    assert len(texts(document, "paragraph")) == 2


def test_columns_that_are_written_row_by_row_are_read_one_after_the_other():
    left = (
        "The north of the town has",
        "old pipes from the time",
        "before the war, and they",
        "lose a third of the water",
        "that the works send out.",
    )
    right = (
        "The south has new pipes",
        "of plastic. They lose",
        "almost nothing, but they",
        "were three times as dear",
        "as those of iron were.",
    )

    def draw(file: FPDF) -> None:
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            at(file, 72, 100 + 14 * index, one)
            at(file, 320, 100 + 14 * index, other)

    document = read_document("columns.pdf", by_fpdf(draw))

    assert texts(document) == [" ".join(left), " ".join(right)]


def test_heading_across_both_columns_stands_before_them():
    def draw(file: FPDF) -> None:
        for top in (100, 240):
            at(file, 72, top, f"A heading that runs over the whole of the page {top}", 15, "B")
            for index in range(5):
                at(file, 72, top + 25 + 14 * index, f"left line {index} of the column at {top} and on")
                at(file, 320, top + 25 + 14 * index, f"right line {index} of the column at {top} and on")

    document = read_document("columns.pdf", by_fpdf(draw))

    said = ("page 100", "left line 4 of the column at 100", "right line 0 of the column at 100", "page 240")
    places = [document.text.index(words) for words in said]
    assert places == sorted(places)


def test_title_is_the_largest_line_and_not_what_the_file_states():
    def draw(file: FPDF) -> None:
        file.set_title("Microsoft Word - draft7_final.doc")
        at(file, 72, 72, "Drinking water in small towns", 22, "B")
        lines(file, 110, MARCH, POWER)

    assert read_document("draft7.pdf", by_fpdf(draw)).title == "Drinking water in small towns"


def test_title_of_two_lines_is_whole():
    def draw(file: FPDF) -> None:
        at(file, 72, 72, "Drinking water", 22, "B")
        at(file, 72, 98, "in small towns", 22, "B")
        lines(file, 140, MARCH, POWER)

    assert read_document("draft7.pdf", by_fpdf(draw)).title == "Drinking water in small towns"


def test_title_that_the_file_states_is_taken_if_the_page_says_it():
    def draw(file: FPDF) -> None:
        file.set_title("Drinking Water in Small Towns")
        at(file, 72, 72, "DRINKING WATER IN SMALL TOWNS")
        at(file, 400, 72, "Westhaven", 22)
        lines(file, 110, MARCH, POWER)

    assert read_document("draft7.pdf", by_fpdf(draw)).title != "Westhaven"


def test_lines_that_differ_in_their_numbers_are_all_kept():
    said = [f"In week {week} the hospitals counted {3 * week} deaths of the fever." for week in range(1, 101)]

    def draw(file: FPDF) -> None:
        lines(file, 60, "Weekly report of the fever in the province. The numbers are those of the ministry.")
        for index, line in enumerate(said):
            if index in (36, 73):
                file.add_page()
            at(file, 72, 72 + 18 * (index % 37), line)

    text = read_document("rows.pdf", by_fpdf(draw)).text

    assert [line for line in said if line not in text] == []


def test_one_heading_on_each_page_that_counts_is_kept():
    def draw(file: FPDF) -> None:
        for page in range(4):
            if page:
                file.add_page()
            at(file, 72, 60, f"Case {page + 1}", 15, "B")
            lines(file, 90, MARCH, f"{POWER} It was case number {page} of the year.")

    assert headings_of(read_document("pages.pdf", by_fpdf(draw))) == ["Case 1", "Case 2", "Case 3", "Case 4"]


def test_running_heads_of_two_pages_are_left_out():
    def draw(file: FPDF) -> None:
        for page in range(2):
            if page:
                file.add_page()
            at(file, 72, 40, "Annual report of the water works", 9)
            lines(file, 80, MARCH, f"{POWER} This is said on sheet {'ab'[page]}.")
            at(file, 72, 820, "Westhaven", 9)
            at(file, 500, 820, f"{page + 1}", 9)

    document = read_document("two.pdf", by_fpdf(draw))

    assert texts(document) == [f"{MARCH} {POWER} This is said on sheet {sheet}." for sheet in "ab"]


def test_two_equal_pages_are_both_kept():
    def draw(file: FPDF) -> None:
        for page in range(2):
            if page:
                file.add_page()
            lines(file, 80, MARCH, POWER)

    assert read_document("twice.pdf", by_fpdf(draw)).text.count(MARCH) == 2


def test_letters_of_one_beginning_keep_it():
    def draw(file: FPDF) -> None:
        for page in range(3):
            if page:
                file.add_page()
            lines(file, 60, MARCH, POWER)
            lines(file, 110, f"The house of number {page} pays {page * 7 + 3} euros, and its owner may complain of it.")

    assert read_document("letters.pdf", by_fpdf(draw)).text.count(POWER) == 3


def test_hard_hyphens_stay_and_those_of_hyphenation_go():
    def draw(file: FPDF) -> None:
        lines(
            file,
            100,
            "The committee found that the inter-",
            "national agreement was not sig-",
            "ned by the well-",
            "known minister. It costs 1,000-",
            "2,000 euros in a non-",
            "profit shop, and the co-",
            "operation of the old co-operation ends.",
            "A state-of-the-",
            "art pump was the high-",
            "est bid of the Diffie-",
            "Hellman company for pre-",
            "and post-war houses.",
        )

    assert read_document("hyphens.pdf", by_fpdf(draw)).text == (
        "The committee found that the international agreement was not signed by the well-known minister. It costs "
        "1,000-2,000 euros in a non-profit shop, and the co-operation of the old co-operation ends. A state-of-the-art "
        "pump was the highest bid of the Diffie-Hellman company for pre- and post-war houses."
    )


def test_large_initial_letter_belongs_to_its_word():
    def draw(file: FPDF) -> None:
        at(file, 72, 126, "T", 40)
        lines(
            file,
            100,
            "he heat of the oceans is measured by floats that drift in the deep",
            "water of the sea, and nobody knows how long they will go on with it.",
            x=100,
            step=13,
        )
        lines(file, 126, "The money for them is spent, and no new one is to be had from the state.", x=100)

    assert read_document("initial.pdf", by_fpdf(draw)).text.startswith("The heat of the oceans is measured by floats")


def test_heading_that_is_printed_twice_to_look_bold_is_read_once():
    def draw(file: FPDF) -> None:
        for x in (72, 72.3):
            at(file, x, 72, "The heat of the oceans")
        lines(file, 100, MARCH, POWER)

    assert read_document("twice.pdf", by_fpdf(draw)).text.count("The heat of the oceans") == 1


def test_address_keeps_its_lines():
    def draw(file: FPDF) -> None:
        lines(file, 72, "Water works of Westhaven", "12 Harbour Road", "Westhaven")
        lines(file, 150, MARCH, POWER)

    assert (
        texts(read_document("letter.pdf", by_fpdf(draw)))[0] == "Water works of Westhaven\n12 Harbour Road\nWesthaven"
    )


def test_accents_that_are_drawn_by_themselves_join_their_letters():
    def draw(file: FPDF) -> None:
        x = 72.0
        for word in ("O sum´ario f¨ur", "tˆem a introduc¸ao"):
            for index, letter in enumerate(word):
                if letter in "´¨ˆ¸":
                    below = word[index + 1] if letter != "¸" else word[index - 1]
                    start = x if letter != "¸" else x - width(file, below)
                    accent = "^" if letter == "ˆ" else letter
                    at(file, start + (width(file, below) - width(file, accent)) / 2, 100, accent)
                else:
                    at(file, x, 100, letter)
                    x += width(file, letter)
            x += 4

    assert read_document("accents.pdf", by_fpdf(draw)).text == "O sumário für têm a introduçao"
