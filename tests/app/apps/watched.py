"""A page, and a look at what is in the session after each drawing of it."""

import os

import streamlit as st

import hitl
from tests.app.any_flows import SEEN_KEYS

try:
    hitl.page(key=os.environ.get("PAGE_KEY"))
finally:  # the page may end with a rerun
    SEEN_KEYS.update(map(str, st.session_state))
