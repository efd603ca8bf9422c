"""Decisions about a text that a model has written, and which options go together."""

from __future__ import annotations

from typing import Any

import pytest

from hitl.engine import Engine, Run
from tests.cli.calling import asked, asked_after, done, hitl, read, refused
from tests.conftest import until
from tests.fake_openai import FakeOpenAI
from tests.scholar import input_of, requests_for

ALL = ["--strike", "1", "--strike", "2", "--strike", "3", "--strike", "4", "--strike", "5"]


@pytest.fixture
def text(owner: Engine) -> Run:
    """A run that asks about a text of five statements, of which the third is a heading."""
    run = owner.start("text")
    asked(run)
    return run


def decided(run: Run) -> dict[str, Any]:
    """The decision that a run gives."""
    until(lambda: run.status == "completed")
    assert run.result
    decision: dict[str, Any] = run.result["result"]
    return decision


def test_a_text_is_published_without_what_is_struck(written: Run):
    struck = asked(written).body["claims"][1]["text"]

    said = done("answer", written.id, "--publish", "--strike", "2")

    assert "8 sentences to review" in said
    assert "\nana: published, 1 struck out\n" in said
    until(lambda: written.status == "completed")
    assert written.result
    text = " ".join(sentence["text"] for part in written.result["text"]["sections"] for sentence in part["sentences"])
    assert struck not in text
    assert "ana: published, 1 struck out" in done("show", written.id)
    assert "1 statement struck out" in done("show", written.id)
    assert "Published by ana" in done("export", written.id)


def test_a_text_goes_back_with_notes_and_comes_again_with_what_the_model_says_of_it(written: Run, server: FakeOpenAI):
    before = asked(written)

    said = done(
        "answer", written.id, "--question", before.id[:6], "--rewrite", "--strike", "2", "--note", "4=Say it shorter.",
        "--note", "5= with = signs and\nlines ", "--feedback", "Name the costs.", "--check", "--by", "ben",
    )  # fmt: skip

    assert "ben: sent back to be rewritten, 1 struck out, 2 notes, feedback: “Name the costs.”, check\n" in said
    again = asked_after(written, before)
    (request,) = requests_for(server, "rewriting")
    assert "Say it shorter." in str(input_of(request))
    assert "Name the costs." in str(input_of(request))
    assert (again.type, again.body["attempt"]) == ("ReviewReport", 2)
    assert again.body["claims"][0]["opinion"]["says"] == "supported"
    assert "”, rewritten: " in done("questions")
    assert " · gpt-5-mini says: supported" in done("show", written.id)
    assert written.answers[-1].body["notes"] == {"4": "Say it shorter.", "5": "with = signs and\nlines"}


def test_from_a_text_one_goes_back_to_the_findings_and_the_text_is_kept(written: Run):
    before = asked(written)

    assert "ana: went back to the findings, 1 struck out" in done("answer", written.id, "--back", "--strike", "1")

    again = asked_after(written, before)
    assert again.type == "ReviewFindings"
    assert "The text with 7 sentences is kept" in " ".join(done("show", written.id).split())
    done("answer", written.id, "--approve")
    assert asked_after(written, again).type == "ReviewReport"


