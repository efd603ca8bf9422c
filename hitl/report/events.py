"""The events of the report workflow: its start, progress, question, answers and result."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.characters import Visible, visible
from hitl.llm import Call
from hitl.report.text import ReportText
from hitl.report.verification.claims import Claim, Reference
from hitl.research.evidence import AskedPart, Finding
from hitl.text import count

TOPIC_LENGTH = 500
FEEDBACK_LENGTH = 5000
NOTE_LENGTH = 1000
"""Maximum characters of a note on a finding."""

Source = Literal["documents"]
"""Where evidence may come from."""
ModelChoice = Literal["configured", "none"]
"""Which model the run may use: the configured one, if there is one, or none."""
GoOn = Literal["", "without a model"]
"""How to continue after a failed model call; empty to continue as before."""
Stage = Literal["research", "writing"]


def _one_line(text: str) -> str:
    """The topic on one line, without what does not show.

    Raises:
        ValueError: If it is too long; it is not cut, since no part of it is known to be the important one.
    """
    text = " ".join(visible(text).split())
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
Feedback = Annotated[str, Field(max_length=FEEDBACK_LENGTH), AfterValidator(visible)]
Note = Annotated[str, Field(max_length=NOTE_LENGTH), AfterValidator(visible)]


class EarlierReport(BaseModel):
    """What a finished report was made from, for a new run to take up again."""

    findings: list[Finding]
    """The approved findings."""
    dropped: list[Finding] = Field(default_factory=list)
    struck: list[str] = Field(default_factory=list)
    """What was struck out of its texts, which no later text may say."""
    feedback: list[str] = Field(default_factory=list)
    """The feedback of its rounds, oldest first."""
    round: int
    """Its last round."""
    text: ReportText | None = None
    """Its text, if a model wrote it; the next one begins from it."""


class ResearchTopic(StartEvent):
    """Starts a report."""

    topic: Annotated[Topic, AfterValidator(_not_empty)]
    documents: Annotated[list[Fingerprint], AfterValidator(_each_once)] = Field(default_factory=list)
    """Fingerprints of the documents to search; empty for the bundled library."""
    sources: Annotated[list[Source], Field(min_length=1)] = Field(default_factory=_documents_only)
    model: ModelChoice = "configured"
    """With `none` no text leaves the machine."""
    revises: EarlierReport | None = None
    """A report to revise: the run begins with the review of its findings."""


class ProgressEvent(Event):
    """A progress message."""

    message: Visible


class QuestionsAnswered(Event):
    """How many of the questions of a round the model has selected quotes for."""

    done: int
    total: int


class SentencesChecked(Event):
    """Of how many of the sentences that cite something the model has said whether their quotes support them."""

    done: int
    total: int


class WritingEvent(Event):
    """A piece of the text that a model is writing: a heading, or a whole sentence."""

    draft: str
    """Id of the attempt; after an interruption the next attempt has another id."""
    delta: str
    """The text that follows the previous piece: a heading on a line of its own that begins with `# `, or a sentence
    after a space. Neither has line breaks."""


class ReviewDecision(HumanResponseEvent):
    """The human's decision about the findings."""

    approved: StrictBool
    """True only by an explicit action, such as the Approve button; no text is interpreted as a yes or a no."""
    feedback: Feedback = ""
    """What is missing; after a rejection without feedback, the next round searches deeper."""
    dropped: list[Visible] = Field(default_factory=list)
    """Ids of the findings that must not be used, unless a later decision restores them."""
    restored: list[Visible] = Field(default_factory=list)
    """Ids of findings that an earlier decision dropped, and that may be used after all."""
    notes: dict[Visible, Note] = Field(default_factory=dict)
    """Notes on findings by their ids; an empty one takes an earlier one away. They are for people: no search and no
    model gets them."""
    topic: Topic = ""
    """A better wording of the topic; empty to keep it."""
    go_on: GoOn = ""
    """`without a model`: for the rest of this run."""
    check: bool | None = None
    """Whether the model is to say of each sentence that it writes whether its quotes support it."""


class StopWriting(HumanResponseEvent):
    """Stops the writing of a draft; the text so far is kept."""

    is_signal: ClassVar[bool] = True

    draft: str
    """Id of the draft to stop; a later draft is not affected."""
    by: Visible = ""


