"""What a human may do with what a question proposes."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

import hitl
from hitl.engine import open_engine
from hitl.engine.workflows.actions import ACTIONS, declared_actions
from hitl.engine.workflows.offer import Offer, offer_in
from hitl.settings import load_settings
from hitl.testing import InvalidAnswer, RunSoFar, answer, run_until_question
from tests.conftest import until
from tests.engine.offer_flows import Carries, Mail, Tool, TypedMail, UnknownAction

PROPOSED = {
    "to": "ana@example.com",
    "copies": 2,
    "urgency": 0.5,
    "draft": False,
    "tone": "warm",
    "tags": ["a", "b"],
    "attachment": {"name": "cv", "pages": 3},
}
ARGS = {"to": "ben", "amount": 10, "rate": 1.5, "fast": True}


def offered(run: RunSoFar) -> Offer:
    return offer_in(run.question.record.answer_schema)


def test_the_actions_of_a_class_are_offered_with_what_it_proposes():
    offer = offered(run_until_question(Mail))
    assert offer.actions == ("accept", "edit", "respond", "ignore")
    assert offer.proposal
    assert list(offer.proposal.schema["properties"]) == list(PROPOSED)


def test_accept_brings_what_was_proposed():
    result = answer(run_until_question(Mail), action="accept").result
    assert result == {"type": "HumanAction", "action": "accept", "args": PROPOSED, "response": ""}


@pytest.mark.parametrize(
    ("changes", "edited"),
    [
        ({"copies": 5}, {"copies": 5}),
        ({"copies": "5"}, {"copies": 5}),
        ({"urgency": 1}, {"urgency": 1.0}),
        ({"draft": True, "tone": "formal"}, {"draft": True, "tone": "formal"}),
        ({"tags": []}, {"tags": []}),
        ({"attachment": None}, {"attachment": None}),
        ({"attachment": {"name": "photo"}}, {"attachment": {"name": "photo", "pages": 1}}),
        ({"to": ""}, {"to": ""}),
    ],
)
def test_edit_brings_all_fields_with_the_changes_in_their_types(changes: dict[str, Any], edited: dict[str, Any]):
    result = answer(run_until_question(Mail), action="edit", args=changes).result
    assert result["args"] == PROPOSED | edited
    assert [type(value) for value in result["args"].values()] == [type(value) for value in (PROPOSED | edited).values()]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"copies": 10}, {"args.copies": "Input should be less than or equal to 9"}),
        ({"copies": "many"}, {"args.copies": "Input should be a valid integer, unable to parse string as an integer"}),
        ({"tone": "rude", "draft": "perhaps"}, {"args.tone": "'formal'", "args.draft": "valid boolean"}),
        ({"attachment": {"pages": 2}}, {"args.attachment.name": "Field required"}),
        ({"cc": "ben"}, {"args.cc": "SendMail proposes no such field. It proposes: to, copies, "}),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_by_field(changes: dict[str, Any], problems: dict[str, str]):
    with pytest.raises(InvalidAnswer, match="That is not a valid edit of SendMail") as refused:
        answer(run_until_question(Mail), action="edit", args=changes)
    assert refused.value.problems.keys() == problems.keys()
    assert all(words in refused.value.problems[place] for place, words in problems.items())


def test_respond_brings_words_and_ignore_nothing():
    run = run_until_question(Mail)
    assert answer(run, action="respond", response="Ask Ben.").result["response"] == "Ask Ben."
    assert answer(run, action="ignore").result == {
        "type": "HumanAction",
        "action": "ignore",
        "args": {},
        "response": "",
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "SendMail lets a human accept, edit, respond or ignore. Say which, as action."),
        ({"action": "refund"}, "lets a human accept, edit, respond or ignore, not refund"),
        ({"action": ["accept"]}, "not \\['accept'\\]"),
        ({"action": "respond"}, "respond needs words"),
        ({"action": "respond", "response": "  "}, "respond needs words"),
        ({"action": "respond", "response": "x", "args": {"copies": 3}}, "respond takes no args"),
        ({"action": "ignore", "args": {"copies": 3}}, "ignore takes no args"),
        ({"action": "accept", "args": {"copies": 3}}, "accept takes what is proposed as it is"),
        ({"action": "edit"}, "edit needs the fields that are changed"),
        ({"action": "edit", "args": {}}, "edit needs the fields that are changed"),
        ({"action": "edit", "args": "copies"}, "edit needs the fields that are changed"),
        ({"action": "accept", "remark": "x"}, "HumanAction has no field remark"),
    ],
)
def test_what_does_not_go_with_an_action_is_refused(body: dict[str, Any], words: str):
    with pytest.raises(InvalidAnswer, match=words):
        answer(run_until_question(Mail), body)


def test_an_action_that_this_question_does_not_allow_is_refused():
    run = run_until_question(Tool)
    assert offered(run).actions == ("accept", "edit")
    for action in ("respond", "ignore"):
        with pytest.raises(InvalidAnswer, match=f"RunTool lets a human accept or edit, not {action}"):
            answer(run, action=action, response="x")


@pytest.mark.parametrize(
    ("name", "value"), [("amount", 12), ("rate", 2), ("rate", 2.5), ("fast", False), ("to", "eve")]
)
def test_arguments_of_any_type_keep_the_type_that_was_proposed(name: str, value: object):
    result = answer(run_until_question(Tool), action="edit", args={name: value}).result
    assert result["args"] == ARGS | {name: value}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("amount", "12", "Input should be a whole number"),
        ("amount", True, "Input should be a whole number"),
        ("rate", "2", "Input should be a number"),
        ("fast", 1, "Input should be yes or no"),
        ("to", 7, "Input should be a text"),
        ("tool", "x", "RunTool proposes no such field. It proposes: to, amount, rate, fast."),
    ],
)
def test_another_type_than_the_proposed_one_is_refused(name: str, value: object, words: str):
    with pytest.raises(InvalidAnswer) as refused:
        answer(run_until_question(Tool), action="edit", args={name: value})
    assert refused.value.problems == {f"args.{name}": words}


def test_models_of_the_authors_own_carry_the_arguments():
    run = run_until_question(TypedMail)
    assert answer(run, action="accept", remark="well").result == ["accept", 2, "well"]
    assert answer(run, action="edit", args={"copies": "7"}).result == ["edit", 7, ""]
    assert answer(run, action="ignore").result == ["ignore", None, ""]
    with pytest.raises(InvalidAnswer) as refused:
        answer(run, action="edit", args={"copies": "x"})
    assert list(refused.value.problems) == ["args.copies"]


def test_an_answer_that_cannot_carry_the_actions_is_told_and_taken_as_it_is():
    run = run_until_question(Carries)
    assert offered(run).problem == (
        "NoCarrier takes any answer, not only what it declares: Verdict has no field called action or args; take "
        "hitl.HumanAction."
    )
    assert answer(run, approved=True).result is True


def test_an_action_that_there_is_not_is_told():
    run = run_until_question(UnknownAction)
    assert "its actions have refund, and a human can accept, edit, respond or ignore" in offered(run).problem
    assert answer(run, action="ignore").result == "ignore"


@pytest.mark.parametrize(
    ("declared", "actions"),
    [
        ("accept", ("accept",)),
        (("ignore", "accept"), ("accept", "ignore")),
        ({"edit", "respond"}, ("edit", "respond")),
        (frozenset(ACTIONS), ACTIONS),
        (["accept", "accept"], ("accept",)),
    ],
)
def test_actions_are_declared_in_many_ways(declared: object, actions: tuple[str, ...]):
    assert declared_actions(declared) == actions


@pytest.mark.parametrize("declared", [7, {"accept": True}, ["accept", 7], ["approve"], [None]])
def test_what_is_no_list_of_actions_is_refused(declared: object):
    with pytest.raises(ValueError, match="its actions have"):
        declared_actions(declared)


def test_what_is_offered_stays_over_a_restart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.engine.offer_flows:Mail")
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("mail")
        before = until(lambda: run.question)
        assert before
    with closing(open_engine(load_settings(), owner=False)) as client:
        again = client.attach(run.id)
        assert again.question == before
        again.answer(before.id, {"action": "edit", "args": {"copies": 4}}, by="ana")
    with closing(open_engine(load_settings())) as engine:
        run = engine.attach(run.id)
        until(lambda: run.status == "completed")
        assert run.result
        assert run.result["result"]["args"]["copies"] == 4


def test_it_is_found_at_the_front_door():
    assert hitl.HumanAction.__name__ == "HumanAction"
