"""Every setting, with its default and its environment variable."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "HITL_"
NOBODY_ELSE = "'self'"
"""Allows only pages of the same server."""
USUAL_NAMES = ("OPENAI_API_KEY", "OPENAI_API_BASE")
"""Variables without the prefix, under the names that other programs use for them."""

NOT_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
"""A percent sign that stands for itself in an address."""
SECRETS = (Path("~/.streamlit/secrets.toml"), Path(".streamlit/secrets.toml"))
"""Where Streamlit, and so the page, looks for secrets; the later file wins."""


class Price(NamedTuple):
    """Prices of a model, in US dollars for a million tokens."""

    input: float
    output: float
    cached: float | None = None
    """For input that the server has cached; None for the price of other input."""


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message says which, and what to do."""


class Settings(BaseSettings):
    """All settings. Each field `name` is read from the environment variable `HITL_NAME`, or from its usual name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: user_data_path("hitl", appauthor=False))
    """Folder of the file of runs and of the shelf of documents; created on first use."""

    database_url: SecretStr | None = None
    """Address of a Postgres database that several processes share, `postgresql://user:password@host/database`; not set,
    the runs are in a file in `home`."""

    workflows: Annotated[dict[str, str], NoDecode] = {"report": "hitl.report:ReportWorkflow"}
    """Workflows by name, each an import path `package.module:Name`."""

    rest_seconds: float = Field(default=30, ge=0.1, le=86_400)
    """Seconds after which an idle run that no page shows is released from memory; it is resumed when needed."""

    keep_days: int | None = Field(default=None, ge=1)
    """Days after its end when a run is deleted; not set, it is kept forever."""

    keep_megabytes: int | None = Field(default=None, ge=1)
    """Size in megabytes of 10⁶ bytes above which the runs that ended first are deleted; not set, there is no limit."""

    frame_ancestors: str = NOBODY_ELSE
    """Pages that may show hitl in a frame: a space-separated value for CSP's `frame-ancestors`."""

    shared: bool = False
    """Whether every visitor sees all runs: for a team's own server."""

    findings: int = Field(default=8, ge=1, le=30)
    """Maximum number of new findings that one round of research shows the human."""

    upload_megabytes: int = Field(default=20, ge=1, le=200)
    """Largest size of one file that a visitor adds, in megabytes of 10⁶ bytes."""

    upload_files: int = Field(default=500, ge=1, le=5000)
    """Maximum number of documents that a visitor adds at a time."""

    upload_total_megabytes: int = Field(default=500, ge=1, le=20_000)
    """Maximum size of the documents that a visitor adds at a time together, in megabytes of 10⁶ bytes."""

    reading_seconds: int = Field(default=60, ge=1, le=3600)
    """Time in seconds in which one document has to be read."""

    reading_megabytes: int = Field(default=1000, ge=100, le=100_000)
    """Maximum memory for reading one document, in megabytes of 10⁶ bytes."""

    reading_pages: int = Field(default=5000, ge=1, le=1_000_000)
    """Maximum number of pages or slides of one document."""

    reading_characters: int = Field(default=20_000_000, ge=1000, le=500_000_000)
    """Maximum number of characters of one document's text."""

    reading_unpacked_megabytes: int = Field(default=500, ge=1, le=20_000)
    """Maximum size that one document unpacks to, in megabytes of 10⁶ bytes."""

    openai_api_key: SecretStr | None = Field(default=None, validation_alias=USUAL_NAMES[0])
    """API key of the model's server; without a key and without an address there is no model."""

    openai_api_base: str | None = Field(default=None, validation_alias=USUAL_NAMES[1])
    """Address of a server with OpenAI's API, such as `http://localhost:11434/v1`; not set, it is OpenAI's own."""

    model: str = Field(default="gpt-5-mini", min_length=1, max_length=200)
    """Name of the model, as its server knows it."""

    model_api: Literal["responses", "chat"] | None = None
    """Which of OpenAI's two protocols the server uses; not set: `responses` at OpenAI, `chat` elsewhere."""

    model_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    """Reasoning effort of the model, if it has one; not set, its server's default."""

    model_output_tokens: int = Field(default=16_000, ge=500, le=1_000_000)
    """Maximum tokens of one answer of the model, its reasoning included."""

    model_window: int | None = Field(default=None, ge=4_000, le=10_000_000)
    """Tokens that the model can read and write in one call; not set: 128,000 at OpenAI, 16,000 elsewhere."""

    model_silence_seconds: float = Field(default=120, ge=0.1, le=3_600)
    """Seconds without output after which a call of the model is abandoned."""

    budget_tokens: int | None = Field(default=None, ge=1)
    """Maximum tokens that the model may read and write in one run; not set, there is no limit."""

    prices: Annotated[dict[str, Price], NoDecode] = Field(default_factory=dict)
    """Prices of models by name, for any server; they override the list prices of genai-prices."""

    def named_with(self, given: Iterable[str]) -> list[str]:
        """Names of the workflows to offer: those in `given`, and those that the settings set explicitly.

        The default, the report, is offered only if there is no other.
        """
        own = self.workflows if "workflows" in self.model_fields_set else {}
        return list(dict.fromkeys([*given, *own])) or list(self.workflows)

    @field_validator("frame_ancestors")
    @classmethod
    def _check_ancestors(cls, ancestors: str) -> str:
        line = " ".join(ancestors.split())
        if not line or not line.isascii() or not line.isprintable() or set(line) & set(",;"):
            raise ValueError("it is not a list of origins such as https://intranet.example, with spaces between them")
        if {"self", "none", "frame-ancestors"} & set(line.lower().split()):
            raise ValueError("“self” and “none” stand in single quotes there, and the name of the header does not")
        return line

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: SecretStr | None) -> SecretStr | None:
        return url and SecretStr(database_address(url.get_secret_value()))

    @field_validator("openai_api_base")
    @classmethod
    def _check_base(cls, base: str | None) -> str | None:
        if base is None:
            return None
        address = urlsplit(base.strip())
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("it is not an address such as http://localhost:11434/v1")
        if address.username or address.password:
            raise ValueError("it holds a password: give a key as OPENAI_API_KEY instead")
        return base.strip().rstrip("/")

    @field_validator("openai_api_key")
    @classmethod
    def _check_key(cls, key: SecretStr | None) -> SecretStr | None:
        """Reject a key that cannot be sent as a header: with line breaks, or characters beyond ASCII."""
        if key is None:
            return None
        value = key.get_secret_value().strip()
        if not (value.isascii() and value.isprintable()):
            raise ValueError("it holds characters that no key has")
        return SecretStr(value) if value else None

    @field_validator("prices", mode="before")
    @classmethod
    def _parse_prices(cls, value: object) -> object:
        """Read `name=input/output, name=input/output/cached, …`."""
        if not isinstance(value, str):
            return value
        prices: dict[str, Price] = {}
        for entry in filter(None, (part.strip() for part in value.split(","))):
            name, _, amounts = (part.strip() for part in entry.rpartition("="))
            try:
                price = Price(*(float(amount) for amount in amounts.split("/")))
            except (TypeError, ValueError):
                price = None
            if not name or price is None or not all(0 <= amount < 1e6 for amount in price if amount is not None):
                raise ValueError(f"“{entry}” is not of the form name=input/output, in dollars for a million tokens")
            prices[name] = price
        return prices

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
        """Read `name=package.module:Name, …`.

        Whatever an entry is, the others are offered: one that is not of this form is kept under itself as its name, and
        of a name that stands twice both paths are kept. Neither can be loaded, and loading says why.
        """
        if isinstance(value, Mapping):
            return {str(name): str(path) for name, path in value.items()}
        if not isinstance(value, str):
            return value
        workflows: dict[str, str] = {}
        for entry in filter(None, (part.strip() for part in value.split(","))):
            name, equals, path = (part.strip() for part in entry.partition("="))
            if not (name and equals and path):
                name = path = entry
            earlier = workflows.get(name, path)
            workflows[name] = path if earlier == path else f"{earlier}, {path}"
        return workflows


