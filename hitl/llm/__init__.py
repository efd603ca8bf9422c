"""The language model: which one answers, what it is asked, what it costs, and what can go wrong."""

from hitl.llm.configured import ConfiguredModel, configured_model
from hitl.llm.failures import ModelFailure
from hitl.llm.model import Model
from hitl.llm.spending import Call, Usage, spending_by_step, spending_in_words

__all__ = [
    "Call",
    "ConfiguredModel",
    "Model",
    "ModelFailure",
    "Usage",
    "configured_model",
    "spending_by_step",
    "spending_in_words",
]
