"""A visitor who drives the page without a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, ButtonGroup

from hitl.ui.send_answer import TOO_SOON
from tests.conftest import until

APP = Path(__file__).parents[2] / "app.py"
PLUTO = "Why is Pluto no longer a planet"


def open_page(run_id: str | None = None, name: str | None = None) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=20)
    if run_id:
        at.query_params["run"] = run_id
    at.run()
    if name:
        at.text_input(key="hitl.by").input(name).run()
    return at


def wait_for(at: AppTest, condition: Callable[[AppTest], object]) -> None:
    """Run the page until something shows on it."""
    until(lambda: condition(at.run()))
    assert not at.exception


def has_button(key: str) -> Callable[[AppTest], bool]:
    return lambda at: any(button.key == key for button in at.button)


def ids_behind(buttons: Iterable[Button], prefix: str) -> list[str]:
    """What follows a prefix in the keys of buttons."""
    keys = [button.key or "" for button in buttons]
    return [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]


def button_labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def shows(text: str) -> Callable[[AppTest], bool]:
    return lambda at: text in text_of(at)


def text_of(at: AppTest) -> str:
    """Everything that the page says, but for the log."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning, at.error, at.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def without_marks(text: str) -> str:
    """A text without the colours that matching words and the passage around a quote have."""
    return re.sub(r":[a-z]+(?:-background|-badge)?\[|(?<!\\)\]", "", text)


def log_of(at: AppTest) -> str:
    return "\n".join(str(block.value) for block in at.code)


def run_id_of(at: AppTest) -> str:
    return str(at.query_params["run"][0] if isinstance(at.query_params["run"], list) else at.query_params["run"])


def start(at: AppTest, topic: str) -> None:
    at.text_input(key="topic").input(topic)
    at.button(key="start").click().run()
    assert not at.exception


def start_and_wait(topic: str = PLUTO, name: str | None = None) -> AppTest:
    """A page that shows the review of a topic."""
    at = open_page(name=name)
    start(at, topic)
    wait_for(at, has_button("reject"))
    return at


def decide(at: AppTest, key: str, page: str = "") -> None:
    """Click as soon as the question that is drawn takes a click, on a page with this key."""
    drawn = at.session_state[f"hitl.{page}.drawn" if page else "hitl.drawn"]
    until(lambda: time.monotonic() - max(drawn.values()) > TOO_SOON)
    at.button(key=key).click().run()
    assert not at.exception


def quotes(at: AppTest) -> dict[str, str]:
    """The quotes on the page, by the id of their finding."""
    body = at.session_state["run"].question.body
    return {finding["id"]: finding["quote"] for finding in body["findings"]}


def cancel(at: AppTest) -> None:
    """Cancel the run that is shown, and mean it."""
    at.button(key="cancel").click().run()
    at.button(key="hitl.confirm_cancel").click().run()
    assert not at.exception


def desk_key(at: AppTest, name: str) -> str:
    """The key of a widget of the review that is shown; `drop` is that of the entry that is open."""
    key = f"hitl.desk-{at.session_state['run'].question.id}-{name}"
    return next(str(button.key) for button in at.button if f"{key}-" in str(button.key)) if name == "drop" else key


def keep_or_drop(at: AppTest, finding: str, keep: bool = False) -> None:
    """Set the switch of a finding that the list shows, and draw the whole page again."""
    _switches(at)[finding].set_value(["Keep"] if keep else []).run()
    at.run()
    assert not at.exception


def dropped_in(at: AppTest) -> list[str]:
    """Ids of the findings in the rows of the list whose switches are off."""
    return [finding for finding, switch in _switches(at).items() if not switch.value]


def _switches(at: AppTest) -> dict[str, ButtonGroup[str]]:
    """The switches in the rows of the list, by id of their finding."""
    keys, kept = {each.key or "": each for each in at.pills}, desk_key(at, "kept-")
    return {key.removeprefix(kept).split("-")[0]: each for key, each in keys.items() if key.startswith(kept)}
