"""Files of any kind on the page of a workflow: given at its start and in an answer, and told by their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import hitl
from hitl.files import Files
from tests.app.visitor import button_labels, decide, has_button, log_of, shows, text_of, wait_for

APP = Path(__file__).parent / "apps" / "scans.py"
PICTURE = ("page [1].png", b"\x89PNG\r\n\x1a\n\x00\xff", "image/png")
TABLE = ("table.parquet", bytes(range(256)) * 10, "application/octet-stream")


def open_app() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=20).run()


def give(at: AppTest, field: str, *files: tuple[str, bytes, str]) -> None:
    uploader = at.file_uploader(key=f"hitl.field.{field}")
    uploader.set_value(list(files) if uploader.multiple_files else files[0])


def start(at: AppTest) -> AppTest:
    give(at, "page", PICTURE)
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))
    return at


def test_files_of_any_kind_are_given_at_the_start_and_in_an_answer(home: Path):
    at = open_app()
    give(at, "page", PICTURE)
    give(at, "more", TABLE, PICTURE)
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))
    run = at.session_state["run"]
    assert [hitl.file_info(name).name for name in run.inputs["more"]] == ["table.parquet", "page [1].png"]
    assert run.inputs["cover"] is None
    assert "**About:** page \\[1\\].png (10 bytes)" in text_of(at)

    give(at, "page", TABLE)
    decide(at, "hitl.send")
    wait_for(at, lambda at: run.status == "completed" and shows("table.parquet (3 KB)")(at))

    assert run.result["result"]["read"] == f"table.parquet application/octet-stream {TABLE[1]!r}"
    assert "page: “table.parquet (3 KB)”" in log_of(at)
    assert run.inputs["page"] not in text_of(at) + log_of(at) + "".join(button_labels(at))
    assert len(Files(home).paths()) == 4  # two contents, each with its names


def test_a_file_that_is_too_large_is_told_beside_its_field_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_UPLOAD_MEGABYTES", "1")
    at = open_app()
    give(at, "page", ("big.iso", b"x" * 1_000_001, "application/octet-stream"))
    at.button(key="start").click().run()

    assert "“big.iso” has more than 1.0 MB, which is the most that a file may have" in text_of(at).replace("\\", "")
    assert "run" not in at.query_params
    start(at)


def test_a_start_without_a_file_is_told_at_its_field():
    at = open_app()
    at.button(key="start").click().run()

    assert "run" not in at.query_params
    assert "Not sent yet. Look again at: Page." in text_of(at)


def test_a_run_is_started_again_with_the_same_file_and_told_when_it_is_gone(home: Path):
    at = start(open_app())
    at.session_state["run"].cancel()
    at.run()
    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("hitl.send"))

    run = at.session_state["run"]
    run.cancel()
    hitl.file_info(run.inputs["page"]).path.unlink()
    at.run()
    at.button(key="hitl.start_again").click().run()
    assert "There is no such file here: give the file itself." in text_of(at)
    assert "run" not in at.query_params, "the start form takes another"


def test_deleting_the_run_on_its_page_removes_its_file(home: Path):
    at = start(open_app())
    at.session_state["run"].cancel()
    at.run()
    assert Files(home).paths()

    at.button(key="hitl.delete").click().run()
    at.button(key="hitl.confirm_delete").click().run()

    assert Files(home).paths() == []
