"""The page, from top to bottom as it stands on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import streamlit as st

from hitl.engine import EngineError, RunNotFound
from hitl.engine.workflows.loading import refuse_while_importing
from hitl.report_ui import store_document
from hitl.settings import SettingsError
from hitl.ui import (
    attached_run,
    begin_page,
    cached_engine,
    draw_failure,
    draw_history,
    draw_run,
    draw_runs,
    draw_start,
    draw_trouble,
    draw_unknown_run,
    draw_visitor,
    log_runs,
    page_settings,
    shows_history,
)


def page(workflows: Mapping[str, object] = MappingProxyType({}), title: str = "hitl") -> None:
    """Draw the page of some workflows: their start, their runs, what they ask, make and give.

    It may be a whole app, or one page of an `st.navigation`.

    Args:
        workflows: By the names under which they stand in addresses and in the file of runs: classes, functions that
            make an instance, instances, or import paths. Those that `HITL_WORKFLOWS` names are offered too; when
            nothing names any, it is the report.
        title: Stands at the head of the sidebar.

    Raises:
        WorkflowUnusable: If a module calls it while it is imported for one of its workflows: there is no page then.
    """
    refuse_while_importing("hitl.page()")
    log_runs()
    begin_page()
    try:
        # ---- the engine, shared by all visitors

        settings = page_settings()
        engine = cached_engine(settings, workflows)
        store_file = partial(store_document, settings)

        # ---- the sidebar

        with st.sidebar:
            st.title(title, anchor=False)
            st.caption("Research with a human in the loop" if not workflows else "Work with a human in the loop")
            draw_visitor()
            draw_runs(engine)

        # ---- all runs, or the one that the address names, or the start of a new one

        draw_trouble(engine)
        if shows_history():
            draw_history(engine)
        elif run := attached_run(engine):
            draw_run(run, store_file)
        else:
            draw_start(engine, settings.named_with(workflows), store_file)
    except RunNotFound as error:
        draw_unknown_run(str(error))
    except (SettingsError, EngineError) as error:
        draw_failure(str(error))
