"""The question of any workflow, and the form for its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from hitl.engine import Question, Run
from hitl.engine.workflows.actions import Action
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.engine.workflows.offer import Offer, offer_in, shown_body
from hitl.forms.choices import ARGS, MOST_BUTTONS, changes_in, choice_field, free_fields, proposal_field
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import InvalidFields
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.bar import DECIDES, decision_bar
from hitl.ui.column import READING
from hitl.ui.event_fields import draw_payload
from hitl.ui.expiry import draw_expiry
from hitl.ui.form import StoreFile, draw_fields, kept_entries, read_fields
from hitl.ui.keys import Widget, widget_key
from hitl.ui.send_answer import came_too_soon, keep_problems, note_drawing, problems_with, send_answer
from hitl.ui.theme import first_button
from hitl.ui.unsent_answer import UnsentAnswer, open_unsent_answer
from hitl.ui.window import is_narrow

REPLY = Field("response", "Your answer", "long text")
"""The field for answers of the library's bare `HumanResponseEvent`: LlamaIndex's examples read `response`."""
RESPONSE = Field("response", "Response", "long text", required=False)
"""The field for what a human says in place of accepting."""
ACTION_LABELS: dict[Action, str] = {
    "accept": "Accept",
    "edit": "Send changes",
    "respond": "Respond",
    "ignore": "Ignore",
}
ACTION_ICONS: dict[Action, str] = {
    "accept": ":material/check:",
    "edit": ":material/edit:",
    "respond": ":material/reply:",
    "ignore": ":material/block:",
}


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
    """What tells it from the other buttons; empty unless `widget` is `decide`."""

    def key(self, suffix: str) -> str:
        """The key of the button in the form with this suffix."""
        return widget_key(self.widget, f".{self.choice}{suffix}" if self.choice else suffix)


@dataclass(frozen=True)
class AnswerForm:
    """A form for the answer to a question, as it was drawn; the callbacks of its buttons carry it."""

    run: Run
    question: Question
    suffix: str
    """Ending of the widgets' keys: empty, or `-` and the question's id if several are open."""
    store_file: StoreFile | None
    """Stores an uploaded file; without it, fingerprints are typed as text."""
    fields: Sequence[Field]
    """The fields that are typed."""
    actions: Sequence[AnswerAction]
    """Its buttons."""
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Choices in a list: the fields that each stands for, by the label that is the value of its field."""
    offer: Offer = field(default_factory=Offer)
    """What a human may do with what is proposed."""

    def draw(self) -> None:
        problems = problems_with(self.question)
        entries = kept_entries(self.fields, self.suffix, self.store_file, self.question.id)
        unsent = open_unsent_answer(self.run, self.question, entries)
        keep = unsent.keep if self.fields else None
        with st.container(key=widget_key("answer_form", f"-{self.question.id}")):  # no form: what is typed is kept
            if any(typed.name == ARGS for typed in self.fields) and self.offer.actions:
                label = "Edit or respond" if "respond" in self.offer.actions else "Edit"
                with st.expander(label, expanded=bool(problems), icon=ACTION_ICONS["edit"]):
                    wrong = draw_fields(self.fields, self.suffix, problems, self.store_file, self.question.id, keep)
            else:
                wrong = draw_fields(self.fields, self.suffix, problems, self.store_file, self.question.id, keep)
        is_alone = not self.suffix
        bar = decision_bar(self.question, is_alone).container(width=READING)
        if wrong:
            bar.warning(shown(wrong), icon=":material/error:")
        with bar.container(horizontal=True, horizontal_alignment="right"):
            for action in sorted(self.actions, key=lambda action: action.is_first):
                st.button(
                    shown(action.label),
                    key=action.key(self.suffix),
                    type=first_button() if action.is_first else "secondary",
                    icon=action.icon,
                    shortcut=DECIDES if is_alone and action.widget == "approve" and not is_narrow() else None,
                    on_click=_answer,
                    args=(self, action, unsent),
                )

    def read(self, action: AnswerAction) -> dict[str, Any]:
        """What is typed, as JSON values; what an action ignores may be wrong.

        Raises:
            InvalidFields: If something is not a valid value of its field.
        """
        ignored = (ARGS, RESPONSE.name) if self.offer.actions and action.body["action"] == "ignore" else ()
        return read_fields([field for field in self.fields if field.name not in ignored], self.suffix, self.store_file)


