"""An app with two pages of ours, each for a workflow of its own."""

import streamlit as st

st.navigation([st.Page("invoices.py"), st.Page("research.py")]).run()
