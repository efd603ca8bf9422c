"""Files of runs for processes that share no folder: they are in a store, and a folder has copies of those in use."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hitl.contents import ContentStore, StoredFile
from hitl.files import FINGERPRINT, TEMPORARY, FileInfo, Files, UnknownFile

COPIES = "copies"
"""Name of the folder of copies, in the folder of the runs; it may be deleted at any time."""
UNUSED_FOR = timedelta(days=1)
"""How long a copy stays that nobody opens."""
REMEMBERED = 10.0
"""Seconds for which a process believes what it knows of a file: names are drawn again and again."""
MOST_REMEMBERED = 1000


class SharedFiles(Files):
    """The files in a store; each is copied to a folder of this process when it is opened.

    Whether a file is there is asked of the store; what a copy contains is its fingerprint, so it is never out of date.

    Args:
        home: The folder of this process, which others need not have.
        shared: The store.
    """

    shared: ContentStore

    def __init__(self, home: Path, shared: ContentStore) -> None:
        super().__init__(home)
        self.shared = shared
        self.folder = home / COPIES
        self.place = shared.name
        self._remembered: dict[str, tuple[float, StoredFile | None]] = {}

    def get(self, fingerprint: str) -> FileInfo:
        """See `Files.get`; asked anew, for whoever is about to open it."""
        if FINGERPRINT.fullmatch(fingerprint):
            self._remembered.pop(fingerprint, None)
        if found := self.known([fingerprint]):
            return found[fingerprint]
        raise UnknownFile(self._why_unknown(fingerprint))

    def known(self, fingerprints: Sequence[str]) -> dict[str, FileInfo]:
        """See `Files.known`; what this process has seen lately is not asked again."""
        since, remembered = time.monotonic() - REMEMBERED, self._remembered
        wanted = [fingerprint for fingerprint in fingerprints if FINGERPRINT.fullmatch(fingerprint)]
        fresh = {name: remembered[name] for name in wanted if name in remembered and remembered[name][0] >= since}
        if unknown := [name for name in wanted if name not in fresh]:
            now, there = time.monotonic(), self.shared.known_files(unknown)
            fresh |= {name: (now, there.get(name)) for name in unknown}
            if len(remembered) > MOST_REMEMBERED:
                remembered.clear()
            remembered.update(fresh)
        return {name: self._info(name, file) for name in wanted if (file := fresh[name][1])}

    def kept(self, fingerprints: Collection[str]) -> set[str]:
        return set(self.shared.known_files(fingerprints)) if fingerprints else set()

    def has(self, fingerprint: str) -> bool:
        return fingerprint in self.kept([fingerprint])

    def on_the_shelf(self, fingerprint: str) -> bool:
        """See `Files.on_the_shelf`."""
        return bool(FINGERPRINT.fullmatch(fingerprint)) and self.shared.document(fingerprint) is not None

    def remove(self, fingerprint: str, added_before: datetime) -> bool:
        """See `Files.remove`; one that a run names now stays, too."""
        is_gone = self.shared.remove_file(fingerprint, added_before)
        if is_gone:
            self._remembered.pop(fingerprint, None)
            self._path(fingerprint).unlink(missing_ok=True)
        return is_gone

    def fingerprints(self) -> list[str]:
        return self.shared.files()

    def added_before(self, moment: datetime) -> list[str]:
        return self.shared.files(moment)

    def tidy(self) -> None:
        """Remove the copies that nobody has opened for a day, and those of files that are gone."""
        copies = {path.name: path for path in self.folder.rglob("*") if path.is_file()}
        there = self.shared.known_files([name for name in copies if FINGERPRINT.fullmatch(name)]) if copies else {}
        unused = (datetime.now(UTC) - UNUSED_FOR).timestamp()
        for name, path in copies.items():
            with suppress(OSError):
                if path.stat().st_mtime < unused or (FINGERPRINT.fullmatch(name) and name not in there):
                    path.unlink()

    def _place(self, written: Path, fingerprint: str, name: str) -> None:
        with written.open("rb") as content:
            self.shared.add_file(fingerprint, name, content)
        self._remembered.pop(fingerprint, None)
        path = self._path(fingerprint)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        written.replace(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nothing: the store takes care of it."""
        yield

    def _info(self, fingerprint: str, file: StoredFile) -> FileInfo:
        return FileInfo(fingerprint, file.names, file.size, lambda: self._copied(fingerprint, file))

    def _copied(self, fingerprint: str, file: StoredFile) -> Path:
        """The copy of a file, fetched if there is none.

        Raises:
            UnknownFile: If it was removed meanwhile.
            OSError: If it cannot be written.
        """
        path = self._path(fingerprint)
        with suppress(FileNotFoundError):
            if path.stat().st_size == file.size:  # a power cut may have left another
                os.utime(path)
                return path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False) as target:
            fetched = Path(target.name)
            try:
                for piece in self.shared.file_pieces(fingerprint):
                    digest.update(piece)
                    target.write(piece)
                target.close()
                if digest.hexdigest() != fingerprint:
                    self._remembered.pop(fingerprint, None)
                    raise UnknownFile(f"The file “{file.names[0]}” was removed, since no run names it any more.")
                fetched.replace(path)
            finally:
                fetched.unlink(missing_ok=True)
        return path
