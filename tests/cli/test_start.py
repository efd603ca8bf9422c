"""Starting runs, with and without documents."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from hitl import open_file
from hitl.engine import Engine, Run, open_engine
from hitl.research import Shelf
from hitl.settings import load_settings
from tests.cli.calling import asked, asked_after, done, hitl, read, refused
from tests.conftest import until

LOCK = "A lock gate holds back the water of a canal. The keeper opens the lock gate when a boat arrives."


def test_a_started_run_is_taken_up_and_only_its_id_is_printed(owner: Engine):
    result = hitl("start", "report", "--topic", "How do heat pumps work?")

    run = owner.attach(result.stdout.strip())
    assert result.stderr == f"Taken up: hitl is at work on it. `hitl show {run.id[:8]}` tells how it stands.\n"
    assert asked(run).body["topic"] == "How do heat pumps work?"


def test_without_a_running_hitl_a_start_is_recorded_and_carried_out_later():
    result = hitl("start", "order", "--field", "item=tea")
    assert result.stderr.startswith("Recorded; it is carried out when hitl runs again.")

    owner = open_engine(load_settings())
    run = owner.attach(result.stdout.strip())

    assert asked(run).body["item"] == "tea"
    owner.close()


def test_a_hitl_that_does_not_know_the_workflow_says_so():
    owner = open_engine(load_settings().model_copy(update={"workflows": {}}))

    result = hitl("start", "order", "--field", "item=tea")

    assert result.stderr.startswith(
        f"Recorded, but the run cannot go on here. The hitl that runs (process {os.getpid()}) says: "
        "No workflow is registered as “order” (registered: none)."
    )
    assert "running, blocked" in done("show", result.stdout.strip())
    owner.close()


def test_a_start_as_json_tells_whether_it_was_taken_up(owner: Engine):
    data = read("start", "order", "--field", "item=tea")
    assert (owner.attach(data["run"]).inputs["item"], data["workflow"], data["taken_up"]) == (
        "tea",
        "order",
        True,
    )

    owner.close()
    assert read("start", "order", "--field", "item=tea")["taken_up"] is False


def test_fields_are_text_or_json_as_the_workflow_wants_them(owner: Engine):
    order = owner.attach(done("start", "order", "--field", "item=7", "--field", "price=2.5").strip())
    counts = owner.attach(done("start", "counts", "--field", "steps=2", "--field", "name=two = 2").strip())

    assert order.inputs == {"item": "7", "price": 2.5}
    assert counts.inputs == {"steps": 2, "name": "two = 2"}


def test_documents_are_put_on_the_shelf_and_looked_in(owner: Engine, tmp_path: Path):
    notes = tmp_path / "notes.md"
    notes.write_text(f"# Canals\n\n{LOCK}\n", "utf-8")

    run = owner.attach(done("start", "report", "--topic", "lock gate", "--document", str(notes)).strip())

    (fingerprint,) = run.inputs["documents"]
    assert LOCK in Shelf(owner.settings.home).get(fingerprint).text
    assert [finding["location"] for finding in asked(run).body["findings"]] == ["notes.md"]


def test_a_file_whose_name_is_no_text_is_read_all_the_same(owner: Engine, tmp_path: Path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.md"
    Path(os.fsdecode(path)).write_text(LOCK, "utf-8")

    run_id = done("start", "report", "--topic", "lock gate", "--document", os.fsdecode(path)).strip()

    assert asked(owner.attach(run_id)).body["findings"][0]["location"] == "caf\ufffd.md"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing", "--topic", "tea"], "No workflow is registered as “nothing”"),
        (["report"], "  --topic: It is missing. It takes a text."),
        (["report", "--topic", "  "], "Type a topic first"),
        (
            ["report", "--topic", "tea", "--field", "tpoic=milk"],
            "  --field tpoic=milk: ResearchTopic has no such field",
        ),
        (["order", "--topic", "tea"], "  --topic: Order has no such field. It has: item, price."),
        (
            ["order", "--field", "item=tea", "--field", "price=cheap"],
            "Error: Nothing was recorded:\n  --field price=cheap: It takes a number.\n",
        ),
        (["order", "--field", "item=tea", "--field", "price=" + "[" * 9999], "[…: It takes a number."),
        (
            ["report", "--topic", "tea", "--field", 'sources=["web"]'],
            "0: Input should be 'documents'. It takes some of documents",
        ),
        (["report", "--topic", "tea", "--document", "no such.md"], "There is no file “no such.md”."),
        (["report", "--topic", "tea", "--document", "."], "“.” is not a file."),
        (["report", "--topic", "tea", "--document", "/dev/zero"], "“/dev/zero” is not a file."),
        (["report", "--topic", "tea", "--document", "a" * 300 + ".md"], "File name too long"),
        (["report", "--topic", "tea", "--document", "good.md", "--document", "empty.md"], "“empty.md” is empty."),
        (["report", "--topic", "tea", "--document", "large.md"], "“large.md” has 1.0 MB; the limit is 1 MB."),
    ],
)
def test_what_cannot_be_started_is_told_and_nothing_is_started(
    arguments: list[str], message: str, owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "1")
    (tmp_path / "good.md").write_text(LOCK, "utf-8")
    (tmp_path / "empty.md").touch()
    (tmp_path / "large.md").write_text(LOCK * 10_500, "utf-8")

    assert message in refused("start", *arguments)
    assert owner.runs() == []
    assert not Shelf(owner.settings.home).folder.exists()


def test_everything_that_does_not_fit_is_told_at_once(owner: Engine):
    message = refused("start", "order", "--field", "price=cheap", "--field", "colour=green", "--topic", "tea")

    assert message.splitlines() == [
        "Error: Nothing was recorded:",
        "  --topic: Order has no such field. It has: item, price.",
        "  --field colour=green: Order has no such field. It has: item, price.",
        "  --field item=…: It is missing. It takes a text.",
        "  --field price=cheap: It takes a number.",
    ]
    assert owner.runs() == []


def test_documents_of_a_workflow_that_takes_none_are_told_by_their_option(owner: Engine, tmp_path: Path):
    (tmp_path / "notes.md").write_text(LOCK, "utf-8")

    message = refused("start", "order", "--field", "item=tea", "--document", "notes.md")

    assert "  --document: Order has no such field. It has: item, price." in message
    assert owner.runs() == []


@pytest.mark.parametrize(
    "fields", [["--field", "item"], ["--field", "=tea"], ["--field", "item=a", "--field", "item=b"]]
)
def test_a_field_without_a_name_or_with_two_values_is_a_usage_error(fields: list[str], owner: Engine):
    assert "Usage: hitl start" in hitl("start", "order", *fields).stderr
    assert hitl("start", "order", *fields).exit_code == 2
    assert owner.runs() == []


def test_a_workflow_that_stands_in_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "flow_of_a_visitor.py").write_text("from tests.engine.flows import AskOnce as Mine\n", "utf-8")
    monkeypatch.setenv("HITL_WORKFLOWS", "mine=flow_of_a_visitor:Mine")

    run_id = done("start", "mine", "--field", "item=tea").strip()

    owner = open_engine(load_settings())
    until(lambda: owner.attach(run_id).question)
    owner.close()


def test_a_file_is_given_as_a_path_and_read_as_the_shelf_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.cli.flows:Mailroom")
    owner = open_engine(load_settings())
    for name in ("lock", "gate"):
        (tmp_path / f"{name}.txt").write_text(f"The {name}. {LOCK}")

    run = owner.attach(done("start", "mail", "--field", "scan=@lock.txt").strip())
    asked(run)
    done("answer", run.id, "--field", "scan=@gate.txt")
    until(lambda: run.status == "completed")

    assert run.result
    shelf = Shelf(load_settings().home)
    assert [shelf.get(fingerprint).location for fingerprint in run.result["result"]] == ["lock.txt", "gate.txt"]
    owner.close()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.png", b"\x89PNG\r\n\x1a\n\x00"),
        ("data.parquet", bytes(range(256))),
        ("empty.dat", b""),
        ("no suffix", b"x"),
        ("=,@.bin", b"a name of signs"),
    ],
)
def test_a_file_of_any_kind_is_given_and_told_by_its_name(
    name: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.cli.flows:Mailroom")
    (tmp_path / name).write_bytes(data)
    with closing(open_engine(load_settings())) as owner:
        run = owner.attach(done("start", "mail", "--field", f"scan=@{name}").strip())
        asked(run)
        fingerprint = run.inputs["scan"]
        done("answer", run.id, "--field", f"scan={fingerprint}")
        until(lambda: run.status == "completed")

        with open_file(fingerprint) as file:
            assert file.read() == data
        for shown in (done("show", run.id), done("show", run.id, "--events"), done("runs"), done("questions")):
            assert fingerprint not in shown
        assert f"scan: {name} (" in " ".join(done("show", run.id).split())
        exported = read("export", run.id)
        assert [(file["fingerprint"], file["names"]) for file in exported["files"]] == [(fingerprint, [name])]
        assert exported["record"]["inputs"] == {"scan": fingerprint}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("@nowhere.txt", "There is no file “nowhere.txt”."),
        ("@.", "“.” is not a file."),
        ("@/dev/zero", "“/dev/zero” is not a file."),
        ("@large.bin", "“large.bin” has more than 1.0 MB, which is the most that a file may have"),
        (
            "large.bin",
            "--field scan=large.bin: There is no such file here: give the file itself. It takes a file: @PATH.",
        ),
        ("0" * 64, "There is no such file here: give the file itself. It takes a file: @PATH."),
    ],
)
def test_a_file_that_is_none_or_is_too_large_is_told_and_nothing_is_started(
    value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.cli.flows:Mailroom")
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "1")
    (tmp_path / "large.bin").write_bytes(b"x" * 1_000_001)

    assert message in " ".join(refused("start", "mail", "--field", f"scan={value}").split())
    assert read("runs") == []


def test_a_finished_report_is_taken_up_again_from_its_findings(report: Run):
    owner = report.engine
    approved = report.asked(report.answers[-1].question_id).body["findings"]

    result = hitl("start", "report", "--revise", report.id[:8])

    run = owner.attach(result.stdout.strip())
    question = asked(run)
    assert run.id != report.id
    assert question.body["topic"] == "How do heat pumps work?"
    assert [finding["id"] for finding in question.body["findings"]] == [finding["id"] for finding in approved]
    assert "taken up again" in done("show", run.id)
    assert report.status == "completed"


def test_a_report_is_revised_with_its_rounds_and_without_what_was_dropped(owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    first = asked(run)
    dropped = first.body["findings"][0]["id"]
    done("answer", run.id, "--reject", "--feedback", "noise", "--drop", dropped)
    asked_after(run, first)
    done("answer", run.id, "--approve")
    until(lambda: run.status == "completed")

    again = asked(owner.attach(done("start", "report", "--revise", run.id).strip()))

    assert again.body["round"] == 2
    assert dropped not in [finding["id"] for finding in again.body["findings"]]
    assert owner.attach(again.run_id).inputs["revises"]["feedback"] == ["noise"]


def test_the_findings_of_a_run_that_was_cancelled_after_a_decision_are_taken_up(owner: Engine):
    run = owner.start("report", topic="How do heat pumps work?")
    first = asked(run)
    dropped = first.body["findings"][0]["id"]
    done("answer", run.id, "--reject", "--feedback", "noise", "--drop", dropped)
    asked_after(run, first)
    done("cancel", run.id)
    until(lambda: run.status == "cancelled")

    again = asked(owner.attach(done("start", "report", "--revise", run.id).strip()))

    found = [finding["id"] for finding in again.body["findings"]]
    assert found and dropped not in found
    assert owner.attach(again.run_id).inputs["revises"]["feedback"] == ["noise"]


def test_what_is_given_with_a_report_to_revise_replaces_what_it_had(report: Run, tmp_path: Path):
    (tmp_path / "notes.md").write_text(LOCK, "utf-8")

    run_id = done(
        "start", "report", "--revise", report.id, "--topic", "Locks", "--document", "notes.md", "--field", "model=none"
    ).strip()

    run = report.engine.attach(run_id)
    assert asked(run).body["topic"] == "Locks"
    assert len(asked(run).body["findings"]) == 8
    assert (len(run.inputs["documents"]), run.inputs["model"]) == (1, "none")


def test_a_text_that_a_model_has_written_is_revised_as_it_was_published(written: Run):
    struck = asked(written).body["claims"][0]["text"]
    done("answer", written.id, "--publish", "--strike", "1")
    until(lambda: written.status == "completed")

    data = read("start", "report", "--revise", written.id)
    run = written.engine.attach(data["run"])
    question = asked(run)
    assert "The text with 7 sentences is kept" in " ".join(done("show", run.id).split())
    assert struck not in str(question.body["text"])
    done("answer", run.id, "--approve")
    assert asked_after(run, question).type == "ReviewReport"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "--revise", "zzz"], "There is no run “zzz” in "),
        (["report", "--revise", ""], "There is no run “” in "),
        (["report", "--revise", "x" * 300], "There is no run “xxx"),
        (["report", "--revise", "ORDER"], "Run ORDER is one of “order”, and “report” cannot take it up again."),
        (["order", "--revise", "ORDER"], "--revise takes a report up again, and “order” makes none that it could"),
        (["order", "--revise", "WAITING"], "--revise takes a report up again, and “order” makes none that it could"),
        (["at_once", "--revise", "WAITING"], "Run WAITING is one of “report”, and “at_once” cannot take it up again."),
        (["report", "--revise", "WAITING"], "Run WAITING has no report to take up again; its status is waiting."),
        (["report", "--revise", "CANCELLED"], "Run CANCELLED has no report to take up again; its status is cancelled."),
        (["at_once", "--revise", "UNAPPROVED"], "The report of run UNAPPROVED cannot be taken up again: how its"),
        (["nothing", "--revise", "WAITING"], "No workflow is registered as “nothing”"),
    ],
)
def test_what_cannot_be_revised_is_told_and_nothing_is_started(arguments: list[str], message: str, owner: Engine):
    runs = {
        "ORDER": owner.start("order", item="tea"),
        "WAITING": owner.start("report", topic="How do heat pumps work?"),
        "CANCELLED": owner.start("report", topic="tides"),
        "UNAPPROVED": owner.start("at_once", topic="tides"),
    }
    runs["CANCELLED"].cancel()
    asked(runs["WAITING"])
    until(lambda: runs["UNAPPROVED"].status == "completed")

    *others, run = arguments
    said = refused("start", *others, runs[run].id if run in runs else run)

    assert message.replace(run or "no run", runs[run].id[:8] if run in runs else run or "no run") in said
    assert len(owner.runs()) == len(runs)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--field", "revises={}"], "The field revises is given twice."),
        (["--field", "topic=a", "--topic", "b"], "The field topic is given twice."),
        (["--revise"], "requires an argument"),
    ],
)
def test_a_report_to_revise_is_named_once(options: list[str], message: str, report: Run):
    assert message in refused("start", "report", "--revise", report.id, *options, code=2)
    assert len(report.engine.runs()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--topic", "x" * 501], "  --topic: A topic has at most 500 characters"),
        (["--document", "no such.md"], "There is no file “no such.md”."),
        (["--field", "tpoic=a"], "  --field tpoic=a: ResearchTopic has no such field."),
    ],
)
def test_what_does_not_fit_a_report_to_revise_is_told(options: list[str], message: str, report: Run):
    assert message in refused("start", "report", "--revise", report.id, *options)
    assert len(report.engine.runs()) == 1
