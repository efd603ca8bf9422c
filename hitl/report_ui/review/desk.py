"""A review on one visitor's desk: what is asked and entered, which findings are listed, and which one is open."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from hitl.engine import Question, Run
from hitl.report.events import ReviewFindings
from hitl.report.export.bundle import Decided, decision_in
from hitl.report.writing.prompt import given_tokens
from hitl.report_ui.review.sources import quoted_documents, sources_of
from hitl.report_ui.review.unsent_review import UnsentReview
from hitl.research import Document, Finding, Shelf
from hitl.ui.keys import widget_key

PAGE = 10
"""Rows of the list at once: what a list costs to draw grows with its rows."""
UNSEEN = 0.15
"""Seconds after a finding was opened in which the key that drops it does nothing: nobody can have seen it yet."""
NOT_THERE_YET = 0.5
"""Seconds after the key for a note in which its field may not be there yet, and letters still reach the desk."""
GROUPINGS = ("Question", "Source", "Round")
"""What the list can be grouped by; the first is the usual one."""
GROUP_IN_ADDRESS = "group"
NEW, WEAK, DROPPED, NOTED = "New", "Weak", "Dropped", "With a note"
FILTERS = (NEW, WEAK, DROPPED, NOTED)
PAGE_OR_ROW = re.compile(r"(?:^|, )((?:page|slide) \d+(?:, row \d+)?|row \d+)$")
"""The end of a finding's place; see `Document.place_at`."""


