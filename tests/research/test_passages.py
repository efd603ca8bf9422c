from __future__ import annotations

import pytest

from hitl.research.evidence import Document, Heading, fingerprint_of
from hitl.research.passages import PASSAGE_LENGTH, parts_of, passages_of
from hitl.research.sentences import LONGEST_SENTENCE, Span, split_sentences
from hitl.research.shelf import bundled_documents
from tests.research.samples import CORAL, HEAT, TIDES, written


def texts(document: Document) -> list[str]:
    return [passage.text for passage in passages_of(document)]


def raw(text: str, *headings: str) -> Document:
    """A document of a raw text, in which line breaks are where they are."""
    spans = [Heading(start=text.index(heading), end=text.index(heading) + len(heading)) for heading in headings]
    return Document(fingerprint=fingerprint_of(text), title="", location="raw", text=text, headings=tuple(spans))


def test_each_paragraph_is_a_passage():
    assert texts(written(HEAT, TIDES)) == [HEAT, TIDES]


def test_headings_are_no_passages():
    long_heading = "# How the heat of the oceans is measured by floats"

    assert texts(written(long_heading, HEAT)) == [HEAT]


def test_labels_are_no_passages():
    assert texts(written("Date: 2019-09-10", "Photo by the author", HEAT)) == [HEAT]


@pytest.mark.parametrize("word", ["Source", "Sources", "References", "Bibliography", "Further reading"])
def test_line_that_lists_sources_is_no_passage(word):
    assert texts(written(HEAT, f"{word}: The Sea, a journal of the world, volume 3; The Moon, a book.")) == [HEAT]


@pytest.mark.parametrize("heading", ["Sources", "References", "Bibliography:", "Works cited", "FURTHER READING"])
def test_everything_under_a_heading_of_sources_is_no_passage(heading):
    document = written(HEAT, f"# {heading}", TIDES, CORAL)

    assert texts(document) == [HEAT]


def test_heading_after_the_sources_begins_passages_again():
    assert texts(written("# Sources", HEAT, "# Tides", TIDES)) == [TIDES]


def test_heading_that_only_begins_with_sources_lists_none():
    assert texts(written("# Sources of energy", HEAT)) == [HEAT]


@pytest.mark.parametrize(
    "beginning", ["Sources of energy include", "References to the sea fill", "Source code tells of"]
)
def test_paragraph_that_only_begins_like_a_list_of_sources_is_a_passage(beginning):
    paragraph = f"{beginning} the wind, the waves and the warmth of the earth below us."

    assert texts(written(paragraph)) == [paragraph]


def test_paragraph_without_spaces_between_words_is_a_passage():
    paragraph = "海は地球が受け取る熱の大部分を蓄え、それを何年もかけてゆっくりと放出します。"

    assert texts(written(paragraph)) == [paragraph]


def test_passages_lie_at_their_offsets():
    document = written("# Heat", f"{HEAT} {TIDES}", "# Coral", CORAL)

    found = list(passages_of(document))

    assert [document.text[passage.start : passage.end] for passage in found] == [f"{HEAT} {TIDES}", CORAL]


def test_long_paragraph_is_cut_at_the_ends_of_sentences():
    paragraph = " ".join([HEAT, TIDES, CORAL] * 5)
    document = written(paragraph)

    found = texts(document)

    assert len(found) > 2
    assert " ".join(found) == paragraph
    assert all(text.endswith(".") and len(text) <= PASSAGE_LENGTH for text in found)


def test_sentence_longer_than_a_passage_stays_whole():
    sentence = "The sea is " + "very " * 150 + "deep."

    assert texts(written(f"{HEAT} {sentence} {TIDES}")) == [HEAT, sentence, TIDES]


def test_a_text_without_full_stops_becomes_passages_all_the_same():
    passages = texts(written("The sea is deep and " * 5000))

    assert max(map(len, passages)) <= LONGEST_SENTENCE
    assert len(passages) > 50


def test_passages_of_the_bundled_documents_are_whole_sentences_of_one_block():
    for document in bundled_documents():
        ends = {span.end for span in split_sentences(document.text)}
        headings = {heading.start for heading in document.headings}
        for passage in passages_of(document):
            assert "\n" not in passage.text
            assert passage.end in ends
            assert passage.start not in headings


def test_no_passage_of_the_bundled_documents_lists_sources():
    listed = [text for document in bundled_documents() for text in texts(document) if "Sources:" in text]

    assert listed == []


@pytest.mark.parametrize("between", ["\n", "\n\n", " \r\n", "\n\n\n"])
def test_short_turns_of_a_conversation_stand_together(between):
    turns = ["Project Manager: Okay .", "Marketing: What should it cost then ?", "PhD F: Twelve euros .", "Ana: Hm"]

    assert texts(raw(between.join(turns))) == [between.join(turns)]


def test_long_conversation_is_cut_between_turns():
    turns = [f"{name}: We talked about number {number} today" for number in range(60) for name in ("Ana", "Dr. Bo Li")]

    found = texts(raw("\n".join(turns)))

    assert "\n".join(found) == "\n".join(turns)
    assert all(text.startswith(("Ana: ", "Dr. Bo Li: ")) and len(text) <= PASSAGE_LENGTH for text in found)


def test_long_turn_is_cut_at_the_ends_of_sentences():
    found = texts(raw(f"Ana: {' '.join([HEAT, TIDES, CORAL] * 4)}\nBo: {CORAL}"))

    assert len(found) > 2
    assert all(text.endswith(".") and len(text) <= PASSAGE_LENGTH for text in found)


def test_conversation_does_not_go_on_under_another_heading():
    turns = "Ana: So, what should it cost then?\n"

    assert texts(raw(f"{turns}## Rubber\n{turns}", "Rubber")) == [turns.strip()] * 2


def test_marks_of_a_heading_belong_to_no_passage():
    assert texts(raw(f"# Heat #\n{HEAT}\n== Tides ==\n{TIDES}", "Heat", "Tides")) == [HEAT, TIDES]


def test_line_break_of_wrapped_text_parts_nothing():
    wrapped = HEAT.replace(" the ", "\nthe ")

    assert list(parts_of(wrapped, Span(0, len(wrapped)))) == [Span(0, len(wrapped))]
    assert texts(raw(wrapped)) == [wrapped]


@pytest.mark.parametrize(
    "text",
    [
        "Ana: It is twelve euros\nBo: Too much",
        "- twelve euros\n- fourteen euros",
        "1. twelve euros\n2. fourteen euros",
        "A paragraph " + "that goes on " * 12 + "\nand another one",
        "twelve euros\n\nfourteen euros",
    ],
)
def test_line_break_before_a_turn_an_item_or_a_paragraph_parts(text):
    parts = [text[part.start : part.end] for part in parts_of(text, Span(0, len(text)))]

    assert parts == [part for part in text.split("\n") if part]
