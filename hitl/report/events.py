"""The events of the report: what starts it, what it asks, what the human decides, what it gives."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.report.citations import Check, Reference
from hitl.research import Finding

TOPIC_LENGTH = 500
FEEDBACK_LENGTH = 5000

Source = Literal["documents"]
"""Where evidence may come from."""


def _one_line(text: str) -> str:
    """A topic on one line; too long a one is refused, since nobody can tell what of it is meant."""
    text = " ".join(text.split())
    if len(text) > TOPIC_LENGTH:
        raise ValueError(f"A topic has at most {TOPIC_LENGTH} characters, and this one has {len(text):,}. Shorten it.")
    return text


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("Type a topic first: a few words or a question.")
    return text


def _documents_only() -> list[Source]:
    return ["documents"]


def _each_once(fingerprints: list[str]) -> list[str]:
    return list(dict.fromkeys(fingerprints))


Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Topic = Annotated[str, AfterValidator(_one_line)]


class ResearchTopic(StartEvent):
    """Starts a report."""

    topic: Annotated[Topic, AfterValidator(_not_empty)]
    documents: Annotated[list[Fingerprint], AfterValidator(_each_once)] = Field(default_factory=list)
    """Fingerprints of the documents to read; none means the bundled library."""
    sources: Annotated[list[Source], Field(min_length=1)] = Field(default_factory=_documents_only)


class ProgressEvent(Event):
    """Says what has just been done."""

    message: str


class ReviewDecision(HumanResponseEvent):
    """What the human decides about the findings."""

    approved: StrictBool
    """True only from the Approve button: no text is ever read as a yes or a no."""
    feedback: Annotated[str, Field(max_length=FEEDBACK_LENGTH)] = ""
    """What is missing; on a rejection without it, the next round looks deeper."""
    dropped: list[str] = Field(default_factory=list)
    """Ids of the findings that are not to be used, now or later."""
    topic: Topic = ""
    """Better words for the topic, if the human has any."""


class ReviewFindings(InputRequiredEvent):
    """Asks a human to look at the findings."""

    answer_type: ClassVar[type[HumanResponseEvent]] = ReviewDecision

    topic: str
    round: int
    findings: list[Finding]
    """Everything kept so far; what is new has the number of this round."""
    note: str = ""
    """What the human should know about this round; empty when there is nothing to say."""


class RetryEvent(Event):
    """The human wants another round."""

    feedback: str
    topic: str


class ReportEvent(Event):
    """The human has approved; these findings, and no others, may be used."""

    topic: str
    findings: list[Finding]
    dropped: list[Finding]


class Report(StopEvent):
    """What is written from the approved findings."""

    title: str
    markdown: str
    references: list[Reference]
    checks: list[Check]