def draw_any_question(run: Run, question: Question, suffix: str = "", store_file: StoreFile | None = None) -> None:
    """Draw a question and the widgets of its answer.

    Args:
        run: The run that asks.
        question: The question to draw.
        suffix: Ending of the widgets' keys: empty, or `-` and the question's id if several are open.
        store_file: Stores an uploaded file; without it, fingerprints are typed as text.
    """
    note_drawing(question)
    st.header(shown(humanize(question.type)), anchor=False)
    draw_payload(shown_body(question))
    draw_expiry(question)
    offer = offer_in(question.answer_schema)
    if offer.problem:
        st.warning(shown(offer.problem), icon=":material/warning:")
    if question.answer_type is None and not offer.choices:
        _draw_open_question(run, question, suffix, store_file)
    else:
        _form_of(run, question, suffix, store_file, offer).draw()


def _form_of(run: Run, question: Question, suffix: str, store_file: StoreFile | None, offer: Offer) -> AnswerForm:
    """The form of a question whose answer is of one type, or whose choices say of which they are."""
    fields = [] if is_bare(question) else fields_to_answer(question)
    choices = {choice.label: choice.body for choice in offer.choices}
    typed, actions = fields, list(answer_actions(fields))
    listed: Mapping[str, Mapping[str, Any]] = {}
    if offer.actions:
        typed, actions = _fields_beside(question, offer, fields), list(_action_buttons(offer.actions))
    elif choices:
        typed = free_fields(fields, list(choices.values()))
        if len(choices) <= MOST_BUTTONS:
            actions = [AnswerAction("decide", label, body, choice=f"choice-{label}") for label, body in choices.items()]
        else:
            typed, listed = [choice_field(fields, list(choices), list(choices.values())), *typed], choices
            actions = [SEND]
    elif offer.is_button and question.answer_type:
        actions = [_button_of(question.answer_type.rpartition(".")[2].rpartition(":")[2], {}, is_first=True)]
    elif is_bare(question):
        typed = [REPLY]
    else:
        typed = [field for field in fields if field.name not in actions[0].body]
    return AnswerForm(run, question, suffix, store_file, typed, actions, listed, offer)


def _draw_open_question(run: Run, question: Question, suffix: str, store_file: StoreFile | None) -> None:
    """Draw the answers among which the human chooses: a button for each without fields, and a list of the others."""
    schemas = run.engine.answer_schemas(run.workflow)
    if not schemas:
        AnswerForm(run, question, suffix, store_file, [REPLY], [SEND]).draw()
        return
    buttons = [name for name, schema in schemas.items() if offer_in(schema).is_button]
    kinds = [name for name in schemas if name not in buttons]
    if buttons:
        actions = [_button_of(name, {CHOSEN: name}) for name in buttons]
        form = AnswerForm(run, question, suffix, store_file, [], actions)
        with st.container(horizontal=True):
            for action in actions:
                st.button(shown(action.label), key=action.key(suffix), on_click=_answer, args=(form, action))
    if not kinds:
        return
    key = widget_key("answer_type", suffix)
    name = st.selectbox(
        "Kind of answer", kinds, index=None, format_func=humanize, placeholder="Choose the kind of answer", key=key
    )
    if name is None:
        st.button("Choose the kind of answer first", key=widget_key("send", suffix), disabled=True)
        return
    chosen = replace(question, answer_type=run.engine.event_names(run.workflow)[name], answer_schema=schemas[name])
    form = _form_of(run, chosen, suffix, store_file, Offer())
    actions = [replace(action, body={CHOSEN: name, **action.body}) for action in form.actions]
    replace(form, question=question, actions=actions).draw()


def _button_of(name: str, body: Mapping[str, Any], is_first: bool = False) -> AnswerAction:
    """The button for an answer without fields, by the name of its class."""
    return AnswerAction("decide", humanize(name), body, is_first=is_first, choice=name)


def fields_to_answer(question: Question) -> list[Field]:
    """The fields of a question's answer, except those whose value the question prescribes."""
    given = question.requirements.keys()
    return [field for field in fields_of(question.answer_schema) if not given & {field.name, *field.other_names}]


SEND = AnswerAction("send", "Send answer", icon=":material/send:", is_first=True)


def answer_actions(fields: Sequence[Field]) -> Iterator[AnswerAction]:
    """The buttons of an answer: one for each value if exactly one field decides, else one that sends.

    A yes-or-no field called `approved` always decides. A field with three values decides if none with two does.
    """
    if any(field.name == "approved" and field.kind == "yes or no" for field in fields):
        yield AnswerAction("approve", "Approve", {"approved": True}, ":material/check:", is_first=True)
        yield AnswerAction("reject", "Reject", {"approved": False}, ":material/close:")
        return
    deciding = [actions for actions in map(_deciding_actions, fields) if actions]
    fewest = min(map(len, deciding), default=0)
    deciding = [actions for actions in deciding if len(actions) == fewest]
    if len(deciding) == 1:
        yield from deciding[0]
    else:
        yield SEND


