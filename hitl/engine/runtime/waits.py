"""Which waiter a wait of a step belongs to, however often the step runs, and which question it asks.

A step runs from its beginning for every answer, so a call of `ctx.wait_for_event` is either one that was made before or
a new one. Waits are told apart by the step's work item, by what they await with which requirements, and by their order.
The question only says that the order has changed: a step that skips what is settled asks in the words of a later wait.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pydantic_core import to_jsonable_python
from workflows.errors import WorkflowRuntimeError
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent
from workflows.runtime.types.results import (
    AddWaiter,
    DeleteWaiter,
    StepWorkerFailed,
    StepWorkerOutput,
    StepWorkerResult,
    StepWorkerState,
    WaitingForEvent,
)

from hitl.engine.records import NewEvent, NewQuestion, Question
from hitl.engine.upstream import FORMER_ID, OWN_ID, NamedWait, Wait, expiry_of, question_of
from hitl.engine.workflows.answers import found_by_name

MOST_UNTAKEN = 2
"""A step that has been given so many answers of one kind, none of which fits what it asks, is stopped."""
RANDOM_ID = re.compile(r"(?=[^0-9]*[0-9])[0-9a-f-]{8,}", re.IGNORECASE)
"""A hexadecimal id, as of `uuid.uuid4()` or `secrets.token_hex()`."""
MOMENT = re.compile(r"[0-9][0-9:.,TZ+-]{4,}", re.IGNORECASE)
"""A date, a time, or a number that is long enough for seconds since 1970 or a measured duration."""
FORMERLY_VOLATILE = re.compile(r"[0-9a-f]{8,}|[0-9]+", re.IGNORECASE)
"""What earlier versions left out of a question for the second digest in a waiter's id."""
LARGE = 10_000
"""Whole numbers from here on may be moments or random; smaller ones count something."""
AROUND = ".,;:!?()[]{}<>\"'“”‘’…"
"""Characters around a word that are not of it."""


@dataclass(frozen=True)
class Words:
    """Digests of a question; empty if a wait has none, or one that cannot be serialized."""

    exact: str = ""
    steady: str = ""
    """Without moments and random ids."""
    rough: str = ""
    """Also without any other word that has a digit or capitals inside, and without numbers."""
    former: str = ""
    """As `rough` was in earlier versions."""

    @classmethod
    def of(cls, question: Event | None) -> Words:
        if question is None:
            return cls()
        try:
            body, text = question.model_dump(mode="json"), question.model_dump_json()
        except ValueError:
            return cls()
        name = type(question).__name__
        leaves = list(_leaves(body))
        return cls(
            _digest(f"{name} {text}"),
            _digest(f"{name} {' '.join(leaf for leaf in leaves if not _is_moment_or_id(leaf))}"),
            _digest(f"{name} {' '.join(leaf for leaf in leaves if _is_plain(leaf))}"),
            _digest(FORMERLY_VOLATILE.sub("#", f"{name} {text}")),
        )


def _leaves(value: Any) -> Iterator[str]:
    """The words and numbers of a JSON value, with the names of its fields, in order."""
    match value:
        case Mapping():
            for name, inner in value.items():
                yield str(name)
                yield from _leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from _leaves(inner)
        case str():
            yield from (word.strip(AROUND) for word in value.split())
        case _:
            yield repr(value)


def _is_moment_or_id(word: str) -> bool:
    if RANDOM_ID.fullmatch(word) or MOMENT.fullmatch(word):
        return True
    try:
        number = float(word)
    except ValueError:
        return False
    return math.isfinite(number) and (abs(number) >= LARGE or number != round(number, 3))


def _is_plain(word: str) -> bool:
    """True for a word without digits, and without capitals after small letters, as random text has them."""
    has_inner_capital = any(one.islower() and two.isupper() for one, two in pairwise(word))
    return not has_inner_capital and not any(sign.isdigit() for sign in word)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True)
