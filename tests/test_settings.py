from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from hitl.settings import Price, Settings, SettingsError, load_settings, misspelt_settings

VALUES: dict[str, tuple[str, Any]] = {
    "home": ("/somewhere/hitl", Path("/somewhere/hitl")),
    "workflows": ("report=a.b:C, other = d:E", {"report": "a.b:C", "other": "d:E"}),
    "rest_seconds": ("0.5", 0.5),
    "database_url": ("postgresql://ana:secret@db/hitl", SecretStr("postgresql://ana:secret@db/hitl")),
    "keep_days": ("90", 90),
    "keep_megabytes": ("500", 500),
    "frame_ancestors": (" https://a.example 'self'", "https://a.example 'self'"),
    "shared": ("1", True),
    "findings": ("5", 5),
    "upload_megabytes": ("7", 7),
    "upload_files": ("9", 9),
    "upload_total_megabytes": ("90", 90),
    "reading_seconds": ("20", 20),
    "reading_megabytes": ("600", 600),
    "reading_pages": ("300", 300),
    "reading_characters": ("100000", 100_000),
    "reading_unpacked_megabytes": ("50", 50),
    "openai_api_key": (" sk-secret ", SecretStr("sk-secret")),
    "openai_api_base": ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
    "model": ("qwen3:8b", "qwen3:8b"),
    "model_api": ("chat", "chat"),
    "model_effort": ("low", "low"),
    "model_output_tokens": ("4000", 4000),
    "model_window": ("32000", 32000),
    "model_silence_seconds": ("45", 45.0),
    "budget_tokens": ("100000", 100_000),
    "prices": ("a=1/2, b:c=0.5/1.5/0.1", {"a": Price(1, 2), "b:c": Price(0.5, 1.5, 0.1)}),
}
"""For every setting, what is typed and what it means."""


@pytest.fixture(autouse=True)
def clean_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, nor the one that every other test has."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def variable(field: str) -> str:
    return field.upper() if field.startswith("openai_") else f"HITL_{field.upper()}"


def test_every_setting_is_tested_here():
    assert VALUES.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("field", VALUES)
def test_a_setting_is_read_from_the_environment(field: str, monkeypatch: pytest.MonkeyPatch):
    typed, meant = VALUES[field]
    monkeypatch.setenv(variable(field), typed)

    assert getattr(load_settings(), field) == meant


@pytest.mark.parametrize("field", VALUES)
def test_a_setting_is_read_from_the_secrets(field: str):
    typed, meant = VALUES[field]

    assert getattr(load_settings({variable(field): typed}), field) == meant


@pytest.mark.parametrize("field", VALUES)
def test_the_environment_wins_over_the_secrets(field: str, monkeypatch: pytest.MonkeyPatch):
    typed, meant = VALUES[field]
    monkeypatch.setenv(variable(field), typed)

    assert getattr(load_settings({variable(field): "no such value"}), field) == meant


def test_a_secret_may_have_the_type_that_toml_gives_it():
    settings = load_settings({"HITL_FINDINGS": 4, "HITL_WORKFLOWS": {"own": "my.flows:Own"}})

    assert settings.findings == 4
    assert settings.workflows == {"own": "my.flows:Own"}


def test_without_anything_set_the_defaults_hold():
    settings = load_settings()

    assert settings.workflows == {"report": "hitl.report:ReportWorkflow"}
    assert (settings.findings, settings.upload_megabytes, settings.upload_files) == (8, 20, 500)
    assert (settings.rest_seconds, settings.keep_days, settings.keep_megabytes) == (30, None, None)
    assert not settings.shared
    assert settings.home.is_absolute()


def test_secrets_of_others_are_left_alone():
    load_settings({"OPENAI_API_KEY": "sk-none", "database": {"url": "x"}})


