"""The events of the report: what starts it, what it asks, what the human decides, what it gives."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.llm import Call
from hitl.report.citations import Check, Reference
from hitl.research import Finding

TOPIC_LENGTH = 500
FEEDBACK_LENGTH = 5000

Source = Literal["documents"]
"""Where evidence may come from."""
ModelChoice = Literal["configured", "none"]
"""Whether a model may be used: the one that the settings name, if they name one, or none."""
GoOn = Literal["", "without a model", "with the draft"]
"""How to go on after a call of the model has failed; empty for: as before."""
Stage = Literal["research", "writing"]


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
    model: ModelChoice = "configured"
    """With `none` no text leaves the machine."""


class ProgressEvent(Event):
    """Says what has just been done."""

    message: str


class WritingEvent(Event):
    """A piece of the text that a model is writing."""

    draft: str
    """Which attempt it belongs to: one that was interrupted is begun anew under another id."""
    delta: str
    """What comes after the piece before."""


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
    go_on: GoOn = ""
    """`without a model`: from here on, for this run; `with the draft`: what was written so far becomes the report."""


class StopWriting(HumanResponseEvent):
    """A human wants no more of the text that is being written; what is there is kept."""

    is_signal: ClassVar[bool] = True

    draft: str
    """Which text; what was begun after it goes on."""
    by: str = ""


class ReviewFindings(InputRequiredEvent):
    """Asks a human to look at the findings."""

    answer_type: ClassVar[type[HumanResponseEvent]] = ReviewDecision

    topic: str
    round: int
    findings: list[Finding]
    """Everything kept so far; what is new has the number of this round."""
    note: str = ""
    """What the human should know about this round; empty when there is nothing to say."""
    looked_for: list[str] = Field(default_factory=list)
    """The questions into which a model has divided the topic for this round."""
    model: str = ""
    """Name of the model that will write the report; empty when none will."""
    calls: list[Call] = Field(default_factory=list)
    """The calls of the model so far."""
    writing: Call | None = None
    """What writing the report will cost, estimated."""
    failed: Stage | None = None
    """What could not be done, as the note says; the human may have it tried again."""
    draft: str = ""
    """What was written before the writing failed or was stopped."""


class RetryEvent(Event):
    """The human wants another round."""

    feedback: str
    topic: str


class ReportEvent(Event):
    """The human has approved; these findings, and no others, may be used."""

    topic: str
    findings: list[Finding]
    dropped: list[Finding]
    go_on: GoOn = ""


class Report(StopEvent):
    """What is written from the approved findings."""

    title: str
    markdown: str
    references: list[Reference]
    checks: list[Check]
    """One for each citation, in the order of the text."""
    uncited: list[str] = Field(default_factory=list)
    """The sentences that cite nothing, which the text marks."""
    removed: int = 0
    """Citations that were taken out of the model's text, since no finding has their number."""
    unfinished: str = ""
    """Why the text is not whole, in a sentence; empty when it is."""
    model: str = ""
    """Name of the model that wrote it; empty for a report that is put together from quotes."""
    written_on: str = ""
    """The day, in UTC: `2026-11-25`."""
    calls: list[Call] = Field(default_factory=list)
    """The calls of the model, research included."""
