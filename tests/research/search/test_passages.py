from __future__ import annotations

import pytest

from hitl.research.bundled import bundled_documents
from hitl.research.enclosures import Span
from hitl.research.evidence import Document, DocumentBlock, fingerprint_of
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading
from hitl.research.search.passages import (
    FEWEST_WORDS,
    LONGEST_LIST,
    PASSAGE_LENGTH,
    parts_of,
    passages_of,
    statements_in,
    whole_statements,
)
from hitl.research.sentences import LONGEST_SENTENCE, split_sentences
from tests.research.samples import CORAL, HEAT, TIDES, written

REFERENCES = (
    "Smith, J. (2013). The wind. Journal of Wind, 3(2), 11–19.",
    "Doe, A., & Roe, B. (2014). The sea. Oxford: Sea Press.",
)
NAMES = ("World Health Organization, Fact sheet on malaria", "The Sea, a journal", "https://example.org/sea")


def texts(document: Document) -> list[str]:
    return [passage.text for passage in passages_of(document)]


def raw(text: str, *headings: str) -> Document:
    """A document of a raw text, in which line breaks are where they are."""
    starts = [(text.index(heading), len(heading)) for heading in headings]
    spans = [DocumentBlock(start=start, end=start + length, kind="heading", level=1) for start, length in starts]
    return Document(fingerprint=fingerprint_of(text), title="", location="raw", text=text, blocks=tuple(spans))


def test_each_paragraph_is_a_passage():
    assert texts(written(HEAT, TIDES)) == [HEAT, TIDES]


def test_headings_are_no_passages():
    long_heading = "# How the heat of the oceans is measured by floats"

    assert texts(written(long_heading, HEAT)) == [HEAT]


def test_labels_stand_with_what_follows_them_or_else_with_what_is_before():
    labels = ["Date: 2019-09-10", "Photo by the author"]

    assert texts(written(*labels, HEAT, TIDES)) == ["\n\n".join([*labels, HEAT]), TIDES]
    assert texts(written(HEAT, TIDES, *labels)) == [HEAT, "\n\n".join([TIDES, *labels])]
    assert texts(written(*labels)) == ["\n\n".join(labels)]


def test_figures_and_signs_alone_are_left_out():
    assert texts(written(HEAT, "12", "—", "# Tides", "* * *", TIDES)) == [HEAT, TIDES]


@pytest.mark.parametrize("answer", ["No.", "5 euros", "5 euros.", "Yes, all day."])
def test_a_question_stands_with_its_answer(answer: str):
    assert texts(written("# Is it allowed?", answer)) == [f"Is it allowed?\n\n{answer}"]
    assert texts(written("What is the fee?", answer)) == [f"What is the fee?\n\n{answer}"]


def test_a_question_is_one_statement_with_the_first_sentence_of_a_long_answer():
    document = written("What does the planet do?", f"{HEAT} {TIDES}", CORAL)

    (first, second), _ = statements_in(document, Span(0, len(document.text)))

    assert document.text[first.start : first.end] == f"What does the planet do?\n\n{HEAT}"
    assert document.text[second.start : second.end] == TIDES


@pytest.mark.parametrize("word", ["Source", "Sources", "References", "Bibliography", "Further reading"])
def test_line_that_lists_sources_is_no_passage(word):
    assert texts(written(HEAT, f"{word}: The Sea, a journal of the world, volume 3; The Moon, a book.")) == [HEAT]


@pytest.mark.parametrize("heading", ["Sources", "References", "Bibliography:", "Works cited", "FURTHER READING"])
def test_everything_under_a_heading_of_sources_is_no_passage(heading):
    document = written(HEAT, f"# {heading}", *REFERENCES, "All of them were read in May.")

    assert texts(document) == [HEAT]


def test_heading_after_the_sources_begins_passages_again():
    assert texts(written("# Sources", *REFERENCES, "# Tides", TIDES)) == [TIDES]


@pytest.mark.parametrize(
    ("heading", "paragraph"),
    [
        ("References", "Applicants must hand in two letters from former employers. A letter must be signed by hand."),
        ("Sources", "The spring lies below the church, and its water has been warm for as long as people remember."),
        ("Literature", "Students read three novels in the first year, and they may choose two of them."),
        ("Quellen", "Das Wasser der Quelle ist warm, und es wird seit vielen Jahren in das Bad der Stadt geleitet."),
        ("Fonts", "Headlines are set in Helvetica bold, and running text in Georgia regular at ten points."),
        ("Reference", "The function returns the number of bytes that were written to the file."),
        ("Further reading", "The town offers courses for adults who want to read more."),
        ("Fuentes", "El agua de las fuentes viene de la montaña, y se puede beber en todo el año."),
    ],
)
@pytest.mark.parametrize("mark", ["# ", ""])
def test_sentences_under_a_heading_that_could_be_one_of_sources_are_passages(heading: str, paragraph: str, mark: str):
    document = written(f"{mark}{heading}", paragraph)

    assert any(text.endswith(paragraph) for text in texts(document))