def test_an_unknown_name_in_the_secrets_is_refused_by_name():
    with pytest.raises(SettingsError) as refused:
        load_settings({"HITL_FINDINGZ": "3"})

    assert str(refused.value) == "HITL_FINDINGZ is not a setting; did you mean HITL_FINDINGS?"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("HITL_WORKFLOW", "HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?"),
        ("HITL_UPLOAD_MB", "HITL_UPLOAD_MB is not a setting; did you mean HITL_UPLOAD_MEGABYTES?"),
        ("HITL_UPLOADFILES", "HITL_UPLOADFILES is not a setting; did you mean HITL_UPLOAD_FILES?"),
        ("HITL_KEEP_DAY", "HITL_KEEP_DAY is not a setting; did you mean HITL_KEEP_DAYS?"),
        ("HITL_OPENAI_API_KEY", "HITL_OPENAI_API_KEY is not a setting; did you mean OPENAI_API_KEY?"),
        ("HITL_SHARE", "HITL_SHARE is not a setting; did you mean HITL_SHARED?"),
        ("HITL_MODELNAME", "HITL_MODELNAME is not a setting; did you mean HITL_MODEL?"),
        ("hitl_workflow", "hitl_workflow is not a setting; did you mean HITL_WORKFLOWS?"),
        ("HITL_", "HITL_ is not a setting of hitl: look at its spelling."),
        ("HITL_QQQ", "HITL_QQQ is not a setting of hitl: look at its spelling."),
    ],
)
def test_a_misspelt_variable_is_told_and_does_not_hold_up_anything(
    name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, "a secret value")

    assert misspelt_settings() == [sentence]
    assert load_settings() == Settings()


def test_settings_and_variables_of_other_programs_are_not_told(monkeypatch: pytest.MonkeyPatch):
    for name in (*VALUES, "hitler", "hit_l"):
        monkeypatch.setenv(variable(name) if name in VALUES else name, "1")
    monkeypatch.setenv("hitl_home", "/tmp")  # as pydantic reads it
    monkeypatch.setenv("MY_HITL_WORKFLOW", "1")

    assert misspelt_settings({"HITL_HOME": "/tmp", "HITL_WORKFLOWS": {"HITL_HOME": "a:B"}, "hitl": "x"}) == []


def test_a_setting_in_a_section_of_the_secrets_is_told():
    assert misspelt_settings({"connections": {"HITL_HOME": "/tmp", "url": "x"}, "hitl": {"home": "x"}}) == [
        "HITL_HOME is not read in the section [connections] of secrets.toml: put it above all sections."
    ]


@pytest.mark.parametrize(
    ("field", "typed", "takes"),
    [
        ("findings", "many", "It takes a whole number, from 1 to 30."),
        ("rest_seconds", "0", "It takes a number, from 0.1 to 86,400."),
        ("keep_days", "0", "It takes a whole number, at least 1."),
        ("model_window", "7", "It takes a whole number, from 4,000 to 10,000,000."),
        ("upload_megabytes", "201", "It takes a whole number, from 1 to 200."),
        ("shared", "perhaps", "It takes 1 or 0."),
        ("model_api", "telepathy", "Input should be 'responses' or 'chat'."),
    ],
)
def test_a_bad_value_is_answered_with_what_the_setting_takes(field: str, typed: str, takes: str):
    with pytest.raises(SettingsError) as refused:
        load_settings({variable(field): typed})
    assert str(refused.value).endswith(takes)