class Known:
    """An existing waiter of a step."""

    id: str
    turn: int
    """Its number among the waits of its kind, from 1."""
    words: Words
    is_former: bool
    """True if an earlier version gave it its id."""
    is_resolved: bool
    before: str = ""
    """What was known of the waits of its kind when it began, a letter for each turn; see `OWN_ID`."""

    def says_the_same(self, words: Words) -> bool:
        """True if a question differs at most in moments, random ids and numbers; also if either wait has none."""
        if not (words.exact and self.words.exact):
            return True
        if self.is_former:
            return self.words.former == words.former
        return self.words.rough == words.rough

    def says_it_steadily(self, words: Words) -> bool:
        """True if a question differs at most in moments and random ids; also if either wait has none."""
        return not (words.exact and self.words.exact) or self.words.steady == words.steady != ""


@dataclass
class WrittenQuestion:
    """A question that a step has written to the stream in its current execution."""

    event: InputRequiredEvent
    id: str
    """The same however often the step writes it."""
    stored: NewEvent
    is_of_a_wait: bool = False
    is_stored: bool = False


@dataclass
class Execution:
    """One execution of a step; a step runs from its beginning for every answer."""

    step: str
    work_item: str | None
    calls: Counter[str] = field(default_factory=Counter)
    """Number of waits so far, by kind."""
    used: set[str] = field(default_factory=set)
    """Ids of the waiters of these waits."""
    created: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Turns of the new waits among them, by kind."""
    reworded: defaultdict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    """Waiters whose answers were taken for a question in other words, by kind."""
    written: list[WrittenQuestion] = field(default_factory=list)
    words_written: Counter[str] = field(default_factory=Counter)
    """How often a question in these words was written."""
    has_ended: bool = False

    def left_over(self) -> list[WrittenQuestion]:
        """The questions written so far that belong to no wait."""
        return [written for written in self.written if not written.is_of_a_wait]

    def to_store(self) -> list[WrittenQuestion]:
        """Of those, the ones that are not stored yet."""
        return [written for written in self.left_over() if not written.is_stored]


_execution: ContextVar[Execution | None] = ContextVar("execution_of_a_step", default=None)


def current_execution() -> Execution | None:
    """The execution of a step that the caller is part of; None outside of steps and after its end."""
    execution = _execution.get()
    return None if execution is None or execution.has_ended else execution


@dataclass(frozen=True)
class RestoredWaiter:
    """A waiter of a run that was resumed."""

    id: str
    step: str
    event_type: type[Event] | None
    """What it waits for; None if it cannot be found any more."""
    is_open: bool
    """False if it has its answer or has timed out."""


@dataclass(frozen=True)
class OpenWait:
    """A registered waiter that has neither an answer nor timed out."""

    id: str
    step: str
    event_type: type[Event] | None
    requirements: Mapping[str, Any] = field(default_factory=dict)
    """Empty for a waiter of a resumed run, of which they are not stored."""
    asks: bool = False
    """True once its question is stored."""

    @property
    def question(self) -> str | None:
        return question_of(self.id)

    @property
    def expires_at(self) -> float | None:
        """In seconds since 1970."""
        return expiry_of(self.id)

    @property
    def may_ask(self) -> bool:
        """True if it has asked nothing yet and could; a wait for a human's answer has asked, or waits for a signal."""
        is_for_any_event = self.event_type is not None and not issubclass(self.event_type, HumanResponseEvent)
        return not self.asks and self.question is not None and is_for_any_event


@dataclass(frozen=True)
class LooseQuestion:
    """An open question that no waiter has asked and no step takes the answer of: a wait is still to come."""

    id: str
    type_name: str
    body: Mapping[str, Any]
    answer_type: type[Event] | None
    """The type that its class names; None if it names none."""

    @classmethod
    def of(cls, question: Question | NewQuestion) -> LooseQuestion:
        """A stored question; the library's own answer type stands for none."""
        named = found_by_name(question.answer_type) if question.answer_type else None
        asked = question.event if isinstance(question, NewQuestion) else question
        return cls(question.id, asked.type, asked.body, None if named is HumanResponseEvent else named)


