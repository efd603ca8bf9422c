"""The choice of a model: whether one is used, who receives what, and whether it answers."""

from __future__ import annotations

import streamlit as st

from hitl.llm import ConfiguredModel, configured_model
from hitl.llm.trial import try_model
from hitl.report.events import ModelChoice
from hitl.settings import Settings
from hitl.ui import shown

NO_MODEL = "No model"


def draw_model_choice(settings: Settings) -> None:
    """Draw the choice of a model if there is one, and say which hosts will receive text."""
    model = configured_model(settings)
    if model:
        options, chosen = (model.name, NO_MODEL), st.session_state.get("model")
        if chosen not in options:  # what another form, or the same page before a restart, has left under this key
            st.session_state["model"] = model.name
        st.segmented_control(
            "Model",
            options,
            key="model",
            required=True,
            persist_state="session",
            on_change=_forget_trial,
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
    st.button("Test connection", key="test_connection", icon=":material/lan:", on_click=_try, args=(model,))
    if trial := st.session_state.get("trial"):
        (st.success if trial.works else st.error)(shown(trial.words))


def chosen_model() -> ModelChoice:
    """What the visitor has chosen for the next run."""
    return "none" if st.session_state.get("model") == NO_MODEL else "configured"


def who_receives_what(model: ConfiguredModel) -> str:
    """Which host receives text, in Markdown."""
    where = " It is this machine itself." if model.is_local else ""
    return (
        f":material/cloud_upload: Your topic, what you say about it, and passages of the documents are sent to "
        f"**{shown(model.host)}**, where {shown(model.name)} reads and writes.{where}"
    )


def _try(model: ConfiguredModel) -> None:
    st.session_state["trial"] = try_model(model)


def _forget_trial() -> None:
    st.session_state.pop("trial", None)
