"""What tests do with runs of the interview: start one, answer it and read what it has told."""

from __future__ import annotations

from hitl.engine import Engine, EventRecord, Question, Run
from tests.conftest import until


def interview(engine: Engine, lines: int = 5, picky: bool = False) -> Run:
    return engine.start("interview", rounds=1, lines=lines, picky=picky)


def asked(run: Run, topic: str) -> Question:
    return until(lambda: [question for question in run.questions if question.body["topic"] == topic])[0]


def answer(run: Run, topic: str, token: str) -> None:
    question = asked(run, topic)
    body = {"topic": topic, "so_far": question.body["so_far"], "token": token}
    assert run.answer(question.id, body, by="ana").accepted


def lines_of(run: Run) -> list[EventRecord]:
    return [event for event in run.events() if event.type == "Line"]


def completed(run: Run) -> bool:
    return run.status == "completed"


def questions_in(run: Run) -> list[str]:
    return [event.body["topic"] for event in run.events() if event.kind == "question"]
