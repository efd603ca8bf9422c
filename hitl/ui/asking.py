"""The question of any workflow: what it says, and the form of its answer."""

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
from hitl.ui.form import StoreFile, draw_fields, read_fields
from hitl.ui.payload import draw_payload
from hitl.ui.question import keep_problems, note_drawing, problems_with, send_answer

REPLY = Field("response", "Your answer", "long text")
"""What the library's bare `HumanResponseEvent` is answered with: its examples read `response`."""


@dataclass(frozen=True)
class Action:
    """A button, and what it answers beside what was typed."""

    key: str
    label: str
    body: Mapping[str, Any] = field(default_factory=dict)
    icon: str | None = None
    is_first: bool = False
    """Whether it is the one that is meant to be pressed."""


def draw_any_question(run: Run, question: Question, suffix: str = "", store_file: StoreFile | None = None) -> None:
    """Draw a question and the widgets of its answer.

    Args:
        run: Whose question it is.
        question: What is asked.
        suffix: What the keys of the widgets end with: empty, or `-` and the question's id where several are open.
        store_file: Keeps the files of an answer; without it, fingerprints are typed.
    """
    note_drawing(question)
    st.subheader(shown(humanize(question.type)), anchor=False)
    draw_payload(question.body)
    asked, chosen = question, {}
    if question.answer_type is None and (names := run.engine.event_names(run.workflow)):
        schemas = run.engine.answer_schemas(run.workflow)
        name = st.selectbox("Kind of answer", list(schemas), format_func=humanize, key=f"{CHOSEN}{suffix}")
        if name:  # from here on as if the workflow had said it
            question = replace(question, answer_type=names[name], answer_schema=schemas[name])
            chosen = {CHOSEN: name}
    fields = [] if is_bare(question) else fields_to_answer(question)
    actions = list(answer_actions(fields))
    typed = [REPLY] if is_bare(question) else [field for field in fields if field.name not in actions[0].body]
    with st.form(f"answer-{question.id}", border=False, enter_to_submit=False):  # Enter is no decision
        draw_fields(typed, suffix, problems_with(question), store_file, form=question.id)
        with st.container(horizontal=True):
            for action in actions:
                st.form_submit_button(
                    shown(action.label),
                    key=f"{action.key}{suffix}",
                    type="primary" if action.is_first else "secondary",
                    icon=action.icon,
                    on_click=_answer,
                    args=(run, asked, typed, replace(action, body=chosen | dict(action.body)), suffix, store_file),
                )


def fields_to_answer(question: Question) -> list[Field]:
    """The fields of a question's answer, but for those whose value the question itself requires."""
    return [field for field in fields_of(question.answer_schema) if field.name not in question.requirements]


def answer_actions(fields: Sequence[Field]) -> Iterator[Action]:
    """The buttons of an answer: one for each value of the field that decides, if there is one; else one that sends."""
    if any(field.name == "approved" and field.kind == "yes or no" for field in fields):
        yield Action("approve", "Approve", {"approved": True}, ":material/check:", is_first=True)
        yield Action("reject", "Reject", {"approved": False}, ":material/close:")
        return
    deciding = [actions for actions in map(_deciding_actions, fields) if actions]
    if len(deciding) == 1:
        yield from deciding[0]
    else:
        yield Action("send", "Send answer", icon=":material/send:", is_first=True)


def _deciding_actions(field: Field) -> list[Action]:
    """A button for each of the two values between which a field must be decided; none for any other field."""
    if not field.required or field.nullable:
        return []
    if field.kind == "yes or no":
        words = {"yes": True, "no": False}
        return [Action(f"{field.name}-{word}", f"{field.label}: {word}", {field.name: words[word]}) for word in words]
    if len(field.choices) == 2 and field.kind == "choice":
        return [
            Action(f"{field.name}-{choice.value}", choice.label, {field.name: choice.value}) for choice in field.choices
        ]
    return []


def _answer(
    run: Run, question: Question, fields: Sequence[Field], action: Action, suffix: str, store_file: StoreFile | None
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


def _left_empty(fields: Sequence[Field], action: Action) -> dict[str, str]:
    """Texts that must be there: beside a button that decides they may be empty, since it says enough."""
    must = [field for field in fields if field.required and not field.nullable and field.kind in ("text", "long text")]
    return {field.name: "" for field in must} if action.body.keys() - {CHOSEN} else {}
