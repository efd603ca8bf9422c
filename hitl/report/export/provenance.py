"""How a report came about, in words: its writer, the verdicts on its sentences, and the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from hitl.llm import usage_by_step
from hitl.report.events import Report
from hitl.report.export.bundle import Decided, ReportBundle, TextDecided
from hitl.report.verification.claims import Claim
from hitl.report.verification.marks import summary
from hitl.report.writing.compose import shown_markdown
from hitl.research import Finding
from hitl.text import count, cut, escape_markdown

ACCOUNT = "## How this report came about"
"""The heading above how a report came about, the last part of what is exported."""
QUOTE_SHOWN = 300
"""Maximum characters of the quote of a finding that was dropped, restored or noted."""
DONE = {True: "Approved", False: "Rejected"}
ACTIONS = {"publish": "Published", "rewrite": "Sent back to be rewritten", "findings": "Left for its findings"}


def whole_markdown(bundle: ReportBundle) -> str:
    """The report's Markdown, followed by how it came about."""
    return f"{shown_markdown(bundle.report).rstrip()}\n\n{account_of(bundle)}\n"


def account_of(bundle: ReportBundle) -> str:
    """How a report came about, as a section of Markdown; text from models, documents and humans is escaped."""
    return "\n\n".join(
        [
            ACCOUNT,
            facts_of(bundle),
            "### Decisions",
            "Who decided is what they typed: name not verified. Times are in UTC.",
            decisions_of(bundle, _utc),
        ]
    )


def facts_of(bundle: ReportBundle) -> str:
    """Who wrote a report, its verdicts and its run, as a list in Markdown."""
    report = bundle.report
    facts = [_writer(report), *_verdicts(report), f"Run: {escape_markdown(bundle.run_id)}"]
    if report.unfinished:
        facts.insert(1, f"The text is not whole: {escape_markdown(report.unfinished)}")
    return "\n".join(f"- {fact}" for fact in facts)


def decisions_of(bundle: ReportBundle, when: Callable[[datetime], str]) -> str:
    """Who decided what, as a numbered list in Markdown, with the quotes that were dropped.

    Args:
        bundle: The report and its decisions.
        when: Writes a time; it is given in UTC.
    """
    decisions = [
        f"{number}. {_decision(decided, when) if isinstance(decided, Decided) else _text_decision(decided, when)}"
        for number, decided in enumerate(bundle.decisions, start=1)
    ]
    if bundle.unreadable:
        decisions.append(f"\nOf another version, and so not shown: {count(bundle.unreadable, 'answer')}.")
    return "\n".join(decisions) or "No decision is on file."


def _writer(report: Report) -> str:
    on = f" on {escape_markdown(report.written_on)}" if report.written_on else ""
    spent = usage_by_step(report.calls).replace("$", "\\$") if report.calls else ""
    if report.model:
        return f"Written by the language model {escape_markdown(report.model)}{on}{f': {spent}' if spent else ''}"
    research = f"; research with one: {spent}" if spent else ""
    return f"Written{on} with no language model{research}"


def _verdicts(report: Report) -> Iterator[str]:
    """The verdicts in a line, what a model says beside them, and how much a human struck out."""
    if report.text is None:
        yield "Written by an earlier version of hitl; its verdicts are the marks in the text"
        return
    yield summary(report.claims)
    asked = [claim for claim in report.claims if claim.opinion]
    for model in dict.fromkeys(claim.opinion.model for claim in asked if claim.opinion):
        yield _opinions(model, [claim for claim in asked if claim.opinion and claim.opinion.model == model])
    if report.struck:
        yield f"{count(report.struck, 'statement')} of the model's text struck out by a human"


def _opinions(model: str, claims: list[Claim]) -> str:
    """What a model says of the claims that it was asked about, and of which it does not say that they are supported."""
    says = [(claim.opinion.says, claim.text) for claim in claims if claim.opinion]
    counts = Counter(said for said, _ in says)
    doubted = (f"{said}: “{escape_markdown(text)}”" for said, text in says if said != "supported")
    numbers = ", ".join(f"{counts[said]} {said}" for said in ("supported", "contradicted", "not there"))
    asked = f"Opinion of the language model {escape_markdown(model)} on {count(len(says), 'statement')}"
    return f"{asked}, which a human has not checked: {numbers}{_below(doubted)}"


def _decision(decided: Decided, when: Callable[[datetime], str]) -> str:
    decision, review = decided.decision, decided.review
    which = f"round {review.round} ({count(len(review.findings), 'finding')})" if review else "a round on file no more"
    said = [f"{DONE[decision.approved]} by {escape_markdown(decided.by)} at {when(decided.at)}: {which}"]
    if decision.feedback.strip():
        said.append(f"feedback: “{escape_markdown(decision.feedback)}”")
    if decision.topic:
        said.append(f"better words for the topic: “{escape_markdown(decision.topic)}”")
    if decided.went_on:
        said.append(f"went on {escape_markdown(decided.went_on)}")
    if decision.check:
        said.append("asked the model to check its sentences")
    notes = {id_: note for id_, note in decision.notes.items() if note.strip()}
    said += [f"dropped {count(len(decided.dropped), 'finding')}"] if decided.dropped else []
    said += [f"restored {count(len(decided.restored), 'finding')}"] if decided.restored else []
    said += [f"noted {count(len(notes), 'finding')}"] if notes else []
    below = [f"dropped: {_finding(decided, id_)}" for id_ in decided.dropped]
    below += [f"restored: {_finding(decided, id_)}" for id_ in decided.restored]
    below += [f"noted: {_finding(decided, id_)}: “{escape_markdown(note)}”" for id_, note in notes.items()]
    return "; ".join(said) + _below(below, indent=5)


def _finding(decided: Decided, id_: str) -> str:
    """A finding with its quote: what was dropped is in no other part of the report."""
    finding = decided.known.get(id_)
    if finding is None:
        return f"finding {escape_markdown(id_)}"
    return f"“{escape_markdown(cut(finding.quote, QUOTE_SHOWN))}” ({_source(finding)})"


def _text_decision(decided: TextDecided, when: Callable[[datetime], str]) -> str:
    decision, review = decided.decision, decided.review
    which = f"text {review.attempt} ({summary(review.claims)})" if review else "a text on file no more"
    said = [f"{ACTIONS[decision.action]} by {escape_markdown(decided.by)} at {when(decided.at)}: {which}"]
    if decision.feedback.strip():
        said.append(f"feedback: “{escape_markdown(decision.feedback)}”")
    if decision.check:
        said.append("asked the model to check its sentences")
    notes = {number: note for number, note in decision.notes.items() if note.strip()}
    if decided.struck:
        said.append(f"struck out {count(len(decided.struck), 'statement')}")
    if notes:
        said.append(f"noted {count(len(notes), 'statement')}")
    below = [f"struck out: {_statement(decided, number)}" for number in decided.struck]
    below += [f"noted: {_statement(decided, number)}: “{escape_markdown(note)}”" for number, note in notes.items()]
    return "; ".join(said) + _below(below, indent=5)


def _statement(decided: TextDecided, number: int) -> str:
    statement = decided.statements.get(number)
    return f"“{escape_markdown(statement.text)}”" if statement else f"statement {number}"


def _source(finding: Finding) -> str:
    return ", ".join(
        filter(None, map(escape_markdown, (finding.title, finding.location, finding.place, finding.date or "")))
    )


def _below(items: Iterable[str], indent: int = 2) -> str:
    """A nested list to append to a list item; empty without items."""
    lines = "".join(f"\n{' ' * indent}- {item}" for item in items)
    return f":{lines}" if lines else ""


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
