"""What a visitor has entered for a question and not sent: kept in the store, per question and browser, as it changes.

It comes back after a reload, in another tab and after a restart, and in the next question of its type if somebody else
was faster. Two tabs of a browser share it: each stores what was changed in it, and shows what was changed in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hitl.engine import Draft, EngineError, Question, Run
from hitl.ui._compat import shown
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state
from hitl.ui.visitor import browser_id


@dataclass(frozen=True)
class Entry:
    """One thing that can be entered for a question."""

    key: str = ""
    """Key of its widget; empty if none holds it, but callbacks set it by `UnsentAnswer.put`."""
    initial: Any = ""
    """Its value while nothing is entered, as a JSON value; all others are of the same type."""


@dataclass
class Entered:
    """The values of the entries for a question, by name, as one session knows them."""

    stored: dict[str, Any]
    """As they were in the store when it was last read or written."""
    now: dict[str, Any]
    """As they were in the widgets, of which Streamlit forgets those that are not drawn."""
    version: object = None
    """Tells the draft as this session knows it from one that was changed elsewhere."""
    problem: str = ""
    """Why the last change could not be stored; empty if it could."""


class UnsentAnswer:
    """The entries for a question. Get one from `open_unsent_answer`, before their widgets are drawn.

    Args:
        run: The run that asks.
        question: The question.
        entries: By name.
        entered: Their values.
    """

    def __init__(self, run: Run, question: Question, entries: Mapping[str, Entry], entered: Entered) -> None:
        self._run = run
        self._question = question
        self._entries = entries
        self._entered = entered

    def __getitem__(self, name: str) -> Any:
        """The present value of an entry."""
        key = self._entries[name].key
        return st.session_state.get(key, self._entered.now[name]) if key else self._entered.now[name]

    def put(self, values: Mapping[str, Any]) -> None:
        """Set entries that no widget holds, by name, and store what was changed."""
        self._entered.now |= values
        self.keep()

    @property
    def problem(self) -> str:
        """Why the last change could not be stored, which the next full drawing shows; empty if it could."""
        return self._entered.problem

    def keep(self) -> None:
        """Store what was changed in this tab; `on_change` of every widget, and to be called before an answer is sent.

        What cannot be stored stays in the session: for the next question of this type if somebody else has answered
        this one meanwhile, else until it can be stored; `open_unsent_answer` shows why.
        """
        entered = self._entered
        entered.now = {name: self[name] for name in self._entries}
        changed = {name: value for name, value in entered.now.items() if value != entered.stored[name]}
        if not changed:
            return
        try:
            draft = self._run.draft(self._question.id, browser_id())
            values = _values(self._entries, draft) | changed
            body = {name: value for name, value in values.items() if value != self._entries[name].initial}
            is_kept = self._run.keep_draft(self._question.id, browser_id(), body, by=state.by.strip())
            if _version(draft) == entered.version:  # else the page is drawn again with what was changed elsewhere
                entered.version = _version(self._run.draft(self._question.id, browser_id()))
        except EngineError as error:
            entered.problem = str(error)
            return
        entered.problem = ""
        if is_kept:
            entered.stored |= changed
        else:
            state.too_late[_kind(self._question)] = entered.now


def open_unsent_answer(run: Run, question: Question, entries: Mapping[str, Entry]) -> UnsentAnswer:
    """What this browser has entered for a question, put into the widgets that are drawn next.

    A widget whose value was changed in another tab gets the new value, the others keep theirs.

    Args:
        run: The run that asks.
        question: The question; widgets of other questions may have the same keys.
        entries: By name; a name means the same in every question of this type.
    """
    browser = browser_id()
    draft = run.draft(question.id, browser)
    stored = _values(entries, draft)
    entered = state.entered.get(question.id)
    if entered is None:
        too_late = state.too_late.pop(_kind(question), {})
        now = {name: too_late.get(name, value) for name, value in stored.items()}
        entered = state.entered[question.id] = Entered(stored, now)
    changed = {name: value for name, value in stored.items() if value != entered.stored[name]}
    entered.stored = stored
    entered.now |= changed
    entered.version = _version(draft)
    of_question = state.entered_for
    for name, entry in entries.items():
        if not entry.key:
            continue
        if of_question.get(entry.key) != question.id or name in changed or entry.key not in st.session_state:
            st.session_state[entry.key] = entered.now[name]
        of_question[entry.key] = question.id
    unsent = UnsentAnswer(run, question, entries, entered)
    unsent.keep()  # what could not be stored before
    if entered.problem and entered.problem != run.engine.trouble:  # that is shown above already
        st.warning(shown(entered.problem), icon=":material/edit_off:")
    rerun_when_changed(lambda: _version(run.draft(question.id, browser)) == entered.version, True)
    return unsent


def _values(entries: Mapping[str, Entry], draft: Draft | None) -> dict[str, Any]:
    """The value of each entry in a draft; the initial one of those that it does not have."""
    body = draft.body if draft else {}
    return {
        name: body[name] if isinstance(body.get(name), type(entry.initial)) else entry.initial
        for name, entry in entries.items()
    }


def _kind(question: Question) -> tuple[str, str]:
    """The run and the type of a question: those of one kind ask for the same entries."""
    return question.run_id, question.type


def _version(draft: Draft | None) -> object:
    """Differs after every change of what is stored for this browser."""
    return draft and (draft.question_id, draft.changed_at)
