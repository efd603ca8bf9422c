from __future__ import annotations

from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest
from workflows.events import StopEvent

import hitl
from hitl.engine import Run, open_engine
from hitl.examples.interview import InterviewFlow
from hitl.settings import load_settings
from hitl.ui import renderers
from tests.conftest import until


class Given(StopEvent):
    pass


@pytest.fixture(autouse=True)
def no_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "_renderers", {})


def test_the_former_name_still_registers_and_says_what_it_is_called_now():
    with pytest.warns(DeprecationWarning, match="hitl.renders"):

        @hitl.draws(Given)
        def draw(run: Run) -> None:
            pass

    assert renderers._renderers["Given"] == {f"{__name__}:Given": draw}


def test_the_former_name_of_what_blocks_a_run_still_tells_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "expense=hitl.examples.expense:ExpenseFlow")
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("expense", purpose="A desk", amount=5.0)
        with pytest.warns(DeprecationWarning, match="blocked_reason"):
            assert run.obstacle is None


def draw_it(run: Run) -> None:
    """A function, as `@hitl.renders` without parentheses gets it."""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (str, "and str is none: write its name in parentheses, such as @hitl.renders(MayITravel)"),
        ("Given", "and 'Given' is none"),
        (None, "and None is none"),
        (InterviewFlow, "and InterviewFlow is none"),
        (Given(), "takes the class of an event, not an event: write @hitl.renders(Given)."),
        (draw_it, "does not know which event draw_it draws: write its name in parentheses"),
    ],
)
def test_only_the_class_of_an_event_has_a_renderer(given: object, words: str):
    with pytest.raises(TypeError) as refused:
        hitl.renders(given)  # type: ignore[arg-type]
    assert words in str(refused.value)
    assert renderers._renderers == {}


HALVES = """
import streamlit as st
import hitl
from hitl.examples.expense import ApproveExpense, Settled

@hitl.renders(ApproveExpense)
def draw_question(run, question):
    below = st.container()
    st.write("the buttons")
    yield
    with below:
        st.write("the question")

@hitl.renders(Settled)
def draw_result(run):
    above = st.container()
    st.write(f"the text, below the title: {bool(st.session_state.titled)}")
    yield
    with above:
        st.write(f"the buttons, below the title: {bool(st.session_state.titled)}")

draw_title, st.session_state.titled = st.title, []

def noted(*args, **options):
    st.session_state.titled.append(args)
    return draw_title(*args, **options)

st.title = noted
try:
    hitl.page()
finally:
    st.title = draw_title
"""


@pytest.mark.parametrize(
    ("amount", "drawn"),
    [
        (80.0, ["the question", "the buttons"]),
        (8.0, ["the buttons, below the title: True", "the text, below the title: False"]),
    ],
)
def test_what_a_visitor_waits_for_is_drawn_before_the_head(
    monkeypatch: pytest.MonkeyPatch, amount: float, drawn: list[str]
):
    monkeypatch.setenv("HITL_WORKFLOWS", "expense=hitl.examples.expense:ExpenseFlow")
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("expense", purpose="A desk", amount=amount)
        until(lambda: not run.active)
    at = AppTest.from_string(HALVES, default_timeout=20)
    at.query_params["run"] = run.id
    at.run()
    assert not at.exception
    assert [each.value for each in at.markdown if "the " in str(each.value)[:4]] == drawn
