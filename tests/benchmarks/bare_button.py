"""The least that a Streamlit page can do: what every figure of `tests.benchmarks.page` is a multiple of."""

import streamlit as st

count = st.session_state.setdefault("count", 0)


def add() -> None:
    st.session_state.count += 1


st.button("Count", key="count_on", on_click=add)
st.write(f"Counted to {st.session_state.count}.")
