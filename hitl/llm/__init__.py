"""The language model: which one answers, what it is asked, what it costs, and what can go wrong."""

from hitl.llm.spending import Call, Usage, spending_in_words

__all__ = ["Call", "Usage", "spending_in_words"]
