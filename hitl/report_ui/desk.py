"""The desk on which both reviews are drawn: a list in pages, each entry with its switch, one entry open, and keys."""

from __future__ import annotations

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, NoReturn, Protocol, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

from hitl.engine import Question, Run
from hitl.report.events import FEEDBACK_LENGTH
from hitl.text import count
from hitl.ui._compat import focus, fragment, tell
from hitl.ui.bar import DECIDES
from hitl.ui.browser_memory import remember, remembered
from hitl.ui.button_width import button_width
from hitl.ui.heartbeat import brings_click_early
from hitl.ui.keys import widget_key
from hitl.ui.send_answer import TOO_SOON
from hitl.ui.window import is_narrow

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

PAGE = 10
"""Rows of the list at once: what a list costs to draw grows with its rows."""
UNSEEN = 0.15
"""Seconds after an entry was opened in which the key that drops it does nothing: nobody can have seen it yet."""
NOT_THERE_YET = 0.5
"""Seconds after the key for a note in which its field may not be there yet, and letters still reach the desk."""
SWITCH_WIDTH = 60
"""Pixels of the switch in a row; see `button_width`."""
DROPPED, NOTED = "Dropped", "With a note"
"""Filters whose list changes with what is dropped and noted."""
IN_LIST = ("row-", "group-")
"""What the names of parts begin with that the list draws."""
KEEP = "Keep"


class Draft(Protocol[T_contra]):
    """What is entered for a review and not sent yet."""

    @property
    def problem(self) -> str:
        """Why the last change could not be stored; empty if it could."""

    def keeps(self, entry: T_contra, /) -> bool: ...
    def keep_or_drop(self, entries: Iterable[T_contra], keep: bool, /) -> None: ...
    @property
    def feedback(self) -> str:
        """What is missing, as it is sent."""

    @property
    def unheeded(self) -> str:
        """What is typed that only another round, or another writing, would heed."""

    def keep(self) -> None:
        """Store what has changed."""

    def note(self, entry: T_contra, /) -> str: ...
    def put_note(self, entry: T_contra, note: str, /) -> None: ...


@dataclass
class Switch:
    """The switch in a row: a new one takes its place when something else has changed what it shows.

    A new value alone would not do: until the browser has heard of it, the next key press sends the old one back.
    """

    is_on: bool
    number: int = 0


