"""hitl: research a topic, look at the evidence, decide, and only then read the report."""

import streamlit as st

from hitl.engine import EngineError, RunNotFound
from hitl.report_ui import draw_report, draw_review, draw_start
from hitl.settings import SettingsError, load_settings
from hitl.ui import ICON, attached_run, cached_engine, draw_run, draw_trouble, draw_unknown_run, draw_visitor

st.set_page_config(page_title="hitl", page_icon=ICON)

# ---- the engine, shared by all visitors

try:
    secrets = st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}
    engine = cached_engine(load_settings(secrets))
except (SettingsError, EngineError) as error:
    draw_trouble(str(error))
    st.stop()

# ---- the sidebar

with st.sidebar:
    st.title("hitl", anchor=False)
    st.caption("Research with a human in the loop")
    draw_visitor()

# ---- the start page, or the run that the address names

try:
    if run := attached_run(engine):
        draw_run(run, draw_question=draw_review, draw_result=draw_report)
    else:
        draw_start(engine)
except RunNotFound as error:
    draw_unknown_run(str(error))
except EngineError as error:
    draw_trouble(str(error))
