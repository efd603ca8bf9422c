from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def fresh_server() -> Iterator[None]:
    """What a server keeps for all sessions (the engine above all) does not outlive a test."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
