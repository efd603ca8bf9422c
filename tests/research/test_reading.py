from __future__ import annotations

import pytest

from hitl.research.evidence import fingerprint_of
from hitl.research.reading import read_document
from tests.research.samples import HEAT, TIDES, headings_of, read


def test_same_text_has_the_same_fingerprint_under_any_name_and_format():
    fingerprints = {read(name, HEAT).fingerprint for name in ("a.txt", "b.md")}

    assert fingerprints == {fingerprint_of(HEAT)}


def test_other_text_has_another_fingerprint():
    assert read("a.txt", HEAT).fingerprint != read("a.txt", TIDES).fingerprint


def test_document_without_title_or_heading_is_called_like_its_file():
    document = read("ocean heat.md", HEAT)

    assert (document.title, document.location) == ("ocean heat", "ocean heat.md")


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Date: 2019-09-10", "2019-09-10"),
        ("Published: 2019-09", "2019-09"),
        ("as of : 2019", "2019"),
        ("UPDATED: 2019-09-10", "2019-09-10"),
        ("Date: last autumn", None),
        ("The date: 2019-09-10", None),
    ],
)
def test_date_line_dates_the_document(line, date):
    assert read("heat.md", f"# Heat\n\n{line}\n\n{HEAT}\n").date == date


def test_date_line_far_down_dates_something_else():
    assert read("heat.md", f"{HEAT}\n\n" * 6 + "Date: 2019-09-10\n").date is None


def test_ligatures_and_invisible_characters_are_cleaned():
    document = read("heat.txt", "The ﬁrst ef\u00adfect of heat is\u00a0an ex\u200bpansion of the ﬂuid.")

    assert document.text == "The first effect of heat is an expansion of the fluid."


def test_decomposed_letters_are_composed():
    assert read("cafe.txt", "The cafe\u0301 by the harbour opens early.").text == "The café by the harbour opens early."


def test_raised_figures_stay_as_they_are():
    text = "A metre of ½ kg per m² at 10⁶ bytes is nothing that one would want to measure."

    assert read("units.txt", text).text == text


def test_headings_lie_at_their_offsets_among_empty_blocks():
    document = read("heat.md", f"# Heat\n\n![](a.png)\n\n{HEAT}\n\n## \n\n## Tides\n\n{TIDES}\n")

    assert headings_of(document) == ["Heat", "Tides"]


def test_name_with_broken_characters_is_read():
    document = read_document("\udcff.txt", HEAT.encode())

    assert type(document).model_validate_json(document.model_dump_json()).text == HEAT