def _deciding_actions(field: Field) -> list[AnswerAction]:
    """A button for each value of a required field with two or three values; none for any other field."""
    if not field.required or field.nullable:
        return []
    if field.kind == "yes or no":
        words = {"yes": True, "no": False}
        return [
            AnswerAction("decide", f"{field.label}: {word}", {field.name: value}, choice=f"{field.name}-{word}")
            for word, value in words.items()
        ]
    if len(field.choices) in (2, 3) and field.kind == "choice":
        return [
            AnswerAction("decide", choice.label, {field.name: choice.value}, choice=f"{field.name}-{choice.value}")
            for choice in field.choices
        ]
    return []


def _action_buttons(actions: Sequence[Action]) -> Iterator[AnswerAction]:
    for action in actions:
        label, icon, is_first = ACTION_LABELS[action], ACTION_ICONS[action], action == actions[0]
        yield AnswerAction("decide", label, {"action": action}, icon, is_first, choice=f"action-{action}")


def _fields_beside(question: Question, offer: Offer, fields: Sequence[Field]) -> list[Field]:
    """The fields of an answer that carries an action: what is proposed, the response, and its author's own."""
    assert offer.proposal is not None
    proposed = proposal_field(offer.proposal.schema, offer.proposal.values_in(question.body), "What is proposed")
    own = [field for field in fields if field.name not in ("action", ARGS, RESPONSE.name)]
    edited = [proposed] if proposed and "edit" in offer.actions else []
    return [*edited, *([RESPONSE] if "respond" in offer.actions else []), *own]


def _answer(form: AnswerForm, action: AnswerAction, unsent: UnsentAnswer | None = None) -> None:
    question = form.question
    if unsent:
        unsent.keep()  # before it is sent: what is kept after that counts as too late
    if came_too_soon(question):
        return
    keep_problems(question, {})
    try:
        typed = form.read(action)
        if form.offer.actions:
            typed = _with_action(form, action, typed)
        elif form.choices:
            typed = _with_choice(form, typed)
        elif form.fields == [REPLY] and not typed:
            raise InvalidFields({REPLY.name: "Type an answer first."})
    except InvalidFields as error:
        keep_problems(question, error.problems)
        return
    send_answer(form.run, question, {**_left_empty(form.fields, action), **typed, **action.body}, shows_problems=True)


def _with_choice(form: AnswerForm, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed, with what the choice in the list stands for."""
    name = form.fields[0].name
    if name not in typed:
        raise InvalidFields({name: "Choose one first."})
    return {key: value for key, value in typed.items() if key != name} | dict(form.choices[typed[name]])


def _with_action(form: AnswerForm, button: AnswerAction, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed, as far as it goes with an action.

    Raises:
        InvalidFields: If something is typed that this button would not send, or what it sends is not there.
    """
    action, proposal = button.body["action"], form.offer.proposal
    assert proposal is not None
    proposed = proposal.values_in(form.question.body)
    edited, response = typed.get(ARGS, proposed), typed.get(RESPONSE.name, "")
    changes, own = changes_in(edited, proposed), dict(typed)
    own.pop(ARGS, None)
    if changes and action != "edit":
        words = ", ".join(map(humanize, changes))
        raise InvalidFields({ARGS: f"“{button.label}” leaves out your changes ({words}). Undo them, or send them."})
    if response and action != "respond":
        raise InvalidFields({RESPONSE.name: f"“{button.label}” leaves out your response. Clear it, or respond."})
    if action == "edit":
        if empty := [name for name in proposed if name not in edited]:
            raise InvalidFields({f"{ARGS}.{name}": "This cannot be left empty." for name in empty})
        if not changes:
            raise InvalidFields({ARGS: "Nothing is changed. Change something first."})
        return own | {ARGS: changes}
    if action == "respond" and not response.strip():
        raise InvalidFields({RESPONSE.name: "Type a response first."})
    return own


def _left_empty(fields: Sequence[Field], action: AnswerAction) -> dict[str, str]:
    """Empty values for required text fields if the button decides: its decision is enough without a text."""
    must = [field for field in fields if field.required and not field.nullable and field.kind in ("text", "long text")]
    return {field.name: "" for field in must} if action.body.keys() - {CHOSEN} else {}
