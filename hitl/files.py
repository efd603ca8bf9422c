"""Files of any kind that people give to runs, kept under the fingerprint of their content.

An event carries the fingerprint, and a step opens the file by it: `hitl.open_file(ev.scan)`.
"""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import os
import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from filelock import FileLock

from hitl.characters import visible
from hitl.contents import ContentStore
from hitl.settings import load_settings
from hitl.text import replace_surrogates

T = TypeVar("T")

FILE_FORMAT = "hitl-file"
"""Format, in a JSON schema, of a text that is a fingerprint."""
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
NAMED = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""A fingerprint inside a text."""
PIECE = 1_000_000
"""Bytes that are copied at a time."""
NAME_LENGTH = 200
"""Maximum characters of a file's name."""
MOST_NAMES = 20
"""Maximum number of names of one content."""
TEMPORARY = ".new-"
"""Beginning of the name of a file that is being written."""
PATIENCE = 30.0
"""Seconds that one process waits for another one that is adding or removing a file, which takes milliseconds."""


class UnknownFile(FileNotFoundError):
    """No file with this fingerprint is kept; the message says what to do."""


class FileTooLarge(ValueError):
    """A file is larger than the settings allow; the message says so."""


@dataclass(frozen=True)
class FileInfo:
    """A file that is kept."""

    fingerprint: str
    """SHA-256 of its content, 64 hexadecimal digits."""
    names: tuple[str, ...]
    """The names under which it was given, oldest first."""
    size: int
    """In bytes."""
    _find: Callable[[], Path] = field(repr=False, compare=False)

    @property
    def path(self) -> Path:
        """Where its content is, for programs that take a path; never write to it.

        Raises:
            UnknownFile: If it was removed meanwhile.
        """
        return self._find()

    @property
    def name(self) -> str:
        """The name under which it was given first."""
        return self.names[0]

    @property
    def media_type(self) -> str:
        """What its name says it is, such as `image/png`; `application/octet-stream` if that says nothing."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def open(self) -> BinaryIO:
        """Open it for reading.

        Raises:
            UnknownFile: If it was removed meanwhile.
        """
        try:
            return self.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownFile(f"The file “{self.name}” was removed, since no run names it any more.") from error

    def __str__(self) -> str:
        """Its names and its size: `scan.pdf (1.2 MB)`."""
        others = f", also called {', '.join(self.names[1:])}" if self.names[1:] else ""
        return f"{self.name} ({size_in_words(self.size)}{others})"


class Files:
    """The files under `HITL_HOME/files`; the same content is stored once, whatever it is called.

    Safe to use from any thread and process.

    Args:
        home: The folder of the runs.
    """

    FOLDER = "files"
    """Its name, in the folder of the runs."""
    shared: ContentStore | None = None
    """Where processes that share no folder keep them, and documents; see `SharedFiles`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / self.FOLDER
        self.place = str(self.folder)
        """Where they are, in words."""

    def add(self, content: bytes | BinaryIO, name: str, most: int | None = None) -> FileInfo:
        """Keep a file; after a crash it is there as a whole, or not at all.

        Args:
            content: Its bytes, or an open file, which is read to its end.
            name: What it is called; of a path the last part.
            most: Maximum size in bytes; None for no limit.

        Raises:
            FileTooLarge: If it is larger.
            OSError: If it cannot be read or stored.
        """
        name = _name_of(name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=TEMPORARY, delete=False) as file:
            written = Path(file.name)
            try:
                fingerprint = _copy(io.BytesIO(content) if isinstance(content, bytes) else content, file, name, most)
                file.flush()
                os.fsync(file.fileno())
                file.close()
                with self._locked():
                    self._place(written, fingerprint, name)
            finally:
                written.unlink(missing_ok=True)
        return self.get(fingerprint)

    def get(self, fingerprint: str) -> FileInfo:
        """The file with this fingerprint.

        Raises:
            UnknownFile: If there is none.
        """
        if FINGERPRINT.fullmatch(fingerprint):
            path = self._path(fingerprint)
            with suppress(OSError):
                size = path.stat().st_size
                names = _read_names(path) or (f"{fingerprint[:12]}…",)
                return FileInfo(fingerprint, names, size, lambda: path)
        raise UnknownFile(self._why_unknown(fingerprint))

    def known(self, fingerprints: Sequence[str]) -> dict[str, FileInfo]:
        """Those of these files that are kept, by fingerprint."""
        found = {}
        for fingerprint in fingerprints:
            with suppress(UnknownFile):
                found[fingerprint] = self.get(fingerprint)
        return found

    def kept(self, fingerprints: Collection[str]) -> set[str]:
        """Those of these files that are kept at this moment."""
        return set(filter(self.has, fingerprints))

    def has(self, fingerprint: str) -> bool:
        return bool(FINGERPRINT.fullmatch(fingerprint)) and self._path(fingerprint).is_file()

    def on_the_shelf(self, fingerprint: str) -> bool:
        """True for a document on the shelf of the report, which keeps the text of a file and not the file itself."""
        path = self.home / "shelf" / fingerprint[:2] / f"{fingerprint}.json"
        return bool(FINGERPRINT.fullmatch(fingerprint)) and path.is_file()

    def remove(self, fingerprint: str, added_before: datetime) -> bool:
        """Remove a file, unless it was added again later.

        Args:
            fingerprint: Its fingerprint.
            added_before: Whoever has added it after this time is about to name it in a run.

        Returns:
            True if it was there and is gone.
        """
        path = self._path(fingerprint)
        with self._locked(), suppress(FileNotFoundError):
            if path.stat().st_mtime_ns < added_before.timestamp() * 1e9:
                path.unlink()
                _names_file(path).unlink(missing_ok=True)
                return True
        return False

    def fingerprints(self) -> list[str]:
        """Those of all files."""
        return [path.name for path in self.paths() if FINGERPRINT.fullmatch(path.name)]

    def added_before(self, moment: datetime) -> list[str]:
        """Fingerprints of the files that were added last before a time; what a killed process left is removed."""
        found = []
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= moment.timestamp():
                    continue
                if FINGERPRINT.fullmatch(path.name):
                    found.append(path.name)
                elif path.name.startswith(TEMPORARY):
                    path.unlink()
        return found

    def paths(self) -> list[Path]:
        """All files of the folder that belong to a backup."""
        return sorted(path for path in self.folder.rglob("*") if self.is_one_of(path.relative_to(self.home).parts))

    @classmethod
    def is_one_of(cls, parts: tuple[str, ...]) -> bool:
        """True for a path of this folder, given by its parts below the folder of the runs."""
        match parts:
            case (cls.FOLDER, str(start), str(name)):
                stem = name.removesuffix(".json")
                return bool(FINGERPRINT.fullmatch(stem)) and stem.startswith(start) and len(start) == 2
            case _:
                return False

    def _place(self, written: Path, fingerprint: str, name: str) -> None:
        """Put a file that was written where its fingerprint belongs, and note its name."""
        path = self._path(fingerprint)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        if not path.is_file() or path.stat().st_size != written.stat().st_size:
            written.replace(path)
        now = time.time_ns()  # the clock of the system's files is coarser
        os.utime(path, ns=(now, now))
        names = _read_names(path)
        if name not in names and len(names) < MOST_NAMES:
            _write_names(path, (*names, name))

    def _path(self, fingerprint: str) -> Path:
        return self.folder / fingerprint[:2] / fingerprint

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / ".lock", thread_local=False).acquire(timeout=PATIENCE, poll_interval=0.005):
            yield

    def _why_unknown(self, fingerprint: str) -> str:
        if not FINGERPRINT.fullmatch(fingerprint):
            return f"{fingerprint[:80]!r} is not the fingerprint of a file, which has 64 digits from 0 to f."
        if self.on_the_shelf(fingerprint):
            return (
                f"Of the file {fingerprint[:12]}… an earlier hitl has kept the text, and not the file itself: "
                "hitl.research.Shelf(settings.home).get(fingerprint).text has it."
            )
        return (
            f"There is no file {fingerprint[:12]}… in {self.place}: it was never added there, or was removed with the "
            "last run that named it. Add it again."
        )


