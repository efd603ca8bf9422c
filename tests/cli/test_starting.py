"""Starting runs, with and without documents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.research import Shelf
from hitl.settings import load_settings
from tests.cli.calling import asked, done, hitl, read, refused
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


def test_a_hitl_that_does_not_take_it_up_is_told():
    owner = open_engine(load_settings().model_copy(update={"workflows": {}}))

    result = hitl("start", "order", "--field", "item=tea")

    assert result.stderr.startswith("Recorded; the hitl that runs has not taken it up yet.")
    owner.close()


def test_a_start_as_json_tells_whether_it_was_taken_up(owner: Engine):
    data = read("start", "order", "--field", "item=tea")
    assert (owner.attach(data["run"]).inputs["item"], data["workflow"], data["taken_up"]) == ("tea", "order", True)

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
        (["report"], "topic: Field required"),
        (["report", "--topic", "  "], "Type a topic first"),
        (["report", "--topic", "tea", "--field", "tpoic=milk"], "tpoic: ResearchTopic has no such field"),
        (["order", "--topic", "tea"], "topic: Order has no such field. It has: item, price."),
        (
            ["order", "--field", "item=tea", "--field", "price=cheap"],
            "takes a value in JSON, and “cheap” is none",
        ),
        (["order", "--field", "item=tea", "--field", "price=" + "[" * 9999], "price takes a value in JSON"),
        (["order", "--field", "item=tea", "--field", "price=NaN"], "price"),
        (["report", "--topic", "tea", "--field", 'sources=["web"]'], "sources.0"),
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


def test_a_file_is_given_as_a_path_and_stands_on_the_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
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
    assert "There is no file" in refused("start", "mail", "--field", "scan=@nowhere.txt")
    owner.close()
