"""Every setting, with its default and its environment variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "HITL_"


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message says which, and what to do."""


class Settings(BaseSettings):
    """What can be set. Each field `name` is read from the environment variable `HITL_NAME`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: user_data_path("hitl", appauthor=False))
    """Folder of the runs' file and of the shelf of documents; made when first used."""

    workflows: Annotated[dict[str, str], NoDecode] = {"report": "hitl.report:ReportWorkflow"}
    """Workflows by name, each an import path `package.module:Name`."""

    rest_seconds: float = Field(default=30, ge=0.1, le=86_400)
    """Seconds after which a paused run that no page looks at leaves memory; it comes back from the file when needed."""

    keep_days: int | None = Field(default=None, ge=1)
    """Days after its end after which a run is deleted; not set, it is kept for ever."""

    keep_megabytes: int | None = Field(default=None, ge=1)
    """Size in megabytes of 10⁶ bytes above which the runs that ended first are deleted; not set, there is no limit."""

    shared: bool = False
    """Whether every visitor sees all runs: for a team's own server."""

    findings: int = Field(default=8, ge=1, le=30)
    """New findings that one round of research puts before the human, at most."""

    upload_megabytes: int = Field(default=20, ge=1, le=200)
    """Largest size of one uploaded document, in megabytes of 10⁶ bytes."""

    upload_files: int = Field(default=50, ge=1, le=500)
    """Most documents that one upload may hold."""

    @field_validator("home")
    @classmethod
    def _expand_home(cls, home: Path) -> Path:
        try:
            return home.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError(f"there is no such home folder ({error})") from error

    @field_validator("workflows", mode="before")
    @classmethod
    def _parse_workflows(cls, value: object) -> object:
        """Read `name=package.module:Name, …`."""
        if not isinstance(value, str):
            return value
        workflows: dict[str, str] = {}
        for entry in filter(None, (part.strip() for part in value.split(","))):
            name, equals, path = (part.strip() for part in entry.partition("="))
            if not (name and equals and path.count(":") == 1):
                raise ValueError(f"“{entry}” is not of the form name=package.module:Name")
            if name in workflows:
                raise ValueError(f"the name “{name}” stands twice")
            workflows[name] = path
        return workflows


def load_settings(secrets: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings from the environment, then from `secrets`, then from the defaults.

    Args:
        secrets: Values by the names of their environment variables, such as the content of
            `.streamlit/secrets.toml`. Names that are not hitl's are left alone.

    Returns:
        The settings. A variable of the environment wins over a secret of the same name.

    Raises:
        SettingsError: If a value cannot be used, or a `HITL_` name among the secrets is unknown.
    """
    given = {name: value for name, value in (secrets or {}).items() if name.startswith(PREFIX)}
    unset = {name: value for name, value in given.items() if not os.environ.get(name)}
    try:
        return Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in unset.items()})
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from error


def _in_words(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = PREFIX + "_".join(str(part) for part in problem["loc"][:1]).upper()
        if problem["type"] == "extra_forbidden":
            lines.append(f"{name} is not a setting of hitl: look at its spelling.")
        else:
            lines.append(f"{name} cannot be used: {problem['msg'].removeprefix('Value error, ')}.")
    return " ".join(lines)
