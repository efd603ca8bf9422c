"""How a workflow works: a diagram of its steps that is drawn once somebody opens it, and follows a run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import Engine, EventRecord, Run, WorkflowUnusable
from hitl.engine.records import LIVE
from hitl.engine.workflows.steps import WorkflowSteps
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.flowchart import Flowchart, Whereabouts, flowchart
from hitl.ui.keys import widget_key
from hitl.ui.slot import Slot

LEGEND = "Six-sided: a human decides. Green: where it is now, and where it has been; 3× is how often."
LEGEND_OF_A_WORKFLOW = "Six-sided: a human decides."


class Diagram:
    """A run's diagram on the page. Nothing is read and drawn as long as it is closed.

    Args:
        run: The run.
        place: Where it is drawn; None if it is closed.
    """

    def __init__(self, run: Run, place: DeltaGenerator | None) -> None:
        self._run = run
        self._is_open = place is not None
        if place is not None:
            self._chart: Slot[Flowchart] = Slot(place, partial(_draw_chart, name=run.workflow))
            self._caption: Slot[str] = Slot(place, lambda place, words: place.caption(words))
            self._steps = _steps_of(run.engine, run.workflow)

    def draw(self, log: Sequence[EventRecord]) -> None:
        """Draw where the run is, if that has changed since it was drawn last.

        Args:
            log: Its events so far.
        """
        if self._is_open:
            chart = flowchart(self._steps, _whereabouts(self._run, log)) if self._steps else None
            self._chart.show(chart if chart and chart.is_drawable else None)
            self._caption.show(_caption(chart, LEGEND))


def open_diagram(run: Run) -> Diagram:
    """Draw the place of a run's diagram, which a visitor opens; call it inside a fragment, which is then rerun."""
    return Diagram(run, _place())


def draw_run_diagram(run: Run, log: Sequence[EventRecord]) -> None:
    """Draw the diagram of a run that does nothing at present, in a fragment of its own."""
    st.fragment(lambda: open_diagram(run).draw(log))()


def draw_workflow_diagram(engine: Engine, workflow: str) -> None:
    """Draw how a workflow works, for somebody who is about to start it, in a fragment of its own."""
    st.fragment(_draw_workflow)(engine, workflow)


def _draw_workflow(engine: Engine, workflow: str) -> None:
    if place := _place():
        steps = _steps_of(engine, workflow)
        chart = flowchart(steps) if steps else None
        if chart and chart.is_drawable:
            _draw_chart(place, chart, workflow)
        place.caption(_caption(chart, LEGEND_OF_A_WORKFLOW))


def _steps_of(engine: Engine, workflow: str) -> WorkflowSteps | None:
    """The steps of a workflow; None if it cannot be loaded."""
    try:
        return engine.steps(workflow)
    except WorkflowUnusable:
        return None


def _place() -> DeltaGenerator | None:
    """Where the diagram is drawn; None as long as it is closed."""
    expander = st.expander(
        "How it works", icon=":material/account_tree:", key=widget_key("how_it_works"), on_change="rerun"
    )
    return expander if expander.open else None


def _draw_chart(place: DeltaGenerator, chart: Flowchart, name: str) -> DeltaGenerator:
    words = " ".join(humanize(name).split())
    return place.mermaid_chart(chart.source, width="content", alt=f"The steps of the workflow {words}. {chart.words}")


def _caption(chart: Flowchart | None, legend: str) -> str:
    """What stands below the diagram, or in its place."""
    if chart is None:
        return "The steps cannot be shown, since this workflow cannot be loaded here at present."
    if not chart.is_drawable:
        return shown(f"Its steps are too many for a picture. {chart.words}")
    return " ".join(filter(None, [shown(chart.where), legend]))


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