def test_a_reference_among_sentences_is_no_passage():
    assert texts(written("# Sources", HEAT, TIDES, REFERENCES[0])) == [HEAT, TIDES]


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
            *labels, last = passage.text.split("\n\n")
            assert all(len(label.split()) < FEWEST_WORDS for label in labels)
            assert passage.end in ends or len(last.split()) < FEWEST_WORDS
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


UNLESS = "Do not routinely offer the weak painkiller to adults unless:"


def made(*blocks: Block) -> Document:
    return assemble("a.md", ReadFile(blocks, title="A title"))


def items(*texts: str, level: int = 0) -> list[Block]:
    return [Block(text, "item", level=level) for text in texts]


def rows(*texts: str) -> list[Block]:
    return [Block(text, "row") for text in texts]


def test_a_list_belongs_to_the_sentence_before_it():
    document = made(
        Block(f"{HEAT} {UNLESS}"),
        *items("all other drugs are unsuitable for the person or", "they are only used for a short time."),
        Block(TIDES),
    )

    assert texts(document) == [
        f"{HEAT} {UNLESS}\n\nall other drugs are unsuitable for the person or\n\nthey are only used for a short time.",
        TIDES,
    ]


@pytest.mark.parametrize("introduction", ["You may not swim in the pool if you", "The rules are these –", "规则如下："])
def test_a_sentence_without_an_end_goes_on_in_the_list_after_it(introduction):
    document = made(Block(introduction), *items("are ill", "have eaten."))

    assert texts(document) == [f"{introduction}\n\nare ill\n\nhave eaten."]


def test_a_sentence_with_an_end_does_not():
    document = made(Block(HEAT), *items("a towel and a cap", "a bottle of water"))

    assert texts(document) == [HEAT, "a towel and a cap\n\na bottle of water"]


def test_a_list_of_two_passages_length_stays_whole():
    listed = [f"Town number {number} of the country pays" for number in range(20)]
    document = made(Block("Each of the following towns pays the fee:"), *items(*listed))

    assert PASSAGE_LENGTH < len(document.text) <= LONGEST_LIST
    assert texts(document) == [document.text]


def test_of_a_longer_list_the_first_items_stand_with_their_sentence_and_the_others_alone():
    listed = [f"Town number {number} of the country pays" for number in range(60)]
    document = made(Block("Each of the following towns pays the fee:"), *items(*listed))

    first, *others = texts(document)

    assert first.startswith("Each of the following towns pays the fee:\n\nTown number 0 of")
    assert all(len(text) <= PASSAGE_LENGTH for text in (first, *others))
    assert "\n\n".join([first, *others]) == document.text


def test_the_later_parts_of_a_sentence_that_is_a_list_never_stand_alone():
    listed = [f"drug number {number} is unsuitable for the person; or" for number in range(40)]
    document = made(Block(UNLESS), *items(*listed, "they are used for a short time."), heading("Next"), Block(TIDES))

    first, *others = texts(document)

    assert first.startswith(f"{UNLESS}\n\ndrug number 0")
    assert others == [TIDES]


def test_an_item_has_its_own_list():
    document = made(
        *items("The following pay nothing at all:"), *items("children", "dogs", level=1), *items("All others pay.")
    )

    (part,) = statements_in(document, Span(0, len(document.text)))

    assert [document.text[start:end] for start, end in part] == [
        "The following pay nothing at all:\n\nchildren\n\ndogs",
        "All others pay.",
    ]


def test_a_sentence_with_a_colon_goes_on_in_the_next_paragraph():
    document = made(Block("The mayor answered in two lines:"), Block(f"{HEAT} {TIDES}"), Block(CORAL))

    (first, second), (third,) = statements_in(document, Span(0, len(document.text)))

    assert document.text[first.start : first.end] == f"The mayor answered in two lines:\n\n{HEAT}"
    assert document.text[second.start : second.end] == TIDES
    assert document.text[third.start : third.end] == CORAL


def test_what_is_left_open_is_no_passage():
    assert texts(made(Block(f"{HEAT} What it costs today is this:"), heading("Next"), Block(TIDES))) == [HEAT, TIDES]


def test_a_paragraph_that_goes_on_after_a_page_is_one_sentence():
    document = made(Block("The fee for the pool that was built by the town"), Block("is due in May. Nobody pays it."))

    (first, _), *others = statements_in(document, Span(0, len(document.text)))

    assert document.text[first.start : first.end].endswith("the town\n\nis due in May.")
    assert others == []


