"""How a report came about, in words: who wrote it, what its citations are worth, who decided what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from hitl.llm import spending_by_step
from hitl.report.citations import Check, summary
from hitl.report.events import Report
from hitl.report.export_publication import Decided, Publication
from hitl.research import Finding
from hitl.text import escape_markdown

DONE = {True: "Approved", False: "Rejected"}


def whole_markdown(publication: Publication) -> str:
    """The report as it was written, and after it how it came about."""
    return f"{publication.report.markdown.rstrip()}\n\n{account_of(publication)}\n"


def account_of(publication: Publication) -> str:
    """How a report came about, as a section of Markdown; what others wrote is inert in it."""
    report = publication.report
    facts = [_writer(report), *_verdicts(report), f"Run: {escape_markdown(publication.run_id)}"]
    if report.unfinished:
        facts.insert(1, f"The text is not whole: {escape_markdown(report.unfinished)}")
    decisions = [f"{number}. {_decision(decided)}" for number, decided in enumerate(publication.decisions, start=1)]
    if publication.unreadable:
        decisions.append(f"\nOf another version, and so not shown: {_count(publication.unreadable, 'answer')}.")
    return "\n\n".join(
        [
            "## How this report came about",
            "\n".join(f"- {fact}" for fact in facts),
            "### Decisions",
            "Who decided is what they typed: name not verified. Times are in UTC.",
            "\n".join(decisions) or "No decision is on file.",
        ]
    )


def _writer(report: Report) -> str:
    on = f" on {escape_markdown(report.written_on)}" if report.written_on else ""
    spent = spending_by_step(report.calls).replace("$", "\\$") if report.calls else ""
    if report.model:
        return f"Written by the language model {escape_markdown(report.model)}{on}{f': {spent}' if spent else ''}"
    research = f"; research with one: {spent}" if spent else ""
    return f"Written{on} with no language model{research}"


def _verdicts(report: Report) -> Iterator[str]:
    """A line for all citations, and one for each kind of doubt with what it is about below it."""
    doubtful = [check for check in report.checks if check.verdict != "verbatim" or check.strange_numbers]
    yield summary(report.checks) + _below(map(_doubt, doubtful))
    if report.uncited:
        sentences = (f"“{escape_markdown(sentence)}”" for sentence in report.uncited)
        yield f"{_count(len(report.uncited), 'sentence')} without a citation{_below(sentences)}"
    if report.removed:
        yield f"{_count(report.removed, 'citation')} removed, since no finding has the number"


def _doubt(check: Check) -> str:
    numbers = ", ".join(map(escape_markdown, check.strange_numbers))
    strange = f"; not in the source: {numbers}" if numbers else ""
    similar = "" if check.verdict == "verbatim" else f", {int(check.similarity * 100)} % similar"
    return f"Reference {check.number}, {check.verdict}{similar}{strange}: “{escape_markdown(check.sentence)}”"


def _decision(decided: Decided) -> str:
    decision, review = decided.decision, decided.review
    which = f"round {review.round} ({_count(len(review.findings), 'finding')})" if review else "a round on file no more"
    said = [f"{DONE[decision.approved]} by {escape_markdown(decided.by)} at {_utc(decided.at)}: {which}"]
    if decision.feedback.strip():
        said.append(f"feedback: “{escape_markdown(decision.feedback)}”")
    if decision.topic:
        said.append(f"better words for the topic: “{escape_markdown(decision.topic)}”")
    if decision.go_on:
        said.append(f"went on {decision.go_on}")
    known = {finding.id: finding for finding in decided.findings}
    dropped = (_source(known[id_]) if id_ in known else f"finding {escape_markdown(id_)}" for id_ in decided.dropped)
    count = f"; dropped {_count(len(decided.dropped), 'finding')}" if decided.dropped else ""
    return "; ".join(said) + count + _below(dropped, indent=5)


def _source(finding: Finding) -> str:
    return ", ".join(
        filter(None, map(escape_markdown, (finding.title, finding.location, finding.place, finding.date or "")))
    )


def _below(items: Iterator[str], indent: int = 2) -> str:
    """A list inside an item of a list."""
    lines = "".join(f"\n{' ' * indent}- {item}" for item in items)
    return f":{lines}" if lines else ""


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
