"""hitl: research a topic, look at the evidence, decide, and only then read the report.

The page itself, from top to bottom as it stands on the screen, is `hitl/screen.py`.
"""

import streamlit as st

import hitl
from hitl.ui import ICON

if __name__ == "__main__":  # for each visitor, again and again
    st.set_page_config(page_title="hitl", page_icon=ICON)
    hitl.page()
else:  # once, for the server
    app = st.App(__file__, **hitl.server())
