"""What the fake server answers when hitl asks it: a model that plans, reads and writes by simple rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from hitl.report.writing import opinions, prompt
from hitl.research import planning, quote_selection
from tests.fake_openai import FakeOpenAI, Reply, Request, Says, Tokens

Task = Literal["planning", "reading", "writing", "rewriting", "checking"]
SYSTEMS: dict[str, Task] = {
    planning.SYSTEM: "planning",
    quote_selection.SYSTEM: "reading",
    prompt.SYSTEM: "writing",
    prompt.REWRITING: "rewriting",
    opinions.SYSTEM: "checking",
}


def task_of(request: Request) -> Task | None:
    """What a request asks for; None for anything else, such as a trial."""
    return next((task for system, task in SYSTEMS.items() if messages_of(request)[0].startswith(system)), None)


def input_of(request: Request) -> dict[str, Any]:
    """What the model was given."""
    given: dict[str, Any] = json.loads(messages_of(request)[1])
    return given


def messages_of(request: Request) -> list[str]:
    """The system's message and the user's, over either protocol."""
    messages = request.body.get("input") or request.body["messages"]
    return [message["content"] for message in messages]


def requests_for(server: FakeOpenAI, task: Task) -> list[Request]:
    return [request for request in server.requests if request.body and task_of(request) == task]


def scholar(request: Request) -> Reply:
    """A model that does as it is told."""
    match task_of(request):
        case "planning":
            return Says(planned(input_of(request)), Tokens(input=400, output=60))
        case "reading":
            return Says(selected(input_of(request)), Tokens(input=3000, output=300))
        case "writing":
            return Says(written(input_of(request)), Tokens(input=900, output=250))
        case "rewriting":
            return Says(rewritten(input_of(request)), Tokens(input=900, output=100))
        case "checking":
            return Says(checked(input_of(request)), Tokens(input=900, output=100))
        case None:
            return Says("ready")


def planned(given: dict[str, Any]) -> str:
    asked = [given["topic"], *given["feedback"]]
    questions = [{"question": f"What is known of {text}?", "queries": [text]} for text in asked]
    return json.dumps({"questions": questions})


def selected(given: dict[str, Any]) -> str:
    """The first sentence of each passage, for the first question."""
    first = [int(next(iter(passage["sentences"]))) for passage in given["passages"][: given["most"] + 3]]
    return json.dumps({"answers": [{"question": 1, "sentences": [number]} for number in first]})


def written(given: dict[str, Any]) -> str:
    """Every finding, word for word: the first two as an answer, the others under one heading."""
    sentences = [{"findings": [finding["number"]], "text": finding["quote"]} for finding in given["findings"]]
    sections = [{"heading": "", "sentences": sentences[:2]}, {"heading": "In detail", "sentences": sentences[2:]}]
    return json.dumps({"sections": sections}, ensure_ascii=False)


def rewritten(given: dict[str, Any]) -> str:
    """The first finding, with the number of the statement."""
    quote = given["findings"][0]["quote"]
    statements = [{"number": number, "findings": [1], "text": f"For {number}: {quote}"} for number in given["rewrite"]]
    return json.dumps({"statements": statements}, ensure_ascii=False)


def checked(given: dict[str, Any]) -> str:
    """That every sentence is supported."""
    opinions = [{"number": sentence["number"], "says": "supported"} for sentence in given["sentences"]]
    return json.dumps({"opinions": opinions})


def instead(task: Task, *replies: Reply) -> Callable[[Request], Reply]:
    """A scholar who gives these replies for a task, one after the other, and then does as it is told."""
    left = list(replies)
    return lambda request: left.pop(0) if left and task_of(request) == task else scholar(request)
