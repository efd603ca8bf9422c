"""The language model: configuration, calls, usage and failures."""

from hitl.llm.configured import ConfiguredModel, configured_model
from hitl.llm.failures import ModelFailure
from hitl.llm.form import AnswerReader, Form
from hitl.llm.json_stream import Value
from hitl.llm.model import Model, NoteProgress
from hitl.llm.usage import Call, Usage, usage_by_step, usage_in_words

__all__ = [
    "AnswerReader",
    "Call",
    "ConfiguredModel",
    "Form",
    "Model",
    "ModelFailure",
    "NoteProgress",
    "Usage",
    "Value",
    "configured_model",
    "usage_by_step",
    "usage_in_words",
]
