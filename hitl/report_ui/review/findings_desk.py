"""The desk of the review of findings: what is asked and entered, and which findings are listed, in which groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import streamlit as st

from hitl.engine import Run
from hitl.report.events import TOPIC_LENGTH, ReviewFindings
from hitl.report.export.bundle import Decided, decision_in
from hitl.report.writing.prompt import given_tokens
from hitl.report_ui.desk import DROPPED, NOTED, Desk, too_long
from hitl.report_ui.review.sources import quoted_documents, sources_of
from hitl.report_ui.review.unsent_review import UnsentReview
from hitl.research import Document, Finding, Shelf

GROUPINGS = ("Question", "Source", "Round")
"""What the list can be grouped by; the first is the usual one."""
GROUP_IN_ADDRESS = "group"
NEW, WEAK = "New", "Weak"
FILTERS = (NEW, WEAK, DROPPED, NOTED)
PAGE_OR_ROW = re.compile(r"(?:^|, )((?:page|slide) \d+(?:, row \d+)?|row \d+)$")
"""The end of a finding's place; see `Document.place_at`."""


@dataclass(kw_only=True)
class FindingsDesk(Desk[Finding]):
    """The desk of a review of findings."""

    review: ReviewFindings
    past: Sequence[Decided]
    """The decisions of earlier rounds, with what they were about."""
    draft: UnsentReview
    grouping: str = GROUPINGS[0]
    """What the list is grouped by, as the address says."""
    words: str = ""
    """What is searched for in the findings."""
    groups: list[str] = field(default_factory=list)
    """Names of the groups whose headings are drawn."""

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

    @property
    def too_long(self) -> str:
        return super().too_long or too_long("The topic", self.draft.better_topic, TOPIC_LENGTH)

    def _text_of(self, finding: Finding) -> str:
        said = [finding.title, finding.place, finding.quote, finding.location, self.draft.note(finding)]
        return " ".join([*said, f"#{self.numbers[finding.id]}"]).casefold()

    def group_of(self, finding: Finding) -> str:
        """Name of the group that a finding stands in."""
        match self.grouping:
            case "Source":
                return finding.location
            case "Round":
                return f"Round {finding.round}"
            case _:
                return next(iter(finding.answers), self.review.topic)

    def id_of(self, finding: Finding) -> str:
        return finding.id

    def name_of(self, finding: Finding) -> str:
        return f"Finding {self.numbers[finding.id]}"

    def words_of(self, finding: Finding) -> str:
        return finding.quote

    @property
    def figure(self) -> str:
        return f"{len(self.kept)} of {len(self.listable)} kept"

    def parts_beside(self, findings: Iterable[Finding]) -> Iterable[str]:
        groups = {self.group_of(finding) for finding in findings if finding.id in self.rows} & set(self.groups)
        return [f"group-{name}" for name in groups]

    def clear_filters(self) -> None:
        super().clear_filters()
        self.words = ""

    def search(self, key: str) -> NoReturn:
        """Search for the words that a field has; its callback. See `filter`."""
        if key == self.filter_key("find"):
            self.words = str(st.session_state.get(key) or "")
        self.refit()


def grouping_in_address() -> str:
    """What the list is to be grouped by; the usual grouping if the address does not say."""
    named = st.query_params.get(GROUP_IN_ADDRESS, "").capitalize()
    return named if named in GROUPINGS else GROUPINGS[0]


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
