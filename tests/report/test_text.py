from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hitl.report.text import ReportText, Section, Sentence

TEXT = ReportText(
    sections=(
        Section(sentences=(Sentence(text="A lead.", findings=("a",)),)),
        Section(
            heading="Costs",
            sentences=(
                Sentence(text="It is dear.", findings=("b", "a")),
                Sentence(text="Not for all.", findings=("c",)),
            ),
        ),
    )
)

sentences = st.builds(
    Sentence, text=st.text(min_size=1, max_size=9), findings=st.lists(st.sampled_from("abc")).map(tuple)
)
sections = st.builds(
    Section, heading=st.sampled_from(["", "Costs"]), sentences=st.lists(sentences, min_size=1, max_size=3).map(tuple)
)
texts = st.builds(ReportText, sections=st.lists(sections, max_size=3).map(tuple))


def said(text: ReportText) -> list[tuple[int, str]]:
    return [(statement.number, statement.text) for statement in text.statements]


def test_headings_and_sentences_are_numbered_in_order():
    assert said(TEXT) == [(1, "A lead."), (2, "Costs"), (3, "It is dear."), (4, "Not for all.")]


def test_a_heading_cites_all_that_its_section_cites():
    heading = TEXT.statements[1]

    assert (heading.is_heading, heading.findings) == (True, ("b", "a", "c"))


def test_the_cited_findings_come_once_in_the_order_of_the_text():
    assert TEXT.cited == ["a", "b", "c"]


def test_a_statement_is_replaced_by_its_number():
    new = Sentence(text="It costs 40 euros.", findings=("b",))

    text = TEXT.replaced([(3, new), (2, Sentence(text="What it costs"))])

    assert said(text) == [(1, "A lead."), (2, "What it costs"), (3, "It costs 40 euros."), (4, "Not for all.")]
    assert text.statements[2].findings == ("b",)


def test_a_section_without_sentences_is_left_out():
    assert said(TEXT.without([3, 4])) == [(1, "A lead.")]


@given(texts, st.sets(st.integers(-2, 15)))
def test_what_is_left_out_is_left_out_and_all_else_stays(text: ReportText, numbers: set[int]):
    left = text.without(numbers)

    sentences = [one.text for one in text.statements if not one.is_heading and one.number not in numbers]
    assert [one.text for one in left.statements if not one.is_heading] == sentences
    assert [one.number for one in left.statements] == list(range(1, len(left.statements) + 1))


@given(texts)
def test_nothing_left_out_changes_nothing(text: ReportText):
    assert text.without([]) == text
    assert ReportText.model_validate_json(text.model_dump_json()) == text