class RunWaits:
    """The waits of one run.

    Args:
        run_id: Id of the run.
    """

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._asked_by_waits: set[str | None] = set()  # ids of the questions of all waiters; None for former ones
        self._settled: set[str] = set()  # ids of the questions that are open no more
        self.open: dict[str, OpenWait] = {}
        """By waiter id."""
        self.loose: dict[str, LooseQuestion] = {}
        """By question id."""
        self.questions: set[str] = set()
        """Ids of the open questions."""
        self._seen_again: set[str] = set()  # waiters whose question was asked again in the same words
        self._taken: set[str] = set()  # ids of the questions whose answers an execution has taken
        self._executions: dict[str | None, Execution] = {}  # by invocation

    def restore(self, waiters: Collection[RestoredWaiter]) -> None:
        """Note the waiters of a resumed run."""
        self._asked_by_waits |= {question_of(waiter.id) for waiter in waiters}
        self.open |= {
            waiter.id: OpenWait(waiter.id, waiter.step, waiter.event_type) for waiter in waiters if waiter.is_open
        }

    def note_question(self, question: Question | NewQuestion, is_taken_by_a_step: bool) -> None:
        """Note a question that is stored; one that has been settled may be stored again, which changes nothing."""
        if question.id in self._settled:
            return
        self.questions.add(question.id)
        for wait in self.open.values():
            if wait.question == question.id:
                self.open[wait.id] = replace(wait, asks=True)
        if not is_taken_by_a_step and self._asked_by_waits.isdisjoint((question.id, None)):
            self.loose[question.id] = LooseQuestion.of(question)

    # ---- one execution of a step

    @contextmanager
    def execution(self, step: StepWorkerState) -> Generator[Execution, None, None]:
        """What happens in the block, and in the tasks that it begins, is one execution of a step."""
        made = self._executions[step.invocation_id] = Execution(step.step_name, step.work_item_id)
        token = _execution.set(made)
        try:
            yield made
        finally:
            made.has_ended = True
            _execution.reset(token)

    def conclude(
        self, execution: Execution, step: StepWorkerState, output: list[StepWorkerOutput]
    ) -> list[StepWorkerOutput]:
        """What an execution has come to, in the form that the library takes.

        A `TaskGroup` wraps what a wait raises, which would count as a failure. A step that has ended waits for nothing
        more; if it has taken another answer in place of one that it was given, it has asked in another order and fails.
        """
        is_known = step.work_item_id is not None
        own = [waiter for waiter in step.collected_waiters if is_known and waiter.work_item_id == step.work_item_id]
        if any(isinstance(result, StepWorkerResult) for result in output):
            asked = {_own(step, kind) for kind in execution.calls}
            matches = [OWN_ID.fullmatch(waiter.waiter_id) for waiter in own if waiter.resolved_event is not None]
            left = {match["question"] for match in matches if match and match["kind"] in asked}
            taken = self._taken | {id for kind in execution.calls for id in self._taken_before(step, kind)}
            is_mixed_up = any(_left_out(step, kind, execution) for kind in execution.reworded)
            if left - taken or is_mixed_up:
                error = WorkflowRuntimeError(
                    f"The step {step.step_name} has ended without an answer that it was given: when it ran again, it "
                    f"asked something else or in another order. The answer is kept in the run's log. {ADVICE}"
                )
                kept = [result for result in output if not isinstance(result, StepWorkerResult | DeleteWaiter)]
                return [*kept, StepWorkerFailed(exception=error, failed_at=time.time())]
            deleted = {result.waiter_id for result in output if isinstance(result, DeleteWaiter)}
            ids = [waiter.waiter_id for waiter in own if waiter.waiter_id not in deleted and _is_ours(waiter.waiter_id)]
            return [*output, *(DeleteWaiter(waiter_id=waiter_id) for waiter_id in ids)]
        return [_unwrapped(result) for result in output]

    def end(self, invocation_id: str | None) -> Execution | None:
        """The execution that a tick brings the result of; it is forgotten."""
        return self._executions.pop(invocation_id, None)

    def written_in(self, invocation_id: str | None) -> list[WrittenQuestion]:
        """The questions that an execution has written and that are still to be stored."""
        execution = self._executions.get(invocation_id)
        return execution.to_store() if execution else []

    def restore_execution(self, step: StepWorkerState, written: list[WrittenQuestion]) -> None:
        """Note an execution of a step that has ended before the run came into memory, unless it is known."""
        if step.invocation_id not in self._executions:
            ended = Execution(step.step_name, step.work_item_id, written=written, has_ended=True)
            self._executions[step.invocation_id] = ended

    def left_over(self) -> list[WrittenQuestion]:
        """The questions written by executions whose results did not come; they are forgotten."""
        executions, self._executions = list(self._executions.values()), {}
        return [written for execution in executions for written in execution.to_store()]

    def write(self, question: InputRequiredEvent, stored: NewEvent, execution: Execution) -> None:
        """Note a question that a step writes to the stream."""
        words = Words.of(question).steady
        execution.words_written[words] += 1
        place = f"{self._run_id} {execution.step} {execution.work_item} {words} {execution.words_written[words]}"
        execution.written.append(WrittenQuestion(question, _digest(place), stored))

    # ---- a wait

    def name(self, step: StepWorkerState, wait: Wait) -> NamedWait:
        """The waiter that a wait of the current execution belongs to.

        Raises:
            WorkflowRuntimeError: If the step asks something else each time that it runs.
        """
        execution = current_execution() or Execution(step.step_name, step.work_item_id)
        written = _written_for(wait, execution.left_over())
        if written:
            written.is_of_a_wait = True
        question = wait.question or (written.event if written else None)
        words = Words.of(question)
        execution.calls[wait.kind] += 1
        found = self._known(step, wait, words, execution)
        if found is None:
            waiters = list(_waiters_of_kind(step, wait.kind))
            turn = max([*(known.turn for known in waiters), *execution.created[wait.kind]], default=0) + 1
            execution.created[wait.kind].append(turn)
            asked = written.id if written else self._loose_for(wait) if question is None else None
            until = "" if wait.timeout is None else str(round((time.time() + wait.timeout) * 1000))
            digests = f"{words.exact}.{words.steady}.{words.rough}"
            letters = self._what_is_known(waiters)
            before = "".join(letters.get(each, "-") for each in range(1, turn))
            ours = f"{turn}.{digests}.{asked or uuid.uuid4().hex[:12]}.{until}.{before}"
            waiter_id = f"{_own(step, wait.kind)}~wait~{ours}"
        else:
            waiter_id = found.id
            if found.is_resolved and (question_id := question_of(found.id)):
                self._taken.add(question_id)
        execution.used.add(waiter_id)
        return NamedWait(waiter_id, question)

    def _known(self, step: StepWorkerState, wait: Wait, words: Words, execution: Execution) -> Known | None:
        """The existing waiter of a wait: the one that was asked in the same words, else the one at its place.

        A question in the same words is the same one, wherever it stands. Else the wait is the one at its place, unless
        its question is another one: it differs in more than moments, random ids and numbers, or in numbers although the
        step has asked it in the very same words before, so that they do not change by themselves.

        A question in other words may still be another one. Then the step does not come to all that it was answered, or
        asks again what it should have been: it is stopped, since an answer may count for the wrong question.
        """
        waiters = list(_waiters_of_kind(step, wait.kind))
        left = [known for known in waiters if known.id not in execution.used]
        here = next((known for known in left if known.turn == execution.calls[wait.kind]), None)
        repeated = [known for known in left if words.exact and known.words.exact == words.exact]
        if repeated:
            found = here if here in repeated else repeated[0]
            if found:
                self._seen_again.add(found.id)
            return found
        letters = self._what_is_known(waiters)
        may_be_reworded = here is not None and letters[here.turn] not in ("s", "e")
        if here and (here.says_it_steadily(words) or (may_be_reworded and (wait.has_id or here.says_the_same(words)))):
            if here.is_resolved and words.exact and here.words.exact and not wait.has_id:
                execution.reworded[wait.kind].append(here)
            return here
        reworded = execution.reworded[wait.kind]
        if any(known.words.exact == words.exact for known in reworded) or _left_out(step, wait.kind, execution):
            raise WorkflowRuntimeError(
                f"The step {step.step_name} asks in another order than before, or leaves out what was answered, in "
                f"words of which only times or numbers differ, so that an answer could count for another question. The "
                f"answers are kept in the run's log. {ADVICE}"
            )
        untaken = [known for known in left if known.is_resolved and letters[known.turn] not in ("t", "e")]
        if len(untaken) >= MOST_UNTAKEN:
            raise WorkflowRuntimeError(
                f"The step {step.step_name} asks something else each time that it runs, so none of the answers that it "
                f"was given fits. They are kept in the run's log. {ADVICE}"
            )
        return None

    def _what_is_known(self, waiters: Collection[Known]) -> dict[int, str]:
        """By turn: whether a wait was asked again in the same words and its answer taken, as a letter of `OWN_ID`.

        What happened before the run came into memory is known from the wait that has begun last.
        """
        before = max((known.before for known in waiters), key=len, default="")
        letters = {}
        for known in waiters:
            letter = before[known.turn - 1 : known.turn]
            is_seen = letter in ("s", "e") or known.id in self._seen_again
            is_taken = letter in ("t", "e") or question_of(known.id) in self._taken
            letters[known.turn] = "e" if is_seen and is_taken else "s" if is_seen else "t" if is_taken else "-"
        return letters

    def _taken_before(self, step: StepWorkerState, kind: str) -> set[str]:
        """Ids of the questions of a kind whose answers were taken."""
        waiters = list(_waiters_of_kind(step, kind))
        letters = self._what_is_known(waiters)
        taken = [known for known in waiters if letters[known.turn] in ("t", "e")]
        return {question for known in taken if (question := question_of(known.id))}

    def _loose_for(self, wait: Wait) -> str | None:
        """Id of the question that was asked elsewhere for a wait."""
        for loose in self.loose.values():
            if _belong_together(loose.answer_type, loose.body, wait):
                return loose.id
        return None

    # ---- what is stored

    def begin(self, waiter: AddWaiter[Event], step: str, asks: bool) -> None:
        """Note that a waiter is registered."""
        wait = OpenWait(waiter.waiter_id, step, waiter.event_type, waiter.requirements, asks)
        self._asked_by_waits.add(wait.question)
        self.open[wait.id] = wait
        self.loose.pop(wait.question or "", None)

    def settle(self, question_id: str) -> None:
        """Note that a question has its answer, or is closed."""
        self._settled.add(question_id)
        self.questions.discard(question_id)
        self.loose.pop(question_id, None)
        for waiter_id in [wait.id for wait in self.open.values() if wait.question == question_id]:
            del self.open[waiter_id]

    def note_answer(self, question_id: str) -> None:
        """Note that the answer of a question was brought into the run."""
        self.settle(question_id)

    def is_asked_by_a_wait(self, question_id: str) -> bool:
        """True for the question of a wait, also of one that has ended."""
        return question_id in self._asked_by_waits

    def has_waiter(self, question_id: str) -> bool:
        """True if a waiter takes the answer of a question; also if one of an earlier version might."""
        return any(wait.question in (question_id, None) for wait in self.open.values())

    @property
    def silent(self) -> list[OpenWait]:
        """The waiters that have asked nothing, and could."""
        return [wait for wait in self.open.values() if wait.may_ask]

    @property
    def awaited(self) -> list[type[Event]]:
        return [wait.event_type for wait in self.open.values() if wait.event_type is not None]