def test_an_approval_may_have_the_model_asked_about_what_it_writes(server: FakeOpenAI, owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    before = asked(run)
    assert "--approve [--drop FINDING_ID …] [--note FINDING_ID=TEXT …] [--check]" in done("show", run.id)

    assert "ana: approved, check\n" in done("answer", run.id, "--approve", "--check")

    assert asked_after(run, before).body["claims"][0]["opinion"]["model"] == "gpt-5-mini"


def test_without_a_model_there_is_none_to_ask(owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    asked(run)

    assert "[--check]" not in done("show", run.id)
    message = refused("answer", run.id, "--approve", "--check")
    assert message == "Error: --check asks the model, and this report is written without one. Nothing was answered.\n"
    assert run.answers == []


@pytest.mark.parametrize(
    ("options", "decision"),
    [
        (["--publish"], {"action": "publish"}),
        (["--publish", "--strike", "5", "--strike", "2", "--strike", "5"], {"action": "publish", "struck": [2, 5]}),
        (["--publish", "--strike", "3"], {"action": "publish", "struck": [3]}),
        (["--back"], {"action": "findings"}),
        (["--back", *ALL], {"action": "findings", "struck": [1, 2, 3, 4, 5]}),
        (["--rewrite"], {"action": "rewrite"}),
        (["--rewrite", *ALL], {"action": "rewrite", "struck": [1, 2, 3, 4, 5]}),
        (["--rewrite", "--note", "03=x"], {"action": "rewrite", "notes": {"3": "x"}}),
        (["--rewrite", "--strike", "2", "--note", "2=x"], {"action": "rewrite", "struck": [2], "notes": {"2": "x"}}),
        (["--field", "action=publish", "--strike", "2"], {"action": "publish", "struck": [2]}),
        (["--field", "action=rewrite", "--field", 'notes={"2": "x"}'], {"action": "rewrite", "notes": {"2": "x"}}),
    ],
)
def test_what_is_decided_arrives_as_it_was_typed(text: Run, options: list[str], decision: dict[str, Any]):
    done("answer", text.id, *options)

    nothing: dict[str, Any] = {"struck": [], "feedback": "", "notes": {}, "check": None}
    assert decided(text) == nothing | decision


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--publish", "--strike", "6"], "No statement has the number 6: they are numbered from 1 to 5."),
        (["--publish", "--strike", "0"], "No statement has the number 0: "),
        (["--back", "--strike", "-1"], "No statement has the number -1: "),
        (["--publish", "--strike", "2", "--strike", "77", "--strike", "88"], "No statements have the number 77, 88: "),
        (["--publish", "--strike", "9" * 400], "No statement has the number 999"),
        (["--rewrite", "--note", "6=too long"], "No statement has the number 6: "),
        (["--rewrite", "--note", "0=too long"], "No statement has the number 0: "),
        (["--rewrite", "--note", "2=a", "--note", "02=b"], "--note 2 is given twice: put it into one."),
        (["--rewrite", "--note", "two=x"], "No statement has the number two. "),
        (["--rewrite", "--note", f"{'2' * 64}=x"], "No statement has the number 222"),
        (["--rewrite", "--note", "2=  "], "--note 2 says nothing. "),
        (["--publish", *ALL], "keep at least one to publish"),
        (["--publish", *ALL[:4], *ALL[6:]], "keep at least one to publish"),
        (["--approve"], "is answered with --publish, --rewrite or --back."),
        (["--reject", "--feedback", "more"], "is answered with --publish, --rewrite or --back."),
        (["--approve", "--field", "action=publish"], "is answered with --publish, --rewrite or --back."),
        (["--field", "approved=yes"], "is answered with --publish, --rewrite or --back."),
        (["--strike", "2"], "is answered with --publish, --rewrite or --back."),
        ([], "is answered with --publish, --rewrite or --back."),
        (["--rewrite", "--note", f"2={'x' * 5001}"], "  --note: 2: String should have at most 5000 characters.\n"),
        (["--rewrite", "--feedback", "x" * 5001], "  --feedback: String should have at most 5000 characters."),
        (["--field", "action=burn"], "  --field action=burn: It takes publish or rewrite or findings."),
        (["--field", "action=publish", "--drop", "abc"], "  --drop: ReportDecision has no such field."),
        (["--publish", "--question", "zzz"], "has no question zzz"),
    ],
)
def test_what_decides_nothing_about_a_text_is_told_and_it_stays_open(text: Run, options: list[str], message: str):
    said = refused("answer", text.id, *options)

    assert message in said
    assert len(said) < 400
    assert (text.status, text.answers) == ("waiting", [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--publish", "--rewrite"], "Either --publish or --rewrite."),
        (["--publish", "--rewrite", "--back"], "Either --publish, --rewrite or --back."),
        (["--approve", "--publish"], "Either --approve or --publish."),
        (["--publish", "--feedback", "more"], "--feedback goes with --reject or --rewrite."),
        (["--publish", "--note", "2=x"], "--note goes with --approve, --reject or --rewrite."),
        (["--back", "--note", "2=x"], "--note goes with --approve, --reject or --rewrite."),
        (["--publish", "--restore", "abc"], "--restore goes with --approve or --reject."),
        (["--publish", "--check"], "--check goes with --approve or --rewrite."),
        (["--reject", "--check"], "--check goes with --approve or --rewrite."),
        (["--approve", "--strike", "2"], "--strike goes with --publish, --rewrite or --back."),
        (["--publish", "--drop", "abc"], "--drop goes with --approve or --reject."),
        (["--rewrite", "--topic", "seas"], "--topic goes with --reject."),
        (["--rewrite", "--without-model"], "--without-model goes with --approve or --reject."),
        (["--approve", "--check", "--without-model"], "--check asks the model: it does not go with --without-model."),
        (["--publish", "--strike", "three"], "'three' is not a valid integer"),
        (["--publish", "--strike", "1-3"], "'1-3' is not a valid integer"),
        (["--publish", "--strike", ""], "'' is not a valid integer"),
        (["--rewrite", "--note", "2"], "'2' is not of the form FINDING_ID=TEXT, or NUMBER=TEXT for a statement."),
        (["--rewrite", "--note", "=x"], "'=x' is not of the form FINDING_ID=TEXT"),
        (["--rewrite", "--note", "-2=x"], "'-2=x' is not of the form FINDING_ID=TEXT"),
        (["--rewrite", "--note", f"{'2' * 5000}=x"], "is not of the form FINDING_ID=TEXT"),
        (["--approve", "--with-draft"], "--with-draft"),
        (["--publish", "--field", "action=rewrite"], "The field action is given twice."),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(text: Run, options: list[str], message: str):
    said = refused("answer", text.id, *options, code=2)

    assert message in " ".join(said.split())
    assert "Usage: hitl answer" in said
    assert text.answers == []


@pytest.mark.parametrize("option", ["--publish", "--rewrite", "--back"])
def test_only_a_text_can_be_published_or_rewritten(option: str, owner: Engine):
    report, order = owner.start("report", topic="How do heat pumps work?"), owner.start("order", item="tea")
    asked(report), asked(order)

    message = refused("answer", report.id, option)
    assert message == (
        f"Error: {option} answers a question about a text that a model has written. This one asks: “How do heat pumps "
        "work?”, round 1: 8 findings. Nothing was answered.\n"
    )
    assert "This one asks: May I, item: “tea”, attempt: 1. Nothing" in refused("answer", order.id, option)
    assert report.answers == order.answers == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--strike", "2"], "  --strike: Verdict has no such field."),
        (["--note", "2=x"], "  --note: Verdict has no such field."),
        (["--approve", "--restore", "abc"], "  --restore: Verdict has no such field."),
        (["--check"], "  --check: Verdict has no such field."),
        (["--approve", "--check"], "  --check: Verdict has no such field."),
    ],
)
def test_what_belongs_to_a_report_is_no_part_of_another_answer(options: list[str], message: str, owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    assert message in refused("answer", run.id, *options)
    assert run.answers == []


def test_a_decision_about_a_text_as_json_tells_what_became_of_it(text: Run):
    question = asked(text)
    (stored,) = read("questions")
    assert stored["body"] == read("show", text.id)["questions"][0]["body"] == question.body

    data = read("answer", text.id, "--publish", "--strike", "2")

    assert (data["run"], data["question"], data["accepted"], data["by"]) == (text.id, question.id, True, "ana")
    assert '"accepted": false' in hitl("answer", text.id, "--question", question.id, "--publish", "--json").stdout
