"""The choice of a model: whether to use one, which host receives text, and a connection test."""

from __future__ import annotations

import streamlit as st

from hitl.llm import ConfiguredModel, configured_model
from hitl.llm.connection_test import check_connection
from hitl.report.events import ModelChoice
from hitl.report_ui.session_state import state
from hitl.settings import Settings
from hitl.ui import shown
from hitl.ui.keys import widget_key

NO_MODEL = "No model"


def draw_model_choice(settings: Settings) -> None:
    """Draw the choice of a model if one is configured, and name the host that will receive text."""
    model = configured_model(settings)
    if model:
        options = (model.name, NO_MODEL)
        if state.model not in options:  # left by this page before a server restart
            state.model = model.name
        st.segmented_control(
            "Model",
            options,
            key=widget_key("model"),
            required=True,
            persist_state="session",
            label_visibility="collapsed",
            on_change=_forget_result,
        )
    if model is None or chosen_model() == "none":
        st.caption(
            ":material/lock: No text is sent to any other service: the evidence comes from these documents, "
            "and the report is put together without a language model."
        )
        if model is None:
            st.caption("Set `OPENAI_API_KEY`, or `OPENAI_API_BASE` for a server of your own, to have a model write.")
        return
    st.caption(who_receives_what(model))
    key = widget_key("test_connection")
    st.button("Test connection", key=key, icon=":material/lan:", on_click=_check, args=(model,))
    if result := state.connection_result:
        (st.success if result.works else st.error)(shown(result.words))


def chosen_model() -> ModelChoice:
    """The visitor's choice for the next run."""
    return "none" if state.model == NO_MODEL else "configured"


def who_receives_what(model: ConfiguredModel) -> str:
    """Which host receives which text, in Markdown."""
    where = " It is this machine itself." if model.is_local else ""
    return (
        f":material/cloud_upload: Your topic, what you say about it, and passages of the documents are sent to "
        f"**{shown(model.host)}**, where {shown(model.name)} reads and writes.{where}"
    )


def _check(model: ConfiguredModel) -> None:
    state.connection_result = check_connection(model)


def _forget_result() -> None:
    del state.connection_result
