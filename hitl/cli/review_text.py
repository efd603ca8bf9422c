"""A review as text: what is to be reviewed, and the commands that decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hitl.cli.format import Review
from hitl.cli.terminal import one_line, wrapped
from hitl.llm import usage_in_words
from hitl.report import ReviewFindings, ReviewReport
from hitl.report.messages import part_note, usage_note
from hitl.report.verification.claims import Claim, Reference
from hitl.research import Finding
from hitl.text import count


def show_review(review: Review) -> list[str]:
    """What is to be reviewed, in paragraphs."""
    return list(_findings(review) if isinstance(review, ReviewFindings) else _text(review))


def decision_commands(command: str, review: Review) -> str:
    """The commands that decide, one per line.

    Args:
        command: How each of them begins, `hitl answer RUN --question ID`.
        review: What is to be reviewed.
    """
    options = _options_for_findings(review) if isinstance(review, ReviewFindings) else _options_for_text(review)
    lines = [f"{command} {option}" for option in options]
    if isinstance(review, ReviewFindings) and review.model:
        lines.append("  --without-model goes on without it")
    return "\n".join(lines)


def _findings(review: ReviewFindings) -> Iterator[str]:
    if review.note:
        yield wrapped(review.note, 2)
    if len(review.parts) > 1:
        yield "\n".join(wrapped(part_note(part), 2) for part in review.parts)
    if review.model:
        yield wrapped(f"{review.model}: {usage_note(review.calls, review.writing)}", 2)
    if review.model and review.text:
        sentences = count(sum(len(section.sentences) for section in review.text.sections), "sentence")
        yield wrapped(f"The text with {sentences} is kept: after --approve it is written anew from it.", 2)
    for finding in review.findings:
        kept = "" if finding.round == review.round else f" (kept from round {finding.round})"
        yield _finding(review, finding, kept)
    if review.dropped:
        yield "  Dropped in earlier rounds:"
    for finding in review.dropped:
        yield _finding(review, finding, f" (from round {finding.round})")


def _finding(review: ReviewFindings, finding: Finding, round_: str) -> str:
    weak = " (fits less well)" if finding.is_weak else ""
    date = f"as of {finding.date}" if finding.date else ""
    note = review.notes.get(finding.id, "")
    lines = [wrapped(f"{finding.id}  {_source(finding, date)}{round_}{weak}", 2), _quote(finding)]
    return "\n".join([*lines, *([wrapped(f"note: {note}", 4)] if note else [])])


def _options_for_findings(review: ReviewFindings) -> Iterator[str]:
    if review.findings:
        restore = " [--restore FINDING_ID …]" if review.dropped else ""
        check = " [--check]" if review.model else ""
        yield f"--approve [--drop FINDING_ID …]{restore} [--note FINDING_ID=TEXT …]{check}"
    yield "--reject " + ('[--feedback "What is missing"]' if review.findings else '[--topic "Other words"]')


def _text(review: ReviewReport) -> Iterator[str]:
    """A text, each statement with its number and its verdict, and the quotes that it cites."""
    yield wrapped(f"{review.model} wrote it from {count(review.findings, 'approved finding')}.", 2)
    if review.note:
        yield wrapped(review.note, 2)
    if review.rewriting:
        cost = f"{usage_note(review.calls, None)}; rewriting will cost {usage_in_words([review.rewriting])}"
        yield wrapped(f"{review.model}: {cost}", 2)
    for claim in review.claims:
        indent = 2 if claim.is_heading else 4
        yield f"{wrapped(f'{claim.number}  {claim.text}', indent)}\n{wrapped(_about(claim), indent + 4)}"
    yield "  What it cites:" if review.references else "  It cites nothing."
    for reference in review.references:
        yield f"{wrapped(_reference(reference), 2)}\n{_quote(reference.finding)}"


def _options_for_text(review: ReviewReport) -> Iterator[str]:
    yield "--publish [--strike NUMBER …]"
    if review.rewriting:
        yield "--rewrite [--strike NUMBER …] [--note NUMBER=TEXT …] [--feedback TEXT] [--check]"
    yield "--back [--strike NUMBER …]"


def _about(claim: Claim) -> str:
    """The verdict of a statement, the numbers of its references, and what a model says of it."""
    strange = f": {', '.join(claim.strange_numbers)}" if claim.strange_numbers else ""
    said = [f"{claim.verdict}{strange}", ", ".join(map(_cited, claim.references))]
    if claim.unrelated:
        said.append(f"nothing of it is in {', '.join(map(_cited, claim.unrelated))}")
    if claim.opinion:
        said.append(f"{claim.opinion.model} says: {claim.opinion.says}")
    return " · ".join(filter(None, said))


def _cited(number: int) -> str:
    return f"[{number}]"


def _reference(reference: Reference) -> str:
    return f"{_cited(reference.number)}  {_source(reference.finding)}"


def _source(finding: Finding, *more: str) -> str:
    """Where a finding comes from, in one line."""
    return _dotted([finding.title, finding.location, finding.place, *more])


def _quote(finding: Finding) -> str:
    return wrapped(f"“{finding.quote}”", 4)


def _dotted(parts: Sequence[str]) -> str:
    return " · ".join(filter(None, map(one_line, parts)))
