"""An app with state and widgets of its own, named as ours are; one of its pages is ours."""

import streamlit as st

import hitl
from tests.ui.form_flows import StartRude


def approvals() -> None:
    hitl.page({"rude": StartRude}, title="Approvals", key="approvals")


def about() -> None:
    st.title("About us")


def count() -> None:
    st.session_state["log"].append("a click")


for name, value in {"log": ["begun"], "drawn": "by hand", "run": "a marathon", "hitl": "ours"}.items():
    st.session_state.setdefault(name, value)
with st.sidebar:
    st.text_input("Search the app", key="search")
    st.text_input("Sent by", key="by")
    st.selectbox("Topic", ["tea", "milk"], key="topic")
    st.button("Start", key="start", on_click=count)
st.navigation([st.Page(approvals, default=True), st.Page(about)]).run()