def test_short_items_and_rows_stand_together_under_their_heading():
    document = made(
        heading("Opening hours"),
        *items("Monday to Friday: 9 to 17", "Sunday: closed"),
        heading("Fees"),
        *rows("Who | Fee", "Who: Adults | Fee: 4 euros", "Who: Children | Fee: free"),
    )

    assert texts(document) == [
        "Monday to Friday: 9 to 17\n\nSunday: closed",
        "Who: Adults | Fee: 4 euros\n\nWho: Children | Fee: free",
    ]


def test_a_table_belongs_to_the_sentence_before_it():
    document = made(Block("The fees of the pool are these:"), *rows("Who | Fee", "Who: Adults | Fee: 4 euros"))

    assert texts(document) == [document.text]


def test_figures_alone_are_no_passage():
    assert texts(made(*rows("12 | 13.5 | 18 %", "2023 | 180 | 4 m", "— | 7 | 8"))) == []


def test_a_long_table_is_cut_between_rows():
    listed = [f"Town: Number {number} | Fee: {number} euros" for number in range(60)]

    found = texts(made(*rows("Town | Fee", *listed)))

    assert "\n\n".join(found) == "\n\n".join(listed)
    assert len(found) > 3


def test_a_footnote_stands_alone():
    note = "The heat was measured by floats in all of the oceans."
    document = made(Block(HEAT), Block(note, "footnote"), Block(note.replace("heat", "tide"), "footnote"), Block(TIDES))

    assert texts(document) == [HEAT, note, note.replace("heat", "tide"), TIDES]


def test_consecutive_turns_stand_together_and_each_is_a_part_of_its_own():
    ann, bob = "ANN: I looked at the costs. The roof leaks.", "BOB: I do not agree with that at all."
    document = made(
        Block(ann, speaker="ANN"), Block(bob, speaker="BOB"), Block("The meeting was closed at nine by Ann.")
    )

    assert texts(document) == [f"{ann}\n\n{bob}", "The meeting was closed at nine by Ann."]
    assert len(statements_in(document, Span(0, len(ann) + 2 + len(bob)))) == 2


def test_a_label_with_a_colon_is_no_turn_where_the_document_names_its_speakers():
    assert texts(made(Block(f"Note: {HEAT}"), Block(f"Tides: {TIDES}"))) == [f"Note: {HEAT}", f"Tides: {TIDES}"]


@pytest.mark.parametrize(
    ("heading_of_sources", "language"),
    [
        ("Literatur", "de"),
        ("Quellenverzeichnis", "de"),
        ("Références", "fr"),
        ("Bibliografía", "es"),
        ("Riferimenti", "it"),
        ("Źródła", "pl"),
        ("Источники", "ru"),
        ("参考文献", "zh"),
    ],
)
def test_sources_are_known_in_other_languages(heading_of_sources: str, language: str):
    document = written(HEAT, f"# {heading_of_sources}", *NAMES, "# 7 References", *REFERENCES)

    assert texts(document.model_copy(update={"language": language})) == [HEAT]


def test_headings_inside_the_sources_do_not_end_them():
    document = made(heading("Sources", 1), heading("Books", 2), *map(Block, NAMES), heading("Tides", 1), Block(TIDES))

    assert texts(document) == [TIDES]


def test_a_paragraph_in_thai_is_long_enough():
    paragraph = "คณะกรรมการประชุมในวันจันทร์แรกของทุกเดือนที่ศาลากลางของเมือง"

    assert texts(written(paragraph)) == [paragraph]


def test_a_document_that_was_stored_before_blocks_had_kinds_keeps_its_lists_whole():
    text = f"Pain\n\n{UNLESS}\n\nall other drugs are unsuitable for the person or\n\nthey help for a time.\n\n{HEAT}"
    stored = {"fingerprint": fingerprint_of(text), "title": "Pain", "location": "a.md", "text": text}
    document = Document.model_validate(stored | {"headings": [{"start": 0, "end": 4}]})

    assert texts(document) == [text.removeprefix("Pain\n\n").removesuffix(f"\n\n{HEAT}"), HEAT]


@pytest.mark.parametrize("quote", ["unless", "unsuitable for the person", "short time", UNLESS])
def test_half_of_a_list_is_extended_to_all_of_it(quote):
    listed = items("all other drugs are unsuitable for the person or", "they are only used for a short time.")
    document = made(heading("Pain"), Block(f"{HEAT} {UNLESS}"), *listed, Block(TIDES))
    start = document.text.index(quote)

    whole = whole_statements(document, Span(start, start + len(quote)))

    assert document.text[whole.start : whole.end] == f"{UNLESS}\n\n{listed[0].text}\n\n{listed[1].text}"


@pytest.mark.parametrize("kind", ["item", "row", "paragraph"])
@pytest.mark.parametrize("text", ["Intro:", "and so on", "Who | Fee"])
def test_thousands_of_blocks_become_passages_of_limited_length(kind, text):
    passages = texts(made(*[Block(text, kind)] * 5000))

    assert all(len(passage) <= 2 * LONGEST_SENTENCE for passage in passages)
