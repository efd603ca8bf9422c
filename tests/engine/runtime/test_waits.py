"""Which waiter a wait belongs to, without a workflow: by its work item, its kind, its order and its words."""

from __future__ import annotations

import random
import secrets
import string
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workflows.errors import WorkflowRuntimeError
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent
from workflows.runtime.types.results import StepWorkerState, StepWorkerWaiter

from hitl.engine.runtime.waits import RunWaits, Words
from hitl.engine.upstream import OWN_ID, NamedWait, Wait, expiry_of, question_of


class Ask(InputRequiredEvent):
    text: str


class Reply(HumanResponseEvent):
    pass


@dataclass
class Step:
    """The executions of a step for one work item, each with the waiters that there are so far."""

    work_item: str = "work_item_1"
    waits: RunWaits = field(default_factory=lambda: RunWaits("a run"))
    waiters: list[StepWorkerWaiter[Event]] = field(default_factory=list)

    def run(self, *texts: str | None, ids: tuple[str | None, ...] = ()) -> list[str]:
        """Run the step once: the waits of these questions, up to the first that has no answer, which is answered.

        Returns:
            The answers that it gets, each the text of the question that was answered.
        """
        state = StepWorkerState("ask", {}, list(self.waiters), work_item_id=self.work_item, invocation_id="1")
        got = []
        with self.waits.execution(state):
            for number, text in enumerate(texts):
                named = self.wait(state, text, ids[number] if ids else None)
                waiter = next((known for known in self.waiters if known.waiter_id == named.waiter_id), None)
                if waiter is None:
                    answer = Reply(text=text)  # type: ignore[call-arg]
                    self.waiters.append(
                        StepWorkerWaiter(
                            named.waiter_id,
                            StartEvent(),
                            Reply,
                            {},
                            False,
                            answer,
                            None,
                            False,
                            (),
                            None,
                            self.work_item,
                        )
                    )
                    break
                assert waiter.resolved_event
                got.append(waiter.resolved_event.text)
        return got

    def wait(self, state: StepWorkerState, text: str | None, given_id: str | None = None) -> NamedWait:
        question = None if text is None else Ask(text=text)
        return self.waits.name(state, Wait(given_id or "Reply", given_id is not None, Reply, question, {}, None))


def answers_of(step: Step, *executions: tuple[str, ...]) -> list[str]:
    """The answers of the last of several executions."""
    got: list[str] = []
    for texts in executions:
        got = step.run(*texts)
    return got


def test_waits_in_a_row_get_their_own_answers_in_order():
    row = ("a", "b", "c")
    assert answers_of(Step(), row, row, row, row) == ["a", "b", "c"]


def test_the_same_question_twice_gets_two_answers():
    step = Step()
    assert answers_of(step, ("a", "a"), ("a", "a"), ("a", "a")) == ["a", "a"]
    assert len(step.waiters) == 2


def test_what_is_settled_may_be_skipped():
    assert answers_of(Step(), ("a", "b", "c"), ("a", "b", "c"), ("b", "c"), ("c",)) == ["c"]


def test_what_is_asked_for_the_first_time_in_place_of_something_else_is_new():
    step = Step()
    assert answers_of(step, ("a",), ("x", "a"), ("x", "a")) == ["x", "a"]


def test_other_work_items_have_other_waits():
    one, two = Step(), Step("work_item_2")
    one.run("a")
    two.waiters, two.waits = one.waiters, one.waits
    assert two.run("a") == []
    assert len(two.waiters) == 2


VOLATILE: dict[str, Callable[[], object]] = {
    "time": lambda: time.time(),
    "date": lambda: datetime.fromtimestamp(random.randrange(2**31), UTC).isoformat(),
    "clock": lambda: f"{random.randrange(24):02}:{random.randrange(60):02}",
    "uuid": uuid.uuid4,
    "hex": lambda: secrets.token_hex(6),
    "url-safe": lambda: secrets.token_urlsafe(16),
    "letters": lambda: "".join(random.choices(string.ascii_letters, k=20)),
    "float": random.random,
    "count": lambda: random.randrange(1000),
}


@pytest.mark.parametrize("kind", VOLATILE)
def test_random_text_and_times_in_a_question_do_not_tell_waits_apart(kind: str):
    step = Step()
    for _ in range(3):
        got = step.run(f"May I read? {VOLATILE[kind]()}", f"May I write? ({VOLATILE[kind]()})")
    assert [text.split("?")[0] for text in got] == ["May I read", "May I write"]
    assert len(step.waiters) == 2


@pytest.mark.parametrize("kind", sorted(VOLATILE.keys() - {"count", "letters", "url-safe"}))
def test_a_moment_that_changes_later_does_not_make_it_another_question(kind: str):
    """As a date that stayed the same while the step ran again, until midnight."""
    step, first, later = Step(), VOLATILE[kind](), VOLATILE[kind]()
    assert answers_of(step, (f"Today {first}",), (f"Today {first}",), (f"Today {later}",)) == [f"Today {first}"]


@pytest.mark.parametrize(("one", "other"), [("read a file", "delete a file"), ("item 1", "item 2"), ("a", "b")])
def test_a_question_that_was_repeated_exactly_is_not_taken_for_another_one(one: str, other: str):
    step = Step()
    step.run(one)
    assert step.run(one) == [one]
    assert step.run(other) == []
    assert len(step.waiters) == 2


def test_waits_without_questions_are_told_apart_by_their_order():
    step = Step()
    for _ in range(3):
        step.run(None, None)
    assert len(step.waiters) == 2


def test_a_wait_that_has_an_id_may_be_reworded():
    step = Step()
    step.run("a dog", "a fox", ids=("one", "two"))
    step.run("a cow", "a cat", ids=("one", "two"))
    assert step.run("a hen", "a yak", ids=("one", "two")) == ["a dog", "a cat"]


def test_a_step_that_asks_something_else_each_time_is_stopped_once_two_answers_fit_nothing():
    step = Step()
    step.run("cat")
    step.run("dog")
    with pytest.raises(WorkflowRuntimeError, match="asks something else each time that it runs"):
        step.run("fox")


@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=20))
def test_any_question_has_words_and_an_id_that_is_read_again(texts: list[str], kind: str):
    step = Step(work_item=kind)
    state = StepWorkerState("ask", {}, [], work_item_id=kind, invocation_id="1")
    with step.waits.execution(state):
        for text in texts:
            named = step.waits.name(state, Wait(kind, True, Reply, Ask(text=text), {}, 60.0))
            match = OWN_ID.fullmatch(named.waiter_id)
            assert match
            assert match["kind"] == f"{kind}_{kind}"
            assert match["question"] == question_of(named.waiter_id)
            assert abs((expiry_of(named.waiter_id) or 0) - time.time() - 60) < 30


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_the_words_of_any_question_are_the_same_each_time(value: Any):
    assert Words.of(InputRequiredEvent(value=value)) == Words.of(InputRequiredEvent(value=value))  # type: ignore[call-arg]


def test_a_question_that_cannot_be_serialized_has_no_words():
    assert Words.of(InputRequiredEvent(value=object())) == Words()  # type: ignore[call-arg]