@pytest.mark.parametrize(
    "typed",
    [
        "mysql://db/hitl",
        "db.example.org/hitl",
        "postgresql+psycopg://ana:secret@db/hitl",
        "postgresql://ana:se@cret@db/hitl",
        "postgresql://ana:se/cret@db/hitl",
        "postgresql://ana:se#cret@db/hitl",
        "postgresql://ana:se?cret@db/hitl",
        "postgresql://ana:se%cret@db/hitl",
    ],
)
def test_an_address_that_a_driver_would_read_otherwise_is_refused_without_its_password(typed: str):
    with pytest.raises(
        SettingsError, match=r"^HITL_DATABASE_URL cannot be used: (it is not an|in the user)"
    ) as refused:
        load_settings({"HITL_DATABASE_URL": typed})
    assert "cret" not in str(refused.value).replace("secrets.toml", "")
    encoded = load_settings({"HITL_DATABASE_URL": " postgresql://ana:se%40%2F%23%3Fcret@db/hitl\n"}).database_url
    assert encoded and encoded.get_secret_value() == "postgresql://ana:se%40%2F%23%3Fcret@db/hitl"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("report", {"report": "report"}),
        ("good=a:B, flows:Trip", {"good": "a:B", "flows:Trip": "flows:Trip"}),
        ("good=a:B, =c:D", {"good": "a:B", "=c:D": "=c:D"}),
        ("good=a:B, trip=", {"good": "a:B", "trip=": "trip="}),
        ("good=a:B, trip=flows.Trip", {"good": "a:B", "trip": "flows.Trip"}),
        ("a=b:C, good=a:B, a=d:E", {"a": "b:C, d:E", "good": "a:B"}),
        ("a=b:C, a=b:C", {"a": "b:C"}),
        ("a=b:C=d", {"a": "b:C=d"}),
        ('{"a": "b:C"}', {'{"a": "b:C"}': '{"a": "b:C"}'}),
    ],
)
def test_an_entry_that_is_no_workflow_leaves_the_others_alone(typed: str, meant: dict[str, str]):
    """It is told when it is loaded; see tests/engine/workflows/test_loading.py."""
    assert load_settings({"HITL_WORKFLOWS": typed}).workflows == meant


def test_a_table_of_workflows_may_hold_anything():
    assert load_settings({"HITL_WORKFLOWS": {"a": "b:C", "n": 3}}).workflows == {"a": "b:C", "n": "3"}


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("findings", "many", "valid integer"),
        ("findings", "0", "greater than or equal to 1"),
        ("findings", "31", "less than or equal to 30"),
        ("findings", "2.5", "valid integer"),
        ("rest_seconds", "0", "greater than or equal to 0.1"),
        ("keep_days", "0", "greater than or equal to 1"),
        ("keep_megabytes", "all", "valid integer"),
        (
            "frame_ancestors",
            "https://a.example; script-src *",
            "not a list of origins such as https://intranet.example",
        ),
        ("frame_ancestors", "https://a.example\nx-evil: 1, 2", "not a list of origins"),
        ("frame_ancestors", "https://ä.example", "not a list of origins"),
        ("frame_ancestors", "self https://a.example", "in single quotes"),
        ("frame_ancestors", "frame-ancestors 'self'", "in single quotes"),
        ("shared", "perhaps", "valid boolean"),
        ("upload_megabytes", "201", "less than or equal to 200"),
        ("upload_files", "-1", "greater than or equal to 1"),
        ("home", "~no-such-user-here/hitl", "home"),
    ],
)
@pytest.mark.parametrize("place", ["environment", "secrets"])
def test_a_bad_value_is_refused_in_words(
    field: str, typed: str, words: str, place: str, monkeypatch: pytest.MonkeyPatch
):
    if place == "environment":
        monkeypatch.setenv(variable(field), typed)
    secrets = {variable(field): typed} if place == "secrets" else {}

    with pytest.raises(SettingsError) as refused:
        load_settings(secrets)

    assert str(refused.value).startswith(f"{variable(field)} cannot be used: ")
    assert words in str(refused.value)
    assert "Value error" not in str(refused.value)


def test_two_bad_values_are_both_named():
    with pytest.raises(SettingsError) as refused:
        load_settings({"HITL_FINDINGS": "many", "HITL_UPLOAD_FILES": "few"})

    assert "HITL_FINDINGS cannot be used" in str(refused.value)
    assert "HITL_UPLOAD_FILES cannot be used" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", {}),
        ("a=m:A", {"a": "m:A"}),
        ("a=m:A,", {"a": "m:A"}),
        (" a = m.n:A ,\n b=o:B ", {"a": "m.n:A", "b": "o:B"}),
    ],
)
def test_workflows_are_a_list_of_names_and_import_paths(typed: str, meant: dict[str, str]):
    assert load_settings({"HITL_WORKFLOWS": typed}).workflows == meant


def test_home_may_begin_with_a_tilde_or_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    assert load_settings({"HITL_HOME": "~/hitl"}).home == Path.home() / "hitl"
    assert load_settings({"HITL_HOME": "here"}).home == tmp_path / "here"


def test_settings_do_not_change():
    settings = load_settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.findings = 3
