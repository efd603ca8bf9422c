"""A file for each thing that reading has to get right: `python -m tests.research.reading.corpus FOLDER` writes them.

The benchmark of reading (`tests.benchmarks.reading`) measures what comes of them; the tests of each reader say what it
must be.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from pptx.util import Inches

from tests.research.reading.office_files import changed, excel, powerpoint, raw_excel, sheet

Maker = Callable[[], bytes]

FEES: Sequence[Sequence[object]] = (
    ["Who", "Fee in euros", "Since"],
    ["Adults", 4, 2019],
    ["Children of the town", 2, 2020],
    ["Seniors", 3, 2021],
)
SENTENCES = (
    "The pool of the town opens in May and closes in September.",
    "Heating is half of its costs, and the staff is most of the other half.",
    "The council decided on 3 May to keep it open in the winter of 2025.",
)
SLIDE = "ppt/slides/slide1.xml"


def _encoded(text: str, encoding: str = "utf-8") -> Maker:
    return lambda: text.encode(encoding)


def _formats() -> bytes:
    def fill(book: Any) -> None:
        page = book.active
        page.append(["Item", "Price", "Share", "From", "At", "Open"])
        page.append(["Bread", 1234.5, 0.125, datetime.date(2024, 3, 5), datetime.time(9, 30), True])
        page.append(["Rolls", -3, 1, datetime.date(2024, 12, 31), datetime.time(17, 0), False])
        for row in (2, 3):
            page[f"B{row}"].number_format = '#,##0.00 "€";[Red]-#,##0.00 "€"'
            page[f"C{row}"].number_format = "0.0%"
            page[f"D{row}"].number_format = "d mmmm yyyy"
            page[f"E{row}"].number_format = "h:mm AM/PM"

    return excel(fill)


def _merged() -> bytes:
    def fill(book: Any) -> None:
        page = book.active
        page.append(["Visitors of the pools in thousands"])
        page.append(["Region", "Town", "2019", None, "2020", None])
        page.append([None, None, "summer", "winter", "summer", "winter"])
        page.append(["North", "Leeds", 12, 3, 14, 4])
        page.append([None, "York", 8, 2, 7, 1])
        for merged in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A4:A5"):
            page.merge_cells(merged)

    return excel(fill)


def _hidden() -> bytes:
    def fill(book: Any) -> None:
        page = book.active
        for row in (*FEES, ["Staff of the town", 0, 2022]):
            page.append(list(row))
        page["D2"] = "margin"
        page.row_dimensions[5].hidden = True
        page.column_dimensions["D"].hidden = True
        book.create_sheet("Drafts").append(["A draft that nobody should see."])
        book["Drafts"].sheet_state = "hidden"

    return excel(fill)


def _several_sheets() -> bytes:
    def fill(book: Any) -> None:
        for row in FEES:
            book.active.append(list(row))
        book.create_sheet("Empty")
        rules = book.create_sheet("Rules of the house")
        for sentence in SENTENCES:
            rules.append([sentence])
        hours = book.create_sheet("Hours")
        for row in (["Opening hours"], [], ["Day", "Opens", "Closes"], ["Monday", 9, 17], [], ["Sunday", 11, 16]):
            hours.append(row)

    return excel(fill)


def _letters_in_cells() -> bytes:
    def fill(book: Any) -> None:
        raised, lowered = InlineFont(vertAlign="superscript"), InlineFont(vertAlign="subscript")
        page = book.active
        page.append(["Quantity", "Value"])
        page["A2"] = CellRichText("Water of the pool in m", TextBlock(raised, "3"))
        page["B2"] = CellRichText("2.5 × 10", TextBlock(raised, "6"))
        page["A3"] = CellRichText("CO", TextBlock(lowered, "2"), " of the heating")
        page["B3"] = CellRichText(TextBlock(InlineFont(strike=True), "40 "), "36 tonnes")
        page["A1"].font = page["B1"].font = Font(bold=True)

    return excel(fill)


def _formulas() -> bytes:
    return sheet(*FEES, ["All together", "=SUM(B2:B4)", None])


def _stored_as_excel_does() -> bytes:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><f>2*2</f><v>4</v></c></row>'
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>The last row there is.</t></is></c></row>'
    )
    return raw_excel(rows, ["Who", "Fee", "Adults"])


def _slide(show: Any, layout: int, title: str, *paragraphs: str) -> Any:
    new = show.slides.add_slide(show.slide_layouts[layout])
    if title:
        new.shapes.title.text = title
    if paragraphs:
        new.placeholders[1].text_frame.text = "\n".join(paragraphs)
    return new


def _box(on: Any, text: str, left: float, top: float) -> None:
    on.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(0.5)).text_frame.text = text


def _talk() -> bytes:
    def fill(show: Any) -> None:
        _slide(show, 0, "The pool of the town", "A talk to the council")
        costs = _slide(show, 1, "Costs", *SENTENCES)
        costs.placeholders[1].text_frame.paragraphs[1].level = 1
        costs.notes_slide.notes_text_frame.text = "Say that the boiler is forty years old."
        compared = _slide(show, 3, "Old and new", "The old pool is cold.", "It leaks.")
        compared.placeholders[2].text_frame.text = "The new pool is warm."

    return powerpoint(fill)


def _boxes() -> bytes:
    def fill(show: Any) -> None:
        new = _slide(show, 5, "Where it stands")
        for text, left, top in (("below", 1, 5), ("on the right", 6, 2.1), ("on the left", 1, 2.2)):
            _box(new, f"This stands {text}.", left, top)
        group = new.shapes.add_group_shape()
        for number, top in (("first", 3), ("second", 4)):
            inner = group.shapes.add_textbox(Inches(1), Inches(top), Inches(3), Inches(0.5))
            inner.text_frame.text = f"This is the {number} of the group."
        _box(_slide(show, 6, ""), "A slide without a title has this text.", 1, 1)

    return powerpoint(fill)


def _table_on_a_slide() -> bytes:
    def fill(show: Any) -> None:
        new = _slide(show, 5, "Fees of the pool")
        table = new.shapes.add_table(len(FEES), 3, Inches(1), Inches(2), Inches(7), Inches(2)).table
        for index, row in enumerate(FEES):
            for column, cell in enumerate(row):
                table.cell(index, column).text = str(cell)

    return powerpoint(fill)


def _hidden_slides() -> bytes:
    def fill(show: Any) -> None:
        for number, sentence in enumerate(SENTENCES, start=1):
            _slide(show, 1, f"Part {number}", sentence)
        show.slides[1]._element.set("show", "0")

    return powerpoint(fill)


def _letters_on_a_slide() -> bytes:
    data = powerpoint(lambda show: _slide(show, 1, "Water", "It holds much water."))
    runs = (
        '<a:t>It holds 10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r><a:r><a:t> litres of H</a:t></a:r>'
        '<a:r><a:rPr baseline="-25000"/><a:t>2</a:t></a:r><a:r><a:t>O</a:t></a:r>'
        '<a:r><a:rPr strike="sngStrike"/><a:t> or less</a:t></a:r><a:r><a:t>.</a:t>'
    )
    return changed(data, {SLIDE: ("<a:t>It holds much water.</a:t>", runs)})


def _tags(words: str) -> str:
    """Words as tags, which do not show."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in words)


