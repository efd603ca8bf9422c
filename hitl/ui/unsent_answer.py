"""What a visitor has entered for a question and not sent: kept in the store, per question and browser, as it changes.

It comes back after a reload, in another tab and after a restart, and in the next question of its type if somebody else
was faster. Two tabs of a browser share it: each stores what was changed in it, and shows what was changed in the other.
In another browser it is offered to whoever gives the same name. Names are not verified, so nothing of it is shown
before it is taken over, and whoever takes it over leaves it where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import streamlit as st

from hitl.engine import Draft, EngineError, Question, Run
from hitl.ui._compat import shown
from hitl.ui.clock import moment
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state, widget_key
from hitl.ui.visitor import browser_id, name_of_browser, own_name, typed_name

SEEN = "seen elsewhere"
"""Name of the entry for what was taken over or left of what was offered: by browser, when it was changed there."""


@dataclass(frozen=True)
class Entry:
    """One thing that can be entered for a question."""

    key: str = ""
    """Key of its widget; empty if none holds it, but callbacks set it by `UnsentAnswer.put`."""
    initial: Any = ""
    """Its value while nothing is entered; all others are of the same type, unless `typed` says which there can be."""
    typed: Callable[[Any], Any] | None = None
    """Makes a value of the widget from a JSON value; raises `ValueError` for one that the widget does not have."""
    merges: bool = True
    """Whether what was entered in two browsers may be joined: not what belongs to an item of a list."""

    def value_in(self, body: Mapping[str, Any], name: str) -> Any:
        """Its value in a draft, under a name; the initial one if it has none that fits."""
        if name not in body:
            return self.initial
        if self.typed is None:
            return body[name] if isinstance(body[name], type(self.initial)) else self.initial
        try:
            return self.typed(body[name])
        except (ValueError, TypeError):  # from another version of the workflow
            return self.initial


ValueOf = Callable[[str, Entry], Any]
"""Gives the present value of an entry, by its name."""
FindEntries = Callable[[ValueOf], Mapping[str, Entry]]
"""The entries that a form has, by name: which they are may depend on what is entered, as the items of a list do."""


@dataclass
class Entered:
    """The values of the entries for a question, by name, as one session knows them."""

    stored: dict[str, Any]
    """As they were in the store when it was last read or written."""
    now: dict[str, Any]
    """As they were in the widgets, of which Streamlit forgets those that are not drawn."""
    problem: str = ""
    """Why the last change could not be stored; empty if it could."""


class AnswerEntries(Protocol):
    """The entries for a question, by name."""

    @property
    def problem(self) -> str:
        """Why the last change could not be stored; empty if it could."""

    def __getitem__(self, name: str, /) -> Any: ...
    def put(self, values: Mapping[str, Any], /) -> None: ...
    def keep(self) -> None: ...


@dataclass(frozen=True)
class ClosedAnswer:
    """The entries for a question that is not open: they can be read, and a change has no effect."""

    values: Mapping[str, Any]
    problem: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def put(self, values: Mapping[str, Any]) -> None:
        pass

    def keep(self) -> None:
        pass


class UnsentAnswer:
    """The entries for a question. Get one from `open_unsent_answer`, before their widgets are drawn.

    Args:
        run: The run that asks.
        question: The question.
        find: Finds its entries.
        entries: By name, as it has them now.
        entered: Their values.
    """

    def __init__(
        self, run: Run, question: Question, find: FindEntries, entries: Mapping[str, Entry], entered: Entered
    ) -> None:
        self._run = run
        self._question = question
        self._find = find
        self._entries = dict(entries)
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
        now = {name: self[name] for name in self._entries}
        entered.now |= now
        changed = {name: value for name, value in now.items() if value != entered.stored[name]}
        if not changed:
            return
        gone = [name for name, value in changed.items() if value == self._entries[name].initial]
        entered_now = {name: as_json(value) for name, value in changed.items() if name not in gone}
        try:
            is_kept = self._run.change_draft(self._question.id, browser_id(), entered_now, gone, by=typed_name())
        except EngineError as error:
            entered.problem = str(error)
            return
        entered.problem = ""
        if is_kept:
            entered.stored |= changed
        else:
            entered_here = {name: value for name, value in now.items() if value != self._entries[name].initial}
            state.too_late[_kind(self._question)] = entered_here

    def lacks(self, draft: Draft) -> bool:
        """Whether a draft has something that is not entered here."""
        theirs = self._entries_of(draft)
        values = _values(theirs, draft)
        return any(values[name] not in (entry.initial, self._value(name, entry)) for name, entry in theirs.items())

    def take_over(self, draft: Draft) -> None:
        """Enter what a draft of another browser has; where both have a text, this one has both then."""
        for name, entry in self._entries_of(draft).items():
            value, mine = entry.value_in(draft.body, name), self._value(name, entry)
            if value != entry.initial:
                self._entries[name] = entry
                self._entered.stored.setdefault(name, entry.initial)
                self._set(name, _both(mine, value) if entry.merges and mine != entry.initial else value)
        self.leave(draft)

    def _entries_of(self, draft: Draft) -> Mapping[str, Entry]:
        """The entries that the form has with what a draft has."""
        return self._find(lambda name, entry: entry.value_in(draft.body, name))

    def _value(self, name: str, entry: Entry) -> Any:
        """The present value of an entry; the initial one if the form does not have it now."""
        return self[name] if name in self._entries else entry.initial

    def leave(self, draft: Draft) -> None:
        """Offer a draft of another browser no more, unless it is changed there."""
        self.put({SEEN: self[SEEN] | {draft.browser: draft.changed_at.isoformat()}})

    def is_settled(self, draft: Draft) -> bool:
        """Whether a draft of another browser was taken over or left here as it is now."""
        return bool(self[SEEN].get(draft.browser) == draft.changed_at.isoformat())

    def _set(self, name: str, value: Any) -> None:
        self._entered.now[name] = value
        if key := self._entries[name].key:
            st.session_state[key] = value


def open_unsent_answer(run: Run, question: Question, entries: Mapping[str, Entry] | FindEntries) -> UnsentAnswer:
    """What this browser has entered for a question, put into the widgets that are drawn next.

    A widget whose value was changed in another tab gets the new value, the others keep theirs.

    Args:
        run: The run that asks.
        question: The question; widgets of other questions may have the same keys.
        entries: By name, or what finds them; a name means the same in every question of this type.
    """
    browser, draft = browser_id(), run.draft(question.id, browser_id())
    find: FindEntries = entries if callable(entries) else lambda _: entries
    entered = state.entered.get(question.id)
    if entered is None:
        entered = state.entered[question.id] = Entered({}, dict(state.too_late.pop(_kind(question), {})))
    found, changed = _found(find, entered, question, draft)
    of_question = state.entered_for
    for name, entry in found.items():
        if not entry.key:
            continue
        if of_question.get(entry.key) != question.id or name in changed or entry.key not in st.session_state:
            st.session_state[entry.key] = entered.now[name]
        of_question[entry.key] = question.id
    unsent = UnsentAnswer(run, question, find, found, entered)
    unsent.keep()  # what could not be stored before
    offered = _offered(run, question, unsent)
    with (
        st.container()
    ):  # always there: else all below it would be drawn twice for a moment when something comes or goes
        if entered.problem and entered.problem != run.engine.trouble:  # that is shown above already
            st.warning(shown(entered.problem), icon=":material/edit_off:")
        if offered:
            _draw_offer(question, unsent, offered)
    rerun_when_changed(
        lambda: _values(found, run.draft(question.id, browser)) == {name: entered.stored[name] for name in found}, True
    )
    rerun_when_changed(name_of_browser, name_of_browser(), is_stored=False)
    rerun_when_changed(lambda: _offered(run, question, unsent), offered)
    return unsent


def _found(
    find: FindEntries, entered: Entered, question: Question, draft: Draft | None
) -> tuple[dict[str, Entry], set[str]]:
    """The entries of a question, and the names of those whose value the widgets do not have yet.

    Args:
        find: Finds the entries.
        entered: Their values as this session knows them; it is brought up to date.
        question: The question.
        draft: What is stored.
    """
    body = draft.body if draft else {}
    changed: set[str] = set()

    def value_of(name: str, entry: Entry) -> Any:
        stored, known = entry.value_in(body, name), name in entered.stored
        if not known or stored != entered.stored[name]:  # new in the form, or changed in another tab
            changed.add(name)
            entered.now[name] = stored if known else entered.now.get(name, stored)
            entered.stored[name] = stored
        if name in changed or not entry.key or state.entered_for.get(entry.key) != question.id:
            return entered.now[name]
        return st.session_state.get(entry.key, entered.now[name])

    found = {**find(value_of), SEEN: Entry(initial={})}
    for name, entry in found.items():
        value_of(name, entry)
    return found, changed


def _offered(run: Run, question: Question, unsent: UnsentAnswer) -> Draft | None:
    """What a visitor of the same name has entered in another browser and not sent, if it is something else."""
    of_browsers: dict[str, Draft] = {}
    for draft in run.drafts_by(question.id, own_name()):
        of_browsers.setdefault(draft.browser, draft)
    of_browsers.pop(browser_id(), None)
    others = (draft for draft in of_browsers.values() if not unsent.is_settled(draft))
    return next(filter(unsent.lacks, others), None)


def _draw_offer(question: Question, unsent: UnsentAnswer, draft: Draft) -> None:
    """Offer what was entered in another browser."""
    what = "this question" if draft.question_id == question.id else "an earlier question"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/devices: **{shown(draft.by)}** left a decision on {what} in another browser, "
            f"{moment(draft.changed_at)}, and did not send it. Nobody verifies names.",
            width="stretch",
        )
        suffix = f"-{question.id}"
        st.button("Take it over", key=widget_key("take_over", suffix), on_click=unsent.take_over, args=(draft,))
        st.button("Leave it", key=widget_key("leave", suffix), on_click=unsent.leave, args=(draft,), type="tertiary")


def as_json(value: Any) -> Any:
    """The value of a widget as a JSON value; `Entry.typed` makes the value of it again."""
    return value.isoformat() if isinstance(value, date) else value


def _both(mine: Any, theirs: Any) -> Any:
    """A text or a list that has both; else what the other browser has."""
    match mine, theirs:
        case str(), str() if theirs.strip() in mine:
            return mine
        case str(), str() if mine.strip() not in theirs:
            return f"{mine} {theirs}"
        case list(), list():
            return [*mine, *(each for each in theirs if each not in mine)]
    return theirs


def _values(entries: Mapping[str, Entry], draft: Draft | None) -> dict[str, Any]:
    """The value of each entry in a draft; the initial one of those that it does not have."""
    body = draft.body if draft else {}
    return {name: entry.value_in(body, name) for name, entry in entries.items()}


def _kind(question: Question) -> tuple[str, str]:
    """The run and the type of a question: those of one kind ask for the same entries."""
    return question.run_id, question.type
