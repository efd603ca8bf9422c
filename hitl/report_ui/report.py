"""The report: reading it, checking it, taking it away."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Run
from hitl.llm import spending_by_step
from hitl.report import Report
from hitl.report.citations import CITATION, MARK, NO_SOURCE, summary
from hitl.report.export import FORMATS, Publication, export
from hitl.report_ui.start import use_own_documents
from hitl.ui import leave_run, local_time, renders, shown, without_shorthand

FILE_NAME_LENGTH = 60


@renders(Report)
def draw_report(run: Run) -> None:
    """Draw a finished report with its verdicts, who approved it, and what to do next."""
    result = run.result or {}
    try:
        report = Report(**result)
    except (TypeError, ValidationError):
        st.info(
            "This result is of another version of the report, or of another workflow. It is shown as it was stored."
        )
        st.json(result)
        return
    _draw_account(run, report)
    _draw_doubts(report)
    with st.container(horizontal=True):
        _draw_downloads(run, report)
        st.button("Use my own documents", key="own", icon=":material/upload_file:", on_click=_begin_with_own)
    st.markdown(_for_page(report))


def _draw_account(run: Run, report: Report) -> None:
    """How the report came about, in a line or two."""
    decision = run.answers[-1]
    st.caption(
        f":material/verified: {summary(report.checks)} · :material/person: approved by {shown(decision.by)} "
        f"at {local_time(decision.at, '%Y-%m-%d %H:%M')}"
    )
    if report.calls:
        names = ", ".join(dict.fromkeys(call.model for call in report.calls))
        st.caption(f":material/smart_toy: {shown(names)}: {shown(spending_by_step(report.calls))}")
    if report.unfinished:
        st.warning(shown(report.unfinished), icon=":material/warning:")


def _draw_doubts(report: Report) -> None:
    """What a reader should look at twice."""
    doubtful = [check for check in report.checks if check.verdict != "verbatim" or check.strange_numbers]
    kinds = [
        _count(len(doubtful), "citation is not word for word", "citations are not word for word"),
        _count(len(report.uncited), "sentence cites nothing", "sentences cite nothing"),
        _count(report.removed, "citation led nowhere and was removed", "citations led nowhere and were removed"),
    ]
    if not any(kinds):
        return
    with st.expander(", ".join(filter(None, kinds)), icon=":material/warning:"):
        for check in doubtful:
            strange = f"; not in its source: {', '.join(check.strange_numbers)}" if check.strange_numbers else ""
            verdict = f"reference {check.number}: {check.verdict}, {check.similarity:.0%}{strange}"
            st.markdown(f"{shown(check.sentence)} ({shown(verdict)})")
        for sentence in report.uncited:
            st.markdown(f"{shown(sentence)} (no source)")


def _draw_downloads(run: Run, report: Report) -> None:
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
    publication = Publication.of(run.id, report, asked, run.answers)
    for number, form in enumerate(FORMATS):
        st.download_button(
            form.name if number else f"Download {form.name}",
            data=partial(export, publication, form.suffix),
            file_name=f"{file_name(report.title)}.{form.suffix}",
            mime=form.mime,
            key=f"download-{form.suffix}" if number else "download",
            type="secondary" if number else "primary",
            icon=":material/download:",
            on_click="ignore",
        )


def _count(number: int, one: str, several: str) -> str:
    return "" if not number else f"1 {one}" if number == 1 else f"{number} {several}"


def file_name(title: str) -> str:
    """A file name made from a title, in any script."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")[:FILE_NAME_LENGTH].strip("-") or "report"


def _for_page(report: Report) -> str:
    """The report without its title, which stands at the head of the page, with smaller headings and its verdicts."""
    markdown = re.sub(r"\A# .*\n", "", report.markdown).replace("\n## ", "\n### ")
    body, heading, references = markdown.rpartition("\n### References\n")
    return with_verdicts(without_shorthand(body), report) + without_shorthand(f"{heading}{references}")


def with_verdicts(markdown: str, report: Report) -> str:
    """A model's text with the verdict beside each citation in colour; a text of quotes needs none."""
    if not report.model:
        return markdown
    checks = iter(report.checks)

    def with_verdict(match: re.Match[str]) -> str:
        check = next(checks, None)
        return f"{match[0]} :green[✓]" if check and check.verdict == "verbatim" else match[0]

    return MARK.sub(_coloured, CITATION.sub(with_verdict, markdown))


def _coloured(match: re.Match[str]) -> str:
    colour = "orange" if "near" in match[0] or match[0] == NO_SOURCE else "red"
    return f" :{colour}[{match[0].strip(' *')}]"


def _begin_with_own() -> None:
    leave_run()
    use_own_documents()
