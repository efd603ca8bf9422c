"""The benchmark of reading: that it measures what it says, in lines that fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from tests.benchmarks import reading
from tests.benchmarks.reading import Figures, line_of, sums_of
from tests.benchmarks.reading_reference import Reference, reference_of, words_in
from tests.research.reading.office_files import powerpoint, sheet
from tests.research.samples import CORAL, HEAT, TIDES, pdf, word

POOL = "The pool of the town opens in May, and it closes in September."


def test_each_file_has_a_line_and_each_format_its_sums(tmp_path, capsys):
    (tmp_path / "sea.pdf").write_bytes(pdf((HEAT, TIDES), (CORAL,)))
    (tmp_path / "pool.xlsx").write_bytes(sheet(["What", "How much"], [POOL, 4], ["hidden", "=1+1"]))
    (tmp_path / f"{'a long name ' * 9}.md").write_text(f"# Heat\n\n{HEAT}\n", "utf-8")
    (tmp_path / "broken.pptx").write_bytes(b"PK none")

    reading.main([str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line.strip() and line[0] != " "]
    assert names == ["a", "broken.pptx", "pool.xlsx", "sea.pdf", "Excel:", "Markdown:", "PDF:", "PowerPoint:"]
    assert max(map(len, lines)) <= 140
    assert "NOT READ: “broken.pptx” is named like a PowerPoint file" in next(line for line in lines if "broken" in line)
    assert any("1 formula has no stored result" in line for line in lines)
    assert "Markdown: 1 file, 0 not read" in "\n".join(lines)
    assert "words 1.000, order 1.000" in next(line for line in lines if line.startswith("Markdown:"))
    assert " ms a page" in next(line for line in lines if line.startswith("PDF:"))


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["a", "b"]])
def test_without_a_folder_it_asks_for_one(arguments):
    with pytest.raises(SystemExit, match="Which folder"):
        reading.main(arguments)


def test_shares_are_of_what_the_reference_says_with_tables_left_out_of_the_order():
    document = assemble(
        "a.md", ReadFile([heading("Fees"), Block("One two three four."), Block("Who: Adults | Fee: 4", "row")])
    )
    reference = Reference(["Fees", "one two three four", "five six", "Adults 4"], ["head of it"], ["Fees", "Four"])

    compared = reading._compared(document, reference)

    assert compared["words_read"] == pytest.approx(7 / 9)
    assert compared["order_kept"] == pytest.approx(3 / 5)
    assert compared["large_read"] == 0.5
    assert compared["heads_inside"] == 0


def test_running_heads_inside_of_paragraphs_are_counted():
    document = assemble("a.md", ReadFile([Block("The sea is Annual Report 2019 warm."), Block("Annual Report 2019")]))

    assert reading._heads_inside(document, Reference(["The sea is warm."], ["Annual report 2019"])) == 1
    assert reading._heads_inside(document, Reference(["Our annual report 2019 says"], ["Annual report 2019"])) == 0


def test_words_are_compared_without_hyphens_and_forms_of_letters():
    assert words_in("Well-\nknown ﬁsh, ÉCOLE 10⁶") == words_in("wellknown fish e\u0301cole 106")


def test_figures_of_a_file_fit_on_a_line_whatever_they_are():
    figures = Figures(
        "n" * 99, "PDF", 179.99, 12_345, 5_000, 99_999_999, 99_999, "why " * 99, True, 1, 1.0, 1.0, 1, 1.0, 99
    )

    assert all(len(line) <= 140 for line in line_of(figures).splitlines())
    assert all(len(line) <= 140 for line in sums_of([figures] * 3))


def test_reference_of_office_files_is_what_shows(tmp_path: Path):
    def fill(show) -> None:
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = POOL
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "hidden"
        show.slides[1]._element.set("show", "0")

    files = {"a.pptx": powerpoint(fill), "b.docx": word(lambda file: file.add_paragraph(POOL)), "c.xlsx": sheet([POOL])}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

        reference = reference_of(tmp_path / name)

        assert reference is not None
        assert [line for line in reference.lines if line] == [POOL]
