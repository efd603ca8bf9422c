from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.research.enclosures import MARK, enclosures, is_inside, unfinished_enclosures

SIGNS = "“”„«»‹›‚‘’「」『』（）()[]\"'"


def inside(text: str, longest: int = 100) -> list[str]:
    return [text[span.start : span.end] for span in enclosures(text, 0, len(text), longest)]


def unfinished(text: str) -> list[str]:
    return [text[max(span.start, 0) : span.end] for span in unfinished_enclosures(text)]


@pytest.mark.parametrize(
    "stretch",
    [
        "“It is safe.”",
        "‘It is safe. The engineers’ dam won’t break.’",
        "'It is safe. The engineers' dam won't break.'",
        '"It is safe. It holds."',
        "„Er ist sicher. Er hält.“",
        "„Er ist sicher. Er hält.”",
        "‚Er ist sicher. Er hält.‘",
        "»Er ist sicher. Er hält.«",
        "›Er ist sicher. Er hält.‹",
        "« Il est sûr. Il tient. »",
        "«Il est sûr. Il tient.»",
        "‹ Il est sûr. ›",
        "”Den är säker. Den håller.”",
        "»Den är säker. Den håller.»",
        "「安全だ。壊れない。」",
        "『安全だ。「壊れない。」と。』",
        "（安全。）",
        "(It is safe (or was). It holds.)",
        "[It is safe ([so] they say). It holds.]",
        "“He said ‘It is (not) safe.’ to us.”",
        "(“It is safe.” It holds.)",
    ],
)
def test_a_stretch_between_marks_is_known_with_all_that_it_holds(stretch):
    assert inside(f"He said {stretch} and left.") == [stretch]


@pytest.mark.parametrize(
    "text",
    [
        "Don’t run. The dogs’ home is old. It’s fine.",
        "Don't run. The dogs' home is old. It's fine.",
        "The '90s were wet. So was 2001.",
        'A 6" pipe leaks. An 8" pipe does not.',
        "a) The first. b) The second.",
        "He said “nothing that ends.",
        "It ended there.” So he said.",
        "5 < 6 > 4.",
    ],
)
def test_apostrophes_inches_and_single_marks_hold_nothing(text):
    assert inside(text) == []


def test_marks_that_are_far_apart_do_not_belong_together():
    text = f"“{'word ' * 30}” and “so.”"

    assert inside(text) == ["“so.”"]
    assert len(inside(text, longest=len(text))) == 2


def test_only_a_part_of_a_text_is_looked_at():
    text = "(one) (two) (three)"

    assert enclosures(text, 5, 12, 100) == [(6, 11)]


def test_a_mark_without_its_other_one_reaches_to_the_end_of_the_text():
    assert unfinished("He lied: “It is safe. It holds.") == ["“It is safe. It holds."]
    assert unfinished("It is safe. It holds,” he lied. Then he left.") == ["It is safe. It holds,”"]
    assert unfinished("Er log: „Er ist sicher. Er hält.") == ["„Er ist sicher. Er hält."]
    assert unfinished("It was (often told. It holds.") == ["(often told. It holds."]
    assert unfinished("It was built well.) That persists.") == ["It was built well.)"]
    assert unfinished("a) The dam is safe. b) A 6” pipe leaks.") == []


def test_what_lies_between_the_marks_is_inside():
    enclosed = enclosures("a (b) c (d)", 0, 11, 100)

    assert [is_inside(enclosed, offset) for offset in range(12)] == [
        3 <= offset <= 4 or 9 <= offset <= 10 for offset in range(12)
    ]


def test_every_sign_is_a_mark():
    assert MARK.findall(SIGNS) == list(SIGNS)


@settings(deadline=None, max_examples=200)
@given(st.text(f"{SIGNS}aA .1\n", max_size=60), st.integers(1, 60))
def test_any_marks_give_stretches_in_order_that_do_not_meet(text, longest):
    for spans in (enclosures(text, 0, len(text), longest), unfinished_enclosures(text)):
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert all(span.start < span.end for span in spans)


@pytest.mark.parametrize("piece", [*SIGNS, "(]", "“a ", " ”a", "‘a. ", "([{", '"a ', "»a«", "’ "])
def test_a_text_full_of_marks_is_read_in_linear_time(piece):
    text = piece * (50_000 // len(piece))

    assert len(enclosures(text, 0, len(text), 600)) <= len(text)
    assert len(unfinished_enclosures(text)) <= len(text)
