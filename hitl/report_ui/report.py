"""The finished report: reading, checking and downloading it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Run
from hitl.llm import usage_in_words
from hitl.report import Report
from hitl.report.export import FORMATS, ReportBundle, Suffix, export
from hitl.report.export.bundle import TextDecided
from hitl.report.revision import revised_inputs
from hitl.report.verification.marks import summary
from hitl.report.writing.compose import shown_markdown
from hitl.report.writing.fixed_words import fixed_words
from hitl.report_ui.report_text import draw_report_text
from hitl.report_ui.topic_form import use_own_documents
from hitl.report_ui.trail import draw_trail
from hitl.research import Document, Shelf, UnknownDocument
from hitl.text import count
from hitl.ui import leave_run, local_time, renders, shown, start_run, without_shorthand
from hitl.ui._compat import fragment
from hitl.ui.button_width import button_width
from hitl.ui.keys import widget_key
from hitl.ui.theme import first_button
from hitl.ui.window import is_tight

FILE_NAME_LENGTH = 60
FIRST: tuple[Suffix, ...] = ("docx", "pdf")
"""The formats that are offered first; the others are in a menu."""
MARK = re.compile(r" \*\([^*()]+\)\*")
"""A mark after a sentence; asterisks of any other text are escaped."""


@renders(Report)
def draw_report(run: Run) -> Iterator[None]:
    """Draw a finished report with its verdicts, who approved it, its downloads, its sources and its trail.

    Yields:
        Once its text is drawn, which is what a reader waits for. In a narrow window at once: the page's head has other
        lines there than that of a question, which would move the text.
    """
    narrow = is_tight()
    if narrow:
        yield
    result = run.result or {}
    try:
        report = Report(**result)
    except (TypeError, ValidationError):
        st.info(
            "This result is of another version of the report, or of another workflow. It is shown as it was stored."
        )
        st.json(result)
        return
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
    bundle = ReportBundle.of(run.id, report, asked, run.answers)
    _draw_account(bundle)
    row = st.container(horizontal=True, gap="xsmall")
    with row:
        _draw_download(bundle, FIRST[0], is_first=True)
        if narrow:
            _draw_further_buttons(run, bundle)
    if report.text is None:
        st.markdown(_of_earlier_version(report))
    else:
        draw_report_text(report, _quoted_documents(run, report), narrow)
    if not narrow:
        yield
        with row:
            _draw_further_buttons(run, bundle)
    draw_trail(bundle)


def _quoted_documents(run: Run, report: Report) -> dict[str, Document]:
    """The documents that the report quotes and that are still there, by fingerprint."""
    shelf = Shelf(run.engine.settings.home)
    documents = {}
    for fingerprint in dict.fromkeys(reference.finding.document for reference in report.references):
        with suppress(UnknownDocument):  # its quotes are shown without their passages
            documents[fingerprint] = shelf.get(fingerprint)
    return documents


def _draw_account(bundle: ReportBundle) -> None:
    """Draw how the report was made in a line, of which the trail has all, and why it is unfinished if it is."""
    report = bundle.report
    said = [f":material/verified: {summary(report.claims)}"] if report.claims else []
    if report.struck:
        said.append(f":material/format_strikethrough: {count(report.struck, 'statement')} struck out")
    if bundle.decisions:
        last = bundle.decisions[-1]
        how = "published" if isinstance(last, TextDecided) else "approved"
        said.append(f":material/person: {how} by {shown(last.by)} at {local_time(last.at, '%Y-%m-%d %H:%M')}")
    if report.calls:
        names = ", ".join(dict.fromkeys(call.model for call in report.calls))
        said.append(f":material/smart_toy: {shown(f'{names}: {usage_in_words(report.calls)}')}")
    st.caption(" · ".join(said))
    if report.unfinished:
        st.warning(shown(report.unfinished), icon=":material/warning:")


def _draw_further_buttons(run: Run, bundle: ReportBundle) -> None:
    """Draw the downloads but the first, those that people read before the others, and what else can be done with it."""
    for suffix in FIRST[1:]:
        _draw_download(bundle, suffix)
    with st.popover("More", icon=":material/more_horiz:", key=widget_key("download", "-more")):
        for form in FORMATS:
            if form.suffix not in FIRST:
                _draw_download(bundle, form.suffix)
        key = widget_key("own")
        st.button("Use my own documents", key=key, icon=":material/upload_file:", on_click=_begin_with_own)
    fragment(_draw_copy, key=widget_key("copy"))(bundle.report)
    _draw_revise(run, bundle)


def _draw_download(bundle: ReportBundle, suffix: Suffix, is_first: bool = False) -> None:
    form = next(form for form in FORMATS if form.suffix == suffix)
    label = f"Download {form.name}" if is_first else form.name
    st.download_button(
        label,
        data=partial(export, bundle, form.suffix),
        file_name=f"{file_name(bundle.report.title)}.{form.suffix}",
        mime=form.mime,
        key=widget_key("download", "" if is_first else f"-{form.suffix}"),
        type=first_button() if is_first else "secondary",
        icon=":material/download:",
        on_click="ignore",
        width=button_width(label) if form.suffix in FIRST else "stretch",
    )


def _draw_copy(report: Report) -> None:
    """Draw the Markdown of the report with Streamlit's own button that copies it; it is written once it is opened."""
    opened = st.popover(
        "Copy as Markdown", icon=":material/content_copy:", key=widget_key("copy", "-open"), on_change="rerun"
    )
    if opened.open:
        with opened:
            st.caption("The button in the corner of the text copies all of it.")
            st.code(shown_markdown(report), language=None, wrap_lines=True, height=300)


def _draw_revise(run: Run, bundle: ReportBundle) -> None:
    """Draw the button that takes the report up again, in a run of its own."""
    inputs = revised_inputs(run.inputs, bundle)
    if inputs is None or run.workflow not in run.engine.workflows():
        return
    st.button(
        "Revise",
        key=widget_key("revise"),
        icon=":material/edit:",
        help="Takes it up again from its findings, in a new run. This report stays as it is.",
        on_click=start_run,
        args=(run.engine, run.workflow, inputs, f"revise-{run.id}-{uuid.uuid4().hex}"),
        width=button_width("Revise"),
    )


def file_name(title: str) -> str:
    """A file name made from a title, in any script."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")[:FILE_NAME_LENGTH].strip("-") or "report"


def _of_earlier_version(report: Report) -> str:
    """A report whose text is not known apart, in Markdown without its title, which the page shows."""
    markdown = re.sub(r"\A# .*\n", "", shown_markdown(report))
    return with_verdicts(without_shorthand(markdown), report)


def with_verdicts(markdown: str, report: Report) -> str:
    """A model's text with coloured marks; a report of quotes is unchanged."""
    if not report.model:
        return markdown
    reworded = fixed_words(report.language).mark("reworded")

    def coloured(match: re.Match[str]) -> str:
        colour = "orange" if reworded in match[0] or "near" in match[0] else "red"
        return f" :{colour}[{match[0].strip(' *')}]"

    return MARK.sub(coloured, markdown)


def _begin_with_own() -> None:
    leave_run()
    use_own_documents()
