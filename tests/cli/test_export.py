"""Taking a report away, or everything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hitl.engine import Engine, Run
from tests.cli.calling import asked, done, hitl, read, refused


def markdown_of(run: Run) -> str:
    assert run.result
    return str(run.result["markdown"])


def test_a_report_is_printed_as_it_is_with_who_decided_below(report: Run):
    printed = done("export", report.id)

    assert printed.startswith(markdown_of(report).rstrip())
    assert "## How this report came about" in printed
    assert "1. Approved by ben at " in printed


def test_a_dash_for_the_file_prints(report: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    assert done("export", report.id, "--output", "-") == done("export", report.id)
    assert not Path("-").exists()


def test_a_report_is_written_into_a_file_that_was_not_there(report: Run, tmp_path: Path):
    target = tmp_path / "report.md"

    result = hitl("export", report.id, "--output", str(target))

    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_text("utf-8") == done("export", report.id)
    assert [path.name for path in tmp_path.glob("*report*")] == ["report.md"]


def test_a_file_that_is_there_is_overwritten_only_by_force(report: Run, tmp_path: Path):
    target = tmp_path / "report.md"
    target.write_text("mine", "utf-8")

    assert "is there already" in refused("export", report.id, "--output", str(target))
    assert target.read_text("utf-8") == "mine"

    done("export", report.id, "--output", str(target), "--force")
    assert target.read_text("utf-8").startswith(markdown_of(report).rstrip())


@pytest.mark.parametrize(
    ("name", "options", "begins"),
    [
        ("report.docx", [], b"PK"),
        ("report.PDF", [], b"%PDF-"),
        ("report.json", [], b"{"),
        ("report.md", [], b"# "),
        ("report.txt", [], b"# "),
        ("report.txt", ["--format", "pdf"], b"%PDF-"),
        ("report.pdf", ["--format", "docx"], b"PK"),
    ],
)
def test_the_name_of_the_file_says_the_format_unless_an_option_does(
    report: Run, tmp_path: Path, name: str, options: list[str], begins: bytes
):
    done("export", report.id, "--output", name, *options)

    assert (tmp_path / name).read_bytes().startswith(begins)


def test_evidence_is_printed_as_json_that_loads(report: Run):
    data = json.loads(done("export", report.id, "--format", "json"))

    assert data["run"] == report.id
    assert data["decisions"][0]["by"] == "ben"
    assert data["findings"]


def test_a_pdf_goes_into_a_pipe_but_not_onto_a_terminal(report: Run, monkeypatch: pytest.MonkeyPatch):
    assert hitl("export", report.id, "--format", "pdf").stdout_bytes.startswith(b"%PDF-")

    monkeypatch.setattr("hitl.cli.export._is_terminal", lambda: True)
    message = refused("export", report.id, "--format", "pdf")
    assert message == "Error: A terminal cannot show pdf. Name a file: --output report.pdf\n"


def test_a_report_and_a_whole_run_are_two_things(report: Run):
    assert "Either --format, for the report, or --json" in refused(
        "export", report.id, "--format", "md", "--json", code=2
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (".", "is not a file"),
        ("", "is not a file"),
        ("/dev/null", "/dev/null is not a file"),
        ("no such folder/report.md", "cannot be written (No such file or directory"),
        ("/proc/report.md", "/proc/report.md cannot be written"),
        ("loop", "loop is not a file"),
        ("loop/report.md", "loop/report.md cannot be written"),
        ("a" * 300, "cannot be written (File name too long"),
        ("home/runs.db", "is in the folder where hitl keeps its own files"),
    ],
)
def test_a_target_that_is_no_file_of_ones_own_is_refused(report: Run, target: str, message: str):
    Path("loop").symlink_to("loop")
    assert message in refused("export", report.id, "--output", target, "--force")
    assert message in refused("backup", target, "--force")
    assert report.status == "completed"


def test_a_run_without_a_report_has_none_to_export(owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    for options in ([], ["--format", "pdf", "--output", "trip.pdf"], ["--output", "trip.json"]):
        message = refused("export", run.id, *options)
        assert message.startswith(f"Error: Run {run.id[:8]} has no report; its status is waiting. ")
        assert f"`hitl export {run.id[:8]} --json` gives all that is stored of it" in message
    assert read("export", run.id[:8])["record"]["id"] == run.id


def test_a_whole_run_is_exported_as_one_document(report: Run, tmp_path: Path):
    data = read("export", report.id)

    assert sorted(data) == ["answers", "blocked_reason", "events", "files", "obstacle", "questions", "record", "result"]
    assert data["record"]["id"] == report.id
    assert [event["seq"] for event in data["events"]] == list(range(1, len(report.events()) + 1))
    assert [question["id"] for question in data["questions"]] == [data["answers"][0]["question_id"]]
    assert data["result"] == report.result
    assert read("show", report.id) == data

    done("export", report.id, "--json", "--output", "run.json")
    assert json.loads((tmp_path / "run.json").read_text("utf-8")) == data
