"""The report: reading it, checking it, taking it away."""

from __future__ import annotations

import re

import streamlit as st

from hitl.engine import Run
from hitl.report.citations import Check, summary
from hitl.report_ui.start import use_own_documents
from hitl.ui import leave_run, local_time, shown, without_shorthand

FILE_NAME_LENGTH = 60


def draw_report(run: Run) -> None:
    """Draw a finished report with its verdicts, who approved it, and what to do next."""
    result = run.result or {}
    checks = [Check(**check) for check in result["checks"]]
    decision = run.answers[-1]
    st.caption(
        f":material/verified: {summary(checks)} · :material/person: approved by {shown(decision.by)} "
        f"at {local_time(decision.at, '%Y-%m-%d %H:%M')}"
    )
    with st.container(horizontal=True):
        st.download_button(
            "Download Markdown",
            data=result["markdown"],
            file_name=f"{file_name(result['title'])}.md",
            mime="text/markdown",
            key="download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Use my own documents", key="own", icon=":material/upload_file:", on_click=_begin_with_own)
    st.markdown(without_shorthand(_for_page(result["markdown"])))


def file_name(title: str) -> str:
    """A file name made from a title, in any script."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")[:FILE_NAME_LENGTH].strip("-") or "report"


def _for_page(markdown: str) -> str:
    """The report without its title, which stands at the head of the page, and with smaller headings."""
    return re.sub(r"\A# .*\n", "", markdown).replace("\n## ", "\n### ")


def _begin_with_own() -> None:
    leave_run()
    use_own_documents()
