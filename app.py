"""hitl: research a topic, look at the evidence, decide, and only then read the report."""

import streamlit as st

from hitl.engine import EngineError, RunNotFound
from hitl.report_ui import draw_draft, draw_report, draw_review, draw_start, draw_stop
from hitl.settings import SettingsError
from hitl.ui import (
    ICON,
    attached_run,
    begin_page,
    cached_engine,
    draw_failure,
    draw_history,
    draw_run,
    draw_runs,
    draw_trouble,
    draw_unknown_run,
    draw_visitor,
    page_settings,
    shows_history,
)

st.set_page_config(page_title="hitl", page_icon=ICON)
begin_page()

try:
    # ---- the engine, shared by all visitors

    engine = cached_engine(page_settings())

    # ---- the sidebar

    with st.sidebar:
        st.title("hitl", anchor=False)
        st.caption("Research with a human in the loop")
        draw_visitor()
        draw_runs(engine)

    # ---- all runs, or the one that the address names, or the start of a new one

    draw_trouble(engine)
    if shows_history():
        draw_history(engine)
    elif run := attached_run(engine):
        draw_run(run, draw_review, draw_report, draw_controls=draw_stop, draw_progress=draw_draft)
    else:
        draw_start(engine)
except RunNotFound as error:
    draw_unknown_run(str(error))
except (SettingsError, EngineError) as error:
    draw_failure(str(error))
