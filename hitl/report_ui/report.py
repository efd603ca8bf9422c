"""The report: reading it, checking it, taking it away."""

from __future__ import annotations

import re

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Run
from hitl.report import Report
from hitl.report.citations import summary
from hitl.report_ui.start import use_own_documents
from hitl.ui import leave_run, local_time, shown, without_shorthand

FILE_NAME_LENGTH = 60


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
    decision = run.answers[-1]
    st.caption(
        f":material/verified: {summary(report.checks)} · :material/person: approved by {shown(decision.by)} "
        f"at {local_time(decision.at, '%Y-%m-%d %H:%M')}"
    )
    if doubtful := [check for check in report.checks if check.verdict != "verbatim"]:
        with st.expander(f"{len(doubtful)} citations are not word for word", icon=":material/warning:"):
            for check in doubtful:
                st.markdown(
                    f"{shown(check.sentence)} (reference {check.number}: {check.verdict}, {check.similarity:.0%})"
                )
    with st.container(horizontal=True):
        st.download_button(
            "Download Markdown",
            data=report.markdown,
            file_name=f"{file_name(report.title)}.md",
            mime="text/markdown",
            key="download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Use my own documents", key="own", icon=":material/upload_file:", on_click=_begin_with_own)
    st.markdown(without_shorthand(_for_page(report.markdown)))


def file_name(title: str) -> str:
    """A file name made from a title, in any script."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")[:FILE_NAME_LENGTH].strip("-") or "report"


def _for_page(markdown: str) -> str:
    """The report without its title, which stands at the head of the page, and with smaller headings."""
    return re.sub(r"\A# .*\n", "", markdown).replace("\n## ", "\n### ")


def _begin_with_own() -> None:
    leave_run()
    use_own_documents()
