"""Until when a question waits, as the page says it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def draw(expires_at: str) -> None:
    from datetime import UTC, datetime

    from hitl.engine import Question
    from hitl.ui.expiry import draw_expiry

    moment = datetime.fromisoformat(expires_at) if expires_at else None
    draw_expiry(Question("q", "r", "w", "Ask", {}, None, {}, {}, datetime(2026, 1, 1, tzinfo=UTC), moment))


@pytest.mark.parametrize(
    ("expires_at", "said"),
    [("", []), ("2026-11-27T18:00:05+00:00", ["Waits for an answer until 2026-11-27 18:00:05."])],
)
def test_a_question_says_until_when_it_waits_if_its_author_has_set_a_time(expires_at: str, said: list[str]):
    at = AppTest.from_function(draw, kwargs={"expires_at": expires_at}, default_timeout=20).run()
    assert not at.exception
    assert [caption.value for caption in at.caption] == said
