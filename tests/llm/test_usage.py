from __future__ import annotations

import pytest

from hitl.llm import Call, Usage, usage_by_step, usage_in_words
from hitl.llm.usage import dollars_in_words, estimated_tokens, tokens_of

CALL = Call(step="planning", model="gpt-5-mini", usage=Usage(input=1000, output=200), dollars=0.00065)


def test_spending_is_told_in_tokens_and_dollars():
    assert tokens_of([CALL, CALL]) == 2400
    assert usage_in_words([CALL, CALL]) == "2,400 tokens, about $0.0013"


def test_one_call_of_unknown_price_makes_the_cost_unknown():
    unknown = CALL.model_copy(update={"dollars": None})

    assert usage_in_words([CALL, unknown]) == "2,400 tokens, cost unknown"


def test_tokens_that_were_estimated_are_told_so():
    estimated = CALL.model_copy(update={"usage": Usage(input=10, output=5, estimated=True)})

    assert usage_in_words([estimated]).startswith("about 15 tokens")


@pytest.mark.parametrize(
    ("dollars", "words"),
    [(0, "$0"), (0.00001, "under $0.0001"), (0.00042, "$0.00042"), (0.0123, "$0.012"), (0.5, "$0.50"), (12, "$12.00")],
)
def test_an_amount_has_as_many_digits_as_it_needs(dollars: float, words: str):
    assert dollars_in_words(dollars) == words


@pytest.mark.parametrize("text", ["", "word " * 300, "Wörter " * 300, "漢字" * 300, "\ud800"])
def test_tokens_are_estimated_for_any_script(text: str):
    assert len(text) / 8 <= estimated_tokens(text) <= len(text) + 1


def test_each_step_is_told_when_there_are_several():
    writing = CALL.model_copy(update={"step": "writing", "dollars": None})

    assert usage_by_step([CALL, CALL]) == usage_in_words([CALL, CALL])
    assert usage_by_step([CALL, writing, CALL]) == (
        "3,600 tokens, cost unknown (planning 2,400 tokens, about $0.0013; writing 1,200 tokens, cost unknown)"
    )
