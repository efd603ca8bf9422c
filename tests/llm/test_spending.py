from __future__ import annotations

import pytest

from hitl.llm import Call, Usage, spending_by_step, spending_in_words
from hitl.llm.spending import dollars_in_words, dollars_of, estimated_tokens, price_of, tokens_of
from hitl.settings import Price

CALL = Call(step="planning", model="gpt-5-mini", usage=Usage(input=1000, output=200), dollars=0.00065)


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("gpt-5-mini", Price(0.25, 2.0, 0.025)),
        ("gpt-5-mini-2025-08-07", Price(0.25, 2.0, 0.025)),
        ("gpt-4o-2024-11-20", Price(2.5, 10.0, 1.25)),
        ("gpt-5-mini-turbo", None),
        ("gpt-5-pro", None),
        ("qwen3:8b", None),
        ("", None),
    ],
)
def test_a_price_belongs_to_a_model_and_its_dated_names(model: str, price: Price | None):
    assert price_of(model, {}) == price


def test_a_price_that_was_set_counts_more_than_the_table():
    assert price_of("gpt-5-mini", {"gpt-5-mini": Price(1, 2)}) == Price(1, 2)
    assert price_of("own", {"own": Price(1, 2)}) == Price(1, 2)


def test_input_that_was_read_before_costs_less():
    usage = Usage(input=1_000_000, cached=400_000, output=100_000)

    assert dollars_of(usage, Price(1.0, 10.0, 0.1)) == pytest.approx(0.6 + 0.04 + 1.0)
    assert dollars_of(usage, Price(1.0, 10.0)) == pytest.approx(1.0 + 1.0)
    assert dollars_of(usage, None) is None


def test_spending_is_told_in_tokens_and_dollars():
    assert tokens_of([CALL, CALL]) == 2400
    assert spending_in_words([CALL, CALL]) == "2,400 tokens, about $0.0013"


def test_one_call_of_unknown_price_makes_the_cost_unknown():
    unknown = CALL.model_copy(update={"dollars": None})

    assert spending_in_words([CALL, unknown]) == "2,400 tokens, cost unknown"


def test_tokens_that_were_estimated_are_told_so():
    estimated = CALL.model_copy(update={"usage": Usage(input=10, output=5, estimated=True)})

    assert spending_in_words([estimated]).startswith("about 15 tokens")


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

    assert spending_by_step([CALL, CALL]) == spending_in_words([CALL, CALL])
    assert spending_by_step([CALL, writing, CALL]) == (
        "3,600 tokens, cost unknown (planning 2,400 tokens, about $0.0013; writing 1,200 tokens, cost unknown)"
    )
