"""The review of a text on one visitor's desk: what is asked and entered, what is listed, and what is open."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from hitl.engine import Question, Run
from hitl.report.events import ReviewReport
from hitl.report.verification.claims import Claim, Reference
from hitl.report_ui.text_review.unsent_text_review import UnsentTextReview
from hitl.research import Document, Shelf, UnknownDocument
from hitl.ui.keys import widget_key

PAGE = 10
"""Statements of the text at once: what a list costs to draw grows with its rows."""
UNSEEN = 0.15
"""Seconds after a statement was opened in which the key that drops it does nothing: nobody can have seen it yet."""
NOT_THERE_YET = 0.5
"""Seconds after the key for a note in which its field may not be there yet, and letters still reach the desk."""
DOUBTFUL, DROPPED, NOTED = "Not verbatim", "Dropped", "With a note"
FILTERS = (DOUBTFUL, DROPPED, NOTED)


@dataclass
class Pill:
    """The switch in a row: a new one takes its place when something else has changed what it shows.

    A new value alone would not do: until the browser has heard of it, the next key press sends the old one back.
    """

    is_on: bool
    number: int = 0


@dataclass
class TextDesk:
    """A review of a text, and what one visitor looks at in it, kept in the session as long as the question is shown."""

    run: Run
    question: Question
    asked: ReviewReport
    draft: UnsentTextReview
    """Set anew whenever the whole page is drawn."""
    current: int = 1
    """Number of the statement that was opened last; what is open may be another, if a filter hides it."""
    position: int = 0
    """Its position in the list."""
    page: int = 1
    """Page of the list that is shown."""
    opened_at: float = 0.0
    """When a statement was opened last, by the monotonic clock in seconds."""
    is_noting: bool = False
    """Whether the field for a note is open."""
    noting_at: float = 0.0
    """When it was opened or closed, by the monotonic clock in seconds."""
    shows_keys: bool = False
    doubted_at: float | None = None
    """When it was asked whether to publish without what was typed, by the monotonic clock in seconds."""
    rows: list[int] = field(default_factory=list)
    """Numbers of the statements in the rows that are drawn."""
    pills: dict[int, Pill] = field(default_factory=dict)
    """The switch of each row, by number of its statement."""

    @cached_property
    def references(self) -> Mapping[int, Reference]:
        """What the text cites, by number."""
        return {reference.number: reference for reference in self.asked.references}

    @property
    def sentences(self) -> list[Claim]:
        """The statements that are no headings."""
        return [claim for claim in self.asked.claims if not claim.is_heading]

    @property
    def kept(self) -> list[Claim]:
        """The sentences that would be published."""
        return [claim for claim in self.sentences if self.draft.keeps(claim)]

    @property
    def only(self) -> list[str]:
        """The filters that are set."""
        return list(st.session_state.get(self.key("only")) or [])

    def listed(self) -> list[Claim]:
        """The statements that the filters let through, in the order of the text."""
        only = self.only
        return [claim for claim in self.asked.claims if self._fits(claim, only)]

    def _fits(self, claim: Claim, only: Sequence[str]) -> bool:
        fits = {
            DOUBTFUL: claim.verdict != "verbatim",
            DROPPED: not self.draft.keeps(claim),
            NOTED: bool(self.draft.note(claim)),
        }
        return all(fits.get(name, True) for name in only)

    def opened(self, listed: Sequence[Claim]) -> Claim:
        """The statement that is open: the one opened last, or what stands in its place.

        Args:
            listed: What the list has, at least one.
        """
        at = min(self.position, len(listed) - 1)
        return next((claim for claim in listed if claim.number == self.current), listed[at])

    def open(self, claim: Claim, listed: Sequence[Claim]) -> None:
        """Open a statement, and turn the list to its page."""
        self.current, self.position, self.is_noting = claim.number, listed.index(claim), False
        self.page, self.opened_at = self.position // PAGE + 1, time.monotonic()

    def document_of(self, reference: Reference) -> Document | None:
        """The document that a reference quotes; None if it is not there any more."""
        with suppress(UnknownDocument):
            return Shelf(self.run.engine.settings.home).get(reference.finding.document)
        return None

    @property
    def takes_keys(self) -> bool:
        """Whether a key is meant for the desk: right after the one for a note, it is meant for the note."""
        return not self.is_noting or time.monotonic() - self.noting_at > NOT_THERE_YET

    def key(self, name: str) -> str:
        """The key of a widget of the desk, or of a part of it that can be drawn by itself.

        No other text has it: what is dropped and noted in one text means nothing in the next.
        """
        return widget_key("text", f"-{self.question.id}-{name}")

    def redraw(self, *parts: str) -> NoReturn:
        """Draw parts of the desk again and nothing else, so that a click costs the same however long the text is.

        The last call of a callback. What could not be stored is said by the whole page.
        """
        if not self.draft.problem:
            with suppress(StreamlitAPIException):  # a part that is not there any more
                st.rerun([self.key(part) for part in dict.fromkeys(parts)])
        st.rerun()

    def redraw_statement(self, claim: Claim) -> NoReturn:
        """Draw again what a statement shows in, after it was kept, dropped or noted."""
        if set(self.only) & {DROPPED, NOTED}:
            self.redraw("statement", "list", "bar")
        self.redraw("statement", "bar", *([f"row-{claim.number}"] if claim.number in self.rows else []))
