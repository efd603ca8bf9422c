"""The page, in the order of the screen from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import streamlit as st

from hitl.engine import Engine, EngineError, RunNotFound
from hitl.engine.workflows.loading import refuse_while_importing
from hitl.engine.workflows.named import check_named
from hitl.settings import SettingsError
from hitl.ui import (
    attached_run,
    begin_page,
    begin_sidebar,
    begin_visitor,
    cached_engine,
    count_waiting,
    draw_failure,
    draw_heartbeat,
    draw_history,
    draw_inbox,
    draw_live_log,
    draw_run,
    draw_runs,
    draw_settings_without_effect,
    draw_start,
    draw_trouble,
    draw_unknown_run,
    draw_visitor,
    draw_way_on,
    log_runs,
    note_stored,
    page_column,
    page_settings,
    prepare_for_lost_server,
    reading_column,
    remember_visitor,
    shown,
    shows_history,
    shows_inbox,
    watch_window,
)
from hitl.ui.renderers import renders_when_imported

# not imported here: a page of other workflows needs neither the report nor its libraries
renders_when_imported(
    "hitl.report_ui",
    "hitl.report.events:ResearchTopic",
    "hitl.report.events:ReviewFindings",
    "hitl.report.events:ReviewReport",
    "hitl.report.events:WritingEvent",
    "hitl.report.events:StopWriting",
    "hitl.report.events:Report",
)


NONE_GIVEN: Mapping[str, object] = MappingProxyType({})
"""Stands for the workflows of `HITL_WORKFLOWS`, or else the report."""


def page(
    workflows: Mapping[str, object] = NONE_GIVEN, title: str = "hitl", key: str | None = None, tab: str = ""
) -> None:
    """Draw the page of some workflows: start forms, runs, questions, progress and results.

    It may be a whole app. As one page of an `st.navigation` it needs a key.

    Args:
        workflows: Workflows by name: classes, functions that make an instance, instances, or import paths. The names
            appear in addresses and in the file of runs. Workflows in `HITL_WORKFLOWS` are offered too; if none are
            named anywhere, the report is. If some are given, the page shows the runs of those that it offers and no
            others. An empty mapping is refused, since it would offer something else.
        title: Title of the sidebar.
        key: Name of the page among those of an app, a word without a dot. All keys of its widgets and its session
            state then begin with `hitl.` and this name. Without it, some are public; see `hitl.ui.keys.PUBLIC`.
        tab: Title of the browser's tab, which begins with the number of questions that wait, such as "(2) Waiting ·
            hitl", while there are some. Without it the tab is left to the app.

    Raises:
        TypeError: If the workflows are not given by name.
        ValueError: If there is none among those that are given, the key is not a word or is reserved, or this run of
            the script has drawn a page before.
        WorkflowUnusable: If a module calls it while being imported for one of its workflows: there is no page then.
    """
    refuse_while_importing("hitl.page()")
    log_runs()
    try:
        _check_given(workflows)
        sidebar = begin_sidebar()
        begin_page(key)
        begin_visitor()
    except (TypeError, ValueError) as error:
        st.error(shown(str(error)), icon=":material/error:")  # Streamlit's own box may hide the message
        raise
    column = page_column()
    try:
        # ---- the engine, shared by all visitors

        settings = page_settings()
        engine = cached_engine(settings, workflows)
        offered = settings.named_with(workflows)
        listed = offered if workflows else None
        store_file = partial(_store_file, engine)

        # ---- the run that the address names: it may take a moment to get on, and nothing is drawn before that

        run, missing = None, ""
        try:
            run = None if shows_history() or shows_inbox() else attached_run(engine, listed)
        except RunNotFound as error:
            missing = str(error)
        note_stored(engine)

        # ---- all runs, or that run, or the start of a new one

        place_of_log = None
        with column:
            with st.container():
                draw_trouble(engine)
            if run:
                st.empty()  # takes away what stands here in the other case; see `draw_run`
                with st.container():
                    try:
                        with st.container():
                            draw_way_on(engine, listed, run)
                        place_of_log = draw_run(run, store_file)
                    except RunNotFound as error:  # deleted a moment ago
                        draw_unknown_run(str(error))
            else:
                place = st.container()
                st.empty()
                with place:
                    if shows_inbox():
                        draw_inbox(engine, listed)
                    elif shows_history():
                        draw_history(engine, listed)
                    elif missing:
                        draw_unknown_run(missing)
                    else:
                        with reading_column():
                            draw_start(engine, offered, store_file)

        # ---- the browser's tab, in an app that leaves it to this page, and the sidebar: after what was clicked for

        waiting = count_waiting(engine, listed)
        if tab:
            st.set_page_config(page_title=f"({waiting:,}) Waiting · {tab}" if waiting else tab)
        with sidebar:
            st.title(title, anchor=False)
            st.caption("Research with a human in the loop" if not workflows else "Work with a human in the loop")
            draw_visitor()
            draw_runs(engine, listed, waiting)
            draw_settings_without_effect()
            remember_visitor()
            prepare_for_lost_server()
            watch_window()

        # ---- a look at what changes: it may last, so it comes last

        if run and place_of_log:
            with place_of_log:
                draw_live_log(run)
        else:
            with column:
                draw_heartbeat()
    except (SettingsError, EngineError) as error:
        with column, reading_column():
            draw_failure(str(error))


def _check_given(workflows: Mapping[str, object]) -> None:
    check_named(workflows)
    if not workflows and workflows is not NONE_GIVEN:
        raise ValueError(
            'hitl.page({}) is given no workflow. Name yours, such as hitl.page({"trip": TripFlow}), or call '
            "hitl.page() for those of HITL_WORKFLOWS, or else the report."
        )


def _store_file(engine: Engine, name: str, data: bytes) -> str:
    return engine.add_file(data, name)
