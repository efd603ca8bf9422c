import streamlit as st

import hitl
from tests.app.any_flows import InvoiceFlow


def home() -> None:
    st.title("Our own page")


def approvals() -> None:
    hitl.page({"invoice": InvoiceFlow}, title="Approvals")


st.navigation([st.Page(approvals, default=True), st.Page(home)]).run()
