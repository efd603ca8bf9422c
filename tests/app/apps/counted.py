"""A page that counts how often its script runs from top to bottom."""

import streamlit as st

import hitl
from tests.app.any_flows import InvoiceFlow

st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
hitl.page({"invoice": InvoiceFlow})
