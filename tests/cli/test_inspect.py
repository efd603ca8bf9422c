"""Looking at runs, at what waits, and at one run."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.engine.engine import Owner
from hitl.engine.records import NewEvent
from hitl.settings import load_settings
from tests.cli.calling import asked, done, hitl, read, refused
from tests.conftest import until


def test_runs_are_listed_newest_first_and_what_waits_is_marked(owner: Engine):
    tea = owner.start("order", item="tea")
    asked(tea)
    milk = owner.start("order", item="milk")
    asked(milk)
    milk.cancel()

    head, first, second = done("runs").splitlines()

    assert head.split() == ["ID", "STATUS", "STARTED", "TITLE"]
    started = tea.record.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    assert second == f"*  {tea.id[:8]}  waiting    {started}  tea"
    assert first.split() == [milk.id[:8], "cancelled", *started.split(), "milk"]


def test_a_run_is_listed_under_its_name_or_what_it_is_about_or_its_workflow(owner: Engine):
    owner.start("counts", steps=1)
    owner.start("order", item="tea")
    owner.start("order", item="milk").rename("For the cat")

    assert [run["headline"] for run in read("runs")] == ["For the cat", "tea", "Counts"]


def test_runs_are_found_by_status_text_and_day(owner: Engine):
    tea = owner.start("order", item="Green TEA")
    asked(tea)
    owner.cancel(owner.start("order", item="milk").id)
    today, yesterday = str(date.today()), str(date.today() - timedelta(days=1))

    def found(*options: str) -> list[str]:
        return [run["inputs"]["item"] for run in read("runs", *options)]

    assert found("--status", "waiting") == ["Green TEA"]
    assert found("--search", "green tea") == ["Green TEA"]
    assert found("--since", today, "--until", today) == ["milk", "Green TEA"]
    assert found("--until", yesterday) == []
    assert "There are no such runs." in hitl("runs", "--until", yesterday).stderr


def test_a_limit_says_that_there_are_more(owner: Engine):
    for item in ("tea", "milk"):
        owner.start("order", item=item)

    result = hitl("runs", "--limit", "1")

    assert len(result.stdout.splitlines()) == 2
    assert "There are more." in result.stderr
    assert len(read("runs", "--limit", "1")) == 1


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_a_usage_error(day: str):
    assert "2026-11-25" in refused("runs", "--since", day, "--until", day, code=2)


def test_a_new_folder_holds_nothing_and_says_so():
    assert hitl("runs").stderr == "There are no runs yet.\n"
    assert hitl("questions").stderr == "Nothing waits for a human.\n"
    assert read("runs") == read("questions") == []


def test_ids_are_as_long_as_they_must_be_to_tell_runs_apart(owner: Owner):
    tea = owner.start("order", item="tea")
    shape = owner.store.signature(tea.id)
    assert shape
    for run_id in ("aaaaaaaaaa11", "aaaaaaaaaa12"):
        owner.store.add_run(run_id, "order", NewEvent("start", "Order", {"item": run_id}), shape)

    listed = [line.removeprefix("*").split()[0] for line in done("runs").splitlines()[1:]]

    assert listed == ["aaaaaaaaaa12", "aaaaaaaaaa11", tea.id[:8]]
    assert "Several runs begin with “aaaaaaaaaa”" in refused("show", "aaaaaaaaaa")


def test_runs_as_json_have_the_keys_that_they_always_have(owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    (data,) = read("runs")

    assert sorted(data) == [
        "active", "created_at", "failure", "headline", "id", "inputs", "started_by", "status", "title", "updated_at",
        "workflow",
    ]  # fmt: skip
    assert datetime.fromisoformat(data["created_at"]) == run.record.created_at
    assert data["created_at"].endswith("Z")


def test_questions_are_listed_oldest_first_with_what_they_ask(owner: Engine):
    tea = owner.start("order", item="tea")
    first = asked(tea)
    report = owner.start("report", topic="How do heat pumps work?")
    second = asked(report)

    lines = done("questions").splitlines()[1:]

    assert [line.split()[:2] for line in lines] == [[tea.id[:8], first.id], [report.id[:8], second.id]]
    assert lines[0].endswith("May I, item: “tea”, attempt: 1")
    assert lines[1].endswith("“How do heat pumps work?”, round 1: 8 findings")
    assert [question["id"] for question in read("questions")] == [first.id, second.id]


def test_a_review_shows_its_findings_and_how_to_decide(owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    question = asked(run)

    text = done("show", run.id[:6])

    words = " ".join(text.split())
    for finding in question.body["findings"]:
        for part in ("id", "title", "place", "date", "quote"):
            assert " ".join(str(finding[part] or "").split()) in words
    assert "waiting for a human" in text
    assert f"hitl answer {run.id[:8]} --question {question.id} --approve" in text


def test_a_review_without_findings_offers_no_approval(owner: Engine):
    run = owner.start("report", topic="xyzzy qwrtz")
    question = asked(run)

    text = done("show", run.id)

    assert question.body["note"] in " ".join(text.split())
    assert "--approve" not in text
    assert f"--question {question.id} --reject" in text


def test_another_question_shows_its_fields_and_those_of_its_answer(owner: Engine):
    run = owner.start("order", item="tea")
    question = asked(run)

    text = done("show", run.id)

    assert "    item: tea\n    attempt: 1\n" in text
    assert f"hitl answer {run.id[:8]} --question {question.id}  --approve or --reject  --field reason=…" in text


def test_a_question_shows_what_the_fields_of_its_answer_take(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "parcel=tests.cli.flows:Parcels")
    with closing(open_engine(load_settings())) as owner:
        run = owner.start("parcel")
        asked(run)

        text = done("show", run.id)

        for line in (
            "how      by_train or by_ship",
            "size     small or very_large; small unless given",
            "extras   some of gift_wrap, insured, with commas between them; optional",
            "copies   a whole number, at least 1, at most 9; 1 unless given",
            "express  yes or no",
            "note     a text; optional",
        ):
            assert f"\n    {line}\n" in text
        assert "    approved" not in text
        arguments = ["how=By ship", "size=Very large", "extras=Gift wrap, insured", "express=no", "copies=2"]
        done("answer", run.id, "--approve", *(part for value in arguments for part in ("--field", value)))
        until(lambda: run.status == "completed")
        assert run.result == {"result": ["by_ship", "very_large", ["gift_wrap", "insured"], 2, False]}


def test_a_finished_run_shows_its_decisions_its_log_and_its_result(owner: Engine):
    run = owner.start("order", item="tea")
    run.answer(asked(run).id, {"approved": True, "reason": "thirsty"}, by="ben")
    until(lambda: run.status == "completed")

    text = done("show", run.id)

    assert "ben: approved, reason: “thirsty”\n" in text
    assert "Started: tea" in text
    assert "Looked up tea" in text
    assert '"ordered": "tea"' in text


def test_every_event_is_shown_in_full_when_that_is_asked(owner: Engine):
    run = owner.start("counts", steps=3)
    until(lambda: run.status == "completed")

    text = done("show", run.id, "--events")

    assert all(f"  {event.seq}  " in text and event.type in text for event in run.events())
    assert "      steps: 3" in text


def test_the_log_shows_the_newest_events_and_says_that_there_are_earlier_ones(owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    for _ in range(6):
        question = asked(run)
        run.answer(question.id, {"approved": False}, by="ben")
        until(lambda: run.question and run.question.id != question.id)  # noqa: B023
    until(lambda: len(run.events()) > 20)

    assert "earlier events (--events shows all)" in done("show", run.id)


def test_a_failed_run_says_what_failed(owner: Engine):
    run = owner.start("fails")
    until(lambda: run.status == "failed")

    assert "The step “Explode” failed: ZeroDivisionError: nothing to divide by" in done("show", run.id)
    assert read("show", run.id)["record"]["failure"]["type"] == "ZeroDivisionError"


def test_a_run_that_cannot_go_on_says_why(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    run = owner.start("order", item="tea")
    asked(run)
    monkeypatch.setenv("HITL_WORKFLOWS", "report=hitl.report:ReportWorkflow")

    text = done("show", run.id)

    assert "This run cannot go on here. No workflow is registered as “order”" in text
    assert "waiting for a human, blocked" in text
    assert "May I, item: “tea”" in text
    assert "hitl answer" not in text
    assert "order" in read("show", run.id)["obstacle"]


def test_a_review_that_takes_no_answer_shows_its_findings_and_no_command(
    owner: Engine, monkeypatch: pytest.MonkeyPatch
):
    run = owner.start("report", topic="How do heat pumps work?")
    quote = asked(run).body["findings"][0]["quote"]
    monkeypatch.setenv("HITL_WORKFLOWS", "order=tests.engine.flows:AskOnce")

    text = done("show", run.id)

    assert " ".join(quote.split()) in " ".join(text.split())
    assert "No answer is taken as long as the run cannot go on." in text
    assert "hitl answer" not in text


def test_lists_mark_what_cannot_go_on(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    tea, grades = owner.start("order", item="tea"), owner.start("grades", item="essay")
    asked(tea), asked(grades)
    assert "blocked" not in done("questions") + done("runs")
    monkeypatch.setenv("HITL_WORKFLOWS", "grades=tests.engine.flows:Grades")

    result = hitl("questions")
    _, first, second = result.stdout.splitlines()
    _, newest, oldest = done("runs").splitlines()

    assert "(blocked) May I, item: “tea”" in first
    assert "blocked" not in second + newest
    assert "`hitl show RUN` says why" in result.stderr
    assert oldest.split()[:3] == [tea.id[:8], "waiting,", "blocked"]
    assert newest.startswith("*")
    reasons = [question["blocked_reason"] for question in read("questions")]
    assert "No workflow is registered as “order”" in reasons[0]
    assert reasons[1] is None


def test_a_module_that_cannot_be_imported_is_tried_once_for_all_its_runs(
    owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for item in ("tea", "milk", "bread"):
        asked(owner.start("order", item=item))
    counted = tmp_path / "counted"
    (tmp_path / "broken_module.py").write_text(f"open({str(counted)!r}, 'a').write('x')\n1 / 0\n")
    monkeypatch.setenv("HITL_WORKFLOWS", "order=broken_module:AskOnce")

    assert done("questions").count("(blocked)") == 3
    assert counted.read_text() == "x"


@pytest.mark.parametrize("name", ["", "zzz", "a" * 300, "é", "\x1b[31m", "%", "_", "' OR 1=1 --"])
def test_a_run_that_is_not_there_is_told_in_a_sentence(owner: Engine, name: str):
    owner.start("order", item="tea")

    message = refused("show", name)

    assert message.startswith("Error: There is no run “")
    assert "\x1b" not in message
    assert len(message) < 400


def test_what_a_text_holds_does_not_reach_the_terminal_raw(owner: Engine):
    run = owner.start("order", item="tea\x1b]0;owned\x07\x9b31m\u202egnp.exe")
    asked(run)
    run.rename("\x1b[2J")
    run.answer(asked(run).id, {"approved": False, "reason": "\x1b[31m"}, by="\x1bben")
    asked(run)

    for arguments in (["runs"], ["questions"], ["show", run.id], ["show", run.id, "--events"], ["delete", run.id]):
        for options in ([], ["--json"]) if arguments[0] in ("runs", "questions") else ([],):
            result = hitl(*arguments, *options)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(result.stdout + result.stderr)
    assert "tea\\x1b]0;owned\\x07\\x9b31m\\u202egnp.exe" in done("show", run.id)
