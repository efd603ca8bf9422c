"""How a report came about, on its page: who wrote it, and who decided what and when."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from hitl.report.export import ReportBundle
from hitl.report.export.provenance import decisions_of, facts_of
from hitl.ui import local_time, without_shorthand
from hitl.ui._compat import fragment
from hitl.ui.keys import widget_key


def draw_trail(bundle: ReportBundle) -> None:
    """Draw the trail of a report; it is written once it is opened."""
    fragment(_draw, key=widget_key("trail"))(bundle)


def _draw(bundle: ReportBundle) -> None:
    trail = st.expander(
        "How this report came about", icon=":material/history_edu:", key=widget_key("trail", "-open"), on_change="rerun"
    )
    if trail.open:
        with trail:
            st.markdown(without_shorthand(decisions_of(bundle, _local)))
            st.caption("Names are as they were typed, and not verified.")
            st.markdown(without_shorthand(facts_of(bundle)))


def _local(at: datetime) -> str:
    return local_time(at, "%Y-%m-%d %H:%M")