ADVICE = (
    "A step runs again from its beginning for every answer: let it ask the same in the same order, give each wait a "
    "waiter_id, or ask in one step and take the answer in another."
)


def _written_for(wait: Wait, written: Collection[WrittenQuestion]) -> WrittenQuestion | None:
    """The question of a wait among those that its step has written: the same as its own, else the first that fits."""
    if wait.question is not None:
        own = Words.of(wait.question).exact
        return next((each for each in written if own and Words.of(each.event).exact == own), None)
    return next((each for each in written if _belong_together(_named_type(each.event), each.stored.body, wait)), None)


def _named_type(question: Event) -> type[Event] | None:
    named = getattr(type(question), "answer_type", None)
    return named if isinstance(named, type) and issubclass(named, Event) else None


def _belong_together(answer_type: type[Event] | None, body: Mapping[str, Any], wait: Wait) -> bool:
    """True if the answer of a question is what a wait waits for, by its type and by what is required of it."""
    is_of_type = answer_type is None or issubclass(answer_type, wait.event_type)
    return is_of_type and _has_required(body, wait)


def _has_required(body: Mapping[str, Any], wait: Wait) -> bool:
    """True unless a question has a field that is required of the answer, with another value."""
    required = to_jsonable_python(wait.requirements, fallback=str)
    return all(body[name] == value for name, value in required.items() if name in body)