# ---- for steps, which know no folder


_open: list[Files] = []
"""The files of the engines that are open in this process, the newest last."""


def note_files(files: Files) -> None:
    """Have files found by fingerprint in this process; call it once for each engine that is opened."""
    _open.append(files)


def forget_files(files: Files) -> None:
    """The opposite of `note_files`."""
    with suppress(ValueError):
        _open.remove(files)


def files_of(home: Path) -> Files:
    """The files of a folder: those of its engine, if one is open in this process, or else those in it."""
    return next((files for files in reversed(_open) if files.home == home), None) or Files(home)


def file_info(fingerprint: str) -> FileInfo:
    """The name, the size and the kind of a file that a human gave to a run.

    It is looked for where the engines that are open in this process keep theirs, so that a step finds what its run was
    given, and then in `HITL_HOME`. Wherever it is, its content is the same.

    Args:
        fingerprint: What the event carries.

    Raises:
        UnknownFile: If it is in none of them.
    """
    kept = [*_newest_first(), files_of(load_settings().home)]
    for files in kept:
        with suppress(UnknownFile):
            return files.get(fingerprint)
    return kept[0].get(fingerprint)  # raises, and names the place


def open_file(fingerprint: str) -> BinaryIO:
    """Open a file that a human gave to a run, for reading; see `file_info`.

        with hitl.open_file(ev.scan) as file:
            pages = read_pages(file)

    Args:
        fingerprint: What the event carries.

    Raises:
        UnknownFile: If there is none; it is a `FileNotFoundError`.
    """
    return file_info(fingerprint).open()