class ReviewFindings(InputRequiredEvent):
    """Asks a human to review the findings."""

    answer_type: ClassVar[type[HumanResponseEvent]] = ReviewDecision

    topic: Visible
    round: int
    findings: list[Finding]
    """All findings kept so far; new ones have the number of this round."""
    dropped: list[Finding] = Field(default_factory=list)
    """All findings dropped so far, which the human may restore."""
    notes: dict[Visible, Visible] = Field(default_factory=dict)
    """The notes on findings so far, by their ids."""
    note: Visible = ""
    """What the human should know about this round; empty if there is nothing to say."""
    looked_for: list[Visible] = Field(default_factory=list)
    """The questions into which the model divided the topic for this round."""
    model: str = ""
    """Name of the model that will write the report; empty for none."""
    calls: list[Call] = Field(default_factory=list)
    """All model calls so far."""
    writing: Call | None = None
    """Estimated usage and cost of writing the report; None without a model."""
    failed: Stage | None = None
    """The stage that failed, as the note explains; the human may have it retried."""
    parts: list[AskedPart] = Field(default_factory=list)
    """What this round found for each part of what was asked."""
    text: ReportText | None = None
    """The text of a report that the human left in order to come back to its findings; the next one begins from it."""

    @property
    def summary(self) -> str:
        """The question in a line, for lists of questions and runs."""
        new = sum(finding.round == self.round for finding in self.findings)
        of_which = f", {new:,} of them new" if 0 < new < len(self.findings) else ""
        return f"Round {self.round}: {count(len(self.findings), 'finding')}{of_which}"


class ReportDecision(HumanResponseEvent):
    """The human's decision about the text that a model has written."""

    action: Literal["publish", "rewrite", "findings"]
    """`publish` it without what is struck, have the model `rewrite` what is struck or noted (all of it if nothing is),
    or go back to the `findings` with the text kept."""
    struck: list[int] = Field(default_factory=list)
    """Numbers of the statements that must not be published; see `ReportText.statements`."""
    feedback: Feedback = ""
    """What the rewriting has to heed."""
    notes: dict[int, Feedback] = Field(default_factory=dict)
    """What is wrong with a statement, by its number."""
    check: bool | None = None
    """Whether the model is to say of each sentence of the rewritten text whether its quotes support it."""


class ReviewReport(InputRequiredEvent):
    """Asks a human to review the text that a model has written, before it is published."""

    answer_type: ClassVar[type[HumanResponseEvent]] = ReportDecision

    topic: str
    text: ReportText
    claims: list[Claim]
    """One for each statement of the text, in order."""
    references: list[Reference]
    """What the text cites."""
    findings: int
    """Number of the approved findings."""
    note: str = ""
    """What the human should know about the text, such as that it is incomplete; empty if there is nothing to say."""
    model: str
    """Name of the model that wrote it."""
    calls: list[Call] = Field(default_factory=list)
    """All model calls so far."""
    rewriting: Call | None = None
    """Estimated usage and cost of writing it again; None if the settings no longer name a model."""
    attempt: int = 1
    """How often the text has been written."""

    @property
    def summary(self) -> str:
        """The question in a line, for lists of questions and runs."""
        again = ", rewritten" if self.attempt > 1 else ""
        return f"Text of {count(len(self.claims), 'statement')} from {count(self.findings, 'finding')}{again}"


class RewriteEvent(Event):
    """The human sends the text back to the model."""

    struck: list[int]
    notes: dict[int, str]
    feedback: str
    check: bool


class RetryEvent(Event):
    """The human asks for another round."""

    feedback: str
    topic: str


class ReportEvent(Event):
    """The human has approved; only these findings may be used."""

    topic: str
    findings: list[Finding]
    dropped: list[Finding]
    check: bool = False


class Report(StopEvent):
    """The report written from the approved findings."""

    title: str
    markdown: str
    references: list[Reference]
    text: ReportText | None = None
    """None in reports of earlier versions."""
    claims: list[Claim] = Field(default_factory=list)
    """One for each statement of the text, in order; empty in reports of earlier versions."""
    struck: int = 0
    """Number of statements of the model's text that the human struck out."""
    unfinished: str = ""
    """Why the text is incomplete, in a sentence; empty if it is complete."""
    model: str = ""
    """Name of the model that wrote it; empty for a report composed of quotes."""
    written_on: str = ""
    """Date in UTC: `2026-11-25`."""
    language: str = "en"
    """Code of the language of its fixed words, such as “References” (ISO 639-1)."""
    calls: list[Call] = Field(default_factory=list)
    """All model calls, including those of the research."""
