"""Answers in one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hitl.cli.format import describe_answer, either
from hitl.engine import Question

NOTHING = {"struck": [], "feedback": "", "notes": {}, "check": False}


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("ReviewReport", NOTHING | {"action": "publish"}, "published"),
        ("ReviewReport", {"action": "publish"}, "published"),
        ("ReviewReport", NOTHING | {"action": "publish", "struck": [2, 3]}, "published, 2 struck out"),
        ("ReviewReport", NOTHING | {"action": "findings"}, "went back to the findings"),
        ("ReviewReport", NOTHING | {"action": "rewrite"}, "sent back to be rewritten"),
        (
            "ReviewReport",
            {"action": "rewrite", "struck": [1], "feedback": "More.", "notes": {"2": "a", "3": "b"}, "check": True},
            "sent back to be rewritten, 1 struck out, 2 notes, feedback: “More.”, check",
        ),
        ("ReviewReport", {"action": "burn", "check": True}, "burn, check"),
        ("ReviewFindings", {"approved": True, "check": True, "dropped": ["a"]}, "approved, 1 dropped, check"),
        ("ReviewFindings", {"approved": False, "check": False, "go_on": ""}, "rejected"),
        ("MayI", {"approved": True, "check": True}, "approved, check: yes"),
        ("MayI", {"action": "publish"}, "publish"),
        ("MayI", {}, "answered"),
    ],
)
def test_an_answer_is_told_in_one_line(kind: str, answer: dict[str, Any], words: str):
    question = Question("1", "2", "any", kind, {}, None, {}, {}, datetime(2026, 11, 25, tzinfo=UTC))
    assert describe_answer(question, answer) == words


@pytest.mark.parametrize(("words", "joined"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
def test_alternatives_are_joined(words: list[str], joined: str):
    assert either(words) == joined