def with_file_names(value: T) -> T:
    """A JSON value in which the name and the size of a file stand for its fingerprint.

    Other texts stay, as do the fingerprints of files that no open engine keeps.
    """
    known = _kept(list(_fingerprints(value)))
    named: T = _named(value, {fingerprint: str(file) for fingerprint, file in known.items()}) if known else value
    return named


def files_in(value: Any) -> list[FileInfo]:
    """The kept files whose fingerprints stand in a JSON value, each once."""
    return list(_kept(NAMED.findall(json.dumps(value, default=str))).values())


def _kept(fingerprints: Sequence[str]) -> dict[str, FileInfo]:
    """Those of these files that an open engine keeps, in their order."""
    found: dict[str, FileInfo] = {}
    for files in _newest_first():
        if missing := [fingerprint for fingerprint in dict.fromkeys(fingerprints) if fingerprint not in found]:
            found |= files.known(missing)
    return {fingerprint: found[fingerprint] for fingerprint in dict.fromkeys(fingerprints) if fingerprint in found}


def _newest_first() -> list[Files]:
    return list({(files.home, files.shared): files for files in reversed(_open)}.values())


def size_in_words(size: int) -> str:
    """A size in bytes in words: `812 bytes`, `12 KB`, `1.2 MB`, in units of 10³ and 10⁶."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:,.1f} MB"


def _fingerprints(value: Any) -> Iterator[str]:
    """The texts in a JSON value that may be the fingerprint of a file."""
    match value:
        case str():
            if len(value) == 64 and FINGERPRINT.fullmatch(value):
                yield value
        case dict():
            for inner in value.values():
                yield from _fingerprints(inner)
        case list():
            for item in value:
                yield from _fingerprints(item)


def _named(value: Any, known: Mapping[str, str]) -> Any:
    match value:
        case str():
            return known.get(value, value)
        case dict():
            return {name: _named(inner, known) for name, inner in value.items()}
        case list():
            return [_named(item, known) for item in value]
        case _:
            return value


def _copy(source: BinaryIO, target: Any, name: str, most: int | None) -> str:
    """Copy a file, and return the fingerprint of what was copied."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if most is not None and size > most:
            raise FileTooLarge(
                f"“{name}” has more than {size_in_words(most)}, which is the most that a file may have "
                "(HITL_UPLOAD_MEGABYTES)."
            )
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _name_of(name: str) -> str:
    """What a file is called: the last part of a path, without what does not show."""
    last = replace_surrogates(name).replace("\\", "/").rpartition("/")[2]
    last = " ".join(visible(last).split())
    if len(last) > NAME_LENGTH:
        stem, dot, suffix = last.rpartition(".")
        last = f"{stem[: NAME_LENGTH - 20]}….{suffix[:18]}" if dot and len(suffix) < 18 else last[:NAME_LENGTH]
    return last or "file"


def _names_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read_names(path: Path) -> tuple[str, ...]:
    """The names of a file; empty if they are not there, or damaged."""
    try:
        names = json.loads(_names_file(path).read_text("utf-8"))["names"]
    except (OSError, ValueError, TypeError, KeyError):
        return ()
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _write_names(path: Path, names: Collection[str]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=TEMPORARY, delete=False, encoding="utf-8") as file:
        json.dump({"names": list(names)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(_names_file(path))
