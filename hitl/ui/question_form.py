"""The question of any workflow, and the form for its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from hitl.engine import Question, Run
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import InvalidFields
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.event_fields import draw_payload
from hitl.ui.form import StoreFile, draw_fields, read_fields
from hitl.ui.keys import Widget, widget_key
from hitl.ui.send_answer import keep_problems, note_drawing, problems_with, send_answer

REPLY = Field("response", "Your answer", "long text")
"""The field for answers of the library's bare `HumanResponseEvent`: LlamaIndex's examples read `response`."""


@dataclass(frozen=True)
class AnswerAction:
    """A button, and the fields it adds to the typed answer."""

    widget: Widget
    label: str
    body: Mapping[str, Any] = field(default_factory=dict)
    icon: str | None = None
    is_first: bool = False
    """Whether it is the primary button."""
    choice: str = ""
    """The field and the value that it chooses; empty unless `widget` is `decide`."""

    def key(self, suffix: str) -> str:
        """The key of the button in the form with this suffix."""
        return widget_key(self.widget, f".{self.choice}{suffix}" if self.choice else suffix)


def draw_any_question(run: Run, question: Question, suffix: str = "", store_file: StoreFile | None = None) -> None:
    """Draw a question and the widgets of its answer.

    Args:
        run: The run that asks.
        question: The question to draw.
        suffix: Ending of the widgets' keys: empty, or `-` and the question's id if several are open.
        store_file: Stores an uploaded file; without it, fingerprints are typed as text.
    """
    note_drawing(question)
    st.subheader(shown(humanize(question.type)), anchor=False)
    draw_payload(question.body)
    asked, chosen = question, {}
    if question.answer_type is None and (names := run.engine.event_names(run.workflow)):
        schemas = run.engine.answer_schemas(run.workflow)
        key = widget_key("answer_type", suffix)
        name = st.selectbox("Kind of answer", list(schemas), format_func=humanize, key=key)
        if name:  # from here on as if the workflow had named this type
            question = replace(question, answer_type=names[name], answer_schema=schemas[name])
            chosen = {CHOSEN: name}
    fields = [] if is_bare(question) else fields_to_answer(question)
    actions = list(answer_actions(fields))
    typed = [REPLY] if is_bare(question) else [field for field in fields if field.name not in actions[0].body]
    form = widget_key("answer_form", f"-{question.id}")
    with st.form(form, border=False, enter_to_submit=False):  # Enter must not decide
        draw_fields(typed, suffix, problems_with(question), store_file, form=question.id)
        with st.container(horizontal=True):
            for action in actions:
                st.form_submit_button(
                    shown(action.label),
                    key=action.key(suffix),
                    type="primary" if action.is_first else "secondary",
                    icon=action.icon,
                    on_click=_answer,
                    args=(run, asked, typed, replace(action, body=chosen | dict(action.body)), suffix, store_file),
                )


def fields_to_answer(question: Question) -> list[Field]:
    """The fields of a question's answer, except those whose value the question prescribes."""
    return [field for field in fields_of(question.answer_schema) if field.name not in question.requirements]


def answer_actions(fields: Sequence[Field]) -> Iterator[AnswerAction]:
    """The buttons of an answer: one for each value if exactly one field decides, else one that sends.

    A yes-or-no field called `approved` always decides.
    """
    if any(field.name == "approved" and field.kind == "yes or no" for field in fields):
        yield AnswerAction("approve", "Approve", {"approved": True}, ":material/check:", is_first=True)
        yield AnswerAction("reject", "Reject", {"approved": False}, ":material/close:")
        return
    deciding = [actions for actions in map(_deciding_actions, fields) if actions]
    if len(deciding) == 1:
        yield from deciding[0]
    else:
        yield AnswerAction("send", "Send answer", icon=":material/send:", is_first=True)


def _deciding_actions(field: Field) -> list[AnswerAction]:
    """A button for each value of a required field with exactly two values; none for any other field."""
    if not field.required or field.nullable:
        return []
    if field.kind == "yes or no":
        words = {"yes": True, "no": False}
        return [
            AnswerAction("decide", f"{field.label}: {word}", {field.name: value}, choice=f"{field.name}-{word}")
            for word, value in words.items()
        ]
    if len(field.choices) == 2 and field.kind == "choice":
        return [
            AnswerAction("decide", choice.label, {field.name: choice.value}, choice=f"{field.name}-{choice.value}")
            for choice in field.choices
        ]
    return []


def _answer(
    run: Run,
    question: Question,
    fields: Sequence[Field],
    action: AnswerAction,
    suffix: str,
    store_file: StoreFile | None,
) -> None:
    keep_problems(question, {})
    try:
        typed = read_fields(fields, suffix, store_file)
    except InvalidFields as error:
        keep_problems(question, error.problems)
        return
    if fields == [REPLY] and not typed:
        keep_problems(question, {REPLY.name: "Type an answer first."})
        return
    send_answer(run, question, {**_left_empty(fields, action), **typed, **action.body}, shows_problems=True)


def _left_empty(fields: Sequence[Field], action: AnswerAction) -> dict[str, str]:
    """Empty values for required text fields if the button decides: its decision is enough without a text."""
    must = [field for field in fields if field.required and not field.nullable and field.kind in ("text", "long text")]
    return {field.name: "" for field in must} if action.body.keys() - {CHOSEN} else {}