def database_address(text: str) -> str:
    """The address of a Postgres database, checked before a driver might name a part of the password in its error.

    Raises:
        ValueError: If it is none; the message has nothing of it.
    """
    address = text.strip()
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("it is not an address such as postgresql://user:password@host/database")
    if address.count("@") > 1 or "#" in address or "@" in parts.path + parts.query or NOT_ENCODED.search(address):
        raise ValueError(
            "in the user and the password of an address, @ is written %40, / is %2F, # is %23, ? is %3F and % is %25"
        )
    return address


def load_settings(secrets: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings from the environment, then from `secrets`, then from the defaults.

    Args:
        secrets: Values by the names of their environment variables, such as the content of
            `.streamlit/secrets.toml`. Names that are not hitl's are ignored.

    Returns:
        The settings. An environment variable wins over a secret of the same name.

    Raises:
        SettingsError: If a value cannot be used, or a `HITL_` name among the secrets is unknown.
    """
    given = {name: value for name, value in (secrets or {}).items() if name.startswith(PREFIX) or name in USUAL_NAMES}
    unset = {name: value for name, value in given.items() if not os.environ.get(name)}
    try:
        return Settings(**{_field_of(name): value for name, value in unset.items()})
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from error


def read_secrets() -> dict[str, Any]:
    """The settings in Streamlit's secrets files.

    Raises:
        SettingsError: If such a file exists and cannot be read.
    """
    secrets: dict[str, Any] = {}
    for path in SECRETS:
        try:
            secrets |= tomllib.loads(path.expanduser().read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, RuntimeError):  # RuntimeError: the user has no home folder
            continue
        except (OSError, ValueError) as error:
            raise SettingsError(f"{path} cannot be read: {error}. Mend it, or move it away.") from error
    return secrets


def misspelt_settings(secrets: Mapping[str, Any] | None = None) -> list[str]:
    """A sentence for each name that begins with `HITL_` and has no effect where it stands.

    Variables of the environment are not refused, as those among the secrets are: other programs may set them.

    Args:
        secrets: The content of `.streamlit/secrets.toml`; see `load_settings`.
    """
    known = {_variable(field) for field in Settings.model_fields}
    found = [_no_setting(name) for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
    found += [
        f"{name} is not read in the section [{section}] of secrets.toml: put it above all sections."
        for section, content in (secrets or {}).items()
        if isinstance(content, Mapping) and not section.startswith(PREFIX)
        for name in content
        if name in known
    ]
    return sorted(found)


def _no_setting(name: str) -> str:
    """That there is no such setting, with the one that was probably meant."""
    known = {_variable(field).removeprefix(PREFIX): _variable(field) for field in Settings.model_fields}
    close = get_close_matches(name.upper().removeprefix(PREFIX), known, n=1)
    if close:
        return f"{name} is not a setting; did you mean {known[close[0]]}?"
    return f"{name} is not a setting of hitl: look at its spelling."


def _variable(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    return field.upper() if field.upper() in USUAL_NAMES else PREFIX + field.upper()


def _field_of(name: str) -> str:
    """The keyword of `Settings` that an environment variable sets."""
    return name if name in USUAL_NAMES else name.removeprefix(PREFIX).lower()


def _in_words(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        field = "_".join(str(part) for part in problem["loc"][:1])
        name = field if field in USUAL_NAMES else PREFIX + field.upper()
        if problem["type"] == "extra_forbidden":
            lines.append(_no_setting(name))
        else:
            takes = _takes(field.lower())
            lines.append(
                f"{name} cannot be used: {problem['msg'].removeprefix('Value error, ')}.{takes and f' {takes}'}"
            )
    return " ".join(lines)


def _takes(field: str) -> str:
    """The numbers that a setting takes, in a sentence; empty for one that takes something else."""
    schema = Settings.model_json_schema(by_alias=False)["properties"].get(field, {})
    part = next((option for option in schema.get("anyOf", [schema]) if "minimum" in option), schema)
    match part:
        case {"type": "boolean"}:
            return "It takes 1 or 0."
        case {"type": "integer" | "number" as kind, "minimum": least}:
            noun = "a whole number" if kind == "integer" else "a number"
            most = part.get("maximum")
            return f"It takes {noun}, {f'at least {least:,}' if most is None else f'from {least:,} to {most:,}'}."
    return ""