def _own(step: StepWorkerState, kind: str) -> str:
    """The kind, extended by the step's work item: each work item has its own waits."""
    return kind if step.work_item_id is None else f"{kind}_{step.work_item_id}"


def _waiters_of_kind(step: StepWorkerState, kind: str) -> Iterator[Known]:
    """The step's existing waiters of this kind for this work item, in the order of their turns."""
    own = _own(step, kind)
    found = []
    for waiter in step.collected_waiters:
        is_resolved = waiter.resolved_event is not None
        if (match := OWN_ID.fullmatch(waiter.waiter_id)) and match["kind"] == own:
            words = Words(match["exact"], match["steady"], match["rough"])
            found.append(Known(waiter.waiter_id, int(match["turn"]), words, False, is_resolved, match["before"] or ""))
        elif (match := FORMER_ID.fullmatch(waiter.waiter_id)) and match["kind"] == own:
            words = Words(match["exact"], former=match["rough"])
            found.append(Known(waiter.waiter_id, int(match["turn"]), words, True, is_resolved))
        elif waiter.waiter_id in (kind, own):
            found.append(Known(waiter.waiter_id, 1, Words(), True, is_resolved))
    yield from sorted(found, key=lambda known: known.turn)


def _left_out(step: StepWorkerState, kind: str, execution: Execution) -> bool:
    """True if an execution has taken an answer for a question in other words, and left out another answer."""
    answered = {known.id for known in _waiters_of_kind(step, kind) if known.is_resolved}
    return bool(execution.reworded.get(kind)) and not answered <= execution.used


def _is_ours(waiter_id: str) -> bool:
    return bool(OWN_ID.fullmatch(waiter_id) or FORMER_ID.fullmatch(waiter_id))


def _unwrapped(result: StepWorkerOutput) -> StepWorkerOutput:
    """The first wait of an exception group that holds nothing else, as of a `TaskGroup`; any other result as it is."""
    waiting = _waiting_in(result.exception) if isinstance(result, StepWorkerFailed) else None
    return waiting.add if waiting else result


def _waiting_in(error: BaseException) -> WaitingForEvent[Event] | None:
    if not isinstance(error, BaseExceptionGroup):
        return None
    waits, others = error.split(WaitingForEvent)
    if waits is None or others is not None:
        return None
    first: Any = waits
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first if isinstance(first, WaitingForEvent) else None
