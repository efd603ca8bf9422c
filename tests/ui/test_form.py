"""Forms from types: schema, fields, widgets, and the event that arrives in the workflow."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from pydantic import BaseModel
from streamlit.testing.v1 import AppTest
from workflows.events import Event, HumanResponseEvent

from hitl.ui._compat import WORD_JOINER
from hitl.ui.send_answer import TOO_SOON
from tests.conftest import until
from tests.markdown import literal
from tests.ui.form_flows import (
    ARRIVED,
    NO_FILE,
    TYPES,
    Answered,
    Approval,
    Factories,
    May,
    Must,
    MustOrNull,
    Perhaps,
    PerhapsNot,
    Publication,
    Reply,
    Rude,
    RudeAnswer,
    Shipment,
    SideAnswer,
    Size,
    Together,
    TwoDecisions,
)

PAGE = Path(__file__).parent / "form_page.py"
FLOWS = (
    "StartMust StartMay StartPerhaps StartPerhapsNot StartMustOrNull StartFactories StartRude StartTogether "
    "Bare Nameless AsksEverything AsksForApproval AsksWhetherToPublish AsksWhatToDo AsksTwoThings AsksTwice"
)
WIDGETS = (
    "text_input text_area number_input selectbox multiselect toggle segmented_control date_input file_uploader".split()
)
SCAN, OTHER = ("scan.png", b"pixels", "image/png"), ("other.png", b"other pixels", "image/png")

TYPED: dict[str, Any] = {
    "text": "tea",
    "name": "Ada *L*",
    "feedback": "more\nof it",
    "hitl.run": "named like a key",
    "essay": "long",
    "memo": "two\nlines",
    "code": "abc",
    "ticket": "00000000-0000-0000-0000-000000000007",
    "price": "2.50",
    "count": 7,
    "points": 9,
    "positive": 99,
    "dozens": 24,
    "ratio": 0.125,
    "share": 0.5,
    "either_number": 2.5,
    "flag": True,
    "strict_flag": False,
    "letter": "b",
    "digit": 2,
    "size": "very_large",
    "level": 2,
    "day": date(1815, 12, 10),
    "moment": "2026-11-25 09:30:05",
    "instant": "2026-11-25T09:30:00Z",
    "hour": "09:30",
    "words": "one\n\n  two words  \n",
    "few_words": "ab",
    "word_set": "one",
    "word_tuple": "one\ntwo",
    "letters": ["c", "a"],
    "sizes": ["small"],
    "scan": SCAN,
    "scans": [SCAN, OTHER],
    "person": {"name": "Ada", "friend": '{"name": "Ben"}'},
    "people": [{"name": "Ada", "age": 36}],
    "table": '{"tea": 2}',
    "pair": '[1, "one"]',
    "number_or_name": "[1, 2]",
    "number_or_text": {"int": 7},
    "anything": '{"any": ["thing"]}',
}
"""What a human types for the value that `TYPES` has."""
VALUES = {name: value for name, (_, value) in TYPES.items()} | {
    "text": "tea",
    "scan": hashlib.sha256(SCAN[1]).hexdigest(),
    "scans": [hashlib.sha256(file[1]).hexdigest() for file in (SCAN, OTHER)],
}


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(f"{name}=tests.ui.form_flows:{name}" for name in FLOWS.split()))
    st.cache_resource.clear()
    ARRIVED.clear()
    yield
    st.cache_resource.clear()


def open_start(workflow: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=20)
    at.query_params["workflow"] = workflow
    at.run()
    assert not at.exception
    return at


def open_question(workflow: str) -> AppTest:
    """A page that shows the question of a workflow without inputs."""
    at = open_start(workflow)
    press(at, "start")
    until(lambda: at.session_state["run"].questions)
    at.run()
    assert not at.exception
    return at


def widget(at: AppTest, name: str) -> Any:
    """The widget of a field, by its name and the suffix of its form."""
    key = f"hitl.field.{name}"
    return next(found for kind in WIDGETS for found in getattr(at, kind) if found.key == key)


def fill(at: AppTest, typed: Mapping[str, Any], suffix: str = "") -> None:
    """Type values into the widgets of a form.

    Args:
        at: The page.
        typed: By name. A dict is what to type into a model or, by its place, into one type of a union; a list is what
            to type into each of its items.
        suffix: The suffix of the form.
    """
    for name, value in typed.items():
        match value:
            case dict():
                _open(at, name, value, suffix)
                fill(at, {f"{name}.{inner}": what for inner, what in value.items()}, suffix)
            case [dict(), *_]:
                for at_place, item in enumerate(value):
                    if not any(key.startswith(f"{name}.{at_place}.") for key in names_shown(at)):
                        at.button(key=f"hitl.field.{name}.add{suffix}").click().run()
                    fill(at, {f"{name}.{at_place}": item}, suffix)
            case _:
                widget(at, f"{name}{suffix}").set_value(value)


def _open(at: AppTest, name: str, value: Mapping[str, Any], suffix: str) -> None:
    """Switch a model on, or choose the type of a union, if there is such a widget."""
    if f"{name}{suffix}" in names_shown(at):
        found = widget(at, f"{name}{suffix}")
        found.set_value(True if found.type == "toggle" else next(iter(value)))
        at.run()


def names_shown(at: AppTest) -> list[str]:
    """The names of the fields that have a widget."""
    return [str(found.key).removeprefix("hitl.field.") for kind in WIDGETS for found in getattr(at, kind) if found.key]


def press(at: AppTest, key: str) -> None:
    if "hitl.drawn" in at.session_state:
        drawn = at.session_state["hitl.drawn"]
        until(lambda: time.monotonic() - max(drawn.values()) > TOO_SOON)
    at.button(key=key).click().run()
    assert not at.exception


def arrived(number: int = 1) -> Event:
    until(lambda: len(ARRIVED) >= number)
    return ARRIVED[number - 1]


def errors(at: AppTest) -> list[str]:
    return [literal(error.value).replace(WORD_JOINER, "") for error in at.error]


def error_below(at: AppTest, name: str) -> str:
    """What is drawn directly below the widget of a field, if it is a problem."""
    elements = [element for element in _flat(at.main) if element.type != "code"]  # that is an example
    place = next(i for i, element in enumerate(elements) if getattr(element, "key", None) == f"hitl.field.{name}")
    below = elements[place + 1]
    assert below.type == "error", below
    return literal(below.value).replace(WORD_JOINER, "")


def _flat(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _flat(child)
        else:
            yield child


# ---- every type


def test_the_tables_know_the_same_types():
    assert TYPED.keys() == VALUES.keys() == TYPES.keys()


def test_what_is_typed_into_required_fields_of_every_type_arrives():
    at = open_start("StartMust")
    fill(at, TYPED)
    press(at, "start")
    assert errors(at) == []
    assert arrived() == Must(**VALUES)


def test_defaults_of_every_type_are_shown_and_arrive_untouched():
    at = open_start("StartMay")
    assert widget(at, "points").value == 9
    assert widget(at, "day").value == date(1815, 12, 10)
    assert widget(at, "letters").value == ["a", "c"]
    assert [widget(at, f"people.0.{name}").value for name in ("name", "age", "friend")] == ["Ada", 36, ""]
    assert (widget(at, "number_or_text").value, widget(at, "number_or_text.int").value) == ("int", 7)
    press(at, "start")
    assert arrived() == May()


def test_what_may_be_null_of_every_type_is_null_when_it_is_left_empty():
    at = open_start("StartPerhaps")
    press(at, "start")
    assert arrived() == Perhaps()


def test_what_must_be_said_and_may_be_null_of_every_type_is_null_when_it_is_left_empty():
    at = open_start("StartMustOrNull")
    fill(at, {"anything": "null"})  # a field that takes anything has no way to be left empty: it has no null of its own
    press(at, "start")
    assert errors(at) == []
    assert arrived() == MustOrNull(**dict.fromkeys(TYPES))


@pytest.mark.parametrize("workflow", ["StartMay", "StartPerhaps", "StartPerhapsNot", "StartMustOrNull"])
def test_what_is_typed_into_optional_fields_of_every_type_arrives(workflow: str):
    event = {"StartMay": May, "StartPerhaps": Perhaps, "StartPerhapsNot": PerhapsNot, "StartMustOrNull": MustOrNull}
    at = open_start(workflow)
    fill(at, TYPED | {"count": 8, "day": date(2026, 1, 2), "letter": "c", "flag": False, "words": "x"})
    fill(at, {"person": {"name": "Eve", "friend": ""}, "size": "small"})
    press(at, "start")
    assert errors(at) == []
    changed = {"count": 8, "day": date(2026, 1, 2), "letter": "c", "flag": False, "words": ["x"]}
    assert arrived() == event[workflow](**VALUES | changed | {"person": {"name": "Eve"}, "size": Size.SMALL})


def test_defaults_that_are_erased_are_null_where_null_is_allowed():
    at = open_start("StartPerhapsNot")
    at.button(key="hitl.field.people.remove.0").click().run()
    cleared: dict[str, Any] = {
        name: None if widget(at, name).type in NO_TEXT else "" for name in TYPES if name not in (*NO_FILE, "people")
    }
    cleared |= {"letters": [], "sizes": [], "person": False}
    fill(at, {name: value for name, value in cleared.items() if name != "anything"})
    press(at, "start")
    assert errors(at) == []
    assert arrived() == PerhapsNot(**dict.fromkeys(name for name in TYPES if name not in (*NO_FILE, "anything")))


NO_TEXT = ("number_input", "selectbox", "date_input", "button_group")


def test_a_text_or_a_list_whose_default_is_erased_is_empty():
    at = open_start("StartMay")
    fill(at, {"name": "", "words": "", "letters": []})
    press(at, "start")
    assert arrived() == May(name="", words=[], letters=[])


def test_defaults_that_no_schema_tells_count_when_nothing_is_typed():
    press(open_start("StartFactories"), "start")
    assert arrived() == Factories()


BAD: dict[str, tuple[Any, str]] = {
    "code": ("ABC", "String should match pattern '^[a-z]+$'"),
    "ticket": ("seven", "Input should be a valid UUID"),
    "price": ("cheap", "Input should be a valid decimal"),
    "points": (11, "Input should be less than or equal to 10"),
    "positive": (0, "Input should be greater than 0"),
    "dozens": (13, "Input should be a multiple of 12"),
    "share": (1.0, "Input should be less than 1"),
    "count": (None, "Field required"),
    "name": ("", "Field required"),
    "flag": (None, "Field required"),
    "letter": (None, "Field required"),
    "day": (None, "Field required"),
    "moment": ("tomorrow", "Input should be a valid datetime"),
    "instant": ("2026-11-25 09:30", "Input should have timezone info"),
    "hour": ("noon", "Input should be in a valid time format"),
    "few_words": ("a", "0: String should have at least 2 characters"),
    "essay": ("x" * 2001, "String should have at most 2000 characters"),
    "scan": (("empty.png", b"", "image/png"), "“empty.png” is empty."),
    "scans": ([SCAN, ("empty.png", b"", "image/png")], "“empty.png” is empty."),
    "person.name": ("", "Field required"),
    "person.friend": ('{"age": "old"}', "name: Field required; age: Input should be a valid integer"),
    "people.0.name": ("", "Field required"),
    "people.0.friend": ("[{]", "This is not JSON: Expecting property name enclosed in double quotes: line 1 column 3"),
    "number_or_text.int": (None, "Field required"),
    "table": ('{"tea": "two"}', "tea: Input should be a valid integer"),
    "pair": ("[1]", "1: Field required"),
    "number_or_name": ("seven", "This is not JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_told_beside_its_field_and_nothing_is_started(name: str):
    value, problem = BAD[name]
    at = open_start("StartMust")
    fill(at, TYPED)
    fill(at, {name: value})

    press(at, "start")

    assert problem in error_below(at, name)
    assert len(at.error) == 1
    assert "run" not in at.query_params
    if name not in NO_FILE:
        assert widget(at, name).value == value, "what was typed stays"
    at.run()
    assert problem in error_below(at, name)
    fill(at, {name: TYPED.get(name) or {"int": 7, "friend": '{"name": "Ben"}'}.get(name.rpartition(".")[2], "Ada")})
    if name == "people.0.friend":
        fill(at, {name: "null"})
    press(at, "start")
    assert arrived() == Must(**VALUES)


def test_a_list_may_be_left_empty_where_its_class_allows_it():
    at = open_start("StartMust")
    fill(at, TYPED | {"words": "", "few_words": "", "letters": [], "scans": []})
    press(at, "start")
    assert "List should have at least 1 item" in error_below(at, "few_words")
    fill(at, {"few_words": "ab"})
    press(at, "start")
    assert arrived() == Must(**VALUES | {"words": [], "letters": [], "scans": []})


def test_what_is_wrong_with_the_fields_together_is_told_above_the_button():
    at = open_start("StartTogether")
    fill(at, {"low": 2, "high": 1})
    press(at, "start")
    assert errors(at) == ["the low one is above the high one"]
    fill(at, {"high": 3})
    press(at, "start")
    assert arrived() == Together(low=2, high=3)


# ---- what others have written stays text, and what is theirs does not meet what is the page's


def test_text_of_others_stays_text():
    at = open_start("StartRude")
    assert [title.value for title in at.title] == ["Start rude"]
    assert "Is \\*named\\* like the page." in [text.value for text in at.markdown]
    by = widget(at, "by")
    assert (by.label, by.help) == (f"By :{WORD_JOINER}red\\[whom\\]?", f"\\*Who\\* -{WORD_JOINER}\\> you")


def test_fields_may_be_named_like_what_the_page_keeps():
    at = open_start("StartRude")
    fill(at, {"run": "fast", "approve": True, "topic": "milk", "status": "new\nold", "by": "<b>"})
    press(at, "start")
    typed: dict[str, Any] = {"run": "fast", "approve": True, "topic": "milk", "status": ["new", "old"], "by": "<b>"}
    assert arrived() == Rude(**typed)
    until(lambda: at.session_state["run"].questions)
    at.run()

    fill(at, {"start": "now", "log": "a\nb", "run": 7, "approve": False, "topic": "tea", "status": "done"})
    press(at, "hitl.send")
    assert errors(at) == []
    assert arrived(2) == RudeAnswer(start="now", log=["a", "b"], run=7, approve=False, topic="tea", status="done")
    until(lambda: at.session_state["run"].status == "completed")


# ---- questions


def test_an_answer_of_every_type_arrives():
    at = open_question("AsksEverything")
    fill(at, TYPED)
    press(at, "hitl.send")
    assert errors(at) == []
    assert arrived() == Answered(**VALUES)


def test_an_answer_that_does_not_fit_is_told_beside_its_field_and_not_sent():
    at = open_question("AsksForApproval")
    fill(at, {"stars": 9, "reason": "good"})
    press(at, "approve")
    assert error_below(at, "stars") == "Input should be less than or equal to 5"
    assert (len(at.error), ARRIVED) == (1, [])
    assert [warning.value for warning in at.warning] == ["Not sent yet. Look again at: Stars."], "in the bar"
    assert widget(at, "stars").help == "At least 1, at most 5."
    assert at.session_state["run"].answers == []
    fill(at, {"stars": 5})
    press(at, "approve")
    assert arrived() == Approval(approved=True, reason="good", stars=5)
    assert errors(at) == []


def test_approve_and_reject_need_no_words_and_the_next_question_begins_anew():
    at = open_question("AsksForApproval")
    assert [button.label for button in at.button] == ["Reject", "Approve"]
    assert [button.proto.type for button in at.button] == ["secondary", "primary"]
    fill(at, {"reason": "not this one", "stars": 1})
    press(at, "reject")
    assert arrived() == Approval(approved=False, reason="not this one", stars=1)
    until(lambda: at.session_state["run"].questions)
    at.run()
    assert (widget(at, "reason").value, widget(at, "stars").value) == ("", 3)
    press(at, "approve")
    assert arrived(2) == Approval(approved=True, reason="")


@pytest.mark.parametrize(
    ("workflow", "labels", "key", "typed", "event"),
    [
        (
            "AsksWhetherToPublish",
            ["Publish: yes", "Publish: no"],
            "hitl.decide.publish-yes",
            {},
            Publication(publish=True),
        ),
        (
            "AsksWhetherToPublish",
            ["Publish: yes", "Publish: no"],
            "hitl.decide.publish-no",
            {"where": "there"},
            Publication(publish=False, where="there"),
        ),
        (
            "AsksWhatToDo",
            ["Ship", "Hold"],
            "hitl.decide.what-hold",
            {"size": "small"},
            Shipment(what="hold", size=Size.SMALL),
        ),
        (
            "AsksTwoThings",
            ["Send answer"],
            "hitl.send",
            {"publish": True, "paid": False},
            TwoDecisions(publish=True, paid=False),
        ),
    ],
)
def test_a_field_that_decides_has_a_button_for_each_value(
    workflow: str, labels: list[str], key: str, typed: dict[str, Any], event: Event
):
    at = open_question(workflow)
    assert [button.label for button in at.button] == labels
    fill(at, typed)
    press(at, key)
    assert arrived() == event


@pytest.mark.parametrize("workflow", ["Bare", "Nameless"])
@pytest.mark.parametrize("words", ["Ada *L*", "no", "approve"])
def test_the_library_s_own_events_are_answered_in_words_and_no_button_guesses_a_yes(workflow: str, words: str):
    at = open_question(workflow)
    assert [button.label for button in at.button] == ["Send answer"]
    fill(at, {"response": words})
    press(at, "hitl.send")
    cls = HumanResponseEvent if workflow == "Bare" else Reply
    assert arrived() == cls(response=words)  # type: ignore[call-arg]


def test_a_reply_without_words_is_not_sent():
    at = open_question("Bare")
    assert "What is \\*your\\* name?" in [text.value for text in at.markdown]
    press(at, "hitl.send")
    assert error_below(at, "response") == "Type an answer first."
    assert at.session_state["run"].answers == []


def test_two_questions_at_once_have_widgets_of_their_own():
    at = open_question("AsksTwice")
    until(lambda: len(at.session_state["run"].questions) == 2)
    at.run()
    first, second = (question.id for question in at.session_state["run"].questions)
    sides = {question.id: question.body["side"] for question in at.session_state["run"].questions}
    fill(at, {"words": "x"}, f"-{first}")
    press(at, f"hitl.send-{first}")
    assert "0: String should have at least 2 characters" in error_below(at, f"words-{first}")
    assert len(at.error) == 1

    fill(at, {"words": "two\nthree"}, f"-{second}")
    press(at, f"hitl.send-{second}")
    assert arrived() == SideAnswer(side=sides[second], words=["two", "three"])
    until(lambda: len(at.run().session_state["run"].questions) == 1)
    assert widget(at, "words").value == "x", "what was sent stays, under its new key"
    assert "0: String should have at least 2 characters" in error_below(at, "words")

    fill(at, {"words": "one"})
    press(at, "hitl.send")
    assert arrived(2) == SideAnswer(side=sides[first], words=["one"])


def test_a_click_that_comes_too_soon_is_ignored_and_what_was_typed_stays():
    at = open_question("AsksForApproval")
    fill(at, {"reason": "quick"})
    at.button(key="approve").click().run()
    assert (ARRIVED, widget(at, "reason").value) == ([], "quick")


def test_models_are_compared_by_value():
    assert isinstance(VALUES["person"], BaseModel)
