"""What calls of a model cost: tokens as the server counts them, dollars as a table of prices has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from hitl.llm.prices import PRICES
from hitl.settings import Price


class Usage(BaseModel):
    """The tokens of one call."""

    model_config = ConfigDict(frozen=True)

    input: int = 0
    cached: int = 0
    """Of the input: what the server had read before, which costs less."""
    output: int = 0
    """What the model has written, its thinking included."""
    estimated: bool = False
    """Whether they were counted here, from the characters, since the server did not tell."""


class Call(BaseModel):
    """A call of a model, and what it cost."""

    model_config = ConfigDict(frozen=True)

    step: str
    """What it was for, in a word or two: `planning`, `reading`, `writing`."""
    model: str
    usage: Usage
    dollars: float | None = None
    """In US dollars, estimated; None when the price of the model is not known."""

    @property
    def tokens(self) -> int:
        return self.usage.input + self.usage.output


def price_of(model: str, overrides: Mapping[str, Price]) -> Price | None:
    """The price of a model: one that was set, else the table's; a dated name (`gpt-5-2025-08-07`) has the plain one's.

    A name that is only longer than a known one is another model, and its price is unknown.
    """
    prices = {**PRICES, **overrides}
    plain = "-".join(part for part in model.split("-") if not _is_of_a_date(part))
    return prices.get(model) or prices.get(plain)


def dollars_of(usage: Usage, price: Price | None) -> float | None:
    """What a call cost, in US dollars; None without a price."""
    if price is None:
        return None
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.input - usage.cached
    return (fresh * price.input + usage.cached * cached_price + usage.output * price.output) / 1_000_000


def estimated_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few: one for three bytes of UTF-8.

    English has about four characters a token, German three, Chinese, with three bytes each, about one.
    """
    return len(text.encode("utf-8", "replace")) // 3 + 1


def tokens_of(calls: Iterable[Call]) -> int:
    """The tokens of several calls, those that were sent and those that came back."""
    return sum(call.tokens for call in calls)


def spending_in_words(calls: Sequence[Call]) -> str:
    """Tokens and cost in words: `3,120 tokens, about $0.0042`."""
    about = "about " if any(call.usage.estimated for call in calls) else ""
    dollars = [call.dollars for call in calls]
    known = [amount for amount in dollars if amount is not None]
    cost = "cost unknown" if len(known) < len(dollars) else f"about {dollars_in_words(sum(known))}"
    return f"{about}{tokens_of(calls):,} tokens, {cost}"


def spending_by_step(calls: Sequence[Call]) -> str:
    """The same, and in brackets what each step came to, if there were several."""
    steps: dict[str, list[Call]] = {}
    for call in calls:
        steps.setdefault(call.step, []).append(call)
    if len(steps) < 2:
        return spending_in_words(calls)
    parts = "; ".join(f"{step} {spending_in_words(same)}" for step, same in steps.items())
    return f"{spending_in_words(calls)} ({parts})"


def dollars_in_words(dollars: float) -> str:
    """An amount with as many digits as it needs: `$1.20`, `$0.0042`."""
    return (
        "$0"
        if not dollars
        else f"${dollars:.2f}"
        if dollars >= 0.1
        else f"${dollars:.2g}"
        if dollars >= 1e-4
        else "under $0.0001"
    )


def _is_of_a_date(part: str) -> bool:
    return part.isdigit() and (len(part) == 2 or part.startswith("20"))