@dataclass(kw_only=True)
class Desk(ABC, Generic[T]):
    """A review, and what one visitor looks at in it. It is kept in the session as long as the question is shown.

    Its parts are fragments, drawn by themselves: `view`, the open entry; `list`; `row-ID`, a row of it; and `kept`, how
    much is kept. The buttons that decide are in none: they draw the whole page, and would draw their own part first.
    """

    run: Run
    question: Question
    draft: Draft[T]
    """Set anew whenever the whole page is drawn."""
    is_closed: bool = False
    """Whether the question is not open any more: then all can be read, and nothing be dropped or noted."""
    current: str = ""
    """Id of the entry that was opened last; the one that is open may be another, if a filter hides it."""
    position: int = 0
    """Its position in the list."""
    only: Sequence[str] = ()
    """The filters that are set."""
    filters_set: int = 0
    """How often they were set by something else than their own widgets, which then are new ones: a browser that has not
    heard of it yet would send the old ones back. See `Switch`."""
    page: int = 1
    """Page of the list that is shown."""
    opened_at: float = 0.0
    """When an entry was opened or dropped last, by the monotonic clock in seconds."""
    is_noting: bool = False
    """Whether the field for a note is open."""
    noting_at: float = 0.0
    """When it was opened or closed, by the monotonic clock in seconds."""
    shows_keys: bool = False
    doubted: str = ""
    """What was typed when it was asked whether to pass over it."""
    doubted_at: float = 0.0
    """When that was, by the monotonic clock in seconds."""
    is_refused: bool = False
    """Whether the last click that decides sent nothing, since what is typed is too long."""
    told: str = ""
    """What a screen reader was told last: an entry that was opened, kept or dropped."""
    can_decide: bool = True
    """Whether the button that approves or publishes is drawn to be clicked."""
    rows: list[str] = field(default_factory=list)
    """Ids of the entries in the rows that are drawn."""
    switches: dict[str, Switch] = field(default_factory=dict)
    """The switch of each row, by id of its entry."""
    undrawn: dict[str, int] = field(default_factory=dict)
    """The parts that are to be drawn again and have not been yet to their end, each with a number of the time at which
    that was asked for: the next click may come before, and takes the place of what is being drawn."""
    _times: Iterator[int] = field(default_factory=itertools.count)

    @abstractmethod
    def id_of(self, entry: T) -> str:
        """What tells an entry from the others of the question."""

    @abstractmethod
    def listed(self) -> list[T]:
        """The entries that the filters let through: the order of the list and of its keys."""

    @property
    @abstractmethod
    def kept(self) -> list[T]:
        """The entries that are written from, or published."""

    @abstractmethod
    def name_of(self, entry: T) -> str:
        """What an entry is called: “Finding 3”."""

    @abstractmethod
    def words_of(self, entry: T) -> str:
        """What an entry says, as a screen reader reads it when it is opened."""

    @property
    @abstractmethod
    def figure(self) -> str:
        """How much is kept."""

    def show_only(self, *filters: str) -> None:
        """Set the filters; callback of a button."""
        self.only, self.page, self.filters_set = filters, 1, self.filters_set + 1

    def filter_key(self, name: str) -> str:
        """The key of a widget that filters."""
        return self.key(f"{name}-{self.filters_set}")

    def filter(self, key: str) -> NoReturn:
        """Set the filters that a widget has; its callback. One whose place another has taken sets nothing."""
        if key == self.filter_key("only"):
            self.only = tuple(st.session_state.get(key) or ())
        self.refit()

    def clear_filters(self) -> None:
        """Take off the filters that are set, and the search."""
        self.show_only()

    def parts_beside(self, entries: Iterable[T]) -> Iterable[str]:
        """Names of further parts that show whether some entries are kept."""
        return ()

    def opened(self, listed: Sequence[T]) -> T:
        """The entry that is open: the one opened last, or what stands in its place.

        Args:
            listed: What the list has, at least one.
        """
        at = min(self.position, len(listed) - 1)
        return next((entry for entry in listed if self.id_of(entry) == self.current), listed[at])

    def begin_list(self) -> list[T]:
        """The entries on the page of the list that is drawn now."""
        listed = self.listed()
        self.page = min(self.page, max((len(listed) - 1) // PAGE + 1, 1))
        on_page = listed[(self.page - 1) * PAGE : self.page * PAGE]
        self.rows = [self.id_of(entry) for entry in on_page]
        for part in [part for part in self.undrawn if part.startswith(IN_LIST)]:
            self.undrawn.pop(part, None)  # the list draws them, or has them no more
        return on_page

    @property
    def takes_keys(self) -> bool:
        """Whether a key is meant for the desk: right after the one for a note, it is meant for the note."""
        return not self.is_noting or time.monotonic() - self.noting_at > NOT_THERE_YET

    def key(self, name: str) -> str:
        """The key of a widget of the desk, or of a part of it.

        No other question has it: what is dropped and noted in one round or text means nothing in the next.
        """
        return widget_key("desk", f"-{self.question.id}-{name}")

    def redraw(self, *parts: str) -> NoReturn:
        """Draw parts of the desk again and nothing else, so that a click costs the same with 150 entries as with 8.

        The last call of a callback. What could not be stored is said by the whole page, and without anything kept its
        buttons change.
        """
        for part in parts:
            self.undrawn[part] = next(self._times)
        if not self.draft.problem and (self.is_closed or bool(self.kept) == self.can_decide):
            with suppress(StreamlitAPIException):  # a part that is not there any more
                st.rerun([self.key(part) for part in self.undrawn])
        st.rerun()

    def draw_part(self, name: str, draw: Callable[..., object], *args: object) -> None:
        """Draw a part of the desk, as a fragment.

        Args:
            name: Its name.
            draw: Draws it, given the desk.
            args: What it is given besides.
        """

        def draw_all() -> None:
            asked = self.undrawn.get(name)
            draw(self, *args)
            if self.undrawn.get(name) == asked:  # else it was asked for again meanwhile
                self.undrawn.pop(name, None)

        fragment(draw_all, key=self.key(name))()

    def redraw_entries(self, entries: Sequence[T]) -> NoReturn:
        """Draw again what some entries show in, after they were kept or dropped."""
        self.told = f"{', '.join(map(self._state_of, entries))}. {self.figure}"
        if set(self.only) & {DROPPED, NOTED}:
            self.redraw("view", "list", "kept")
        self.redraw("view", "kept", *self._rows_of(entries), *self.parts_beside(entries))

    def open(self, entry: T) -> NoReturn:
        """Open an entry; callback of a button."""
        listed = self.listed()
        if entry not in listed:
            self.redraw("view", "list")
        before, page = self.opened(listed), self.page
        self.current, self.position, self.is_noting = self.id_of(entry), listed.index(entry), False
        self.page, self.opened_at = self.position // PAGE + 1, time.monotonic()
        self.told = f"{self._state_of(entry)}. {self.words_of(entry)}"
        remember(f"desk {self.question.id}", {"current": self.current})
        rows = self._rows_of([before, entry])
        if page != self.page or len(rows) < len({self.id_of(before), self.id_of(entry)}):
            self.redraw("view", "list")
        self.redraw("view", *rows)

    def go_back(self) -> None:
        """Open what was open before a reload; call it when the desk is new."""
        before, listed = remembered(f"desk {self.question.id}").get("current"), self.listed()
        at = next((at for at, entry in enumerate(listed) if self.id_of(entry) == before), None)
        if at is not None:
            self.current, self.position, self.page = self.id_of(listed[at]), at, at // PAGE + 1

    def step(self, by: int) -> NoReturn:
        """Open the next entry, or the one before; callback of a button."""
        if self.takes_keys and not brings_click_early() and (listed := self.listed()):
            at = listed.index(self.opened(listed)) + by
            self.open(listed[min(max(at, 0), len(listed) - 1)])
        self.redraw("view")

    def drop_or_restore(self, entry: T) -> NoReturn:
        """Drop an entry, or restore it; callback of a button.

        Keys may come faster than the page is drawn: each entry has a button of its own, so that the one is dropped that
        was shown when the key was pressed.
        """
        if not self.takes_keys or brings_click_early():
            self.redraw("view")
        listed = self.listed()
        if listed and entry == self.opened(listed):
            if time.monotonic() - self.opened_at < UNSEEN:
                self.redraw("view")
            self.position = listed.index(entry)  # what takes its place is opened if a filter hides it now
        self.draft.keep_or_drop([entry], not self.draft.keeps(entry))
        self.opened_at = time.monotonic()
        self.redraw_entries([entry])

    def switch(self, entry: T, key: str) -> NoReturn:
        """Keep or drop an entry as its switch says; callback of the switch.

        One whose place another has taken says nothing: a browser that has not heard of it yet sends it along with the
        next key, and Streamlit, which has forgotten it, takes that for a change.
        """
        if key != self.switch_key(entry):
            self.redraw(*self._rows_of([entry]))
        keep = bool(st.session_state.get(key))
        self.switches[self.id_of(entry)].is_on = keep
        self.draft.keep_or_drop([entry], keep)
        self.redraw_entries([entry])

    def switch_key(self, entry: T) -> str:
        """The key of the switch in the row of an entry; a new one if something else has changed what it shows."""
        is_kept, id_ = self.draft.keeps(entry), self.id_of(entry)
        switch = self.switches.setdefault(id_, Switch(is_kept))
        if switch.is_on != is_kept:
            switch = self.switches[id_] = Switch(is_kept, switch.number + 1)
        return self.key(f"kept-{id_}-{switch.number}")

    def begin_or_end_note(self) -> NoReturn:
        """Open the field for a note, or close it; callback of a button."""
        if not brings_click_early():
            self.is_noting, self.noting_at = not self.is_noting, time.monotonic()
        listed = self.listed()
        self.redraw("view", *self._rows_of([self.opened(listed)] if listed else []))

    def put_note(self, entry: T, key: str) -> NoReturn:
        """Store a note as it is typed; callback of its field."""
        self.draft.put_note(entry, str(st.session_state.get(key, "")))
        self.redraw("kept", *self._rows_of([entry]))

    def turn(self, by: int) -> NoReturn:
        """Open the first entry of the next page of the list, or of the one before; callback of a button."""
        listed = [] if brings_click_early() else self.listed()
        page = min(max(self.page + by, 1), max((len(listed) - 1) // PAGE + 1, 1))
        if listed:
            self.open(listed[(page - 1) * PAGE])
        self.redraw("view", "list")

    def refit(self) -> NoReturn:
        """Show the page of the list that has the open entry, after a filter has changed; callback."""
        if listed := self.listed():
            self.position = listed.index(self.opened(listed))
            self.page = self.position // PAGE + 1
        self.redraw("view", "list")

    def show_all(self) -> NoReturn:
        """Take the filters off; callback of a button."""
        self.clear_filters()
        self.refit()

    def show_keys(self) -> NoReturn:
        """Show what the keys do, or hide it; callback of a button."""
        if self.takes_keys and not brings_click_early():
            self.shows_keys = not self.shows_keys
        st.rerun()

    @property
    def too_long(self) -> str:
        """What is too long to be sent, in a sentence; empty if nothing is."""
        return too_long("What is missing", self.draft.feedback, FEEDBACK_LENGTH)

    @property
    def doubts(self) -> bool:
        """Whether it is asked now if what was typed is to be passed over."""
        unheeded = self.draft.unheeded
        return bool(unheeded) and not self.too_long and self.doubted == unheeded

    def may_send(self, heeds: bool) -> bool:
        """Whether the click that decides is to send the decision; else the bar says why not.

        What was typed is not passed over before that was asked, and not so shortly after it that the click is the
        second of a double click.

        Args:
            heeds: Whether the decision heeds what is typed.
        """
        self.draft.keep()
        self.is_refused = self.too_long != ""
        unheeded, now = self.draft.unheeded, time.monotonic()
        if self.is_refused or heeds or not unheeded:
            return not self.is_refused
        if self.doubted != unheeded:
            self.doubted, self.doubted_at = unheeded, now
        return now - self.doubted_at >= TOO_SOON

    def _state_of(self, entry: T) -> str:
        return f"{self.name_of(entry)} {'kept' if self.draft.keeps(entry) else 'dropped'}"

    def _rows_of(self, entries: Sequence[T]) -> list[str]:
        """The rows of some entries, as far as they are drawn."""
        ids = dict.fromkeys(map(self.id_of, entries))
        return [f"row-{id_}" for id_ in ids if id_ in self.rows]


def draw_no_match(desk: Desk[T], words: str) -> None:
    """Draw that the filters let nothing through, and the way back.

    Args:
        desk: The desk.
        words: What is missing.
    """
    st.info(words, icon=":material/search_off:")
    st.button("Show all", key=desk.key("show_all"), icon=":material/filter_list_off:", on_click=desk.show_all)


def draw_tools(desk: Desk[T], listed: Sequence[T]) -> None:
    """Draw the buttons that drop the open entry, go to others and note something on it.

    They come first, so that they stay under the mouse however tall the entry is.
    """
    entry = desk.opened(listed)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if not desk.is_closed:
            _draw_drop(desk, entry)
        _draw_tool("Previous", desk.key("previous"), "k", desk.step, -1)
        _draw_tool("Next", desk.key("next"), "j", desk.step, 1)
        if not desk.is_closed:
            _draw_tool("Note", desk.key("note"), "n", desk.begin_or_end_note)
        st.markdown(f":small[{listed.index(entry) + 1} of {len(listed)}]")
    tell(desk.told)


def _draw_drop(desk: Desk[T], entry: T) -> None:
    drop, icon = ("Drop", ":material/remove_circle:")
    if not desk.draft.keeps(entry):
        drop, icon = ("Restore", ":material/undo:")
    st.button(
        drop,
        key=desk.key(f"drop-{desk.id_of(entry)}"),
        icon=None if is_narrow() else icon,
        shortcut=_key("x"),
        on_click=desk.drop_or_restore,
        args=(entry,),
        width=button_width("Drop", "Restore", has_icon=not is_narrow(), shortcut=_key("x")),
    )


def _draw_tool(label: str, key: str, shortcut: str, on_click: Callable[..., NoReturn], *args: int) -> None:
    width = button_width(label, has_icon=False, shortcut=_key(shortcut))
    st.button(label, key=key, shortcut=_key(shortcut), on_click=on_click, args=args, width=width)


def _key(shortcut: str) -> str | None:
    """A key of the desk; None on a phone, which has none: its names would take the room of a button."""
    return None if is_narrow() else shortcut


def draw_feedback(draft: Draft[T], placeholder: str) -> None:
    """Draw the field for what is missing.

    It takes a text of any length, and says what is too long: a field with a limit drops all of a pasted text that is
    longer, without a word.

    Args:
        draft: What is entered.
        placeholder: What comes of it.
    """
    st.text_area(
        "What is missing?", key=widget_key("feedback"), height=80, placeholder=placeholder, on_change=draft.keep
    )
    if words := too_long("What is missing", draft.feedback, FEEDBACK_LENGTH):
        st.warning(words, icon=":material/short_text:")


def too_long(name: str, text: str, most: int) -> str:
    """A sentence for a text that is too long; empty for another.

    Args:
        name: What the text is.
        text: The text.
        most: Maximum characters.
    """
    too_many = len(text) - most
    return f"{name} has {count(too_many, 'character')} too many: at most {most:,} are taken." if too_many > 0 else ""


def draw_objection(desk: Desk[T], doubt: str) -> None:
    """Draw why the last click that decides has sent nothing.

    Args:
        desk: The desk.
        doubt: What is asked if something that was typed would be passed over.
    """
    if desk.is_refused and (words := desk.too_long):
        st.error(f"{words} Shorten it, and send it again.", icon=":material/short_text:")
    elif desk.doubts:
        st.warning(doubt, icon=":material/help:")


def draw_note(desk: Desk[T], entry: T, label: str, placeholder: str, most: int) -> None:
    """Draw the field for a note on the open entry, with the cursor in it.

    Args:
        desk: The desk.
        entry: The open entry.
        label: Label of the field.
        placeholder: What the note is for.
        most: Maximum characters.
    """
    key = desk.key(f"note-{desk.id_of(entry)}")
    if key not in st.session_state:
        st.session_state[key] = desk.draft.note(entry)
    st.text_input(
        label,
        key=key,
        max_chars=most,
        live=True,
        placeholder=placeholder,
        on_change=desk.put_note,
        args=(entry, key),
    )
    focus(key)


def draw_switch(desk: Desk[T], entry: T, name: str) -> None:
    """Draw the switch of a row; nothing if all can only be read.

    It is a pill: a checkbox would keep the focus in an input, where the keys of the desk do nothing.

    Args:
        desk: The desk.
        entry: The entry in the row.
        name: What a screen reader calls the switch, in Markdown.
    """
    if desk.is_closed:
        return
    is_kept, key = desk.draft.keeps(entry), desk.switch_key(entry)
    st.pills(
        name,
        [KEEP],
        default=[KEEP] if is_kept else [],
        key=key,
        selection_mode="multi",
        label_visibility="collapsed",
        width=SWITCH_WIDTH,
        on_change=desk.switch,
        args=(entry, key),
    )


def draw_pages(desk: Desk[T], listed: int) -> None:
    """Draw which entries are in the list, and the buttons to the pages beside; nothing if there is one page.

    Args:
        desk: The desk.
        listed: Number of entries in all pages.
    """
    if listed <= PAGE:
        return
    first, last = (desk.page - 1) * PAGE + 1, min(desk.page * PAGE, listed)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Earlier",
            key=desk.key("earlier"),
            type="tertiary",
            icon=":material/chevron_left:",
            on_click=desk.turn,
            args=(-1,),
            disabled=first == 1,
        )
        st.markdown(f":small[{first}–{last} of {listed}]")
        st.button(
            "Later",
            key=desk.key("later"),
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=desk.turn,
            args=(1,),
            disabled=last == listed,
        )


def draw_keys(desk: Desk[T], decides: str) -> None:
    """Draw what the keys do, if it is to be shown.

    Args:
        desk: The desk.
        decides: What `DECIDES` does.
    """
    keys: Mapping[str, str] = {
        "J": "next",
        "K": "previous",
        "X": "drop or restore",
        "N": "note",
        DECIDES.replace("+", " + "): decides,
        "H": "show these keys, or hide them",
        "Tab": "leave a text field: there, the keys write",
    }
    if desk.shows_keys:
        st.markdown(" · ".join(f"`{key}` {what}" for key, what in keys.items()))


def draw_keys_button(desk: Desk[T]) -> None:
    """Draw the button that shows what the keys do; nothing on a phone, which has none."""
    if is_narrow():
        return
    st.button(
        "Keys",
        key=desk.key("keys"),
        shortcut="h",
        type="tertiary",
        on_click=desk.show_keys,
        width=button_width("Keys", has_icon=False, shortcut="h", is_framed=False),
    )
