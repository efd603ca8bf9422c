"""Token usage of model calls as the server counts it, and what to say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict


class Usage(BaseModel):
    """The tokens of one call."""

    model_config = ConfigDict(frozen=True)

    input: int = 0
    cached: int = 0
    """The part of `input` that the server took from its cache, which costs less."""
    output: int = 0
    """Includes the model's reasoning."""
    estimated: bool = False
    """True if the tokens were estimated from the text, because the server sent no usage."""


class Call(BaseModel):
    """A model call and its cost."""

    model_config = ConfigDict(frozen=True)

    step: str
    """What the call was for: `planning`, `reading`, `writing`, `rewriting`, `checking`."""
    model: str
    usage: Usage
    dollars: float | None = None
    """Estimated cost in US dollars; None if the model's price is unknown."""

    @property
    def tokens(self) -> int:
        return self.usage.input + self.usage.output


def estimated_tokens(text: str) -> int:
    """Estimated tokens of a text, erring on the high side: one per three bytes of UTF-8.

    English has about four characters per token, German three, Chinese (three bytes per character) about one.
    """
    return len(text.encode("utf-8", "replace")) // 3 + 1


def tokens_of(calls: Iterable[Call]) -> int:
    """Total tokens of several calls, input and output."""
    return sum(call.tokens for call in calls)


def usage_in_words(calls: Sequence[Call]) -> str:
    """Tokens and cost in words: `3,120 tokens, about $0.0042`."""
    about = "about " if any(call.usage.estimated for call in calls) else ""
    dollars = [call.dollars for call in calls]
    known = [amount for amount in dollars if amount is not None]
    cost = "cost unknown" if len(known) < len(dollars) else dollars_in_words(sum(known))
    cost = f"about {cost}" if cost.startswith("$") else cost
    return f"{about}{tokens_of(calls):,} tokens, {cost}"


def usage_by_step(calls: Sequence[Call]) -> str:
    """As `usage_in_words`; with several steps, each step's usage follows in parentheses."""
    steps: dict[str, list[Call]] = {}
    for call in calls:
        steps.setdefault(call.step, []).append(call)
    if len(steps) < 2:
        return usage_in_words(calls)
    parts = "; ".join(f"{step} {usage_in_words(same)}" for step, same in steps.items())
    return f"{usage_in_words(calls)} ({parts})"


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
