from __future__ import annotations

from contextlib import closing

import pytest
from workflows.events import StopEvent

import hitl
from hitl.engine import Run, open_engine
from hitl.examples.interview import InterviewFlow
from hitl.settings import load_settings
from hitl.ui import renderers


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
