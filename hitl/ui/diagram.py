"""How a workflow works: a diagram of its steps that is drawn once somebody opens it, and follows a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import Engine, EventRecord, Run, WorkflowUnusable
from hitl.engine.records import LIVE
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.flowchart import Flowchart, Whereabouts, flowchart
from hitl.ui.keys import widget_key

LEGEND = "Six-sided: a human decides. Green: where it is now, and where it has been; 3× is how often."
LEGEND_OF_A_WORKFLOW = "Six-sided: a human decides."


@dataclass
class Diagram:
    """The place of a run's diagram on the page. Nothing is read and drawn as long as it is closed."""

    run: Run
    place: DeltaGenerator | None
    """None if it is closed."""
    drawn: tuple[str, str] | None = None
    """What was drawn last: the source, and where the run is."""

    def draw(self, log: Sequence[EventRecord]) -> None:
        """Draw where the run is, if that has changed since it was drawn last.

        Args:
            log: Its events so far.
        """
        if self.place is None:
            return
        try:
            chart = flowchart(self.run.engine.steps(self.run.workflow), _whereabouts(self.run, log))
        except WorkflowUnusable:
            chart = None
        look = (chart.source, chart.where) if chart else ("", "")
        if look != self.drawn:
            self.drawn = look
            with self.place.container():
                _draw(chart, self.run.workflow, LEGEND)


def open_diagram(run: Run) -> Diagram:
    """Draw the place of a run's diagram, which a visitor opens; call it inside a fragment, which is then rerun."""
    place = _place()
    return Diagram(run, place.empty() if place else None)


def draw_run_diagram(run: Run, log: Sequence[EventRecord]) -> None:
    """Draw the diagram of a run that does nothing at present, in a fragment of its own."""
    st.fragment(lambda: open_diagram(run).draw(log))()


def draw_workflow_diagram(engine: Engine, workflow: str) -> None:
    """Draw how a workflow works, for somebody who is about to start it, in a fragment of its own."""
    st.fragment(_draw_workflow)(engine, workflow)


def _draw_workflow(engine: Engine, workflow: str) -> None:
    if place := _place():
        try:
            chart = flowchart(engine.steps(workflow))
        except WorkflowUnusable:
            chart = None
        with place:
            _draw(chart, workflow, LEGEND_OF_A_WORKFLOW)


def _place() -> DeltaGenerator | None:
    """Where the diagram is drawn; None as long as it is closed."""
    expander = st.expander(
        "How it works", icon=":material/account_tree:", key=widget_key("how_it_works"), on_change="rerun"
    )
    return expander if expander.open else None


def _draw(chart: Flowchart | None, workflow: str, legend: str) -> None:
    if chart is None:
        st.caption("The steps cannot be shown, since this workflow cannot be loaded here at present.")
    elif not chart.is_drawable:
        st.caption(f"It has {len(chart.nodes):,} steps and questions, too many for a picture.")
        st.caption(shown(chart.words))
    else:
        name = " ".join(humanize(workflow).split())
        st.mermaid_chart(chart.source, width="content", alt=f"The steps of the workflow {name}. {chart.words}")
        st.caption(" ".join(filter(None, [shown(chart.where), legend])))


def _whereabouts(run: Run, log: Sequence[EventRecord]) -> Whereabouts:
    record = run.record
    return Whereabouts.of(
        run.traversal,
        log,
        run.answers,
        [question.type for question in run.questions],
        record.status in LIVE and record.active,
        record.status == "completed",
        record.failure.step if record.failure else None,
    )
