"""An app of somebody else's, with state and widgets named as ours are; one of its pages is ours."""

import streamlit as st

import hitl
from tests.app.flows import SlowReport


def research() -> None:
    hitl.page({"report": SlowReport}, title="Research", key="research")


def about() -> None:
    st.title("About us")


st.session_state.setdefault("log", "begun by the app")
st.session_state.setdefault("run", "run by the app")
page = st.navigation([st.Page(research, default=True), st.Page(about)])
st.text_input("Topic of the app", key="topic")
page.run()
st.text(f"{st.session_state['log']}, {st.session_state['run']}")
