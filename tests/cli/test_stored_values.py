"""Numbers that JSON does not have, tables and pictures on the command line, and sentences for what cannot be stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import load_settings
from tests.cli.calling import asked, done, read, refused
from tests.conftest import until
from tests.engine.stored_flows import PNG

FLOWS = ["nan=tests.engine.stored_flows:NotANumber", "results=tests.engine.stored_flows:Results"]
BAD = [
    "lost=tests.engine.workflows.test_event_types:Passing",
    "secret=tests.engine.workflows.test_event_types:Waits",
]


@pytest.fixture(autouse=True)
def flows(machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(FLOWS + BAD))


def strictly(text: str) -> object:
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_numbers_that_json_does_not_have_are_exported_as_texts(tmp_path: Path):
    engine: Engine
    engine = open_engine(load_settings())
    run = engine.start("nan", number=float("nan"))
    run.answer(asked(run).id, {"score": float("-inf")}, by="ana")
    until(lambda: run.result)
    engine.close()

    done("export", run.id, "--json", "--output", "run.json")
    data = strictly((tmp_path / "run.json").read_text("utf-8"))

    assert isinstance(data, dict)
    assert data["result"] == {"given": "NaN", "answered": "-Infinity", "kept": "-Infinity"}
    assert data["record"]["inputs"] == {"number": "NaN"}
    assert data["questions"][0]["body"] == {"confidence": "NaN"}
    assert data["answers"][0]["body"] == {"score": "-Infinity"}
    assert read("show", run.id)["result"] == data["result"]
    shown = done("show", run.id)
    assert "number: NaN" in shown
    assert '"given": "NaN"' in shown


def test_a_picture_is_shown_by_its_size_and_exported_whole():
    engine = open_engine(load_settings())
    run = engine.start("results", kind="picture")
    until(lambda: run.result)
    engine.close()

    assert f"(a picture, {len(PNG)} bytes)" in done("show", run.id)
    assert read("export", run.id)["result"]["result"]["$picture"]["type"] == "image/png"


def test_a_data_frame_is_shown_in_columns():
    engine = open_engine(load_settings())
    run = engine.start("results", kind="frame")
    until(lambda: run.result)
    engine.close()

    lines = done("show", run.id).splitlines()
    assert [line.split() for line in lines[-3:]] == [["a", "day"], ["1", "2026-01-02T00:00:00.000"], ["2", "null"]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lost", "its event Shows has a field “model” of type Table, which cannot be stored"),
        ("secret", "its event Login has a field “password” of type SecretStr, which is written as asterisks"),
    ],
)
def test_a_workflow_that_cannot_be_stored_is_refused_in_a_sentence_and_the_others_start(name: str, words: str):
    message = " ".join(refused("start", name).split())
    assert words in message
    assert "Traceback" not in message
    assert done("start", "results", "--field", "kind=text")
