"""Which folder the command line looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import hitl, refused


def write_secrets(folder: Path, text: str) -> None:
    (folder / ".streamlit").mkdir(parents=True, exist_ok=True)
    (folder / ".streamlit" / "secrets.toml").write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder that is not the user's home, with no HITL_HOME in the environment."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("HITL_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return folder


def folder_in_use() -> str:
    """The folder that an unknown run is looked for in."""
    return refused("show", "zzz").partition(" in ")[2].partition(". ")[0]


def test_the_environment_wins_over_the_folder_and_the_folder_over_the_home(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert folder_in_use() == str(tmp_path / "data" / "hitl")

    write_secrets(tmp_path, f'HITL_HOME = "{tmp_path}/of the user"\n[a.table]\nof = "others"\n')
    assert folder_in_use() == f"{tmp_path}/of the user"

    write_secrets(project, f'HITL_HOME = "{tmp_path}/of the folder"')
    assert folder_in_use() == f"{tmp_path}/of the folder"

    monkeypatch.setenv("HITL_HOME", f"{tmp_path}/of the environment")
    assert folder_in_use() == f"{tmp_path}/of the environment"


@pytest.mark.parametrize("text", ["HITL_HOME = ", "HITL_HOME = 'a'\nHITL_HOME = 'b'", "\x00"])
def test_a_broken_file_of_secrets_is_told_in_a_sentence(project: Path, text: str):
    write_secrets(project, text)

    assert refused("runs").startswith("Error: .streamlit/secrets.toml cannot be read: ")


def test_secrets_that_are_no_file_or_no_text_are_told_in_a_sentence(project: Path):
    (project / ".streamlit" / "secrets.toml").mkdir(parents=True)
    assert "cannot be read" in refused("runs")

    (project / ".streamlit" / "secrets.toml").rmdir()
    (project / ".streamlit" / "secrets.toml").write_bytes(b"\xff")
    assert "cannot be read" in refused("runs")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("HITL_FINDINGS", "many", "HITL_FINDINGS cannot be used"),
        ("HITL_UPLOAD_FILES", "0", "It takes a whole number, from 1 to 5,000."),
        ("HITL_HOME", "/dev/null", "hitl cannot use its file of runs"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)

    assert message in refused("runs")


def test_a_damaged_file_of_runs_is_told_in_a_sentence(home: Path):
    home.mkdir()
    (home / "runs.db").write_text("no database, and long enough to be seen as none. " * 9, "utf-8")

    assert "is damaged, or is not a file of hitl's" in refused("runs")


def test_a_misspelt_setting_is_told_beside_what_a_command_prints(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOW", "trip=flows:Trip")
    write_secrets(project, "[connections]\nHITL_HOME = '/tmp'\n")

    result = hitl("runs", "--json")

    assert result.stdout == "[]\n"
    assert result.stderr.splitlines() == [
        "HITL_HOME is not read in the section [connections] of secrets.toml: put it above all sections.",
        "HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?",
    ]


def test_a_misspelt_secret_is_refused_with_the_name_that_was_meant(project: Path):
    write_secrets(project, 'HITL_WORKFLOW = "trip=flows:Trip"')
    assert refused("runs") == "Error: HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?\n"
