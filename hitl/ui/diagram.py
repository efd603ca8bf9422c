"""How a workflow works: a diagram of its steps that is drawn once somebody opens it, and follows a run."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import Engine, Run, RunRecord, WorkflowUnusable
from hitl.engine.records import LIVE
from hitl.text import humanize
from hitl.ui._compat import fragment, shown
from hitl.ui.flowchart import Whereabouts, flowchart
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state, widget_key

LEGEND = "Six-sided: a human decides."
LEGEND_OF_A_RUN = f"{LEGEND} Green: where it is now, and where it has been; 3× is how often."


def draw_run_diagram(run: Run, record: RunRecord) -> None:
    """Draw where a run is in its workflow, in a fragment of its own; a page of a live run is rerun when it moves on.

    The live view does not draw it: what is sent again flickers, as Mermaid lays it out once more.

    Args:
        run: The run.
        record: The run as it is drawn.
    """
    if record.status in LIVE:
        state.shown_way = run.id, run.traversal
        rerun_when_changed(lambda: _has_moved(run), False)
    fragment(_draw_run)(run)


def _has_moved(run: Run) -> bool:
    """True if the diagram is open, and the run is not where it was drawn."""
    return bool(state.how_it_works) and (run.id, run.traversal) != state.shown_way


def _draw_run(run: Run) -> None:
    if place := _place():
        record, way = run.record, run.traversal
        state.shown_way = run.id, way
        whereabouts = Whereabouts.of(
            way,
            state.log,
            run.answers,
            [question.type for question in run.questions],
            record.status in LIVE and record.active,
            record.status == "completed",
            record.failure.step if record.failure else None,
        )
        _draw(place, run.engine, run.workflow, whereabouts)


def draw_workflow_diagram(engine: Engine, workflow: str) -> None:
    """Draw how a workflow works, for somebody who is about to start it, in a fragment of its own."""
    fragment(_draw_workflow)(engine, workflow)


def _draw_workflow(engine: Engine, workflow: str) -> None:
    if place := _place():
        _draw(place, engine, workflow, None)


def _place() -> DeltaGenerator | None:
    """Where the diagram is drawn; None as long as it is closed."""
    expander = st.expander(
        "How it works", icon=":material/account_tree:", key=widget_key("how_it_works"), on_change="rerun"
    )
    return expander if expander.open else None


def _draw(place: DeltaGenerator, engine: Engine, workflow: str, whereabouts: Whereabouts | None) -> None:
    try:
        chart = flowchart(engine.steps(workflow), whereabouts)
    except WorkflowUnusable:
        place.caption("The steps cannot be shown, since this workflow cannot be loaded here at present.")
        return
    if chart.is_drawable:
        words = " ".join(humanize(workflow).split())
        place.mermaid_chart(chart.source, width="content", alt=f"The steps of the workflow {words}. {chart.words}")
        place.caption(f"{shown(chart.where)} {LEGEND_OF_A_RUN if whereabouts else LEGEND}".strip())
    else:
        place.caption(f"Its steps are too many for a picture. {shown(chart.words)}")
