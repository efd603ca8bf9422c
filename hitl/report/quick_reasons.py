"""Quick reasons: what a human can ask of the next round with one click, in plain words at the front of the feedback."""

from __future__ import annotations

from collections.abc import Sequence

QUICK_REASONS = ("More recent", "Other views", "More depth", "Figures", "Other sources")
BEGINNING, END = "Wanted: ", "."


def with_quick_reasons(reasons: Sequence[str], feedback: str) -> str:
    """A feedback with the reasons that were chosen, as the model and the trail get it.

    Args:
        reasons: Some of `QUICK_REASONS`.
        feedback: What was typed; it may be empty.
    """
    chosen = [reason.lower() for reason in QUICK_REASONS if reason in reasons]
    return "\n".join(filter(None, [f"{BEGINNING}{', '.join(chosen)}{END}" if chosen else "", feedback.strip()]))


def without_quick_reasons(feedback: str) -> str:
    """What was typed: a search for words would look for “figures”, where something with figures is wanted."""
    first, _, rest = feedback.partition("\n")
    known = {reason.lower() for reason in QUICK_REASONS}
    if not (first.startswith(BEGINNING) and first.endswith(END)):
        return feedback
    said = first.removeprefix(BEGINNING).removesuffix(END).split(", ")
    return rest if known.issuperset(said) else feedback
