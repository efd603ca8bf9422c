"""The inbox: everything that waits for a human, the oldest first; and the way from one question to the next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import streamlit as st

from hitl.engine import Engine, OpenQuestion, Run
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE
from hitl.text import count, cut, humanize
from hitl.ui._compat import show_top, shown
from hitl.ui.clock import age, local_time
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state, widget_key
from hitl.ui.pages import PAGE, draw_pages, page_number
from hitl.ui.session import leave_run, open_run
from hitl.ui.status import BLOCKED, badge_in_text
from hitl.ui.theme import first_button
from hitl.ui.visitor import visible_runs

VIEW = "inbox"
"""Value of the query parameter that shows the inbox: `?view=inbox`."""
LABEL_LENGTH = 80
"""Maximum characters of a run's title on its button."""
NEXT_LENGTH = 40
"""The same on the button that leads to the next question."""


def shows_inbox() -> bool:
    """Whether the address asks for the inbox."""
    return st.query_params.get("view") == VIEW


def open_inbox() -> None:
    """Show the inbox; callback of a button."""
    leave_run({"view": VIEW})


def count_waiting(engine: Engine, workflows: Collection[str] | None = None) -> int:
    """How many questions wait for this visitor, and rerun the page when that changes.

    Those of runs that cannot go on are not counted: they take no answer.

    Args:
        engine: The engine that knows the questions.
        workflows: Names of the workflows that this page shows; None for all.
    """
    ids = visible_runs(engine.settings)

    def find() -> int:
        blocked = engine.blocked_runs()
        if ids is not None:
            blocked &= set(ids)
        no_answer = engine.count_open_questions(blocked, workflows) if blocked else 0
        return engine.count_open_questions(ids, workflows) - no_answer

    waiting = find()
    rerun_when_changed(find, waiting)
    return waiting


def draw_inbox(engine: Engine, workflows: Collection[str] | None = None) -> None:
    """Draw the questions that wait for this visitor.

    Args:
        engine: The engine that knows the questions.
        workflows: Names of the workflows whose questions are listed; None for all.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Inbox", anchor=False, width="stretch")
        st.button("New run", key=widget_key("new_run"), on_click=leave_run, type=first_button(), icon=":material/add:")
    ids, page = visible_runs(engine.settings), page_number()

    def find() -> list[OpenQuestion]:
        return engine.open_questions(ids, workflows, PAGE + 1, (page - 1) * PAGE)

    found = find()
    if not found:
        nothing = "Nothing waits for you. What a run asks will be listed here."
        st.info(nothing if page == 1 else "Nothing is on this page any more.", icon=":material/inbox:")
    now, blocked = datetime.now(UTC), engine.blocked_runs()
    for question in found[:PAGE]:
        _draw_question(question, now, question.run.id in blocked)
    draw_pages(page, len(found[:PAGE]), len(found) > PAGE, "Longer", "Shorter")
    rerun_when_changed(lambda: _drawn(find()), _drawn(found))
    rerun_when_changed(engine.blocked_runs, blocked)
    show_top(f"{VIEW} {page}")


def _drawn(questions: list[OpenQuestion]) -> list[tuple[str, str]]:
    return [(question.id, title_of(question.run)) for question in questions]


def _draw_question(question: OpenQuestion, now: datetime, is_blocked: bool) -> None:
    title = title_of(question.run)
    with st.container(border=True, gap=None):
        st.container(horizontal=True, wrap=False).button(  # else a title of two lines is centred
            f"**{shown(cut(title, LABEL_LENGTH))}**",
            key=widget_key("inbox_run", f"-{question.id}"),
            on_click=_open,
            args=(question.run.id,),
            type="tertiary",
        )
        asked = question.summary if question.summary != title else ""
        st.markdown(shown(asked or humanize(question.type)))
        started_by = f"started by {question.run.started_by}" if question.run.started_by else ""
        until = f"until {local_time(question.expires_at, '%Y-%m-%d %H:%M')}" if question.expires_at else ""
        about = [
            f"waits for {age(question.asked_at, now)}",
            until,
            started_by,
            humanize(question.run.workflow),
        ]
        st.caption(shown(" · ".join(filter(None, about))))
        if is_blocked:
            st.markdown(f"{badge_in_text(BLOCKED)} :small[:gray[It takes no answer now. Its page says why.]]")


def _open(run_id: str) -> None:
    open_run(run_id)
    state.from_inbox = True


def draw_way_on(engine: Engine, workflows: Collection[str] | None, run: Run) -> None:
    """Draw the ways to the inbox and to the next question, above a run that was opened from the inbox or decided here.

    The next one is never opened by itself: what a decision has led to is what the visitor wants to see, and a click
    that comes late would land on another question.

    Args:
        engine: The engine that knows the questions.
        workflows: Names of the workflows whose questions are listed; None for all.
        run: The run that is shown.
    """
    if not state.from_inbox and not any(answer.question_id in state.answered for answer in run.answers):
        return
    found = engine.open_questions(visible_runs(engine.settings), workflows)
    blocked = engine.blocked_runs()
    others = [question for question in found if question.run.id != run.id and question.run.id not in blocked]
    here = next((question.asked_at for question in found if question.run.id == run.id), None)
    after = [question for question in others if here is None or question.asked_at >= here]
    if not others and not state.from_inbox:
        return
    is_decided = here is None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Inbox", key=widget_key("inbox", "-back"), on_click=open_inbox, type="tertiary", icon=":material/inbox:"
        )
        if others:
            following = (after or others)[0]
            title = title_of(following.run)
            st.button(
                f"Next: {shown(cut(title, NEXT_LENGTH))}",
                key=widget_key("next_question"),
                on_click=_open,
                args=(following.run.id,),
                type=first_button() if is_decided and run.status not in LIVE else "tertiary",
                icon=":material/arrow_forward:",
                help=shown(f"{title}: {following.summary or humanize(following.type)}"),
            )
            st.markdown(f":small[{count(len(others), 'other question')} waiting]")
        else:
            st.markdown(":small[Nothing else waits]")
