"""From what is written to the report: with its citations checked, or the reason why there is none yet.

What checks a text is imported where it is used: the first page has no use for it.
"""

from __future__ import annotations

from hitl.report.assistant import Written
from hitl.report.dossier import Dossier
from hitl.report.events import Report, ReportEvent
from hitl.report.notes import unwritten_note

TAKEN_AS_IT_WAS = "The writing was not finished; a human took what was there."


class UnfinishedReport(Exception):
    """There is no report yet; the message says why, and what is kept."""


def composed(ev: ReportEvent, written: Written, today: str) -> Report:
    """The report that a model's text comes to.

    Args:
        ev: What was approved.
        written: The text.
        today: The day, `2026-11-25`.

    Raises:
        UnfinishedReport: If the text is not whole, or cites nothing of what was approved.
    """
    from hitl.report.composing import compose

    if written.problem:
        raise UnfinishedReport(unwritten_note(written.problem, written.text))
    try:
        return compose(
            ev.topic,
            written.text,
            ev.findings,
            model=written.dossier.model,
            written_on=today,
            unfinished=TAKEN_AS_IT_WAS if ev.go_on == "with the draft" else "",
            calls=written.dossier.calls,
        )
    except ValueError as error:
        raise UnfinishedReport(str(error)) from error


def extracted(ev: ReportEvent, dossier: Dossier, today: str) -> Report:
    """The report that is put together from the findings themselves, without a model."""
    from hitl.report.extracting import write_extracted

    report = write_extracted(ev.topic, ev.findings, ev.dropped)
    return report.model_copy(update={"written_on": today, "calls": dossier.calls})
