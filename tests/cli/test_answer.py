"""Answers from the command line: which question, which findings, who was first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.settings import load_settings
from tests.cli.calling import asked, asked_after, done, hitl, read, refused
from tests.conftest import until
from tests.engine.flows import Slow


@pytest.fixture
def review(owner: Engine) -> Run:
    """A report that waits for its first decision."""
    run = owner.start("report", topic="How do heat pumps work?")
    asked(run)
    return run


@pytest.fixture
def busy() -> Iterator[None]:
    """Lets no slow step go on before the test has ended."""
    Slow.go_on.clear()
    yield
    Slow.go_on.set()


def test_an_approval_is_taken_up_and_the_report_written(review: Run):
    text = done("answer", review.id[:8], "--approve")

    assert text == ("“How do heat pumps work?”, round 1: 8 findings\nana: approved\nTaken up: hitl is at work on it.\n")
    until(lambda: review.status == "completed")
    assert [(answer.by, answer.body["approved"]) for answer in review.answers] == [("ana", True)]


def test_a_rejection_brings_feedback_better_words_and_what_is_dropped(review: Run):
    question = asked(review)
    dropped = question.body["findings"][2]["id"]

    done(
        "answer", review.id, "--question", question.id[:5], "--reject", "--feedback", "what does it cost?",
        "--drop", dropped[:6], "--topic", "the cost of heat pumps", "--by", "ben",
    )  # fmt: skip

    again = until(lambda: next((q for q in review.questions if q.body["round"] == 2), None))
    assert again
    assert again.body["topic"] == "the cost of heat pumps"
    assert dropped not in [finding["id"] for finding in again.body["findings"]]
    assert (review.answers[0].by, review.answers[0].body["feedback"]) == ("ben", "what does it cost?")
    assert "round 2: " in done("questions")
    assert " new)" in done("questions")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--drop", ""], "No single finding of this question is called"),
        (["--drop", "zzz"], "No single finding of this question is called zzz."),
        (["--restore", "zzz"], "No single finding that was dropped in an earlier round is called zzz."),
        (["--note", "zzz=x"], "No single finding of this question is called zzz."),
    ],
)
def test_a_finding_that_is_not_there_stops_the_whole_answer(review: Run, options: list[str], message: str):
    assert message in refused("answer", review.id, "--approve", *options)
    assert review.answers == []


def test_a_finding_is_dropped_with_a_note_and_restored_in_a_later_round(review: Run):
    first = asked(review)
    kept, dropped = (finding["id"] for finding in first.body["findings"][:2])
    assert "--restore" not in done("show", review.id)

    done(
        "answer", review.id, "--reject", "--drop", dropped[:6], "--note", f"{dropped[:6]}=from = a seller",
        "--note", f"{kept}=good",
    )  # fmt: skip
    asked_after(review, first)
    shown = " ".join(done("show", review.id).split())
    found, _, gone = shown.partition(" Dropped in earlier rounds: ")
    assert f"{kept} " in found and "note: good" in found
    assert f"{dropped} " in gone and "note: from = a seller" in gone
    assert "--approve [--drop FINDING_ID …] [--restore FINDING_ID …] [--note FINDING_ID=TEXT …]" in gone
    twice = refused("answer", review.id, "--approve", "--note", f"{kept}=a", "--note", f"{kept[:8]}=b")
    assert f"--note {kept} is given twice" in twice

    done("answer", review.id, "--approve", "--restore", dropped, "--note", f"{kept}=")
    until(lambda: review.status == "completed")
    assert review.answers[-1].body["restored"] == [dropped]
    assert review.answers[-1].body["notes"] == {kept: ""}
    assert review.result
    assert dropped in str(review.result)


def test_one_restored_finding_is_enough_to_approve(review: Run):
    first = asked(review)
    done("answer", review.id, "--reject", "--drop", first.body["findings"][0]["id"])
    second = asked_after(review, first)
    drops = [part for finding in second.body["findings"] for part in ("--drop", finding["id"])]
    assert "keep at least one finding" in refused("answer", review.id, "--approve", *drops)

    done("answer", review.id, "--approve", *drops, "--restore", first.body["findings"][0]["id"])


def test_the_second_answer_is_told_who_was_faster(review: Run):
    question = asked(review).id
    review.answer(question, {"approved": True}, by="ben")

    message = refused("answer", review.id, "--question", question, "--approve")

    at = review.answers[0].at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert message == f"Error: ben was faster, at {at}. Your answer does not count.\n"
    result = hitl("answer", review.id, "--question", question, "--reject", "--json")
    assert result.exit_code == 1
    assert '"accepted": false,\n  "by": "ben"' in result.stdout


def test_who_answers_when_nothing_is_asked_is_told_who_did(review: Run):
    review.answer(asked(review).id, {"approved": True}, by="ben")
    until(lambda: review.status == "completed")

    message = refused("answer", review.id, "--approve")

    assert f"Run {review.id[:8]} asks nothing now: it is completed. ben answered at " in message


def test_who_answers_a_question_of_a_cancelled_run_is_told_that_it_ended(review: Run):
    question = asked(review).id
    review.cancel()

    assert "The run has ended (cancelled)" in refused("answer", review.id, "--question", question, "--approve")
    assert "asks nothing now: it is cancelled.\n" in refused("answer", review.id, "--approve")


def test_without_a_running_hitl_an_answer_is_recorded_and_carried_out_later():
    owner = open_engine(load_settings())
    run = owner.start("order", item="tea")
    question = asked(run)
    owner.close()

    assert "Recorded; it is carried out when hitl runs again." in done("answer", run.id, "--approve")
    assert "(not taken up yet)" in done("show", run.id)
    assert "ana was faster" in refused("answer", run.id, "--question", question.id, "--reject")

    owner = open_engine(load_settings())
    until(lambda: owner.attach(run.id).status == "completed")
    assert owner.attach(run.id).result == {"result": {"ordered": "tea", "after": 1}}
    owner.close()


def test_an_answer_as_json_tells_what_became_of_it(review: Run):
    question = asked(review).id

    data = read("answer", review.id, "--approve")

    assert sorted(data) == ["accepted", "at", "by", "question", "run", "taken_up"]
    assert (data["run"], data["question"], data["accepted"], data["by"]) == (review.id, question, True, "ana")
    assert data["taken_up"] is True


def test_any_answer_can_be_given_by_the_names_of_its_fields(owner: Engine):
    run = owner.start("grades", item="essay")
    asked(run)

    done("answer", run.id, "--field", "score=4.5")

    until(lambda: run.status == "completed")
    assert run.result == {"result": 4.5}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "  --approve or --reject: It is missing. It takes yes or no."),
        (["--reject", "--feedback", "more"], "  --feedback: Verdict has no such field. It has: approved, reason."),
        (["--approve", "--drop", "abc"], "  --drop: Verdict has no such field."),
        (["--field", "approved=perhaps"], "  --field approved=perhaps: It takes yes or no."),
        (["--approve", "--question", "zzz"], "has no question zzz"),
        (["--approve", "--question", "z" * 300], "has no question zzz"),
    ],
)
def test_what_is_no_answer_is_told_and_the_question_stays_open(options: list[str], message: str, owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    assert message in refused("answer", run.id, *options)
    assert run.status == "waiting"


@pytest.mark.parametrize(
    "options", [["--approve", "--reject"], ["--approve", "--feedback", "x"], ["--approve", "--field", "approved=false"]]
)
def test_yes_and_no_at_once_is_a_usage_error(options: list[str], owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    assert "Usage: hitl answer" in refused("answer", run.id, *options, code=2)
    assert run.status == "waiting"


def test_of_several_open_questions_one_must_be_named(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "two=tests.cli.flows:AsksTwice")
    run = open_engine(load_settings(), owner=False).start("two")
    owner.close()
    owner = open_engine(load_settings())
    questions = until(lambda: run.questions if len(run.questions) == 2 else [])

    message = refused("answer", run.id, "--approve")

    assert message.startswith("Error: Several questions are open. Name one of them:\n")
    assert all(f"--question {question.id}  " in message for question in questions)
    done("answer", run.id, "--approve", "--question", questions[1].id)
    assert [answer.question_id for answer in run.answers] == [questions[1].id]
    owner.close()


@pytest.mark.parametrize("option", ["--approve", "--reject"])
def test_a_yes_or_a_no_that_nothing_explains_is_refused(option: str, owner: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "name=tests.cli.flows:AsksName")
    owner.close()
    with closing(open_engine(load_settings())) as owner:
        run = owner.start("name")
        question = asked(run)

        assert "Nothing says what a yes or a no would mean" in refused("answer", run.id, option)
        assert (run.status, run.answers) == ("waiting", [])
        assert f"--question {question.id}  --field response=…" in done("show", run.id)
        done("answer", run.id, "--field", "response=12")
        until(lambda: run.status == "completed")
        assert run.answers[0].body == {"response": "12"}, "words, not a number"
        assert run.result == {"result": "Hello 12"}


def test_where_the_answer_is_open_its_kind_is_named_and_approved_by_it(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "either=tests.cli.flows:TakesEither")
    owner.close()
    with closing(open_engine(load_settings())) as owner:
        run = owner.start("either")
        asked(run)

        shown = done("show", run.id)
        assert "--field answer_type=Verdict  --approve or --reject  --field reason=…\n" in shown
        assert "--field answer_type=Words  --field words=…\n" in shown
        words = refused("answer", run.id, "--approve", "--field", "answer_type=Words")
        assert "--approve or --reject: Words has no such field. It has: words." in words
        assert "--field words=…: It is missing. It takes a text." in words
        done("answer", run.id, "--approve", "--field", "answer_type=Verdict")
        until(lambda: run.status == "completed")
        assert run.result == {"result": "Verdict"}


def test_a_cancelled_run_is_taken_out_of_memory(owner: Engine, busy: None):
    run = owner.start("slow")
    until(lambda: owner.in_memory())

    assert done("cancel", run.id) == f"Run {run.id[:8]} is cancelled.\n"

    assert run.status == "cancelled"
    until(lambda: not owner.in_memory())


def test_a_run_that_has_ended_cannot_be_cancelled(owner: Engine):
    run = owner.start("fails")
    until(lambda: run.status == "failed")

    assert f"Run {run.id[:8]} had ended before: failed." in refused("cancel", run.id)
    result = hitl("cancel", run.id, "--json")
    assert (result.exit_code, '"cancelled": false' in result.stdout) == (1, True)


def test_an_approval_that_keeps_nothing_is_refused_as_on_the_page(review: Run):
    findings = [finding["id"] for finding in asked(review).body["findings"]]
    drops = [part for finding in findings for part in ("--drop", finding)]

    assert "keep at least one finding" in refused("answer", review.id, "--approve", *drops)
    assert review.answers == []
