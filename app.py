"""hitl: research a topic, look at the evidence, decide, and only then read the report.

The page itself is in `hitl/screen.py`.
"""

import streamlit as st

import hitl
from hitl.ui import ICON

if __name__ == "__main__":  # the page, at every rerun of every visitor
    st.set_page_config(page_title="hitl", page_icon=ICON, layout="wide")  # hitl.page() keeps text and forms narrow
    hitl.page(tab="hitl")
else:  # the server, once
    app = st.App(__file__, **hitl.server())