@dataclass
class Desk:
    """A review, and what one visitor looks at in it. It is kept in the session as long as the question is shown."""

    run: Run
    question: Question
    review: ReviewFindings
    past: Sequence[Decided]
    """The decisions of earlier rounds, with what they were about."""
    draft: UnsentReview
    """Set anew whenever the whole page is drawn."""
    current: str = ""
    """Id of the finding that was opened last; the one that is open may be another, if a filter hides it."""
    position: int = 0
    """Its position in the list."""
    page: int = 1
    """Page of the list that is shown."""
    opened_at: float = 0.0
    """When a finding was opened last, by the monotonic clock in seconds."""
    is_noting: bool = False
    """Whether the field for a note is open."""
    noting_at: float = 0.0
    """When it was opened or closed, by the monotonic clock in seconds."""
    shows_keys: bool = False
    grouping: str = GROUPINGS[0]
    """What the list is grouped by, as the address says."""
    only: Sequence[str] = ()
    """The filters that are set."""
    filters_set: int = 0
    """How often they were set by something else than their own switches, which then are new ones; see `Pill`."""
    words: str = ""
    """What is searched for in the findings."""
    doubted_at: float | None = None
    """When it was asked whether to approve without what was typed, by the monotonic clock in seconds."""
    rows: list[str] = field(default_factory=list)
    """Ids of the findings in the rows that are drawn."""
    groups: list[str] = field(default_factory=list)
    """Names of the groups whose headings are drawn."""
    pills: dict[str, Pill] = field(default_factory=dict)
    """The switch of each row, by id of its finding."""

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each finding by its id: the order in which the run has shown them, the same in every round."""
        shown = [*(known for decided in self.past for known in decided.known), *self.findings]
        return {id_: number for number, id_ in enumerate(dict.fromkeys(shown), start=1)}

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """All findings that can be kept, by id: those of the round, and then those that were dropped earlier."""
        return {finding.id: finding for finding in (*self.review.findings, *self.review.dropped)}

    @cached_property
    def documents(self) -> Sequence[Document]:
        """The quoted documents that are still on the shelf."""
        return quoted_documents(Shelf(self.run.engine.settings.home), self.findings.values())

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """What is said of each document, by fingerprint."""
        return sources_of(self.documents)

    @cached_property
    def tokens(self) -> Mapping[str, int]:
        """Estimated tokens with which a writer receives each finding, by id."""
        return {finding.id: given_tokens(finding) for finding in self.findings.values()}

    @property
    def kept(self) -> list[Finding]:
        """The findings that would be written from."""
        return [finding for finding in self.findings.values() if self.draft.keeps(finding)]

    @property
    def listable(self) -> list[Finding]:
        """The findings of the round, and those restored to it; all that were dropped if there are no others."""
        kept = [*self.review.findings, *(one for one in self.review.dropped if self.draft.keeps(one))]
        return kept if self.review.findings else list(self.review.dropped)

    def listed(self) -> list[Finding]:
        """The findings that filters and search let through, group by group: the order of the list and of its keys."""
        words = self.words.casefold().split()
        some = list(self.findings.values()) if DROPPED in self.only else self.listable
        fitting = [one for one in some if self._fits(one) and all(word in self._text_of(one) for word in words)]
        groups: dict[str, list[Finding]] = {}
        for finding in sorted(fitting, key=lambda finding: self.numbers[finding.id]):
            groups.setdefault(self.group_of(finding), []).append(finding)
        return [finding for group in groups.values() for finding in group]

    def _fits(self, finding: Finding) -> bool:
        return not self.only or all(
            {
                NEW: finding.round == self.review.round,
                WEAK: finding.is_weak,
                DROPPED: not self.draft.keeps(finding),
                NOTED: bool(self.draft.note(finding)),
            }[name]
            for name in self.only
        )

    def _text_of(self, finding: Finding) -> str:
        said = (finding.title, finding.place, finding.quote, finding.location, self.draft.note(finding))
        return " ".join(said).casefold()

    def group_of(self, finding: Finding) -> str:
        """Name of the group that a finding stands in."""
        match self.grouping:
            case "Source":
                return finding.location
            case "Round":
                return f"Round {finding.round}"
            case _:
                return next(iter(finding.answers), self.review.topic)

    def opened(self, listed: Sequence[Finding]) -> Finding:
        """The finding that is open: the one opened last, or what stands in its place.

        Args:
            listed: What the list has, at least one.
        """
        at = min(self.position, len(listed) - 1)
        return next((finding for finding in listed if finding.id == self.current), listed[at])

    def open(self, finding: Finding, listed: Sequence[Finding]) -> None:
        """Open a finding, and turn the list to its page."""
        self.current, self.position, self.is_noting = finding.id, listed.index(finding), False
        self.page, self.opened_at = self.position // PAGE + 1, time.monotonic()

    @property
    def takes_keys(self) -> bool:
        """Whether a key is meant for the desk: right after the one for a note, it is meant for the note."""
        return not self.is_noting or time.monotonic() - self.noting_at > NOT_THERE_YET

    def show_only(self, *filters: str) -> None:
        """Set the filters; callback of a button."""
        self.only, self.page, self.filters_set = filters, 1, self.filters_set + 1

    def part(self, name: str) -> str:
        """The key of a part of the desk that can be drawn by itself."""
        return widget_key("desk", f"-{self.question.id}-{name}")

    def redraw(self, *parts: str) -> NoReturn:
        """Draw parts of the desk again and nothing else, so that a click costs the same with 150 findings as with 8.

        The last call of a callback. What could not be stored is said by the whole page.
        """
        if not self.draft.problem:
            with suppress(StreamlitAPIException):  # a part that is not there any more
                st.rerun([self.part(part) for part in dict.fromkeys(parts)])
        st.rerun()

    def redraw_findings(self, changed: Iterable[Finding]) -> NoReturn:
        """Draw again what some findings show in, after they were kept, dropped or noted."""
        if set(self.only) & {DROPPED, NOTED}:
            self.redraw("finding", "list", "bar")
        rows = [finding for finding in changed if finding.id in self.rows]
        groups = {self.group_of(finding) for finding in rows} & set(self.groups)
        self.redraw("finding", "bar", *(f"row-{one.id}" for one in rows), *(f"group-{name}" for name in groups))


def grouping_in_address() -> str:
    """What the list is to be grouped by; the usual grouping if the address does not say."""
    named = st.query_params.get(GROUP_IN_ADDRESS, "").capitalize()
    return named if named in GROUPINGS else GROUPINGS[0]


@dataclass
class Pill:
    """The switch in a row: a new one takes its place when something else has changed what it shows.

    A new value alone would not do: until the browser has heard of it, the next key press sends the old one back.
    """

    is_on: bool
    number: int = 0


def path_of(finding: Finding) -> str:
    """The document's title and the headings that a finding stands under."""
    path = PAGE_OR_ROW.sub("", finding.place)
    return f"{finding.title} › {path}" if path and path != finding.title else finding.title


def page_of(finding: Finding) -> str:
    """The page or row of a finding in words; empty if its document has none."""
    found = PAGE_OR_ROW.search(finding.place)
    return found[1] if found else ""


def past_decisions(run: Run) -> list[Decided]:
    """The decisions about findings so far, each with its question."""
    decided = (decision_in(answer, run.asked(answer.question_id).body) for answer in run.answers)
    return [each for each in decided if isinstance(each, Decided)]
