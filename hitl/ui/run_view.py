"""The page of one run: its header, its state and its log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from inspect import isgeneratorfunction

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import EngineError, Question, Run, RunRecord
from hitl.engine.decisions import describe_decision
from hitl.engine.descriptions import title_of
from hitl.engine.failures import describe_failure
from hitl.engine.records import LIVE
from hitl.engine.workflows.offer import shown_body
from hitl.files import with_file_names
from hitl.text import cut, humanize
from hitl.ui._compat import redraw_page, show_top, shown
from hitl.ui.button_width import button_width
from hitl.ui.cancelled import draw_cancelled, draw_last_questions
from hitl.ui.clock import local_time, moment
from hitl.ui.column import column_below, reading_column
from hitl.ui.diagram import draw_run_diagram
from hitl.ui.event_fields import draw_payload
from hitl.ui.form import StoreFile
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.history import open_history
from hitl.ui.keys import state, widget_key
from hitl.ui.live_log import RunView
from hitl.ui.log import draw_log
from hitl.ui.manage import draw_manage
from hitl.ui.overtaken import draw_overtaken
from hitl.ui.question_form import draw_any_question
from hitl.ui.renderers import renderer_for, signal_renderers
from hitl.ui.result import draw_any_result
from hitl.ui.send_answer import draw_notice, note_drawing, notify
from hitl.ui.session import end_of_run, leave_run
from hitl.ui.start_again import start_again
from hitl.ui.status import Badge, badge_in_text, badge_of
from hitl.ui.theme import first_button

HEADLINE_LENGTH = 120
"""Maximum characters of the headline; a tip has all of a longer title."""
DECISION_LENGTH = 200
"""Maximum characters of the last decision in the header; the log has it in full."""


def draw_run(run: Run, store_file: StoreFile) -> DeltaGenerator | None:
    """Draw a run in its current state; `hitl.renders` replaces the drawing of its events.

    Args:
        run: The run to draw.
        store_file: Stores a file uploaded with an answer.

    Returns:
        The place of the live log, which is to be drawn last; None if no step is at work.
    """
    now, trouble = RunView.of(run), run.engine.trouble
    record, badge = now.record, badge_of(now.record.status, now.blocked_reason is not None)
    # Each part has the same place in every state. Another screen is drawn in the second of two places below the head,
    # or in the first again, and what the other one has is taken away before: it would stay until the whole page is
    # drawn, pushed up and down by what is drawn above it. One place would not do: of what is drawn in it within a
    # moment only the last is sent, and a container takes over what was in the one before it.
    screen = f"{run.id} {' '.join(question.id for question in now.questions) or record.status}"
    if state.screen != screen:
        state.screen, state.turn = screen, 1 - state.turn
    state.is_reading = False
    head = st.container()
    above = st.container() if now.active else st.empty()
    places = [st.container() if turn == state.turn else st.empty() for turn in (0, 1)]
    with places[state.turn]:
        body, below = st.empty() if now.active else st.container(), st.container()
    drawing = iter(()) if now.active else _draw_body(run, now, store_file)
    with body:
        next(drawing, None)  # what a visitor waits for
    with head:
        with st.container():
            _draw_head(run, record, badge, now.question)
        draw_notice(run)
        draw_overtaken(run)
    if now.active:
        with above:
            for draw_signal in signal_renderers(run.engine, run.workflow):
                draw_signal(run)
            above = st.container()
    with body:
        for _ in drawing:
            pass
    if record.status in LIVE:
        rerun_when_changed(lambda: run.engine.trouble, trouble, is_stored=False)
        rerun_when_changed(lambda: run.blocked_reason, now.blocked_reason, is_stored=False)
    with below, column_below():
        if not now.active:
            draw_log(run, "What happened so far" if record.status in LIVE else "What happened")
        draw_run_diagram(run, record)
    show_top(screen, badge.label)
    if now.active:
        rerun_when_changed(lambda: RunView.of(run).screen, now.screen)
        return above
    if record.status in LIVE:
        rerun_when_changed(lambda: RunView.of(run), now)
    return None


def _draw_body(run: Run, now: RunView, store_file: StoreFile) -> Iterator[None]:
    """Draw what a run that does nothing at present asks, or how it has ended.

    Yields:
        Once, for the head to be drawn: when the bar of a question is drawn, or what a result says, or nothing yet.
    """
    record = now.record
    if record.status == "waiting" and now.questions and not now.blocked_reason:
        yield from _draw_questions(run, now.questions, store_file)
        return
    if record.status == "completed":
        yield from _draw_result(run)
        return
    yield
    match record.status:
        case "running" | "waiting" if now.blocked_reason:
            with reading_column(is_all=True):
                _draw_blocked(run, record, now.questions, now.blocked_reason)
        case "failed":
            with reading_column(is_all=True):
                _draw_failure(run, record)
            draw_last_questions(run)
        case "cancelled":
            with reading_column(is_all=True), st.container(gap="small"):
                _draw_start_again(run, record, is_first=not draw_cancelled(run, record))
            draw_last_questions(run)
        case _:
            st.warning("No step is at work, and nobody is asked anything. Cancel the run, and start it again.")


def _draw_questions(run: Run, questions: Sequence[Question], store_file: StoreFile) -> Iterator[None]:
    """Draw all open questions; if there are several, each has its own widgets."""
    if len(questions) == 1:
        yield from _draw_question(run, questions[0], store_file)
        return
    yield
    st.caption(f"{len(questions)} questions are open. Each can be answered by itself, in any order.")
    for question in questions:
        with st.container(border=True):
            for _ in _draw_question(run, question, store_file, is_alone=False):
                pass


def _draw_question(run: Run, question: Question, store_file: StoreFile, is_alone: bool = True) -> Iterator[None]:
    note_drawing(question)
    draw = renderer_for(run.engine, run.workflow, question.type)
    if isgeneratorfunction(draw):
        yield from draw(run, question)
        return
    yield
    if draw:
        draw(run, question)
    else:
        with reading_column(is_all=is_alone):
            draw_any_question(run, question, "" if is_alone else f"-{question.id}", store_file)


def _draw_result(run: Run) -> Iterator[None]:
    draw = renderer_for(run.engine, run.workflow, end_of_run())
    if isgeneratorfunction(draw):
        yield from draw(run)
        return
    yield
    if draw:
        draw(run)
    else:
        draw_any_result(run)


def draw_unknown_run(reason: str) -> None:
    """Draw the page for an address whose run does not exist."""
    st.title("No such run", anchor=False)
    st.write(shown(reason))
    st.write("The address may be cut short, or the run was deleted, or it belongs to another page or server.")
    with st.container(horizontal=True):
        st.button("New run", key=widget_key("new_run"), on_click=leave_run, type=first_button(), icon=":material/add:")
        key = widget_key("history", "-instead")
        st.button("All runs", key=key, on_click=open_history, type="tertiary", icon=":material/history:")
    show_top("unknown")


def _draw_head(run: Run, record: RunRecord, badge: Badge, question: Question | None) -> None:
    title = title_of(record, question)
    whole = shown(title) if len(title) > HEADLINE_LENGTH else None
    st.title(shown(cut(title, HEADLINE_LENGTH)), anchor=False, help=whole)
    by = f" by {record.started_by}" if record.started_by else ""
    of = f" · {humanize(run.workflow)}" if len(run.engine.workflows()) > 1 else ""
    started = shown(f"started {moment(record.created_at)}{by}{of}")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall"):
        st.markdown(f"{badge_in_text(badge)} :small[:gray[{started}]]", width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            if record.status in LIVE:
                st.button(
                    "Cancel run",
                    key=widget_key("cancel"),
                    on_click=_ask_to_cancel,
                    args=(run,),
                    type="tertiary",
                    icon=":material/close:",
                    width=button_width("Cancel run", is_framed=False),
                )
            st.button(
                "New run",
                key=widget_key("new_run"),
                on_click=leave_run,
                type="tertiary",
                icon=":material/add:",
                width=button_width("New run", is_framed=False),
            )
            draw_manage(run, record)
    if record.status in LIVE and state.cancelling == run.id:
        _draw_cancelling(run, record)
    else:
        st.empty()  # takes away what stood here at once, not only when all of the page is drawn
    if record.status in LIVE and (answers := run.answers):
        last = answers[-1]
        taken = "" if last.state == "applied" or record.active else " (recorded; the workflow has not taken it yet)"
        decided = cut(describe_decision(run, last), DECISION_LENGTH)
        st.caption(shown(f"Last decision: {last.by} at {local_time(last.at)}, {decided}{taken}"))
    else:
        st.empty()


def _draw_cancelling(run: Run, record: RunRecord) -> None:
    """Ask for confirmation before the run is cancelled."""
    is_waiting = record.status == "waiting" and not record.active
    after = (
        "It can be taken up again at this question."
        if is_waiting
        else ("A step is at work, so it cannot be taken up again where it is.")
    )
    with st.container(border=True):
        st.markdown(f"**Cancel this run?** It ends where it is. {after}")
        with st.container(horizontal=True):
            confirm = widget_key("confirm_cancel")
            st.button("Cancel it", key=confirm, on_click=_cancel, args=(run,), icon=":material/close:")
            st.button("Let it go on", key=widget_key("keep_running"), on_click=_keep_running)


def _ask_to_cancel(run: Run) -> None:
    state.cancelling = run.id
    redraw_page()


def _keep_running() -> None:
    del state.cancelling


def _cancel(run: Run) -> None:
    _keep_running()
    try:
        run.cancel()
    except EngineError as error:
        notify(run, str(error))


def _draw_failure(run: Run, record: RunRecord) -> None:
    if record.failure:
        st.error(shown(describe_failure(record.failure)), icon=":material/error:")
    st.write("Nothing that happened before is lost: it stands in the log below.")
    _draw_start_again(run, record)


def _draw_blocked(run: Run, record: RunRecord, questions: Sequence[Question], reason: str) -> None:
    """Draw a run that cannot continue here: the reason, its open questions, and a new start."""
    st.error(f"This run cannot go on here. {shown(reason)}", icon=":material/error:")
    for question in questions:
        which = [with_file_names(question.summary)] if len(questions) > 1 else []
        asked = " · ".join(filter(None, [humanize(question.type, inside=True), *which]))
        with st.expander(shown(f"What was asked: {asked}"), icon=":material/help:"):
            draw_payload(shown_body(question))
    if run.workflow in run.engine.workflows():
        _draw_start_again(run, record)
    else:
        st.write(
            "It waits where it is, and goes on from there once the server knows its workflow again. Nothing of it is "
            "lost."
        )


def _draw_start_again(run: Run, record: RunRecord, is_first: bool = True) -> None:
    if state.problem:
        st.error(shown(state.problem), icon=":material/error:")
    st.button(
        "Start again with the same inputs",
        key=widget_key("start_again"),
        on_click=start_again,
        args=(run.engine, record, uuid.uuid4().hex),
        type=first_button() if is_first else "tertiary",
        icon=":material/replay:",
    )