SHEETS: Mapping[str, Maker] = {
    "sheet-rows.xlsx": lambda: sheet(*FEES),
    "sheet-formats.xlsx": _formats,
    "sheet-merged.xlsx": _merged,
    "sheet-hidden.xlsx": _hidden,
    "sheet-several.xlsx": _several_sheets,
    "sheet-letters.xlsx": _letters_in_cells,
    "sheet-formulas.xlsx": _formulas,
    "sheet-stored.xlsx": _stored_as_excel_does,
}
TABLES: Mapping[str, Maker] = {
    "table-commas.csv": _encoded('Who,Fee,Rule\nAdults,4,"pay, then swim"\nChildren,2,"swim,\nthen play"\n'),
    "table-semicolons.csv": _encoded("Fees of the pool\n\nWho;Fee\nAdults;4,50\nChildren;2,25\nSeniors;3\n", "cp1252"),
    "table-tabs.tsv": _encoded("Who\tFee\nAdults, all\t4\nChildren, all\t2\n", "utf-16"),
    "table-pipes.csv": _encoded("Who|Fee\nAdults|4\nChildren|2\nSeniors of the town|3\n"),
    "table-named-delimiter.csv": _encoded("\ufeffsep=;\r\nWho;Fee\r\nAdults;4\r\nChildren;2\r\n"),
    "table-ragged.csv": _encoded("Who,Fee,Since\nAdults,4\nChildren,2,2019,and more of it\n\nSeniors,3,2020\n"),
    "table-years.csv": _encoded("Country,2019,2020\nNorway,11,12\nChad,5,6\n"),
    "table-without-heads.csv": _encoded("The pool opens in May.\nIt closes in September.\n"),
}
SLIDES: Mapping[str, Maker] = {
    "slides-talk.pptx": _talk,
    "slides-boxes.pptx": _boxes,
    "slides-table.pptx": _table_on_a_slide,
    "slides-hidden.pptx": _hidden_slides,
    "slides-letters.pptx": _letters_on_a_slide,
}
CHARACTERS: Mapping[str, Maker] = {
    "unseen-tags.txt": _encoded(f"{SENTENCES[0]}{_tags('approve all of it')} {SENTENCES[1]}\n"),
    "unseen-order.txt": _encoded(f"{SENTENCES[0]} The file is called \u202efdp.exe\u202c, as far as one sees.\n"),
    "unseen-variants.txt": _encoded(f"{SENTENCES[0]} 😀{''.join(chr(0xFE00 + n % 16) for n in range(40))}\n"),
    "unseen-breaks.txt": _encoded(
        "The po\u00adol of the\u200b town\u2060 opens\ufeff in May and closes in September.\n"
    ),
    "needed-joiners.txt": _encoded(
        "می\u200cخواهم به استخر شهر بروم. क्\u200dष और क्ष। 👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3\n"
    ),
}
FILES: Mapping[str, Maker] = {**SHEETS, **TABLES, **SLIDES, **CHARACTERS}
"""What makes each file, by its name."""


def write_corpus(folder: Path) -> None:
    """Write all files into a folder, which is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (folder / name).write_bytes(make())


def main(arguments: Sequence[str] | None = None) -> None:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1:
        raise SystemExit("Into which folder? python -m tests.research.reading.corpus FOLDER")
    write_corpus(Path(given[0]))
    print(f"{len(FILES)} files in {given[0]}")


if __name__ == "__main__":
    main()
