from __future__ import annotations

import random

import pytest

from hitl.research.evidence import FileEncoding, fingerprint_of
from hitl.research.reading.files import UndecodableFile, UnreadableFile, read_document
from hitl.research.reading.kinds import has_encoding
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText
from tests.research.samples import HEAT, TIDES, headings_of, read

NOISE = random.Random(1).randbytes(3000).replace(b"\x00", b"\x01")


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


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
@pytest.mark.parametrize("name", ["pool.txt", "pool.md", "pool.html"])
def test_a_file_is_read_in_the_chosen_encoding_and_says_so(short: ShortText, name: str):
    document = read_document(name, short.data, encoding=short.encoding)

    assert document.text == short.text
    assert document.encoding == FileEncoding(name=short.encoding, is_chosen=True)
    assert document.warning == f"In “{name}” the text was read as {short.encoding}, as chosen."


def test_a_table_is_read_in_the_chosen_encoding():
    table = "Who,What is said\nЮл,The pool is closed\nЛи,The pool is open\n"

    document = read_document("said.csv", table.encode("koi8_r"), encoding="koi8-r")

    assert "Юл | The pool is closed" in document.text


def test_a_wrong_choice_gives_another_document_and_the_choice_back_the_first_one():
    short = SHORT_TEXTS[1]
    guessed = read_document("pool.txt", short.data)
    assert guessed.encoding and guessed.encoding.alternatives

    wrong = read_document("pool.txt", short.data, encoding="KOI8-R")
    back = read_document("pool.txt", short.data, encoding=guessed.encoding.name)

    assert wrong.fingerprint != guessed.fingerprint == back.fingerprint
    assert back.encoding == FileEncoding(name=guessed.encoding.name, is_chosen=True)


@pytest.mark.parametrize("encoding", ["Windows-1252", "KOI8-R", "DOS 437", "Shift-JIS", "ISO-2022-JP", "UTF-8"])
def test_a_file_that_is_the_same_in_all_encodings_is_one_document(encoding: str):
    plain = b"The pool in the town is closed in winter."

    chosen = read_document("pool.txt", plain, encoding=encoding)

    assert chosen.fingerprint == read_document("pool.txt", plain).fingerprint
    assert chosen.encoding and chosen.encoding.name == encoding


def test_a_certain_encoding_is_known_and_not_remarked_on():
    document = read_document("pool.txt", "Das Bad ist geschlossen, sagt Zoë Müller.".encode())

    assert document.encoding == FileEncoding(name="UTF-8")
    assert document.warning == ""


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (SHORT_TEXTS[1].data, "klingon", "“pool.txt” cannot be read as “klingon”: there is no such encoding. Name one"),
        (SHORT_TEXTS[1].data, "UTF-8", "“pool.txt” cannot be read as UTF-8: 2 of its 40 characters would be invalid."),
        (SHORT_TEXTS[6].data + b"!", "UTF-16 BE", "“pool.txt” cannot be read as UTF-16 BE: "),
        (
            SHORT_TEXTS[6].data,
            "UTF-16 BE",
            "“pool.txt” holds no text that could be quoted if it is read as UTF-16 BE. Choose another encoding.",
        ),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "KOI8-R", "“pool.txt” cannot be read as KOI8-R: "),
        (NOISE, "", "“pool.txt” is in an unknown encoding. Save it as UTF-8, then add it again."),
    ],
)
def test_a_file_that_is_not_in_an_encoding_may_be_in_another(data: bytes, encoding: str, told: str):
    with pytest.raises(UndecodableFile) as raised:
        read_document("pool.txt", data, encoding=encoding)

    assert str(raised.value).startswith(told)


def test_noise_is_read_if_a_person_says_how():
    assert read_document("noise.txt", NOISE, encoding="KOI8-R").encoding == FileEncoding(name="KOI8-R", is_chosen=True)


def test_zero_bytes_are_no_sign_of_another_kind_where_the_encoding_was_chosen():
    text = "東京 and 北京 and 서울 are the capitals of three countries."

    assert read_document("a.txt", text.encode("utf-16-be"), encoding="UTF-16 BE").text == text


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx"])
def test_files_that_say_themselves_how_they_are_encoded_have_no_encoding_to_choose(name: str):
    assert not has_encoding(name)
    with pytest.raises(UnreadableFile, match=r"which says itself how its text is encoded\. Choose no encoding"):
        read_document(name, b"PK", encoding="KOI8-R")


def test_text_files_have_an_encoding_to_choose():
    names = ["a.txt", "A.TXT", "a.csv", "a.htm", "a.md", "a.srt", "odd \udc80.log"]

    assert [name for name in names if not has_encoding(name)] == []
    assert not has_encoding("a.exe")
    assert not has_encoding("txt")
