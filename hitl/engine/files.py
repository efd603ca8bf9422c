"""The files of runs: added by whoever starts or answers one, and removed with the last run that names them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic.errors import PydanticUserError
from workflows.events import Event

from hitl.engine.errors import FileUnusable
from hitl.engine.store.statements import Store
from hitl.files import FILE_FORMAT, Files, FileTooLarge
from hitl.settings import Settings

log = logging.getLogger("hitl")

MEGABYTE = 1_000_000
UNNAMED_FOR = timedelta(days=1)
"""How long a file stays that no run names: it was added for one that is about to start, or to be answered."""


class RunFiles:
    """The files of runs.

    Args:
        settings: How large a file may be.
        store: Has what runs were given, and which files that names.
        files: Where they are kept.
    """

    def __init__(self, settings: Settings, store: Store, files: Files) -> None:
        self._files = files
        self._most = settings.upload_megabytes * MEGABYTE
        self._store = store

    def add(self, file: Path | str | bytes, name: str = "") -> str:
        """Keep a file; see `Client.add_file`."""
        if isinstance(file, bytes):
            with self._refusals(name or "file"):
                return self._files.add(file, name, self._most).fingerprint
        path = Path(file)
        if not path.exists():
            raise FileUnusable(f"There is no file “{path}”.")
        if not path.is_file():  # a folder; or a device, which might never end
            raise FileUnusable(f"“{path}” is not a file.")
        try:
            content = path.open("rb")
        except OSError as error:
            raise FileUnusable(f"“{path}” cannot be read: {error.strerror}.") from error
        with content, self._refusals(name or path.name):
            return self._files.add(content, name or path.name, self._most).fingerprint

    def added(self, schema: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an event with each path that is given for a file replaced by the fingerprint of its file.

        Args:
            schema: The JSON schema of the event.
            body: Its fields.

        Raises:
            FileUnusable: If a file cannot be kept.
        """
        return {**body, **self._added(schema, dict(body), schema.get("$defs", {}))}

    def _added(self, schema: Mapping[str, Any], value: Any, definitions: Mapping[str, Any]) -> Any:
        schema = _resolved(schema, definitions)
        if isinstance(value, Path) and schema.get("format") == FILE_FORMAT:
            return self.add(value)
        for option in _options(schema):
            value = self._added(option, value, definitions)
        if isinstance(value, dict):
            return {name: self._added(_part(schema, name), inner, definitions) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._added(_part(schema), inner, definitions) for inner in value]
        return value

    def problems(self, schema: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
        """A message for each file of an event that is not kept here, by place: `scan`, `scans.0`.

        A document on the shelf passes: a run of an earlier version was given the text of its file.

        Args:
            schema: The JSON schema of the event.
            body: Its fields, as JSON values.
        """
        named = _named_in(schema, body, schema.get("$defs", {}))
        given = [(place, name) for place, name in named if name]  # an empty text stands for no file
        kept = self._files.kept({name for _, name in given})
        unknown = {place for place, name in given if not (name in kept or self._files.on_the_shelf(name))}
        return dict.fromkeys(sorted(unknown), "There is no such file here: give the file itself.")

    def remove_unnamed(self, named: Mapping[str, datetime]) -> None:
        """Remove the files that only deleted runs have named.

        Args:
            named: What these runs have named, and when; a file that was added later is for another run.
        """
        kept = self._files.kept(named)
        for name in kept - self._store.still_named(kept):
            self._remove(name, named[name])

    def sweep(self) -> None:
        """Remove the files that were added long ago and that no run names, as after a start that was refused."""
        long_ago = datetime.now(UTC) - UNNAMED_FOR
        old = self._files.added_before(long_ago)
        for name in set(old) - self._store.still_named(old):
            self._remove(name, long_ago)

    def _remove(self, name: str, added_before: datetime) -> None:
        try:
            self._files.remove(name, added_before)
        except OSError as error:  # the next sweep tries again
            log.warning("the file %s, which no run names, cannot be removed: %s", name, error)

    @contextmanager
    def _refusals(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileTooLarge as error:
            raise FileUnusable(str(error)) from error
        except OSError as error:
            raise FileUnusable(
                f"“{name}” cannot be stored in {self._files.folder}: {error.strerror or error}. Look at the disk and "
                "the folder's permissions."
            ) from error


@lru_cache(maxsize=200)
def schema_with_files(event: type[Event]) -> Mapping[str, Any]:
    """The JSON schema of an event's class if it has a field for a file; else an empty one."""
    try:
        schema = event.model_json_schema(by_alias=False)  # what is stored has Python's names
    except PydanticUserError:  # a field has a type without a JSON schema
        return {}
    return schema if f"'{FILE_FORMAT}'" in str(schema) else {}


def _named_in(
    schema: Mapping[str, Any], value: Any, definitions: Mapping[str, Any], place: str = ""
) -> Iterator[tuple[str, str]]:
    """The texts in a value that a schema says are fingerprints, each after its place."""
    schema = _resolved(schema, definitions)
    if isinstance(value, str) and schema.get("format") == FILE_FORMAT:
        yield place, value
    for option in _options(schema):
        yield from _named_in(option, value, definitions, place)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named_in(_part(schema, name), inner, definitions, f"{place}.{name}".lstrip("."))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _named_in(_part(schema), inner, definitions, f"{place}.{number}")


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    return {**definitions.get(reference.rpartition("/")[2], {}), **schema} if reference else schema


def _options(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [option for union in ("anyOf", "oneOf", "allOf") for option in schema.get(union, [])]


def _part(schema: Mapping[str, Any], name: str | None = None) -> Mapping[str, Any]:
    """The schema of a field or, without a name, of a list's items; empty if it has none."""
    if name is None:
        part = schema.get("items")
    else:
        part = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    return part if isinstance(part, dict) else {}
